//! When a level must not rise: while a payment shields, and while a feed is silent.
//!
//! Intervals are half-open, and those of feeds leave out their first instant, at which news may
//! still arrive in the same tick.

use super::account::{Account, News};
use super::model::{DAY_S, Seconds};

/// How long a pending payment shields, from its first sight.
const SHIELD_S: Seconds = 5 * DAY_S;

/// Lost shields are counted over this time, and this many refuse the next one.
const LOST_WITHIN_S: Seconds = 30 * DAY_S;
const LOST_MAX: usize = 3;

/// From an instant until before another; open for ever without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Seconds,
    pub until: Option<Seconds>,
}

impl Span {
    pub fn holds(&self, at: Seconds) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// One shield that was granted.
struct Shield<'a> {
    payment: &'a str,
    amount: i128,
    from: Seconds,
    until: Seconds,
    /// Booked ones are neither running nor lost.
    booked: bool,
}

impl Shield<'_> {
    fn runs(&self, at: Seconds) -> bool {
        !self.booked && at < self.until
    }

    fn was_lost_within(&self, at: Seconds) -> bool {
        !self.booked && self.until > at - LOST_WITHIN_S && self.until <= at
    }
}

/// Every time at which money in doubt shields a contract.
pub fn shields(account: &Account) -> Vec<Span> {
    let mut shields: Vec<Shield> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let mut spans = Vec::new();
    let mut suspense = 0;
    for news in &account.moves {
        let known = seen.contains(&news.payment.as_str());
        let mine = shields.iter_mut().find(|s| s.payment == news.payment);
        match (news.news, mine) {
            (News::Pending, _) if !known => {
                let running: i128 = shields
                    .iter()
                    .filter(|s| s.runs(news.at))
                    .map(|s| s.amount)
                    .sum();
                let lost = shields.iter().filter(|s| s.was_lost_within(news.at));
                let sum = running + news.amount + suspense;
                if lost.count() < LOST_MAX && sum * 5 >= account.arrears(news.at) {
                    shields.push(Shield {
                        payment: &news.payment,
                        amount: news.amount,
                        from: news.at,
                        until: news.at + SHIELD_S,
                        booked: false,
                    });
                }
            }
            (News::Booked, Some(shield)) => {
                shield.until = shield.until.min(news.at);
                shield.booked = true;
            }
            (News::Failed, Some(shield)) => shield.until = shield.until.min(news.at),
            (News::Candidate, _) => {
                suspense += news.amount;
                spans.push(Span {
                    from: news.at,
                    until: None,
                });
            }
            (News::Pending | News::Booked | News::Failed | News::Reversed, _) => {}
        }
        seen.push(&news.payment);
    }
    spans.extend(shields.iter().map(|s| Span {
        from: s.from,
        until: Some(s.until),
    }));
    spans
}

/// News of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    pub at: Seconds,
    /// Up to when it tells everything.
    pub complete: Seconds,
}

/// Every time at which what a feed had told was older than its period; news in order of time.
pub fn silences(start: Seconds, news: &[Heard], period: Seconds) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut complete = start;
    let mut known = start;
    for heard in news {
        let from = known.max(complete + period) + 1;
        if from < heard.at {
            spans.push(Span {
                from,
                until: Some(heard.at),
            });
        }
        complete = complete.max(heard.complete);
        known = heard.at;
    }
    spans.push(Span {
        from: known.max(complete + period) + 1,
        until: None,
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::super::account::Move;
    use super::*;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    const HOUR: Seconds = 3_600;

    /// 1,000 past due from the epoch on.
    fn spans(news: &[(Seconds, &str, i128, News)]) -> Vec<(Seconds, Option<Seconds>)> {
        let account = Account {
            contract: "C-1".to_string(),
            zone: TimeZone::UTC,
            currency: "KES".to_string(),
            feed: None,
            schedule: vec![(date(1969, 1, 1), 1_000)],
            moves: news
                .iter()
                .map(|&(at, payment, amount, news)| Move {
                    at,
                    payment: payment.to_string(),
                    amount,
                    news,
                })
                .collect(),
        };
        shields(&account)
            .iter()
            .map(|s| (s.from, s.until))
            .collect()
    }

    #[test]
    fn a_pending_fifth_of_the_arrears_shields_for_five_days() {
        use News::{Booked, Candidate, Failed, Pending};
        let end = Some(SHIELD_S);
        assert_eq!(spans(&[(0, "a", 200, Pending)]), [(0, end)]);
        assert_eq!(spans(&[(0, "a", 199, Pending)]), []);
        let with_another = [(0, "a", 200, Pending), (HOUR, "b", 1, Pending)];
        assert_eq!(spans(&with_another).len(), 2);
        let second_pending = [(0, "a", 200, Pending), (HOUR, "a", 200, Pending)];
        assert_eq!(spans(&second_pending), [(0, end)]);
        let failed = [(0, "a", 200, Pending), (HOUR, "a", 200, Failed)];
        assert_eq!(spans(&failed), [(0, Some(HOUR))]);
        let booked = [(0, "a", 200, Pending), (HOUR, "a", 200, Booked)];
        assert_eq!(spans(&booked), [(0, Some(HOUR))]);
        assert_eq!(spans(&[(0, "a", 5, Candidate)]), [(0, None)]);
    }

    #[test]
    fn the_fourth_after_three_lost_shields_doesnt_shield() {
        use News::{Failed, Pending};
        let lost = ["a", "b", "c"].map(|id| [(0, id, 500, Pending), (HOUR, id, 500, Failed)]);
        let mut news = lost.concat();
        news.sort_by_key(|n| n.0);
        news.push((2 * HOUR, "d", 500, Pending));
        assert_eq!(spans(&news).len(), 3);
        news.pop();
        news.push((HOUR + LOST_WITHIN_S, "d", 500, Pending));
        assert_eq!(spans(&news).len(), 4);
    }

    #[test]
    fn a_feed_is_silent_while_what_it_told_is_older_than_its_period() {
        let heard = |at, complete| Heard { at, complete };
        let span = |from, until| Span { from, until };
        let check = |news: &[Heard], expected: &[Span]| {
            assert_eq!(silences(0, news, 20), expected, "{news:?}");
        };
        check(&[], &[span(21, None)]);
        check(&[heard(10, 10)], &[span(31, None)]);
        check(
            &[heard(10, 10), heard(50, 50)],
            &[span(31, Some(50)), span(71, None)],
        );
        // Old news doesn't end the silence.
        check(
            &[heard(10, 10), heard(50, 15)],
            &[span(31, Some(50)), span(51, None)],
        );
    }
}
