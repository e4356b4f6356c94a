//! Notices: five seconds in front of an unlocked, lit screen, in sum.

use fairlock_agent::Event;
use fairlock_protocol::{Level, Role};

use crate::rig::Rig;
use crate::server::{DAY, FIRST, HOUR, LAST, ladder};

fn on_ladder() -> Rig {
    let mut rig = Rig::enrolled();
    rig.issue(Role::Restrict, ladder());
    rig
}

fn shown(rig: &Rig) -> Vec<u16> {
    let shown = &rig.agent().in_force().unwrap().shown;
    shown
        .iter()
        .filter(|one| one.first.is_some())
        .map(|one| one.id)
        .collect()
}

#[test]
fn five_seconds_in_sum_one_notice_after_the_other() {
    let mut rig = on_ladder();
    assert_eq!(rig.screen.as_ref().unwrap().notice, Some(FIRST));
    rig.event(Event::ScreenOn);
    rig.advance(3);
    rig.event(Event::ScreenOff);
    rig.advance(HOUR);
    assert_eq!(shown(&rig), []);
    rig.event(Event::ScreenOn);
    rig.advance(1);
    assert_eq!(shown(&rig), []);
    rig.advance(1);
    assert_eq!(shown(&rig), [FIRST]);
    assert_eq!(rig.screen.as_ref().unwrap().notice, Some(LAST));
    rig.advance(4);
    assert_eq!(shown(&rig), [FIRST]);
    rig.advance(1);
    assert_eq!(shown(&rig), [FIRST, LAST]);
    assert_eq!(rig.screen.as_ref().unwrap().notice, None);
    let last = rig.server.reports.last().unwrap();
    let told: Vec<_> = last
        .shown
        .iter()
        .map(|one| (one.id, one.times, one.seconds))
        .collect();
    assert_eq!(told, [(FIRST, 2, 5), (LAST, 1, 5)]);
    assert!(last.shown[0].first < last.shown[1].first);
}

#[test]
fn a_dark_screen_shows_nothing() {
    let mut rig = on_ladder();
    rig.advance(9 * DAY);
    assert_eq!(shown(&rig), []);
    assert_eq!(rig.level, Level::Remind, "so nothing stricter begins");
}

/// A phone that was switched off with the screen on counts no time in which nobody looked.
#[test]
fn a_power_cut_ends_the_looking() {
    let mut rig = on_ladder();
    rig.event(Event::ScreenOn);
    rig.advance(2);
    rig.power_cut_for(HOUR);
    rig.advance(HOUR);
    assert_eq!(shown(&rig), []);
}

#[test]
fn a_notice_is_not_shown_before_its_time() {
    let mut rig = Rig::enrolled();
    let mut grant = ladder();
    grant.notices[0].show_from = rig.now + 2 * HOUR;
    rig.issue(Role::Restrict, grant);
    rig.event(Event::ScreenOn);
    rig.advance(HOUR);
    assert_eq!(shown(&rig), [LAST]);
    rig.advance(HOUR + 10);
    assert_eq!(shown(&rig), [FIRST, LAST]);
}
