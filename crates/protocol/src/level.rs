//! How far a phone is limited.

use crate::cbor::{Malformed, Reader};

/// In the order of strictness; `Released` is below all and final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Released,
    Free,
    Remind,
    Reduce,
    Lock,
}

impl Level {
    pub const ALL: [Level; 5] = [
        Level::Released,
        Level::Free,
        Level::Remind,
        Level::Reduce,
        Level::Lock,
    ];

    /// The number on the wire.
    pub fn code(self) -> u64 {
        match self {
            Level::Free => 0,
            Level::Remind => 1,
            Level::Reduce => 2,
            Level::Lock => 3,
            Level::Released => 255,
        }
    }

    pub fn from_code(code: u64) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.code() == code)
    }

    /// The word of product.md.
    pub fn word(self) -> &'static str {
        match self {
            Level::Free => "free",
            Level::Remind => "remind",
            Level::Reduce => "reduce",
            Level::Lock => "lock",
            Level::Released => "released",
        }
    }

    pub fn read(reader: &mut Reader<'_>) -> Result<Level, Malformed> {
        let code = reader.uint(255, "a level: 0 to 3 or 255")?;
        match Level::from_code(code) {
            Some(level) => Ok(level),
            None => reader.wrong("a level: 0 to 3 or 255"),
        }
    }
}
