//! A lender's own ladder: read or refused, softer than every pack, and never raising a level.

use fairlock_domain::calendar::Span;
use fairlock_domain::contract::BorrowerKind;
use fairlock_domain::plan::plan;
use fairlock_domain::rules::{Level, Rules};
use fairlock_rulebook::policy::Policy;
use fairlock_rulebook::{load_builtin, scenario};

fn rules(ids: &[&str]) -> Rules {
    let book = load_builtin().expect("the packs of the program");
    book.rules_for(ids).expect("known packs")
}

const SOFTER: &str = r#"
on = "2026-11-22"

[remind]
min_days_past_due = 3

[reduce]
min_days_past_due = 100
window = { from = "10:00", to = "15:00", weekdays = ["mon", "tue", "wed"], not_on_holidays = true, not_before_holidays = true }

[lock]
min_days_past_due = 130
at_reduce_for = "20 days"
approval_valid_for = "72 hours"

[emergency_pass]
lasts = "72 hours"
once_in = "360 hours"

[restoration]
within = "30 minutes"
compensation_an_hour = "300.00 INR"
"#;

fn policy(text: &str) -> Policy {
    Policy::read("policy.toml", text).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn a_softer_policy_stands_beside_the_packs() {
    let over = policy(SOFTER).over(&rules(&["strict-default", "in"]));
    let over = over.expect("softer");
    let ids: Vec<&str> = over.packs.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids, ["strict-default", "in", "policy"]);
    let least = policy("on = \"2026-11-22\"").over(&rules(&["strict-default"]));
    assert!(least.is_ok(), "a policy that leaves all to the law");
}

#[test]
fn a_policy_that_is_harsher_is_refused_with_the_rule_it_breaks() {
    let table = [
        (
            "min_days_past_due = 100",
            "min_days_past_due = 89",
            "reduce.min_days_past_due: 89 days is harsher than strict-default 211, which has 90 days",
        ),
        ("min_days_past_due = 130", "min_days_past_due = 100", ""),
        (
            "from = \"10:00\"",
            "from = \"08:59\"",
            "reduce.window: 08:59-15:00 Mon Tue Wed, no holiday, no day before one is harsher than strict-default 212, which has 09:00-16:00 Mon Tue Wed Thu, no holiday, no day before one",
        ),
        (
            ", not_on_holidays = true",
            "",
            "reduce.window: 10:00-15:00 Mon Tue Wed, no day before one is harsher",
        ),
        (
            "at_reduce_for = \"20 days\"",
            "at_reduce_for = \"13 days\"",
            "lock.at_reduce_for: 13 days is harsher than strict-default 215, which has 14 days",
        ),
        (
            "approval_valid_for = \"72 hours\"",
            "approval_valid_for = \"169 hours\"",
            "lock.approval_valid_for: 169 hours is harsher than strict-default 216, which has 7 days",
        ),
        (
            "lasts = \"72 hours\"",
            "lasts = \"47 hours\"",
            "emergency_pass.lasts: 47 hours is harsher than strict-default 232, which has 48 hours",
        ),
        (
            "once_in = \"360 hours\"",
            "once_in = \"721 hours\"",
            "emergency_pass.once_in: 721 hours is harsher than strict-default 232, which has 30 days",
        ),
        (
            "within = \"30 minutes\"",
            "within = \"61 minutes\"",
            "restoration.within: 61 minutes is harsher than in 308, which has 1 hour",
        ),
        (
            "\"300.00 INR\"",
            "\"249.99 INR\"",
            "restoration.compensation_an_hour: 249.99 INR is harsher than in 308, which has 250.00 INR",
        ),
        (
            "\"300.00 INR\"",
            "\"300.00 USD\"",
            "restoration.compensation_an_hour: 300.00 USD is harsher than in 308",
        ),
        (
            "on = ",
            "max_level = \"lock\"\non = ",
            "max_level: lock is harsher than in 305, which has reduce at most",
        ),
    ];
    for (what, with, message) in table {
        assert!(SOFTER.contains(what), "{what}");
        let changed = policy(&SOFTER.replacen(what, with, 1));
        let told = match changed.over(&rules(&["strict-default", "in"])) {
            Ok(_) => String::new(),
            Err(harsher) => harsher[0].to_string(),
        };
        assert!(
            told.starts_with(message) && told.is_empty() == message.is_empty(),
            "{with}: {told}"
        );
    }
}

#[test]
fn a_broken_policy_is_refused_with_its_line() {
    let table = [
        (
            "on = \"2026-11-22\"",
            "",
            "policy.toml:1: expected missing field `on`",
        ),
        (
            "[remind]",
            "[remaind]",
            "policy.toml:4: expected unknown field `remaind`",
        ),
        (
            "min_days_past_due = 3\n",
            "min_days_past_due = 0\n",
            "policy.toml:5: expected days past due from 1 on",
        ),
        (
            "min_days_past_due = 100",
            "min_days_past_due = 140",
            "policy.toml:5: expected days past due from 1 on, not falling",
        ),
        (
            "to = \"15:00\"",
            "to = \"10:00\"",
            "policy.toml:7: expected a window that opens before it closes",
        ),
        (
            "at_reduce_for = \"20 days\"",
            "at_reduce_for = \"20\"",
            "policy.toml:13: expected a time like",
        ),
    ];
    for (what, with, message) in table {
        let error = Policy::read("policy.toml", &SOFTER.replacen(what, with, 1));
        let error = error.expect_err(message).to_string();
        assert!(error.starts_with(message), "{error}\nexpected {message}");
    }
}

#[test]
fn a_policy_delays_and_never_raises() {
    let text = include_str!("../../packs/sandbox/scenarios/days-past-due.json");
    let book = load_builtin().expect("the packs of the program");
    let scenario = scenario::read(text, &book).expect("a scenario");
    let slower =
        "on = \"2026-11-22\"\n[reduce]\nmin_days_past_due = 5\n[lock]\nmin_days_past_due = 9\n";
    let over = policy(slower).over(&scenario.rules).expect("softer");
    let capped = policy("on = \"2026-11-22\"\nmax_level = \"remind\"").over(&scenario.rules);
    let capped = capped.expect("softer");
    let (mut later, mut reached) = (0, 0);
    for (_, at) in &scenario.ask {
        let level = |rules| plan(&scenario.facts, rules, *at).expect("a plan").level;
        let (law, own) = (level(&scenario.rules), level(&over));
        assert!(own <= law, "{own} at {at}");
        assert!(level(&capped) <= Level::Remind);
        later += usize::from(own < law);
        reached += usize::from(own >= Level::Reduce);
    }
    assert!(later > 0 && reached > 0, "{later} later, {reached} reached");
}

#[test]
fn the_policy_of_the_page_can_be_read() {
    let page = include_str!("../../../../docs/rules.md");
    let start = page.find("```toml\non = ").expect("a policy") + "```toml\n".len();
    let end = page[start..].find("```").expect("its end") + start;
    let read = policy(&page[start..end]);
    assert_eq!(read.max_level, Some(Level::Reduce));
    assert!(read.lock.approval_valid_for.is_some() && read.compensation_an_hour.is_some());
}

/// A law about consumers, and a lender's ladder that would be short without it.
#[test]
fn a_policy_is_no_law_where_no_law_applies() {
    let text = include_str!("../../packs/nz/scenarios/the-long-way.json");
    let book = load_builtin().expect("the packs of the program");
    let scenario = scenario::read(text, &book).expect("a scenario");
    let least = policy("on = \"2026-11-22\"");
    let over = least.over(&scenario.rules).expect("softer");
    let mut business = scenario.facts.clone();
    business.particulars.borrower = Some(BorrowerKind::Business);
    let mut reached = 0;
    for (_, at) in &scenario.ask {
        let level = |facts| plan(facts, &over, *at).expect("a plan").level;
        assert_eq!(level(&business), Level::Free, "at {at}");
        reached += usize::from(level(&scenario.facts) >= Level::Reduce);
    }
    assert!(reached > 0, "the consumer's phone is limited");
}

/// A law that ends takes the ladder beside it with it.
#[test]
fn a_policy_ends_with_the_law_that_it_softens() {
    let text = include_str!("../../packs/sandbox/scenarios/days-past-due.json");
    let book = load_builtin().expect("the packs of the program");
    let scenario = scenario::read(text, &book).expect("a scenario");
    let last = scenario.ask.last().expect("an instant").1;
    let mut rules = scenario.rules.clone();
    let ends = scenario.facts.zone.day_of(last).plus_days(30);
    rules.packs[0].effective_to = Some(ends);
    let over = policy("on = \"2026-11-22\"").over(&rules).expect("softer");
    let level = |days: u32| {
        let at = scenario
            .facts
            .zone
            .instant_of(ends, 0)
            .plus(Span::days(days));
        plan(&scenario.facts, &over, at).expect("a plan").level
    };
    assert!(level(0) >= Level::Reduce, "{} on its last day", level(0));
    assert_eq!(level(1), Level::Free, "on the day after");
}
