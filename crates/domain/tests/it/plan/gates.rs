//! Gates and legal status: what keeps a phone free, and what keeps it at remind.

use fairlock_domain::plan::{Verdict, plan};
use fairlock_domain::standing::DeviceLink;

use super::story::{Story, check};

#[test]
fn a_closed_gate_keeps_the_phone_free_and_serves_nothing() {
    let debt = "due 2026-02-10 100.00
        2026-03-20 12:00 => free, dpd 38, arrears 100.00, served none, due none, steps none, review never";
    for packs_and_option in [
        "strict-default in Asia/Kolkata, signed 2026-01-10, lease",
        "strict-default in Asia/Kolkata, signed 2026-01-10, cash_loan",
        "in in Asia/Kolkata, signed 2026-01-10, lease",
        "sandbox in Asia/Kolkata, signed 2026-01-10, no consent",
        "sandbox in Asia/Kolkata, signed 2026-01-10, unsigned",
        "sandbox in Asia/Kolkata, signed 2026-01-10, no copy",
        "in in Asia/Kolkata, signed 2026-01-10, no consent",
        "sandbox in Asia/Kolkata, signed 2026-01-10, no charter",
        "sandbox in Asia/Kolkata, signed 2026-01-10, another device",
    ] {
        check(&format!("{packs_and_option}\n{debt}"));
    }
    for open in ["lease", "cash_loan", "purchase_loan", "own device"] {
        check(&format!(
            "sandbox in Asia/Kolkata, signed 2026-01-10, {open}
            due 2026-02-10 100.00
            2026-03-20 12:00 => lock"
        ));
    }
}

#[test]
fn one_pack_that_does_not_take_the_product_is_enough() {
    // Each pack is judged by itself, so the sandbox's own notices go on.
    check(
        "sandbox+strict-default in Asia/Kolkata, signed 2026-01-10, lease
        due 2026-02-10 100.00
        2026-03-20 12:00 => free, steps none, served first 2026-02-11 09:00 then final 2026-02-13 09:00",
    );
}

#[test]
fn a_consent_opens_its_gate_on_its_day_and_the_ladder_starts_there() {
    check(
        "sandbox in Asia/Kolkata, signed 2026-01-10, consent 2026-03-20
        due 2026-02-10 100.00
        2026-03-19 23:59:59 => free, review 2026-03-20 00:00, steps remind 2026-03-20 00:00 then reduce 2026-03-21 09:00 then lock 2026-03-23 09:00
        2026-03-20 00:00 => remind, dpd 38
        2026-03-21 08:59:59 => remind
        2026-03-21 09:00 => reduce, served first 2026-03-20 09:00 then final 2026-03-21 09:00
        2026-03-23 08:59:59 => reduce
        2026-03-23 09:00 => lock",
    );
}

#[test]
fn a_pending_law_is_judged_and_never_climbed() {
    check(
        "in in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 100.00
        2026-02-10 23:59:59 => free
        2026-02-11 00:00 => remind, served none, due none, steps none, review never
        2026-06-20 12:00 => remind, dpd 130, served none",
    );
    check(
        "in in Asia/Kolkata, signed 2026-01-10, by hand
        due 2026-02-10 100.00
        2026-04-15 10:00 notice in/first sms shown
        2026-06-20 12:00 => remind, served none, due none",
    );
}

#[test]
fn the_finding_says_whose_device_it_is() {
    let table = [
        (
            (true, true),
            Verdict::Met,
            "charter accepted, this loan's device",
        ),
        (
            (false, true),
            Verdict::Blocked,
            "no accepted charter, this loan's device",
        ),
        (
            (true, false),
            Verdict::Blocked,
            "charter accepted, another loan's device",
        ),
    ];
    for ((charter_accepted, is_this_loans), verdict, saw) in table {
        let mut story = Story::read(
            "sandbox in Africa/Nairobi, signed 2026-01-10
            due 2026-02-10 100.00",
        );
        story.facts.device = Some(DeviceLink {
            charter_accepted,
            is_this_loans,
        });
        let due = story.facts.contract.instalments[0].due;
        let now = story.facts.zone.instant_of(due, 0);
        let plan = plan(&story.facts, &story.rules, now).expect("facts that fit together");
        let told = plan
            .findings
            .iter()
            .find(|f| f.rule == "sandbox/device_link");
        let told = told.expect("a finding");
        assert_eq!(told.verdict, verdict, "{saw}");
        assert!(told.saw.starts_with(saw), "{}", told.saw);
    }
}
