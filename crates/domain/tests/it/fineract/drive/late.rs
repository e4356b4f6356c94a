//! Delinquency as figures and rows.

use fairlock_domain::calendar::Day;
use fairlock_domain::loan::command::Act as Fact;

use super::super::compare::{Row, Tally};
use super::super::read;
use super::super::step::State;
use super::held::Held;

pub fn compare(held: &Held, today: Day, state: &State, tally: &mut Tally) {
    match state {
        State::PausePeriods(table) => {
            let keys = ["pausePeriodStart"];
            tally.table(table, &pauses(held, today), &keys, true);
        }
        State::DelinquencyActions(table) => {
            let keys = ["action", "startDate"];
            tally.table(table, &actions(held), &keys, true);
        }
        _ => tally.differs("not compared yet"),
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
