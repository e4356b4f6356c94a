//! Packs as pages for a terminal.

use fairlock_domain::rules::{Level, Pack, rules_of};
use fairlock_rulebook::compose::{Composed, How, Origin, Value};

use crate::commands::page::Page;

/// One line a pack.
pub fn list(packs: &[Pack]) -> String {
    let mut page = String::new();
    let widest = packs
        .iter()
        .map(|pack| pack.id.len())
        .max()
        .unwrap_or(0)
        .max(4);
    page += &row(widest, ["PACK", "STATUS", "LEVEL", "RULES", "TITLE"]);
    for pack in packs {
        let rules = rules_of(pack).len().to_string();
        let (id, title) = (pack.id.as_str(), pack.title.as_str());
        let status = pack.legal_status.value.name();
        page += &row(widest, [id, status, &levels(pack), &rules, title]);
    }
    page
}

fn row(widest: usize, [id, status, level, rules, title]: [&str; 5]) -> String {
    format!("{id:widest$}  {status:12}  {level:15}  {rules:>5}  {title}\n")
}

/// "remind", or "remind (lock)" where the status holds back what the pack has conditions for.
fn levels(pack: &Pack) -> String {
    let (now, known) = (pack.highest_permitted(), pack.highest_known());
    match now == known {
        true => now.to_string(),
        false => format!("{now} ({known})"),
    }
}

/// Every rule with its value and its source.
pub fn pack(pack: &Pack) -> String {
    let mut page = Page(String::with_capacity(8192));
    page.line(&format!("{}: {}", pack.id, pack.title));
    let status = pack.legal_status.value.name();
    let place = match pack.jurisdiction.as_str() {
        "none" => "no jurisdiction",
        place => place,
    };
    let (number, version) = (pack.number, pack.version);
    page.line(&format!(
        "pack {number}, version {version}; {place}; {status}; {}",
        reach(pack)
    ));
    match (pack.effective_from, pack.effective_to) {
        (None, None) => {}
        (Some(from), None) => page.line(&format!("in force from {from}")),
        (None, Some(to)) => page.line(&format!("in force until {to}")),
        (Some(from), Some(to)) => page.line(&format!("in force from {from} to {to}")),
    }
    page.title("Rules");
    for rule in rules_of(pack) {
        let citation = rule.citation;
        page.hung(
            &format!("{:>5}  ", rule.number),
            &format!("{}: {}", rule.name, rule.says),
        );
        page.hung("       ", &citation.text);
        let (sure, seen) = (citation.confidence.name(), citation.seen_on);
        page.hung("       ", &format!("{sure}, seen {seen}: {}", citation.url));
        page.0.push('\n');
    }
    if !pack.sources.is_empty() {
        page.title("Sources");
        for source in &pack.sources {
            page.hung("- ", &format!("{} {}", source.title, source.url));
        }
    }
    page.0
}

fn reach(pack: &Pack) -> String {
    match (pack.highest_permitted(), pack.highest_known()) {
        (now, known) if now == known => format!("limits up to {now}"),
        (Level::Remind, known) => format!("limits nothing now, has conditions up to {known}"),
        (now, known) => format!("limits up to {now}, has conditions up to {known}"),
    }
}

/// Merged values, each with where it comes from.
pub fn composed(composed: &Composed) -> String {
    let mut page = Page(String::with_capacity(8192));
    page.line(&format!("Together: {}", composed.packs.join(", ")));
    page.line("For people; the engine judges each pack by itself, and the lowest level wins.");
    if !composed.contradictions.is_empty() {
        page.title("What they can't mean together");
        for contradiction in &composed.contradictions {
            page.hung("! ", &contradiction.what);
            for rule in &contradiction.rules {
                page.hung("  ", &format!("{}: {}", place(rule), rule.says));
            }
        }
    }
    page.title("Values");
    for value in &composed.values {
        page.line(&format!("{}: {}", value.name, value.says));
        page.hung("    ", &origins(value));
    }
    page.0
}

/// "highest of strict-default 211; beyond sandbox 111 (from 3 days past due)".
fn origins(value: &Value) -> String {
    let own: Vec<String> = value.from.iter().map(place).collect();
    let own = own.join(", ");
    let alone = value.from.len() == 1 && value.beyond.is_empty();
    let mut words = match value.how {
        How::Each => own,
        _ if alone => own,
        how => format!("{} of {own}", how.name()),
    };
    if !value.beyond.is_empty() {
        let beyond = value.beyond.iter();
        let beyond: Vec<String> = beyond
            .map(|o| format!("{} ({})", place(o), o.says))
            .collect();
        words += &format!("; beyond {}", beyond.join(", "));
    }
    words
}

fn place(origin: &Origin) -> String {
    format!("{} {}", origin.pack, origin.number)
}
