//! A made-up portfolio: contracts as a lender has them, each other than every other one.
//!
//! Instalments weekly to monthly, most of them paid on time in one booking each, some announced
//! before; a tenth of the contracts are late by days or months, some with notices served, holds or
//! an emergency pass. The seed makes it the same everywhere. What can fail is only that the
//! program's own packs or zones can't be read.

use anyhow::anyhow;
use fairlock_domain::calendar::{Day, Instant, Span, Zone};
use fairlock_domain::contract::{Consent, Contract, Instalment, Particulars, Product};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::{Proof, Rules};
use fairlock_domain::standing::{
    Event, EventKind, Facts, FeedState, NoticeId, NoticeMode, SuspenseState,
};

use super::random::Random;
use crate::commands::rulebook;
use crate::exit::Failure;

/// One rule pack each, where it is at home, and in how many of a hundred contracts.
const HOMES: [(&str, &str, &str, u32); 4] = [
    ("sandbox", "Africa/Nairobi", "KES", 30),
    ("strict-default", "Africa/Lagos", "NGN", 30),
    ("strict-default", "Africa/Cairo", "EGP", 15),
    ("in", "Asia/Kolkata", "INR", 25),
];

/// Number of instalments and days between them.
const PLANS: [(u32, i32); 6] = [(12, 30), (12, 30), (18, 14), (24, 14), (36, 7), (52, 7)];

/// Public holidays of a home fall on these days after new year.
const HOLIDAYS: [i32; 11] = [0, 60, 92, 120, 151, 182, 215, 258, 282, 345, 359];

struct Home {
    rules: usize,
    zone: Zone,
    currency: Currency,
    holidays: Vec<Day>,
    percent: u32,
}

pub struct Portfolio {
    pub rules: Vec<Rules>,
    homes: Vec<Home>,
    random: Random,
    today: Day,
}

/// One contract, with the place of its rules in [`Portfolio::rules`].
pub struct Case {
    pub facts: Facts,
    pub rules: usize,
    /// The day on which the oldest instalment that nobody paid falls due.
    pub oldest_unpaid: Day,
}

/// How a borrower is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Conduct {
    Current,
    Late,
    Noticed,
    Held,
}

impl Portfolio {
    /// A portfolio as it stands at [`Portfolio::now`]; it has no contract yet.
    pub fn new(seed: u64) -> Result<Portfolio, Failure> {
        let book = rulebook()?;
        let missing = |what: &str| Failure::Outside(anyhow!("{what}: not in the program"));
        let today = Day::from_ymd(2026, 9, 15).ok_or_else(|| missing("2026-09-15"))?;
        let mut rules = Vec::new();
        let mut homes = Vec::new();
        for (pack, zone, currency, percent) in HOMES {
            homes.push(Home {
                rules: rules.len(),
                zone: fairlock_rulebook::zone::load(zone).ok_or_else(|| missing(zone))?,
                currency: Currency::from_code(currency).ok_or_else(|| missing(currency))?,
                holidays: holidays(today),
                percent,
            });
            rules.push(book.rules_for(&[pack]).ok_or_else(|| missing(pack))?);
        }
        Ok(Portfolio {
            rules,
            homes,
            random: Random::new(seed),
            today,
        })
    }

    /// The business date of all of them.
    pub fn today(&self) -> Day {
        self.today
    }

    /// The instant at which it is planned: ten past ten in the morning, UTC.
    pub fn now(&self) -> Instant {
        let midnight = i64::from(self.today.unix_days()) * 86_400;
        Instant::from_unix_seconds(midnight + 10 * 3600 + 600)
    }

    /// The next contract.
    pub fn contract(&mut self, number: usize) -> Case {
        let home = self.home();
        let (count, step) = self.random.pick(&PLANS);
        let fallen_due = self.random.below(count);
        let since_due = self.random.below(u32::try_from(step).unwrap_or(1));
        let first_due = self
            .today
            .plus_days(-signed(since_due) - signed(fallen_due) * step);
        let conduct = self.conduct(fallen_due);
        let missing = match conduct {
            Conduct::Current => 0,
            _ => 1 + self.random.below(fallen_due.min(4)),
        };
        let mut facts = self.agreed(number, home, first_due, count, step);
        let paid = (fallen_due + u32::from(since_due > 0)).saturating_sub(missing);
        let mut events = self.payments(home, &facts.contract, paid);
        let oldest = first_due.plus_days(signed(paid) * step);
        self.happened(home, conduct, oldest, &facts, &mut events);
        events.sort_by_key(|event| event.at);
        events.retain(|event| event.at <= self.now());
        facts.events = events;
        Case {
            facts,
            rules: self.homes[home].rules,
            oldest_unpaid: oldest,
        }
    }

    fn home(&mut self) -> usize {
        let mut left = self.random.below(100);
        for (i, home) in self.homes.iter().enumerate() {
            if left < home.percent {
                return i;
            }
            left -= home.percent;
        }
        0
    }

    fn conduct(&mut self, fallen_due: u32) -> Conduct {
        if fallen_due == 0 {
            return Conduct::Current;
        }
        match self.random.below(100) {
            0..85 => Conduct::Current,
            85..93 => Conduct::Late,
            93..97 => Conduct::Noticed,
            _ => Conduct::Held,
        }
    }

    fn agreed(&mut self, number: usize, home: usize, first: Day, count: u32, step: i32) -> Facts {
        let home = &self.homes[home];
        let amount = 40_000 + i128::from(self.random.below(400_000));
        let signed_on = first.plus_days(-step);
        Facts {
            contract: Contract {
                id: format!("C-{number:07}"),
                product: Product::PurchaseLoan,
                currency: home.currency,
                signed_on,
                consent: Some(Consent {
                    separate_signature: true,
                    acknowledged_copy: true,
                    on: signed_on,
                }),
                instalments: (0..signed(count))
                    .map(|i| Instalment {
                        due: first.plus_days(i * step),
                        amount: Money::new(amount + i128::from(i % 2), home.currency),
                    })
                    .collect(),
                feed: Some("bank".to_owned()),
            },
            zone: home.zone.clone(),
            holidays: home.holidays.clone(),
            particulars: Particulars::default(),
            clearances: Vec::new(),
            notices: match self.random.percent(70) {
                true => NoticeMode::Manual,
                false => NoticeMode::Auto,
            },
            device: None,
            events: Vec::new(),
        }
    }

    /// So many instalments paid, each in one payment: most on time, a tenth of them up to five
    /// days late, a quarter of them announced before they are booked.
    fn payments(&mut self, home: usize, contract: &Contract, paid: u32) -> Vec<Event> {
        let mut events = Vec::new();
        for (i, instalment) in contract.instalments.iter().take(paid as usize).enumerate() {
            let off = match self.random.percent(10) {
                true => 1 + signed(self.random.below(5)),
                false => -signed(self.random.below(4)),
            };
            let day = instalment.due.plus_days(off);
            let at = self.hour(home, day);
            let payment = |state| EventKind::Payment {
                id: format!("{}-{i}", contract.id),
                state,
                amount: instalment.amount,
                paid_on: None,
            };
            if self.random.percent(25) {
                let kind = payment(PaymentState::Pending);
                events.push(Event { at, kind });
            }
            let at = at.plus(Span::minutes(1 + self.random.below(300)));
            let kind = payment(PaymentState::Booked);
            events.push(Event { at, kind });
        }
        events
    }

    /// Some time of a day between seven and nineteen.
    fn hour(&mut self, home: usize, day: Day) -> Instant {
        let minute = 7 * 60 + self.random.below(12 * 60);
        self.homes[home].zone.instant_of(day, minute)
    }

    /// What else happened: `oldest` is the day on which the oldest unpaid instalment fell due.
    fn happened(
        &mut self,
        home: usize,
        conduct: Conduct,
        oldest: Day,
        facts: &Facts,
        events: &mut Vec<Event>,
    ) {
        let served_by_hand = facts.notices == NoticeMode::Manual;
        match conduct {
            Conduct::Current | Conduct::Late => {}
            Conduct::Noticed if served_by_hand => self.notices(home, oldest, events),
            Conduct::Noticed => {
                let at = self.hour(home, self.today.plus_days(-1));
                let kind = EventKind::EmergencyPass;
                events.push(Event { at, kind });
            }
            Conduct::Held => {
                let day = self.today.plus_days(-signed(self.random.below(4)));
                let at = self.hour(home, day);
                let kind = self.hold(&facts.contract, at);
                events.push(Event { at, kind });
            }
        }
    }

    /// Every notice of the pack, delivered on two channels once it may be due.
    fn notices(&mut self, home: usize, oldest: Day, events: &mut Vec<Event>) {
        let pack = self.rules[self.homes[home].rules].packs[0].clone();
        let mut day = oldest;
        for notice in &pack.notices {
            let terms = &notice.terms.value;
            let days = terms.min_days_past_due.unwrap_or(0);
            day = day.max(oldest.plus_days(signed(days)));
            for channel in ["sms", "letter"] {
                let at = self.homes[home].zone.instant_of(day, 10 * 60);
                let kind = EventKind::Notice {
                    notice: NoticeId {
                        pack: pack.id.clone(),
                        notice: notice.id.clone(),
                    },
                    channel: channel.to_owned(),
                    proof: Proof::Delivered,
                };
                events.push(Event { at, kind });
            }
            let lead_days = i32::try_from(terms.lead.as_hours() / 24).unwrap_or(0);
            day = day.plus_days(lead_days + 1);
        }
    }

    fn hold(&mut self, contract: &Contract, at: Instant) -> EventKind {
        let amount = contract.instalments[0].amount;
        let id = "one".to_owned();
        let declared = |kind, days| EventKind::Hold {
            id: "one".to_owned(),
            kind,
            until: Some(at.plus(Span::days(days))),
        };
        match self.random.below(6) {
            0 => declared(HoldKind::Promise, 6),
            1 => declared(HoldKind::Hardship, 30),
            2 => EventKind::Hold {
                id,
                kind: HoldKind::Dispute,
                until: None,
            },
            3 => EventKind::Suspense {
                id,
                amount,
                state: SuspenseState::Candidate,
            },
            4 => EventKind::Feed {
                feed: "bank".to_owned(),
                state: FeedState::Stale,
            },
            _ => EventKind::Payment {
                id,
                state: PaymentState::Pending,
                amount,
                paid_on: None,
            },
        }
    }
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The holidays of last year, this one and the next.
fn holidays(today: Day) -> Vec<Day> {
    let (year, _, _) = today.ymd();
    let first = |year| Day::from_ymd(year, 1, 1);
    let starts = (year - 1..=year + 1).filter_map(first);
    let of_year = |start: Day| HOLIDAYS.iter().map(move |days| start.plus_days(*days));
    starts.flat_map(of_year).collect()
}
