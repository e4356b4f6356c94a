//! One event at a time: what it changes, then what has to be stored, done, shown, told and awaited,
//! in this order.

use alloc::vec::Vec;

use fairlock_protocol::sha256;

use crate::effect::Effect;
use crate::event::{Event, Now};
use crate::state::{Enrolled, Link, SigningNow, State};
use crate::{STORE_EVERY_S, acting, code, enrol, link, notice, renew, report, screen};

/// What the phone does about an event. Total: every state takes every event.
pub fn step(mut state: State, event: Event, now: Now) -> (State, Vec<Effect>) {
    let before = state.enrolled().cloned();
    match event {
        Event::Start {
            boot,
            entropy,
            capabilities,
        } => {
            state.time.start(boot, now.running);
            state.now.entropy = Some((entropy, 0));
            state.now.capabilities = capabilities;
            acting::booted(&mut state);
        }
        _ => state.time.update(now.running),
    }
    let must_store = matches!(event, Event::Shutdown);
    settle(&mut state);
    let later = handle(&mut state, event);
    settle(&mut state);
    let mut visible = Vec::new();
    make_visible(&mut state, &mut visible);
    let sign = renew::begin(&mut state).or_else(|| report::begin(&mut state));
    let mut effects = Vec::new();
    store_if_changed(&mut state, before, must_store, &mut effects);
    effects.extend(visible);
    effects.extend(later);
    effects.extend(sign);
    if let Some(running) = next_wake(&state) {
        effects.push(Effect::WakeAt {
            running: state.time.reading_at(running),
        });
    }
    (state, effects)
}

/// What the event itself asks for, beyond what its changes bring about.
fn handle(state: &mut State, event: Event) -> Vec<Effect> {
    let mut further = None;
    let effect = match event {
        Event::Start { .. } => {
            advance(state);
            link::contact_now(state)
        }
        Event::Tick => {
            state.now.sign_failed = false;
            acting::try_again(state);
            advance(state);
            link::contact_when_due(state)
        }
        Event::Enrol { bundle, facts } => enrol::ask(state, bundle, facts),
        Event::Answer(body) => enrol::answer(state, &body),
        Event::CharterAccepted => {
            renew::accepted(state);
            enrol::charter_accepted(state)
        }
        Event::NetworkUp => {
            further = link::contact_now(state);
            enrol::post_again(state)
        }
        Event::Signed(der) => match state.now.signing.take() {
            Some(SigningNow { report: None }) if state.enrolled().is_some() => {
                renew::signed(state, &der)
            }
            Some(SigningNow { report: None }) => enrol::charter_signed(state, &der),
            Some(SigningNow { report: Some(told) }) => {
                let report = report::signed(state, told, &der);
                further = report.as_ref().and_then(|_| link::introduced(state));
                report
            }
            None => None,
        },
        Event::Frame(bytes) => link::frame(state, &bytes),
        event => {
            note(state, event);
            None
        }
    };
    effect.into_iter().chain(further).collect()
}

/// Events that only change the state; each is named, so that a new one must be thought about.
fn note(state: &mut State, event: Event) {
    match event {
        Event::SignFailed => {
            state.now.signing = None;
            state.now.sign_failed = true;
        }
        Event::ScreenOn => state.now.screen_on = true,
        Event::ScreenOff => {
            state.now.screen_on = false;
            state.now.watched = None;
            state.now.code = None;
        }
        Event::Backend(observed) => acting::seen(state, observed),
        Event::Connected => link::connected(state),
        Event::Disconnected => link::disconnected(state),
        Event::Scanned(text) => link::scanned(state, &text),
        Event::CodeTyped(text) => code::typed(state, &text),
        Event::PassPressed => press_pass(state),
        Event::Start { .. } | Event::Tick | Event::Shutdown | Event::NetworkUp => {}
        Event::Enrol { .. } | Event::Answer(_) | Event::CharterAccepted => {}
        Event::Frame(_) | Event::Signed(_) => {}
    }
}

/// What time lowers, and the seconds that a notice was looked at.
fn settle(state: &mut State) {
    let moment = state.time.moment();
    if let Some(enrolled) = state.enrolled_mut() {
        enrolled.in_force.settle(&moment);
    }
    notice::count(state);
}

/// The only place in which anything gets stricter.
fn advance(state: &mut State) {
    let moment = state.time.moment();
    if let Some(enrolled) = state.enrolled_mut() {
        enrolled.in_force.advance(&moment);
    }
}

fn press_pass(state: &mut State) {
    let running = state.time.running;
    if let Some(enrolled) = state.enrolled_mut() {
        let pass = enrolled.charter.pass;
        enrolled.in_force.press_pass(&pass, running);
    }
}

/// Has anything changed that must survive a power cut? Running time alone is stored by the clock.
fn has_changed(before: Option<Enrolled>, now: &Enrolled) -> bool {
    before.is_none_or(|mut before| {
        before.in_force.at = now.in_force.at;
        before.in_force.paused = now.in_force.paused;
        before != *now
    })
}

fn store_if_changed(
    state: &mut State,
    before: Option<Enrolled>,
    must_store: bool,
    effects: &mut Vec<Effect>,
) {
    let Some(enrolled) = state.enrolled() else {
        return;
    };
    let overdue = state.time.running.saturating_sub(state.now.stored_at) >= STORE_EVERY_S;
    if must_store || overdue || has_changed(before, enrolled) {
        state.now.stored_at = state.time.running;
        effects.push(Effect::Store(state.encode()));
    }
}

/// The level first, then the screen that tells of it.
fn make_visible(state: &mut State, effects: &mut Vec<Effect>) {
    effects.extend(acting::act(state));
    let screen = screen::build(state);
    let hash = Some(sha256(&screen.encode()));
    if state.now.screen != hash {
        state.now.screen = hash;
        effects.push(Effect::Show(screen));
    }
}

/// The next running time at which anything could happen by itself.
fn next_wake(state: &State) -> Option<u64> {
    let moment = state.time.moment();
    let in_force = state.in_force().and_then(|in_force| in_force.next(&moment));
    let contact = match state.now.link {
        // The channel is being opened: its answer is an event.
        Link::Open => None,
        _ => link::next_contact(state),
    };
    let (notice, acting, code) = (notice::next(state), acting::next(state), code::next(state));
    [in_force, contact, notice, acting, code]
        .into_iter()
        .flatten()
        .min()
}
