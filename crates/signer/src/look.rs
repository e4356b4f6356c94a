//! The signer's own second look at a body before it tightens anything.
//!
//! It reads the facts again, plans again, and holds the body against that plan, rule by rule. It
//! shares no code with `convert` on purpose: the two must agree, and a fault in one must not pass
//! the other. It never asks why a body was made.

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::plan::{self, Plan};
use fairlock_protocol::{Grant, Level, Notice, Step};

/// Why the signer refuses a body, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The row, its payload and its role don't fit together.
    Body,
    /// The contract isn't there, or its facts can't be judged.
    Facts,
    /// RELEASE without a ledger that says so, or a tightening of a contract that is paid.
    Paid,
    /// It is to be signed as a loosening and is none of what the phone may have.
    NotLoosening,
    /// A tightening without warrant or base.
    Unwarranted,
    /// It begins with more than the plan has.
    Level,
    /// The amount isn't the one that restores now.
    Pay,
    /// A notice that the plan doesn't have, or of another amount or day.
    Notice,
    /// A step while a hold lasts.
    Hold,
    /// A step that the plan doesn't have, or not yet.
    Step,
    /// A step with a looser guard than the plan's.
    Guard,
    /// A step too soon after the phone was set up anew.
    ResetLead,
    /// It names a key set below the floor: the phone would cut it.
    KeySet,
}

impl Refusal {
    /// As it is stored and shown.
    pub const fn code(self) -> &'static str {
        match self {
            Refusal::Body => "body",
            Refusal::Facts => "facts",
            Refusal::Paid => "paid",
            Refusal::NotLoosening => "not_loosening",
            Refusal::Unwarranted => "unwarranted",
            Refusal::Level => "level",
            Refusal::Pay => "pay",
            Refusal::Notice => "notice",
            Refusal::Hold => "hold",
            Refusal::Step => "step",
            Refusal::Guard => "guard",
            Refusal::ResetLead => "reset_lead",
            Refusal::KeySet => "key_set",
        }
    }
}

/// May a RESTRICT key sign this, by the signer's own plan?
pub fn tightening(grant: &Grant, plan: &Plan, zone: &Zone) -> Result<(), Refusal> {
    if plan.level == plan::Level::Released {
        return Err(Refusal::Paid);
    }
    if grant.warrant.is_none() || grant.base.is_none() {
        return Err(Refusal::Unwarranted);
    }
    let reached = plan.reached.iter().map(|step| step.level);
    let highest = reached.chain([plan.level]).max();
    if highest.is_none_or(|highest| rank(grant.level) > highest) {
        return Err(Refusal::Level);
    }
    let asked = u64::try_from(plan.restore.minor()).unwrap_or(0);
    let asked = (asked > 0 && plan.may_demand).then_some(asked);
    if grant.pay != asked {
        return Err(Refusal::Pay);
    }
    if !grant.notices.iter().all(|notice| is_known(notice, plan)) {
        return Err(Refusal::Notice);
    }
    if !grant.later.is_empty() && !plan.holds.is_empty() {
        return Err(Refusal::Hold);
    }
    grant
        .later
        .iter()
        .try_for_each(|step| check_step(step, grant, plan, zone))
}

/// Whoever set a phone up anew, after a factory reset or a loss, sees its notices first: nothing
/// that limits begins sooner than `lead_h` after that, whatever the plan says.
pub fn after_reset(grant: &Grant, anew_since: u64, lead_h: u16) -> Result<(), Refusal> {
    let from = anew_since + u64::from(lead_h) * 3600;
    let limits = |step: &&Step| step.level > Level::Remind;
    match grant
        .later
        .iter()
        .filter(limits)
        .all(|step| step.at >= from)
    {
        true => Ok(()),
        false => Err(Refusal::ResetLead),
    }
}

/// A notice stands in the running sequence, or is due now; nobody is asked for more than is owed.
fn is_known(notice: &Notice, plan: &Plan) -> bool {
    let served = plan
        .notices_served
        .iter()
        .find(|n| n.notice_number == notice.id);
    let due = plan
        .notices_due
        .iter()
        .find(|n| n.notice_number == notice.id);
    let (level, amount) = match (served, due) {
        (Some(served), _) => (served.level, served.arrears),
        (None, Some(due)) => (due.level, plan.arrears),
        (None, None) => return false,
    };
    plan.may_demand && rank(notice.level) == level && i128::from(notice.amount) <= amount.minor()
}

fn check_step(step: &Step, grant: &Grant, plan: &Plan, zone: &Zone) -> Result<(), Refusal> {
    let level = rank(step.level);
    if level == plan::Level::Remind {
        let stands = plan.level >= level || plan.reached.iter().any(|step| step.level > level);
        return if stands { Ok(()) } else { Err(Refusal::Step) };
    }
    let reached = plan.reached.iter().find(|own| own.level == level);
    let coming = plan
        .steps
        .iter()
        .find(|own| own.level == level && not_after(own.at, step.at));
    let own = reached.or(coming).ok_or(Refusal::Step)?;
    let asked = own.guards.as_ref().ok_or(Refusal::Step)?;
    let mut before = Some(plan.level);
    let falls = plan
        .steps
        .iter()
        .find(|own| before.replace(own.level) > Some(own.level));
    let ends = falls.is_none_or(|fall| step.guards.before.is_some_and(|b| not_before(fall.at, b)));
    if ends && is_tight(step, asked, grant, zone) {
        Ok(())
    } else {
        Err(Refusal::Guard)
    }
}

/// Every guard at least as tight as the plan's.
fn is_tight(step: &Step, asked: &plan::Guards, grant: &Grant, zone: &Zone) -> bool {
    let (own, level) = (&step.guards, step.level);
    let at = Instant::from_unix_seconds(i64::try_from(step.at).unwrap_or(i64::MAX));
    let mut of_level = asked
        .notices
        .iter()
        .filter(|asked| asked.level >= rank(level));
    let notices = of_level.all(|asked| {
        let id = asked.notice_number;
        own.notices.contains(&id) && grant.notice(id).is_some()
    });
    let window = own.window.is_some_and(|window| {
        i32::from(window.offset_min) == zone.offset_minutes_at(at)
            && window.from_min >= asked.from_minute
            && window.to_min <= asked.to_minute
            && window.days & !asked.weekdays == 0
    });
    let before = match (own.before, asked.before) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(own), Some(asked)) => not_before(asked, own),
    };
    let long_enough = |own: Option<u16>, asked: u32| u32::from(own.unwrap_or(0)) >= asked;
    !own.notices.is_empty()
        && notices
        && window
        && before
        && long_enough(own.lead_h, asked.lead_hours)
        && long_enough(own.dwell_h, asked.dwell_hours)
}

/// The plan's instant isn't after the grant's second.
fn not_after(plan: Instant, grant: u64) -> bool {
    plan.unix_nanos() <= i128::from(grant) * 1_000_000_000
}

/// The plan's instant isn't before the grant's second.
fn not_before(plan: Instant, grant: u64) -> bool {
    plan.unix_nanos() >= i128::from(grant) * 1_000_000_000
}

/// A wire level in the plan's order.
fn rank(level: Level) -> plan::Level {
    match level {
        Level::Released => plan::Level::Released,
        Level::Free => plan::Level::Free,
        Level::Remind => plan::Level::Remind,
        Level::Reduce => plan::Level::Reduce,
        Level::Lock => plan::Level::Lock,
    }
}
