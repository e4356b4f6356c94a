//! `fairlock bench verify`: a phone takes a grant: wrapper, signature, order of refusals, charter,
//! comparison with what is in force, and the new state as bytes for the disk.
//!
//! The yardstick is the one thing that can't be left out, `verify_strict` of Ed25519 over the same
//! bytes, by a key that is decoded from its 32 bytes as the phone does. What takes grants is the
//! agent's own `step`, from one event to its effects.

use std::hint::black_box;

use anyhow::anyhow;
use ed25519_dalek::{Signature, VerifyingKey};
use fairlock_agent::{Effect, Event, step};
use fairlock_protocol::channel::{Frame, wrap};
use fairlock_protocol::cose::Sign1;
use fairlock_protocol::ids::Domain;
use fairlock_protocol::{Alg, Grant, Guards, Level, Notice, Role, Step, Warrant, Window};

use super::phone::{NOW, Phone, START, enrolled, key, sign};
use super::rounds::{Measured, alternate, timed};
use super::say;
use crate::args::BenchArgs;
use crate::exit::Failure;

/// Grants in a round: some tenths of a second.
const GRANTS: u32 = 4_000;
const DAY: u64 = 86_400;

/// A grant on its way, and what the yardstick verifies of it.
struct Case {
    frame: Vec<u8>,
    message: Vec<u8>,
    signature: [u8; 64],
    bytes: usize,
}

pub fn run(args: &BenchArgs) -> Result<(), Failure> {
    let phone = enrolled()?;
    let count = u64::from(args.size.unwrap_or(GRANTS));
    let plain = |seq| Grant::plain(seq, START, 1, Level::Free);
    contest(args, &phone, count, "unlocks, plain", Role::Relax, plain)?;
    contest(
        args,
        &phone,
        count,
        "ladders of three steps",
        Role::Restrict,
        ladder,
    )
}

fn contest(
    args: &BenchArgs,
    phone: &Phone,
    count: u64,
    what: &str,
    role: Role,
    grant: impl Fn(u64) -> Grant,
) -> Result<(), Failure> {
    // Each has another seq, and is new to the phone.
    let cases: Result<Vec<_>, _> = (0..count)
        .map(|i| case(phone, role, &grant(2 + i % 10_000)))
        .collect();
    let cases = cases?;
    let state_bytes = taken(phone, &cases[0])?;
    let public = key(role).verifying_key().to_bytes();
    let take = |case: &Case| {
        let event = Event::Frame(case.frame.clone());
        black_box(step(phone.state.clone(), event, NOW));
    };
    let verify = |case: &Case| {
        let key = VerifyingKey::from_bytes(&public);
        let signature = Signature::from_bytes(&case.signature);
        black_box(key.is_ok_and(|key| key.verify_strict(&case.message, &signature).is_ok()));
    };
    let mut ours = || timed(cases.len(), || cases.iter().for_each(take));
    let mut theirs = || timed(cases.len(), || cases.iter().for_each(verify));
    let (ours, yards) = alternate(args.rounds, what, &mut ours, &mut theirs);
    say(
        args,
        &Measured {
            work: format!("{count} {what}, verified and applied"),
            unit: "grant",
            rounds: args.rounds,
            ours,
            yardstick: "verify_strict of Ed25519",
            yards,
            details: vec![
                ("grant_bytes".to_string(), cases[0].bytes.into()),
                ("state_bytes".to_string(), state_bytes.into()),
            ],
        },
    );
    Ok(())
}

fn case(phone: &Phone, role: Role, grant: &Grant) -> Result<Case, Failure> {
    let object = sign(&phone.binding, role, grant)?;
    let parsed = Sign1::parse(&object);
    let parsed = parsed.map_err(|error| Failure::Outside(anyhow!("a grant: {error:?}")))?;
    let message = parsed.signed(Alg::Ed25519, &phone.binding.aad(Domain::Grant));
    let signature = parsed.signature;
    let bytes = object.len();
    let travelling = match role {
        Role::Restrict => wrap(&object, None),
        _ => object,
    };
    Ok(Case {
        frame: Frame::Grant(travelling).encode(),
        message,
        signature,
        bytes,
    })
}

/// The phone takes it: the size of the state that it stores.
fn taken(phone: &Phone, case: &Case) -> Result<usize, Failure> {
    let seq = phone.state.seq();
    let (state, effects) = step(phone.state.clone(), Event::Frame(case.frame.clone()), NOW);
    let stored = effects.iter().find_map(|effect| match effect {
        Effect::Store(bytes) => Some(bytes.len()),
        _ => None,
    });
    let whole = state.in_force().is_some_and(|now| !now.recent.is_empty());
    match stored {
        Some(bytes) if state.seq() > seq && whole => Ok(bytes),
        _ => Err(Failure::Outside(anyhow!("the phone didn't take the grant"))),
    }
}

/// Reminder, `reduce` after two days, `lock` after five.
fn ladder(seq: u64) -> Grant {
    let step = |level, at, notices: Vec<u16>, dwell_h| Step {
        at,
        level,
        guards: Guards {
            notices,
            lead_h: Some(if level == Level::Lock { 48 } else { 24 }),
            silence_h: Some(72),
            window: Some(Window {
                offset_min: 180,
                from_min: 480,
                to_min: 1200,
                days: 127,
            }),
            dwell_h,
            before: Some(at + 7 * DAY),
        },
    };
    let notice = |id, level| Notice {
        id,
        level,
        reason: id,
        amount: 150_000,
        due_day: 20_510,
        show_from: START,
    };
    Grant {
        later: vec![
            Step {
                at: START + 60,
                level: Level::Remind,
                guards: Guards::default(),
            },
            step(Level::Reduce, START + 2 * DAY, vec![11], None),
            step(Level::Lock, START + 5 * DAY, vec![12], Some(24)),
        ],
        notices: vec![notice(11, Level::Reduce), notice(12, Level::Lock)],
        pay: Some(150_000),
        warrant: Some(Warrant {
            packs: vec![(1, 4)],
            rules: vec![3, 5],
            decision: [9; 16],
            covered: 3,
        }),
        base: Some(1),
        ..Grant::plain(seq, START, 1, Level::Free)
    }
}
