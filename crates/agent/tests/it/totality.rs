//! Every state takes every event: any order, any bytes, any reading of the clock.

use fairlock_agent::{
    Capabilities, DeviceFacts, Effect, Event, Function, Now, Observed, State, step,
};
use fairlock_protocol::channel::Frame;
use fairlock_protocol::{Level, Role};
use proptest::prelude::*;

use crate::rig::Rig;
use crate::server::{bundle, ladder, unlock};

/// Events have no Debug, for what enrolment carries; a script's line has.
type Line = (u8, Vec<u8>, u64, i64);

fn line() -> impl Strategy<Value = Line> {
    (
        0u8..20,
        proptest::collection::vec(any::<u8>(), 0..60),
        any::<u64>(),
        any::<i64>(),
    )
}

fn event(kind: u8, bytes: &[u8], number: u64) -> Event {
    let bytes = bytes.to_vec();
    let facts = || DeviceFacts {
        spki: vec![0; 91],
        attestation: Vec::new(),
        imei_hash: [0; 32],
        os_patch: String::new(),
        backend: String::new(),
    };
    match kind {
        0 => Event::Start {
            boot: number % 3,
            entropy: [kind; 32],
            capabilities: Capabilities {
                reduce: !number.is_multiple_of(5),
                lock: !number.is_multiple_of(7),
            },
        },
        1 => Event::Shutdown,
        2 => Event::CharterAccepted,
        3 => Event::NetworkUp,
        4 => Event::Connected,
        5 => Event::CodeTyped(format!("{:09}", number % 1_000_000_000)),
        6 => Event::Disconnected,
        7 => Event::SignFailed,
        8 => Event::PassPressed,
        9 => Event::ScreenOn,
        10 => Event::ScreenOff,
        11 => Event::Frame(bytes),
        12 => Event::Frame(Frame::Grant(bytes).encode()),
        13 => Event::Frame(Frame::Contact(bytes).encode()),
        14 => Event::Answer(bytes),
        15 => Event::Signed(bytes),
        16 => Event::Enrol {
            bundle: bundle(),
            facts: facts(),
        },
        17 => Event::Backend(Observed {
            level: [Level::Free, Level::Lock, Level::Released][number as usize % 3],
            missing: Function::ALL[..number as usize % 2].to_vec(),
        }),
        _ => Event::Tick,
    }
}

fn some_states() -> Vec<State> {
    let mut released = Rig::enrolled();
    released.issue(
        Role::Release,
        fairlock_protocol::Grant {
            level: Level::Released,
            ..unlock()
        },
    );
    let mut offered = Rig::blank();
    offered.enrol();
    let mut waiting = Rig::enrolled();
    waiting.issue(Role::Restrict, ladder());
    [
        Rig::blank(),
        offered,
        waiting,
        Rig::at(Level::Lock),
        released,
    ]
    .map(|rig| rig.state.unwrap())
    .to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_events_in_any_order(
        which in 0usize..5,
        script in proptest::collection::vec(line(), 1..40),
    ) {
        thread_local! { static STATES: Vec<State> = some_states(); }
        let mut state = STATES.with(|states| states[which].clone());
        let released = state.level() == Level::Released;
        let mut level = state.level();
        for (kind, bytes, running, wall) in script {
            let event = event(kind, &bytes, running);
            let forged = matches!(event, Event::Frame(_) | Event::Answer(_));
            let (next, effects) = step(state, event, Now { running: running % (1 << 40), wall });
            // Bytes that nobody signed make no phone stricter.
            prop_assert!(!forged || next.level() <= level);
            prop_assert!(!released || next.level() == Level::Released);
            let signs = effects.iter().filter(|effect| matches!(effect, Effect::Sign { .. }));
            let signs = signs.count();
            prop_assert!(signs <= 1);
            level = next.level();
            state = next;
        }
    }
}
