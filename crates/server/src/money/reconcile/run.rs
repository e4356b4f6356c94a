//! The days that are due: each channel's three sides are compared, and what is found is kept.
//!
//! Once a day every day of the last week is compared anew, and every older one that has a break
//! that isn't closed: late statements heal what they explain. On purpose absent: any change but a
//! posting to the rounding account for a difference within the lender's tolerance.

use std::collections::{BTreeMap, BTreeSet};

use fairlock_domain::calendar::Day;
use fairlock_domain::calendar::zone::utc;
use fairlock_domain::ledger::Account;
use fairlock_domain::money::{Currency, Money};
use fairlock_storage::{
    BreakClose, BreakState, FeedRow, FoundBreak, LenderId, ReconDay, ReconLine, ReconSide, Stamp,
    Store, StoreError,
};

use super::super::feeds::CALLBACK;
use super::close::{self, CloseError};
use super::compare::{self, BreakKind, Compared, Item};

/// Days on both sides in which the other half of an item is looked for.
const WINDOW_DAYS: i32 = 7;

/// Days back in which the money of a provider's balance is looked for.
const PAYOUT_DAYS: i32 = 60;

/// A payout that isn't there after so many days isn't on its way any more: T+2 over a weekend.
const PAYOUT_WITHIN_DAYS: i32 = 4;

/// Days that are compared anew each day.
const AGAIN_DAYS: i32 = 7;

/// Breaks whose days are compared anew; the oldest first.
const OPEN_MAX: u32 = 1_000;

/// Days that are caught up at most: a server that slept for longer begins with the newest.
const CATCH_UP_DAYS: i32 = 31;

/// The mark of what a provider hasn't paid out.
pub const PAYOUTS: &str = "payouts";

/// Why a run ends early.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Close(#[from] CloseError),
}

/// Reconciles the days that are due at `now`: those before today (UTC) that weren't yet, with the
/// week before them. Returns whether any was.
pub fn due(store: &Store, lender: LenderId, now: Stamp) -> Result<bool, RunError> {
    let yesterday = utc().day_of(now.at).plus_days(-1);
    let through = store.reconciled_through(lender)?;
    if through >= Some(yesterday) || store.clearing_channels(lender)?.is_empty() {
        return Ok(false);
    }
    self::through(store, lender, yesterday, now)?;
    Ok(true)
}

/// Reconciles every day up to and with `last` that is due.
pub fn through(store: &Store, lender: LenderId, last: Day, now: Stamp) -> Result<(), RunError> {
    while store.collect_clearing(lender)? {}
    let ran = store.reconciled_through(lender)?;
    let earliest = last.plus_days(-CATCH_UP_DAYS);
    let from = ran
        .unwrap_or(last)
        .min(last)
        .plus_days(-AGAIN_DAYS)
        .max(earliest);
    let mut days: BTreeSet<Day> = BTreeSet::new();
    let mut day = from;
    while day <= last {
        days.insert(day);
        day = day.plus_days(1);
    }
    let open = store.open_breaks(lender, last, OPEN_MAX)?;
    days.extend(open.iter().map(|b| b.day));
    for day in days {
        one(store, lender, day, now)?;
    }
    store.put_reconciled_through(lender, last)?;
    Ok(())
}

/// Reconciles one day.
pub fn one(store: &Store, lender: LenderId, day: Day, now: Stamp) -> Result<(), RunError> {
    let feeds = store.feeds(lender)?;
    let books = store.balances(lender)?;
    for (channel, currency) in store.clearing_channels(lender)? {
        let balance = books.balance(&Account::clearing(&channel), currency);
        let feed = feeds.iter().find(|feed| feed.feed == channel);
        let today = utc().day_of(now.at);
        let (back, until) = match feed.is_some_and(|feed| feed.kind == CALLBACK) {
            true => (PAYOUT_DAYS, today.max(day.plus_days(WINDOW_DAYS))),
            false => (WINDOW_DAYS, day.plus_days(WINDOW_DAYS)),
        };
        let sides = Sides {
            lines: store.recon_lines(lender, &channel, day.plus_days(-back), until)?,
            currency,
            balance: balance.net(),
            feed,
            today,
        };
        let (row, found) = sides.of(&channel, day, now);
        store.put_recon_day(lender, day, row, found)?;
    }
    within_tolerance(store, lender, day, now)
}

/// Lets go of small differences of amount.
fn within_tolerance(store: &Store, lender: LenderId, day: Day, now: Stamp) -> Result<(), RunError> {
    for row in store.breaks_of_day(lender, day)? {
        let tolerance = store.tolerance(lender, row.amount.currency())?;
        let small = row.amount.minor().abs() <= tolerance.minor();
        let by_amount = row.kind == BreakKind::Amount.name();
        if row.state == BreakState::Open && by_amount && small {
            let close = BreakClose {
                no: row.no,
                by: "reconciliation".to_owned(),
                reason: "tolerance",
                why: format!("within {tolerance}"),
            };
            close::post(store, lender, &row, close, now)?;
        }
    }
    Ok(())
}

/// What is known of a channel in one currency.
struct Sides<'a> {
    lines: Vec<ReconLine>,
    currency: Currency,
    /// Of the clearing account: what the bank hasn't shown.
    balance: i128,
    feed: Option<&'a FeedRow>,
    today: Day,
}

impl Sides<'_> {
    fn items(&self, side: ReconSide, from: Day, to: Day) -> Vec<Item> {
        let own = self.lines.iter().filter(|line| {
            line.side == side
                && line.amount.currency() == self.currency
                && (from..=to).contains(&line.day)
        });
        own.map(|line| Item {
            mark: line.mark.clone(),
            day: line.day,
            amount: line.amount.minor(),
            dated: line.dated,
        })
        .collect()
    }

    fn money(&self, minor: i128) -> Money {
        Money::new(minor, self.currency)
    }

    /// The day's three sums, and what is wrong with them.
    fn of(&self, channel: &str, day: Day, now: Stamp) -> (ReconDay, Vec<FoundBreak>) {
        let (from, to) = (day.plus_days(-WINDOW_DAYS), day.plus_days(WINDOW_DAYS));
        let ours = self.items(ReconSide::Clearing, from, to);
        let against = |side| compare::compare(&self.items(side, from, to), &ours);
        let alone: i128 = ours.iter().filter(|i| i.day == day).map(|i| i.amount).sum();
        let mut found = Vec::new();
        let provider = self.feed.is_some_and(|feed| feed.kind == CALLBACK);
        let (report, clearing, bank) = if provider {
            let (mut report, mut clearing) = (None, alone);
            if self.reports_cover(day) {
                let compared = against(ReconSide::Report);
                let totals = compared.totals.get(&day).copied().unwrap_or_default();
                (report, clearing) = (Some(totals.0), totals.1);
                found.extend(self.breaks(ReconSide::Report, &compared, day));
            }
            let open = self.payouts_open(day);
            found.extend(open.filter(|open| *open != 0).map(|open| FoundBreak {
                side: ReconSide::Bank,
                kind: self.payout_kind(day, open).name(),
                mark: PAYOUTS.to_owned(),
                amount: self.money(-open),
            }));
            (report, clearing, open.map(|open| clearing - open))
        } else {
            let compared = against(ReconSide::Bank);
            let (bank, clearing) = compared.totals.get(&day).copied().unwrap_or_default();
            found.extend(self.breaks(ReconSide::Bank, &compared, day));
            (None, clearing, Some(bank))
        };
        let row = ReconDay {
            channel: channel.to_owned(),
            report: report.map(|minor| self.money(minor)),
            clearing: self.money(clearing),
            bank: bank.map(|minor| self.money(minor)),
            ran_at: now.at,
        };
        (row, found)
    }

    /// One break a kind and mark: several of one mark and kind are one, with their sum.
    fn breaks(&self, side: ReconSide, compared: &Compared, day: Day) -> Vec<FoundBreak> {
        let mut sums: BTreeMap<(BreakKind, &str), i128> = BTreeMap::new();
        for broken in compared.of(day) {
            *sums.entry((broken.kind, &broken.mark)).or_default() += broken.effect;
        }
        let found = sums.into_iter().map(|((kind, mark), effect)| FoundBreak {
            side,
            kind: kind.name(),
            mark: mark.to_owned(),
            amount: self.money(effect),
        });
        found.collect()
    }

    /// The provider's own statements tell of the day: one of its lines is on it, or lines are on
    /// days before and after.
    fn reports_cover(&self, day: Day) -> bool {
        let reports = || self.lines.iter().filter(|l| l.side == ReconSide::Report);
        reports().any(|l| l.day <= day) && reports().any(|l| l.day >= day)
    }

    /// What of the day's money the bank hasn't shown; `None` where nobody said from which account
    /// the provider pays out, and no payout was ever seen.
    fn payouts_open(&self, day: Day) -> Option<i128> {
        let named = self.feed.is_some_and(|feed| feed.payout_account.is_some());
        let seen = self.lines.iter().any(|l| l.side == ReconSide::Bank);
        if !(named || seen) {
            return None;
        }
        let mut came: BTreeMap<Day, i128> = BTreeMap::new();
        let own = self.lines.iter().filter(|line| {
            line.side == ReconSide::Clearing && line.amount.currency() == self.currency
        });
        for line in own {
            *came.entry(line.day).or_default() += line.amount.minor();
        }
        let open = compare::unsettled(&came, self.balance);
        Some(open.get(&day).copied().unwrap_or(0))
    }

    fn payout_kind(&self, day: Day, open: i128) -> BreakKind {
        let age = self.today.unix_days() - day.unix_days();
        match (age > PAYOUT_WITHIN_DAYS, open > 0) {
            (false, _) => BreakKind::Timing,
            (true, true) => BreakKind::MissingThere,
            (true, false) => BreakKind::MissingAtUs,
        }
    }
}
