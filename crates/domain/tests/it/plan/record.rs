//! The decision record: the same bytes for the same decision, other bytes for another.

use std::collections::BTreeSet;

use fairlock_domain::plan::{plan, record};
use fairlock_rulebook::time;

use super::story::Story;

const STORY: &str = "strict-default in Asia/Kolkata, signed 2026-01-10
    due 2026-02-10 1500.00
    2026-05-18 12:00 hold H promise until 2026-05-19 12:00";

fn recorded(story: &str, at: &str) -> String {
    recorded_of(&Story::read(story), at)
}

fn recorded_of(story: &Story, at: &str) -> String {
    let at = time::parse_instant(at).expect("an instant");
    let plan = plan(&story.facts, &story.rules, at).expect("facts that fit together");
    let bytes = record(&plan, &story.facts, &story.rules, at);
    String::from_utf8(bytes).expect("text")
}

#[test]
fn a_record_says_what_was_decided_and_on_what() {
    let page = recorded(STORY, "2026-05-18T12:00:00+05:30");
    let expected = [
        "record fairlock-decision/1\ncontract C-1001\ncurrency KES\nat 2026-05-18T06:30:00Z\n",
        "pack strict-default 2 version 1\nlevel reduce\ndpd 97\narrears 1500.00\n",
        "hold promise until 2026-05-19T06:30:00Z\n",
        "served strict-default/final 223 for reduce at 2026-05-11T03:30:00Z, arrears 1500.00, due 2026-02-10, lead 72 h\n",
        "reached reduce at 2026-05-14T03:30:00Z\nguards lead 72 h, dwell 0 h, minutes 540-960, weekdays 15, before -\nrests_on strict-default/first",
        "rules 211 212 221 222 223\n",
        "review_at 2026-05-19T06:30:00Z\n",
        "finding strict-default/min_days_past_due 211 met: 97 >= 90\ncitation House value: reduce from 90 days past due",
    ];
    for part in expected {
        assert!(page.contains(part), "expected {part:?} in:\n{page}");
    }
    assert!(page.ends_with('\n'));
}

#[test]
fn the_same_decision_has_the_same_bytes_and_another_has_others() {
    let at = "2026-05-18T12:00:00+05:30";
    assert_eq!(recorded(STORY, at), recorded(STORY, at));
    let others = [
        recorded(STORY, at),
        recorded(STORY, "2026-05-18T12:00:01+05:30"),
        recorded(&STORY.replace("1500.00", "1500.01"), at),
        recorded(
            &STORY.replace("strict-default in", "strict-default+in in"),
            at,
        ),
        recorded(&STORY.replace("promise", "outage"), at),
        recorded(&STORY.replace("2026-05-19 12:00", "2026-05-19 12:01"), at),
    ];
    let count = others.len();
    assert_eq!(BTreeSet::from(others).len(), count);
}

#[test]
fn no_value_can_look_like_another_line() {
    let mut story = Story::read(STORY);
    story.facts.contract.id = "C-1\nlevel free\r\\n".to_string();
    let page = recorded_of(&story, "2026-05-18T12:00:00+05:30");
    assert!(
        page.contains("contract C-1\\nlevel free\\r\\\\n\n"),
        "{page}"
    );
    assert_eq!(
        page.lines()
            .filter(|line| line.starts_with("level "))
            .count(),
        1
    );
}
