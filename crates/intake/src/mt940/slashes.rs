//! Codes between slashes in `:86:`: `/TRTP/SEPA OVERBOEKING/IBAN/…/NAME/…/REMI/…/EREF/…`, and the
//! Dutch bankers' form with doubled slashes, `/EREF/…//CNTP/IBAN/BIC/NAME//REMI/USTD//…`.
//!
//! A value goes to the next code that is known; what isn't known is part of the value before.
//! Where a payer wrote such a code the remittance ends early, and the text as it was written still
//! has all of it.

use crate::mt940::about::{About, filled, unwrapped, written};
use crate::statement::Direction;

/// Codes that end the value before them.
const CODES: [&str; 27] = [
    "EREF", "KREF", "PREF", "IREF", "TRID", "UETR", "MARF", "CSID", "CNTP", "ORDP", "BENM", "NAME",
    "IBAN", "BIC", "REMI", "RTRN", "TRTP", "PURP", "ULTB", "ULTD", "ULTC", "ISDT", "RTYP", "NRTX",
    "ADDR", "ROC", "TRCD",
];

pub(super) fn begins(text: &str) -> bool {
    code_at(text, 0).is_some()
}

/// The code that stands at a slash, and where its value begins.
fn code_at(text: &str, slash: usize) -> Option<(&'static str, usize)> {
    let rest = text.get(slash + 1..)?;
    if !text[slash..].starts_with('/') {
        return None;
    }
    let known = CODES.iter().find(|code| {
        rest.strip_prefix(**code)
            .is_some_and(|rest| rest.starts_with('/'))
    });
    known.map(|code| (*code, slash + code.len() + 2))
}

pub(super) fn read(text: &str, direction: Direction) -> About {
    let flat = unwrapped(text);
    let mut about = About {
        as_written: written(text),
        ..About::default()
    };
    let mut party = None;
    let mut at = 0;
    while let Some((code, start)) = code_at(&flat, at) {
        let end = next_code(&flat, start);
        let value = flat[start..end].trim().trim_end_matches('/').trim_end();
        match code {
            "ORDP" | "BENM" | "ULTB" | "ULTC" | "ULTD" => party = Some(code),
            "NAME" if party.is_some_and(|code| code.starts_with("ULT")) => {}
            // With both parties said, the one on the other side counts.
            "NAME" if about.name.is_none() || is_other_side(party, direction) => {
                about.name = filled(value).or(about.name.take());
            }
            _ => field(&mut about, code, value),
        }
        at = end;
    }
    about
}

fn is_other_side(party: Option<&str>, direction: Direction) -> bool {
    match direction {
        Direction::Credit => party == Some("ORDP"),
        Direction::Debit => party == Some("BENM"),
    }
}

/// Where the next known code begins, from a value's start on; that may be the slash that ended the
/// code before.
fn next_code(flat: &str, start: usize) -> usize {
    let slashes = flat[start..].match_indices('/').map(|(at, _)| start + at);
    let mut codes = slashes.filter(|at| code_at(flat, *at).is_some());
    codes.next().unwrap_or(flat.len())
}

fn field(about: &mut About, code: &'static str, value: &str) {
    let reference = match code {
        "EREF" | "ROC" => Some("EndToEndId"),
        "KREF" | "PREF" => Some("PmtInfId"),
        "IREF" => Some("InstrId"),
        "TRID" => Some("TxId"),
        "UETR" => Some("UETR"),
        "MARF" => Some("MndtId"),
        _ => None,
    };
    match (reference, code) {
        (Some(name), _) => {
            let known = about.references.iter().any(|(known, _)| *known == name);
            if let Some(value) = filled(value).filter(|_| !known) {
                about.references.push((name, value));
            }
        }
        (None, "IBAN") => about.account = filled(value).or(about.account.take()),
        (None, "CNTP") => counterparty(about, value),
        (None, "REMI") => remittance(about, value),
        (None, "RTRN") => {
            about.returned = true;
            about.return_reason = filled(value);
        }
        (None, _) => {}
    }
}

/// Account, bank, name, place.
fn counterparty(about: &mut About, value: &str) {
    let mut parts = value.split('/');
    about.account = parts.next().and_then(filled).or(about.account.take());
    about.name = parts.nth(1).and_then(filled).or(about.name.take());
}

/// `USTD//text`, `STRD/CUR/reference`, or the text itself.
fn remittance(about: &mut About, value: &str) {
    if let Some(structured) = value.strip_prefix("STRD/") {
        let reference = structured
            .split_once('/')
            .map_or(structured, |(_, rest)| rest);
        about.creditor_reference = filled(reference.trim_matches('/'));
        about.remittance = about.creditor_reference.clone();
        return;
    }
    let text = value.strip_prefix("USTD/").unwrap_or(value);
    about.remittance = filled(text.trim_start_matches('/'));
}
