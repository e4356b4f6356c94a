//! `fairlock rules`: packs listed, shown, composed and checked, as people and programs read them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{check_refused, run, text_of, workspace};

fn packs() -> String {
    text_of(&workspace().join("crates/rulebook/packs"))
}

/// A copy of one pack with its scenarios, the pack changed.
fn copy(of: &str, change: impl Fn(String) -> String) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let from = workspace().join("crates/rulebook/packs").join(of);
    let to = dir.path().join(of);
    fs::create_dir_all(to.join("scenarios")).expect("a folder");
    let text = fs::read_to_string(from.join("pack.toml")).expect("a pack");
    fs::write(to.join("pack.toml"), change(text)).expect("the folder can be written");
    for entry in fs::read_dir(from.join("scenarios")).expect("scenarios") {
        let entry = entry.expect("a file").path();
        let name = entry.file_name().expect("a name").to_owned();
        fs::copy(&entry, to.join("scenarios").join(name)).expect("the folder can be written");
    }
    let path = text_of(dir.path());
    (dir, path)
}

fn lines(out: &str) -> Vec<serde_json::Value> {
    let value = |line: &str| serde_json::from_str(line).expect("a JSON object");
    out.lines().map(value).collect()
}

#[test]
fn every_command_teaches_itself() {
    for words in [
        &["rules"][..],
        &["rules", "list"],
        &["rules", "show"],
        &["rules", "lint"],
    ] {
        let ran = run(&[words, &["--help"]].concat());
        assert_eq!(ran.code, 0);
        let teaches = ran.out.contains("Example: fairlock rules") || ran.out.contains("Commands:");
        assert!(teaches, "{}", ran.out);
    }
}

#[test]
fn the_list_has_a_line_a_pack() {
    let ran = run(&["rules", "list"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let head = ran.out.lines().next().expect("a head");
    assert!(head.starts_with("PACK"), "{head}");
    let line = |id: &str| {
        let found = ran
            .out
            .lines()
            .find(|line| line.split_whitespace().next() == Some(id));
        found
            .unwrap_or_else(|| panic!("no {id} in {}", ran.out))
            .to_string()
    };
    assert!(line("sandbox").contains("permitted     lock "));
    assert!(line("in").contains("pending       remind (reduce)"));
    let json = lines(&run(&["rules", "list", "--json"]).out);
    assert_eq!(json.len() + 1, ran.out.lines().count());
    let strict = json
        .iter()
        .find(|pack| pack["pack"] == "strict-default")
        .expect("it");
    assert_eq!(strict["status"], "conditional");
    assert_eq!(strict["highest_level"], "lock");
    assert_eq!(strict["rules"], 20);
}

#[test]
fn a_pack_is_shown_rule_by_rule_with_its_source() {
    let ran = run(&["rules", "show", "strict-default"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for words in [
        "pack 2, version 1; no jurisdiction; conditional; limits up to lock",
        "  211  min_days_past_due: reduce from 90 days past due",
        "House value: reduce from 90 days past due (RBI draft; exceeds Nevada 30, New Jersey 10).",
        "house, seen 2026-11-22",
        "  223  notice_final: for reduce; then 72 hours; 2 channels, delivered",
        "- GDPR article 22, decisions based solely on automated processing",
    ] {
        assert!(ran.out.contains(words), "{words:?} not in {}", ran.out);
    }
    let long = ran.out.lines().filter(|line| line.chars().count() > 96);
    let long: Vec<&str> = long.filter(|line| !line.contains("http")).collect();
    assert!(long.is_empty(), "{long:?}");
    let json = lines(&run(&["rules", "show", "in", "--json"]).out);
    let days = json
        .iter()
        .find(|rule| rule["rule"] == "min_days_past_due")
        .expect("it");
    assert_eq!(days["number"], 311);
    assert_eq!(days["says"], "reduce from 90 days past due");
    assert_eq!(days["confidence"], "medium");
    assert_eq!(days["seen_on"], "2026-11-22");
    let cited = |rule: &serde_json::Value| {
        let text = |key: &str| rule[key].as_str().is_some_and(|text| !text.is_empty());
        text("citation") && text("url")
    };
    assert!(json.iter().all(cited));
    check_refused(
        &["rules", "show", "atlantis"],
        &["atlantis", "expected one of sandbox"],
    );
    check_refused(&["rules", "show"], &["PACK"]);
}

#[test]
fn several_packs_are_shown_as_one_with_the_origin_of_every_value() {
    let ran = run(&["rules", "show", "--composed", "sandbox,strict-default,in"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for words in [
        "Together: sandbox, strict-default, in",
        "min_days_past_due: from 90 days past due\n    highest of strict-default 211, in 311; beyond sandbox 111 (from 3 days past due)",
        "highest_level: remind at most\n    in 305",
        "restoration: within 1 hour\n    in 308",
    ] {
        assert!(ran.out.contains(words), "{words:?} not in {}", ran.out);
    }
    let json = lines(
        &run(&[
            "rules",
            "show",
            "--composed",
            "sandbox,strict-default",
            "--json",
        ])
        .out,
    );
    let pass = json
        .iter()
        .find(|v| v["rule"] == "emergency_pass")
        .expect("it");
    assert_eq!(pass["says"], "48 hours long");
    assert_eq!(pass["from"][0]["pack"], "strict-default");
    assert_eq!(pass["beyond"][0]["says"], "24 hours long");
    check_refused(
        &["rules", "show", "--composed", "sandbox,atlantis"],
        &["atlantis: no such pack"],
    );
}

#[test]
fn lint_says_nothing_of_the_packs_of_the_program() {
    let program = run(&["rules", "lint"]);
    assert_eq!(
        (program.code, program.out.as_str()),
        (0, ""),
        "{}",
        program.err
    );
    assert!(program.err.contains("packs, 0 findings"), "{}", program.err);
    for folder in ["sandbox", "in"] {
        let alone = run(&["rules", "lint", &format!("{}/{folder}", packs())]);
        assert_eq!((alone.code, alone.out.as_str()), (0, ""));
    }
}

#[test]
fn lint_ends_with_one_and_names_file_line_and_what_was_expected() {
    let (_dir, path) = copy("sandbox", |text| {
        text.replace("number = 102\n", "number = 101\n")
            .replace("channels = 1", "channels = 0")
    });
    let ran = run(&["rules", "lint", &path]);
    assert_eq!(ran.code, 1);
    let found: Vec<&str> = ran.out.lines().collect();
    assert_eq!(found.len(), 3, "{}", ran.out);
    assert!(
        found[0].contains("pack.toml:19: expected a number other than 101"),
        "{}",
        found[0]
    );
    assert!(
        found[1].contains(": expected at least one channel"),
        "{}",
        found[1]
    );
    let json = lines(&run(&["rules", "lint", &path, "--json"]).out);
    assert_eq!(json.len(), 3);
    assert_eq!(json[0]["line"], 19);
    assert!(
        json[0]["file"]
            .as_str()
            .is_some_and(|file| file.ends_with("sandbox/pack.toml"))
    );
    let (_dir, path) = copy("sandbox", |text| {
        text.replace("[lock.window]", "[lock.windows]")
    });
    let ran = run(&["rules", "lint", &path]);
    assert!(
        ran.out.contains("expected unknown field `windows`"),
        "{}",
        ran.out
    );
}

#[test]
fn lint_looks_at_the_scenarios_too() {
    let (dir, path) = copy("sandbox", |text| text);
    let scenarios = dir.path().join("sandbox/scenarios");
    let remove = |name: &str| fs::remove_file(scenarios.join(name)).expect("it was there");
    remove("window.md");
    let text = fs::read_to_string(scenarios.join("dispute.json")).expect("a scenario");
    let wrong = text.replacen("sandbox", "atlantis", 1);
    fs::write(scenarios.join("dispute.json"), wrong).expect("the folder can be written");
    let ran = run(&["rules", "lint", &path]);
    assert_eq!(ran.code, 1);
    for words in [
        "scenarios/window.json:0: expected a page of the same name",
        "scenarios/dispute.json:0: expected a known pack",
        "at $.packs[0]",
    ] {
        assert!(ran.out.contains(words), "{words:?} not in {}", ran.out);
    }
    fs::remove_dir_all(&scenarios).expect("it was there");
    let none = run(&["rules", "lint", &path]);
    assert!(
        none.out
            .contains("expected at least 6 scenarios beside it, not 0"),
        "{}",
        none.out
    );
    let renamed: PathBuf = dir.path().join("swampland");
    fs::rename(dir.path().join("sandbox"), &renamed).expect("a folder can be renamed");
    let other = run(&["rules", "lint", &path]);
    assert!(
        other.out.contains("pack.toml:4: expected the id swampland"),
        "{}",
        other.out
    );
}

#[test]
fn packs_of_a_folder_can_be_shown() {
    let (_dir, path) = copy("in", |text| text.replace("days = 90", "days = 91"));
    let ran = run(&["rules", "show", "in", "--dir", &path]);
    assert!(
        ran.out.contains("reduce from 91 days past due"),
        "{}",
        ran.out
    );
    assert_eq!(
        run(&["rules", "list", "--dir", &path]).out.lines().count(),
        2
    );
    let empty = tempfile::tempdir().expect("a temporary folder");
    let empty = text_of(Path::new(empty.path()));
    check_refused(&["rules", "lint", &empty], &["no pack.toml here"]);
    check_refused(
        &["rules", "lint", "no/such/folder"],
        &["no/such/folder", "can't read it"],
    );
    let (_dir, path) = copy("in", |text| {
        text.replace("status = \"pending\"", "status = \"x\"")
    });
    check_refused(
        &["rules", "show", "in", "--dir", &path],
        &["in/pack.toml:", "expected one of permitted"],
    );
}
