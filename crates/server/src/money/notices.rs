//! Notices that go out by text message: sent once each, through a gateway, with its proof.
//!
//! A notice was due when it was written down; before each attempt the engine is asked again, so
//! that nobody who paid meanwhile is warned. The gateway's answer is the proof, and it becomes a
//! fact of the contract in the same transaction that ends the sending. A gateway that can't be
//! reached is tried again, later each time, and not for ever.
//!
//! On purpose absent: e-mail (contracts have no address yet) and receipts that come later.

use std::time::Duration;

use bytes::Bytes;
use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::rules::Proof;
use fairlock_domain::standing::{EventKind, NoticeId};
use fairlock_storage::{ChangeSet, NoticeChange, NoticeRow, NoticeState, Said, Stamp};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::process::ProcessError;
use super::replan::{self, ReplanError};
use super::words;

/// The channel of text messages, as facts name it.
pub const TEXT_CHANNEL: &str = "sms";

/// Attempts of one notice: with a wait that doubles from a minute, the last comes two hours after
/// the first, and then a person is told.
const ATTEMPTS_MAX: u32 = 8;

/// The wait after the first failed attempt; it doubles.
const FIRST_WAIT: Span = Span::minutes(1);

/// A gateway that doesn't answer within this is tried again.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The largest answer that is read; a proof has 20 bytes.
const ANSWER_MAX: usize = 16 * 1024;

/// Conflicts of one settling: each means that another writer got further.
const SETTLES_MAX: u32 = 16;

/// The gateway that sends text messages.
pub struct Gateway {
    client: Client<HttpConnector, Full<Bytes>>,
    url: String,
}

/// What the gateway is asked.
#[derive(Serialize)]
struct Order<'a> {
    /// The same for each attempt, so that the gateway can tell a repetition.
    id: String,
    channel: &'a str,
    to: &'a str,
    text: &'a str,
}

/// What the gateway answers.
#[derive(Deserialize)]
struct Answer {
    /// sent, delivered, served or failed.
    proof: String,
}

/// Why an attempt failed, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("gateway address: {0}; expected http://host:port/path")]
    Address(String),
    #[error("gateway: no answer ({0}); expected one")]
    Unreachable(String),
    #[error("gateway: no answer within 10 s")]
    TooSlow,
    #[error("gateway: status {0}; expected 2xx")]
    Status(StatusCode),
    #[error("gateway: {0}; expected {{\"proof\": \"sent\"}} or another proof")]
    Answer(String),
    #[error("gateway: the message failed; expected it to be sent")]
    Failed,
}

impl Gateway {
    pub fn new(url: &str) -> Gateway {
        Gateway {
            client: Client::builder(TokioExecutor::new()).build_http(),
            url: url.to_owned(),
        }
    }

    /// Sends one message and returns what the gateway proves of it.
    pub async fn send(&self, id: i64, to: &str, text: &str) -> Result<Proof, GatewayError> {
        let order = Order {
            id: format!("notice-{id}"),
            channel: TEXT_CHANNEL,
            to,
            text,
        };
        let body = serde_json::to_vec(&order).map_err(|e| GatewayError::Answer(e.to_string()))?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|e| GatewayError::Address(e.to_string()))?;
        let answer = tokio::time::timeout(ANSWER_WITHIN, self.answer(request)).await;
        answer.map_err(|_| GatewayError::TooSlow)?
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Result<Proof, GatewayError> {
        let sent = self.client.request(request).await;
        let response = sent.map_err(|e| GatewayError::Unreachable(e.to_string()))?;
        if !response.status().is_success() {
            return Err(GatewayError::Status(response.status()));
        }
        let body = Limited::new(response.into_body(), ANSWER_MAX)
            .collect()
            .await;
        let body = body
            .map_err(|e| GatewayError::Answer(e.to_string()))?
            .to_bytes();
        let answer: Answer =
            serde_json::from_slice(&body).map_err(|e| GatewayError::Answer(e.to_string()))?;
        match Proof::from_name(&answer.proof) {
            Some(Proof::Failed) => Err(GatewayError::Failed),
            Some(proof) => Ok(proof),
            None => Err(GatewayError::Answer(format!("proof {:?}", answer.proof))),
        }
    }
}

/// What to do with a notice that waits.
pub enum Asked {
    /// Send this to this number.
    Send { to: String, said: Said },
    /// It is settled without being sent.
    Settled,
}

/// Asks the engine whether the notice is still due, and settles it when it isn't.
pub fn ask(desk: &Desk, row: &NoticeRow, now: Stamp) -> Result<Asked, ProcessError> {
    let contract = desk.store.contract(desk.lender, &row.contract_id)?;
    let facts = desk.store.facts(desk.lender, &row.contract_id)?;
    let (Some(contract), Some(facts)) = (contract, facts) else {
        return settle_unsent(desk, row, "its contract isn't there any more", now);
    };
    let zone = desk
        .zone(&facts.time_zone)
        .map_err(|problem| ReplanError::Unknown {
            contract_id: row.contract_id.clone(),
            problem,
        })?;
    let judged = replan::judge(desk, &facts, zone.clone(), &[], now.at)?;
    let still_due =
        |n: &fairlock_domain::plan::NoticeDue| replan::notice_id(n) == row.notice && n.at <= now.at;
    let Some(due) = judged.plan.notices_due.iter().find(|n| still_due(n)) else {
        return settle_unsent(desk, row, "not due any more", now);
    };
    let text = words::notice(&desk.texts, &facts, &zone, &judged.plan, due, now.at);
    match contract.phone_number {
        Some(number) => Ok(Asked::Send {
            to: number.into_exposed(),
            said: row.said.clone().unwrap_or(Said {
                subject: None,
                text,
                template: None,
                parts: None,
                composed_at: Some(now.at),
            }),
        }),
        None => settle_unsent(desk, row, "the borrower has no phone number", now),
    }
}

fn settle_unsent(
    desk: &Desk,
    row: &NoticeRow,
    why: &str,
    now: Stamp,
) -> Result<Asked, ProcessError> {
    let mut set = ChangeSet::new(now);
    set.notices.push(NoticeChange {
        note: Some(why.to_owned()),
        ..NoticeChange::to(row.no, NoticeState::Waiting, NoticeState::Failed)
    });
    desk.store.commit(desk.lender, set)?;
    Ok(Asked::Settled)
}

/// Writes down what an attempt came to.
pub fn settle(
    desk: &Desk,
    row: &NoticeRow,
    answer: Result<Proof, GatewayError>,
    now: Stamp,
) -> Result<(), ProcessError> {
    let proof = match answer {
        Ok(proof) => proof,
        Err(error) if row.attempts + 1 >= ATTEMPTS_MAX => {
            tracing::warn!(notice = row.no, %error, "a notice can't be sent");
            settle_unsent(desk, row, &error.to_string(), now)?;
            return Ok(());
        }
        Err(error) => {
            let again = now.at.plus(wait_after(row.attempts));
            let why = error.to_string();
            desk.store.notice_later(desk.lender, row.no, &why, again)?;
            return Ok(());
        }
    };
    for _ in 0..SETTLES_MAX {
        match desk
            .store
            .commit(desk.lender, proven(desk, row, proof, now)?)
        {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ProcessError::ContractContended(row.contract_id.clone()))
}

/// The fact of the proof, the new plan, and the end of the sending.
fn proven(
    desk: &Desk,
    row: &NoticeRow,
    proof: Proof,
    now: Stamp,
) -> Result<ChangeSet, ProcessError> {
    let mut set = ChangeSet::new(now);
    let state = match proof {
        Proof::Sent => NoticeState::Sent,
        _ => NoticeState::Delivered,
    };
    set.notices
        .push(NoticeChange::to(row.no, NoticeState::Waiting, state));
    let facts = desk.store.facts(desk.lender, &row.contract_id)?;
    let (Some(facts), Some((pack, notice))) = (facts, row.notice.split_once('/')) else {
        return Ok(set);
    };
    let zone = desk
        .zone(&facts.time_zone)
        .map_err(|problem| ReplanError::Unknown {
            contract_id: row.contract_id.clone(),
            problem,
        })?;
    let event = EventKind::Notice {
        notice: NoticeId {
            pack: pack.to_owned(),
            notice: notice.to_owned(),
        },
        channel: row.channel.clone(),
        proof,
    };
    set.contracts
        .push(replan::change(desk, &facts, zone, vec![event], now.at)?);
    Ok(set)
}

/// 1, 2, 4… minutes.
fn wait_after(attempts: u32) -> Span {
    let doubled = 1u32 << attempts.min(10);
    Span::seconds(doubled.saturating_mul(u32::try_from(FIRST_WAIT.as_seconds()).unwrap_or(60)))
}

/// When the next attempt is due.
pub fn next_deadline(desk: &Desk) -> Result<Option<Instant>, ProcessError> {
    Ok(desk.store.next_notice(desk.lender)?)
}
