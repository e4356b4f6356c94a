//! Climbing: windows, dwell, approval, falls, and what it takes to come down.

use super::story::check;

#[test]
fn windows_open_at_their_minute_and_close_before_their_end() {
    // Reduce is due on 13 Feb from 00:00 on, but a promise holds until 19:59 or 20:00.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 1500.00
        2026-02-12 10:00 hold H promise until 2026-02-13 19:59
        2026-02-13 19:58 => remind, steps reduce 2026-02-13 19:59 then lock 2026-02-17 08:00
        2026-02-13 19:59 => reduce",
    );
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 1500.00
        2026-02-12 10:00 hold H promise until 2026-02-13 20:00
        2026-02-13 20:00 => remind, review 2026-02-14 08:00
        2026-02-14 07:59:59 => remind
        2026-02-14 08:00 => reduce",
    );
}

#[test]
fn the_strict_default_climbs_by_the_calendar() {
    // Due Tue 10 Feb 2026. DPD 60 is Sat 11 Apr, so the first notice goes out Mon 13 Apr 09:00;
    // 21 days later, Mon 4 May, the second; 7 days later, Mon 11 May, the final one; 72 hours later,
    // Thu 14 May 09:00 (DPD 93), reduce. After 7 days, Thu 21 May, the last notice; it expires Sun
    // 24 May; 14 days at reduce are over Thu 28 May 09:00; an approval lets the lock begin.
    check(
        "strict-default in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 1500.00
        2026-04-11 00:00 => remind, dpd 60, served none, review 2026-04-13 09:00
        2026-04-13 09:00 => remind, served first 2026-04-13 09:00
        2026-05-04 09:00 => remind, served first 2026-04-13 09:00 then second 2026-05-04 09:00
        2026-05-14 08:59:59 => remind, dpd 93
        2026-05-14 09:00 => reduce, due last 2026-05-21 09:00, steps none
        2026-05-28 09:00 => reduce, review never
        2026-05-28 09:01 approve
        2026-05-28 09:01 => lock",
    );
}

#[test]
fn no_step_of_the_strict_default_begins_on_a_friday_a_holiday_or_the_day_before_one() {
    // As above, but Thu 14 May is a holiday: Wed 13 and Thu 14 are closed, Fri to Sun anyway.
    check(
        "strict-default in Asia/Kolkata, signed 2026-01-10
        holiday 2026-05-14
        due 2026-02-10 1500.00
        2026-05-14 09:00 => remind, steps reduce 2026-05-18 09:00
        2026-05-18 09:00 => reduce",
    );
    // A holiday on Tue 19 May closes Mon 18 May too.
    check(
        "strict-default in Asia/Kolkata, signed 2026-01-10
        holiday 2026-05-14
        holiday 2026-05-19
        due 2026-02-10 1500.00
        2026-05-14 09:00 => remind, steps reduce 2026-05-20 09:00",
    );
    // Notices mind only the holiday itself.
    check(
        "strict-default in Asia/Kolkata, signed 2026-01-10
        holiday 2026-04-13
        holiday 2026-04-15
        due 2026-02-10 1500.00
        2026-04-13 09:00 => remind, due first 2026-04-14 09:00 then second 2026-05-05 09:00 then final 2026-05-12 09:00 then last 2026-05-25 09:00",
    );
}

#[test]
fn an_approval_counts_for_less_than_a_week_and_only_after_the_last_notice() {
    let told = "strict-default in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 1500.00
        ";
    let table = [
        // The last notice is served Thu 21 May 09:00; dwell is over Thu 28 May 09:00.
        (
            "2026-05-21 08:59 approve",
            "2026-05-28 09:00 => reduce, steps none",
        ),
        (
            "2026-05-21 09:00 approve",
            "2026-05-28 09:00 => reduce, steps none",
        ),
        ("2026-05-21 09:00:01 approve", "2026-05-28 09:00 => lock"),
        (
            "2026-05-21 09:00:01 approve",
            "2026-05-28 08:59:59 => reduce, steps lock 2026-05-28 09:00",
        ),
        // After the window of Thursday the next is Monday's, 3 days and 17 hours later.
        (
            "2026-05-28 16:00 approve",
            "2026-05-28 16:00 => reduce, steps lock 2026-06-01 09:00",
        ),
        ("2026-05-25 09:00:01 approve", "2026-05-28 09:00 => lock"),
        // The newest counts, also when it refuses or isn't valid.
        (
            "2026-05-22 09:00 approve\n2026-05-23 09:00 refuse",
            "2026-05-28 09:00 => reduce, steps none",
        ),
        (
            "2026-05-22 09:00 refuse\n2026-05-23 09:00 approve",
            "2026-05-28 09:00 => lock",
        ),
        (
            "2026-05-22 09:00 approve\n2026-05-22 09:00 refuse",
            "2026-05-28 09:00 => reduce",
        ),
        (
            "2026-05-22 09:00 refuse\n2026-05-22 09:00 approve",
            "2026-05-28 09:00 => lock",
        ),
    ];
    for (review, question) in table {
        check(&format!("{told}{review}\n{question}"));
    }
    // Exactly seven days old is too old: holidays push the lock from Thu 28 May to Mon 1 June, and
    // the approval of Mon 25 May 09:00 is just seven days old then.
    let holidays = "holiday 2026-05-29\n";
    check(&format!(
        "{told}{holidays}2026-05-25 09:00 approve
        2026-06-01 09:00 => reduce, steps none"
    ));
    check(&format!(
        "{told}{holidays}2026-05-25 09:00:01 approve
        2026-05-30 09:00 => reduce, steps lock 2026-06-01 09:00
        2026-06-01 09:00 => lock
        2026-06-20 09:00 => lock"
    ));
}

#[test]
fn a_refusal_brings_a_lock_down_at_once_and_dwell_begins_again() {
    // Locked Thu 28 May 09:01. Refused Fri 29 May: reduce at once, dwell from zero, so 14 days
    // are over Fri 12 June 10:00, and the next window is Mon 15 June.
    check(
        "strict-default in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 1500.00
        2026-05-28 09:01 approve
        2026-05-29 10:00 refuse
        2026-05-29 09:59:59 => lock
        2026-05-29 10:00 => reduce, steps none
        2026-06-12 08:00 approve
        2026-06-12 08:00 => reduce, steps lock 2026-06-15 09:00
        2026-06-15 09:00 => lock",
    );
    // An approval in the same instant saw a lock, so it wasn't given at reduce.
    check(
        "strict-default in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 1500.00
        2026-05-28 09:01 approve
        2026-06-15 10:00 refuse
        2026-06-15 10:00 approve
        2026-06-15 10:00 => reduce, steps none
        2026-07-20 10:00 => reduce, steps none",
    );
    // Where no level asks for approval a refusal does nothing.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 1500.00
        2026-02-18 10:00 refuse
        2026-02-18 10:00 => lock",
    );
}

#[test]
fn money_brings_the_level_down_at_once_by_days_past_due() {
    // Three weekly instalments. At DPD 14 the oldest is paid in part: nothing changes. When it is
    // covered, the next one is 7 days past due; its notices still hold, for the first notice was
    // served when only the oldest was past due: so the ladder starts again and remind is left.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-03 100.00
        due 2026-02-10 100.00
        due 2026-02-17 100.00
        2026-02-16 12:00 booked P1 99.99
        2026-02-16 12:00 => lock, dpd 13, arrears 100.01
        2026-02-16 13:00 booked P2 0.01
        2026-02-16 13:00 => remind, dpd 6, arrears 100.00, served none, due first 2026-02-17 09:00 then final 2026-02-18 09:00
        2026-02-18 09:00 => reduce, dpd 8
        2026-02-20 09:00 => lock",
    );
    // Two instalments past due when the first notice was served: paying the oldest leaves the
    // ladder as it is, and the level falls to what DPD 2 still holds.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-01-09 100.00
        due 2026-01-08 100.00
        due 2026-01-14 100.00
        2026-01-15 08:00 => lock, dpd 7
        2026-01-16 12:00 booked P1 100.00
        2026-01-16 12:00 => lock, dpd 7
        2026-01-16 13:00 booked P2 99.00
        2026-01-16 13:00 => lock
        2026-01-16 14:00 booked P3 1.00
        2026-01-16 14:00 => remind, dpd 2, served none",
    );
}

#[test]
fn a_fall_by_days_past_due_keeps_the_notices_and_loses_the_dwell() {
    // Signed late: both instalments are past due when the first notice goes out on the 11th.
    // Paying the older one at DPD 15 leaves DPD 5: lock doesn't hold, reduce does, and the notices
    // stay. DPD is 7 again on the 20th; dwell at reduce, from the 18th 12:00, is over 24 h by then.
    check(
        "sandbox in Africa/Nairobi, signed 2026-02-14
        due 2026-02-03 100.00
        due 2026-02-13 100.00
        2026-02-14 09:00 => remind, served first 2026-02-14 09:00
        2026-02-15 09:00 => reduce
        2026-02-18 12:00 => lock, dpd 15
        2026-02-18 12:00:01 booked P1 100.00
        2026-02-18 12:00:01 => reduce, dpd 5, steps lock 2026-02-20 08:00
        2026-02-20 08:00 => lock",
    );
    // The same a day later: DPD 6, so DPD 7 comes on the 20th, but dwell only at 12:00:01.
    check(
        "sandbox in Africa/Nairobi, signed 2026-02-14
        due 2026-02-03 100.00
        due 2026-02-13 100.00
        2026-02-19 12:00:01 booked P1 100.00
        2026-02-19 12:00:01 => reduce, dpd 6, steps lock 2026-02-20 12:00:01.000000000",
    );
}

#[test]
fn being_current_ends_all() {
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 100.00
        due 2026-03-10 100.00
        2026-02-17 12:00 => lock
        2026-02-17 12:01 booked P1 100.00
        2026-02-17 12:01 => free, dpd 0, arrears 0.00, payoff 100.00, served none, review 2026-03-11 00:00
        2026-03-11 00:00 => remind, dpd 1, due first 2026-03-11 09:00 then final 2026-03-13 09:00",
    );
}

#[test]
fn nothing_uncovered_is_released_for_ever() {
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 100.00
        due 2026-03-10 100.00
        2026-02-17 12:00 booked P1 250.00
        2026-02-17 12:00 => released, payoff 0.00, arrears 0.00, review never, steps none
        2026-02-18 12:00 hold H dispute
        2026-02-18 12:00 => released, holds none
        2026-02-19 12:00 reversed P1 250.00
        # Due the day of the reversal: no arrears on that day; a review because they come next.
        2026-02-19 12:00 => released, dpd 0, arrears 0.00, payoff 200.00, review 2026-02-20 00:00
        2026-02-20 00:00 => released, dpd 1, arrears 100.00, review 2026-03-11 00:00
        2026-03-11 00:00 => released, dpd 20, arrears 200.00, review never",
    );
    // Paid and taken back within one instant was never paid.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 100.00
        2026-01-20 12:00 booked P1 100.00
        2026-01-20 12:00 reversed P1 100.00
        2026-01-20 12:00 => free, payoff 100.00",
    );
    // A waiver counts as booked money.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 100.00
        2026-02-17 12:00 booked P1 60.00
        2026-02-17 12:00 waived 40.00
        2026-02-17 12:00 => released",
    );
}

#[test]
fn climbing_starts_at_the_midnight_of_signing_and_older_facts_are_facts() {
    check(
        "sandbox in Africa/Nairobi, signed 2026-02-14
        due 2026-02-10 100.00
        2026-02-01 12:00 hold H promise
        2026-02-02 12:00 booked P1 20.00
        2026-02-14 00:00 => remind, dpd 4, arrears 80.00, served none, due first 2026-02-14 09:00 then final 2026-02-15 09:00
        2026-02-15 08:59:59 => remind
        2026-02-15 09:00 => reduce",
    );
}

#[test]
fn a_day_is_twenty_four_hours_and_nine_is_local() {
    // Berlin springs forward on Sun 29 Mar. First notice Sat 28 Mar 09:00; 24 h later it is 10:00.
    // So the sandbox's reduce (DPD 3) begins at 10:00 where its window opened at 08:00.
    check(
        "sandbox in Europe/Berlin, signed 2026-03-28
        due 2026-03-20 100.00
        2026-03-28 09:00 => remind, served first 2026-03-28 09:00, due final 2026-03-30 09:00
        2026-03-29 09:59:59 => remind
        2026-03-29 10:00 => reduce",
    );
    // In autumn 24 h are over at 08:00 by the clock, and the next 09:00 is an hour off.
    check(
        "sandbox in Europe/Berlin, signed 2026-10-24
        due 2026-10-20 100.00
        2026-10-25 07:59:59 => remind
        2026-10-25 08:00 => reduce, due final 2026-10-25 09:00",
    );
}
