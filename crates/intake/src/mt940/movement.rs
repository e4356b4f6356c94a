//! One entry: its `:61:` and the texts that follow, until the next field that is none.
//!
//! The bank's reference is the entry's own (`AcctSvcrRef`), the reference for the account's owner
//! and what `:86:` says are its only detail's, as in camt.

use fairlock_domain::pii::Pii;

use crate::mt940::about::{self, About};
use crate::mt940::entry::{StatementLine, decimal, looks_like_iban};
use crate::statement::{Amount, Charge, Detail, Direction, Entry, EntryStatus, References};

pub(super) struct Movement {
    line: StatementLine,
    about: String,
}

impl Movement {
    pub(super) fn new(line: StatementLine) -> Self {
        Self {
            line,
            about: String::new(),
        }
    }

    /// Adds a `:86:`; some banks write each line of text as one of its own, and some write the
    /// transaction code alone before the fields that repeat it.
    pub(super) fn add_text(&mut self, text: &str) {
        let is_code = self.about.len() == 3 && self.about.bytes().all(|b| b.is_ascii_digit());
        if is_code && about::numbered(text).is_some() {
            self.about.clear();
        }
        if !self.about.is_empty() {
            self.about.push('\n');
        }
        self.about.push_str(text.trim_end());
    }

    pub(super) fn complete(self, index: u32, currency: &str) -> Entry {
        let Movement { line, about } = self;
        let about = about::read(&about, line.direction);
        let amount = Amount {
            value: line.amount,
            currency: currency.to_owned(),
        };
        let mut references = References::none();
        if let Some(reference) = line.bank_reference {
            references.add("AcctSvcrRef", reference);
        }
        let supplementary = line.supplementary.as_deref().unwrap_or_default();
        let said = |code: &str| {
            let texts = [
                supplementary,
                about.as_written.as_deref().unwrap_or_default(),
            ];
            texts.into_iter().find_map(|text| coded_amount(text, code))
        };
        let plain = |text: &Option<String>| {
            Some(Amount {
                value: decimal(
                    text.as_deref()?
                        .trim_start_matches(|c: char| !c.is_ascii_digit()),
                )?,
                currency: currency.to_owned(),
            })
        };
        let charge = said("/CHGS/").or_else(|| plain(&about.compensation));
        let instructed = said("/OCMT/").or_else(|| plain(&about.original_amount));
        let charges = charge.into_iter().map(|amount| Charge {
            amount,
            // The account pays it; a charge that it gets isn't written here.
            direction: Some(Direction::Debit),
        });
        let returned = about.returned || line.returned_item;
        let mut detail = Detail {
            amount: Some(amount.clone()),
            instructed,
            charges: charges.collect(),
            references: References::none(),
            remittance: None,
            as_written: None,
            creditor_references: Vec::new(),
            counterparty: None,
            counterparty_account: None,
            acted: None,
            returned,
            return_reason: None,
        };
        let customer = line.customer_reference;
        let account = customer.as_deref().filter(|text| looks_like_iban(text));
        let account = account.or(Some(supplementary).filter(|text| looks_like_iban(text)));
        detail.counterparty_account = account.map(|account| Pii::new(account.to_owned()));
        if let Some(reference) = customer.filter(|text| !looks_like_iban(text)) {
            detail.references.add("AcctOwnrTxId", reference);
        }
        tell(&mut detail, about);
        Entry {
            index,
            direction: line.direction,
            amount,
            status: match line.expected {
                true => EntryStatus::Pending,
                false => EntryStatus::Booked,
            },
            reversal: line.reversal,
            booking: line.booking,
            value: Some(line.value),
            references,
            charges: Vec::new(),
            details: vec![detail],
        }
    }
}

/// Adds what `:86:` says.
fn tell(detail: &mut Detail, about: About) {
    for (name, value) in about.references {
        detail.references.add(name, value);
    }
    detail.remittance = about.remittance.map(Pii::new);
    detail.as_written = about.as_written.map(Pii::new);
    detail.creditor_references.extend(about.creditor_reference);
    detail.counterparty = about.name.map(Pii::new);
    if let Some(account) = about.account {
        detail.counterparty_account = Some(Pii::new(account));
    }
    detail.return_reason = about.return_reason;
}

/// `/OCMT/EUR50,00/`, what was ordered, and `/CHGS/EUR3,00/`, what was added to it.
fn coded_amount(text: &str, code: &str) -> Option<Amount> {
    let (_, rest) = text.split_once(code)?;
    let (currency, rest) = rest.split_at_checked(3)?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or(rest.len());
    let is_currency = currency.bytes().all(|byte| byte.is_ascii_uppercase());
    Some(Amount {
        value: decimal(&rest[..end]).filter(|_| is_currency)?,
        currency: currency.to_owned(),
    })
}
