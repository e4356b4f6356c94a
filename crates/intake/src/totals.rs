//! What a statement's entries add up to, gathered while they pass.
//!
//! On purpose absent: the totals that a source states of itself, which banks get wrong and balances
//! prove better.

use crate::statement::{Balance, Direction, Entry, EntryStatus};

/// A currency that all have in common.
#[derive(Default)]
enum Shared {
    #[default]
    None,
    One(String),
    Several,
}

impl Shared {
    fn add(&mut self, currency: &str) {
        match self {
            Shared::None => *self = Shared::One(currency.to_owned()),
            Shared::One(known) if known != currency => *self = Shared::Several,
            Shared::One(_) | Shared::Several => {}
        }
    }
}

#[derive(Default)]
pub(crate) struct Totals {
    pub(crate) entries: u32,
    entry_currency: Shared,
    booked_currency: Shared,
    /// Sum of the booked entries, signed, times 10^5.
    booked: i128,
}

impl Totals {
    pub(crate) fn count(&mut self, entry: &Entry) {
        self.entries += 1;
        self.entry_currency.add(&entry.amount.currency);
        if entry.status == EntryStatus::Booked {
            self.booked_currency.add(&entry.amount.currency);
            // A million entries below 10^23 each: far within an i128.
            self.booked += match entry.direction {
                Direction::Credit => entry.amount.value.scaled(),
                Direction::Debit => -entry.amount.value.scaled(),
            };
        }
    }

    /// The currency that all entries share; an entry that doesn't say one has none to share.
    pub(crate) fn currency(&self) -> Option<String> {
        match &self.entry_currency {
            Shared::One(currency) => Some(currency.clone()).filter(|c| !c.is_empty()),
            Shared::None | Shared::Several => None,
        }
    }

    /// Opening plus booked entries is closing; balances of two currencies never chain.
    pub(crate) fn chains(&self, opening: &Balance, closing: &Balance) -> bool {
        let same_currency = match &self.booked_currency {
            Shared::None => true,
            Shared::One(currency) => *currency == opening.currency,
            Shared::Several => false,
        };
        opening.currency == closing.currency
            && same_currency
            && opening.scaled() + self.booked == closing.scaled()
    }

    /// `None` when one balance is missing.
    pub(crate) fn balances_chain(
        &self,
        opening: Option<&Balance>,
        closing: Option<&Balance>,
    ) -> Option<bool> {
        Some(self.chains(opening?, closing?))
    }
}
