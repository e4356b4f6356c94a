//! Enrolment: the five messages by which a phone and a lender's server come to know each other.
//!
//! 1 bundle (a QR on the shop's screen), 2 the phone asks, 3 the server offers, 4 the phone
//! accepts by countersigning the charter, 5 the server grants. Bodies are canonical CBOR.
//! Failure is [`Malformed`], or [`Refusal`]. Messages 2 and 3 carry the points from which both
//! sides make the keys of typed codes; nothing signs them, so they rest on TLS and its pins, and
//! codes only loosen.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cbor::{Malformed, canonical};
use crate::charter::Charter;
use crate::cose::{Alg, MultiSigned, assemble_multi, to_be_signed_multi, verify_ed25519};
use crate::ids::{Binding, DeviceId, Domain, LenderId, PayloadHash};
use crate::keyset::{KeySet, Role};
use crate::p256::{DeviceKey, Point, SPKI_LEN, is_point};
use crate::refusal::Refusal;
use crate::wire;

/// Largest body of messages 2 to 5: two objects of 4,096 bytes, or an attestation chain.
pub const BODY_MAX: usize = 24_576;
/// Certificates of an attestation chain.
const CHAIN_MAX: usize = 6;

crate::record! {
    /// Message 1, shown as a QR: whom to talk to, and what to believe of it.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Bundle: "an enrolment bundle" {
        /// Proves the right to enrol, once.
        1 need token: [u8; 16],
        /// `http://` or `https://`, host and port.
        2 need server: String,
        /// SHA-256 of the server's TLS keys; none where TLS isn't used (loopback).
        3 list pins: [u8; 32],
        /// SHA-256 of the payload of key set 1.
        4 need key_set: PayloadHash,
        5 need lender: LenderId,
        /// The contract's number.
        6 need contract: String,
    }

    /// Message 2: the phone's key and nonce.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Request: "message 2" {
        1 need token: [u8; 16],
        /// DER SubjectPublicKeyInfo of the device key.
        2 need spki: [u8; SPKI_LEN],
        /// Certificates, leaf first; challenge: SHA-256 of the token. None when there is none.
        3 blobs attestation: Vec<u8>,
        /// The phone's one-time key for typed codes.
        4 need exchange: Point,
        5 need nonce: [u8; 16],
        6 need imei_hash: [u8; 32],
        |request| {
            DeviceKey::from_spki(&request.spki).is_some() => "a P-256 key of 91 bytes",
            request.attestation.len() <= CHAIN_MAX => "at most 6 certificates",
            is_point(&request.exchange) => "a point of P-256",
        }
    }

    /// Message 3: who the phone is from now on, and under which limits.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Offer: "message 3" {
        /// The phone's own, from message 2.
        1 need nonce: [u8; 16],
        2 need device: DeviceId,
        /// COSE_Sign by CHARTER.
        3 blob charter: Vec<u8>,
        /// The server's one-time key for typed codes.
        4 need exchange: Point,
        /// COSE_Sign by the roots.
        5 blob key_set: Vec<u8>,
        |offer| {
            is_point(&offer.exchange) => "a point of P-256",
        }
    }

    /// Message 4: the charter, countersigned.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Acceptance: "message 4" {
        /// COSE_Sign by CHARTER and the device key.
        1 blob charter: Vec<u8>,
    }

    /// Message 5: the first grant.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Welcome: "message 5" {
        /// COSE_Sign1, seq 1.
        1 blob grant: Vec<u8>,
    }
}

macro_rules! message {
    ($($name:ident)*) => {$(
        impl $name {
            pub fn encode(&self) -> Vec<u8> {
                wire::bytes(self)
            }

            /// Size, canonical form, schema.
            pub fn decode(bytes: &[u8]) -> Result<$name, Malformed> {
                if bytes.len() > BODY_MAX {
                    return Err(Malformed::new(BODY_MAX, "at most 24,576 bytes"));
                }
                canonical(bytes)?;
                wire::read_whole(bytes)
            }
        }
    )*};
}

message! { Bundle Request Offer Acceptance Welcome }

/// Where message 2 is posted.
pub const ENROL_PATH: &str = "/v1/enrolments";

/// Where message 4 is posted.
pub fn accept_path(device: &DeviceId) -> String {
    alloc::format!("{ENROL_PATH}/{}/accept", hex(device))
}

/// Where the phone's channel is.
pub fn channel_path(device: &DeviceId) -> String {
    alloc::format!("/v1/devices/{}/channel", hex(device))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| alloc::format!("{byte:02x}"))
        .collect()
}

impl Offer {
    /// What the phone takes from it: the key set that the bundle names, and a charter signed by
    /// it, bound to this phone, within the compiled limits.
    pub fn open(
        &self,
        bundle: &Bundle,
        nonce: &[u8; 16],
        key: &DeviceKey,
    ) -> Result<Offered, Refusal> {
        if self.nonce != *nonce {
            return Err(Refusal::Nonce);
        }
        let key_set = KeySet::first(&self.key_set, &bundle.lender, &bundle.key_set)?;
        let binding = Binding {
            lender: bundle.lender,
            device: self.device,
            spki_hash: key.spki_hash(),
        };
        let object = MultiSigned::parse(&self.charter)?;
        check_charter_signature(&object, &binding, &key_set)?;
        let charter = Charter::read(object.payload).map_err(Refusal::Schema)?;
        charter.check().map_err(Refusal::Breach)?;
        Ok(Offered {
            binding,
            charter,
            key_set,
        })
    }
}

/// An offer that a phone may put before its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    pub binding: Binding,
    pub charter: Charter,
    pub key_set: KeySet,
}

/// Did a listed CHARTER key sign this for this phone?
pub fn check_charter_signature(
    object: &MultiSigned<'_>,
    binding: &Binding,
    key_set: &KeySet,
) -> Result<(), Refusal> {
    let signed = object.signatures.iter().find_map(|signed| {
        let entry = key_set.key(signed.kid)?;
        (entry.role == Role::Charter && entry.alg.code() == signed.alg).then_some((entry, signed))
    });
    let (entry, signed) = signed.ok_or(Refusal::UnknownKid)?;
    let aad = binding.aad(Domain::Charter);
    let message = to_be_signed_multi(signed.kid, Alg::Ed25519, &aad, object.payload);
    match verify_ed25519(&entry.key, &message, &signed.signature) {
        true => Ok(()),
        false => Err(Refusal::Signature),
    }
}

/// What the device key signs to accept a charter.
pub fn countersign_bytes(
    charter: &[u8],
    binding: &Binding,
    key: &DeviceKey,
) -> Result<Vec<u8>, Refusal> {
    let object = MultiSigned::parse(charter)?;
    let aad = binding.aad(Domain::Charter);
    Ok(to_be_signed_multi(
        key.kid(),
        Alg::Esp256,
        &aad,
        object.payload,
    ))
}

/// The charter with the device's signature added.
pub fn countersign(
    charter: &[u8],
    key: &DeviceKey,
    signature: [u8; 64],
) -> Result<Vec<u8>, Refusal> {
    let object = MultiSigned::parse(charter)?;
    let mut signatures: Vec<_> = object
        .signatures
        .iter()
        .filter(|signed| signed.alg == Alg::Ed25519.code())
        .map(|signed| (signed.kid, Alg::Ed25519, signed.signature))
        .collect();
    signatures.push((key.kid(), Alg::Esp256, signature));
    Ok(assemble_multi(object.payload, &signatures))
}
