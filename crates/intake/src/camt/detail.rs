//! One `TxDtls`: amounts, references, remittance, parties, return.

use crate::error::ReadError;
use crate::leaf::{amount, direction, inner_amount, once, stamp};
use crate::statement::{Amount, Charge, Detail, Direction, References, Stamp};
use crate::xml::Xml;
use fairlock_domain::pii::Pii;

/// The children of `Refs`, under camt's own names.
const REFERENCE_NAMES: [&str; 15] = [
    "MsgId",
    "AcctSvcrRef",
    "PmtInfId",
    "InstrId",
    "EndToEndId",
    "UETR",
    "TxId",
    "MndtId",
    "ChqNb",
    "ClrSysRef",
    "AcctOwnrTxId",
    "AcctSvcrTxId",
    "MktInfrstrctrTxId",
    "PrcgId",
    "Prtry",
];

/// A detail before its entry's direction and amount are known.
#[derive(Default)]
pub(super) struct Draft {
    own_amount: Option<Amount>,
    transaction_amount: Option<Amount>,
    instructed: Option<Amount>,
    charges: Vec<Charge>,
    references: References,
    remittance: Vec<String>,
    creditor_references: Vec<String>,
    debtor: Party,
    creditor: Party,
    transacted: Option<Stamp>,
    accepted: Option<Stamp>,
    returned: Option<Return>,
}

#[derive(Default)]
struct Party {
    name: Option<String>,
    account: Option<String>,
}

#[derive(Default)]
struct Return {
    reason: Option<String>,
    text: String,
}

impl Draft {
    /// The detail, seen from its entry; `only` when the entry has no other.
    pub(super) fn complete(self, direction: Direction, entry: &Amount, only: bool) -> Detail {
        let counterparty = match direction {
            Direction::Credit => self.debtor,
            Direction::Debit => self.creditor,
        };
        let of_entry = only.then(|| entry.clone());
        let lines = Some(self.remittance.join("\n")).filter(|text| !text.is_empty());
        Detail {
            amount: self.own_amount.or(self.transaction_amount).or(of_entry),
            instructed: self.instructed,
            charges: self.charges,
            references: self.references,
            remittance: lines.map(Pii::new),
            as_written: None,
            creditor_references: self.creditor_references,
            counterparty: counterparty.name.map(Pii::new),
            counterparty_account: counterparty.account.map(Pii::new),
            acted: self.transacted.or(self.accepted),
            returned: self.returned.is_some(),
            return_reason: self.returned.and_then(Return::into_reason),
        }
    }
}

impl Return {
    /// The code or the bank's own, else the text.
    fn into_reason(self) -> Option<String> {
        self.reason
            .or(Some(self.text).filter(|text| !text.trim().is_empty()))
    }
}

/// Reads the current `TxDtls` to its end.
pub(super) fn read(xml: &mut Xml<'_>) -> Result<Draft, ReadError> {
    let mut draft = Draft::default();
    while xml.child()? {
        match xml.name() {
            "Refs" => references(xml, &mut draft.references)?,
            "Amt" => {
                let own = amount(xml)?;
                once(xml, &mut draft.own_amount, Some(own))?;
            }
            "AmtDtls" => amounts(xml, &mut draft)?,
            "Chrgs" => charges(xml, &mut draft.charges)?,
            "RltdPties" => parties(xml, &mut draft)?,
            "RmtInf" => remittance(xml, &mut draft)?,
            "RltdDts" => dates(xml, &mut draft)?,
            "RtrInf" => {
                let returned = return_information(xml)?;
                once(xml, &mut draft.returned, Some(returned))?;
            }
            _ => xml.skip()?,
        }
    }
    Ok(draft)
}

fn references(xml: &mut Xml<'_>, references: &mut References) -> Result<(), ReadError> {
    let mut proprietary: Vec<String> = Vec::new();
    while xml.child()? {
        match REFERENCE_NAMES.iter().find(|known| **known == xml.name()) {
            Some(&"Prtry") => proprietary.extend(child_text(xml, "Ref")?),
            Some(name) => {
                let value = xml.text()?;
                if value.is_some() && references.get(name).is_some() {
                    return Err(xml.unexpected("a second element of this name", "it once"));
                }
                value
                    .into_iter()
                    .for_each(|value| references.add(name, value));
            }
            None => xml.skip()?,
        }
    }
    if !proprietary.is_empty() {
        references.add("Prtry", proprietary.join("\n"));
    }
    Ok(())
}

fn amounts(xml: &mut Xml<'_>, draft: &mut Draft) -> Result<(), ReadError> {
    while xml.child()? {
        match xml.name() {
            "InstdAmt" => draft.instructed = inner_amount(xml)?,
            "TxAmt" => draft.transaction_amount = inner_amount(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// Charges: one a `Chrgs` up to version 2, one a `Chrgs/Rcrd` later, else their total.
pub(super) fn charges(xml: &mut Xml<'_>, charges: &mut Vec<Charge>) -> Result<(), ReadError> {
    let before = charges.len();
    let (mut total, mut own, mut own_direction) = (None, None, None);
    while xml.child()? {
        match xml.name() {
            "TtlChrgsAndTaxAmt" => total = Some(amount(xml)?),
            "Amt" => own = Some(amount(xml)?),
            "CdtDbtInd" => own_direction = Some(direction(xml)?),
            "Rcrd" => charges.extend(charge_record(xml)?),
            _ => xml.skip()?,
        }
    }
    if charges.len() == before {
        charges.extend(own.or(total).map(|amount| Charge {
            amount,
            direction: own_direction,
        }));
    }
    Ok(())
}

fn charge_record(xml: &mut Xml<'_>) -> Result<Option<Charge>, ReadError> {
    let (mut own, mut own_direction) = (None, None);
    while xml.child()? {
        match xml.name() {
            "Amt" => own = Some(amount(xml)?),
            "CdtDbtInd" => own_direction = Some(direction(xml)?),
            _ => xml.skip()?,
        }
    }
    Ok(own.map(|amount| Charge {
        amount,
        direction: own_direction,
    }))
}

fn parties(xml: &mut Xml<'_>, draft: &mut Draft) -> Result<(), ReadError> {
    while xml.child()? {
        match xml.name() {
            "Dbtr" => draft.debtor.name = party_name(xml)?,
            "Cdtr" => draft.creditor.name = party_name(xml)?,
            "DbtrAcct" => draft.debtor.account = account(xml)?,
            "CdtrAcct" => draft.creditor.account = account(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// A party's name: its own `Nm`, or the person's or institution's inside (from version 8).
fn party_name(xml: &mut Xml<'_>) -> Result<Option<String>, ReadError> {
    let mut name = None;
    while xml.child()? {
        match xml.name() {
            "Nm" => name = xml.text()?.or(name),
            "Pty" | "Agt" | "FinInstnId" => name = party_name(xml)?.or(name),
            _ => xml.skip()?,
        }
    }
    Ok(name)
}

/// An account's number (`Id` of `Acct`, `DbtrAcct`, `CdtrAcct`): IBAN, else what the bank calls it.
pub(super) fn account(xml: &mut Xml<'_>) -> Result<Option<String>, ReadError> {
    let mut number = None;
    while xml.child()? {
        match xml.name() {
            "Id" => number = account_id(xml)?.or(number),
            _ => xml.skip()?,
        }
    }
    Ok(number)
}

pub(super) fn account_id(xml: &mut Xml<'_>) -> Result<Option<String>, ReadError> {
    let mut number = None;
    while xml.child()? {
        match xml.name() {
            "IBAN" | "BBAN" | "UPIC" => number = xml.text()?.or(number),
            "Othr" | "PrtryAcct" => number = number.or(child_text(xml, "Id")?),
            _ => xml.skip()?,
        }
    }
    Ok(number)
}

/// The text of the child of that name.
fn child_text(xml: &mut Xml<'_>, name: &str) -> Result<Option<String>, ReadError> {
    let mut found = None;
    while xml.child()? {
        if xml.name() == name {
            found = xml.text()?.or(found);
        } else {
            xml.skip()?;
        }
    }
    Ok(found)
}

/// Every unstructured line first, then of each structured block its reference and its additional
/// text.
fn remittance(xml: &mut Xml<'_>, draft: &mut Draft) -> Result<(), ReadError> {
    let mut structured = Vec::new();
    while xml.child()? {
        match xml.name() {
            "Ustrd" => draft.remittance.extend(xml.text()?),
            "Strd" => structured_block(xml, &mut structured, &mut draft.creditor_references)?,
            _ => xml.skip()?,
        }
    }
    draft.remittance.append(&mut structured);
    Ok(())
}

fn structured_block(
    xml: &mut Xml<'_>,
    lines: &mut Vec<String>,
    creditor_references: &mut Vec<String>,
) -> Result<(), ReadError> {
    let (mut reference, mut additional) = (None, Vec::new());
    while xml.child()? {
        match xml.name() {
            "CdtrRefInf" => reference = creditor_reference(xml)?.or(reference),
            "AddtlRmtInf" => additional.extend(xml.text()?),
            _ => xml.skip()?,
        }
    }
    creditor_references.extend(reference.clone());
    lines.extend(reference);
    lines.append(&mut additional);
    Ok(())
}

/// `Ref`; version 1 called it `CdtrRef`.
fn creditor_reference(xml: &mut Xml<'_>) -> Result<Option<String>, ReadError> {
    let mut found = None;
    while xml.child()? {
        match xml.name() {
            "Ref" | "CdtrRef" => found = xml.text()?.or(found),
            _ => xml.skip()?,
        }
    }
    Ok(found)
}

fn dates(xml: &mut Xml<'_>, draft: &mut Draft) -> Result<(), ReadError> {
    while xml.child()? {
        match xml.name() {
            "TxDtTm" => draft.transacted = stamp(xml)?,
            "AccptncDtTm" => draft.accepted = stamp(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// Why the money came back; version 1 has its own names for reason and text.
fn return_information(xml: &mut Xml<'_>) -> Result<Return, ReadError> {
    let mut returned = Return::default();
    while xml.child()? {
        match xml.name() {
            "Rsn" | "RtrRsn" => returned.reason = xml.text_or_child(&["Cd", "Prtry"])?,
            "AddtlInf" | "AddtlRtrRsnInf" => returned.text.push_str(&xml.text_as_is()?),
            _ => xml.skip()?,
        }
    }
    Ok(returned)
}
