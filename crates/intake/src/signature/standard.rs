//! Standard Webhooks: HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{raw body}`, in
//! `webhook-signature` as a list of `v1,<Base64>` with spaces between (standardwebhooks.com,
//! specification 1.0).
//!
//! The list has several `v1` while a secret is rotated. `v1a` (an asymmetric signature) is passed
//! over: a sender who uses it sends `v1` too or isn't set up here.

use fairlock_domain::calendar::Instant;

use super::{
    Keys, SIGNATURES_MAX, SignatureError, base64, base64_signature, header, in_time, sign,
    timestamp,
};

/// The longest id of a message that is taken: it becomes a key.
const ID_MAX: usize = 256;

/// The three headers as they came.
#[derive(Clone, Copy)]
pub struct Headers<'a> {
    pub id: Option<&'a str>,
    pub timestamp: Option<&'a str>,
    pub signature: Option<&'a str>,
}

/// Checks the headers against the body, byte for byte as it came. The time is the signature's.
pub fn verify(
    keys: &Keys,
    headers: Headers<'_>,
    body: &[u8],
    now: Instant,
) -> Result<Instant, SignatureError> {
    let signatures = header(headers.signature)?;
    let id = header(headers.id)?;
    let time = header(headers.timestamp)?;
    if id.len() > ID_MAX || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SignatureError::Malformed);
    }
    let mut claimed = Vec::new();
    for item in signatures.split_ascii_whitespace() {
        let (version, text) = item.split_once(',').ok_or(SignatureError::Malformed)?;
        if version != "v1" {
            continue;
        }
        if claimed.len() == SIGNATURES_MAX {
            return Err(SignatureError::Malformed);
        }
        claimed.push(base64_signature(text)?);
    }
    let at = timestamp(time)?;
    if claimed.is_empty() {
        return Err(SignatureError::NoneKnown);
    }
    let signed = [id.as_bytes(), b".", time.as_bytes(), b".", body];
    keys.give(&signed, &claimed)?;
    in_time(at, now)?;
    Ok(at)
}

/// The signature header for a body, for those who sign: test servers. The key's bytes, not its
/// Base64.
pub fn header_for(key: &[u8], id: &str, body: &[u8], at: Instant) -> String {
    let time = at.unix_seconds().to_string();
    let signed = [id.as_bytes(), b".", time.as_bytes(), b".", body];
    format!("v1,{}", base64(&sign(key, &signed)))
}
