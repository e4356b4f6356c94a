//! Payment in doubt, the shield: pending money stops escalation for a while, and money in
//! suspense for as long as it isn't cleared.
//!
//! A shield is judged once, when the payment is first seen. It ends by itself, by a booking or by
//! a failure; one that ran out or failed is lost, and three lost ones refuse the next. A shield
//! never closes debt.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

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

/// The shields of one contract. Payments are told in the order of their first sight, so shields
/// rise by payment and by end alike, and the list is searched, never sorted.
#[derive(Debug, Clone, Default)]
pub struct Doubt {
    /// Shields that run or are lost, and settled ones between them.
    shields: Vec<Shield>,
    /// The first one that runs, or the end.
    first_running: usize,
    running: usize,
    running_sum: i128,
    /// Failed or timed out, by when.
    lost: BTreeSet<(Instant, PaymentIndex)>,
    suspense_sum: i128,
    suspense_open: u32,
}

#[derive(Debug, Clone, Copy)]
struct Shield {
    payment: PaymentIndex,
    /// Minor units.
    amount: i128,
    from: Instant,
    /// Of a running one: when it will. Of a lost one: when it was lost.
    ends: Instant,
    state: ShieldState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShieldState {
    Running,
    Lost,
    /// Booked, or failed at once: it was none.
    Settled,
}

impl Doubt {
    /// Judges a payment at its first sight.
    pub fn see(&mut self, payment: PaymentIndex, amount: i128, arrears: i128, at: Instant) {
        let pending = self.pending_sum().saturating_add(amount);
        if pending.saturating_mul(SHIELD_PART) < arrears || self.too_many_lost(at) {
            return;
        }
        self.running += 1;
        self.running_sum = self.running_sum.saturating_add(amount);
        self.shields.push(Shield {
            payment,
            amount,
            from: at,
            ends: at.plus(SHIELD_LASTS),
            state: ShieldState::Running,
        });
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
        let Some(place) = self.place(payment) else {
            return;
        };
        let shield = self.shields[place];
        match shield.state {
            ShieldState::Running => self.stop(place, ShieldState::Settled),
            ShieldState::Lost => {
                self.lost.remove(&(shield.ends, payment));
                self.shields[place].state = ShieldState::Settled;
            }
            ShieldState::Settled => {}
        }
        self.move_up();
    }

    /// Failed: its shield ends now. One that lasted no time changes nothing.
    pub fn fail(&mut self, payment: PaymentIndex, at: Instant) {
        let Some(place) = self.place(payment) else {
            return;
        };
        if self.shields[place].state != ShieldState::Running {
            return;
        }
        if self.shields[place].from == at {
            self.stop(place, ShieldState::Settled);
        } else {
            self.stop(place, ShieldState::Lost);
            self.shields[place].ends = at;
            self.lost.insert((at, payment));
        }
        self.move_up();
    }

    fn place(&self, payment: PaymentIndex) -> Option<usize> {
        let place = self.shields.binary_search_by_key(&payment, |s| s.payment);
        place.ok()
    }

    /// A running shield runs no more.
    fn stop(&mut self, place: usize, state: ShieldState) {
        self.shields[place].state = state;
        self.running -= 1;
        self.running_sum -= self.shields[place].amount;
    }

    /// Forgets what is settled at the end, which is all of it when most payments are booked before
    /// the next one is announced, and finds the first that runs.
    fn move_up(&mut self) {
        let settled = |s: &Shield| s.state == ShieldState::Settled;
        while self.shields.last().is_some_and(settled) {
            self.shields.pop();
        }
        let runs = |s: &Shield| s.state == ShieldState::Running;
        let from = self.first_running.min(self.shields.len());
        let next = self.shields[from..].iter().position(runs);
        self.first_running = next.map_or(self.shields.len(), |next| from + next);
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
        while let Some(shield) = self.shields.get(self.first_running).copied()
            && shield.ends <= at
        {
            self.stop(self.first_running, ShieldState::Lost);
            self.lost.insert((shield.ends, shield.payment));
            self.move_up();
        }
    }

    /// Payments whose shield runs, and suspense that isn't cleared.
    pub fn pending_sum(&self) -> i128 {
        self.running_sum.saturating_add(self.suspense_sum)
    }

    /// No shield runs or is lost, and no money waits in suspense.
    pub fn is_over(&self) -> bool {
        self.shields.is_empty() && self.suspense_open == 0 && self.suspense_sum == 0
    }

    pub fn lasts(&self) -> bool {
        self.suspense_open > 0 || self.running > 0
    }

    fn running(&self) -> impl DoubleEndedIterator<Item = &Shield> {
        let shields = self.shields[self.first_running..].iter();
        shields.filter(|s| s.state == ShieldState::Running)
    }

    /// The latest end; None when suspense is open. Only meaningful while it lasts.
    pub fn until(&self) -> Option<Instant> {
        match self.suspense_open {
            0 => self.running().next_back().map(|s| s.ends),
            _ => None,
        }
    }

    /// How many shields run.
    pub fn count(&self) -> usize {
        self.running
    }

    /// The next shield to end by itself.
    pub fn next_end(&self) -> Option<Instant> {
        self.running().next().map(|s| s.ends)
    }
}
