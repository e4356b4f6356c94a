//! The ledger in rows: slices for `post`, postings to store, the journal of a contract.
//!
//! A posting's row holds what was asked, its legs what that did; both are written once.

use fairlock_domain::calendar::Instant;
use fairlock_domain::ledger::{
    Account, Balance, Command, Layer, Ledger, Leg, Owner, Posting, PostingKind, Side, Work,
};
use fairlock_domain::money::{Currency, Money};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, Tx, amount_cell, instant_cell, instant_cell_or_none, statements};
use crate::store::Store;

statements! { "postings":
    INSERT = "
        INSERT INTO postings (lender_id, subject, kind, at, contract_id, channel, bank_account,
                              credit, amount, currency, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING";
    INSERT_LEG = "
        INSERT INTO legs (lender_id, posting_no, leg_no, account, currency, layer, side, amount)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    OF_SUBJECT = "
        SELECT posting_no, subject, kind, at, contract_id, channel, bank_account, credit, amount,
               currency, expires_at
        FROM postings WHERE lender_id = ?1 AND subject = ?2 ORDER BY posting_no";
    OF_CONTRACT = "
        SELECT posting_no, subject, kind, at, contract_id, channel, bank_account, credit, amount,
               currency, expires_at
        FROM postings WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY posting_no";
    LEGS = "
        SELECT account, layer, side, amount, currency FROM legs
        WHERE posting_no = ?1 ORDER BY leg_no";
    ACCOUNT = "
        SELECT account, currency, debits, credits, debits_pending, credits_pending FROM accounts
        WHERE lender_id = ?1 AND account = ?2 ORDER BY currency";
    ACCOUNTS = "
        SELECT account, currency, debits, credits, debits_pending, credits_pending FROM accounts
        WHERE lender_id = ?1 ORDER BY account, currency";
}

/// A posting in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingRow {
    /// Rises with time.
    pub no: i64,
    pub posting: Posting,
}

impl Store {
    /// The slice of the books that commands on these contracts and subjects (payments, bank
    /// lines…) need: the contracts' accounts, and every posting of the subjects.
    pub fn ledger(
        &self,
        lender: LenderId,
        contracts: &[&str],
        subjects: &[&str],
    ) -> Result<Ledger, StoreError> {
        self.read("ledger", |db| {
            let mut accounts = Vec::new();
            for contract in contracts.iter().map(|c| String::from(*c)) {
                let credit = Account::CustomerCredit {
                    contract: contract.clone(),
                };
                for account in [Account::Receivable { contract }, credit] {
                    accounts.extend(db.all(ACCOUNT, (lender.0, account.name()), balance)?);
                }
            }
            let mut postings = Vec::new();
            for subject in subjects {
                let rows = db.all(OF_SUBJECT, (lender.0, subject), head)?;
                for row in rows {
                    postings.push(whole(db, row)?.posting);
                }
            }
            Ok(Ledger::load(accounts, postings))
        })
    }

    /// The whole chart with its balances; no postings.
    pub fn balances(&self, lender: LenderId) -> Result<Ledger, StoreError> {
        self.read("balances", |db| {
            let accounts = db.all(ACCOUNTS, (lender.0,), balance)?;
            Ok(Ledger::load(accounts, []))
        })
    }

    /// A contract's journal, oldest first.
    pub fn postings_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<PostingRow>, StoreError> {
        self.read("postings_of", |db| {
            let rows = db.all(OF_CONTRACT, (lender.0, contract_id), head)?;
            rows.into_iter().map(|row| whole(db, row)).collect()
        })
    }
}

/// Stores a posting with its legs and totals; false when it is there already.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    lender: LenderId,
    posting: &Posting,
) -> Result<bool, StoreError> {
    let subject = posting.command.subject.as_str();
    let kind = posting.kind().name();
    let c = columns(&posting.command.work);
    let inserted = tx.insert(
        INSERT,
        (
            lender.0,
            subject,
            kind,
            instant_cell(posting.command.at)?,
            journal_of(posting),
            c.channel,
            c.bank_account,
            c.credit,
            c.amount.map(|m| amount_cell(m.minor())).transpose()?,
            c.amount.map(|m| m.currency().code()),
            instant_cell_or_none(c.expires_at)?,
        ),
    )?;
    let Some(no) = inserted else {
        return Ok(false);
    };
    for (leg_no, leg) in (0_u32..).zip(&posting.legs) {
        tx.run(
            INSERT_LEG,
            (
                lender.0,
                no,
                leg_no,
                leg.account.name(),
                leg.amount.currency().code(),
                layer_name(leg.layer),
                side_name(leg.side),
                amount_cell(leg.amount.minor())?,
            ),
        )?;
        tx.totals.leg(lender, leg);
    }
    Ok(true)
}

/// The contracts whose accounts a posting touches: one, but for money announced for one contract
/// and booked for another.
pub(crate) fn contracts_of(posting: &Posting) -> impl Iterator<Item = &str> {
    posting
        .legs
        .iter()
        .filter_map(|leg| contract_of_account(&leg.account))
}

fn contract_of_account(account: &Account) -> Option<&str> {
    match account {
        Account::Receivable { contract } | Account::CustomerCredit { contract } => Some(contract),
        _ => None,
    }
}

/// The contract in whose journal a posting stands: that of its money, else of its announcement.
fn journal_of(posting: &Posting) -> Option<&str> {
    let in_layer = |layer| {
        let mut legs = posting.legs.iter().filter(move |leg| leg.layer == layer);
        legs.find_map(|leg| contract_of_account(&leg.account))
    };
    in_layer(Layer::Posted).or_else(|| in_layer(Layer::Pending))
}

/// The columns of what was asked, without the contract.
#[derive(Default)]
struct Columns<'a> {
    channel: Option<&'a str>,
    bank_account: Option<&'a str>,
    credit: Option<bool>,
    amount: Option<Money>,
    expires_at: Option<Instant>,
}

fn columns(work: &Work) -> Columns<'_> {
    match work {
        Work::Finance { total: amount }
        | Work::Reverse { amount }
        | Work::Waive { amount, .. }
        | Work::OweRefund { amount, .. } => Columns {
            amount: Some(*amount),
            ..Columns::default()
        },
        Work::Announce {
            channel,
            amount,
            expires_at,
            ..
        } => Columns {
            channel: Some(channel),
            amount: Some(*amount),
            expires_at: Some(*expires_at),
            ..Columns::default()
        },
        Work::Book {
            channel, amount, ..
        } => Columns {
            channel: Some(channel),
            amount: Some(*amount),
            ..Columns::default()
        },
        Work::Void | Work::Expire | Work::Assign { .. } => Columns::default(),
        Work::BankLine {
            bank_account,
            channel,
            credit,
            amount,
        } => Columns {
            channel: Some(channel),
            bank_account: Some(bank_account),
            credit: Some(*credit),
            amount: Some(*amount),
            ..Columns::default()
        },
    }
}

/// A posting's row, before its legs are read.
struct Head {
    no: i64,
    subject: String,
    kind: PostingKind,
    at: Instant,
    contract: Option<String>,
    channel: Option<String>,
    bank_account: Option<String>,
    credit: Option<bool>,
    amount: Option<Money>,
    expires_at: Option<Instant>,
}

fn head(c: &mut Cells<'_>) -> Result<Head, StoreError> {
    Ok(Head {
        no: c.get()?,
        subject: c.get()?,
        kind: c.word(PostingKind::from_name, "a kind of posting")?,
        at: c.instant()?,
        contract: c.get()?,
        channel: c.get()?,
        bank_account: c.get()?,
        credit: c.get()?,
        amount: c.money_or_none()?,
        expires_at: c.instant_or_none()?,
    })
}

fn whole(db: &Db<'_>, head: Head) -> Result<PostingRow, StoreError> {
    let legs = db.all(LEGS, (head.no,), |c| {
        Ok(Leg {
            account: c.word(Account::from_name, "an account of the chart")?,
            layer: c.word(layer, "a layer")?,
            side: c.word(side, "a side")?,
            amount: c.money_and_currency()?,
        })
    })?;
    let (no, at, subject) = (head.no, head.at, head.subject.clone());
    let (place, found) = (format!("postings of {subject}"), head.kind.name());
    let work = work(head, &legs).ok_or_else(|| StoreError::Row {
        place,
        found: format!("{found} with columns missing"),
        expected: "every column of its kind",
    })?;
    let command = Command { subject, at, work };
    let posting = Posting { command, legs };
    Ok(PostingRow { no, posting })
}

/// What was asked, again.
fn work(head: Head, legs: &[Leg]) -> Option<Work> {
    let owner_in = |layer| {
        let mut of = legs.iter().filter(|leg| leg.layer == layer);
        match of.find_map(|leg| contract_of_account(&leg.account)) {
            Some(contract) => Owner::Contract(contract.into()),
            None => Owner::Suspense,
        }
    };
    Some(match head.kind {
        PostingKind::Financed => Work::Finance {
            total: head.amount?,
        },
        PostingKind::Pending => Work::Announce {
            owner: owner_in(Layer::Pending),
            channel: head.channel?,
            amount: head.amount?,
            expires_at: head.expires_at?,
        },
        PostingKind::Voided => Work::Void,
        PostingKind::Expired => Work::Expire,
        PostingKind::Booked => Work::Book {
            owner: owner_in(Layer::Posted),
            channel: head.channel?,
            amount: head.amount?,
        },
        PostingKind::Reversed => Work::Reverse {
            amount: head.amount?,
        },
        PostingKind::Assigned => Work::Assign {
            contract: head.contract?,
        },
        PostingKind::Waived => Work::Waive {
            contract: head.contract?,
            amount: head.amount?,
        },
        PostingKind::RefundOwed => Work::OweRefund {
            contract: head.contract?,
            amount: head.amount?,
        },
        PostingKind::BankLine => Work::BankLine {
            bank_account: head.bank_account?,
            channel: head.channel?,
            credit: head.credit?,
            amount: head.amount?,
        },
    })
}

fn balance(c: &mut Cells<'_>) -> Result<(Account, Currency, Balance), StoreError> {
    let account = c.word(Account::from_name, "an account of the chart")?;
    let currency = c.currency()?;
    let mut counter = || c.get::<i64>().map(i128::from);
    let balance = Balance {
        debits: counter()?,
        credits: counter()?,
        debits_pending: counter()?,
        credits_pending: counter()?,
    };
    Ok((account, currency, balance))
}

fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::Posted => "posted",
        Layer::Pending => "pending",
    }
}

pub(crate) fn layer(name: &str) -> Option<Layer> {
    let all = [Layer::Posted, Layer::Pending];
    all.into_iter().find(|l| layer_name(*l) == name)
}

fn side_name(side: Side) -> &'static str {
    match side {
        Side::Debit => "debit",
        Side::Credit => "credit",
    }
}

pub(crate) fn side(name: &str) -> Option<Side> {
    let all = [Side::Debit, Side::Credit];
    all.into_iter().find(|s| side_name(*s) == name)
}
