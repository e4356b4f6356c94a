//! Objects as the text of a QR: `FL1:` and base45 (RFC 9285) of one frame after the other, as an
//! unlock for a phone without network, with the chain of key sets before it if the phone is behind.
//!
//! Failure is no frames at all. Absent on purpose: pictures; they are the port's.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::cbor::Reader;
use fairlock_protocol::channel::Frame;

/// What the text begins with.
pub const HEAD: &str = "FL1:";
/// Longest text: a QR of version 40 with 15 % of error correction holds 3,391 characters.
const TEXT_MAX: usize = 3391;
/// All of them are in QR's alphanumeric mode.
const DIGITS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The text of these frames.
pub fn text(frames: &[Frame]) -> String {
    let bytes: Vec<u8> = frames.iter().flat_map(Frame::encode).collect();
    let mut text = String::from(HEAD);
    for pair in bytes.chunks(2) {
        let mut number = pair
            .iter()
            .fold(0, |number, byte| number * 256 + usize::from(*byte));
        for _ in 0..=pair.len() {
            let digit = DIGITS.get(number % 45).copied().unwrap_or_default();
            text.push(char::from(digit));
            number /= 45;
        }
    }
    text
}

/// The frames of a text, if it is one of ours.
pub fn read(text: &str) -> Option<Vec<Frame>> {
    if text.len() > TEXT_MAX {
        return None;
    }
    let bytes = base45(text.strip_prefix(HEAD)?)?;
    let (mut rest, mut frames) = (bytes.as_slice(), Vec::new());
    while !rest.is_empty() {
        let item = Reader::new(rest).item().ok()?;
        frames.push(Frame::decode(item).ok()?);
        rest = rest.get(item.len()..)?;
    }
    Some(frames)
}

/// Three digits, the lowest first, are two bytes, two are one; more than they can hold is refused.
fn base45(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for digits in text.as_bytes().chunks(3) {
        let mut number: usize = 0;
        for digit in digits.iter().rev() {
            number = number * 45 + DIGITS.iter().position(|one| one == digit)?;
        }
        match digits.len() {
            3 => bytes.extend_from_slice(&u16::try_from(number).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(number).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}
