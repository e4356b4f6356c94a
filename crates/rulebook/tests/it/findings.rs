//! What findings say, word for word: the example of docs/rules.md, which has every kind of rule,
//! judged at the turns of one contract. A lawyer reads these words.

use std::collections::BTreeMap;
use std::fmt::Write;

use fairlock_rulebook::{Rulebook, replay, scenario};
use serde_json::Value;

use super::format::example;

/// Every finding at the first instant, and at each later one those that changed.
fn said() -> String {
    let book = Rulebook::from_texts([("docs/rules.md", example())]);
    let book = book.unwrap_or_else(|e| panic!("{e}"));
    let scenario = scenario::read(include_str!("findings.json"), &book);
    let scenario = scenario.unwrap_or_else(|e| panic!("{e}"));
    let mut before = BTreeMap::new();
    let mut page = String::new();
    let text = |value: &Value| value.as_str().expect("text").to_string();
    for line in replay::replay(&scenario).expect("answers") {
        let line: Value = serde_json::from_str(&line).expect("a JSON line");
        writeln!(page, "{}: {}", text(&line["at"]), text(&line["level"])).expect("text");
        for finding in line["findings"].as_array().expect("findings") {
            let rule = text(&finding["rule"]).replacen("example/", "", 1);
            let told = format!("{}: {}", text(&finding["verdict"]), text(&finding["saw"]));
            if before.get(&rule) != Some(&told) {
                writeln!(page, "  {rule} {told}").expect("text");
                before.insert(rule, told);
            }
        }
    }
    page
}

#[test]
fn findings_say_what_was_seen() {
    let expected = include_str!("findings.txt");
    let said = said();
    for (found, expected) in said.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(said.lines().count(), expected.lines().count());
}
