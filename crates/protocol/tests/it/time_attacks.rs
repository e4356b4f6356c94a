//! Attacks on time, contact, notices and overlays, each by its name in the design.

use fairlock_protocol::contact::{ContactToken, TOKEN_SECONDS};
use fairlock_protocol::grant::Lapse;
use fairlock_protocol::report::{Cause, Wait};
use fairlock_protocol::verify::Refusal;
use fairlock_protocol::{Grant, Level, Notice, Role};

use crate::world::{
    DAY, FIRST, HOUR, LAST, Phone, START, hash_of, ladder, notice, step, unlock, warrant,
};

fn token(now: u64) -> ContactToken {
    ContactToken {
        nonce: [7; 16],
        now,
        radius_s: 2,
        newest: [0; 8],
        fresh: now,
    }
}

#[test]
fn token_of_another_nonce_or_too_late() {
    let phone = Phone::new();
    let good = token(START);
    assert_eq!(phone.open_token(&good, true), Ok(good));
    let mut late = phone.clone();
    late.moment.running += TOKEN_SECONDS + 1;
    let object = phone.clone();
    let sent = object.moment.running;
    let payload = good.payload().unwrap();
    let aad = crate::world::BINDING.aad(fairlock_protocol::ids::Domain::Contact);
    let bytes = crate::world::sign_as(&crate::world::key(Role::Contact), &aad, &payload);
    let open = |nonce: [u8; 16], phone: &Phone| {
        fairlock_protocol::verify::open_token(&bytes, &nonce, sent, false, &phone.checks())
    };
    assert_eq!(open([8; 16], &phone), Err(Refusal::Nonce));
    assert_eq!(open([7; 16], &late), Err(Refusal::Late));
    late.moment.running -= 1;
    assert_eq!(open([7; 16], &late), Ok(good));
}

#[test]
fn token_signed_by_another_role() {
    let phone = Phone::new();
    let payload = token(START).payload().unwrap();
    let aad = crate::world::BINDING.aad(fairlock_protocol::ids::Domain::Contact);
    for role in [Role::Relax, Role::Restrict, Role::Release] {
        let bytes = crate::world::sign_as(&crate::world::key(role), &aad, &payload);
        let opened = fairlock_protocol::verify::open_token(
            &bytes,
            &[7; 16],
            phone.moment.running,
            true,
            &phone.checks(),
        );
        assert_eq!(opened, Err(Refusal::Role), "{role:?}");
    }
}

/// A token set back is outside the bounds while no boot has happened.
#[test]
fn token_set_back_then_an_unlock() {
    let mut phone = Phone::at(Level::Lock);
    let now = phone.moment.lower;
    assert_eq!(
        phone.open_token(&token(now - DAY), true),
        Err(Refusal::Outside)
    );
    assert_eq!(
        phone.open_token(&token(now + DAY), true),
        Err(Refusal::Outside)
    );
    phone.take(Role::Relax, &unlock(3));
    assert_eq!(phone.level(), Level::Free);
    // After a boot it is believed as an upper bound only, and the lower bound doesn't move.
    phone.reboot();
    assert_eq!(
        phone.open_token(&token(now - DAY), false),
        Ok(token(now - DAY))
    );
}

#[test]
fn lower_bound_above_the_upper() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.wait(2 * DAY - 5);
    phone.contact();
    assert_eq!(phone.level(), Level::Reduce, "two days on, 09:00");
    let mut forged = Phone::on_ladder();
    forged.show(FIRST);
    forged.moment.upper = Some(START - DAY);
    forged.wait(2 * DAY - 5);
    assert_eq!(
        forged.level(),
        Level::Remind,
        "a reminder takes nothing away"
    );
    assert!(forged.state.waits(&forged.moment).contains(&Wait::Bounds));
    // Nor does a step come back.
    let mut lowered = Phone::at(Level::Reduce);
    assert!(lowered.press_pass());
    lowered.wait(6 * HOUR);
    lowered.moment.upper = Some(lowered.moment.lower - 1);
    lowered.wait(20 * HOUR);
    assert_eq!(lowered.level(), Level::Remind);
    lowered.contact();
    assert_eq!(lowered.local().1, 11);
    assert_eq!(lowered.level(), Level::Reduce);
}

#[test]
fn lapse_after_72_h_of_a_dead_server() {
    let mut phone = Phone::at(Level::Lock);
    phone.wait(72 * HOUR - 2);
    assert_eq!(phone.level(), Level::Lock);
    phone.wait(1);
    assert_eq!(phone.level(), Level::Reduce);
    assert_eq!(phone.state.why(&phone.moment).cause, Cause::Lapse);
}

#[test]
fn contact_after_lapse_does_not_lock() {
    let mut phone = Phone::at(Level::Lock);
    phone.wait(80 * HOUR);
    assert_eq!(phone.level(), Level::Reduce);
    for _ in 0..20 {
        phone.contact();
        phone.wait(6 * HOUR);
        assert_eq!(phone.level(), Level::Reduce);
    }
}

/// Neither contact nor a newer grant gives back what the lapse took.
#[test]
fn lapse_revived_by_contact() {
    let mut phone = Phone::at(Level::Lock);
    phone.wait(80 * HOUR);
    phone.contact();
    phone.take(
        Role::Relax,
        &Grant {
            level: Level::Lock,
            ..unlock(3)
        },
    );
    phone.contact();
    phone.wait(DAY);
    assert_eq!(phone.level(), Level::Reduce);
    // A step that hadn't begun counts as capped too, also for the comparison.
    let mut waiting = Phone::on_ladder();
    waiting.wait(80 * HOUR);
    waiting.contact();
    let again = Grant {
        base: None,
        warrant: None,
        ..ladder(3)
    };
    let cuts = waiting.cuts(Role::Relax, &again);
    assert_eq!(
        cuts.len(),
        1,
        "its lock is stricter than a lock capped at reduce: {cuts:?}"
    );
    assert!(
        waiting
            .state
            .later
            .iter()
            .all(|step| step.level <= Level::Reduce)
    );
}

#[test]
fn fresh_stands_still_for_a_day() {
    let mut phone = Phone::at(Level::Lock);
    let fresh = phone.moment.lower;
    for hour in 1..72 {
        phone.wait(HOUR);
        phone.contact_fresh(fresh);
        assert_eq!(phone.level(), Level::Lock, "hour {hour}");
    }
    phone.wait(HOUR);
    phone.contact_fresh(fresh);
    assert_eq!(
        phone.level(),
        Level::Reduce,
        "alive but blind counts as dead"
    );
}

#[test]
fn a_blind_server_lets_no_step_begin() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    let fresh = phone.moment.lower;
    for _ in 0..50 {
        phone.wait(6 * HOUR);
        phone.contact_fresh(fresh);
        // 72 h of silence are over before the ladder's two days have passed only by the lapse.
        assert!(phone.level() <= Level::Reduce);
    }
}

#[test]
fn tokens_pass_unlock_dropped() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    // The server has signed an unlock that never arrives, and names it in its tokens.
    phone.newest = Some(fairlock_protocol::ids::short(&hash_of(&unlock(3))));
    for _ in 0..60 {
        phone.wait(6 * HOUR);
        phone.contact();
        assert!(phone.level() <= Level::Remind);
    }
    assert!(phone.state.waits(&phone.moment).contains(&Wait::Newest));
}

#[test]
fn reboot_then_nothing_with_silence_begins_before_contact() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.wait(2 * DAY - HOUR);
    phone.reboot();
    phone.wait(3 * HOUR);
    assert_eq!(phone.level(), Level::Remind);
    phone.contact();
    assert_eq!(phone.level(), Level::Reduce);
}

#[test]
fn drawer_for_30_days_then_offline_no_lock() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.show(LAST);
    phone.reboot();
    phone.wait(30 * DAY);
    assert!(phone.level() <= Level::Remind);
    phone.wait(30 * DAY);
    assert!(phone.level() <= Level::Remind);
}

#[test]
fn end_offline() {
    let mut charter = crate::world::charter();
    charter.last_due = 20_515;
    charter.last_day = 20_519;
    let mut phone = Phone::under(charter);
    phone.take(Role::Restrict, &ladder(2));
    phone.reboot();
    // The last day ends at local midnight; then 72 h of running time.
    let end = 20_520 * DAY - 3 * HOUR;
    phone.wait(end - phone.moment.lower);
    assert_ne!(phone.level(), Level::Released);
    phone.wait(72 * HOUR - 1);
    assert_ne!(phone.level(), Level::Released);
    phone.wait(1);
    assert_eq!(phone.level(), Level::Released);
    assert_eq!(phone.state.released, Some(Cause::End));
}

/// Nothing begins that rests on a notice nobody has seen, or only just.
#[test]
fn notice_not_shown_too_young() {
    let mut phone = Phone::on_ladder();
    phone.wait(3 * DAY);
    phone.contact();
    assert_eq!(phone.level(), Level::Remind);
    assert!(phone.state.waits(&phone.moment).contains(&Wait::Notices));
    phone.show(FIRST);
    phone.wait(24 * HOUR - 1);
    phone.contact();
    assert_eq!(phone.state.waits(&phone.moment), [Wait::Lead]);
    phone.wait(1);
    assert_eq!(phone.level(), Level::Reduce, "at least includes equality");
}

#[test]
fn notice_seen_for_less_than_5_s_is_not_shown() {
    let mut phone = Phone::on_ladder();
    phone.state.shown_once(FIRST);
    assert!(!phone.state.shown_for(FIRST, 4, START));
    assert_eq!(
        phone.state.notice_to_show(START).map(|notice| notice.id),
        Some(FIRST)
    );
    phone.state.shown_once(FIRST);
    assert!(phone.state.shown_for(FIRST, 1, START), "5 s in sum");
    assert_eq!(
        phone.state.notice_to_show(START).map(|notice| notice.id),
        Some(LAST)
    );
    assert_eq!(
        phone.state.notice_to_show(START - 1),
        None,
        "not before show_from"
    );
}

#[test]
fn id_reused_after_61_days() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.wait(60 * DAY);
    assert!(phone.state.shown[0].first.is_some());
    phone.wait(DAY);
    assert_eq!(
        phone.state.shown[0].first, None,
        "shown anew, and lead starts again"
    );
    assert_eq!(
        phone.state.notice_to_show(phone.moment.lower).map(|n| n.id),
        Some(FIRST)
    );
}

#[test]
fn amount_lowered_keeps_lead() {
    let again = |seq: u64, bend: &dyn Fn(&mut Notice)| {
        let mut grant = ladder(seq);
        bend(&mut grant.notices[0]);
        grant
    };
    let first = |phone: &Phone| phone.state.shown[0].first;
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    let shown = first(&phone);
    phone.take(Role::Restrict, &again(3, &|notice| notice.amount = 90_000));
    assert_eq!(first(&phone), shown);
    phone.take(Role::Restrict, &again(4, &|notice| notice.amount = 90_001));
    assert_eq!(first(&phone), None, "a higher demand is a new notice");
    phone.show(FIRST);
    for (seq, bend) in [
        (
            5,
            &(|notice: &mut Notice| notice.due_day += 1) as &dyn Fn(&mut Notice),
        ),
        (6, &|notice| notice.reason += 1),
    ] {
        phone.take(Role::Restrict, &again(seq, bend));
        assert_eq!(first(&phone), None, "seq {seq}");
        phone.show(FIRST);
    }
    phone.take(Role::Relax, &unlock(7));
    phone.take(Role::Restrict, &ladder(8));
    assert_eq!(first(&phone), None, "every accepted grant must carry it");
}

#[test]
fn outside_the_window() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    // Wednesday 21:00, all else holds; then Thursday 08:00.
    phone.wait(2 * DAY + 12 * HOUR - 5);
    phone.contact();
    assert_eq!((phone.local(), phone.level()), ((2, 21), Level::Remind));
    assert_eq!(phone.state.waits(&phone.moment), [Wait::Window]);
    phone.wait(11 * HOUR - 1);
    assert_eq!((phone.local(), phone.level()), ((3, 7), Level::Remind));
    phone.wait(1);
    assert_eq!((phone.local(), phone.level()), ((3, 8), Level::Reduce));
}

/// The window must hold for all of the bounds: near its end it doesn't.
#[test]
fn window_holds_only_if_both_bounds_lie_inside() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.wait(2 * DAY + 11 * HOUR - 5 - 3);
    phone.contact();
    assert_eq!(
        phone.level(),
        Level::Reduce,
        "19:59:57, upper bound 19:59:59"
    );
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.wait(2 * DAY + 11 * HOUR - 5 - 2);
    phone.contact();
    assert_eq!(
        phone.level(),
        Level::Remind,
        "19:59:58, upper bound 20:00:00"
    );
}

/// The clocks go forward on 29 March 2026: the window stays at the offset that was signed.
#[test]
fn dst_day() {
    let mut charter = crate::world::charter();
    let change = 20_541 * DAY + HOUR;
    charter.zone.name = "Europe/Paris".into();
    charter.zone.offset_min = 60;
    charter.zone.transitions = vec![(change, 120)];
    let at = change - 2 * HOUR;
    let ladder_at = |offset_min| {
        let mut reduce = step(Level::Reduce, at);
        reduce.guards.window.as_mut().unwrap().offset_min = offset_min;
        Grant {
            later: vec![reduce],
            notices: vec![notice(FIRST, Level::Reduce)],
            warrant: Some(warrant(1)),
            ..ladder(2)
        }
    };
    // Either reading of the day passes the charter's zone; a third one doesn't.
    for (offset_min, cuts) in [(60, 0), (120, 0), (180, 1)] {
        let mut phone = Phone::under(charter.clone());
        assert_eq!(
            phone.cuts(Role::Restrict, &ladder_at(offset_min)).len(),
            cuts,
            "{offset_min}"
        );
    }
    let begins = |offset_min| {
        let mut phone = Phone::under(charter.clone());
        phone.take(Role::Restrict, &ladder_at(offset_min));
        phone.show(FIRST);
        phone.wait(at - phone.moment.lower);
        while phone.level() < Level::Reduce {
            phone.contact();
            phone.wait(60);
        }
        phone.moment.lower / 60 % 1440
    };
    assert_eq!(begins(60), 7 * 60, "08:00 at UTC+1");
    assert_eq!(begins(120), 6 * 60, "08:00 at UTC+2");
}

#[test]
fn before_passed() {
    let mut phone = Phone::new();
    let mut grant = ladder(2);
    grant.later[1].guards.before = Some(START + 3 * DAY);
    phone.take(Role::Restrict, &grant);
    phone.show(FIRST);
    phone.show(LAST);
    // Contact fails until the day is over.
    phone.moment.upper = None;
    phone.wait(3 * DAY);
    for _ in 0..40 {
        phone.contact();
        phone.wait(6 * HOUR);
        assert_eq!(phone.level(), Level::Remind, "nor any step after it");
    }
    assert!(phone.state.waits(&phone.moment).contains(&Wait::Before));
}

/// A holiday is what `before` keeps out: a step signed for Wednesday can't begin on Thursday.
#[test]
fn step_on_a_holiday() {
    let thursday = 20_517 * DAY - 3 * HOUR;
    let mut phone = Phone::new();
    let mut grant = ladder(2);
    grant.later[1].guards.before = Some(thursday);
    phone.take(Role::Restrict, &grant);
    phone.show(FIRST);
    phone.wait(2 * DAY + 12 * HOUR);
    phone.contact();
    assert_eq!(
        (phone.local(), phone.level()),
        ((2, 21), Level::Remind),
        "outside the window"
    );
    for _ in 0..48 {
        phone.wait(HOUR);
        phone.contact();
        assert_eq!(phone.level(), Level::Remind);
    }
}

#[test]
fn pass_over_the_windows_end() {
    let mut phone = Phone::at(Level::Lock);
    let pressed = phone.local();
    assert!(phone.press_pass());
    assert_eq!(phone.level(), Level::Remind);
    assert_eq!(phone.state.why(&phone.moment).cause, Cause::Pass);
    // Pressed in daytime, 24 h; make it end at night: move on by contact only.
    phone.wait(24 * HOUR - 1);
    assert_eq!(phone.level(), Level::Remind, "{pressed:?}");
    let mut evening = Phone::at(Level::Lock);
    let to_19 = (19 + 24 - evening.local().1) % 24;
    evening.wait(to_19 * HOUR);
    evening.contact();
    // The phone's clock is exact: the pass of 24 h ends at 19:xx, the window at 20:00.
    assert!(evening.press_pass());
    evening.moment.upper = None;
    evening.wait(25 * HOUR);
    assert_eq!(
        evening.level(),
        Level::Remind,
        "over, but its window needs both bounds"
    );
    assert_eq!(evening.state.why(&evening.moment).cause, Cause::Returning);
    evening.wait(3 * HOUR);
    evening.contact();
    assert_eq!(evening.level(), Level::Remind, "23:00");
    // By morning the lock's own `before` may have passed; then it never comes back.
    let before = evening.state.begun.last().unwrap().before.unwrap();
    while evening.moment.lower < before {
        evening.wait(HOUR);
        evening.contact();
    }
    let held = evening.level();
    for _ in 0..30 {
        evening.wait(HOUR);
        evening.contact();
        assert_eq!(evening.level(), held);
    }
}

/// What a pass has lowered never comes back once its own `before` has passed.
#[test]
fn pass_that_outlasts_before() {
    let returns = |hours: u64| {
        let mut phone = Phone::new();
        let mut grant = ladder(2);
        grant.later.truncate(2);
        grant.warrant = Some(warrant(2));
        grant.later[1].guards.before = Some(START + 3 * DAY + hours * HOUR);
        phone.take(Role::Restrict, &grant);
        phone.show(FIRST);
        phone.wait(2 * DAY);
        phone.contact();
        assert_eq!(phone.level(), Level::Reduce);
        assert!(phone.press_pass());
        for _ in 0..12 * 24 {
            phone.wait(HOUR);
            phone.contact();
            if phone.level() == Level::Reduce {
                return true;
            }
        }
        false
    };
    assert!(
        returns(2),
        "the pass ends a day later at 09:00, an hour before it"
    );
    assert!(!returns(0));
}

#[test]
fn notice_of_a_lower_level() {
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.wait(2 * DAY);
    assert_eq!(phone.level(), Level::Reduce);
    let mut phone = Phone::on_ladder();
    phone.show(FIRST);
    phone.state.notices[0].level = Level::Remind;
    phone.wait(2 * DAY);
    assert_eq!(phone.state.waits(&phone.moment), [Wait::Notices]);
}

#[test]
fn pass_once_a_period() {
    let mut phone = Phone::at(Level::Reduce);
    let start = phone.moment.running;
    assert!(phone.press_pass());
    assert!(!phone.press_pass(), "one at a time");
    let mut seen = 0;
    while phone.moment.running < start + 30 * DAY - HOUR {
        phone.wait(HOUR);
        phone.contact();
        if phone.level() >= Level::Reduce {
            seen += 1;
            assert!(!phone.press_pass(), "used up");
        }
    }
    assert!(seen > 0);
    phone.wait(HOUR);
    phone.contact();
    assert!(phone.press_pass(), "30 x 24 h after the last one's start");
}

/// Lead and dwell stand still while a pass lasts.
#[test]
fn pass_stops_lead_and_dwell() {
    let begins_lock = |with_pass: bool| {
        let mut phone = Phone::at(Level::Reduce);
        if with_pass {
            assert!(phone.press_pass());
        }
        while phone.level() != Level::Lock {
            phone.wait(HOUR);
            phone.contact();
            assert!(phone.moment.lower < START + 20 * DAY, "{:?}", phone.state);
        }
        phone.moment.lower
    };
    assert!(begins_lock(true) >= begins_lock(false));
    let mut phone = Phone::at(Level::Reduce);
    let free = phone.state.free_time();
    assert!(phone.press_pass());
    phone.wait(24 * HOUR);
    assert_eq!(phone.state.free_time(), free);
    phone.wait(HOUR);
    assert_eq!(phone.state.free_time(), free + HOUR);
}

#[test]
fn pass_at_remind_does_nothing() {
    let mut phone = Phone::on_ladder();
    phone.wait(60);
    assert_eq!(phone.level(), Level::Remind);
    assert!(!phone.press_pass());
    assert_eq!(phone.state.passes, 0);
}

/// A reduce that may come without contact is lifted by a code's cousin, the pass, and lapses too.
#[test]
fn offline_reduce_is_the_worst_that_silence_brings() {
    let mut phone = Phone::new();
    let at = START + 14 * DAY;
    let mut reduce = step(Level::Reduce, at);
    reduce.guards.silence_h = None;
    reduce.guards.before = Some(at + 30 * DAY);
    let grant = Grant {
        later: vec![reduce],
        notices: vec![notice(FIRST, Level::Reduce)],
        warrant: Some(warrant(1)),
        lapse: Some(Lapse {
            hours: 48,
            level: Level::Reduce,
        }),
        ..ladder(2)
    };
    assert_eq!(phone.cuts(Role::Restrict, &grant), []);
    phone.show(FIRST);
    phone.reboot();
    phone.wait(14 * DAY - 6);
    assert_eq!(phone.level(), Level::Free);
    phone.wait(1);
    assert_eq!((phone.local(), phone.level()), ((14, 9), Level::Reduce));
    phone.wait(100 * DAY);
    assert_eq!(phone.level(), Level::Reduce);
    assert!(phone.press_pass());
    assert_eq!(phone.level(), Level::Remind);
}
