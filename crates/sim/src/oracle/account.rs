//! One contract's money, as known at an instant: what is past due, what closes it.
//!
//! Booked money is one pool that covers instalments by due date. A reversal takes its amount out
//! of the pool, and what it uncovers is due anew, not before the day of the reversal.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::model::{Seconds, date_at};

/// A contract as `contracts.csv` tells it, and all that its money did.
#[derive(Debug, Clone)]
pub struct Account {
    pub contract: String,
    pub zone: TimeZone,
    pub currency: String,
    pub feed: Option<String>,
    /// By due date; minor units.
    pub schedule: Vec<(Date, i128)>,
    /// In order of time.
    pub moves: Vec<Move>,
}

/// One piece of news about money for a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub at: Seconds,
    /// What names the payment in the oracle's books.
    pub payment: String,
    pub amount: i128,
    pub news: News,
}

/// What the news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    Pending,
    Booked,
    Failed,
    Reversed,
    /// Unmatched money that could be this contract's.
    Candidate,
}

/// One instalment while the pool is poured over the schedule.
struct Line {
    due: Date,
    amount: i128,
}

impl Account {
    /// Booked money that counts at an instant.
    pub fn pool(&self, at: Seconds) -> i128 {
        self.known(at)
            .map(|m| match m.news {
                News::Booked => m.amount,
                News::Reversed => -m.amount,
                News::Pending | News::Failed | News::Candidate => 0,
            })
            .sum()
    }

    /// What is past due and unpaid: due before the local date of the instant.
    pub fn arrears(&self, at: Seconds) -> i128 {
        let today = date_at(&self.zone, at);
        self.uncovered(at)
            .filter(|(due, _)| *due < today)
            .map(|(_, open)| open)
            .sum()
    }

    /// All that closes the contract.
    pub fn payoff(&self, at: Seconds) -> i128 {
        self.uncovered(at).map(|(_, open)| open).sum()
    }

    /// The first instant at which nothing was left to pay.
    pub fn paid_off_at(&self) -> Option<Seconds> {
        self.moves
            .iter()
            .map(|m| m.at)
            .find(|at| self.payoff(*at) == 0)
    }

    fn known(&self, at: Seconds) -> impl Iterator<Item = &Move> {
        self.moves.iter().take_while(move |m| m.at <= at)
    }

    /// Each instalment's effective due day and what the pool leaves of it open.
    fn uncovered(&self, at: Seconds) -> impl Iterator<Item = (Date, i128)> {
        let mut lines: Vec<Line> = self
            .schedule
            .iter()
            .map(|&(due, amount)| Line { due, amount })
            .collect();
        let mut pool = 0;
        for news in self.known(at) {
            match news.news {
                News::Booked => pool += news.amount,
                News::Reversed => {
                    let before = open(&lines, pool);
                    pool -= news.amount;
                    let after = open(&lines, pool);
                    let day = date_at(&self.zone, news.at);
                    for (i, line) in lines.iter_mut().enumerate() {
                        if before[i] == 0 && after[i] > 0 {
                            line.due = line.due.max(day);
                        }
                    }
                }
                News::Pending | News::Failed | News::Candidate => {}
            }
        }
        let left = open(&lines, pool);
        lines.into_iter().map(|l| l.due).zip(left)
    }
}

/// What a pool leaves open of each line, poured in the order of the schedule.
fn open(lines: &[Line], pool: i128) -> Vec<i128> {
    let mut left = pool;
    lines
        .iter()
        .map(|line| {
            let covered = left.clamp(0, line.amount);
            left -= covered;
            line.amount - covered
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Three instalments of 100, due on the 2nd, 9th and 16th of March 2026, in UTC.
    fn account(moves: &[(i8, i128, News)]) -> Account {
        Account {
            contract: "C-1".to_string(),
            zone: TimeZone::UTC,
            currency: "KES".to_string(),
            feed: None,
            schedule: [2, 9, 16].map(|d| (date(2026, 3, d), 100)).to_vec(),
            moves: moves
                .iter()
                .map(|&(day, amount, news)| Move {
                    at: noon(day),
                    payment: "P".to_string(),
                    amount,
                    news,
                })
                .collect(),
        }
    }

    fn noon(day: i8) -> Seconds {
        let at = date(2026, 3, day).at(12, 0, 0, 0).to_zoned(TimeZone::UTC);
        at.map(|z| z.timestamp().as_second()).unwrap_or_default()
    }

    fn check(moves: &[(i8, i128, News)], day: i8, arrears: i128, payoff: i128) {
        let account = account(moves);
        assert_eq!(
            (account.arrears(noon(day)), account.payoff(noon(day))),
            (arrears, payoff),
            "{moves:?} on day {day}"
        );
    }

    #[test]
    fn arrears_and_payoff_follow_schedule_and_money() {
        use News::{Booked, Candidate, Failed, Pending, Reversed};
        check(&[], 2, 0, 300);
        check(&[], 3, 100, 300);
        check(&[], 17, 300, 300);
        check(&[(3, 100, Booked)], 3, 0, 200);
        check(&[(3, 130, Booked)], 10, 70, 170);
        check(&[(3, 100, Pending), (4, 100, Failed)], 5, 100, 300);
        check(&[(3, 100, Candidate)], 5, 100, 300);
        check(&[(3, 500, Booked)], 20, 0, 0);
        // News of tomorrow isn't known today.
        check(&[(4, 100, Booked)], 3, 100, 300);
        // What the reversal uncovers is due on its day: past due only on the next.
        check(&[(3, 100, Booked), (10, 100, Reversed)], 10, 100, 300);
        check(&[(3, 100, Booked), (10, 100, Reversed)], 11, 200, 300);
    }
}
