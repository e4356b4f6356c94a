//! COSE (RFC 9052) as Fairlock uses it: one signer ([`Sign1`]) or several ([`MultiSigned`]), a
//! protected header of exactly `{1: alg, 4: kid}`, an empty unprotected one, no tag.
//!
//! Failure is [`Refusal`]: size, canonical form, header. Absent on purpose: detached payloads,
//! counter signatures, any header beyond the two.

use alloc::vec::Vec;

use ed25519_dalek::{Signature, VerifyingKey};

use crate::cbor::{self, Malformed, Reader, Writer, canonical};
use crate::ids::{Kid, PayloadHash, sha256};
use crate::refusal::Refusal;
use crate::wire::{self, ascending};

/// Largest signed object a phone or server looks at, in bytes.
pub const OBJECT_MAX: usize = 4096;

/// The two algorithms of RFC 9864.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alg {
    /// The server's keys.
    Ed25519 = -19,
    /// The device's key, ECDSA on P-256 with SHA-256.
    Esp256 = -9,
}

impl Alg {
    pub fn code(self) -> i64 {
        self as i64
    }
}

crate::record! {
    struct Protected: "the protected header" {
        1 need alg: i64,
        4 need kid: Kid,
        |header| {
            (-256..=-1).contains(&header.alg) => "an algorithm number",
        }
    }
}

/// A parsed, not yet verified, COSE_Sign1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign1<'a> {
    pub alg: i64,
    pub kid: Kid,
    pub payload: &'a [u8],
    pub signature: [u8; 64],
}

impl<'a> Sign1<'a> {
    /// Size, canonical form (of the protected bytes and the payload too), header whitelist.
    pub fn parse(bytes: &'a [u8]) -> Result<Sign1<'a>, Refusal> {
        let mut reader = whole(bytes)?;
        let read = |reader: &mut Reader<'a>| {
            reader.array(4, 4, "a COSE_Sign1: an array of 4")?;
            let protected = headers(reader)?;
            let payload = reader.bytes(OBJECT_MAX, "the payload as bytes")?;
            Ok((protected, payload, reader.fixed("a signature of 64 bytes")?))
        };
        let (header, payload, signature) = read(&mut reader).map_err(Refusal::Header)?;
        canonical(header).map_err(Refusal::Canonical)?;
        canonical(payload).map_err(Refusal::Canonical)?;
        let Protected { alg, kid } = wire::read_whole(header).map_err(Refusal::Header)?;
        Ok(Sign1 {
            alg,
            kid,
            payload,
            signature,
        })
    }

    /// The name of this object.
    pub fn hash(&self) -> PayloadHash {
        sha256(self.payload)
    }

    /// The bytes that were signed.
    pub fn signed(&self, alg: Alg, aad: &[u8]) -> Vec<u8> {
        to_be_signed(self.kid, alg, aad, self.payload)
    }
}

/// A reader of bytes that aren't too many and are canonical.
fn whole(bytes: &[u8]) -> Result<Reader<'_>, Refusal> {
    if bytes.len() > OBJECT_MAX {
        return Err(Refusal::Size);
    }
    canonical(bytes).map_err(Refusal::Canonical)?;
    Ok(Reader::new(bytes))
}

/// The protected header's bytes, and an unprotected one that is empty.
fn headers<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let protected = reader.bytes(OBJECT_MAX, "the protected header as bytes")?;
    let unprotected = reader.fields("an empty unprotected header")?;
    reader.end_fields(&unprotected)?;
    Ok(protected)
}

fn protected_bytes(kid: Kid, alg: Alg) -> Vec<u8> {
    let alg = alg.code();
    wire::bytes(&Protected { alg, kid })
}

/// The Sig_structure of a COSE_Sign1: what the signer's key signs.
pub fn to_be_signed(kid: Kid, alg: Alg, aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let protected = protected_bytes(kid, alg);
    cbor::named("Signature1", &[&protected, aad, payload])
}

/// The signed object from its parts.
pub fn assemble(kid: Kid, alg: Alg, payload: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(4);
    writer.bytes(&protected_bytes(kid, alg));
    writer.map(0);
    writer.bytes(payload);
    writer.bytes(signature);
    writer.finish()
}

/// Ed25519 by the strict rules: no small-order keys or points, no malleable scalars.
pub fn verify_ed25519(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(key) else {
        return false;
    };
    key.verify_strict(message, &Signature::from_bytes(signature))
        .is_ok()
}

/// One signature of a COSE_Sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    pub alg: i64,
    pub kid: Kid,
    pub signature: [u8; 64],
}

/// A parsed, not yet verified, COSE_Sign; signatures ascend by kid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiSigned<'a> {
    pub payload: &'a [u8],
    pub signatures: Vec<Signed>,
}

/// Signatures on one object: 2 of a charter, the roots of two key sets.
const SIGNATURES_MAX: u64 = 16;

impl<'a> MultiSigned<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<MultiSigned<'a>, Refusal> {
        let mut reader = whole(bytes)?;
        let (payload, raw) = read_multi(&mut reader).map_err(Refusal::Header)?;
        canonical(payload).map_err(Refusal::Canonical)?;
        let mut signatures: Vec<Signed> = Vec::new();
        for (header, signature) in raw {
            canonical(header).map_err(Refusal::Canonical)?;
            let Protected { alg, kid } = wire::read_whole(header).map_err(Refusal::Header)?;
            signatures.push(Signed {
                alg,
                kid,
                signature,
            });
        }
        if !ascending(&signatures, |signed| signed.kid) {
            let expected = "signatures in ascending order of kid, each once";
            return Err(Refusal::Header(Malformed::new(0, expected)));
        }
        Ok(MultiSigned {
            payload,
            signatures,
        })
    }

    /// The signature of a key, if it signed.
    pub fn by(&self, kid: Kid) -> Option<&Signed> {
        self.signatures.iter().find(|signed| signed.kid == kid)
    }
}

type RawSignature<'a> = (&'a [u8], [u8; 64]);

fn read_multi<'a>(reader: &mut Reader<'a>) -> Result<(&'a [u8], Vec<RawSignature<'a>>), Malformed> {
    reader.array(4, 4, "a COSE_Sign: an array of 4")?;
    if !headers(reader)?.is_empty() {
        return reader.wrong("an empty protected header");
    }
    let payload = reader.bytes(OBJECT_MAX, "the payload as bytes")?;
    let count = reader.array(1, SIGNATURES_MAX, "1 to 16 signatures")?;
    let signature = |_| {
        reader.array(3, 3, "a COSE_Signature: an array of 3")?;
        Ok((headers(reader)?, reader.fixed("a signature of 64 bytes")?))
    };
    let signatures: Result<_, Malformed> = (0..count).map(signature).collect();
    Ok((payload, signatures?))
}

/// The Sig_structure of one signature of a COSE_Sign.
pub fn to_be_signed_multi(kid: Kid, alg: Alg, aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let protected = protected_bytes(kid, alg);
    cbor::named("Signature", &[&[], &protected, aad, payload])
}

/// A COSE_Sign from its parts, in whatever order the signatures come.
pub fn assemble_multi(payload: &[u8], signatures: &[(Kid, Alg, [u8; 64])]) -> Vec<u8> {
    let mut ordered: Vec<_> = signatures.to_vec();
    ordered.sort_by_key(|(kid, _, _)| *kid);
    let mut writer = Writer::new();
    writer.array(4);
    writer.bytes(&[]);
    writer.map(0);
    writer.bytes(payload);
    writer.array(ordered.len() as u64);
    for (kid, alg, signature) in ordered {
        writer.array(3);
        writer.bytes(&protected_bytes(kid, alg));
        writer.map(0);
        writer.bytes(&signature);
    }
    writer.finish()
}
