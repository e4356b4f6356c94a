//! What the lender owed besides: counted again from the decisions and the phone's signed reports.
//!
//! A report counts from its arrival in `reports.json`; that a report is the phone's own is another
//! check. Failure is a row that doesn't follow, or one that is missing.

use fairlock_domain::duties::{Reported, Wanted};
use fairlock_domain::rules::Level;
use fairlock_protocol::Report;
use fairlock_protocol::cose::Sign1;

use super::input::{Input, instant};
use super::{Check, Tally};
use crate::duties::{duties, wanted_by};
use crate::evidence::tables;

pub fn check(input: &Input<'_>, tally: &mut Tally) {
    let at = input.about.as_ref().and_then(|about| instant(&about.at));
    let (Some(scenario), Some(at)) = (&input.scenario, at) else {
        return;
    };
    // The table itself, which says that nothing was owed when it is empty.
    tally.look(Check::Duties);
    let records = input.folder("decisions", ".txt").into_iter();
    let wanted: Vec<Wanted> = records
        .filter_map(|(.., record)| wanted_by(record))
        .collect();
    let own = tables::duties(&duties(&scenario.rules, &wanted, &reports(input), at));
    for row in own.iter().chain(&input.duties) {
        tally.look(Check::Duties);
        let (there, follows) = (input.duties.contains(row), own.contains(row));
        if there && follows {
            continue;
        }
        let subject = format!(
            "duties.json, {} of {} since {}",
            row.duty, row.pack, row.since
        );
        let (found, expected) = match follows {
            true => ("no such row", "one that says what follows"),
            false => ("a row", "none, or one that says what follows"),
        };
        tally.broken(Check::Duties, subject, found, expected);
    }
}

/// In the order of their counters, as they arrived.
fn reports(input: &Input<'_>) -> Vec<Reported> {
    let mut reports = Vec::new();
    for (.., bytes) in input.folder("reports", ".cose") {
        let read = Sign1::parse(bytes).ok();
        let Some(report) = read.and_then(|object| Report::read(object.payload).ok()) else {
            continue;
        };
        let mut arrivals = input.reports.iter();
        let arrival = arrivals.find(|row| row.counter == report.counter);
        let level = Level::from_name(report.level.word());
        if let (Some(at), Some(level)) = (arrival.and_then(|row| instant(&row.received_at)), level)
        {
            reports.push(Reported { at, level });
        }
    }
    reports
}
