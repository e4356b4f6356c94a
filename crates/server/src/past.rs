//! A contract as it was known at an instant, judged by the rules of then.
//!
//! Facts that became known later don't exist; packs are the texts that judged then, and holidays
//! the calendar of then, both as the store keeps them. So a decision can be made again, byte for
//! byte, long after its pack became another. Failure is a text that this program can't read any
//! more, told with its pack. On purpose absent: the zone's own history (a zone is read from the
//! list of today).

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::rules::{Pack, Rules};
use fairlock_domain::standing::{DeviceLink, Facts};
use fairlock_rulebook::{PackError, Rulebook, zone};
use fairlock_storage::{
    ContractFacts, DecisionRow, LenderId, PackText, RestsOn, Store, StoreError,
};
use sha2::{Digest as _, Sha256};

/// Where the past is looked up.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    pub store: &'a Store,
    pub lender: LenderId,
    pub rulebook: &'a Rulebook,
}

/// The rules of an instant, and all that a decision rests on besides the facts.
#[derive(Clone)]
pub struct Book {
    pub rules: Rules,
    /// The texts of these rules, in the same order.
    pub texts: Vec<PackText>,
    pub holidays: Vec<Day>,
    pub rests_on: RestsOn,
}

/// Why the past can't be told, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    #[error("contract {contract_id}: time zone {name}: expected one that this program knows")]
    Zone { contract_id: String, name: String },
    #[error("contract {contract_id}: pack {name}: expected one of this program, or a kept text")]
    Pack { contract_id: String, name: String },
    #[error("contract {contract_id}: a text of then can't be read any more: {problem}")]
    Text {
        contract_id: String,
        problem: PackError,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The texts of a rulebook with their hashes, as the store keeps them.
pub fn texts(rulebook: &Rulebook) -> Vec<PackText> {
    let texts = rulebook.texts();
    texts.map(|(pack, text)| kept(pack, text)).collect()
}

/// One of them.
pub fn kept(pack: &Pack, text: &str) -> PackText {
    PackText {
        pack: pack.id.clone(),
        version: pack.version,
        sha256: Sha256::digest(text).into(),
        text: text.to_string(),
    }
}

impl Past<'_> {
    /// The rules of an instant. `decided` is the decision that is looked at, if there is one: what
    /// it rested on is written down with it.
    pub fn book(
        &self,
        known: &ContractFacts,
        at: Instant,
        decided: Option<&DecisionRow>,
    ) -> Result<Book, PastError> {
        let rests_on = match decided.and_then(|row| row.rests_on.clone()) {
            Some(rests_on) => rests_on,
            None => self.rests_on(known, at)?,
        };
        let texts = self.texts(known, &rests_on)?;
        let rules = self.rules(known, &texts)?;
        let holidays = match (&known.calendar, rests_on.calendar_version) {
            (Some(calendar), Some(version)) => {
                self.store.holidays(self.lender, calendar, version)?
            }
            _ => Vec::new(),
        };
        Ok(Book {
            rules,
            texts,
            holidays,
            rests_on,
        })
    }

    /// The rules of an instant at which something may have been decided.
    pub fn book_at(&self, known: &ContractFacts, at: Instant) -> Result<Book, PastError> {
        let id = &known.contract.id;
        let decided = self.store.decision_at(self.lender, id, at)?;
        self.book(known, at, decided.as_ref())
    }

    /// The facts that were known at an instant, as those rules judge them.
    pub fn facts(
        &self,
        known: &ContractFacts,
        book: &Book,
        zone: &Zone,
        at: Instant,
    ) -> Result<Facts, PastError> {
        let mut facts = known.facts_at(zone.clone(), at).under(&book.rules);
        facts.holidays.clone_from(&book.holidays);
        facts.device = self.phone(known, at)?;
        Ok(facts)
    }

    /// The contract's zone.
    pub fn zone(&self, known: &ContractFacts) -> Result<Zone, PastError> {
        let name = &known.time_zone;
        zone::load(name).ok_or_else(|| PastError::Zone {
            contract_id: known.contract.id.clone(),
            name: name.clone(),
        })
    }

    /// What a decision at that instant rests on; this program's own text of a pack that was never
    /// kept.
    fn rests_on(&self, known: &ContractFacts, at: Instant) -> Result<RestsOn, PastError> {
        let mut packs = Vec::with_capacity(known.packs.len());
        for id in &known.packs {
            let hash = match self.store.pack_at(self.lender, id, at)? {
                Some(hash) => hash,
                None => self.own(known, id)?.sha256,
            };
            packs.push(hash);
        }
        let calendar_version = match &known.calendar {
            Some(calendar) => self.store.calendar_at(self.lender, calendar, at)?,
            None => None,
        };
        Ok(RestsOn {
            packs,
            calendar_version,
        })
    }

    fn own(&self, known: &ContractFacts, id: &str) -> Result<PackText, PastError> {
        let mut texts = self.rulebook.texts();
        let own = texts.find(|(pack, _)| pack.id == id);
        let own = own.map(|(pack, text)| kept(pack, text));
        own.ok_or_else(|| unknown(known, id))
    }

    fn texts(&self, known: &ContractFacts, rests_on: &RestsOn) -> Result<Vec<PackText>, PastError> {
        let mut texts = Vec::with_capacity(rests_on.packs.len());
        for (id, hash) in known.packs.iter().zip(&rests_on.packs) {
            let text = match self.store.pack_text(self.lender, hash)? {
                Some(text) => text,
                None => self.own(known, id)?,
            };
            texts.push(text);
        }
        Ok(texts)
    }

    /// The rules of these texts; those of this program aren't read again.
    fn rules(&self, known: &ContractFacts, texts: &[PackText]) -> Result<Rules, PastError> {
        let ids: Vec<&str> = texts.iter().map(|text| text.pack.as_str()).collect();
        let is_own = |text: &PackText| {
            let mut own = self.rulebook.texts();
            own.any(|(pack, own)| pack.id == text.pack && own == text.text)
        };
        let rules = if texts.iter().all(is_own) {
            self.rulebook.rules_for(&ids)
        } else {
            let named: Vec<(String, &str)> = texts
                .iter()
                .map(|own| {
                    (
                        format!("{} version {}", own.pack, own.version),
                        own.text.as_str(),
                    )
                })
                .collect();
            let book =
                Rulebook::from_texts(named.iter().map(|(name, text)| (name.as_str(), *text)));
            let book = book.map_err(|problem| PastError::Text {
                contract_id: known.contract.id.clone(),
                problem,
            })?;
            book.rules_for(&ids)
        };
        rules.ok_or_else(|| unknown(known, &ids.join(", ")))
    }

    /// What the gates knew of the phone.
    fn phone(&self, known: &ContractFacts, at: Instant) -> Result<Option<DeviceLink>, PastError> {
        let device = self.store.device_of(self.lender, &known.contract.id)?;
        let Some(device) = device.filter(|device| device.enrolled_at <= at) else {
            return Ok(None);
        };
        let charters = self.store.charters(self.lender, device.device)?;
        let accepted = charters.iter().filter_map(|charter| charter.accepted_at);
        Ok(Some(DeviceLink {
            charter_accepted: accepted.min().is_some_and(|first| first <= at),
            is_this_loans: true,
        }))
    }
}

fn unknown(known: &ContractFacts, name: &str) -> PastError {
    PastError::Pack {
        contract_id: known.contract.id.clone(),
        name: name.to_string(),
    }
}
