//! The gate: what a phone makes of a signed object. A grant is refused whole, or its strict parts
//! are cut and the rest takes effect, so that a bad ladder never keeps a paid phone locked.
//!
//! The order of the checks is the order of the variants of [`Refusal`], then of [`Cut`]. A refused
//! object changes nothing. Absent on purpose: any object that makes a phone stricter at once.

use alloc::vec::Vec;

use crate::cap::Cap;
use crate::channel::unwrap;
use crate::charter::Charter;
use crate::compare::{Comparison, compare};
use crate::contact::{ContactToken, TOKEN_SECONDS};
use crate::cose::{Alg, Sign1, verify_ed25519};
use crate::grant::{Grant, Lapse};
use crate::ids::{Binding, Domain, PayloadHash, lender_aad};
use crate::in_force::{InForce, Taken};
use crate::keyset::{KeySet, Role};
use crate::level::Level;
use crate::log::{Checkpoint, Proof};
use crate::moment::Moment;

pub use crate::refusal::Refusal;

pub(crate) mod limits;

/// A seq is at most so far above the highest accepted: a burnt one can't end the numbers.
pub const SEQ_JUMP_MAX: u64 = 10_000;
/// A grant's `iat` may be so many seconds after the upper bound.
pub const IAT_AHEAD_S: u64 = 600;

crate::codes! {
    /// Why a part of a grant is cut, in the order of the checks, and the number in reports.
    pub enum CutReason: "why a part is cut: 101 to 110" {
        /// The grant names an older key set than the floor, or a newer one than the phone has.
        Ksv = 101,
        /// The seq isn't higher than the highest accepted.
        Seq = 102,
        /// A tightening not by RESTRICT, or an earlier `end` not by RELEASE.
        Role = 103,
        /// Issued in the phone's future.
        Iat = 104,
        /// The signer didn't know the phone's highest seq.
        Base = 105,
        /// No warrant, or one that covers fewer steps.
        Warrant = 106,
        /// No proof of the log.
        Proof = 107,
        /// Beyond the charter or the compiled limits.
        Charter = 108,
        /// A lapse that would tighten by itself.
        Lapse = 109,
        /// An `end` that would move later.
        End = 110,
    }
}

/// One cut: why, and from which index in `steps` on; 0 when it wasn't a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    pub reason: CutReason,
    pub step: u8,
}

/// What the phone holds objects against.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'a> {
    pub binding: Binding,
    pub keys: &'a KeySet,
    pub charter: &'a Charter,
    pub moment: &'a Moment,
}

impl Checks<'_> {
    /// Later than this phone's time can be; without an upper bound nothing is.
    fn is_future(&self, iat: u64) -> bool {
        let ahead = |upper: u64| iat > upper.saturating_add(IAT_AHEAD_S);
        self.moment.upper.is_some_and(ahead)
    }
}

/// What became of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the grant in force already.
    Known,
    Accepted(Accepted),
}

/// A grant in force, less what was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub seq: u64,
    pub hash: PayloadHash,
    /// Something of it is stricter than what was in force.
    pub tightening: bool,
    /// Its signer believes that there is a newer key set: time to fetch it.
    pub newer_keys: bool,
    pub cuts: Vec<Cut>,
}

/// Verifies a travelling grant and puts in force what survives. `state` is untouched when the
/// grant is refused. Settle the state first ([`InForce::settle`]).
pub fn accept(state: &mut InForce, bytes: &[u8], checks: &Checks<'_>) -> Result<Outcome, Refusal> {
    if state.released.is_some() {
        return Err(Refusal::Released);
    }
    let travelling = unwrap(bytes).map_err(Refusal::Wrapper)?;
    let aad = checks.binding.aad(Domain::Grant);
    let (object, role) = open(travelling.grant, &aad, checks)?;
    let hash = object.hash();
    let seq = Grant::peek_seq(object.payload).map_err(Refusal::Schema)?;
    let read = Grant::read(object.payload);
    if hash == state.hash {
        return Ok(Outcome::Known);
    }
    let releases = read
        .as_ref()
        .is_ok_and(|grant| grant.level == Level::Released);
    if seq <= state.base && !releases {
        return Err(Refusal::SeqOld);
    }
    if seq > state.highest.saturating_add(SEQ_JUMP_MAX) {
        return Err(Refusal::SeqJump);
    }
    let grant = read.map_err(Refusal::Schema)?;
    let may_sign = match role {
        Role::Release => true,
        Role::Restrict | Role::Relax => !releases,
        _ => false,
    };
    if !may_sign {
        return Err(Refusal::Role);
    }
    let proof = travelling.proof.and_then(Proof::decode);
    let newer_keys = grant.ksv > checks.keys.ksv;
    let mut trial = Trial {
        grant,
        role,
        proven: proof.is_some_and(|proof| is_proven(&proof, &hash, checks)),
        state,
        checks,
        cuts: Vec::new(),
    };
    trial.cut_what_is_strict();
    trial.cut_what_exceeds_the_charter();
    let tightening = trial.compare().has_tightening();
    let (lapse, end) = (trial.settle_lapse(tightening), trial.settle_end());
    let Trial { grant, cuts, .. } = trial;
    state.take(Taken {
        kid: object.kid,
        hash,
        lapse,
        end,
        base: grant.base.filter(|_| tightening),
        grant,
    });
    Ok(Outcome::Accepted(Accepted {
        seq,
        hash,
        tightening,
        newer_keys,
        cuts,
    }))
}

/// The checks that all signed objects of the server share, up to the signature.
fn open<'a>(
    bytes: &'a [u8],
    aad: &[u8],
    checks: &Checks<'_>,
) -> Result<(Sign1<'a>, Role), Refusal> {
    let object = Sign1::parse(bytes)?;
    let entry = checks.keys.key(object.kid).ok_or(Refusal::UnknownKid)?;
    // An unlock must not fail because time went by.
    let ends = !matches!(entry.role, Role::Relax | Role::Release);
    if ends
        && entry
            .not_after
            .is_some_and(|not_after| checks.moment.lower > not_after)
    {
        return Err(Refusal::KeyExpired);
    }
    if object.alg != entry.alg.code() {
        return Err(Refusal::Alg);
    }
    let message = object.signed(Alg::Ed25519, aad);
    if !verify_ed25519(&entry.key, &message, &object.signature) {
        return Err(Refusal::Signature);
    }
    Ok((object, entry.role))
}

/// Does the log hold this grant, by a checkpoint that a LOG key signed?
fn is_proven(proof: &Proof, grant: &PayloadHash, checks: &Checks<'_>) -> bool {
    let aad = lender_aad(Domain::Checkpoint, &checks.binding.lender);
    let opened = open(&proof.checkpoint, &aad, checks);
    opened.is_ok_and(|(object, role)| {
        let checkpoint = Checkpoint::read(object.payload);
        role == Role::Log && checkpoint.is_ok_and(|one| proof.leads_to(&one, grant))
    })
}

/// Verifies a cap and puts it in force. Settle the state first ([`InForce::settle`]).
pub fn accept_cap(state: &mut InForce, bytes: &[u8], checks: &Checks<'_>) -> Result<(), Refusal> {
    if state.released.is_some() {
        return Err(Refusal::Released);
    }
    let aad = lender_aad(Domain::Cap, &checks.binding.lender);
    let (object, role) = open(bytes, &aad, checks)?;
    let cap = Cap::read(object.payload).map_err(Refusal::Schema)?;
    if role != Role::Safety {
        return Err(Refusal::Role);
    }
    if checks.is_future(cap.iat) {
        return Err(Refusal::Outside);
    }
    if cap.until > checks.moment.lower {
        state.add_cap(cap.level, cap.until);
    }
    Ok(())
}

/// A grant on its way through the cuts.
struct Trial<'a> {
    grant: Grant,
    role: Role,
    /// The log holds it.
    proven: bool,
    state: &'a InForce,
    checks: &'a Checks<'a>,
    cuts: Vec<Cut>,
}

impl Trial<'_> {
    fn lapse(&self) -> Lapse {
        let charter = self.checks.charter.lapse;
        self.grant
            .lapse
            .map_or(charter, |lapse| lapse.lower(charter))
    }

    fn end(&self) -> u64 {
        let charter = self.checks.charter.end();
        self.grant.end.map_or(charter, |end| end.min(charter))
    }

    fn compare(&self) -> Comparison {
        compare(
            &self.grant,
            self.lapse(),
            self.end(),
            &self.state.remaining(),
        )
    }

    /// Cuts the tightening part when one of its conditions isn't met.
    fn cut_what_is_strict(&mut self) {
        let strict = self.compare();
        if !strict.has_tightening() {
            return;
        }
        let (grant, keys, highest) = (&self.grant, self.checks.keys, self.state.highest);
        let base_is_old = |base| base < highest;
        let failed = [
            (
                CutReason::Ksv,
                !(keys.floor_ksv..=keys.ksv).contains(&grant.ksv),
            ),
            (CutReason::Seq, grant.seq <= highest),
            (CutReason::Role, self.role != Role::Restrict),
            (CutReason::Iat, self.checks.is_future(grant.iat)),
            (CutReason::Base, grant.base.is_none_or(base_is_old)),
            (CutReason::Warrant, grant.warrant.is_none()),
            (CutReason::Proof, keys.has_log() && !self.proven),
        ];
        if let Some((reason, _)) = failed.into_iter().find(|(_, failed)| *failed) {
            self.cut_steps_from(strict.steps, reason);
            let new = |id| strict.notices.contains(&id);
            self.grant.notices.retain(|notice| !new(notice.id));
            return;
        }
        let covered = grant.warrant.as_ref().map_or(0, |warrant| warrant.covered);
        let uncovered = |first: usize| first.max(usize::from(covered) + 1);
        let later = grant.later.len();
        if let Some(first) = strict.steps.map(uncovered).filter(|first| *first <= later) {
            self.cut_steps_from(Some(first), CutReason::Warrant);
        }
    }

    /// `index` counts from `steps[0]`; `None` notes a cut that wasn't a step.
    fn cut_steps_from(&mut self, index: Option<usize>, reason: CutReason) {
        if let Some(index) = index {
            self.grant.later.truncate(index.saturating_sub(1));
        }
        self.note(reason, index.unwrap_or(0));
    }

    fn note(&mut self, reason: CutReason, step: usize) {
        self.cuts.push(Cut {
            reason,
            step: step as u8,
        });
    }

    fn cut_what_exceeds_the_charter(&mut self) {
        let (grant, charter) = (&self.grant, self.checks.charter);
        let from = grant.iat.max(self.checks.moment.lower);
        let within = |step| limits::allows(charter, &grant.notices, step, from);
        if let Some(index) = self.grant.later.iter().position(|step| !within(step)) {
            self.cut_steps_from(Some(index + 1), CutReason::Charter);
        }
    }

    /// Without a tightening beside it a lapse that is longer in either part stays as in force.
    fn settle_lapse(&mut self, tightening: bool) -> Lapse {
        let (wanted, in_force) = (self.lapse(), self.state.lapse);
        if tightening || wanted.lower(in_force) == wanted {
            return wanted;
        }
        if self.grant.lapse.is_some() {
            self.note(CutReason::Lapse, 0);
        }
        in_force
    }

    /// `end` only ever moves earlier, and only by RELEASE.
    fn settle_end(&mut self) -> u64 {
        let (wanted, in_force) = (self.end(), self.state.end);
        let earlier = wanted < in_force;
        if earlier && self.role == Role::Release {
            return wanted;
        }
        if self.grant.end.is_some() && wanted != in_force {
            let reason = match earlier {
                true => CutReason::Role,
                false => CutReason::End,
            };
            self.note(reason, 0);
        }
        in_force
    }
}

/// Verifies a contact token against the nonce sent at running time `sent`, and the bounds of time
/// (`settled` says that no boot has happened since the last token).
pub fn open_token(
    bytes: &[u8],
    nonce: &[u8; 16],
    sent: u64,
    settled: bool,
    checks: &Checks<'_>,
) -> Result<ContactToken, Refusal> {
    let moment = checks.moment;
    let (object, role) = open(bytes, &checks.binding.aad(Domain::Contact), checks)?;
    let token = ContactToken::read(object.payload).map_err(Refusal::Schema)?;
    if role != Role::Contact {
        return Err(Refusal::Role);
    }
    if token.nonce != *nonce {
        return Err(Refusal::Nonce);
    }
    let travelled = moment.running.saturating_sub(sent);
    if travelled > TOKEN_SECONDS {
        return Err(Refusal::Late);
    }
    // The token is of an instant between sending and now, give or take its radius.
    let early = token.now + token.radius_s < moment.lower.saturating_sub(travelled);
    let late = moment
        .upper
        .is_some_and(|upper| token.now > upper.saturating_add(token.radius_s));
    if settled && (early || late) {
        return Err(Refusal::Outside);
    }
    Ok(token)
}
