//! News of money: what every message becomes before anything is looked up.
//!
//! A piece of news is one payment as one message tells it, whatever the source: an amount, a
//! state, the days, the keys by which it is recognised, and the texts by which it is matched.
//! On purpose absent: whose money it is, and whether it was seen before.

use fairlock_domain::calendar::{Day, Instant, Span};
use fairlock_domain::money::Money;
use fairlock_domain::payment::{Change, Key, PaymentState};
use fairlock_domain::pii::Pii;
use sha2::{Digest as _, Sha256};

/// What kind of message tells it; it decides which of two messages about the same entry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Telling {
    /// A provider's call, about one payment.
    Callback,
    /// An intraday report or a notification: the statement may repeat what it says.
    Report,
    /// A statement: the account's final word, each entry in exactly one of them.
    Statement,
}

impl Telling {
    /// The word in front of a statement's id in [`Key::Place`], so that a report and a statement
    /// of one id are two places.
    pub fn word(self) -> &'static str {
        match self {
            Telling::Callback => "callback",
            Telling::Report => "report",
            Telling::Statement => "statement",
        }
    }
}

/// What one line of a message is to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Money that came, or was announced.
    Payment(PaymentState),
    /// Money that left and says that it returns an earlier payment.
    Return,
    /// Something happened to an earlier payment, which the strong keys name; the place is the
    /// change's own.
    Change(Change),
    /// Kept, and nothing else: fees, our own payments out, information.
    Line,
}

/// When the payer acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acted {
    /// To the second; its day is that of the borrower's own zone.
    At(Instant),
    /// The calendar day as the source wrote it.
    On(Day),
}

/// What a message shows of the payer's phone number: evidence for matching, never the number
/// itself.
#[derive(Clone, PartialEq, Eq)]
pub enum Payer {
    /// Nothing.
    Unknown,
    /// SHA-256 of the digits with country code, without a plus sign.
    Number([u8; 32]),
    /// The number with digits hidden, such as `2547 ***** 126`; it only proposes.
    Mask(Pii<String>),
}

impl Payer {
    /// Of a number that a message shows in full: digits with country code.
    pub fn of_digits(digits: &str) -> Payer {
        Payer::Number(sha256(digits))
    }
}

/// One payment, return or line, as one message tells it.
pub struct News {
    pub telling: Telling,
    pub meaning: Meaning,
    /// The feed through which it came, when one watches this account or till.
    pub feed: Option<String>,
    /// The channel of its postings: the feed, else the account.
    pub channel: String,
    /// The account, for statements.
    pub account: Option<String>,
    /// More than zero unless it is only a line.
    pub amount: Money,
    /// Other amounts that a return may be of: what was ordered, and the amount less charges.
    pub return_amounts: Vec<Money>,
    pub acted: Option<Acted>,
    pub booking_date: Option<Day>,
    pub value_date: Option<Day>,
    pub keys: Keys,
    /// References and free texts of the payer.
    pub texts: Vec<Pii<String>>,
    pub counterparty: Option<Pii<String>>,
    pub payer: Payer,
    /// The account that the money came from, where the source tells it.
    pub payer_account: Option<Pii<String>>,
    /// Of failed money: why, by its name in the closed list that borrowers are told from:
    /// `insufficient_funds`, `wrong_pin`, `cancelled`, `timed_out`, `wrong_account`,
    /// `limit_exceeded`, `refused`.
    pub failure: Option<&'static str>,
    /// Of announced money: how long it shields, where its source decides sooner than others.
    pub shields_for: Option<Span>,
    /// The payer's own reference, with the account it came to: what a return repeats.
    pub end_to_end: Option<String>,
    /// As its source says: `booked`, `pending`, `future`, `information`.
    pub status: &'static str,
    /// What the bank account itself shows for its entry; stands with the first part of an entry.
    pub bank: Option<BankMove>,
    /// Position of its statement in the message, of its entry in the statement, and of its
    /// transaction in the entry.
    pub statement: u32,
    pub entry: u32,
    pub part: u32,
}

/// Money that a final statement shows on the bank account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankMove {
    pub account: String,
    pub credit: bool,
    pub amount: Money,
}

/// The keys of one piece of news, by what they can prove.
pub struct Keys {
    /// Made by the provider or the payment system for this one payment.
    pub strong: Vec<Key>,
    /// Equal when the same entry is told twice, but other money can be equal too.
    pub weak: Vec<Key>,
    /// Its place in its statement: proves that the same statement is told again, and tells two
    /// statements apart.
    pub place: Key,
}

impl Keys {
    /// All of them, the most telling first.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        self.strong.iter().chain([&self.place]).chain(&self.weak)
    }
}

/// A key by a place; `kind` is what tells it, `statement` what it stands in, as unique as its
/// source makes it.
pub fn place(account: &str, kind: &str, statement: &str, entry: u32, part: u32) -> Key {
    Key::Place {
        account: account
            .split_whitespace()
            .collect::<String>()
            .to_uppercase(),
        statement: format!("{kind}/{statement}"),
        entry,
        detail: part,
    }
}

/// Whether a key's text is a place in a final statement of any account.
pub fn is_statement_place(key: &str) -> bool {
    let mut parts = key.split('|');
    parts.next() == Some("place") && parts.nth(1).is_some_and(|s| s.starts_with("statement/"))
}

/// Keys that a payment and its return share when the payment system gives them no common one: the
/// account, the payer's own id and the amount. `occurrence` counts the payments of whom this is
/// true; with more than one nobody knows which of them a return means.
pub fn named_by_return(account: &str, end_to_end: &str, amount: Money, occurrence: u32) -> Key {
    let parts = [
        "return-of",
        &account
            .split_whitespace()
            .collect::<String>()
            .to_uppercase(),
        amount.currency().code(),
        &amount.minor().to_string(),
        end_to_end.trim(),
    ];
    Key::Content {
        sha256: Sha256::digest(parts.join("|").as_bytes()).into(),
        occurrence,
    }
}

/// The id of the payment whose first key this is: "P-" and 12 hexadecimal digits.
pub fn payment_id(primary: &Key) -> String {
    let hash = Sha256::digest(primary.text().as_bytes());
    let digits: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("P-{digits}")
}

/// The id of the bank line at that place: "L-" and 12 hexadecimal digits.
pub fn line_id(place: &Key) -> String {
    payment_id(place).replacen('P', "L", 1)
}

/// SHA-256 of a text, for [`Key::Content`].
pub fn sha256(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
