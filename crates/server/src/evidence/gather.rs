//! Rows of the store as rows of the tables, as they were at an instant.

use fairlock_domain::calendar::Instant;
use fairlock_domain::ledger::{Account, Layer, Side};
use fairlock_storage::{
    GrantRow, GrantState, LenderId, NoticeRow, NoticeState, PaymentRow, Stamp, Store, StoreError,
};

use super::collect::{CollectError, Wanted, signed};
use super::hex;
use super::tables::{GrantCourse, Leg, Notice, NoticeTemplate, Parties, Payment, Posting, text};

/// Who and which phone, the ledger, payments and notices.
pub fn books(wanted: &Wanted<'_>, add: &mut dyn FnMut(&str, Vec<u8>)) -> Result<(), CollectError> {
    let (store, lender, id) = (wanted.store, wanted.lender, wanted.contract_id);
    let row = store.contract(lender, id)?;
    let row = row.ok_or_else(|| CollectError::UnknownContract(id.to_string()))?;
    let number = row.phone_number.as_ref().map(|number| number.expose());
    let parties = Parties {
        contract: row.contract_id.clone(),
        reference: row.reference.as_str().to_string(),
        borrower: row.borrower.expose().clone(),
        imei: row.imei.expose().clone(),
        model: row.model.clone(),
        phone_number_ends: number.map(|number| {
            let digits: Vec<char> = number.chars().collect();
            digits[digits.len().saturating_sub(3)..].iter().collect()
        }),
        calendar: row.calendar.clone(),
    };
    add("contract.json", text(&parties));
    let postings = store.postings_of(lender, id)?.into_iter();
    let postings = postings.filter(|row| row.posting.command.at <= wanted.at);
    let postings: Vec<Posting> = postings.map(|row| posting(&row.posting, id)).collect();
    let mut payments: Vec<PaymentRow> = store
        .payments_of(lender, id)?
        .into_iter()
        .map(|(payment, _)| payment)
        .chain(taken_off(store, lender, &postings, id)?)
        .filter(|payment| payment.received.at <= wanted.at)
        .collect();
    add("ledger.json", text(&postings));
    payments.sort_by(|a, b| (a.received.at, &a.id).cmp(&(b.received.at, &b.id)));
    let payments: Vec<Payment> = payments.iter().map(|p| payment(p, wanted.at)).collect();
    add("payments.json", text(&payments));
    let mut notices = store.notices_of(lender, id)?;
    notices.retain(|row| row.due_at <= wanted.at);
    notices.reverse();
    let notices: Vec<Notice> = notices.iter().map(|row| notice(row, wanted.at)).collect();
    add("notices.json", text(&notices));
    Ok(())
}

/// Payments that were this contract's once and aren't now: they stand in its ledger. Whose they are
/// now isn't said.
fn taken_off(
    store: &Store,
    lender: LenderId,
    postings: &[Posting],
    contract: &str,
) -> Result<Vec<PaymentRow>, StoreError> {
    let once = postings.iter().filter(|p| p.kind == "reversed");
    let mut ids: Vec<&str> = once
        .map(|p| p.subject.split('.').next().unwrap_or(&p.subject))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut rows = Vec::new();
    for id in ids {
        let row = store.payment(lender, id)?;
        rows.extend(row.filter(|row| row.contract_id.as_deref() != Some(contract)));
    }
    for row in &mut rows {
        (row.matched_by, row.matched, row.credited) = (None, None, None);
    }
    Ok(rows)
}

fn posting(posting: &fairlock_domain::ledger::Posting, contract: &str) -> Posting {
    let legs = posting.legs.iter().map(|leg| Leg {
        account: account(&leg.account, contract),
        layer: match leg.layer {
            Layer::Posted => "posted".to_string(),
            Layer::Pending => "pending".to_string(),
        },
        side: match leg.side {
            Side::Debit => "debit".to_string(),
            Side::Credit => "credit".to_string(),
        },
        amount: leg.amount.to_string(),
        currency: leg.amount.currency().code().to_string(),
    });
    Posting {
        at: posting.command.at.to_string(),
        subject: posting.command.subject.clone(),
        kind: posting.kind().name().to_string(),
        legs: legs.collect(),
    }
}

/// The account's name; of another contract without its number.
fn account(account: &Account, contract: &str) -> String {
    let name = account.name();
    match account.contract() {
        Some(other) if other != contract => {
            let kind = name.split(':').next().unwrap_or_default();
            format!("{kind}:another contract")
        }
        _ => name,
    }
}

fn payment(row: &PaymentRow, at: Instant) -> Payment {
    let stamp = |stamp: Option<Stamp>| by_then(stamp.map(|s| s.at), at);
    Payment {
        id: row.id.clone(),
        amount: row.amount.to_string(),
        currency: row.amount.currency().code().to_string(),
        channel: row.channel.clone(),
        matched_by: row.matched_by.clone(),
        acted_at: by_then(row.acted_at, at),
        paid_on: row.paid_on.map(|day| day.to_string()),
        booking_date: row.booking_date.map(|day| day.to_string()),
        value_date: row.value_date.map(|day| day.to_string()),
        received_at: row.received.at.to_string(),
        matched_at: stamp(row.matched),
        credited_at: stamp(row.credited),
        reversed_at: by_then(row.reversed_at, at),
    }
}

fn notice(row: &NoticeRow, at: Instant) -> Notice {
    let settled = row.settled_at.filter(|settled| *settled <= at);
    let accepted = row.accepted_at.filter(|accepted| *accepted <= at);
    let state = match (settled, accepted) {
        (Some(_), _) => row.state,
        (None, Some(_)) => NoticeState::Accepted,
        (None, None) => NoticeState::Waiting,
    };
    let said = row.said.as_ref();
    let said = said.filter(|said| said.composed_at.is_none_or(|composed| composed <= at));
    let template = said.and_then(|said| said.template.as_ref());
    Notice {
        notice: row.notice.clone(),
        channel: row.channel.clone(),
        due_at: row.due_at.to_string(),
        text: said.map_or_else(String::new, |said| said.text.expose().clone()),
        template: template.map(|template| NoticeTemplate {
            name: template.id.clone(),
            version: template.version,
            language: template.language.clone(),
            sha256: hex(&template.sha256),
        }),
        state: state.name().to_string(),
        accepted_at: accepted.map(|at| at.to_string()),
        settled_at: settled.map(|at| at.to_string()),
        error: row.note.clone().filter(|_| settled.is_some()),
    }
}

/// How a grant went until then.
pub fn course(row: &GrantRow, at: Instant) -> GrantCourse {
    let stamp = |stamp: Option<Stamp>| by_then(stamp.map(|s| s.at), at);
    let was_signed = signed(row, at).is_some();
    let state = match row.state {
        GrantState::Signed if !was_signed => GrantState::Unsigned,
        state => state,
    };
    let delivered = row.delivered.filter(|stamp| stamp.at <= at);
    let answered = row.phone.as_ref().filter(|_| delivered.is_some());
    GrantCourse {
        seq: row.seq,
        tightening: row.tightening,
        decision: hex(&row.decision_hash),
        state: state.name().to_string(),
        code: row.code.clone(),
        created_at: row.created.at.to_string(),
        signed_at: stamp(row.signed),
        sent_at: stamp(row.sent),
        delivered_at: stamp(row.delivered),
        applied_at: stamp(row.applied),
        phone: answered.map(|said| {
            let what = if said.refused { "refused" } else { "cut" };
            format!("{what}: code {}", said.code)
        }),
    }
}

fn by_then(stamp: Option<Instant>, at: Instant) -> Option<String> {
    stamp.filter(|stamp| *stamp <= at).map(|at| at.to_string())
}
