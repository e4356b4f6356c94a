//! What a report changes: delivery, what the phone has, and facts of its contract.
//!
//! A report is verified, then stored, then read. Three things in it are facts that the engine
//! must know: a notice that the phone showed, an emergency pass that was pressed, and a phone
//! that has less than its grant gives it (it lost its state). Each makes the contract due for
//! review; what follows from it is the money side's work.
//!
//! Failure is a report that isn't this phone's, or an old one: nothing of it is kept.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::rules::Proof;
use fairlock_domain::standing::{Event, EventKind, NoticeId};
use fairlock_protocol::channel::Refused;
use fairlock_protocol::p256::DeviceKey;
use fairlock_protocol::report::OverlayKind;
use fairlock_protocol::{Level, Report};
use fairlock_storage::{
    ChangeSet, CommitError, ContractChange, ContractFacts, DeviceRow, NewReport, PhoneVerdict,
    ReportTaken, Stamp, StoreError,
};

use super::binding_of;
use crate::Shared;
use crate::money::desk::UnknownName;
use crate::money::replan::{self, ReplanError};
use crate::running::Change;

/// The channel by which a phone's own screen serves notices.
const CHANNEL: &str = "phone";

/// A notice that was shown at an hour that doesn't count as service is told again after this, as
/// long as the phone reports it and the engine waits for it.
const TOLD_AGAIN_AFTER: Span = Span::hours(1);

/// News of the contract may come between reading and writing so many times.
const TRIES: u32 = 8;

/// Passes that one report can bring: a phone that was away for a year has at most a dozen.
const PASSES_MAX: u64 = 12;

/// Cuts count from this code on (protocol: `CutReason`), refusals below it.
const CUTS_FROM: u64 = 101;

/// Why a report isn't taken, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("refused: {0:?}")]
    Refused(Refused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A report that was taken.
pub struct Taken {
    pub counter: u64,
    /// Highest seq that it names: accepted, refused or cut.
    pub answered: u64,
    /// Versions of its key set and its charter.
    pub ksv: u64,
    pub charter: u64,
}

/// Verifies and stores a report, and tells the engine what it must know.
pub fn take(shared: &Shared, device: &DeviceRow, cose: &[u8]) -> Result<Taken, ReportError> {
    let refused = |why| ReportError::Refused(why);
    let key = DeviceKey::from_spki(&device.spki).ok_or(refused(Refused::Report))?;
    let report = fairlock_issuer::open_report(cose, &binding_of(shared, device), &key)
        .map_err(|_| refused(Refused::Report))?;
    let received = shared.stamp();
    let row = row(device, &report, received, cose);
    match shared.store.take_report(shared.lender, row)? {
        ReportTaken::UnknownDevice => return Err(refused(Refused::UnknownDevice)),
        ReportTaken::Stale { .. } => return Err(refused(Refused::Counter)),
        ReportTaken::Stored { payload_known, .. } if !payload_known => {
            // The signer holds this phone's tightenings from now on.
            tracing::error!(device = %device.device, "a phone runs a payload that was never signed here");
        }
        ReportTaken::Stored { .. } => {}
    }
    check_time(device, &report, received.at);
    if let Err(error) = tell_engine(shared, device, &report, received) {
        // The report is stored; the next one tells again what isn't known then.
        tracing::error!(device = %device.device, %error, "a report's facts couldn't be recorded");
    }
    shared.announce(Change::Contract(device.contract_id.clone()));
    let named = report.rejects.iter().map(|reject| reject.seq);
    Ok(Taken {
        counter: report.counter,
        answered: named.fold(report.seq, u64::max),
        ksv: report.ksv,
        charter: report.charter_n,
    })
}

fn row(device: &DeviceRow, report: &Report, received: Stamp, cose: &[u8]) -> NewReport {
    let none = [0; 32];
    let verdicts = report.rejects.iter().filter(|reject| reject.seq > 0);
    NewReport {
        device: device.device,
        counter: report.counter,
        received,
        seq: report.seq,
        payload_sha256: (report.in_force != none).then_some(report.in_force),
        grant_level: row_level(report.grant_level),
        level: row_level(report.level),
        ksv: report.ksv,
        verdicts: verdicts
            .map(|reject| {
                let verdict = PhoneVerdict {
                    refused: reject.code < CUTS_FROM,
                    code: reject.code.to_string(),
                };
                (reject.seq, verdict)
            })
            .collect(),
        cose: cose.to_vec(),
    }
}

/// A phone that is sure of a wrong time is worth a look; it makes itself no stricter, and its
/// next contact token sets it right.
fn check_time(device: &DeviceRow, report: &Report, now: Instant) {
    let now = u64::try_from(now.unix_seconds()).unwrap_or(0);
    const TOLERANCE_S: u64 = 600;
    let ahead = report.lower > now.saturating_add(TOLERANCE_S);
    let behind = report
        .upper
        .is_some_and(|u| u.saturating_add(TOLERANCE_S) < now);
    if ahead || behind {
        tracing::warn!(
            device = %device.device,
            lower = report.lower,
            upper = report.upper,
            now,
            "a phone's bounds of time don't hold the server's time; expected them around it"
        );
    }
}

/// What can keep facts of a report from being recorded.
#[derive(Debug, thiserror::Error)]
enum TellError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Replan(#[from] ReplanError),
    #[error("news of the contract came in between {TRIES} times")]
    Busy,
}

fn tell_engine(
    shared: &Shared,
    device: &DeviceRow,
    report: &Report,
    received: Stamp,
) -> Result<(), TellError> {
    let lost_state = has_less_than_granted(shared, device, report)?;
    if lost_state {
        // The signer lets nothing begin for a while: whoever set it up anew sees its notices first.
        shared
            .store
            .mark_reset(shared.lender, device.device, received.at)?;
    }
    let has_shown = report.shown.iter().any(|shown| shown.first.is_some());
    if !lost_state && !has_shown && report.passes == 0 {
        return Ok(());
    }
    for _ in 0..TRIES {
        let Some(known) = shared.store.facts(shared.lender, &device.contract_id)? else {
            return Ok(());
        };
        let pressed = pressed_at(shared, &known, report, received.at)?;
        let mut events = passes(&known, report, pressed);
        if has_shown {
            events.extend(shown(shared, &known, report, received.at)?);
        }
        if events.is_empty() && !lost_state {
            return Ok(());
        }
        let mut change = ContractChange::new(&device.contract_id, known.version);
        change.events = events;
        let mut set = ChangeSet::new(received);
        set.contracts.push(change);
        match shared.store.commit(shared.lender, set) {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(TellError::Busy)
}

/// The phone has accepted its newest grant, and is below the level with which that begins: its
/// state was lost, and it needs its steps again.
fn has_less_than_granted(
    shared: &Shared,
    device: &DeviceRow,
    report: &Report,
) -> Result<bool, StoreError> {
    let newest = shared.store.newest_signed(shared.lender, device.device)?;
    Ok(newest.is_some_and(|newest| {
        newest.payload_sha256 == report.in_force && row_level(report.grant_level) < newest.level
    }))
}

/// Emergency passes that the contract doesn't know yet, at the instant of pressing as far as it
/// can be told: a pass that is still running says how much of it is left.
fn passes(known: &ContractFacts, report: &Report, pressed: Instant) -> Vec<Event> {
    let is_pass = |event: &&Event| event.kind == EventKind::EmergencyPass;
    let recorded = known.events.iter().filter(is_pass).count() as u64;
    let new = report.passes.saturating_sub(recorded).min(PASSES_MAX);
    if new == 0 {
        return Vec::new();
    }
    let newest = known.events.last().map_or(pressed, |event| event.at);
    let event = Event {
        at: pressed.max(newest),
        kind: EventKind::EmergencyPass,
    };
    (0..new).map(|_| event.clone()).collect()
}

/// When the newest pass was pressed: as far back as it has run, or its whole time ago when it is
/// over. So the engine's pass ends when the phone's does.
fn pressed_at(
    shared: &Shared,
    known: &ContractFacts,
    report: &Report,
    now: Instant,
) -> Result<Instant, ReplanError> {
    let rules = shared.money.desk.rules(&known.packs);
    let rules = rules.map_err(|problem| unknown(known, problem))?;
    let passes = rules.packs.iter().filter_map(|pack| pack.pass.as_ref());
    let Some(lasts) = passes.map(|pass| pass.value.lasts).max() else {
        return Ok(now);
    };
    let overlays = report.overlays.iter();
    let passes = overlays.filter(|overlay| overlay.kind == OverlayKind::Pass);
    let left = passes.map(|overlay| overlay.left_s).max();
    let left = i64::try_from(left.unwrap_or(0)).unwrap_or(i64::MAX);
    let ran = lasts.as_seconds().saturating_sub(left).max(0);
    Ok(Instant::from_unix_nanos(
        now.unix_nanos() - i128::from(ran) * 1_000_000_000,
    ))
}

fn unknown(known: &ContractFacts, problem: UnknownName) -> ReplanError {
    ReplanError::Unknown {
        contract_id: known.contract.id.clone(),
        problem,
    }
}

/// Notices that the phone showed and that the contract doesn't know to be shown.
fn shown(
    shared: &Shared,
    known: &ContractFacts,
    report: &Report,
    now: Instant,
) -> Result<Vec<Event>, ReplanError> {
    let desk = &shared.money.desk;
    let zone = desk.zone(&known.time_zone);
    let zone = zone.map_err(|problem| unknown(known, problem))?;
    let now = known.events.last().map_or(now, |event| event.at.max(now));
    let plan = replan::judge(desk, known, zone, &[], now)?.plan;
    let due = plan
        .notices_due
        .iter()
        .map(|n| (n.notice_number, &n.pack, &n.notice, n.at, true));
    let served = plan.notices_served.iter();
    let served = served.map(|n| (n.notice_number, &n.pack, &n.notice, n.at, false));
    let mut events = Vec::new();
    for (number, pack, notice, since, is_due) in due.chain(served) {
        let first = report
            .shown
            .iter()
            .find(|s| s.id == number && s.first.is_some());
        let told = last_told(known, pack, notice).filter(|told| *told >= since);
        let again = |told: Instant| is_due && told.plus(TOLD_AGAIN_AFTER) <= now;
        if first.is_some() && since <= now && told.is_none_or(again) {
            let notice = NoticeId {
                pack: pack.clone(),
                notice: notice.clone(),
            };
            let kind = EventKind::Notice {
                notice,
                channel: CHANNEL.to_owned(),
                proof: Proof::Shown,
            };
            events.push(Event { at: now, kind });
        }
    }
    Ok(events)
}

/// When the phone was last said to have shown a notice.
fn last_told(known: &ContractFacts, pack: &str, notice: &str) -> Option<Instant> {
    let is_it = |event: &&Event| match &event.kind {
        EventKind::Notice {
            notice: id,
            channel,
            ..
        } => channel == CHANNEL && id.pack == pack && id.notice == notice,
        _ => false,
    };
    known.events.iter().rev().find(is_it).map(|event| event.at)
}

/// A wire level in the store's words.
fn row_level(level: Level) -> fairlock_domain::rules::Level {
    use fairlock_domain::rules::Level as Row;
    match level {
        Level::Released => Row::Released,
        Level::Free => Row::Free,
        Level::Remind => Row::Remind,
        Level::Reduce => Row::Reduce,
        Level::Lock => Row::Lock,
    }
}
