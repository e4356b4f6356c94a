//! Packs broken on purpose, one small edit each: the message, and the line that it names.
//!
//! All edits are made to the example of docs/rules.md, which has every kind of rule.

use fairlock_rulebook::{PackError, pack};

use super::format::example;

/// Breaks the example by replacing what stands first, and expects this message at a line that
/// reads like that.
#[track_caller]
fn check((what, with, line, message): (&str, &str, &str, &str)) {
    let good = example();
    assert!(good.contains(what), "{what:?} stands in the example");
    let broken = good.replacen(what, with, 1);
    let errors = pack::lint("pack.toml", &broken).expect_err(message);
    let error = &errors[0];
    let told = |error: &PackError| {
        let shown = error.to_string();
        assert!(!shown.contains('\n'), "one line: {shown:?}");
        assert!(shown.starts_with("pack.toml:"), "{shown}");
        shown
    };
    errors.iter().for_each(|error| drop(told(error)));
    assert!(
        error.expected.contains(message),
        "{what:?} -> {with:?}\n  expected: {message}\n  found:    {}",
        told(error)
    );
    let named = broken
        .lines()
        .nth(error.line.wrapping_sub(1))
        .unwrap_or("the whole file");
    assert_eq!(named, line, "{what:?} -> {with:?}: {}", told(error));
}

#[test]
fn broken_texts_are_refused_at_their_line() {
    for case in [
        // Not the format.
        (
            "version = 1",
            "version = ",
            "version = ",
            "string values must be quoted",
        ),
        (
            "version = 1",
            "version = 1\nmotto = \"x\"",
            "motto = \"x\"",
            "unknown field `motto`",
        ),
        ("[fees]", "[fee]", "[fee]", "unknown field `fee`"),
        (
            "[actuation.graduated]",
            "[actuation.gradual]",
            "[actuation.gradual]",
            "unknown field `gradual`, expected one of `max_level`",
        ),
        (
            "days = 30\n",
            "days = 30\nhours = 1\n",
            "hours = 1",
            "unknown field `hours`",
        ),
        (
            "days = 30\n",
            "",
            "[reduce.min_days_past_due]",
            "missing field `days`",
        ),
        (
            "days = 30\n",
            "days = \"30\"\n",
            "days = \"30\"",
            "expected u32",
        ),
        ("days = 30\n", "days = -30\n", "days = -30", "expected u32"),
        (
            "days = 30\n",
            "days = 30.5\n",
            "days = 30.5",
            "expected u32",
        ),
        (
            "bold = true",
            "bold = \"yes\"",
            "bold = \"yes\"",
            "expected a boolean",
        ),
        ("[fees]", "[honesty]", "[honesty]", "duplicate key"),
        (
            "[policy]",
            "[polices]",
            "[polices]",
            "unknown field `polices`",
        ),
        (
            "\n[device_link]\nnot_for = [\"cross_default\", \"add_ons\"]\nnumber = 60006\ncitation = \"Example Act s.6: no other dues.\"\nurl = \"docs/rules.md\"\nconfidence = \"fictional\"\nseen_on = \"2026-11-22\"\n",
            "",
            "# Example land: every kind of rule once. Nobody's law.",
            "missing field `device_link`",
        ),
        // Words that aren't in the list.
        (
            "goods = [\"consumer_goods\"]",
            "goods = [\"phones\"]",
            "goods = [\"phones\"]",
            "one of consumer_goods, motor_vehicle, equipment, not `phones`",
        ),
        (
            "status = \"conditional\"",
            "status = \"legal\"",
            "status = \"legal\"",
            "one of permitted, conditional",
        ),
        (
            "timing = \"by_signature\"",
            "timing = \"later\"",
            "timing = \"later\"",
            "one of by_signature, before_signature, not `later`",
        ),
        (
            "state = \"filed\"",
            "state = \"open\"",
            "state = \"open\"",
            "one of bill, filed",
        ),
        (
            "level = \"lock\"\nnumber = 60012",
            "level = \"free\"\nnumber = 60012",
            "level = \"free\"",
            "one of remind, reduce, lock, not `free`",
        ),
        (
            "count = \"business\"",
            "count = \"working\"",
            "count = \"working\"",
            "one of calendar, business, not `working`",
        ),
        (
            "proof = \"served\"",
            "proof = \"failed\"",
            "proof = \"failed\"",
            "one of sent, delivered, served, shown",
        ),
        (
            "\"emergency_calls\", \"incoming_calls\"",
            "\"emergency_calls\", \"games\"",
            "functions = [\"emergency_calls\", \"games\", \"internet\"]",
            "one of emergency_calls",
        ),
        (
            "occasions = [\"bereavement\"]",
            "occasions = [\"christmas\"]",
            "occasions = [\"christmas\"]",
            "one of bereavement",
        ),
        (
            "confidence = \"fictional\"",
            "confidence = \"BK\"",
            "confidence = \"BK\"",
            "one of high, medium, low, house, fictional",
        ),
        // Values that can't be.
        (
            "effective_from = \"2026-01-01\"",
            "effective_from = \"2026-02-30\"",
            "effective_from = \"2026-02-30\"",
            "a date that exists",
        ),
        (
            "within = \"1 hour\"",
            "within = \"1 week\"",
            "within = \"1 week\"",
            "a time like",
        ),
        (
            "within = \"1 hour\"",
            "within = \"+1 hours\"",
            "within = \"+1 hours\"",
            "a time like",
        ),
        (
            "lead = \"10 business days\"",
            "lead = \"10 busy days\"",
            "lead = \"10 busy days\"",
            "10 business days",
        ),
        (
            "lead = \"10 business days\"",
            "lead = \"367 business days\"",
            "lead = \"367 business days\"",
            "10 business days",
        ),
        (
            "at_least = \"3 years\"",
            "at_least = \"36 months\"",
            "at_least = \"36 months\"",
            "3 years",
        ),
        (
            "at = \"16:00\"",
            "at = \"24:01\"",
            "at = \"24:01\"",
            "a local time from 00:00 to 24:00",
        ),
        (
            "compensation_an_hour = \"10.00 EUR\"",
            "compensation_an_hour = \"10 EUR\"",
            "compensation_an_hour = \"10 EUR\"",
            "exactly 2 decimals",
        ),
        (
            "at_most = \"10000.00 EUR\"",
            "at_most = \"10000.00 EURO\"",
            "at_most = \"10000.00 EURO\"",
            "a sum like",
        ),
        (
            "weekdays = [\"sat\"]",
            "weekdays = [\"sat\", \"sat\"]",
            "weekdays = [\"sat\", \"sat\"]",
            "each weekday once",
        ),
    ] {
        check(case);
    }
}

#[test]
fn rules_without_a_source_are_refused_at_their_line() {
    for case in [
        (
            "citation = \"Example Act s.21: 30 days past due.\"\n",
            "",
            "[reduce.min_days_past_due]",
            "missing field `citation`",
        ),
        (
            "citation = \"Example Act s.21: 30 days past due.\"",
            "citation = \" \"",
            "citation = \" \"",
            "a citation",
        ),
        (
            "number = 60021",
            "number = 0",
            "number = 0",
            "a rule number from 1 on",
        ),
        (
            "number = 60021",
            "number = 65400",
            "number = 65400",
            "a rule number from 1 on, below 65400",
        ),
        (
            "number = 60021",
            "number = 60020",
            "number = 60020",
            "a number other than 60020, which answer_hardship has",
        ),
        (
            "s.21: 30 days past due.\"\nurl = \"docs/rules.md\"\nconfidence = \"fictional\"",
            "\"\nurl = \"docs/rules.md\"\nconfidence = \"high\"",
            "url = \"docs/rules.md\"",
            "a url: the web address of the source",
        ),
        (
            "s.21: 30 days past due.\"\nurl = \"docs/rules.md\"",
            "\"\nurl = \"\"",
            "url = \"\"",
            "a url: the web address of the source",
        ),
        (
            "id = \"example\"",
            "id = \"Example Land\"",
            "id = \"Example Land\"",
            "an id of a-z, 0-9 and -",
        ),
        (
            "number = 600\n",
            "number = 0\n",
            "number = 0",
            "a number from 1 on",
        ),
        (
            "version = 1",
            "version = 0",
            "version = 0",
            "a version from 1 on",
        ),
        (
            "title = \"Example land (fictional)\"",
            "title = \"\"",
            "title = \"\"",
            "a title",
        ),
        (
            "jurisdiction = \"none\"",
            "jurisdiction = \"us/ct/hartford\"",
            "jurisdiction = \"us/ct/hartford\"",
            "a country and subdivision",
        ),
        (
            "effective_to = \"2036-12-31\"",
            "effective_to = \"2025-12-31\"",
            "effective_to = \"2025-12-31\"",
            "a day not before effective_from",
        ),
        (
            "url = \"https://example.org/act\"",
            "url = \"a book\"",
            "[[sources]]",
            "a title and a web address for each source",
        ),
    ] {
        check(case);
    }
}

#[test]
fn rules_that_contradict_are_refused_at_their_line() {
    for case in [
        (
            "signed_until = \"2030-12-31\"",
            "signed_until = \"2025-12-31\"",
            "signed_until = \"2025-12-31\"",
            "a day not before signed_from",
        ),
        (
            "goods = [\"consumer_goods\"]",
            "goods = [\"equipment\", \"equipment\"]",
            "goods = [\"equipment\", \"equipment\"]",
            "each word once",
        ),
        (
            "min_type_points = 10\n",
            "",
            "bold = true",
            "bold only with min_type_points",
        ),
        (
            "min_type_points = 10",
            "min_type_points = 0",
            "min_type_points = 0",
            "a size of 1 point or more",
        ),
        (
            "languages = [\"contract\", \"en\"]",
            "languages = [\"English\"]",
            "languages = [\"English\"]",
            "language tags as en or sw, or contract",
        ),
        (
            "parties = [\"Acme Mobile\"]",
            "parties = []",
            "parties = []",
            "the names of the parties",
        ),
        (
            "until = \"2027-03-01\"",
            "until = \"2026-02-28\"",
            "until = \"2026-02-28\"",
            "a day not before from",
        ),
        (
            "may_limit = [\"bank\", \"operator\"]",
            "may_limit = []",
            "may_limit = []",
            "at least one word",
        ),
        (
            "regulator = \"Example Regulator\"",
            "regulator = \" \"",
            "regulator = \" \"",
            "the regulator that approves",
        ),
        (
            "level = \"lock\"\nnumber = 60012",
            "level = \"reduce\"\nnumber = 60012",
            "level = \"reduce\"",
            "no table for a level above reduce",
        ),
        (
            "\"incoming_calls\", \"internet\"]",
            "\"incoming_calls\", \"camera\"]",
            "functions = [\"emergency_calls\", \"incoming_calls\", \"camera\"]",
            "functions that every agent keeps, not camera",
        ),
        (
            "days = 60\n",
            "days = 29\n",
            "days = 29",
            "at least 30 days, as the levels beneath ask",
        ),
        (
            "days = 40\n",
            "days = 19\n",
            "days = 19",
            "at least 20 days, as the levels beneath ask",
        ),
        (
            "days = 20\n",
            "days = 367\n",
            "days = 367",
            "at most 366 business days",
        ),
        (
            "weekly_days = 10",
            "weekly_days = 0",
            "weekly_days = 0",
            "weekly_days from 1 on",
        ),
        (
            "from = \"09:00\"\nto = \"16:00\"",
            "from = \"16:00\"\nto = \"09:00\"",
            "from = \"16:00\"",
            "a window that opens before it closes",
        ),
        (
            "to = \"12:00\"",
            "to = \"16:01\"",
            "[lock.window]",
            "a window within that of reduce",
        ),
        (
            "id = \"default\"",
            "id = \"Default\"",
            "id = \"Default\"",
            "an id of a-z, 0-9 and _",
        ),
        (
            "min_days_past_due = 10\n",
            "",
            "id = \"default\"",
            "min_days_past_due on the first notice",
        ),
        (
            "channels = 2",
            "channels = 0",
            "channels = 0",
            "at least one channel",
        ),
        (
            "weekly_lead = \"5 days\"",
            "weekly_lead = \"0 days\"",
            "weekly_lead = \"0 days\"",
            "a weekly_lead of some time",
        ),
        (
            "valid_for = \"90 days\"",
            "valid_for = \"10 days\"",
            "valid_for = \"10 days\"",
            "a valid_for longer than the lead",
        ),
        (
            "from = \"08:00\"\nto = \"19:00\"",
            "from = \"09:01\"\nto = \"19:00\"",
            "from = \"09:01\"",
            "contact hours that hold 09:00",
        ),
        (
            "id = \"saturday\"",
            "id = \"week\"",
            "id = \"week\"",
            "an id that stands once, not collection_hours_week again",
        ),
        (
            "most = 1\n",
            "most = 0\n",
            "most = 0",
            "at least one contact",
        ),
        (
            "in_any = \"7 days\"",
            "in_any = \"0 days\"",
            "in_any = \"0 days\"",
            "more than no time",
        ),
        (
            "of = [\"email\", \"sms\"]",
            "of = []",
            "of = []",
            "at least one word",
        ),
        (
            "once_in = \"720 hours\"",
            "once_in = \"47 hours\"",
            "lasts = \"48 hours\"",
            "ends before the next",
        ),
        (
            "counts_as_activation = true\nown_consent = true\npurposes = [\"repossession\"]\n",
            "",
            "[location]",
            "counts_as_activation, own_consent or purposes",
        ),
        (
            "lock_page = 350\nreminder = 500\nbanner = 200\n",
            "",
            "[message_limits]",
            "a length of at least 1 character",
        ),
        (
            "complex_within = \"48 hours\"",
            "complex_within = \"23 hours\"",
            "complex_within = \"23 hours\"",
            "a time not shorter than answer_within",
        ),
        (
            "at_most = \"6 years\"",
            "at_most = \"1094 days\"",
            "at_most = \"1094 days\"",
            "a time not shorter than at_least",
        ),
        (
            "says = \"A first offence.\"",
            "says = \"\"",
            "says = \"\"",
            "what breaking the law costs",
        ),
        (
            "opens_after = \"72 hours\"",
            "opens_after = \"0 hours\"",
            "opens_after = \"0 hours\"",
            "more than no time",
        ),
        (
            "within = \"15 minutes\"",
            "within = \"0 minutes\"",
            "within = \"0 minutes\"",
            "more than no time",
        ),
    ] {
        check(case);
    }
}

#[test]
fn a_rule_that_counts_business_days_needs_to_say_which() {
    let start = example().find("[business_days]").expect("a table");
    let end = example()[start..].find("\n[").expect("the next") + start + 1;
    check((
        &example()[start..end],
        "",
        "count = \"business\"",
        "a table business_days",
    ));
}
