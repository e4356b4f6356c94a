//! The inbox: each message once, in order, until it is done.

use fairlock_storage::{ChangeSet, CommitError, MessageNo, MessageState, Taken};

use crate::world::{LENDER, OTHER_LENDER, message, on_each_engine, processed, stamp};

#[test]
fn a_message_is_kept_byte_for_byte() {
    on_each_engine(|world| {
        let mut sent = message("m-1");
        sent.body = (0..=255).collect();
        sent.headers.push(("x-note".into(), "two\r\nlines".into()));
        let Taken::New(no) = world.store.take_message(LENDER, sent).expect("writable") else {
            panic!("it is new");
        };
        let kept = world
            .reopened()
            .message(LENDER, no)
            .expect("readable")
            .expect("there");
        assert_eq!(kept.body, (0..=255).collect::<Vec<u8>>());
        assert_eq!(kept.headers[1], ("x-note".into(), "two  lines".into()));
        assert_eq!(
            (kept.source.as_str(), kept.transport_key.as_str()),
            ("bank-1", "m-1")
        );
        assert_eq!((kept.sha256, kept.received), ([7; 32], stamp(1)));
        assert_eq!((kept.state, kept.note), (MessageState::Unread, None));
    });
}

#[test]
fn the_same_message_is_taken_once_for_its_source() {
    on_each_engine(|world| {
        let store = &world.store;
        let no = world.message("m-1");
        let again = store
            .take_message(LENDER, message("m-1"))
            .expect("writable");
        let seen = |state, note| Taken::Seen { no, state, note };
        assert_eq!(again, seen(MessageState::Unread, None));
        let mut elsewhere = message("m-1");
        elsewhere.source = "mpesa".into();
        let other = store.take_message(LENDER, elsewhere).expect("writable");
        assert!(matches!(other, Taken::New(_)));
        let theirs = store
            .take_message(OTHER_LENDER, message("m-1"))
            .expect("writable");
        assert!(matches!(theirs, Taken::New(_)));

        let mut set = ChangeSet::new(stamp(2));
        set.message = Some(processed(no));
        store.commit(LENDER, set).expect("unread");
        let again = store
            .take_message(LENDER, message("m-1"))
            .expect("writable");
        assert_eq!(
            again,
            seen(MessageState::Processed, Some("1 payment".into()))
        );
    });
}

#[test]
fn messages_are_read_in_order_and_end_once() {
    on_each_engine(|world| {
        let store = &world.store;
        let numbers: Vec<_> = (0..5).map(|n| world.message(&format!("m-{n}"))).collect();
        let unread = || {
            let list = store.unread_messages(LENDER, 3).expect("readable");
            list.into_iter().map(|m| m.no).collect::<Vec<_>>()
        };
        assert_eq!(unread(), numbers[..3]);
        let settle = |no: MessageNo, state| {
            let mut set = ChangeSet::new(stamp(2));
            set.message = Some(fairlock_storage::MessageOutcome {
                state,
                ..processed(no)
            });
            store.commit(LENDER, set).map(|_| ())
        };
        assert_eq!(settle(numbers[0], MessageState::Processed), Ok(()));
        assert_eq!(settle(numbers[1], MessageState::Parked), Ok(()));
        assert_eq!(unread(), numbers[2..]);
        assert_eq!(store.unread_count(LENDER), Ok(3));
        let parked = store.parked_messages(LENDER, 9).expect("readable");
        assert_eq!(
            parked.iter().map(|m| m.no).collect::<Vec<_>>(),
            [numbers[1]]
        );

        let done = Err(CommitError::MessageSettled(numbers[0]));
        assert_eq!(settle(numbers[0], MessageState::Processed), done);
        // A person may settle what was parked.
        assert_eq!(settle(numbers[1], MessageState::Processed), Ok(()));
        let missing = MessageNo(99);
        let done = settle(missing, MessageState::Processed);
        assert_eq!(done, Err(CommitError::MessageSettled(missing)));
    });
}
