//! Reversals: never a silent re-lock.

use super::story::check;

#[test]
fn a_reversal_starts_the_ladder_again_and_its_instalments_are_due_that_day() {
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 100.00
        due 2026-04-10 100.00
        2026-02-09 12:00 booked P1 100.00
        2026-03-01 12:00 => free, dpd 0, arrears 0.00
        2026-03-02 12:00 reversed P1 100.00
        2026-03-02 12:00 => free, dpd 0, arrears 0.00, payoff 200.00, review 2026-03-03 00:00
        2026-03-03 00:00 => remind, dpd 1, arrears 100.00, due first 2026-03-03 09:00 then final 2026-03-05 09:00",
    );
}

#[test]
fn only_what_was_covered_before_and_not_after_gets_a_new_day() {
    // P1 covers the first, P2 half of the second. Without P1 the pool of 150 - 100 covers half of
    // the first: the first gets 2 March; the second was never covered and keeps 10 February.
    check(
        "sandbox in Africa/Nairobi, signed 2026-02-01
        due 2026-02-03 100.00
        due 2026-02-10 100.00
        2026-02-02 12:00 booked P1 100.00
        2026-02-12 12:00 booked P2 50.00
        2026-02-18 12:00 => lock, dpd 8, arrears 50.00
        2026-02-18 13:00 reversed P1 100.00
        2026-02-18 13:00 => remind, dpd 8, arrears 100.00, payoff 150.00, served none
        2026-02-19 00:00 => remind, dpd 9, arrears 150.00",
    );
    // A due day in the future is later than the reversal and stays.
    check(
        "sandbox in Africa/Nairobi, signed 2026-02-01
        due 2026-03-10 100.00
        due 2026-03-20 100.00
        2026-02-12 12:00 booked P1 100.00
        2026-02-18 13:00 reversed P1 100.00
        2026-02-18 13:00 => free, dpd 0, review 2026-03-11 00:00",
    );
}

#[test]
fn a_reversal_that_uncovers_nothing_starts_the_ladder_again_too() {
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 100.00
        2026-02-16 12:00 booked P1 20.00
        2026-02-18 12:00 => lock, dpd 8, arrears 80.00
        2026-02-18 12:01 reversed P1 20.00
        2026-02-18 12:01 => remind, dpd 8, arrears 100.00, served none, due first 2026-02-19 09:00 then final 2026-02-20 09:00",
    );
}

#[test]
fn effective_due_days_are_set_once_by_the_reversal() {
    // Covered, reversed on the 12th, covered again, reversed on the 20th: due on the 20th.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 100.00
        due 2026-12-10 100.00
        2026-02-10 12:00 booked P1 100.00
        2026-02-12 12:00 reversed P1 100.00
        2026-02-14 00:00 => remind, dpd 2
        2026-02-14 12:00 booked P2 100.00
        2026-02-20 12:00 reversed P2 100.00
        2026-02-20 12:00 => free, dpd 0
        2026-02-22 12:00 => remind, dpd 2",
    );
}
