//! A story is a text that reads like the domain, checked line by line.
//!
//! ```text
//! sandbox in Africa/Nairobi, signed 2026-01-10
//! due 2026-02-10 1500.00
//! 2026-02-13 10:00 pending P1 300.00
//! 2026-02-13 10:00 => reduce, holds payment_in_doubt
//! ```
//!
//! Times are local. A line with `=>` asks the engine and says what it answers; each named part is
//! compared, the others are free. Facts later than an asked instant don't exist for it, so a
//! story may go on after a question.

use std::fmt::Write;

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::contract::{Consent, Contract, Instalment, Particulars, Product};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::PaymentState;
use fairlock_domain::plan::{Plan, plan};
use fairlock_domain::rules::{Proof, Rules};
use fairlock_domain::standing::{
    Decision, DeviceLink, Event, EventKind, Facts, FeedState, NoticeId, NoticeMode, Outcome,
    SuspenseState,
};
use fairlock_rulebook::{load_builtin, zone};

/// A story as facts and questions.
pub struct Story {
    pub facts: Facts,
    pub rules: Rules,
    /// Line, instant, what is expected then.
    asked: Vec<(String, Instant, String)>,
}

/// Tells a story to the engine and compares every answer.
pub fn check(text: &str) {
    let story = Story::read(text);
    for (line, at, expected) in &story.asked {
        let told = plan(&story.facts, &story.rules, *at).expect("facts that fit together");
        let mut wrong = String::new();
        for part in expected.split(',').map(str::trim) {
            let (name, _) = part.split_once(' ').unwrap_or((part, ""));
            let found = answer(&story.facts.zone, &told, name);
            if found != part {
                let _ = write!(wrong, "\n  expected {part:?}\n  found    {found:?}");
            }
        }
        assert!(wrong.is_empty(), "{line}{wrong}\n  in: {told:#?}");
    }
    assert!(!story.asked.is_empty(), "a story asks something:\n{text}");
}

/// What the plan says of one part, in the words of a story.
fn answer(zone: &Zone, plan: &Plan, part: &str) -> String {
    let local = |at: Instant| {
        let local = zone.local(at);
        let mut text = format!("{} {:02}:{:02}", local.date, local.hour, local.minute);
        if (local.second, local.nanos) != (0, 0) {
            let _ = write!(text, ":{:02}.{:09}", local.second, local.nanos);
        }
        text
    };
    let joined = |parts: Vec<String>| match parts.is_empty() {
        true => "none".to_string(),
        false => parts.join(" then "),
    };
    match part {
        "dpd" => format!("dpd {}", plan.dpd),
        "arrears" => format!("arrears {}", plan.arrears),
        "restore" => format!("restore {}", plan.restore),
        "payoff" => format!("payoff {}", plan.payoff),
        "holds" => {
            let kinds = plan.holds.iter().map(|h| h.kind.name().to_string());
            format!("holds {}", joined(kinds.collect()))
        }
        "until" => {
            let ends = plan
                .holds
                .iter()
                .map(|h| h.until.map_or("open".to_string(), local));
            format!("until {}", joined(ends.collect()))
        }
        "served" => {
            let served = plan.notices_served.iter();
            let served = served.map(|n| format!("{} {}", n.notice, local(n.at)));
            format!("served {}", joined(served.collect()))
        }
        "due" => {
            let due = plan.notices_due.iter();
            let due = due.map(|n| format!("{} {}", n.notice, local(n.at)));
            format!("due {}", joined(due.collect()))
        }
        "steps" => {
            let steps = plan.steps.iter();
            let steps = steps.map(|s| format!("{} {}", s.level, local(s.at)));
            format!("steps {}", joined(steps.collect()))
        }
        "review" => format!(
            "review {}",
            plan.review_at.map_or("never".to_string(), local)
        ),
        "demands" => "demands".to_string(),
        _ => plan.level.name().to_string(),
    }
}

impl Story {
    pub fn read(text: &str) -> Story {
        let mut lines = text.lines().map(str::trim).filter(|line| {
            let comment = line.starts_with('#');
            !line.is_empty() && !comment
        });
        let mut story = Story::head(lines.next().expect("a first line"));
        for line in lines {
            story.line(line);
        }
        story
    }

    /// `PACK+PACK in ZONE, signed DAY`, then options: `KES`, `by hand`, `no consent`, …
    fn head(line: &str) -> Story {
        let mut parts = line.split(", ");
        let (packs, name) = parts
            .next()
            .and_then(|p| p.split_once(" in "))
            .expect("PACKS in ZONE");
        let packs: Vec<&str> = packs.split('+').collect();
        let book = load_builtin().expect("the packs of the program");
        let signed = parts.next().and_then(|p| p.strip_prefix("signed "));
        let signed_on = day(signed.expect("signed DAY"));
        let mut story = Story {
            facts: Facts {
                contract: Contract {
                    id: "C-1001".to_string(),
                    product: Product::PurchaseLoan,
                    currency: Currency::from_code("KES").expect("shillings"),
                    signed_on,
                    consent: Some(Consent {
                        separate_signature: true,
                        acknowledged_copy: true,
                        on: signed_on,
                    }),
                    instalments: Vec::new(),
                    feed: Some("bank-1".to_string()),
                },
                zone: zone::load(name).expect("a zone of the database"),
                holidays: Vec::new(),
                particulars: Particulars::default(),
                clearances: Vec::new(),
                notices: NoticeMode::Auto,
                device: None,
                events: Vec::new(),
            },
            rules: book.rules_for(&packs).expect("known packs"),
            asked: Vec::new(),
        };
        for option in parts {
            story.option(option);
        }
        story
    }

    fn option(&mut self, option: &str) {
        let contract = &mut self.facts.contract;
        match option.split_once(' ').unwrap_or((option, "")) {
            ("by", "hand") => self.facts.notices = NoticeMode::Manual,
            ("no", "consent") => contract.consent = None,
            ("no", "feed") => contract.feed = None,
            ("consent", on) => {
                contract.consent = contract.consent.map(|c| Consent { on: day(on), ..c });
            }
            ("unsigned", "") => {
                contract.consent = contract.consent.map(|c| Consent {
                    separate_signature: false,
                    ..c
                });
            }
            ("no", "copy") => {
                contract.consent = contract.consent.map(|c| Consent {
                    acknowledged_copy: false,
                    ..c
                });
            }
            ("no", "charter") => self.facts.device = Some(device(false, true)),
            ("another", "device") => self.facts.device = Some(device(true, false)),
            ("own", "device") => self.facts.device = Some(device(true, true)),
            (product, "") => {
                contract.product = Product::from_name(product).expect("an option of a story");
            }
            _ => panic!("not an option of a story: {option:?}"),
        }
    }

    fn line(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["due", on, amount] => {
                let amount = self.money(amount);
                let due = day(on);
                let instalments = &mut self.facts.contract.instalments;
                instalments.push(Instalment { due, amount });
            }
            ["holiday", on] => self.facts.holidays.push(day(on)),
            [date, time, "=>", ..] => {
                let at = self.at(date, time);
                let (_, expected) = line.split_once("=>").expect("an arrow");
                let expected = expected.trim().to_string();
                self.asked.push((line.to_string(), at, expected));
            }
            [date, time, event @ ..] => {
                let kind = self.event(event);
                let at = self.at(date, time);
                self.facts.events.push(Event { at, kind });
            }
            _ => panic!("not a line of a story: {line:?}"),
        }
    }

    fn event(&self, words: &[&str]) -> EventKind {
        match words {
            [state, id, amount, rest @ ..] if PaymentState::from_name(state).is_some() => {
                EventKind::Payment {
                    id: (*id).to_string(),
                    state: PaymentState::from_name(state).expect("just found"),
                    amount: self.money(amount),
                    paid_on: match rest {
                        ["paid", on] => Some(day(on)),
                        _ => None,
                    },
                }
            }
            ["feed", name, state] => EventKind::Feed {
                feed: (*name).to_string(),
                state: match *state {
                    "healthy" => FeedState::Healthy,
                    "stale" => FeedState::Stale,
                    _ => FeedState::Gap,
                },
            },
            ["notice", notice, channel, proof] => {
                let (pack, notice) = notice.split_once('/').expect("PACK/ID");
                EventKind::Notice {
                    notice: NoticeId {
                        pack: pack.to_string(),
                        notice: notice.to_string(),
                    },
                    channel: (*channel).to_string(),
                    proof: Proof::from_name(proof).expect("a proof"),
                }
            }
            ["hold", id, kind, rest @ ..] => EventKind::Hold {
                id: (*id).to_string(),
                kind: HoldKind::from_name(kind).expect("a kind of hold"),
                until: match rest {
                    ["until", date, time] => Some(self.at(date, time)),
                    _ => None,
                },
            },
            ["end", id, rest @ ..] => EventKind::HoldEnd {
                id: (*id).to_string(),
                outcome: match rest {
                    ["upheld"] => Some(Outcome::Upheld),
                    ["rejected"] => Some(Outcome::Rejected),
                    _ => None,
                },
            },
            ["suspense", id, amount, state] => EventKind::Suspense {
                id: (*id).to_string(),
                amount: self.money(amount),
                state: match *state {
                    "candidate" => SuspenseState::Candidate,
                    _ => SuspenseState::Cleared,
                },
            },
            [decision @ ("approve" | "refuse")] => EventKind::Review {
                by: "Amina".to_string(),
                decision: match *decision {
                    "approve" => Decision::Approve,
                    _ => Decision::Refuse,
                },
            },
            ["pass"] => EventKind::EmergencyPass,
            ["contact"] => EventKind::Contact,
            ["waived", amount] => EventKind::PayoffWaived {
                amount: self.money(amount),
            },
            other => panic!("not an event of a story: {other:?}"),
        }
    }

    /// A local time; seconds may follow.
    fn at(&self, date: &str, time: &str) -> Instant {
        let mut clock = time.split(':').map(|n| n.parse::<u32>().expect("a number"));
        let mut next = || clock.next().unwrap_or(0);
        let (hour, minute, second) = (next(), next(), next());
        let minute = self.facts.zone.instant_of(day(date), hour * 60 + minute);
        minute.plus(fairlock_domain::calendar::Span::seconds(second))
    }

    fn money(&self, text: &str) -> Money {
        Money::parse(text, self.facts.contract.currency).expect("an amount")
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn device(charter_accepted: bool, is_this_loans: bool) -> DeviceLink {
    DeviceLink {
        charter_accepted,
        is_this_loans,
    }
}

#[test]
fn a_contract_nobody_pays_climbs_the_sandbox() {
    // Due 10 Feb (a Tuesday): remind at DPD 1 on the 11th, first notice 09:00; reduce at DPD 3 on
    // the 13th when the window opens; final notice 09:00 that day, expired on the 15th; lock at
    // DPD 7 on the 17th when the window opens.
    check(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 1500.00
        due 2026-03-10 1500.00
        2026-01-10 00:00 => free, dpd 0, arrears 0.00, payoff 3000.00, review 2026-02-11 00:00
        2026-02-10 23:59:59 => free, dpd 0, review 2026-02-11 00:00
        2026-02-11 00:00 => remind, dpd 1, restore 1500.00, served none, review 2026-02-11 09:00
        2026-02-11 09:00 => remind, served first 2026-02-11 09:00, due final 2026-02-13 09:00
        2026-02-13 07:59:59 => remind, dpd 3, steps reduce 2026-02-13 08:00 then lock 2026-02-17 08:00
        2026-02-13 08:00 => reduce, review 2026-02-13 09:00
        2026-02-17 07:59:59 => reduce, dpd 7
        2026-02-17 08:00 => lock, steps none, review 2026-03-11 00:00
        2026-03-11 00:00 => lock, arrears 3000.00, dpd 29, review never",
    );
}
