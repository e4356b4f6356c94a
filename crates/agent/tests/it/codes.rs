//! Typed codes on the phone: what opens, for how long, how often one may try.

use fairlock_agent::{Arg, Effect, Event, ScreenKind, State, step};
use fairlock_codes::Kind;
use fairlock_protocol::report::OverlayKind;
use fairlock_protocol::{Grant, Level, Role};
use proptest::prelude::*;
use rstest::rstest;

use crate::rig::Rig;
use crate::server::{DAY, HOUR, START};

const MINUTE: u64 = 60;

/// Locked, and out of reach of any network.
fn locked() -> Rig {
    let mut rig = Rig::at(Level::Lock);
    rig.go_offline();
    rig
}

impl Rig {
    fn types(&mut self, code: &str) {
        self.event(Event::CodeTyped(code.to_string()));
    }

    /// What the screen says of codes: the message's id and its number.
    fn says_of_codes(&self) -> Vec<(&'static str, u64)> {
        let messages = self.screen.iter().flat_map(|screen| &screen.messages);
        let of_codes = messages.filter(|message| message.id.starts_with("code-"));
        let number = |args: &[(&str, Arg)]| match args {
            [(_, Arg::Count(count))] => *count,
            _ => 0,
        };
        of_codes
            .map(|message| (message.id, number(&message.args)))
            .collect()
    }

    /// Wrong, and none that was ever right: its first digit stands for a value that isn't made.
    fn guesses(&mut self, times: u64) {
        (0..times).for_each(|_| self.types("000000000"));
    }
}

#[rstest]
#[case::ours(|rig: &Rig| rig.server.long_code(2, 1))]
#[case::ours_as_read_out(|rig: &Rig| {
    let code = rig.server.long_code(2, 1);
    format!(" {}-{} {} ", &code[..4], &code[4..9], &code[9..])
})]
#[case::nine_digits_add(|rig: &Rig| rig.server.openpaygo(Kind::Add, 1, 1, false))]
#[case::fifteen_digits_set(|rig: &Rig| rig.server.openpaygo(Kind::Set, 1, 1, true))]
fn a_code_opens_without_network_and_what_it_lowered_comes_back(#[case] code: fn(&Rig) -> String) {
    let mut rig = locked();
    let code = code(&rig);
    rig.types(&code);
    assert_eq!(
        (rig.level, rig.agent().grant_level()),
        (Level::Free, Level::Lock)
    );
    let screen = rig.screen.clone().unwrap();
    assert_eq!(screen.kind, ScreenKind::Code);
    assert!(
        screen
            .messages
            .iter()
            .any(|message| message.id == "pass-on"),
        "{screen:?}"
    );

    rig.advance(DAY - 1);
    assert_eq!(rig.level, Level::Free);
    rig.advance(DAY);
    assert_eq!(rig.level, Level::Lock, "in its own window again");
}

#[test]
fn code_replayed() {
    // Reduced, so that no lapse changes what is under the codes.
    let mut rig = Rig::at(Level::Reduce);
    rig.go_offline();
    let codes = [
        rig.server.long_code(3, 1),
        rig.server.openpaygo(Kind::Add, 1, 3, false),
        rig.server.openpaygo(Kind::Set, 1, 4, true),
    ];
    for code in &codes {
        rig.types(code);
        assert_eq!(rig.level, Level::Free, "{code}");
        rig.advance(2 * DAY);
        assert_eq!(rig.level, Level::Reduce, "{code}");
    }
    let unused = rig.server.long_code(2, 1);
    for code in codes.iter().chain([&unused]) {
        rig.power_cut();
        rig.types(code);
        assert_eq!(
            rig.level,
            Level::Reduce,
            "{code} once more, or one from before a SET"
        );
        assert_eq!(rig.says_of_codes(), [("code-used", 0)]);
    }
    rig.guesses(1);
    assert_eq!(
        rig.says_of_codes(),
        [("code-wrong", 4)],
        "used codes have cost no try"
    );
    rig.types(&codes[2]);
    rig.guesses(1);
    let left = rig.says_of_codes();
    assert_eq!(left, [("code-wrong", 3)], "and forgive nothing");
}

#[test]
fn code_guessed() {
    let mut rig = locked();
    for left in [4, 3, 2, 1] {
        rig.guesses(1);
        assert_eq!(rig.says_of_codes(), [("code-wrong", left)]);
    }
    rig.guesses(1);
    assert_eq!(rig.says_of_codes(), [("code-wait", 1)]);
    let right = rig.server.long_code(2, 1);
    rig.types(&right);
    assert_eq!(
        rig.level,
        Level::Lock,
        "nothing is looked at while one waits"
    );

    let mut wait = MINUTE;
    for _ in 0..12 {
        rig.advance(wait - 1);
        rig.guesses(1);
        assert!(
            matches!(rig.says_of_codes()[..], [("code-wait", 1)]),
            "{wait}: {:?}",
            rig.says_of_codes()
        );
        rig.advance(1);
        assert_eq!(
            rig.says_of_codes(),
            [],
            "{wait}: the screen says that one may try"
        );
        rig.guesses(1);
        wait = (2 * wait).min(DAY);
        assert_eq!(rig.says_of_codes(), [("code-wait", wait / MINUTE)]);
    }
    assert_eq!(wait, DAY);
    rig.advance(DAY);
    rig.types(&right);
    assert_eq!(rig.level, Level::Free);
    rig.guesses(1);
    assert_eq!(
        rig.says_of_codes(),
        [("code-wrong", 4)],
        "a right code forgives"
    );
}

#[test]
fn try_counter_across_reboot() {
    let mut rig = locked();
    rig.guesses(3);
    rig.power_cut();
    rig.guesses(1);
    assert_eq!(rig.says_of_codes(), [("code-wrong", 1)]);
    rig.power_cut();
    rig.guesses(1);
    assert_eq!(rig.says_of_codes(), [("code-wait", 1)]);
    let right = rig.server.long_code(2, 1);
    for off in [0, 400 * DAY as i64, -400 * DAY as i64] {
        rig.wall_off = off;
        // Time that passes while the phone is off isn't running time.
        rig.power_cut_for(HOUR);
        rig.types(&right);
        assert_eq!(rig.level, Level::Lock, "clock off by {off} s");
        assert_eq!(rig.says_of_codes(), [("code-wait", 1)]);
    }
    rig.advance(MINUTE);
    rig.types(&right);
    assert_eq!(rig.level, Level::Free);
}

/// In a month of trying day and night, at a phone whose owner can't be asked.
#[test]
fn a_month_of_guessing_is_fewer_than_fifty_tries() {
    let mut rig = locked();
    let (mut tries, end) = (0, rig.now + 30 * DAY);
    while rig.now < end {
        rig.guesses(1);
        tries += 1;
        if let [("code-wait", minutes)] = rig.says_of_codes()[..] {
            rig.advance(minutes * MINUTE);
        }
    }
    assert!((40..50).contains(&tries), "{tries}");
}

#[test]
fn a_slip_of_the_finger_and_other_nonsense_cost_no_try() {
    let mut rig = locked();
    let mut slip = rig.server.long_code(2, 1).into_bytes();
    slip.swap(3, 9);
    let slip = String::from_utf8(slip).unwrap();
    for typed in [
        slip.as_str(),
        "",
        "12345678",
        "1234567890",
        "999999999999999",
        "call me",
    ] {
        rig.types(typed);
        assert_eq!(rig.says_of_codes(), [("code-wrong", 5)], "{typed}");
    }
}

#[test]
fn a_code_of_another_phone_is_a_guess() {
    let (mut rig, mut other) = (locked(), Rig::blank());
    // Other randomness, another one-time key.
    other.power_cut();
    other.enrol();
    rig.types(&other.server.long_code(2, 1));
    assert_eq!(
        (rig.level, rig.says_of_codes()),
        (Level::Lock, vec![("code-wrong", 4)])
    );
}

#[test]
fn codes_open_as_long_as_the_charter_allows_and_never_close() {
    let mut rig = locked();
    let until = |rig: &Rig| {
        let in_force = rig.agent().in_force().unwrap();
        in_force.code_until.map(|until| until - in_force.at)
    };
    rig.types(&rig.server.long_code(2, 2));
    assert_eq!(until(&rig), Some(2 * DAY));
    rig.types(&rig.server.long_code(3, 1));
    assert_eq!(until(&rig), Some(2 * DAY), "the later of both");
    rig.types(&rig.server.openpaygo(Kind::Set, 0, 3, false));
    assert_eq!(until(&rig), Some(2 * DAY), "SET 0 would lock elsewhere");
    for code in [
        rig.server.long_code(6, 90),
        rig.server.long_code(7, 0),
        rig.server.openpaygo(Kind::Disable, 0, 7, false),
        rig.server.openpaygo(Kind::Add, 995, 9, true),
    ] {
        rig.advance(DAY);
        rig.types(&code);
        assert_eq!(
            until(&rig),
            Some(7 * DAY),
            "{code}: at most the charter's code_days"
        );
    }
}

#[test]
fn a_sync_moves_the_count_up_and_opens_nothing() {
    let mut rig = locked();
    let add = rig.server.openpaygo(Kind::Add, 1, 99, false);
    rig.types(&add);
    assert_eq!(
        rig.says_of_codes(),
        [("code-wrong", 4)],
        "beyond the look-ahead"
    );
    let sync = rig.server.openpaygo(Kind::Sync, 0, 96, false);
    rig.types(&sync);
    assert_eq!((rig.level, rig.says_of_codes()), (Level::Lock, Vec::new()));
    rig.types(&add);
    assert_eq!(rig.level, Level::Free);
    rig.advance(2 * DAY);
    for replayed in [&sync, &add, &rig.server.openpaygo(Kind::Sync, 0, 90, false)] {
        rig.types(replayed);
        assert_eq!(
            rig.says_of_codes(),
            [("code-used", 0)],
            "it never moves back: a code counts once"
        );
    }
}

/// Whatever the power takes: a code that opened is used for ever, a wrong one is counted.
#[test]
fn what_a_code_did_is_on_disk_before_anybody_sees_it() {
    let rig = locked();
    let right = rig.server.long_code(2, 1);
    for (code, opens) in [("000000000", false), (right.as_str(), true)] {
        let (state, running) = (rig.agent().clone(), rig.clocks());
        let (_, effects) = step(state, Event::CodeTyped(code.to_string()), running);
        let Some(Effect::Store(bytes)) = effects.first() else {
            panic!("{code}: first to disk: {effects:?}");
        };
        let (again, _) = step(
            State::decode(bytes).unwrap(),
            Event::CodeTyped(right.clone()),
            running,
        );
        assert!(again.level() == Level::Free, "{code}");
        if opens {
            let used = State::decode(bytes).unwrap();
            assert_eq!(used.level(), Level::Free);
            assert_eq!(
                again.encode(),
                used.encode(),
                "used: nothing changes any more"
            );
        } else {
            assert!(
                State::decode(bytes).unwrap().encode() != rig.disk,
                "the try is counted"
            );
        }
    }
}

#[test]
fn a_released_phone_and_one_that_never_enrolled_know_no_codes() {
    let mut blank = Rig::blank();
    blank.types("000000000");
    assert_eq!(blank.says_of_codes(), []);
    let mut rig = Rig::at(Level::Lock);
    let code = rig.server.long_code(2, 1);
    rig.issue(Role::Release, Grant::plain(0, START, 1, Level::Released));
    assert_eq!(rig.level, Level::Released);
    rig.types(&code);
    assert_eq!(
        (rig.level, rig.says_of_codes()),
        (Level::Released, Vec::new())
    );
}

#[test]
fn the_report_tells_of_wrong_tries_and_of_what_a_code_opened() {
    let mut rig = Rig::at(Level::Lock);
    rig.guesses(2);
    assert_eq!(rig.server.reports.last().unwrap().code_tries, 2);
    rig.types(&rig.server.long_code(2, 1));
    let report = rig.server.reports.last().unwrap();
    assert_eq!((report.code_tries, report.level), (0, Level::Free));
    let kinds: Vec<_> = report
        .overlays
        .iter()
        .map(|one| (one.kind, one.left_s))
        .collect();
    assert_eq!(kinds, [(OverlayKind::Code, DAY)]);
}

proptest! {
    // Each of them enrols a phone first.
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Both forms share one count: whatever comes in whatever order, over boots, counts once, and
    /// nothing older follows a SET, DISABLE or SYNC.
    #[test]
    fn a_code_counts_once(
        order in prop::collection::vec((1..20_u64, 0..5_usize, any::<bool>()), 1..30),
    ) {
        let mut rig = Rig::enrolled();
        let (mut counted, mut bar) = (Vec::new(), 1);
        for (number, form, reboots) in order {
            let kinds = [Kind::Add, Kind::Set, Kind::Disable, Kind::Sync];
            let (count, code) = match kinds.get(form) {
                None => (number + 1, rig.server.long_code(number + 1, 1)),
                Some(kind) => {
                    let (days, odd) = (u64::from(form < 2), u64::from(form > 0));
                    let code = rig.server.openpaygo(*kind, days, 2 * number + odd - 1, form == 1);
                    (2 * number + odd, code)
                }
            };
            rig.types(&code);
            if rig.says_of_codes().is_empty() {
                prop_assert!(!counted.contains(&count), "{count} counted twice");
                prop_assert!(count > bar, "{count} after {bar}");
                counted.push(count);
                if (1..4).contains(&form) {
                    bar = count;
                }
            }
            if reboots {
                rig.power_cut();
            }
        }
    }

    /// No text makes a phone stricter, stops it, or opens it.
    #[test]
    fn any_text_is_answered(texts in prop::collection::vec("[0-9 -]{0,24}|.{0,12}", 1..12)) {
        let mut rig = Rig::enrolled();
        for text in texts {
            let before = rig.level;
            rig.types(&text);
            prop_assert!(rig.level <= before);
            prop_assert_eq!(rig.agent().in_force().unwrap().code_until, None);
        }
    }
}
