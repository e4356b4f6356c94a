//! The simulated backend keeps the suite that every backend must pass, and its faults never leave a
//! phone stricter than both what was and what was wanted.

use fairlock_agent::{Backend as _, Capabilities, Conduct, Fault, Function};
use fairlock_issuer::LAPSE_DEFAULT;
use fairlock_protocol::Level;
use fairlock_protocol::charter::{
    AppClass, Channel, ChannelKind, Charter, Currency, FloorApp, FloorKind, Help, HelpKind, Limits,
    Pass, Restriction, Zone,
};
use fairlock_sim::phone::backend::Simulated;
use fairlock_sim::phone::conformance::{OnPhone as _, Use, breaches, has_page, leaves};

const LEVELS: [Level; 4] = [Level::Free, Level::Remind, Level::Reduce, Level::Lock];

fn charter() -> Charter {
    let limits = Some(Limits {
        lead_h: 48,
        dwell_h: 24,
        from_min: 540,
        to_min: 960,
        days: 0b1111,
    });
    Charter {
        n: 1,
        iat: 1_772_452_800,
        lender: "Test lender".to_string(),
        contract: "C-1".to_string(),
        currency: Currency {
            code: *b"KES",
            exponent: 2,
        },
        reference: "RF18539007547034".to_string(),
        channels: vec![Channel {
            id: 1,
            kind: ChannelKind::MobileMoney,
            payee: "Test lender".to_string(),
            account: "888880".to_string(),
        }],
        highest: Level::Lock,
        reduce: limits,
        lock: limits,
        floor: vec![FloorApp {
            kind: FloorKind::MobileMoney,
            app: "org.example.money".to_string(),
        }],
        classes: vec![AppClass::Games, AppClass::Video],
        offline_days: 14,
        silence_h: 72,
        lapse: LAPSE_DEFAULT,
        pass: Pass {
            hours: 48,
            times: 1,
            period_days: 30,
        },
        code_days: 30,
        reset_lead_h: 48,
        restrictions: vec![Restriction::FactoryReset],
        last_due: 20_700,
        last_day: 20_800,
        zone: Zone {
            name: "Africa/Nairobi".to_string(),
            offset_min: 180,
            transitions: Vec::new(),
        },
        help: vec![Help {
            kind: HelpKind::Lender,
            name: "Test lender".to_string(),
            contact: "+254 20 000 0000".to_string(),
        }],
        languages: vec!["en".to_string()],
    }
}

/// Every level under charters with much and with nothing to limit.
fn conducts() -> Vec<Conduct> {
    let bare = Charter {
        floor: Vec::new(),
        classes: Vec::new(),
        restrictions: Vec::new(),
        ..charter()
    };
    let of = |charter: &Charter| LEVELS.map(|level| Conduct::at(level, Some(charter)));
    [of(&charter()), of(&bare)].concat()
}

fn simulated() -> Simulated {
    Simulated::new(Capabilities::ALL)
}

#[test]
fn the_simulated_backend_keeps_every_rule() {
    assert_eq!(breaches(simulated, &conducts()), [""; 0]);
}

#[test]
fn the_suite_finds_a_lock_that_takes_a_function_of_the_floor() {
    for &function in Function::ALL {
        let broken = || {
            let mut backend = simulated();
            backend.faults.takes = Some(function);
            backend
        };
        let found = breaches(broken, &conducts());
        let named = format!("at Lock: {function:?} doesn't work");
        assert!(found.contains(&named), "{found:?}");
    }
}

#[test]
fn the_suite_finds_a_backend_that_has_no_right() {
    let lost = || {
        let mut backend = simulated();
        backend.faults.right_lost = true;
        backend
    };
    let found = breaches(lost, &conducts());
    assert!(
        found
            .iter()
            .any(|what| what == "Lock can't be applied: RightLost"),
        "{found:?}"
    );
}

#[test]
fn only_reduce_pauses_classes_and_only_lock_has_a_page() {
    let charter = charter();
    let game = |class| Use::App {
        package: "org.example.game",
        class,
    };
    let (games, other) = (game(Some(AppClass::Games)), game(None));
    for (level, games_run, others_run) in [
        (Level::Released, true, true),
        (Level::Free, true, true),
        (Level::Remind, true, true),
        (Level::Reduce, false, true),
        (Level::Lock, false, false),
    ] {
        let conduct = Conduct::at(level, Some(&charter));
        assert_eq!(leaves(&conduct, games), games_run, "{level:?}");
        assert_eq!(leaves(&conduct, other), others_run, "{level:?}");
        assert_eq!(has_page(&conduct), level == Level::Lock);
        for &function in Function::ALL {
            assert!(leaves(&conduct, Use::Function(function)), "{function:?}");
        }
    }
}

/// From every level to every level, cut off after every number of calls.
#[test]
fn a_platform_that_refuses_on_the_way_leaves_no_stricter_phone() {
    let charter = charter();
    for from in LEVELS {
        for to in LEVELS {
            for calls in 0..6 {
                let (now, next) = (
                    Conduct::at(from, Some(&charter)),
                    Conduct::at(to, Some(&charter)),
                );
                let mut backend = simulated();
                backend.apply(&now).unwrap();
                backend.faults.refuse_after = Some(calls);
                let done = backend.apply(&next);
                let seen = backend.observe();
                assert!(
                    seen.level <= from.max(to),
                    "{from:?} to {to:?}: {:?}",
                    seen.level
                );
                assert_eq!(seen.missing, []);
                let game = Use::App {
                    package: "org.example.game",
                    class: Some(AppClass::Games),
                };
                if leaves(&now, game) && leaves(&next, game) {
                    assert!(
                        backend.works(game),
                        "{from:?} to {to:?} after {calls} calls"
                    );
                }
                assert!(matches!(done, Ok(()) | Err(Fault::Refused)));
                assert!(seen.level == to || done.is_err(), "a failure is told");
                backend.faults.refuse_after = None;
                backend.apply(&next).unwrap();
                assert_eq!(backend.observe().level, to, "asked again");
            }
        }
    }
}
