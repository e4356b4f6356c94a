//! Signing what is waiting: look again, take from the lock budget, sign, store.
//!
//! Loosenings are signed first and wait for nothing but the disk. A release needs a ledger that
//! says so. A tightening needs the signer's own look at the facts, a phone that runs what the
//! signer knows, and room in the lock budget. Ed25519 is deterministic: a crash between signing
//! and storing signs the same bytes again, and the store keeps the first.
//!
//! Failure of the store ends the run; whatever is wrong with one body concerns that body alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use fairlock_domain::calendar::{Instant, Span, Zone};
use fairlock_domain::plan::{self, Plan};
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::cose::{MultiSigned, assemble, to_be_signed};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::{Alg, Binding, Grant, KeySet, Kid, Level, kid};
use fairlock_rulebook::Rulebook;
use fairlock_storage::{
    Budget, ContractFacts, DeviceId, DeviceRow, GrantRow, LenderId, Signature, Stamp, Store,
    StoreError,
};

use crate::budget;
use crate::convert::{self, Prior};
use crate::keys::{FIRST_KSV, KeyRing, KeyRole, Seeds};
use crate::look::{self, Refusal};
use crate::prior::PriorError;

/// Bodies read at once: bounds memory after a large import, costs nothing otherwise.
const BATCH: u32 = 1024;

/// A refused body's contract is planned again after this: at once would only make the same body,
/// and new facts plan it again anyway.
const REFUSED_AGAIN_AFTER: Span = Span::hours(1);

/// A phone that is behind by a key set is looked at again after this, or when it reports another.
const KEY_SET_AGAIN_AFTER: Span = Span::hours(1);

/// A phone that runs an unknown payload is asked about again after this; people are called.
const UNKNOWN_AGAIN_AFTER: Span = Span::hours(1);

/// Finds the keys that a key set brings; `None` when it brings none.
pub type KeySource = Box<dyn Fn(u64) -> Option<Seeds> + Send + Sync>;

/// The signer: keys, and what it needs to look for itself.
pub struct Signer {
    pub(crate) keys: RwLock<KeyRing>,
    /// The newest key set: which keys phones will still know.
    newest: RwLock<Option<Arc<KeySet>>>,
    /// Where the keys that a later key set brings are found, by its version.
    source: Option<KeySource>,
    /// Zones are lists of a few hundred changes; each is made once.
    zones: Mutex<BTreeMap<String, Zone>>,
}

/// What one run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// Grants that have a signature now, in the order of signing.
    pub signed: Vec<SignedGrant>,
    /// Bodies left for later.
    pub held: u64,
    /// Bodies refused for good.
    pub refused: Vec<Refused>,
}

/// A grant that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedGrant {
    pub device: DeviceId,
    pub seq: u64,
    pub contract_id: String,
}

/// A body that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub device: DeviceId,
    pub seq: u64,
    pub contract_id: String,
    pub why: Refusal,
}

/// What comes of one body.
enum Verdict {
    Sign(KeyRole),
    Hold { code: &'static str, until: Instant },
    Refuse(Refusal),
}

/// Where bodies are looked at.
struct Desk<'a> {
    store: &'a Store,
    lender: LenderId,
    rulebook: &'a Rulebook,
    now: Stamp,
}

impl Signer {
    pub fn new(keys: KeyRing) -> Signer {
        Signer {
            keys: RwLock::new(keys),
            newest: RwLock::default(),
            source: None,
            zones: Mutex::default(),
        }
    }

    /// The same, with where the keys of later key sets are found once one is stored: a rotation
    /// takes effect without a restart.
    pub fn with_source(keys: KeyRing, source: KeySource) -> Signer {
        Signer {
            source: Some(source),
            ..Signer::new(keys)
        }
    }

    /// Adds the keys that a later key set brings.
    pub fn add_keys(&self, ksv: u64, seeds: Seeds) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.add(ksv, seeds);
    }

    /// Looks which key set is the newest; called before anything that depends on it.
    pub fn refresh(&self, store: &Store, lender: LenderId) -> Result<u64, StoreError> {
        let row = store.newest_key_set(lender)?;
        let known = self.newest().map_or(0, |set| set.ksv);
        if let Some(row) = row.filter(|row| row.ksv > known) {
            let set = MultiSigned::parse(&row.bytes).ok();
            match set.and_then(|object| KeySet::read(object.payload).ok()) {
                Some(set) => {
                    // Its keys first: from then on objects are signed by them.
                    self.load((known + 1).max(FIRST_KSV + 1)..=set.ksv);
                    let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
                    *newest = Some(Arc::new(set));
                }
                None => tracing::error!(ksv = row.ksv, "a stored key set can't be read"),
            }
        }
        Ok(self.newest().map_or(0, |set| set.ksv))
    }

    fn load(&self, versions: std::ops::RangeInclusive<u64>) {
        let Some(source) = &self.source else { return };
        for ksv in versions {
            if let Some(seeds) = source(ksv) {
                self.add_keys(ksv, seeds);
            }
        }
    }

    /// The newest key set as last looked at; `None` before the first phone.
    pub fn newest(&self) -> Option<Arc<KeySet>> {
        let newest = self.newest.read().unwrap_or_else(PoisonError::into_inner);
        newest.clone()
    }

    /// The key under which payers' numbers and accounts are hashed.
    pub fn payer_key(&self) -> [u8; 32] {
        self.ring(KeyRing::payer_key)
    }

    /// Key set 1 of this signer's keys, as phones get it at enrolment.
    pub fn first_key_set(&self, lender: &[u8; 16], iat: u64) -> Result<Vec<u8>, Malformed> {
        self.ring(|keys| keys.first_key_set(lender, iat))
    }

    /// Signs every body that may be signed at `now`.
    pub fn sign_pending(
        &self,
        store: &Store,
        lender: LenderId,
        rulebook: &Rulebook,
        now: Stamp,
    ) -> Result<Run, StoreError> {
        let desk = Desk {
            store,
            lender,
            rulebook,
            now,
        };
        self.refresh(store, lender)?;
        let mut run = Run::default();
        loop {
            let mut rows = store.unsigned_grants(lender, now.at, BATCH)?;
            let full = rows.len() == BATCH as usize;
            // What frees a phone never waits behind what limits one.
            rows.sort_by_key(|row| row.tightening);
            for row in &rows {
                self.settle(&desk, row, &mut run)?;
            }
            if !full {
                return Ok(run);
            }
        }
    }

    /// Looks at one body and carries out the verdict.
    fn settle(&self, desk: &Desk<'_>, row: &GrantRow, run: &mut Run) -> Result<(), StoreError> {
        let (device, seq) = (row.device, row.seq);
        let Some(phone) = desk.store.device(desk.lender, device)? else {
            return self.refuse(desk, row, Refusal::Body, run);
        };
        match self.judge(desk, row, &phone)? {
            Verdict::Refuse(why) => self.refuse(desk, row, why, run),
            Verdict::Hold { code, until } => {
                tracing::warn!(%device, seq, code, "a tightening waits");
                run.held += 1;
                desk.store
                    .hold_grant(desk.lender, device, seq, code, until)?;
                Ok(())
            }
            Verdict::Sign(role) => {
                let signature = self.signature(desk.lender, &phone, &row.payload, role);
                let stored =
                    desk.store
                        .store_signature(desk.lender, device, seq, signature, desk.now)?;
                if stored {
                    let contract_id = row.contract_id.clone();
                    run.signed.push(SignedGrant {
                        device,
                        seq,
                        contract_id,
                    });
                }
                Ok(())
            }
        }
    }

    fn refuse(
        &self,
        desk: &Desk<'_>,
        row: &GrantRow,
        why: Refusal,
        run: &mut Run,
    ) -> Result<(), StoreError> {
        let (device, seq) = (row.device, row.seq);
        tracing::error!(%device, seq, code = why.code(), "the signer refused a body");
        let again = match why {
            // The next body names the key set that the phone has by now.
            Refusal::KeySet => desk.now.at,
            _ => desk.now.at.plus(REFUSED_AGAIN_AFTER),
        };
        desk.store
            .refuse_grant(desk.lender, device, seq, why.code(), again)?;
        let contract_id = row.contract_id.clone();
        run.refused.push(Refused {
            device,
            seq,
            contract_id,
            why,
        });
        Ok(())
    }

    fn judge(
        &self,
        desk: &Desk<'_>,
        row: &GrantRow,
        phone: &DeviceRow,
    ) -> Result<Verdict, StoreError> {
        let Some((grant, role)) = read_body(row) else {
            return Ok(Verdict::Refuse(Refusal::Body));
        };
        // A level alone is a loosening of whatever a phone may have: nothing to look up.
        if role == KeyRole::Relax && grant.later.is_empty() && grant.notices.is_empty() {
            return Ok(Verdict::Sign(role));
        }
        let Some(facts) = desk.store.facts(desk.lender, &row.contract_id)? else {
            return Ok(Verdict::Refuse(Refusal::Facts));
        };
        let prior = match Prior::read(desk.store, desk.lender, &facts) {
            Ok(Some(prior)) => prior.before(row.seq),
            Ok(None) => return Ok(Verdict::Refuse(Refusal::Facts)),
            Err(PriorError::Store(error)) => return Err(error),
            Err(error) => {
                tracing::error!(%error, "what a phone has can't be read");
                return Ok(Verdict::Refuse(Refusal::Facts));
            }
        };
        if role == KeyRole::Relax {
            return Ok(match convert::is_loosening(&grant, &prior) {
                true => Verdict::Sign(role),
                false => Verdict::Refuse(Refusal::NotLoosening),
            });
        }
        let Some((plan, zone)) = self.own_plan(desk, &facts) else {
            return Ok(Verdict::Refuse(Refusal::Facts));
        };
        if role == KeyRole::Release {
            return Ok(match plan.level {
                plan::Level::Released => Verdict::Sign(role),
                _ => Verdict::Refuse(Refusal::Paid),
            });
        }
        if let Err(why) = look::tightening(&grant, &plan, &zone) {
            return Ok(Verdict::Refuse(why));
        }
        let lead_h = prior.charter.reset_lead_h;
        if let Err(why) = look::after_reset(&grant, prior.anew_since, lead_h) {
            return Ok(Verdict::Refuse(why));
        }
        if let Some(verdict) = self.behind(desk, phone, &grant) {
            return Ok(verdict);
        }
        self.may_tighten(desk, row, phone, &grant, &prior)
    }

    /// A phone gets the newest key set before anything stricter: whatever it is behind by may be a
    /// theft. A body that was made before that is made anew, for its `ksv` is below what the phone
    /// has then.
    fn behind(&self, desk: &Desk<'_>, phone: &DeviceRow, grant: &Grant) -> Option<Verdict> {
        let newest = self.newest()?;
        let reported = phone.reported.as_ref().map_or(FIRST_KSV, |r| r.ksv);
        if reported < newest.ksv {
            return Some(Verdict::Hold {
                code: "key_set",
                until: desk.now.at.plus(KEY_SET_AGAIN_AFTER),
            });
        }
        (grant.ksv < newest.floor_ksv).then_some(Verdict::Refuse(Refusal::KeySet))
    }

    /// A tightening that the law allows still needs a phone that runs what the signer knows, and
    /// room in the budget.
    fn may_tighten(
        &self,
        desk: &Desk<'_>,
        row: &GrantRow,
        phone: &DeviceRow,
        grant: &Grant,
        prior: &Prior,
    ) -> Result<Verdict, StoreError> {
        let Desk {
            store, lender, now, ..
        } = *desk;
        let reported = phone.reported.as_ref().and_then(|r| r.payload_sha256);
        if let Some(hash) = reported
            && store.grant_by_payload(lender, row.device, &hash)?.is_none()
        {
            tracing::error!(device = %row.device, "a phone runs a payload that was never signed here");
            return Ok(Verdict::Hold {
                code: "unknown_payload",
                until: now.at.plus(UNKNOWN_AGAIN_AFTER),
            });
        }
        if reaches(grant) < Level::Reduce || reaches(grant) <= prior.reaches() {
            return Ok(Verdict::Sign(KeyRole::Restrict));
        }
        let limits = budget::limits(store.device_count(lender)?);
        match store.take_lock_budget(lender, row.device, row.seq, now.at, limits)? {
            Budget::Taken => Ok(Verdict::Sign(KeyRole::Restrict)),
            Budget::UsedUpUntil(until) => Ok(Verdict::Hold {
                code: "lock_budget",
                until,
            }),
        }
    }

    /// The signer's own plan; `None` when the facts can't be judged.
    fn own_plan(&self, desk: &Desk<'_>, facts: &ContractFacts) -> Option<(Plan, Zone)> {
        let zone = self.zone(&facts.time_zone)?;
        let packs: Vec<&str> = facts.packs.iter().map(String::as_str).collect();
        let rules = desk.rulebook.rules_for(&packs)?;
        // A clock that was set back doesn't look at facts from before they were known.
        let newest = facts
            .events
            .last()
            .map_or(desk.now.at, |e| e.at.max(desk.now.at));
        let own = facts.facts(zone.clone()).under(&rules);
        let plan = plan::plan(&own, &rules, newest).ok()?;
        Some((plan, zone))
    }

    fn zone(&self, iana: &str) -> Option<Zone> {
        let mut zones = self.zones.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(zone) = zones.get(iana) {
            return Some(zone.clone());
        }
        let zone = fairlock_rulebook::zone::load(iana)?;
        zones.insert(iana.to_owned(), zone.clone());
        Some(zone)
    }

    fn signature(
        &self,
        lender: LenderId,
        phone: &DeviceRow,
        payload: &[u8],
        role: KeyRole,
    ) -> Signature {
        let binding = Binding {
            lender: lender.0,
            device: phone.device.0,
            spki_hash: phone.spki_sha256,
        };
        let reported = phone.reported.as_ref().map(|reported| reported.ksv);
        let ksv = self.generation_for(role, reported);
        Signature {
            kid: self.kid(role, ksv),
            cose: self.sign1(role, ksv, &binding.aad(Domain::Grant), payload),
        }
    }

    /// The generation whose key signs for a phone that reported this key set.
    pub(crate) fn generation_for(&self, role: KeyRole, reported: Option<u64>) -> u64 {
        let newest = self.newest();
        self.ring(|keys| keys.generation_for(role, reported, newest.as_deref()))
    }

    pub(crate) fn kid(&self, role: KeyRole, ksv: u64) -> Kid {
        self.ring(|keys| kid(&keys.public_in(role, ksv)))
    }

    /// A COSE_Sign1 by the key of a role in a generation.
    pub(crate) fn sign1(&self, role: KeyRole, ksv: u64, aad: &[u8], payload: &[u8]) -> Vec<u8> {
        let kid = self.kid(role, ksv);
        let message = to_be_signed(kid, Alg::Ed25519, aad, payload);
        let signature = self.ring(|keys| keys.sign(role, ksv, &message));
        assemble(kid, Alg::Ed25519, payload, &signature)
    }

    pub(crate) fn ring<T>(&self, read: impl FnOnce(&KeyRing) -> T) -> T {
        read(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The decoded body and the key it is for, when row, payload and role fit together.
fn read_body(row: &GrantRow) -> Option<(Grant, KeyRole)> {
    let grant = Grant::read(&row.payload).ok()?;
    let grants = [KeyRole::Restrict, KeyRole::Relax, KeyRole::Release];
    let role = grants
        .into_iter()
        .find(|role| role.role().code() == u64::from(row.role))?;
    let fits = grant.seq == row.seq
        && (role == KeyRole::Release) == (grant.level == Level::Released)
        && (role == KeyRole::Restrict) == row.tightening;
    fits.then_some((grant, role))
}

/// The highest level that a grant can bring.
fn reaches(grant: &Grant) -> Level {
    let later = grant.later.iter().map(|step| step.level);
    later.fold(grant.level, Level::max)
}

impl Prior {
    /// The same without the grant of that seq and later ones.
    fn before(mut self, seq: u64) -> Prior {
        self.grants.retain(|grant| grant.seq < seq);
        self
    }

    /// The highest level that the phone has or can come to with what it may have.
    fn reaches(&self) -> Level {
        self.grants.iter().map(reaches).fold(self.level, Level::max)
    }
}
