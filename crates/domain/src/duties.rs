//! What the lender owed the borrower: the phone back in time, and what lateness costs.
//!
//! From what was decided and what the phone reported, by a pack's `[restoration]` and
//! `[release_at_payoff]`. A duty begins when money settles what was past due (or a payment in doubt
//! covers it): from then on the phone may not be limited. It is kept when the phone reports that it
//! is free, whatever way the news took: a phone that can't be reached is the lender's trouble, for
//! a code to type needs no network. Compensation counts each hour begun after the deadline, as a
//! claim that is shown; nothing is paid or posted by itself.
//!
//! Failure is an accrual that can't be told from stored facts. On purpose absent: restrictions that
//! were wrongful for another reason than money (a dispute upheld says so by its outcome), and
//! instants at which the phone changed without saying so: its word counts when it arrives.

use alloc::vec::Vec;

use crate::calendar::Instant;
use crate::money::Money;
use crate::rules::duty::Suffices;
use crate::rules::{Level, Release, Restoration};

/// What was decided, from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub at: Instant,
    pub level: Level,
    /// Nothing is past due, or a payment in doubt stands for it.
    pub settled: bool,
    /// Nothing is owed at all.
    pub paid_off: bool,
}

impl Wanted {
    /// Of a decision's record ([`crate::plan::record`]) that was made at `at`; None for other
    /// bytes.
    pub fn of_record(record: &[u8], at: Instant) -> Option<Wanted> {
        let record = core::str::from_utf8(record).ok()?;
        let value = |name: &str| {
            let mut lines = record.lines();
            lines.find_map(|line| line.strip_prefix(name))
        };
        let nothing = |sum: &str| sum.bytes().all(|digit| matches!(digit, b'0' | b'.'));
        let level = Level::from_name(value("level ")?)?;
        let in_doubt = value("hold payment_in_doubt").is_some() && level <= Level::Remind;
        Some(Wanted {
            at,
            level,
            settled: nothing(value("arrears ")?) || in_doubt,
            paid_off: nothing(value("payoff ")?),
        })
    }
}

/// What the phone said of itself, at the arrival of its report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    pub at: Instant,
    pub level: Level,
}

/// A limit that a phone still had, or had again, when money had settled what was past due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// When the money settled it.
    pub settled_at: Instant,
    /// Until when the phone had to be free.
    pub deadline: Instant,
    /// When the phone said that it is free, or a limit became lawful again; None: not yet.
    pub until: Option<Instant>,
    /// Hours begun after the deadline; 0: in time.
    pub hours_late: u64,
    /// None: in time, or the pack knows no sum, or it is more than a sum can be.
    pub compensation: Option<Money>,
}

/// How a phone was let go once nothing was owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetGo {
    pub paid_at: Instant,
    /// None: the pack says at once, and no number.
    pub deadline: Option<Instant>,
    /// When the phone said that it is released; None: not yet.
    pub at: Option<Instant>,
    /// Hours begun after the deadline, or after the payment where there is none; 0: in time.
    pub hours_late: u64,
}

/// Every time that money had to give the phone back, in order. Both lists are in order, and what
/// came after `now` doesn't exist.
pub fn given_back(
    duty: &Restoration,
    wanted: &[Wanted],
    reports: &[Reported],
    now: Instant,
) -> Vec<Limited> {
    let wanted = &wanted[..wanted.partition_point(|w| w.at <= now)];
    let reports = &reports[..reports.partition_point(|report| report.at <= now)];
    let settled = settled(duty, wanted);
    let mut found = Vec::new();
    for (mut since, free) in limits(reports) {
        let ends = |at: Instant| free.is_none_or(|free| at < free);
        // Where a limit became lawful in between, the next money begins anew.
        loop {
            let overlaps =
                |time: &&Settled| time.until.is_none_or(|until| until > since) && ends(time.from);
            let Some(time) = settled.iter().find(overlaps) else {
                break;
            };
            let begin = since.max(time.from);
            let lawful = wanted
                .iter()
                .find(|w| w.at > begin && limits_a_phone(w.level));
            let lawful = lawful.map(|w| w.at).filter(|at| ends(*at));
            found.push(limited(duty, time.from, begin, lawful.or(free), now));
            let Some(lawful) = lawful else {
                break;
            };
            since = lawful;
        }
    }
    found
}

/// A limit from `begin` on, which money had settled at `settled_at`.
fn limited(
    duty: &Restoration,
    settled_at: Instant,
    begin: Instant,
    until: Option<Instant>,
    now: Instant,
) -> Limited {
    let deadline = settled_at.plus(duty.within);
    let hours_late = hours_begun(begin.max(deadline), until.unwrap_or(now));
    let sum = duty.compensation_an_hour.filter(|_| hours_late > 0);
    Limited {
        settled_at,
        deadline,
        until,
        hours_late,
        compensation: sum.and_then(|sum| times(sum, hours_late)),
    }
}

/// How the phone was let go; None while something is owed, and for a contract without a phone.
pub fn let_go(
    duty: &Release,
    wanted: &[Wanted],
    reports: &[Reported],
    now: Instant,
) -> Option<LetGo> {
    let paid_at = wanted.iter().find(|w| w.paid_off && w.at <= now)?.at;
    let known = || reports.iter().filter(|report| report.at <= now);
    known().next()?;
    let mut after = known().filter(|report| report.at >= paid_at);
    let at = after.find(|r| r.level == Level::Released).map(|r| r.at);
    let deadline = duty.within.map(|within| paid_at.plus(within));
    Some(LetGo {
        paid_at,
        deadline,
        at,
        hours_late: deadline.map_or(0, |deadline| hours_begun(deadline, at.unwrap_or(now))),
    })
}

/// A time in which money had settled what was past due.
struct Settled {
    from: Instant,
    until: Option<Instant>,
}

fn settled(duty: &Restoration, wanted: &[Wanted]) -> Vec<Settled> {
    let suffices = |w: &Wanted| match duty.suffices {
        Some(Suffices::Balance) => w.paid_off,
        Some(Suffices::Arrears) | None => w.settled,
    };
    let mut times: Vec<Settled> = Vec::new();
    let mut open = false;
    for w in wanted {
        let is_settled = suffices(w) && !limits_a_phone(w.level);
        if is_settled && !open {
            times.push(Settled {
                from: w.at,
                until: None,
            });
        } else if let (false, true, Some(last)) = (is_settled, open, times.last_mut()) {
            last.until = Some(w.at);
        }
        open = is_settled;
    }
    times
}

/// The stretches in which the phone was limited by its own word: since when, and until when.
fn limits(reports: &[Reported]) -> Vec<(Instant, Option<Instant>)> {
    let mut stretches: Vec<(Instant, Option<Instant>)> = Vec::new();
    let mut open = false;
    for report in reports {
        let is_limited = limits_a_phone(report.level);
        if is_limited && !open {
            stretches.push((report.at, None));
        } else if let (false, true, Some(last)) = (is_limited, open, stretches.last_mut()) {
            last.1 = Some(report.at);
        }
        open = is_limited;
    }
    stretches
}

fn limits_a_phone(level: Level) -> bool {
    matches!(level, Level::Reduce | Level::Lock)
}

fn times(sum: Money, hours: u64) -> Option<Money> {
    let minor = sum.minor().checked_mul(i128::from(hours))?;
    Some(Money::new(minor, sum.currency()))
}

/// Hours begun between two instants; 0 when the second isn't later.
fn hours_begun(from: Instant, until: Instant) -> u64 {
    if until <= from {
        return 0;
    }
    const HOUR: i128 = 3_600 * 1_000_000_000;
    let begun = (until.unix_nanos() - from.unix_nanos() + HOUR - 1) / HOUR;
    u64::try_from(begun).unwrap_or(u64::MAX)
}
