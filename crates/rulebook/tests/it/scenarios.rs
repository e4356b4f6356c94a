//! The scenarios beside the packs: facts in JSON, the expected answers as a table a lawyer reads.

use fairlock_rulebook::lint::SCENARIOS_MIN;
use fairlock_rulebook::{load_builtin, rules_of};

use super::pages::{answers, pages_of};

#[test]
fn every_scenario_answers_as_its_table_says() {
    let book = load_builtin().expect("the packs of the program");
    let (mut cells, mut wrong) = (0, Vec::new());
    for pack in book.packs() {
        let pages = pages_of(&pack.id, &book);
        assert!(
            pages.len() >= SCENARIOS_MIN,
            "{}: {} scenarios",
            pack.id,
            pages.len()
        );
        for page in pages {
            let path = page.path.display();
            assert!(
                page.gives_reasons(),
                "{path}: the sum in words, in each row"
            );
            let answers = answers(&page.scenario);
            wrong.extend(
                page.wrong(&answers)
                    .into_iter()
                    .map(|cell| format!("{path}: {cell}")),
            );
            cells += page.cells();
            for answer in &answers {
                let findings = answer["findings"].as_array().expect("findings");
                let cited =
                    |f: &serde_json::Value| f["citation"].as_str().is_some_and(|c| c.len() > 10);
                assert!(findings.iter().all(cited), "{path}: {answer:#}");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    println!("scenarios: {cells} cells compared");
    assert!(cells > 300, "{cells} cells");
}

#[test]
fn every_rule_of_every_pack_has_a_citation_and_its_own_number() {
    let book = load_builtin().expect("the packs of the program");
    let mut numbers = std::collections::BTreeMap::new();
    for pack in book.packs() {
        for rule in rules_of(pack) {
            let (name, citation) = (format!("{}/{}", pack.id, rule.name), rule.citation);
            assert!(
                citation.text.trim().len() > 10,
                "{name}: {:?}",
                citation.text
            );
            assert!(!citation.url.trim().is_empty(), "{name}");
            assert!(!rule.says.is_empty(), "{name} says something");
            // A warrant tells a pack's rule by its number alone.
            assert_eq!(rule.number / 100, pack.number, "{name}: {}", rule.number);
            let other = numbers.insert(rule.number, name.clone());
            assert_eq!(other, None, "{name} has the number {}", rule.number);
        }
    }
}
