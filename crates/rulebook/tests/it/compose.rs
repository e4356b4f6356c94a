//! Several packs at once: the borrower's extreme of each value, whose it is, and what can't be.

use fairlock_domain::rules::{Confidence, Pack};
use fairlock_rulebook::compose::{Composed, How};
use fairlock_rulebook::live::{self, NotLive};
use fairlock_rulebook::{Rulebook, compose, load_builtin, pack};

use super::format::example;

fn builtin() -> Rulebook {
    load_builtin().expect("the packs of the program")
}

/// The example of the page, changed.
fn example_with(changes: &[(&str, &str)]) -> Pack {
    let mut text = example().to_string();
    for (what, with) in changes {
        assert!(text.contains(what), "{what}");
        text = text.replacen(what, with, 1);
    }
    pack::read("example", &text).unwrap_or_else(|e| panic!("{e}"))
}

fn together(packs: &[&Pack]) -> Composed {
    compose(packs)
}

/// Name, value, how, and whose it is: `name: says (how: pack number, …; beyond pack number, …)`.
#[track_caller]
fn says(composed: &Composed, expected: &str) {
    let name = expected.split(':').next().expect("a name");
    let found = composed.values.iter().find(|v| v.name == name);
    let found = found.unwrap_or_else(|| panic!("no {name} in {composed:#?}"));
    let place = |origins: &[fairlock_rulebook::compose::Origin]| {
        let places = origins.iter().map(|o| format!("{} {}", o.pack, o.number));
        places.collect::<Vec<_>>().join(", ")
    };
    let mut line = format!(
        "{name}: {} ({}: {}",
        found.says,
        found.how.name(),
        place(&found.from)
    );
    if !found.beyond.is_empty() {
        line += &format!("; beyond {}", place(&found.beyond));
    }
    assert_eq!(line + ")", expected);
}

#[test]
fn of_numbers_the_borrowers_extreme_counts_and_its_origin_is_named() {
    let book = builtin();
    let get = |id: &str| book.get(id).expect("a pack");
    let both = together(&[get("sandbox"), get("strict-default")]);
    assert_eq!(both.packs, ["sandbox", "strict-default"]);
    assert_eq!(both.contradictions, []);
    for line in [
        "min_days_past_due: from 90 days past due (highest: strict-default 211; beyond sandbox 111)",
        "min_days_past_due_remind: from 1 day past due (highest: sandbox 110, strict-default 210)",
        "min_days_past_due_lock: from 90 days past due (highest: strict-default 211; beyond sandbox 113)",
        "at_reduce_for: 14 days at reduce (highest: strict-default 215; beyond sandbox 115)",
        "approval: a person approves, which counts for 7 days (lowest: strict-default 216)",
        "products: purchase_loan (common: sandbox 102, strict-default 202)",
        "window: 09:00-16:00 Mon Tue Wed Thu, no holiday, no day before one (common: sandbox 112, strict-default 212)",
        "contact_hours: 08:00-19:00 Mon Tue Wed Thu Fri, no holiday (common: sandbox 131, strict-default 231)",
        "emergency_pass: 48 hours long (highest: strict-default 232; beyond sandbox 132)",
        "dispute_answer: within 14 days (lowest: sandbox 107, strict-default 207)",
        "highest_level: lock at most (each: sandbox 105)",
    ] {
        says(&both, line);
    }
    let pending = together(&[get("strict-default"), get("in")]);
    says(&pending, "highest_level: remind at most (each: in 305)");
    says(&pending, "restoration: within 1 hour (lowest: in 308)");
    let lock = pending.values.iter().find(|v| v.name == "at_reduce_for");
    assert!(lock.is_none(), "a level that one pack doesn't know");
}

#[test]
fn a_platform_beside_a_law_and_the_house_adds_what_it_keeps_and_caps_nothing() {
    let book = builtin();
    let get = |id: &str| book.get(id).expect("a pack");
    let all = together(&[get("nz"), get("platform-android"), get("strict-default")]);
    assert_eq!(all.contradictions, []);
    for line in [
        "highest_level: lock at most (each: nz 406)",
        "products: purchase_loan (common: nz 403, strict-default 202)",
        "min_days_past_due: from 90 days past due (highest: strict-default 211; beyond nz 411, platform-android 2621)",
        "min_days_past_due_lock: from 90 days past due (highest: strict-default 211; beyond nz 413, platform-android 2622)",
        "contact_hours: 08:00-19:00 Mon Tue Wed Thu Fri, no holiday (common: nz 431, platform-android 2631, strict-default 231)",
        "never_restrict: incoming_calls (united: platform-android 2607)",
        "platform_keeps: emergency_calls, incoming_calls, public_alerts, settings, keyboard (common: platform-android 2608)",
        "message_lock_page: at most 350 characters (lowest: platform-android 2632)",
    ] {
        says(&all, line);
    }
}

#[test]
fn what_is_protected_is_united_and_what_is_permitted_is_common() {
    let one = example_with(&[]);
    let two = example_with(&[
        ("id = \"example\"", "id = \"other\""),
        (
            "[\"emergency_calls\", \"incoming_calls\", \"internet\"]",
            "[\"sms\", \"internet\"]",
        ),
        (
            "[\"emergency_calls\", \"settings\", \"keyboard\"]",
            "[\"keyboard\", \"emergency_calls\", \"internet\", \"sms\", \"incoming_calls\"]",
        ),
        ("most = 1\n", "most = 3\n"),
        ("lock_page = 350", "lock_page = 300"),
        (
            "may_limit = [\"bank\", \"operator\"]",
            "may_limit = [\"importer\", \"operator\"]",
        ),
        ("opens_after = \"72 hours\"", "opens_after = \"48 hours\""),
        ("min_type_points = 10", "min_type_points = 12"),
    ]);
    let both = together(&[&one, &two]);
    for line in [
        "never_restrict: emergency_calls, incoming_calls, sms, internet (united: example 60016, other 60016)",
        "platform_keeps: emergency_calls, keyboard (common: example 60017, other 60017)",
        "creditors: operator (common: example 60010, other 60010)",
        "contact_cap_any_a_day: at most 1 a day (lowest: example 60038; beyond other 60038)",
        "message_lock_page: at most 300 characters (lowest: other 60050; beyond example 60050)",
        "authorised_channels_only: only channels that the person allowed (united: example 60056, other 60056)",
        "continuity: opens after 48 hours of silence (lowest: other 60054; beyond example 60054)",
        "consent_type_size: at least 12 points (highest: other 60005; beyond example 60005)",
        "min_business_days_in_default: from 20 business days in default (highest: example 60024, other 60024)",
        "min_days_in_default_lock: from 40 days in default (highest: example 60027, other 60027)",
    ] {
        says(&both, line);
    }
    let each = both.values.iter().filter(|v| v.how == How::Each).count();
    assert!(each > 20, "{each}");
}

#[test]
fn every_value_says_whose_it_is() {
    let book = builtin();
    let packs: Vec<&Pack> = book.packs().iter().collect();
    let all = together(&packs);
    for value in &all.values {
        assert!(
            !value.from.is_empty() && !value.says.is_empty(),
            "{value:?}"
        );
        for origin in value.from.iter().chain(&value.beyond) {
            let pack = book.get(&origin.pack).expect("a pack");
            let numbers = fairlock_domain::rules::rules_of(pack);
            assert!(
                numbers.iter().any(|rule| rule.number == origin.number),
                "{origin:?}"
            );
        }
    }
}

#[test]
fn packs_that_cannot_be_kept_together_are_told() {
    let own = example_with(&[]);
    // Alone it contradicts itself on purpose: its platform keeps less than its law protects.
    contradicts(
        &[&own],
        "example 60016, example 60017: the platform doesn't keep incoming_calls, internet",
    );
    let one = example_with(&[(
        "[\"emergency_calls\", \"settings\", \"keyboard\"]",
        "[\"emergency_calls\", \"incoming_calls\", \"internet\"]",
    )]);
    assert_eq!(together(&[&one]).contradictions, []);
    let other = |changes: &[(&str, &str)]| {
        let mut all = vec![
            ("id = \"example\"", "id = \"other\""),
            (
                "[\"emergency_calls\", \"settings\", \"keyboard\"]",
                "[\"emergency_calls\", \"incoming_calls\", \"internet\"]",
            ),
        ];
        all.extend_from_slice(changes);
        example_with(&all)
    };
    let weekends = other(&[("weekdays = [\"mon\", \"tue\"]\n", "weekdays = [\"wed\"]\n")]);
    contradicts(
        &[&one, &weekends],
        "example 60028, other 60028: no hour at which lock could ever begin",
    );
    let evenings = other(&[(
        "from = \"09:00\"\nto = \"16:00\"",
        "from = \"08:00\"\nto = \"12:00\"",
    )]);
    assert_eq!(together(&[&one, &evenings]).contradictions, []);
    let loans = other(&[(
        "takes = [\"purchase_loan\", \"lease\"]",
        "takes = [\"cash_loan\"]",
    )]);
    contradicts(
        &[&one, &loans],
        "example 60004, other 60004: no product that all take",
    );
    let makers = other(&[(
        "may_limit = [\"bank\", \"operator\"]",
        "may_limit = [\"manufacturer\"]",
    )]);
    contradicts(
        &[&one, &makers],
        "example 60010, other 60010: no creditor that all let limit",
    );
    let long = other(&[(
        "at_least = \"3 years\"\nat_most = \"6 years\"",
        "at_least = \"2200 days\"",
    )]);
    contradicts(
        &[&one, &long],
        "other 60052, example 60052: no time for which device_ids are kept",
    );
    let nights = other(&[(
        "from = \"08:00\"\nto = \"19:00\"\nweekdays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]\nnot_on_holidays = true\nnumber = 60035",
        "from = \"09:00\"\nto = \"10:00\"\nweekdays = [\"sun\"]\nnumber = 60035",
    )]);
    contradicts(
        &[&one, &nights],
        "example 60035, other 60035: no hour at which a notice may be served",
    );
}

#[track_caller]
fn contradicts(packs: &[&Pack], expected: &str) {
    let found: Vec<String> = together(packs)
        .contradictions
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(found, [expected]);
}

#[test]
fn only_the_law_of_a_place_stands_over_a_real_contract() {
    let book = builtin();
    let check = |ids: &[&str]| {
        let checked = live::check(&book.rules_for(ids).expect("packs"));
        checked.map_err(|refused| refused.to_string())
    };
    let refused = |words: &str| Err(words.to_string());
    assert_eq!(check(&[]), refused("expected at least one pack"));
    assert_eq!(
        check(&["in", "sandbox"]),
        refused("sandbox 101 (release_at_payoff) is made up; expected no made-up rules")
    );
    assert_eq!(
        check(&["strict-default"]),
        refused("strict-default: jurisdiction \"none\"; expected a pack of a jurisdiction beside")
    );
    assert_eq!(check(&["strict-default", "in"]), Ok(()));
    for (model, rule) in [
        ("model-us-ca", 2306),
        ("model-us-nv", 2406),
        ("model-us-nj", 2506),
    ] {
        let words = format!(
            "{model} {rule} (legal_status) is a statute about other goods, a model only; \
             expected a law about phones"
        );
        assert_eq!(check(&["strict-default", "in", model]), refused(&words));
        assert_eq!(check(&[model]), refused(&words));
    }
    // One made-up rule is enough.
    let mut rules = book.rules_for(&["strict-default", "in"]).expect("packs");
    rules.packs[1].contact.citation.confidence = Confidence::Fictional;
    assert!(matches!(live::check(&rules), Err(NotLive::Fictional { pack, .. }) if pack == "in"));
    let mut rules = book.rules_for(&["strict-default", "in"]).expect("packs");
    rules.packs[1].products.value = vec![fairlock_domain::contract::Product::Lease];
    let error = live::check(&rules).expect_err("no product");
    assert_eq!(
        error.to_string(),
        "strict-default 202, in 302: no product that all take; expected packs that can be kept together"
    );
}
