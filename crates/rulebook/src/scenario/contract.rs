//! The contract of a scenario: its terms, what is known besides, clearances and approvals.

use fairlock_domain::contract::{
    BorrowerKind, Consent, Contract, Creditor, CreditorKind, Frequency, Goods, Instalment,
    Particulars, Product, RegulatorApproval,
};
use fairlock_domain::money::Currency;
use fairlock_domain::standing::Clearance;

use super::ScenarioError;
use super::reader::{At, Object};
use crate::Rulebook;

/// More grace than any contract gives, in days.
const GRACE_MAX_DAYS: u16 = 3_650;

/// The contract, and what some packs ask of it besides; approvals stand elsewhere.
pub fn read(at: &At) -> Result<(Contract, Particulars), ScenarioError> {
    let object = at.object(
        &["id", "product", "currency", "signed_on", "instalments"],
        &[
            "consent",
            "feed",
            "creditor",
            "borrower",
            "goods",
            "payment_frequency",
            "grace",
        ],
    )?;
    Ok((contract(&object)?, particulars(&object)?))
}

fn contract(object: &Object) -> Result<Contract, ScenarioError> {
    let currency = object.required("currency", |at| {
        let code = at.text()?;
        let currency = Currency::from_code(code);
        currency.ok_or_else(|| at.expected("a currency of ISO 4217, as \"INR\""))
    })?;
    Ok(Contract {
        id: object.required("id", |at| at.text().map(str::to_string))?,
        product: object.required("product", |at| {
            at.one_of(Product::from_name, &Product::ALL.map(Product::name))
        })?,
        currency,
        signed_on: object.required("signed_on", |at| at.day())?,
        consent: object.maybe("consent", consent)?,
        instalments: object.required("instalments", |at| {
            at.list(|at| {
                let line = at.object(&["due", "amount"], &[])?;
                Ok(Instalment {
                    due: line.required("due", |at| at.day())?,
                    amount: line.required("amount", |at| at.amount(currency))?,
                })
            })
        })?,
        feed: object.maybe("feed", |at| at.text().map(str::to_string))?,
    })
}

fn particulars(object: &Object) -> Result<Particulars, ScenarioError> {
    Ok(Particulars {
        creditor: object.maybe("creditor", creditor)?,
        borrower: object.maybe("borrower", |at| {
            let names: Vec<&str> = BorrowerKind::ALL.iter().map(|word| word.name()).collect();
            at.one_of(BorrowerKind::from_name, &names)
        })?,
        goods: object.maybe("goods", |at| {
            let names: Vec<&str> = Goods::ALL.iter().map(|word| word.name()).collect();
            at.one_of(Goods::from_name, &names)
        })?,
        frequency: object.maybe("payment_frequency", |at| {
            let names: Vec<&str> = Frequency::ALL.iter().map(|word| word.name()).collect();
            at.one_of(Frequency::from_name, &names)
        })?,
        days_of_grace: object.maybe("grace", grace)?.unwrap_or(0),
        approvals: Vec::new(),
    })
}

fn creditor(at: &At) -> Result<Creditor, ScenarioError> {
    let object = at.object(&["name", "kind"], &[])?;
    Ok(Creditor {
        name: object.required("name", |at| at.text().map(str::to_string))?,
        kind: object.required("kind", |at| {
            let names: Vec<&str> = CreditorKind::ALL.iter().map(|word| word.name()).collect();
            at.one_of(CreditorKind::from_name, &names)
        })?,
    })
}

/// "10 days".
fn grace(at: &At) -> Result<u16, ScenarioError> {
    let text = at.text()?;
    let count = ["days", "day"].into_iter().find_map(|unit| {
        let count = text.strip_suffix(unit)?.strip_suffix(' ')?;
        let digits = count.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| count.parse::<u16>().ok()).flatten()
    });
    let count = count.filter(|days| *days <= GRACE_MAX_DAYS);
    count.ok_or_else(|| at.expected(format!("days like \"10 days\", at most {GRACE_MAX_DAYS}")))
}

fn consent(at: &At) -> Result<Consent, ScenarioError> {
    let object = at.object(&["separate_signature", "acknowledged_copy", "on"], &[])?;
    Ok(Consent {
        separate_signature: object.required("separate_signature", |at| at.bool())?,
        acknowledged_copy: object.required("acknowledged_copy", |at| at.bool())?,
        on: object.required("on", |at| at.day())?,
    })
}

/// A lawyer's clearance of a pack.
pub fn clearance(at: &At, book: &Rulebook) -> Result<Clearance, ScenarioError> {
    let object = at.object(&["pack", "by", "on", "until", "opinion_sha256"], &[])?;
    Ok(Clearance {
        pack: object.required("pack", |at| known_pack(at, book))?,
        by: object.required("by", |at| at.text().map(str::to_string))?,
        on: object.required("on", |at| at.day())?,
        until: object.required("until", |at| at.day())?,
        opinion_sha256: object.required("opinion_sha256", |at| {
            let digits = hash(at.text()?);
            digits.ok_or_else(|| at.expected("64 hexadecimal digits"))
        })?,
    })
}

/// A regulator's approval for a pack.
pub fn approval(at: &At, book: &Rulebook) -> Result<RegulatorApproval, ScenarioError> {
    let object = at.object(&["pack", "reference", "on"], &["until"])?;
    Ok(RegulatorApproval {
        pack: object.required("pack", |at| known_pack(at, book))?,
        reference: object.required("reference", |at| at.text().map(str::to_string))?,
        on: object.required("on", |at| at.day())?,
        until: object.maybe("until", |at| at.day())?,
    })
}

fn known_pack(at: &At, book: &Rulebook) -> Result<String, ScenarioError> {
    match book.get(at.text()?) {
        Some(pack) => Ok(pack.id.clone()),
        None => Err(at.expected("a known pack")),
    }
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() == 64)?;
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = pair[0] * 16 + pair[1];
    }
    Some(bytes)
}
