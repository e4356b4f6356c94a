//! `fairlock bench NAME`: what something costs on this machine, beside a yardstick.
//!
//! Figures of one machine at one hour mean little alone, so each bench runs its yardstick in the
//! same run, round by round in turn, and prints minimum, median and maximum of both and how many
//! times the yardstick's time ours takes. Work is made up from a seed. On purpose absent: goals
//! and judgements, which stand in docs/performance.md, and other programs.

mod allocation;
mod codes;
mod columns;
pub(crate) mod os;
pub(crate) mod phone;
mod portfolio;
mod random;
mod replan;
mod rounds;
mod schedules;
mod statements;
mod verify;

use anyhow::anyhow;
use serde_json::json;

use crate::args::BenchArgs;
use crate::exit::Failure;
use crate::out::{say, tell};
use rounds::{Measured, Spread};

type Run = fn(&BenchArgs) -> Result<(), Failure>;

/// Name, what it measures, how it runs.
const BENCHES: [(&str, Run); 6] = [
    ("replan", replan::run),
    ("schedules", schedules::run),
    ("allocation", allocation::run),
    ("codes", codes::run),
    ("verify", verify::run),
    ("statements", statements::run),
];

pub fn run(args: BenchArgs) -> Result<(), Failure> {
    let known = BENCHES.iter().find(|(name, _)| *name == args.name);
    let Some((_, run)) = known else {
        let names = BENCHES.map(|(name, _)| name).join(", ");
        return Err(Failure::Input(anyhow!(
            "bench {}: expected one of {names}",
            args.name
        )));
    };
    if !args.json && cfg!(debug_assertions) {
        tell!(
            "this build isn't optimised: run cargo run --release -- bench {}",
            args.name
        );
    }
    run(&args)
}

/// Prints one result: one JSON object, or three lines for people.
fn say(args: &BenchArgs, measured: &Measured) {
    if args.json {
        say!("{}", in_json(&args.name, measured));
        return;
    }
    let Measured { work, unit, .. } = measured;
    say!("{work}");
    line("  ours", &measured.ours, unit);
    line(&format!("  {}", measured.yardstick), &measured.yards, unit);
    say!(
        "  ours takes {:.2} x the yardstick's time",
        measured.ratio()
    );
    for (name, value) in &measured.details {
        say!("  {name}: {value}");
    }
}

fn line(name: &str, spread: &Spread, unit: &str) {
    let on_cpu = match spread.median_cpu {
        Some(nanos) => format!("; {nanos:.1} ns on the processor"),
        None => String::new(),
    };
    say!(
        "{name}: {:.1} ns a {unit} (least {:.1}, most {:.1}), {} {unit}s a second{on_cpu}",
        spread.median,
        spread.min,
        spread.max,
        per_second(spread.median)
    );
}

/// "1.2 M", "340 k".
fn per_second(nanos: f64) -> String {
    let rate = 1e9 / nanos;
    match rate {
        1e6.. => format!("{:.2} M", rate / 1e6),
        1e3.. => format!("{:.1} k", rate / 1e3),
        _ => format!("{rate:.1}"),
    }
}

fn in_json(bench: &str, measured: &Measured) -> serde_json::Value {
    let spread = |s: &Spread| {
        json!({
            "min_ns": s.min, "median_ns": s.median, "max_ns": s.max,
            "median_cpu_ns": s.median_cpu, "per_second": 1e9 / s.median,
        })
    };
    json!({
        "bench": bench,
        "work": measured.work,
        "unit": measured.unit,
        "rounds": measured.rounds,
        "ours": spread(&measured.ours),
        "yardstick": measured.yardstick,
        "yardstick_times": spread(&measured.yards),
        "ratio": measured.ratio(),
        "details": measured.details.iter().cloned().collect::<serde_json::Map<_, _>>(),
    })
}
