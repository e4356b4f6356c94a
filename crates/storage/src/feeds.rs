//! Feeds: sources of payment news, and how far each is complete.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::money::Money;
use fairlock_domain::standing::FeedState;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::store::Store;

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
        let _ = (lender, feed, at);
        todo!()
    }

    /// One feed.
    pub fn feed(&self, lender: LenderId, feed: &str) -> Result<Option<FeedRow>, StoreError> {
        let _ = (lender, feed);
        todo!()
    }

    /// Every feed, by name.
    pub fn feeds(&self, lender: LenderId) -> Result<Vec<FeedRow>, StoreError> {
        let _ = lender;
        todo!()
    }

    /// Every feed with the contracts on it, unhealthy ones first.
    pub fn feed_health(&self, lender: LenderId) -> Result<Vec<FeedHealth>, StoreError> {
        let _ = lender;
        todo!()
    }
}
