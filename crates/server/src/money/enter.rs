//! How one piece of news moves its payment: new money is matched and posted, known money rises,
//! a return takes back the whole of what was booked.
//!
//! Money goes to a contract only by its reference. What could be several contracts' waits in
//! suspense and shields each of them; when later news names the contract, it goes there, and the
//! shields end. A return that comes before its payment waits for it: then a payment that is known
//! only by its return stands there, reversed, and is posted both ways when it comes.

use fairlock_domain::holds::SHIELD_LASTS;
use fairlock_domain::ledger::{Owner, Work};
use fairlock_domain::payment::state::{Move, judge};
use fairlock_domain::payment::{Candidate, Evidence, Key, Match, PaymentState, SuspenseReason};
use fairlock_domain::standing::{EventKind, SuspenseState};
use fairlock_storage::{PaymentRow, SuspenseChange, suspense_subject};

use super::draft::{Draft, DraftError, Waiting, words};
use super::matching::lookup;
use super::news::{Acted, News, payment_id, sha256};
use super::recognise::Identity;

impl Draft<'_> {
    /// News of money that came or was announced.
    pub(super) fn payment(&mut self, news: &News, state: PaymentState) -> Result<(), DraftError> {
        let identity = match self.registry.identify(news, state)? {
            Identity::New => match self.waiting_return(news)? {
                Some(id) => Identity::Known(id),
                None => Identity::New,
            },
            identity => identity,
        };
        match identity {
            Identity::New => {
                let matched = self.match_texts(news)?;
                self.new_payment(news, state, matched)
            }
            Identity::Doubt(owners) => {
                let matched = self.match_texts(news)?;
                let matched = self.doubted(matched, &owners)?;
                self.new_payment(news, state, matched)
            }
            Identity::Known(id) => self.known_payment(news, state, &id),
        }
    }

    /// Whose money it is, by what it says and who paid.
    pub(super) fn match_texts(&self, news: &News) -> Result<Match, DraftError> {
        Ok(lookup::decide(self.desk, news, self.now.at)?)
    }

    /// Money whose keys say two things is nobody's yet; it shields whom it names, and the owners
    /// of the payments whose keys it has.
    fn doubted(&mut self, matched: Match, owners: &[String]) -> Result<Match, DraftError> {
        let mut candidates = match matched {
            Match::Contract {
                contract_id,
                evidence,
            } => vec![Candidate::new(&contract_id, evidence)],
            Match::Suspense { candidates, .. } => candidates,
        };
        for owner in owners {
            let row = self.registry.payment(owner)?;
            let contract = row.and_then(|row| row.contract_id.clone());
            let known = contract.filter(|id| candidates.iter().all(|c| c.contract_id != *id));
            candidates.extend(known.map(|id| Candidate::new(&id, Evidence::Reference)));
        }
        candidates.sort_by(|a, b| a.contract_id.cmp(&b.contract_id));
        Ok(Match::Suspense {
            reason: SuspenseReason::TwoIdentities,
            candidates,
        })
    }

    fn new_payment(
        &mut self,
        news: &News,
        state: PaymentState,
        matched: Match,
    ) -> Result<(), DraftError> {
        let mut keys: Vec<Key> = news.keys.strong.clone();
        keys.push(news.keys.place.clone());
        keys.extend(self.registry.free_weak_keys(news)?);
        let id = self.new_id(news, &keys)?;
        keys.extend(self.return_key(news)?);
        let mut row = self.row(&id, news, state);
        self.summary.new += 1;
        match matched {
            Match::Contract {
                contract_id,
                evidence,
            } => {
                self.own(&mut row, contract_id, evidence, news.acted)?;
                self.payment_event(&row)?;
            }
            Match::Suspense { reason, candidates } => {
                self.summary.suspense.push((words(news), reason));
                self.open_suspense(&row, reason, candidates)?;
            }
        }
        self.post_money(&row);
        self.registry.put(row);
        self.registry.add_keys(&id, &keys)?;
        self.line(news, "payment", Some(&id));
        self.apply_waiting(&id, &keys)
    }

    fn known_payment(
        &mut self,
        news: &News,
        state: PaymentState,
        id: &str,
    ) -> Result<(), DraftError> {
        let Some(mut row) = self.registry.payment(id)?.cloned() else {
            return Err(DraftError::NoPayment(id.to_owned()));
        };
        self.line(news, "payment", Some(id));
        let moved = judge(Some(row.state), state);
        if moved == Move::Late && state == PaymentState::Booked && self.was_never_booked(id)? {
            self.book_and_reverse(&mut row, news)?;
        } else {
            let assigned = self.assign(&mut row, news)?;
            if moved == Move::Rise {
                self.rise(&mut row, news, state)?;
            } else if assigned && row.state == PaymentState::Booked {
                let contract = row.contract_id.clone().unwrap_or_default();
                self.command(row.subject(), Work::Assign { contract });
            }
            match assigned || moved == Move::Rise {
                true => self.summary.risen += 1,
                false => self.summary.known += 1,
            }
            if assigned || (moved == Move::Rise && row.contract_id.is_some()) {
                self.payment_event(&row)?;
            }
        }
        row.booking_date = row.booking_date.or(news.booking_date);
        row.value_date = row.value_date.or(news.value_date);
        if row.payer.is_none()
            && let Some(key) = &self.desk.payers
        {
            row.payer = key.marks(news).payer;
        }
        self.registry.put(row);
        let keys: Vec<Key> = news.keys.all().cloned().collect();
        self.registry.add_keys(id, &keys)?;
        self.apply_waiting(id, &keys)
    }

    /// Pending or failed money is booked, or pending money failed.
    fn rise(
        &mut self,
        row: &mut PaymentRow,
        news: &News,
        state: PaymentState,
    ) -> Result<(), DraftError> {
        let amount_before = row.amount;
        row.state = state;
        row.amount = news.amount;
        row.channel = news.channel.clone();
        row.feed = news.feed.clone().or(row.feed.take());
        row.expires_at = None;
        row.failure = news.failure.map(str::to_owned);
        row.booking_date = news.booking_date.or(row.booking_date);
        row.value_date = news.value_date.or(row.value_date);
        if let Some(Acted::At(at)) = news.acted {
            row.acted_at = Some(at.min(self.received.at));
        }
        match row.contract_id.clone() {
            Some(contract) => {
                row.paid_on = self.paid_on(&contract, news.acted)?.or(row.paid_on);
                row.credited = (state == PaymentState::Booked).then_some(self.now);
            }
            None if amount_before != row.amount => self.shield_anew(row)?,
            None => {}
        }
        self.post_money(row);
        Ok(())
    }

    /// Money in suspense whose contract this news names goes there.
    fn assign(&mut self, row: &mut PaymentRow, news: &News) -> Result<bool, DraftError> {
        let gone = matches!(row.state, PaymentState::Reversed);
        if row.contract_id.is_some() || gone || self.is_doubted(&row.id)? {
            return Ok(false);
        }
        let Match::Contract {
            contract_id,
            evidence,
        } = self.match_texts(news)?
        else {
            return Ok(false);
        };
        self.clear_suspense(row, "news that names the contract")?;
        self.own(row, contract_id, evidence, news.acted)?;
        Ok(true)
    }

    /// Makes a payment a contract's.
    pub(super) fn own(
        &mut self,
        row: &mut PaymentRow,
        contract_id: String,
        evidence: Evidence,
        acted: Option<Acted>,
    ) -> Result<(), DraftError> {
        let before = match row.acted_at {
            Some(at) => Some(Acted::At(at)),
            None => row.paid_on.map(Acted::On),
        };
        row.paid_on = self.paid_on(&contract_id, acted.or(before))?;
        row.contract_id = Some(contract_id);
        row.matched_by = Some(evidence.name().to_owned());
        row.matched = Some(self.now);
        if row.state == PaymentState::Booked {
            row.credited = Some(self.now);
        }
        Ok(())
    }

    /// The contract learns the payment's state.
    pub(super) fn payment_event(&mut self, row: &PaymentRow) -> Result<(), DraftError> {
        let Some(contract) = row.contract_id.clone() else {
            return Ok(());
        };
        let event = EventKind::Payment {
            id: row.subject(),
            state: row.state,
            amount: row.amount,
            paid_on: row.paid_on,
        };
        self.event(&contract, event)
    }

    /// The posting of a payment's state.
    pub(super) fn post_money(&mut self, row: &PaymentRow) {
        let owner = match &row.contract_id {
            Some(contract) => Owner::Contract(contract.clone()),
            None => Owner::Suspense,
        };
        let (channel, amount) = (row.channel.clone(), row.amount);
        let work = match (row.state, row.expires_at) {
            (PaymentState::Pending, Some(expires_at)) => Work::Announce {
                owner,
                channel,
                amount,
                expires_at,
            },
            (PaymentState::Booked, _) => Work::Book {
                owner,
                channel,
                amount,
            },
            (PaymentState::Failed, _) => Work::Void,
            (PaymentState::Reversed, _) => Work::Reverse { amount },
            (PaymentState::Pending, None) => return,
        };
        self.command(row.subject(), work);
    }

    pub(super) fn open_suspense(
        &mut self,
        row: &PaymentRow,
        reason: SuspenseReason,
        candidates: Vec<Candidate>,
    ) -> Result<(), DraftError> {
        let contracts: Vec<String> = candidates.iter().map(|c| c.contract_id.clone()).collect();
        let round = self.rounds_of(&row.id)? + 1;
        self.suspense.push(SuspenseChange::Open {
            payment_id: row.id.clone(),
            reason,
            candidates,
        });
        for contract in &contracts {
            self.suspense_event(row, round, contract, SuspenseState::Candidate)?;
        }
        let waiting = Waiting {
            reason,
            contracts,
            round,
            open: true,
        };
        self.waiting.insert(row.id.clone(), waiting);
        Ok(())
    }

    pub(super) fn clear_suspense(&mut self, row: &PaymentRow, by: &str) -> Result<(), DraftError> {
        let Some(mut waiting) = self.waiting(&row.id)? else {
            return Ok(());
        };
        for contract in &waiting.contracts {
            self.suspense_event(row, waiting.round, contract, SuspenseState::Cleared)?;
        }
        self.suspense.push(SuspenseChange::Clear {
            payment_id: row.id.clone(),
            by: by.to_owned(),
        });
        waiting.open = false;
        self.waiting.insert(row.id.clone(), waiting);
        Ok(())
    }

    /// The sum in suspense is another than was announced: what it shields is told under the next
    /// name, for one name is opened and cleared once.
    fn shield_anew(&mut self, row: &PaymentRow) -> Result<(), DraftError> {
        let Some(mut waiting) = self.waiting(&row.id)? else {
            return Ok(());
        };
        for contract in &waiting.contracts {
            self.suspense_event(row, waiting.round, contract, SuspenseState::Cleared)?;
        }
        waiting.round += 1;
        for contract in &waiting.contracts {
            self.suspense_event(row, waiting.round, contract, SuspenseState::Candidate)?;
        }
        self.suspense.push(SuspenseChange::NextRound {
            payment_id: row.id.clone(),
        });
        self.waiting.insert(row.id.clone(), waiting);
        Ok(())
    }

    /// Money of another currency can't be held against what a contract owes: its candidates are
    /// listed for a person, and the engine isn't told.
    fn suspense_event(
        &mut self,
        row: &PaymentRow,
        round: u32,
        contract: &str,
        state: SuspenseState,
    ) -> Result<(), DraftError> {
        if self.currency_of(contract)? != row.amount.currency() {
            return Ok(());
        }
        let event = EventKind::Suspense {
            id: suspense_subject(&row.id, round),
            amount: row.amount,
            state,
        };
        self.event(contract, event)
    }

    /// Why a payment is in suspense, and whose it could be; `None` when it isn't.
    pub(super) fn waiting(&self, id: &str) -> Result<Option<Waiting>, DraftError> {
        Ok(self.known_waiting(id)?.filter(|waiting| waiting.open))
    }

    /// How often a payment was in suspense, or shielded anew.
    fn rounds_of(&self, id: &str) -> Result<u32, DraftError> {
        Ok(self.known_waiting(id)?.map_or(0, |waiting| waiting.round))
    }

    fn known_waiting(&self, id: &str) -> Result<Option<Waiting>, DraftError> {
        if let Some(waiting) = self.waiting.get(id) {
            return Ok(Some(waiting.clone()));
        }
        let row = self.desk.store.suspense_of(self.desk.lender, id)?;
        Ok(row.map(|row| Waiting {
            reason: row.reason,
            contracts: row.candidates.into_iter().map(|c| c.contract_id).collect(),
            round: row.round,
            open: row.cleared_at.is_none(),
        }))
    }

    /// Whose it could be, as a person reads it, when it waits again.
    pub(super) fn candidates_of(&self, id: &str) -> Result<Vec<Candidate>, DraftError> {
        let row = self.desk.store.suspense_of(self.desk.lender, id)?;
        let all = row.into_iter().flat_map(|row| row.candidates);
        let candidates = all.filter_map(|c| {
            let evidence = c.evidence.split('+').filter_map(Evidence::from_name);
            let evidence: Vec<Evidence> = evidence.collect();
            (!evidence.is_empty()).then_some(Candidate {
                contract_id: c.contract_id,
                evidence,
            })
        });
        Ok(candidates.collect())
    }

    /// Money whose keys contradict each other, or that a person took off its contract, isn't freed
    /// of doubt by being told again.
    fn is_doubted(&self, id: &str) -> Result<bool, DraftError> {
        let waiting = self.waiting(id)?;
        Ok(waiting.is_some_and(|waiting| {
            let reasons = [SuspenseReason::TwoIdentities, SuspenseReason::Unmatched];
            reasons.contains(&waiting.reason)
        }))
    }

    /// The id made of the first key that is nobody's yet, and that no payment has by chance.
    fn new_id(&mut self, news: &News, keys: &[Key]) -> Result<String, DraftError> {
        for key in keys {
            let id = payment_id(key);
            if self.registry.owner(key)?.is_none() && self.registry.payment(&id)?.is_none() {
                return Ok(id);
            }
        }
        // Every key is another payment's: numbered by its place until an id is free.
        let place = sha256(&news.keys.place.text());
        for occurrence in 0..u32::MAX {
            let id = payment_id(&Key::Content {
                sha256: place,
                occurrence,
            });
            if self.registry.payment(&id)?.is_none() {
                return Ok(id);
            }
        }
        Err(DraftError::NoPayment(news.keys.place.text()))
    }

    pub(super) fn row(&self, id: &str, news: &News, state: PaymentState) -> PaymentRow {
        let pending = state == PaymentState::Pending;
        PaymentRow {
            id: id.to_owned(),
            state,
            amount: news.amount,
            channel: news.channel.clone(),
            feed: news.feed.clone(),
            contract_id: None,
            matched_by: None,
            acted_at: match news.acted {
                Some(Acted::At(at)) => Some(at.min(self.received.at)),
                _ => None,
            },
            paid_on: match news.acted {
                Some(Acted::On(day)) => Some(day),
                _ => None,
            },
            booking_date: news.booking_date,
            value_date: news.value_date,
            expires_at: pending.then(|| {
                let lasts = news.shields_for.unwrap_or(SHIELD_LASTS);
                self.received.at.plus(lasts.min(SHIELD_LASTS))
            }),
            failure: news.failure.map(str::to_owned),
            received: self.received,
            matched: None,
            credited: None,
            reversed_at: None,
            grant: None,
            payer: self
                .desk
                .payers
                .as_ref()
                .and_then(|key| key.marks(news).payer),
            life: 1,
            gross: None,
            version: 0,
        }
    }
}
