//! Final statements of bank accounts: what a feed's health is judged by.

use fairlock_domain::calendar::zone::utc;
use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::inbox::MessageNo;
use crate::sqlite::{Cells, Db, amount_cell, day_cell, instant_cell, statements, unsigned_cell};
use crate::store::Store;

statements! { "bank_statements":
    PUT = "
        INSERT INTO bank_statements (lender_id, account, statement, ends_on, message_no, sequence,
                                     legal_sequence, opening, opening_currency, closing,
                                     closing_currency, chains, complete_to)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        ON CONFLICT DO UPDATE SET
            message_no = excluded.message_no, sequence = excluded.sequence,
            legal_sequence = excluded.legal_sequence, opening = excluded.opening,
            opening_currency = excluded.opening_currency, closing = excluded.closing,
            closing_currency = excluded.closing_currency, chains = excluded.chains,
            complete_to = excluded.complete_to";
    ONE = "
        SELECT account, statement, message_no, sequence, legal_sequence, opening,
               opening_currency, closing, closing_currency, chains, complete_to
        FROM bank_statements
        WHERE lender_id = ?1 AND account = ?2 AND statement = ?3 AND ends_on = ?4";
    FROM = "
        SELECT account, statement, message_no, sequence, legal_sequence, opening,
               opening_currency, closing, closing_currency, chains, complete_to
        FROM bank_statements
        WHERE lender_id = ?1 AND account = ?2 AND complete_to >= ?3
        ORDER BY complete_to, sequence, statement LIMIT ?4";
    BEFORE = "
        SELECT account, statement, message_no, sequence, legal_sequence, opening,
               opening_currency, closing, closing_currency, chains, complete_to
        FROM bank_statements
        WHERE lender_id = ?1 AND account = ?2 AND complete_to < ?3
        ORDER BY complete_to DESC, sequence DESC, statement DESC LIMIT 1";
}

/// A statement of a bank account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// Without spaces, in capitals.
    pub account: String,
    /// The bank's id of it.
    pub statement: String,
    /// The message that told it last.
    pub message: MessageNo,
    /// Where the bank numbers its statements; camt calls it the electronic number.
    pub sequence: Option<u64>,
    /// The number of the legal statement, where the bank counts those by themselves.
    pub legal_sequence: Option<u64>,
    /// Signed.
    pub opening: Option<Money>,
    /// Signed.
    pub closing: Option<Money>,
    /// Opening plus booked entries is closing; `None` when a balance is missing.
    pub chains: Option<bool>,
    /// Up to when it tells everything.
    pub complete_to: Instant,
}

impl Store {
    /// Statements of an account that end at an instant or later, oldest first; all of them when
    /// there is no instant.
    pub fn statements_from(
        &self,
        lender: LenderId,
        account: &str,
        from: Option<Instant>,
        limit: u32,
    ) -> Result<Vec<StatementRow>, StoreError> {
        let from = from.map_or(Ok(i64::MIN), instant_cell)?;
        self.read("statements_from", |db| {
            db.all(FROM, (lender.0, account, from, limit), row_of)
        })
    }

    /// What is stored of a statement: the one with its id that ends on the same day.
    pub fn statement_like(
        &self,
        lender: LenderId,
        row: &StatementRow,
    ) -> Result<Option<StatementRow>, StoreError> {
        let ends_on = day_cell(Some(ends_on(row)));
        self.read("statement_like", |db| {
            let key = (lender.0, &row.account, &row.statement, ends_on);
            db.first(ONE, key, row_of)
        })
    }

    /// The newest statement of an account that ends before an instant.
    pub fn statement_before(
        &self,
        lender: LenderId,
        account: &str,
        end: Instant,
    ) -> Result<Option<StatementRow>, StoreError> {
        let end = instant_cell(end)?;
        self.read("statement_before", |db| {
            db.first(BEFORE, (lender.0, account, end), row_of)
        })
    }
}

/// The day on which it ends, in UTC: part of what it is known by.
fn ends_on(row: &StatementRow) -> Day {
    utc().day_of(row.complete_to)
}

/// Writes a statement, in the place of what was told of it before.
pub(crate) fn put(db: &Db<'_>, lender: LenderId, row: &StatementRow) -> Result<(), StoreError> {
    let cells = |money: Option<Money>| {
        let minor = money.map(|m| amount_cell(m.minor())).transpose();
        minor.map(|minor| (minor, money.map(|m| m.currency().code())))
    };
    let (opening, opening_currency) = cells(row.opening)?;
    let (closing, closing_currency) = cells(row.closing)?;
    db.run(
        PUT,
        (
            lender.0,
            &row.account,
            &row.statement,
            day_cell(Some(ends_on(row))),
            row.message.0,
            row.sequence.map(unsigned_cell).transpose()?,
            row.legal_sequence.map(unsigned_cell).transpose()?,
            opening,
            opening_currency,
            closing,
            closing_currency,
            row.chains,
            instant_cell(row.complete_to)?,
        ),
    )
    .map(|_| ())
}

fn row_of(c: &mut Cells<'_>) -> Result<StatementRow, StoreError> {
    Ok(StatementRow {
        account: c.get()?,
        statement: c.get()?,
        message: MessageNo(c.get()?),
        sequence: c.unsigned_or_none()?,
        legal_sequence: c.unsigned_or_none()?,
        opening: c.money_or_none()?,
        closing: c.money_or_none()?,
        chains: c.get()?,
        complete_to: c.instant()?,
    })
}
