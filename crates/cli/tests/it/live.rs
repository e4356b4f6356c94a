//! A live lender from outside: what is refused, what permits do, and how `explain` tells it.

use serde_json::Value;

use crate::run::{check_refused, file, run, text_of};

const HEADER: &str = "contract,borrower,imei,product,currency,signed_on,consent_on,\
    separate_signature,acknowledged_copy,time_zone,packs,first_due,step,instalments,amount,goods,\
    creditor,creditor_kind,borrower_kind,days_of_grace";

/// A lender's directory, and files beside it.
struct Desk {
    dir: tempfile::TempDir,
    data: String,
}

impl Desk {
    fn new() -> Desk {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let data = text_of(&dir.path().join("data"));
        Desk { dir, data }
    }

    fn file(&self, name: &str, text: &str) -> String {
        file(self.dir.path(), name, text)
    }

    /// A file with one contract under these packs.
    fn contract(&self, id: &str, packs: &str) -> String {
        let imei = match id {
            "C-1" => "352099001761481",
            _ => "490154203237518",
        };
        let row = format!(
            "{id},Amina Kamau,{imei},purchase_loan,GBP,2026-01-10,2026-01-10,yes,yes,\
             Europe/London,{packs},2026-02-10,weekly,3,15.00,consumer_goods,Acme Mobile,operator,\
             consumer,4"
        );
        self.file(&format!("{id}.csv"), &format!("{HEADER}\n{row}\n"))
    }

    fn clearance(&self, pack: &str, withdrawn_on: &str) -> String {
        let hash = "c0ffee00".repeat(8);
        let row = format!("{pack},J. Hale,2026-01-01,2099-12-31,{hash},{withdrawn_on}");
        let columns = "pack,by,on,until,opinion_sha256,withdrawn_on";
        self.file("clearances.csv", &format!("{columns}\n{row}\n"))
    }

    fn words<'w>(&'w self, words: &[&'w str]) -> Vec<&'w str> {
        [words, &["--data-dir", &self.data]].concat()
    }

    fn refused(&self, words: &[&str], says: &[&str]) {
        check_refused(&self.words(words), says);
    }

    fn json(&self, words: &[&str]) -> Value {
        let ran = run(&self.words(&[words, &["--json"]].concat()));
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.err);
        serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.out))
    }

    fn text(&self, words: &[&str]) -> String {
        let ran = run(&self.words(words));
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.err);
        ran.out
    }
}

const MADE_UP: &str =
    "contract C-1: sandbox 101 (release_at_payoff) is made up; expected no made-up rules";

#[test]
fn real_contracts_need_the_law_of_a_place_and_a_refusal_makes_nobody_live() {
    let desk = Desk::new();
    let (sandbox, real) = (desk.contract("C-1", "sandbox"), desk.contract("C-2", "gb"));
    let says = [MADE_UP, "1 contracts under packs", "nothing was imported"];
    desk.refused(&["import", "contracts", &sandbox, "--live"], &says);
    // All files or none, and only a run that isn't a trial makes the lender live.
    desk.refused(&["import", "contracts", &real, &sandbox, "--live"], &says);
    let tried = desk.json(&["import", "contracts", &real, "--live", "--dry-run"]);
    assert_eq!(tried["added"], 1);
    let tried = desk.json(&["import", "contracts", &sandbox, "--dry-run"]);
    assert_eq!(tried["added"], 1, "nobody is live yet");
    let done = desk.json(&["import", "contracts", &real, "--live"]);
    assert_eq!(done["added"], 1);
    // From now on without being told.
    desk.refused(&["import", "contracts", &sandbox], &says);
    desk.refused(&["import", "contracts", &sandbox, "--dry-run"], &says);
}

#[test]
fn a_lender_that_tried_things_out_is_not_made_live_over_them() {
    let desk = Desk::new();
    let (sandbox, real) = (desk.contract("C-1", "sandbox"), desk.contract("C-2", "gb"));
    assert_eq!(desk.json(&["import", "contracts", &sandbox])["added"], 1);
    let says = [
        MADE_UP,
        "packs can't stand over real contracts (1 told above)",
    ];
    desk.refused(&["import", "contracts", &real, "--live"], &says);
    desk.refused(&["serve", "--live", "--listen", "127.0.0.1:0"], &says);
}

#[test]
fn a_clearance_is_recorded_once_withdrawn_once_and_told_as_it_was_known() {
    let desk = Desk::new();
    let contract = desk.contract("C-2", "gb");
    desk.json(&["import", "contracts", &contract, "--live"]);
    let counts = |done: &Value| {
        let count = |name: &str| done[name].as_u64().expect("a number");
        [count("added"), count("withdrawn"), count("unchanged")]
    };
    let cleared = desk.clearance("gb", "");
    let import = ["import", "clearances", &cleared];
    let tried = desk.json(&[&import[..], &["--dry-run"]].concat());
    assert_eq!(counts(&tried), [1, 0, 0]);
    assert_eq!(counts(&desk.json(&import)), [1, 0, 0]);
    assert_eq!(counts(&desk.json(&import)), [0, 0, 1]);

    let page = desk.text(&["explain", "C-2"]);
    let one_line = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Creditor: Acme Mobile (operator); borrower: consumer; goods: consumer goods; paid weekly; \
         4 days of grace.",
        "gb is cleared by J. Hale from 2026-01-01 to 2099-12-31, opinion c0ffee00c0ffee00",
        "saw counsel, cleared by J. Hale from 2026-01-01 to 2099-12-31, opinion c0ffee00c0ffee00 \
         (holds)",
    ] {
        assert!(one_line.contains(words), "{words:?} not in:\n{page}");
    }

    let withdrawn = desk.clearance("gb", "2026-06-01");
    let done = desk.json(&["import", "clearances", &withdrawn]);
    assert_eq!(counts(&done), [0, 1, 0]);
    let line = desk.json(&["explain", "C-2"]);
    let permit = &line["permits"][0];
    assert_eq!(permit["until"], "2099-12-31", "as it was given");
    assert_eq!(permit["withdrawn"]["on"], "2026-06-01");
    let status = line["findings"].as_array().expect("findings").iter();
    let mut status = status.filter(|finding| finding["rule"] == "gb/legal_status");
    assert_eq!(status.next().expect("one")["verdict"], "blocked");
    // Before it was on file nobody knew of it.
    let before = desk.json(&["explain", "C-2", "--at", "2026-03-01T00:00:00Z"]);
    assert_eq!(before["permits"], Value::Array(Vec::new()));
    // An older file doesn't take the withdrawal back.
    let cleared = desk.clearance("gb", "");
    desk.refused(
        &["import", "clearances", &cleared],
        &["was withdrawn on 2026-06-01", "nothing was imported"],
    );
}

#[test]
fn permits_that_no_pack_asks_for_are_named() {
    let desk = Desk::new();
    let cleared = desk.clearance("nz", "");
    desk.refused(
        &["import", "clearances", &cleared],
        &[
            "row 2, column pack: found \"nz\"",
            "legal status is counsel",
            "nothing was imported",
        ],
    );
    let approved = desk.file("approvals.csv", "pack,reference,on\ngb,17/4,2026-01-01\n");
    desk.refused(
        &["import", "approvals", &approved],
        &["row 2, column pack: found \"gb\"", "a regulator's approval"],
    );
    let approved = desk.file("approvals.csv", "pack,reference,on\nbd,17/4,2026-01-01\n");
    assert_eq!(desk.json(&["import", "approvals", &approved])["added"], 1);
}

#[test]
fn enrolling_says_how_far_the_phone_s_charter_will_reach() {
    let desk = Desk::new();
    let contract = desk.contract("C-2", "gb");
    desk.json(&["import", "contracts", &contract, "--live"]);
    let ran = run(&desk.words(&["enrol", "C-2"]));
    let says = "enrolled today this phone never goes beyond remind, whatever is permitted later: \
                gb (counsel)";
    assert!(ran.code == 0 && ran.err.contains(says), "{}", ran.err);
    let cleared = desk.clearance("gb", "");
    desk.json(&["import", "clearances", &cleared]);
    assert_eq!(desk.json(&["enrol", "C-2"])["reaches"], "lock");
}

#[test]
fn the_help_of_a_contract_file_names_its_columns() {
    let ran = run(&["import", "contracts", "--help"]);
    for column in ["creditor_kind", "days_of_grace", "borrower_kind", "goods"] {
        assert!(ran.out.contains(column), "{column} not in {}", ran.out);
    }
    let widest = ran.out.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(100), "{widest:?}");
}
