//! Holds: time stands still, and some bring the level down for good.

use super::story::check;

const CONTRACT: &str = "sandbox in Africa/Nairobi, signed 2026-01-10
    due 2026-02-10 1500.00
    ";

fn told(rest: &str) {
    check(&format!("{CONTRACT}{rest}"));
}

#[test]
fn no_level_rises_in_a_hold_not_even_to_remind() {
    told(
        "2026-02-10 12:00 feed bank-1 stale
        2026-02-11 00:00 => free, dpd 1, holds feed, until open, review never
        2026-02-13 15:30 feed bank-1 healthy
        2026-02-13 15:29:59 => free
        2026-02-13 15:30 => remind, due first 2026-02-14 09:00 then final 2026-02-15 09:00",
    );
    // Another feed changes nothing.
    told(
        "2026-02-10 12:00 feed bank-2 stale
        2026-02-11 00:00 => remind, holds none",
    );
}

#[test]
fn lead_cure_and_dwell_are_measured_in_free_time() {
    // First notice on the 11th 09:00. A promise from 12:00 on the 11th to 12:00 on the 12th: 24 h
    // of lead are over on the 13th 09:00 (3 h before, 21 h after).
    told(
        "2026-02-11 12:00 hold H promise until 2026-02-12 12:00
        2026-02-13 08:59:59 => remind
        2026-02-13 09:00 => reduce",
    );
    // No notice goes out in a hold: the 09:00 of the day after its end is the next.
    told(
        "2026-02-11 08:59 hold H outage until 2026-02-11 09:01
        2026-02-11 09:01 => remind, served none, due first 2026-02-12 09:00 then final 2026-02-13 09:00",
    );
    // One that ends at 09:00 exactly is over then.
    told(
        "2026-02-11 08:59 hold H outage until 2026-02-11 09:00
        2026-02-11 09:00 => remind, served first 2026-02-11 09:00",
    );
}

#[test]
fn which_holds_lower_and_which_only_stand_still() {
    for kind in ["promise", "disaster", "outage", "human_review"] {
        told(&format!(
            "2026-02-17 12:00 hold H {kind}
            2026-02-17 12:00 => lock, holds {kind}"
        ));
    }
    for kind in [
        "dispute",
        "grievance",
        "wrong_person",
        "hardship",
        "insolvency",
        "death",
        "court",
        "theft",
        "warranty",
    ] {
        told(&format!(
            "2026-02-17 12:00 hold H {kind}
            2026-02-17 12:00 => remind, holds {kind}, until open, review never"
        ));
    }
    told(
        "2026-02-17 12:00 hold H goodwill until 2026-02-20 12:00
        2026-02-17 12:00 => remind, holds goodwill, until 2026-02-20 12:00",
    );
}

#[test]
fn a_lowering_hold_brings_the_level_down_for_good() {
    // Locked; a dispute of two days. After it reduce is reached anew, in its window, with the
    // notices' time kept; lock needs 24 h at reduce again.
    told(
        "2026-02-18 12:00 hold H dispute
        2026-02-20 21:00 end H rejected
        2026-02-20 21:00 => remind, served first 2026-02-11 09:00 then final 2026-02-13 09:00
        2026-02-21 08:00 => reduce, steps lock 2026-02-22 08:00
        2026-02-22 08:00 => lock",
    );
    // Reduce was just reached: what the final notice had run stays.
    told(
        "2026-02-14 09:00 hold H grievance
        2026-02-16 09:00 end H
        2026-02-16 09:00 => reduce, steps lock 2026-02-17 09:00",
    );
}

#[test]
fn a_dispute_that_was_right_starts_the_ladder_again() {
    told(
        "2026-02-18 12:00 hold H dispute
        2026-02-20 12:00 end H upheld
        2026-02-20 12:00 => remind, served none, due first 2026-02-21 09:00 then final 2026-02-22 09:00",
    );
    // Also when it comes after the hold's own end.
    told(
        "2026-02-18 12:00 hold H dispute until 2026-02-19 12:00
        2026-02-19 12:00 => reduce
        2026-02-25 12:00 end H upheld
        2026-02-25 12:00 => remind, served none",
    );
    // The outcome of another kind changes nothing.
    told(
        "2026-02-18 12:00 hold H grievance
        2026-02-20 12:00 end H upheld
        2026-02-20 12:00 => reduce, served first 2026-02-11 09:00 then final 2026-02-13 09:00",
    );
}

#[test]
fn a_hold_ends_by_itself_by_its_until_or_after_its_longest_time() {
    // A promise lasts at most seven days.
    told(
        "2026-02-10 12:00 hold H promise until 2026-03-10 12:00
        2026-02-10 12:00 => free, until 2026-02-17 12:00, review 2026-02-11 00:00
        2026-02-17 11:59:59 => free, holds promise
        2026-02-17 12:00 => remind, holds none",
    );
    told(
        "2026-02-10 12:00 hold H promise
        2026-02-17 12:00 => remind, holds none",
    );
    // A dispute doesn't end by itself, unless it was said when.
    told(
        "2026-02-10 12:00 hold H dispute
        2026-03-20 12:00 => free, holds dispute, dpd 38",
    );
    // One that lasts no time changes nothing.
    told(
        "2026-02-17 12:00 hold H dispute until 2026-02-17 12:00
        2026-02-17 13:00 hold I court
        2026-02-17 13:00 end I
        2026-02-17 13:00 => lock, holds none",
    );
    // It may be ended after its time ran out.
    told(
        "2026-02-17 12:00 hold H outage until 2026-02-17 13:00
        2026-02-18 13:00 end H
        2026-02-18 13:00 => lock, holds none",
    );
}

#[test]
fn one_entry_a_kind_with_the_latest_end() {
    told(
        "2026-02-12 10:00 hold A promise until 2026-02-14 10:00
        2026-02-12 10:00 hold B promise until 2026-02-13 10:00
        2026-02-12 10:00 hold C outage until 2026-02-13 10:00
        2026-02-12 10:00 => remind, holds outage then promise, until 2026-02-13 10:00 then 2026-02-14 10:00, review 2026-02-13 10:00
        2026-02-13 10:00 => remind, holds promise, review 2026-02-14 10:00
        2026-02-13 11:00 hold D promise until 2026-02-13 12:00
        # The end of the shorter one isn't seen.
        2026-02-13 11:00 => remind, until 2026-02-14 10:00, review 2026-02-14 10:00",
    );
    told(
        "2026-02-12 10:00 hold A outage until 2026-02-14 10:00
        2026-02-12 10:00 hold B outage
        2026-02-12 10:00 => remind, holds outage, until open, review never",
    );
}
