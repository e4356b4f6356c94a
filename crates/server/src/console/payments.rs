//! Payments with their steps, and what of the schedule they cover.

use fairlock_domain::calendar::{Day, Zone};
use fairlock_domain::money::Money;
use fairlock_domain::payment::PaymentState as Stored;
use fairlock_storage::{PaymentRow, PaymentTimes};
use fairlock_web::view::contract::{Instalment, Schedule};
use fairlock_web::view::{Payment, PaymentState};

use super::reads::Known;

/// A payment as its page tells it.
pub fn payment(row: &PaymentRow, times: &PaymentTimes) -> Payment {
    let applied = times.applied;
    let real_ns = applied.and_then(|a| a.monotonic_ns.checked_sub(times.received.monotonic_ns));
    let acted_s = applied
        .zip(times.acted_at)
        .map(|(a, acted)| a.at.unix_seconds() - acted.unix_seconds());
    Payment {
        id: row.id.clone(),
        amount: row.amount,
        source: row.feed.clone().unwrap_or_else(|| row.channel.clone()),
        state: match (row.state, &row.contract_id) {
            (Stored::Failed, _) => PaymentState::Failed,
            (Stored::Reversed, _) => PaymentState::Reversed,
            (_, None) => PaymentState::InSuspense,
            (Stored::Pending, Some(_)) => PaymentState::Pending,
            (Stored::Booked, Some(_)) => PaymentState::Booked,
        },
        acted: times.acted_at,
        acted_on: row.paid_on,
        seen: Some(times.received.at),
        matched: times.matched.map(|stamp| stamp.at),
        credited: times.credited.map(|stamp| stamp.at),
        sent: times.sent.map(|stamp| stamp.at),
        applied: applied.map(|stamp| stamp.at),
        failure: row.failure.clone(),
        needs_grant: row.grant.is_some(),
        received_to_usable_ms: real_ns.map(|ns| ns / 1_000_000),
        acted_to_usable_s: acted_s.and_then(|s| u64::try_from(s).ok()),
    }
}

/// Money that counts, in the order in which it covers: by the day on which it was acted.
struct Counted {
    id: String,
    day: Day,
    left: Money,
}

fn counted(payments: &[(PaymentRow, PaymentTimes)], zone: &Zone) -> Vec<Counted> {
    let mut counted: Vec<Counted> = payments
        .iter()
        .filter(|(row, _)| row.state == Stored::Booked && row.contract_id.is_some())
        .map(|(row, _)| Counted {
            id: row.id.clone(),
            day: row.paid_on.unwrap_or_else(|| zone.day_of(row.received.at)),
            left: row.amount,
        })
        .collect();
    // Payments come newest first; a stable sort after turning them keeps the order of arrival.
    counted.reverse();
    counted.sort_by_key(|c| c.day);
    counted
}

/// The schedule as the engine sees it: one pool that covers instalments by due day, oldest
/// first. How much is covered in all is the plan's word (its `payoff` is what isn't); which
/// payment stands behind which line follows from the order in which they were acted.
pub fn schedule(known: &Known, payments: &[(PaymentRow, PaymentTimes)]) -> Schedule {
    let zero = Money::zero(known.row.currency);
    let mut lines = known.row.instalments.clone();
    lines.sort_by_key(|line| line.due);
    let total = lines.iter().fold(zero, |sum, line| plus(sum, line.amount));
    let mut pool = minus(total, known.plan.payoff);
    let covered = pool;
    let mut money = counted(payments, &known.place.zone);
    let lines = lines
        .iter()
        .map(|line| {
            let share = if pool.minor() < line.amount.minor() {
                pool
            } else {
                line.amount
            };
            pool = minus(pool, share);
            Instalment {
                due: line.due,
                amount: line.amount,
                covered: share,
                uncovered: minus(line.amount, share),
                by: take(&mut money, share),
                effective: None,
            }
        })
        .collect();
    Schedule {
        lines,
        total,
        covered,
        uncovered: known.plan.payoff,
        today: known.place.zone.day_of(known.at),
    }
}

/// Ids of the payments that a share comes from, oldest first; what they don't hold was waived.
fn take(money: &mut [Counted], share: Money) -> Vec<String> {
    let mut wanted = share;
    let mut ids = Vec::new();
    for source in money.iter_mut().filter(|source| source.left.is_positive()) {
        if !wanted.is_positive() {
            break;
        }
        let part = if source.left.minor() < wanted.minor() {
            source.left
        } else {
            wanted
        };
        source.left = minus(source.left, part);
        wanted = minus(wanted, part);
        ids.push(source.id.clone());
    }
    ids
}

/// Sums within one contract: one currency, and bounded at import.
fn plus(a: Money, b: Money) -> Money {
    a.checked_add(b).unwrap_or(a)
}

fn minus(a: Money, b: Money) -> Money {
    a.checked_sub(b).unwrap_or(a)
}
