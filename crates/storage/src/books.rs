//! The ledger in rows: slices for `post`, postings to store, the journal of a contract.
//!
//! A posting's row holds what was asked, its legs what that did; both are written once.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::ledger::{
    Account, Balance, Command, Layer, Ledger, Leg, LoanChange, Moved, Owner, Posting, PostingKind,
    Side, Work,
};
use fairlock_domain::money::{Currency, Money};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::loan_entries;
use crate::sqlite::{
    Cells, Db, Tx, amount_cell, day_cell, instant_cell, instant_cell_or_none, statements,
};
use crate::store::Store;

statements! { "postings":
    INSERT = "
        INSERT INTO postings (lender_id, subject, kind, at, contract_id, channel, bank_account,
                              credit, amount, currency, expires_at, counts_on)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING";
    INSERT_LEG = "
        INSERT INTO legs (lender_id, posting_no, leg_no, account, currency, layer, side, amount)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    OF_SUBJECT = "
        SELECT posting_no, subject, kind, at, contract_id, channel, bank_account, credit, amount,
               currency, expires_at, counts_on
        FROM postings WHERE lender_id = ?1 AND subject = ?2 ORDER BY posting_no";
    OF_CONTRACT = "
        SELECT posting_no, subject, kind, at, contract_id, channel, bank_account, credit, amount,
               currency, expires_at, counts_on
        FROM postings WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY posting_no";
    LEGS = "
        SELECT account, layer, side, amount, currency FROM legs
        WHERE posting_no = ?1 ORDER BY leg_no";
    // A contract that is kept as a loan, or that ended, says so in a posting of its own.
    OF_CONTRACT_ITSELF = "
        SELECT posting_no, subject, kind, at, contract_id, channel, bank_account, credit, amount,
               currency, expires_at, counts_on
        FROM postings
        WHERE lender_id = ?1 AND subject = ?2 AND kind IN ('opened', 'closed')
        ORDER BY posting_no";
    FIVE_ACCOUNTS = "
        SELECT account, currency, debits, credits, debits_pending, credits_pending FROM accounts
        WHERE lender_id = ?1 AND account IN (?2, ?3, ?4, ?5, ?6) ORDER BY account, currency";
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
    /// The slice of the books that commands on these contracts and subjects need: the contracts'
    /// accounts and own postings, and of each subject (a payment, a bank line, an entry of a loan
    /// that is made, moved or reversed) every posting, and the entry as it stands.
    pub fn ledger(
        &self,
        lender: LenderId,
        contracts: &[&str],
        subjects: &[&str],
    ) -> Result<Ledger, StoreError> {
        self.read("ledger", |db| {
            let mut accounts = Vec::new();
            let mut heads = Vec::new();
            for contract in contracts {
                let [p, i, f, n, c] = Account::of_contract(contract).map(|a| a.name());
                accounts.extend(db.all(FIVE_ACCOUNTS, (lender.0, p, i, f, n, c), balance)?);
                heads.extend(db.all(OF_CONTRACT_ITSELF, (lender.0, contract), head)?);
            }
            let mut records = Vec::new();
            for subject in subjects {
                heads.extend(db.all(OF_SUBJECT, (lender.0, subject), head)?);
                let record = loan_entries::record(db, lender, subject)?;
                records.extend(record.map(|record| (String::from(*subject), record)));
            }
            let postings = heads.into_iter().map(|head| Ok(whole(db, head)?.posting));
            let postings: Result<Vec<_>, StoreError> = postings.collect();
            Ok(Ledger::load(accounts, postings?).with_records(records))
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
            day_cell(c.counts_on),
        ),
    )?;
    let Some(no) = inserted else {
        return Ok(false);
    };
    loan_entries::insert(tx, lender, no, subject, &posting.command.work)?;
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
    let named = contract_of_loan(&posting.command);
    let legs = posting.legs.iter();
    named
        .into_iter()
        .chain(legs.filter_map(|leg| leg.account.contract()))
}

/// The contract of a loan's posting, which may have no legs.
fn contract_of_loan(command: &Command) -> Option<&str> {
    match &command.work {
        Work::Loan { contract, .. } => Some(contract),
        Work::Open { .. } | Work::Close => Some(&command.subject),
        _ => None,
    }
}

/// The contract in whose journal a posting stands: that of its money, else of its announcement.
fn journal_of(posting: &Posting) -> Option<&str> {
    let in_layer = |layer| {
        let mut legs = posting.legs.iter().filter(move |leg| leg.layer == layer);
        legs.find_map(|leg| leg.account.contract())
    };
    let named = contract_of_loan(&posting.command);
    let of_money = named.or_else(|| in_layer(Layer::Posted));
    of_money.or_else(|| in_layer(Layer::Pending))
}

/// The columns of what was asked, without the contract.
#[derive(Default)]
struct Columns<'a> {
    channel: Option<&'a str>,
    bank_account: Option<&'a str>,
    credit: Option<bool>,
    amount: Option<Money>,
    expires_at: Option<Instant>,
    counts_on: Option<Day>,
}

fn columns(work: &Work) -> Columns<'_> {
    match work {
        Work::Finance { total: amount }
        | Work::Reverse { amount }
        | Work::Waive { amount, .. }
        | Work::OweRefund { amount, .. }
        | Work::OwePayer { amount } => Columns {
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
        }
        | Work::PayRefund { channel, amount }
        | Work::FailRefund { channel, amount }
        | Work::Charge { channel, amount }
        | Work::Lose { channel, amount }
        | Work::Regain { channel, amount } => Columns {
            channel: Some(channel),
            amount: Some(*amount),
            ..Columns::default()
        },
        Work::Void | Work::Expire | Work::Assign { .. } | Work::Close => Columns::default(),
        Work::Round {
            channel,
            credit,
            amount,
        } => Columns {
            channel: Some(channel),
            credit: Some(*credit),
            amount: Some(*amount),
            ..Columns::default()
        },
        Work::Open {
            currency,
            signed_on,
        } => Columns {
            amount: Some(Money::zero(*currency)),
            counts_on: Some(*signed_on),
            ..Columns::default()
        },
        Work::Loan { on, change, .. } => Columns {
            amount: match change {
                LoanChange::Entry(entry) => Some(entry.amount),
                LoanChange::Reversal { .. } | LoanChange::Reallocation => None,
            },
            counts_on: Some(*on),
            ..Columns::default()
        },
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
    counts_on: Option<Day>,
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
        counts_on: c.day_or_none()?,
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
    let loan = loan_entries::change(db, no, head.kind, head.amount)?;
    let work = work(head, &legs, loan).ok_or_else(|| StoreError::Row {
        place,
        found: format!("{found} with columns missing"),
        expected: "every column of its kind",
    })?;
    let command = Command { subject, at, work };
    let posting = Posting { command, legs };
    Ok(PostingRow { no, posting })
}

/// What was asked, again. `loan` is what it did to entries, for a posting of a loan.
fn work(head: Head, legs: &[Leg], loan: Option<(LoanChange, Vec<Moved>)>) -> Option<Work> {
    let owner_in = |layer| {
        let mut of = legs.iter().filter(|leg| leg.layer == layer);
        match of.find_map(|leg| leg.account.contract()) {
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
        PostingKind::Opened => Work::Open {
            currency: head.amount?.currency(),
            signed_on: head.counts_on?,
        },
        PostingKind::Closed => Work::Close,
        PostingKind::Entry(_) | PostingKind::Undone | PostingKind::Reallocated => {
            let (change, moved) = loan?;
            Work::Loan {
                contract: head.contract?,
                on: head.counts_on?,
                change,
                moved,
            }
        }
        PostingKind::RefundPaid => Work::PayRefund {
            channel: head.channel?,
            amount: head.amount?,
        },
        PostingKind::PayerOwed => Work::OwePayer {
            amount: head.amount?,
        },
        PostingKind::RefundFailed => Work::FailRefund {
            channel: head.channel?,
            amount: head.amount?,
        },
        PostingKind::Charged => Work::Charge {
            channel: head.channel?,
            amount: head.amount?,
        },
        PostingKind::Lost => Work::Lose {
            channel: head.channel?,
            amount: head.amount?,
        },
        PostingKind::Regained => Work::Regain {
            channel: head.channel?,
            amount: head.amount?,
        },
        PostingKind::Rounded => Work::Round {
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
