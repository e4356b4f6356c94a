//! A loan over time: its facts in order, and how it stands.
//!
//! The facts are the truth; lines, credit and balance are what follows from them in the order of
//! the days from which they count (then of entry, then of id). So the result doesn't depend on
//! the order of arrival: a fact that counts from an earlier day replays what came after it. On
//! purpose absent: accounts and postings (the ledger's), levels and notices (the plan's).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::allocate::Share;
use super::charge::{Charge, ChargeTime};
use super::command::{Act, Command};
use super::line::Line;
use super::order::{Component, Orders};
use super::portions::Portions;
use super::recalculation::Paid;
use super::terms::{Terms, TermsError};
use crate::calendar::{Day, Instant};
use crate::money::{Currency, Money};

/// How many facts a loan may have: three a day for nine years. Bounds the time of a replay.
pub const FACTS_MAX: usize = 10_000;

/// From when on a charge is part of what payments may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargesCount {
    /// From the beginning: an earlier payment that had more than its instalment needed pays it.
    /// Under progressive terms, whose lines owe nothing before their time, as `FromTheirDay`.
    Always,
    /// From the day it was raised, or its own day where that is earlier.
    FromTheirDay,
}

/// How facts change debt, as the contract says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    pub orders: Orders,
    /// In which order a chargeback takes back what its payment had paid; None: as principal.
    pub chargebacks: Option<[Component; 4]>,
    pub charges: ChargesCount,
}

/// A fact, and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub command: Command,
    /// What of its amount went where, in minor units.
    pub portions: Portions,
    /// Which line took what of a payment, or was given up by a waiver.
    pub shares: Vec<Share>,
    /// Principal owed after it; zero while more was paid than is given out yet.
    pub balance: i128,
    /// The day on which it was reversed. Its portions stay as they were then.
    pub reversed_on: Option<Day>,
}

/// An entry whose portions a command changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Index of the entry.
    pub entry: usize,
    pub before: Portions,
}

/// Days that don't count as past due; `until` is the first one that counts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub from: Day,
    pub until: Day,
    /// The day on which it was ended early.
    pub resumed_on: Option<Day>,
}

impl Pause {
    /// The first day that counts again.
    pub fn end(&self) -> Day {
        self.resumed_on.unwrap_or(self.until)
    }
}

/// In one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Agreed, and nothing given out yet.
    Agreed,
    /// Something is owed.
    Active,
    /// Nothing is owed.
    Settled,
    /// Nothing is owed, and the borrower has credit.
    Overpaid,
    WrittenOff,
    /// Ended for good.
    Closed,
}

/// What follows from the facts so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stand {
    pub lines: Vec<Line>,
    /// What of each line's due the plan put there; only of lines of the plan.
    pub planned: Vec<Portions>,
    /// What instalments were paid, by day; only where interest follows it.
    pub paid: Vec<Paid>,
    /// What each waiver gave up before the first payment, by index of its entry.
    pub waived_ahead: Vec<(usize, Vec<Share>)>,
    pub credit: i128,
    /// What came in and wasn't given back: what lines and credit took must add up to it.
    pub money: i128,
    /// Principal owed, as the sum of what was given out and came back.
    pub balance: i128,
    pub written_off: bool,
}

/// One loan. See [`super::apply`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loan {
    pub(super) signed_on: Day,
    pub(super) terms: Terms,
    pub(super) rules: Rules,
    pub(super) entries: Vec<Entry>,
    /// Entry by id.
    pub(super) ids: BTreeMap<String, usize>,
    /// Entries by the order in which they count.
    pub(super) order: Vec<usize>,
    pub(super) charges: Vec<Charge>,
    pub(super) pauses: Vec<Pause>,
    pub(super) closed: bool,
    pub(super) stand: Stand,
    pub(super) changes: Vec<Change>,
}

impl Loan {
    /// Agreed terms, before anything was given out.
    pub fn new(signed_on: Day, terms: Terms, rules: Rules) -> Result<Loan, TermsError> {
        terms.check()?;
        Ok(Loan {
            signed_on,
            terms,
            rules,
            entries: Vec::new(),
            ids: BTreeMap::new(),
            order: Vec::new(),
            charges: Vec::new(),
            pauses: Vec::new(),
            closed: false,
            stand: Stand::default(),
            changes: Vec::new(),
        })
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    pub fn currency(&self) -> Currency {
        self.terms.currency
    }

    /// The schedule as it stands, by due day.
    pub fn lines(&self) -> &[Line] {
        &self.stand.lines
    }

    /// Every fact, in the order of arrival; reversed ones too.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Every fact, in the order in which they count.
    pub fn in_order(&self) -> impl Iterator<Item = &Entry> {
        self.order.iter().map(|at| &self.entries[*at])
    }

    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.ids.get(id).map(|at| &self.entries[*at])
    }

    pub fn charges(&self) -> &[Charge] {
        &self.charges
    }

    pub fn pauses(&self) -> &[Pause] {
        &self.pauses
    }

    /// Earlier entries whose portions the last command changed.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// All that is owed, due or not.
    pub fn outstanding(&self) -> Money {
        let sum = self.stand.lines.iter().map(Line::outstanding).sum();
        Money::new(sum, self.currency())
    }

    /// What is the borrower's: paid beyond all debt.
    pub fn credit(&self) -> Money {
        Money::new(self.stand.credit, self.currency())
    }

    pub fn status(&self) -> Status {
        if self.closed {
            Status::Closed
        } else if self.stand.written_off {
            Status::WrittenOff
        } else if self.stand.lines.is_empty() {
            Status::Agreed
        } else if self.stand.credit > 0 {
            Status::Overpaid
        } else if self.stand.lines.iter().any(Line::is_open) {
            Status::Active
        } else {
            Status::Settled
        }
    }

    /// What orders the facts: the day they count from, then entry, then id.
    pub(super) fn key(&self, at: usize) -> (Day, Instant, &str) {
        key(&self.entries[at].command)
    }
}

pub(super) fn key(command: &Command) -> (Day, Instant, &str) {
    (counts_from(command), command.at, &command.id)
}

/// The day from which a fact counts; a charge that was due before it was raised counts from then.
pub(super) fn counts_from(command: &Command) -> Day {
    match command.act {
        Act::Charge {
            time: ChargeTime::OnDay(day),
            ..
        } => command.on.min(day),
        _ => command.on,
    }
}
