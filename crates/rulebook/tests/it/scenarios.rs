//! The scenarios beside the packs: facts in JSON, the expected answers as a table a lawyer reads.

use std::path::{Path, PathBuf};

use fairlock_rulebook::{load_builtin, replay};
use serde_json::Value;

/// Every pack has at least so many.
const SCENARIOS_MIN: usize = 6;

fn packs_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packs")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// One answer's part, in the words of a table.
fn answer(line: &Value, part: &str) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let joined = |parts: Vec<String>| match parts.is_empty() {
        true => "none".to_string(),
        false => parts.join(", "),
    };
    let list = |name: &str| line[name].as_array().cloned().unwrap_or_default();
    // A notice is named without its pack: the tables are of one pack.
    let notices = |name: &str| {
        let short = |n: &Value| {
            text(&n["notice"])
                .split('/')
                .next_back()
                .map(str::to_string)
        };
        joined(list(name).iter().filter_map(short).collect())
    };
    match part {
        "asked" => text(&line["at"]),
        "review" => text(&line["review_at"]),
        "holds" => joined(list("holds").iter().map(|h| text(&h["kind"])).collect()),
        "until" => joined(list("holds").iter().map(|h| text(&h["until"])).collect()),
        "served" => notices("notices_served"),
        "due" => notices("notices_due"),
        rule if rule.contains('/') => {
            let all = list("findings");
            let found = all.iter().find(|f| f["rule"] == *rule);
            text(&found.unwrap_or_else(|| panic!("no finding {rule}"))["verdict"])
        }
        field => text(&line[field]),
    }
}

/// Replays one scenario and compares every cell of its table.
fn check(page: &Path) -> usize {
    let facts = read(&page.with_extension("json"));
    let lines = replay::run(&facts).unwrap_or_else(|e| panic!("{}: {e}", page.display()));
    let page_text = read(page);
    let mut rows = page_text
        .lines()
        .filter(|l| l.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells
                .map(|cell| cell.trim().to_string())
                .collect::<Vec<_>>()
        });
    let head = rows.next().expect("a table");
    let rows: Vec<_> = rows.skip(1).collect();
    assert_eq!(
        rows.len(),
        lines.len(),
        "{}: a row for each line",
        page.display()
    );
    let mut wrong = String::new();
    for (row, line) in rows.iter().zip(&lines) {
        let line: Value = serde_json::from_str(line).expect("a JSON line");
        for (name, cell) in head.iter().zip(row) {
            if name == "because" {
                assert!(!cell.is_empty(), "{}: a reason", page.display());
                continue;
            }
            let found = answer(&line, name);
            if found != *cell {
                wrong += &format!("\n  {} {name}: expected {cell}, found {found}", row[0]);
            }
        }
    }
    assert!(wrong.is_empty(), "{}{wrong}", page.display());
    rows.len() * (head.len() - 1)
}

#[test]
fn every_scenario_answers_as_its_table_says() {
    let book = load_builtin().expect("the packs of the program");
    let mut cells = 0;
    for pack in book.packs() {
        let folder = packs_folder().join(&pack.id).join("scenarios");
        let entries = std::fs::read_dir(&folder).expect("a folder of scenarios");
        let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
        files.sort();
        let pages = files
            .iter()
            .filter(|f| f.extension().is_some_and(|e| e == "md"));
        let facts = files
            .iter()
            .filter(|f| f.extension().is_some_and(|e| e == "json"));
        assert_eq!(
            pages.clone().count(),
            facts.count(),
            "{}: a page for each file",
            pack.id
        );
        assert!(pages.clone().count() >= SCENARIOS_MIN, "{}", pack.id);
        cells += pages.map(|page| check(page)).sum::<usize>();
    }
    println!("scenarios: {cells} cells compared");
    assert!(cells > 300, "{cells} cells");
}
