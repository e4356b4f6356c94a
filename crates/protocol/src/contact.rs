//! The contact token: the server's answer to a check-in. It brings time, and how far the
//! server's knowledge of this contract's money is complete.
//!
//! Failure is [`crate::verify::TokenRefusal`] (signature and nonce) or [`Malformed`] (bytes).

use alloc::vec::Vec;

use crate::cbor::{Malformed, MapWriter, Reader};
use crate::grant::TIME_MAX;

/// A token counts only within so many seconds of its nonce being sent.
pub const TOKEN_SECONDS: u64 = 60;
/// Largest radius: more would be no knowledge of the time of day.
pub const RADIUS_MAX: u64 = 3600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactToken {
    /// The phone's own, from its check-in.
    pub nonce: [u8; 16],
    /// The server's instant, Unix seconds.
    pub now: u64,
    /// How far `now` may be from the truth.
    pub radius_s: u64,
    /// First 8 bytes of SHA-256 of the newest grant's payload for this device.
    pub newest: [u8; 8],
    /// The instant up to which the engine and this contract's feeds are complete.
    pub fresh: u64,
}

impl ContactToken {
    pub fn payload(&self) -> Result<Vec<u8>, Malformed> {
        let mut map = MapWriter::default();
        map.key(1).bytes(&self.nonce);
        map.key(2).uint(self.now);
        map.key(3).uint(self.radius_s);
        map.key(4).bytes(&self.newest);
        map.key(5).uint(self.fresh);
        let payload = map.finish();
        ContactToken::read(&payload)?;
        Ok(payload)
    }

    pub fn read(payload: &[u8]) -> Result<ContactToken, Malformed> {
        let mut r = Reader::new(payload);
        let mut fields = r.fields("a contact token: a map")?;
        r.need(&mut fields, 1, "key 1, the nonce")?;
        let nonce = r.fixed("a nonce of 16 bytes")?;
        r.need(&mut fields, 2, "key 2, now")?;
        let now = r.uint(TIME_MAX, "an instant below 2^40")?;
        r.need(&mut fields, 3, "key 3, the radius")?;
        let radius_s = r.uint(RADIUS_MAX, "a radius of at most an hour")?;
        r.need(&mut fields, 4, "key 4, the newest grant")?;
        let newest = r.fixed("the first 8 bytes of a hash")?;
        r.need(&mut fields, 5, "key 5, fresh")?;
        let fresh = r.uint(now, "a fresh instant not after now")?;
        r.end_fields(&fields)?;
        r.end()?;
        Ok(ContactToken {
            nonce,
            now,
            radius_s,
            newest,
            fresh,
        })
    }
}
