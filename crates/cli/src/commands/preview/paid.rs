//! When everything due was in fact paid, reconstructed from what is known today.
//!
//! Money counts from when the borrower acted: from the end of the day that a source names, or from
//! first sight when that came on the same day or no source names one. So wrongful time is never
//! counted too long. Money that was reversed never came. Waivers count from their instant.

use std::collections::BTreeMap;

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::payment::PaymentState;
use fairlock_domain::standing::{EventKind, Facts};

use super::course::minutes_between;

/// Times in which nothing due was open: from included, to excluded; None for no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid(Vec<(Instant, Option<Instant>)>);

/// What is known of one payment.
#[derive(Default)]
struct Seen {
    first: Option<Instant>,
    paid_on: Option<Day>,
    booked: Option<i128>,
    reversed: bool,
}

impl Paid {
    pub fn of(facts: &Facts) -> Paid {
        // Money less what is due, over time.
        let mut changes: BTreeMap<Instant, i128> = BTreeMap::new();
        let mut add = |at: Instant, minor: i128| {
            let sum = changes.entry(at).or_default();
            *sum = sum.saturating_add(minor);
        };
        for line in &facts.contract.instalments {
            let past_due = facts.zone.instant_of(line.due.plus_days(1), 0);
            add(past_due, line.amount.minor().saturating_neg());
        }
        for event in &facts.events {
            if let EventKind::PayoffWaived { amount } = event.kind {
                add(event.at, amount.minor());
            }
        }
        for seen in payments(facts).values() {
            if let (Some(first), Some(minor), false) = (seen.first, seen.booked, seen.reversed) {
                let day_over = seen
                    .paid_on
                    .map(|day| facts.zone.instant_of(day.plus_days(1), 0));
                add(day_over.map_or(first, |over| over.min(first)), minor);
            }
        }
        let (mut times, mut sum, mut since) = (
            Vec::new(),
            0_i128,
            Some(Instant::from_unix_seconds(i64::MIN)),
        );
        for (at, change) in changes {
            sum = sum.saturating_add(change);
            match (since, sum >= 0) {
                (Some(from), false) => {
                    times.push((from, Some(at)));
                    since = None;
                }
                (None, true) => since = Some(at),
                _ => {}
            }
        }
        times.extend(since.map(|from| (from, None)));
        Paid(times)
    }

    /// Minutes of a time in which nothing due was open.
    pub fn minutes_within(&self, from: Instant, to: Instant) -> u64 {
        let shared = self.0.iter().map(|(begin, end)| {
            let (begin, end) = (from.max(*begin), end.map_or(to, |end| end.min(to)));
            if begin < end {
                minutes_between(begin, end)
            } else {
                0
            }
        });
        shared.sum()
    }
}

fn payments(facts: &Facts) -> BTreeMap<&str, Seen> {
    let mut payments: BTreeMap<&str, Seen> = BTreeMap::new();
    for event in &facts.events {
        let EventKind::Payment {
            id,
            state,
            amount,
            paid_on,
        } = &event.kind
        else {
            continue;
        };
        let seen = payments.entry(id).or_default();
        seen.first.get_or_insert(event.at);
        match state {
            PaymentState::Booked => {
                seen.booked = Some(amount.minor());
                seen.paid_on = paid_on.or(seen.paid_on);
            }
            PaymentState::Pending => seen.paid_on = paid_on.or(seen.paid_on),
            PaymentState::Reversed => seen.reversed = true,
            PaymentState::Failed => {}
        }
    }
    payments
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairlock_rulebook::{load_builtin, scenario, time};

    /// Minutes of 10 to 20 March in which the contract was paid; 1,500 fell due on the 10th.
    fn check(events: &str, minutes: u64) {
        let text = format!(
            r#"{{"format": "fairlock-scenario/1", "packs": ["sandbox"], "time_zone": "Africa/Nairobi",
            "contract": {{"id": "C-1", "product": "purchase_loan", "currency": "KES",
            "signed_on": "2026-03-01", "instalments": [
                {{"due": "2026-03-10", "amount": "1500.00"}},
                {{"due": "2026-04-10", "amount": "1500.00"}}]}},
            "events": [{events}], "ask": ["2026-03-20T00:00:00+03:00"]}}"#
        );
        let book = load_builtin().expect("the built-in packs");
        let facts = scenario::read(&text, &book).expect("a scenario").facts;
        let at = |text: &str| time::parse_instant(text).expect("an instant");
        let (from, to) = (
            at("2026-03-10T00:00:00+03:00"),
            at("2026-03-20T00:00:00+03:00"),
        );
        assert_eq!(
            Paid::of(&facts).minutes_within(from, to),
            minutes,
            "{events}"
        );
    }

    const DAY: u64 = 24 * 60;

    #[test]
    fn money_counts_from_when_the_borrower_acted() {
        // The due day itself is never past due.
        check("", DAY);
        let booked = |at: &str, rest: &str| {
            format!(
                r#"{{"at": "{at}", "type": "payment", "id": "P-1", "state": "booked",
                "amount": "1500.00"{rest}}}"#
            )
        };
        check(
            &booked("2026-03-15T12:00:00+03:00", ""),
            DAY + 4 * DAY + DAY / 2,
        );
        let acted = r#", "paid_on": "2026-03-12""#;
        check(&booked("2026-03-15T12:00:00+03:00", acted), DAY + 7 * DAY);
        let same_day = r#", "paid_on": "2026-03-15""#;
        check(
            &booked("2026-03-15T12:00:00+03:00", same_day),
            DAY + 4 * DAY + DAY / 2,
        );
        // In time: never past due.
        let in_time = r#", "paid_on": "2026-03-10""#;
        check(&booked("2026-03-15T12:00:00+03:00", in_time), 10 * DAY);
    }

    #[test]
    fn money_that_went_back_never_came_and_a_part_isn_t_all() {
        let payment = |state: &str, day: u8, amount: &str| {
            format!(
                r#"{{"at": "2026-03-{day}T00:00:00+03:00", "type": "payment", "id": "P-1",
                "state": "{state}", "amount": "{amount}"}}"#
            )
        };
        check(&payment("booked", 12, "1499.99"), DAY);
        let back = [
            payment("booked", 12, "1500.00"),
            payment("reversed", 25, "1500.00"),
        ];
        check(&back.join(","), DAY);
        let waived = r#"{"at": "2026-03-18T00:00:00+03:00", "type": "payoff_waived",
            "amount": "0.01"}"#;
        check(
            &[payment("booked", 12, "1499.99"), waived.to_string()].join(","),
            3 * DAY,
        );
    }
}
