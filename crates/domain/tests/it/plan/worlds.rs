//! Random contracts with random pasts, for the laws. Every world is one that could be: its events
//! follow from a small account of what is open, so that no fact contradicts another.

use std::fmt;
use std::sync::LazyLock;

use fairlock_domain::calendar::{Day, Instant, Span, Zone};
use fairlock_domain::contract::{
    BorrowerKind, Consent, Contract, Creditor, CreditorKind, Frequency, Goods, Instalment,
    Particulars, Product, RegulatorApproval,
};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::{LegalStatus, Pack, Proof, Rules};
use fairlock_domain::standing::{
    Clearance, Decision, Event, EventKind, Facts, FeedState, NoticeId, NoticeMode, Outcome,
    SuspenseState,
};
use fairlock_rulebook::{Rulebook, builtin_texts, zone};
use proptest::prelude::*;

/// Those of lenders, and those that are hardest on a clock: half an hour of summer time, days that
/// begin elsewhere, clocks that change at midnight.
const ZONES: [&str; 10] = [
    "UTC",
    "Asia/Kolkata",
    "America/New_York",
    "Europe/Berlin",
    "America/Havana",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Africa/Casablanca",
];

/// Read once: a thousand worlds share them.
static BOOK: LazyLock<Rulebook> = LazyLock::new(|| {
    // Kinds of rules that the packs of the program don't have, with times as short as the
    // sandbox's.
    let own = [
        ("days.toml", include_str!("days.toml")),
        ("changing.toml", include_str!("changing.toml")),
    ];
    let texts = builtin_texts().iter().copied().chain(own);
    Rulebook::from_texts(texts).expect("packs that can be read")
});
static LOADED: LazyLock<Vec<Zone>> = LazyLock::new(|| {
    let load = |name| zone::load(name).expect("a zone of the database");
    ZONES.into_iter().map(load).collect()
});

/// What kinds of things happen in a world.
#[derive(Debug, Clone, Copy)]
pub struct Happenings {
    pub payments: bool,
    pub passes: bool,
    pub reviews: bool,
    /// Notices grow stale: a hold that delays one can then let it live longer.
    pub stale_notices: bool,
}

pub const ALL: Happenings = Happenings {
    payments: true,
    passes: true,
    reviews: true,
    stale_notices: true,
};

#[derive(Clone)]
pub struct World {
    pub facts: Facts,
    pub rules: Rules,
}

/// What a person needs to see of a world that breaks a law: the packs are known.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let packs: Vec<&str> = self.rules.packs.iter().map(|p| p.id.as_str()).collect();
        writeln!(f, "{packs:?}, notices {:?}", self.facts.notices)?;
        writeln!(f, "{:?}", self.facts.contract)?;
        writeln!(f, "{:?}", self.facts.particulars)?;
        writeln!(f, "holidays {:?}", self.facts.holidays)?;
        for event in &self.facts.events {
            writeln!(f, "{} {:?}", self.facts.zone.local(event.at), event.kind)?;
        }
        Ok(())
    }
}

/// Something that wants to happen: how long after the one before, what, and two numbers to
/// choose details by.
type Wish = (u32, u8, u16, u16);

/// Packs of one world; mostly the sandbox, whose times are short.
fn packs(stale_notices: bool) -> impl Strategy<Value = Vec<&'static str>> {
    let changing = if stale_notices { "changing" } else { "sandbox" };
    prop_oneof![
        4 => Just(vec!["sandbox"]),
        3 => Just(vec!["days"]),
        2 => Just(vec![changing]),
        1 => Just(vec!["days", "strict-default", "in"]),
        3 => Just(vec!["strict-default"]),
        2 => Just(vec!["sandbox", "strict-default"]),
        1 => Just(vec!["in"]),
        1 => Just(vec!["strict-default", "in", "sandbox"]),
    ]
}

pub fn worlds(happenings: Happenings) -> impl Strategy<Value = World> {
    worlds_under(packs(happenings.stale_notices), happenings)
}

/// Worlds of packs of the program, whichever they are; mostly of one or two that can limit a phone.
/// The gates stand open more often than not: a lawyer's clearance and a regulator's approval for
/// each pack, and a creditor, a borrower and goods among those of the laws.
pub fn worlds_of_any_packs(happenings: Happenings) -> impl Strategy<Value = World> {
    let all: Vec<&'static str> = builtin_texts()
        .iter()
        .filter_map(|(file, _)| file.strip_prefix("packs/")?.strip_suffix("/pack.toml"))
        .collect();
    let limiting: Vec<&'static str> = all.iter().copied().filter(|id| can_limit(id)).collect();
    let some = prop_oneof![
        4 => prop::sample::subsequence(limiting, 1..=2),
        1 => prop::sample::subsequence(all, 1..=3),
    ];
    let particulars = (0..9_usize, 0..3_usize, 0..4_usize, 0..8_u8);
    let auto = prop::bool::weighted(0.6);
    (worlds_under(some, happenings), particulars, auto).prop_map(
        |(mut world, (creditor, borrower, goods, missing), auto)| {
            if auto {
                let told = |e: &Event| matches!(e.kind, EventKind::Notice { .. });
                world.facts.events.retain(|e| !told(e));
                world.facts.notices = NoticeMode::Auto;
            }
            let packs = world.rules.packs.iter().map(|pack| pack.id.clone());
            let (on, until) = (signed_on(), signed_on().plus_days(500));
            let facts = &mut world.facts;
            if missing > 0 {
                let clearance = |pack| Clearance {
                    pack,
                    by: "A lawyer".to_string(),
                    on,
                    until,
                    opinion_sha256: [7; 32],
                };
                facts.clearances = packs.clone().map(clearance).collect();
            }
            let particulars = &mut facts.particulars;
            let creditor = CreditorKind::ALL.get(creditor);
            particulars.creditor = creditor.map(|kind| Creditor {
                name: "Acme Mobile".to_string(),
                kind: *kind,
            });
            particulars.borrower = BorrowerKind::ALL.get(borrower).copied();
            particulars.goods = Goods::ALL.get(goods).copied();
            if missing > 1 {
                let approval = |pack| RegulatorApproval {
                    pack,
                    reference: "R-1".to_string(),
                    on,
                    until: Some(until),
                };
                particulars.approvals = packs.map(approval).collect();
            }
            world
        },
    )
}

/// Some contract can rise above `remind` under it.
fn can_limit(id: &str) -> bool {
    use LegalStatus::{Conditional, Counsel, ModelOnly, Permitted};
    BOOK.get(id).is_some_and(|pack| {
        let status = pack.legal_status.value;
        [Permitted, Conditional, Counsel, ModelOnly].contains(&status) && pack.reduce.is_some()
    })
}

/// The packs of the program, and the tests' own.
pub fn book() -> &'static Rulebook {
    &BOOK
}

/// A ladder of months, not of days.
fn takes_months(pack: &Pack) -> bool {
    let days = pack.reduce.as_ref().and_then(|reduce| {
        let past_due = reduce.min_days_past_due.as_ref().map(|rule| rule.value);
        past_due.or(reduce
            .min_days_in_default
            .as_ref()
            .map(|rule| rule.value.days))
    });
    days.is_some_and(|days| days >= 20)
}

pub fn worlds_under(
    packs: impl Strategy<Value = Vec<&'static str>>,
    happenings: Happenings,
) -> impl Strategy<Value = World> {
    let instalments = prop::collection::vec((-20..60_i32, 100..500_i128), 1..7);
    let wishes = prop::collection::vec((0..4000_u32, 0..24_u8, any::<u16>(), any::<u16>()), 0..25);
    let holidays = prop::collection::vec(0..200_i32, 0..6);
    (
        packs,
        0..ZONES.len(),
        instalments,
        holidays,
        any::<bool>(),
        -3..10_i32,
        (0..3_u8, 0..4_u16),
        wishes,
    )
        .prop_map(
            move |(packs, zone, lines, holidays, auto, consent, (pays, grace), wishes)| {
                let mut maker = Maker::new(&packs, zone, lines, holidays, auto, consent);
                maker.world.facts.particulars = Particulars {
                    frequency: [None, Some(Frequency::Weekly), Some(Frequency::Other)]
                        [usize::from(pays)],
                    days_of_grace: grace,
                    ..Particulars::default()
                };
                // Worlds of slow ladders go by slower steps.
                let slow = maker.world.rules.packs.iter().all(takes_months);
                maker.live(&wishes, if slow { 6 } else { 1 }, happenings)
            },
        )
}

struct Maker {
    world: World,
    now: Instant,
    payments: Vec<(String, PaymentState, Money)>,
    holds: Vec<(String, bool)>,
    suspense: Vec<(String, Money, bool)>,
}

/// The day on which every world's contract is signed.
pub fn signed_on() -> Day {
    Day::from_ymd(2026, 2, 20).expect("a day")
}

impl Maker {
    fn new(
        packs: &[&str],
        zone: usize,
        lines: Vec<(i32, i128)>,
        holidays: Vec<i32>,
        auto: bool,
        consent: i32,
    ) -> Maker {
        let currency = Currency::from_code("KES").expect("shillings");
        let facts = Facts {
            contract: Contract {
                id: "C-1".to_string(),
                product: Product::PurchaseLoan,
                currency,
                signed_on: signed_on(),
                consent: Some(Consent {
                    separate_signature: true,
                    acknowledged_copy: true,
                    on: signed_on().plus_days(consent),
                }),
                instalments: lines
                    .into_iter()
                    .map(|(days, minor)| Instalment {
                        due: signed_on().plus_days(days),
                        amount: Money::new(minor, currency),
                    })
                    .collect(),
                feed: Some("bank-1".to_string()),
            },
            zone: LOADED[zone].clone(),
            holidays: holidays
                .into_iter()
                .map(|d| signed_on().plus_days(d))
                .collect(),
            particulars: Particulars::default(),
            clearances: Vec::new(),
            notices: match auto {
                true => NoticeMode::Auto,
                false => NoticeMode::Manual,
            },
            device: None,
            events: Vec::new(),
        };
        Maker {
            now: facts.zone.instant_of(signed_on().plus_days(-2), 0),
            world: World {
                facts,
                rules: BOOK.rules_for(packs).expect("known packs"),
            },
            payments: Vec::new(),
            holds: Vec::new(),
            suspense: Vec::new(),
        }
    }

    fn live(mut self, wishes: &[Wish], slow: u32, happenings: Happenings) -> World {
        for (minutes, what, a, b) in wishes {
            // Some things happen within one instant, and many at full hours.
            self.now = match minutes % 5 {
                0 => self.now,
                1 => self.now.plus(Span::hours(minutes * slow / 60)),
                _ => self.now.plus(Span::minutes(minutes * slow)),
            };
            if let Some(kind) = self.event(*what, usize::from(*a), usize::from(*b), happenings) {
                let at = self.now;
                self.world.facts.events.push(Event { at, kind });
            }
        }
        self.world
    }

    fn money(&self, a: usize) -> Money {
        let minor = i128::try_from(a % 300 + 1).expect("small");
        Money::new(minor, self.world.facts.contract.currency)
    }

    fn event(&mut self, what: u8, a: usize, b: usize, happenings: Happenings) -> Option<EventKind> {
        match what {
            0..=5 if happenings.payments => self.payment(a, b),
            8 if happenings.payments => Some(EventKind::PayoffWaived {
                amount: self.money(a % 20),
            }),
            9..=10 => Some(EventKind::Feed {
                feed: ["bank-1", "bank-1", "bank-2"][a % 3].to_string(),
                state: [
                    FeedState::Healthy,
                    FeedState::Stale,
                    FeedState::Healthy,
                    FeedState::Gap,
                ][b % 4],
            }),
            11..=12 => self.open_hold(a, b),
            13..=14 => self.end_hold(a, b),
            15 => self.suspense(a, b),
            16..=18 if happenings.reviews => Some(EventKind::Review {
                by: "Amina".to_string(),
                decision: match b % 4 {
                    0 => Decision::Refuse,
                    _ => Decision::Approve,
                },
            }),
            19 if happenings.passes => Some(EventKind::EmergencyPass),
            20..=23 if self.world.facts.notices == NoticeMode::Manual => self.notice(a, b),
            _ => None,
        }
    }

    fn payment(&mut self, a: usize, b: usize) -> Option<EventKind> {
        use PaymentState::{Booked, Failed, Pending, Reversed};
        let today = self.world.facts.zone.day_of(self.now);
        let back = i32::try_from(b % 12).expect("small");
        let paid_on = a.is_multiple_of(3).then(|| today.plus_days(-back));
        let known = self.payments.len();
        let (id, state, amount) = if known == 0 || b.is_multiple_of(3) {
            let state = if a.is_multiple_of(2) { Pending } else { Booked };
            let payment = (format!("P{known}"), state, self.money(a));
            self.payments.push(payment.clone());
            payment
        } else {
            let fresh = self.money(b);
            let (id, state, amount) = &mut self.payments[a % known];
            let next = match (*state, b % 2) {
                (Pending, 0) | (Failed, _) => Booked,
                (Pending, _) if b.is_multiple_of(5) => Pending,
                (Pending, _) => Failed,
                (Booked, _) => Reversed,
                (Reversed, _) => return None,
            };
            if next == Booked {
                *amount = fresh;
            }
            *state = next;
            (id.clone(), next, *amount)
        };
        Some(EventKind::Payment {
            id,
            state,
            amount,
            paid_on,
        })
    }

    fn open_hold(&mut self, a: usize, b: usize) -> Option<EventKind> {
        let declared = HoldKind::ALL.into_iter().filter(|k| k.is_declared());
        let kind = declared.cycle().nth(a % 50)?;
        let id = format!("H{}", self.holds.len());
        self.holds.push((id.clone(), false));
        let hours = u32::try_from(b % 100).ok()?;
        let until =
            (kind.needs_until() || !b.is_multiple_of(5)).then(|| self.now.plus(Span::hours(hours)));
        Some(EventKind::Hold { id, kind, until })
    }

    fn end_hold(&mut self, a: usize, b: usize) -> Option<EventKind> {
        let known = self.holds.len().max(1);
        let (id, ended) = self.holds.get_mut(a % known)?;
        if std::mem::replace(ended, true) {
            return None;
        }
        Some(EventKind::HoldEnd {
            id: id.clone(),
            outcome: [None, Some(Outcome::Rejected), Some(Outcome::Upheld)][b % 3],
        })
    }

    fn suspense(&mut self, a: usize, b: usize) -> Option<EventKind> {
        let known = self.suspense.len();
        let amount = self.money(a);
        if known == 0 || b.is_multiple_of(2) {
            let id = format!("S{known}");
            self.suspense.push((id.clone(), amount, false));
            return Some(EventKind::Suspense {
                id,
                amount,
                state: SuspenseState::Candidate,
            });
        }
        let (id, _, cleared) = &mut self.suspense[a % known];
        if std::mem::replace(cleared, true) {
            return None;
        }
        Some(EventKind::Suspense {
            id: id.clone(),
            amount,
            state: SuspenseState::Cleared,
        })
    }

    fn notice(&mut self, a: usize, b: usize) -> Option<EventKind> {
        let packs = &self.world.rules.packs;
        let pack = &packs[a % packs.len()];
        let notice = pack.notices.get(b % pack.notices.len().max(1))?;
        Some(EventKind::Notice {
            notice: NoticeId {
                pack: pack.id.clone(),
                notice: notice.id.clone(),
            },
            channel: ["sms", "email", "letter"][b / 7 % 3].to_string(),
            proof: [Proof::Delivered, Proof::Shown, Proof::Sent, Proof::Failed][a / 7 % 4],
        })
    }
}

impl World {
    /// The same world as it was known at an instant.
    pub fn known_at(&self, at: Instant) -> World {
        let mut world = self.clone();
        world.facts.events.retain(|event| event.at <= at);
        world
    }

    /// Instants worth asking at: between events, at events, and long after.
    pub fn instants(&self) -> Vec<Instant> {
        let start = self.facts.zone.instant_of(signed_on(), 0);
        let mut instants = vec![
            start,
            start.plus(Span::hours(8)),
            start.plus(Span::days(300)),
        ];
        for event in &self.facts.events {
            instants.extend([
                event.at,
                event.at.plus(Span::minutes(61)),
                event.at.plus(Span::days(3)),
            ]);
        }
        instants.retain(|at| *at >= start);
        instants.sort_unstable();
        instants
    }
}
