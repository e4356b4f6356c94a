//! Overlays lower, never raise: caps, what codes open, and their return; attacks on them by name.

use fairlock_protocol::cap::{CAP_MAX_S, Cap};
use fairlock_protocol::report::{Cause, Wait};
use fairlock_protocol::verify::Refusal;
use fairlock_protocol::{Grant, Level, Role};

use crate::world::{DAY, FIRST, HOUR, LAST, Phone, START, ladder, unlock};

fn cap(n: u64, level: Level, from: u64, until: u64) -> Cap {
    Cap {
        n,
        iat: from,
        ksv: 3,
        until,
        level,
    }
}

/// A cap from now on, for so many days.
fn days(phone: &Phone, level: Level, days: u64) -> Cap {
    let now = phone.moment.lower;
    cap(1, level, now, now + days * DAY)
}

/// Lives on in contact, hour by hour, until the level changes; says after how many hours.
fn hours_until_change(phone: &mut Phone) -> u64 {
    let level = phone.level();
    for hour in 1..60 * 24 {
        phone.wait(HOUR);
        phone.contact();
        if phone.level() != level {
            return hour;
        }
    }
    panic!("{level:?} for ever: {:?}", phone.state);
}

#[test]
fn a_cap_lowers_and_what_it_lowered_comes_back_in_its_window() {
    let mut phone = Phone::at(Level::Lock);
    let hour = phone.local().1;
    let day = days(&phone, Level::Reduce, 1);
    phone.cap(Role::Safety, &day).unwrap();
    assert_eq!(
        (phone.level(), phone.state.grant_level()),
        (Level::Reduce, Level::Lock)
    );
    assert_eq!(phone.state.why(&phone.moment).cause, Cause::Cap);
    assert_eq!(
        hours_until_change(&mut phone),
        24,
        "inside the window, at {hour}"
    );
    assert_eq!(phone.level(), Level::Lock);
}

/// After a cap at `reduce` a locked phone waits at `reduce`, after one at `free` at `remind`.
#[test]
fn what_returns_waits_at_the_higher_of_remind_and_the_overlay() {
    for (level, waits_at) in [
        (Level::Free, Level::Remind),
        (Level::Remind, Level::Remind),
        (Level::Reduce, Level::Reduce),
    ] {
        let mut phone = Phone::at(Level::Lock);
        // Until an hour at which the window is closed.
        let now = phone.moment.lower;
        let night = now + (22 + 24 - phone.local().1) % 24 * HOUR;
        phone.cap(Role::Safety, &cap(1, level, now, night)).unwrap();
        assert_eq!(phone.level(), level);
        phone.wait(night - now);
        phone.contact();
        assert_eq!(phone.level(), waits_at, "{level:?} is over at night");
        assert_eq!(phone.state.why(&phone.moment).cause, Cause::Returning);
    }
}

#[test]
fn cap_of_31_days() {
    let long = cap(1, Level::Free, START, START + CAP_MAX_S + 1);
    assert!(long.payload().is_err(), "no signer can make it");
    let mut phone = Phone::at(Level::Lock);
    let month = days(&phone, Level::Free, 30);
    // Nor can a phone be made to read it: `until` a second later.
    let payload = month.payload().unwrap();
    let (until, later) = (month.until.to_be_bytes(), (month.until + 1).to_be_bytes());
    let place = payload
        .windows(4)
        .rposition(|four| four == &until[4..])
        .unwrap();
    let mut bent = payload.clone();
    bent[place..place + 4].copy_from_slice(&later[4..]);
    assert!(Cap::read(&payload).is_ok() && Cap::read(&bent).is_err());
    phone.cap(Role::Safety, &month).unwrap();
    phone.wait(30 * DAY - 1);
    assert_eq!(phone.level(), Level::Free);
}

#[test]
fn cap_freeze() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.show(LAST);
    phone.wait(DAY);
    let freeze = days(&phone, Level::Lock, 5);
    phone.cap(Role::Safety, &freeze).unwrap();
    assert_eq!(phone.level(), Level::Remind, "it lowers nothing");
    assert_eq!(
        hours_until_change(&mut phone) / 24,
        5,
        "nothing begins before it is over"
    );
    // A phone that is locked stays so: a freeze isn't an unlock.
    let mut locked = Phone::at(Level::Lock);
    let freeze = days(&locked, Level::Lock, 1);
    locked.cap(Role::Safety, &freeze).unwrap();
    assert_eq!(locked.level(), Level::Lock);
    // And lead stood still: what was left of it is still to be waited out.
    let mut early = Phone::on_ladder();
    early.show(FIRST);
    let freeze = days(&early, Level::Lock, 3);
    early.cap(Role::Safety, &freeze).unwrap();
    early.wait(3 * DAY);
    early.contact();
    assert_eq!(early.level(), Level::Remind);
    assert_eq!(early.state.waits(&early.moment), [Wait::Lead]);
    early.wait(DAY);
    early.contact();
    assert_eq!(early.level(), Level::Reduce);
}

/// None ends or replaces another, and `n` isn't compared.
#[test]
fn cap_replaced_by_a_higher_n() {
    let mut phone = Phone::at(Level::Lock);
    let now = phone.moment.lower;
    phone
        .cap(Role::Safety, &cap(1, Level::Free, now, now + 5 * DAY))
        .unwrap();
    for short in [
        cap(2, Level::Free, now, now + 1),
        cap(3, Level::Lock, now, now + 20 * DAY),
        cap(9, Level::Reduce, now, now + 6 * DAY),
    ] {
        phone.cap(Role::Safety, &short).unwrap();
        assert_eq!(phone.level(), Level::Free);
    }
    phone.wait(5 * DAY - 1);
    assert_eq!(phone.level(), Level::Free);
    phone.wait(1);
    assert_eq!(
        phone.level(),
        Level::Remind,
        "lowered by one at free, and the next is live"
    );
    phone
        .cap(Role::Safety, &cap(0, Level::Free, now, now + 7 * DAY))
        .unwrap();
    assert_eq!(phone.level(), Level::Free, "an older number counts as well");
}

#[test]
fn caps_of_others() {
    let mut phone = Phone::at(Level::Lock);
    let day = days(&phone, Level::Free, 1);
    for role in [
        Role::Restrict,
        Role::Relax,
        Role::Release,
        Role::Contact,
        Role::Charter,
    ] {
        assert_eq!(phone.cap(role, &day), Err(Refusal::Role), "{role:?}");
    }
    let ahead = |seconds| {
        let iat = phone.moment.upper.unwrap() + seconds;
        cap(1, Level::Free, iat, iat + DAY)
    };
    let (just, future) = (ahead(600), ahead(601));
    assert_eq!(phone.clone().cap(Role::Safety, &just), Ok(()));
    assert_eq!(phone.cap(Role::Safety, &future), Err(Refusal::Outside));
    assert_eq!(phone.level(), Level::Lock);
    // One that is over already does nothing.
    let over = cap(1, Level::Free, START - DAY, phone.moment.lower);
    phone.cap(Role::Safety, &over).unwrap();
    assert_eq!(phone.level(), Level::Lock);
    let mut released = Phone::new();
    released.take(Role::Release, &Grant::plain(2, START, 3, Level::Released));
    assert_eq!(released.cap(Role::Safety, &day), Err(Refusal::Released));
}

/// A stolen CONTACT key says that days have passed, so that the freeze is over and every `at` is
/// reached: lead and dwell stood still, and are still to be waited out.
#[test]
fn arrival_forged_while_frozen() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.show(LAST);
    let freeze = days(&phone, Level::Lock, 5);
    phone.cap(Role::Safety, &freeze).unwrap();
    phone.wait(2 * DAY);
    phone.reboot();
    phone.moment.lower += 4 * DAY;
    phone.contact();
    assert_eq!(phone.level(), Level::Remind, "nothing at once");
    assert!(phone.state.waits(&phone.moment).contains(&Wait::Lead));
    // The same for the newest grant: one that the token names and the phone hasn't begins nothing.
    let mut waiting = Phone::on_ladder();
    waiting.show(FIRST);
    waiting.newest = Some([9; 8]);
    waiting.contact();
    waiting.wait(2 * DAY);
    waiting.contact();
    assert_eq!(waiting.level(), Level::Free);
    assert!(waiting.state.waits(&waiting.moment).contains(&Wait::Newest));
}

#[test]
fn a_code_opens_for_its_days_and_no_further_than_the_charter() {
    let mut phone = Phone::at(Level::Lock);
    phone.state.open_by_code(2, 7);
    assert_eq!(
        (phone.level(), phone.state.grant_level()),
        (Level::Free, Level::Lock)
    );
    assert_eq!(phone.state.why(&phone.moment).cause, Cause::Code);
    let until = phone.state.code_until;
    phone.state.open_by_code(1, 7);
    assert_eq!(phone.state.code_until, until, "the later of both");
    phone.state.open_by_code(30, 7);
    assert_eq!(phone.state.code_until, Some(phone.moment.running + 7 * DAY));
    phone.wait(7 * DAY - 1);
    assert_eq!(phone.level(), Level::Free);
    phone.wait(1);
    assert!(phone.level() >= Level::Remind, "over");
}

/// While one overlay is live nothing comes back that another has lowered.
#[test]
fn overlays_add_up() {
    let mut phone = Phone::at(Level::Lock);
    phone.state.open_by_code(1, 7);
    let two = days(&phone, Level::Reduce, 2);
    phone.cap(Role::Safety, &two).unwrap();
    assert_eq!(phone.level(), Level::Free, "the lowest counts");
    assert_eq!(hours_until_change(&mut phone), 24);
    assert_eq!(
        phone.level(),
        Level::Remind,
        "lowered by the code, and a cap is live"
    );
    assert_eq!(hours_until_change(&mut phone), 24);
    assert_eq!(phone.level(), Level::Lock);
}

/// A newer grant caps what waits to return, and renews neither its window nor its `before`.
#[test]
fn a_newer_grant_renews_nothing_under_an_overlay() {
    let mut phone = Phone::at(Level::Lock);
    let begun = phone.state.begun.clone();
    phone.state.open_by_code(1, 7);
    let level = Level::Lock;
    phone.take(Role::Relax, &Grant { level, ..unlock(3) });
    assert_eq!(phone.state.begun, begun);
    let grant = Grant {
        base: Some(3),
        ..ladder(4)
    };
    phone.take(Role::Restrict, &grant);
    assert_eq!(
        phone.state.grant_level(),
        Level::Free,
        "its steps[0] is free"
    );
    phone.wait(DAY);
    phone.contact();
    assert!(phone.level() < Level::Reduce);
}

/// Wake-ups see the end of each overlay.
#[test]
fn wake_ups_at_the_end_of_overlays() {
    let mut phone = Phone::at(Level::Lock);
    let first = days(&phone, Level::Free, 1);
    phone.cap(Role::Safety, &first).unwrap();
    assert_eq!(
        phone.state.next(&phone.moment),
        Some(phone.moment.running + DAY)
    );
    phone.state.open_by_code(2, 7);
    assert_eq!(
        phone.state.next(&phone.moment),
        Some(phone.moment.running + DAY)
    );
    phone.wait(DAY);
    let next = phone.state.next(&phone.moment);
    assert!(next <= Some(phone.moment.running + DAY), "{next:?}");
}
