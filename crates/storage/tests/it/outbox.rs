//! The outbox: what waits, what is said, how it goes on, and what was there before it.

use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Pii;
use fairlock_storage::{
    ChangeSet, CommitError, ContactKind, ContactRow, ContractChange, NewNotice, NoticeChange,
    NoticeClass, NoticeRow, NoticeState, Said, Store, Template, Wish, WishRow,
};

use crate::world::{LENDER, at, kes, on_each_engine, stamp};

fn first(round: u32) -> NewNotice {
    NewNotice {
        class: NoticeClass::Statutory,
        notice: "sandbox/first".into(),
        channel: "sms".into(),
        due_at: at(100),
        round,
        not_before: at(100),
    }
}

fn said(text: &str) -> Said {
    Said {
        subject: None,
        text: Pii::new(text.into()),
        template: Some(Template {
            id: "before_reduce/sms".into(),
            version: 3,
            sha256: [7; 32],
            language: "sw".into(),
        }),
        parts: Some(2),
        composed_at: Some(at(101)),
    }
}

/// Queues these for C-1 with a plan, as the engine does; the contract has that version.
fn plan(store: &Store, version: u64, notices: Vec<NewNotice>) {
    let mut set = ChangeSet::new(stamp(10));
    let mut change = ContractChange::new("C-1", version);
    change.notices = notices;
    set.contracts.push(change);
    store.commit(LENDER, set).expect("it fits");
}

fn go_on(store: &Store, change: NoticeChange, now: i64) -> Result<(), CommitError> {
    let mut set = ChangeSet::new(stamp(now));
    set.notices.push(change);
    store.commit(LENDER, set).map(|_| ())
}

fn of_contract(store: &Store) -> Vec<NoticeRow> {
    store.notices_of(LENDER, "C-1").expect("readable")
}

fn to_send(store: &Store, now: Instant) -> Vec<NoticeRow> {
    store.notices_to_send(LENDER, now, 9).expect("readable")
}

#[test]
fn a_message_waits_is_said_and_goes_on() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let store = &world.store;
        plan(store, 1, vec![first(1), first(1)]);
        assert_eq!(store.notices_waiting(LENDER, at(99)), Ok(0));
        assert_eq!(store.next_notice(LENDER), Ok(Some(at(100))));
        let due = to_send(store, at(100));
        assert_eq!(due.len(), 1, "the same message twice is sent once a round");
        assert!(due[0].said.is_none());

        let no = due[0].no;
        assert_eq!(store.begin_notice(LENDER, no, said("please")), Ok(true));
        let why = "gateway: status 503";
        store
            .notice_later(LENDER, no, why, at(160))
            .expect("writable");
        assert_eq!(store.notices_waiting(LENDER, at(159)), Ok(0));
        let due = to_send(store, at(160));
        assert_eq!((due[0].attempts, due[0].note.as_deref()), (1, Some(why)));
        assert!(
            due[0].said == Some(said("please")),
            "what was said is what is said again"
        );

        let accepted = NoticeChange {
            provider_id: Some("G-77".into()),
            cost: Some(kes(80)),
            ..NoticeChange::to(no, NoticeState::Waiting, NoticeState::Accepted)
        };
        go_on(store, accepted.clone(), 161).expect("it waits");
        assert_eq!(
            go_on(store, accepted, 162),
            Err(CommitError::NoticeMoved {
                no,
                expected: "waiting"
            })
        );
        assert_eq!(store.next_notice(LENDER), Ok(None));
        assert_eq!(
            store.begin_notice(LENDER, no, said("other")),
            Ok(false),
            "nothing is said anew once a carrier has it"
        );
        let delivered = NoticeChange {
            fact_at: Some(at(200)),
            ..NoticeChange::to(no, NoticeState::Accepted, NoticeState::Delivered)
        };
        go_on(store, delivered, 170).expect("it was accepted");
        let row = store.notice(LENDER, no).expect("readable").expect("there");
        assert_eq!(row.state, NoticeState::Delivered);
        assert_eq!(
            (row.accepted_at, row.settled_at),
            (Some(at(161)), Some(at(170)))
        );
        assert_eq!(
            (row.provider_id.as_deref(), row.cost),
            (Some("G-77"), Some(kes(80))),
            "a receipt without them leaves them"
        );

        assert_eq!(store.next_notice_fact(LENDER), Ok(Some(at(200))));
        let facts = |now| store.notice_facts(LENDER, now, 9).expect("readable").len();
        assert_eq!((facts(at(199)), facts(at(200))), (0, 1));
        let told = NoticeChange::to(no, NoticeState::Delivered, NoticeState::Delivered);
        go_on(store, told, 200).expect("it is delivered");
        assert_eq!(store.next_notice_fact(LENDER), Ok(None));
        let row = store.notice(LENDER, no).expect("readable").expect("there");
        assert_eq!(row.settled_at, Some(at(170)), "it came to its state then");
    });
}

#[test]
fn another_round_is_another_message() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let store = &world.store;
        let queued = store.queue_notices(LENDER, "C-1", vec![first(1), first(2), first(2)]);
        assert_eq!(queued, Ok(vec![true, true, false]));
        let rounds: Vec<u32> = of_contract(store).iter().map(|row| row.round).collect();
        assert_eq!(rounds, [2, 1], "newest first");
    });
}

#[test]
fn a_message_that_failed_is_seen() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let store = &world.store;
        plan(store, 1, vec![first(1)]);
        let no = to_send(store, at(100))[0].no;
        let failed = NoticeChange {
            note: Some("the number isn't in use".into()),
            ..NoticeChange::to(no, NoticeState::Waiting, NoticeState::Failed)
        };
        go_on(store, failed, 120).expect("it waits");
        let named = store.failed_notices(LENDER, 9);
        assert_eq!(named, Ok(vec!["C-1".to_owned()]));
        let row = of_contract(store).remove(0);
        assert_eq!(row.note.as_deref(), Some("the number isn't in use"));
        assert_eq!(row.accepted_at, None);
    });
}

#[test]
fn calls_visits_and_wishes_are_kept_in_their_order() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let store = &world.store;
        let contact = |s, kind, conversation| ContactRow {
            at: at(s),
            kind,
            conversation,
            told_by: "a clerk".into(),
        };
        let later = contact(20, ContactKind::Visit, true);
        let earlier = contact(10, ContactKind::Call, false);
        for row in [&later, &earlier] {
            store
                .add_contact(LENDER, "C-1", row.clone())
                .expect("writable");
        }
        assert_eq!(
            store.contacts_of(LENDER, "C-1"),
            Ok(vec![earlier, later]),
            "by their instant, not by when they were told"
        );
        let wish = |name, until| WishRow {
            wish: Wish::from_name(name).expect("a wish"),
            since: at(5),
            until,
        };
        let wishes = [wish("sms", None), wish("bereavement", Some(at(99)))];
        for row in wishes {
            store.add_wish(LENDER, "C-1", row).expect("writable");
        }
        assert_eq!(store.wishes_of(LENDER, "C-1"), Ok(wishes.to_vec()));
        assert_eq!(store.wishes_of(LENDER, "C-2"), Ok(vec![]));
    });
}
