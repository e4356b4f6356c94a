//! What takes the place of what enrolment brought: key sets, charters, mirrors; and objects that
//! come by other roads than the channel.

use fairlock_agent::{Event, ScreenKind};
use fairlock_codes::qr;
use fairlock_protocol::cap::Cap;
use fairlock_protocol::channel::Frame;
use fairlock_protocol::report::OverlayKind;
use fairlock_protocol::{Charter, Grant, Level, Role};

use crate::rig::Rig;
use crate::server::{DAY, HOUR, charter, unlock};

fn another(bend: impl Fn(&mut Charter)) -> Charter {
    let mut new = Charter { n: 2, ..charter() };
    bend(&mut new);
    new
}

fn kind(rig: &Rig) -> ScreenKind {
    rig.screen.as_ref().unwrap().kind
}

fn says(rig: &Rig, id: &str) -> bool {
    let screen = rig.screen.as_ref().unwrap();
    screen.messages.iter().any(|message| message.id == id)
}

#[test]
fn a_grant_of_a_newer_key_set_brings_the_whole_chain() {
    let mut rig = Rig::enrolled();
    (0..5).for_each(|_| rig.server.rotate(|_| {}));
    let grant = Grant { ksv: 6, ..unlock() };
    rig.issue(Role::Relax, grant);
    let last = rig.server.reports.last().unwrap();
    assert_eq!((last.ksv, last.rejects.len()), (6, 0), "fetched and told");
    rig.power_cut();
    assert_eq!(rig.server.reports.last().unwrap().ksv, 6, "and kept");
}

#[test]
fn a_key_set_that_does_not_follow_is_reported_and_changes_nothing() {
    let mut rig = Rig::enrolled();
    rig.server.rotate(|_| {});
    rig.server.rotate(|_| {});
    let skipped = Frame::KeySet(rig.server.key_sets[1].clone());
    rig.frame(&skipped);
    let last = rig.server.reports.last().unwrap();
    assert_eq!(
        (last.ksv, last.rejects[0].code),
        (1, 18),
        "not the next version"
    );
}

#[test]
fn a_cap_lowers_and_is_reported() {
    let mut rig = Rig::at(Level::Lock);
    let cap = rig.server.cap(&Cap {
        n: 1,
        iat: rig.now,
        ksv: 1,
        until: rig.now + DAY,
        level: Level::Free,
    });
    rig.frame(&cap);
    assert_eq!(rig.level, Level::Free);
    let overlays = &rig.server.reports.last().unwrap().overlays;
    assert_eq!(overlays[0].kind, OverlayKind::Cap);
    rig.power_cut();
    assert_eq!(rig.level, Level::Free, "kept");
    rig.advance(3 * DAY);
    assert_eq!(rig.level, Level::Lock, "over, and back inside its window");
}

#[test]
fn unlock_by_qr_on_a_phone_10_days_behind() {
    let mut rig = Rig::at(Level::Lock);
    rig.go_offline();
    (0..2).for_each(|_| rig.server.rotate(|set| set.floor_ksv = set.ksv));
    rig.advance(10 * DAY);
    assert_eq!(rig.level, Level::Reduce, "the lapse has fired");
    let unlock = rig.server.issue(Role::Relax, Grant { ksv: 3, ..unlock() });
    let sets = rig.server.key_sets.iter().cloned().map(Frame::KeySet);
    let frames: Vec<Frame> = sets.chain([unlock]).collect();
    let text = qr::text(&frames);
    assert!(
        text.starts_with("FL1:") && text.len() < 3391,
        "{}",
        text.len()
    );
    rig.event(Event::Scanned(text));
    assert_eq!(rig.level, Level::Free, "with no network");
    rig.go_online();
    assert_eq!(rig.server.reports.last().unwrap().ksv, 3);
}

#[test]
fn texts_that_are_no_qr_of_ours() {
    let mut rig = Rig::at(Level::Lock);
    let good = qr::text(&[rig.server.issue(Role::Relax, unlock())]);
    let half = &good[..good.len() / 2];
    for text in [
        "",
        "FL1:",
        "FL2:00",
        "fl1:00",
        "FL1:ZZZ",
        "FL1:0",
        half,
        &good[4..],
    ] {
        rig.event(Event::Scanned(text.into()));
        assert_eq!(rig.level, Level::Lock, "{text}");
    }
    rig.event(Event::Scanned(good));
    assert_eq!(rig.level, Level::Free);
}

#[test]
fn a_softer_charter_counts_at_once_and_comes_back_countersigned() {
    let mut rig = Rig::at(Level::Reduce);
    let softer = another(|new| {
        new.highest = Level::Remind;
        (new.reduce, new.lock) = (None, None);
    });
    let offer = rig.server.offers(&softer, &[]);
    rig.frame(&offer);
    assert_eq!(rig.level, Level::Remind);
    assert_eq!(rig.server.accepted, [softer]);
    assert_eq!(rig.server.reports.last().unwrap().charter_n, 2);
    rig.power_cut();
    assert_eq!(rig.agent().charter().unwrap().n, 2, "kept");
    // Offered again, it is countersigned again, and changes nothing.
    let offer = rig.server.offers(&rig.server.accepted[0].clone(), &[]);
    rig.frame(&offer);
    assert_eq!(rig.server.accepted.len(), 2);
}

#[test]
fn a_stricter_charter_stands_beside_the_old_one_until_accepted() {
    let mut rig = Rig::enrolled();
    let stricter = another(|new| new.last_day += 1);
    let offer = rig.server.offers(&stricter, &[]);
    rig.frame(&offer);
    assert_eq!(kind(&rig), ScreenKind::NewCharter);
    let screen = rig.screen.as_ref().unwrap();
    assert_eq!(screen.charters, [charter(), stricter.clone()], "both texts");
    assert_eq!(
        rig.agent().charter().unwrap().n,
        1,
        "nothing is in force by silence"
    );
    rig.advance(3 * DAY);
    assert_eq!(rig.agent().charter().unwrap().n, 1);
    assert!(rig.server.accepted.is_empty());
    rig.event(Event::CharterAccepted);
    assert_eq!(rig.server.accepted, [stricter]);
    assert_ne!(kind(&rig), ScreenKind::NewCharter);
    assert_eq!(rig.server.reports.last().unwrap().charter_n, 2);
}

/// Nobody accepts anything on a phone that is limited.
#[test]
fn a_stricter_charter_is_not_accepted_on_a_limited_phone() {
    for level in [Level::Reduce, Level::Lock] {
        let mut rig = Rig::at(level);
        let offer = rig.server.offers(&another(|new| new.last_day += 1), &[]);
        rig.frame(&offer);
        assert_ne!(kind(&rig), ScreenKind::NewCharter);
        rig.event(Event::CharterAccepted);
        assert_eq!(rig.agent().charter().unwrap().n, 1);
        rig.event(Event::PassPressed);
        rig.event(Event::CharterAccepted);
        assert_eq!(
            rig.agent().charter().unwrap().n,
            1,
            "a pass is no freedom to sign"
        );
    }
}

#[test]
fn other_payees_need_root_and_are_shown_as_a_change_for_7_days() {
    let mut rig = Rig::enrolled();
    let other = another(|new| new.channels[0].account.push('9'));
    let offer = rig.server.offers(&other, &[]);
    rig.frame(&offer);
    assert_eq!(rig.agent().charter().unwrap().n, 1);
    assert_eq!(rig.server.reports.last().unwrap().rejects[0].code, 24);
    let offer = rig.server.offers(&other, &[1, 2]);
    rig.frame(&offer);
    assert_eq!(rig.agent().charter().unwrap().channels, other.channels);
    rig.advance(7 * DAY - HOUR);
    rig.event(Event::Tick);
    assert!(says(&rig, "payees-changed"));
    rig.advance(HOUR);
    rig.event(Event::Tick);
    assert!(!says(&rig, "payees-changed"));
}

#[test]
fn mirrors_are_asked_in_turn_when_the_server_is_out_of_reach() {
    let mut rig = Rig::enrolled();
    let mirrors = ["https://a.example", "https://b.example"].map(String::from);
    rig.server.rotate(|set| set.mirrors = mirrors.to_vec());
    let set = Frame::KeySet(rig.server.key_sets[0].clone());
    rig.frame(&set);
    rig.asked.clear();
    rig.go_offline();
    rig.advance(HOUR);
    let [a, b] = mirrors.map(Some);
    assert_eq!(
        rig.asked[..4],
        [a.clone(), b, None, a],
        "the server again after all"
    );
    rig.go_online();
    assert_eq!(rig.agent().charter().unwrap().n, 1);
}
