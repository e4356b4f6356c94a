//! Files of permits: CSV, one clearance of a lawyer or one approval of a regulator a row.
//!
//! One that stands twice is an error, and so is one that ends before it begins. On purpose absent:
//! anything that needs the rule packs (whether a pack asks for it) or the database.

use std::collections::HashMap;

use fairlock_domain::calendar::Day;
use fairlock_domain::contract::RegulatorApproval;
use fairlock_domain::standing::Clearance;

use crate::error::ReadError;
use crate::table::{self, Cells, Shape};

/// Columns of a file of clearances.
pub const CLEARANCE_COLUMNS: [&str; 5] = ["pack", "by", "on", "until", "opinion_sha256"];
/// Columns of a file of approvals.
pub const APPROVAL_COLUMNS: [&str; 3] = ["pack", "reference", "on"];

const CLEARANCES: Shape = Shape {
    columns: &CLEARANCE_COLUMNS,
    optional: &["withdrawn_on"],
    record: "clearance",
};

const APPROVALS: Shape = Shape {
    columns: &APPROVAL_COLUMNS,
    optional: &["until", "withdrawn_on"],
    record: "approval",
};

/// One row of a file of clearances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearanceRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    pub clearance: Clearance,
    /// It counts no more from this day on.
    pub withdrawn_on: Option<Day>,
}

/// One row of a file of approvals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    pub approval: RegulatorApproval,
    /// It counts no more from this day on.
    pub withdrawn_on: Option<Day>,
}

/// Reads a whole file of clearances: every row, or every error up to the cap.
pub fn read_clearances(bytes: &[u8]) -> Result<Vec<ClearanceRow>, Vec<ReadError>> {
    let mut seen = HashMap::new();
    table::read(bytes, &CLEARANCES, |cells| {
        let row = cells.clearance()?;
        let clearance = &row.clearance;
        let paper = (
            clearance.pack.clone(),
            clearance.opinion_sha256,
            clearance.on,
        );
        let first = *seen.entry(paper).or_insert(row.line);
        if first != row.line {
            let expected = format!("a clearance that isn't in row {first} already");
            let found = cells.get("opinion_sha256").to_owned();
            cells.error("opinion_sha256", &found, expected);
        }
        Some(row)
    })
}

/// Reads a whole file of approvals: every row, or every error up to the cap.
pub fn read_approvals(bytes: &[u8]) -> Result<Vec<ApprovalRow>, Vec<ReadError>> {
    let mut seen = HashMap::new();
    table::read(bytes, &APPROVALS, |cells| {
        let row = cells.approval()?;
        let paper = (row.approval.pack.clone(), row.approval.reference.clone());
        let first = *seen.entry(paper).or_insert(row.line);
        if first != row.line {
            let expected = format!("an approval that isn't in row {first} already");
            cells.error("reference", &row.approval.reference, expected);
        }
        Some(row)
    })
}

impl Cells<'_> {
    fn clearance(&mut self) -> Option<ClearanceRow> {
        let pack = self.named("pack", "the id of a rule pack");
        let by = self.named("by", "the lawyer's name");
        let on = self.day("on");
        let until = self.day("until");
        let expected = "the opinion's SHA-256 as 64 hexadecimal digits, as sha256sum prints it";
        let opinion = self.parse("opinion_sha256", expected, sha256);
        let withdrawn_on = self.ends(on, until);
        if !self.is_clean() {
            return None;
        }
        Some(ClearanceRow {
            line: self.line,
            clearance: Clearance {
                pack: pack?,
                by: by?,
                on: on?,
                until: until?,
                opinion_sha256: opinion?,
            },
            withdrawn_on: withdrawn_on?,
        })
    }

    fn approval(&mut self) -> Option<ApprovalRow> {
        let pack = self.named("pack", "the id of a rule pack");
        let reference = self.named("reference", "the regulator's own number");
        let on = self.day("on");
        let until = self.day_or_none("until");
        let withdrawn_on = self.ends(on, until.flatten());
        if !self.is_clean() {
            return None;
        }
        Some(ApprovalRow {
            line: self.line,
            approval: RegulatorApproval {
                pack: pack?,
                reference: reference?,
                on: on?,
                until: until?,
            },
            withdrawn_on: withdrawn_on?,
        })
    }

    /// Neither its end nor its withdrawal lies before its first day; the day of withdrawal.
    fn ends(&mut self, on: Option<Day>, until: Option<Day>) -> Option<Option<Day>> {
        let withdrawn_on = self.day_or_none("withdrawn_on")?;
        let mut in_order = |column, end: Option<Day>| {
            if let (Some(on), Some(end)) = (on, end)
                && end < on
            {
                let found = self.get(column).to_owned();
                self.error(column, &found, "a date that isn't before on");
            }
        };
        in_order("until", until);
        in_order("withdrawn_on", withdrawn_on);
        Some(withdrawn_on)
    }
}

/// 32 bytes from 64 hexadecimal digits.
fn sha256(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Some(bytes)
}
