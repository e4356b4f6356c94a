//! The one call as bytes: it does what the call on values does, over whole stories; its sizes; and
//! what isn't an input.

use fairlock_agent::{
    Capabilities, DeviceFacts, Event, Function, Now, Observed, SESSION_MAX, ScreenKind, State,
};
use fairlock_agent_ffi::wire::{EventKind, Written};
use fairlock_agent_ffi::{INPUT_MAX, OUTPUT_MAX, step_bytes};
use fairlock_display::{Display, Held, HeldBy};
use fairlock_protocol::channel::Frame;
use fairlock_protocol::wire::{bytes, read_whole};
use fairlock_protocol::{Grant, Level, Role};
use proptest::prelude::*;
use rstest::rstest;

use crate::rig::Rig;
use crate::server::{DAY, HOUR, START, bundle, ladder, unlock};
use crate::twin::{Before, Twin, input, read};

/// Enrolled, warned, limited, locked, opened by a pass, paid, released; with a power cut, a phone
/// out of reach, a key store that fails and display data on the way. Every effect and every session
/// on it are compared by the twin.
pub fn story() -> Rig {
    let mut rig = Rig::with(Some(Twin::default()));
    rig.event(Event::ScreenOn);
    rig.enrol();
    rig.event(Event::CharterAccepted);
    rig.issue(Role::Restrict, ladder());
    while rig.level < Level::Reduce {
        rig.advance(HOUR);
    }
    rig.event(Event::CodeTyped("123 456 789".into()));
    rig.go_offline();
    rig.advance(HOUR);
    rig.power_cut();
    rig.event(Event::ScreenOn);
    rig.go_online();
    let display = Display {
        at: rig.now,
        payment: None,
        case: None,
        held: Some(Held {
            by: HeldBy::Feed,
            until: None,
        }),
        borrower: Some("A. W.".into()),
        passes_left: Some(1),
    };
    rig.frame(&Frame::Display(display.encode()));
    while rig.level < Level::Lock {
        rig.advance(HOUR);
        assert!(rig.now < START + 30 * DAY, "{:?}", rig.agent().in_force());
    }
    rig.event(Event::PassPressed);
    rig.advance(HOUR);
    rig.key_works = false;
    rig.issue(Role::Relax, unlock());
    rig.key_works = true;
    rig.advance(DAY);
    rig.event(Event::Shutdown);
    rig.issue(
        Role::Release,
        Grant {
            level: Level::Released,
            ..unlock()
        },
    );
    assert_eq!(rig.level, Level::Released);
    rig
}

#[test]
fn a_whole_story_by_bytes() {
    let calls = story().twin.unwrap().calls;
    let longest = |of: fn(&(Vec<u8>, Vec<u8>)) -> usize| calls.iter().map(of).max().unwrap();
    let (input, output) = (longest(|call| call.0.len()), longest(|call| call.1.len()));
    println!(
        "{} calls, longest input {input}, longest output {output}",
        calls.len()
    );
    assert!(calls.len() > 100, "{} calls", calls.len());
    assert!(input < INPUT_MAX / 4 && output < OUTPUT_MAX / 4);
}

fn facts() -> DeviceFacts {
    DeviceFacts {
        spki: vec![4; 91],
        attestation: vec![vec![1; 2048]; 4],
        imei_hash: [3; 32],
        os_patch: "2026-11-05".into(),
        backend: "owner".into(),
    }
}

/// One of each.
fn events() -> Vec<Event> {
    let event = |kind: &EventKind| match kind {
        EventKind::Start => Event::Start {
            boot: 7,
            entropy: [9; 32],
            capabilities: Capabilities {
                reduce: true,
                lock: false,
            },
        },
        EventKind::Backend => Event::Backend(Observed {
            level: Level::Lock,
            missing: vec![Function::Emergency, Function::Sms],
        }),
        EventKind::Tick => Event::Tick,
        EventKind::Shutdown => Event::Shutdown,
        EventKind::Enrol => Event::Enrol {
            bundle: bundle(),
            facts: facts(),
        },
        EventKind::Answer => Event::Answer(vec![1; 300]),
        EventKind::CharterAccepted => Event::CharterAccepted,
        EventKind::NetworkUp => Event::NetworkUp,
        EventKind::Connected => Event::Connected,
        EventKind::Disconnected => Event::Disconnected,
        EventKind::Frame => Event::Frame(vec![2; 20]),
        EventKind::Scanned => Event::Scanned("FL1:AB".into()),
        EventKind::Signed => Event::Signed(vec![3; 70]),
        EventKind::SignFailed => Event::SignFailed,
        EventKind::CodeTyped => Event::CodeTyped("1234 5678 9012 34567".into()),
        EventKind::PassPressed => Event::PassPressed,
        EventKind::ScreenOn => Event::ScreenOn,
        EventKind::ScreenOff => Event::ScreenOff,
    };
    EventKind::ALL.iter().map(event).collect()
}

#[test]
fn each_event_reads_back_as_it_was() {
    for event in events() {
        let kind = EventKind::of(&event);
        let written = bytes(&Written(event.clone()));
        let Written(back) = read_whole(&written).unwrap();
        assert!(back == event, "{kind:?}");
        // One item more is another event, or none.
        let longer = [&[written[0] + 1], &written[1..], &[0]].concat();
        assert!(read_whole::<Written>(&longer).is_err(), "{kind:?}");
    }
}

#[test]
fn the_largest_session() {
    let mut rig = Rig::with(Some(Twin::default()));
    rig.event(Event::Enrol {
        bundle: bundle(),
        facts: DeviceFacts {
            spki: vec![4; 91],
            attestation: vec![vec![1; 1365]; 6],
            ..facts()
        },
    });
    assert!(rig.agent().session().len() < 1000, "no key, no enrolment");
    rig.online = false;
    rig.attestation = vec![vec![1; 1365]; 6];
    rig.enrol();
    let asked = rig.agent().session().len();
    println!("with the longest certificates: {asked} bytes");
    assert!((8_192..SESSION_MAX - 4096).contains(&asked), "{asked}");
}

/// `{1: 1, 2: [30, 0], 3: [3]}`: a tick.
const PLAIN: &[u8] = &[1 + 0xa2, 1, 1, 2, 0x82, 0x18, 30, 0, 3, 0x81, 3];

#[rstest]
#[case::nothing(&[], "part 1, byte 0: expected an integer, byte string, text, array or map of definite length")]
#[case::no_map(&[1], "part 1, byte 0: expected an input: a map")]
#[case::another_version(&[0xa1, 1, 2], "part 1, byte 2: expected version 1")]
#[case::a_byte_behind(&[PLAIN, &[0]].concat(), "part 1, byte 11: expected no bytes after the object")]
#[case::no_event(&[&PLAIN[..10], &[19]].concat(), "part 1, byte 11: expected an event: 1 to 18")]
#[case::an_event_of_another_length(&[&PLAIN[..10], &[1]].concat(), "part 1, byte 11: expected an event of its length")]
fn what_is_no_input(#[case] bytes: &[u8], #[case] expected: &str) {
    let said = read(&step_bytes(bytes)).map(|_| ()).unwrap_err();
    assert_eq!(said, expected);
}

#[test]
fn what_is_too_long_or_of_another_phase() {
    let now = Now {
        running: 30,
        wall: 0,
    };
    assert!(read(&step_bytes(PLAIN)).is_ok());
    let said = |before: &Before| {
        let output = step_bytes(&input(before, &Event::Tick, now));
        read(&output).map(|_| ()).unwrap_err()
    };
    let stored = State::new().encode();
    assert_eq!(
        said(&Before::Session(stored.clone())),
        "part 2, byte 17: expected a session, not a stored state"
    );
    let session = State::new().session();
    assert!(said(&Before::Stored(session)).starts_with("part 3, "));
    let long = Before::Session(vec![0; SESSION_MAX + 1]);
    assert_eq!(
        said(&long),
        "part 2, byte 16384: expected a session of at most 16 KiB"
    );
    let long = vec![0; INPUT_MAX + 1];
    let said = read(&step_bytes(&long)).map(|_| ()).unwrap_err();
    assert_eq!(
        said,
        "part 1, byte 32768: expected an input of at most 32 KiB"
    );
}

/// Inputs of the story, small ones first.
fn inputs() -> &'static [Vec<u8>] {
    static INPUTS: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    INPUTS.get_or_init(|| {
        let calls = story().twin.unwrap().calls;
        calls.into_iter().map(|(input, _)| input).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// An input that is bent anywhere is refused, or is one that the agent can live with: its own
    /// session afterwards is one that it reads.
    #[test]
    fn bent_inputs_are_refused_or_lived_with(
        which in any::<prop::sample::Index>(),
        bends in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut input = which.get(inputs()).clone();
        for (place, value) in bends {
            let place = place.index(input.len());
            input[place] = value;
        }
        if let Ok(output) = read(&step_bytes(&input)) {
            let again = State::resume(output.session).expect("its own session");
            prop_assert_eq!(again.session(), output.session);
        }
    }

    #[test]
    fn any_bytes_have_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(read(&step_bytes(&bytes)).is_err());
    }
}

/// The words of `codes!` as CDDL writes them.
fn kebab(word: &str) -> String {
    let mut text = String::new();
    for (i, letter) in word.char_indices() {
        if letter.is_uppercase() && i > 0 {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

#[test]
fn the_cddl_has_each_event_and_screen_with_its_number() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/agent.cddl");
    let cddl = std::fs::read_to_string(path).unwrap();
    for kind in EventKind::ALL {
        let rule = format!(
            "\nevent-{} = [ {}",
            kebab(&format!("{kind:?}")),
            kind.code()
        );
        assert!(cddl.contains(&rule), "expected {rule}");
    }
    for kind in ScreenKind::ALL {
        let name = format!("screen-{}: {}", kebab(&format!("{kind:?}")), kind.code());
        assert!(cddl.contains(&name), "expected {name}");
    }
}
