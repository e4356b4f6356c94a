//! Delinquency as figures and rows.

use fairlock_domain::calendar::Day;
use fairlock_domain::loan::Line;
use fairlock_domain::loan::command::Act as Fact;
use fairlock_domain::loan::order::Component;

use super::super::compare::{Row, Tally};
use super::super::read;
use super::super::step::State;
use super::held::Held;
use super::states::At;

pub fn compare(held: &Held, at: &At<'_>, state: &State, tally: &mut Tally) {
    match state {
        State::PausePeriods(table) => {
            let keys = ["pausePeriodStart"];
            tally.table(table, &pauses(held, at.today), &keys, true);
        }
        State::DelinquencyActions(table) => {
            let keys = ["action", "startDate"];
            tally.table(table, &actions(held), &keys, true);
        }
        State::NextDue(day) => {
            let ours = next_due(held, at).map(read::written_day);
            let expected = read::written_day(*day);
            tally.cell("next due day", &expected, &ours.unwrap_or_default());
        }
        State::Overdue(minor) => {
            let late = late_lines(held, at.today).map(Line::outstanding);
            tally.amount("overdue", *minor, late.sum());
        }
        State::InterestOverdue(minor) => {
            let late = late_lines(held, at.today).map(|line| line.open(Component::Interest));
            tally.amount("interest overdue", *minor, late.sum());
        }
        _ => tally.differs("not compared yet"),
    }
}

/// Lines that were due before today.
fn late_lines(held: &Held, today: Day) -> impl Iterator<Item = &Line> {
    let lines = held.loan.lines().iter();
    lines.filter(move |line| line.due_on < today)
}

/// The earliest day with something open; by the other setting, of the days to come.
fn next_due(held: &Held, at: &At<'_>) -> Option<Day> {
    let open = held.loan.lines().iter().filter(|line| line.is_open());
    let days = open.map(|line| line.due_on);
    match at.next_due_is {
        "earliest-unpaid-date" => days.min(),
        _ => days.filter(|day| *day >= at.today).min(),
    }
}

fn pauses(held: &Held, today: Day) -> Vec<Row> {
    let row = |pause: &fairlock_domain::loan::Pause| {
        let end = pause.resumed_on.unwrap_or(pause.until);
        let active = pause.from <= today && today <= end;
        Row::default()
            .with("active", active.to_string())
            .with("pausePeriodStart", read::written_day(pause.from))
            .with("pausePeriodEnd", read::written_day(end))
    };
    held.loan.pauses().iter().map(row).collect()
}

fn actions(held: &Held) -> Vec<Row> {
    let row = |entry: &fairlock_domain::loan::Entry| {
        let start = read::written_day(entry.command.on);
        let (action, end) = match entry.command.act {
            Fact::Pause { until } => ("PAUSE", read::written_day(until)),
            Fact::Resume => ("RESUME", String::new()),
            _ => return None,
        };
        Some(
            Row::default()
                .with("action", action)
                .with("startDate", start)
                .with("endDate", end),
        )
    };
    held.loan.entries().iter().filter_map(row).collect()
}
