//! Changes of what is still to come: re-ageing, re-amortising, rescheduling.
//!
//! A re-ageing and a re-amortisation move open amounts between lines on their day; a reschedule
//! changes the plan itself, from which everything follows. Old and new schedule are both known:
//! the facts before the change give the one, the facts with it the other. On purpose absent: a
//! change without a reason (a reschedule carries it).

use super::account::Stand;
use super::command::Reschedule;
use super::line::{Line, LineKind};
use super::order::Component;
use super::outcome::Outcome;
use super::portions::Portions;
use super::terms::Terms;
use super::variation::Variation;
use crate::calendar::{Day, step::Step};
use alloc::vec::Vec;

/// A reschedule as the schedule knows it: without its reason.
pub(super) fn variation(change: &Reschedule) -> Variation {
    Variation {
        from: change.from,
        due: change.due,
        extra: change.extra,
        grace_principal: change.grace_principal,
        grace_interest: change.grace_interest,
        rate: change.rate,
    }
}

/// Moves all open principal to `count` new lines; charges and interest stay where they are.
pub(super) fn re_age(
    terms: &Terms,
    stand: &mut Stand,
    on: Day,
    (first, every, count): (Day, Step, u16),
) -> Result<Portions, Outcome> {
    let moved = take_open(&mut stand.lines, on, |_| true);
    let amounts = equal_parts(terms, moved, usize::from(count)).ok_or(Outcome::Overflow)?;
    let mut from = stand.lines.last().map_or(on, |l| l.due_on);
    for (nr, amount) in (0..).zip(amounts) {
        let due_on = every.nth(first, nr).ok_or(Outcome::Overflow)?;
        let due = Portions::of(Component::Principal, amount);
        stand
            .lines
            .push(Line::new(LineKind::ReAged, from, due_on, due));
        from = due_on;
    }
    Ok(Portions::of(Component::Principal, moved))
}

/// Spreads the principal that is past due over the lines to come.
pub(super) fn re_amortise(terms: &Terms, stand: &mut Stand, on: Day) -> Result<Portions, Outcome> {
    let ahead: Vec<usize> = (0..stand.lines.len())
        .filter(|at| stand.lines[*at].due_on > on)
        .collect();
    if ahead.is_empty() {
        return Err(Outcome::NoInstalment);
    }
    let moved = take_open(&mut stand.lines, on, |line| line.due_on <= on);
    let amounts = equal_parts(terms, moved, ahead.len()).ok_or(Outcome::Overflow)?;
    for (at, amount) in ahead.into_iter().zip(amounts) {
        stand.lines[at].owe(Component::Principal, amount);
    }
    Ok(Portions::of(Component::Principal, moved))
}

/// Takes the open principal out of these lines, which ends them; the answer is how much it was.
fn take_open(lines: &mut [Line], on: Day, which: impl Fn(&Line) -> bool) -> i128 {
    let mut moved = 0;
    for line in lines.iter_mut().filter(|line| which(line)) {
        let open = line.open(Component::Principal);
        line.due.add(Component::Principal, -open);
        line.settle(on);
        moved += open;
    }
    moved
}

/// Equal parts, rounded as the terms round instalments; the last one takes the rest.
fn equal_parts(terms: &Terms, amount: i128, parts: usize) -> Option<Vec<i128>> {
    let count = i128::try_from(parts).ok()?;
    let multiple = terms.instalment_multiple.max(1);
    let units = terms
        .rounding
        .divide(amount, count.checked_mul(multiple)?)?;
    // Rounding up may leave nothing for the last ones.
    let even = (units * multiple).min(amount);
    let mut left = amount;
    let mut amounts = Vec::with_capacity(parts);
    for _ in 1..parts {
        let part = even.min(left);
        amounts.push(part);
        left -= part;
    }
    amounts.push(left);
    Some(amounts)
}
