//! No number of a pack is decoration: changed by one, its finding shows another value, and at its
//! edge the verdict, the level or `review_at` is another, unless the pack's status caps it.
//!
//! The scenarios beside the packs are what is asked, so this also says that changing any number
//! turns a scenario red.

use std::path::Path;

use fairlock_domain::rules::LegalStatus;
use fairlock_rulebook::{Rulebook, builtin_texts, replay, scenario};
use serde_json::Value;

/// Packs that scenarios of others name beside their own.
const BESIDE: [&str; 2] = ["sandbox", "strict-default"];

/// Every pack of the program: id, text.
fn packs() -> Vec<(&'static str, &'static str)> {
    let id_of = |file: &'static str| file.split('/').nth(1).expect("packs/ID/pack.toml");
    let texts = builtin_texts().iter();
    texts.map(|(file, text)| (id_of(file), *text)).collect()
}

/// Keys whose values are names of things or places, and so no numbers of the law.
const NO_NUMBERS: [&str; 8] = [
    "id",
    "number",
    "version",
    "title",
    "citation",
    "url",
    "seen_on",
    "jurisdiction",
];

/// A number in a pack file.
#[derive(Debug)]
struct Site<'a> {
    line: usize,
    /// The finding that shows it, without the pack.
    rule: String,
    key: &'a str,
    value: &'a str,
}

/// Every number of a pack file, found in its text, so that none can be forgotten here.
fn sites(text: &str) -> Vec<Site<'_>> {
    let mut sites = Vec::new();
    let mut rule = String::new();
    for (line, content) in text.lines().enumerate() {
        let content = content.trim();
        if let Some(table) = content.strip_prefix('[') {
            rule = rule_of(table.trim_matches(['[', ']']));
            continue;
        }
        let Some((key, value)) = content.split_once(" = ") else {
            continue;
        };
        if key == "id" && rule.starts_with("notice") {
            rule = format!("notice_{}", value.trim_matches('"'));
        }
        let numeric = value.contains(|c: char| c.is_ascii_digit());
        if numeric && !content.starts_with('#') && !NO_NUMBERS.contains(&key) {
            let rule = rule.clone();
            sites.push(Site {
                line,
                rule,
                key,
                value,
            });
        }
    }
    sites
}

fn rule_of(table: &str) -> String {
    match table.split_once('.') {
        None if table == "contact" => "contact_hours".to_string(),
        None => table.to_string(),
        Some(("reduce", name)) => name.to_string(),
        Some(("lock", name @ ("at_reduce_for" | "approval"))) => name.to_string(),
        Some((level, name)) => format!("{name}_{level}"),
    }
}

/// The value moved by one of its own unit; None when it can't be.
fn moved(value: &str, by: i64) -> Option<String> {
    let inner = value.trim_matches('"');
    if let Some((hour, minute)) = inner.split_once(':') {
        let minutes = hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()? + by;
        let real = (0..=24 * 60).contains(&minutes);
        return real.then(|| format!("\"{:02}:{:02}\"", minutes / 60, minutes % 60));
    }
    let digits = inner
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(inner.len());
    let number = inner[..digits].parse::<i64>().ok()? + by;
    let quote = if value.starts_with('"') { "\"" } else { "" };
    (number >= 0).then(|| format!("{quote}{number}{}{quote}", &inner[digits..]))
}

/// Answers of every scenario of a pack.
fn answers(pack: &str, book: &Rulebook) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("packs")
        .join(pack)
        .join("scenarios");
    let entries = std::fs::read_dir(folder).expect("a folder of scenarios");
    let mut files: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "json"));
    files.sort();
    let mut answers = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a scenario");
        let scenario = scenario::read(&text, book).expect("a scenario that can be read");
        let lines = replay::replay(&scenario).expect("a scenario that can be replayed");
        answers.extend(
            lines
                .iter()
                .map(|l| serde_json::from_str::<Value>(l).expect("JSON")),
        );
    }
    answers
}

/// What one answer says of a rule.
fn finding<'a>(answer: &'a Value, rule: &str, field: &str) -> Option<&'a Value> {
    let findings = answer["findings"].as_array()?;
    findings
        .iter()
        .find(|f| f["rule"] == *rule)
        .map(|f| &f[field])
}

#[test]
fn every_number_of_every_pack_shows_and_decides() {
    let mut silent = Vec::new();
    let (mut numbers, mut moves) = (0, 0);
    let packs = packs();
    for (id, text) in packs.iter().copied() {
        // A pack with one number changed, and those that its scenarios name.
        let with = |own: &str| {
            let others = packs.iter().copied();
            let others = others.filter(|(other, _)| *other != id && BESIDE.contains(other));
            Rulebook::from_texts(others.chain([(id, own)]))
        };
        let book = with(text).expect("the packs of the program");
        let before = answers(id, &book);
        let capped = book
            .get(id)
            .is_some_and(|p| p.legal_status.value == LegalStatus::Pending);
        for site in sites(text) {
            numbers += 1;
            for by in [-1, 1] {
                let Some(value) = moved(site.value, by) else {
                    continue;
                };
                let lines = text
                    .lines()
                    .enumerate()
                    .map(|(i, line)| match i == site.line {
                        true => format!("{} = {value}\n", site.key),
                        false => format!("{line}\n"),
                    });
                let changed: String = lines.collect();
                // A number that would contradict its pack is refused before it can decide.
                let Ok(book) = with(&changed) else {
                    continue;
                };
                moves += 1;
                let after = answers(id, &book);
                let rule = format!("{id}/{}", site.rule);
                let pairs = || before.iter().zip(&after);
                let shows = pairs().any(|(b, a)| {
                    finding(b, &rule, "saw").is_some()
                        && finding(b, &rule, "saw") != finding(a, &rule, "saw")
                });
                let decides = pairs().any(|(b, a)| {
                    let verdict = |answer| finding(answer, &rule, "verdict").cloned();
                    verdict(b) != verdict(a)
                        || b["level"] != a["level"]
                        || b["review_at"] != a["review_at"]
                });
                let seen = format!("{rule} {} {} -> {value}", site.key, site.value);
                // The days of the head belong to no rule, and so to no finding.
                if !shows && !site.rule.is_empty() {
                    silent.push(format!("{seen}: its finding shows the same"));
                }
                // A capped status serves no notice, and a duty after payment is nobody's verdict.
                let exempt =
                    site.rule == "restoration" || (capped && site.rule.starts_with("notice_"));
                if !decides && !exempt {
                    silent.push(format!("{seen}: nothing is decided by it"));
                }
            }
        }
    }
    assert!(silent.is_empty(), "\n{}", silent.join("\n"));
    println!(
        "numbers: {numbers} in {} packs, {moves} moves seen",
        packs.len()
    );
    assert!(numbers > 40, "{numbers} numbers");
}
