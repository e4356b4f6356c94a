//! Calls: every command teaches itself, and a wrong call is one clear error.

use rstest::rstest;

use crate::run::{check_refused, run};

#[rstest]
#[case(&[])]
#[case(&["demo"])]
#[case(&["serve"])]
#[case(&["import"])]
#[case(&["import", "contracts"])]
#[case(&["import", "payments"])]
#[case(&["statement", "read"])]
#[case(&["replay"])]
#[case(&["explain"])]
#[case(&["evidence"])]
#[case(&["evidence", "check"])]
#[case(&["enrol"])]
#[case(&["code"])]
#[case(&["code", "make"])]
#[case(&["code", "read"])]
#[case(&["phone"])]
#[case(&["grant"])]
#[case(&["grant", "show"])]
#[case(&["grant", "verify"])]
#[case(&["preview"])]
#[case(&["proof"])]
#[case(&["bench"])]
fn help_has_an_example_or_lists_commands(#[case] command: &[&str]) {
    let words: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
    let ran = run(&words);
    assert_eq!(ran.code, 0);
    let teaches = ran.out.contains("Example: fairlock") || ran.out.contains("Commands:");
    assert!(teaches, "{}", ran.out);
}

#[test]
fn the_phones_process_is_nobody_s_command() {
    assert!(!run(&["--help"]).out.contains("demo-phones"));
}

#[test]
fn a_wrong_call_is_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let dir = dir.path().to_str().expect("the path is text");
    check_refused(
        &["replay", "no-such-file.json"],
        &["no-such-file.json", "can't read it"],
    );
    check_refused(&["proof", "--data-dir", dir], &["no Fairlock data here"]);
    check_refused(
        &["bench", "everything"],
        &["everything", "replan, schedules, allocation"],
    );
    check_refused(&["bench", "replan", "--rounds", "1"], &["--rounds", "5"]);
    check_refused(
        &["explain", "C-1", "--data-dir", dir],
        &["no Fairlock data here"],
    );
    check_refused(
        &["serve", "--data-dir", dir, "--listen", "0.0.0.0:0"],
        &["0.0.0.0", "loopback"],
    );
    check_refused(
        &["serve", "--data-dir", dir, "--feed", "=x"],
        &["--feed =x", "NAME"],
    );
    check_refused(
        &["demo", "--demo-dir", dir, "--data-dir", dir],
        &["contracts.csv"],
    );
    check_refused(
        &["statement", "read", "x.xml", "--format", "mt999"],
        &["camt, pain002, mt940, mt942 or csv:MAPPING"],
    );
}
