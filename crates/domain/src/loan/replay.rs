//! What one fact does to how a loan stands, and how it stands before the first.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::account::{ChargesCount, Entry, Loan, Rules, Stand};
use super::allocate::{Allocation, Share};
use super::charge::{self, Charge};
use super::command::{Act, Command, PaymentKind};
use super::line::Line;
use super::order::{Bucket, Component, When};
use super::outcome::Outcome;
use super::portions::Portions;
use super::terms::{ScheduleType, Terms};
use super::{due, reopen, rework};
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

/// Before the first payment: the schedule of what was given out, with its charges.
pub(super) fn start(loan: &mut Loan, known_on: Day) -> Result<Stand, Outcome> {
    let mut stand = due::start(&loan.terms, &loan.entries, known_on)?;
    for charge in &mut loan.charges {
        charge.unplace();
    }
    if charges_first(&loan.terms, &loan.rules) {
        let rounding = loan.terms.rounding;
        let standing = loan.charges.iter_mut().filter(|c| !c.reversed);
        for charge in standing {
            charge::place(charge, &mut stand.lines, rounding).ok_or(Outcome::Overflow)?;
        }
        waive_ahead(loan, &mut stand);
    }
    Ok(stand)
}

/// Whether every charge is owed from the beginning.
pub(super) fn charges_first(terms: &Terms, rules: &Rules) -> bool {
    rules.charges == ChargesCount::Always && terms.schedule_type == ScheduleType::Cumulative
}

/// Money is given out: under progressive terms its lines owe it now, and credit pays first.
fn disburse(
    known: &Known<'_>,
    charges: &[Charge],
    stand: &mut Stand,
    command: &Command,
    amount: i128,
) -> Result<Step, Outcome> {
    stand.balance += amount;
    let mut step = portions(Portions::of(Component::Principal, amount));
    if known.terms.schedule_type == ScheduleType::Cumulative {
        return Ok(step);
    }
    due::give_out(known, stand, command)?;
    let credit = core::mem::take(&mut stand.credit);
    if credit > 0 {
        let used = pay(
            known,
            charges,
            stand,
            PaymentKind::Repayment,
            credit,
            command.on,
        );
        // Like debt that comes back: owed as far as the credit didn't pay it. What the credit paid
        // besides the principal given out, a fee of before, is less than nothing here.
        step.portions.credit = credit - used.portions.credit;
        for component in Component::ALL {
            step.portions.add(component, -used.portions.get(component));
        }
        step.shares = used.shares;
    }
    Ok(step)
}

/// What was waived was never to be paid, so it is given up before any payment; the line is
/// settled on the day of the waiver. Each line is given up what it was then; where lines are
/// others now, the first ones.
fn waive_ahead(loan: &mut Loan, stand: &mut Stand) {
    for (at, entry) in loan.entries.iter().enumerate() {
        let Act::WaiveCharge { charge, line } = &entry.command.act else {
            continue;
        };
        let mut left = entry.portions.debt();
        // Of nothing: it is the newest fact, and gives up what is left in its turn.
        if entry.reversed_on.is_some() || left == 0 {
            continue;
        }
        let Some(charge) = loan.charges.iter_mut().find(|c| c.id == *charge) else {
            continue;
        };
        let component = charge.kind.component();
        let then = |line: usize| -> i128 {
            let of_it = entry.shares.iter().filter(|share| share.line == line);
            of_it.map(|share| share.amount).sum()
        };
        let mut given_up: Vec<Share> = Vec::new();
        for same_lines in [true, false] {
            // A charge that was reversed has no parts.
            for (nr, part) in parts_of(charge, *line).enumerate() {
                let at_most = if same_lines {
                    left.min(then(part.line))
                } else {
                    left
                };
                let taken = at_most.min(part.amount - part.waived);
                stand.lines[part.line].waived.add(component, taken);
                part.waived += taken;
                left -= taken;
                match given_up.get_mut(nr) {
                    Some(share) => share.amount += taken,
                    None => given_up.push(share_of(component, part, entry.command.on, taken)),
                }
            }
        }
        given_up.retain(|share| share.amount > 0);
        stand.waived_ahead.push((at, given_up));
    }
}

/// What a waiver gives up of one part of a charge.
fn share_of(component: Component, part: &charge::Part, on: Day, amount: i128) -> Share {
    let when = When::of(part.due_on, on);
    Share {
        line: part.line,
        bucket: Bucket { when, component },
        amount,
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
        Act::Disburse { amount } => disburse(known, charges, stand, command, amount.minor())?,
        Act::Pay { kind, amount } => {
            take_in(known, charges, stand, command, (*kind, amount.minor()))?
        }
        Act::AdjustCharge { amount, .. } => {
            let kind = PaymentKind::ChargeAdjustment;
            take_in(known, charges, stand, command, (kind, amount.minor()))?
        }
        Act::Chargeback { of, amount } => {
            let split = reopen::chargeback(known, (command, of), amount.minor());
            portions(reopen::reopen(stand, split, on))
        }
        Act::RefundCredit { amount } => {
            let split = Portions::of(Component::Principal, amount.minor());
            portions(reopen::reopen(stand, split, on))
        }
        Act::RefundPaid { amount } => {
            let order = &known.rules.orders.usual;
            portions(reopen::give_back(stand, order, amount.minor(), on))
        }
        Act::Charge { .. } => raise(known, charges, stand, command)?,
        Act::WaiveCharge { charge, line } => {
            let at = known.ids.get(&command.id).copied();
            waive(charges, stand, (charge, *line), at, on)
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

/// A payment: under terms whose interest follows what was paid, the lines first say what they
/// owe on its day, and afterwards what it changed.
fn take_in(
    known: &Known<'_>,
    charges: &[Charge],
    stand: &mut Stand,
    command: &Command,
    (kind, amount): (PaymentKind, i128),
) -> Result<Step, Outcome> {
    stand.money += amount;
    if !due::follows(known.terms) {
        return Ok(pay(known, charges, stand, kind, amount, command.on));
    }
    let ends = due::before_payment(known, stand, command, amount)?;
    let step = pay(known, charges, stand, kind, amount, command.on);
    due::after_payment(known, stand, command, (&step.shares, ends))?;
    Ok(step)
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
        rounding: known.terms.rounding,
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

/// A charge that counts from its day on.
fn raise(
    known: &Known<'_>,
    charges: &mut [Charge],
    stand: &mut Stand,
    command: &Command,
) -> Result<Step, Outcome> {
    if charges_first(known.terms, known.rules) {
        return Ok(Step::default());
    }
    let found = charges.iter_mut().find(|c| c.id == command.id);
    let charge = found.ok_or(Outcome::Unknown)?;
    charge::place(charge, &mut stand.lines, known.terms.rounding).ok_or(Outcome::Overflow)?;
    Ok(Step::default())
}

/// Gives up what is left of a charge; where charges are owed from the beginning, what was left
/// when the waiver was entered. `at` is its index.
fn waive(
    charges: &mut [Charge],
    stand: &mut Stand,
    (id, nr): (&String, Option<u16>),
    at: Option<usize>,
    on: Day,
) -> Step {
    let Some(charge) = charges.iter_mut().find(|c| c.id == *id) else {
        return Step::default();
    };
    let component = charge.kind.component();
    let ahead = stand.waived_ahead.iter().find(|(of, _)| Some(*of) == at);
    if let Some((_, shares)) = ahead.cloned() {
        for share in &shares {
            let line = &mut stand.lines[share.line];
            line.settled_on = (!line.is_open()).then_some(on);
        }
        return given_up(component, shares);
    }
    let mut shares = Vec::new();
    for part in parts_of(charge, nr) {
        let wanted = part.amount - part.waived;
        let taken = stand.lines[part.line].waive(component, wanted, on);
        part.waived += taken;
        shares.push(share_of(component, part, on, taken));
    }
    shares.retain(|share| share.amount > 0);
    given_up(component, shares)
}

fn given_up(component: Component, shares: Vec<Share>) -> Step {
    let sum = shares.iter().map(|share| share.amount).sum();
    Step {
        portions: Portions::of(component, sum),
        shares,
    }
}
