//! Running time over all boots, and the bounds between which the true time lies.
//!
//! The wall clock has no part in it. Nothing fails: a reading that goes back is a boot that
//! nobody announced.

use fairlock_protocol::Moment;
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::wire::NUMBER_MAX;
use fairlock_protocol::{record, row};

/// The boot-time clock may be fast or slow by 2 in 10,000; each bound allows for it. A lower bound
/// that ran with a fast clock would overtake the truth, and with it every later token.
const SLOWEST: u64 = 9_998;
const FASTEST: u64 = 10_002;
const DRIFT_OF: u64 = 10_000;

record! {
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub(crate) struct Time: "time" {
        /// Seconds over all boots, at the last event.
        1 need running: u64,
        /// What the boot-time clock read then.
        2 need reading: u64,
        /// The boot count then.
        3 need boot: u64,
        /// Kept over boots.
        4 need lower: Lower,
        /// From the last contact token of this boot.
        5 some upper: Upper,
    }
}

row! {
    /// The true time wasn't before `at`, Unix seconds, when running time was `since`.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub(crate) struct Lower: "a lower bound" {
        at: u64,
        since: u64,
    }

    /// The true time wasn't after `at` when running time was `sent`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Upper: "an upper bound" {
        at: u64,
        sent: u64,
    }
}

impl Time {
    /// The process has started, perhaps after a boot.
    pub fn start(&mut self, boot: u64, reading: u64) {
        if boot != self.boot {
            self.boot = boot;
            self.booted();
        }
        self.update(reading);
    }

    /// The boot-time clock reads this now.
    pub fn update(&mut self, reading: u64) {
        let reading = reading.min(NUMBER_MAX);
        if reading < self.reading {
            self.booted();
        }
        let passed = reading - self.reading;
        self.reading = reading;
        self.running = self.running.saturating_add(passed).min(NUMBER_MAX);
    }

    /// How long the phone was off isn't known.
    fn booted(&mut self) {
        self.reading = 0;
        self.upper = None;
    }

    pub fn moment(&self) -> Moment {
        let passed =
            |since: u64, rate: u64| self.running.saturating_sub(since).saturating_mul(rate);
        let lower = self.lower.at + passed(self.lower.since, SLOWEST) / DRIFT_OF;
        let upper = |upper: Upper| upper.at + passed(upper.sent, FASTEST).div_ceil(DRIFT_OF);
        Moment {
            running: self.running,
            lower,
            upper: self.upper.map(upper),
        }
    }

    /// Has a contact token counted since the last boot?
    pub fn is_settled(&self) -> bool {
        self.upper.is_some()
    }

    /// A verified token whose nonce was sent at running time `sent`.
    pub fn contact(&mut self, token: &ContactToken, sent: u64) {
        let at = token.now.saturating_sub(token.radius_s);
        if at > self.moment().lower {
            self.lower = Lower {
                at,
                since: self.running,
            };
        }
        self.upper = Some(Upper {
            at: token.now + token.radius_s,
            sent,
        });
    }

    /// What the boot-time clock will read at a running time.
    pub fn reading_at(&self, running: u64) -> u64 {
        self.reading + running.saturating_sub(self.running)
    }
}
