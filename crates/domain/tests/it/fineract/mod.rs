//! The loan account against the end-to-end tables of Apache Fineract.
//!
//! Every scenario of the folder (`FAIRLOCK_FINERACT_DIR`, else `../shared/samples/fineract`
//! beside the workspace) is turned into commands, and every cell that it states is compared. A
//! scenario agrees, isn't ours, or differs; `docs/loans-differences.toml` says which and why, and
//! the test fails when that isn't true. With `FAIRLOCK_FINERACT_ONLY` one scenario is run, with
//! all its differences.

mod acts;
mod compare;
mod differences;
mod drive;
mod names;
mod pattern;
mod product;
mod read;
mod report;
mod states;
mod step;

use std::path::Path;

use crate::samples;
use compare::Tally;
use differences::Differences;
use drive::{Driver, Fail};
use read::Scenario;
use report::{Report, Verdict};
use step::Step;

#[test]
fn the_tables_of_fineract_agree() {
    let Some(folder) = samples::folder("FAIRLOCK_FINERACT_DIR", "fineract") else {
        return;
    };
    let only = std::env::var("FAIRLOCK_FINERACT_ONLY").ok();
    let foreign = std::env::var_os("FAIRLOCK_FINERACT_DIR").is_some();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/loans-differences.toml");
    let differences = Differences::read(&docs);
    let scenarios = read::scenarios(&folder);
    let mut report = Report::new(&differences, only.is_some());
    for scenario in &scenarios {
        if only
            .as_ref()
            .is_none_or(|part| scenario.name.contains(part))
        {
            let (verdict, tally) = run_caught(&folder, scenario, &differences);
            report.add(scenario, verdict, tally);
        }
    }
    if !foreign && only.is_none() {
        report.needless(&scenarios);
    }
    let wrong = report.print();
    assert!(wrong == 0, "{wrong} scenarios or entries aren't as written");
}

/// A panic is a difference of its scenario, and the others still run.
fn run_caught(folder: &Path, scenario: &Scenario, differences: &Differences) -> (Verdict, Tally) {
    let whole = std::panic::AssertUnwindSafe(|| run(folder, scenario, differences));
    std::panic::catch_unwind(whole).unwrap_or_else(|_| {
        let mut tally = Tally::default();
        tally.differs("panicked, see above");
        (Verdict::Differs, tally)
    })
}

/// Runs one scenario; its verdict doesn't know the entries of the differences.
fn run(folder: &Path, scenario: &Scenario, differences: &Differences) -> (Verdict, Tally) {
    let mut tally = Tally::default();
    let not_ours = |step: &read::Written| differences.not_ours(&step.text);
    if let Some(rule) = scenario.steps.iter().find_map(not_ours) {
        return (Verdict::NotOurs(rule.reason.clone()), tally);
    }
    let mut driver = Driver::new(folder, &differences.rows);
    for (nr, written) in (1..).zip(&scenario.steps) {
        if let Some(rule) = differences.skipped(&written.text) {
            tally.skip(&rule.reason);
            continue;
        }
        tally.place = format!("step {nr}, {}", written.text);
        match step::parse(written) {
            Step::Act(act) => {
                if let Err(why) = driver.act(&act) {
                    tally.differs(&why.to_string());
                }
            }
            Step::Refused(act) => match driver.act(&act) {
                Err(Fail::Refused(_)) => tally.cells += 1,
                Err(why) => tally.differs(&why.to_string()),
                Ok(()) => tally.differs("done, and a refusal is expected"),
            },
            Step::State(state) => driver.state(&state, &mut tally),
            Step::Unknown if differences.sets_up(&written.text) => {}
            Step::Unknown => tally.differs("an unknown step"),
        }
    }
    let verdict = match (tally.differences.is_empty(), tally.cells) {
        (false, _) => Verdict::Differs,
        (true, 0) => Verdict::NotOurs(tally.why_nothing()),
        (true, _) => Verdict::Agrees,
    };
    (verdict, tally)
}
