//! The stored state: its bytes, its size, and what isn't one.

use fairlock_agent::{Capabilities, Event, SESSION_MAX, STATE_MAX, State};
use fairlock_protocol::cap::Cap;
use fairlock_protocol::channel::Frame;
use fairlock_protocol::charter::{CHARTER_MAX, FloorApp, FloorKind};
use fairlock_protocol::keyset::{KEY_SET_MAX, KeyEntry};
use fairlock_protocol::{Alg, Grant, Level, Notice, Role};
use proptest::prelude::*;

use crate::rig::Rig;
use crate::server::{START, charter, ladder, step, warrant};

/// A charter as large as one may be.
fn largest_charter() -> fairlock_protocol::Charter {
    let mut charter = charter();
    for n in 0.. {
        let app = format!("org.example.an.application.with.a.long.package.name.{n:03}");
        charter.floor.push(FloorApp {
            kind: FloorKind::Health,
            app,
        });
        if charter.payload().is_err() {
            charter.floor.pop();
            break;
        }
    }
    assert!(charter.payload().unwrap().len() > CHARTER_MAX - 80);
    charter
}

#[test]
fn the_largest_state() {
    let mut rig = Rig::blank();
    rig.server.charter = largest_charter();
    rig.enrol();
    rig.event(Event::CharterAccepted);
    // Every list of the state full, every number long.
    rig.server.seq = 9_000;
    let notice = |id: u16| Notice {
        id: 60_000 + id,
        level: Level::Lock,
        reason: 60_000,
        amount: 900_000_000_000_000,
        due_day: 90_000,
        show_from: START,
    };
    let mut grant = Grant {
        notices: (0..8).map(notice).collect(),
        ..ladder()
    };
    for step in &mut grant.later[1..] {
        step.guards.notices = (0..8).map(|id| 60_000 + id).collect();
    }
    grant.pay = Some(900_000_000_000_000);
    rig.issue(Role::Restrict, grant);
    rig.event(Event::ScreenOn);
    rig.advance(7 * 86_400);
    assert_eq!(rig.level, Level::Lock);
    rig.event(Event::PassPressed);
    for seq in 0..16 {
        rig.server.seq = 9_100 + seq;
        rig.issue(Role::Contact, step_only());
    }
    for level in [Level::Free, Level::Remind, Level::Reduce, Level::Lock] {
        let (n, iat, ksv, until) = (1, rig.now, 1, rig.now + 30 * 86_400);
        let cap = rig.server.cap(&Cap {
            n,
            iat,
            ksv,
            until,
            level,
        });
        rig.frame(&cap);
    }
    rig.server.rotate(|set| {
        for n in 0..6 {
            set.keys.push(KeyEntry {
                role: Role::Relax,
                alg: Alg::Ed25519,
                key: [n; 32],
                not_after: Some(4_000_000_000),
            });
        }
        set.roots.0.extend([[8; 32], [9; 32]]);
        set.mirrors = vec!["https://a-mirror.of-the-lender.example:8443".into(); 2];
    });
    let set = Frame::KeySet(rig.server.key_sets[0].clone());
    rig.frame(&set);
    let size = rig.agent().encode().len();
    let session = rig.agent().session().len();
    println!("largest state: {size} bytes, its session: {session}");
    // A charter offered and its object, a report being signed, and display data may come to it.
    assert!(
        session < SESSION_MAX - 1536 - 4096 - 2048 - 256,
        "{session}"
    );
    // Numbers may still grow, to 2106, by 300, and 10 more keys may each have numbered a grant.
    let room = 300 + 10 * 17;
    assert!((3_300..STATE_MAX - room).contains(&size), "{size} bytes");
    assert!(
        set.encode().len() > KEY_SET_MAX - 60,
        "a key set as large as one may be"
    );
}

fn step_only() -> Grant {
    Grant {
        later: vec![step(Level::Reduce, START + 9)],
        warrant: Some(warrant(1)),
        ..ladder()
    }
}

#[test]
fn an_ordinary_state() {
    let size = Rig::at(Level::Lock).agent().encode().len();
    println!("ordinary state: {size} bytes");
    assert!(size < 1_500, "{size} bytes");
}

#[test]
fn bytes_that_are_no_state() {
    let good = Rig::at(Level::Lock).disk;
    assert!(State::decode(&good).is_ok());
    assert!(State::decode(&[]).is_err());
    assert!(State::decode(&good[..good.len() - 1]).is_err());
    assert!(State::decode(&[&good[..], &[0]].concat()).is_err());
    assert!(State::decode(&vec![0; STATE_MAX + 1]).is_err());
    let mut newer = good.clone();
    assert_eq!(newer[..3], [0xa4, 0x01, 0x01]);
    newer[2] = 0x02;
    let error = State::decode(&newer).map(|_| ()).unwrap_err();
    assert_eq!(error.expected, "version 1");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// A bent state is refused, or is one that the agent can live with.
    #[test]
    fn bent_states_are_refused_or_lived_with(
        bends in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        running in any::<u64>(),
    ) {
        let mut bytes = lock_state();
        for (place, value) in bends {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let Ok(mut state) = State::decode(&bytes) else { return Ok(()) };
        prop_assert_eq!(state.encode(), bytes);
        let events = [
            Event::Start { boot: 9, entropy: [1; 32], capabilities: Capabilities::ALL },
            Event::Connected,
            Event::PassPressed,
            Event::ScreenOn,
            Event::Frame(Frame::Ack { counter: 5 }.encode()),
            Event::Tick,
        ];
        for (n, event) in events.into_iter().enumerate() {
            let now = fairlock_agent::Now { running: running.saturating_add(n as u64), wall: 0 };
            (state, _) = fairlock_agent::step(state, event, now);
        }
    }
}

fn lock_state() -> Vec<u8> {
    static STATE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    STATE.get_or_init(|| Rig::at(Level::Lock).disk).clone()
}
