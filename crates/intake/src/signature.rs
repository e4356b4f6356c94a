//! Whether a callback is its provider's: signatures, their keys, and how old they may be.
//!
//! One scheme a file ([`stripe`], [`standard`], [`adyen`], [`airtel`]), one error for all. Each
//! takes several keys, because a provider signs with the old or the new one while a key is
//! rotated, and each compares in constant time: how long it takes says nothing about how much of
//! a forgery was right. The clock is judged last, so that a clock that is wrong (ours or theirs)
//! is told apart from a forger; `now` is an argument.
//!
//! On purpose absent: whether the same message came before (the inbox), and headers as HTTP has
//! them: callers hand over the value of the one header that was there.

pub mod adyen;
pub mod airtel;
pub mod standard;
pub mod stripe;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::pii::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

/// How far a message's own time may be from ours, both ways: Stripe's and Standard Webhooks'
/// libraries use the same.
pub const TOLERANCE: Span = Span::minutes(5);

/// The longest signature header that is read: real ones have about 200 bytes.
const HEADER_MAX: usize = 4096;

/// Signatures in one message. A provider sends one for each key that is valid, and that is two
/// while a key is rotated; each costs a comparison with each key.
const SIGNATURES_MAX: usize = 16;

/// The fewest bytes of a key: less can be tried out.
const KEY_MIN: usize = 8;

/// Why a message isn't taken as its provider's, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SignatureError {
    #[error("no signature; expected one")]
    Missing,
    #[error("the signature header has more than 4096 bytes; expected a few hundred")]
    TooLong,
    #[error("the signature can't be read; expected it as the provider's documentation shows it")]
    Malformed,
    #[error("the signature's time can't be read; expected seconds since 1970")]
    Timestamp,
    #[error("no signature of a kind that is checked; expected version 1")]
    NoneKnown,
    #[error("a signed field is missing or has another form; expected all that are signed")]
    SignedField,
    #[error("no key gives this signature")]
    Wrong,
    #[error("the signature's time is more than 5 minutes ago")]
    TooOld,
    #[error("the signature's time is more than 5 minutes ahead")]
    TooNew,
}

/// Why a configured key can't be used, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("no key; expected one, or two while it is rotated")]
    None,
    #[error("key {position} isn't {expected}")]
    Form {
        /// From 1.
        position: usize,
        expected: &'static str,
    },
    #[error("key {position} has fewer than 8 bytes")]
    Short { position: usize },
}

/// The keys that are valid now: one, and while it is rotated two.
#[derive(Clone)]
pub struct Keys(Vec<Secret<Vec<u8>>>);

impl Keys {
    /// Keys that are used as they are written (Stripe's `whsec_…`, Airtel's).
    pub fn plain<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Keys, KeyError> {
        Keys::read(texts, "a text", |text| Some(text.as_bytes().to_vec()))
    }

    /// Keys in hexadecimal (Adyen).
    pub fn hexadecimal<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Keys, KeyError> {
        Keys::read(texts, "hexadecimal digits", hexadecimal)
    }

    /// Keys in Base64, behind `whsec_` or bare (Standard Webhooks).
    pub fn whsec<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Keys, KeyError> {
        Keys::read(texts, "Base64 behind whsec_", |text| {
            let text = text.strip_prefix("whsec_").unwrap_or(text);
            BASE64.decode(text).ok()
        })
    }

    fn read<'a>(
        texts: impl IntoIterator<Item = &'a str>,
        expected: &'static str,
        bytes: impl Fn(&str) -> Option<Vec<u8>>,
    ) -> Result<Keys, KeyError> {
        let mut keys = Vec::new();
        for (position, text) in (1..).zip(texts) {
            let key = bytes(text.trim()).ok_or(KeyError::Form { position, expected })?;
            if key.len() < KEY_MIN {
                return Err(KeyError::Short { position });
            }
            keys.push(Secret::new(key));
        }
        match keys.is_empty() {
            true => Err(KeyError::None),
            false => Ok(Keys(keys)),
        }
    }

    /// Whether one of the keys gives one of the signatures claimed for these bytes. All are
    /// compared, whichever is right.
    fn give(&self, signed: &[&[u8]], claimed: &[[u8; 32]]) -> Result<(), SignatureError> {
        let mut found = Choice::from(0);
        for key in &self.0 {
            let made = sign(key.expose(), signed);
            for one in claimed {
                found |= made.ct_eq(one);
            }
        }
        match bool::from(found) {
            true => Ok(()),
            false => Err(SignatureError::Wrong),
        }
    }
}

/// HMAC-SHA256 of the parts, one after the other. Public for those who sign: tests and test
/// servers.
pub fn sign(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length is a key to HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether a message signed at `at` may be taken at `now`.
fn in_time(at: Instant, now: Instant) -> Result<(), SignatureError> {
    if now > at.plus(TOLERANCE) {
        return Err(SignatureError::TooOld);
    }
    match at > now.plus(TOLERANCE) {
        true => Err(SignatureError::TooNew),
        false => Ok(()),
    }
}

/// Seconds since 1970 as digits: 1 to 12 of them, which lasts until the year 33658.
fn timestamp(text: &str) -> Result<Instant, SignatureError> {
    let digits = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    let seconds = seconds.ok_or(SignatureError::Timestamp)?;
    Ok(Instant::from_unix_seconds(seconds))
}

/// A header of a sane length that is there.
fn header(value: Option<&str>) -> Result<&str, SignatureError> {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    let value = value.ok_or(SignatureError::Missing)?;
    match value.len() > HEADER_MAX {
        true => Err(SignatureError::TooLong),
        false => Ok(value),
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let digits: Option<Vec<u32>> = text.as_bytes().iter().map(digit).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    let byte = |pair: &[u32]| u8::try_from(pair[0] * 16 + pair[1]).ok();
    digits.chunks_exact(2).map(byte).collect()
}

/// A signature of 32 bytes in hexadecimal.
fn hexadecimal_signature(text: &str) -> Result<[u8; 32], SignatureError> {
    let bytes = hexadecimal(text).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(SignatureError::Malformed)
}

/// A signature of 32 bytes in Base64.
fn base64_signature(text: &str) -> Result<[u8; 32], SignatureError> {
    let bytes = BASE64.decode(text).ok();
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(SignatureError::Malformed)
}

/// A signature in Base64, for those who sign.
pub fn base64(signature: &[u8]) -> String {
    BASE64.encode(signature)
}
