//! Benches on little work: what they print is whole, and what they measured was real work.

use serde_json::Value;

use crate::run::run;

/// Runs a bench and reads its lines.
fn results(name: &str, size: &str) -> Vec<Value> {
    let ran = run(&["bench", name, "--json", "--size", size, "--rounds", "5"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect()
}

fn check_whole(result: &Value, name: &str) {
    assert_eq!(result["bench"], name);
    assert_eq!(result["rounds"], 5);
    assert!(
        result["yardstick"].is_string() && result["unit"].is_string(),
        "{result}"
    );
    for who in ["ours", "yardstick_times"] {
        let nanos = |what: &str| result[who][what].as_f64().expect("a number");
        let (least, middle, most) = (nanos("min_ns"), nanos("median_ns"), nanos("max_ns"));
        assert!(0.0 < least && least <= middle && middle <= most, "{result}");
    }
    assert!(result["ratio"].as_f64().expect("a number") > 0.0);
}

#[test]
fn replan_plans_a_portfolio_that_has_every_level() {
    let results = results("replan", "2000");
    assert_eq!(results.len(), 3);
    results
        .iter()
        .for_each(|result| check_whole(result, "replan"));
    let details = &results[0]["details"];
    let levels = details["levels"].as_object().expect("levels");
    let counts = levels
        .values()
        .map(|count| count.as_u64().expect("a count"));
    assert_eq!(counts.clone().sum::<u64>(), 2000);
    assert!(counts.min() > Some(0), "{levels:?}");
    let instalments = details["instalments_each"].as_f64().expect("a number");
    assert!((12.0..=52.0).contains(&instalments));
}

#[test]
fn schedules_of_every_kind_of_interest_are_made() {
    let results = results("schedules", "50");
    assert_eq!(results.len(), 8);
    results
        .iter()
        .for_each(|result| check_whole(result, "schedules"));
}

#[test]
fn allocation_shows_the_growth_with_the_history() {
    let results = results("allocation", "10");
    assert_eq!(results.len(), 12);
    for (i, result) in results.iter().enumerate() {
        check_whole(result, "allocation");
        let details = &result["details"];
        assert_eq!(details["payments_before"], [10, 100, 1000][i % 3]);
        let growth = details["times_the_shortest_history"].as_f64();
        assert!(growth.expect("a number") > 0.0, "{result}");
    }
}

#[test]
fn codes_are_made_and_read_beside_their_hashes() {
    let results = results("codes", "20");
    assert_eq!(results.len(), 4);
    for (result, steps) in results.iter().zip([102, 102, 164, 1]) {
        check_whole(result, "codes");
        assert_eq!(result["details"]["steps"], steps);
    }
}

#[test]
fn a_phone_takes_the_grants_that_it_is_measured_with() {
    let results = results("verify", "10");
    assert_eq!(results.len(), 2);
    for (result, bytes) in results.iter().zip([1..=112, 200..=330]) {
        check_whole(result, "verify");
        let details = &result["details"];
        let grant = details["grant_bytes"].as_u64().expect("a number");
        assert!(bytes.contains(&grant), "{result}");
        assert!(details["state_bytes"].as_u64() <= Some(4096), "{result}");
    }
}

#[test]
fn people_read_words_and_the_terminal_gets_the_rest() {
    let ran = run(&["bench", "schedules", "--size", "20", "--rounds", "5"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("a second"), "{}", ran.out);
    assert!(ran.out.contains("x the yardstick's time"), "{}", ran.out);
}
