//! What happened to an earlier payment: a reversal, a return, a dispute, a refund, a provider's
//! fee. The one entry for every source's words for it ([`Change`]).
//!
//! A change counts once, by its channel, kind and id. One whose payment isn't booked yet waits
//! under the payment's keys and counts when it comes, so that the order of messages doesn't matter.
//! What is left of a payment is a sum; a payment of which a part went is reversed and booked again
//! with the rest, under its next number. Money that is claimed back from a released contract is the
//! lender's loss: released is for ever.
//!
//! Failure is money taken back twice, or from the wrong payment: a change that names two payments,
//! or takes more than there was, moves nothing and is left for a person. On purpose absent: refunds
//! that the lender decides (`matching::person`).

use fairlock_domain::ledger::Work;
use fairlock_domain::money::Money;
use fairlock_domain::payment::change::{Effect, left};
use fairlock_domain::payment::{Change, ChangeKind, Key, PaymentState, SuspenseReason};
use fairlock_domain::standing::EventKind;
use fairlock_storage::{ChangePut, ChangeRow, ChangeState, PaymentRow};

use super::draft::{Draft, DraftError, words};
use super::news::{News, sha256};

/// By what a change is known: its channel, its kind's name, and its own id.
pub type ChangeId = (String, &'static str, String);

/// What stands in a change's note when it was the lender's loss: it took nothing from the payment.
const LOST: &str = "the contract is released: the lender's loss";

/// What stands in the note of a change that takes more than there was.
const TOO_MUCH: &str = "it takes more than there was, or another currency";

fn id_of(channel: &str, change: &Change) -> ChangeId {
    (channel.to_owned(), change.kind.name(), change.id.clone())
}

impl Draft<'_> {
    /// News that something happened to an earlier payment.
    pub(super) fn changed(&mut self, news: &News, change: &Change) -> Result<(), DraftError> {
        if let Some(known) = self.known_change(&news.channel, change)? {
            self.summary.known += 1;
            self.line(news, "reversal", known.payment_id.as_deref());
            return Ok(());
        }
        let mut owners = Vec::new();
        for key in &news.keys.strong {
            owners.extend(self.registry.owner(key)?);
        }
        owners.sort();
        owners.dedup();
        let row = ChangeRow {
            channel: news.channel.clone(),
            change: change.clone(),
            payment_id: None,
            told_at: self.now.at,
            state: ChangeState::Waiting,
            note: None,
        };
        match owners.as_slice() {
            [id] => {
                let id = id.clone();
                self.summary.returned += 1;
                self.line(news, "reversal", Some(&id));
                self.apply(vec![(row, news.keys.strong.clone())], &id)
            }
            [] if !news.keys.strong.is_empty() => {
                self.summary.returned += 1;
                self.line(news, "reversal", None);
                self.wait(row, news.keys.strong.clone());
                Ok(())
            }
            _ => {
                self.unclear(news);
                let note = Some(format!("{}: it names no one payment", words(news)));
                let state = ChangeState::Unclear;
                self.keep(ChangeRow { state, note, ..row }, Vec::new());
                Ok(())
            }
        }
    }

    /// Changes that waited for this payment count now, if it is booked.
    pub(super) fn apply_waiting(&mut self, id: &str, keys: &[Key]) -> Result<(), DraftError> {
        let state = self.registry.payment(id)?.map(|row| row.state);
        if state != Some(PaymentState::Booked) {
            return Ok(());
        }
        let mut waiting: Vec<(ChangeRow, Key)> = Vec::new();
        for put in self.changes.values() {
            let found = put.keys.iter().find(|key| keys.contains(key));
            if let (ChangeState::Waiting, Some(key)) = (put.row.state, found) {
                waiting.push((put.row.clone(), key.clone()));
            }
        }
        if self.any_waits.is_none() {
            self.any_waits = Some(self.desk.store.any_change_waits(self.desk.lender)?);
        }
        if self.any_waits == Some(true) {
            let stored = self
                .desk
                .store
                .changes_waiting_for(self.desk.lender, keys)?;
            for (key, row) in stored {
                if !self.changes.contains_key(&id_of(&row.channel, &row.change)) {
                    waiting.push((row, key));
                }
            }
        }
        let waiting = waiting.into_iter().map(|(row, key)| (row, vec![key]));
        self.apply(waiting.collect(), id)
    }

    /// Counts changes of a payment, or lets them wait while it isn't booked. What can't all be true
    /// together is unclear, and is tried again with each change that comes: a dispute that was won
    /// makes room for the next.
    fn apply(&mut self, new: Vec<(ChangeRow, Vec<Key>)>, id: &str) -> Result<(), DraftError> {
        let payment = self.registry.payment(id)?.cloned();
        let mut payment = payment.ok_or_else(|| DraftError::NoPayment(id.to_owned()))?;
        if new.is_empty() {
            return Ok(());
        }
        if matches!(payment.state, PaymentState::Pending | PaymentState::Failed) {
            new.into_iter().for_each(|(row, keys)| self.wait(row, keys));
            return Ok(());
        }
        let mut told = self.told(id)?;
        for (row, keys) in new {
            let row = ChangeRow {
                payment_id: Some(id.to_owned()),
                state: ChangeState::Applied,
                ..row
            };
            self.charge(&row);
            match self.lost(&row, &payment)? {
                Some(lost) => self.keep(lost, keys),
                None => told.push((row, keys)),
            }
        }
        let gross = payment.told_amount();
        let rest = self.count(gross, told);
        self.set_left(&mut payment, gross, rest)?;
        self.registry.put(payment);
        Ok(())
    }

    /// What is left after all that was told; or, when that can't be, after what can, in order.
    fn count(&mut self, gross: Money, told: Vec<(ChangeRow, Vec<Key>)>) -> Money {
        let all: Vec<Change> = told.iter().map(|(row, _)| row.change.clone()).collect();
        let fits = left(gross, &all).is_some();
        let mut counted: Vec<Change> = Vec::new();
        for (row, keys) in told {
            let more = [&counted[..], std::slice::from_ref(&row.change)].concat();
            let row = match fits || left(gross, &more).is_some() {
                true => {
                    counted = more;
                    ChangeRow {
                        state: ChangeState::Applied,
                        note: None,
                        ..row
                    }
                }
                false => ChangeRow {
                    state: ChangeState::Unclear,
                    note: Some(TOO_MUCH.to_owned()),
                    ..row
                },
            };
            self.keep(row, keys);
        }
        left(gross, &counted).unwrap_or(gross)
    }

    /// A payment comes to what is left of it.
    fn set_left(
        &mut self,
        row: &mut PaymentRow,
        gross: Money,
        rest: Money,
    ) -> Result<(), DraftError> {
        let standing = match row.state {
            PaymentState::Booked => row.amount,
            _ => Money::zero(gross.currency()),
        };
        if standing == rest {
            return Ok(());
        }
        let waited = self.waiting(&row.id)?;
        if standing.is_positive() {
            if waited.is_some() {
                self.clear_suspense(row, "a part of it, or all, went back")?;
            }
            let amount = row.amount;
            self.command(row.subject(), Work::Reverse { amount });
            self.tell_gone(row)?;
        }
        row.gross = Some(gross);
        if !rest.is_positive() {
            row.state = PaymentState::Reversed;
            row.amount = gross;
            row.reversed_at = Some(self.now.at);
            return Ok(());
        }
        row.life += 1;
        row.state = PaymentState::Booked;
        row.amount = rest;
        row.reversed_at = None;
        self.post_money(row);
        if row.contract_id.is_some() {
            row.credited = Some(self.now);
            return self.payment_event(row);
        }
        let (reason, candidates) = match waited {
            Some(waiting) => (waiting.reason, waiting.candidates),
            None => (SuspenseReason::NoReference, Vec::new()),
        };
        self.open_suspense(row, reason, candidates)
    }

    /// The contract learns that what it had is gone; what is left comes right behind it.
    fn tell_gone(&mut self, row: &PaymentRow) -> Result<(), DraftError> {
        let Some(contract) = row.contract_id.clone() else {
            return Ok(());
        };
        let event = EventKind::Payment {
            id: row.subject(),
            state: PaymentState::Reversed,
            amount: row.amount,
            paid_on: row.paid_on,
        };
        self.event(&contract, event)
    }

    /// What a dispute takes from a released contract is the lender's loss, and comes back to it
    /// when the dispute is won.
    fn lost(
        &mut self,
        row: &ChangeRow,
        payment: &PaymentRow,
    ) -> Result<Option<ChangeRow>, DraftError> {
        let (channel, amount) = (row.channel.clone(), row.change.amount);
        let lost = ChangeRow {
            note: Some(LOST.to_owned()),
            ..row.clone()
        };
        match row.change.kind.effect() {
            Effect::Takes => {
                let Some(contract) = &payment.contract_id else {
                    return Ok(None);
                };
                if !self.is_released(contract)? {
                    return Ok(None);
                }
                self.command(
                    subject(&row.channel, &row.change),
                    Work::Lose { channel, amount },
                );
                Ok(Some(lost))
            }
            Effect::Undoes(kind) => {
                let undone = Change {
                    kind,
                    ..row.change.clone()
                };
                let known = self.known_change(&channel, &undone)?;
                let was_lost = known.is_some_and(|k| k.note.as_deref() == Some(LOST));
                if !was_lost {
                    return Ok(None);
                }
                self.command(
                    subject(&row.channel, &undone),
                    Work::Regain { channel, amount },
                );
                Ok(Some(lost))
            }
            Effect::Nothing => Ok(None),
        }
    }

    /// What bank or provider charges the lender for it.
    fn charge(&mut self, row: &ChangeRow) {
        let fee = (row.change.kind == ChangeKind::Fee).then_some(row.change.amount);
        let charges = row.change.charges.or(fee);
        if let Some(amount) = charges.filter(|charges| charges.is_positive()) {
            let channel = row.channel.clone();
            let subject = subject(&row.channel, &row.change);
            self.command(subject, Work::Charge { channel, amount });
        }
    }

    /// What was told of a payment's money before, as this draft leaves it; losses of the lender took
    /// nothing from it.
    fn told(&self, id: &str) -> Result<Vec<(ChangeRow, Vec<Key>)>, DraftError> {
        let stored = self.desk.store.changes_of(self.desk.lender, id)?;
        let here = self.changes.values().map(|put| put.row.clone());
        let here = here.filter(|row| row.payment_id.as_deref() == Some(id));
        let mut all: Vec<ChangeRow> = here.collect();
        for row in stored {
            if !self.changes.contains_key(&id_of(&row.channel, &row.change)) {
                all.push(row);
            }
        }
        all.sort_by(|a, b| (a.told_at, &a.change.id).cmp(&(b.told_at, &b.change.id)));
        let counts = |row: &ChangeRow| row.note.as_deref() != Some(LOST);
        let counted = all.into_iter().filter(counts);
        Ok(counted.map(|row| (row, Vec::new())).collect())
    }

    fn known_change(
        &self,
        channel: &str,
        change: &Change,
    ) -> Result<Option<ChangeRow>, DraftError> {
        if let Some(put) = self.changes.get(&id_of(channel, change)) {
            return Ok(Some(put.row.clone()));
        }
        let store = &self.desk.store;
        Ok(store.payment_change(self.desk.lender, channel, change.kind, &change.id)?)
    }

    fn wait(&mut self, row: ChangeRow, keys: Vec<Key>) {
        let state = ChangeState::Waiting;
        self.keep(ChangeRow { state, ..row }, keys);
    }

    fn keep(&mut self, row: ChangeRow, keys: Vec<Key>) {
        let id = id_of(&row.channel, &row.change);
        self.changes.insert(id, ChangePut { row, keys });
    }
}

/// The ledger's subject of a change: "X-" and 12 hexadecimal digits.
fn subject(channel: &str, change: &Change) -> String {
    let text = format!("{channel}|{}|{}", change.kind.name(), change.id);
    let hash = sha256(&text);
    let digits = hash[..6].iter().map(|byte| format!("{byte:02x}"));
    format!("X-{}", digits.collect::<String>())
}
