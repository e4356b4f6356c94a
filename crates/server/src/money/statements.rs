//! A statement becomes news, whatever its format: which of its entries are payments, and by what
//! they are known.
//!
//! A payment is one transaction that has its own amount, else the entry. Only credits that are
//! booked, pending or still to be booked are payments; a debit that says it returns something is
//! a return; all else is a line that is kept. Failure is money read twice or not at all, so that
//! a batch is split only when its parts add up to it, and a key that stands twice in one
//! statement identifies nothing.
//!
//! On purpose absent: whose money it is, and what of it is known already.

use std::collections::BTreeMap;

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency, Money};
use fairlock_domain::payment::keys::Content;
use fairlock_domain::payment::{Key, PaymentState};
use fairlock_domain::pii::Pii;
use fairlock_intake::statement::{
    Amount, Balance, Charge, Detail, Direction, Entry, EntryStatus, Stamp, StatementHead,
};

use super::news::{Acted, BankMove, Keys, Meaning, News, Payer, Telling, place, sha256};

/// What is known of the account that a statement is of.
pub struct Source<'a> {
    /// The feed that watches the account.
    pub feed: Option<&'a str>,
    /// The feed is a till: the account servicer's references are the provider's receipts.
    pub is_till: bool,
    /// Stands for the statement's id where it has none: the file's hash.
    pub file: &'a str,
    /// Position of the statement in the file.
    pub statement: u32,
}

/// Why an entry can't become money, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: found {found}, expected {expected}")]
pub struct EntryError {
    pub place: String,
    pub found: String,
    pub expected: String,
}

/// What a message is: an account's final word, or one that may be told again.
pub fn telling(head: &StatementHead) -> Telling {
    match head.is_final {
        true => Telling::Statement,
        false => Telling::Report,
    }
}

/// All news of one statement, in the order of its entries.
pub fn news(
    head: &StatementHead,
    entries: &[Entry],
    source: &Source<'_>,
) -> Result<Vec<News>, EntryError> {
    refuse_cut_off(head)?;
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let whole = money(&entry.amount).map_err(|e| e.at(head, entry))?;
        let unit = |details, index, amount| Unit {
            head,
            entry,
            details,
            index,
            amount,
            source,
        };
        match parts(entry, whole) {
            None => all.push(unit(&entry.details, 0, whole).news()),
            Some(amounts) => {
                let parts = (0u32..).zip(entry.details.chunks(1)).zip(amounts);
                all.extend(parts.map(|((index, part), amount)| unit(part, index, amount).news()));
            }
        }
    }
    number_equal_ones(&mut all);
    drop_shared_keys(&mut all);
    Ok(all)
}

/// A text format has no end that could be missed: a customer statement without its closing balance
/// is one that was cut off, or one that can't be proved to be whole.
fn refuse_cut_off(head: &StatementHead) -> Result<(), EntryError> {
    if head.format != "mt940" || head.closing.is_some() {
        return Ok(());
    }
    Err(EntryError {
        place: format!("statement {}", statement_words(head)),
        found: "no closing balance".to_owned(),
        expected: "the balance :62F: or :62M: that ends a statement; it may be cut off".to_owned(),
    })
}

/// The amounts of a batch's transactions when each is a payment of its own; `None` when the entry
/// is one payment. They must be in the entry's currency and add up to it, with or without the
/// charges that the bank took out.
fn parts(entry: &Entry, whole: Money) -> Option<Vec<Money>> {
    let own = |detail: &Detail| {
        let amount = money(detail.amount.as_ref()?).ok()?;
        (amount.currency() == whole.currency() && amount.is_positive()).then_some(amount)
    };
    let amounts: Vec<Money> = entry.details.iter().map(own).collect::<Option<_>>()?;
    let sum: i128 = amounts.iter().map(|amount| amount.minor()).sum();
    let of_details = entry.details.iter().flat_map(|d| &d.charges);
    let taken = [
        0,
        charges(&entry.charges, whole.currency()),
        charges(of_details, whole.currency()),
    ];
    let adds_up = taken.iter().any(|taken| match entry.direction {
        Direction::Credit => sum - taken == whole.minor(),
        Direction::Debit => sum + taken == whole.minor(),
    });
    (adds_up && !amounts.is_empty()).then_some(amounts)
}

/// The sum of charges that the account pays, in minor units.
fn charges<'a>(list: impl IntoIterator<Item = &'a Charge>, currency: Currency) -> i128 {
    let paid = list
        .into_iter()
        .filter(|c| c.direction != Some(Direction::Credit));
    let amounts = paid.filter_map(|c| money(&c.amount).ok());
    let same = amounts.filter(|m| m.currency() == currency);
    same.map(Money::minor).sum()
}

/// What becomes one piece of news: an entry with all its transactions, or one of them.
struct Unit<'a> {
    head: &'a StatementHead,
    entry: &'a Entry,
    details: &'a [Detail],
    /// Of the transaction in its entry.
    index: u32,
    amount: Money,
    source: &'a Source<'a>,
}

impl Unit<'_> {
    fn news(&self) -> News {
        let only = self.only();
        News {
            telling: telling(self.head),
            meaning: self.meaning(),
            feed: self.source.feed.map(str::to_owned),
            channel: self.source.feed.unwrap_or(self.account()).to_owned(),
            account: self.head.account.clone(),
            amount: self.amount,
            return_amounts: self.return_amounts(),
            acted: self.acted(),
            booking_date: self.entry.booking.map(|stamp| stamp.day),
            value_date: self.entry.value.map(|stamp| stamp.day),
            keys: self.keys(),
            texts: self.details.iter().flat_map(texts).collect(),
            counterparty: only.and_then(|d| d.counterparty.clone()),
            payer: Payer::Unknown,
            payer_account: only.and_then(|d| d.counterparty_account.clone()),
            failure: None,
            shields_for: None,
            end_to_end: self.reference("EndToEndId").map(str::to_owned),
            status: self.entry.status.name(),
            bank: self.bank_move(),
            statement: self.source.statement,
            entry: self.entry.index,
            part: self.index,
        }
    }

    /// Only final statements say what is on the account, and each entry once.
    fn bank_move(&self) -> Option<BankMove> {
        let shown = telling(self.head) == Telling::Statement
            && self.entry.status == EntryStatus::Booked
            && self.index == 0;
        let amount = money(&self.entry.amount).ok().filter(|m| m.is_positive());
        Some(BankMove {
            account: self.head.account.clone().filter(|_| shown)?,
            credit: self.entry.direction == Direction::Credit,
            amount: amount?,
        })
    }

    /// The account; statements without one are nobody's in particular.
    fn account(&self) -> &str {
        self.head.account.as_deref().unwrap_or("unknown")
    }

    fn only(&self) -> Option<&Detail> {
        match self.details {
            [detail] => Some(detail),
            _ => None,
        }
    }

    fn reference(&self, name: &str) -> Option<&str> {
        self.only().and_then(|detail| detail.references.get(name))
    }

    /// Only credits become payments. Money that comes back to us from a payment out has no
    /// borrower's word on it: it is kept as a line.
    fn meaning(&self) -> Meaning {
        let says_so = |d: &Detail| d.returned || d.return_reason.is_some();
        let of_detail = self.details.iter().any(says_so);
        let returned = self.entry.reversal || of_detail;
        let state = match self.entry.status {
            EntryStatus::Booked => PaymentState::Booked,
            EntryStatus::Pending | EntryStatus::Future => PaymentState::Pending,
            EntryStatus::Information => return Meaning::Line,
        };
        match self.entry.direction {
            Direction::Credit if self.amount.is_positive() && !returned => Meaning::Payment(state),
            Direction::Debit if returned && state == PaymentState::Booked => Meaning::Return,
            _ => Meaning::Line,
        }
    }

    /// What a return may be of: a returned direct debit of 50.00 comes as 53.00 with 3.00 of
    /// charges.
    fn return_amounts(&self) -> Vec<Money> {
        let currency = self.amount.currency();
        let instructed = self.only().and_then(|d| money(d.instructed.as_ref()?).ok());
        let of_details = self.details.iter().flat_map(|d| &d.charges);
        let taken = charges(self.entry.charges.iter().chain(of_details), currency);
        let mut amounts = vec![self.amount];
        amounts.push(Money::new(self.amount.minor() - taken, currency));
        amounts.extend(instructed.filter(|m| m.currency() == currency));
        amounts
    }

    /// The payer acted when the source says so, else on the earlier of booking and value date.
    fn acted(&self) -> Option<Acted> {
        if let Some(Stamp { day, at }) = self.only().and_then(|d| d.acted) {
            return Some(at.map_or(Acted::On(day), Acted::At));
        }
        let days = self.entry.booking.iter().chain(&self.entry.value);
        days.map(|stamp| stamp.day).min().map(Acted::On)
    }

    fn keys(&self) -> Keys {
        let account = self.account();
        let own = self.reference("AcctSvcrRef");
        let of_entry = self.entry.references.get("AcctSvcrRef");
        let receipt = |provider| Key::receipt(provider, own.or(of_entry)?);
        let mut strong = Vec::new();
        let till = self.source.feed.filter(|_| self.source.is_till);
        strong.extend(till.and_then(receipt));
        strong.extend(self.reference("UETR").and_then(Key::uetr));
        // A transaction's own reference is unique; the entry's only with the transaction's index.
        strong.extend(match (own, of_entry) {
            (Some(own), of_entry) if of_entry != Some(own) => {
                Key::account_servicer(account, own, 0)
            }
            (_, Some(of_entry)) => Key::account_servicer(account, of_entry, self.index),
            (_, None) => None,
        });
        Keys {
            strong,
            weak: self.weak_keys(account),
            place: self.place(account),
        }
    }

    /// Some banks begin their numbers anew, so that a statement's id counts with its day. Those that
    /// write MT940 may number nothing: two pages of one day differ only by their balances.
    fn place(&self, account: &str) -> Key {
        let head = self.head;
        let day = head.complete_to.or(head.created);
        let balances = [&head.opening, &head.closing];
        let between = balances.map(|balance| balance.as_ref().map(Balance::signed));
        let statement = match (&head.statement, day) {
            (Some(id), Some(Stamp { day, .. })) if head.format == "mt940" => {
                let [opening, closing] = between.map(Option::unwrap_or_default);
                format!("{id}/{day}/{opening}/{closing}/{}", head.entries)
            }
            (Some(id), Some(Stamp { day, .. })) => format!("{id}/{day}"),
            (Some(id), None) => id.clone(),
            (None, _) => format!("{}/{}", self.source.file, self.source.statement),
        };
        // A return isn't told by a statement as its payment is.
        let kind = match self.meaning() {
            Meaning::Return | Meaning::Change(_) => "return",
            Meaning::Payment(_) | Meaning::Line => telling(self.head).word(),
        };
        place(account, kind, &statement, self.entry.index, self.index)
    }

    /// By what a report's entry and the statement's are the same when the bank numbers neither.
    fn weak_keys(&self, account: &str) -> Vec<Key> {
        let day = self.entry.booking.or(self.entry.value);
        let Some(Stamp { day, .. }) = day else {
            return Vec::new();
        };
        let (amount, only) = (self.amount, self.only());
        let debtor = only.and_then(|d| d.counterparty_account.as_ref().or(d.counterparty.as_ref()));
        let debtor = debtor.map(|d| d.expose().as_str()).unwrap_or_default();
        let id = self.reference("EndToEndId").unwrap_or_default();
        let end_to_end = Key::end_to_end(account, debtor, amount, day, id);
        let said = self
            .details
            .iter()
            .flat_map(|d| d.remittance.iter().chain(&d.counterparty));
        let text = said.fold(String::new(), |text, part| text + part.expose() + "\n");
        let content = Content {
            account,
            booking_date: day,
            amount,
            credit: self.entry.direction == Direction::Credit,
            text: &text,
        };
        let content = Key::Content {
            sha256: sha256(&content.text()),
            occurrence: 0,
        };
        end_to_end.into_iter().chain([content]).collect()
    }
}

/// What the payer may have typed: structured references first, then the free text.
fn texts(detail: &Detail) -> impl Iterator<Item = Pii<String>> {
    let structured = detail.creditor_references.iter().cloned().map(Pii::new);
    let joined = detail.remittance.clone();
    // What a line's end cut in two is whole in the joined text, and what ended with the line
    // stands alone only in the other.
    structured.chain(joined).chain(detail.as_written.clone())
}

/// For people: "statement STMT-1, entry 3"; entries count from 0, as `statement read` prints them.
fn words(head: &StatementHead, entry: &Entry) -> String {
    format!("statement {}, entry {}", statement_words(head), entry.index)
}

fn statement_words(head: &StatementHead) -> &str {
    head.statement.as_deref().unwrap_or("without an id")
}

/// The k-th of equal entries in one statement gets the occurrence k.
fn number_equal_ones(all: &mut [News]) {
    let mut seen: BTreeMap<[u8; 32], u32> = BTreeMap::new();
    for key in all.iter_mut().flat_map(|news| &mut news.keys.weak) {
        if let Key::Content { sha256, occurrence } = key {
            let count = seen.entry(*sha256).or_default();
            *occurrence = *count;
            *count += 1;
        }
    }
}

/// A key that two entries of one statement have is no identity: some banks repeat a batch's
/// reference, and payers repeat theirs.
fn drop_shared_keys(all: &mut [News]) {
    let mut times: BTreeMap<Key, u32> = BTreeMap::new();
    for key in all.iter().flat_map(|news| news.keys.all()) {
        *times.entry(key.clone()).or_default() += 1;
    }
    let once = |key: &Key| times.get(key) == Some(&1);
    for news in all {
        // The place always stays: it is one of a kind.
        news.keys.strong.retain(once);
        news.keys.weak.retain(once);
    }
}

/// An amount as money of its currency.
fn money(amount: &Amount) -> Result<Money, AmountError> {
    let Some(currency) = Currency::from_code(&amount.currency) else {
        return Err(AmountError::Currency(amount.currency.clone()));
    };
    match amount.value.to_money(currency) {
        Some(money) if money.minor() <= AMOUNT_MAX_MINOR => Ok(money),
        Some(_) => Err(AmountError::TooLarge(amount.value.to_string())),
        None if has_more_decimals(amount, currency) => {
            Err(AmountError::Decimals(amount.value.to_string(), currency))
        }
        None => Err(AmountError::TooLarge(amount.value.to_string())),
    }
}

/// Digits other than zero stand beyond the currency's decimals.
fn has_more_decimals(amount: &Amount, currency: Currency) -> bool {
    let decimals = amount.value.as_str().split_once('.').map_or("", |(_, d)| d);
    let beyond = decimals.bytes().skip(usize::from(currency.exponent()));
    beyond.into_iter().any(|digit| digit != b'0')
}

enum AmountError {
    Currency(String),
    TooLarge(String),
    Decimals(String, Currency),
}

impl AmountError {
    fn at(self, head: &StatementHead, entry: &Entry) -> EntryError {
        let (found, expected) = match self {
            AmountError::Currency(code) => (code, "an ISO 4217 currency".to_owned()),
            AmountError::TooLarge(text) => (text, "at most 10^15 minor units".to_owned()),
            AmountError::Decimals(text, currency) => {
                let expected = format!(
                    "at most {} decimals of {}",
                    currency.exponent(),
                    currency.code()
                );
                (text, expected)
            }
        };
        EntryError {
            place: format!("{}, amount", words(head, entry)),
            found: format!("{found:?}"),
            expected,
        }
    }
}

/// Up to when a statement says that nothing is missing: the end of its period, else the moment it
/// was made, and never later than it was received.
pub fn complete_to(head: &StatementHead, received: Instant) -> Option<Instant> {
    let stamp = head.complete_to.or(head.created)?;
    let at = stamp.at.unwrap_or_else(|| {
        // A date alone means its end; the bank's zone isn't said, and UTC is as near as any.
        fairlock_domain::calendar::zone::utc().instant_of(stamp.day.plus_days(1), 0)
    });
    Some(at.min(received))
}
