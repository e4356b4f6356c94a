//! What starts the ladder again: being current, and notices that demanded money already paid.

use super::story::check;

const CONTRACT: &str = "sandbox in Africa/Nairobi, signed 2026-01-10
    due 2026-02-10 1000.00
    due 2026-06-10 1000.00
    ";

fn told(rest: &str) {
    check(&format!("{CONTRACT}{rest}"));
}

#[test]
fn a_notice_that_demanded_money_already_paid_is_void() {
    // Paid on the 10th, booked on the 17th; the first notice went out on the 11th.
    told(
        "2026-02-17 12:00 booked P1 200.00 paid 2026-02-10
        2026-02-17 11:59:59 => lock
        2026-02-17 12:00 => remind, arrears 800.00, served none, due first 2026-02-18 09:00 then final 2026-02-19 09:00",
    );
    // Less than a fifth of what it demanded is a trifle.
    told(
        "2026-02-17 12:00 booked P1 199.99 paid 2026-02-10
        2026-02-17 12:00 => lock",
    );
    // Paid on the day of the first notice, before the final one: the final one is void.
    told(
        "2026-02-17 12:00 booked P1 200.00 paid 2026-02-12
        2026-02-17 12:00 => remind, served none",
    );
    // Paid on the day of the final notice: nothing is void.
    told(
        "2026-02-17 12:00 booked P1 200.00 paid 2026-02-13
        2026-02-17 12:00 => lock",
    );
}

#[test]
fn without_a_told_day_the_first_sight_counts() {
    // Seen on the 10th as pending, so small that it shields no longer than five days.
    told(
        "2026-02-10 12:00 pending P1 200.00
        2026-02-25 12:00 booked P1 200.00
        2026-02-25 12:00 => remind, served none",
    );
    // The newest told day counts, also one told with a second pending.
    told(
        "2026-02-16 12:00 pending P1 200.00
        2026-02-17 12:00 pending P1 200.00 paid 2026-02-10
        2026-02-18 12:00 booked P1 200.00
        2026-02-18 12:00 => remind, served none",
    );
    told(
        "2026-02-16 12:00 pending P1 200.00 paid 2026-02-10
        2026-02-18 12:00 booked P1 200.00 paid 2026-02-16
        2026-02-18 12:00 => lock, served first 2026-02-11 09:00 then final 2026-02-13 09:00",
    );
}

#[test]
fn each_notice_is_judged_against_what_it_demanded() {
    // 400 booked on the 12th: the final notice of the 13th demanded 600. Then 120 paid on the 12th.
    told(
        "2026-02-12 12:00 booked P1 400.00
        2026-02-18 12:00 booked P2 120.00 paid 2026-02-12
        2026-02-18 12:00 => remind, served none",
    );
    told(
        "2026-02-12 12:00 booked P1 400.00
        2026-02-18 12:00 booked P2 119.99 paid 2026-02-12
        2026-02-18 12:00 => lock",
    );
}

#[test]
fn approvals_lapse_when_the_ladder_starts_again() {
    check(
        "strict-default in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 100.00
        2026-05-25 12:00 approve
        2026-05-26 12:00 booked P1 20.00 paid 2026-05-21
        2026-05-26 12:00 => reduce, steps lock 2026-05-28 09:00
        2026-05-27 12:00 booked P2 20.00 paid 2026-05-10
        2026-05-27 12:00 => remind, served none, steps reduce 2026-06-29 09:00",
    );
}
