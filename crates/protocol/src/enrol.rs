//! Enrolment: the five messages by which a phone and a lender's server come to know each other.
//!
//! 1 bundle (a QR on the shop's screen), 2 the phone asks, 3 the server offers, 4 the phone
//! accepts by countersigning the charter, 5 the server grants. Bodies are canonical CBOR.
//! Failure is [`Malformed`], or [`OfferError`]. The one-time keys for typed codes have their key
//! numbers kept (4 in message 2, 4 in message 3) and come with the codes.

use alloc::string::String;
use alloc::vec::Vec;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::cbor::{Malformed, MapWriter, Reader, canonical};
use crate::charter::{Charter, CharterBreach};
use crate::cose::{
    Alg, CoseError, MultiSigned, OBJECT_MAX, assemble_multi, to_be_signed_multi, verify_ed25519,
};
use crate::ids::{Binding, DeviceId, Domain, LenderId, PayloadHash, sha256};
use crate::keyset::{KeySet, KeySetError, Role};
use crate::p256::{DeviceKey, SPKI_LEN};

/// Largest body of messages 2 to 5: two objects of 4,096 bytes, or an attestation chain.
pub const BODY_MAX: usize = 24_576;
/// Certificates of an attestation chain, and bytes of each.
const CHAIN_MAX: u64 = 6;
const CERTIFICATE_MAX: usize = 4096;
const PINS_MAX: u64 = 4;
const SERVER_MAX: usize = 128;
const CONTRACT_MAX: usize = 64;

/// Message 1, shown as a QR: whom to talk to, and what to believe of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Proves the right to enrol, once.
    pub token: [u8; 16],
    /// `http://` or `https://`, host and port.
    pub server: String,
    /// SHA-256 of the server's TLS keys; empty where TLS isn't used (loopback).
    pub pins: Vec<[u8; 32]>,
    /// SHA-256 of the payload of key set 1.
    pub key_set: PayloadHash,
    pub lender: LenderId,
    /// The contract's number.
    pub contract: String,
}

/// Message 2: the phone's key and nonce.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    pub token: [u8; 16],
    /// DER SubjectPublicKeyInfo of the device key.
    pub spki: [u8; SPKI_LEN],
    /// Certificates, leaf first; challenge: SHA-256 of the token. Empty when there is none.
    pub attestation: Vec<Vec<u8>>,
    pub nonce: [u8; 16],
    pub imei_hash: [u8; 32],
}

/// Message 3: who the phone is from now on, and under which limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The phone's own, from message 2.
    pub nonce: [u8; 16],
    pub device: DeviceId,
    /// COSE_Sign by CHARTER.
    pub charter: Vec<u8>,
    /// COSE_Sign by the roots.
    pub key_set: Vec<u8>,
}

/// Message 4: the charter, countersigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// COSE_Sign by CHARTER and the device key.
    pub charter: Vec<u8>,
}

/// Message 5: the first grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// COSE_Sign1, seq 1.
    pub grant: Vec<u8>,
}

/// Why an offer or a charter isn't taken, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferError {
    Body(Malformed),
    /// Not the answer to this phone's request.
    Nonce,
    KeySet(KeySetError),
    Cose(CoseError),
    /// No listed CHARTER key signed it.
    CharterKey,
    CharterSignature,
    /// The device's own signature is missing or wrong (message 4).
    DeviceSignature,
    Charter(Malformed),
    Breach(CharterBreach),
}

/// The IMEI as it travels: HMAC-SHA-256 under the one-time token, so that it says something only
/// to a server that knows both.
pub fn imei_hash(token: &[u8; 16], imei: &str) -> [u8; 32] {
    // HMAC takes a key of any length: the error has no case here.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token) else {
        return [0; 32];
    };
    mac.update(b"fairlock/imei/v1");
    mac.update(imei.as_bytes());
    mac.finalize().into_bytes().into()
}

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

impl Bundle {
    pub fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).bytes(&self.token);
        map.key(2).text(&self.server);
        if !self.pins.is_empty() {
            let writer = map.key(3);
            writer.array(self.pins.len() as u64);
            self.pins.iter().for_each(|pin| writer.bytes(pin));
        }
        map.key(4).bytes(&self.key_set);
        map.key(5).bytes(&self.lender);
        map.key(6).text(&self.contract);
        map.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Bundle, Malformed> {
        let mut r = open(bytes)?;
        let mut fields = r.fields("an enrolment bundle: a map")?;
        r.need(&mut fields, 1, "key 1, the token")?;
        let token = r.fixed("a token of 16 bytes")?;
        r.need(&mut fields, 2, "key 2, the server")?;
        let server = String::from(r.text(SERVER_MAX, "the server's address")?);
        let mut pins = Vec::new();
        if r.has(&mut fields, 3)? {
            let count = r.array(1, PINS_MAX, "1 to 4 pins")?;
            for _ in 0..count {
                pins.push(r.fixed("a pin of 32 bytes")?);
            }
        }
        r.need(&mut fields, 4, "key 4, the key set's hash")?;
        let key_set = r.fixed("a hash of 32 bytes")?;
        r.need(&mut fields, 5, "key 5, the lender")?;
        let lender = r.fixed("a lender's id of 16 bytes")?;
        r.need(&mut fields, 6, "key 6, the contract's number")?;
        let contract = String::from(r.text(CONTRACT_MAX, "the contract's number")?);
        r.end_fields(&fields)?;
        r.end()?;
        Ok(Bundle {
            token,
            server,
            pins,
            key_set,
            lender,
            contract,
        })
    }
}

impl Request {
    pub fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).bytes(&self.token);
        map.key(2).bytes(&self.spki);
        if !self.attestation.is_empty() {
            let writer = map.key(3);
            writer.array(self.attestation.len() as u64);
            self.attestation
                .iter()
                .for_each(|certificate| writer.bytes(certificate));
        }
        map.key(5).bytes(&self.nonce);
        map.key(6).bytes(&self.imei_hash);
        map.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Request, Malformed> {
        let mut r = open(bytes)?;
        let mut fields = r.fields("message 2: a map")?;
        r.need(&mut fields, 1, "key 1, the token")?;
        let token = r.fixed("a token of 16 bytes")?;
        r.need(&mut fields, 2, "key 2, the device's key")?;
        let spki: [u8; SPKI_LEN] = r.fixed("a P-256 SubjectPublicKeyInfo of 91 bytes")?;
        if DeviceKey::from_spki(&spki).is_none() {
            return r.wrong("a P-256 SubjectPublicKeyInfo of 91 bytes");
        }
        let mut attestation = Vec::new();
        if r.has(&mut fields, 3)? {
            let count = r.array(1, CHAIN_MAX, "1 to 6 certificates")?;
            for _ in 0..count {
                attestation.push(r.bytes(CERTIFICATE_MAX, "a certificate")?.to_vec());
            }
        }
        r.need(&mut fields, 5, "key 5, the nonce")?;
        let nonce = r.fixed("a nonce of 16 bytes")?;
        r.need(&mut fields, 6, "key 6, the IMEI's hash")?;
        let imei_hash = r.fixed("a hash of 32 bytes")?;
        r.end_fields(&fields)?;
        r.end()?;
        Ok(Request {
            token,
            spki,
            attestation,
            nonce,
            imei_hash,
        })
    }
}

impl Offer {
    pub fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).bytes(&self.nonce);
        map.key(2).bytes(&self.device);
        map.key(3).bytes(&self.charter);
        map.key(5).bytes(&self.key_set);
        map.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Offer, Malformed> {
        let mut r = open(bytes)?;
        let mut fields = r.fields("message 3: a map")?;
        r.need(&mut fields, 1, "key 1, the phone's nonce")?;
        let nonce = r.fixed("a nonce of 16 bytes")?;
        r.need(&mut fields, 2, "key 2, the device's id")?;
        let device = r.fixed("a device's id of 16 bytes")?;
        r.need(&mut fields, 3, "key 3, the charter")?;
        let charter = r.bytes(OBJECT_MAX, "a charter")?.to_vec();
        r.need(&mut fields, 5, "key 5, the key set")?;
        let key_set = r.bytes(OBJECT_MAX, "a key set")?.to_vec();
        r.end_fields(&fields)?;
        r.end()?;
        Ok(Offer {
            nonce,
            device,
            charter,
            key_set,
        })
    }

    /// What the phone takes from it: the key set that the bundle names, and a charter signed by
    /// it, bound to this phone, within the compiled limits.
    pub fn open(
        &self,
        bundle: &Bundle,
        nonce: &[u8; 16],
        key: &DeviceKey,
    ) -> Result<Offered, OfferError> {
        if self.nonce != *nonce {
            return Err(OfferError::Nonce);
        }
        let key_set = KeySet::first(&self.key_set, &bundle.lender, &bundle.key_set)
            .map_err(OfferError::KeySet)?;
        let binding = Binding {
            lender: bundle.lender,
            device: self.device,
            spki_hash: key.spki_hash(),
        };
        let object = MultiSigned::parse(&self.charter).map_err(OfferError::Cose)?;
        check_charter_signature(&object, &binding, &key_set)?;
        let charter = Charter::read(object.payload).map_err(OfferError::Charter)?;
        charter.check().map_err(OfferError::Breach)?;
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

fn check_charter_signature(
    object: &MultiSigned<'_>,
    binding: &Binding,
    key_set: &KeySet,
) -> Result<(), OfferError> {
    let signed = object.signatures.iter().find_map(|signed| {
        let entry = key_set.key(signed.kid)?;
        (entry.role == Role::Charter && entry.alg.code() == signed.alg).then_some((entry, signed))
    });
    let (entry, signed) = signed.ok_or(OfferError::CharterKey)?;
    let aad = binding.aad(Domain::Charter);
    let message = to_be_signed_multi(signed.kid, Alg::Ed25519, &aad, object.payload);
    match verify_ed25519(&entry.key, &message, &signed.signature) {
        true => Ok(()),
        false => Err(OfferError::CharterSignature),
    }
}

/// What the device key signs to accept a charter.
pub fn countersign_bytes(
    charter: &[u8],
    binding: &Binding,
    key: &DeviceKey,
) -> Result<Vec<u8>, CoseError> {
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
) -> Result<Vec<u8>, CoseError> {
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

impl Acceptance {
    pub fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).bytes(&self.charter);
        map.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Acceptance, Malformed> {
        let mut r = open(bytes)?;
        let mut fields = r.fields("message 4: a map")?;
        r.need(&mut fields, 1, "key 1, the charter")?;
        let charter = r.bytes(OBJECT_MAX, "a charter")?.to_vec();
        r.end_fields(&fields)?;
        r.end()?;
        Ok(Acceptance { charter })
    }

    /// The server's check: both signatures over the charter that it offered.
    pub fn open(
        &self,
        binding: &Binding,
        key: &DeviceKey,
        key_set: &KeySet,
    ) -> Result<Charter, OfferError> {
        let object = MultiSigned::parse(&self.charter).map_err(OfferError::Cose)?;
        check_charter_signature(&object, binding, key_set)?;
        let signed = object.by(key.kid()).ok_or(OfferError::DeviceSignature)?;
        let aad = binding.aad(Domain::Charter);
        let message = to_be_signed_multi(signed.kid, Alg::Esp256, &aad, object.payload);
        if signed.alg != Alg::Esp256.code() || !key.verify(&message, &signed.signature) {
            return Err(OfferError::DeviceSignature);
        }
        Charter::read(object.payload).map_err(OfferError::Charter)
    }
}

impl Welcome {
    pub fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).bytes(&self.grant);
        map.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Welcome, Malformed> {
        let mut r = open(bytes)?;
        let mut fields = r.fields("message 5: a map")?;
        r.need(&mut fields, 1, "key 1, the grant")?;
        let grant = r.bytes(OBJECT_MAX, "a grant")?.to_vec();
        r.end_fields(&fields)?;
        r.end()?;
        Ok(Welcome { grant })
    }
}

/// The SHA-256 that an attestation's challenge must be.
pub fn attestation_challenge(token: &[u8; 16]) -> [u8; 32] {
    sha256(token)
}

/// Size and canonical form, then a reader.
fn open(bytes: &[u8]) -> Result<Reader<'_>, Malformed> {
    if bytes.len() > BODY_MAX {
        return Err(Malformed {
            at: BODY_MAX,
            expected: "at most 24,576 bytes",
        });
    }
    canonical(bytes)?;
    Ok(Reader::new(bytes))
}
