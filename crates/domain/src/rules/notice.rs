//! Notices: what must be told before a level, when, how, and for how long it counts.

use alloc::string::String;
use alloc::vec::Vec;

use super::level::for_frequency;
use super::{Cited, Level};
use crate::calendar::Span;
use crate::contract::Frequency;
use crate::words::words;

/// What is known of a notice on one channel; each counts as every lower one. `Failed` takes back
/// what the channel proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    Failed,
    /// Handed over to a carrier; for a letter, postmarked.
    Sent,
    Delivered,
    Served,
    Shown,
}

impl Proof {
    pub const ALL: [Proof; 5] = [
        Proof::Failed,
        Proof::Sent,
        Proof::Delivered,
        Proof::Served,
        Proof::Shown,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Proof::Failed => "failed",
            Proof::Sent => "sent",
            Proof::Delivered => "delivered",
            Proof::Served => "served",
            Proof::Shown => "shown",
        }
    }

    pub fn from_name(name: &str) -> Option<Proof> {
        Proof::ALL.into_iter().find(|p| p.name() == name)
    }
}

words! {
    /// The shape of a notice.
    pub enum NoticeForm {
        /// In writing, on any channel that keeps it.
        Written = "written",
        Letter = "letter",
        /// The form that a regulation prescribes, word for word.
        Prescribed = "prescribed",
    }
}

words! {
    /// What a notice must say.
    pub enum NoticeItem {
        Amount = "amount",
        Breach = "breach",
        Remedy = "remedy",
        /// The day up to which paying prevents what is announced.
        CureDate = "cure_date",
        /// The day from which the level may begin.
        StartDate = "start_date",
        Effects = "effects",
        /// That the creditor means to limit the device by electronic means.
        Intention = "intention",
        HowToPrevent = "how_to_prevent",
        Contact = "contact",
        Complaints = "complaints",
        FreeAdvice = "free_advice",
        /// Debt counsellor, mediator, court or ombudsman.
        Mediation = "mediation",
        InformationSheet = "information_sheet",
        EmergencyAccess = "emergency_access",
    }
}

/// One notice of the sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: String,
    /// The level that can't begin before this notice has expired.
    pub level: Level,
    /// Its number is the notice's own.
    pub terms: Cited<NoticeTerms>,
    pub paper: Paper,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeTerms {
    pub min_days_past_due: Option<u32>,
    /// Served only after so long at `reduce`.
    pub at_reduce_for: Option<Span>,
    /// Lead or cure time, which runs from service.
    pub lead: Span,
    /// And so many of the pack's business days, which begin after the day of service.
    pub lead_business_days: Option<u16>,
    /// Instead of `lead` for a contract that pays weekly.
    pub weekly_lead: Option<Span>,
    /// On so many channels, at least one.
    pub channels: u16,
    /// The least that counts as service.
    pub proof: Proof,
    /// Its level must begin within this from service; then it is served again.
    pub valid_for: Option<Span>,
    /// The sequence starts again once what it demanded isn't owed any more as it was.
    pub resets_on_changed_amount: bool,
}

impl NoticeTerms {
    /// The lead for a contract; where its frequency isn't known, the longer one.
    pub fn lead_for(&self, frequency: Option<Frequency>) -> Span {
        for_frequency(self.lead, self.weekly_lead, frequency)
    }
}

/// What a notice looks like and says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paper {
    pub form: Option<NoticeForm>,
    pub contains: Vec<NoticeItem>,
    /// Language tags, or "contract" for the contract's own; one of them is enough.
    pub languages: Vec<String>,
}
