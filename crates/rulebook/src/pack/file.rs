//! The pack file as it stands in TOML, and its way into the domain.
//!
//! A table is a rule: its own keys and the five that every rule has. One file a group of kinds,
//! as in the domain's `rules`. Only the shape is judged here; what a whole pack may not be stands
//! in `checks`.

mod contact;
mod duty;
mod level;
mod notice;
mod phone;
mod scope;
mod status;

use fairlock_domain::rules::{Citation, Cited, Pack, Source};
use serde::Deserialize;

use super::values::{ConfidenceText, DayText};

/// A rule's own keys and the five that every rule has.
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* $field: $type,)*
            number: u16,
            citation: String,
            url: String,
            confidence: $crate::pack::values::ConfidenceText,
            seen_on: $crate::pack::values::DayText,
        }

        impl $name {
            fn cited<T>(self, value: impl FnOnce(&Self) -> T) -> fairlock_domain::rules::Cited<T> {
                let value = value(&self);
                let place = (self.citation, self.url, self.confidence, self.seen_on);
                $crate::pack::file::cited(self.number, value, place)
            }
        }
    };
}

use rule;

fn cited<T>(
    number: u16,
    value: T,
    (text, url, confidence, seen_on): (String, String, ConfidenceText, DayText),
) -> Cited<T> {
    let citation = Citation {
        text,
        url,
        confidence: confidence.0,
        seen_on: seen_on.0,
    };
    Cited {
        number,
        value,
        citation,
    }
}

rule!(
    /// A rule without values of its own.
    PlainRule {}
);

impl PlainRule {
    fn plain(self) -> Cited<()> {
        self.cited(|_| ())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceTable {
    title: String,
    url: String,
}

/// One `pack.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    id: String,
    number: u16,
    version: u16,
    title: String,
    jurisdiction: String,
    effective_from: Option<DayText>,
    effective_to: Option<DayText>,
    #[serde(default)]
    sources: Vec<SourceTable>,

    release_at_payoff: duty::ReleaseRule,
    restoration: Option<duty::RestorationRule>,

    applies: Option<scope::AppliesRule>,
    products: scope::ProductsRule,
    consent: scope::ConsentRule,
    device_link: scope::DeviceLinkRule,

    legal_status: status::StatusRule,
    #[serde(default)]
    litigation: Vec<status::LitigationRule>,
    #[serde(default)]
    court_orders: Vec<status::CourtOrderRule>,
    creditors: Option<status::CreditorsRule>,
    licence: Option<status::LicenceRule>,
    #[serde(default)]
    actuation: phone::ActuationTable,
    never_restrict: Option<phone::FunctionsRule>,
    platform_keeps: Option<phone::FunctionsRule>,

    holds: duty::HoldsRule,
    dispute_answer: Option<level::TimeRule>,
    #[serde(default)]
    answers: Vec<duty::AnswerRule>,
    recheck: Option<duty::WithinRule>,

    remind: level::RemindTable,
    reduce: Option<level::ReduceTable>,
    lock: Option<level::LockTable>,
    #[serde(default)]
    notices: Vec<notice::NoticeRule>,

    business_days: Option<level::BusinessDaysRule>,
    payment_cut_off: Option<level::CutOffRule>,
    contact: level::WindowRule,
    #[serde(default)]
    collection: contact::CollectionTable,
    emergency_pass: Option<phone::PassRule>,

    data_limits: Option<duty::DataRule>,
    location: Option<duty::LocationRule>,
    fees: Option<duty::FeesRule>,
    honesty: Option<duty::HonestyRule>,
    message_limits: Option<duty::MessageLimitsRule>,
    complaints: Option<duty::ComplaintsRule>,
    #[serde(default)]
    records: Vec<duty::RecordsRule>,
    #[serde(default)]
    penalties: Vec<duty::PenaltyRule>,
    continuity: Option<duty::ContinuityRule>,
    policy: PlainRule,
}

impl PackFile {
    pub fn into_pack(self) -> Pack {
        let source = |s: SourceTable| Source {
            title: s.title,
            url: s.url,
        };
        Pack {
            id: self.id,
            number: self.number,
            version: self.version,
            title: self.title,
            jurisdiction: self.jurisdiction,
            effective_from: self.effective_from.map(|day| day.0),
            effective_to: self.effective_to.map(|day| day.0),
            sources: self.sources.into_iter().map(source).collect(),
            release_at_payoff: self.release_at_payoff.read(),
            restoration: self.restoration.map(|rule| rule.read()),
            applies: self.applies.map(|rule| rule.read()),
            products: self.products.read(),
            consent: self.consent.read(),
            device_link: self.device_link.read(),
            legal_status: self.legal_status.read(),
            litigation: self
                .litigation
                .into_iter()
                .map(|rule| rule.read())
                .collect(),
            court_orders: self.court_orders.into_iter().map(|r| r.read()).collect(),
            creditors: self.creditors.map(|rule| rule.read()),
            licence: self.licence.map(|rule| rule.read()),
            actuation: self.actuation.read(),
            never_restrict: self.never_restrict.map(|rule| rule.read()),
            platform_keeps: self.platform_keeps.map(|rule| rule.read()),
            holds: self.holds.read(),
            dispute_answer: self.dispute_answer.map(|rule| rule.read()),
            answers: self.answers.into_iter().map(|rule| rule.read()).collect(),
            recheck: self.recheck.map(|rule| rule.read()),
            remind: self.remind.read(),
            reduce: self.reduce.map(|table| table.read()),
            lock: self.lock.map(|table| table.read()),
            notices: self.notices.into_iter().map(|rule| rule.read()).collect(),
            business_days: self.business_days.map(|rule| rule.read()),
            payment_cut_off: self.payment_cut_off.map(|rule| rule.read()),
            contact: self.contact.read(),
            collection: self.collection.read(),
            pass: self.emergency_pass.map(|rule| rule.read()),
            data_limits: self.data_limits.map(|rule| rule.read()),
            location: self.location.map(|rule| rule.read()),
            fees: self.fees.map(|rule| rule.read()),
            honesty: self.honesty.map(|rule| rule.read()),
            message_limits: self.message_limits.map(|rule| rule.read()),
            complaints: self.complaints.map(|rule| rule.read()),
            records: self.records.into_iter().map(|rule| rule.read()).collect(),
            penalties: self.penalties.into_iter().map(|rule| rule.read()).collect(),
            continuity: self.continuity.map(|rule| rule.read()),
            policy: self.policy.plain(),
        }
    }
}
