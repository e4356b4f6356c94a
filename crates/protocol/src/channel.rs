//! What travels on a phone's channel: one binary message is one frame, `[kind, ...]`.
//!
//! Failure is [`FrameError`]; a frame that can't be read ends the connection, never the process.
//! Signed objects travel as byte strings and are verified by whoever opens them: nothing is
//! trusted because of the channel. Absent on purpose: commands.

use alloc::vec::Vec;

use crate::cbor::{Malformed, Reader, Writer, canonical};
use crate::cose::OBJECT_MAX;
use crate::display::Display;
use crate::grant::SEQ_MAX;

/// Largest frame: an object of 4,096 bytes, a log proof of about 1,000, and room.
pub const FRAME_MAX: usize = 8192;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Phone to server: a report signed by the device key; always the first frame.
    Report(Vec<u8>),
    /// Phone to server: asks for a contact token.
    CheckIn { nonce: [u8; 16] },
    /// Server to phone: a grant as it travels ([`wrap`]).
    Grant(Vec<u8>),
    /// Server to phone: a contact token.
    Contact(Vec<u8>),
    /// Server to phone: what the screen says about payments and cases; unsigned.
    Display(Display),
    /// Server to phone: the report with this counter is stored.
    Ack { counter: u64 },
    /// Server to phone: why the connection ends.
    Refused { code: Refused },
}

/// Why a server ends a phone's connection, in the order of its checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The frame can't be read.
    Frame,
    /// The first frame isn't a report.
    FirstFrame,
    /// No device of this id is enrolled.
    UnknownDevice,
    /// The report isn't signed by this device's key, or isn't a report.
    Report,
    /// The report's counter isn't higher than the last one stored.
    Counter,
}

impl Refused {
    const ALL: [Refused; 5] = [
        Refused::Frame,
        Refused::FirstFrame,
        Refused::UnknownDevice,
        Refused::Report,
        Refused::Counter,
    ];

    /// 1 to 5.
    pub fn code(self) -> u64 {
        1 + self as u64
    }
}

/// Why bytes are no frame, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Longer than [`FRAME_MAX`].
    Size,
    Malformed(Malformed),
}

impl Frame {
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.array(2);
        match self {
            Frame::Report(object) => {
                writer.uint(1);
                writer.bytes(object);
            }
            Frame::CheckIn { nonce } => {
                writer.uint(2);
                writer.bytes(nonce);
            }
            Frame::Grant(wrapped) => {
                writer.uint(3);
                writer.bytes(wrapped);
            }
            Frame::Contact(object) => {
                writer.uint(4);
                writer.bytes(object);
            }
            Frame::Display(display) => {
                writer.uint(5);
                writer.raw(&display.encode());
            }
            Frame::Ack { counter } => {
                writer.uint(6);
                writer.uint(*counter);
            }
            Frame::Refused { code } => {
                writer.uint(7);
                writer.uint(code.code());
            }
        }
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
        if bytes.len() > FRAME_MAX {
            return Err(FrameError::Size);
        }
        canonical(bytes).map_err(FrameError::Malformed)?;
        Frame::read(bytes).map_err(FrameError::Malformed)
    }

    fn read(bytes: &[u8]) -> Result<Frame, Malformed> {
        let mut r = Reader::new(bytes);
        r.array(2, 2, "a frame: [kind, content]")?;
        let frame = match r.uint(7, "a kind of frame: 1 to 7")? {
            1 => Frame::Report(r.bytes(OBJECT_MAX, "a report")?.to_vec()),
            2 => Frame::CheckIn {
                nonce: r.fixed("a nonce of 16 bytes")?,
            },
            3 => Frame::Grant(r.bytes(FRAME_MAX, "a grant")?.to_vec()),
            4 => Frame::Contact(r.bytes(OBJECT_MAX, "a contact token")?.to_vec()),
            5 => Frame::Display(Display::read(&mut r)?),
            6 => Frame::Ack {
                counter: r.uint(SEQ_MAX, "a counter")?,
            },
            7 => {
                let code = r.uint(5, "a refusal: 1 to 5")?;
                match Refused::ALL
                    .into_iter()
                    .find(|refused| refused.code() == code)
                {
                    Some(code) => Frame::Refused { code },
                    None => return r.wrong("a refusal: 1 to 5"),
                }
            }
            _ => return r.wrong("a kind of frame: 1 to 7"),
        };
        r.end()?;
        Ok(frame)
    }
}

/// A grant as it travels with its log proof: `[grant, proof]`, or `[grant]` while no log exists.
/// A loosening may travel bare: the COSE array itself.
pub fn wrap(grant: &[u8], proof: Option<&[u8]>) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(if proof.is_some() { 2 } else { 1 });
    writer.raw(grant);
    if let Some(proof) = proof {
        writer.bytes(proof);
    }
    writer.finish()
}

/// What a travelling grant consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwrapped<'a> {
    pub grant: &'a [u8],
    pub proof: Option<&'a [u8]>,
}

/// Takes a travelling grant apart without judging what is inside.
pub fn unwrap(bytes: &[u8]) -> Result<Unwrapped<'_>, Malformed> {
    let mut r = Reader::new(bytes);
    let length = r.array(1, 4, "[grant], [grant, proof] or a COSE_Sign1")?;
    match length {
        4 => Ok(Unwrapped {
            grant: bytes,
            proof: None,
        }),
        1 | 2 => {
            let grant = r.item()?;
            let proof = if length == 2 {
                Some(r.bytes(FRAME_MAX, "a proof")?)
            } else {
                None
            };
            r.end()?;
            if wrap(grant, proof) != bytes {
                return r.wrong("the shortest form of a length");
            }
            Ok(Unwrapped { grant, proof })
        }
        _ => r.wrong("[grant], [grant, proof] or a COSE_Sign1"),
    }
}
