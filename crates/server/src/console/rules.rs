//! Rule packs as pages: every rule of a pack with its number, its value and where it stands.

use fairlock_domain::calendar::Span;
use fairlock_domain::rules::{Cited, Conditions, Days, LegalStatus, Level, Pack, Window};
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
    let mut rules = Vec::new();
    permission(pack, &mut rules);
    for level in [Level::Remind, Level::Reduce, Level::Lock] {
        if let Some(conditions) = pack.conditions(level) {
            conditions_of(conditions, level, &mut rules);
        }
    }
    for notice in &pack.notices {
        let terms = &notice.terms.value;
        let mut says = format!("for {}: then {}", notice.level, terms.lead);
        if let Some(days) = terms.min_days_past_due {
            says += &format!("; from {days} days past due");
        }
        if let Some(span) = terms.at_reduce_for {
            says += &format!("; after {span} at reduce");
        }
        says += &format!(
            "; channels at least {}, each {}",
            terms.channels,
            terms.proof.name()
        );
        push(
            &mut rules,
            &format!("notice_{}", notice.id),
            &notice.terms,
            says,
        );
    }
    push(
        &mut rules,
        "contact_hours",
        &pack.contact,
        window(&pack.contact.value),
    );
    if let Some(pass) = &pack.pass {
        let says = format!("{} long, once in {}", pass.value.lasts, pass.value.once_in);
        push(&mut rules, "emergency_pass", pass, says);
    }
    push(
        &mut rules,
        "policy",
        &pack.policy,
        "a lender may be softer".to_string(),
    );
    rules
}

/// What may be at all: release, gates, status, holds.
fn permission(pack: &Pack, rules: &mut Vec<Rule>) {
    let says = "nothing owed releases at once".to_string();
    push(rules, "release_at_payoff", &pack.release_at_payoff, says);
    if let Some(restoration) = &pack.restoration {
        let says = format!("within {} of the payment", restoration.value.within);
        push(rules, "restoration", restoration, says);
    }
    let takes: Vec<&str> = pack.products.value.iter().map(|p| p.name()).collect();
    let takes = if takes.is_empty() {
        "all products".to_string()
    } else {
        takes.join(", ")
    };
    push(rules, "products", &pack.products, takes);
    let says = "a separate signature and an acknowledged copy".to_string();
    push(rules, "consent", &pack.consent, says);
    let says = "an accepted charter, on the device this loan bought".to_string();
    push(rules, "device_link", &pack.device_link, says);
    let status = pack.legal_status.value.name().to_string();
    push(rules, "legal_status", &pack.legal_status, status);
    let says = "while one lasts no level rises".to_string();
    push(rules, "holds", &pack.holds, says);
    if let Some(answer) = &pack.dispute_answer {
        let says = format!("answered within {}", answer.value);
        push(rules, "dispute_answer", answer, says);
    }
}

fn conditions_of(conditions: &Conditions, level: Level, rules: &mut Vec<Rule>) {
    let named = |name: &str| match level {
        Level::Reduce => name.to_string(),
        other => format!("{name}_{other}"),
    };
    if let Some(rule) = &conditions.min_days_past_due {
        let says = format!("{level} from {} days past due", rule.value);
        push(rules, &named("min_days_past_due"), rule, says);
    }
    if let Some(rule) = &conditions.window {
        let says = format!("{level} begins {}", window(&rule.value));
        push(rules, &named("window"), rule, says);
    }
    if let Some(rule) = &conditions.at_reduce_for {
        push(
            rules,
            "at_reduce_for",
            rule,
            format!("{level} after {} at reduce", rule.value),
        );
    }
    if let Some(rule) = &conditions.approval {
        let says = approval(level, rule.value.valid_for);
        push(rules, "approval", rule, says);
    }
}

fn approval(level: Level, valid_for: Span) -> String {
    format!("{level} after a person's approval, which counts for {valid_for}")
}

/// `Mon Tue Wed Thu 09:00-16:00, no holiday, no day before one`.
fn window(window: &Window) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!(
        "{} {}-{}",
        days(window.days),
        clock(window.from_minute),
        clock(window.to_minute)
    )
}

fn days(days: Days) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let chosen: Vec<&str> = (0..7)
        .filter(|day| days.weekdays.0 & (1 << day) != 0)
        .map(|day| NAMES[day])
        .collect();
    let mut words = if chosen.len() == 7 {
        "every day".to_string()
    } else {
        chosen.join(" ")
    };
    if days.not_on_holidays {
        words += ", no holiday";
    }
    if days.not_before_holidays {
        words += ", no day before one";
    }
    words
}

fn push<T>(rules: &mut Vec<Rule>, id: &str, rule: &Cited<T>, says: String) {
    let citation = &rule.citation;
    rules.push(Rule {
        id: id.to_string(),
        number: rule.number,
        says,
        citation: citation.text.clone(),
        url: Some(citation.url.clone()).filter(|url| url.starts_with("https://")),
        confidence: citation.confidence.name().to_string(),
        seen_on: citation.seen_on,
    });
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
