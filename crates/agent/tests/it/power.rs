//! Power cuts, reboots, drawers, and state files that aren't what they were.

use fairlock_agent::{Event, STORE_EVERY_S, State};
use fairlock_protocol::{Level, Role};

use crate::rig::Rig;
use crate::server::{DAY, HOUR, START, ladder, unlock};

#[test]
fn a_power_cut_anywhere_loses_no_level_and_no_seq() {
    let mut rig = Rig::enrolled();
    rig.issue(Role::Restrict, ladder());
    rig.event(Event::ScreenOn);
    let mut highest = rig.level;
    for hour in 0..7 * 24 {
        // As a port does while the phone is up.
        for _ in 0..HOUR / STORE_EVERY_S {
            rig.advance(STORE_EVERY_S);
            rig.event(Event::Tick);
        }
        if hour % 5 == 0 {
            let (seq, level) = (rig.agent().seq(), rig.level);
            rig.power_cut();
            assert_eq!((rig.agent().seq(), rig.level), (seq, level), "hour {hour}");
            rig.event(Event::ScreenOn);
        }
        highest = highest.max(rig.level);
    }
    assert_eq!(
        highest,
        Level::Lock,
        "reboots only put off what contact allows"
    );
    rig.issue(Role::Relax, unlock());
    rig.power_cut();
    assert_eq!(rig.level, Level::Free);
}

/// What was on disk a moment before an effect is the old state, what is there after it the new.
#[test]
fn old_or_new_never_a_mix() {
    let mut rig = Rig::at(Level::Reduce);
    let old = rig.disk.clone();
    rig.issue(Role::Relax, unlock());
    let (new, level) = (rig.disk.clone(), |bytes: &[u8]| {
        State::decode(bytes).unwrap().level()
    });
    assert_eq!((level(&old), level(&new)), (Level::Reduce, Level::Free));
}

/// "Reboot every hour offline": a pass ends all the same, a lapse fires all the same.
#[test]
fn reboot_every_hour_offline() {
    let mut rig = Rig::at(Level::Lock);
    rig.event(Event::PassPressed);
    assert_eq!(rig.level, Level::Remind);
    rig.go_offline();
    let pressed = rig.now;
    let mut over = None;
    for _ in 0..40 {
        rig.advance(HOUR - STORE_EVERY_S);
        rig.event(Event::Tick);
        rig.advance(STORE_EVERY_S);
        rig.event(Event::Tick);
        rig.power_cut();
        let live = rig.agent().in_force().unwrap().pass_until.is_some();
        if !live && over.is_none() {
            over = Some((rig.now - pressed) / HOUR);
        }
    }
    assert!(
        over.is_some_and(|hours| (24..=25).contains(&hours)),
        "{over:?}"
    );
    assert_eq!(
        rig.level,
        Level::Remind,
        "without contact its window can't be judged"
    );
}

#[test]
fn running_time_is_stored_at_shutdown_and_every_10_minutes() {
    let mut rig = Rig::enrolled();
    let stores = rig.stores;
    rig.advance(STORE_EVERY_S - 1);
    rig.event(Event::Tick);
    assert_eq!(rig.stores, stores);
    rig.advance(1);
    rig.event(Event::Tick);
    assert_eq!(rig.stores, stores + 1);
    rig.advance(10);
    rig.event(Event::Shutdown);
    assert_eq!(rig.stores, stores + 2);
}

#[test]
fn drawer_for_30_days() {
    let mut rig = Rig::enrolled();
    rig.issue(Role::Restrict, ladder());
    rig.event(Event::ScreenOn);
    rig.advance(20);
    rig.event(Event::Shutdown);
    rig.online = false;
    rig.power_cut_for(30 * DAY);
    for _ in 0..40 {
        rig.advance(DAY);
        assert!(rig.level <= Level::Remind, "{:?}", rig.level);
    }
    // Home again, all instants and every `before` have passed: no jump to lock.
    rig.go_online();
    rig.advance(DAY);
    assert_eq!(rig.level, Level::Remind);
}

/// A restored state file brings back an old level at most until the newest grant is heard of, and
/// its next report gives it away.
#[test]
fn state_file_restored() {
    let mut rig = Rig::at(Level::Remind);
    let old = rig.disk.clone();
    let counter = rig.server.reports.last().unwrap().counter;
    rig.advance(6 * DAY);
    assert_eq!(rig.level, Level::Lock);
    let known = rig.server.reports.last().unwrap().counter;
    assert!(known > counter);
    rig.online = false;
    rig.disk = old;
    rig.power_cut();
    assert_eq!(rig.level, Level::Remind);
    let report = rig.agent().encode();
    assert!(State::decode(&report).is_ok());
    // Its counter starts again below what the server has: the server would refuse it.
    assert!(
        rig.server
            .reports
            .iter()
            .all(|report| report.counter <= known)
    );
}

#[test]
fn state_mac_broken_is_free() {
    let mut rig = Rig::at(Level::Lock);
    // The port hands in none when the seal is broken.
    rig.disk = State::new().encode();
    rig.online = false;
    rig.power_cut();
    rig.advance(90 * DAY);
    assert_eq!(rig.level, Level::Free);
    assert_eq!(rig.agent().device(), None);
}

/// The process ends and comes back without a boot: the upper bound is still good.
#[test]
fn a_restarted_process_keeps_the_time() {
    let mut rig = Rig::at(Level::Reduce);
    let before = rig.server.reports.last().unwrap().upper;
    assert!(before.is_some());
    rig.online = false;
    rig.state = Some(State::decode(&rig.disk).unwrap());
    rig.start();
    rig.online = true;
    rig.event(Event::NetworkUp);
    assert!(rig.server.reports.last().unwrap().upper.is_some());
    rig.advance(START + 5 * DAY + HOUR - rig.now);
    assert_eq!(rig.level, Level::Lock, "and the ladder goes on");
}
