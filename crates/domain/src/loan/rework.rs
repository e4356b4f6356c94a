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
use super::schedule;
use super::terms::{Terms, TermsError};
use crate::calendar::{Day, step::Step};
use alloc::vec::Vec;

/// The schedule by the terms, with every reschedule so far.
pub(super) fn planned(
    terms: &Terms,
    given: &[schedule::Disbursement],
    changes: &[&Reschedule],
) -> Result<Vec<schedule::Line>, TermsError> {
    let lines = schedule::generate(terms, given)?;
    let _ = changes;
    Ok(lines)
}

/// Moves all open principal to `count` new lines.
pub(super) fn re_age(
    stand: &mut Stand,
    on: Day,
    (first, every, count): (Day, Step, u16),
) -> Result<Portions, Outcome> {
    let mut moved = 0;
    for line in &mut stand.lines {
        let open = line.open(Component::Principal);
        line.due.add(Component::Principal, -open);
        line.settle(on);
        moved += open;
    }
    let mut from = stand.lines.last().map_or(on, |l| l.due_on);
    let parts = i128::from(count);
    for nr in 0..count {
        let due_on = every.nth(first, u32::from(nr)).ok_or(Outcome::Overflow)?;
        let even = moved / parts;
        let last = nr + 1 == count;
        let amount = if last {
            moved - even * (parts - 1)
        } else {
            even
        };
        let due = Portions::of(Component::Principal, amount);
        stand
            .lines
            .push(Line::new(LineKind::ReAged, from, due_on, due));
        from = due_on;
    }
    Ok(Portions::of(Component::Principal, moved))
}

/// Spreads what is past due over the lines to come, in whole multiples; the last takes the rest.
pub(super) fn re_amortise(terms: &Terms, stand: &mut Stand, on: Day) -> Portions {
    let mut moved = 0;
    for line in stand.lines.iter_mut().filter(|l| l.due_on <= on) {
        let open = line.open(Component::Principal);
        line.due.add(Component::Principal, -open);
        line.settle(on);
        moved += open;
    }
    let ahead: Vec<usize> = (0..stand.lines.len())
        .filter(|at| stand.lines[*at].due_on > on)
        .collect();
    let Ok(parts) = i128::try_from(ahead.len()) else {
        return Portions::NONE;
    };
    if parts == 0 || moved == 0 {
        return Portions::NONE;
    }
    let multiple = terms.instalment_multiple.max(1);
    let even = moved / parts / multiple * multiple;
    for (nr, at) in ahead.iter().enumerate() {
        let last = nr + 1 == ahead.len();
        let amount = if last {
            moved - even * (parts - 1)
        } else {
            even
        };
        stand.lines[*at].owe(Component::Principal, amount);
    }
    Portions::of(Component::Principal, moved)
}
