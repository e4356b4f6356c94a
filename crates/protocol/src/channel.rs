//! What travels on a phone's channel: one binary message is one frame, `[kind, ...]`.
//!
//! Failure is [`Malformed`]; a frame that can't be read ends the connection, never the process.
//! Signed objects travel as byte strings and are verified by whoever opens them: nothing is
//! trusted because of the channel. Absent on purpose: commands.

use alloc::vec::Vec;

use crate::cbor::{Malformed, Reader, Writer, canonical};
use crate::wire::Item;

/// Largest frame: an object of 4,096 bytes, a log proof of about 1,000, and room.
pub const FRAME_MAX: usize = 8192;

crate::codes! {
    /// Why a server ends a phone's connection, in the order of its checks.
    pub enum Refused: "a refusal: 1 to 5" {
        /// The frame can't be read.
        Frame = 1,
        /// The first frame isn't a report.
        FirstFrame = 2,
        /// No device of this id is enrolled.
        UnknownDevice = 3,
        /// The report isn't signed by this device's key, or isn't a report.
        Report = 4,
        /// The report's counter isn't higher than the last one stored.
        Counter = 5,
    }
}

crate::codes! {
    /// What an owner says on the phone's own screen: never a ground for anything stricter.
    pub enum Said: "what an owner says: 1 to 3" {
        /// I have paid.
        Paid = 1,
        /// Something is wrong.
        Wrong = 2,
        /// I bought this phone used.
        BoughtUsed = 3,
    }
}

/// One frame a line: its number, its name, its field, and how it is written: a `blob` of bytes,
/// `raw` as an item of any form, or an `item` of its type.
macro_rules! frames {
    ($($(#[$doc:meta])* $kind:literal $name:ident $content:tt $field:tt $form:ident,)*) => {
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Frame {
            $($(#[$doc])* $name $content,)*
        }

        impl Frame {
            pub fn encode(&self) -> Vec<u8> {
                let mut w = Writer::new();
                w.array(2);
                match self {
                    $(Frame::$name { $field: content } => {
                        w.uint($kind);
                        frames!(@put $form w, content);
                    })*
                }
                w.finish()
            }

            fn read(bytes: &[u8]) -> Result<Frame, Malformed> {
                let mut r = Reader::new(bytes);
                r.array(2, 2, "a frame: [kind, content]")?;
                let frame = match r.uint(13, "a kind of frame: 1 to 13")? {
                    $($kind => Frame::$name { $field: frames!(@take $form r) },)*
                    _ => return r.wrong("a kind of frame: 1 to 13"),
                };
                r.end()?;
                Ok(frame)
            }
        }
    };
    (@put blob $w:ident, $content:ident) => { $w.bytes($content) };
    (@put raw $w:ident, $content:ident) => { $w.raw($content) };
    (@put item $w:ident, $content:ident) => { $content.put(&mut $w) };
    (@take blob $r:ident) => { $r.bytes(FRAME_MAX, "an object as bytes")?.to_vec() };
    (@take raw $r:ident) => { $r.item()?.to_vec() };
    (@take item $r:ident) => { Item::take(&mut $r)? };
}

frames! {
    /// Phone to server: a report signed by the device key; always the first frame.
    1 Report (Vec<u8>) 0 blob,
    /// Phone to server: asks for a contact token.
    2 CheckIn { nonce: [u8; 16] } nonce item,
    /// Server to phone: a grant as it travels ([`wrap`]).
    3 Grant (Vec<u8>) 0 blob,
    /// Server to phone: a contact token.
    4 Contact (Vec<u8>) 0 blob,
    /// Server to phone: what the screen says about payments and cases, one item; unsigned.
    5 Display (Vec<u8>) 0 raw,
    /// Server to phone: the report with this counter is stored.
    6 Ack { counter: u64 } counter item,
    /// Server to phone: why the connection ends.
    7 Refused { code: Refused } code item,
    /// Phone to server: asks for the key sets after this one, in order.
    8 KeysWanted { ksv: u64 } ksv item,
    /// Server to phone: one key set.
    9 KeySet (Vec<u8>) 0 blob,
    /// Server to phone: a cap of the lender.
    10 Cap (Vec<u8>) 0 blob,
    /// Server to phone: a charter to take the place of the one in force.
    11 Charter (Vec<u8>) 0 blob,
    /// Phone to server: that charter, countersigned.
    12 CharterAccepted (Vec<u8>) 0 blob,
    /// Phone to server: what its owner says.
    13 Said { what: Said } what item,
}

impl Frame {
    pub fn decode(bytes: &[u8]) -> Result<Frame, Malformed> {
        if bytes.len() > FRAME_MAX {
            return Err(Malformed::new(FRAME_MAX, "at most 8,192 bytes"));
        }
        canonical(bytes)?;
        Frame::read(bytes)
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
            let proof = (length == 2).then(|| r.bytes(FRAME_MAX, "a proof"));
            let proof = proof.transpose()?;
            r.end()?;
            if wrap(grant, proof) != bytes {
                return r.wrong("the shortest form of a length");
            }
            Ok(Unwrapped { grant, proof })
        }
        _ => r.wrong("[grant], [grant, proof] or a COSE_Sign1"),
    }
}
