//! `fairlock code`: OpenPAYGO as its contract says, and the codes of a contract's phone.

use rstest::rstest;
use serde_json::{Value, json};

use crate::run::{check_refused, run, text_of};

const KEY: &str = "a29ab82edc5fbbc41ec9530f6dac86b1";

/// One call, its words in one text.
fn words<'a>(verb: &'a str, rest: &'a str) -> Vec<&'a str> {
    let chain = ["--openpaygo", "--key", KEY, "--starting-code", "123456789"];
    let rest = rest.split_whitespace();
    ["code", verb]
        .into_iter()
        .chain(chain)
        .chain(rest)
        .collect()
}

fn lines(verb: &str, rest: &str) -> Vec<Value> {
    let ran = run(&words(verb, rest));
    assert_eq!(ran.code, 0, "{rest}: {}", ran.err);
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect()
}

#[rstest]
#[case("--count 1 --type add --value 1", "662486790", 2)]
#[case("--count 2 --type add --value 29", "927706818", 4)]
#[case("--count 4 --type set --value 7", "942433796", 5)]
#[case("--count 5 --type disable", "650975787", 7)]
#[case("--count 1 --type add --value 1 --restricted", "324244134441123", 2)]
fn tokens_are_made(#[case] rest: &str, #[case] token: &str, #[case] count: u64) {
    assert_eq!(
        lines("make", rest),
        [json!({"token": token, "count": count})]
    );
}

#[test]
fn tokens_are_read_in_order() {
    let tokens = "--count 0 123456789 662486790 662-486-790 942433796 927706818";
    let expected = [
        json!({"result": "invalid", "type": null, "value": null, "count": 0, "used": []}),
        json!({"result": "ok", "type": "add", "value": 1, "count": 2, "used": [2]}),
        json!({"result": "used", "type": null, "value": null, "count": 2, "used": [2]}),
        json!({"result": "ok", "type": "set", "value": 7, "count": 5, "used": [0, 1, 2, 3, 4, 5]}),
        json!({"result": "used", "type": null, "value": null, "count": 5, "used": [0, 1, 2, 3, 4, 5]}),
    ];
    assert_eq!(lines("read", tokens), expected);
    let unused = lines("read", "--count 6 --used 6 927706818");
    assert_eq!(unused[0]["result"], "ok", "an older ADD that wasn't used");
    let used = lines("read", "--count 6 --used 4,6 927706818 12x --restricted");
    assert_eq!(
        (&used[0]["result"], &used[1]["result"]),
        (&json!("invalid"), &json!("invalid"))
    );
}

#[test]
fn wrong_calls_are_named() {
    let refused = |rest: &str, says: &[&str]| check_refused(&words("make", rest), says);
    refused("--type add", &["--type add", "--value"]);
    refused("--type sync --value 3", &["--type sync", "no --value"]);
    refused("--value 996", &["996", "at most 995"]);
    refused("--value 1 --count 99999999", &["--count"]);
    check_refused(
        &["code", "make", "--openpaygo", "--key", "12", "--value", "1"],
        &["32 hexadecimal"],
    );
    check_refused(&["code", "make"], &["<CONTRACT>"]);
    check_refused(&["code", "read", "C-1"], &["its codes"]);
    let dir = tempfile::tempdir().expect("a temporary folder");
    let dir = text_of(dir.path());
    for verb in ["make", "read"] {
        let call = ["code", verb, "C-1", "--data-dir", &dir];
        let mut call = call.to_vec();
        call.extend((verb == "read").then_some("123"));
        check_refused(&call, &["no Fairlock data here"]);
    }
}

#[test]
fn a_contract_without_a_phone_has_no_codes() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let data = text_of(dir.path());
    let contracts = text_of(&crate::run::workspace().join("demo/contracts.csv"));
    assert_eq!(
        run(&["import", "contracts", &contracts, "--data-dir", &data]).code,
        0
    );
    check_refused(
        &["code", "make", "C-1001", "--data-dir", &data],
        &["C-1001", "no phone"],
    );
    check_refused(
        &["code", "make", "C-0", "--data-dir", &data],
        &["C-0", "no such contract"],
    );
    check_refused(
        &[
            "code",
            "make",
            "C-1001",
            "--days",
            "91",
            "--data-dir",
            &data,
        ],
        &["1 to 90"],
    );
}
