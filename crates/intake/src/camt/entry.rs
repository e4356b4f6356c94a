//! One `Ntry`.

use crate::camt::detail::{self, Draft};
use crate::error::ReadError;
use crate::leaf::{amount, boolean, date_choice, direction, once, status};
use crate::statement::{Amount, Charge, Direction, Entry, EntryStatus, References, Stamp};
use crate::xml::Xml;

/// Transactions in one entry: an entry is held in memory as a whole, and a SEPA bulk has at most
/// 100,000.
const DETAILS_MAX: usize = 100_000;

#[derive(Default)]
struct Fields {
    direction: Option<Direction>,
    amount: Option<Amount>,
    status: Option<EntryStatus>,
    reversal: Option<bool>,
    booking: Option<Stamp>,
    value: Option<Stamp>,
    references: References,
    charges: Vec<Charge>,
    details: Vec<Draft>,
}

/// Reads the current `Ntry` to its end.
pub(super) fn read(xml: &mut Xml<'_>, index: u32) -> Result<Entry, ReadError> {
    let mut fields = Fields::default();
    while xml.child()? {
        field(xml, &mut fields)?;
    }
    let missing = |expected: &str| xml.unexpected("nothing", &format!("{expected} in this entry"));
    let direction = fields.direction.ok_or_else(|| missing("CdtDbtInd"))?;
    let amount = fields.amount.ok_or_else(|| missing("Amt"))?;
    let status = fields.status.ok_or_else(|| missing("Sts"))?;
    let only = fields.details.len() == 1;
    let complete = |draft: Draft| draft.complete(direction, &amount, only);
    let details = fields.details.into_iter().map(complete).collect();
    Ok(Entry {
        index,
        direction,
        amount,
        status,
        reversal: fields.reversal.unwrap_or(false),
        booking: fields.booking,
        value: fields.value,
        references: fields.references,
        charges: fields.charges,
        details,
    })
}

fn field(xml: &mut Xml<'_>, fields: &mut Fields) -> Result<(), ReadError> {
    match xml.name() {
        "Amt" => {
            let value = amount(xml)?;
            once(xml, &mut fields.amount, Some(value))
        }
        "CdtDbtInd" => {
            let value = direction(xml)?;
            once(xml, &mut fields.direction, Some(value))
        }
        "RvslInd" => {
            let value = boolean(xml)?;
            once(xml, &mut fields.reversal, Some(value))
        }
        "Sts" => {
            let value = status(xml)?;
            once(xml, &mut fields.status, Some(value))
        }
        "BookgDt" => {
            let value = date_choice(xml)?;
            once(xml, &mut fields.booking, value)
        }
        "ValDt" => {
            let value = date_choice(xml)?;
            once(xml, &mut fields.value, value)
        }
        "NtryRef" => reference(xml, &mut fields.references, "NtryRef"),
        "AcctSvcrRef" => reference(xml, &mut fields.references, "AcctSvcrRef"),
        "Chrgs" => detail::charges(xml, &mut fields.charges),
        "NtryDtls" => details(xml, &mut fields.details),
        // Version 1 has no `NtryDtls` around it.
        "TxDtls" => one_detail(xml, &mut fields.details),
        _ => xml.skip(),
    }
}

fn reference(
    xml: &mut Xml<'_>,
    references: &mut References,
    name: &'static str,
) -> Result<(), ReadError> {
    let Some(value) = xml.text()? else {
        return Ok(());
    };
    if references.get(name).is_some() {
        return Err(xml.unexpected("a second element of this name", "it once"));
    }
    references.add(name, value);
    Ok(())
}

fn details(xml: &mut Xml<'_>, details: &mut Vec<Draft>) -> Result<(), ReadError> {
    while xml.child()? {
        match xml.name() {
            "TxDtls" => one_detail(xml, details)?,
            _ => xml.skip()?,
        }
    }
    Ok(())
}

fn one_detail(xml: &mut Xml<'_>, details: &mut Vec<Draft>) -> Result<(), ReadError> {
    if details.len() == DETAILS_MAX {
        return Err(xml.unexpected(
            "more than 100,000 transactions",
            "at most 100,000 in one entry",
        ));
    }
    details.push(detail::read(xml)?);
    Ok(())
}
