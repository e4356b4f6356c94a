//! Debt that comes back: chargebacks, refunds of what was paid, and credit that was refunded and
//! then wasn't there.
//!
//! The borrower's credit goes first. What is left is owed in the next instalment that isn't due
//! yet; on the last due day in the last one; after it in an extra line that is due that day. The
//! payments before stay as they are: nothing is ever silently undone.

use super::account::{Stand, key};
use super::command::{Act, Command};
use super::line::LineKind;
use super::order::{Component, Order, When};
use super::portions::Portions;
use super::replay::Known;
use super::{charge, due};
use crate::calendar::Day;
use alloc::vec::Vec;

/// What a chargeback takes back of its payment: by the contract's order, as far as that payment
/// had paid each and earlier chargebacks left it; else as principal.
pub(super) fn chargeback(
    known: &Known<'_>,
    (command, payment): (&Command, &str),
    amount: i128,
) -> Portions {
    let Some(order) = known.rules.chargebacks else {
        return Portions::of(Component::Principal, amount);
    };
    let paid = known.ids.get(payment).map(|at| known.entries[*at].portions);
    let paid = paid.unwrap_or(Portions::NONE);
    let mut split = Portions::NONE;
    let mut left = amount;
    for component in order {
        let before = taken_back(known, (command, payment), component);
        let taken = (paid.get(component) - before).clamp(0, left);
        split.add(component, taken);
        left -= taken;
    }
    split.add(Component::Principal, left);
    split
}

/// What chargebacks of that payment that count before this one took of one component.
fn taken_back(
    known: &Known<'_>,
    (command, payment): (&Command, &str),
    component: Component,
) -> i128 {
    let before = known.entries.iter().filter(|e| {
        let of_it = matches!(&e.command.act, Act::Chargeback { of, .. } if of == payment);
        of_it && e.reversed_on.is_none() && key(&e.command) < key(command)
    });
    before.map(|e| e.portions.get(component)).sum()
}

/// Owes the split again; the answer says what was owed and what the credit paid.
pub(super) fn reopen(stand: &mut Stand, split: Portions, on: Day) -> Portions {
    let amount = split.debt();
    let from_credit = amount.min(stand.credit);
    stand.credit -= from_credit;
    let mut portions = split;
    portions.credit = from_credit;
    let mut covered = from_credit;
    for component in [
        Component::Principal,
        Component::Interest,
        Component::Fee,
        Component::Penalty,
    ] {
        let less = covered.min(portions.get(component));
        portions.add(component, -less);
        covered -= less;
    }
    if portions.debt() == 0 {
        // Nothing is owed again: the money just leaves.
        stand.money -= from_credit;
        return portions;
    }
    let at = line_for(stand, on);
    let line = &mut stand.lines[at];
    for component in Component::ALL {
        line.owe(component, split.get(component));
        let paid = split.get(component) - portions.get(component);
        line.pay(component, paid, on);
    }
    line.credited += split.principal();
    stand.balance += portions.principal();
    portions
}

/// Gives back what was paid: the latest line first, and in it the component that takes money last.
/// What a later correction left unpaid is owed as principal.
pub(super) fn give_back(stand: &mut Stand, order: &Order, amount: i128, on: Day) -> Portions {
    let mut components: Vec<Component> = order.components(When::InAdvance).collect();
    components.reverse();
    let mut portions = Portions::NONE;
    let mut left = amount;
    for at in (0..stand.lines.len()).rev() {
        for component in &components {
            let given = stand.lines[at].unpay(*component, left);
            if given > 0 {
                due::given_back(stand, at, *component);
            }
            portions.add(*component, given);
            left -= given;
        }
    }
    stand.balance += portions.principal();
    stand.money -= amount - left;
    if left > 0 {
        let rest = reopen(stand, Portions::of(Component::Principal, left), on);
        portions.add(Component::Principal, rest.principal());
        portions.credit += rest.credit;
    }
    portions
}

fn line_for(stand: &mut Stand, on: Day) -> usize {
    let lines = &stand.lines;
    let open_ended = |kind| kind == LineKind::Extra;
    let next = lines
        .iter()
        .position(|l| open_ended(l.kind) || l.due_on > on);
    let last = lines.len() - 1;
    match next {
        Some(at) if open_ended(lines[at].kind) => charge::extra(&mut stand.lines, on),
        Some(at) => at,
        None if lines[last].due_on == on => last,
        None => charge::extra(&mut stand.lines, on),
    }
}
