//! A loan's change against the books: one posting with all that it moved, or nothing.
//!
//! The books hold each entry as it stands, so a move is checked against it, and its reversal needs
//! no figures of the caller's. Failure: see [`Outcome`], in its order. On purpose absent: any
//! judgement of which debt should have taken what.

use alloc::string::String;

use super::books::{Draft, Ledger};
use super::entry::{LoanChange, LoanEntry, Moved, Record, Source};
use super::journal;
use super::outcome::Outcome;
use super::payments::{self, Booking};
use super::post::{Contract, refuse_if};
use super::posting::PostingKind;
use crate::calendar::Day;
use crate::loan::Portions;
use crate::money::Currency;

/// What was asked.
pub(super) struct Asked<'a> {
    pub subject: &'a str,
    pub contract: &'a str,
    pub on: Day,
    pub change: &'a LoanChange,
    pub moved: &'a [Moved],
}

impl Asked<'_> {
    /// Every check in the order of [`Outcome`], then what it would do.
    pub fn draft(&self, ledger: &Ledger) -> Result<Draft, Outcome> {
        self.check_figures(ledger)?;
        let contract = Contract::of(ledger, self.contract)?;
        let booking = self.booking(ledger)?;
        self.check_known(ledger)?;
        self.check_currency(&contract, booking.as_ref())?;
        contract.check_open()?;
        let signed_on = contract.signed_on.ok_or(Outcome::NoLoan)?;
        if self.on < signed_on {
            return Err(Outcome::BeforeContract);
        }
        self.check_not_booked(ledger)?;
        self.check_not_reversed(ledger, booking.as_ref())?;
        self.check_not_paid_out(ledger)?;
        if let (Some(booking), Some(entry)) = (&booking, self.entry()) {
            booking.check_in_suspense()?;
            if booking.amount != entry.amount {
                return Err(Outcome::AmountDiffers);
            }
        }
        self.effects(ledger, contract.currency)
    }

    fn entry(&self) -> Option<&LoanEntry> {
        match self.change {
            LoanChange::Entry(entry) => Some(entry),
            LoanChange::Reversal { .. } | LoanChange::Reallocation => None,
        }
    }

    fn reversal_of(&self) -> Option<&str> {
        match self.change {
            LoanChange::Reversal { of } => Some(of),
            LoanChange::Entry(_) | LoanChange::Reallocation => None,
        }
    }

    /// An entry of the asked contract.
    fn record<'b>(&self, ledger: &'b Ledger, id: &str) -> Option<&'b Record> {
        let record = ledger.record(id);
        record.filter(|record| record.contract == self.contract)
    }

    /// What can be said without the contract: the id is free, and the figures are in themselves
    /// right. A moved entry that isn't known is told later.
    fn check_figures(&self, ledger: &Ledger) -> Result<(), Outcome> {
        if let Some(entry) = self.entry() {
            if ledger.record(self.subject).is_some() {
                return Err(Outcome::OtherContent);
            }
            journal::check(entry)?;
        }
        for moved in self.moved {
            if let Some(record) = self.record(ledger, &moved.entry) {
                journal::check(&moved_to(&record.entry, moved.after)?)?;
            }
        }
        Ok(())
    }

    /// The payment in suspense whose money the entry takes.
    fn booking<'b>(&self, ledger: &'b Ledger) -> Result<Option<Booking<'b>>, Outcome> {
        match self.entry().and_then(|entry| entry.source.as_ref()) {
            Some(Source::Suspense) => Booking::of(ledger, self.subject).map(Some),
            _ => Ok(None),
        }
    }

    fn check_known(&self, ledger: &Ledger) -> Result<(), Outcome> {
        let moved = self.moved.iter().map(|moved| moved.entry.as_str());
        let mut named = moved.chain(self.reversal_of());
        match named.all(|id| self.record(ledger, id).is_some()) {
            true => Ok(()),
            false => Err(Outcome::UnknownEntry),
        }
    }

    fn check_currency(
        &self,
        contract: &Contract,
        booking: Option<&Booking<'_>>,
    ) -> Result<(), Outcome> {
        if let Some(entry) = self.entry() {
            contract.check_currency(entry.amount.currency())?;
        }
        match booking {
            Some(booking) => contract.check_currency(booking.amount.currency()),
            None => Ok(()),
        }
    }

    /// Money that comes through a channel wasn't booked before.
    fn check_not_booked(&self, ledger: &Ledger) -> Result<(), Outcome> {
        match self.through_channel() {
            true => payments::refuse_booked(ledger, self.subject),
            false => Ok(()),
        }
    }

    fn through_channel(&self) -> bool {
        self.entry().is_some_and(|entry| {
            let channel = matches!(entry.source, Some(Source::Channel(_)));
            channel && entry.kind.is_money_in()
        })
    }

    fn check_not_reversed(
        &self,
        ledger: &Ledger,
        booking: Option<&Booking<'_>>,
    ) -> Result<(), Outcome> {
        let gone = |id: &str| ledger.record(id).is_some_and(|record| record.reversed);
        let of = self.reversal_of();
        let moved_gone = |m: &Moved| gone(&m.entry) || of == Some(m.entry.as_str());
        let reversed = of.is_some_and(gone)
            || self.moved.iter().any(moved_gone)
            || booking.is_some_and(|booking| booking.reversed);
        match reversed {
            true => Err(Outcome::AlreadyReversed),
            false => Ok(()),
        }
    }

    fn check_not_paid_out(&self, ledger: &Ledger) -> Result<(), Outcome> {
        match self.reversal_of() {
            Some(of) => {
                let paid = PostingKind::RefundPaid;
                refuse_if(ledger, of, paid, Outcome::AlreadyPaidOut)
            }
            None => Ok(()),
        }
    }

    /// The legs of the change, then of each move, and the entries as they would stand.
    fn effects(&self, ledger: &Ledger, currency: Currency) -> Result<Draft, Outcome> {
        let mut draft = Draft::default();
        match self.change {
            LoanChange::Entry(entry) => {
                if self.through_channel() {
                    // Announced and still open: its pending legs end with the entry.
                    draft.legs = payments::released(ledger, self.subject).unwrap_or_default();
                }
                self.becomes(
                    &mut draft,
                    self.subject,
                    None,
                    Some(entry.clone()),
                    currency,
                );
            }
            LoanChange::Reversal { of } => {
                let record = self.record(ledger, of).ok_or(Outcome::UnknownEntry)?;
                self.becomes(&mut draft, of, Some(&record.entry), None, currency);
            }
            LoanChange::Reallocation => {}
        }
        for moved in self.moved {
            let record = draft.records.get(&moved.entry);
            let record = record.or_else(|| self.record(ledger, &moved.entry));
            let before = record.ok_or(Outcome::UnknownEntry)?.entry.clone();
            if before.portions != moved.before {
                return Err(Outcome::StaleEntry);
            }
            let after = moved_to(&before, moved.after)?;
            self.becomes(
                &mut draft,
                &moved.entry,
                Some(&before),
                Some(after),
                currency,
            );
        }
        Ok(draft)
    }

    /// Drafts an entry's way from what it was to what it is; `after` is none for a reversal.
    fn becomes(
        &self,
        draft: &mut Draft,
        id: &str,
        before: Option<&LoanEntry>,
        after: Option<LoanEntry>,
        currency: Currency,
    ) {
        let legs = journal::difference(self.contract, before, after.as_ref(), currency);
        draft.legs.extend(legs);
        let reversed = after.is_none();
        let Some(entry) = after.or_else(|| before.cloned()) else {
            return;
        };
        let contract = String::from(self.contract);
        let record = Record {
            contract,
            entry,
            reversed,
        };
        draft.records.insert(String::from(id), record);
    }
}

fn moved_to(entry: &LoanEntry, portions: Portions) -> Result<LoanEntry, Outcome> {
    let moved = entry.with_portions(portions);
    moved.ok_or(Outcome::AmountTooLarge)
}
