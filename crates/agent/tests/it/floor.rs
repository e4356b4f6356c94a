//! The floor: in every state that a phone can come to, everything of product.md's list works, and
//! so do the way to pay and the way to object; and a backend that takes any of it loses its say.

use fairlock_agent::{Capabilities, Conduct, Event, Function};
use fairlock_protocol::report::Cause;
use fairlock_protocol::{Level, Role};

use crate::rig::Rig;
use crate::server::{HOUR, charter, unlock};

/// One phone in each state that level and overlays can be in.
fn every_state() -> Vec<(&'static str, Rig)> {
    let mut rigs = vec![("never enrolled", Rig::blank()), ("free", Rig::enrolled())];
    for (name, level) in [
        ("remind", Level::Remind),
        ("reduce", Level::Reduce),
        ("lock", Level::Lock),
    ] {
        rigs.push((name, Rig::at(level)));
    }
    for (name, level) in [
        ("a pass over reduce", Level::Reduce),
        ("a pass over lock", Level::Lock),
    ] {
        let mut rig = Rig::at(level);
        rig.event(Event::PassPressed);
        rigs.push((name, rig));
    }
    let mut returning = Rig::at(Level::Lock);
    returning.event(Event::PassPressed);
    returning.advance(49 * HOUR);
    rigs.push(("a pass that has ended", returning));
    let mut lapsed = Rig::at(Level::Lock);
    lapsed.go_offline();
    lapsed.advance(80 * HOUR);
    rigs.push(("lapsed", lapsed));
    let mut released = Rig::at(Level::Lock);
    released.issue(
        Role::Release,
        fairlock_protocol::Grant {
            level: Level::Released,
            ..unlock()
        },
    );
    rigs.push(("released", released));
    for reduce in [true, false] {
        let mut weak = Rig::at(Level::Lock);
        weak.capabilities = Capabilities {
            reduce,
            lock: false,
        };
        weak.power_cut();
        rigs.push(("a backend that can't lock", weak));
    }
    rigs
}

#[test]
fn every_function_of_the_floor_works_in_every_state() {
    let states = every_state();
    let levels: Vec<Level> = states.iter().map(|(_, rig)| rig.level).collect();
    for level in [
        Level::Released,
        Level::Free,
        Level::Remind,
        Level::Reduce,
        Level::Lock,
    ] {
        assert!(levels.contains(&level), "{level:?} is reached");
    }
    for (name, rig) in &states {
        let Some(conduct) = &rig.conduct else {
            panic!("{name}: the backend was told nothing");
        };
        for &function in Function::ALL {
            assert!(
                conduct.floor().functions().contains(&function),
                "{name}: {function:?}"
            );
        }
        let enrolled = rig.agent().charter().is_some();
        let apps = if enrolled {
            charter().floor
        } else {
            Vec::new()
        };
        assert_eq!(conduct.floor().apps(), apps, "{name}");
        let told: Vec<_> = charter()
            .help
            .into_iter()
            .map(|help| help.contact)
            .collect();
        assert_eq!(
            conduct.floor().contacts(),
            if enrolled { told } else { Vec::new() }
        );
    }
}

#[test]
fn only_reduce_and_lock_pause_classes() {
    for level in [Level::Released, Level::Free, Level::Remind] {
        let conduct = Conduct::at(level, Some(&charter()));
        assert!(conduct.paused().is_empty(), "{level:?}");
        assert!(conduct.restrictions().is_empty(), "{level:?}");
    }
    for level in [Level::Reduce, Level::Lock] {
        let conduct = Conduct::at(level, Some(&charter()));
        assert_eq!(conduct.paused(), charter().classes, "{level:?}");
    }
}

#[test]
fn a_backend_that_takes_a_function_of_the_floor_loses_its_say_until_the_next_boot() {
    let mut rig = Rig::at(Level::Reduce);
    rig.takes = vec![Function::IncomingCalls];
    rig.event(Event::ScreenOn);
    let mut locked = false;
    for _ in 0..200 {
        rig.advance(HOUR);
        locked |= rig.level == Level::Lock;
        if rig.agent().grant_level() == Level::Lock {
            break;
        }
    }
    assert_eq!(rig.agent().grant_level(), Level::Lock);
    assert!(!locked, "lower again within the same instant");
    assert_eq!(rig.level, Level::Remind);
    let report = rig.server.reports.last().unwrap();
    assert_eq!(
        (report.level, report.why.cause),
        (Level::Remind, Cause::Floor)
    );
    rig.takes.clear();
    rig.power_cut();
    assert_eq!(rig.level, Level::Lock, "another boot, another look");
    let report = rig.server.reports.last().unwrap();
    assert_eq!(report.level, Level::Lock);
}

#[test]
fn a_backend_that_cannot_do_a_level_does_the_one_below_and_says_so() {
    for (reduce, lock, at_reduce, at_lock) in [
        (true, true, Level::Reduce, Level::Lock),
        (true, false, Level::Reduce, Level::Reduce),
        (false, true, Level::Remind, Level::Lock),
        (false, false, Level::Remind, Level::Remind),
    ] {
        for (granted, acts) in [(Level::Reduce, at_reduce), (Level::Lock, at_lock)] {
            let mut rig = Rig::at(granted);
            rig.capabilities = Capabilities { reduce, lock };
            rig.power_cut();
            assert_eq!(rig.level, acts, "{granted:?} by {:?}", rig.capabilities);
            let report = rig.server.reports.last().unwrap();
            assert_eq!((report.grant_level, report.level), (granted, acts));
            assert_eq!(report.why.cause == Cause::Backend, granted != acts);
        }
    }
}

#[test]
fn a_backend_that_fails_is_asked_again_and_the_truth_is_reported() {
    let mut rig = Rig::at(Level::Lock);
    rig.backend_works = false;
    rig.issue(Role::Relax, unlock());
    assert_eq!(rig.level, Level::Lock, "it didn't open");
    let report = rig.server.reports.last().unwrap();
    assert_eq!(
        (report.grant_level, report.level),
        (Level::Free, Level::Lock)
    );
    assert_eq!(report.why.cause, Cause::Backend);
    let asked_again = rig.wake.expect("a minute later");
    rig.backend_works = true;
    rig.advance(61);
    assert_eq!(rig.level, Level::Free, "{asked_again}");
    assert_eq!(rig.server.reports.last().unwrap().level, Level::Free);
}
