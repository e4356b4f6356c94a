//! The emergency pass: remind for its hours, and back only when a step may begin.

use super::story::check;

const CONTRACT: &str = "sandbox in Africa/Nairobi, signed 2026-01-10
    due 2026-02-10 1500.00
    ";

fn told(rest: &str) {
    check(&format!("{CONTRACT}{rest}"));
}

#[test]
fn a_pass_caps_for_its_hours_and_comes_back_in_the_window() {
    told(
        "2026-02-17 10:00 pass
        2026-02-17 09:59:59 => lock
        2026-02-17 10:00 => remind, review 2026-02-18 10:00, steps lock 2026-02-18 10:00
        2026-02-18 09:59:59 => remind
        2026-02-18 10:00 => lock",
    );
    // 20:00 is outside the window: the cap stays until 08:00.
    told(
        "2026-02-17 20:00 pass
        2026-02-18 20:00 => remind, review 2026-02-19 08:00
        2026-02-19 08:00 => lock",
    );
    told(
        "2026-02-17 19:59:59 pass
        2026-02-18 19:59:58 => remind
        2026-02-18 19:59:59 => lock",
    );
}

#[test]
fn below_reduce_a_pass_does_nothing_and_is_not_counted() {
    told(
        "2026-02-13 07:59:59 pass
        2026-02-13 08:00 => reduce
        2026-02-13 09:00 pass
        2026-02-13 09:00 => remind",
    );
    // A pass sees the level just before its instant: here reduce begins at 08:00.
    told(
        "2026-02-13 08:00 pass
        2026-02-13 08:00 => reduce
        2026-02-13 08:00:01 pass
        2026-02-13 08:00:01 => remind",
    );
}

#[test]
fn one_pass_in_thirty_days_from_its_start() {
    told(
        "2026-02-17 10:00 pass
        2026-03-19 09:59:59 pass
        2026-03-19 09:59:59 => lock
        2026-03-19 10:00 pass
        2026-03-19 10:00 => remind",
    );
    // A second one inside the first's hours does nothing.
    told(
        "2026-02-17 10:00 pass
        2026-02-17 11:00 pass
        2026-02-18 10:00 => lock",
    );
}

#[test]
fn in_a_pass_only_dwell_stands_still() {
    // Reduce on the 13th 08:00, final notice 09:00. A pass at 12:00 stops dwell at 4 h for 24 h;
    // dwell is 24 h on Sun 15 Feb 08:00. The final notice runs on and expires on the 15th 09:00.
    // DPD 7 is on the 17th, so dwell isn't what is waited for.
    told(
        "2026-02-13 12:00 pass
        2026-02-14 12:00 => reduce
        2026-02-17 08:00 => lock",
    );
    // With the pass late on the 16th dwell is long over: the climb goes on beneath, to lock.
    told(
        "2026-02-16 12:00 pass
        2026-02-17 11:59:59 => remind, steps lock 2026-02-17 12:00
        2026-02-17 12:00 => lock",
    );
    // Signed late, reduce on the 21st 09:00; without a pass lock would come 48 h after the final
    // notice of the 21st 09:00, on the 23rd 09:00. A pass on the 21st 10:00 stops dwell at 1 h;
    // its cap ends on the 22nd 10:00, so dwell is over on the 23rd 09:00: just in time. One
    // of 21:00 stops it at 12 h and caps until the window of the 23rd: 24 h are over at 20:00, when
    // the window has just closed.
    check(
        "sandbox in Africa/Nairobi, signed 2026-02-20
        due 2026-02-10 100.00
        2026-02-21 10:00 pass
        2026-02-22 10:00 => reduce, steps lock 2026-02-23 09:00",
    );
    check(
        "sandbox in Africa/Nairobi, signed 2026-02-20
        due 2026-02-10 100.00
        2026-02-21 21:00 pass
        2026-02-22 21:00 => remind
        2026-02-23 08:00 => reduce, steps lock 2026-02-24 08:00",
    );
}

#[test]
fn a_hold_keeps_the_cap_after_its_hours() {
    told(
        "2026-02-17 10:00 pass
        2026-02-18 09:00 feed bank-1 stale
        2026-02-18 10:00 => remind, review never
        2026-02-19 15:00 feed bank-1 healthy
        2026-02-19 14:59:59 => remind
        2026-02-19 15:00 => lock",
    );
}

#[test]
fn capped_time_lasts_until_the_cap_really_ends() {
    // Signed late: reduce on the 21st 09:00. The pass of 11:00 ends its hours on the 22nd 11:00, but a
    // feed is silent until 18:00; dwell was 2 h before the pass and goes on from 18:00: 22 h more
    // are over on the 23rd 16:00. Free time of the final notice (served on the 21st 09:00) stood
    // still from 10:00 to 18:00 of the 22nd, so it expires on the 23rd 17:00.
    check(
        "sandbox in Africa/Nairobi, signed 2026-02-20
        due 2026-02-10 100.00
        2026-02-21 11:00 pass
        2026-02-22 10:00 feed bank-1 gap
        2026-02-22 18:00 feed bank-1 healthy
        2026-02-22 18:00 => reduce, steps lock 2026-02-23 17:00",
    );
}
