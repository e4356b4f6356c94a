//! A lender's own ladder: softer than the law, or refused.
//!
//! A policy is a short TOML file with the same words as a pack, and no citations: it is nobody's
//! law. [`Policy::over`] compares each value with the rule of every pack and puts the policy
//! beside them as one more pack, so that the lowest level of all wins here too. Failure is
//! [`Harsher`]: where the policy asks for less than a law. On purpose absent: notices, gates and
//! holds, which a lender doesn't choose.

mod compare;
mod file;
mod pack;

pub(crate) use pack::{FIRST_RULE, PACK_NUMBER};

use fairlock_domain::calendar::{Day, Span};
use fairlock_domain::money::Money;
use fairlock_domain::rules::{Level, Rules, Window};

use crate::PackError;

/// What a lender may choose; None leaves it to the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The day on which it was decided.
    pub on: Day,
    pub max_level: Option<Level>,
    pub remind: Step,
    pub reduce: Step,
    pub lock: Step,
    pub pass_lasts: Option<Span>,
    pub pass_once_in: Option<Span>,
    pub restored_within: Option<Span>,
    pub compensation_an_hour: Option<Money>,
}

/// What the policy asks for before a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Step {
    pub min_days_past_due: Option<u32>,
    pub window: Option<Window>,
    /// Only for `lock`.
    pub at_reduce_for: Option<Span>,
    /// Only for `lock`: an approval counts for less than this.
    pub approval_valid_for: Option<Span>,
}

/// A value of a policy that is harsher than a law, and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {chosen} is harsher than {pack} {number}, which has {asked}")]
pub struct Harsher {
    /// Of the policy's file, as `reduce.min_days_past_due`.
    pub key: String,
    pub chosen: String,
    pub pack: String,
    pub number: u16,
    pub asked: String,
}

impl Policy {
    /// Reads a policy; `file` is only for messages.
    pub fn read(file: &str, text: &str) -> Result<Policy, PackError> {
        file::read(file, text)
    }

    /// The packs with this policy beside them; every value that is harsher than one of them.
    pub fn over(&self, rules: &Rules) -> Result<Rules, Vec<Harsher>> {
        let harsher = compare::harsher(self, rules);
        if !harsher.is_empty() {
            return Err(harsher);
        }
        let mut rules = rules.clone();
        rules.packs.push(pack::of(self, &rules));
        Ok(rules)
    }
}
