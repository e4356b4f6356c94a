//! What a preview prints: the sums side by side, then every contract that either ladder limits.

use fairlock_domain::calendar::{Day, Zone};
use fairlock_domain::plan::Level;
use fairlock_rulebook::time;
use serde_json::{Value, json};

use super::course::Limited;
use super::{Outcome, Totals};

use crate::out::say;

/// What one ladder did to all contracts.
#[derive(Default)]
struct Sum {
    limited: u64,
    locked: u64,
    minutes: u64,
    /// Contracts that were limited while everything due was paid.
    wronged: u64,
    wrongful_minutes: u64,
}

impl Sum {
    fn of<'o>(all: impl Iterator<Item = &'o Vec<Limited>>) -> Sum {
        let mut sum = Sum::default();
        for times in all.filter(|times| !times.is_empty()) {
            let wrongful = wrongful(times);
            sum.limited += 1;
            sum.locked += u64::from(times.iter().any(|time| time.level == Level::Lock));
            sum.minutes += times.iter().map(Limited::minutes).sum::<u64>();
            sum.wronged += u64::from(wrongful > 0);
            sum.wrongful_minutes += wrongful;
        }
        sum
    }

    fn json(&self) -> Value {
        json!({
            "contracts_limited": self.limited, "contracts_locked": self.locked,
            "limited_minutes": self.minutes, "contracts_limited_though_paid": self.wronged,
            "wrongful_minutes": self.wrongful_minutes,
        })
    }
}

fn wrongful(times: &[Limited]) -> u64 {
    times.iter().map(|time| time.wrongful_minutes).sum()
}

pub fn text(outcomes: &[Outcome], totals: &Totals, from: Day, to: Day) {
    let as_is = Sum::of(outcomes.iter().map(|o| &o.as_is));
    let policy = Sum::of(outcomes.iter().map(|o| &o.policy));
    say!(
        "{} contracts, {from} to {to} (both included, local days)",
        totals.contracts
    );
    say!("Notices serve themselves in both columns; people's reviews stay as they were.");
    say!("");
    say!("{:<44}{:>18}{:>18}", "", "packs alone", "with the policy");
    let row = |what: &str, a: String, b: String| say!("{what:<44}{a:>18}{b:>18}");
    let count = |a: u64, b: u64| (a.to_string(), b.to_string());
    let (a, b) = count(as_is.limited, policy.limited);
    row("contracts limited (reduce or lock)", a, b);
    let (a, b) = count(as_is.locked, policy.locked);
    row("  of them locked", a, b);
    row("limited time", hours(as_is.minutes), hours(policy.minutes));
    let (a, b) = count(as_is.wronged, policy.wronged);
    row("contracts limited though all due was paid", a, b);
    row(
        "wrongful time",
        hours(as_is.wrongful_minutes),
        hours(policy.wrongful_minutes),
    );
    for outcome in outcomes.iter().filter(|o| is_limited(o)) {
        say!("");
        say!("{}", outcome.contract);
        each("packs alone", &outcome.as_is, &outcome.zone);
        each("with the policy", &outcome.policy, &outcome.zone);
    }
    for contract in &totals.unjudged {
        say!("");
        say!("{contract}: left out, its facts contradict each other");
    }
}

fn is_limited(outcome: &Outcome) -> bool {
    !(outcome.as_is.is_empty() && outcome.policy.is_empty())
}

fn each(ladder: &str, times: &[Limited], zone: &Zone) {
    if times.is_empty() {
        say!("  {ladder:<16}never limited");
    }
    for time in times {
        let paid = match time.wrongful_minutes {
            0 => String::new(),
            minutes => format!("; PAID for {} of it", hours(minutes)),
        };
        say!(
            "  {ladder:<16}{:<7} {} to {}, {}{paid}",
            time.level.name(),
            self::time::format_instant(time.from, zone),
            self::time::format_instant(time.to, zone),
            hours(time.minutes())
        );
    }
}

/// "49 h 30 min".
fn hours(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

pub fn json(outcomes: &[Outcome], totals: &Totals, from: Day, to: Day) {
    for outcome in outcomes.iter().filter(|o| is_limited(o)) {
        let times = |times: &[Limited]| -> Vec<Value> {
            let each = times.iter().map(|time| {
                json!({
                    "level": time.level.name(),
                    "from": self::time::format_instant(time.from, &outcome.zone),
                    "to": self::time::format_instant(time.to, &outcome.zone),
                    "minutes": time.minutes(),
                    "wrongful_minutes": time.wrongful_minutes,
                })
            });
            each.collect()
        };
        let line = json!({
            "contract": outcome.contract, "as_is": times(&outcome.as_is),
            "policy": times(&outcome.policy),
        });
        say!("{line}");
    }
    let line = json!({
        "contracts": totals.contracts, "from": from.to_string(), "to": to.to_string(),
        "as_is": Sum::of(outcomes.iter().map(|o| &o.as_is)).json(),
        "policy": Sum::of(outcomes.iter().map(|o| &o.policy)).json(),
        "left_out": totals.unjudged,
    });
    say!("{line}");
}
