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
    (spread(&our_times), spread(&yard_times))
}

/// The system counts time on the processor a few hundred times a second.
const CPU_COUNTS_FROM: Duration = Duration::from_millis(200);

/// Times work that does so many units.
pub fn timed(units: usize, work: impl FnOnce()) -> Nanos {
    let each = |nanos: f64| nanos / units.max(1) as f64;
    let (started, cpu) = (Instant::now(), os::cpu_nanos());
    work();
    let wall = started.elapsed();
    let cpu = os::cpu_nanos().zip(cpu);
    let cpu = cpu.filter(|_| wall >= CPU_COUNTS_FROM);
    Nanos {
        wall: each(wall.as_nanos() as f64),
        cpu: cpu.map(|(after, before)| each(after.saturating_sub(before) as f64)),
    }
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
