//! Reports: made when something worth telling has changed and the channel is open, signed one at
//! a time by the device key.

use alloc::string::ToString;
use alloc::vec::Vec;

use fairlock_protocol::channel::Frame;
use fairlock_protocol::cose::{Alg, assemble, to_be_signed};
use fairlock_protocol::grant::TIME_MAX;
use fairlock_protocol::ids::Domain;
use fairlock_protocol::in_force::Showing;
use fairlock_protocol::p256::low_s;
use fairlock_protocol::report::{Cause, OverlayKind, OverlayLive, Report, Shown, Why};
use fairlock_protocol::{InForce, Level, Moment};

use crate::AGENT_VERSION;
use crate::acting;
use crate::effect::{Effect, Signing};
use crate::state::{Enrolled, Link, SigningNow, State, Telling};

/// The level as seen on the phone, and the cause that stands before the grant's own.
type Truth = (Level, Option<Cause>);

/// What of a report is worth a new one when it changes: all but counters, clocks, what a step waits
/// for, and how long a notice has been looked at.
fn essence(report: &Report) -> Report {
    let shown = |shown: &Shown| Shown {
        times: 0,
        seconds: 0,
        ..*shown
    };
    let counts = report.shown.iter().filter(|shown| shown.first.is_some());
    Report {
        counter: 0,
        nonce: None,
        overlays: Vec::new(),
        shown: counts.map(shown).collect(),
        lower: 0,
        upper: None,
        why: Why {
            waits: Vec::new(),
            ..report.why
        },
        ..report.clone()
    }
}

/// Does the server have all that the phone would report?
pub(crate) fn is_told(state: &State) -> bool {
    state.enrolled().is_none_or(|enrolled| {
        let moment = state.time.moment();
        let report = content(enrolled, state.enrolments, &moment, acting::truth(state));
        let told = state.now.told.as_ref() == Some(&essence(&report));
        told && state.now.acked == enrolled.counter
    })
}

/// Starts a report if one is due: its counter is taken now, and stored before it is signed.
pub(crate) fn begin(state: &mut State) -> Option<Effect> {
    let moment = state.time.moment();
    let (enrolments, acked) = (state.enrolments, state.now.acked);
    let up = matches!(state.now.link, Link::Open | Link::Introduced);
    if !up || state.now.signing.is_some() || state.now.sign_failed || acting::awaits(state) {
        return None;
    }
    let told = state.now.told.clone();
    let truth = acting::truth(state);
    let enrolled = state.enrolled_mut()?;
    let mut report = content(enrolled, enrolments, &moment, truth);
    let tell = essence(&report);
    if told.as_ref() == Some(&tell) {
        return None;
    }
    enrolled.counter = enrolled.counter.max(acked) + 1;
    report.counter = enrolled.counter;
    // Every value of a state is within the report's bounds; if one weren't, a phone that can't
    // report must still go on obeying.
    let payload = report.payload().ok()?;
    let aad = enrolled.binding().aad(Domain::Report);
    let bytes = to_be_signed(enrolled.key.kid(), Alg::Esp256, &aad, &payload);
    state.now.signing = Some(SigningNow {
        report: Some(Telling {
            payload,
            told: tell,
        }),
    });
    Some(Effect::Sign {
        what: Signing::Report,
        bytes,
    })
}

fn content(enrolled: &Enrolled, enrolments: u64, moment: &Moment, truth: Truth) -> Report {
    let in_force = &enrolled.in_force;
    Report {
        counter: enrolled.counter,
        nonce: enrolled.contact.map(|contact| contact.nonce),
        seq: in_force.highest,
        in_force: in_force.hash,
        grant_level: in_force.grant_level(),
        level: truth.0,
        why: why(in_force, moment, truth),
        overlays: overlays(in_force, moment),
        shown: in_force.shown.iter().filter_map(shown).collect(),
        rejects: enrolled.rejects.clone(),
        code_tries: enrolled.codes.wrong,
        lower: moment.lower.min(TIME_MAX),
        upper: moment.upper.map(|upper| upper.min(TIME_MAX)),
        ksv: enrolled.keys.ksv,
        charter_n: enrolled.charter.n,
        enrolments,
        agent: AGENT_VERSION.to_string(),
        os_patch: enrolled.os_patch.clone(),
        backend: enrolled.backend.clone(),
        passes: in_force.passes,
    }
}

fn why(in_force: &InForce, moment: &Moment, (_, cause): Truth) -> Why {
    let why = in_force.why(moment);
    Why {
        cause: cause.unwrap_or(why.cause),
        ..why
    }
}

fn overlays(in_force: &InForce, moment: &Moment) -> Vec<OverlayLive> {
    let live = |kind, left_s| OverlayLive { kind, left_s };
    let timed = |kind, until: Option<u64>| {
        until.map(|until| live(kind, until.saturating_sub(moment.running)))
    };
    let caps = in_force.caps.iter();
    let caps = caps.map(|cap| live(OverlayKind::Cap, cap.until.saturating_sub(moment.lower)));
    let pass = timed(OverlayKind::Pass, in_force.pass_until);
    let code = timed(OverlayKind::Code, in_force.code_until);
    pass.into_iter().chain(code).chain(caps).collect()
}

/// Notices that were never put before anyone aren't told.
fn shown(showing: &Showing) -> Option<Shown> {
    (showing.times > 0).then(|| Shown {
        id: showing.id,
        first: showing.first.map(|first| first.lower.min(TIME_MAX)),
        times: showing.times,
        seconds: showing.seconds.min(TIME_MAX),
    })
}

/// The key store has signed a report: send it.
pub(crate) fn signed(state: &mut State, telling: Telling, der: &[u8]) -> Option<Effect> {
    let Telling { payload, told } = telling;
    let signature = low_s(der);
    let Some((enrolled, signature)) = state.enrolled().zip(signature) else {
        state.now.sign_failed = true;
        return None;
    };
    if !matches!(state.now.link, Link::Open | Link::Introduced) {
        return None;
    }
    let object = assemble(enrolled.key.kid(), Alg::Esp256, &payload, &signature);
    state.now.told = Some(told);
    Some(Effect::Send(Frame::Report(object).encode()))
}
