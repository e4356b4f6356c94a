//! Rounds of two pieces of work in turn, and their times.
//!
//! One round of each that isn't counted comes first: caches and allocators are as warm for the
//! one as for the other. Clocks are read around a whole round only.

use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

/// Nanoseconds a unit of work, over all rounds.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    pub min: f64,
    pub median: f64,
    pub max: f64,
}

/// What came out of one contest.
pub struct Measured {
    /// What was done, in words.
    pub work: String,
    /// One piece of it, singular.
    pub unit: &'static str,
    pub rounds: u32,
    pub ours: Spread,
    /// What was done beside it.
    pub yardstick: &'static str,
    pub yards: Spread,
    /// What else a reader needs to judge the figures.
    pub details: Vec<(String, serde_json::Value)>,
}

impl Measured {
    /// How many times the yardstick's time ours takes, of the medians.
    pub fn ratio(&self) -> f64 {
        self.ours.median / self.yards.median
    }
}

/// One round of a piece of work: returns its nanoseconds a unit, see [`timed`].
pub type Round<'a> = &'a mut dyn FnMut() -> f64;

/// Both in turn, `rounds` times.
pub fn alternate(rounds: u32, what: &str, ours: Round, yardstick: Round) -> (Spread, Spread) {
    let bar = bar(u64::from(rounds) + 1, what);
    let (mut our_times, mut yard_times) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let (one, other) = (ours(), yardstick());
        if round > 0 {
            our_times.push(one);
            yard_times.push(other);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    (spread(our_times), spread(yard_times))
}

/// Nanoseconds a unit of work that does so many.
pub fn timed(units: usize, work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_nanos() as f64 / units.max(1) as f64
}

fn spread(mut times: Vec<f64>) -> Spread {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    let median = match times.len() % 2 {
        0 => (times[middle - 1] + times[middle]) / 2.0,
        _ => times[middle],
    };
    Spread {
        min: times[0],
        median,
        max: times[times.len() - 1],
    }
}

/// A bar on a terminal's stderr, with rate and remaining time; nothing elsewhere.
pub fn bar(length: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {per_sec} {eta} left");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}
