//! The one place where a plan becomes a grant.
//!
//! A grant is made only when what the phone has says something else. `steps[0]` is never above
//! the level that the phone has; everything stricter, also of now, is a later step with guards.
//! What the phone has is what it last reported, or may have accepted since; where that is in
//! doubt, the new grant counts as a tightening.
//!
//! **A fall goes alone.** When the level falls, the grant is a plain loosening: a RELAX key signs
//! it, and it never waits behind the lock budget. What the plan wants ahead comes in the next
//! grant, for which the caller is told to look again at once.
//!
//! On purpose absent: `lapse` and `end` (the charter's count), and any amount but `pay` and the
//! notices'.

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::money::Money;
use fairlock_domain::plan::{self, Plan};
use fairlock_domain::rules::Rules;
use fairlock_issuer::left_of;
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::compare::{Remaining, compare};
use fairlock_protocol::grant::{LATER_MAX, NOTICES_MAX, PACKS_MAX, RULES_MAX};
use fairlock_protocol::{Charter, Grant, Level, Notice, Step, Warrant, sha256};
use fairlock_storage::{DeviceId, NewGrant};

use crate::KeyRole;
use crate::ladder::{self, Terms, seconds, seconds_up};

/// What a phone has, as far as the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prior {
    /// Highest seq taken for this phone, signed or not; 0 before the first.
    pub seq: u64,
    /// The key set that the phone last reported; the first one before its first report.
    pub ksv: u64,
    /// Grant level as last reported; `free` before the first report.
    pub level: Level,
    /// The phone reported the first of `grants` as in force.
    pub reported: bool,
    /// What it may have in force when the next grant arrives, oldest first: the grant that it
    /// reported, and every one after it that is signed or waits to be.
    pub grants: Vec<Grant>,
    /// It refused or cut the newest one, so that one isn't what it has.
    pub disobeyed: bool,
    pub charter: Charter,
    /// When it was enrolled, or last forgot what it had been granted: from then on nothing that
    /// limits begins for the charter's `reset_lead_h`. Unix seconds.
    pub anew_since: u64,
}

/// What a conversion reads besides the plan.
pub struct Context<'a> {
    pub rules: &'a Rules,
    /// The contract's zone.
    pub zone: &'a Zone,
    /// Of the decision record.
    pub decision: [u8; 16],
    pub now: Instant,
}

/// A grant's body, to be signed by a key of `role`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantBody {
    pub grant: Grant,
    /// Its bytes.
    pub payload: Vec<u8>,
    pub role: KeyRole,
    pub tightening: bool,
}

/// The answer of a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// `None`: the newest grant says all that the plan wants.
    pub body: Option<GrantBody>,
    /// When to convert again even if nothing new becomes known: a step's `before` runs out, a day
    /// passes on which a step can't begin, or a ladder follows a fall.
    pub again_at: Option<Instant>,
}

/// Makes the grant that `plan` wants of the phone described by `prior`.
///
/// Fails only when the grant has a value that no phone would read, which the domain's bounds rule
/// out.
pub fn grant(plan: &Plan, prior: &Prior, context: &Context<'_>) -> Result<Converted, Malformed> {
    let newest = prior.grants.last();
    // Released is final, by a grant or by the contract's end on the phone itself.
    let released = newest.is_some_and(|newest| newest.level == Level::Released);
    if released || prior.level == Level::Released {
        return Ok(Converted::NOTHING);
    }
    let iat = seconds(context.now);
    let mut draft = Grant::plain(prior.seq + 1, iat, prior.ksv, Level::Released);
    if plan.level == plan::Level::Released {
        return Converted::body(draft, KeyRole::Release, false, None);
    }
    let held = prior.held();
    let terms = Terms {
        charter: &prior.charter,
        zone: context.zone,
        iat,
        not_before: prior.not_before(),
    };
    let wanted = ladder::wanted(plan, held, &terms);
    draft.level = held.min(wanted.level);
    draft.later = wanted.later;
    draft.notices = notices(plan, &draft.later, context);
    draft.pay = pay(plan);
    if let Some(newest) = newest {
        keep_waiting(&mut draft, newest);
    }
    let tomorrow = wanted.blocked.then(|| tomorrow(context));
    let runs_out = draft.later.iter().filter_map(|step| step.guards.before);
    let runs_out = runs_out.min().map(instant);
    let again_at = [tomorrow, runs_out].into_iter().flatten().min();
    let same = |newest: &Grant| says_the_same(newest, held, &draft);
    if !prior.disobeyed && newest.is_some_and(same) {
        let body = None;
        return Ok(Converted { body, again_at });
    }
    if is_loosening(&draft, prior) {
        return Converted::body(draft, KeyRole::Relax, false, again_at);
    }
    if newest.is_none() || draft.level < held {
        make_plain(&mut draft, prior);
        return Converted::body(draft, KeyRole::Relax, false, Some(context.now));
    }
    draft.base = Some(prior.seq);
    draft.warrant = Some(warrant(&draft, plan, context));
    Converted::body(draft, KeyRole::Restrict, true, again_at)
}

impl Converted {
    const NOTHING: Converted = Converted {
        body: None,
        again_at: None,
    };

    fn body(
        grant: Grant,
        role: KeyRole,
        tightening: bool,
        again_at: Option<Instant>,
    ) -> Result<Converted, Malformed> {
        let payload = grant.payload()?;
        let body = Some(GrantBody {
            grant,
            payload,
            role,
            tightening,
        });
        Ok(Converted { body, again_at })
    }
}

impl GrantBody {
    /// As the store keeps it until it is signed.
    pub fn row(&self, device: DeviceId, decision_hash: [u8; 16]) -> NewGrant {
        NewGrant {
            device,
            seq: self.grant.seq,
            role: self.role.role().code() as u8,
            tightening: self.tightening,
            level: domain_level(self.grant.level),
            payload_sha256: sha256(&self.payload),
            payload: self.payload.clone(),
            decision_hash,
        }
    }
}

impl Prior {
    /// The first second at which a step above `remind` may begin on this phone.
    pub(crate) fn not_before(&self) -> u64 {
        self.anew_since + u64::from(self.charter.reset_lead_h) * 3600
    }

    /// The grant level that the phone has once every grant on its way has arrived, as far as can
    /// be known: never more than it really has.
    fn held(&self) -> Level {
        let unreported = self.grants.iter().skip(usize::from(self.reported));
        let lowest = unreported.map(|grant| grant.level).min();
        lowest.map_or(self.level, |lowest| lowest.min(self.level))
    }
}

/// Notices of the grant: those served in the running sequence, and those due now, which the phone
/// shows as one of the channels. None while nobody may be asked for money.
fn notices(plan: &Plan, later: &[Step], context: &Context<'_>) -> Vec<Notice> {
    if !plan.may_demand {
        return Vec::new();
    }
    let served = plan.notices_served.iter().map(|n| Notice {
        id: n.notice_number,
        level: ladder::level_of(n.level),
        reason: n.notice_number,
        amount: minor(n.arrears),
        due_day: days(n.due_day),
        show_from: seconds(n.at),
    });
    let past_due = i32::try_from(plan.dpd).unwrap_or(i32::MAX);
    let oldest_due = context.zone.day_of(context.now).plus_days(-past_due);
    let due = plan.notices_due.iter().map(|n| Notice {
        id: n.notice_number,
        level: ladder::level_of(n.level),
        reason: n.notice_number,
        amount: minor(plan.arrears),
        due_day: days(oldest_due),
        show_from: seconds_up(n.at),
    });
    let mut all: Vec<Notice> = served.chain(due).collect();
    // Room is short only with many packs: those that a step rests on go first.
    let named = |id: u16| later.iter().any(|step| step.guards.notices.contains(&id));
    all.sort_by_key(|notice| (!named(notice.id), notice.id));
    all.truncate(NOTICES_MAX as usize);
    all.sort_by_key(|notice| notice.id);
    all.dedup_by_key(|notice| notice.id);
    all
}

fn pay(plan: &Plan) -> Option<u64> {
    let amount = minor(plan.restore);
    (plan.may_demand && amount > 0).then_some(amount)
}

/// A step that waits on the phone keeps its `before`: issuing a grant again is no reason to give
/// a step more time. Once that has passed, the step gets a new one.
fn keep_waiting(draft: &mut Grant, newest: &Grant) {
    let iat = draft.iat;
    for step in &mut draft.later {
        let waiting = newest.later.iter().find(|old| old.level == step.level);
        if let Some(old) = waiting
            && same_begin(old, step, iat)
            && old.guards.window == step.guards.window
            && old.guards.before.is_some_and(|before| before > iat)
        {
            step.guards.before = step.guards.before.min(old.guards.before);
        }
    }
}

/// Does the newest grant leave the phone where this draft would?
fn says_the_same(newest: &Grant, held: Level, draft: &Grant) -> bool {
    let waiting: Vec<&Step> = newest.later.iter().filter(|s| s.level > held).collect();
    draft.level == held
        && draft.pay == newest.pay
        && draft.notices == newest.notices
        && waiting.len() == draft.later.len()
        && waiting
            .iter()
            .zip(&draft.later)
            .all(|(old, new)| same_step(old, new, draft.iat))
}

fn same_step(old: &Step, new: &Step, iat: u64) -> bool {
    let mut guards = new.guards.clone();
    // A step that may begin offline was granted early enough; that it is near now changes nothing.
    if new.level == Level::Reduce && old.guards.silence_h.is_none() {
        guards.silence_h = None;
    }
    old.level == new.level && same_begin(old, new, iat) && old.guards == guards
}

/// The same instant, or both may begin at once: steps of now follow `iat` by a few seconds.
fn same_begin(old: &Step, new: &Step, iat: u64) -> bool {
    old.at == new.at || (old.at <= new.at && new.at <= iat + LATER_MAX)
}

/// Is it a loosening of whatever the phone may have, whichever of its steps may have begun?
pub(crate) fn is_loosening(draft: &Grant, prior: &Prior) -> bool {
    let (lapse, end) = (prior.charter.lapse, prior.charter.end());
    let is_loosening_of = |old: &Remaining<'_>| compare(draft, lapse, end, old).is_loosening();
    let nothing = Remaining {
        later: &[],
        cap: None,
        notices: &[],
        lapse,
        end,
    };
    // Of a grant that was refused or cut nobody knows here what is left.
    if (prior.grants.is_empty() || prior.disobeyed) && !is_loosening_of(&nothing) {
        return false;
    }
    prior.grants.iter().enumerate().all(|(place, old)| {
        let reported = prior.reported && place == 0;
        let begun = |step: &&Step| reported && step.level <= prior.level;
        let begun = old.later.iter().filter(begun).count();
        let may_have = old.later.iter().filter(|step| step.at <= draft.iat).count();
        (begun..=begun.max(may_have)).all(|begun| is_loosening_of(&left_of(old, begun, lapse, end)))
    })
}

/// Takes out everything that isn't a loosening of whatever the phone may have.
fn make_plain(draft: &mut Grant, prior: &Prior) {
    draft.later.clear();
    let everywhere = |notice: &Notice| prior.grants.iter().all(|g| g.notices.contains(notice));
    draft
        .notices
        .retain(|notice| !prior.grants.is_empty() && everywhere(notice));
}

/// What makes the draft lawful: every pack that was judged, and the rules its steps rest on.
fn warrant(draft: &Grant, plan: &Plan, context: &Context<'_>) -> Warrant {
    let mut packs: Vec<(u16, u16)> = context
        .rules
        .packs
        .iter()
        .map(|p| (p.number, p.version))
        .collect();
    packs.sort_unstable();
    packs.dedup_by_key(|pack| pack.0);
    packs.truncate(PACKS_MAX as usize);
    let granted = |step: &&plan::Step| {
        let level = ladder::level_of(step.level);
        draft.later.iter().any(|granted| granted.level == level)
    };
    let steps = plan.reached.iter().chain(&plan.steps).filter(granted);
    let mut rules: Vec<u16> = steps
        .filter_map(|step| step.guards.as_ref())
        .flat_map(|guards| guards.rules.iter().copied())
        .chain(draft.notices.iter().map(|notice| notice.reason))
        .collect();
    let remind = context
        .rules
        .packs
        .iter()
        .filter_map(|p| p.remind.min_days_past_due.as_ref());
    rules.extend(remind.map(|rule| rule.number));
    rules.sort_unstable();
    rules.dedup();
    rules.truncate(RULES_MAX as usize);
    Warrant {
        packs,
        rules,
        decision: context.decision,
        covered: u8::try_from(draft.later.len()).unwrap_or(u8::MAX),
    }
}

/// The beginning of the next local day.
fn tomorrow(context: &Context<'_>) -> Instant {
    let today = context.zone.day_of(context.now);
    context.zone.instant_of(today.plus_days(1), 0)
}

fn instant(seconds: u64) -> Instant {
    Instant::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Amounts are bounded by the domain; a negative one would be a fault, and demands nothing.
fn minor(amount: Money) -> u64 {
    u64::try_from(amount.minor()).unwrap_or(0)
}

fn days(day: Day) -> u32 {
    u32::try_from(day.unix_days()).unwrap_or(0)
}

fn domain_level(level: Level) -> plan::Level {
    match level {
        Level::Released => plan::Level::Released,
        Level::Free => plan::Level::Free,
        Level::Remind => plan::Level::Remind,
        Level::Reduce => plan::Level::Reduce,
        Level::Lock => plan::Level::Lock,
    }
}
