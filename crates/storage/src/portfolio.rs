//! The portfolio: counts, pages by key, and what needs a person.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::holds::{HoldEntry, HoldKind};
use fairlock_domain::money::Money;
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;
use fairlock_domain::standing::FeedState;

use crate::contracts;
use crate::error::StoreError;
use crate::feeds;
use crate::ids::LenderId;
use crate::lists::{Cursor, Listing};
use crate::payments::{self, PaymentTimes};
use crate::sqlite::{Db, statements};
use crate::store::Store;

statements! { "portfolio":
    LEVELS = "SELECT level, contracts FROM level_totals WHERE lender_id = ?1";
    PAST_DUE_BETWEEN = "
        SELECT count(*) FROM contracts
        WHERE lender_id = ?1 AND past_due_since >= ?2 AND past_due_since <= ?3
          AND level <> 'released'";
    SUSPENSE = "
        SELECT count(*), min(opened_at) FROM suspense
        WHERE lender_id = ?1 AND cleared_at IS NULL";
    PARKED = "
        SELECT count(*), min(received_at) FROM messages
        WHERE lender_id = ?1 AND state = 'parked'";
    // A grant's trouble is over when a newer one of its device is signed.
    TROUBLED = "
        SELECT count(*) FROM grants AS g
        WHERE lender_id = ?1 AND (state IN ('held', 'refused') OR phone_verdict IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM grants AS newer
              WHERE newer.lender_id = g.lender_id AND newer.device_id = g.device_id
                AND newer.seq > g.seq AND newer.state = 'signed')";
    FAILED_NOTICES = "SELECT count(*) FROM outbox WHERE lender_id = ?1 AND state = 'failed'";
}

/// Rows of the longest page: more than a person reads, little enough to hold in memory.
const PAGE_ROWS_MAX: u32 = 500;

/// Past this a list's length is told as "more than 10,000".
pub(crate) const COUNT_MAX: u32 = 10_001;

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

    /// The due days of the oldest instalment past due, first and last, of contracts that are in
    /// this band on a business date. Days past due of 0 have none.
    pub(crate) fn due_days(self, business_date: Day) -> (Day, Day) {
        let back = |days: u32| business_date.plus_days(-i32::try_from(days).unwrap_or(i32::MAX));
        let first = self.to.map_or(Day::from_unix_days(i32::MIN), back);
        (first, back(self.from.max(1)))
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
        self.read("level_counts", |db| level_counts(db, lender))
    }

    /// Contracts that aren't released, by band of days past due on a business date, every band
    /// of [`Band::ALL`].
    pub fn band_counts(
        &self,
        lender: LenderId,
        business_date: Day,
    ) -> Result<Vec<BandCount>, StoreError> {
        self.read("band_counts", |db| {
            let levels = level_counts(db, lender)?;
            let here = levels.iter().filter(|count| count.level != Level::Released);
            let mut current: u64 = here.map(|count| count.contracts).sum();
            let mut counts = Vec::new();
            for band in Band::ALL.into_iter().filter(|band| band.from > 0) {
                let (first, last) = band.due_days(business_date);
                let key = (lender.0, first.unix_days(), last.unix_days());
                let contracts = db.one(PAST_DUE_BETWEEN, key, |c| c.unsigned())?;
                current = current.saturating_sub(contracts);
                counts.push(BandCount { band, contracts });
            }
            let band = Band::ALL[0];
            counts.insert(
                0,
                BandCount {
                    band,
                    contracts: current,
                },
            );
            Ok(counts)
        })
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
        let size = size.clamp(1, PAGE_ROWS_MAX);
        let after = after.map(Cursor::read).transpose()?;
        self.read("portfolio", |db| {
            let listing = Listing::new(lender, filter, business_date);
            // One more than asked, to know whether there is a next page.
            let mut rows = listing.rows(db, sort, after, size + 1)?;
            let more = rows.len() > usize::try_from(size).unwrap_or(usize::MAX);
            if more {
                rows.pop();
            }
            let last = rows.last().filter(|_| more);
            let next = last.map(|row| Cursor::after(sort, row).text());
            for row in &mut rows {
                row.holds = contracts::holds(db, lender, &row.contract_id)?;
            }
            Ok(Page { rows, next })
        })
    }

    /// How many contracts a filter lists, counted up to 10,001.
    pub fn portfolio_count(
        &self,
        lender: LenderId,
        filter: &Filter,
        business_date: Day,
    ) -> Result<u64, StoreError> {
        self.read("portfolio_count", |db| {
            Listing::new(lender, filter, business_date).count(db)
        })
    }

    /// What needs a person now.
    pub fn exceptions(&self, lender: LenderId) -> Result<Exceptions, StoreError> {
        self.read("exceptions", |db| exceptions(db, lender))
    }

    /// Payments credited from an instant on, oldest first, for speeds.
    pub fn speeds_since(
        &self,
        lender: LenderId,
        since: Instant,
        limit: u32,
    ) -> Result<Vec<SpeedSample>, StoreError> {
        self.read("speeds_since", |db| {
            let rows = payments::credited_since(db, lender, since, limit)?;
            let sample = |(payment, times): (payments::PaymentRow, PaymentTimes)| {
                let contract_id = payment.contract_id?;
                Some(SpeedSample {
                    payment_id: payment.id,
                    contract_id,
                    times,
                })
            };
            Ok(rows.into_iter().filter_map(sample).collect())
        })
    }
}

fn level_counts(db: &Db<'_>, lender: LenderId) -> Result<Vec<LevelCount>, StoreError> {
    let known = db.all(LEVELS, (lender.0,), |c| {
        Ok((c.word(Level::from_name, "a level")?, c.unsigned()?))
    })?;
    let count = |level| LevelCount {
        level,
        contracts: known
            .iter()
            .find(|(l, _)| *l == level)
            .map_or(0, |(_, n)| *n),
    };
    Ok(Level::ALL.into_iter().map(count).collect())
}

fn exceptions(db: &Db<'_>, lender: LenderId) -> Result<Exceptions, StoreError> {
    let (suspense, suspense_oldest) = db.one(SUSPENSE, (lender.0,), |c| {
        Ok((c.unsigned()?, c.instant_or_none()?))
    })?;
    let (parked_messages, parked_oldest) = db.one(PARKED, (lender.0,), |c| {
        Ok((c.unsigned()?, c.instant_or_none()?))
    })?;
    let feeds = feeds::health(db, lender)?.into_iter();
    let unhealthy = feeds.filter(|health| health.feed.state != FeedState::Healthy);
    Ok(Exceptions {
        suspense,
        suspense_oldest,
        parked_messages,
        parked_oldest,
        feeds: unhealthy
            .map(|health| (health.feed.feed, health.feed.state_since, health.contracts))
            .collect(),
        troubled_grants: db.one(TROUBLED, (lender.0,), |c| c.unsigned())?,
        failed_notices: db.one(FAILED_NOTICES, (lender.0,), |c| c.unsigned())?,
    })
}
