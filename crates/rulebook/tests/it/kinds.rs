//! Kinds of rules that only some packs have, tried one by one on a law with short times.
//!
//! The land is the sandbox with something added. Its instalment is due on Tuesday 10 March 2026 in
//! Nairobi; nobody pays. Unless the added rule says otherwise: `remind` from the 11th, first
//! notice on the 11th at 09:00, `reduce` on the 13th at 08:00, final notice that day at 09:00,
//! `lock` on the 17th at 08:00.

use std::fmt::Write as _;

use fairlock_domain::plan;
use fairlock_domain::rules::{Level, Rules};
use fairlock_rulebook::{Rulebook, replay, scenario};
use serde_json::Value;

const SANDBOX: &str = include_str!("../../packs/sandbox/pack.toml");

/// A law and a contract under it.
struct Land {
    pack: String,
    /// Fields of the contract besides the ordinary ones.
    contract: String,
    /// Fields of the document besides the ordinary ones.
    document: String,
    events: Vec<String>,
    consent_on: &'static str,
    rules: u16,
}

fn land() -> Land {
    Land {
        // Its own id and numbers: 70 and 7001 on.
        pack: SANDBOX
            .replace("id = \"sandbox\"", "id = \"land\"")
            .replace("number = 1", "number = 70"),
        contract: String::new(),
        document: String::new(),
        events: Vec::new(),
        consent_on: "2026-02-10",
        rules: 0,
    }
}

impl Land {
    /// Adds a rule: table, its own keys.
    fn with(mut self, table: &str, keys: &str) -> Land {
        self.rules += 1;
        let number = 7100 + self.rules;
        writeln!(
            self.pack,
            "\n[{table}]\n{keys}\nnumber = {number}\ncitation = \"Made up.\"\nurl = \"here\"\n\
             confidence = \"fictional\"\nseen_on = \"2026-11-22\""
        )
        .expect("a string");
        self
    }

    /// Replaces what stands once.
    fn but(mut self, what: &str, with: &str) -> Land {
        assert_eq!(self.pack.matches(what).count(), 1, "{what} stands once");
        self.pack = self.pack.replace(what, with);
        self
    }

    fn contract(mut self, field: &str) -> Land {
        write!(self.contract, ", {field}").expect("a string");
        self
    }

    fn document(mut self, field: &str) -> Land {
        write!(self.document, ", {field}").expect("a string");
        self
    }

    /// What happens at a local time, as `03-12 10:00`.
    fn event(mut self, at: &str, fields: &str) -> Land {
        let at = instant(at);
        self.events.push(format!(r#"{{"at": "{at}", {fields}}}"#));
        self
    }

    fn json(&self, asked: &[&str]) -> String {
        let (contract, document, consent) = (&self.contract, &self.document, self.consent_on);
        let asked: Vec<String> = asked
            .iter()
            .map(|at| format!("{:?}", instant(at)))
            .collect();
        format!(
            r#"{{"format": "fairlock-scenario/1", "packs": ["land"], "time_zone": "Africa/Nairobi",
                "contract": {{"id": "C-1", "product": "purchase_loan", "currency": "KES",
                    "signed_on": "2026-02-10",
                    "consent": {{"separate_signature": true, "acknowledged_copy": true, "on": "{consent}"}},
                    "instalments": [{{"due": "2026-03-10", "amount": "1500.00"}}, {{"due": "2026-04-10", "amount": "1500.00"}}]
                    {contract}}},
                "events": [{}], "ask": [{}] {document}}}"#,
            self.events.join(", "),
            asked.join(", "),
        )
    }

    fn answers(&self, asked: &[&str]) -> Vec<Value> {
        let book = Rulebook::from_texts([("land", self.pack.as_str())]);
        let book = book.unwrap_or_else(|e| panic!("{e}\n{}", self.pack));
        let scenario = scenario::read(&self.json(asked), &book);
        let scenario = scenario.unwrap_or_else(|e| panic!("{e}\n{}", self.json(asked)));
        let lines = replay::replay(&scenario).expect("an answer");
        let value = |line: &String| serde_json::from_str(line).expect("JSON");
        lines.iter().map(value).collect()
    }

    /// Levels at local times, as `03-13 08:00 reduce`.
    #[track_caller]
    fn is(&self, expected: &[&str]) {
        let (asked, levels): (Vec<&str>, Vec<&str>) = expected
            .iter()
            .map(|line| line.rsplit_once(' ').expect("a time and a level"))
            .unzip();
        for ((answer, level), at) in self.answers(&asked).iter().zip(levels).zip(asked) {
            assert_eq!(answer["level"], level, "at {at}: {answer:#}");
        }
    }

    /// The verdict of a rule at a local time, and what it saw.
    #[track_caller]
    fn finds(&self, at: &str, rule: &str, verdict: &str, saw: &str) {
        let answer = self.answers(&[at]).remove(0);
        let findings = answer["findings"].as_array().expect("findings");
        let found = findings
            .iter()
            .find(|f| f["rule"] == format!("land/{rule}"));
        let found = found.unwrap_or_else(|| panic!("no {rule} in {answer:#}"));
        assert_eq!(found["verdict"], verdict, "{found:#}");
        assert_eq!(found["saw"], saw);
    }
}

/// `03-12 10:00` in Nairobi, 2026.
fn instant(at: &str) -> String {
    let (day, time) = at.split_once(' ').expect("a day and a time");
    format!("2026-{day}T{time}:00+03:00")
}

const ACME: &str = r#""creditor": {"name": "Acme Mobile", "kind": "operator"}"#;
const REDUCES: [&str; 2] = ["03-13 07:59 remind", "03-13 08:00 reduce"];

#[test]
fn the_land_is_the_sandbox() {
    land().is(&[
        "03-10 12:00 free",
        "03-11 00:00 remind",
        "03-13 07:59 remind",
        "03-13 08:00 reduce",
        "03-17 07:59 reduce",
        "03-17 08:00 lock",
    ]);
}

#[test]
fn a_court_order_binds_its_parties_while_it_lasts() {
    let order = "id = \"one\"\ncourt = \"High Court\"\nparties = [\"ACME Mobile \"]\n\
                 from = \"2026-03-01\"\nuntil = \"2026-03-15\"";
    let bound = land().with("[court_orders]", order).contract(ACME);
    // Its last day is the 15th; then the ladder starts from its first notice, on Monday the 16th
    // at 09:00, and 24 hours later reduce begins.
    bound.is(&[
        "03-13 08:00 remind",
        "03-15 23:59 remind",
        "03-17 08:59 remind",
        "03-17 09:00 reduce",
    ]);
    bound.finds(
        "03-15 12:00",
        "court_order_one",
        "blocked",
        "Acme Mobile (operator); High Court binds ACME Mobile ; from 2026-03-01 to 2026-03-15",
    );
    let unknown = land().with("[court_orders]", order);
    unknown.is(&["03-13 08:00 remind"]);
    let other = r#""creditor": {"name": "Beta Loans", "kind": "operator"}"#;
    let free = land().with("[court_orders]", order).contract(other);
    free.is(&REDUCES);
    let leases = format!("{order}\nproducts = [\"lease\"]");
    let other_product = land().with("[court_orders]", &leases).contract(ACME);
    other_product.is(&REDUCES);
}

#[test]
fn only_the_creditors_of_the_law_may_limit() {
    let law = || land().with("creditors", "may_limit = [\"operator\", \"importer\"]");
    law().contract(ACME).is(&REDUCES);
    law().is(&["03-17 08:00 remind"]);
    let bank = law().contract(r#""creditor": {"name": "Acme Bank", "kind": "bank"}"#);
    bank.is(&["03-17 08:00 remind"]);
    bank.finds(
        "03-17 08:00",
        "creditors",
        "blocked",
        "Acme Bank (bank); only operator, importer may limit",
    );
}

#[test]
fn a_licence_counts_from_its_day_to_its_day() {
    let law = || {
        land().with(
            "licence",
            "regulator = \"BTRC\"\nneeded_by = [\"operator\"]",
        )
    };
    law().contract(ACME).is(&["03-17 08:00 remind"]);
    law().is(&["03-17 08:00 remind"]);
    let bank = law().contract(r#""creditor": {"name": "Acme Bank", "kind": "bank"}"#);
    bank.is(&REDUCES);
    // On file from the 13th, so the first notice goes out that day; the last day is the 16th.
    let approval = r#""approvals": [{"pack": "land", "reference": "17", "on": "2026-03-13", "until": "2026-03-16"}]"#;
    let licensed = law().contract(ACME).document(approval);
    licensed.is(&[
        "03-14 08:59 remind",
        "03-14 09:00 reduce",
        "03-16 23:59 reduce",
        "03-17 00:00 remind",
    ]);
    licensed.finds(
        "03-14 09:00",
        "licence",
        "met",
        "Acme Mobile (operator); approval of BTRC on file (17 from 2026-03-13 to 2026-03-16), needed by operator",
    );
}

#[test]
fn a_clearance_counts_from_its_day_to_its_day_and_is_named() {
    let law = || land().but("status = \"permitted\"", "status = \"counsel\"");
    law().is(&["03-17 08:00 remind"]);
    let at_most = |saw: &str| format!("counsel, at most remind; {saw}");
    let none = at_most("no clearance");
    law().finds("03-14 09:00", "legal_status", "blocked", &none);
    // The first notice goes out on the 13th; the last day is the 16th.
    let digits = "c0ffee00".repeat(8);
    let cleared = |pack: &str| {
        law().document(&format!(
            r#""clearances": [{{"pack": "{pack}", "by": "J. Hale", "on": "2026-03-13",
                "until": "2026-03-16", "opinion_sha256": "{digits}"}}]"#
        ))
    };
    cleared("land").is(&[
        "03-14 08:59 remind",
        "03-14 09:00 reduce",
        "03-16 23:59 reduce",
        "03-17 00:00 remind",
    ]);
    let by = "cleared by J. Hale from 2026-03-13 to 2026-03-16, opinion c0ffee00c0ffee00";
    cleared("land").finds(
        "03-14 09:00",
        "legal_status",
        "met",
        &format!("counsel, {by}"),
    );
    for day in ["2026-03-12", "2026-03-17"] {
        cleared("land").finds(
            &format!("{} 09:00", &day[5..]),
            "legal_status",
            "blocked",
            &at_most(&format!("{by}, not on {day}")),
        );
    }
}

#[test]
fn a_law_about_other_contracts_adds_nothing() {
    let law = || land().with("applies", "goods = [\"motor_vehicle\"]");
    law().is(&REDUCES);
    law().contract(r#""goods": "motor_vehicle""#).is(&REDUCES);
    let phone = law().contract(r#""goods": "consumer_goods""#);
    phone.is(&["03-11 12:00 free", "03-17 08:00 free"]);
    phone.finds(
        "03-17 08:00",
        "applies",
        "not_applicable",
        "goods motor_vehicle",
    );
    let later = land().with("applies", "signed_from = \"2026-02-11\"");
    later.is(&["03-17 08:00 free"]);
    let from_that_day = land().with("applies", "signed_from = \"2026-02-10\"");
    from_that_day.is(&REDUCES);
    let until_before = land().with("applies", "signed_until = \"2026-02-09\"");
    until_before.is(&["03-17 08:00 free"]);
}

#[test]
fn a_model_permits_only_for_its_own_goods() {
    let law = || {
        land()
            .with("applies", "goods = [\"motor_vehicle\"]")
            .but("status = \"permitted\"", "status = \"model_only\"")
    };
    law().is(&["03-17 08:00 remind"]);
    law()
        .contract(r#""goods": "consumer_goods""#)
        .is(&["03-17 08:00 free"]);
    law().contract(r#""goods": "motor_vehicle""#).is(&REDUCES);
}

#[test]
fn a_consent_can_come_too_late() {
    let law = |timing: &str, on| {
        let timing = format!("[consent]\ntiming = \"{timing}\"");
        let mut land = land().but("[consent]", &timing);
        land.consent_on = on;
        land
    };
    law("by_signature", "2026-02-10").is(&REDUCES);
    law("by_signature", "2026-02-11").is(&["03-17 08:00 free"]);
    law("before_signature", "2026-02-09").is(&REDUCES);
    law("before_signature", "2026-02-10").is(&["03-17 08:00 free"]);
}

#[test]
fn nothing_rises_above_the_highest_level() {
    let book = Rulebook::from_texts([("land", land().pack.as_str())]).expect("a pack");
    let scenario = scenario::read(&land().json(&["03-17 08:00"]), &book).expect("a scenario");
    let mut rules = scenario.rules.clone();
    let level =
        |rules: &Rules| plan::plan(&scenario.facts, rules, scenario.ask[0].1).expect("a plan");
    assert_eq!(level(&rules).level, Level::Lock);
    let cited = &rules.packs[0].policy;
    let max = fairlock_domain::rules::Cited {
        number: 7199,
        value: Level::Reduce,
        citation: cited.citation.clone(),
    };
    rules.packs[0].actuation.max_level = Some(max);
    assert_eq!(level(&rules).level, Level::Reduce);
}

#[test]
fn default_begins_after_the_contracts_grace() {
    let law = || land().with("reduce.min_days_in_default", "days = 5");
    // 10 + 5 = 15 March.
    law().is(&["03-14 23:59 remind", "03-15 08:00 reduce"]);
    // 10 + 2 + 5 = 17 March.
    let grace = law().contract(r#""grace": "2 days""#);
    grace.is(&[
        "03-16 12:00 remind",
        "03-17 07:59 remind",
        "03-17 08:00 reduce",
    ]);
    grace.finds(
        "03-16 12:00",
        "min_days_in_default",
        "not_met",
        "2026-03-16 < 2026-03-17, 5 days after 2026-03-12",
    );
}

#[test]
fn days_in_default_go_by_the_frequency_of_payments() {
    let law = || land().with("reduce.min_days_in_default", "days = 6\nweekly_days = 4");
    let weekly = law().contract(r#""payment_frequency": "weekly""#);
    weekly.is(&["03-13 12:00 remind", "03-14 08:00 reduce"]);
    let monthly = law().contract(r#""payment_frequency": "other""#);
    monthly.is(&["03-15 12:00 remind", "03-16 08:00 reduce"]);
    law().is(&["03-15 12:00 remind", "03-16 08:00 reduce"]);
}

const OFFICE_DAYS: &str =
    "weekdays = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]\nnot_on_holidays = true";

#[test]
fn business_days_in_default_leave_out_weekends_and_holidays() {
    let law = || {
        land().with("business_days", OFFICE_DAYS).with(
            "reduce.min_days_in_default",
            "days = 5\ncount = \"business\"",
        )
    };
    // Wed 11, Thu 12, Fri 13, Mon 16, Tue 17 are five.
    law().is(&[
        "03-16 12:00 remind",
        "03-17 07:59 remind",
        "03-17 08:00 reduce",
    ]);
    // With Thursday closed the fifth is Wed 18.
    let holiday = law().document(r#""holidays": ["2026-03-12"]"#);
    holiday.is(&["03-17 12:00 remind", "03-18 08:00 reduce"]);
}

#[test]
fn a_lead_in_business_days_ends_at_the_midnight_after_the_last() {
    let law = || {
        land()
            .with("business_days", OFFICE_DAYS)
            .but("lead = \"24 hours\"", "lead = \"3 business days\"")
    };
    // Served Wed 11 at 09:00; Thu 12, Fri 13, Mon 16; expired on Tue 17 at 00:00.
    law().is(&[
        "03-16 12:00 remind",
        "03-17 07:59 remind",
        "03-17 08:00 reduce",
    ]);
    let holiday = law().document(r#""holidays": ["2026-03-16"]"#);
    holiday.is(&["03-17 12:00 remind", "03-18 08:00 reduce"]);
    law().finds(
        "03-13 09:00",
        "notice_first",
        "not_met",
        "served 2026-03-11T09:00:00+03:00, 87 h left of 3 business days; 3 >= 1 days past due; 1 channel, sent",
    );
}

#[test]
fn a_day_of_a_hold_is_no_business_day() {
    let law = || {
        land()
            .with("business_days", OFFICE_DAYS)
            .but("lead = \"24 hours\"", "lead = \"3 business days\"")
    };
    let held = |until: &str| {
        let until = instant(until);
        let hold = format!(r#""type": "hold", "id": "H", "kind": "promise", "until": "{until}""#);
        law().event("03-13 10:00", &hold)
    };
    // An hour on Friday 13: Thu 12, Mon 16, Tue 17 count; expired on Wed 18 at 00:00.
    held("03-13 11:00").is(&[
        "03-17 12:00 remind",
        "03-18 07:59 remind",
        "03-18 08:00 reduce",
    ]);
    // From Friday to Monday: Thu 12, Tue 17, Wed 18.
    held("03-16 00:30").is(&["03-18 12:00 remind", "03-19 08:00 reduce"]);
    // Once expired, a hold takes nothing back: it only stands in the way itself.
    let late =
        r#""type": "hold", "id": "H", "kind": "promise", "until": "2026-03-17T12:00:00+03:00""#;
    let late = law().event("03-17 00:30", late);
    late.is(&["03-17 11:59 remind", "03-17 12:00 reduce"]);
}

#[test]
fn weekly_payers_have_their_own_lead() {
    let law = || {
        land().but(
            "lead = \"24 hours\"",
            "lead = \"120 hours\"\nweekly_lead = \"72 hours\"",
        )
    };
    // From Wed 11 at 09:00: 72 hours are Sat 14 at 09:00, 120 hours Mon 16 at 09:00.
    let weekly = law().contract(r#""payment_frequency": "weekly""#);
    weekly.is(&["03-14 08:59 remind", "03-14 09:00 reduce"]);
    law()
        .contract(r#""payment_frequency": "other""#)
        .is(&["03-16 08:59 remind", "03-16 09:00 reduce"]);
    law().is(&["03-16 08:59 remind", "03-16 09:00 reduce"]);
}

#[test]
fn a_notice_counts_until_its_time_is_over() {
    let law = || {
        land().but(
            "lead = \"24 hours\"",
            "lead = \"24 hours\"\nvalid_for = \"48 hours\"",
        )
    };
    // Served on the 11th at 09:00 it counts until the 13th at 09:00; reduce begins at 08:00.
    law().is(&REDUCES);
    let hold = |until: &str| {
        let until = instant(until);
        let hold = format!(r#""type": "hold", "id": "H", "kind": "promise", "until": "{until}""#);
        law().event("03-13 07:30", &hold)
    };
    hold("03-13 08:59").is(&["03-13 08:58 remind", "03-13 08:59 reduce"]);
    // One that ends in that very minute: a new notice at once, reduce 24 hours later.
    hold("03-13 09:00").is(&["03-14 08:59 remind", "03-14 09:00 reduce"]);
    // A hold over that hour: the notice goes stale, a new one is served on Saturday the 14th at
    // 09:00, and reduce begins 24 hours later.
    let stale = hold("03-13 09:30");
    stale.is(&[
        "03-13 12:00 remind",
        "03-14 09:00 remind",
        "03-15 08:59 remind",
        "03-15 09:00 reduce",
    ]);
    let answers = stale.answers(&["03-13 08:59", "03-13 09:00", "03-14 09:00"]);
    let served = |i: usize| {
        answers[i]["notices_served"]
            .as_array()
            .expect("a list")
            .len()
    };
    assert_eq!([served(0), served(1), served(2)], [1, 0, 1]);
    // Once its level stands, its age is nothing.
    law().is(&["03-17 08:00 lock", "03-30 12:00 lock"]);
}

#[test]
fn notices_that_never_lead_anywhere_are_not_foretold_for_ever() {
    // A lock that nobody approves: its notice goes stale again and again.
    let law = land()
        .with("lock.approval", "valid_for = \"24 hours\"")
        .but(
            "lead = \"48 hours\"",
            "lead = \"48 hours\"\nvalid_for = \"96 hours\"",
        );
    let answer = law.answers(&["03-14 12:00"]).remove(0);
    assert_eq!(answer["level"], "reduce");
    let due = answer["notices_due"].as_array().expect("a list");
    // The one of Friday 13 at 09:00 is stale on Tuesday 17 at 09:00 and served again then.
    assert_eq!(due[0]["at"], "2026-03-17T09:00:00+03:00");
    assert_eq!(due.len(), 2, "{due:?}");
    assert_eq!(answer["review_at"], "2026-03-17T09:00:00+03:00");
}

#[test]
fn a_changed_amount_starts_the_ladder_again_where_the_law_says_so() {
    let law = || {
        land().but(
            "lead = \"24 hours\"",
            "lead = \"24 hours\"\nresets_on_changed_amount = true",
        )
    };
    let part = r#""type": "payment", "id": "P", "state": "booked", "amount": "0.01""#;
    // The smallest part paid after the notice of the 11th: a new one on the 13th at 09:00.
    let paid = law().event("03-12 10:00", part);
    paid.is(&[
        "03-13 08:00 remind",
        "03-14 08:59 remind",
        "03-14 09:00 reduce",
    ]);
    // At reduce it opens the phone to remind.
    let later = law().event("03-13 10:00", part);
    later.is(&[
        "03-13 09:59 reduce",
        "03-13 10:00 remind",
        "03-15 09:00 reduce",
    ]);
    // Without the rule a part changes nothing.
    land().event("03-12 10:00", part).is(&REDUCES);
    // What falls due later isn't in the notice.
    law().is(&["04-10 12:00 lock", "04-11 12:00 lock"]);
}

#[test]
fn what_a_scenario_says_besides_is_read_or_refused() {
    let table = [
        (
            r#""creditor": {"name": "Acme"}"#,
            "$.contract.creditor.kind: expected this field",
        ),
        (
            r#""creditor": {"name": "Acme", "kind": "shop"}"#,
            "$.contract.creditor.kind: expected one of bank",
        ),
        (
            r#""creditor": {"name": "", "kind": "bank"}"#,
            "$.contract.creditor.name: expected a string",
        ),
        (
            r#""creditor": "Acme""#,
            "$.contract.creditor: expected an object",
        ),
        (
            r#""borrower": "child""#,
            "$.contract.borrower: expected one of consumer, business",
        ),
        (
            r#""goods": "phone""#,
            "$.contract.goods: expected one of consumer_goods",
        ),
        (
            r#""payment_frequency": "monthly""#,
            "$.contract.payment_frequency: expected one of weekly, other",
        ),
        (r#""grace": "10""#, "$.contract.grace: expected days like"),
        (
            r#""grace": "+1 days""#,
            "$.contract.grace: expected days like",
        ),
        (
            r#""grace": "3651 days""#,
            "$.contract.grace: expected days like",
        ),
        (r#""grace": 10"#, "$.contract.grace: expected a string"),
    ];
    for (field, message) in table {
        refused(&land().contract(field), message);
    }
    let approvals = [
        (
            r#"{"pack": "land", "on": "2026-01-01"}"#,
            "$.approvals[0].reference: expected this field",
        ),
        (
            r#"{"pack": "sea", "reference": "1", "on": "2026-01-01"}"#,
            "$.approvals[0].pack: expected a known pack",
        ),
        (
            r#"{"pack": "land", "reference": "1", "on": "2026-02-30"}"#,
            "$.approvals[0].on: expected a date",
        ),
        (
            r#"{"pack": "land", "reference": "1", "on": "2026-01-01", "by": "x"}"#,
            "$.approvals[0].by: expected",
        ),
    ];
    for (approval, message) in approvals {
        refused(
            &land().document(&format!(r#""approvals": [{approval}]"#)),
            message,
        );
    }
}

#[track_caller]
fn refused(land: &Land, message: &str) {
    let book = Rulebook::from_texts([("land", land.pack.as_str())]).expect("a pack");
    let error = scenario::read(&land.json(&["03-13 08:00"]), &book).expect_err(message);
    assert!(
        error.to_string().starts_with(message),
        "{error}\nexpected {message}"
    );
}
