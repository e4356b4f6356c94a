//! What lines owe by the plan: from the start, from each disbursement, and as payments change
//! interest.
//!
//! Under cumulative terms the whole plan stands from the beginning, made of everything that is
//! known. Under progressive terms a line owes what was given out so far, and interest follows each
//! payment; what was given back of one never came. On purpose absent: charges, and debt that came
//! back, which bears no interest.

use alloc::vec::Vec;

use super::account::{Entry, Stand, key};
use super::allocate::Share;
use super::command::{Act, Command};
use super::line::{Line, LineKind};
use super::order::Component;
use super::outcome::Outcome;
use super::portions::Portions;
use super::recalculation::{self, History, Paid, Until};
use super::replay::Known;
use super::rework;
use super::schedule::{self, Disbursement};
use super::terms::{ScheduleType, Terms};
use super::variation::Variation;
use crate::calendar::Day;

/// Whether each payment changes what lines owe.
pub(super) fn follows(terms: &Terms) -> bool {
    terms.recalculates() && terms.schedule_type == ScheduleType::Progressive
}

/// Facts that make a plan, in the order in which they count.
struct Basis {
    given: Vec<Disbursement>,
    variations: Vec<Variation>,
    /// Whole payments.
    paid: Vec<Paid>,
}

impl Basis {
    /// Reschedules are of the plan as a whole; of the others those that count.
    fn of(entries: &[Entry], counts: impl Fn(&Command) -> bool) -> Basis {
        let standing = entries.iter().filter(|e| e.reversed_on.is_none());
        let mut commands: Vec<&Command> = standing.map(|e| &e.command).collect();
        commands.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut basis = Basis {
            given: Vec::new(),
            variations: Vec::new(),
            paid: Vec::new(),
        };
        for command in commands {
            match &command.act {
                Act::Reschedule(change) => basis.variations.push(rework::variation(change)),
                Act::Disburse { amount } if counts(command) => basis.given.push(Disbursement {
                    on: command.on,
                    amount: *amount,
                }),
                Act::Pay { amount, .. } | Act::AdjustCharge { amount, .. } if counts(command) => {
                    basis.paid.push(Paid {
                        on: command.on,
                        due: command.on,
                        principal: amount.minor(),
                        interest: 0,
                    });
                }
                _ => {}
            }
        }
        basis
    }

    fn lines(
        &self,
        terms: &Terms,
        paid: &[Paid],
        until: Until,
    ) -> Result<Vec<schedule::Line>, Outcome> {
        if self.given.is_empty() {
            return Ok(Vec::new());
        }
        let history = History {
            terms,
            given: &self.given,
            variations: &self.variations,
            paid,
            until,
        };
        recalculation::recalculate(&history).map_err(Outcome::Terms)
    }

    /// The whole plan, as it is known on a day. A payment that ends the loan ends its interest.
    fn whole(&self, terms: &Terms, known_on: Day) -> Result<Vec<schedule::Line>, Outcome> {
        let as_of = self.lines(terms, &self.paid, Until::AsOf(known_on));
        let Some(last) = self.paid.last().filter(|_| terms.recalculates()) else {
            return as_of;
        };
        let ended = self.lines(terms, &self.paid, Until::PayoffOn(last.on))?;
        let paid: i128 = self.paid.iter().map(|p| p.principal).sum();
        if paid >= total(&ended) {
            Ok(ended)
        } else {
            as_of
        }
    }
}

/// The lines before anything was paid.
pub(super) fn start(terms: &Terms, entries: &[Entry], known_on: Day) -> Result<Stand, Outcome> {
    let mut stand = Stand::default();
    let basis = Basis::of(entries, |_| true);
    let planned = match terms.schedule_type {
        ScheduleType::Cumulative => basis.whole(terms, known_on)?,
        ScheduleType::Progressive => basis.lines(terms, &[], Until::AsOf(terms_begin(&basis)))?,
    };
    let line = |l: &schedule::Line| Line::new(kind(l), l.from, l.due, Portions::NONE);
    stand.lines = planned.iter().map(line).collect();
    if terms.schedule_type == ScheduleType::Cumulative {
        owe(&mut stand, &planned);
    }
    Ok(stand)
}

/// Before this day nothing could be late.
fn terms_begin(basis: &Basis) -> Day {
    let first = basis.given.first();
    first.map_or(Day::from_unix_days(0), |given| given.on)
}

/// Money is given out: the lines owe what was given out so far.
pub(super) fn give_out(
    known: &Known<'_>,
    stand: &mut Stand,
    command: &Command,
) -> Result<(), Outcome> {
    let lines = so_far(known, stand, command, Until::AsOf(command.on))?;
    owe(stand, &lines);
    Ok(())
}

/// What lines owe on the day of a payment; whether it ends the loan.
pub(super) fn before_payment(
    known: &Known<'_>,
    stand: &mut Stand,
    command: &Command,
    amount: i128,
) -> Result<bool, Outcome> {
    if stand.written_off {
        // Nothing is owed any more, whatever interest would have arisen.
        return Ok(false);
    }
    let ended = so_far(known, stand, command, Until::PayoffOn(command.on))?;
    let paid: i128 = stand.lines.iter().map(|line| line.paid.debt()).sum();
    let ends = paid + amount >= total(&ended) + beyond_the_plan(stand);
    let lines = match ends {
        true => ended,
        false => so_far(known, stand, command, Until::AsOf(command.on))?,
    };
    owe(stand, &lines);
    Ok(ends)
}

/// What lines owe besides the plan and without what was waived: charges, and debt that came back.
fn beyond_the_plan(stand: &Stand) -> i128 {
    let lines = stand.lines.iter();
    let owed: i128 = lines.map(|l| l.due.debt() - l.waived.debt()).sum();
    owed - stand.planned.iter().map(Portions::debt).sum::<i128>()
}

/// What a payment changed of what lines owe.
pub(super) fn after_payment(
    known: &Known<'_>,
    stand: &mut Stand,
    command: &Command,
    (shares, ends): (&[Share], bool),
) -> Result<(), Outcome> {
    for share in shares {
        note_paid(stand, share, command.on);
    }
    if ends || stand.written_off {
        return Ok(());
    }
    let lines = so_far(known, stand, command, Until::AsOf(command.on))?;
    owe(stand, &lines);
    Ok(())
}

/// Notes what was paid of an instalment for the plan, which comes before debt that came back.
fn note_paid(stand: &mut Stand, share: &Share, on: Day) {
    let (at, component) = (share.line, share.bucket.component);
    if stand.lines[at].kind != LineKind::Instalment {
        return;
    }
    let due = stand.lines[at].due_on;
    let left = stand.planned[at].get(component) - noted(stand, due, component);
    let of_plan = share.amount.min(left).max(0);
    let mut paid = Paid {
        on,
        due,
        principal: 0,
        interest: 0,
    };
    match component {
        Component::Principal => paid.principal = of_plan,
        Component::Interest => paid.interest = of_plan,
        Component::Fee | Component::Penalty => return,
    }
    if of_plan > 0 {
        stand.paid.push(paid);
    }
}

fn noted(stand: &Stand, due: Day, component: Component) -> i128 {
    let of_line = stand.paid.iter().filter(|paid| paid.due == due);
    of_line.map(|paid| part(paid, component)).sum()
}

fn part(paid: &Paid, component: Component) -> i128 {
    match component {
        Component::Principal => paid.principal,
        Component::Interest => paid.interest,
        Component::Fee | Component::Penalty => 0,
    }
}

/// Something that was paid of a line was given back: for the plan it never came, the newest first.
pub(super) fn given_back(stand: &mut Stand, at: usize, component: Component) {
    let (due, left) = (stand.lines[at].due_on, stand.lines[at].paid.get(component));
    let mut too_much = noted(stand, due, component) - left;
    for paid in stand.paid.iter_mut().rev().filter(|paid| paid.due == due) {
        let less = part(paid, component).min(too_much).max(0);
        match component {
            Component::Principal => paid.principal -= less,
            Component::Interest => paid.interest -= less,
            Component::Fee | Component::Penalty => {}
        }
        too_much -= less;
    }
}

/// What lines owe as it is known on a day after the last fact.
pub(super) fn as_of(
    terms: &Terms,
    entries: &[Entry],
    stand: &mut Stand,
    known_on: Day,
) -> Result<(), Outcome> {
    let open = !stand.written_off && stand.lines.iter().any(Line::is_open);
    if !follows(terms) || !open {
        return Ok(());
    }
    let basis = Basis::of(entries, |_| true);
    let lines = basis.lines(terms, &stand.paid, Until::AsOf(known_on))?;
    owe(stand, &lines);
    Ok(())
}

fn so_far(
    known: &Known<'_>,
    stand: &Stand,
    command: &Command,
    until: Until,
) -> Result<Vec<schedule::Line>, Outcome> {
    let basis = Basis::of(known.entries, |fact| key(fact) <= key(command));
    basis.lines(known.terms, &stand.paid, until)
}

/// Owes what a plan says, as far as its lines don't owe it yet. What was paid stays paid: where
/// the plan asks for less interest or principal of a line than was paid of it, the next line owes
/// the principal that this leaves.
fn owe(stand: &mut Stand, planned: &[schedule::Line]) {
    stand.planned.resize(stand.lines.len(), Portions::NONE);
    let (mut from, mut carried) = (0, 0);
    for (nth, line) in planned.iter().enumerate() {
        // The lines of a smaller plan are among those of the whole one, in the same order.
        let same = |l: &Line| l.kind == kind(line) && l.due_on == line.due;
        let Some(at) = stand.lines[from..].iter().position(same) else {
            continue;
        };
        let at = from + at;
        from = at + 1;
        let paid = |component| paid_of_plan(stand, at, component);
        let interest = line.interest.max(paid(Component::Interest));
        let whole = line.principal + carried;
        let principal = match nth + 1 == planned.len() {
            true => whole,
            false => (whole - (interest - line.interest)).max(paid(Component::Principal)),
        };
        carried = whole - principal;
        for (component, amount) in [
            (Component::Principal, principal),
            (Component::Interest, interest),
        ] {
            let more = amount - stand.planned[at].get(component);
            stand.planned[at].add(component, more);
            stand.lines[at].owe(component, more);
        }
    }
}

/// What was paid of what the plan put into a line: it comes before debt that came back.
fn paid_of_plan(stand: &Stand, at: usize, component: Component) -> i128 {
    let paid = stand.lines[at].paid.get(component);
    paid.min(stand.planned[at].get(component))
}

fn kind(line: &schedule::Line) -> LineKind {
    match line.kind {
        schedule::LineKind::DownPayment => LineKind::DownPayment,
        schedule::LineKind::Instalment => LineKind::Instalment,
    }
}

fn total(lines: &[schedule::Line]) -> i128 {
    lines.iter().map(schedule::Line::total).sum()
}
