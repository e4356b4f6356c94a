//! The pages beside the packs: expected answers as tables that a lawyer reads, compared cell by
//! cell.

use std::path::{Path, PathBuf};

use fairlock_rulebook::Rulebook;
use fairlock_rulebook::scenario::{self, Scenario};
use serde_json::Value;

/// One scenario of a pack, and what its page expects of it.
pub struct Page {
    pub path: PathBuf,
    pub scenario: Scenario,
    /// Names of the columns.
    head: Vec<String>,
    /// One for each instant asked.
    rows: Vec<Vec<String>>,
}

/// Every scenario of a pack, by name.
pub fn pages_of(pack: &str, book: &Rulebook) -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("packs")
        .join(pack)
        .join("scenarios");
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    files.sort();
    let of_kind = |kind: &'static str| {
        let is = move |f: &&PathBuf| f.extension().is_some_and(|e| e == kind);
        files.iter().filter(is)
    };
    let (pages, facts) = (of_kind("md").count(), of_kind("json").count());
    assert_eq!(pages, facts, "{pack}: a page for each file");
    of_kind("md").map(|path| read_page(path, book)).collect()
}

fn read_page(path: &Path, book: &Rulebook) -> Page {
    let read = |path: &Path| {
        std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    let scenario = scenario::read(&read(&path.with_extension("json")), book);
    let scenario = scenario.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let text = read(path);
    let table = text.lines().filter(|line| line.starts_with('|'));
    let mut rows = table.map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_string()).collect()
    });
    let head: Vec<String> = rows
        .next()
        .unwrap_or_else(|| panic!("{}: a table", path.display()));
    let rows: Vec<Vec<String>> = rows.skip(1).collect();
    let asked = scenario.ask.len();
    assert_eq!(
        rows.len(),
        asked,
        "{}: a row for each instant",
        path.display()
    );
    Page {
        path: path.to_path_buf(),
        scenario,
        head,
        rows,
    }
}

impl Page {
    /// Cells that an answer is compared with.
    pub fn cells(&self) -> usize {
        let compared = self.head.iter().filter(|name| *name != "because");
        self.rows.len() * compared.count()
    }

    /// Every reason is given.
    pub fn gives_reasons(&self) -> bool {
        let because = self.head.iter().position(|name| name == "because");
        because.is_some_and(|place| self.rows.iter().all(|row| !row[place].is_empty()))
    }

    /// The cells that these answers contradict.
    pub fn wrong(&self, answers: &[Value]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (row, line) in self.rows.iter().zip(answers) {
            for (name, cell) in self.head.iter().zip(row).filter(|(n, _)| *n != "because") {
                let found = answer(line, name);
                if found != *cell {
                    wrong.push(format!("{} {name}: expected {cell}, found {found}", row[0]));
                }
            }
        }
        wrong
    }
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
            found.map_or("no finding".to_string(), |found| text(&found["verdict"]))
        }
        field => text(&line[field]),
    }
}

/// What the engine says of a scenario.
pub fn answers(scenario: &Scenario) -> Vec<Value> {
    let lines = fairlock_rulebook::replay::replay(scenario).expect("facts that fit together");
    let value = |line: &String| serde_json::from_str(line).expect("a JSON line");
    lines.iter().map(value).collect()
}
