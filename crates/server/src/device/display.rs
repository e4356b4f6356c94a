//! Display data: what the phone's screen says about money and standstill, besides its grant.
//!
//! Unsigned, dated, never a ground for a level. On purpose absent: passes left (the phone counts its own), and why anything private holds.

use bytes::Bytes;
use fairlock_display::{
    self as wire, CaseNews, Display, Failure, Held, HeldBy, PaymentNews, PaymentState,
};
use fairlock_domain::calendar::{Instant, Span, Zone};
use fairlock_domain::holds::{HoldEntry, HoldKind};
use fairlock_domain::payment::PaymentState as Domain;
use fairlock_protocol::channel::Frame;
use fairlock_storage::{
    CaseKind, CaseRow, CaseState, ContractRow, DeviceId, PaymentRow, StoreError,
};

use crate::Shared;
use crate::console::masked;

/// A payment stays on the screen for a month: until the next instalment is the news.
const NEWS_LASTS: Span = Span::days(31);

/// How long announced money is checked at most, in days (the engine's shield).
const CHECKED_DAYS: u8 = 5;

/// Shows a connected phone what there is to show now.
pub fn show(shared: &Shared, device: DeviceId, contract_id: &str) -> Result<(), StoreError> {
    if let Some(display) = of_contract(shared, contract_id)? {
        let frame = Frame::Display(display.encode()).encode();
        shared.hub.show(device, Bytes::from(frame));
    }
    Ok(())
}

/// What to show for a contract now; `None` when there is no such contract.
fn of_contract(shared: &Shared, contract_id: &str) -> Result<Option<Display>, StoreError> {
    let Some(row) = shared.store.contract(shared.lender, contract_id)? else {
        return Ok(None);
    };
    let Ok(zone) = shared.money.desk.zone(&row.time_zone) else {
        return Ok(None);
    };
    let now = shared.clock.now();
    let payments = shared.store.payments_shown(shared.lender, contract_id)?;
    let newest = payments.first().map(|(payment, _)| payment);
    let fresh = newest.filter(|p| p.received.at.plus(NEWS_LASTS) > now);
    Ok(Some(Display {
        at: seconds(now),
        payment: fresh.and_then(|payment| news(payment, &row, &zone)),
        case: newest_case(
            &shared.store.cases_of(shared.lender, contract_id)?,
            now,
            &zone,
        ),
        held: held(&row.holds, &zone),
        borrower: masked(row.borrower.expose()),
        passes_left: None,
    }))
}

/// The newest dispute: while it is open, and for as long after as news of a payment lasts. What else
/// was said on the phone reads as held.
fn newest_case(cases: &[CaseRow], now: Instant, zone: &Zone) -> Option<CaseNews> {
    let case = cases.iter().find(|case| case.kind == CaseKind::Wrong)?;
    let state = match case.state {
        CaseState::Open => wire::CaseState::Open,
        CaseState::Upheld => wire::CaseState::Upheld,
        CaseState::Refused => wire::CaseState::Refused,
    };
    let day = match case.closed_at {
        Some(at) if at.plus(NEWS_LASTS) <= now => return None,
        Some(at) => zone.day_of(at),
        None => case.answer_by,
    };
    Some(CaseNews {
        state,
        until: u32::try_from(day.unix_days()).ok(),
    })
}

fn news(payment: &PaymentRow, row: &ContractRow, zone: &Zone) -> Option<PaymentNews> {
    let amount = payment.amount.minor();
    let missing = row.restore.minor() - amount;
    // Money in suspense that could be this borrower's is looked at until somebody decides: no day
    // can be named.
    let in_suspense = payment.contract_id.is_none();
    let state = match payment.state {
        Domain::Pending | Domain::Booked if in_suspense && missing <= 0 => PaymentState::SeenCovers,
        Domain::Pending | Domain::Booked if in_suspense => PaymentState::SeenPart,
        Domain::Pending if missing <= 0 => PaymentState::SeenCovers,
        Domain::Pending => PaymentState::SeenPart,
        Domain::Booked => PaymentState::Credited,
        Domain::Failed => PaymentState::Failed,
        Domain::Reversed => PaymentState::Reversed,
    };
    let acted = payment
        .paid_on
        .unwrap_or_else(|| zone.day_of(payment.received.at));
    let day = match payment.reversed_at {
        Some(at) if state == PaymentState::Reversed => zone.day_of(at),
        _ => acted,
    };
    let failure = payment.failure.as_deref().map(failure);
    Some(PaymentNews {
        state,
        amount: u64::try_from(amount).ok()?,
        day: u32::try_from(day.unix_days()).ok()?,
        rest: match state {
            PaymentState::SeenPart => u64::try_from(missing).ok(),
            _ => None,
        },
        days: (state == PaymentState::SeenCovers && !in_suspense).then_some(CHECKED_DAYS),
        failure: failure.filter(|_| state == PaymentState::Failed),
    })
}

/// By its name in the closed list of product.md.
fn failure(name: &str) -> Failure {
    match name {
        "insufficient_funds" => Failure::InsufficientFunds,
        "wrong_pin" => Failure::WrongPin,
        "cancelled" => Failure::Cancelled,
        "timed_out" => Failure::TimedOut,
        "wrong_account" => Failure::WrongAccount,
        "limit_exceeded" => Failure::LimitExceeded,
        "refused" => Failure::Refused,
        _ => Failure::Unknown,
    }
}

/// A feed may be named; announced money is told with the payment; all else is private.
fn held(holds: &[HoldEntry], zone: &Zone) -> Option<Held> {
    let mut private = holds.iter().filter(|h| h.kind.is_declared());
    let feed = || holds.iter().find(|h| h.kind == HoldKind::Feed);
    let (by, hold) = match (private.next(), feed()) {
        (Some(hold), _) => (HeldBy::Private, hold),
        (None, Some(hold)) => (HeldBy::Feed, hold),
        (None, None) => return None,
    };
    let until = hold.until.map(|until| zone.day_of(until).unix_days());
    Some(Held {
        by,
        until: until.and_then(|day| u32::try_from(day).ok()),
    })
}

fn seconds(at: Instant) -> u64 {
    u64::try_from(at.unix_seconds()).unwrap_or(0)
}
