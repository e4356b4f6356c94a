//! Feeds: sources of payment news, how far each is complete, and how that went.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::money::Money;
use fairlock_domain::standing::FeedState;

use crate::error::StoreError;
use crate::events::{feed_state, feed_state_name};
use crate::ids::LenderId;
use crate::sqlite::{
    Cells, Db, amount_cell, instant_cell, instant_cell_or_none, statements, unsigned_cell,
};
use crate::store::Store;

statements! { "feeds":
    DEFINE = "
        INSERT INTO feeds (lender_id, feed, kind, account, period_ns, state, state_since)
        VALUES (?1, ?2, ?3, ?4, ?5, 'healthy', ?6)
        ON CONFLICT DO UPDATE SET kind = excluded.kind, account = excluded.account,
                                  period_ns = excluded.period_ns";
    PUT = "
        INSERT INTO feeds (lender_id, feed, kind, account, period_ns, heartbeat_at,
                           complete_up_to, whole_since, statement, sequence, legal_sequence,
                           closing, closing_currency, state, state_since, unhealthy_since, reason,
                           why)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
        ON CONFLICT DO UPDATE SET
            kind = excluded.kind, account = excluded.account, period_ns = excluded.period_ns,
            heartbeat_at = excluded.heartbeat_at, complete_up_to = excluded.complete_up_to,
            whole_since = excluded.whole_since, statement = excluded.statement,
            sequence = excluded.sequence, legal_sequence = excluded.legal_sequence,
            closing = excluded.closing, closing_currency = excluded.closing_currency,
            state = excluded.state, state_since = excluded.state_since,
            unhealthy_since = excluded.unhealthy_since, reason = excluded.reason,
            why = excluded.why";
    ONE = "
        SELECT feed, kind, account, period_ns, heartbeat_at, complete_up_to, whole_since,
               statement, sequence, legal_sequence, closing, closing_currency, state, state_since,
               unhealthy_since, reason, why, payout_account
        FROM feeds WHERE lender_id = ?1 AND feed = ?2";
    ALL = "
        SELECT feed, kind, account, period_ns, heartbeat_at, complete_up_to, whole_since,
               statement, sequence, legal_sequence, closing, closing_currency, state, state_since,
               unhealthy_since, reason, why, payout_account
        FROM feeds WHERE lender_id = ?1 ORDER BY feed";
    CONTRACTS = "
        SELECT count(*) FROM contracts
        WHERE lender_id = ?1 AND feed = ?2 AND level <> 'released'";
    CONTRACTS_AFTER = "
        SELECT contract_id FROM contracts
        WHERE lender_id = ?1 AND feed = ?2 AND contract_id > ?3 AND level <> 'released'
        ORDER BY contract_id LIMIT ?4";
    REVIEW_CONTRACTS = "
        UPDATE contracts SET version = version + 1,
                             review_at = min(coalesce(review_at, ?3), ?3)
        WHERE lender_id = ?1 AND feed = ?2";
    TELL = "
        INSERT INTO feed_history (lender_id, feed, at, state, reason, contracts)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason,
                                  contracts = excluded.contracts";
    // Where none is told yet.
    BEGIN = "
        INSERT INTO feed_history (lender_id, feed, at, state, reason, contracts)
        SELECT ?1, ?2, ?3, 'healthy', NULL, 0
        WHERE NOT EXISTS (SELECT 1 FROM feed_history WHERE lender_id = ?1 AND feed = ?2)";
    HISTORY = "
        SELECT at, state, reason, contracts FROM feed_history
        WHERE lender_id = ?1 AND feed = ?2 AND at >= ?3 ORDER BY at";
    HISTORY_BEFORE = "
        SELECT at, state, reason, contracts FROM feed_history
        WHERE lender_id = ?1 AND feed = ?2 AND at < ?3 ORDER BY at DESC LIMIT 1";
    PAYOUTS = "UPDATE feeds SET payout_account = ?3 WHERE lender_id = ?1 AND feed = ?2";
    PULLED = "
        INSERT INTO feed_pulls (lender_id, feed, from_at, to_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO NOTHING";
    PULLS = "
        SELECT from_at, to_at FROM feed_pulls
        WHERE lender_id = ?1 AND feed = ?2 AND to_at >= ?3 ORDER BY to_at, from_at LIMIT ?4";
}

/// A feed to set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    pub feed: String,
    /// `statement` or `callback`.
    pub kind: String,
    /// The bank account whose statements it reads.
    pub account: Option<String>,
    /// With no heartbeat for so long it is silent.
    pub period: Span,
}

/// Why a feed isn't healthy, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedReason {
    /// A statement's closing balance isn't its opening one plus its entries.
    WrongSum,
    /// A statement's number doesn't follow on the one before.
    MissingStatement,
    /// A statement doesn't open with the closing balance before.
    BrokenChain,
    /// A window of time that nobody asked the provider for, between two that were.
    MissingPull,
    /// Not a word since it is watched.
    NeverHeard,
    /// No sign of life within its period.
    Silent,
    /// It lives, and what it tells is old.
    Late,
}

impl FeedReason {
    pub const ALL: [FeedReason; 7] = [
        FeedReason::WrongSum,
        FeedReason::MissingStatement,
        FeedReason::BrokenChain,
        FeedReason::MissingPull,
        FeedReason::NeverHeard,
        FeedReason::Silent,
        FeedReason::Late,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            FeedReason::WrongSum => "wrong_sum",
            FeedReason::MissingStatement => "missing_statement",
            FeedReason::BrokenChain => "broken_chain",
            FeedReason::MissingPull => "missing_pull",
            FeedReason::NeverHeard => "never_heard",
            FeedReason::Silent => "silent",
            FeedReason::Late => "late",
        }
    }

    pub fn from_name(name: &str) -> Option<FeedReason> {
        FeedReason::ALL.into_iter().find(|r| r.name() == name)
    }

    /// The state it puts a feed into, as the engine knows it.
    pub const fn state(self) -> FeedState {
        match self {
            FeedReason::NeverHeard | FeedReason::Silent | FeedReason::Late => FeedState::Stale,
            _ => FeedState::Gap,
        }
    }
}

/// A feed as it is now. Written whole by [`crate::FeedChange`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    pub feed: String,
    pub kind: String,
    pub account: Option<String>,
    pub period: Span,
    /// When it last gave a sign of life; `None` before the first.
    pub heartbeat_at: Option<Instant>,
    /// Up to when it has told everything: the end of the unbroken row.
    pub complete_up_to: Option<Instant>,
    /// The end of the first statement of the unbroken row, or the beginning of the first window
    /// that was pulled: what is older is history.
    pub whole_since: Option<Instant>,
    /// The newest statement of the unbroken row.
    pub statement: Option<String>,
    /// Its number, where the source numbers them.
    pub sequence: Option<u64>,
    /// Its number among legal statements.
    pub legal_sequence: Option<u64>,
    /// Its closing balance, for the chain.
    pub closing: Option<Money>,
    pub state: FeedState,
    pub state_since: Instant,
    /// Since when it hasn't been healthy, whatever the reasons since then.
    pub unhealthy_since: Option<Instant>,
    pub reason: Option<FeedReason>,
    /// The same for people, with what was found and what was expected.
    pub why: Option<String>,
    /// The account from which its provider pays out what came in; set by
    /// [`Store::put_payout_account`] alone.
    pub payout_account: Option<String>,
}

/// A feed with how many contracts it shields while it isn't healthy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedHealth {
    pub feed: FeedRow,
    /// Contracts on it that aren't released.
    pub contracts: u64,
}

/// A change of a feed's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedTold {
    pub at: Instant,
    pub state: FeedState,
    pub reason: Option<FeedReason>,
    /// That stand still from then on; 0 when it is healthy.
    pub contracts: u64,
}

/// A window of time that a provider was asked for and answered whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pull {
    pub from: Instant,
    pub to: Instant,
}

impl Store {
    /// Sets up a feed, healthy at first; one that is there keeps its state and takes the new
    /// period, kind and account.
    pub fn define_feed(
        &self,
        lender: LenderId,
        feed: NewFeed,
        at: Instant,
    ) -> Result<FeedRow, StoreError> {
        self.write("define_feed", move |tx| {
            let period = span_cell(feed.period)?;
            let (name, kind, account) = (&feed.feed, &feed.kind, &feed.account);
            let row = (lender.0, name, kind, account, period, instant_cell(at)?);
            tx.run(DEFINE, row)?;
            tx.run(BEGIN, (lender.0, name, instant_cell(at)?))?;
            tx.one(ONE, (lender.0, name), row_of)
        })
    }

    /// One feed.
    pub fn feed(&self, lender: LenderId, feed: &str) -> Result<Option<FeedRow>, StoreError> {
        self.read("feed", |db| db.first(ONE, (lender.0, feed), row_of))
    }

    /// Every feed, by name.
    pub fn feeds(&self, lender: LenderId) -> Result<Vec<FeedRow>, StoreError> {
        self.read("feeds", |db| db.all(ALL, (lender.0,), row_of))
    }

    /// Every feed with the contracts on it, unhealthy ones first.
    pub fn feed_health(&self, lender: LenderId) -> Result<Vec<FeedHealth>, StoreError> {
        self.read("feed_health", |db| health(db, lender))
    }

    /// Contracts on a feed behind an id, by id, without released ones; begin with an empty id.
    pub fn contracts_on_feed(
        &self,
        lender: LenderId,
        feed: &str,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        self.read("contracts_on_feed", |db| {
            let page = (lender.0, feed, after, limit);
            db.all(CONTRACTS_AFTER, page, |c| c.get())
        })
    }

    /// How a feed's state changed since an instant, oldest first; the one that held then stands
    /// before them.
    pub fn feed_history(
        &self,
        lender: LenderId,
        feed: &str,
        since: Instant,
    ) -> Result<Vec<FeedTold>, StoreError> {
        let since = instant_cell(since)?;
        self.read("feed_history", |db| {
            let before = db.first(HISTORY_BEFORE, (lender.0, feed, since), told)?;
            let mut all: Vec<FeedTold> = before.into_iter().collect();
            all.extend(db.all(HISTORY, (lender.0, feed, since), told)?);
            Ok(all)
        })
    }

    /// Sets the account from which a feed's provider pays out; false when the feed isn't there.
    pub fn put_payout_account(
        &self,
        lender: LenderId,
        feed: &str,
        account: Option<String>,
    ) -> Result<bool, StoreError> {
        let feed = feed.to_owned();
        self.write("put_payout_account", move |tx| {
            Ok(tx.run(PAYOUTS, (lender.0, &feed, &account))? == 1)
        })
    }

    /// Keeps that a window was pulled whole; the same one twice is one.
    pub fn pulled(&self, lender: LenderId, feed: &str, pull: Pull) -> Result<(), StoreError> {
        let feed = feed.to_owned();
        let (from, to) = (instant_cell(pull.from)?, instant_cell(pull.to)?);
        self.write("pulled", move |tx| {
            tx.run(PULLED, (lender.0, &feed, from, to)).map(|_| ())
        })
    }

    /// Windows of a feed that end at an instant or later, by their end.
    pub fn pulls_from(
        &self,
        lender: LenderId,
        feed: &str,
        from: Option<Instant>,
        limit: u32,
    ) -> Result<Vec<Pull>, StoreError> {
        let from = from.map_or(Ok(i64::MIN), instant_cell)?;
        self.read("pulls_from", |db| {
            db.all(PULLS, (lender.0, feed, from, limit), |c| {
                Ok(Pull {
                    from: c.instant()?,
                    to: c.instant()?,
                })
            })
        })
    }
}

/// Every feed with its contracts, unhealthy ones first, each by name.
pub(crate) fn health(db: &Db<'_>, lender: LenderId) -> Result<Vec<FeedHealth>, StoreError> {
    let feeds = db.all(ALL, (lender.0,), row_of)?.into_iter();
    let with_contracts = feeds.map(|feed| {
        let contracts = contracts(db, lender, &feed.feed)?;
        Ok(FeedHealth { feed, contracts })
    });
    let mut list = with_contracts.collect::<Result<Vec<_>, StoreError>>()?;
    list.sort_by_key(|health| health.feed.state == FeedState::Healthy);
    Ok(list)
}

/// How many contracts are on a feed, without released ones.
pub(crate) fn contracts(db: &Db<'_>, lender: LenderId, feed: &str) -> Result<u64, StoreError> {
    db.one(CONTRACTS, (lender.0, feed), |c| c.unsigned())
}

/// Writes a feed whole.
pub(crate) fn put(db: &Db<'_>, lender: LenderId, feed: &FeedRow) -> Result<(), StoreError> {
    let closing = feed.closing.map(|money| amount_cell(money.minor()));
    let row = rusqlite::params![
        lender.0,
        feed.feed,
        feed.kind,
        feed.account,
        span_cell(feed.period)?,
        instant_cell_or_none(feed.heartbeat_at)?,
        instant_cell_or_none(feed.complete_up_to)?,
        instant_cell_or_none(feed.whole_since)?,
        feed.statement,
        feed.sequence.map(unsigned_cell).transpose()?,
        feed.legal_sequence.map(unsigned_cell).transpose()?,
        closing.transpose()?,
        feed.closing.map(|money| money.currency().code()),
        feed_state_name(feed.state),
        instant_cell(feed.state_since)?,
        instant_cell_or_none(feed.unhealthy_since)?,
        feed.reason.map(FeedReason::name),
        feed.why,
    ];
    db.run(PUT, row).map(|_| ())
}

/// Keeps a change of state, and makes every contract on the feed due for review, with new facts;
/// how many.
pub(crate) fn tell(
    db: &Db<'_>,
    lender: LenderId,
    feed: &FeedRow,
    at: Instant,
) -> Result<u64, StoreError> {
    let shielded = match feed.state {
        FeedState::Healthy => 0,
        FeedState::Stale | FeedState::Gap => contracts(db, lender, &feed.feed)?,
    };
    let told = (
        lender.0,
        &feed.feed,
        instant_cell(at)?,
        feed_state_name(feed.state),
        feed.reason.map(FeedReason::name),
        unsigned_cell(shielded)?,
    );
    db.run(TELL, told)?;
    let rows = db.run(REVIEW_CONTRACTS, (lender.0, &feed.feed, instant_cell(at)?))?;
    Ok(u64::try_from(rows).unwrap_or(u64::MAX))
}

fn row_of(c: &mut Cells<'_>) -> Result<FeedRow, StoreError> {
    Ok(FeedRow {
        feed: c.get()?,
        kind: c.get()?,
        account: c.get()?,
        period: c.span()?,
        heartbeat_at: c.instant_or_none()?,
        complete_up_to: c.instant_or_none()?,
        whole_since: c.instant_or_none()?,
        statement: c.get()?,
        sequence: c.unsigned_or_none()?,
        legal_sequence: c.unsigned_or_none()?,
        closing: c.money_or_none()?,
        state: c.word(feed_state, "a state of a feed")?,
        state_since: c.instant()?,
        unhealthy_since: c.instant_or_none()?,
        reason: c.word_or_none(FeedReason::from_name, "a reason of a feed")?,
        why: c.get()?,
        payout_account: c.get()?,
    })
}

fn told(c: &mut Cells<'_>) -> Result<FeedTold, StoreError> {
    Ok(FeedTold {
        at: c.instant()?,
        state: c.word(feed_state, "a state of a feed")?,
        reason: c.word_or_none(FeedReason::from_name, "a reason of a feed")?,
        contracts: c.unsigned()?,
    })
}

fn span_cell(span: Span) -> Result<i64, StoreError> {
    instant_cell(Instant::from_unix_seconds(0).plus(span))
}
