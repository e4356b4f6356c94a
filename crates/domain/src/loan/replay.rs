//! What one fact does to how a loan stands, and how it stands before the first.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::account::{ChargesCount, Entry, Loan, Rules, Stand};
use super::allocate::{Allocation, Share};
use super::charge::{self, Charge};
use super::command::{Act, Command, PaymentKind};
use super::line::{Line, LineKind};
use super::order::Component;
use super::outcome::Outcome;
use super::portions::Portions;
use super::terms::Terms;
use super::{reopen, rework, schedule};
use crate::calendar::Day;

/// What a step may look at.
pub(super) struct Known<'a> {
    pub terms: &'a Terms,
    pub rules: &'a Rules,
    pub entries: &'a [Entry],
    pub ids: &'a BTreeMap<String, usize>,
}

/// What a step did.
#[derive(Default)]
pub(super) struct Step {
    pub portions: Portions,
    pub shares: Vec<Share>,
}

/// Before the first payment: the schedule of what was given out, rescheduled, with its charges.
pub(super) fn start(loan: &mut Loan) -> Result<Stand, Outcome> {
    let mut given: Vec<(Day, _)> = Vec::new();
    for &at in &loan.order {
        let entry = &loan.entries[at];
        if let (Act::Disburse { amount }, None) = (&entry.command.act, entry.reversed_on) {
            given.push((entry.command.on, *amount));
        }
    }
    let mut stand = Stand::default();
    if given.is_empty() {
        return Ok(stand);
    }
    stand.lines = planned(loan, &given)?;
    if loan.rules.charges == ChargesCount::Always {
        let rounding = loan.terms.rounding;
        let standing = loan.charges.iter_mut().filter(|c| !c.reversed);
        for charge in standing {
            charge::place(charge, &mut stand.lines, rounding).ok_or(Outcome::Overflow)?;
        }
        waive_ahead(loan, &mut stand);
    }
    Ok(stand)
}

/// The schedule by the terms and the reschedules so far, as open lines.
fn planned(loan: &Loan, given: &[(Day, crate::money::Money)]) -> Result<Vec<Line>, Outcome> {
    let given: Vec<schedule::Disbursement> = given
        .iter()
        .map(|(on, amount)| schedule::Disbursement {
            on: *on,
            amount: *amount,
        })
        .collect();
    let changes = loan.entries.iter().filter_map(|e| match &e.command.act {
        Act::Reschedule(change) if e.reversed_on.is_none() => Some(change),
        _ => None,
    });
    let changes: Vec<_> = changes.collect();
    let planned = rework::planned(&loan.terms, &given, &changes).map_err(Outcome::Terms)?;
    let line = |l: &schedule::Line| {
        let mut due = Portions::of(Component::Principal, l.principal);
        due.add(Component::Interest, l.interest);
        let kind = match l.kind {
            schedule::LineKind::DownPayment => LineKind::DownPayment,
            schedule::LineKind::Instalment => LineKind::Instalment,
        };
        Line::new(kind, l.from, l.due, due)
    };
    Ok(planned.iter().map(line).collect())
}

/// What was waived was never to be paid, so it is given up before any payment; the line is
/// settled on the day of the waiver.
fn waive_ahead(loan: &mut Loan, stand: &mut Stand) {
    for entry in &loan.entries {
        let Act::WaiveCharge { charge, line } = &entry.command.act else {
            continue;
        };
        if entry.reversed_on.is_some() {
            continue;
        }
        let Some(charge) = loan.charges.iter_mut().find(|c| c.id == *charge) else {
            continue;
        };
        let mut left = entry.portions.debt();
        if left == 0 {
            // Not given up yet: this waiver is the newest fact.
            continue;
        }
        let component = charge.kind.component();
        for part in parts_of(charge, *line) {
            let taken = left.min(part.amount - part.waived);
            stand.lines[part.line].waived.add(component, taken);
            part.waived += taken;
            left -= taken;
        }
    }
}

fn parts_of(charge: &mut Charge, line: Option<u16>) -> impl Iterator<Item = &mut charge::Part> {
    let parts = charge.parts.iter_mut();
    parts.filter(move |p| line.is_none_or(|nr| p.line + 1 == usize::from(nr)))
}

/// What could be waived of a charge now.
pub(super) fn waivable(lines: &[Line], charge: &Charge, line: Option<u16>) -> i128 {
    let component = charge.kind.component();
    let wanted = |p: &&charge::Part| line.is_none_or(|nr| p.line + 1 == usize::from(nr));
    let open = charge.parts.iter().filter(wanted).map(|p| {
        let open = lines.get(p.line).map_or(0, |l| l.open(component));
        open.min(p.amount - p.waived)
    });
    open.sum()
}

/// Lives one fact.
pub(super) fn step(
    known: &Known<'_>,
    charges: &mut [Charge],
    stand: &mut Stand,
    command: &Command,
) -> Result<Step, Outcome> {
    let on = command.on;
    Ok(match &command.act {
        Act::Disburse { amount } => {
            stand.balance += amount.minor();
            Step::default()
        }
        Act::Pay { kind, amount } => pay(known, charges, stand, *kind, amount.minor(), on),
        Act::AdjustCharge { amount, .. } => {
            let kind = PaymentKind::ChargeAdjustment;
            pay(known, charges, stand, kind, amount.minor(), on)
        }
        Act::Chargeback { of, amount } => {
            let split = reopen::chargeback(known, (command, of), amount.minor());
            portions(reopen::reopen(stand, split, on))
        }
        Act::RefundCredit { amount } => {
            let split = Portions::of(Component::Principal, amount.minor());
            portions(reopen::reopen(stand, split, on))
        }
        Act::Charge { .. } => {
            raise(known, charges, stand, command)?;
            Step::default()
        }
        Act::WaiveCharge { charge, line } => {
            let earlier = known
                .ids
                .get(&command.id)
                .map(|at| known.entries[*at].portions);
            portions(waive(known, charges, stand, (charge, *line), earlier, on))
        }
        Act::WriteOff => {
            let mut sum = Portions::NONE;
            for line in &mut stand.lines {
                let given_up = line.write_off(on);
                for component in Component::ALL {
                    sum.add(component, given_up.get(component));
                }
            }
            stand.balance -= sum.principal();
            stand.written_off = true;
            portions(sum)
        }
        Act::ReAge {
            first,
            every,
            count,
        } => {
            let plan = (*first, *every, *count);
            portions(rework::re_age(known.terms, stand, on, plan)?)
        }
        Act::ReAmortise => portions(rework::re_amortise(known.terms, stand, on)?),
        Act::Reverse { .. }
        | Act::Recover { .. }
        | Act::Reschedule(_)
        | Act::Pause { .. }
        | Act::Resume
        | Act::Close => Step::default(),
    })
}

fn portions(portions: Portions) -> Step {
    Step {
        portions,
        shares: Vec::new(),
    }
}

fn pay(
    known: &Known<'_>,
    charges: &[Charge],
    stand: &mut Stand,
    kind: PaymentKind,
    amount: i128,
    on: Day,
) -> Step {
    let due = |line: usize, component: Component| charged_by(charges, line, component, on);
    let mut allocation = Allocation {
        lines: &mut stand.lines,
        order: known.rules.orders.of(kind),
        charges_due: &due,
        on,
        left: amount,
        shares: Vec::new(),
    };
    allocation.run();
    for line in allocation.lines.iter_mut() {
        // An instalment of nothing is settled by the first payment.
        line.settle(on);
    }
    let (left, shares) = (allocation.left, allocation.shares);
    let mut portions = Portions::NONE;
    for share in &shares {
        portions.add(share.bucket.component, share.amount);
    }
    portions.credit = left;
    stand.credit += left;
    stand.balance -= portions.principal();
    Step { portions, shares }
}

/// What of a line's charges of one kind is due by their own days.
fn charged_by(charges: &[Charge], line: usize, component: Component, on: Day) -> i128 {
    let of_kind = charges
        .iter()
        .filter(|c| !c.reversed && c.kind.component() == component);
    let parts = of_kind.flat_map(|c| &c.parts);
    let due = parts.filter(|p| p.line == line && p.due_on <= on);
    due.map(|p| p.amount - p.waived).sum()
}

/// A charge that counts from its day on; credit pays it at once.
fn raise(
    known: &Known<'_>,
    charges: &mut [Charge],
    stand: &mut Stand,
    command: &Command,
) -> Result<(), Outcome> {
    if known.rules.charges == ChargesCount::Always {
        return Ok(());
    }
    let found = charges.iter_mut().find(|c| c.id == command.id);
    let charge = found.ok_or(Outcome::Unknown)?;
    charge::place(charge, &mut stand.lines, known.terms.rounding).ok_or(Outcome::Overflow)
}

fn waive(
    known: &Known<'_>,
    charges: &mut [Charge],
    stand: &mut Stand,
    (id, nr): (&String, Option<u16>),
    earlier: Option<Portions>,
    on: Day,
) -> Portions {
    let Some(charge) = charges.iter_mut().find(|c| c.id == *id) else {
        return Portions::NONE;
    };
    let component = charge.kind.component();
    let before = earlier.filter(|p| p.debt() > 0);
    if let (Some(portions), ChargesCount::Always) = (before, known.rules.charges) {
        for part in parts_of(charge, nr) {
            stand.lines[part.line].settle(on);
        }
        return portions;
    }
    let mut sum = 0;
    let at_most = before.map_or(i128::MAX, |p| p.debt());
    for part in parts_of(charge, nr) {
        let wanted = (part.amount - part.waived).min(at_most - sum);
        let taken = stand.lines[part.line].waive(component, wanted, on);
        part.waived += taken;
        sum += taken;
    }
    Portions::of(component, sum)
}
