//! The portfolio: counts, exceptions, and one keyset page of rows.

use std::collections::BTreeSet;

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::rules::Level as DomainLevel;
use fairlock_domain::standing::FeedState as DomainFeedState;
use fairlock_storage::{
    Exceptions, FeedHealth, Filter, PortfolioRow, Sort, SpeedSample, StoreError, SuspenseRow,
};
use fairlock_web::view::portfolio::{
    Band, Filters, Need, NeedItem, NeedKind, Quantiles, Row, Speeds, Summary,
};
use fairlock_web::view::{Feed, FeedState, Found, Level, Place, Portfolio};
use serde::Deserialize;

use super::answer::Trouble;
use super::places;
use crate::Shared;

/// Rows of one page (ui.md, lists of 50 rows).
const PAGE_ROWS: u32 = 50;

/// Rows are counted up to here; beyond it the page says "more than".
const COUNT_MAX: u64 = 10_000;

/// Speeds are told over so many days, and over at most so many payments of them.
const SPEEDS_DAYS: u32 = 30;
const SPEEDS_MAX: u32 = 5_000;

/// What the address of a list may say; anything unknown is as if it weren't there.
#[derive(Deserialize, Default)]
pub struct ListQuery {
    level: Option<String>,
    band: Option<String>,
    hold: Option<String>,
    feed: Option<String>,
    phone: Option<String>,
    after: Option<String>,
}

/// The view and the zone it is told in.
pub struct List {
    pub portfolio: Portfolio,
    pub place: Place,
}

/// Reads the whole page.
pub fn portfolio(shared: &Shared, query: &ListQuery) -> Result<List, Trouble> {
    let now = shared.clock.now();
    let feeds = shared.store.feed_health(shared.lender)?;
    let filters = filters(query, &feeds);
    let filter = stored_filter(&filters);
    let place = place(shared, now)?;
    let today = place.zone.day_of(now);
    let after = query.after.as_deref().filter(|after| !after.is_empty());
    let listed = shared
        .store
        .portfolio(
            shared.lender,
            &filter,
            Sort::default(),
            today,
            after,
            PAGE_ROWS,
        )
        .map_err(|error| unread_key(after, error))?;
    let found = shared
        .store
        .portfolio_count(shared.lender, &filter, today)?;
    let summary = summary(shared, &place, feeds)?;
    let listed_ids: BTreeSet<&str> = listed.rows.iter().map(|r| r.contract_id.as_str()).collect();
    let connected = shared.hub.of_contracts(|id| listed_ids.contains(id));
    let connected: BTreeSet<&str> = connected.iter().map(|(_, id)| id.as_ref()).collect();
    let rows = listed.rows.iter();
    let rows = rows
        .map(|row| self::row(shared, row, &connected, now))
        .collect();
    let own_query = filters.query();
    let portfolio = Portfolio {
        total: summary.by_level.iter().map(|(_, n)| *n).sum(),
        summary,
        found: if found > COUNT_MAX {
            Found::MoreThan(COUNT_MAX)
        } else {
            Found::Exactly(found)
        },
        rows,
        previous: after.map(|_| own_query.clone()),
        next: listed.next.map(|key| filters.query_after(&key)),
        filters,
    };
    Ok(List { portfolio, place })
}

/// A key that no former page gave is the reader's, everything else is ours.
fn unread_key(after: Option<&str>, error: StoreError) -> Trouble {
    match (after, error) {
        (Some(after), StoreError::PageKey { expected, .. }) => Trouble::Unreadable {
            thing: after.to_string(),
            expected,
        },
        (_, error) => error.into(),
    }
}

/// The live part alone.
pub fn live(shared: &Shared) -> Result<(Summary, Place), Trouble> {
    let now = shared.clock.now();
    let place = place(shared, now)?;
    let feeds = shared.store.feed_health(shared.lender)?;
    Ok((summary(shared, &place, feeds)?, place))
}

/// The zone of the list: that of the contract longest past due, else UTC.
fn place(shared: &Shared, now: Instant) -> Result<Place, Trouble> {
    let day = places::utc().zone.day_of(now);
    let first = shared.store.portfolio(
        shared.lender,
        &Filter::default(),
        Sort::default(),
        day,
        None,
        1,
    )?;
    Ok(first
        .rows
        .first()
        .map_or_else(places::utc, |row| places::get(shared, &row.time_zone)))
}

fn filters(query: &ListQuery, feeds: &[FeedHealth]) -> Filters {
    let some = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    Filters {
        level: query.level.as_deref().and_then(Level::from_name),
        band: query.band.as_deref().and_then(Band::from_name),
        hold: some(&query.hold).filter(|kind| HoldKind::from_name(kind).is_some()),
        feed: some(&query.feed).filter(|name| feeds.iter().any(|f| f.feed.feed == *name)),
        with_phone: query.phone.as_deref() == Some("1"),
        holds: HoldKind::ALL.map(|kind| kind.name().to_string()).to_vec(),
        feeds: feeds.iter().map(|f| f.feed.feed.clone()).collect(),
    }
}

fn stored_filter(filters: &Filters) -> Filter {
    Filter {
        level: filters.level.map(|level| match level {
            Level::Free => DomainLevel::Free,
            Level::Remind => DomainLevel::Remind,
            Level::Reduce => DomainLevel::Reduce,
            Level::Lock => DomainLevel::Lock,
            Level::Released => DomainLevel::Released,
        }),
        band: filters.band.map(|band| {
            let (from, to) = band.days();
            fairlock_storage::Band { from, to }
        }),
        hold: filters.hold.as_deref().and_then(HoldKind::from_name),
        feed: filters.feed.clone(),
        with_device: filters.with_phone,
    }
}

fn summary(shared: &Shared, place: &Place, feeds: Vec<FeedHealth>) -> Result<Summary, Trouble> {
    let now = shared.clock.now();
    let store = &shared.store;
    let counts = store.level_counts(shared.lender)?;
    let by_level = Level::ALL.map(|level| {
        let counted = counts.iter().find(|c| Level::from(c.level) == level);
        (level, counted.map_or(0, |c| c.contracts))
    });
    let counts = store.band_counts(shared.lender, place.zone.day_of(now))?;
    let by_band = Band::ALL.map(|band| {
        let counted = counts.iter().find(|c| c.band.from == band.days().0);
        (band, counted.map_or(0, |c| c.contracts))
    });
    let exceptions = store.exceptions(shared.lender)?;
    let since =
        Instant::from_unix_seconds(now.unix_seconds() - Span::days(SPEEDS_DAYS).as_seconds());
    let samples = store.speeds_since(shared.lender, since, SPEEDS_MAX)?;
    Ok(Summary {
        needs: needs(shared, exceptions)?,
        by_level: by_level.to_vec(),
        by_band: by_band.to_vec(),
        speeds: speeds(&samples),
        feeds: feeds.into_iter().map(feed).collect(),
    })
}

/// Things behind an exception that its row names; the rest is counted.
const FEW: u32 = 3;

/// Exceptions in their order, each with the first few behind it; what isn't there isn't listed.
fn needs(shared: &Shared, found: Exceptions) -> Result<Vec<Need>, Trouble> {
    let (store, lender) = (&shared.store, shared.lender);
    let mut needs: Vec<Need> = found
        .feeds
        .into_iter()
        .map(|(name, since, shielded)| Need {
            href: Some(format!("/contracts?feed={name}")),
            kind: NeedKind::Feed { name, shielded },
            since: Some(since),
            items: Vec::new(),
        })
        .collect();
    let mut add = |kind, since, items| {
        needs.push(Need {
            kind,
            since,
            href: None,
            items,
        });
    };
    if found.parked_messages > 0 {
        let parked = store.parked_messages(lender, FEW)?.into_iter();
        let notes = parked.filter_map(|message| message.note);
        let messages = found.parked_messages;
        let items = notes.map(NeedItem::Message).collect();
        add(NeedKind::Parked { messages }, found.parked_oldest, items);
    }
    if found.suspense > 0 {
        let open = store.open_suspense(lender, FEW)?.into_iter();
        let items = open.map(suspended).collect();
        let payments = found.suspense;
        add(
            NeedKind::Suspense { payments },
            found.suspense_oldest,
            items,
        );
    }
    if found.troubled_grants > 0 {
        let troubled = store.troubled_grants(lender, FEW)?.into_iter();
        let items = troubled.map(|(contract, seq)| NeedItem::Grant { contract, seq });
        let grants = found.troubled_grants;
        add(NeedKind::Troubled { grants }, None, items.collect());
    }
    if found.failed_notices > 0 {
        let failed = store.failed_notices(lender, FEW)?.into_iter();
        let notices = found.failed_notices;
        let items = failed.map(NeedItem::Contract).collect();
        add(NeedKind::NoticesFailed { notices }, None, items);
    }
    Ok(needs)
}

fn suspended(row: SuspenseRow) -> NeedItem {
    let payment = row.payment;
    NeedItem::Payment {
        amount: payment.amount,
        source: payment.feed.unwrap_or(payment.channel),
        candidates: row.candidates.into_iter().map(|c| c.contract_id).collect(),
    }
}

/// A feed's row as the page tells it.
fn feed(health: FeedHealth) -> Feed {
    let row = health.feed;
    let state = match row.state {
        DomainFeedState::Healthy => FeedState::Healthy,
        DomainFeedState::Stale => FeedState::Stale,
        DomainFeedState::Gap => FeedState::Gap,
    };
    Feed {
        name: row.feed,
        state,
        period_s: u64::try_from(row.period.as_seconds()).unwrap_or(0),
        heartbeat: row.heartbeat_at,
        complete_to: row.complete_up_to,
        since: (state != FeedState::Healthy).then_some(row.state_since),
        shielded: if state == FeedState::Healthy {
            0
        } else {
            health.contracts
        },
    }
}

/// Both speeds over the payments that freed a phone. Real time is counted between two readings
/// of one monotonic clock; a pair that went back (the server was started anew between them) is
/// no measurement and is left out.
fn speeds(samples: &[SpeedSample]) -> Speeds {
    let mut acted: Vec<u64> = Vec::new();
    let mut received: Vec<u64> = Vec::new();
    let mut payments = 0;
    let mut not_yet = 0;
    for sample in samples {
        let times = &sample.times;
        let Some(applied) = times.applied else {
            not_yet += u64::from(times.signed.is_some());
            continue;
        };
        payments += 1;
        if let Some(at) = times.acted_at {
            let seconds = applied.at.unix_seconds() - at.unix_seconds();
            acted.extend(u64::try_from(seconds));
        }
        let ns = applied
            .monotonic_ns
            .checked_sub(times.received.monotonic_ns);
        received.extend(ns.map(|ns| ns / 1_000_000));
    }
    Speeds {
        payments,
        not_yet,
        acted_s: quantiles(acted),
        received_ms: quantiles(received),
    }
}

/// By nearest rank: the value that half, and that 99 of 100, don't exceed.
fn quantiles(mut values: Vec<u64>) -> Option<Quantiles> {
    values.sort_unstable();
    let at = |share: usize| {
        let rank = (values.len() * share).div_ceil(100).max(1);
        values.get(rank - 1).copied()
    };
    Some(Quantiles {
        p50: at(50)?,
        p99: at(99)?,
    })
}

fn row(shared: &Shared, row: &PortfolioRow, connected: &BTreeSet<&str>, now: Instant) -> Row {
    let place = places::get(shared, &row.time_zone);
    let today = place.zone.day_of(now);
    let dpd = row
        .past_due_since
        .map_or(0, |since| today.days_since(since));
    Row {
        id: row.contract_id.clone(),
        borrower: masked(row.borrower.expose()),
        wanted: Level::from(row.level),
        reported: row.reported_level.map(Level::from),
        enrolled: row.reported_level.is_some() || row.last_contact_at.is_some(),
        dpd: u32::try_from(dpd).unwrap_or(0),
        arrears: row.arrears,
        holds: row
            .holds
            .iter()
            .map(|hold| hold.kind.name().to_string())
            .collect(),
        heard: row.last_contact_at,
        connected: connected.contains(row.contract_id.as_str()),
        next: row.review_at,
        place,
    }
}

/// `Amina Kamau` is `A••• K•••`: enough to tell two callers apart, not enough to name one.
pub fn masked(name: &str) -> Option<String> {
    let parts: Vec<String> = name
        .split_whitespace()
        .take(3)
        .filter_map(|part| part.chars().next())
        .map(|initial| format!("{initial}•••"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_masked_to_its_initials() {
        let cases = [
            ("Amina Kamau", Some("A••• K•••")),
            ("  Zoë  ", Some("Z•••")),
            ("", None),
            ("One Two Three Four", Some("O••• T••• T•••")),
        ];
        for (name, expected) in cases {
            assert_eq!(masked(name).as_deref(), expected, "{name:?}");
        }
    }

    #[test]
    fn quantiles_are_values_that_were_seen() {
        assert_eq!(quantiles(Vec::new()), None);
        let hundred: Vec<u64> = (1..=100).rev().collect();
        assert_eq!(quantiles(hundred), Some(Quantiles { p50: 50, p99: 99 }));
        assert_eq!(quantiles(vec![7]), Some(Quantiles { p50: 7, p99: 7 }));
    }
}
