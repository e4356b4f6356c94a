//! Feeds: sources of payment news, and how far each is complete.

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
                           complete_up_to, sequence, closing, closing_currency, state,
                           state_since, why)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        ON CONFLICT DO UPDATE SET
            kind = excluded.kind, account = excluded.account, period_ns = excluded.period_ns,
            heartbeat_at = excluded.heartbeat_at, complete_up_to = excluded.complete_up_to,
            sequence = excluded.sequence, closing = excluded.closing,
            closing_currency = excluded.closing_currency, state = excluded.state,
            state_since = excluded.state_since, why = excluded.why";
    ONE = "
        SELECT feed, kind, account, period_ns, heartbeat_at, complete_up_to, sequence, closing,
               closing_currency, state, state_since, why
        FROM feeds WHERE lender_id = ?1 AND feed = ?2";
    ALL = "
        SELECT feed, kind, account, period_ns, heartbeat_at, complete_up_to, sequence, closing,
               closing_currency, state, state_since, why
        FROM feeds WHERE lender_id = ?1 ORDER BY feed";
    CONTRACTS = "
        SELECT count(*) FROM contracts
        WHERE lender_id = ?1 AND feed = ?2 AND level <> 'released'";
    REVIEW_CONTRACTS = "
        UPDATE contracts SET version = version + 1,
                             review_at = min(coalesce(review_at, ?3), ?3)
        WHERE lender_id = ?1 AND feed = ?2";
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

/// A feed as it is now. Written whole by [`crate::FeedChange`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    pub feed: String,
    pub kind: String,
    pub account: Option<String>,
    pub period: Span,
    /// When it last gave a sign of life; `None` before the first.
    pub heartbeat_at: Option<Instant>,
    /// Up to when it has told everything.
    pub complete_up_to: Option<Instant>,
    /// Number of the newest statement, where the source numbers them.
    pub sequence: Option<u64>,
    /// Closing balance of the newest statement, for the chain.
    pub closing: Option<Money>,
    pub state: FeedState,
    pub state_since: Instant,
    /// Why it isn't healthy, for people.
    pub why: Option<String>,
}

/// A feed with how many contracts it shields while it isn't healthy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedHealth {
    pub feed: FeedRow,
    /// Contracts on it that aren't released.
    pub contracts: u64,
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
}

/// Every feed with its contracts, unhealthy ones first, each by name.
pub(crate) fn health(db: &Db<'_>, lender: LenderId) -> Result<Vec<FeedHealth>, StoreError> {
    let feeds = db.all(ALL, (lender.0,), row_of)?.into_iter();
    let with_contracts = feeds.map(|feed| {
        let contracts = db.one(CONTRACTS, (lender.0, &feed.feed), |c| c.unsigned())?;
        Ok(FeedHealth { feed, contracts })
    });
    let mut list = with_contracts.collect::<Result<Vec<_>, StoreError>>()?;
    list.sort_by_key(|health| health.feed.state == FeedState::Healthy);
    Ok(list)
}

/// Writes a feed whole.
pub(crate) fn put(db: &Db<'_>, lender: LenderId, feed: &FeedRow) -> Result<(), StoreError> {
    let closing = feed.closing.map(|money| amount_cell(money.minor()));
    db.run(
        PUT,
        (
            lender.0,
            &feed.feed,
            &feed.kind,
            &feed.account,
            span_cell(feed.period)?,
            instant_cell_or_none(feed.heartbeat_at)?,
            instant_cell_or_none(feed.complete_up_to)?,
            feed.sequence.map(unsigned_cell).transpose()?,
            closing.transpose()?,
            feed.closing.map(|money| money.currency().code()),
            feed_state_name(feed.state),
            instant_cell(feed.state_since)?,
            &feed.why,
        ),
    )
    .map(|_| ())
}

/// Makes every contract on a feed due for review, with new facts; how many.
pub(crate) fn review_contracts(
    db: &Db<'_>,
    lender: LenderId,
    feed: &str,
    at: Instant,
) -> Result<u64, StoreError> {
    let rows = db.run(REVIEW_CONTRACTS, (lender.0, feed, instant_cell(at)?))?;
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
        sequence: c.unsigned_or_none()?,
        closing: c.money_or_none()?,
        state: c.word(feed_state, "a state of a feed")?,
        state_since: c.instant()?,
        why: c.get()?,
    })
}

fn span_cell(span: Span) -> Result<i64, StoreError> {
    instant_cell(Instant::from_unix_seconds(0).plus(span))
}
