//! Each act as commands.

use fairlock_domain::calendar::Day;
use fairlock_domain::calendar::step::Step;
use fairlock_domain::loan::command::{Act as Fact, PaymentKind, Reschedule};
use fairlock_domain::loan::payoff::{self, Unearned};
use fairlock_domain::loan::{LineKind, Status};
use fairlock_domain::money::Rate;

use super::super::names;
use super::super::product;
use super::super::read::{self, Table};
use super::super::step::{Act, Which};
use super::charges;
use super::held::Held;
use super::late::Tags;
use super::{Driver, Fail};

pub fn run(driver: &mut Driver<'_>, act: &Act) -> Result<(), Fail> {
    match act {
        Act::Today(day) => {
            driver.today = Some(*day);
            return Ok(());
        }
        Act::Create(creation) => {
            driver.held = Some(Held::new(&driver.products, creation)?);
            return Ok(());
        }
        Act::FutureRule {
            product,
            kind,
            rule,
        } => return Ok(driver.products.set_future_rule(product, kind, rule)?),
        Act::Config(name, value) => {
            if name == "next-payment-due-date" {
                driver.next_due_is.clone_from(value);
            }
            return Ok(());
        }
        Act::DayDoes { step, does } => {
            if step == "LOAN_INTEREST_RECALCULATION" {
                driver.day_recalculates = *does;
            }
            return Ok(());
        }
        Act::Cannot(why) => return Err(Fail::from(*why)),
        Act::RepaymentStart { product, from } => {
            return Ok(driver.products.set_repayment_start(product, from)?);
        }
        _ => {}
    }
    let today = driver.today()?;
    let held = driver.held.as_mut().ok_or("there is no loan")?;
    if matches!(act, Act::RunDay) && driver.day_recalculates {
        held.known_on = Some(today);
    }
    if needs_disbursement(act) && !held.is_disbursed() {
        return Err(Fail::Refused(String::from("nothing was given out yet")));
    }
    on_loan(held, today, act)?;
    if notes_lateness(act) && held.is_disbursed() {
        held.tags = Tags::note(held, driver.products.buckets(), today);
    }
    Ok(())
}

/// What their system looks at a loan's lateness after: the day's job, and each transaction.
fn notes_lateness(act: &Act) -> bool {
    !matches!(
        act,
        Act::Approve { .. } | Act::UndoApproval | Act::Charge { .. } | Act::Pause { .. }
    )
}

fn needs_disbursement(act: &Act) -> bool {
    !matches!(
        act,
        Act::Approve { .. }
            | Act::UndoApproval
            | Act::Disburse { .. }
            | Act::Charge { .. }
            | Act::RunDay
            | Act::Reschedule(_)
    )
}

fn on_loan(held: &mut Held, today: Day, act: &Act) -> Result<(), Fail> {
    match act {
        Act::Approve {
            amount,
            disburse_on,
        } => {
            held.approved = true;
            held.principal = *amount;
            held.expected_on = *disburse_on;
            Ok(())
        }
        Act::UndoApproval => {
            held.approved = false;
            Ok(())
        }
        Act::Disburse {
            on,
            amount,
            pays_down,
        } => disburse(held, today, (*on, *amount), *pays_down),
        Act::UndoDisbursal => undo_disbursal(held, today, 0),
        Act::UndoLastDisbursal => {
            let is_one = |f: &&Fact| matches!(f, Fact::Disburse { .. });
            let all = held.loan.entries().iter();
            let standing = all.filter(|e| e.reversed_on.is_none());
            let given = standing.filter(|e| is_one(&&e.command.act)).count();
            undo_disbursal(held, today, given.saturating_sub(1))
        }
        Act::Pay { kind, on, amount } => pay(held, kind, *on, *amount),
        Act::PayOff(on) => {
            let unearned = match held.loan.terms().recalculates() {
                true => Unearned::GivenUp,
                false => Unearned::Owed,
            };
            let quote = payoff::quote(&held.loan, *on, 0, unearned);
            let quote = quote.ok_or("no payoff can be computed")?;
            pay(held, "REPAYMENT", *on, quote.amount())
        }
        Act::Undo(which) => {
            let id = held.find(which)?;
            held.reverse(&id, today)
        }
        Act::Adjust { nth, on, amount } => {
            let id = held.find(&Which::NthRepayment(*nth))?;
            held.reverse(&id, today)?;
            match amount {
                0 => Ok(()),
                _ => pay(held, "REPAYMENT", *on, *amount),
            }
        }
        Act::Charge { name, due, amount } => charges::add(held, today, name, *due, amount),
        Act::WaiveCharge => charges::waive(held, today),
        Act::UndoWaive => charges::undo_waive(held, today),
        Act::AdjustCharge { name, due, amount } => {
            charges::adjust(held, today, name, *due, *amount)
        }
        Act::RevertAdjustment { on, amount } => charges::revert(held, today, *on, *amount),
        Act::Chargeback { amount, of } => {
            let of = chargeback_of(held, *of)?;
            let amount = held.money(*amount);
            held.apply(today, Fact::Chargeback { of, amount })?;
            Ok(())
        }
        Act::RefundCredit { on, amount } => {
            let amount = held.money(*amount);
            held.apply(*on, Fact::RefundCredit { amount })?;
            Ok(())
        }
        Act::Pause { from, until } => pause(held, *from, *until),
        Act::Resume(on) => {
            only_active(held)?;
            held.apply(*on, Fact::Resume)?;
            Ok(())
        }
        Act::Reschedule(table) => reschedule(held, table),
        Act::ReAge(table) => re_age(held, today, table),
        Act::UndoReAge => undo_last(held, today, "Re-age"),
        Act::ReAmortise => {
            held.apply(today, Fact::ReAmortise)?;
            Ok(())
        }
        Act::UndoReAmortise => undo_last(held, today, "Re-amortize"),
        Act::WriteOff(on) => {
            held.apply(*on, Fact::WriteOff)?;
            Ok(())
        }
        Act::RunDay => charges::run_day(held, today),
        Act::Today(_)
        | Act::Create(_)
        | Act::FutureRule { .. }
        | Act::RepaymentStart { .. }
        | Act::Config(..)
        | Act::DayDoes { .. }
        | Act::Cannot(_) => Ok(()),
    }
}

/// Gives out; then what was asked for before, and the down payment that pays itself.
fn disburse(
    held: &mut Held,
    today: Day,
    (on, minor): (Day, i128),
    pays_down: bool,
) -> Result<(), Fail> {
    let amount = held.money(minor);
    let credit = held.loan.credit().minor();
    held.apply(on, Fact::Disburse { amount })?;
    for waiting in std::mem::take(&mut held.waiting) {
        charges::add_named(held, today, &waiting)?;
    }
    if !(pays_down && held.pays_down) {
        return Ok(());
    }
    let of_today = held
        .loan
        .lines()
        .iter()
        .rfind(|l| l.kind == LineKind::DownPayment && l.due_on == on);
    let line = of_today.ok_or("no down payment is due on the day of the disbursement")?;
    // What the borrower had as credit was paid down already.
    let minor = line.due.total() - credit;
    if minor > 0 {
        let amount = held.money(minor);
        let kind = PaymentKind::DownPayment;
        held.apply(on, Fact::Pay { kind, amount })?;
    }
    Ok(())
}

/// Takes back what was given out after the first `keep` times, and all facts since; no table
/// shows them afterwards.
fn undo_disbursal(held: &mut Held, today: Day, keep: usize) -> Result<(), Fail> {
    let standing = |held: &Held| -> Vec<(String, bool)> {
        let all = held.loan.entries().iter();
        let standing = all.filter(|e| e.reversed_on.is_none());
        let reversible = standing.filter(|e| !matches!(e.command.act, Fact::Reverse { .. }));
        reversible
            .map(|e| {
                let gives = matches!(e.command.act, Fact::Disburse { .. });
                (e.command.id.clone(), gives)
            })
            .collect()
    };
    let facts = standing(held);
    let given = facts.iter().enumerate().filter(|(_, (_, gives))| *gives);
    let first = given.map(|(at, _)| at).nth(keep);
    let first = first.ok_or("there is no such disbursement")?;
    for (id, _) in facts[first..].iter().rev() {
        held.reverse(id, today)?;
        held.hidden.push(id.clone());
    }
    Ok(())
}

fn pay(held: &mut Held, kind: &str, on: Day, amount: i128) -> Result<(), Fail> {
    let amount = held.money(amount);
    if names::title(kind) == Some(names::CASH_REFUND) {
        held.apply(on, Fact::RefundPaid { amount })?;
        return Ok(());
    }
    let kind = names::payment(kind)?;
    let act = match held.loan.status() {
        Status::WrittenOff => Fact::Recover { amount },
        _ => Fact::Pay { kind, amount },
    };
    let id = held.apply(on, act)?;
    if kind == PaymentKind::PayoutRefund {
        held.last_refund = Some(id.clone());
    }
    held.last_payment = Some(id);
    Ok(())
}

fn chargeback_of(held: &Held, of: Option<(&'static str, usize)>) -> Result<String, Fail> {
    let Some((title, nth)) = of else {
        return held.find(&Which::LastRepayment);
    };
    // They count by the number that a transaction was given, which is the order of entry.
    let entries = held.loan.entries().iter();
    let of_kind = entries.filter(|e| names::title_of(&e.command.act) == Some(title));
    let found = of_kind
        .map(|e| e.command.id.clone())
        .nth(nth.saturating_sub(1));
    found.ok_or_else(|| Fail::from("there is no such payment"))
}

fn only_active(held: &Held) -> Result<(), Fail> {
    match held.loan.status() {
        Status::Active => Ok(()),
        other => Err(Fail::Refused(format!("the loan is {other:?}"))),
    }
}

fn pause(held: &mut Held, from: Day, until: Day) -> Result<(), Fail> {
    only_active(held)?;
    held.apply(from, Fact::Pause { until })?;
    Ok(())
}

fn undo_last(held: &mut Held, today: Day, title: &str) -> Result<(), Fail> {
    let standing = held
        .transactions()
        .filter(|(entry, its)| *its == title && entry.reversed_on.is_none());
    let last = standing.last().map(|(entry, _)| entry.command.id.clone());
    let id = last.ok_or("there is nothing to undo")?;
    held.reverse(&id, today)
}

fn number(table: &Table, column: &str) -> Result<Option<u16>, Fail> {
    match table.cell(0, column) {
        None | Some("" | "null") => Ok(None),
        Some(text) => {
            let number = text.parse().map_err(|e| format!("{column} {text}: {e}"));
            Ok(Some(number?))
        }
    }
}

fn reschedule(held: &mut Held, table: &Table) -> Result<(), Fail> {
    let day = |column| read::day(table.cell(0, column).unwrap_or_default());
    let rate = match table.cell(0, "newInterestRate") {
        None | Some("" | "null") => None,
        Some(percent) => Some(Rate::parse_percent(percent).map_err(|e| e.to_string())?),
    };
    let count = |column| Ok::<u16, Fail>(number(table, column)?.unwrap_or(0));
    let change = Reschedule {
        from: day("rescheduleFromDate").ok_or("no day to reschedule from")?,
        due: day("adjustedDueDate"),
        extra: count("extraTerms")?,
        grace_principal: count("graceOnPrincipal")?,
        grace_interest: count("graceOnInterest")?,
        rate,
        reason: String::from("asked by the borrower"),
    };
    let on = day("submittedOnDate").ok_or("no day of the request")?;
    held.apply(on, Fact::Reschedule(change))?;
    Ok(())
}

fn re_age(held: &mut Held, today: Day, table: &Table) -> Result<(), Fail> {
    let first = read::day(table.cell(0, "startDate").unwrap_or_default());
    let unit = table.cell(0, "frequencyType").unwrap_or_default();
    let every = Step {
        every: number(table, "frequencyNumber")?.ok_or("no number of steps")?,
        unit: product::unit(unit)?,
    };
    let act = Fact::ReAge {
        first: first.ok_or("no first day")?,
        every,
        count: number(table, "numberOfInstallments")?.ok_or("no number of instalments")?,
    };
    held.apply(today, act)?;
    Ok(())
}
