//! Fairlock's own code of 17 digits: 2 say what it opens, 14 prove it, 1 catches a slip.
//!
//! About 46 bits of HMAC-SHA-256 over domain, device, count, kind and days: with the look-ahead a
//! guess is right once in 10^11. The last digit is Damm's, which finds every single wrong digit and
//! every swapped pair, so that a slip of the finger needn't count as a guess. Failure is
//! [`Found::Wrong`].

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use fairlock_protocol::cbor::Writer;
use fairlock_protocol::ids::{DeviceId, Domain};

use crate::{Counts, Found, Kind, number};

pub const DIGITS: usize = 17;
/// A code may be so far ahead of the count: many are made and never typed.
pub const LOOK_AHEAD: u64 = 1_000;
/// Days that a code can name; 0 stands for as many as the charter allows.
pub const DAYS_MAX: u64 = 90;

/// 14 digits.
const MAC_END: u64 = 100_000_000_000_000;

/// Damm's table: a quasigroup in which no swap of neighbours is lost.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The check digit; 0 over digits that end with their own.
fn damm(digits: impl Iterator<Item = u8>) -> u8 {
    let row = |check: u8| DAMM.get(usize::from(check)).unwrap_or(&DAMM[0]);
    digits.fold(0, |check, digit| {
        row(check).get(usize::from(digit)).copied().unwrap_or(0)
    })
}

/// The code with a count, as a number of 17 digits. `None` for more days than it can name.
pub fn make(key: &[u8; 32], device: &DeviceId, count: u64, days: u64) -> Option<u64> {
    let body = days * MAC_END + mac(key, device, count, days);
    let check = damm((0..16).rev().map(|i| (body / 10_u64.pow(i) % 10) as u8));
    (days <= DAYS_MAX).then_some(body * 10 + u64::from(check))
}

/// Are these the digits of such a code, without a slip?
pub fn is_one(digits: &[u8]) -> bool {
    digits.len() == DIGITS && damm(digits.iter().copied()) == 0
}

/// Reads a code, and notes its count when it is right: an ADD of days, or a DISABLE, which opens for
/// as many as the charter allows. Either uses its own count alone.
pub fn read(key: &[u8; 32], device: &DeviceId, digits: &[u8], counts: &mut Counts) -> Found {
    // First: more digits than a code has wouldn't fit a number.
    if !is_one(digits) {
        return Found::Wrong;
    }
    let (days, proof) = (number(digits) / 10 / MAC_END, number(digits) / 10 % MAC_END);
    if days > DAYS_MAX {
        return Found::Wrong;
    }
    let right = |count: &u64| bool::from(mac(key, device, *count, days).ct_eq(&proof));
    let Some(count) = (1..=counts.count + LOOK_AHEAD).find(right) else {
        return Found::Wrong;
    };
    if !counts.allows(count, Kind::Add) {
        return Found::Used;
    }
    counts.take(count, Kind::Add);
    let kind = if days == 0 { Kind::Disable } else { Kind::Add };
    Found::Right { kind, value: days }
}

/// 14 digits that only who has the key can make.
fn mac(key: &[u8; 32], device: &DeviceId, count: u64, days: u64) -> u64 {
    // HMAC takes a key of any length: the error has no case here.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return MAC_END;
    };
    let mut message = Writer::new();
    message.array(5);
    message.text(Domain::Code.text());
    message.bytes(device);
    // Kind 0 names days, kind 1 opens for as long as the charter allows.
    [count, u64::from(days == 0), days]
        .into_iter()
        .for_each(|part| message.uint(part));
    mac.update(&message.finish());
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(mac.finalize().into_bytes());
    u64::from_be_bytes([a, b, c, d, e, f, g, h]) % MAC_END
}
