//! Payment in doubt: what shields, for how long, and what doesn't.

use super::story::check;

const CONTRACT: &str = "sandbox in Africa/Nairobi, signed 2026-01-10
    due 2026-02-10 1500.00
    due 2026-06-10 1500.00
    ";

fn told(rest: &str) {
    check(&format!("{CONTRACT}{rest}"));
}

#[test]
fn a_fifth_of_the_arrears_shields_for_five_days() {
    told(
        "2026-02-12 10:00 pending P1 300.00
        2026-02-12 10:00 => remind, holds payment_in_doubt, until 2026-02-17 10:00, review 2026-02-17 10:00
        2026-02-17 09:59:59 => remind, holds payment_in_doubt
        # The first notice had run 24 h less the hold: 1 h before, all of 24 h needed.
        2026-02-17 10:00 => reduce, holds none",
    );
    told(
        "2026-02-12 10:00 pending P1 299.99
        2026-02-12 10:00 => remind, holds none",
    );
    // With nothing past due, any amount.
    told(
        "2026-02-10 10:00 pending P1 0.01
        2026-02-11 10:00 => free, holds payment_in_doubt",
    );
}

#[test]
fn what_is_pending_together_counts_together() {
    // The first alone is too little and shields nothing; the second with it would be enough only if
    // the first had a shield. It hasn't, so 150 + 299.99 isn't summed: 299.99 is judged alone.
    told(
        "2026-02-12 10:00 pending P1 150.00
        2026-02-12 10:01 pending P2 299.99
        2026-02-12 10:01 => remind, holds none",
    );
    // A running shield counts.
    told(
        "2026-02-12 10:00 pending P1 300.00
        2026-02-12 10:01 pending P2 0.01
        2026-02-13 10:00 failed P1 300.00
        2026-02-13 10:00 => remind, holds payment_in_doubt, until 2026-02-17 10:01",
    );
    // So does suspense; it has no bound.
    told(
        "2026-02-12 10:00 suspense S1 299.99 candidate
        2026-02-12 10:01 pending P1 0.01
        2026-02-12 10:01 => remind, until open
        2026-02-13 10:01 suspense S1 299.99 cleared
        2026-02-13 10:01 => remind, until 2026-02-17 10:01",
    );
    // The test sees the events before it in its own instant.
    told(
        "2026-02-12 10:00 booked P1 1200.00
        2026-02-12 10:00 pending P2 60.00
        2026-02-12 10:00 => remind, arrears 300.00, holds payment_in_doubt",
    );
    told(
        "2026-02-12 10:00 pending P2 60.00
        2026-02-12 10:00 booked P1 1200.00
        2026-02-12 10:00 => remind, arrears 300.00, holds none",
    );
}

#[test]
fn pending_money_that_covers_opens_a_lock() {
    told(
        "2026-02-17 12:00 pending P1 1500.00
        2026-02-17 12:00 => remind, holds payment_in_doubt
        2026-02-17 12:05 failed P1 1500.00
        2026-02-17 12:05 => reduce, steps lock 2026-02-18 12:05",
    );
    told(
        "2026-02-17 12:00 pending P1 1499.99
        2026-02-17 12:00 => lock, holds payment_in_doubt",
    );
    // Judged at every instant: a booking makes the rest enough.
    told(
        "2026-02-17 12:00 pending P1 1499.99
        2026-02-17 13:00 booked P2 0.01
        2026-02-17 13:00 => remind, restore 1499.99",
    );
    // Suspense alone may cover.
    told(
        "2026-02-17 12:00 suspense S1 1500.00 candidate
        2026-02-17 12:00 => remind, until open, review 2026-06-11 00:00",
    );
}

#[test]
fn a_booking_ends_the_shield_and_counts_what_was_booked() {
    told(
        "2026-02-17 12:00 pending P1 1500.00
        2026-02-18 12:00 booked P1 1400.00
        2026-02-18 12:00 => reduce, arrears 100.00, holds none
        2026-02-18 13:00 pending P2 100.00
        2026-02-19 13:00 booked P2 100.00
        2026-02-19 13:00 => free",
    );
    // Booked and failed in its own instant it shields no time.
    told(
        "2026-02-17 12:00 pending P1 1500.00
        2026-02-17 12:00 failed P1 1500.00
        2026-02-17 12:00 => lock, holds none",
    );
}

#[test]
fn a_second_pending_changes_nothing() {
    told(
        "2026-02-12 10:00 pending P1 300.00
        2026-02-14 10:00 pending P1 900.00
        2026-02-14 10:00 => remind, until 2026-02-17 10:00
        2026-02-17 10:00 => reduce",
    );
    told(
        "2026-02-12 10:00 pending P1 10.00
        2026-02-14 10:00 pending P1 900.00
        2026-02-14 10:00 => reduce, holds none",
    );
}

#[test]
fn three_lost_shields_in_thirty_days_refuse_the_next() {
    let failed = "2026-02-11 10:00 pending A 300.00
        2026-02-11 11:00 failed A 300.00
        2026-02-12 10:00 pending B 300.00
        2026-02-12 11:00 failed B 300.00
        ";
    // Two lost: the third shields.
    told(&format!(
        "{failed}2026-02-13 12:00 pending C 300.00
        2026-02-13 12:00 => reduce, holds payment_in_doubt"
    ));
    // It times out on the 18th 12:00; from that instant on the fourth is refused.
    told(&format!(
        "{failed}2026-02-13 12:00 pending C 300.00
        2026-02-18 12:00 pending D 300.00
        2026-02-18 12:00 => reduce, holds none"
    ));
    // While it runs it isn't lost.
    told(&format!(
        "{failed}2026-02-13 12:00 pending C 300.00
        2026-02-18 11:59:59 pending D 300.00
        2026-02-18 12:00 => reduce, holds payment_in_doubt"
    ));
    // A later booking takes one out of the count.
    told(&format!(
        "{failed}2026-02-13 12:00 pending C 300.00
        2026-02-18 13:00 booked C 1.00
        2026-02-18 14:00 pending D 300.00
        2026-02-18 14:00 => reduce, holds payment_in_doubt"
    ));
    told(&format!(
        "{failed}2026-02-13 12:00 pending C 300.00
        2026-02-18 13:00 booked A 1.00
        2026-02-18 14:00 pending D 300.00
        2026-02-18 14:00 => reduce, holds payment_in_doubt"
    ));
    // Thirty days after its end the oldest counts no more; a second before it does.
    told(&format!(
        "{failed}2026-02-13 12:00 pending C 300.00
        2026-03-13 10:59:59 pending D 300.00
        2026-03-13 10:59:59 => lock, holds none
        2026-03-13 11:00 pending E 300.00
        2026-03-13 11:00 => lock, holds payment_in_doubt"
    ));
    // A payment that wasn't shielded is no shield when it fails, and one fails once.
    told(
        "2026-02-11 10:00 pending A 300.00
        2026-02-11 11:00 failed A 300.00
        2026-02-12 10:00 pending B 1.00
        2026-02-12 11:00 failed B 1.00
        2026-02-12 12:00 pending C 300.00
        2026-02-18 11:00 failed C 300.00
        2026-02-18 12:00 pending D 300.00
        2026-02-18 12:00 => reduce, holds payment_in_doubt",
    );
    // Suspense shields without count.
    told(&format!(
        "{failed}2026-02-13 12:00 pending C 300.00
        2026-02-19 12:00 suspense S 1.00 candidate
        2026-02-19 12:00 => reduce, holds payment_in_doubt"
    ));
}
