//! Who says it: the signature of an agent's phone over the body as it travels.
//!
//! The signature is ESP256 (P-256, SHA-256, 64 bytes, low S) over
//! `fairlock/cash/v1`, the kind, the lender's id in hexadecimal, the agent's id and the body, each
//! on a line of its own but the body, which is last and whole. It stands in base64 in the header
//! `fairlock-signature`, the agent's id in `fairlock-agent`; both are kept with the message, so
//! that it can be checked whenever it is read again.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fairlock_domain::calendar::Instant;
use fairlock_protocol::p256::DeviceKey;
use fairlock_storage::{LenderId, StoreError};

use super::Kind;
use crate::money::desk::Desk;

pub const AGENT: &str = "fairlock-agent";
pub const SIGNATURE: &str = "fairlock-signature";

/// Why something isn't an agent's, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    #[error("header {0}: found none, expected one")]
    NoHeader(&'static str),
    #[error("header {AGENT}: no such agent of this lender")]
    NoAgent,
    #[error("agent {agent}: closed since {since}; expected one that is open")]
    Closed { agent: String, since: Instant },
    #[error("header {SIGNATURE}: expected 64 bytes in base64")]
    Shape,
    #[error("header {SIGNATURE}: doesn't fit body, kind and key of agent {0}")]
    Wrong(String),
}

/// What an agent's phone signs.
pub fn signed_bytes(kind: Kind, lender: LenderId, agent: &str, body: &[u8]) -> Vec<u8> {
    let lender: String = lender.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let head = format!("fairlock/cash/v1\n{}\n{lender}\n{agent}\n", kind.name());
    [head.as_bytes(), body].concat()
}

/// The agent who signed a message that was received then.
pub fn agent(
    desk: &Desk,
    kind: Kind,
    headers: &[(String, String)],
    body: &[u8],
    received: Instant,
) -> Result<Result<String, NotSigned>, StoreError> {
    let header = |name: &'static str| {
        let found = headers.iter().find(|(known, _)| known == name);
        let value = found.map(|(_, value)| value.as_str());
        value.ok_or(NotSigned::NoHeader(name))
    };
    let (id, signature) = match (header(AGENT), header(SIGNATURE)) {
        (Ok(id), Ok(signature)) => (id, signature),
        (Err(no), _) | (_, Err(no)) => return Ok(Err(no)),
    };
    let Some(agent) = desk.store.cash_agent(desk.lender, id)? else {
        return Ok(Err(NotSigned::NoAgent));
    };
    if let Some(since) = agent.closed_at.filter(|closed| *closed <= received) {
        let agent = agent.agent;
        return Ok(Err(NotSigned::Closed { agent, since }));
    }
    let bytes = BASE64_STANDARD.decode(signature).ok();
    let Some(signature) = bytes.and_then(|bytes| <[u8; 64]>::try_from(bytes).ok()) else {
        return Ok(Err(NotSigned::Shape));
    };
    let said = signed_bytes(kind, desk.lender, id, body);
    let key = DeviceKey::from_spki(&agent.spki);
    match key.is_some_and(|key| fairlock_issuer::device_signed(&key, &said, &signature)) {
        true => Ok(Ok(agent.agent)),
        false => Ok(Err(NotSigned::Wrong(agent.agent))),
    }
}
