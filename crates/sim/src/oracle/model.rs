//! The oracle's own words: levels, instants, days.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// How far a phone is limited, softest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Released,
    Free,
    Remind,
    Reduce,
    Lock,
}

impl Level {
    /// Reads the word that reports, pages and grants use.
    pub fn from_word(word: &str) -> Option<Level> {
        Some(match word {
            "released" => Level::Released,
            "free" => Level::Free,
            "remind" => Level::Remind,
            "reduce" => Level::Reduce,
            "lock" => Level::Lock,
            _ => return None,
        })
    }

    pub fn word(self) -> &'static str {
        match self {
            Level::Released => "released",
            Level::Free => "free",
            Level::Remind => "remind",
            Level::Reduce => "reduce",
            Level::Lock => "lock",
        }
    }
}

/// Unix seconds.
pub type Seconds = i64;

/// 24 hours, in seconds.
pub const DAY_S: Seconds = 86_400;

/// The calendar date at a place.
pub fn date_at(zone: &TimeZone, at: Seconds) -> Date {
    // Seconds outside jiff's range (year 9999) can't come from a demo; the nearest end stands in.
    let timestamp = Timestamp::from_second(at).unwrap_or(Timestamp::MAX);
    zone.to_datetime(timestamp).date()
}

/// An instant as people read it.
pub fn show(at: Seconds) -> String {
    Timestamp::from_second(at).map_or_else(|_| at.to_string(), |t| t.to_string())
}
