//! What money is matched by, suspense that opens again, and what people and providers did.

use fairlock_domain::ledger::Owner;
use fairlock_domain::payment::{
    Candidate, Change, ChangeKind, Evidence, PaymentState, SuspenseReason,
};
use fairlock_domain::pii::Pii;
use fairlock_storage::{
    ChangePut, ChangeRow, ChangeSet, ChangeState, NewAction, PaymentChange, PhoneMarks,
    StandingChange, Store, SuspenseChange, suspense_subject,
};

use super::world::{
    LENDER, World, at, book, contract, kes, line, on_each_engine, payment, processed, receipt,
    stamp,
};

/// P-1: 700 booked, nobody's, and not told to be in suspense yet.
fn in_suspense(world: &World) {
    let no = world.message("P-1");
    let mut set = ChangeSet::new(stamp(10));
    set.message = Some(processed(no));
    set.lines.push(line(no, "0/0", "P-1", 700));
    set.payments.push(PaymentChange {
        payment: payment("P-1", PaymentState::Booked, None, 700, 10),
        keys: vec![receipt("P-1")],
    });
    set.postings = world.post(&[], &[book("P-1", Owner::Suspense, 700, 10)]);
    world.store.commit(LENDER, set).unwrap();
}

fn commit(store: &Store, change: impl FnOnce(&mut ChangeSet)) {
    let mut set = ChangeSet::new(stamp(20));
    change(&mut set);
    store.commit(LENDER, set).unwrap();
}

#[test]
fn numbers_are_hashed_once_and_found_by_number_and_ends() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let store = &world.store;
        let mut new = contract("C-9");
        new.phone_hash = None;
        new.phone_number = Some(Pii::new("254712345126".into()));
        new.virtual_account = Some("XX0000123456789012".into());
        store
            .import_contracts(LENDER, vec![new.clone()], at(1))
            .unwrap();
        let waiting = store.unhashed_numbers(LENDER, 10).unwrap();
        let ids: Vec<&str> = waiting.iter().map(|n| n.contract_id.as_str()).collect();
        assert_eq!(ids, ["C-9"]);
        let marks = PhoneMarks {
            contract_id: "C-9".into(),
            marks: Some(([3; 32], [4; 32])),
        };
        store.keep_phone_marks(LENDER, vec![marks]).unwrap();
        assert!(store.unhashed_numbers(LENDER, 10).unwrap().is_empty());
        assert_eq!(store.contracts_by_phone(LENDER, &[3; 32]).unwrap(), ["C-9"]);
        assert_eq!(
            store.contracts_by_phone_ends(LENDER, &[4; 32]).unwrap(),
            ["C-9"]
        );
        let numbers = ["XX0000123456789012".to_owned(), "XX1".to_owned()];
        let found = store
            .contracts_by_virtual_account(LENDER, &numbers)
            .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].contract_id, "C-9");
        // The same file again is the same contract, hashed or not.
        let again = store.import_contracts(LENDER, vec![new], at(2)).unwrap();
        assert_eq!(again.unchanged, 1);
    });
}

#[test]
fn a_standing_instruction_is_made_once_and_ends() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let store = &world.store;
        let made = || StandingChange::Made {
            payer: [5; 32],
            contract_id: "C-1".into(),
            made_by: "match",
            actor: "Amina".into(),
        };
        commit(store, |set| set.standing = vec![made(), made()]);
        assert_eq!(store.standing_of_payer(LENDER, &[5; 32]).unwrap(), ["C-1"]);
        let rows = store.standing_of(LENDER, "C-1").unwrap();
        assert_eq!(rows.len(), 1);
        let revoked = StandingChange::RevokedByNo {
            no: rows[0].no,
            actor: "Baraka".into(),
        };
        commit(store, |set| set.standing = vec![revoked]);
        assert!(
            store
                .standing_of_payer(LENDER, &[5; 32])
                .unwrap()
                .is_empty()
        );
        let rows = store.standing_of(LENDER, "C-1").unwrap();
        assert_eq!(rows[0].revoked_by.as_deref(), Some("Baraka"));
    });
}

#[test]
fn suspense_opens_again_under_the_next_name() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let store = &world.store;
        in_suspense(world);
        let open = |ids: &[&str]| SuspenseChange::Open {
            payment_id: "P-1".into(),
            reason: SuspenseReason::NoReference,
            candidates: ids
                .iter()
                .map(|id| Candidate::new(id, Evidence::Name))
                .collect(),
        };
        let clear = || SuspenseChange::Clear {
            payment_id: "P-1".into(),
            by: "a test".into(),
        };
        commit(store, |set| set.suspense = vec![open(&["C-1"])]);
        let mut both = Candidate::new("C-1", Evidence::SamePayer);
        both.add(Evidence::Name);
        let widen = SuspenseChange::Widen {
            payment_id: "P-1".into(),
            reason: SuspenseReason::Disagrees,
            candidates: vec![both, Candidate::new("C-2", Evidence::Name)],
        };
        commit(store, |set| set.suspense = vec![widen]);
        let row = store.suspense_of(LENDER, "P-1").unwrap().unwrap();
        assert_eq!((row.round, row.reason), (1, SuspenseReason::Disagrees));
        assert_eq!(row.candidates[0].evidence, "same_payer+name");
        assert_eq!(row.candidates.len(), 2);
        commit(store, |set| set.suspense = vec![clear(), open(&["C-2"])]);
        let row = store.suspense_of(LENDER, "P-1").unwrap().unwrap();
        assert_eq!(row.round, 2);
        assert_eq!(row.candidates.len(), 1, "only whom it names now");
        assert_eq!(suspense_subject("P-1", 1), "P-1");
        assert_eq!(suspense_subject("P-1", 2), "P-1/2");
        let shown = store.payments_shown(LENDER, "C-2").unwrap();
        assert_eq!(shown.len(), 1, "its borrower is told that it was seen");
    });
}

#[test]
fn a_change_waits_under_its_payments_keys_and_is_found_once() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let store = &world.store;
        let row = |state| ChangeRow {
            channel: "mpesa".into(),
            change: Change {
                kind: ChangeKind::Reversal,
                id: "rv1".into(),
                amount: kes(700),
                charges: Some(kes(5)),
            },
            payment_id: None,
            told_at: at(20),
            state,
            note: None,
        };
        let put = |state| ChangePut {
            row: row(state),
            keys: vec![receipt("P-1")],
        };
        assert!(!store.any_change_waits(LENDER).unwrap());
        commit(store, |set| set.changes = vec![put(ChangeState::Waiting)]);
        assert!(store.any_change_waits(LENDER).unwrap());
        let keys = [receipt("P-9"), receipt("P-1")];
        let found = store.changes_waiting_for(LENDER, &keys).unwrap();
        assert_eq!(found, [(receipt("P-1"), row(ChangeState::Waiting))]);
        assert_eq!(store.open_changes(LENDER, 9).unwrap().len(), 1);
        commit(store, |set| set.changes = vec![put(ChangeState::Applied)]);
        assert!(store.changes_waiting_for(LENDER, &keys).unwrap().is_empty());
        assert!(store.open_changes(LENDER, 9).unwrap().is_empty());
    });
}

#[test]
fn what_a_person_did_is_kept_with_its_reason() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let action = NewAction {
            actor: "Amina".into(),
            action: "keep",
            payment_id: Some("P-1".into()),
            contract_id: None,
            reason: "waiting for the bank".into(),
            before: "a".into(),
            after: "b".into(),
        };
        commit(&world.store, |set| set.actions = vec![action]);
        let rows = world.store.actions_on(LENDER, "P-1").unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].actor.as_str(), rows[0].at), ("Amina", at(20)));
    });
}
