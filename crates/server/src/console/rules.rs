//! Rule packs as pages: every rule of a pack with its number, its value and where it stands; also
//! of versions that judged before, as the store keeps them.

use fairlock_domain::rules::{self as domain, LegalStatus, Pack, rules_of};
use fairlock_rulebook::Rulebook;
use fairlock_storage::{PackText, StoreError};
use fairlock_web::view::pack::{Rule, Source};
use fairlock_web::view::{Level, RulePack};

use super::answer::{Trouble, hex};
use super::plan;
use crate::{Shared, past};

/// Every pack that judges now, in the rulebook's order.
pub fn packs(shared: &Shared) -> Vec<RulePack> {
    shared
        .rulebook
        .texts()
        .map(|(pack, text)| view(pack, &past::kept(pack, text)))
        .collect()
}

/// One version of one pack: the one that judges now, or one that did.
pub fn pack(shared: &Shared, id: &str, version: &str) -> Result<Option<RulePack>, Trouble> {
    let known = texts(shared, id)?;
    let Some(now) = known.first() else {
        return Ok(None);
    };
    let Some(found) = known.iter().find(|own| own.version.to_string() == version) else {
        return Ok(None);
    };
    let mut page = match found == now {
        true => shared.rulebook.get(id).map(|pack| view(pack, found)),
        false => {
            let book = Rulebook::from_texts([(id, found.text.as_str())]).ok();
            book.and_then(|book| book.get(id).map(|pack| view(pack, found)))
        }
    };
    if let Some(page) = &mut page {
        page.judged_before = found != now;
        let mut others: Vec<u16> = known.iter().map(|own| own.version).collect();
        others.retain(|other| *other != found.version);
        others.dedup();
        page.versions = others.iter().map(u16::to_string).collect();
    }
    Ok(page)
}

/// The text that judges now, then those that did, newest first.
fn texts(shared: &Shared, id: &str) -> Result<Vec<PackText>, StoreError> {
    let mut own = shared.rulebook.texts().filter(|(pack, _)| pack.id == id);
    let mut texts: Vec<PackText> = own
        .next()
        .map(|(pack, text)| past::kept(pack, text))
        .into_iter()
        .collect();
    let mut history = shared.store.pack_history(shared.lender, id)?;
    history.reverse();
    for hash in history {
        if let Some(text) = shared.store.pack_text(shared.lender, &hash)?
            && !texts.contains(&text)
        {
            texts.push(text);
        }
    }
    Ok(texts)
}

fn view(pack: &Pack, text: &PackText) -> RulePack {
    let status = pack.legal_status.value;
    RulePack {
        id: pack.id.clone(),
        version: pack.version.to_string(),
        title: pack.title.clone(),
        status: status.name().to_string(),
        may_limit: matches!(status, LegalStatus::Permitted | LegalStatus::Conditional),
        jurisdiction: pack.jurisdiction.clone(),
        highest: Level::from(pack.highest_permitted()),
        effective_from: pack.effective_from,
        effective_to: pack.effective_to,
        sources: pack
            .sources
            .iter()
            .map(|source| Source {
                title: source.title.clone(),
                url: on_the_web(&source.url),
            })
            .collect(),
        rules: of(pack),
        judged_before: false,
        versions: Vec::new(),
        sha256: hex(&text.sha256),
    }
}

/// An address that a browser can open; house values stand in files of this project. Some laws are
/// on sites without TLS (New Zealand's).
pub fn on_the_web(url: &str) -> Option<String> {
    let opens = ["https://", "http://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    opens.then(|| url.to_string())
}

/// All rules of a pack under the names that findings use, in the order of judgement.
pub fn of(pack: &Pack) -> Vec<Rule> {
    let rules = rules_of(pack).into_iter();
    let view = |rule: domain::Rule| Rule {
        group: plan::group(&rule.name),
        id: rule.name,
        number: rule.number,
        says: rule.says,
        citation: rule.citation.text.clone(),
        url: on_the_web(&rule.citation.url),
        confidence: rule.citation.confidence.name().to_string(),
        seen_on: rule.citation.seen_on,
    };
    rules.map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairlock_rulebook::load_builtin;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_of_every_pack_has_its_own_name_and_number() {
        let book = load_builtin().expect("the built-in packs");
        let mut numbers = BTreeSet::new();
        for pack in book.packs() {
            let rules = of(pack);
            assert!(rules.len() >= 10, "{}: {} rules", pack.id, rules.len());
            let mut names = BTreeSet::new();
            for rule in rules {
                assert!(
                    names.insert(rule.id.clone()),
                    "{}/{} twice",
                    pack.id,
                    rule.id
                );
                assert!(numbers.insert(rule.number), "number {} twice", rule.number);
            }
        }
    }

    /// Whatever kind of rule a pack's file has, its number stands on the pack's page.
    #[test]
    fn every_number_of_every_pack_s_file_is_on_its_page() {
        let book = load_builtin().expect("the built-in packs");
        for (pack, text) in book.texts() {
            let numbers = text
                .lines()
                .filter_map(|line| line.strip_prefix("number = "));
            let numbers = numbers.map(|n| n.trim().parse::<u16>().expect("a number"));
            let mut written: BTreeSet<u16> = numbers.collect();
            written.remove(&pack.number);
            let shown: BTreeSet<u16> = of(pack).iter().map(|rule| rule.number).collect();
            assert_eq!(shown, written, "{}", pack.id);
        }
    }

    #[test]
    fn only_what_a_browser_opens_is_an_address() {
        let http = "http://www.legislation.govt.nz/act/public/2003/0052/latest/DLM6501356.html";
        assert_eq!(on_the_web(http).as_deref(), Some(http));
        assert!(on_the_web("https://example.org/").is_some());
        for other in [
            "crates/rulebook/packs/README.md",
            "javascript:alert(1)",
            "",
            "data:x",
        ] {
            assert_eq!(on_the_web(other), None, "{other}");
        }
    }
}
