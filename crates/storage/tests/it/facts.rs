//! Facts: every kind of event comes back, the contract's own and its feed's, in one order.

use fairlock_domain::calendar::{Instant, zone};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::{Level, Proof};
use fairlock_domain::standing::{
    Decision, DeviceLink, Event, EventKind, FeedState, NoticeId, NoticeMode, Outcome, SuspenseState,
};
use fairlock_storage::{ChangeSet, ContractChange, FeedChange, NewFeed, TimelineEntry};

use crate::world::{LENDER, World, at, contract, day, kes, on_each_engine, paid, plan, stamp};

fn every_kind() -> Vec<EventKind> {
    let notice = |proof| EventKind::Notice {
        notice: NoticeId {
            pack: "sandbox".into(),
            notice: "first".into(),
        },
        channel: "sms".into(),
        proof,
    };
    let mut kinds: Vec<EventKind> = Proof::ALL.into_iter().map(notice).collect();
    kinds.extend(PaymentState::ALL.map(|state| paid("P-1", state, 100, 0).kind));
    kinds.extend(HoldKind::ALL.map(|kind| EventKind::Hold {
        id: kind.name().into(),
        kind,
        until: (kind == HoldKind::Goodwill).then(|| at(900)),
    }));
    for outcome in [None, Some(Outcome::Upheld), Some(Outcome::Rejected)] {
        let id = "H-1".into();
        kinds.push(EventKind::HoldEnd { id, outcome });
    }
    for state in [SuspenseState::Candidate, SuspenseState::Cleared] {
        let (id, amount) = ("P-2".into(), kes(50));
        kinds.push(EventKind::Suspense { id, amount, state });
    }
    for decision in [Decision::Approve, Decision::Refuse] {
        let by = "a supervisor".into();
        kinds.push(EventKind::Review { by, decision });
    }
    for state in [FeedState::Healthy, FeedState::Stale, FeedState::Gap] {
        let feed = "bank-1".into();
        kinds.push(EventKind::Feed { feed, state });
    }
    kinds.push(EventKind::EmergencyPass);
    kinds.push(EventKind::Contact);
    kinds.push(EventKind::PayoffWaived { amount: kes(10) });
    kinds
}

fn append(world: &World, contract: &str, events: Vec<Event>) {
    let mut set = ChangeSet::new(stamp(1));
    let mut change = ContractChange::new(contract, world.version(contract));
    change.events = events;
    set.contracts.push(change);
    world.store.commit(LENDER, set).expect("it fits");
}

#[test]
fn every_kind_of_event_comes_back() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let events: Vec<Event> = (0..)
            .zip(every_kind())
            .map(|(n, kind)| Event {
                at: at(n / 3),
                kind,
            })
            .collect();
        append(world, "C-1", events.clone());
        let facts = world
            .store
            .facts(LENDER, "C-1")
            .expect("readable")
            .expect("there");
        assert_eq!(facts.events, events);
    });
}

#[test]
fn facts_are_what_the_engine_judges() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let read = || {
            world
                .store
                .facts(LENDER, "C-1")
                .expect("readable")
                .expect("there")
        };
        let facts = read().facts(zone::utc());
        assert_eq!(facts.contract, contract("C-1").contract);
        assert_eq!((facts.notices, facts.device), (NoticeMode::Manual, None));

        let device = world.enrol("C-1", 1);
        let facts = read();
        let link = facts.facts(zone::utc()).device;
        let accepted = DeviceLink {
            charter_accepted: true,
            is_this_loans: true,
        };
        assert_eq!(link, Some(accepted));
        assert_eq!(facts.version, 3, "enrolment and the charter are new facts");
        let known = facts.device.expect("enrolled");
        assert_eq!(
            (known.device, known.newest_seq, known.newest),
            (device, 0, None)
        );

        world.grant("C-1", device, 4, 10);
        let known = read().device.expect("enrolled");
        assert_eq!(known.newest_seq, 4);
        assert_eq!(known.newest.map(|g| g.seq), Some(4));
        assert_eq!(known.newest_signed, None);
    });
}

fn feed_change(world: &World, state: FeedState, seconds: i64) -> u64 {
    let mut feed = world
        .store
        .feed(LENDER, "bank-1")
        .expect("readable")
        .expect("defined");
    feed.state = state;
    feed.state_since = at(seconds);
    feed.why = Some("no heartbeat".into());
    feed.sequence = Some(7);
    feed.closing = Some(kes(-5));
    feed.heartbeat_at = Some(at(seconds - 1));
    let mut set = ChangeSet::new(stamp(seconds));
    set.feeds.push(FeedChange {
        feed: feed.clone(),
        event: Some(state),
    });
    let done = world.store.commit(LENDER, set).expect("it fits");
    assert_eq!(world.store.feed(LENDER, "bank-1"), Ok(Some(feed)));
    done.reviews
}

fn define(world: &World) {
    let feed = NewFeed {
        feed: "bank-1".into(),
        kind: "statement".into(),
        account: Some("KE12".into()),
        period: fairlock_domain::calendar::Span::hours(30),
    };
    let row = world
        .store
        .define_feed(LENDER, feed, at(0))
        .expect("writable");
    assert_eq!(
        (row.state, row.period),
        (
            FeedState::Healthy,
            fairlock_domain::calendar::Span::hours(30)
        )
    );
}

#[test]
fn a_feed_s_change_is_a_fact_of_every_contract_on_it() {
    on_each_engine(|world| {
        let mut elsewhere = contract("C-3");
        elsewhere.contract.feed = Some("mpesa".into());
        world.import(&["C-1", "C-2"]);
        let one = vec![elsewhere];
        world
            .store
            .import_contracts(LENDER, one, at(0))
            .expect("importable");
        define(world);
        append(
            world,
            "C-1",
            vec![paid("P-1", PaymentState::Pending, 10, 5)],
        );
        assert_eq!(feed_change(world, FeedState::Stale, 6), 2);
        append(world, "C-1", vec![paid("P-1", PaymentState::Booked, 10, 6)]);
        assert_eq!(feed_change(world, FeedState::Healthy, 7), 2);

        let facts = |id: &str| {
            world
                .store
                .facts(LENDER, id)
                .expect("readable")
                .expect("there")
        };
        let feed_event = |state, seconds| Event {
            at: at(seconds),
            kind: EventKind::Feed {
                feed: "bank-1".into(),
                state,
            },
        };
        let (stale, healthy) = (
            feed_event(FeedState::Stale, 6),
            feed_event(FeedState::Healthy, 7),
        );
        let expected = [
            paid("P-1", PaymentState::Pending, 10, 5),
            stale.clone(),
            paid("P-1", PaymentState::Booked, 10, 6),
            healthy.clone(),
        ];
        assert_eq!(
            facts("C-1").events,
            expected,
            "at one instant, as they came in"
        );
        assert_eq!(facts("C-2").events, [stale, healthy]);
        assert_eq!(
            facts("C-2").version,
            3,
            "who decided before must look again"
        );
        assert_eq!(facts("C-3").events, []);
        assert_eq!(facts("C-3").version, 1);
    });
}

#[test]
fn a_feed_s_change_makes_its_contracts_due() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        define(world);
        let planned = |review_at: Option<Instant>, seconds| {
            let mut set = ChangeSet::new(stamp(seconds));
            let mut change = ContractChange::new("C-1", world.version("C-1"));
            let mut projection = plan(Level::Free);
            projection.review_at = review_at;
            change.projection = Some(projection);
            set.contracts.push(change);
            world.store.commit(LENDER, set).expect("it fits");
        };
        planned(None, 1);
        assert_eq!(world.store.next_review(LENDER), Ok(None));
        feed_change(world, FeedState::Stale, 6);
        assert_eq!(world.store.next_review(LENDER), Ok(Some(at(6))));
        planned(Some(at(3)), 7);
        feed_change(world, FeedState::Gap, 8);
        assert_eq!(
            world.store.next_review(LENDER),
            Ok(Some(at(3))),
            "sooner stays sooner"
        );
        let health = world.store.feed_health(LENDER).expect("readable");
        assert_eq!(
            (health[0].feed.state, health[0].contracts),
            (FeedState::Gap, 1)
        );
        let needed = world.store.exceptions(LENDER).expect("readable");
        assert_eq!(needed.feeds, [("bank-1".to_owned(), at(8), 1)]);
    });
}

#[test]
fn the_timeline_is_newest_first_and_pages_do_not_cut_an_instant() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        define(world);
        for n in 0..4 {
            let id = format!("P-{n}");
            let events = vec![
                paid(&id, PaymentState::Pending, 10, n * 10 + 10),
                paid(&id, PaymentState::Booked, 10, n * 10 + 10),
            ];
            append(world, "C-1", events);
        }
        feed_change(world, FeedState::Stale, 25);
        let page = |before| {
            let page = world
                .store
                .timeline(LENDER, "C-1", before, 3)
                .expect("readable");
            let instants: Vec<_> = page.entries.iter().map(TimelineEntry::at).collect();
            (instants, page.next)
        };
        let (first, next) = page(None);
        assert_eq!(first, [at(40), at(40), at(30), at(30)]);
        let (second, next) = page(next);
        assert_eq!(second, [at(25), at(20), at(20)]);
        let (third, next) = page(next);
        assert_eq!((third, next), (vec![at(10), at(10)], None));
        let newest = world
            .store
            .timeline(LENDER, "C-1", None, 1)
            .expect("readable");
        let TimelineEntry::Event(event) = &newest.entries[0] else {
            panic!("an event");
        };
        assert_eq!(event.kind, paid("P-3", PaymentState::Booked, 10, 0).kind);
        assert_eq!(day("2026-01-01"), zone::utc().day_of(at(0)));
    });
}
