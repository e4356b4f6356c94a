//! `Stripe-Signature: t=1533204620,v1=<hex>[,v1=<hex>][,v0=<hex>]`: HMAC-SHA256 of
//! `{t}.{raw body}` (Stripe, "Verify webhook signatures").
//!
//! Several `v1` stand there while a secret is rotated; other schemes are passed over, since a
//! caller who could choose the scheme could choose a weaker one.

use fairlock_domain::calendar::Instant;

use super::{
    Keys, SIGNATURES_MAX, SignatureError, header, hexadecimal_signature, in_time, sign, timestamp,
};

/// Checks the header against the body, byte for byte as it came. The time is the signature's.
pub fn verify(
    keys: &Keys,
    value: Option<&str>,
    body: &[u8],
    now: Instant,
) -> Result<Instant, SignatureError> {
    let value = header(value)?;
    let mut time = None;
    let mut claimed = Vec::new();
    for item in value.split(',') {
        let (scheme, text) = item
            .trim()
            .split_once('=')
            .ok_or(SignatureError::Malformed)?;
        match scheme {
            "t" if time.is_none() => time = Some(text),
            "t" => return Err(SignatureError::Malformed),
            "v1" if claimed.len() < SIGNATURES_MAX => claimed.push(hexadecimal_signature(text)?),
            "v1" => return Err(SignatureError::Malformed),
            _ => {}
        }
    }
    let time = time.ok_or(SignatureError::Timestamp)?;
    let at = timestamp(time)?;
    if claimed.is_empty() {
        return Err(SignatureError::NoneKnown);
    }
    keys.give(&[time.as_bytes(), b".", body], &claimed)?;
    in_time(at, now)?;
    Ok(at)
}

/// The header for a body, for those who sign: test servers.
pub fn header_for(key: &str, body: &[u8], at: Instant) -> String {
    let time = at.unix_seconds().to_string();
    let signature = sign(key.as_bytes(), &[time.as_bytes(), b".", body]);
    let digits: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={time},v1={digits}")
}
