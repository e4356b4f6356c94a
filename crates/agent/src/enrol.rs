//! The phone's side of enrolment: ask, look at the offer, let the owner accept, countersign.
//!
//! A failed step leaves the phone where it was before: blank and open.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use fairlock_codes::keys::Exchange;
use fairlock_protocol::InForce;
use fairlock_protocol::enrol::{
    Acceptance, Bundle, ENROL_PATH, Offer as OfferMessage, Request, Welcome, accept_path,
    channel_path, countersign, countersign_bytes,
};
use fairlock_protocol::p256::{DeviceKey, low_s};
use fairlock_protocol::report::VERSION_MAX;
use fairlock_protocol::verify::{Checks, Outcome, accept};

use crate::code::Codes;
use crate::effect::{Effect, Signing};
use crate::event::DeviceFacts;
use crate::state::{Asked, Enrolled, Link, Offer, Phase, SigningNow, State, Volatile};

/// Message 2. A phone that has been enrolled doesn't enrol again, also when it is released: that
/// is for ever.
pub(crate) fn ask(state: &mut State, bundle: Bundle, facts: DeviceFacts) -> Option<Effect> {
    if state.enrolled().is_some() {
        return None;
    }
    let key = DeviceKey::from_spki(&facts.spki)?;
    let nonce = state.now.nonce()?;
    let exchange = Exchange::from_random(&state.now.random()?)?;
    state.phase = Phase::Asked(Box::new(Asked {
        bundle,
        facts,
        key,
        nonce,
        exchange,
    }));
    post_again(state)
}

/// The message that waits for its answer, once more: the server takes it any number of times.
pub(crate) fn post_again(state: &State) -> Option<Effect> {
    match &state.phase {
        Phase::Asked(asked) => {
            let request = Request {
                token: asked.bundle.token,
                spki: *asked.key.spki(),
                attestation: asked.facts.attestation.clone(),
                exchange: asked.exchange.public(),
                nonce: asked.nonce,
                imei_hash: asked.facts.imei_hash,
            };
            Some(Effect::Post {
                path: ENROL_PATH.to_string(),
                body: request.encode(),
            })
        }
        Phase::Offered(offer) => Some(Effect::Post {
            path: accept_path(&offer.device),
            body: offer.accepted.as_ref()?.encode(),
        }),
        _ => None,
    }
}

/// Message 3 or 5.
pub(crate) fn answer(state: &mut State, body: &[u8]) -> Option<Effect> {
    match core::mem::take(&mut state.phase) {
        Phase::Asked(asked) => state.phase = look_at(*asked, body),
        Phase::Offered(offer) => return welcome(state, *offer, body),
        other => state.phase = other,
    }
    None
}

/// Message 3: an offer that isn't in order is as if none had come.
fn look_at(asked: Asked, body: &[u8]) -> Phase {
    let Ok(message) = OfferMessage::decode(body) else {
        return Phase::Asked(Box::new(asked));
    };
    let offered = message.open(&asked.bundle, &asked.nonce, &asked.key);
    let agreed = offered.ok().and_then(|offered| {
        let (phone, server) = (asked.exchange.public(), &message.exchange);
        let codes = asked.exchange.agree(&phone, server, &offered.binding)?;
        Some((offered, codes))
    });
    let Some((offered, codes)) = agreed else {
        return Phase::Asked(Box::new(asked));
    };
    Phase::Offered(Box::new(Offer {
        // The certificates went with message 2, and nobody asks for it again.
        asked: Asked {
            facts: DeviceFacts {
                attestation: Vec::new(),
                ..asked.facts
            },
            ..asked
        },
        device: message.device,
        charter: offered.charter,
        keys: offered.key_set,
        object: message.charter,
        codes,
        accepted: None,
    }))
}

/// The owner accepts the charter: the device key is to sign it.
pub(crate) fn charter_accepted(state: &mut State) -> Option<Effect> {
    let Phase::Offered(offer) = &state.phase else {
        return None;
    };
    if offer.accepted.is_some() {
        return None;
    }
    let bytes = countersign_bytes(&offer.object, &offer.binding(), &offer.asked.key).ok()?;
    state.now.signing = Some(SigningNow::CHARTER);
    let what = Signing::Charter;
    Some(Effect::Sign { what, bytes })
}

/// The key store has signed the charter: message 4.
pub(crate) fn charter_signed(state: &mut State, der: &[u8]) -> Option<Effect> {
    let Phase::Offered(offer) = &mut state.phase else {
        return None;
    };
    let charter = countersign(&offer.object, &offer.asked.key, low_s(der)?).ok()?;
    offer.accepted = Some(Acceptance { charter });
    post_again(state)
}

/// Message 5: the first grant. Only with it the phone is enrolled.
fn welcome(state: &mut State, offer: Offer, body: &[u8]) -> Option<Effect> {
    let moment = state.time.moment();
    let first = Welcome::decode(body).ok().and_then(|welcome| {
        let mut in_force = InForce::enrolled(&offer.charter, moment.running);
        let checks = Checks {
            binding: offer.binding(),
            keys: &offer.keys,
            charter: &offer.charter,
            moment: &moment,
        };
        let outcome = accept(&mut in_force, &welcome.grant, &checks);
        matches!(outcome, Ok(Outcome::Accepted(_))).then_some(in_force)
    });
    let Some(in_force) = first else {
        state.phase = Phase::Offered(Box::new(offer));
        return None;
    };
    let path = channel_path(&offer.device);
    state.enrolments += 1;
    state.phase = Phase::Enrolled(Box::new(Enrolled {
        lender: offer.asked.bundle.lender,
        device: offer.device,
        key: offer.asked.key,
        keys: offer.keys,
        charter: offer.charter,
        in_force,
        counter: 0,
        rejects: Vec::new(),
        contact: None,
        payees_until: None,
        os_patch: version(offer.asked.facts.os_patch),
        backend: version(offer.asked.facts.backend),
        distrusted: None,
        codes: Codes::new(offer.codes),
    }));
    let kept = core::mem::take(&mut state.now);
    state.now = Volatile {
        entropy: kept.entropy,
        screen_on: kept.screen_on,
        capabilities: kept.capabilities,
        acting: kept.acting,
        link: Link::Opening,
        last_try: Some(moment.running),
        ..Volatile::default()
    };
    let mirror = None;
    Some(Effect::Connect { mirror, path })
}

/// What a report takes as a version: a port that has none worth telling is no reason not to report.
fn version(text: String) -> String {
    let told = (1..=VERSION_MAX).contains(&text.len()) && !text.contains(char::is_control);
    if told { text } else { "unknown".to_string() }
}
