//! The tables of an evidence file: rows of the store in words, written and read by the same types.
//!
//! Instants are UTC with `Z`, amounts are decimal strings in the currency's exact decimals. A
//! field that isn't known is absent. Unknown fields are an error, so that nothing rides along.

use serde::{Deserialize, Serialize};

use crate::duties::PackDuties;

/// `about.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    pub format: String,
    pub contract: String,
    pub reference: String,
    /// 16 bytes that name the lender in every signature.
    pub lender: String,
    /// All is as it was known at this instant.
    pub at: String,
    /// What wrote it; another version may say a finding in other words.
    pub program: String,
}

/// `contract.json`: who and which phone. The terms and the consent are in `scenario.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    pub contract: String,
    pub reference: String,
    pub borrower: String,
    pub imei: String,
    pub model: String,
    /// The last three digits of the number that text messages go to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone_number_ends: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub calendar: Option<String>,
}

/// A row of `decisions.json`: what a decision rests on.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// From 1, as the decision's item is numbered.
    pub no: u32,
    /// The first half of the record's SHA-256.
    pub hash: String,
    pub at: String,
    /// The item with the facts as that decision saw them; its packs stand beside it.
    pub scenario: String,
}

/// A row of `duties.json`: a time at which the lender had to give the phone back, or let it go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// By the rule of this pack.
    pub pack: String,
    /// given_back or let_go.
    pub duty: String,
    /// When money had settled what was past due, or all that was owed.
    pub since: String,
    /// Absent where the pack says at once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deadline: Option<String>,
    /// When the phone said so; absent: not yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<String>,
    /// Hours begun after the deadline.
    pub hours_late: u64,
    /// What the pack says that these hours cost the lender. A claim: nothing was paid by itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub compensation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub currency: Option<String>,
}

/// The rows of what each pack asked.
pub fn duties(packs: &[PackDuties]) -> Vec<Duty> {
    let mut rows = Vec::new();
    for own in packs {
        rows.extend(own.given_back.iter().map(|limited| {
            Duty {
                pack: own.pack.clone(),
                duty: "given_back".to_string(),
                since: limited.settled_at.to_string(),
                deadline: Some(limited.deadline.to_string()),
                until: limited.until.map(|at| at.to_string()),
                hours_late: limited.hours_late,
                compensation: limited.compensation.map(|sum| sum.to_string()),
                currency: limited
                    .compensation
                    .map(|sum| sum.currency().code().to_string()),
            }
        }));
        rows.extend(own.let_go.iter().map(|gone| Duty {
            pack: own.pack.clone(),
            duty: "let_go".to_string(),
            since: gone.paid_at.to_string(),
            deadline: gone.deadline.map(|at| at.to_string()),
            until: gone.at.map(|at| at.to_string()),
            hours_late: gone.hours_late,
            compensation: None,
            currency: None,
        }));
    }
    rows
}

/// `device.json`: the enrolled phone and its charters.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    pub device: String,
    /// DER SubjectPublicKeyInfo of the phone's own key.
    pub spki: String,
    pub enrolled_at: String,
    pub charters: Vec<CharterTimes>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CharterTimes {
    pub n: u64,
    pub offered_at: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accepted_at: Option<String>,
}

/// A row of `grants.json`: how one grant went.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantCourse {
    pub seq: u64,
    pub tightening: bool,
    /// Hash of the decision that it carries out.
    pub decision: String,
    /// unsigned, held, refused, superseded, signed.
    pub state: String,
    /// Why the signer held or refused it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    pub created_at: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub signed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_at: Option<String>,
    /// Arrival of the first report that knows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub delivered_at: Option<String>,
    /// Arrival of the first report that has it in force.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub applied_at: Option<String>,
    /// What the phone said when it didn't take it whole: refused or cut, with the code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
}

/// A row of `reports.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrival {
    pub counter: u64,
    pub received_at: String,
}

/// A row of `ledger.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    pub at: String,
    /// The payment, bank line, contract or entry that it is about.
    pub subject: String,
    pub kind: String,
    pub legs: Vec<Leg>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// An account of another contract is written without its number.
    pub account: String,
    /// posted or pending.
    pub layer: String,
    /// debit or credit.
    pub side: String,
    pub amount: String,
    pub currency: String,
}

/// A row of `payments.json`: where money was seen, when, and how it found the contract.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    pub id: String,
    pub amount: String,
    pub currency: String,
    pub channel: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub matched_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acted_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paid_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub booking_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value_date: Option<String>,
    pub received_at: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub matched_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credited_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reversed_at: Option<String>,
}

/// A row of `notices.json`: what was sent by which channel, word for word.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// PACK/ID.
    pub notice: String,
    pub channel: String,
    pub due_at: String,
    /// Empty before the first attempt.
    pub text: String,
    /// Which reviewed text it was: name, version, language, and the hash of its words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub template: Option<NoticeTemplate>,
    /// waiting, accepted, sent, delivered, failed, withdrawn.
    pub state: String,
    /// When its carrier took it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accepted_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settled_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeTemplate {
    pub name: String,
    pub version: u32,
    pub language: String,
    pub sha256: String,
}

/// A table as it stands in its item: two spaces deep, with a line feed at its end.
pub fn text(table: &impl Serialize) -> Vec<u8> {
    // Tables are strings, numbers and lists: writing them can't fail.
    let mut text = serde_json::to_vec_pretty(table).unwrap_or_default();
    text.push(b'\n');
    text
}
