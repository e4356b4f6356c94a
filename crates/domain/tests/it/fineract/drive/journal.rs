//! The books' legs of one transaction, as rows of their general ledger.

use fairlock_domain::ledger::{self, EntryKind, Leg, Side};

use super::super::compare::Row;
use super::super::names;
use super::super::read;
use super::held::{CONTRACT, Held};

/// Legs of an entry as it stands; of a reversed one, also the other way round.
pub fn rows(held: &Held, id: &str) -> Result<Vec<Row>, String> {
    let Some(record) = held.ledger.record(id) else {
        return Ok(Vec::new());
    };
    let legs = ledger::journal(CONTRACT, &record.entry).map_err(|e| format!("the books: {e}"))?;
    let mut sums = Sums::default();
    for leg in &legs {
        sums.add(leg, record.entry.kind)?;
    }
    let mut rows = sums.rows(false);
    if record.reversed {
        rows.extend(sums.rows(true));
    }
    Ok(rows)
}

/// One line an account and side: their accounts are fewer than ours.
#[derive(Default)]
struct Sums(Vec<([&'static str; 3], Side, i128)>);

impl Sums {
    fn add(&mut self, leg: &Leg, kind: EntryKind) -> Result<(), String> {
        let account = names::account(&leg.account, kind, leg.side);
        let account = account.ok_or_else(|| format!("no name for {:?}", leg.account))?;
        let known = self
            .0
            .iter_mut()
            .find(|(a, side, _)| *a == account && *side == leg.side);
        match known {
            Some((.., sum)) => *sum += leg.amount.minor(),
            None => self.0.push((account, leg.side, leg.amount.minor())),
        }
        Ok(())
    }

    fn rows(&self, opposite: bool) -> Vec<Row> {
        let row = |([kind, code, name], side, sum): &([&'static str; 3], Side, i128)| {
            let amount = read::written_amount(*sum);
            let debit = (*side == Side::Debit) != opposite;
            let (debit, credit) = match debit {
                true => (amount, String::new()),
                false => (String::new(), amount),
            };
            Row::default()
                .with("Type", *kind)
                .with("Account code", *code)
                .with("Account name", *name)
                .with("Debit", debit)
                .with("Credit", credit)
        };
        self.0.iter().map(row).collect()
    }
}
