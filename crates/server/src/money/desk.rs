//! What every step of the money side works with: the store, the lender, the rules, and which
//! channels can carry a notice. The same for a server and for a command that imports a file.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::payment::virtual_account::Shape;
use fairlock_domain::rules::Rules;
use fairlock_intake::Mapping;
use fairlock_rulebook::Rulebook;
use fairlock_storage::{ContractFacts, LenderId, RestsOn, Store, StoreError};
use fairlock_web::Texts;
use fairlock_web::text::TextsError;

use super::matching::PayerKey;
use super::progress::Progress;
use crate::config::Source;
use crate::notices::Channel;
use crate::past;

/// The money side's place of work.
pub struct Desk {
    pub store: Store,
    pub lender: LenderId,
    rulebook: Arc<Rulebook>,
    /// Of the packs' texts, which the store keeps: what decisions rest on.
    hashes: BTreeMap<String, [u8; 32]>,
    /// How sums are written.
    pub texts: Texts,
    /// Providers whose messages are read here.
    pub sources: Vec<Source>,
    /// How tables of banks are read.
    pub mappings: Vec<Mapping>,
    /// How far the work on a file is.
    pub progress: Progress,
    /// Who sends notices.
    pub sending: Sending,
    /// By which payers are compared; without it nothing is matched by who paid.
    pub payers: Option<PayerKey>,
    /// What the lender's virtual account numbers look like, where it said so.
    pub virtual_accounts: Option<Shape>,
    /// Zones are lists of a few hundred changes; each is made once.
    zones: Mutex<BTreeMap<String, Zone>>,
}

/// Who sends notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// This process, by these channels; none where no carrier is set up.
    Here(Vec<Channel>),
    /// Another process: a contract that has one due is left for it to plan.
    Elsewhere,
}

/// A contract that names something this program doesn't know, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownName {
    #[error("time zone {0:?} isn't in the database; expected an IANA name such as Africa/Nairobi")]
    Zone(String),
    #[error("rule packs {0:?}: expected packs that `fairlock rules list` names")]
    Packs(Vec<String>),
}

/// Why there is no desk.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error(transparent)]
    Texts(#[from] TextsError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Desk {
    /// A desk of a command beside a server: without sources, and notices are the server's. The
    /// packs judge from `now` on: their texts are kept before anything is decided by them.
    pub fn new(
        store: Store,
        lender: LenderId,
        rulebook: Arc<Rulebook>,
        now: Instant,
    ) -> Result<Desk, DeskError> {
        let texts = past::texts(&rulebook);
        let hashes = texts.iter().map(|own| (own.pack.clone(), own.sha256));
        let hashes = hashes.collect();
        for pack in store.keep_packs(lender, texts, now)? {
            tracing::info!(pack, "this text of the pack judges from now on");
        }
        Ok(Desk {
            store,
            lender,
            rulebook,
            hashes,
            texts: Texts::english()?,
            sources: Vec::new(),
            mappings: super::tables::of_program(),
            progress: Progress::default(),
            sending: Sending::Elsewhere,
            payers: None,
            virtual_accounts: None,
            zones: Mutex::default(),
        })
    }

    /// Adds mappings; one of a name that is there takes its place.
    pub fn know(&mut self, mappings: Vec<Mapping>) {
        for mapping in mappings {
            self.mappings.retain(|known| known.name != mapping.name);
            self.mappings.push(mapping);
        }
    }

    /// The rules of these packs, in this order.
    pub fn rules(&self, packs: &[String]) -> Result<Rules, UnknownName> {
        let ids: Vec<&str> = packs.iter().map(String::as_str).collect();
        let rules = self.rulebook.rules_for(&ids);
        rules.ok_or_else(|| UnknownName::Packs(packs.to_vec()))
    }

    /// What a decision on these facts rests on besides them; to be asked after [`Desk::rules`].
    pub fn rests_on(&self, known: &ContractFacts) -> RestsOn {
        let packs = known.packs.iter().filter_map(|id| self.hashes.get(id));
        RestsOn {
            packs: packs.copied().collect(),
            calendar_version: known.calendar_version,
        }
    }

    /// A zone by its IANA name.
    pub fn zone(&self, iana: &str) -> Result<Zone, UnknownName> {
        let mut zones = self.zones.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = zones.get(iana) {
            return Ok(zone.clone());
        }
        let zone = fairlock_rulebook::zone::load(iana);
        let zone = zone.ok_or_else(|| UnknownName::Zone(iana.to_owned()))?;
        zones.insert(iana.to_owned(), zone.clone());
        Ok(zone)
    }
}
