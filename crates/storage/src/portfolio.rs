//! The portfolio: counts, pages by key, and what needs a person.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::holds::{HoldEntry, HoldKind};
use fairlock_domain::money::Money;
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::payments::PaymentTimes;
use crate::store::Store;

/// Contracts planned at a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelCount {
    pub level: Level,
    pub contracts: u64,
}

/// A band of days past due; both ends are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    pub from: u32,
    /// `None` for no upper end.
    pub to: Option<u32>,
}

impl Band {
    /// 0, 1-30, 31-60, 61-90, above 90.
    pub const ALL: [Band; 5] = [
        Band::new(0, Some(0)),
        Band::new(1, Some(30)),
        Band::new(31, Some(60)),
        Band::new(61, Some(90)),
        Band::new(91, None),
    ];

    const fn new(from: u32, to: Option<u32>) -> Band {
        Band { from, to }
    }
}

/// Contracts in a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandCount {
    pub band: Band,
    pub contracts: u64,
}

/// Which contracts a page lists; empty lists all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub level: Option<Level>,
    pub band: Option<Band>,
    pub hold: Option<HoldKind>,
    pub feed: Option<String>,
    /// Only contracts with an enrolled phone.
    pub with_device: bool,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Longest past due first, then the current ones, each by contract.
    #[default]
    PastDue,
    /// By contract id.
    Contract,
}

/// A contract in a list.
#[derive(Clone)]
pub struct PortfolioRow {
    pub contract_id: String,
    pub reference: Reference,
    pub borrower: Pii<String>,
    pub level: Level,
    /// Level in force as the phone last reported; `None` without a phone or a report.
    pub reported_level: Option<Level>,
    pub past_due_since: Option<Day>,
    pub arrears: Money,
    pub restore: Money,
    pub holds: Vec<HoldEntry>,
    pub last_contact_at: Option<Instant>,
    pub review_at: Option<Instant>,
    pub time_zone: String,
}

/// One page of a list.
pub struct Page {
    pub rows: Vec<PortfolioRow>,
    /// What to hand in as `after` for the next page; `None` on the last one.
    pub next: Option<String>,
}

/// What needs a person now, oldest first in each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exceptions {
    pub suspense: u64,
    pub suspense_oldest: Option<Instant>,
    pub parked_messages: u64,
    pub parked_oldest: Option<Instant>,
    /// Feeds that aren't healthy: name, since when, contracts shielded.
    pub feeds: Vec<(String, Instant, u64)>,
    /// Grants that the signer holds or refused, or that a phone refused or cut.
    pub troubled_grants: u64,
    /// Notices that couldn't be sent.
    pub failed_notices: u64,
}

/// A credited payment with its times, for speeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeedSample {
    pub payment_id: String,
    pub contract_id: String,
    pub times: PaymentTimes,
}

impl Store {
    /// Contracts by planned level, every level, in rising order.
    pub fn level_counts(&self, lender: LenderId) -> Result<Vec<LevelCount>, StoreError> {
        let _ = lender;
        todo!()
    }

    /// Contracts by band of days past due on a business date, every band of [`Band::ALL`].
    pub fn band_counts(
        &self,
        lender: LenderId,
        business_date: Day,
    ) -> Result<Vec<BandCount>, StoreError> {
        let _ = (lender, business_date);
        todo!()
    }

    /// A page of contracts. `after` is a former page's `next`; `size` at most 500.
    pub fn portfolio(
        &self,
        lender: LenderId,
        filter: &Filter,
        sort: Sort,
        business_date: Day,
        after: Option<&str>,
        size: u32,
    ) -> Result<Page, StoreError> {
        let _ = (lender, filter, sort, business_date, after, size);
        todo!()
    }

    /// How many contracts a filter lists, counted up to 10,001.
    pub fn portfolio_count(
        &self,
        lender: LenderId,
        filter: &Filter,
        business_date: Day,
    ) -> Result<u64, StoreError> {
        let _ = (lender, filter, business_date);
        todo!()
    }

    /// What needs a person now.
    pub fn exceptions(&self, lender: LenderId) -> Result<Exceptions, StoreError> {
        let _ = lender;
        todo!()
    }

    /// Payments credited from an instant on, oldest first, for speeds.
    pub fn speeds_since(
        &self,
        lender: LenderId,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<SpeedSample>, StoreError> {
        let _ = (lender, since, limit);
        todo!()
    }
}
