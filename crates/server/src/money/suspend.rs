//! Suspense in a draft: opened, widened as more is known, cleared; and the shields of those whose
//! money it could be.
//!
//! One name is opened and cleared once in a contract's facts: a payment that waits again, or with
//! another sum, shields under the next one.

use fairlock_domain::payment::{Candidate, Evidence, SuspenseReason};
use fairlock_domain::standing::{EventKind, SuspenseState};
use fairlock_storage::{CandidateRow, PaymentRow, SuspenseChange, suspense_subject};

use super::draft::{Draft, DraftError, Waiting};

impl Draft<'_> {
    pub(super) fn open_suspense(
        &mut self,
        row: &PaymentRow,
        reason: SuspenseReason,
        candidates: Vec<Candidate>,
    ) -> Result<(), DraftError> {
        let round = self.rounds_of(&row.id)? + 1;
        for candidate in &candidates {
            self.suspense_event(row, round, &candidate.contract_id, SuspenseState::Candidate)?;
        }
        self.suspense.push(SuspenseChange::Open {
            payment_id: row.id.clone(),
            reason,
            candidates: candidates.clone(),
        });
        let waiting = Waiting {
            reason,
            candidates,
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
        for candidate in &waiting.candidates {
            let contract = &candidate.contract_id;
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

    /// More is known of money in suspense: it shields whom it could be for besides.
    pub(super) fn widen_suspense(
        &mut self,
        row: &PaymentRow,
        reason: SuspenseReason,
        candidates: Vec<Candidate>,
    ) -> Result<(), DraftError> {
        let Some(mut waiting) = self.waiting(&row.id)? else {
            return Ok(());
        };
        let before = waiting.clone();
        waiting.reason = reason;
        for candidate in candidates {
            let known = waiting.candidates.iter_mut();
            let known = known
                .into_iter()
                .find(|c| c.contract_id == candidate.contract_id);
            match known {
                Some(known) => candidate.evidence.iter().for_each(|e| known.add(*e)),
                None => {
                    let contract = &candidate.contract_id;
                    self.suspense_event(row, waiting.round, contract, SuspenseState::Candidate)?;
                    waiting.candidates.push(candidate);
                }
            }
        }
        if waiting != before {
            self.suspense.push(SuspenseChange::Widen {
                payment_id: row.id.clone(),
                reason,
                candidates: waiting.candidates.clone(),
            });
            self.waiting.insert(row.id.clone(), waiting);
        }
        Ok(())
    }

    /// The sum in suspense is another than was announced: what it shields is told under the next
    /// name, for one name is opened and cleared once.
    pub(super) fn shield_anew(&mut self, row: &PaymentRow) -> Result<(), DraftError> {
        let Some(mut waiting) = self.waiting(&row.id)? else {
            return Ok(());
        };
        for candidate in &waiting.candidates {
            let contract = &candidate.contract_id;
            self.suspense_event(row, waiting.round, contract, SuspenseState::Cleared)?;
        }
        waiting.round += 1;
        for candidate in &waiting.candidates {
            let contract = &candidate.contract_id;
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
            candidates: row.candidates.into_iter().filter_map(candidate).collect(),
            round: row.round,
            open: row.cleared_at.is_none(),
        }))
    }

    /// Money whose keys contradict each other, or that a person took off its contract, isn't freed
    /// of doubt by being told again.
    pub(super) fn is_doubted(&self, id: &str) -> Result<bool, DraftError> {
        let waiting = self.waiting(id)?;
        Ok(waiting.is_some_and(|waiting| {
            let reasons = [SuspenseReason::TwoIdentities, SuspenseReason::Unmatched];
            reasons.contains(&waiting.reason)
        }))
    }
}

/// A candidate as it was stored.
fn candidate(row: CandidateRow) -> Option<Candidate> {
    let evidence = row.evidence.split('+').filter_map(Evidence::from_name);
    let evidence: Vec<Evidence> = evidence.collect();
    (!evidence.is_empty()).then_some(Candidate {
        contract_id: row.contract_id,
        evidence,
    })
}
