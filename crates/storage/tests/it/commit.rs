//! One write for the engine's result: all or nothing, on facts that haven't changed.

use std::sync::Barrier;

use fairlock_domain::holds::{HoldEntry, HoldKind};
use fairlock_domain::ledger::{Layer, Leg, Owner, Posting, Side};
use fairlock_domain::payment::{Candidate, Evidence, PaymentState, SuspenseReason};
use fairlock_domain::rules::Level;
use fairlock_domain::standing::{Event, EventKind, SuspenseState};
use fairlock_storage::{
    ChangeSet, CommitError, ContractChange, NewDecision, NoticeChange, NoticeState, PaymentChange,
    RestsOn, SuspenseChange,
};

use crate::world::{
    LENDER, World, at, book, day, grant, kes, line, on_each_engine, paid, payment, plan, receipt,
    stamp,
};

#[test]
fn a_booked_payment_is_written_whole() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let done = world
            .store
            .commit(LENDER, world.booking("P-1", "C-1", 1_000, 10));
        assert_eq!(done.expect("it fits").contracts, [("C-1".to_owned(), 2)]);

        let store = &world.store;
        let rows = store.payments_of(LENDER, "C-1").expect("readable");
        let (row, times) = &rows[0];
        let mut expected = payment("P-1", PaymentState::Booked, Some("C-1"), 1_000, 10);
        expected.version = 1;
        assert_eq!(*row, expected);
        assert_eq!(
            (times.received, times.credited),
            (stamp(10), Some(stamp(10)))
        );
        assert_eq!((times.signed, times.applied), (None, None));

        let known = store.payments_by_keys(LENDER, &[receipt("P-1"), receipt("P-2")]);
        let known = known.expect("readable");
        assert_eq!(known.len(), 1);
        assert_eq!(
            (known[0].key.as_str(), &known[0].payment),
            ("receipt|mpesa|P-1", row)
        );

        let facts = store
            .facts(LENDER, "C-1")
            .expect("readable")
            .expect("there");
        assert_eq!(facts.events, [paid("P-1", PaymentState::Booked, 1_000, 10)]);
        assert_eq!(
            facts.review_at,
            Some(at(10)),
            "without a plan it is due at once"
        );
        assert_eq!(store.unread_count(LENDER), Ok(0));
        assert!(store.proof(LENDER).expect("readable").holds());
    });
}

/// Spoils a booking of P-2 after P-1 was booked: it is refused, and nothing of it is there.
fn check(spoil: impl Fn(&World, &mut ChangeSet), expected: impl Fn(&ChangeSet) -> CommitError) {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let first = world.booking("P-1", "C-1", 1_000, 10);
        world.store.commit(LENDER, first).expect("it fits");
        let mut set = world.booking("P-2", "C-1", 500, 20);
        spoil(world, &mut set);
        let expected = expected(&set);
        assert_eq!(world.store.commit(LENDER, set), Err(expected));

        let store = &world.store;
        assert_eq!(
            store.unread_count(LENDER),
            Ok(1),
            "its message is unread again"
        );
        assert_eq!(store.payment(LENDER, "P-2"), Ok(None));
        assert_eq!(
            store.payments_by_keys(LENDER, &[receipt("P-2")]),
            Ok(Vec::new())
        );
        assert_eq!(store.postings_of(LENDER, "C-1").expect("readable").len(), 2);
        assert_eq!(world.version("C-1"), 2);
        assert!(store.proof(LENDER).expect("readable").holds());
    });
}

#[test]
fn changed_facts_are_a_conflict() {
    check(
        |_, set| set.contracts[0].expected_version = 1,
        |_| CommitError::Conflict {
            contract_id: "C-1".into(),
            expected: 1,
            found: 2,
        },
    );
    check(
        |_, set| set.contracts[0].contract_id = "C-9".into(),
        |_| CommitError::UnknownContract("C-9".into()),
    );
}

#[test]
fn a_payment_changes_only_as_it_was_read() {
    check(
        |_, set| set.payments[0].payment.version = 1,
        |_| CommitError::PaymentConflict {
            payment_id: "P-2".into(),
            expected: 1,
            found: 0,
        },
    );
    check(
        |_, set| set.payments[0].keys.push(receipt("P-1")),
        |_| CommitError::KeyTaken {
            key: "receipt|mpesa|P-1".into(),
            payment_id: "P-2".into(),
            owner: "P-1".into(),
        },
    );
}

#[test]
fn every_new_payment_has_a_line_and_every_line_its_place() {
    check(
        |_, set| set.lines[0].payment_id = None,
        |_| CommitError::NoSource {
            payment_id: "P-2".into(),
        },
    );
    check(
        |_, set| {
            let twin = set.lines[0].clone();
            set.lines.push(twin);
        },
        |set| CommitError::LineExists {
            message: set.lines[0].message,
            place: "0/0".into(),
        },
    );
}

#[test]
fn postings_are_looked_at_once_more() {
    check(
        |_, set| set.postings[0].legs[0].amount = kes(499),
        |_| CommitError::Unbalanced {
            id: "P-2/booked".into(),
        },
    );
    check(
        |_, set| set.postings[0].command.subject = "P-1".into(),
        |_| CommitError::PostingExists {
            id: "P-1/booked".into(),
        },
    );
    check(
        |world, set| {
            let owner = Owner::Contract("C-2".into());
            set.postings = world.post(&["C-2"], &[book("P-2", owner, 500, 20)]);
        },
        |_| CommitError::Unguarded {
            id: "P-2/booked".into(),
            contract_id: "C-2".into(),
        },
    );
}

#[test]
fn events_come_in_order_and_once() {
    check(
        |_, set| set.contracts[0].events[0].at = at(9),
        |_| CommitError::EventOutOfOrder {
            contract_id: "C-1".into(),
            at: at(9),
        },
    );
    check(
        |_, set| {
            set.contracts[0]
                .events
                .push(paid("P-1", PaymentState::Booked, 1_000, 20))
        },
        |_| CommitError::EventExists {
            contract_id: "C-1".into(),
            payment_id: "P-1".into(),
            state: "booked".into(),
        },
    );
}

#[test]
fn suspense_opens_once_and_clears_once() {
    let clear = |id: &str| SuspenseChange::Clear {
        payment_id: id.into(),
        by: "matched".into(),
    };
    check(
        |_, set| set.suspense.push(clear("P-2")),
        |_| CommitError::Suspense {
            payment_id: "P-2".into(),
        },
    );
    check(
        |_, set| {
            let change = NoticeChange::to(7, NoticeState::Waiting, NoticeState::Sent);
            set.notices.push(change);
        },
        |_| CommitError::NoticeMoved {
            no: 7,
            expected: "waiting",
        },
    );
}

#[test]
fn a_seq_is_taken_once_by_its_own_contract_s_phone() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let device = world.enrol("C-1", 1);
        world.grant("C-1", device, 1, 10);
        let grant_for = |contract: &str, seq| {
            let mut set = ChangeSet::new(stamp(11));
            let mut change = ContractChange::new(contract, world.version(contract));
            change.grant = Some(grant(device, seq));
            set.contracts.push(change);
            world.store.commit(LENDER, set)
        };
        let taken = CommitError::SeqTaken {
            device,
            seq: 1,
            newest: 1,
        };
        assert_eq!(grant_for("C-1", 1), Err(taken.clone()));
        assert!(taken.is_conflict());
        let foreign = CommitError::ForeignDevice {
            device,
            contract_id: "C-2".into(),
        };
        assert_eq!(grant_for("C-2", 2), Err(foreign));
        assert!(grant_for("C-1", 5).is_ok(), "gaps mean nothing");
    });
}

#[test]
fn of_two_that_decided_on_the_same_facts_one_wins() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let sets = [
            world.booking("P-1", "C-1", 1_000, 10),
            world.booking("P-2", "C-1", 2_000, 10),
        ];
        let start = Barrier::new(2);
        let results: Vec<_> = std::thread::scope(|scope| {
            let commit = |set| {
                start.wait();
                world.store.commit(LENDER, set)
            };
            let threads: Vec<_> = sets
                .into_iter()
                .map(|s| scope.spawn(move || commit(s)))
                .collect();
            threads
                .into_iter()
                .map(|t| t.join().expect("no panic"))
                .collect()
        });
        let conflicts = results
            .iter()
            .filter(|r| matches!(r, Err(e) if e.is_conflict()));
        assert_eq!(conflicts.count(), 1);
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
        assert!(world.store.proof(LENDER).expect("readable").holds());
    });
}

#[test]
fn a_plan_becomes_columns_and_ends_a_lease() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let store = &world.store;
        assert_eq!(
            store
                .lease_reviews(LENDER, "a", at(0), at(60), 9)
                .expect("due")
                .len(),
            1
        );
        let mut set = ChangeSet::new(stamp(1));
        let mut change = ContractChange::new("C-1", 1);
        let mut projection = plan(Level::Reduce);
        projection.past_due_since = Some(day("2026-02-01"));
        projection.arrears = kes(1_000);
        projection.restore = kes(900);
        projection.review_at = Some(at(500));
        projection.holds = vec![
            HoldEntry {
                kind: HoldKind::Dispute,
                until: None,
            },
            HoldEntry {
                kind: HoldKind::PaymentInDoubt,
                until: Some(at(400)),
            },
        ];
        change.projection = Some(projection.clone());
        change.decision = Some(NewDecision {
            hash: [5; 16],
            level: Level::Reduce,
            record: vec![1, 2, 3],
            rests_on: RestsOn::default(),
        });
        set.contracts.push(change);
        store.commit(LENDER, set).expect("it fits");

        let row = store
            .contract(LENDER, "C-1")
            .expect("readable")
            .expect("there");
        assert_eq!((row.level, row.version), (Level::Reduce, 2));
        assert_eq!(row.past_due_since, projection.past_due_since);
        assert_eq!(
            (row.arrears, row.restore, row.payoff),
            (kes(1_000), kes(900), kes(3_000))
        );
        assert_eq!(
            (row.holds, row.review_at),
            (projection.holds, Some(at(500)))
        );
        assert_eq!(
            (row.planned_at, row.decision_hash),
            (Some(at(1)), Some([5; 16]))
        );
        let decision = store.decision(LENDER, "C-1", &[5; 16]).expect("readable");
        assert_eq!(decision.expect("there").record, [1, 2, 3]);
        assert_eq!(store.next_review(LENDER), Ok(Some(at(500))));
        let levels = store.level_counts(LENDER).expect("readable");
        let counts: Vec<_> = levels
            .iter()
            .map(|c| (c.level.name(), c.contracts))
            .collect();
        let expected = [
            ("released", 0),
            ("free", 0),
            ("remind", 0),
            ("reduce", 1),
            ("lock", 0),
        ];
        assert_eq!(counts, expected);
        let again = store.lease_reviews(LENDER, "b", at(500), at(560), 9);
        assert_eq!(again.expect("due").len(), 1, "the plan ended the lease");
    });
}

#[test]
fn a_review_is_leased_to_one_holder() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2", "C-3"]);
        let store = &world.store;
        let lease = |holder: &str, now, limit| {
            let due = store.lease_reviews(LENDER, holder, at(now), at(now + 60), limit);
            let due = due.expect("writable").into_iter();
            due.map(|d| d.contract_id).collect::<Vec<_>>()
        };
        assert_eq!(lease("a", -1, 9), [""; 0], "not due yet");
        assert_eq!(lease("a", 0, 2), ["C-1", "C-2"]);
        assert_eq!(lease("b", 1, 9), ["C-3"], "the others are a's");
        assert_eq!(
            lease("a", 2, 9),
            ["C-1", "C-2"],
            "after a restart a goes on"
        );
        assert_eq!(
            lease("b", 62, 9),
            ["C-1", "C-2", "C-3"],
            "a's lease is over"
        );
        assert_eq!(store.due_review_count(LENDER, at(62)), Ok(3));
    });
}

#[test]
fn suspense_has_a_reason_and_candidates_until_it_is_cleared() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let no = world.message("m-1");
        let store = &world.store;
        let mut set = ChangeSet::new(stamp(10));
        set.lines.push(line(no, "0/0", "P-1", 700));
        let row = payment("P-1", PaymentState::Booked, None, 700, 10);
        set.payments.push(PaymentChange {
            payment: row.clone(),
            keys: vec![receipt("P-1")],
        });
        set.postings = world.post(&[], &[book("P-1", Owner::Suspense, 700, 10)]);
        let candidate = |id: &str, evidence| Candidate::new(id, evidence);
        let near = Evidence::Near(fairlock_domain::payment::reference::Slip::OneCharacter);
        set.suspense.push(SuspenseChange::Open {
            payment_id: "P-1".into(),
            reason: SuspenseReason::TwoReferences,
            candidates: vec![
                candidate("C-2", near),
                candidate("C-1", Evidence::Reference),
            ],
        });
        for id in ["C-1", "C-2"] {
            let mut change = ContractChange::new(id, 1);
            change.events.push(Event {
                at: at(10),
                kind: EventKind::Suspense {
                    id: "P-1".into(),
                    amount: kes(700),
                    state: SuspenseState::Candidate,
                },
            });
            set.contracts.push(change);
        }
        store.commit(LENDER, set).expect("it fits");

        let open = store.open_suspense(LENDER, 9).expect("readable");
        assert_eq!(open.len(), 1);
        assert_eq!(
            (open[0].payment.id.as_str(), open[0].opened_at),
            ("P-1", at(10))
        );
        assert_eq!(open[0].reason, SuspenseReason::TwoReferences);
        let ids: Vec<_> = open[0]
            .candidates
            .iter()
            .map(|c| c.contract_id.as_str())
            .collect();
        assert_eq!(ids, ["C-1", "C-2"], "strongest first");

        let mut set = ChangeSet::new(stamp(20));
        let mut payment = store
            .payment(LENDER, "P-1")
            .expect("readable")
            .expect("there");
        payment.contract_id = Some("C-1".into());
        payment.credited = Some(stamp(20));
        set.payments.push(PaymentChange {
            payment,
            keys: Vec::new(),
        });
        let work = fairlock_domain::ledger::Work::Assign {
            contract: "C-1".into(),
        };
        let assign = fairlock_domain::ledger::Command {
            subject: "P-1".into(),
            at: at(20),
            work,
        };
        set.postings = world.post(&["C-1"], &[assign]);
        set.contracts.push(ContractChange::new("C-1", 2));
        set.suspense.push(SuspenseChange::Clear {
            payment_id: "P-1".into(),
            by: "a clerk".into(),
        });
        store.commit(LENDER, set).expect("it fits");
        assert_eq!(store.open_suspense(LENDER, 9), Ok(Vec::new()));
        let cleared = store
            .suspense_of(LENDER, "P-1")
            .expect("readable")
            .expect("there");
        assert_eq!(
            (cleared.cleared_at, cleared.cleared_by),
            (Some(at(20)), Some("a clerk".into()))
        );
        assert!(store.proof(LENDER).expect("readable").holds());
    });
}

#[test]
fn one_that_cannot_be_written_does_not_fail_its_neighbours() {
    on_each_engine(|world| {
        let ids: Vec<String> = (0..24).map(|n| format!("C-{n}")).collect();
        world.import(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        // A posting whose legs fit a column, but whose second one doesn't fit the total.
        let huge = |n: usize| {
            let mut posting: Posting = world
                .post(&[], &[book(&format!("X-{n}"), Owner::Suspense, 1, 1)])
                .remove(0);
            let side = |side| Leg {
                account: fairlock_domain::ledger::Account::WriteOff,
                layer: Layer::Posted,
                side,
                amount: kes(i128::from(i64::MAX)),
            };
            posting.legs = vec![side(Side::Debit), side(Side::Credit)];
            let mut set = ChangeSet::new(stamp(1));
            set.postings.push(posting);
            set
        };
        world.store.commit(LENDER, huge(0)).expect("the first fits");
        let good: Vec<_> = ids
            .iter()
            .map(|id| world.booking(&format!("P-{id}"), id, 100, 10))
            .collect();
        let poison: Vec<_> = (1..4).map(huge).collect();
        let start = Barrier::new(good.len() + poison.len());
        std::thread::scope(|scope| {
            let commit = |set| {
                start.wait();
                world.store.commit(LENDER, set)
            };
            let good: Vec<_> = good
                .into_iter()
                .map(|s| scope.spawn(move || commit(s)))
                .collect();
            let bad: Vec<_> = poison
                .into_iter()
                .map(|s| scope.spawn(move || commit(s)))
                .collect();
            for thread in good {
                assert!(thread.join().expect("no panic").is_ok());
            }
            for thread in bad {
                let refused = thread.join().expect("no panic");
                assert!(matches!(refused, Err(CommitError::Store(_))), "{refused:?}");
            }
        });
        assert!(world.store.proof(LENDER).expect("readable").holds());
    });
}
