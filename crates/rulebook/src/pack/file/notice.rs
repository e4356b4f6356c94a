//! The sequence of notices.

use fairlock_domain::rules::{Notice, NoticeTerms, Paper};

use super::rule;
use crate::pack::values::{
    DurationText, LeadText, LevelText, NoticeFormText, NoticeItemText, ProofText,
};

rule!(NoticeRule {
    id: String,
    level: LevelText,
    min_days_past_due: Option<u32>,
    at_reduce_for: Option<DurationText>,
    lead: LeadText,
    weekly_lead: Option<DurationText>,
    channels: u16,
    proof: ProofText,
    valid_for: Option<DurationText>,
    #[serde(default)]
    resets_on_changed_amount: bool,
    form: Option<NoticeFormText>,
    #[serde(default)]
    contains: Vec<NoticeItemText>,
    #[serde(default)]
    languages: Vec<String>,
});

impl NoticeRule {
    pub fn read(self) -> Notice {
        Notice {
            id: self.id.clone(),
            level: self.level.0,
            paper: Paper {
                form: self.form.map(|word| word.0),
                contains: self.contains.iter().map(|word| word.0).collect(),
                languages: self.languages.clone(),
            },
            terms: self.cited(|rule| NoticeTerms {
                min_days_past_due: rule.min_days_past_due,
                at_reduce_for: rule.at_reduce_for.map(|time| time.0),
                lead: rule.lead.0.span,
                lead_business_days: rule.lead.0.business_days,
                weekly_lead: rule.weekly_lead.map(|time| time.0),
                channels: rule.channels,
                proof: rule.proof.0,
                valid_for: rule.valid_for.map(|time| time.0),
                resets_on_changed_amount: rule.resets_on_changed_amount,
            }),
        }
    }
}
