//! Laws of conversion, over random lives of one contract and its phone.
//!
//! A life is lived as a server lives it: whatever happens, and at every instant that a plan, a
//! conversion or the phone named, the plan is made, converted and, when the phone is there, taken.
//! Failure is a grant of which the phone cuts or refuses anything, a phone that is stricter than
//! its plan while it is connected, a level that rises in a hold, and a conversion that says
//! something new when nothing is.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::plan::{self, Plan};
use fairlock_domain::rules::{Proof, Rules};
use fairlock_domain::standing::{
    Decision, Event, EventKind, Facts, FeedState, NoticeId, SuspenseState,
};
use fairlock_protocol::Level;
use fairlock_signer::KeyRole;
use fairlock_signer::convert::{self, Context, Converted};
use proptest::prelude::*;

use super::kit::{Known, Phone, at, charter, facts, money, rules, zone_of};

/// Something that wants to happen: hours after the one before, what, and how much.
type Wish = (u32, u8, u8);

/// The instants of one life; a life that goes on for ever is a fault.
const INSTANTS_MAX: usize = 3_000;

#[derive(Debug, Clone, Default)]
struct Seen {
    grants: u32,
    loosenings: u32,
    reduced: u32,
    locked: u32,
    released: u32,
}

struct Life {
    facts: Facts,
    rules: Rules,
    known: Known,
    phone: Phone,
    connected: bool,
    seen: Seen,
    again_at: Option<Instant>,
    /// Open hold, running payment and suspense, by number.
    hold: Option<u32>,
    pending: Option<(u32, i128)>,
    booked: Option<(u32, i128)>,
    suspense: Option<u32>,
    count: u32,
}

impl Life {
    fn begin(packs: &[&str], zone: &str) -> Life {
        let zone = zone_of(zone);
        let rules = rules(packs);
        let charter = charter(&rules, &zone);
        Life {
            facts: facts(zone),
            rules,
            known: Known::of(charter.clone()),
            phone: Phone::enrolled(charter, at("2026-01-10T09:00:00Z")),
            connected: true,
            seen: Seen::default(),
            again_at: None,
            hold: None,
            pending: None,
            booked: None,
            suspense: None,
            count: 0,
        }
    }

    fn plan(&self, now: Instant) -> Plan {
        plan::plan(&self.facts, &self.rules, now).expect("facts that fit together")
    }

    fn convert(&self, plan: &Plan, now: Instant) -> Converted {
        let context = Context {
            rules: &self.rules,
            zone: &self.facts.zone,
            decision: [7; 16],
            now,
        };
        convert::grant(plan, &self.known.prior, &context).expect("a grant that can be read")
    }

    fn happens(&mut self, now: Instant, kind: EventKind) {
        self.facts.events.push(Event { at: now, kind });
    }

    fn payment(&mut self, now: Instant, id: u32, state: PaymentState, minor: i128) {
        let kind = EventKind::Payment {
            id: format!("P-{id}"),
            state,
            amount: money(minor),
            paid_on: None,
        };
        self.happens(now, kind);
    }

    /// Lets a wish come true, if it can be.
    fn wish(&mut self, now: Instant, what: u8, how_much: u8) {
        self.count += 1;
        let id = self.count;
        match what {
            0 | 1 => {
                let owed = self.plan(now).payoff.minor();
                let minor = (owed * i128::from(how_much) / 255).max(1);
                self.payment(now, id, PaymentState::Booked, minor);
                self.booked = Some((id, minor));
            }
            2 if self.pending.is_none() => {
                let minor = 1 + i128::from(how_much) * 1_000;
                self.payment(now, id, PaymentState::Pending, minor);
                self.pending = Some((id, minor));
            }
            3 => {
                if let Some((id, minor)) = self.pending.take() {
                    let state = if how_much < 128 {
                        PaymentState::Booked
                    } else {
                        PaymentState::Failed
                    };
                    self.payment(now, id, state, minor);
                }
            }
            4 => {
                if let Some((id, minor)) = self.booked.take() {
                    self.payment(now, id, PaymentState::Reversed, minor);
                }
            }
            5 => match self.hold.take() {
                None => {
                    let kinds = [
                        HoldKind::Dispute,
                        HoldKind::Outage,
                        HoldKind::WrongPerson,
                        HoldKind::Promise,
                    ];
                    let kind = kinds[usize::from(how_much) % kinds.len()];
                    let hold = EventKind::Hold {
                        id: format!("H-{id}"),
                        kind,
                        until: None,
                    };
                    self.happens(now, hold);
                    self.hold = Some(id);
                }
                Some(id) => {
                    let end = EventKind::HoldEnd {
                        id: format!("H-{id}"),
                        outcome: None,
                    };
                    self.happens(now, end);
                }
            },
            6 => {
                let state = if how_much < 128 {
                    FeedState::Stale
                } else {
                    FeedState::Healthy
                };
                self.happens(
                    now,
                    EventKind::Feed {
                        feed: "bank".to_owned(),
                        state,
                    },
                );
            }
            7 => match self.suspense.take() {
                None => {
                    let state = SuspenseState::Candidate;
                    let amount = money(1 + i128::from(how_much) * 1_000);
                    self.happens(
                        now,
                        EventKind::Suspense {
                            id: format!("S-{id}"),
                            amount,
                            state,
                        },
                    );
                    self.suspense = Some(id);
                }
                Some(id) => {
                    let state = SuspenseState::Cleared;
                    self.happens(
                        now,
                        EventKind::Suspense {
                            id: format!("S-{id}"),
                            amount: money(1),
                            state,
                        },
                    );
                }
            },
            8 => {
                let decision = if how_much < 200 {
                    Decision::Approve
                } else {
                    Decision::Refuse
                };
                self.happens(
                    now,
                    EventKind::Review {
                        by: "Ann".to_owned(),
                        decision,
                    },
                );
            }
            9 => {
                let moment = self.phone.moment(now);
                let pass = self.phone.charter.pass;
                if self.connected && self.phone.state.press_pass(&pass, moment.running) {
                    self.happens(now, EventKind::EmergencyPass);
                }
            }
            10 => self.connected = !self.connected,
            _ => {}
        }
    }

    /// Serves what is due by two channels, and lets the owner look at the phone.
    fn notices(&mut self, now: Instant) {
        let due = self.plan(now).notices_due;
        for notice in due.into_iter().filter(|notice| notice.at <= now) {
            for channel in ["sms", "phone"] {
                let id = NoticeId {
                    pack: notice.pack.clone(),
                    notice: notice.notice.clone(),
                };
                let channel = channel.to_owned();
                self.happens(
                    now,
                    EventKind::Notice {
                        notice: id,
                        channel,
                        proof: Proof::Shown,
                    },
                );
            }
        }
    }

    /// One instant.
    fn live(&mut self, now: Instant) {
        self.notices(now);
        self.phone.look_at_notices(now);
        self.phone.advance(now);
        let mut rounds = 0;
        loop {
            if self.connected {
                self.known.reported(&self.phone);
            }
            let plan = self.plan(now);
            let converted = self.convert(&plan, now);
            self.again_at = converted.again_at.filter(|again| *again > now);
            let Some(body) = converted.body else { break };
            rounds += 1;
            assert!(
                rounds <= 3,
                "a conversion that never comes to rest at {now}"
            );
            assert_eq!(body.role == KeyRole::Restrict, body.tightening);
            if !plan.holds.is_empty() {
                assert_eq!(body.grant.later, [], "a step in a hold at {now}");
            }
            self.seen.grants += 1;
            self.seen.loosenings += u32::from(!body.tightening);
            self.known.made(body);
            self.connect(now);
        }
        self.connect(now);
        self.check(now);
    }

    /// The phone gets the newest grant, when it is there.
    fn connect(&mut self, now: Instant) {
        let Some(newest) = self.known.made.last().filter(|_| self.connected) else {
            return;
        };
        let before = self.phone.state.highest;
        if before >= newest.grant.seq || self.phone.state.released.is_some() {
            self.phone.contact(&newest.payload.clone(), now);
            return self.phone.advance(now);
        }
        let newest = newest.clone();
        let was_at = self.phone.state.grant_level();
        let lapsed = self.phone.state.lapsed;
        let accepted = self.phone.take(&newest, now).expect("taken").expect("new");
        // That its lapse has fired is the one thing that the server can't know of a phone that
        // was away: a ladder that it signed as a loosening is cut then, and comes again.
        if lapsed && newest.role == KeyRole::Relax {
            self.known.prior.disobeyed = !accepted.cuts.is_empty();
        } else {
            assert_eq!(accepted.cuts, [], "at {now}: {:?}", newest.grant);
        }
        assert!(newest.tightening || !accepted.tightening, "at {now}");
        assert!(
            self.phone.state.grant_level() <= was_at,
            "accepting raises nothing"
        );
        self.phone.contact(&newest.payload, now);
        self.phone.look_at_notices(now);
        self.phone.advance(now);
        self.known.reported(&self.phone);
    }

    /// The laws that hold after every instant.
    fn check(&mut self, now: Instant) {
        let plan = self.plan(now);
        let level = self.phone.state.level();
        if self.connected {
            let wanted = wire(plan.level);
            assert!(
                level <= wanted,
                "{level:?} on the phone, {wanted:?} planned at {now}"
            );
        }
        self.seen.reduced += u32::from(level == Level::Reduce);
        self.seen.locked += u32::from(level == Level::Lock);
        self.seen.released += u32::from(level == Level::Released);
        // The same plan with the same phone says nothing new, now and until something is due.
        let until = [plan.review_at, self.again_at].into_iter().flatten().min();
        let later = until.map_or(now.plus(Span::days(30)), |until| halfway(now, until));
        // Beneath a pass the climb goes on unseen; what it reaches is granted when the pass ends.
        let beneath_pass = plan.reached.iter().any(|step| step.level > plan.level);
        if self.connected && !beneath_pass {
            for then in [now, later] {
                let again = self.convert(&self.plan(then), then).body;
                assert!(
                    again.is_none(),
                    "nothing happened from {now} to {then}: {again:?}"
                );
            }
        }
    }

    /// The next instant at which something is due without news. A connected phone checks in every
    /// day.
    fn next(&self, now: Instant) -> Option<Instant> {
        let check_in = self.connected.then(|| now.plus(Span::days(1)));
        let running = self.phone.moment(now).running;
        let phone = self.phone.state.next(&self.phone.moment(now));
        let phone = phone.map(|at| at.saturating_sub(running).max(1));
        let phone =
            phone.map(|left| now.plus(Span::seconds(u32::try_from(left).unwrap_or(u32::MAX))));
        let due = self.plan(now).review_at;
        [check_in, phone, due, self.again_at]
            .into_iter()
            .flatten()
            .filter(|at| *at > now)
            .min()
    }

    fn all(&mut self, wishes: &[Wish]) {
        let mut now = at("2026-01-12T08:00:00Z");
        self.live(now);
        let mut wishes = wishes.iter();
        let mut wish = wishes.next();
        let mut due = wish.map(|(hours, _, _)| now.plus(Span::hours(*hours)));
        let end = at("2026-09-01T00:00:00Z");
        for _ in 0..INSTANTS_MAX {
            let next = [self.next(now), due].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next < end) else {
                return;
            };
            now = next;
            if due == Some(now) {
                if let Some((_, what, how_much)) = wish {
                    self.wish(now, *what, *how_much);
                }
                wish = wishes.next();
                due = wish.map(|(hours, _, _)| now.plus(Span::hours(*hours)));
            }
            self.live(now);
        }
        panic!("a life that goes on for ever");
    }
}

fn halfway(from: Instant, to: Instant) -> Instant {
    Instant::from_unix_nanos((from.unix_nanos() + to.unix_nanos()) / 2)
}

fn wire(level: plan::Level) -> Level {
    match level {
        plan::Level::Released => Level::Released,
        plan::Level::Free => Level::Free,
        plan::Level::Remind => Level::Remind,
        plan::Level::Reduce => Level::Reduce,
        plan::Level::Lock => Level::Lock,
    }
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    // Some begin when the ladder stands already.
    let begin = (1_u32..1_200, Just(13_u8), Just(0_u8));
    let rest = prop::collection::vec((1_u32..400, 0_u8..14, any::<u8>()), 1..24);
    (begin, rest).prop_map(|(begin, rest)| std::iter::once(begin).chain(rest).collect())
}

fn packs() -> impl Strategy<Value = &'static [&'static str]> {
    prop_oneof![
        4 => Just(&["sandbox"][..]),
        1 => Just(&["strict-default"][..]),
        1 => Just(&["sandbox", "strict-default"][..]),
        1 => Just(&["in"][..]),
    ]
}

fn zones() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("Africa/Nairobi"),
        Just("Europe/Berlin"),
        Just("America/New_York")
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn every_grant_is_taken_whole_and_no_connected_phone_is_stricter_than_its_plan(
        packs in packs(), zone in zones(), wishes in wishes()
    ) {
        Life::begin(packs, zone).all(&wishes);
    }
}

#[test]
fn lives_reach_what_the_laws_speak_of() {
    let mut seen = Seen::default();
    for first in 0..12_u32 {
        let wish = |i: u32| {
            let hours = if i == 0 {
                800
            } else {
                40 + (first * 37 + i * 53) % 300
            };
            (
                hours,
                ((first + i * 5) % 14) as u8,
                (i * 61 + first * 17) as u8,
            )
        };
        let wishes: Vec<Wish> = (0..16).map(wish).collect();
        let mut life = Life::begin(&["sandbox"], "Africa/Nairobi");
        life.all(&wishes);
        seen.grants += life.seen.grants;
        seen.loosenings += life.seen.loosenings;
        seen.reduced += life.seen.reduced;
        seen.locked += life.seen.locked;
        seen.released += life.seen.released;
    }
    let all = [
        seen.grants,
        seen.loosenings,
        seen.reduced,
        seen.locked,
        seen.released,
    ];
    assert!(all.iter().all(|count| *count > 10), "{seen:?}");
}
