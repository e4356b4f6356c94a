//! What takes the place of what enrolment brought: the next key set, and another charter.
//!
//! A softer charter is in force at once; a stricter one stands beside the old one on the screen
//! until the borrower accepts it, at `free` or `remind`. Either is countersigned and sent back. An
//! offer lives as long as the process: the server makes it again while reports name the old one.

use alloc::vec::Vec;

use fairlock_protocol::channel::Frame;
use fairlock_protocol::charter::{PAYEES_SHOWN_S, Replacement};
use fairlock_protocol::enrol::{countersign, countersign_bytes};
use fairlock_protocol::p256::low_s;
use fairlock_protocol::{Level, record};

use crate::effect::{Effect, Signing};
use crate::state::{Enrolled, Link, SigningNow, State};

record! {
    /// A charter that waits for the borrower, or for the device's signature.
    #[derive(Clone)]
    pub(crate) struct Change: "a change of charter" {
        /// COSE_Sign, as it came.
        1 blob object: Vec<u8>,
        2 need replacement: Replacement,
        3 need accepted: bool,
    }
}

/// The key set after the one in force; of a chain each comes by itself.
pub(crate) fn key_set(enrolled: &mut Enrolled, object: &[u8]) {
    match enrolled.keys.next(object, &enrolled.lender) {
        Ok(set) => {
            let floor_rose = set.floor_ksv > enrolled.keys.floor_ksv;
            enrolled.in_force.rekey(&set, floor_rose);
            enrolled.keys = set;
        }
        Err(error) => enrolled.reject(error.code(), 0, 0),
    }
}

/// Another charter, as the server offers it.
pub(crate) fn charter(state: &mut State, object: Vec<u8>) {
    let running = state.time.running;
    let Some(enrolled) = state.enrolled_mut() else {
        return;
    };
    if enrolled.in_force.released.is_some() {
        return;
    }
    let binding = enrolled.binding();
    match Replacement::open(&object, &binding, &enrolled.keys, &enrolled.charter) {
        Ok(replacement) => {
            let accepted = replacement.softer;
            if accepted {
                put_in_force(enrolled, &replacement, running);
            }
            state.now.change = Some(Change {
                object,
                replacement,
                accepted,
            });
        }
        Err(error) => enrolled.reject(error.code(), 0, 0),
    }
}

fn put_in_force(enrolled: &mut Enrolled, replacement: &Replacement, running: u64) {
    let new = replacement.charter.clone();
    enrolled.in_force.recharter(&enrolled.charter, &new);
    enrolled.charter = new;
    if replacement.payees_change {
        enrolled.payees_until = Some(running + PAYEES_SHOWN_S);
    }
}

/// The borrower accepts the stricter charter: only on a phone that isn't limited.
pub(crate) fn accepted(state: &mut State) {
    let open = state.grant_level() <= Level::Remind;
    if let Some(change) = &mut state.now.change {
        change.accepted |= open;
    }
}

/// What the device key is to sign, once nothing else is being signed.
pub(crate) fn begin(state: &mut State) -> Option<Effect> {
    let busy = state.now.signing.is_some() || state.now.sign_failed;
    if busy || state.now.link != Link::Introduced {
        return None;
    }
    let change = state.now.change.as_ref().filter(|change| change.accepted)?;
    let enrolled = state.enrolled()?;
    let bytes = countersign_bytes(&change.object, &enrolled.binding(), &enrolled.key).ok()?;
    state.now.signing = Some(SigningNow::CHARTER);
    Some(Effect::Sign {
        what: Signing::Charter,
        bytes,
    })
}

/// The key store has signed it: in force now at the latest.
pub(crate) fn signed(state: &mut State, der: &[u8]) -> Option<Effect> {
    let running = state.time.running;
    let change = state.now.change.take()?;
    let enrolled = state.enrolled_mut()?;
    let object = countersign(&change.object, &enrolled.key, low_s(der)?).ok()?;
    if enrolled.charter != change.replacement.charter {
        put_in_force(enrolled, &change.replacement, running);
    }
    let up = state.now.link == Link::Introduced;
    up.then(|| Effect::Send(Frame::CharterAccepted(object).encode()))
}
