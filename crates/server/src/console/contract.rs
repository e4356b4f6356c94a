//! One contract's page.

use fairlock_domain::money::Money;
use fairlock_domain::standing::EventKind;
use fairlock_protocol::cose::Sign1;
use fairlock_protocol::report::OverlayKind;
use fairlock_protocol::{Grant, Report as ReportBody};
use fairlock_storage::{NoticeRow, NoticeState as Sent, PaymentRow, PaymentTimes};
use fairlock_web::view::contract::{
    Contract, GrantInForce, Live, Message, MessageState, NextChange, Notice, NoticeProof,
    NoticeState, Report, Said, SaidTemplate,
};
use fairlock_web::view::{Level, LevelAt};

use super::answer::{Trouble, hex};
use super::reads::Known;
use super::timeline::{self, TimelineQuery};
use super::{codes, grants, list, payments};
use crate::Shared;

/// Messages on the page; older ones are only counted.
const MESSAGES: usize = 20;

/// The whole page.
pub fn page(shared: &Shared, known: &Known, query: &TimelineQuery) -> Result<Contract, Trouble> {
    let row = &known.row;
    let paid = shared
        .store
        .payments_shown(shared.lender, &row.contract_id)?;
    let sent = shared.store.notices_of(shared.lender, &row.contract_id)?;
    Ok(Contract {
        id: row.contract_id.clone(),
        reference: row.reference.to_string(),
        borrower: list::masked(row.borrower.expose()),
        product: row.product.name().to_string(),
        signed_on: row.signed_on,
        packs: known
            .rules
            .packs
            .iter()
            .map(|pack| (pack.id.clone(), pack.version.to_string()))
            .collect(),
        feed: row.feed.clone(),
        live: live_of(known, &paid),
        schedule: payments::schedule(known, &paid),
        payments: paid
            .iter()
            .map(|(payment, times)| payments::payment(payment, times))
            .collect(),
        notices: notices(known),
        messages: sent.iter().take(MESSAGES).map(message).collect(),
        messages_cost: cost_of(&sent),
        messages_more: sent.len().saturating_sub(MESSAGES) as u64,
        timeline: timeline::timeline(shared, known, query)?,
        grant: grant_in_force(shared, known),
        report: report(shared, known)?,
    })
}

/// The live part alone.
pub fn live(shared: &Shared, known: &Known) -> Result<Live, Trouble> {
    let paid = shared
        .store
        .payments_shown(shared.lender, &known.row.contract_id)?;
    Ok(live_of(known, &paid))
}

fn live_of(known: &Known, paid: &[(PaymentRow, PaymentTimes)]) -> Live {
    let plan = &known.plan;
    let due_now = plan.notices_due.iter().filter(|n| n.at <= known.at);
    Live {
        id: known.row.contract_id.clone(),
        facts: known.five_facts(),
        dpd: plan.dpd,
        arrears: plan.arrears,
        restore: plan.restore,
        payoff: plan.payoff,
        holds: known.holds(),
        last_payment: paid
            .first()
            .map(|(payment, times)| payments::payment(payment, times)),
        next: NextChange {
            step: plan.steps.first().map(|step| LevelAt {
                level: Level::from(step.level),
                at: step.at,
            }),
            notices_due: due_now
                .map(|n| format!("{}/{}", n.pack, n.notice))
                .collect(),
            review_at: plan.review_at,
        },
    }
}

/// Notices of the running sequence: those served with what each channel proved, then those due.
fn notices(known: &Known) -> Vec<Notice> {
    let proofs = |pack: &str, name: &str| -> Vec<NoticeProof> {
        let events = known.facts.events.iter().filter(|e| e.at <= known.at);
        events
            .filter_map(|event| match &event.kind {
                EventKind::Notice {
                    notice,
                    channel,
                    proof,
                } if notice.pack == pack && notice.notice == name => Some(NoticeProof {
                    channel: channel.clone(),
                    proof: proof.name().to_string(),
                    at: event.at,
                }),
                _ => None,
            })
            .collect()
    };
    let served = known.plan.notices_served.iter().map(|n| Notice {
        proofs: proofs(&n.pack, &n.notice),
        pack: n.pack.clone(),
        name: n.notice.clone(),
        state: NoticeState::ServedAt(n.at),
    });
    let due = known.plan.notices_due.iter().map(|n| Notice {
        pack: n.pack.clone(),
        name: n.notice.clone(),
        state: NoticeState::DueAt(n.at),
        proofs: Vec::new(),
    });
    served.chain(due).collect()
}

/// A message of the outbox, with what it says: this is the page of the lender's own people.
fn message(row: &NoticeRow) -> Message {
    let waits_until = row.next_attempt_at.unwrap_or(row.due_at);
    Message {
        about: row.notice.clone(),
        channel: row.channel.clone(),
        round: row.round,
        state: match row.state {
            Sent::Waiting => MessageState::Waiting,
            Sent::Accepted => MessageState::Accepted,
            Sent::Sent => MessageState::Sent,
            Sent::Delivered => MessageState::Delivered,
            Sent::Failed => MessageState::Failed,
            Sent::Withdrawn => MessageState::Withdrawn,
        },
        at: row.settled_at.unwrap_or(waits_until),
        note: row.note.clone(),
        attempts: row.attempts,
        said: row.said.as_ref().map(|said| Said {
            text: said.text.expose().clone(),
            template: said.template.as_ref().map(|template| SaidTemplate {
                name: template.id.clone(),
                version: template.version,
                language: template.language.clone(),
                sha256: hex(&template.sha256),
            }),
            parts: said.parts,
        }),
        cost: row.cost,
    }
}

/// The sum of all messages, a currency each; one too large for any sum isn't shown.
fn cost_of(rows: &[NoticeRow]) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for cost in rows.iter().filter_map(|row| row.cost) {
        let same = |sum: &&mut Money| sum.currency() == cost.currency();
        match sums.iter_mut().find(same) {
            Some(sum) => *sum = sum.checked_add(cost).unwrap_or(*sum),
            None => sums.push(cost),
        }
    }
    sums
}

/// The newest signed grant in words; one that can't be read isn't shown here, and its own page
/// says why.
fn grant_in_force(shared: &Shared, known: &Known) -> Option<GrantInForce> {
    let row = known.newest_signed()?;
    let grant = Grant::read(&row.payload).ok()?;
    Some(GrantInForce {
        seq: row.seq,
        words: grants::in_words(shared, known, &grant),
    })
}

fn report(shared: &Shared, known: &Known) -> Result<Option<Report>, Trouble> {
    let Some(device) = &known.device else {
        return Ok(None);
    };
    let rows = shared.store.reports_of(shared.lender, device.device, 1)?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(read_report(&row.cose).map(|body| Report {
        at: row.received.at,
        counter: body.counter,
        level: grants::level(body.level),
        grant_level: grants::level(body.grant_level),
        seq: body.seq,
        overlays: overlays(&body),
        shown: body
            .shown
            .iter()
            .map(|shown| grants::notice_name(shared, shown.id))
            .collect(),
        refused: body.rejects.iter().rev().map(codes::reject).collect(),
        agent: body.agent.clone(),
        patch_level: Some(body.os_patch.clone()).filter(|patch| !patch.is_empty()),
    }))
}

/// A kept report's content; its signature was checked when it was taken.
pub fn read_report(cose: &[u8]) -> Option<ReportBody> {
    let object = Sign1::parse(cose).ok()?;
    ReportBody::read(object.payload).ok()
}

/// Names of the overlays that lower the level.
pub fn overlays(body: &ReportBody) -> Vec<String> {
    let live = body.overlays.iter();
    live.map(|overlay| match overlay.kind {
        OverlayKind::Pass => "pass".to_string(),
        OverlayKind::Code => "code".to_string(),
        OverlayKind::Cap => "cap".to_string(),
    })
    .collect()
}
