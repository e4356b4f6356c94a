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

/// The steps of judgement, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Released,
    Gates,
    Status,
    Holds,
    Days,
    Notices,
    Calendar,
    DwellAndApproval,
    Pass,
    /// What binds the lender, its own policy last.
    Lender,
}

/// Where a rule stands in the order of judgement, by its name in findings. None for a name that
/// no rule has.
pub fn group_of(name: &str) -> Option<Group> {
    const WHOLE: [(Group, &[&str]); 9] = [
        (Group::Released, &["release_at_payoff", "restoration"]),
        (
            Group::Gates,
            &["applies", "products", "consent", "device_link"],
        ),
        (
            Group::Status,
            &[
                "legal_status",
                "creditors",
                "licence",
                "max_level",
                "graduated",
            ],
        ),
        (
            Group::Status,
            &[
                "not_in_use",
                "safety_bar",
                "never_restrict",
                "platform_keeps",
            ],
        ),
        (Group::Holds, &["holds", "dispute_answer", "recheck"]),
        (
            Group::Calendar,
            &["business_days", "payment_cut_off", "contact_hours"],
        ),
        (Group::DwellAndApproval, &["at_reduce_for", "approval"]),
        (Group::Pass, &["emergency_pass"]),
        (Group::Lender, LENDER),
    ];
    const LENDER: &[&str] = &[
        "cool_off",
        "one_channel_a_week",
        "liable_persons_only",
        "authorised_channels_only",
        "opt_out",
        "not_during",
        "data_limits",
        "location",
        "fees",
        "honesty",
        "message_limits",
        "complaints",
        "continuity",
        "policy",
    ];
    const BEGIN: [(Group, &[&str]); 6] = [
        (Group::Status, &["litigation_", "court_order_"]),
        (Group::Holds, &["answer_"]),
        (Group::Days, &["min_days_past_due", "min_days_in_default"]),
        (Group::Notices, &["notice_"]),
        (Group::Calendar, &["window"]),
        (
            Group::Lender,
            &["collection_hours_", "contact_cap_", "records_", "penalty_"],
        ),
    ];
    let whole = WHOLE.iter().find(|(_, names)| names.contains(&name));
    let begin = || {
        let begins = |start: &&str| name.starts_with(*start);
        BEGIN.iter().find(|(_, starts)| starts.iter().any(begins))
    };
    whole
        .map(|(group, _)| *group)
        .or_else(|| begin().map(|(group, _)| *group))
}

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
    conditions::dwell_and_approval(pack, &mut list);
    permission::pass(pack, &mut list);
    conditions::collection(&pack.collection, &mut list);
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
