//! Notices served by hand: what counts, from when, and what is taken back; and leads in days.

use fairlock_domain::calendar::{Day, Instant, Span};
use fairlock_domain::plan::{Level, plan};

use super::story::{Story, check};

fn sandbox(rest: &str) {
    check(&format!(
        "sandbox in Africa/Nairobi, signed 2026-01-10, by hand
        due 2026-02-10 100.00
        {rest}"
    ));
}

fn strict(rest: &str) {
    check(&format!(
        "strict-default in Asia/Kolkata, signed 2026-01-10, by hand
        due 2026-02-10 100.00
        {rest}"
    ));
}

#[test]
fn a_notice_is_due_from_nine_until_it_is_served() {
    sandbox(
        "2026-02-11 08:59:59 => remind, due none, review 2026-02-11 09:00
        2026-02-11 09:00 => remind, due first 2026-02-11 09:00, review never
        2026-02-12 12:00 => remind, due first 2026-02-11 09:00
        2026-02-12 12:01 notice sandbox/first sms sent
        2026-02-12 12:01 => remind, due none, served first 2026-02-12 12:01, review 2026-02-13 12:01, steps reduce 2026-02-13 12:01
        # The first must have expired before the final one is due.
        2026-02-13 12:01 => reduce, due none, review 2026-02-14 09:00
        2026-02-14 09:00 => reduce, due final 2026-02-14 09:00, steps none, review never",
    );
    // A hold makes it due anew.
    sandbox(
        "2026-02-11 12:00 hold H promise until 2026-02-12 08:00
        2026-02-11 12:00 => remind, due none
        2026-02-12 09:00 => remind, due first 2026-02-12 09:00",
    );
}

#[test]
fn a_proof_counts_only_where_the_conditions_the_sequence_and_the_holds_allow_it() {
    // Too early by a second; out of sequence; in a hold.
    sandbox(
        "2026-02-10 23:59:59 notice sandbox/first sms shown
        2026-02-11 10:00 => remind, served none",
    );
    sandbox(
        "2026-02-11 00:00 notice sandbox/first sms sent
        2026-02-11 10:00 => remind, served first 2026-02-11 00:00",
    );
    sandbox(
        "2026-02-14 10:00 notice sandbox/final sms sent
        2026-02-14 10:00 => remind, served none",
    );
    sandbox(
        "2026-02-14 10:00 notice sandbox/first sms sent
        2026-02-15 09:59:59 notice sandbox/final sms sent
        2026-02-15 10:00 => reduce, served first 2026-02-14 10:00
        2026-02-15 10:00:01 notice sandbox/final sms sent
        2026-02-16 10:00 => reduce, served first 2026-02-14 10:00 then final 2026-02-15 10:00:01.000000000",
    );
    sandbox(
        "2026-02-14 09:00 feed bank-1 stale
        2026-02-14 10:00 notice sandbox/first sms shown
        2026-02-14 10:00 => remind, served none",
    );
    // An event of the same instant that ends the hold comes first, wherever it stands.
    sandbox(
        "2026-02-14 09:00 feed bank-1 stale
        2026-02-14 10:00 notice sandbox/first sms shown
        2026-02-14 10:00 feed bank-1 healthy
        2026-02-14 10:00 => remind, served first 2026-02-14 10:00",
    );
}

#[test]
fn contact_hours_and_the_proof_of_the_pack_are_minded() {
    // Sat 11 Apr is DPD 60. The strict default wants Mon-Fri 08:00-19:00, proof delivered.
    let table = [
        ("2026-04-11 10:00", "delivered", "none"),
        ("2026-04-13 07:59:59", "delivered", "none"),
        ("2026-04-13 08:00", "sent", "none"),
        ("2026-04-13 08:00", "delivered", "first 2026-04-13 08:00"),
        ("2026-04-13 08:00", "served", "first 2026-04-13 08:00"),
        ("2026-04-13 08:00", "shown", "first 2026-04-13 08:00"),
        ("2026-04-13 18:59", "delivered", "first 2026-04-13 18:59"),
        ("2026-04-13 19:00", "delivered", "none"),
    ];
    for (at, proof, served) in table {
        strict(&format!(
            "{at} notice strict-default/first sms {proof}
            2026-04-14 12:00 => remind, served {served}"
        ));
    }
    strict(
        "holiday 2026-04-13
        2026-04-13 10:00 notice strict-default/first sms delivered
        2026-04-13 10:00 => remind, served none",
    );
}

#[test]
fn with_two_channels_time_runs_from_the_second() {
    let before = "2026-04-13 10:00 notice strict-default/first sms delivered
        2026-05-04 10:00 notice strict-default/second sms delivered
        2026-05-11 10:00 notice strict-default/final sms delivered
        ";
    strict(&format!(
        "{before}2026-05-11 10:05 notice strict-default/final sms shown
        2026-05-12 11:00 => remind, served first 2026-04-13 10:00 then second 2026-05-04 10:00
        2026-05-12 12:00 notice strict-default/final email delivered
        2026-05-12 12:00 => remind, served first 2026-04-13 10:00 then second 2026-05-04 10:00 then final 2026-05-12 12:00, steps reduce 2026-05-18 09:00"
    ));
    // Mon 11 May 12:00 + 72 h is Thu 14 May 12:00, inside the window.
    strict(&format!(
        "{before}2026-05-11 12:00 notice strict-default/final email delivered
        2026-05-14 12:00 => reduce"
    ));
}

#[test]
fn a_failure_takes_back_what_its_channel_proved() {
    let reduced = "2026-04-13 10:00 notice strict-default/first sms delivered
        2026-05-04 10:00 notice strict-default/second sms delivered
        2026-05-11 10:00 notice strict-default/final sms delivered
        2026-05-11 10:00 notice strict-default/final email delivered
        2026-05-14 10:00 => reduce
        ";
    // Too few channels left: the level falls, and time starts anew with the next second channel.
    strict(&format!(
        "{reduced}2026-05-16 23:00 notice strict-default/final sms failed
        2026-05-16 23:00 => remind, served first 2026-04-13 10:00 then second 2026-05-04 10:00
        2026-05-18 10:00 notice strict-default/final letter delivered
        2026-05-18 10:00 => remind, steps reduce 2026-05-21 10:00"
    ));
    // Enough left: the time keeps its start.
    strict(&format!(
        "{reduced}2026-05-15 10:00 notice strict-default/final letter delivered
        2026-05-16 23:00 notice strict-default/final sms failed
        2026-05-16 23:00 => reduce"
    ));
    // In a hold too; and what failed twice failed once.
    strict(&format!(
        "{reduced}2026-05-16 22:00 feed bank-1 gap
        2026-05-16 23:00 notice strict-default/second sms failed
        2026-05-16 23:30 notice strict-default/second sms failed
        2026-05-16 23:30 => remind, served first 2026-04-13 10:00 then final 2026-05-11 10:00
        2026-05-17 23:00 feed bank-1 healthy
        2026-05-18 10:00 notice strict-default/second letter delivered
        2026-05-18 10:00 => remind, served first 2026-04-13 10:00 then second 2026-05-18 10:00 then final 2026-05-11 10:00, steps reduce 2026-05-25 10:00"
    ));
    // Another channel's failure is nobody's.
    strict(&format!(
        "{reduced}2026-05-16 23:00 notice strict-default/final pigeon failed
        2026-05-16 23:00 => reduce"
    ));
}

#[test]
fn a_first_notice_taken_back_forgets_what_it_demanded() {
    // Served on the 12th for the first instalment, taken back, served again on the 18th for both:
    // covering the first doesn't settle it any more.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10, by hand
        due 2026-02-10 100.00
        due 2026-02-17 100.00
        2026-02-12 10:00 notice sandbox/first sms sent
        2026-02-18 10:00 notice sandbox/first sms failed
        2026-02-18 10:01 notice sandbox/first sms sent
        2026-02-18 12:00 booked P1 100.00
        2026-02-18 12:00 => remind, dpd 1, served first 2026-02-18 10:01",
    );
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10, by hand
        due 2026-02-10 100.00
        due 2026-02-17 100.00
        2026-02-12 10:00 notice sandbox/first sms sent
        2026-02-18 12:00 booked P1 100.00
        2026-02-18 12:00 => remind, dpd 1, served none",
    );
}

#[test]
fn the_last_notice_wants_seven_days_at_reduce() {
    strict(
        "2026-04-13 09:00 notice strict-default/first sms delivered
        2026-05-04 09:00 notice strict-default/second sms delivered
        2026-05-11 09:00 notice strict-default/final sms delivered
        2026-05-11 09:00 notice strict-default/final email delivered
        2026-05-14 09:00 => reduce
        2026-05-21 08:59:59 notice strict-default/last sms delivered
        2026-05-21 09:00 notice strict-default/last email delivered
        2026-05-21 09:00 => reduce, due last 2026-05-21 09:00
        2026-05-21 09:01 notice strict-default/last sms delivered
        2026-05-21 09:01 => reduce, due none
        2026-05-21 09:01:01 approve
        2026-05-21 09:01:01 => reduce, steps lock 2026-05-28 09:00",
    );
}

/// The first notice of a sandbox is served on Wed 11 February at 09:00, and asks for five days of
/// every kind after it; a day on which a hold lasted doesn't count.
#[track_caller]
fn check_days_of_lead(holds: &str, reduces: &str) {
    let mut story = Story::read(&format!(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 1500.00
        {holds}"
    ));
    let terms = &mut story.rules.packs[0].notices[0].terms.value;
    (terms.lead, terms.lead_business_days) = (Span::ZERO, Some(5));
    let zone = &story.facts.zone;
    let level = |at| {
        let plan = plan(&story.facts, &story.rules, at);
        plan.expect("facts that fit together").level
    };
    let at = zone.instant_of(Day::parse(reduces).expect("a day"), 8 * 60);
    let before = Instant::from_unix_nanos(at.unix_nanos() - 1);
    assert_eq!(
        (level(before), level(at)),
        (Level::Remind, Level::Reduce),
        "{holds}"
    );
}

#[test]
fn days_of_lead_leave_out_each_day_on_which_a_hold_lasted() {
    check_days_of_lead("", "2026-02-17");
    check_days_of_lead(
        "2026-02-13 12:00 hold H1 court
        2026-02-13 13:00 end H1",
        "2026-02-18",
    );
    // Another on Sunday: Friday and Sunday don't count, Saturday does.
    check_days_of_lead(
        "2026-02-13 12:00 hold H1 court
        2026-02-13 13:00 end H1
        2026-02-15 12:00 hold H2 court
        2026-02-15 13:00 end H2",
        "2026-02-19",
    );
    // One that follows on the same day goes on until Saturday.
    check_days_of_lead(
        "2026-02-13 12:00 hold H1 court
        2026-02-13 13:00 end H1
        2026-02-13 15:00 hold H2 court
        2026-02-14 10:00 end H2",
        "2026-02-19",
    );
    // Two on one day are one day, and one before the service is none.
    check_days_of_lead(
        "2026-02-10 12:00 hold H0 court
        2026-02-10 13:00 end H0
        2026-02-13 12:00 hold H1 court
        2026-02-13 13:00 end H1
        2026-02-13 15:00 hold H2 court
        2026-02-13 16:00 end H2",
        "2026-02-18",
    );
}
