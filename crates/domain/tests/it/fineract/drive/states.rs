//! Each stated figure against ours.

use fairlock_domain::calendar::Day;
use fairlock_domain::loan::command::Act as Fact;
use fairlock_domain::loan::order::Component;
use fairlock_domain::loan::{Entry, Status};

use super::super::compare::{Row, Tally};
use super::super::differences::Rows;
use super::super::names;
use super::super::read::{self, Table};
use super::super::step::{Reverted, State};
use super::held::Held;
use super::schedule::Schedule;
use super::{charges, journal, late, transactions};

/// When and how it is looked at.
pub struct At<'a> {
    pub today: Day,
    pub next_due_is: &'a str,
    pub left_out: &'a [Rows],
}

pub fn compare(held: &Held, at: &At<'_>, state: &State, tally: &mut Tally) {
    let left_out = at.left_out;
    match state {
        State::Schedule(..) | State::Totals(_) | State::AllSettled | State::EqualAmounts(_) => {
            schedule(held, state, tally);
        }
        State::Transactions(table) => {
            let keys = ["Transaction date", "Transaction Type"];
            let table = without(table, left_out);
            tally.table(&table, &transactions::rows(held), &keys, true);
        }
        State::TransactionOn(day, table) => transaction_on(held, *day, table, left_out, tally),
        State::NoTransactions => {
            let count = transactions::rows(held).len();
            tally.cell("transactions", "0", &count.to_string());
        }
        State::CountOf(count, kind) => {
            let title = names::title(kind).unwrap_or(kind);
            let ours = held.transactions().filter(|(_, its)| *its == title).count();
            tally.cell(title, &count.to_string(), &ours.to_string());
        }
        State::Charges(table) => {
            let keys = ["Payment due at", "Due as of"];
            tally.table(table, &charges::rows(held), &keys, true);
        }
        State::GivenCharge(table) => {
            let keys = ["Payment due at", "Due as of"];
            tally.table(&first(table), &charges::rows(held), &keys, false);
        }
        State::Journal { kind, on, table } => journal_of(held, kind, *on, table, left_out, tally),
        State::Status(expected) => tally.cell("status", plain_status(expected), status(held)),
        State::Outstanding(minor) => tally.amount("outstanding", *minor, outstanding(held)),
        State::Overpaid(minor) => {
            tally.amount("overpaid", *minor, held.loan.credit().minor());
            tally.amount("outstanding", 0, outstanding(held));
        }
        State::Reverted { which, expected } => reverted(held, which, *expected, tally),
        State::FixedLength(days) => {
            let ours = held.loan.terms().fixed_length_days;
            let ours = ours.map(|days| days.to_string()).unwrap_or_default();
            tally.cell("fixed length", &days.to_string(), &ours);
        }
        State::ChargeAdded => {
            let there = !charges::rows(held).is_empty();
            tally.cell("charge", "true", &there.to_string());
        }
        State::ChargeAmount(minor) => {
            let last = held.loan.charges().last();
            tally.amount("charge", *minor, last.map_or(0, |charge| charge.due()));
        }
        State::Maturity(_) | State::ActualMaturity(_) => maturity(held, state, tally),
        State::LastPayment(table) => last_payment(held, table, tally),
        State::LastPaymentAmount(minor) => {
            let last = payments(held, &[]).last();
            tally.amount("last payment", *minor, last.map_or(0, transactions::amount));
        }
        State::LastRepayment(minor, day) => {
            let last = payments(held, &["Repayment", "Down Payment"]).last();
            tally.amount(
                "last repayment",
                *minor,
                last.map_or(0, transactions::amount),
            );
            let on = last.map(|entry| read::written_day(entry.command.on));
            tally.cell("on", &read::written_day(*day), &on.unwrap_or_default());
        }
        State::DownPaid(minor) => {
            let paid = payments(held, &["Repayment", "Down Payment"]);
            let sum: i128 = paid.map(transactions::amount).sum();
            tally.amount("repaid", *minor, sum);
        }
        State::PaidBy(table) => {
            let rows = charges::paid_by_last(held);
            tally.table(table, &rows, &["name"], true);
        }
        State::InterestOutstanding(minor) => {
            let open = held
                .loan
                .lines()
                .iter()
                .map(|l| l.open(Component::Interest));
            tally.amount("interest outstanding", *minor, open.sum());
        }
        State::ClosedOn(day) => {
            let closed = settled_on(held);
            let written = |day: Option<Day>| day.map(read::written_day).unwrap_or_default();
            tally.cell("closed", &written(*day), &written(closed));
        }
        State::TermVariations => {
            tally.differs("their record of agreed changes has no counterpart");
        }
        State::Overdue(_)
        | State::InterestOverdue(_)
        | State::Range { .. }
        | State::LoanLevel(_)
        | State::InstalmentLevel(_)
        | State::NextDue(_)
        | State::PausePeriods(_)
        | State::DelinquencyActions(_) => late::compare(held, at, state, tally),
    }
}

fn outstanding(held: &Held) -> i128 {
    held.loan.outstanding().minor()
}

/// Only the first row is stated, whatever stands below it.
fn first(table: &Table) -> Table {
    Table {
        header: table.header.clone(),
        rows: table.rows.iter().take(1).cloned().collect(),
    }
}

/// The table without the rows that aren't compared.
fn without(table: &Table, left_out: &[Rows]) -> Table {
    let kept = |nr: &usize| {
        !left_out
            .iter()
            .any(|rows| table.cell(*nr, &rows.column) == Some(rows.value.as_str()))
    };
    let rows = (0..table.rows.len()).filter(kept);
    Table {
        header: table.header.clone(),
        rows: rows.map(|nr| table.rows[nr].clone()).collect(),
    }
}

fn schedule(held: &Held, state: &State, tally: &mut Tally) {
    let schedule = match Schedule::of(held) {
        Ok(schedule) => schedule,
        Err(why) => return tally.differs(&why),
    };
    match state {
        State::Schedule(count, table) => {
            let ours = schedule.count().to_string();
            tally.cell("periods", &count.to_string(), &ours);
            tally.table(table, &schedule.rows(), &["Date"], true);
        }
        State::Totals(table) => tally.row(&first(table), &schedule.totals()),
        State::AllSettled => {
            let open = held.loan.lines().iter().filter(|l| l.settled_on.is_none());
            tally.cell("open instalments", "0", &open.count().to_string());
        }
        State::EqualAmounts(total) => equal_amounts(held, *total, tally),
        _ => {}
    }
}

/// Each instalment is the total over their count in whole units, the last one takes the rest.
fn equal_amounts(held: &Held, total: i128, tally: &mut Tally) {
    let lines = held.loan.lines();
    let count = i128::try_from(lines.len()).unwrap_or(1).max(1);
    let units = (total / count + 49) / 100;
    for (at, line) in lines.iter().enumerate() {
        let last = at + 1 == lines.len();
        let expected = match last {
            true => total - (count - 1) * units * 100,
            false => units * 100,
        };
        tally.amount("instalment", expected, line.due.principal());
    }
}

fn transaction_on(held: &Held, day: Day, table: &Table, left_out: &[Rows], tally: &mut Tally) {
    let stated = without(&first(table), left_out);
    if stated.rows.is_empty() {
        tally.skip("jobs: income that is accrued");
        return;
    }
    let written = read::written_day(day);
    let ours = transactions::rows(held).into_iter();
    let of_day: Vec<Row> = ours
        .filter(|row| row.get("Transaction date") == Some(written.as_str()))
        .collect();
    tally.table(&stated, &of_day, &["Transaction Type"], false);
}

fn journal_of(
    held: &Held,
    kind: &str,
    on: Day,
    table: &Table,
    left_out: &[Rows],
    tally: &mut Tally,
) {
    let title = names::title(kind);
    let excused = |rows: &Rows| rows.value.eq_ignore_ascii_case(kind);
    if title.is_none() && left_out.iter().any(excused) {
        tally.skip("jobs: income that is accrued");
        return;
    }
    let all = held.transactions();
    let meant = all.filter(|(entry, its)| Some(*its) == title && entry.command.on == on);
    let mut best: Option<Tally> = None;
    for (entry, _) in meant {
        let mut attempt = tally.attempt();
        match journal::rows(held, &entry.command.id) {
            Ok(rows) => attempt.table(table, &rows, &["Account code"], true),
            Err(why) => attempt.differs(&why),
        }
        let better = |best: &Tally| attempt.differences.len() < best.differences.len();
        if best.as_ref().is_none_or(better) {
            best = Some(attempt);
        }
    }
    match best {
        Some(best) => tally.take(best),
        None => tally.differs(&format!("no {kind} on {}", read::written_day(on))),
    }
}

/// Their two ways of writing a status as one.
fn plain_status(status: &str) -> &str {
    match status {
        "Submitted and pending approval" => "SUBMITTED_AND_PENDING_APPROVAL",
        "Approved" => "APPROVED",
        "Active" => "ACTIVE",
        "Closed (obligations met)" => "CLOSED_OBLIGATIONS_MET",
        "Overpaid" => "OVERPAID",
        other => other,
    }
}

fn status(held: &Held) -> &'static str {
    match held.loan.status() {
        Status::Agreed if held.approved => "APPROVED",
        Status::Agreed => "SUBMITTED_AND_PENDING_APPROVAL",
        Status::Active => "ACTIVE",
        Status::Settled => "CLOSED_OBLIGATIONS_MET",
        Status::Overpaid => "OVERPAID",
        Status::WrittenOff => "CLOSED_WRITTEN_OFF",
        Status::Closed => "CLOSED",
    }
}

fn reverted(held: &Held, which: &Reverted, expected: bool, tally: &mut Tally) {
    let all: Vec<(&Entry, &str)> = held.transactions().collect();
    let found: Vec<bool> = match which {
        Reverted::Latest(title) => of_kind(all.last().into_iter(), title),
        Reverted::Nth(nth, title) => of_kind(all.iter().skip(nth.saturating_sub(1)).take(1), title),
        Reverted::OnDay(title, day) => {
            of_kind(all.iter().filter(|(e, _)| e.command.on == *day), title)
        }
    };
    let ours = found.iter().any(|reverted| *reverted);
    tally.cell("reverted", &expected.to_string(), &ours.to_string());
}

fn of_kind<'a>(all: impl Iterator<Item = &'a (&'a Entry, &'a str)>, title: &str) -> Vec<bool> {
    all.filter(|(_, its)| *its == title)
        .map(|(entry, _)| entry.reversed_on.is_some())
        .collect()
}

/// The day on which nothing was left to pay.
fn settled_on(held: &Held) -> Option<Day> {
    match held.loan.status() {
        Status::Settled | Status::Overpaid => {
            held.loan.lines().iter().filter_map(|l| l.settled_on).max()
        }
        _ => None,
    }
}

/// The last due day by the plan, and the day on which it really ended.
fn maturity(held: &Held, state: &State, tally: &mut Tally) {
    let planned = held.loan.lines().iter().map(|line| line.due_on).max();
    let settled = settled_on(held);
    let written = |day: Option<Day>| day.map(read::written_day).unwrap_or_default();
    let (actual, planned) = (written(settled.or(planned)), written(planned));
    match state {
        State::ActualMaturity(day) => {
            tally.cell("maturity", &read::written_day(*day), &actual);
        }
        State::Maturity(table) => {
            let ours = Row::default()
                .with("actualMaturityDate", actual)
                .with("expectedMaturityDate", planned);
            tally.row(&first(table), &ours);
        }
        _ => {}
    }
}

/// Payments that stand, of these kinds or of any.
fn payments<'a>(held: &'a Held, titles: &'a [&str]) -> impl Iterator<Item = &'a Entry> {
    let all = held.transactions().filter(move |(entry, title)| {
        let pays = matches!(entry.command.act, Fact::Pay { .. });
        let wanted = titles.is_empty() || titles.contains(title);
        pays && wanted && entry.reversed_on.is_none()
    });
    all.map(|(entry, _)| entry)
}

fn last_payment(held: &Held, table: &Table, tally: &mut Tally) {
    let last = payments(held, &[]).last();
    let repaid = payments(held, &["Repayment", "Down Payment"]).last();
    let amount = |entry: Option<&Entry>| entry.map_or(0, transactions::amount);
    let day = |entry: Option<&Entry>| {
        let on = entry.map(|entry| read::written_day(entry.command.on));
        on.unwrap_or_default()
    };
    let ours = Row::default()
        .amount("lastPaymentAmount", amount(last))
        .with("lastPaymentDate", day(last))
        .amount("lastRepaymentAmount", amount(repaid))
        .with("lastRepaymentDate", day(repaid));
    tally.row(&first(table), &ours);
}
