//! Enrolment as the phone lives it.

use fairlock_agent::{Event, ScreenKind};
use fairlock_protocol::{Level, Role};

use crate::rig::Rig;
use crate::server::ladder;

#[test]
fn the_charter_stands_before_the_owner_until_accepted() {
    let mut rig = Rig::blank();
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Blank);
    rig.enrol();
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Charter);
    assert_eq!(rig.agent().offered(), Some(&rig.server.charter));
    assert_eq!(rig.agent().device(), None, "nothing is in force before");
    rig.event(Event::CharterAccepted);
    assert_eq!(rig.agent().device(), Some([2; 16]));
    assert_eq!((rig.level, rig.agent().seq()), (Level::Free, 1));
    assert_eq!(rig.server.reports.last().unwrap().enrolments, 1);
    assert!(rig.stores > 0);
}

#[test]
fn an_answer_lost_is_asked_for_again() {
    let mut rig = Rig::blank();
    rig.online = false;
    rig.enrol();
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Blank);
    rig.go_online();
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Charter);
    rig.online = false;
    rig.event(Event::CharterAccepted);
    assert_eq!(rig.agent().device(), None);
    rig.go_online();
    assert_eq!(rig.agent().device(), Some([2; 16]));
}

#[test]
fn answers_that_are_no_offer_change_nothing() {
    let mut rig = Rig::blank();
    rig.online = false;
    rig.enrol();
    for body in [&[][..], &[0xa0], &[0xff; 40]] {
        rig.event(Event::Answer(body.to_vec()));
        assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Blank);
    }
}

/// A charter below the compiled limits never reaches the owner.
#[test]
fn charter_below_compiled_limits() {
    let mut rig = Rig::blank();
    rig.server.charter.pass.hours = 12;
    rig.enrol();
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Blank);
    rig.event(Event::CharterAccepted);
    assert_eq!(rig.agent().device(), None);
}

#[test]
fn an_enrolled_phone_does_not_enrol_again() {
    let mut rig = Rig::enrolled();
    rig.issue(Role::Restrict, ladder());
    let before = rig.agent().encode();
    rig.enrol();
    assert_eq!(rig.agent().encode(), before);
}
