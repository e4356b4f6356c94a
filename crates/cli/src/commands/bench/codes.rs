//! `fairlock bench codes`: typed codes made and read at a count of 100.
//!
//! The yardstick is what no implementation can do without: as many hashes as the chain has steps,
//! each over the one before, or one HMAC for each count that is tried. A right token is found at
//! its own count; a wrong one costs the look-ahead too, and is what a guesser makes a phone do.

use std::hint::black_box;

use fairlock_codes::openpaygo::{LOOK_AHEAD, OpenPaygo};
use fairlock_codes::{Counts, Kind, long};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use siphasher::sip::SipHasher24;

use super::random::Random;
use super::rounds::{Measured, alternate, timed};
use super::say;
use crate::args::BenchArgs;
use crate::exit::Failure;

/// Codes in a round: some tenths of a second.
const CODES: u32 = 20_000;
/// The count before; the next ADD has the one after the next.
const COUNT: u64 = 100;
const NEXT: u64 = 102;

const STEPS: &str = "as many SipHash-2-4 in a chain";
const MACS: &str = "as many HMAC-SHA-256";

/// One device, and a token that is right for it.
struct Case {
    key: [u8; 16],
    chain: OpenPaygo,
    value: u64,
    token: u64,
}

pub fn run(args: &BenchArgs) -> Result<(), Failure> {
    let mut random = Random::new(args.seed);
    let count = args.size.unwrap_or(CODES);
    let cases: Vec<Case> = (0..count).map(|_| case(&mut random)).collect();
    let counts = || Counts {
        count: COUNT,
        used: vec![COUNT],
    };
    // Per device: the chain is made anew, as whoever has just its key must.
    let make = |case: &Case| {
        let chain = OpenPaygo::new(&case.key, 123_456_789, false);
        black_box(chain.make(Kind::Add, case.value, COUNT));
    };
    let read = |case: &Case| {
        black_box(case.chain.read(case.token, &mut counts()));
    };
    let guess = |case: &Case| {
        black_box(case.chain.read(case.token ^ 1 << 20, &mut counts()));
    };
    let until = COUNT + LOOK_AHEAD;
    contest(args, &cases, "made", NEXT, make, hashes(NEXT), STEPS);
    contest(
        args,
        &cases,
        "right ones read",
        NEXT,
        read,
        hashes(NEXT),
        STEPS,
    );
    contest(
        args,
        &cases,
        "wrong ones refused",
        until,
        guess,
        hashes(until),
        STEPS,
    );
    let ours = |case: &Case| {
        black_box(long::make(&[7; 32], &case.key, NEXT, 7));
    };
    contest(args, &cases, "of 17 digits made", 1, ours, macs(1), MACS);
    Ok(())
}

fn case(random: &mut Random) -> Case {
    let mut key = [0; 16];
    key.iter_mut()
        .for_each(|byte| *byte = random.below(256) as u8);
    let chain = OpenPaygo::new(&key, 123_456_789, false);
    let value = u64::from(random.below(996));
    let (_, token) = chain.make(Kind::Add, value, COUNT).unwrap_or_default();
    Case {
        key,
        chain,
        value,
        token,
    }
}

fn contest(
    args: &BenchArgs,
    cases: &[Case],
    what: &str,
    steps: u64,
    ours: impl Fn(&Case),
    bare: impl Fn(&Case),
    yardstick: &'static str,
) {
    let mut ours = || timed(cases.len(), || cases.iter().for_each(&ours));
    let mut theirs = || timed(cases.len(), || cases.iter().for_each(&bare));
    let (ours, yards) = alternate(args.rounds, what, &mut ours, &mut theirs);
    say(
        args,
        &Measured {
            work: format!("{} codes {what} at count {COUNT}", cases.len()),
            unit: "code",
            rounds: args.rounds,
            ours,
            yardstick,
            yards,
            details: vec![
                ("steps".to_string(), steps.into()),
                (
                    "steps_a_second".to_string(),
                    (steps as f64 * 1e9 / ours.median).round().into(),
                ),
            ],
        },
    );
}

/// Bare hashes, each over the one before.
fn hashes(steps: u64) -> impl Fn(&Case) {
    move |case| {
        let sip = SipHasher24::new_with_key(&case.key);
        let last = (0..steps).fold(case.value, |hash, _| sip.hash(&hash.to_be_bytes()));
        black_box(last);
    }
}

/// Bare MACs over as many bytes as a code's message has.
fn macs(times: u64) -> impl Fn(&Case) {
    move |case| {
        for _ in 0..times {
            if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&[7; 32]) {
                mac.update(&[case.value as u8; 39]);
                black_box(mac.finalize().into_bytes());
            }
        }
    }
}
