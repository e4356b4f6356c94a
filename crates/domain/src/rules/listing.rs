//! Every rule of a pack in words, under the names that findings use, in the order of judgement.
//!
//! The one place that knows which rules a pack has: lint, `rules show`, the console, findings of
//! what is only shown, and the tests read it. On purpose absent: judging; what a contract's facts
//! say of a rule is a finding.

pub(crate) mod conditions;
mod duties;
pub(crate) mod permission;
pub mod words;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Citation, Cited, Named, Pack};

/// One rule of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'p> {
    /// As in findings, without the pack: `min_days_past_due`.
    pub name: String,
    pub number: u16,
    /// Its value in words.
    pub says: String,
    pub citation: &'p Citation,
}

/// All rules of a pack.
pub fn rules_of(pack: &Pack) -> Vec<Rule<'_>> {
    let mut list = List::default();
    permission::released(pack, &mut list);
    permission::gates(pack, &mut list);
    permission::status(pack, &mut list);
    permission::phone(pack, &mut list);
    duties::holds(pack, &mut list);
    conditions::days(pack, &mut list);
    conditions::notices(pack, &mut list);
    conditions::calendar(pack, &mut list);
    conditions::collection(&pack.collection, &mut list);
    conditions::dwell_and_approval(pack, &mut list);
    permission::pass(pack, &mut list);
    duties::lender(pack, &mut list);
    list.add("policy", &pack.policy, "a lender may only be softer");
    list.0
}

/// Those about the phone that no level follows from.
pub(crate) fn phone_rules(pack: &Pack) -> Vec<Rule<'_>> {
    let mut list = List::default();
    permission::phone_kept(pack, &mut list);
    list.0
}

/// Those about collection contact.
pub(crate) fn collection_rules(pack: &Pack) -> Vec<Rule<'_>> {
    let mut list = List::default();
    conditions::collection(&pack.collection, &mut list);
    list.0
}

/// Those that bind the lender alone.
pub(crate) fn lender_rules(pack: &Pack) -> Vec<Rule<'_>> {
    let mut list = List::default();
    duties::lender(pack, &mut list);
    list.0
}

/// Rules so far.
#[derive(Default)]
pub(crate) struct List<'p>(Vec<Rule<'p>>);

impl<'p> List<'p> {
    fn add<T>(&mut self, name: &str, rule: &'p Cited<T>, says: impl Into<String>) {
        self.0.push(Rule {
            name: name.to_string(),
            number: rule.number,
            says: says.into(),
            citation: &rule.citation,
        });
    }

    /// A rule that a pack needn't have.
    fn maybe<T>(
        &mut self,
        name: &str,
        rule: &'p Option<Cited<T>>,
        says: impl FnOnce(&T) -> String,
    ) {
        if let Some(rule) = rule {
            self.add(name, rule, says(&rule.value));
        }
    }

    /// Each of a kind that a pack may have several of, as `kind_id`.
    fn each<T>(&mut self, kind: &str, rules: &'p [Named<T>], says: impl Fn(&T) -> String) {
        for named in rules {
            let name = format!("{kind}_{}", named.id);
            self.add(&name, &named.rule, says(&named.rule.value));
        }
    }
}
