//! Totals that are rolled up once a group: accounts, and contracts by level.
//!
//! A thousand payments through one clearing account touch its row once. They are added up in
//! memory while a group runs and stored just before its commit, in the same transaction.

use std::collections::HashMap;

use fairlock_domain::ledger::{Layer, Leg, Side};
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Db, amount_cell, statements};

statements! { "accounts":
    ADD_ACCOUNT = "
        INSERT INTO accounts (lender_id, account, currency,
                              debits, credits, debits_pending, credits_pending)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT DO UPDATE SET
            debits          = debits + excluded.debits,
            credits         = credits + excluded.credits,
            debits_pending  = debits_pending + excluded.debits_pending,
            credits_pending = credits_pending + excluded.credits_pending";
    ADD_LEVEL = "
        INSERT INTO level_totals (lender_id, level, contracts) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET contracts = contracts + excluded.contracts";
}

/// What commands of a group add to totals.
#[derive(Default)]
pub(crate) struct Totals {
    /// By lender, account and currency code: debits, credits, and both pending.
    accounts: HashMap<(LenderId, String, &'static str), [i128; 4]>,
    levels: HashMap<(LenderId, Level), i64>,
}

impl Totals {
    pub(crate) fn leg(&mut self, lender: LenderId, leg: &Leg) {
        let key = (lender, leg.account.name(), leg.amount.currency().code());
        let counter = match (leg.layer, leg.side) {
            (Layer::Posted, Side::Debit) => 0,
            (Layer::Posted, Side::Credit) => 1,
            (Layer::Pending, Side::Debit) => 2,
            (Layer::Pending, Side::Credit) => 3,
        };
        self.accounts.entry(key).or_default()[counter] += leg.amount.minor();
    }

    /// A contract's level changed; `from` is none for a new contract.
    pub(crate) fn level(&mut self, lender: LenderId, from: Option<Level>, to: Level) {
        if from == Some(to) {
            return;
        }
        if let Some(from) = from {
            *self.levels.entry((lender, from)).or_default() -= 1;
        }
        *self.levels.entry((lender, to)).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: Totals) {
        for (key, counters) in other.accounts {
            let sums = self.accounts.entry(key).or_default();
            for (sum, more) in sums.iter_mut().zip(counters) {
                *sum += more;
            }
        }
        for (key, more) in other.levels {
            *self.levels.entry(key).or_default() += more;
        }
    }

    pub(crate) fn store(&self, db: &Db<'_>) -> Result<(), StoreError> {
        for ((lender, account, currency), counters) in &self.accounts {
            let [debits, credits, debits_pending, credits_pending] = *counters;
            db.run(
                ADD_ACCOUNT,
                (
                    lender.0,
                    account,
                    currency,
                    amount_cell(debits)?,
                    amount_cell(credits)?,
                    amount_cell(debits_pending)?,
                    amount_cell(credits_pending)?,
                ),
            )?;
        }
        for ((lender, level), more) in self.levels.iter().filter(|(_, more)| **more != 0) {
            db.run(ADD_LEVEL, (lender.0, level.name(), more))?;
        }
        Ok(())
    }
}
