//! How far a phone is limited.

crate::codes! {
    /// In the order of strictness; `Released` is below all and final.
    pub enum Level: "a level: 0 to 3 or 255" {
        Released = 255,
        Free = 0,
        Remind = 1,
        Reduce = 2,
        Lock = 3,
    }
}

/// An open phone.
impl Default for Level {
    fn default() -> Level {
        Level::Free
    }
}

impl Level {
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
}
