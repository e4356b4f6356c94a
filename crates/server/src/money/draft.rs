//! A draft: what the news of one message changes, before the books and the law are asked.
//!
//! Each piece of news is recognised, then matched; its payment's state rises or it is old news
//! (`enter`). The draft collects lines, payments, ledger commands, suspense and facts for
//! contracts; `process` posts, plans and commits them. A draft writes nothing, so that it can be
//! made again after a conflict, or only to show what would happen.

use std::collections::BTreeMap;

use fairlock_domain::calendar::{Day, Zone};
use fairlock_domain::ledger::{Command, Work};
use fairlock_domain::money::Currency;
use fairlock_domain::payment::{Candidate, Key, SuspenseReason};
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;
use fairlock_domain::standing::EventKind;
use fairlock_storage::{
    ChangePut, ContractFacts, MessageNo, NewLine, PaymentChange, Stamp, StoreError, SuspenseChange,
};

use super::changes::ChangeId;
use super::desk::{Desk, UnknownName};
use super::news::{Acted, Meaning, News, line_id};
use super::progress::Stage;
use super::recognise::Registry;

/// News whose keys are looked up together.
const PREFETCHED: usize = 128;

/// What a message came to, for the one who sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub statements: u64,
    /// Payments seen for the first time.
    pub new: u64,
    /// Known payments whose state rose, or whose contract became known.
    pub risen: u64,
    /// Told before; nothing changed.
    pub known: u64,
    /// Payments returned.
    pub returned: u64,
    /// Lines that are kept and change nothing.
    pub lines: u64,
    /// Of the new ones: where they stand, and why no contract is credited.
    pub suspense: Vec<(String, SuspenseReason)>,
    /// Returns that name no payment, more than one, or one with another amount.
    pub unclear_returns: Vec<String>,
    /// Contracts that were touched.
    pub contracts: Vec<String>,
}

/// All that one message changes.
pub struct Draft<'a> {
    pub(super) desk: &'a Desk,
    pub(super) registry: Registry<'a>,
    message: MessageNo,
    pub(super) received: Stamp,
    pub(super) now: Stamp,
    pub(super) lines: Vec<NewLine>,
    pub(super) commands: Vec<Command>,
    pub(super) suspense: Vec<SuspenseChange>,
    /// New facts by contract, in order.
    pub(super) events: BTreeMap<String, Vec<EventKind>>,
    pub(super) summary: Summary,
    /// Suspense that this message opened, cleared or looked at.
    pub(super) waiting: BTreeMap<String, Waiting>,
    /// What happened to earlier payments, as this message leaves it.
    pub(super) changes: BTreeMap<ChangeId, ChangePut>,
    /// Whether any change waits for its payment, once that was asked.
    pub(super) any_waits: Option<bool>,
    /// What is known of each contract that is touched.
    facts: BTreeMap<String, (ContractFacts, Zone)>,
}

/// Suspense of a payment, as a draft leaves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    pub reason: SuspenseReason,
    /// Whose it could be.
    pub candidates: Vec<Candidate>,
    /// Rises each time it is opened or shields with another sum.
    pub round: u32,
    pub open: bool,
}

/// What a draft comes to.
pub struct Drafted {
    pub lines: Vec<NewLine>,
    pub payments: Vec<PaymentChange>,
    pub commands: Vec<Command>,
    pub suspense: Vec<SuspenseChange>,
    pub changes: Vec<ChangePut>,
    pub events: BTreeMap<String, Vec<EventKind>>,
    pub facts: BTreeMap<String, (ContractFacts, Zone)>,
    pub summary: Summary,
}

/// Why a draft can't be made, in the order in which it can happen.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("contract {0} isn't there; expected one that was imported")]
    NoContract(String),
    #[error("contract {contract_id}: {problem}")]
    Contract {
        contract_id: String,
        problem: UnknownName,
    },
    #[error("payment {0} isn't there; expected one that a key led to")]
    NoPayment(String),
}

impl<'a> Draft<'a> {
    pub fn new(desk: &'a Desk, message: MessageNo, received: Stamp, now: Stamp) -> Draft<'a> {
        Draft {
            desk,
            registry: Registry::new(desk),
            message,
            received,
            now,
            lines: Vec::new(),
            commands: Vec::new(),
            suspense: Vec::new(),
            events: BTreeMap::new(),
            summary: Summary::default(),
            waiting: BTreeMap::new(),
            changes: BTreeMap::new(),
            any_waits: None,
            facts: BTreeMap::new(),
        }
    }

    /// Takes all news of the message, in order.
    pub fn take(&mut self, all: &[News]) -> Result<(), DraftError> {
        // So many at a time: a file of a million entries has some millions of keys.
        for some in all.chunks(PREFETCHED) {
            let keys: Vec<Key> = some.iter().flat_map(|n| n.keys.all()).cloned().collect();
            self.registry.prefetch(&keys)?;
        }
        self.desk.progress.begin(Stage::Matching, all.len());
        for news in all {
            self.desk.progress.step();
            match &news.meaning {
                Meaning::Payment(state) => self.payment(news, *state)?,
                Meaning::Return => self.returned(news)?,
                Meaning::Change(change) => self.changed(news, change)?,
                Meaning::Line => {
                    self.summary.lines += 1;
                    let kind = match news.status {
                        "information" => "information",
                        _ => "bank_line",
                    };
                    self.line(news, kind, None);
                }
            }
            self.post_bank_move(news);
        }
        Ok(())
    }

    pub fn finish(mut self) -> Drafted {
        self.summary.contracts = self.facts.keys().cloned().collect();
        let payments = self.registry.changed();
        Drafted {
            lines: self.lines,
            payments: payments
                .map(|(payment, keys)| PaymentChange { payment, keys })
                .collect(),
            commands: self.commands,
            suspense: self.suspense,
            changes: self.changes.into_values().collect(),
            events: self.events,
            facts: self.facts,
            summary: self.summary,
        }
    }

    /// Keeps the line, behind a payment or none.
    pub(super) fn line(&mut self, news: &News, kind: &str, payment: Option<&str>) {
        let text: Vec<&str> = news.texts.iter().map(|t| t.expose().as_str()).collect();
        self.lines.push(NewLine {
            message: self.message,
            place: format!("{}/{}/{}", news.statement, news.entry, news.part),
            account: news.account.clone(),
            kind: kind.to_owned(),
            state: news.status.to_owned(),
            amount: news.amount,
            booking_date: news.booking_date,
            value_date: news.value_date,
            text: (!text.is_empty()).then(|| Pii::new(text.join("\n"))),
            name: news.counterparty.clone(),
            payment_id: payment.map(str::to_owned),
        });
    }

    /// What the bank account shows, against the channel's clearing account.
    fn post_bank_move(&mut self, news: &News) {
        if let Some(bank) = &news.bank {
            self.command(
                line_id(&news.keys.place),
                Work::BankLine {
                    bank_account: bank.account.clone(),
                    channel: news.channel.clone(),
                    credit: bank.credit,
                    amount: bank.amount,
                },
            );
        }
    }

    pub(super) fn command(&mut self, subject: String, work: Work) {
        self.commands.push(Command {
            subject,
            at: self.now.at,
            work,
        });
    }

    /// A new fact of a contract.
    pub(super) fn event(&mut self, contract_id: &str, kind: EventKind) -> Result<(), DraftError> {
        self.zone_of(contract_id)?;
        let events = self.events.entry(contract_id.to_owned()).or_default();
        events.push(kind);
        Ok(())
    }

    /// The contract's zone; its facts are read at its first touch and kept.
    fn zone_of(&mut self, contract_id: &str) -> Result<&Zone, DraftError> {
        if !self.facts.contains_key(contract_id) {
            let facts = self.desk.store.facts(self.desk.lender, contract_id)?;
            let facts = facts.ok_or_else(|| DraftError::NoContract(contract_id.to_owned()))?;
            let zone = self.desk.zone(&facts.time_zone);
            let zone = zone.map_err(|problem| DraftError::Contract {
                contract_id: contract_id.to_owned(),
                problem,
            })?;
            self.facts.insert(contract_id.to_owned(), (facts, zone));
        }
        Ok(&self.facts[contract_id].1)
    }

    pub(super) fn currency_of(&mut self, contract_id: &str) -> Result<Currency, DraftError> {
        self.zone_of(contract_id)?;
        Ok(self.facts[contract_id].0.contract.currency)
    }

    /// Whether a contract is over for good, so that nothing is claimed from it again.
    pub(super) fn is_released(&self, contract_id: &str) -> Result<bool, DraftError> {
        let row = self.desk.store.contract(self.desk.lender, contract_id)?;
        Ok(row.is_some_and(|row| row.level == Level::Released))
    }

    /// The borrower's day on which the money was acted: by their own zone, never after receipt.
    /// None when the source says nothing; then the day of first sight counts.
    pub(super) fn paid_on(
        &mut self,
        contract_id: &str,
        acted: Option<Acted>,
    ) -> Result<Option<Day>, DraftError> {
        let received = self.received.at;
        let zone = self.zone_of(contract_id)?;
        let day = acted.map(|acted| match acted {
            Acted::At(at) => zone.day_of(at),
            Acted::On(day) => day,
        });
        Ok(day.map(|day| day.min(zone.day_of(received))))
    }
}

/// For people: where in its message it stands.
pub fn words(news: &News) -> String {
    format!(
        "statement {}, entry {}, transaction {}",
        news.statement, news.entry, news.part
    )
}
