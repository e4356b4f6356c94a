//! The contact token: the server's answer to a check-in. It brings time, and how far the
//! server's knowledge of this contract's money is complete.
//!
//! Failure is [`crate::cbor::Malformed`] here, [`crate::verify::Refusal`] when it is opened.

use crate::grant::TIME_MAX;

/// A token counts only within so many seconds of its nonce being sent.
pub const TOKEN_SECONDS: u64 = 60;
/// Largest radius: more would be no knowledge of the time of day.
pub const RADIUS_MAX: u64 = 3600;

crate::record! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ContactToken: "a contact token" {
        /// The phone's own, from its check-in.
        1 need nonce: [u8; 16],
        /// The server's instant, Unix seconds.
        2 need now: u64,
        /// How far `now` may be from the truth.
        3 need radius_s: u64,
        /// First 8 bytes of SHA-256 of the newest grant's payload for this device.
        4 need newest: [u8; 8],
        /// The instant up to which the engine and this contract's feeds are complete.
        5 need fresh: u64,
        |token| {
            token.now <= TIME_MAX => "an instant below 2^40",
            token.radius_s <= RADIUS_MAX => "a radius of at most an hour",
            token.fresh <= token.now => "a fresh instant not after now",
        }
    }
}

crate::signed_payload!(ContactToken);
