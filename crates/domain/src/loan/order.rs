//! In which order a payment is given to what is owed: twelve buckets, and how they are walked.
//!
//! A bucket is a kind of debt (penalty, fee, interest, principal) at a time (past due, due on the
//! day, in advance). An [`Order`] is data: the lender's contract says which one applies, and each
//! kind of payment may have its own. On purpose absent: allocating (`allocate`), and any order
//! that isn't written down here or by the lender.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::calendar::Day;

/// A kind of debt. `as usize` is its place in every array of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    Penalty,
    Fee,
    Interest,
    Principal,
}

impl Component {
    pub const ALL: [Component; 4] = [
        Component::Penalty,
        Component::Fee,
        Component::Interest,
        Component::Principal,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Component::Penalty => "penalty",
            Component::Fee => "fee",
            Component::Interest => "interest",
            Component::Principal => "principal",
        }
    }
}

/// How an instalment's due day stands to the day of the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// Due before the day of the payment.
    PastDue,
    /// Due on that very day.
    Due,
    /// Due later.
    InAdvance,
}

impl When {
    /// How a due day stands to another day.
    pub fn of(due_on: Day, on: Day) -> When {
        match due_on.cmp(&on) {
            Ordering::Less => When::PastDue,
            Ordering::Equal => When::Due,
            Ordering::Greater => When::InAdvance,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            When::PastDue => "past due",
            When::Due => "due",
            When::InAdvance => "in advance",
        }
    }
}

/// One of the twelve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket {
    pub when: When,
    pub component: Component,
}

/// How buckets and instalments are walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Walk {
    /// Horizontal: of one time, an instalment is finished before the next one.
    ByInstalment,
    /// Vertical: a bucket is filled over all its instalments before the next bucket.
    ByBucket,
}

/// Which instalments take money that comes in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Future {
    /// The earliest, then the one after it.
    Next,
    /// The latest, then the one before it.
    Last,
    /// All of them in equal parts; the last one takes the rest of the division.
    Spread,
}

/// How one kind of payment is given to debts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// All twelve, each once: see [`Order::complete`].
    pub buckets: [Bucket; 12],
    pub walk: Walk,
    pub future: Future,
    /// Whether a charge counts as due on its own day, although its instalment is due later.
    pub charges_by_own_day: bool,
}

/// The orders of a contract: one for each kind of payment that has its own, and one for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    pub usual: Order,
    pub own: Vec<(super::command::PaymentKind, Order)>,
}

use Component::{Fee, Interest, Penalty, Principal};

impl Order {
    /// The same four at each time, an instalment after the other.
    pub fn by_instalment(of_each: [Component; 4]) -> Order {
        Order::horizontal(of_each, of_each, of_each)
    }

    /// Own fours for past due, due and in advance, an instalment after the other.
    pub fn horizontal(past: [Component; 4], due: [Component; 4], ahead: [Component; 4]) -> Order {
        Order {
            buckets: twelve([
                (When::PastDue, past),
                (When::Due, due),
                (When::InAdvance, ahead),
            ]),
            walk: Walk::ByInstalment,
            future: Future::Next,
            charges_by_own_day: false,
        }
    }

    /// Oldest instalment first; within it penalty, fee, interest, principal. The field's usual one.
    pub fn oldest_first() -> Order {
        Order::by_instalment([Penalty, Fee, Interest, Principal])
    }

    /// Oldest instalment first; within it interest, principal, penalty, fee.
    pub fn interest_first() -> Order {
        Order::by_instalment([Interest, Principal, Penalty, Fee])
    }

    /// Oldest instalment first; within it principal, interest, penalty, fee.
    pub fn principal_first() -> Order {
        Order::by_instalment([Principal, Interest, Penalty, Fee])
    }

    /// All interest that is owed before any principal, over all instalments, as the Reserve Bank
    /// of India's model asks; penalties and fees come last.
    pub fn rbi() -> Order {
        let [past, due, ahead] = [When::PastDue, When::Due, When::InAdvance];
        let b = |when, component| Bucket { when, component };
        Order {
            buckets: [
                b(past, Interest),
                b(due, Interest),
                b(past, Principal),
                b(due, Principal),
                b(past, Penalty),
                b(due, Penalty),
                b(past, Fee),
                b(due, Fee),
                b(ahead, Interest),
                b(ahead, Principal),
                b(ahead, Penalty),
                b(ahead, Fee),
            ],
            walk: Walk::ByBucket,
            future: Future::Next,
            charges_by_own_day: false,
        }
    }

    /// What is due (a charge by its own day) as penalty, fee, interest, principal; then in
    /// advance: principal first.
    pub fn due_then_principal_in_advance() -> Order {
        let due = [Penalty, Fee, Interest, Principal];
        let ahead = [Principal, Penalty, Fee, Interest];
        Order {
            charges_by_own_day: true,
            ..Order::horizontal(due, due, ahead)
        }
    }

    /// What is due (a charge by its own day) as penalty, interest, principal, fee; in advance the
    /// same.
    pub fn due_then_fee_last() -> Order {
        let four = [Penalty, Interest, Principal, Fee];
        Order {
            charges_by_own_day: true,
            ..Order::by_instalment(four)
        }
    }

    /// The presets by name, as a contract's terms give them.
    pub fn from_name(name: &str) -> Option<Order> {
        Some(match name {
            "oldest-first" => Order::oldest_first(),
            "interest-first" => Order::interest_first(),
            "principal-first" => Order::principal_first(),
            "rbi" => Order::rbi(),
            "due-then-principal-in-advance" => Order::due_then_principal_in_advance(),
            "due-then-fee-last" => Order::due_then_fee_last(),
            _ => return None,
        })
    }

    /// Whether each of the twelve stands there once.
    pub fn complete(&self) -> bool {
        let mut sorted = self.buckets;
        sorted.sort_unstable();
        sorted.windows(2).all(|pair| pair[0] < pair[1])
    }

    /// The components of one time, in order.
    pub fn components(&self, when: When) -> impl Iterator<Item = Component> + '_ {
        let of = self.buckets.iter().filter(move |b| b.when == when);
        of.map(|b| b.component)
    }

    /// The times in the order in which they first stand in the buckets.
    pub fn times(&self) -> [When; 3] {
        let first = |when| self.buckets.iter().position(|b| b.when == when);
        let mut times = [When::PastDue, When::Due, When::InAdvance];
        times.sort_by_key(|when| first(*when));
        times
    }
}

impl Orders {
    /// One order for every kind of payment.
    pub fn all(order: Order) -> Orders {
        Orders {
            usual: order,
            own: Vec::new(),
        }
    }

    pub fn of(&self, kind: super::command::PaymentKind) -> &Order {
        let own = self.own.iter().find(|(of, _)| *of == kind);
        own.map_or(&self.usual, |(_, order)| order)
    }
}

fn twelve(groups: [(When, [Component; 4]); 3]) -> [Bucket; 12] {
    let mut buckets = [Bucket {
        when: When::PastDue,
        component: Component::Penalty,
    }; 12];
    let all = groups
        .into_iter()
        .flat_map(|(when, four)| four.map(|component| Bucket { when, component }));
    for (place, bucket) in buckets.iter_mut().zip(all) {
        *place = bucket;
    }
    buckets
}
