//! The pack format as docs/rules.md has it: its example is a pack, and shows every kind of rule.

use std::collections::BTreeSet;

use fairlock_domain::rules::{Group, group_of};
use fairlock_rulebook::{pack, rules_of};

const PAGE: &str = include_str!("../../../../docs/rules.md");

/// The pack on the page.
pub fn example() -> &'static str {
    let start = PAGE.find("```toml\n").expect("an example") + "```toml\n".len();
    let end = PAGE[start..].find("```").expect("its end") + start;
    &PAGE[start..end]
}

#[test]
fn the_example_of_the_page_is_a_pack_with_every_kind_of_rule() {
    let pack = pack::read("docs/rules.md", example()).unwrap_or_else(|e| panic!("{e}"));
    let rules = rules_of(&pack);
    let names: BTreeSet<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!((rules.len(), names.len()), (56, 56));
    let groups: Vec<Option<Group>> = rules.iter().map(|rule| group_of(&rule.name)).collect();
    assert!(
        groups.iter().all(Option::is_some) && groups.is_sorted(),
        "{groups:?}"
    );
    for rule in &rules {
        assert!(!rule.says.is_empty(), "{} says something", rule.name);
        assert!(
            rule.citation.text.starts_with("Example Act"),
            "{}",
            rule.name
        );
    }
}

#[test]
fn every_table_and_key_of_the_example_is_explained_on_the_page() {
    let explained = PAGE.replacen(example(), "", 1);
    for line in example().lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_matches(['[', ']']);
            let last = table.rsplit('.').next().unwrap_or(table);
            assert!(explained.contains(last), "[{table}]");
        } else if let Some((key, _)) = line.split_once(" = ") {
            assert!(explained.contains(&format!("`{key}`")), "`{key}`");
        }
    }
}
