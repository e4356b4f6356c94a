//! What the demo's files say: contracts with their schedules, and news about their money.
//!
//! Formats are read by `intake`; whose money it is and what it does is judged here anew. A text
//! that names one contract's reference is money for it, one that names several is money in doubt
//! for each, and one that names none is nobody's.

use std::collections::{BTreeMap, BTreeSet};

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Currency;
use fairlock_intake::document::read_statements;
use fairlock_intake::mpesa::read_c2b;
use fairlock_intake::statement::{Amount, Detail, Direction, Entry, EntryStatus, Statement};

use super::account::{Account, Move, News};
use super::contracts;
use super::doubt::{Heard, Span, silences};
use super::model::Seconds;

/// All that the oracle knows of a demo before it runs.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    pub accounts: BTreeMap<String, Account>,
    /// When each feed was silent for too long.
    pub silences: BTreeMap<String, Vec<Span>>,
}

/// A message of the demo folder, with the feed that it is news of.
pub struct Message<'a> {
    pub at: Seconds,
    pub feed: &'a str,
    pub body: &'a [u8],
    pub kind: MessageKind,
}

/// How a message is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    Statement,
    Callback,
}

/// A source of news and the seconds after which its silence counts.
pub struct FeedRule {
    pub name: String,
    pub period: Seconds,
}

impl Inputs {
    /// Reads contracts and messages; `messages` are in order of time, `start` is the first
    /// instant of the calendar. An unreadable message says nothing about money.
    pub fn read(
        contracts: &str,
        messages: &[Message],
        feeds: &[FeedRule],
        start: Seconds,
    ) -> Result<Inputs, String> {
        let mut reader = Reader::default();
        for read in contracts::read(contracts)? {
            let contract = read.account.contract.clone();
            reader.references.insert(read.reference, contract.clone());
            reader.accounts.insert(contract, read.account);
        }
        for message in messages {
            reader.add_message(message);
        }
        let silences = feeds
            .iter()
            .map(|feed| {
                let news = reader
                    .news_at
                    .get(&feed.name)
                    .map_or(&[][..], Vec::as_slice);
                (feed.name.clone(), silences(start, news, feed.period))
            })
            .collect();
        Ok(Inputs {
            accounts: reader.accounts,
            silences,
        })
    }

    /// The feed had been silent for longer than its period.
    pub fn is_silent(&self, feed: &str, at: Seconds) -> bool {
        let spans = self.silences.get(feed);
        spans.is_some_and(|spans| spans.iter().any(|s| s.holds(at)))
    }
}

#[derive(Default)]
struct Reader {
    accounts: BTreeMap<String, Account>,
    /// Contract ids by reference, letters and digits only.
    references: BTreeMap<String, String>,
    /// By feed: when news arrived, and up to when it was complete.
    news_at: BTreeMap<String, Vec<Heard>>,
    /// Booked payments by the names that a return may use for them: whose, and how much.
    returnable: BTreeMap<String, (String, String, i128)>,
    /// News that were told already: (payment, state).
    told: BTreeSet<(String, &'static str)>,
}

/// One payment as a message tells it.
struct Told<'a> {
    at: Seconds,
    payment: String,
    /// Names under which it may be returned later.
    names: Vec<String>,
    texts: Vec<&'a str>,
    amount: i128,
    currency: &'a str,
    news: News,
}

impl Reader {
    fn add_message(&mut self, message: &Message) {
        match message.kind {
            MessageKind::Statement => self.add_statements(message),
            MessageKind::Callback => self.add_callback(message),
        }
    }

    fn add_statements(&mut self, message: &Message) {
        let Ok(statements) = read_statements(message.body) else {
            return;
        };
        for statement in &statements {
            let complete = statement.head.complete_to.and_then(|to| to.at);
            self.heard(message, complete.map_or(message.at, Instant::unix_seconds));
            for entry in &statement.entries {
                self.add_entry(message.at, statement, entry);
            }
        }
    }

    fn add_entry(&mut self, at: Seconds, statement: &Statement, entry: &Entry) {
        let news = match entry.status {
            EntryStatus::Booked => News::Booked,
            EntryStatus::Pending | EntryStatus::Future => News::Pending,
            EntryStatus::Information => return,
        };
        let account = statement.head.account.as_deref().unwrap_or("");
        for (i, detail) in entry.details.iter().enumerate() {
            let amount = detail.amount.as_ref().unwrap_or(&entry.amount);
            let Some(minor) = minor(amount) else { continue };
            let names = names(account, entry, detail);
            if entry.direction == Direction::Debit {
                self.returned(at, &names, minor);
                continue;
            }
            let own = names
                .iter()
                .find(|name| !name.contains(PAYERS_OWN))
                .cloned();
            let statement = statement.head.statement.as_deref().unwrap_or("");
            let payment =
                own.unwrap_or_else(|| format!("{account}/{statement}/{}/{i}", entry.index));
            let mut texts: Vec<&str> = detail
                .creditor_references
                .iter()
                .map(String::as_str)
                .collect();
            texts.extend(
                detail
                    .remittance
                    .as_ref()
                    .map(|text| text.expose().as_str()),
            );
            self.tell(Told {
                at,
                payment,
                names,
                texts,
                amount: minor,
                currency: &amount.currency,
                news,
            });
        }
    }

    fn add_callback(&mut self, message: &Message) {
        let Ok(c2b) = read_c2b(message.body) else {
            return;
        };
        self.heard(message, message.at);
        let amount = Amount {
            value: c2b.amount,
            currency: "KES".to_string(),
        };
        let Some(minor) = minor(&amount) else { return };
        self.tell(Told {
            at: message.at,
            payment: format!("c2b/{}/{}", c2b.short_code, c2b.trans_id),
            names: Vec::new(),
            texts: c2b.bill_ref.as_deref().into_iter().collect(),
            amount: minor,
            currency: &amount.currency,
            news: News::Booked,
        });
    }

    fn heard(&mut self, message: &Message, complete: Seconds) {
        let news = self.news_at.entry(message.feed.to_string()).or_default();
        news.push(Heard {
            at: message.at,
            complete,
        });
    }

    /// Books what is told to the contract that its texts name, once for each state.
    fn tell(&mut self, told: Told) {
        let state = match told.news {
            News::Pending => "pending",
            _ => "booked",
        };
        if !self.told.insert((told.payment.clone(), state)) {
            return;
        }
        let whose = self.contracts_named(&told.texts);
        let news = if whose.len() == 1 {
            told.news
        } else {
            News::Candidate
        };
        for contract in &whose {
            let Some(account) = self.accounts.get_mut(contract) else {
                continue;
            };
            if account.currency != told.currency {
                continue;
            }
            account.moves.push(Move {
                at: told.at,
                payment: told.payment.clone(),
                amount: told.amount,
                news,
            });
            if news == News::Booked {
                for name in &told.names {
                    let booked = (contract.clone(), told.payment.clone(), told.amount);
                    self.returnable.insert(name.clone(), booked);
                }
            }
        }
    }

    /// A debit that names a booked payment of the same amount takes it back, once.
    fn returned(&mut self, at: Seconds, names: &[String], amount: i128) {
        let booked = names.iter().find_map(|name| self.returnable.get(name));
        let Some((contract, payment, booked)) = booked.cloned() else {
            return;
        };
        if booked != amount || !self.told.insert((payment.clone(), "reversed")) {
            return;
        }
        if let Some(account) = self.accounts.get_mut(&contract) {
            account.moves.push(Move {
                at,
                payment,
                amount,
                news: News::Reversed,
            });
        }
    }

    /// Every contract whose reference stands in one of the texts.
    fn contracts_named(&self, texts: &[&str]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for text in texts {
            let text = squeezed(text);
            for (start, _) in text.match_indices("RF") {
                let rest = &text[start..];
                let named = (5..=rest.len().min(25)).rev();
                let contract = named
                    .filter_map(|end| rest.get(..end))
                    .find_map(|reference| self.references.get(reference));
                found.extend(contract.cloned());
            }
        }
        found
    }
}

/// A name that payers choose, and may choose again: it names a payment only in its return.
const PAYERS_OWN: &str = "/EndToEndId/";

/// Letters and digits alone, in capitals: how references are compared.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn minor(amount: &Amount) -> Option<i128> {
    let currency = Currency::from_code(&amount.currency)?;
    Some(amount.value.to_money(currency)?.minor())
}

/// What an entry's transaction may be called, the surest name first.
fn names(account: &str, entry: &Entry, detail: &Detail) -> Vec<String> {
    let keys = ["AcctSvcrRef", "UETR", "TxId", "EndToEndId"];
    let of = |key: &str| {
        let own = detail.references.get(key);
        let entry = entry
            .references
            .get(key)
            .filter(|_| entry.details.len() == 1);
        own.or(entry)
            .map(|value| format!("{account}/{key}/{value}"))
    };
    keys.into_iter().filter_map(of).collect()
}
