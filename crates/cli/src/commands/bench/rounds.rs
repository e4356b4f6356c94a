//! Rounds of two pieces of work in turn, and their times.
//!
//! One round of each that isn't counted comes first: caches and allocators are as warm for the
//! one as for the other. Clocks are read around a whole round only.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::os;

/// Nanoseconds a unit of work.
#[derive(Debug, Clone, Copy)]
pub struct Nanos {
    pub wall: f64,
    /// On the processor: what is left when others took it in between. None where the system
    /// doesn't tell, or the work was too short for how seldom it counts.
    pub cpu: Option<f64>,
}

/// Nanoseconds a unit of work, over all rounds; by the wall's clock.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    pub min: f64,
    pub median: f64,
    pub max: f64,
    /// The median on the processor.
    pub median_cpu: Option<f64>,
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

/// One round of a piece of work, see [`timed`].
pub type Round<'a> = &'a mut dyn FnMut() -> Nanos;

/// Both in turn, `rounds` times.
pub fn alternate(rounds: u32, what: &str, ours: Round, yardstick: Round) -> (Spread, Spread) {
    let spreads = in_turn(rounds, what, &mut [ours, yardstick]);
    (spreads[0], spreads[1])
}

/// All of them in turn, `rounds` times: what slows the machine for a while slows each.
pub fn in_turn(rounds: u32, what: &str, works: &mut [Round]) -> Vec<Spread> {
    let bar = bar(u64::from(rounds) + 1, what);
    let mut times: Vec<Vec<Nanos>> = works.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for (work, times) in works.iter_mut().zip(&mut times) {
            let nanos = work();
            if round > 0 {
                times.push(nanos);
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    times.iter().map(|times| spread(times)).collect()
}

/// The system counts time on the processor a few hundred times a second.
const CPU_COUNTS_FROM: Duration = Duration::from_millis(200);

/// Times work that does so many units.
pub fn timed(units: usize, work: impl FnOnce()) -> Nanos {
    let before = os::cpu_nanos();
    let wall = wall_nanos(units, work);
    let cpu = os::cpu_nanos().zip(before);
    let long_enough = wall * units as f64 >= CPU_COUNTS_FROM.as_nanos() as f64;
    let cpu = cpu.filter(|_| long_enough);
    Nanos {
        wall,
        cpu: cpu.map(|(after, before)| after.saturating_sub(before) as f64 / units.max(1) as f64),
    }
}

/// Nanoseconds a unit by the wall's clock alone, which is quick to read: for short work.
pub fn wall_nanos(units: usize, work: impl FnOnce()) -> f64 {
    let started = Instant::now();
    work();
    started.elapsed().as_nanos() as f64 / units.max(1) as f64
}

fn spread(times: &[Nanos]) -> Spread {
    let walls = sorted(times.iter().map(|nanos| nanos.wall));
    let cpus: Option<Vec<f64>> = times.iter().map(|nanos| nanos.cpu).collect();
    Spread {
        min: walls[0],
        median: median(&walls),
        max: walls[walls.len() - 1],
        median_cpu: cpus.map(|cpus| median(&sorted(cpus.into_iter()))),
    }
}

fn sorted(times: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times
}

fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
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
