//! The phone's side of the three stories of the architecture, and never stricter than it may be.

use fairlock_agent::{Event, ScreenKind};
use fairlock_protocol::channel::Frame;
use fairlock_protocol::report::Cause;
use fairlock_protocol::{Grant, Level, Role};

use crate::rig::Rig;
use crate::server::{DAY, HOUR, START, ladder, unlock};

/// Story 2, then story 1: a due date passes, a payment frees the phone, the last one releases it.
#[test]
fn warned_limited_locked_freed_released() {
    let mut rig = Rig::enrolled();
    assert_eq!(rig.level, Level::Free);
    rig.issue(Role::Restrict, ladder());
    assert_eq!(
        rig.level,
        Level::Free,
        "nothing begins before its own moment"
    );
    rig.event(Event::ScreenOn);
    let mut seen = Vec::new();
    while rig.level < Level::Lock {
        let before = rig.level;
        rig.advance(HOUR);
        if rig.level != before {
            seen.push((rig.level, (rig.now - START) / HOUR));
        }
        assert!(rig.now < START + 9 * DAY, "{:?}", rig.agent().in_force());
    }
    assert_eq!(
        seen,
        [(Level::Remind, 1), (Level::Reduce, 48), (Level::Lock, 120)]
    );
    assert_eq!(
        rig.server.reports.last().unwrap().level,
        Level::Lock,
        "reported"
    );
    let reports = rig.server.reports.len();
    rig.issue(Role::Relax, unlock());
    assert_eq!(rig.level, Level::Free, "at once, not at a later wake-up");
    assert_eq!(rig.server.reports.len(), reports + 1);
    let last = rig.server.reports.last().unwrap();
    assert_eq!(
        (last.level, last.grant_level, last.seq),
        (Level::Free, Level::Free, 3)
    );
    rig.issue(
        Role::Release,
        Grant {
            level: Level::Released,
            ..unlock()
        },
    );
    assert_eq!(rig.level, Level::Released);
    assert_eq!(
        rig.server.reports.last().unwrap().why.cause,
        Cause::Released
    );
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Released);
    assert_eq!(rig.says(), ["released"]);
    rig.wake = None;
    rig.event(Event::Tick);
    assert_eq!(rig.wake, None, "a released phone wants nothing any more");
}

/// Story 3: 20 days out of reach, then home.
#[test]
fn a_phone_comes_back_after_20_days_offline() {
    let mut rig = Rig::at(Level::Reduce);
    rig.go_offline();
    let mut levels = vec![rig.level];
    for _ in 0..20 * 24 {
        rig.advance(HOUR);
        if levels.last() != Some(&rig.level) {
            levels.push(rig.level);
        }
    }
    assert_eq!(
        levels,
        [Level::Reduce],
        "no lock without contact; the lapse holds it at reduce"
    );
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Offline);
    assert!(
        rig.says().contains(&"offline"),
        "it says since when: {:?}",
        rig.says()
    );
    // Meanwhile money came, and later a new debt: only the newest grant counts.
    rig.server.issue(Role::Relax, unlock());
    rig.server.issue(
        Role::Relax,
        Grant {
            level: Level::Remind,
            ..unlock()
        },
    );
    let heard = rig.server.reports.len();
    rig.go_online();
    assert_eq!(rig.agent().seq(), 4);
    assert_eq!(rig.level, Level::Remind);
    assert!(rig.server.reports.len() > heard);
    let last = rig.server.reports.last().unwrap();
    assert_eq!((last.level, last.seq), (Level::Remind, 4));
    assert!(
        last.upper.is_some_and(|upper| upper >= rig.now),
        "and it knows the time again"
    );
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Remind);
}

#[test]
fn an_unlock_after_20_days_offline_frees_at_first_contact() {
    let mut rig = Rig::at(Level::Lock);
    rig.go_offline();
    rig.advance(20 * DAY);
    assert_eq!(rig.level, Level::Reduce);
    rig.server.issue(Role::Relax, unlock());
    rig.go_online();
    assert_eq!(rig.level, Level::Free);
}

/// A step is due, and a freeing grant is on its way behind another frame: no step begins between
/// two frames.
#[test]
fn frames_of_one_moment_begin_nothing() {
    let mut rig = Rig::at(Level::Reduce);
    rig.advance(START + 5 * DAY - 60 - rig.now);
    rig.now += 120;
    let unlock = rig.server.issue(Role::Relax, unlock());
    rig.frame(&Frame::Ack { counter: 0 });
    assert_eq!(
        rig.level,
        Level::Reduce,
        "the lock could begin now, but not because of a frame"
    );
    assert_eq!(
        rig.next_wake(),
        Some(rig.now),
        "it asks to be woken at once"
    );
    rig.frame(&unlock);
    assert_eq!(rig.level, Level::Free);
    rig.advance(DAY);
    assert_eq!(rig.level, Level::Free);
}

/// The level is never above what the newest accepted grant and the charter allow.
#[test]
fn never_stricter_than_newest_grant_and_charter() {
    let mut rig = Rig::enrolled();
    rig.event(Event::ScreenOn);
    let mut allowed = Level::Free;
    let grants = [
        (Role::Restrict, ladder()),
        (Role::Relax, unlock()),
        (
            Role::Restrict,
            Grant {
                level: Level::Free,
                ..ladder()
            },
        ),
        (
            Role::Relax,
            Grant {
                level: Level::Remind,
                ..unlock()
            },
        ),
        (
            Role::Restrict,
            Grant {
                level: Level::Lock,
                ..unlock()
            },
        ),
    ];
    for (number, (role, mut grant)) in grants.into_iter().enumerate() {
        let shift = rig.now - START;
        grant.iat += shift;
        for step in &mut grant.later {
            step.at += shift;
            step.guards.before = step.guards.before.map(|before| before + shift);
        }
        let ahead = grant.later.iter().map(|step| step.level).max();
        let bound = ahead.unwrap_or(Level::Free).max(grant.level.min(allowed));
        rig.issue(role, grant);
        for _ in 0..9 * 24 {
            rig.advance(HOUR);
            assert!(
                rig.level <= bound,
                "grant {number}: {:?} > {bound:?}",
                rig.level
            );
            assert!(rig.level <= rig.server.charter.highest);
        }
        allowed = rig.level;
    }
}

/// Clock back and forward a year: the wall clock has no part in anything.
#[test]
fn clock_back_and_forward_a_year() {
    let run = |offsets: &[i64]| {
        let mut rig = Rig::enrolled();
        rig.issue(Role::Restrict, ladder());
        rig.event(Event::ScreenOn);
        let mut levels = Vec::new();
        for hour in 0..7 * 24usize {
            rig.wall_off = offsets[hour / 12 % offsets.len()];
            rig.advance(HOUR);
            levels.push(rig.level);
        }
        levels
    };
    let year = 365 * DAY as i64;
    let steady = run(&[0]);
    assert!(steady.contains(&Level::Lock));
    assert_eq!(run(&[year, -year, 0, -3 * year]), steady);
}

#[test]
fn emergency_pass_opens_and_is_reported() {
    let mut rig = Rig::at(Level::Lock);
    rig.event(Event::PassPressed);
    assert_eq!(rig.level, Level::Remind);
    let last = rig.server.reports.last().unwrap();
    assert_eq!(
        (last.passes, last.why.cause, last.grant_level),
        (1, Cause::Pass, Level::Lock)
    );
    assert_eq!(last.overlays[0].left_s, 24 * HOUR);
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Pass);
    rig.advance(24 * HOUR - 1);
    assert_eq!(rig.level, Level::Remind);
    rig.advance(1);
    assert_eq!(rig.level, Level::Lock, "over, inside its window");
    rig.event(Event::PassPressed);
    assert_eq!(rig.level, Level::Lock, "one in 30 days");
    assert_eq!(rig.server.reports.last().unwrap().passes, 1);
}
