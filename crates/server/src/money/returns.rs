//! Money that goes back: which payment a return means, and what is done when it came first.
//!
//! A return acts only on exact evidence and only on the whole booked amount: the payment system's
//! own reference, or the account, the payer's id and the amount, when exactly one payment has
//! them. Everything else is kept as a line and named in the message's note, for a person.

use fairlock_domain::ledger::{PostingKind, Work};
use fairlock_domain::money::Money;
use fairlock_domain::payment::{Key, Match, PaymentState};
use fairlock_domain::standing::EventKind;
use fairlock_storage::PaymentRow;

use super::draft::{Draft, DraftError, words};
use super::news::{News, named_by_return, payment_id};

impl Draft<'_> {
    /// News that money of ours was taken back.
    pub(super) fn returned(&mut self, news: &News) -> Result<(), DraftError> {
        let mut found = Vec::new();
        for key in &news.keys.strong {
            found.extend(self.registry.owner(key)?);
        }
        if found.is_empty() {
            for occurrence in 0..2 {
                for key in named(news, &news.return_amounts, occurrence) {
                    found.extend(self.registry.owner(&key)?);
                }
            }
        }
        found.sort();
        found.dedup();
        match found.as_slice() {
            [id] => self.take_back(news, &id.clone()),
            [] => self.wait_for_payment(news),
            _ => {
                self.unclear(news);
                Ok(())
            }
        }
    }

    pub(super) fn unclear(&mut self, news: &News) {
        self.summary.unclear_returns.push(words(news));
        self.line(news, "reversal", None);
    }

    /// Takes back the payment that a return names, whole.
    fn take_back(&mut self, news: &News, id: &str) -> Result<(), DraftError> {
        let Some(mut row) = self.registry.payment(id)?.cloned() else {
            return Err(DraftError::NoPayment(id.to_owned()));
        };
        match row.state {
            PaymentState::Reversed => {
                self.summary.known += 1;
                self.line(news, "reversal", Some(id));
                return Ok(());
            }
            PaymentState::Booked if news.return_amounts.contains(&row.amount) => {
                self.charge_more(&row, news.amount, row.amount);
                self.reverse(&mut row)?;
            }
            PaymentState::Booked => {
                self.unclear(news);
                return Ok(());
            }
            PaymentState::Pending | PaymentState::Failed => self.give_up(&mut row)?,
        }
        self.summary.returned += 1;
        self.line(news, "reversal", Some(id));
        self.registry.put(row);
        self.registry.add_keys(id, [&news.keys.place])?;
        Ok(())
    }

    /// What the bank took above the payment is its charge for the return, and the lender's cost.
    fn charge_more(&mut self, row: &PaymentRow, taken: Money, paid: Money) {
        let more = taken.checked_sub(paid).ok();
        if let Some(amount) = more.filter(|more| more.is_positive()) {
            let channel = row.channel.clone();
            self.command(row.id.clone(), Work::Charge { channel, amount });
        }
    }

    fn reverse(&mut self, row: &mut PaymentRow) -> Result<(), DraftError> {
        if row.contract_id.is_none() {
            self.clear_suspense(row, "its return")?;
        }
        row.state = PaymentState::Reversed;
        row.reversed_at = Some(self.now.at);
        self.post_money(row);
        self.payment_event(row)
    }

    /// Announced money that is returned before it is booked won't shield any more; its booking
    /// may still be told.
    fn give_up(&mut self, row: &mut PaymentRow) -> Result<(), DraftError> {
        if row.state == PaymentState::Pending {
            self.command(row.subject(), Work::Void);
            match row.contract_id.clone() {
                Some(contract) => {
                    let event = EventKind::Payment {
                        id: row.subject(),
                        state: PaymentState::Failed,
                        amount: row.amount,
                        paid_on: None,
                    };
                    self.event(&contract, event)?;
                }
                None => self.clear_suspense(row, "its return")?,
            }
        }
        row.state = PaymentState::Reversed;
        row.reversed_at = Some(self.now.at);
        row.expires_at = None;
        Ok(())
    }

    /// A payment that is known only by its return: nothing is posted until it comes. A return
    /// that names none, by a key that its payment will have, is only a line: the servicer's
    /// reference of a return is its own.
    fn wait_for_payment(&mut self, news: &News) -> Result<(), DraftError> {
        let of_both = |key: &&Key| matches!(key, Key::Uetr { .. } | Key::Receipt { .. });
        let mut keys: Vec<Key> = news.keys.strong.iter().filter(of_both).cloned().collect();
        keys.extend(named(news, &news.return_amounts, 0));
        let Some(first) = keys.first() else {
            self.unclear(news);
            return Ok(());
        };
        let id = payment_id(first);
        let mut row = self.row(&id, news, PaymentState::Reversed);
        row.reversed_at = Some(self.now.at);
        self.registry.put(row);
        self.registry
            .add_keys(&id, keys.iter().chain([&news.keys.place]))?;
        self.summary.returned += 1;
        self.line(news, "reversal", Some(&id));
        Ok(())
    }

    /// The payment known only by its return that this news is the payment of.
    pub(super) fn waiting_return(&mut self, news: &News) -> Result<Option<String>, DraftError> {
        for key in named(news, &[news.amount], 0) {
            let Some(id) = self.registry.owner(&key)? else {
                continue;
            };
            let state = self.registry.payment(&id)?.map(|row| row.state);
            if state == Some(PaymentState::Reversed) && self.was_never_booked(&id)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// The key by which a return will name this payment; a second payment with the same gets the
    /// second one, and then a return that has nothing better means neither.
    pub(super) fn return_key(&mut self, news: &News) -> Result<Option<Key>, DraftError> {
        for occurrence in 0..2 {
            for key in named(news, &[news.amount], occurrence) {
                if self.registry.owner(&key)?.is_none() {
                    return Ok(Some(key));
                }
            }
        }
        Ok(None)
    }

    /// Whether a reversed payment is known only by its return so far.
    pub(super) fn was_never_booked(&self, id: &str) -> Result<bool, DraftError> {
        let books_it = |c: &fairlock_domain::ledger::Command| {
            c.subject == id && matches!(c.work, Work::Book { .. })
        };
        if self.commands.iter().any(books_it) {
            return Ok(false);
        }
        let ledger = self.desk.store.ledger(self.desk.lender, &[], &[id])?;
        Ok(ledger.about(id, PostingKind::Booked).is_none())
    }

    /// The payment of a return that came first: both are posted, and the contract learns both.
    pub(super) fn book_and_reverse(
        &mut self,
        row: &mut PaymentRow,
        news: &News,
    ) -> Result<(), DraftError> {
        let taken = row.amount;
        row.state = PaymentState::Booked;
        row.amount = news.amount;
        row.channel = news.channel.clone();
        self.charge_more(row, taken, news.amount);
        row.booking_date = news.booking_date;
        row.value_date = news.value_date;
        if row.contract_id.is_none()
            && let Match::Contract {
                contract_id,
                evidence,
            } = self.match_texts(news)?
        {
            self.own(row, contract_id, evidence, news.acted)?;
        }
        self.post_money(row);
        self.payment_event(row)?;
        row.state = PaymentState::Reversed;
        self.post_money(row);
        self.payment_event(row)?;
        self.summary.risen += 1;
        Ok(())
    }
}

/// Keys by which a return names its payment, one for each amount that it may be of.
fn named(news: &News, amounts: &[Money], occurrence: u32) -> Vec<Key> {
    let (Some(account), Some(id)) = (&news.account, &news.end_to_end) else {
        return Vec::new();
    };
    let mut keys: Vec<Key> = Vec::new();
    for amount in amounts.iter().filter(|amount| amount.is_positive()) {
        let key = named_by_return(account, id, *amount, occurrence);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}
