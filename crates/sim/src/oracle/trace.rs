//! What was seen of a run: tick by tick the levels that the server planned and the phones were
//! at, and at its end the grants and the ledger.

use std::collections::BTreeMap;

use super::model::{Level, Seconds};

/// A run, as seen from outside.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// In order of time.
    pub ticks: Vec<Tick>,
    /// By SHA-256 of the payload, in hexadecimal digits.
    pub grants: BTreeMap<String, Granted>,
    /// The highest level that each phone's charter allows, by contract.
    pub charters: BTreeMap<String, Level>,
    pub books: Books,
}

/// The end of one tick.
#[derive(Debug, Clone, Default)]
pub struct Tick {
    pub at: Seconds,
    /// Planned levels that aren't those of the tick before, by contract.
    pub planned: BTreeMap<String, Level>,
    pub phones: Vec<Phone>,
}

/// One phone at the end of one tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub contract: String,
    /// Connected to the server.
    pub reachable: bool,
    /// The level in force.
    pub level: Level,
    /// SHA-256 of the payload of the newest grant it accepted.
    pub grant: Option<String>,
}

/// A grant that the server signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    pub steps: Vec<Step>,
}

/// One step of a grant, with the guards that a clock alone can judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub at: Seconds,
    pub level: Level,
    pub window: Option<Window>,
    pub before: Option<Seconds>,
}

/// When a step may begin: minutes of the local day, at an offset fixed by the signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub offset_min: i64,
    pub from_min: i64,
    pub to_min: i64,
    /// Bit 0 is Monday.
    pub days: u8,
}

impl Window {
    pub fn holds(&self, at: Seconds) -> bool {
        let local = at + self.offset_min * 60;
        let minute = local.rem_euclid(86_400) / 60;
        // 1970-01-01 was a Thursday, the fourth day of a week that begins on Monday.
        let weekday = (local.div_euclid(86_400) + 3).rem_euclid(7);
        (self.from_min..self.to_min).contains(&minute) && self.days & (1 << weekday) != 0
    }
}

/// The ledger and the payments behind it.
#[derive(Debug, Clone, Default)]
pub struct Books {
    pub postings: Vec<Posting>,
    pub payments: Vec<Payment>,
}

/// One double entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub id: String,
    pub legs: Vec<Leg>,
}

/// One side of a double entry; debits positive, credits negative, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    pub account: String,
    pub currency: String,
    pub amount: i128,
}

/// A payment as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: String,
    /// None while it waits in suspense.
    pub contract: Option<String>,
    pub state: String,
    pub amount: i128,
    pub currency: String,
    /// Ids of the source entries behind it.
    pub sources: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_half_open_in_local_minutes_and_weekdays() {
        // Mondays 08:00-20:00 at UTC+3. 2026-03-02 was a Monday.
        let window = Window {
            offset_min: 180,
            from_min: 480,
            to_min: 1_200,
            days: 1,
        };
        let monday = 1_772_409_600;
        for (hour_utc, expected) in [(4, false), (5, true), (16, true), (17, false), (29, false)] {
            let at = monday + hour_utc * 3_600;
            assert_eq!(window.holds(at), expected, "{hour_utc} h UTC");
        }
    }
}
