//! A grant in whatever form somebody has it: bytes, hexadecimal digits, the text of a QR.

use std::io::Read as _;
use std::path::Path;

use anyhow::anyhow;
use fairlock_codes::qr;
use fairlock_protocol::Grant;
use fairlock_protocol::channel::{Frame, unwrap};
use fairlock_protocol::cose::Sign1;
use fairlock_protocol::refusal::Refusal;

use crate::commands::read_file;
use crate::exit::Failure;

/// Larger than any object of ours in hexadecimal digits.
const INPUT_MAX: u64 = 64 * 1024;

/// What came: a grant as it travels, and the key sets before it.
pub struct Carried {
    pub grant: Vec<u8>,
    pub key_sets: Vec<Vec<u8>>,
}

/// A grant taken apart; nothing of it is checked.
pub struct Opened {
    pub body: Grant,
    /// The COSE_Sign1 alone.
    pub bare: Vec<u8>,
    pub kid: [u8; 4],
    pub hash: [u8; 32],
    /// A proof of the log travels with it.
    pub proven: bool,
}

pub fn file(path: &Path) -> Result<Carried, Failure> {
    carried(raw(path)?, path)
}

fn carried(raw: Vec<u8>, path: &Path) -> Result<Carried, Failure> {
    let text = std::str::from_utf8(&raw).unwrap_or_default();
    if !text.trim_start().starts_with(qr::HEAD) {
        return Ok(Carried {
            grant: decoded(raw),
            key_sets: Vec::new(),
        });
    }
    let wrong = || {
        Failure::Input(anyhow!(
            "{}: not a whole code; expected FL1: and its base45, with one grant in it",
            path.display()
        ))
    };
    let frames = qr::read(text.trim()).ok_or_else(wrong)?;
    let mut carried = Carried {
        grant: Vec::new(),
        key_sets: Vec::new(),
    };
    for frame in frames {
        match frame {
            Frame::Grant(grant) => carried.grant = grant,
            Frame::KeySet(set) => carried.key_sets.push(set),
            _ => {}
        }
    }
    match carried.grant.is_empty() {
        true => Err(wrong()),
        false => Ok(carried),
    }
}

/// The bytes of a file, of hexadecimal digits too.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    raw(path).map(decoded)
}

fn raw(path: &Path) -> Result<Vec<u8>, Failure> {
    if path != Path::new("-") {
        return read_file(path);
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(INPUT_MAX).read_to_end(&mut bytes);
    read.map_err(Failure::input)?;
    Ok(bytes)
}

fn decoded(raw: Vec<u8>) -> Vec<u8> {
    std::str::from_utf8(&raw).ok().and_then(hex).unwrap_or(raw)
}

/// Bytes of hexadecimal digits; None for anything else.
pub fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let even = digits.len().is_multiple_of(2) && !digits.is_empty();
    if !even || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks_exact(2).map(byte).collect()
}

impl Carried {
    /// When it says that it was issued; 0 where that can't be read.
    pub fn issued(&self) -> u64 {
        let travelling = unwrap(&self.grant).ok();
        let object = travelling.and_then(|one| Sign1::parse(one.grant).ok());
        let body = object.and_then(|object| Grant::read(object.payload).ok());
        body.map_or(0, |grant| grant.iat)
    }

    /// Takes it apart; what can't be read is an error of the input, with its byte.
    pub fn open(&self, path: &Path) -> Result<Opened, Failure> {
        let wrong = |what: String| Failure::Input(anyhow!("{}: {what}", path.display()));
        let travelling = unwrap(&self.grant).map_err(|e| wrong(e.to_string()))?;
        let object = Sign1::parse(travelling.grant).map_err(|error| {
            wrong(match error {
                Refusal::Canonical(e) => format!("{e}, in canonical form"),
                Refusal::Header(e) => format!("{e}, in its header"),
                _ => "longer than an object may be; expected a COSE_Sign1".into(),
            })
        })?;
        let payload = |e| wrong(format!("{e}, in the payload"));
        Ok(Opened {
            body: Grant::read(object.payload).map_err(payload)?,
            bare: travelling.grant.to_vec(),
            kid: object.kid,
            hash: object.hash(),
            proven: travelling.proof.is_some(),
        })
    }
}
