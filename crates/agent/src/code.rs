//! Typed codes: how often one may try, which have counted, and what a right one opens.
//!
//! After five wrong ones each further one must wait, 60 s and twice as long each time up to 24 h,
//! in running time: no boot and no clock ends the wait, and only a right, unused code forgives. A
//! slip of the finger that the check digit finds, a used code and a code typed while waiting cost
//! nothing, for nobody learns anything from them.

use fairlock_codes::keys::CodeKeys;
use fairlock_codes::{Counts, Found, Kind, digits, long};
use fairlock_display::Said;
use fairlock_protocol::record;

use crate::state::{Enrolled, State};

/// Wrong tries before the first wait.
const FREE_TRIES: u64 = 5;
const FIRST_WAIT_S: u64 = 60;
const LONGEST_WAIT_S: u64 = 86_400;

record! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Codes: "codes" {
        1 need keys: CodeKeys,
        /// Of the newest code that counted, and those up to it that have.
        2 need count: u64,
        3 list used: u64,
        /// Wrong tries since the last right one.
        4 need wrong: u64,
        /// Running time before which no code is looked at.
        5 some wait_until: u64,
    }
}

impl Codes {
    pub fn new(keys: CodeKeys) -> Codes {
        let Counts { count, used } = Counts::default();
        Codes {
            keys,
            count,
            used,
            wrong: 0,
            wait_until: None,
        }
    }

    pub fn tries_left(&self) -> u64 {
        FREE_TRIES.saturating_sub(self.wrong).max(1)
    }

    /// Seconds before the next try.
    pub fn wait_s(&self, running: u64) -> Option<u64> {
        self.wait_until?
            .checked_sub(running)
            .filter(|wait| *wait > 0)
    }

    fn counted_wrong(&mut self, running: u64) {
        self.wrong += 1;
        if let Some(further) = self.wrong.checked_sub(FREE_TRIES) {
            let wait = (FIRST_WAIT_S << further.min(11)).min(LONGEST_WAIT_S);
            self.wait_until = Some(running + wait);
        }
    }
}

/// Running time at which one may try again.
pub(crate) fn next(state: &State) -> Option<u64> {
    let until = state.enrolled()?.codes.wait_until?;
    (until > state.time.running).then_some(until)
}

/// A person typed this.
pub(crate) fn typed(state: &mut State, text: &str) {
    let running = state.time.running;
    if let Some(enrolled) = state.enrolled_mut() {
        state.now.code = Some(enrolled.typed(text, running));
    }
}

impl Enrolled {
    fn typed(&mut self, text: &str, running: u64) -> Said {
        if self.codes.wait_s(running).is_some() || self.in_force.released.is_some() {
            return Said::Nothing;
        }
        let mut counts = Counts {
            count: self.codes.count,
            used: self.codes.used.clone(),
        };
        let Some(found) = self.read(&digits(text).unwrap_or_default(), &mut counts) else {
            return Said::Wrong;
        };
        match found {
            Found::Right { kind, value }
                if kind != Kind::Sync || counts.count > self.codes.count =>
            {
                self.codes = Codes {
                    count: counts.count,
                    used: counts.used,
                    ..Codes::new(self.codes.keys.clone())
                };
                let days = match kind {
                    Kind::Add | Kind::Set => u16::try_from(value).unwrap_or(u16::MAX),
                    Kind::Disable => u16::MAX,
                    Kind::Sync => 0,
                };
                if days > 0 {
                    self.in_force.open_by_code(days, self.charter.code_days);
                }
                Said::Nothing
            }
            Found::Wrong => {
                self.codes.counted_wrong(running);
                Said::Wrong
            }
            // A SYNC that would move the count back would let older codes count again.
            Found::Right { .. } | Found::Used => Said::Used,
        }
    }

    /// 9 digits, 15 of 1 to 4, or 17 without a slip; `None` for anything else.
    fn read(&self, digits: &[u8], counts: &mut Counts) -> Option<Found> {
        let keys = &self.codes.keys;
        if long::is_one(digits) {
            return Some(long::read(keys.long(), &self.device, digits, counts));
        }
        let restricted = match digits.len() {
            9 => false,
            15 => true,
            _ => return None,
        };
        let chain = keys.openpaygo();
        let token = chain.token(digits, restricted)?;
        Some(chain.read(token, counts))
    }
}
