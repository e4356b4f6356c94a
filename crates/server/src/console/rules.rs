//! Rule packs as pages: every rule of a pack with its number, its value and where it stands.

use fairlock_domain::rules::{self as domain, LegalStatus, Pack, rules_of};
use fairlock_web::view::RulePack;
use fairlock_web::view::pack::Rule;

use crate::Shared;

/// Every pack, in the rulebook's order.
pub fn packs(shared: &Shared) -> Vec<RulePack> {
    shared.rulebook.packs().iter().map(view).collect()
}

/// One version of one pack; there is one version of each in this program.
pub fn pack(shared: &Shared, id: &str, version: &str) -> Option<RulePack> {
    let pack = shared.rulebook.get(id)?;
    (pack.version.to_string() == version).then(|| view(pack))
}

fn view(pack: &Pack) -> RulePack {
    let status = pack.legal_status.value;
    RulePack {
        id: pack.id.clone(),
        version: pack.version.to_string(),
        title: pack.title.clone(),
        status: status.name().to_string(),
        may_limit: matches!(status, LegalStatus::Permitted | LegalStatus::Conditional),
        rules: of(pack),
    }
}

/// All rules of a pack under the names that findings use, in the order of judgement.
pub fn of(pack: &Pack) -> Vec<Rule> {
    let rules = rules_of(pack).into_iter();
    let view = |rule: domain::Rule| Rule {
        id: rule.name,
        number: rule.number,
        says: rule.says,
        citation: rule.citation.text.clone(),
        url: Some(rule.citation.url.clone()).filter(|url| url.starts_with("https://")),
        confidence: rule.citation.confidence.name().to_string(),
        seen_on: rule.citation.seen_on,
    };
    rules.map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairlock_rulebook::load_builtin;

    #[test]
    fn every_rule_of_every_pack_has_its_own_name_and_number() {
        let book = load_builtin().expect("the built-in packs");
        let mut numbers = std::collections::BTreeSet::new();
        for pack in book.packs() {
            let rules = of(pack);
            assert!(rules.len() >= 12, "{}: {} rules", pack.id, rules.len());
            let mut names = std::collections::BTreeSet::new();
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
}
