//! `fairlock preview`: a softer policy limits fewer, a harsher one is refused.

use serde_json::Value;

use crate::demo::data_dir;
use crate::run::{check_refused, file, run};

/// The lines of a preview of twenty days under the sandbox; the last is the summary.
fn preview(policy: &str) -> (Vec<Value>, Value) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let policy = file(dir.path(), "policy.toml", policy);
    let ran = run(&[
        "preview",
        "--policy",
        &policy,
        "--from",
        "2026-03-02",
        "--to",
        "2026-03-21",
        "--pack",
        "sandbox",
        "--data-dir",
        data_dir(),
        "--json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let mut lines: Vec<Value> = lines.collect();
    let summary = lines.pop().expect("a summary");
    (lines, summary)
}

fn minutes(times: &Value) -> u64 {
    let times = times.as_array().expect("a list");
    times
        .iter()
        .map(|time| time["minutes"].as_u64().expect("minutes"))
        .sum()
}

#[test]
fn a_softer_policy_limits_fewer_and_for_less_time() {
    let (contracts, sum) = preview(
        "on = \"2026-01-01\"\n[reduce]\nmin_days_past_due = 6\n[lock]\nmin_days_past_due = 10\n",
    );
    let count = |ladder: &str, what: &str| sum[ladder][what].as_u64().expect("a number");
    assert!(count("as_is", "contracts_limited") > count("policy", "contracts_limited"));
    assert!(count("policy", "contracts_limited") > 0, "{sum}");
    assert!(count("as_is", "contracts_locked") > count("policy", "contracts_locked"));
    assert!(count("as_is", "wrongful_minutes") >= count("policy", "wrongful_minutes"));
    for contract in &contracts {
        let (as_is, policy) = (minutes(&contract["as_is"]), minutes(&contract["policy"]));
        assert!(policy <= as_is, "{contract}");
        for ladder in ["as_is", "policy"] {
            for time in contract[ladder].as_array().expect("a list") {
                let part = |name: &str| time[name].as_u64().expect("minutes");
                assert!(part("wrongful_minutes") <= part("minutes"), "{time}");
            }
        }
    }
}

#[test]
fn a_policy_that_says_nothing_changes_nothing() {
    let (contracts, sum) = preview("on = \"2026-01-01\"\n");
    assert_eq!(sum["as_is"], sum["policy"]);
    assert!(
        contracts
            .iter()
            .all(|contract| contract["as_is"] == contract["policy"])
    );
    let never = preview("on = \"2026-01-01\"\nmax_level = \"remind\"\n").1;
    assert_eq!(never["as_is"], sum["as_is"]);
    assert_eq!(never["policy"]["contracts_limited"], 0);
}

#[test]
fn a_harsher_policy_is_refused_with_the_rule_it_breaks() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let harsh = "on = \"2026-01-01\"\n[reduce]\nmin_days_past_due = 2\n";
    let harsh = file(dir.path(), "harsh.toml", harsh);
    let soft = file(dir.path(), "soft.toml", "on = \"2026-01-01\"\n");
    let call = |policy: &str, from: &str, to: &str, says: &[&str]| {
        let words = [
            "preview",
            "--policy",
            policy,
            "--from",
            from,
            "--to",
            to,
            "--data-dir",
            data_dir(),
        ];
        check_refused(&words, says);
    };
    let says = [
        "harsh.toml",
        "reduce.min_days_past_due",
        "harsher",
        "sandbox",
    ];
    call(&harsh, "2026-03-02", "2026-03-03", &says);
    call(
        &soft,
        "2026-03-02",
        "2026-03-01",
        &["--to 2026-03-01", "not before"],
    );
    call(
        &soft,
        "yesterday",
        "2026-03-01",
        &["--from yesterday", "a date"],
    );
    call(
        "no-such.toml",
        "2026-03-01",
        "2026-03-01",
        &["no-such.toml"],
    );
}
