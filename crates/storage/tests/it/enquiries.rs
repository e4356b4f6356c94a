//! Questions to providers: open once, tried again, ended together with their answer.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::pii::Pii;
use fairlock_storage::{
    ChangeSet, EnquiryChange, EnquiryNo, EnquiryRow, EnquiryState, LenderId, NewEnquiry,
    NewMessage, Stamp, Store, Taken,
};

const LENDER: LenderId = LenderId([7; 16]);

fn at(minutes: u32) -> Instant {
    Instant::from_unix_seconds(1_772_000_000).plus(Span::minutes(minutes))
}

fn store() -> (Store, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    (Store::open(&dir.path().join("fairlock.db")).unwrap(), dir)
}

fn question(about: &str, minutes: u32) -> NewEnquiry {
    NewEnquiry {
        source: "mpesa".to_owned(),
        question: "status".to_owned(),
        about: about.to_owned(),
        details: Some(Pii::new("254700000000".to_owned())),
        why: "unsigned".to_owned(),
        next_at: at(minutes),
    }
}

fn answer(key: &str) -> NewMessage {
    NewMessage {
        source: "mpesa".to_owned(),
        transport_key: key.to_owned(),
        name: "status".to_owned(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        sha256: [0; 32],
        received: Stamp {
            at: at(0),
            monotonic_ns: 1,
        },
    }
}

fn due(store: &Store, minutes: u32) -> Vec<String> {
    let rows = store.enquiries_due(LENDER, at(minutes), 10).unwrap();
    rows.into_iter().map(|row| row.about).collect()
}

fn one(store: &Store, no: EnquiryNo) -> EnquiryRow {
    store.enquiry(LENDER, no).unwrap().unwrap()
}

#[test]
fn the_same_question_is_open_once_and_may_be_asked_anew_when_it_ended() {
    let (store, _dir) = store();
    assert!(store.ask(LENDER, question("A", 0), at(0)).unwrap());
    assert!(!store.ask(LENDER, question("A", 5), at(0)).unwrap());
    assert!(store.ask(LENDER, question("B", 0), at(0)).unwrap());
    assert_eq!(due(&store, 0), ["A", "B"]);
    assert_eq!(store.enquiries_due_count(LENDER, at(0)).unwrap(), 2);
    let no = store.enquiries_due(LENDER, at(0), 1).unwrap()[0].no;
    let taken = store
        .enquiry_answered(
            LENDER,
            no,
            vec![answer("k")],
            Some(question("C", 60)),
            at(1),
        )
        .unwrap();
    assert!(matches!(taken[..], [Taken::New(_)]));
    assert_eq!(due(&store, 60), ["B", "C"]);
    assert_eq!(one(&store, no).state, EnquiryState::Answered);
    assert!(store.ask(LENDER, question("A", 2), at(2)).unwrap());
    assert_eq!(due(&store, 2), ["B", "A"]);
    assert_eq!(store.next_enquiry(LENDER).unwrap(), Some(at(0)));
}

#[test]
fn a_try_that_is_never_heard_of_again_is_made_again() {
    let (store, _dir) = store();
    store.ask(LENDER, question("A", 0), at(0)).unwrap();
    let no = store.enquiries_due(LENDER, at(0), 1).unwrap()[0].no;
    assert!(store.enquiry_begins(LENDER, no, at(2)).unwrap());
    assert_eq!(due(&store, 1), [""; 0]);
    assert_eq!(
        (due(&store, 2), one(&store, no).tries),
        (vec!["A".to_owned()], 1)
    );
    store.enquiry_taken(LENDER, no, "AG_1", at(10)).unwrap();
    let called = store.enquiry_called(LENDER, "mpesa", "AG_1").unwrap();
    assert!(called.is_some_and(|row| row.no == no && row.state == EnquiryState::Asked));
    assert!(
        store
            .enquiry_called(LENDER, "airtel", "AG_1")
            .unwrap()
            .is_none()
    );
    store.enquiry_later(LENDER, no, "too busy", at(20)).unwrap();
    let row = one(&store, no);
    assert_eq!(
        (row.state, row.note.as_deref()),
        (EnquiryState::Waiting, Some("too busy"))
    );
    store
        .enquiry_given_up(LENDER, no, "nobody there", at(21))
        .unwrap();
    assert_eq!(due(&store, 1000), [""; 0]);
    // An end is an end: what comes late changes nothing.
    assert!(!store.enquiry_begins(LENDER, no, at(30)).unwrap());
    store.enquiry_later(LENDER, no, "late", at(30)).unwrap();
    assert_eq!(one(&store, no).state, EnquiryState::GivenUp);
}

#[test]
fn a_commit_asks_and_ends() {
    let (store, _dir) = store();
    let stamp = |minutes| Stamp {
        at: at(minutes),
        monotonic_ns: 1,
    };
    let mut set = ChangeSet::new(stamp(0));
    set.enquiries.push(EnquiryChange::Ask(question("A", 0)));
    store.commit(LENDER, set).unwrap();
    let no = store.enquiries_due(LENDER, at(0), 1).unwrap()[0].no;
    let mut set = ChangeSet::new(stamp(1));
    let note = "completed".to_owned();
    set.enquiries.push(EnquiryChange::Answered { no, note });
    store.commit(LENDER, set).unwrap();
    let row = one(&store, no);
    assert_eq!((row.state, row.next_at), (EnquiryState::Answered, None));
    let last = store.last_enquiry(LENDER, "mpesa", "status").unwrap();
    assert!(last.is_some_and(|row| row.no == no && row.note.as_deref() == Some("completed")));
}
