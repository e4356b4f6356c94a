//! Charters: packs in words, limits in words.

use fairlock_protocol::charter::{Charter, Limits};

use fairlock_domain::calendar::Day;
use fairlock_domain::contract::{
    BorrowerKind, Creditor, CreditorKind, Particulars, RegulatorApproval,
};
use fairlock_domain::rules::{
    Applies, Cited, CourtOrder, LegalStatus, Licence, Named, Pack, Rules,
};
use fairlock_domain::standing::{Clearance, Facts};

use super::kit::{charter, charter_of, day, facts, rules, zone_of};

fn limits(limits: &Option<Limits>) -> String {
    limits.as_ref().map_or("never".to_owned(), |l| {
        let time = |min: u16| format!("{:02}:{:02}", min / 60, min % 60);
        let (from, to) = (time(l.from_min), time(l.to_min));
        format!(
            "lead {} h, dwell {} h, {from}-{to} on {:07b}",
            l.lead_h, l.dwell_h, l.days
        )
    })
}

fn told(charter: &Charter) -> String {
    format!(
        "{}; reduce {}; lock {}; pass {} h in {} days",
        charter.highest.word(),
        limits(&charter.reduce),
        limits(&charter.lock),
        charter.pass.hours,
        charter.pass.period_days
    )
}

fn check(packs: &[&str], expected: &str) {
    let charter = charter(&rules(packs), &zone_of("Africa/Nairobi"));
    assert_eq!(told(&charter), expected, "{packs:?}");
}

#[test]
fn a_charter_has_the_tightest_limits_of_its_packs() {
    check(
        &["sandbox"],
        "lock; reduce lead 24 h, dwell 0 h, 08:00-20:00 on 1111111; \
         lock lead 48 h, dwell 24 h, 08:00-20:00 on 1111111; pass 24 h in 30 days",
    );
    check(
        &["strict-default"],
        "lock; reduce lead 72 h, dwell 0 h, 09:00-16:00 on 0001111; \
         lock lead 72 h, dwell 336 h, 09:00-16:00 on 0001111; pass 48 h in 30 days",
    );
    check(
        &["sandbox", "strict-default"],
        "lock; reduce lead 72 h, dwell 0 h, 09:00-16:00 on 0001111; \
         lock lead 72 h, dwell 336 h, 09:00-16:00 on 0001111; pass 48 h in 30 days",
    );
    // A law that isn't in force permits nothing, whatever stands beside it.
    check(
        &["in"],
        "remind; reduce never; lock never; pass 24 h in 30 days",
    );
    check(
        &["in", "sandbox"],
        "remind; reduce never; lock never; pass 24 h in 30 days",
    );
}

#[test]
fn a_charter_knows_its_zone_to_the_last_day() {
    let charter = charter(&rules(&["sandbox"]), &zone_of("Europe/Berlin"));
    assert_eq!(charter.zone.offset_min, 60);
    // 29 March 01:00 UTC to summer time; the last day is 7 October, before the next change.
    assert_eq!(charter.zone.transitions, [(1_774_746_000, 120)]);
    assert_eq!(charter.last_day - charter.last_due, 180);
}

#[test]
fn the_largest_ordinary_charter_fits_and_reads_back() {
    let charter = charter(&rules(&["strict-default"]), &zone_of("America/New_York"));
    let payload = charter.payload().unwrap();
    assert_eq!(Charter::read(&payload).unwrap(), charter);
}

/// The sandbox, changed.
fn changed(change: impl FnOnce(&mut Pack)) -> Rules {
    let mut rules = rules(&["sandbox"]);
    change(&mut rules.packs[0]);
    rules
}

/// A rule like another, with this value.
fn rule<T>(pack: &Pack, value: T) -> Cited<T> {
    Cited {
        number: pack.policy.number,
        value,
        citation: pack.policy.citation.clone(),
    }
}

fn status(status: LegalStatus) -> Rules {
    changed(|pack| pack.legal_status.value = status)
}

fn of_nairobi(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = facts(zone_of("Africa/Nairobi"));
    change(&mut facts);
    facts
}

fn nothing(_: &mut Facts) {}

/// How far a charter reaches that is made at noon of that day.
#[track_caller]
fn reaches(rules: &Rules, change: impl FnOnce(&mut Facts), on: &str, expected: &str) {
    let charter = charter_of(rules, &of_nairobi(change), &format!("{on}T09:00:00Z"));
    assert_eq!(charter.highest.word(), expected, "on {on}");
    let known = (charter.reduce.is_some(), charter.lock.is_some());
    let expected = (expected != "remind", expected == "lock");
    assert_eq!(
        known, expected,
        "limits stand for the levels up to the highest"
    );
}

/// Clears the sandbox from 5 to 20 January, both included.
fn cleared(facts: &mut Facts) {
    facts.clearances = vec![Clearance {
        pack: "sandbox".to_owned(),
        by: "J. Hale".to_owned(),
        on: day("2026-01-05"),
        until: day("2026-01-20"),
        opinion_sha256: [7; 32],
    }];
}

#[test]
fn a_counsel_pack_reaches_as_far_as_it_is_cleared_on_the_day_of_signing() {
    let counsel = status(LegalStatus::Counsel);
    reaches(&counsel, nothing, "2026-01-10", "remind");
    reaches(&counsel, cleared, "2026-01-04", "remind");
    reaches(&counsel, cleared, "2026-01-05", "lock");
    reaches(&counsel, cleared, "2026-01-20", "lock");
    reaches(&counsel, cleared, "2026-01-21", "remind");
    let of_another_pack = |facts: &mut Facts| {
        cleared(facts);
        facts.clearances[0].pack = "gb".to_owned();
    };
    reaches(&counsel, of_another_pack, "2026-01-10", "remind");
    // The day is the borrower's: in Nairobi the 21st begins at 21:00 UTC.
    let facts = of_nairobi(cleared);
    let late = charter_of(&counsel, &facts, "2026-01-20T21:00:00Z");
    assert_eq!(late.highest.word(), "remind");
}

#[test]
fn a_clearance_does_nothing_for_a_law_that_needs_none() {
    for (other, expected) in [
        (LegalStatus::Permitted, "lock"),
        (LegalStatus::Conditional, "lock"),
        (LegalStatus::Prohibited, "remind"),
        (LegalStatus::Pending, "remind"),
        (LegalStatus::Unclear, "remind"),
        (LegalStatus::NoticesOnly, "remind"),
        (LegalStatus::ModelOnly, "remind"),
    ] {
        reaches(&status(other), cleared, "2026-01-10", expected);
    }
}

fn owed_to(name: &str, kind: CreditorKind) -> Particulars {
    Particulars {
        creditor: Some(Creditor {
            name: name.to_owned(),
            kind,
        }),
        ..Particulars::default()
    }
}

#[test]
fn a_court_order_caps_the_charters_of_its_parties_while_it_lasts() {
    let ordered = changed(|pack| {
        let order = CourtOrder {
            court: "Example Court".to_owned(),
            parties: vec!["Acme Mobile".to_owned()],
            products: Vec::new(),
            from: day("2026-01-10"),
            until: Some(day("2026-01-20")),
        };
        pack.court_orders = vec![Named {
            id: "first".to_owned(),
            rule: rule(pack, order),
        }];
    });
    let acme = |facts: &mut Facts| {
        facts.particulars = owed_to("ACME Mobile", CreditorKind::Operator);
    };
    let other = |facts: &mut Facts| {
        facts.particulars = owed_to("Better Mobile", CreditorKind::Operator);
    };
    reaches(&ordered, acme, "2026-01-09", "lock");
    reaches(&ordered, acme, "2026-01-10", "remind");
    reaches(&ordered, acme, "2026-01-21", "lock");
    reaches(&ordered, other, "2026-01-10", "lock");
    reaches(&ordered, nothing, "2026-01-10", "remind");
}

#[test]
fn a_licence_that_is_missing_caps_the_charter() {
    let licensed = changed(|pack| {
        let licence = Licence {
            regulator: "Example Regulator".to_owned(),
            needed_by: vec![CreditorKind::Operator],
        };
        pack.licence = Some(rule(pack, licence));
    });
    let approved = |on: Day| {
        move |facts: &mut Facts| {
            facts.particulars = owed_to("Acme Mobile", CreditorKind::Operator);
            facts.particulars.approvals = vec![RegulatorApproval {
                pack: "sandbox".to_owned(),
                reference: "17/4".to_owned(),
                on,
                until: None,
            }];
        }
    };
    let bank = |facts: &mut Facts| facts.particulars = owed_to("Bank", CreditorKind::Bank);
    reaches(&licensed, nothing, "2026-01-10", "remind");
    reaches(&licensed, bank, "2026-01-10", "lock");
    reaches(&licensed, approved(day("2026-01-10")), "2026-01-10", "lock");
    reaches(
        &licensed,
        approved(day("2026-01-11")),
        "2026-01-10",
        "remind",
    );
}

#[test]
fn a_pack_about_other_contracts_adds_nothing_to_the_charter() {
    let mut both = rules(&["in", "sandbox"]);
    let about_businesses = Applies {
        borrowers: vec![BorrowerKind::Business],
        ..Applies::default()
    };
    both.packs[0].applies = Some(rule(&both.packs[0], about_businesses));
    let of = |kind| move |facts: &mut Facts| facts.particulars.borrower = Some(kind);
    reaches(&both, of(BorrowerKind::Consumer), "2026-01-10", "lock");
    reaches(&both, of(BorrowerKind::Business), "2026-01-10", "remind");
    reaches(&both, nothing, "2026-01-10", "remind");
    // One that isn't in force yet may come; one that is over won't.
    let mut both = rules(&["in", "sandbox"]);
    both.packs[0].effective_from = Some(day("2027-01-01"));
    reaches(&both, nothing, "2026-01-10", "remind");
    both.packs[0].effective_from = None;
    both.packs[0].effective_to = Some(day("2026-01-09"));
    reaches(&both, nothing, "2026-01-10", "lock");
}
