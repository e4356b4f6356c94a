//! Check-ins, tokens, reports and the channel.

use fairlock_agent::{CHECK_IN_H, Event};
use fairlock_protocol::channel::{Frame, Refused};
use fairlock_protocol::report::Cause;
use fairlock_protocol::{Grant, Level, Role};

use crate::rig::Rig;
use crate::server::{DAY, HOUR, START, ladder, unlock};

#[test]
fn the_first_frame_is_a_report_then_a_check_in() {
    let rig = Rig::enrolled();
    let first = &rig.server.reports[0];
    assert_eq!((first.counter, first.seq, first.level), (1, 1, Level::Free));
    assert_eq!(
        (first.nonce, first.upper),
        (None, None),
        "before any contact"
    );
    assert_eq!(rig.server.reports.len(), 1, "a token alone is no news");
    assert_eq!(rig.wake, Some(30 + CHECK_IN_H * HOUR));
}

#[test]
fn it_checks_in_every_6_hours_and_after_each_network_up() {
    let mut rig = Rig::enrolled();
    let fresh = |rig: &Rig| rig.agent().in_force().unwrap().fresh.unwrap();
    assert_eq!(fresh(&rig), START);
    rig.advance(6 * HOUR);
    assert_eq!(fresh(&rig), START + 6 * HOUR);
    rig.go_offline();
    rig.advance(13 * HOUR);
    assert_eq!(fresh(&rig), START + 6 * HOUR);
    rig.go_online();
    assert_eq!(fresh(&rig), START + 19 * HOUR);
    let last = rig.server.reports.last().unwrap();
    assert_eq!(last.counter, 2, "each connection begins with a report");
    assert!(last.nonce.is_some());
}

#[test]
fn a_blind_server_keeps_no_lock() {
    let mut rig = Rig::at(Level::Lock);
    rig.server.blind_since = Some(rig.now);
    rig.advance(72 * HOUR + 6 * HOUR);
    assert_eq!(rig.level, Level::Reduce);
    assert_eq!(rig.server.reports.last().unwrap().why.cause, Cause::Lapse);
}

#[test]
fn tokens_pass_unlock_dropped() {
    let mut rig = Rig::at(Level::Reduce);
    rig.server.withholds = true;
    rig.online = false;
    rig.server.issue(Role::Relax, unlock());
    rig.online = true;
    rig.advance(20 * DAY);
    assert_eq!(
        rig.level,
        Level::Reduce,
        "no lock while an unlock is on its way"
    );
    rig.server.withholds = false;
    rig.go_offline();
    rig.go_online();
    assert_eq!(rig.level, Level::Free);
}

#[test]
fn a_replayed_token_is_ignored() {
    let mut rig = Rig::enrolled();
    let nonce = [9; 16];
    let frames = rig
        .server
        .hear(&Frame::CheckIn { nonce }.encode(), rig.now + DAY);
    let before = rig.agent().encode();
    frames.iter().for_each(|frame| rig.frame(frame));
    assert_eq!(rig.agent().encode(), before, "nobody asked for it");
}

#[test]
fn refusals_and_cuts_are_reported_newest_16() {
    let mut rig = Rig::enrolled();
    let bent = Grant {
        pay: Some(7),
        ..ladder()
    };
    rig.issue(Role::Relax, bent);
    let last = rig.server.reports.last().unwrap();
    assert_eq!(last.rejects.len(), 1);
    assert_eq!(
        (
            last.rejects[0].code,
            last.rejects[0].seq,
            last.rejects[0].step
        ),
        (103, 2, 1)
    );
    for _ in 0..20 {
        rig.frame(&Frame::Grant(vec![0x80]));
    }
    let last = rig.server.reports.last().unwrap();
    assert_eq!(last.rejects.len(), 16);
    assert!(
        last.rejects
            .iter()
            .all(|reject| (reject.code, reject.seq) == (2, 0))
    );
    assert_eq!(rig.level, Level::Free);
}

#[test]
fn a_grant_sent_again_is_told_again() {
    let mut rig = Rig::enrolled();
    let frame = rig.server.issue(Role::Relax, unlock());
    rig.frame(&frame);
    let reports = rig.server.reports.len();
    rig.frame(&frame);
    assert_eq!(rig.server.reports.len(), reports + 1);
    assert_eq!(rig.server.reports.last().unwrap().rejects, []);
}

#[test]
fn a_key_store_that_fails_is_not_asked_for_ever() {
    let mut rig = Rig::enrolled();
    rig.key_works = false;
    rig.issue(Role::Restrict, ladder());
    rig.advance(62);
    assert_eq!(
        rig.level,
        Level::Remind,
        "a phone that can't report still obeys"
    );
    let signs = rig.signs;
    rig.advance(DAY);
    assert!(
        rig.signs - signs < 12,
        "{} tries in a day",
        rig.signs - signs
    );
    rig.key_works = true;
    rig.advance(DAY);
    assert_eq!(rig.server.reports.last().unwrap().level, Level::Remind);
}

/// 30 s after the connection was lost, then twice that each time, up to the ordinary check-in.
#[test]
fn a_lost_channel_is_opened_again_with_patience() {
    let mut rig = Rig::enrolled();
    rig.go_offline();
    let lost = rig.now;
    let mut tries = Vec::new();
    while rig.now < lost + 40 * HOUR {
        let wake = rig.next_wake().unwrap();
        rig.advance(wake - rig.now);
        tries.push(rig.now - lost);
    }
    let expected = [
        30, 90, 210, 450, 930, 1890, 3810, 7650, 15_330, 30_690, 52_290, 73_890,
    ];
    assert_eq!(tries[..12], expected);
    rig.online = true;
    rig.advance(6 * HOUR);
    assert_eq!(
        rig.server.reports.len(),
        2,
        "and it is back without being told of a network"
    );
    // A server that refuses is given the same rest.
    let reports = rig.server.reports.len();
    rig.frame(&Frame::Refused {
        code: Refused::Counter,
    });
    rig.advance(29);
    assert_eq!(rig.server.reports.len(), reports);
    rig.advance(1);
    assert_eq!(rig.server.reports.len(), reports + 1);
}

/// A clock that is fast or slow by 1 in 10,000, for a hundred days: tokens go on to count, steps
/// go on to begin, and the bounds hold the truth between them.
#[test]
fn clocks_that_drift() {
    for drift in [-1, 0, 1] {
        let mut rig = Rig::enrolled();
        rig.drift = drift;
        for _ in 0..100 {
            rig.advance(DAY);
            let fresh = rig.agent().in_force().unwrap().fresh.unwrap();
            assert!(
                rig.now - fresh <= 7 * HOUR,
                "drift {drift}: {} s ago",
                rig.now - fresh
            );
        }
        rig.go_offline();
        rig.go_online();
        rig.issue(Role::Relax, unlock());
        let last = rig.server.reports.last().unwrap();
        assert!(last.rejects.is_empty(), "drift {drift}: {:?}", last.rejects);
        assert!(
            last.lower <= rig.now && rig.now <= last.upper.unwrap(),
            "drift {drift}"
        );
        assert!(rig.now - last.lower < 60);
    }
}

/// An offline phone that is released by the contract's end tells so when it is back, then rests.
#[test]
fn end_offline_is_told_once() {
    let mut rig = Rig::at(Level::Reduce);
    rig.go_offline();
    rig.advance(500 * DAY);
    assert_eq!(rig.level, Level::Released);
    rig.go_online();
    let last = rig.server.reports.last().unwrap();
    assert_eq!((last.level, last.why.cause), (Level::Released, Cause::End));
    rig.event(Event::Tick);
    rig.wake = None;
    rig.event(Event::Tick);
    assert_eq!(rig.wake, None);
}
