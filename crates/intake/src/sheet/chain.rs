//! What a table's rows come to: sums, a running balance in either order, and the statement's head.
//!
//! With a running balance the first and the last row give opening and closing, and each row must
//! follow from the one before: a row that is missing in the middle breaks the chain. Whether the
//! oldest or the newest row stands first is the mapping's word, else the order in which the chain
//! holds, else that of the dates.

use fairlock_domain::calendar::Day;

use super::outside::Found;
use crate::decimal::Decimal;
use crate::mapping::{Mapping, Order};
use crate::statement::{Balance, Direction, Entry, EntryStatus, StatementHead};

/// A balance with its sign, and its decimals as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    /// Times 10^5.
    pub scaled: i128,
    pub decimals: u32,
}

impl Signed {
    pub(super) fn new(negative: bool, amount: &Decimal) -> Self {
        let scaled = amount.scaled();
        Self {
            scaled: if negative { -scaled } else { scaled },
            decimals: amount.decimals(),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            scaled: self.scaled - other.scaled,
            decimals: self.decimals.max(other.decimals),
        }
    }

    fn balance(self, currency: &str) -> Balance {
        Balance {
            amount: Decimal::of_scaled(self.scaled.unsigned_abs(), self.decimals),
            direction: match self.scaled < 0 {
                true => Direction::Debit,
                false => Direction::Credit,
            },
            currency: currency.to_owned(),
        }
    }
}

/// A booked row with its balance.
#[derive(Clone, Copy)]
struct Step {
    balance: Signed,
    amount: Signed,
    day: Option<Day>,
}

/// One statement as its rows pass.
pub(super) struct Statement {
    /// From a column of the table.
    pub account: Option<String>,
    entries: u32,
    currency: Option<String>,
    is_mixed: bool,
    booked: i128,
    first: Option<Step>,
    last: Option<Step>,
    oldest_first: bool,
    newest_first: bool,
    /// A booked row had no balance.
    has_gap: bool,
}

impl Statement {
    pub(super) fn new(account: Option<String>) -> Self {
        Self {
            account,
            entries: 0,
            currency: None,
            is_mixed: false,
            booked: 0,
            first: None,
            last: None,
            oldest_first: true,
            newest_first: true,
            has_gap: false,
        }
    }

    /// The index of the next entry.
    pub(super) fn next_index(&self) -> u32 {
        self.entries
    }

    pub(super) fn add(&mut self, entry: &Entry, balance: Option<Signed>) {
        self.entries += 1;
        match &self.currency {
            None => self.currency = Some(entry.amount.currency.clone()),
            Some(known) => self.is_mixed |= *known != entry.amount.currency,
        }
        if entry.status != EntryStatus::Booked {
            return;
        }
        let negative = entry.direction == Direction::Debit;
        let amount = Signed::new(negative, &entry.amount.value);
        // A million amounts below 10^23 each: far within an i128.
        self.booked += amount.scaled;
        let Some(balance) = balance else {
            self.has_gap = true;
            return;
        };
        let step = Step {
            balance,
            amount,
            day: entry.booking.or(entry.value).map(|stamp| stamp.day),
        };
        if let Some(last) = self.last {
            self.oldest_first &= last.balance.scaled + amount.scaled == balance.scaled;
            self.newest_first &= balance.scaled + last.amount.scaled == last.balance.scaled;
        }
        self.first = self.first.or(Some(step));
        self.last = Some(step);
    }

    /// Opening and closing by the running balance, and whether each row follows from the other.
    fn run(&self, order: Option<Order>) -> Option<(Signed, Signed, bool)> {
        let (first, last) = (self.first?, self.last?);
        if self.has_gap {
            return None;
        }
        let by_dates = match first.day > last.day {
            true => Order::NewestFirst,
            false => Order::OldestFirst,
        };
        let by_chain = match (self.oldest_first, self.newest_first) {
            (true, false) => Order::OldestFirst,
            (false, true) => Order::NewestFirst,
            (true, true) | (false, false) => by_dates,
        };
        Some(match order.unwrap_or(by_chain) {
            Order::OldestFirst => (
                first.balance.minus(first.amount),
                last.balance,
                self.oldest_first,
            ),
            Order::NewestFirst => (
                last.balance.minus(last.amount),
                first.balance,
                self.newest_first,
            ),
        })
    }

    /// The head; what stands beside the table counts before what its rows come to.
    pub(super) fn head(self, mapping: &Mapping, found: &Found, is_only: bool) -> StatementHead {
        let run = self.run(mapping.order);
        let currency = match self.is_mixed {
            true => None,
            false => self.currency.clone().or_else(|| found.currency(mapping)),
        };
        let outside = |signed: Option<Signed>| signed.filter(|_| is_only);
        let opening = outside(found.opening).or(run.map(|(opening, _, _)| opening));
        let closing = outside(found.closing).or(run.map(|(_, closing, _)| closing));
        let balances_chain = match (opening, closing) {
            (Some(opening), Some(closing)) => Some(
                !self.is_mixed
                    && opening.scaled + self.booked == closing.scaled
                    && run.is_none_or(|(_, _, holds)| holds),
            ),
            _ => None,
        };
        let balance = |signed: Option<Signed>| Some(signed?.balance(currency.as_deref()?));
        StatementHead {
            is_final: !mapping.overlap,
            format: format!("csv:{}", mapping.name),
            statement: found.statement.clone(),
            opening: balance(opening),
            closing: balance(closing),
            account: self.account.or_else(|| found.account(mapping)),
            balances_chain,
            electronic_sequence: None,
            legal_sequence: None,
            created: None,
            complete_to: found.complete_to,
            entries: self.entries,
            currency,
        }
    }
}
