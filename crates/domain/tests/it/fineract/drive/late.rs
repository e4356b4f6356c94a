//! Delinquency as figures and rows.

use fairlock_domain::calendar::Day;
use fairlock_domain::loan::command::Act as Fact;
use fairlock_domain::loan::delinquency::{
    Ageing, Bucket, Buckets, Delinquency, NextDue, PausedDays, delinquency, late_by_bucket,
    next_due,
};
use fairlock_domain::loan::order::Component;
use fairlock_domain::loan::{Line, Pause, Portions};

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
            let meant = match at.next_due_is {
                "earliest-unpaid-date" => NextDue::OldestOpen,
                _ => NextDue::NotPast,
            };
            let ours = next_due(&held.loan, at.today, meant).map(read::written_day);
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
        State::Range { range, since } => {
            tally.cell("range", range, held.tags.range());
            let ours = late(held, at.today).since;
            let written = |day: Option<Day>| day.map(read::written_day).unwrap_or_default();
            tally.cell("delinquent since", &written(*since), &written(ours));
        }
        State::LoanLevel(table) => tally.row(table, &loan_level(held, at.today)),
        State::InstalmentLevel(table) => {
            let stated = table.clone().unwrap_or_default();
            tally.table(&stated, &held.tags.lines, &["Range"], true);
        }
        _ => tally.differs("not a figure of delinquency"),
    }
}

/// What their daily job and each transaction note: ranges change with these, not with the days.
#[derive(Debug, Clone, Default)]
pub struct Tags {
    range: Option<String>,
    lines: Vec<Row>,
}

impl Tags {
    fn range(&self) -> &str {
        self.range.as_deref().unwrap_or("NO_DELINQUENCY")
    }

    /// Notes anew, unless a pause runs: then they stay while anything is late.
    pub fn note(held: &Held, buckets: &Buckets, today: Day) -> Tags {
        let late = late(held, today);
        let runs = |pause: &Pause| pause.from <= today && today <= pause.end();
        if held.loan.pauses().iter().any(runs) && late.past_due_days > 0 {
            return held.tags.clone();
        }
        let range = buckets.of(late.delinquent_days);
        let row = |(bucket, open): &(&Bucket, Portions)| {
            let nr = buckets.iter().position(|b| b == *bucket).unwrap_or(0) + 1;
            Row::default()
                .with("rangeId", nr.to_string())
                .with("Range", bucket.name.as_str())
                .amount("Amount", open.debt())
        };
        let lines = late_by_bucket(&held.loan, today, PausedDays::All, buckets);
        Tags {
            range: range.map(|bucket| bucket.name.clone()),
            lines: lines.iter().map(row).collect(),
        }
    }
}

/// As their products age.
fn late(held: &Held, today: Day) -> Delinquency {
    let ageing = Ageing {
        grace: held.product.grace_days(),
        paused: PausedDays::All,
    };
    delinquency(&held.loan, today, ageing)
}

fn loan_level(held: &Held, today: Day) -> Row {
    let late = late(held, today);
    Row::default()
        .with("classification", held.tags.range())
        .amount("delinquentAmount", late.amount.debt())
        .with(
            "delinquentDate",
            late.since.map(read::written_day).unwrap_or_default(),
        )
        .with("delinquentDays", late.delinquent_days.to_string())
        .with("pastDueDays", late.past_due_days.to_string())
}

/// Lines that were due before today.
fn late_lines(held: &Held, today: Day) -> impl Iterator<Item = &Line> {
    let lines = held.loan.lines().iter();
    lines.filter(move |line| line.due_on < today)
}

fn pauses(held: &Held, today: Day) -> Vec<Row> {
    let row = |pause: &Pause| {
        let end = pause.end();
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
