//! Recognition: whether a piece of news is of a payment that is known already.
//!
//! Strong keys decide by themselves. A statement told again is known by its places. Where a bank
//! numbers nothing, a report and the statement meet by what they say of an entry, and each
//! booked entry of a statement stands for one payment: two statements never tell of the same one
//! unless the bank's own reference and the day say so. Failure is money counted twice, or
//! swallowed because it looked like other money; where keys contradict each other the news is a
//! payment of its own, in suspense, for a person.

use std::collections::BTreeMap;

use fairlock_domain::payment::{Key, PaymentState};
use fairlock_storage::{PaymentRow, StoreError};

use super::desk::Desk;
use super::news::{News, Telling, is_statement_place};

/// Keys asked for at once: a statement's worth, within what one query can hold.
const KEYS_AT_ONCE: usize = 400;

/// What a piece of news is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    New,
    /// This payment.
    Known(String),
    /// Its keys say two things; these payments have them.
    Doubt(Vec<String>),
}

/// The payments that a message is about, as the store has them and as the message changes them.
pub struct Registry<'a> {
    desk: &'a Desk,
    payments: BTreeMap<String, Entry>,
    /// Whose each key is, where it was asked for.
    owners: BTreeMap<String, Option<String>>,
}

struct Entry {
    row: PaymentRow,
    changed: bool,
    /// Keys added by this message.
    added: Vec<Key>,
    /// Texts of all its keys, once asked for.
    told: Option<Vec<String>>,
}

impl<'a> Registry<'a> {
    pub fn new(desk: &'a Desk) -> Registry<'a> {
        Registry {
            desk,
            payments: BTreeMap::new(),
            owners: BTreeMap::new(),
        }
    }

    /// Looks up many keys at once.
    pub fn prefetch(&mut self, keys: &[Key]) -> Result<(), StoreError> {
        for chunk in keys.chunks(KEYS_AT_ONCE) {
            for key in chunk {
                self.owners.entry(key.text()).or_default();
            }
            for known in self.desk.store.payments_by_keys(self.desk.lender, chunk)? {
                self.owners
                    .insert(known.key, Some(known.payment.id.clone()));
                self.keep(known.payment);
            }
        }
        Ok(())
    }

    /// The payment of a key.
    pub fn owner(&mut self, key: &Key) -> Result<Option<String>, StoreError> {
        let text = key.text();
        if !self.owners.contains_key(&text) {
            self.prefetch(std::slice::from_ref(key))?;
        }
        Ok(self.owners.get(&text).cloned().flatten())
    }

    /// A payment by its id, as it is after what this message did so far.
    pub fn payment(&mut self, id: &str) -> Result<Option<&PaymentRow>, StoreError> {
        if !self.payments.contains_key(id)
            && let Some(row) = self.desk.store.payment(self.desk.lender, id)?
        {
            self.keep(row);
        }
        Ok(self.payments.get(id).map(|entry| &entry.row))
    }

    fn keep(&mut self, row: PaymentRow) {
        self.payments.entry(row.id.clone()).or_insert(Entry {
            row,
            changed: false,
            added: Vec::new(),
            told: None,
        });
    }

    /// Changes a payment, or adds a new one.
    pub fn put(&mut self, row: PaymentRow) {
        self.keep(row.clone());
        if let Some(entry) = self.payments.get_mut(&row.id)
            && (entry.row != row || row.version == 0)
        {
            entry.row = row;
            entry.changed = true;
        }
    }

    /// Gives a payment those keys that are nobody's yet.
    pub fn add_keys<'k>(
        &mut self,
        id: &str,
        keys: impl IntoIterator<Item = &'k Key>,
    ) -> Result<(), StoreError> {
        for key in keys {
            if self.owner(key)?.is_some() {
                continue;
            }
            self.owners.insert(key.text(), Some(id.to_owned()));
            if let Some(entry) = self.payments.get_mut(id) {
                entry.added.push(key.clone());
                entry.changed = true;
            }
        }
        Ok(())
    }

    /// Every payment that changed, with the keys to add, by id.
    pub fn changed(self) -> impl Iterator<Item = (PaymentRow, Vec<Key>)> {
        let changed = self.payments.into_values().filter(|entry| entry.changed);
        changed.map(|entry| (entry.row, entry.added))
    }

    /// What the news is about. `state` is what it says of the payment.
    pub fn identify(&mut self, news: &News, state: PaymentState) -> Result<Identity, StoreError> {
        if let Some(id) = self.owner(&news.keys.place)? {
            let same = self
                .payment(&id)?
                .is_some_and(|row| row.told_amount() == news.amount);
            match news.telling {
                _ if same => return Ok(Identity::Known(id)),
                Telling::Statement => return Ok(Identity::Doubt(vec![id])),
                // Reports of one id may be written anew with other entries.
                Telling::Report | Telling::Callback => {}
            }
        }
        let mut owners = Vec::new();
        for key in &news.keys.strong {
            if let Some(id) = self.owner(key)?
                && !self.is_reused(key, &id, news)?
                && !owners.contains(&id)
            {
                owners.push(id);
            }
        }
        if let [id] = owners.as_slice() {
            return self.same_amount(id.clone(), news, state);
        }
        if !owners.is_empty() {
            return Ok(Identity::Doubt(owners));
        }
        let by_content = self.by_content(news)?;
        Ok(by_content.map_or(Identity::New, Identity::Known))
    }

    /// A booked amount never changes: the same key with another one is not the same money, or
    /// not the truth.
    fn same_amount(
        &mut self,
        id: String,
        news: &News,
        state: PaymentState,
    ) -> Result<Identity, StoreError> {
        let is_final = |state| matches!(state, PaymentState::Booked | PaymentState::Reversed);
        let known = self.payment(&id)?;
        let differs = known
            .filter(|row| is_final(row.state) && is_final(state))
            .is_some_and(|row| row.told_amount() != news.amount);
        Ok(match differs {
            true => Identity::Doubt(vec![id]),
            false => Identity::Known(id),
        })
    }

    /// Some banks number the entries of each statement anew. A servicer's reference that another
    /// statement had on another day is such a number.
    fn is_reused(&mut self, key: &Key, id: &str, news: &News) -> Result<bool, StoreError> {
        if !matches!(key, Key::AccountServicer { .. }) || news.telling != Telling::Statement {
            return Ok(false);
        }
        let Some(row) = self.payment(id)? else {
            return Ok(false);
        };
        let other_day = row.booking_date.is_some() && row.booking_date != news.booking_date;
        let open = matches!(row.state, PaymentState::Pending | PaymentState::Failed);
        Ok(!open && other_day && self.told_by_another_statement(id, news)?)
    }

    /// The payment that was told with the same content, by another message that may tell it again.
    fn by_content(&mut self, news: &News) -> Result<Option<String>, StoreError> {
        for key in &news.keys.weak {
            let Key::Content { sha256, occurrence } = key else {
                if let Some(id) = self.owner(key)?
                    && self.may_be_told_again(&id, news)?
                {
                    return Ok(Some(id));
                }
                continue;
            };
            // A report counts its own equal entries. A statement takes the first of the equal
            // ones that no statement took before.
            let mut count = *occurrence;
            loop {
                let key = Key::Content {
                    sha256: *sha256,
                    occurrence: count,
                };
                match self.owner(&key)? {
                    Some(id) if self.may_be_told_again(&id, news)? => return Ok(Some(id)),
                    Some(_) if news.telling == Telling::Statement => count += 1,
                    _ => break,
                }
            }
        }
        Ok(None)
    }

    /// The content key that a new payment of this news gets: the first that is nobody's.
    pub fn free_weak_keys(&mut self, news: &News) -> Result<Vec<Key>, StoreError> {
        let mut keys = Vec::new();
        for key in &news.keys.weak {
            let mut key = key.clone();
            while self.owner(&key)?.is_some() {
                let Key::Content { occurrence, .. } = &mut key else {
                    break;
                };
                *occurrence += 1;
            }
            keys.push(key);
        }
        Ok(keys)
    }

    /// Whether news that only looks like a known payment can be of it.
    fn may_be_told_again(&mut self, id: &str, news: &News) -> Result<bool, StoreError> {
        let Some(row) = self.payment(id)? else {
            return Ok(false);
        };
        let open = matches!(row.state, PaymentState::Pending | PaymentState::Failed);
        if !open
            && news.telling == Telling::Statement
            && self.told_by_another_statement(id, news)?
        {
            return Ok(false);
        }
        let here = news.keys.place.text();
        let message = here.rsplitn(3, '|').last().unwrap_or_default().to_owned() + "|";
        let mine = references(news.keys.strong.iter().map(Key::text));
        let told = self.told(id)?;
        // Two entries of one message are two payments.
        if told
            .iter()
            .any(|key| key.starts_with(&message) && *key != here)
        {
            return Ok(false);
        }
        // So are two entries that the account's bank numbers differently.
        let theirs = references(told.iter().cloned());
        Ok(mine.is_empty() || theirs.is_empty() || mine.iter().any(|key| theirs.contains(key)))
    }

    fn told_by_another_statement(&mut self, id: &str, news: &News) -> Result<bool, StoreError> {
        let here = news.keys.place.text();
        let told = self.told(id)?;
        Ok(told
            .iter()
            .any(|key| is_statement_place(key) && *key != here))
    }

    /// Texts of all keys of a payment.
    fn told(&mut self, id: &str) -> Result<Vec<String>, StoreError> {
        let Some(entry) = self.payments.get_mut(id) else {
            return Ok(Vec::new());
        };
        if entry.told.is_none() {
            let stored = self.desk.store.keys_of(self.desk.lender, id)?;
            entry.told = Some(stored);
        }
        let stored = entry.told.iter().flatten().cloned();
        Ok(stored.chain(entry.added.iter().map(Key::text)).collect())
    }
}

/// The servicer's references among key texts, each with its account.
fn references(keys: impl Iterator<Item = String>) -> Vec<String> {
    keys.filter(|key| key.starts_with("acct-svcr-ref|"))
        .collect()
}
