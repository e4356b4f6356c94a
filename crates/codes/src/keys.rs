//! Where a device's code keys come from: one-time P-256 keys of both sides, made at enrolment. The
//! public points travel in messages 2 and 3, the keys never.
//!
//! Failure is a point that isn't on the curve, or random bytes that are no key (once in 2^32).

use alloc::vec::Vec;
use core::fmt;

use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

use fairlock_protocol::cbor::{Malformed, Reader, Writer};
use fairlock_protocol::ids::{Binding, Domain};
use fairlock_protocol::p256::Point;
use fairlock_protocol::wire::Item;

use crate::openpaygo::OpenPaygo;

/// One side's one-time key.
#[derive(Clone)]
pub struct Exchange(SecretKey);

impl Exchange {
    pub fn from_random(bytes: &[u8; 32]) -> Option<Exchange> {
        SecretKey::from_slice(bytes).ok().map(Exchange)
    }

    pub fn public(&self) -> Point {
        let point = self.0.public_key().to_sec1_point(false);
        point.as_bytes().try_into().unwrap_or([0; 65])
    }

    /// The keys that only the two sides can make, from the point of the other and of both:
    /// HKDF-SHA-256 of the shared x, salt: phone's point then server's, info: who they are for.
    pub fn agree(&self, phone: &Point, server: &Point, binding: &Binding) -> Option<CodeKeys> {
        let other = if *phone == self.public() {
            server
        } else {
            phone
        };
        let other = PublicKey::from_sec1_bytes(other).ok()?;
        let shared = diffie_hellman(self.0.to_nonzero_scalar(), other.as_affine());
        let salt: Vec<u8> = [phone.as_slice(), server].concat();
        let mut keys = [0; 48];
        let info = binding.aad(Domain::Code);
        shared
            .extract::<Sha256>(Some(&salt))
            .expand(&info, &mut keys)
            .ok()?;
        Some(CodeKeys(keys))
    }
}

/// The secret itself: for the agent's own session, which a port keeps in memory.
impl Item for Exchange {
    fn put(&self, writer: &mut Writer) {
        writer.bytes(&self.0.to_bytes());
    }

    fn take(reader: &mut Reader<'_>) -> Result<Exchange, Malformed> {
        match Exchange::from_random(&Item::take(reader)?) {
            Some(exchange) => Ok(exchange),
            None => reader.wrong("a number that is a key"),
        }
    }
}

/// 32 bytes for the long code, then 16 for OpenPAYGO. Nobody prints them.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeKeys([u8; 48]);

impl CodeKeys {
    pub fn long(&self) -> &[u8; 32] {
        self.0.first_chunk().unwrap_or(&[0; 32])
    }

    /// With the starting code that its key gives.
    pub fn openpaygo(&self) -> OpenPaygo {
        OpenPaygo::new(self.0.last_chunk().unwrap_or(&[0; 16]), 0, false)
    }
}

impl fmt::Debug for CodeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKeys")
    }
}

impl Item for CodeKeys {
    fn put(&self, writer: &mut Writer) {
        self.0.put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Result<CodeKeys, Malformed> {
        Item::take(reader).map(CodeKeys)
    }
}
