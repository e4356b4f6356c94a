//! Payment in doubt, the shield: pending money stops escalation for a while, and money in
//! suspense for as long as it isn't cleared.
//!
//! A shield is judged once, when the payment is first seen. It ends by itself, by a booking or by
//! a failure; one that ran out or failed is lost, and three lost ones refuse the next. A shield
//! never closes debt.

use alloc::collections::{BTreeMap, BTreeSet};

use super::SHIELD_LASTS;
use crate::calendar::{Instant, Span};

/// Lost shields of the last 30 days that refuse the next one. Two can be bad luck with a
/// provider; with more, announcing money would be a way to stop the law's clock for ever.
const LOST_MAX: usize = 3;
const LOST_WITHIN: Span = Span::days(30);

/// Pending money must be at least this part of the arrears (one fifth): less doesn't show that
/// the borrower is about to pay.
pub const SHIELD_PART: i128 = 5;

/// A payment's place among the payments of its contract.
pub type PaymentIndex = u32;

#[derive(Debug, Clone, Default)]
pub struct Doubt {
    /// By end; these last now.
    running: BTreeSet<(Instant, PaymentIndex)>,
    /// Of a running shield: its start, its end, its amount in minor units.
    shields: BTreeMap<PaymentIndex, Shield>,
    running_sum: i128,
    /// Failed or timed out, by end.
    lost: BTreeSet<(Instant, PaymentIndex)>,
    suspense_sum: i128,
    suspense_open: u32,
}

#[derive(Debug, Clone, Copy)]
struct Shield {
    from: Instant,
    /// While it runs: when it will. Once lost: when it did.
    ends: Instant,
    amount: i128,
}

impl Doubt {
    /// Judges a payment at its first sight.
    pub fn see(&mut self, payment: PaymentIndex, amount: i128, arrears: i128, at: Instant) {
        let pending = self.pending_sum().saturating_add(amount);
        if pending.saturating_mul(SHIELD_PART) < arrears || self.too_many_lost(at) {
            return;
        }
        let ends = at.plus(SHIELD_LASTS);
        self.running.insert((ends, payment));
        self.running_sum = self.running_sum.saturating_add(amount);
        let shield = Shield {
            from: at,
            ends,
            amount,
        };
        self.shields.insert(payment, shield);
    }

    fn too_many_lost(&self, at: Instant) -> bool {
        let lately = self.lost.range(..=(at, PaymentIndex::MAX)).rev();
        lately
            .take_while(|(ended, _)| at.since(*ended) < LOST_WITHIN)
            .take(LOST_MAX)
            .count()
            == LOST_MAX
    }

    /// Booked: its shield ends and was no loss, also when it had failed or timed out before.
    pub fn book(&mut self, payment: PaymentIndex) {
        if let Some(shield) = self.shields.remove(&payment) {
            self.stop(payment, shield);
            self.lost.remove(&(shield.ends, payment));
        }
    }

    /// Failed: its shield ends now. One that lasted no time changes nothing.
    pub fn fail(&mut self, payment: PaymentIndex, at: Instant) {
        let Some(shield) = self.shields.get(&payment).copied() else {
            return;
        };
        if !self.stop(payment, shield) {
            return;
        }
        if shield.from == at {
            self.shields.remove(&payment);
            return;
        }
        self.lost.insert((at, payment));
        self.shields.insert(payment, Shield { ends: at, ..shield });
    }

    /// Takes a running shield out; false when it wasn't running.
    fn stop(&mut self, payment: PaymentIndex, shield: Shield) -> bool {
        let ran = self.running.remove(&(shield.ends, payment));
        if ran {
            self.running_sum -= shield.amount;
        }
        ran
    }

    pub fn open_suspense(&mut self, amount: i128) {
        self.suspense_open += 1;
        self.suspense_sum = self.suspense_sum.saturating_add(amount);
    }

    pub fn clear_suspense(&mut self, amount: i128) {
        self.suspense_open = self.suspense_open.saturating_sub(1);
        self.suspense_sum = self.suspense_sum.saturating_sub(amount);
    }

    /// Shields whose time is over at `at` are lost.
    pub fn expire(&mut self, at: Instant) {
        while let Some(&(ends, payment)) = self.running.first().filter(|(ends, _)| *ends <= at) {
            if let Some(shield) = self.shields.get(&payment).copied() {
                self.stop(payment, shield);
            }
            self.lost.insert((ends, payment));
        }
    }

    /// Payments whose shield runs, and suspense that isn't cleared.
    pub fn pending_sum(&self) -> i128 {
        self.running_sum.saturating_add(self.suspense_sum)
    }

    pub fn lasts(&self) -> bool {
        self.suspense_open > 0 || !self.running.is_empty()
    }

    /// The latest end; None when suspense is open. Only meaningful while it lasts.
    pub fn until(&self) -> Option<Instant> {
        match self.suspense_open {
            0 => self.running.last().map(|(ends, _)| *ends),
            _ => None,
        }
    }

    /// How many shields run.
    pub fn count(&self) -> usize {
        self.running.len()
    }

    /// The next shield to end by itself.
    pub fn next_end(&self) -> Option<Instant> {
        self.running.first().map(|(ends, _)| *ends)
    }
}
