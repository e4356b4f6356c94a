//! Reconciliation: what the three sides tell of a channel's days, and the breaks between them.
//!
//! Lines of reports and of the bank are written with the message that told them; those of the
//! clearing account are read from the ledger, posting by posting, when a day is reconciled. A
//! break that is found again keeps its owner and its history; one that isn't is closed by itself.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::{Currency, Money};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::inbox::MessageNo;
use crate::sqlite::{
    Cells, Db, Tx, amount_cell, day_cell, instant_cell, statements, unsigned_cell,
};
use crate::store::Store;

statements! { "reconciliation":
    PUT_LINE = "
        INSERT INTO reconciliation_lines (lender_id, channel, day, side, line, mark, currency,
                                          amount, dated, message_no)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT DO UPDATE SET mark = excluded.mark, currency = excluded.currency,
            amount = excluded.amount, dated = excluded.dated, message_no = excluded.message_no";
    LINES = "
        SELECT day, side, line, mark, amount, currency, dated FROM reconciliation_lines
        WHERE lender_id = ?1 AND channel = ?2 AND day >= ?3 AND day <= ?4
        ORDER BY day, side, line";
    CURSOR = "SELECT posting_no FROM reconciliation_runs WHERE lender_id = ?1";
    THROUGH = "SELECT through FROM reconciliation_runs WHERE lender_id = ?1";
    MOVE_CURSOR = "
        INSERT INTO reconciliation_runs (lender_id, posting_no) VALUES (?1, ?2)
        ON CONFLICT DO UPDATE SET posting_no = excluded.posting_no";
    RAN_THROUGH = "
        INSERT INTO reconciliation_runs (lender_id, posting_no, through) VALUES (?1, 0, ?2)
        ON CONFLICT DO UPDATE SET through = max(coalesce(through, ?2), ?2)";
    PROVED = "
        INSERT INTO reconciliation_runs (lender_id, posting_no, proved_at, proof_breaks)
        VALUES (?1, 0, ?2, ?3)
        ON CONFLICT DO UPDATE SET proved_at = excluded.proved_at,
                                  proof_breaks = excluded.proof_breaks";
    LAST_PROOF = "
        SELECT proved_at, proof_breaks FROM reconciliation_runs
        WHERE lender_id = ?1 AND proved_at IS NOT NULL";
    LAST_POSTING = "
        SELECT posting_no FROM postings WHERE posting_no > ?1
        ORDER BY posting_no LIMIT 1 OFFSET ?2";
    NEWEST_POSTING = "SELECT coalesce(max(posting_no), 0) FROM postings";
    // Money counts on the day on which its source booked it, else on the borrower's own; what went
    // back on the day on which its source says so; all else on the day on which it was posted.
    COLLECT = "
        INSERT INTO reconciliation_lines (lender_id, channel, day, side, line, mark, currency,
                                          amount, dated, message_no)
        SELECT l.lender_id, substr(l.account, 10),
               CASE p.kind
               WHEN 'booked' THEN coalesce(y.booking_date, y.paid_on, p.at / 86400000000000)
               WHEN 'reversed' THEN coalesce((
                   SELECT s.booking_date FROM payment_lines AS pl
                   JOIN source_lines AS s ON s.line_no = pl.line_no
                   WHERE pl.lender_id = p.lender_id AND pl.payment_id = y.payment_id
                     AND s.kind <> 'payment'
                   ORDER BY s.line_no DESC LIMIT 1), p.at / 86400000000000)
               ELSE p.at / 86400000000000 END,
               'clearing', p.subject || '/' || p.kind || '/' || l.leg_no,
               coalesce(y.payment_id, p.subject), l.currency,
               CASE l.side WHEN 'debit' THEN l.amount ELSE -l.amount END, 1, NULL
        FROM postings AS p
        JOIN legs AS l ON l.posting_no = p.posting_no
        LEFT JOIN payments AS y ON y.lender_id = p.lender_id
            AND y.payment_id = CASE WHEN instr(p.subject, '.') > 0
                               THEN substr(p.subject, 1, instr(p.subject, '.') - 1)
                               ELSE p.subject END
        WHERE p.posting_no > ?2 AND p.posting_no <= ?3 AND p.lender_id = ?1
          AND p.kind NOT IN ('bank_line', 'rounded') AND l.layer = 'posted'
          AND l.account >= 'clearing:' AND l.account < 'clearing;'
        ON CONFLICT DO NOTHING";
    CHANNELS = "
        SELECT substr(account, 10), currency FROM accounts
        WHERE lender_id = ?1 AND account >= 'clearing:' AND account < 'clearing;'
        ORDER BY account, currency";
    PUT_DAY = "
        INSERT INTO reconciliation_days (lender_id, day, channel, currency, report, clearing, bank,
                                         ran_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT DO UPDATE SET report = excluded.report, clearing = excluded.clearing,
                                  bank = excluded.bank, ran_at = excluded.ran_at";
    DAY = "
        SELECT channel, currency, report, clearing, bank, ran_at FROM reconciliation_days
        WHERE lender_id = ?1 AND day = ?2 ORDER BY channel, currency";
    FOUND = "
        INSERT INTO reconciliation_breaks (lender_id, day, channel, currency, side, kind, mark,
                                           amount, state, opened_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?9)
        ON CONFLICT DO UPDATE SET
            state = CASE WHEN amount = excluded.amount AND coalesce(reason, '') <> 'resolved'
                    THEN state ELSE 'open' END,
            reason = CASE WHEN amount = excluded.amount AND coalesce(reason, '') <> 'resolved'
                     THEN reason END,
            amount = excluded.amount";
    CLOSE = "
        UPDATE reconciliation_breaks
        SET state = 'closed', closed_at = ?3, closed_by = ?4, reason = ?5, why = ?6
        WHERE lender_id = ?1 AND break_no = ?2 AND state <> 'closed'";
    OWN = "
        UPDATE reconciliation_breaks SET owner = ?3
        WHERE lender_id = ?1 AND break_no = ?2 AND state <> 'closed'";
    PROPOSE = "
        UPDATE reconciliation_breaks
        SET state = 'proposed', proposed_by = ?3, proposed_at = ?4, why = ?5
        WHERE lender_id = ?1 AND break_no = ?2 AND state = 'open'";
    OF_DAY = "
        SELECT break_no, day, channel, side, kind, mark, amount, currency, owner, state,
               opened_at, proposed_by, closed_at, closed_by, reason, why
        FROM reconciliation_breaks WHERE lender_id = ?1 AND day = ?2
        ORDER BY channel, currency, side, kind, mark LIMIT ?3";
    OPEN = "
        SELECT break_no, day, channel, side, kind, mark, amount, currency, owner, state,
               opened_at, proposed_by, closed_at, closed_by, reason, why
        FROM reconciliation_breaks WHERE lender_id = ?1 AND day <= ?2 AND state <> 'closed'
        ORDER BY day, break_no LIMIT ?3";
    TOLERANCE = "
        SELECT amount FROM reconciliation_tolerances WHERE lender_id = ?1 AND currency = ?2";
    PUT_TOLERANCE = "
        INSERT INTO reconciliation_tolerances (lender_id, currency, amount) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET amount = excluded.amount";
    ONE = "
        SELECT break_no, day, channel, side, kind, mark, amount, currency, owner, state,
               opened_at, proposed_by, closed_at, closed_by, reason, why
        FROM reconciliation_breaks WHERE lender_id = ?1 AND break_no = ?2";
}

/// Postings that are read together.
const POSTINGS: u32 = 5_000;

/// Breaks of one day that are read: past that many a person looks at the first ones anyway.
const BREAKS_MAX: u32 = 10_000;

/// Who tells a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReconSide {
    /// The provider.
    Report,
    /// Our ledger.
    Clearing,
    Bank,
}

impl ReconSide {
    pub const fn name(self) -> &'static str {
        match self {
            ReconSide::Report => "report",
            ReconSide::Clearing => "clearing",
            ReconSide::Bank => "bank",
        }
    }

    pub fn from_name(name: &str) -> Option<ReconSide> {
        let all = [ReconSide::Report, ReconSide::Clearing, ReconSide::Bank];
        all.into_iter().find(|side| side.name() == name)
    }
}

/// One amount of one day on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconLine {
    pub channel: String,
    pub day: Day,
    pub side: ReconSide,
    /// Its place in a statement, or the posting.
    pub line: String,
    /// The payment it is of, else its own.
    pub mark: String,
    /// Out is below zero.
    pub amount: Money,
    /// The source wrote the day itself.
    pub dated: bool,
    /// `None` for the ledger's.
    pub message: Option<MessageNo>,
}

/// A channel's day on three sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReconDay {
    pub channel: String,
    /// `None`: no report tells of that day.
    pub report: Option<Money>,
    pub clearing: Money,
    /// `None`: no statement tells of that channel.
    pub bank: Option<Money>,
    pub ran_at: Instant,
}

/// A break to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBreak {
    /// Whose word stands against the clearing account's.
    pub side: ReconSide,
    pub kind: &'static str,
    pub mark: String,
    /// Theirs less ours.
    pub amount: Money,
}

/// What became of a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakState {
    Open,
    /// Its write-off waits for a second person.
    Proposed,
    Closed,
}

impl BreakState {
    pub const fn name(self) -> &'static str {
        match self {
            BreakState::Open => "open",
            BreakState::Proposed => "proposed",
            BreakState::Closed => "closed",
        }
    }

    pub fn from_name(name: &str) -> Option<BreakState> {
        let all = [BreakState::Open, BreakState::Proposed, BreakState::Closed];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// A break as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakRow {
    pub no: i64,
    pub day: Day,
    pub channel: String,
    pub side: ReconSide,
    pub kind: String,
    pub mark: String,
    /// Theirs less ours.
    pub amount: Money,
    pub owner: Option<String>,
    pub state: BreakState,
    pub opened_at: Instant,
    pub proposed_by: Option<String>,
    pub closed_at: Option<Instant>,
    pub closed_by: Option<String>,
    /// `resolved` (found no more), `tolerance`, `explained`, `written_off`.
    pub reason: Option<String>,
    pub why: Option<String>,
}

impl Store {
    /// Reads what was posted to clearing accounts since the last time; true when more waits.
    pub fn collect_clearing(&self, lender: LenderId) -> Result<bool, StoreError> {
        self.write("collect_clearing", move |tx| {
            let from: i64 = tx.first(CURSOR, (lender.0,), |c| c.get())?.unwrap_or(0);
            let page = tx.first(LAST_POSTING, (from, POSTINGS - 1), |c| c.get())?;
            let to: i64 = match page {
                Some(to) => to,
                None => tx.one(NEWEST_POSTING, (), |c| c.get())?,
            };
            if to > from {
                tx.run(COLLECT, (lender.0, from, to))?;
                tx.run(MOVE_CURSOR, (lender.0, to))?;
            }
            Ok(page.is_some())
        })
    }

    /// Channels with a clearing account, each with its currency.
    pub fn clearing_channels(
        &self,
        lender: LenderId,
    ) -> Result<Vec<(String, Currency)>, StoreError> {
        self.read("clearing_channels", |db| {
            db.all(CHANNELS, (lender.0,), |c| Ok((c.get()?, c.currency()?)))
        })
    }

    /// A channel's lines of these days, both included.
    pub fn recon_lines(
        &self,
        lender: LenderId,
        channel: &str,
        from: Day,
        to: Day,
    ) -> Result<Vec<ReconLine>, StoreError> {
        let days = (day_cell(Some(from)), day_cell(Some(to)));
        self.read("recon_lines", |db| {
            db.all(LINES, (lender.0, channel, days.0, days.1), |c| {
                line_of(c, channel)
            })
        })
    }

    /// Keeps what a channel's day came to. Breaks that are found no more are closed; those found
    /// again keep what became of them, unless their amount changed.
    pub fn put_recon_day(
        &self,
        lender: LenderId,
        day: Day,
        row: ReconDay,
        found: Vec<FoundBreak>,
    ) -> Result<(), StoreError> {
        self.write("put_recon_day", move |tx| {
            put_day(tx, lender, day, &row, &found)
        })
    }

    /// The last day that was reconciled.
    pub fn reconciled_through(&self, lender: LenderId) -> Result<Option<Day>, StoreError> {
        self.read("reconciled_through", |db| {
            let through = db.first(THROUGH, (lender.0,), |c| c.day_or_none())?;
            Ok(through.flatten())
        })
    }

    /// Keeps the last day that was reconciled.
    pub fn put_reconciled_through(&self, lender: LenderId, day: Day) -> Result<(), StoreError> {
        self.write("put_reconciled_through", move |tx| {
            let through = (lender.0, day_cell(Some(day)));
            tx.run(RAN_THROUGH, through).map(|_| ())
        })
    }

    /// Keeps when the books were proved, and in how many places they didn't hold.
    pub fn put_proved(&self, lender: LenderId, at: Instant, breaks: u64) -> Result<(), StoreError> {
        let (at, breaks) = (instant_cell(at)?, unsigned_cell(breaks)?);
        self.write("put_proved", move |tx| {
            tx.run(PROVED, (lender.0, at, breaks)).map(|_| ())
        })
    }

    /// The last proof, if there was one.
    pub fn proved(&self, lender: LenderId) -> Result<Option<(Instant, u64)>, StoreError> {
        self.read("proved", |db| {
            db.first(LAST_PROOF, (lender.0,), |c| {
                Ok((c.instant()?, c.unsigned()?))
            })
        })
    }

    /// Every channel's day.
    pub fn recon_day(&self, lender: LenderId, day: Day) -> Result<Vec<ReconDay>, StoreError> {
        self.read("recon_day", |db| {
            db.all(DAY, (lender.0, day_cell(Some(day))), day_of)
        })
    }

    /// The breaks of a day, closed ones too.
    pub fn breaks_of_day(&self, lender: LenderId, day: Day) -> Result<Vec<BreakRow>, StoreError> {
        self.read("breaks_of_day", |db| {
            db.all(
                OF_DAY,
                (lender.0, day_cell(Some(day)), BREAKS_MAX),
                break_of,
            )
        })
    }

    /// Breaks of that day and earlier that aren't closed, oldest first.
    pub fn open_breaks(
        &self,
        lender: LenderId,
        through: Day,
        limit: u32,
    ) -> Result<Vec<BreakRow>, StoreError> {
        self.read("open_breaks", |db| {
            db.all(OPEN, (lender.0, day_cell(Some(through)), limit), break_of)
        })
    }

    /// One break.
    pub fn recon_break(&self, lender: LenderId, no: i64) -> Result<Option<BreakRow>, StoreError> {
        self.read("recon_break", |db| db.first(ONE, (lender.0, no), break_of))
    }

    /// Gives a break to a person; false when it is closed.
    pub fn own_break(&self, lender: LenderId, no: i64, owner: String) -> Result<bool, StoreError> {
        self.write("own_break", move |tx| {
            Ok(tx.run(OWN, (lender.0, no, &owner))? == 1)
        })
    }

    /// Proposes to write a break off; false when it isn't open.
    pub fn propose_write_off(
        &self,
        lender: LenderId,
        no: i64,
        by: String,
        why: String,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let at = instant_cell(at)?;
        self.write("propose_write_off", move |tx| {
            Ok(tx.run(PROPOSE, (lender.0, no, &by, at, &why))? == 1)
        })
    }

    /// Up to which a difference of amount is let go by itself: nothing until it is set.
    pub fn tolerance(&self, lender: LenderId, currency: Currency) -> Result<Money, StoreError> {
        let minor: Option<i64> = self.read("tolerance", |db| {
            db.first(TOLERANCE, (lender.0, currency.code()), |c| c.get())
        })?;
        Ok(Money::new(minor.unwrap_or(0).into(), currency))
    }

    /// Sets it.
    pub fn put_tolerance(&self, lender: LenderId, amount: Money) -> Result<(), StoreError> {
        let minor = amount_cell(amount.minor())?;
        self.write("put_tolerance", move |tx| {
            let row = (lender.0, amount.currency().code(), minor);
            tx.run(PUT_TOLERANCE, row).map(|_| ())
        })
    }

    /// Closes a break without a posting; false when it is closed already.
    pub fn close_break(
        &self,
        lender: LenderId,
        close: BreakClose,
        at: Instant,
    ) -> Result<bool, StoreError> {
        self.write("close_break", move |tx| self::close(tx, lender, &close, at))
    }
}

/// The end of a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakClose {
    pub no: i64,
    pub by: String,
    /// `tolerance`, `explained` or `written_off`.
    pub reason: &'static str,
    pub why: String,
}

/// Closes a break; false when it is closed already.
pub(crate) fn close(
    db: &Db<'_>,
    lender: LenderId,
    close: &BreakClose,
    at: Instant,
) -> Result<bool, StoreError> {
    let row = (
        lender.0,
        close.no,
        instant_cell(at)?,
        &close.by,
        close.reason,
        &close.why,
    );
    Ok(db.run(CLOSE, row)? == 1)
}

/// Writes a line, in the place of what was told of it before.
pub(crate) fn put_line(db: &Db<'_>, lender: LenderId, line: &ReconLine) -> Result<(), StoreError> {
    let row = (
        lender.0,
        &line.channel,
        day_cell(Some(line.day)),
        line.side.name(),
        &line.line,
        &line.mark,
        line.amount.currency().code(),
        amount_cell(line.amount.minor())?,
        line.dated,
        line.message.map(|no| no.0),
    );
    db.run(PUT_LINE, row).map(|_| ())
}

fn put_day(
    tx: &Tx<'_>,
    lender: LenderId,
    day: Day,
    row: &ReconDay,
    found: &[FoundBreak],
) -> Result<(), StoreError> {
    let cell = |money: Option<Money>| money.map(|m| amount_cell(m.minor())).transpose();
    let currency = row.clearing.currency();
    let at = instant_cell(row.ran_at)?;
    let cells = (
        lender.0,
        day_cell(Some(day)),
        &row.channel,
        currency.code(),
        cell(row.report)?,
        amount_cell(row.clearing.minor())?,
        cell(row.bank)?,
        at,
    );
    tx.run(PUT_DAY, cells)?;
    for broken in found {
        let cells = (
            lender.0,
            day_cell(Some(day)),
            &row.channel,
            currency.code(),
            broken.side.name(),
            broken.kind,
            &broken.mark,
            amount_cell(broken.amount.minor())?,
            at,
        );
        tx.run(FOUND, cells)?;
    }
    let known = tx.all(
        OF_DAY,
        (lender.0, day_cell(Some(day)), BREAKS_MAX),
        break_of,
    )?;
    let own = known.into_iter().filter(|b| {
        b.channel == row.channel && b.amount.currency() == currency && b.state != BreakState::Closed
    });
    for gone in own.filter(|b| !found.iter().any(|f| is(f, b))) {
        let resolved = BreakClose {
            no: gone.no,
            by: "reconciliation".to_owned(),
            reason: "resolved",
            why: "both sides agree now".to_owned(),
        };
        close(tx, lender, &resolved, row.ran_at)?;
    }
    Ok(())
}

/// The same break, whatever its amount.
fn is(found: &FoundBreak, row: &BreakRow) -> bool {
    found.side == row.side && found.kind == row.kind && found.mark == row.mark
}

fn line_of(c: &mut Cells<'_>, channel: &str) -> Result<ReconLine, StoreError> {
    Ok(ReconLine {
        channel: channel.to_owned(),
        day: c.day()?,
        side: c.word(ReconSide::from_name, "a side")?,
        line: c.get()?,
        mark: c.get()?,
        amount: c.money_and_currency()?,
        dated: c.get()?,
        message: None,
    })
}

fn day_of(c: &mut Cells<'_>) -> Result<ReconDay, StoreError> {
    let channel: String = c.get()?;
    let currency = c.currency()?;
    let money = |minor: i64| Money::new(minor.into(), currency);
    let report: Option<i64> = c.get()?;
    let clearing: i64 = c.get()?;
    let bank: Option<i64> = c.get()?;
    Ok(ReconDay {
        channel,
        report: report.map(money),
        clearing: money(clearing),
        bank: bank.map(money),
        ran_at: c.instant()?,
    })
}

fn break_of(c: &mut Cells<'_>) -> Result<BreakRow, StoreError> {
    Ok(BreakRow {
        no: c.get()?,
        day: c.day()?,
        channel: c.get()?,
        side: c.word(ReconSide::from_name, "a side")?,
        kind: c.get()?,
        mark: c.get()?,
        amount: c.money_and_currency()?,
        owner: c.get()?,
        state: c.word(BreakState::from_name, "a state of a break")?,
        opened_at: c.instant()?,
        proposed_by: c.get()?,
        closed_at: c.instant_or_none()?,
        closed_by: c.get()?,
        reason: c.get()?,
        why: c.get()?,
    })
}
