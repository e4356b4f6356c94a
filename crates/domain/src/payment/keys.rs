//! By what a payment is recognised: its business keys, each as one canonical text.
//!
//! The same money announced by several messages shares at least one key; different money never
//! does. So a key is made only of what identifies: an end-to-end id alone, or `NOTPROVIDED`,
//! identifies nothing, for payers repeat both. Failure is a key that two payments share: it
//! would swallow the second.
//!
//! On purpose absent: transport keys (a file's hash, an event's id belong to the inbox), and
//! hashing: a caller hashes [`Content::text`] and the canonical texts where it wants short ids.

use alloc::string::String;
use core::fmt::Write as _;

use crate::calendar::Day;
use crate::money::Money;

/// A business key. The order of the kinds is the order of preference for a payment's own id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The provider's own receipt, such as M-Pesa's `TransID`.
    Receipt { provider: String, receipt: String },
    /// The unique end-to-end transaction reference of the payment system.
    Uetr { uetr: String },
    /// The account servicer's reference: unique in its account; of an entry with several
    /// transactions only together with the index of the transaction in it.
    AccountServicer {
        account: String,
        reference: String,
        detail: u32,
    },
    /// The payer's own id, only with account, debtor, amount and booking date.
    EndToEnd {
        account: String,
        debtor: String,
        /// In minor units, with its currency's code.
        amount: (i128, String),
        booking_date: Day,
        id: String,
    },
    /// An entry without any reference: the hash of its content, and which of the equal ones in
    /// its statement it is, from 0.
    Content { sha256: [u8; 32], occurrence: u32 },
    /// An entry without any reference, by its place: account, statement, indices of entry and
    /// transaction.
    Place {
        account: String,
        statement: String,
        entry: u32,
        detail: u32,
    },
}

impl Key {
    /// The provider's receipt; `None` when either part is empty. Case doesn't count.
    pub fn receipt(provider: &str, receipt: &str) -> Option<Key> {
        Some(Key::Receipt {
            provider: given(provider)?,
            receipt: given(receipt)?.to_uppercase(),
        })
    }

    /// A UETR; `None` when it isn't one (32 hexadecimal digits in groups of 8-4-4-4-12).
    pub fn uetr(uetr: &str) -> Option<Key> {
        let uetr = given(uetr)?.to_lowercase();
        let shaped = uetr.len() == 36
            && uetr.bytes().enumerate().all(|(i, b)| match i {
                8 | 13 | 18 | 23 => b == b'-',
                _ => b.is_ascii_hexdigit(),
            });
        shaped.then_some(Key::Uetr { uetr })
    }

    /// The account servicer's reference; `None` when account or reference are missing.
    pub fn account_servicer(account: &str, reference: &str, detail: u32) -> Option<Key> {
        Some(Key::AccountServicer {
            account: account_number(account)?,
            reference: given(reference)?,
            detail,
        })
    }

    /// The payer's id with all that makes it one payment; `None` when a part is missing.
    /// `debtor` is the debtor's account, or name where no account is given.
    pub fn end_to_end(
        account: &str,
        debtor: &str,
        amount: Money,
        booking_date: Day,
        id: &str,
    ) -> Option<Key> {
        Some(Key::EndToEnd {
            account: account_number(account)?,
            debtor: given(debtor)?.to_uppercase(),
            amount: (amount.minor(), String::from(amount.currency().code())),
            booking_date,
            id: given(id)?,
        })
    }

    /// The place of an entry; `None` when account or statement id are missing.
    pub fn place(account: &str, statement: &str, entry: u32, detail: u32) -> Option<Key> {
        Some(Key::Place {
            account: account_number(account)?,
            statement: given(statement)?,
            entry,
            detail,
        })
    }

    /// The canonical text, by which keys are stored and compared: the kind, then each part
    /// behind a bar, with `%` and `|` in parts escaped so that no two keys share a text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        match self {
            Key::Receipt { provider, receipt } => {
                text.push_str("receipt");
                part(&mut text, provider);
                part(&mut text, receipt);
            }
            Key::Uetr { uetr } => {
                text.push_str("uetr");
                part(&mut text, uetr);
            }
            Key::AccountServicer {
                account,
                reference,
                detail,
            } => {
                text.push_str("acct-svcr-ref");
                part(&mut text, account);
                part(&mut text, reference);
                number(&mut text, detail);
            }
            Key::EndToEnd {
                account,
                debtor,
                amount: (minor, currency),
                booking_date,
                id,
            } => {
                text.push_str("end-to-end");
                part(&mut text, account);
                part(&mut text, debtor);
                number(&mut text, minor);
                part(&mut text, currency);
                number(&mut text, booking_date);
                part(&mut text, id);
            }
            Key::Content { sha256, occurrence } => {
                text.push_str("content|");
                for byte in sha256 {
                    let _ = write!(text, "{byte:02x}");
                }
                number(&mut text, occurrence);
            }
            Key::Place {
                account,
                statement,
                entry,
                detail,
            } => {
                text.push_str("place");
                part(&mut text, account);
                part(&mut text, statement);
                number(&mut text, entry);
                number(&mut text, detail);
            }
        }
        text
    }
}

/// What is hashed for [`Key::Content`]: what an intraday report and the statement of the same
/// account both say of one entry.
pub struct Content<'a> {
    pub account: &'a str,
    pub booking_date: Day,
    pub amount: Money,
    pub credit: bool,
    /// Remittance text and counterparty; runs of white space count as one space.
    pub text: &'a str,
}

impl Content<'_> {
    /// The canonical text to hash.
    pub fn text(&self) -> String {
        let mut text = String::from("content-of");
        part(&mut text, &account_number(self.account).unwrap_or_default());
        number(&mut text, self.booking_date);
        number(&mut text, self.amount.minor());
        part(&mut text, self.amount.currency().code());
        part(&mut text, if self.credit { "credit" } else { "debit" });
        let mut words = String::new();
        for word in self.text.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        part(&mut text, &words);
        text
    }
}

/// A value that is there: trimmed, not empty, and not the word for "none".
fn given(value: &str) -> Option<String> {
    let value = value.trim();
    let none = value.is_empty() || value.eq_ignore_ascii_case("NOTPROVIDED");
    (!none).then(|| String::from(value))
}

/// An account's number: spaces and case don't count.
fn account_number(account: &str) -> Option<String> {
    let squeezed: String = account.chars().filter(|c| !c.is_whitespace()).collect();
    given(&squeezed.to_uppercase())
}

fn part(text: &mut String, value: &str) {
    text.push('|');
    for c in value.chars() {
        match c {
            '%' => text.push_str("%25"),
            '|' => text.push_str("%7C"),
            _ => text.push(c),
        }
    }
}

fn number(text: &mut String, value: impl core::fmt::Display) {
    let _ = write!(text, "|{value}");
}
