//! Running time over all boots, and the bounds between which the true time lies.
//!
//! The wall clock has no part in it. Nothing fails: a reading that goes back is a boot that
//! nobody announced.

use fairlock_protocol::Moment;
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::wire::{Fits, NUMBER_MAX};
use fairlock_protocol::{record, row};

/// The boot-time clock may be fast or slow by 2 in 10,000; the upper bound allows for it.
const DRIFT: (u64, u64) = (10_002, 10_000);

record! {
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub(crate) struct Time: "time" {
        /// Seconds over all boots, at the last event.
        1 need running: u64,
        /// What the boot-time clock read then.
        2 need reading: u64,
        /// The boot count then.
        3 need boot: u64,
        /// Lower bound then, Unix seconds.
        4 need lower: u64,
        /// From the last contact token of this boot.
        5 some upper: Upper,
    }
}

row! {
    /// The true time wasn't after `at` when running time was `sent`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Upper: "an upper bound" {
        at: u64,
        sent: u64,
    }
}

impl Fits for Time {}
impl Fits for Upper {}

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
        self.lower = self.lower.saturating_add(passed).min(NUMBER_MAX);
    }

    /// How long the phone was off isn't known.
    fn booted(&mut self) {
        self.reading = 0;
        self.upper = None;
    }

    pub fn moment(&self) -> Moment {
        let upper = self.upper.map(|upper| {
            let passed = self.running.saturating_sub(upper.sent);
            upper.at + passed.saturating_mul(DRIFT.0).div_ceil(DRIFT.1)
        });
        Moment {
            running: self.running,
            lower: self.lower,
            upper,
        }
    }

    /// Has a contact token counted since the last boot?
    pub fn is_settled(&self) -> bool {
        self.upper.is_some()
    }

    /// A verified token whose nonce was sent at running time `sent`.
    pub fn contact(&mut self, token: &ContactToken, sent: u64) {
        self.lower = self.lower.max(token.now.saturating_sub(token.radius_s));
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
