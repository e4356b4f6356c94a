//! What may be done to a phone, what it keeps, and the emergency pass.

use fairlock_domain::rules::phone::Use;
use fairlock_domain::rules::{Actuation, Cited, Function, Pass};
use serde::Deserialize;

use super::{PlainRule, rule};
use crate::pack::values::{DurationText, FunctionText, MaxLevelText, PassStartText, UseText};

rule!(MaxLevelRule {
    level: MaxLevelText
});

rule!(NotDuringRule { uses: Vec<UseText> });

impl NotDuringRule {
    fn read(self) -> Cited<Vec<Use>> {
        self.cited(|rule| rule.uses.iter().map(|word| word.0).collect())
    }
}

/// `[actuation.…]`: every part is a rule of its own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActuationTable {
    max_level: Option<MaxLevelRule>,
    graduated: Option<PlainRule>,
    not_during: Option<NotDuringRule>,
    safety_bar: Option<PlainRule>,
}

impl ActuationTable {
    pub fn read(self) -> Actuation {
        Actuation {
            max_level: self.max_level.map(|rule| rule.cited(|rule| rule.level.0)),
            graduated: self.graduated.map(PlainRule::plain),
            not_during: self.not_during.map(NotDuringRule::read),
            safety_bar: self.safety_bar.map(PlainRule::plain),
        }
    }
}

rule!(FunctionsRule {
    functions: Vec<FunctionText>,
});

impl FunctionsRule {
    pub fn read(self) -> Cited<Vec<Function>> {
        self.cited(|rule| rule.functions.iter().map(|word| word.0).collect())
    }
}

rule!(PassRule {
    lasts: DurationText,
    once_in: DurationText,
    starts: Option<PassStartText>,
});

impl PassRule {
    pub fn read(self) -> Cited<Pass> {
        self.cited(|rule| Pass {
            lasts: rule.lasts.0,
            once_in: rule.once_in.0,
            starts: rule.starts.map(|word| word.0),
        })
    }
}
