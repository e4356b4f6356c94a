//! The level function over time: a phone walked through all levels, and its wake-ups.

use fairlock_protocol::report::{Cause, Wait};
use fairlock_protocol::{Grant, Level, Role, Window};

use crate::world::{DAY, FIRST, HOUR, LAST, Phone, START, daytime, ladder, step, unlock};

#[test]
fn a_phone_is_warned_limited_locked_freed_and_released() {
    let mut phone = Phone::on_ladder();
    assert_eq!(phone.level(), Level::Free, "steps[0] is free");
    phone.wait(60);
    assert_eq!(phone.level(), Level::Remind);
    phone.show(FIRST);
    phone.show(LAST);
    let mut seen = vec![(phone.local(), phone.level())];
    while phone.level() < Level::Lock {
        phone.wait(HOUR / 2);
        phone.contact();
        if seen.last().unwrap().1 != phone.level() {
            seen.push((phone.local(), phone.level()));
        }
        assert!(
            phone.moment.lower < START + 10 * DAY,
            "{:?}",
            phone.state.waits(&phone.moment)
        );
    }
    // Monday 09:00; `reduce` two days, `lock` five days after the grant was issued.
    let expected = [
        ((0, 9), Level::Remind),
        ((2, 9), Level::Reduce),
        ((5, 9), Level::Lock),
    ];
    assert_eq!(seen, expected);
    phone.take(Role::Relax, &unlock(3));
    assert_eq!(phone.level(), Level::Free);
    phone.take(Role::Release, &Grant::plain(4, START, 3, Level::Released));
    assert_eq!(phone.level(), Level::Released);
    assert_eq!(phone.state.next(&phone.moment), None);
}

/// `steps[0]` only bounds; it never raises.
#[test]
fn steps_0_never_raises() {
    for level in [Level::Remind, Level::Reduce, Level::Lock] {
        let mut phone = Phone::new();
        phone.take(Role::Restrict, &Grant { level, ..unlock(2) });
        phone.wait(DAY);
        assert_eq!(phone.level(), Level::Free);
    }
}

#[test]
fn steps_begin_in_order() {
    let mut phone = Phone::on_ladder();
    phone.show(LAST);
    for _ in 0..48 {
        phone.wait(6 * HOUR);
        phone.contact();
        assert_eq!(
            phone.level(),
            Level::Remind,
            "lock waits behind a reduce that can't begin"
        );
    }
    assert_eq!(phone.state.why(&phone.moment).step, 1);
}

/// A newer grant may let a begun step stand; it brings nothing back.
#[test]
fn what_was_lowered_stays_lowered() {
    let mut phone = Phone::at(Level::Lock);
    phone.take(
        Role::Relax,
        &Grant {
            level: Level::Reduce,
            ..unlock(3)
        },
    );
    assert_eq!(phone.level(), Level::Reduce);
    phone.take(
        Role::Relax,
        &Grant {
            level: Level::Lock,
            ..unlock(4)
        },
    );
    phone.contact();
    phone.wait(DAY);
    assert_eq!(phone.level(), Level::Reduce);
    // The older of the two steps that are now `reduce` stays, with its own window.
    assert_eq!(phone.state.begun.len(), 2);
    let levels: Vec<Level> = phone.state.begun.iter().map(|begun| begun.level).collect();
    assert_eq!(levels, [Level::Remind, Level::Reduce]);
}

#[test]
fn dwell_counts_across_grants() {
    let mut phone = Phone::at(Level::Reduce);
    let since = phone.state.dwell_since;
    let again = Grant {
        level: Level::Reduce,
        later: vec![step(Level::Lock, START + 5 * DAY)],
        ..ladder(3)
    };
    phone.take(
        Role::Restrict,
        &Grant {
            warrant: Some(crate::world::warrant(1)),
            ..again
        },
    );
    assert_eq!(phone.level(), Level::Reduce);
    assert_eq!(phone.state.dwell_since, since, "the level didn't change");
    phone.take(
        Role::Relax,
        &Grant {
            level: Level::Remind,
            ..unlock(4)
        },
    );
    assert_eq!(phone.state.dwell_since, phone.state.free_time());
}

#[test]
fn waits_name_every_failing_guard() {
    let mut phone = Phone::on_ladder();
    phone.wait(60);
    phone.moment.upper = None;
    let waits = phone.state.waits(&phone.moment);
    let expected = [
        Wait::At,
        Wait::Notices,
        Wait::Lead,
        Wait::Silence,
        Wait::Window,
    ];
    assert_eq!(waits, expected);
    assert_eq!(phone.state.why(&phone.moment).cause, Cause::Grant);
}

#[test]
fn windows() {
    let day = daytime();
    let monday = 20_514 * DAY - 3 * HOUR;
    let weekday = |bits| Window { days: bits, ..day };
    assert!(!day.contains(monday + 8 * HOUR - 1));
    assert!(day.contains(monday + 8 * HOUR));
    assert!(day.contains(monday + 20 * HOUR - 1));
    assert!(!day.contains(monday + 20 * HOUR), "the end is excluded");
    for (bit, offset) in (0..7).zip(0..) {
        let at = monday + offset * DAY + 12 * HOUR;
        assert!(weekday(1 << bit).contains(at), "bit {bit}");
        assert!(!weekday(127 & !(1 << bit)).contains(at), "bit {bit}");
        assert_eq!(
            weekday(1 << bit).next_open(monday),
            monday + offset * DAY + 8 * HOUR
        );
    }
    assert!(
        !day.contains_all(monday + 19 * HOUR, monday + DAY + 9 * HOUR),
        "not over a night"
    );
    assert_eq!(
        weekday(1).next_open(monday + 20 * HOUR),
        monday + 7 * DAY + 8 * HOUR
    );
    let far_west = Window {
        offset_min: -720,
        from_min: 0,
        to_min: 1440,
        days: 1,
    };
    assert_eq!(
        far_west.next_open(0),
        4 * DAY + 12 * HOUR,
        "the first Monday of 1970"
    );
}

/// A phone that sleeps until its own wake-ups has at every minute the level of one that looks at
/// itself every minute.
#[test]
fn wake_ups_miss_nothing() {
    for variant in 0..6u64 {
        let mut awake = Phone::on_ladder();
        if variant % 3 == 1 {
            let mut grant = ladder(3);
            let tuesdays = Window {
                days: 0b10,
                from_min: 600,
                ..daytime()
            };
            grant.later[1].guards.window = Some(tuesdays);
            grant.later[1].guards.before = Some(START + 20 * DAY);
            awake.take(Role::Restrict, &grant);
        }
        let mut asleep = awake.clone();
        let mut changes = 0;
        let mut level = awake.level();
        for minute in 1..12 * 24 * 60u64 {
            awake.wait(60);
            sleep(&mut asleep, 60);
            for phone in [&mut awake, &mut asleep] {
                if minute % (6 * 60) == 0 && !(variant % 4 == 2 && minute > 6 * 1440) {
                    phone.contact();
                }
                if minute == 100 + variant * 77 {
                    for id in [FIRST, LAST] {
                        phone.state.shown_for(id, 5, phone.moment.lower);
                    }
                    phone.wait(0);
                }
                if minute == (4 + variant) * 1440 + variant * 211 {
                    phone.press_pass();
                }
            }
            assert_eq!(
                asleep.level(),
                awake.level(),
                "variant {variant}, minute {minute}\n{:?}\n{:?}",
                asleep.state.waits(&asleep.moment),
                awake.state
            );
            changes += usize::from(level != awake.level());
            level = awake.level();
        }
        assert!(changes >= 2, "variant {variant}: {changes} changes");
    }
}

/// Time passes; the phone looks at itself only when it asked to be woken.
fn sleep(phone: &mut Phone, seconds: u64) {
    let until = phone.moment.running + seconds;
    while let Some(wake) = phone.state.next(&phone.moment)
        && wake <= until
    {
        let step = wake - phone.moment.running;
        phone.wait(step);
        let again = phone.state.next(&phone.moment);
        assert_ne!(
            (step, again),
            (0, Some(phone.moment.running)),
            "{:?}",
            phone.state
        );
    }
    let rest = until - phone.moment.running;
    phone.moment.running += rest;
    phone.moment.lower += rest;
    phone.moment.upper = phone.moment.upper.map(|upper| upper + rest);
}
