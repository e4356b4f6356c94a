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
use fairlock_domain::standing::EventKind;
use fairlock_storage::PaymentRow;

use super::draft::{Draft, DraftError, words};
use super::matching;
use super::matching::lookup::{self, Asked};
use super::news::{Acted, News, payment_id, sha256};
use super::recognise::Identity;

/// Earlier messages of one payment whose words are read again; a payment is told by a handful.
const TEXTS_MAX: u32 = 64;

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
        let asked = Asked::new(self.desk, news, &[], None);
        Ok(lookup::decide(self.desk, &asked, self.now.at)?)
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
                if state != PaymentState::Failed {
                    self.payment_event(&row)?;
                }
            }
            // What failed before it was seen won't come: it shields nobody.
            Match::Suspense { .. } if state == PaymentState::Failed => {}
            Match::Suspense { reason, candidates } => {
                self.summary.suspense.push((words(news), reason));
                self.open_suspense(&row, reason, candidates)?;
            }
        }
        if state != PaymentState::Failed {
            self.post_money(&row);
        }
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
            self.known_money(&mut row, news, state, moved)?;
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

    /// Money that is known comes to the contract that all of its news names, and to the state that
    /// this one tells.
    fn known_money(
        &mut self,
        row: &mut PaymentRow,
        news: &News,
        state: PaymentState,
        moved: Move,
    ) -> Result<(), DraftError> {
        // What goes back to its payer is decided: being told again doesn't bring it here.
        if matching::is_going_back(row) {
            self.summary.known += 1;
            return Ok(());
        }
        let place = self.find_place(row, news)?;
        let rises = moved == Move::Rise;
        if rises {
            self.rise(row, news, state)?;
        } else if place == Place::Assigned && row.state == PaymentState::Booked {
            let contract = row.contract_id.clone().unwrap_or_default();
            self.command(row.subject(), Work::Assign { contract });
        }
        // A contract that was never told of announced money isn't told that it failed.
        let comes = matches!(row.state, PaymentState::Pending | PaymentState::Booked);
        let told = match place {
            Place::Assigned => comes,
            Place::Same | Place::Moved => rises && row.contract_id.is_some(),
        };
        if told {
            self.payment_event(row)?;
        }
        if row.contract_id.is_none() && comes && self.waiting(&row.id)?.is_none() {
            self.back_to_suspense(row, news)?;
        }
        if !rises {
            self.acted_earlier(row, news)?;
        }
        if let (None, Some(Acted::On(day))) = (&row.contract_id, news.acted) {
            row.paid_on = Some(row.paid_on.map_or(day, |before| before.min(day)));
        }
        match place != Place::Same || rises {
            true => self.summary.risen += 1,
            false => self.summary.known += 1,
        }
        Ok(())
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
            let at = at.min(self.received.at);
            row.acted_at = Some(row.acted_at.map_or(at, |before| before.min(at)));
        }
        match row.contract_id.clone() {
            Some(contract) => {
                let day = self.paid_on(&contract, news.acted)?;
                row.paid_on = row.paid_on.into_iter().chain(day).min();
                row.credited = (state == PaymentState::Booked).then_some(self.now);
            }
            None if state == PaymentState::Failed => self.clear_suspense(row, "its failure")?,
            None if amount_before != row.amount => self.shield_anew(row)?,
            None => {}
        }
        self.post_money(row);
        Ok(())
    }

    /// Whose it is, by all of its news together: money in suspense goes to the contract that they
    /// name, and money that came to a contract by who paid follows what was written.
    fn find_place(&mut self, row: &mut PaymentRow, news: &News) -> Result<Place, DraftError> {
        let by_payer = [Evidence::Phone, Evidence::Standing].map(Evidence::name);
        let by_payer = row
            .matched_by
            .as_deref()
            .is_some_and(|by| by_payer.contains(&by));
        let settled = row.contract_id.is_some() && !by_payer;
        if settled || row.state == PaymentState::Reversed || self.is_doubted(&row.id)? {
            return Ok(Place::Same);
        }
        let matched = match self.match_texts(news)? {
            Match::Contract {
                contract_id,
                evidence,
            } if evidence.is_written() => Match::Contract {
                contract_id,
                evidence,
            },
            _ => self.match_all(row, news)?,
        };
        match (row.contract_id.clone(), matched) {
            (
                None,
                Match::Contract {
                    contract_id,
                    evidence,
                },
            ) => {
                self.clear_suspense(row, "news that names the contract")?;
                self.own(row, contract_id, evidence, news.acted)?;
                Ok(Place::Assigned)
            }
            (None, Match::Suspense { reason, candidates }) => {
                self.widen_suspense(row, reason, candidates)?;
                Ok(Place::Same)
            }
            (
                Some(before),
                Match::Contract {
                    contract_id,
                    evidence,
                },
            ) if evidence.is_written() => {
                if before == contract_id {
                    row.matched_by = Some(evidence.name().to_owned());
                    return Ok(Place::Same);
                }
                self.take_off(row)?;
                self.own(row, contract_id, evidence, news.acted)?;
                self.settle_life(row)?;
                Ok(Place::Moved)
            }
            (Some(_), Match::Suspense { reason, candidates }) if reason.is_written() => {
                self.take_off(row)?;
                self.settle_life(row)?;
                self.open_suspense(row, reason, candidates)?;
                Ok(Place::Moved)
            }
            (Some(_), _) => Ok(Place::Same),
        }
    }

    /// By everything that any message wrote of this payment, and who paid.
    fn match_all(&self, row: &PaymentRow, news: &News) -> Result<Match, DraftError> {
        let (store, lender) = (&self.desk.store, self.desk.lender);
        let stored = store.received_lines(lender, &row.id, TEXTS_MAX)?;
        let stored = stored.into_iter().filter_map(|line| line.text);
        let here = self.lines.iter();
        let here = here.filter(|line| line.payment_id.as_deref() == Some(row.id.as_str()));
        let here = here.filter_map(|line| line.text.clone());
        let earlier: Vec<String> = stored.chain(here).map(|t| t.expose().clone()).collect();
        let asked = Asked::new(self.desk, news, &earlier, row.payer);
        Ok(lookup::decide(self.desk, &asked, self.now.at)?)
    }

    /// Takes money off its contract, which learns that it is gone. The payment lives on under its
    /// next number, and is nobody's.
    pub(super) fn take_off(&mut self, row: &mut PaymentRow) -> Result<(), DraftError> {
        let amount = row.amount;
        let gone = match row.state {
            PaymentState::Booked => {
                self.command(row.subject(), Work::Reverse { amount });
                Some(PaymentState::Reversed)
            }
            PaymentState::Pending => {
                self.command(row.subject(), Work::Void);
                Some(PaymentState::Failed)
            }
            PaymentState::Failed | PaymentState::Reversed => None,
        };
        if let (Some(state), Some(contract)) = (gone, row.contract_id.clone()) {
            let event = EventKind::Payment {
                id: row.subject(),
                state,
                amount,
                paid_on: row.paid_on,
            };
            self.event(&contract, event)?;
        }
        row.life += 1;
        row.contract_id = None;
        row.matched_by = None;
        row.matched = None;
        row.credited = None;
        Ok(())
    }

    /// Posts the new life of a payment, and tells its contract.
    pub(super) fn settle_life(&mut self, row: &PaymentRow) -> Result<(), DraftError> {
        if matches!(row.state, PaymentState::Pending | PaymentState::Booked) {
            self.post_money(row);
            self.payment_event(row)?;
        }
        Ok(())
    }

    /// The borrower is on time by the first day that any source tells: one that comes after the
    /// booking books the payment again, from that day.
    fn acted_earlier(&mut self, row: &mut PaymentRow, news: &News) -> Result<(), DraftError> {
        let Some(contract) = row.contract_id.clone() else {
            return Ok(());
        };
        let first_seen = self.paid_on(&contract, Some(Acted::At(row.received.at)))?;
        let before = row.paid_on.or(first_seen);
        let day = self.paid_on(&contract, news.acted)?;
        if day.zip(before).is_none_or(|(day, before)| day >= before) {
            return Ok(());
        }
        if row.state != PaymentState::Booked {
            // Nothing is booked from that day now; what comes of it later is.
            row.paid_on = day;
            return Ok(());
        }
        let (by, credited) = (row.matched_by.clone(), row.credited);
        let matched = row.matched;
        self.take_off(row)?;
        (row.contract_id, row.matched_by) = (Some(contract), by);
        (row.matched, row.credited) = (matched, credited);
        row.paid_on = day;
        self.settle_life(row)
    }

    /// Money that failed while it was nobody's, and comes after all.
    fn back_to_suspense(&mut self, row: &PaymentRow, news: &News) -> Result<(), DraftError> {
        if let Match::Suspense { reason, candidates } = self.match_all(row, news)? {
            self.open_suspense(row, reason, candidates)?;
        }
        Ok(())
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
        let days = [
            self.paid_on(&contract_id, acted)?,
            self.paid_on(&contract_id, before)?,
        ];
        row.paid_on = days.into_iter().flatten().min();
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

/// What news does to where known money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Same,
    /// From suspense, or from nowhere, to a contract that is still to be told.
    Assigned,
    /// Off a contract; who is to be told was.
    Moved,
}
