//! The channel: who we are first, then check-ins out, grants and tokens in.
//!
//! A frame only ever puts things in force that lower, or that wait for their own moment: steps
//! begin in [`crate::Event::Tick`] alone, so that of several frames on their way the strict one
//! can't win by being first.

use fairlock_codes::qr;
use fairlock_display::Display;
use fairlock_protocol::InForce;
use fairlock_protocol::channel::{Frame, unwrap};
use fairlock_protocol::cose::Sign1;
use fairlock_protocol::enrol::channel_path;
use fairlock_protocol::report::{REJECTS_MAX, Reject};
use fairlock_protocol::verify::{Checks, Outcome, Refusal, accept, accept_cap, open_token};
use fairlock_protocol::{Grant, Moment, sha256};

use crate::CHECK_IN_H;
use crate::effect::Effect;
use crate::state::{Contact, Enrolled, Link, State, Volatile};
use crate::{renew, report};

const CHECK_IN_S: u64 = CHECK_IN_H * 3600;
/// After a lost or refused connection the phone tries again so much later, then twice that, up to
/// the ordinary check-in.
const RETRY_S: u64 = 30;

impl Volatile {
    /// 32 bytes that nobody can foresee: of this start's randomness, counted. `None` before a
    /// start has brought any.
    pub(crate) fn random(&mut self) -> Option<[u8; 32]> {
        let (entropy, used) = self.entropy.as_mut()?;
        *used += 1;
        let mut seed = entropy.to_vec();
        seed.extend_from_slice(&used.to_be_bytes());
        Some(sha256(&seed))
    }

    pub(crate) fn nonce(&mut self) -> Option<[u8; 16]> {
        self.random()?.first_chunk().copied()
    }
}

/// Running time at which the phone wants contact by itself; a released one only until the server
/// has been told.
pub(crate) fn next_contact(state: &State) -> Option<u64> {
    let enrolled = state.enrolled()?;
    if is_done(state, enrolled) {
        return None;
    }
    let pause = match state.now.link {
        Link::Down if state.now.failures > 0 => {
            let doubled = RETRY_S << (state.now.failures - 1).min(16);
            doubled.min(CHECK_IN_S)
        }
        _ => CHECK_IN_S,
    };
    let tried = state.now.last_try.map(|tried| tried + pause);
    Some(tried.unwrap_or(state.time.running))
}

fn is_done(state: &State, enrolled: &Enrolled) -> bool {
    enrolled.in_force.released.is_some() && report::is_told(state)
}

/// Checks in, or opens the channel to do so, when it is time.
pub(crate) fn contact_when_due(state: &mut State) -> Option<Effect> {
    match next_contact(state) {
        Some(due) if due <= state.time.running => contact_now(state),
        _ => None,
    }
}

/// The same, without waiting.
pub(crate) fn contact_now(state: &mut State) -> Option<Effect> {
    let enrolled = state.enrolled()?;
    if is_done(state, enrolled) {
        return None;
    }
    let path = channel_path(&enrolled.device);
    let mirrors = &enrolled.keys.mirrors;
    // The server first, then each mirror in turn: all serve the same objects.
    let turn = state.now.failures as usize % (mirrors.len() + 1);
    let mirror = turn.checked_sub(1).and_then(|turn| mirrors.get(turn));
    let mirror = mirror.cloned();
    state.now.last_try = Some(state.time.running);
    match state.now.link {
        Link::Down | Link::Opening => {
            state.now.link = Link::Opening;
            Some(Effect::Connect { mirror, path })
        }
        Link::Open => None,
        Link::Introduced => check_in(state),
    }
}

fn check_in(state: &mut State) -> Option<Effect> {
    let nonce = state.now.nonce()?;
    state.now.check_in = Some((nonce, state.time.running));
    state.now.last_try = Some(state.time.running);
    Some(Effect::Send(Frame::CheckIn { nonce }.encode()))
}

pub(crate) fn connected(state: &mut State) {
    state.now.link = Link::Open;
    state.now.told = None;
    state.now.sign_failed = false;
}

pub(crate) fn disconnected(state: &mut State) {
    state.now.link = Link::Down;
    state.now.check_in = None;
    state.now.failures = state.now.failures.saturating_add(1);
    state.now.last_try = Some(state.time.running);
}

/// The first report is on its way: the phone may ask for a token.
pub(crate) fn introduced(state: &mut State) -> Option<Effect> {
    if state.now.link != Link::Open {
        return None;
    }
    state.now.link = Link::Introduced;
    check_in(state)
}

/// One message of the channel. What can't be read is dropped.
pub(crate) fn frame(state: &mut State, bytes: &[u8]) -> Option<Effect> {
    match Frame::decode(bytes).ok()? {
        Frame::Charter(object) => renew::charter(state, object),
        Frame::Contact(object) => token(state, &object),
        Frame::Display(display) => {
            let display = Display::decode(&display).ok();
            state.now.display = display.or(state.now.display.take());
        }
        Frame::Ack { counter } => state.now.acked = state.now.acked.max(counter),
        Frame::Refused { .. } => disconnected(state),
        frame => signed_frame(state, frame),
    }
    let wanted = core::mem::take(&mut state.now.keys_wanted);
    let ksv = state.enrolled()?.keys.ksv;
    let ask = wanted && state.now.link == Link::Introduced;
    ask.then(|| Effect::Send(Frame::KeysWanted { ksv }.encode()))
}

/// A QR may carry what stands on its own signature: key sets, a grant, caps.
pub(crate) fn scanned(state: &mut State, text: &str) {
    for frame in qr::read(text).unwrap_or_default() {
        signed_frame(state, frame);
    }
}

/// What stands on its own signature, whatever brought it.
fn signed_frame(state: &mut State, frame: Frame) {
    let moment = state.time.moment();
    let Some(enrolled) = state.enrolled_mut() else {
        return;
    };
    match frame {
        Frame::Grant(wrapped) => grant(state, &wrapped),
        Frame::KeySet(object) => renew::key_set(enrolled, &object),
        Frame::Cap(object) => {
            let (in_force, checks) = enrolled.split(&moment);
            if let Err(refusal) = accept_cap(in_force, &object, &checks) {
                enrolled.reject(refusal.code(), 0, 0);
            }
        }
        // All else is the channel's alone, or travels the other way.
        _ => {}
    }
}

impl Enrolled {
    /// Everything an object is held against, and what it acts on.
    fn split<'a>(&'a mut self, moment: &'a Moment) -> (&'a mut InForce, Checks<'a>) {
        let checks = Checks {
            binding: self.binding(),
            keys: &self.keys,
            charter: &self.charter,
            moment,
        };
        (&mut self.in_force, checks)
    }

    pub(crate) fn reject(&mut self, code: u64, seq: u64, step: u8) {
        if self.rejects.len() == REJECTS_MAX {
            self.rejects.remove(0);
        }
        self.rejects.push(Reject { code, seq, step });
    }
}

fn grant(state: &mut State, wrapped: &[u8]) {
    let moment = state.time.moment();
    let Some(enrolled) = state.enrolled_mut() else {
        return;
    };
    let (in_force, checks) = enrolled.split(&moment);
    match accept(in_force, wrapped, &checks) {
        // The server sends it again because it hasn't heard: tell it again.
        Ok(Outcome::Known) => state.now.told = None,
        Ok(Outcome::Accepted(accepted)) => {
            for cut in accepted.cuts {
                enrolled.reject(cut.reason.code(), accepted.seq, cut.step);
            }
            state.now.keys_wanted |= accepted.newer_keys;
        }
        Err(refusal) => {
            enrolled.reject(refusal.code(), seq_of(refusal, wrapped).unwrap_or(0), 0);
            state.now.keys_wanted |= refusal == Refusal::UnknownKid;
        }
    }
}

/// The seq of a refused grant, once its signature was found good.
fn seq_of(refusal: Refusal, wrapped: &[u8]) -> Option<u64> {
    match refusal {
        Refusal::SeqOld | Refusal::SeqJump | Refusal::Schema(_) | Refusal::Role => {
            let object = Sign1::parse(unwrap(wrapped).ok()?.grant).ok()?;
            Grant::peek_seq(object.payload).ok()
        }
        _ => None,
    }
}

fn token(state: &mut State, object: &[u8]) {
    let moment = state.time.moment();
    let settled = state.time.is_settled();
    let Some((nonce, sent)) = state.now.check_in else {
        return;
    };
    let Some(enrolled) = state.enrolled_mut() else {
        return;
    };
    let (in_force, checks) = enrolled.split(&moment);
    match open_token(object, &nonce, sent, settled, &checks) {
        Ok(token) => {
            in_force.contact(token.fresh, token.now - token.fresh, sent, token.newest);
            enrolled.contact = Some(Contact {
                nonce,
                now: token.now,
            });
            state.time.contact(&token, sent);
            state.now.check_in = None;
            state.now.failures = 0;
        }
        Err(refusal) => enrolled.reject(refusal.code(), 0, 0),
    }
}
