//! What decisions rest on is kept: pack texts by hash, holidays by version.

use fairlock_domain::rules::Level;
use fairlock_storage::{
    ChangeSet, CommitError, ContractChange, NewDecision, PackText, RestsOn, Store,
};

use crate::world::{LENDER, OTHER_LENDER, World, at, day, on_each_engine, plan, stamp};

/// The nth text of the pack that the test contracts are under; its hash is only its number.
fn text(version: u8) -> PackText {
    PackText {
        pack: "sandbox".into(),
        version: version.into(),
        sha256: [version; 32],
        text: format!("version = {version}"),
    }
}

fn keep(store: &Store, version: u8, seconds: i64) -> Vec<String> {
    let kept = store.keep_packs(LENDER, vec![text(version)], at(seconds));
    kept.expect("writable")
}

/// Plans a contract by a text, and decides.
fn decide(world: &World, version: u8, seconds: i64) -> Result<(), CommitError> {
    let mut set = ChangeSet::new(stamp(seconds));
    let mut change = ContractChange::new("C-1", world.version("C-1"));
    change.projection = Some(plan(Level::Free));
    change.decision = Some(NewDecision {
        hash: [version; 16],
        level: Level::Free,
        record: vec![version],
        rests_on: RestsOn {
            packs: vec![[version; 32]],
            calendar_version: Some(7),
        },
    });
    set.contracts.push(change);
    world.store.commit(LENDER, set).map(|_| ())
}

#[test]
fn each_text_that_ever_judged_is_found_by_its_hash_and_by_its_time() {
    on_each_engine(|world| {
        let store = &world.store;
        assert_eq!(store.pack_at(LENDER, "sandbox", at(10)), Ok(None));
        assert_eq!(keep(store, 1, 10), ["sandbox"]);
        assert_eq!(keep(store, 1, 20), [""; 0], "nothing new");
        assert_eq!(keep(store, 2, 30), ["sandbox"]);
        assert_eq!(
            keep(store, 1, 30),
            ["sandbox"],
            "and back, in the same instant"
        );
        assert_eq!(
            keep(store, 2, 25),
            ["sandbox"],
            "by a clock that was set back"
        );
        let then = |seconds| {
            let hash = store.pack_at(LENDER, "sandbox", at(seconds));
            hash.expect("readable").map(|hash| hash[0])
        };
        // Before the first that is known, the first.
        let by_time = [1, 10, 29, 30, 99].map(then);
        assert_eq!(by_time, [Some(1), Some(1), Some(1), Some(2), Some(2)]);
        let history = store.pack_history(LENDER, "sandbox").expect("readable");
        let history: Vec<u8> = history.iter().map(|hash| hash[0]).collect();
        assert_eq!(history, [1, 2, 1, 2]);
        assert_eq!(store.pack_text(LENDER, &[1; 32]), Ok(Some(text(1))));
        assert_eq!(store.pack_text(LENDER, &[3; 32]), Ok(None));
        assert_eq!(store.pack_text(OTHER_LENDER, &[1; 32]), Ok(None));
    });
}

#[test]
fn another_text_is_a_reason_to_plan_again() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let store = &world.store;
        keep(store, 1, 10);
        decide(world, 1, 20).expect("its text is kept");
        let due = |seconds| {
            store
                .due_review_count(LENDER, at(seconds))
                .expect("readable")
        };
        assert_eq!(due(30), 1, "C-2 was never planned");
        keep(store, 1, 30);
        assert_eq!(due(30), 1);
        keep(store, 2, 40);
        assert_eq!(due(40), 2);
        assert_eq!((world.version("C-1"), world.version("C-2")), (3, 1));
    });
}

#[test]
fn a_decision_names_what_it_rests_on_and_rests_on_nothing_that_is_lost() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        keep(&world.store, 1, 10);
        decide(world, 1, 20).expect("its text is kept");
        let refused = CommitError::TextNotKept {
            contract_id: "C-1".into(),
        };
        assert_eq!(decide(world, 2, 30), Err(refused));
        let rows = world
            .store
            .decisions_of(LENDER, "C-1", 9)
            .expect("readable");
        let rests_on = RestsOn {
            packs: vec![[1; 32]],
            calendar_version: Some(7),
        };
        let kept: Vec<_> = rows.into_iter().map(|row| row.rests_on).collect();
        assert_eq!(kept, [Some(rests_on)]);
    });
}

#[test]
fn a_calendar_keeps_the_days_that_it_had() {
    on_each_engine(|world| {
        let store = &world.store;
        let (first, second) = ([day("2026-12-12")], [day("2026-12-12"), day("2026-12-14")]);
        let set = |days: &[_], seconds| {
            let done = store.set_holidays(LENDER, "KE", days, at(seconds));
            done.expect("writable");
        };
        set(&first, 10);
        set(&first, 20);
        set(&second, 30);
        let version = |seconds| store.calendar_at(LENDER, "KE", at(seconds));
        assert_eq!(
            [version(9), version(10), version(29)],
            [Ok(None), Ok(Some(1)), Ok(Some(1))]
        );
        assert_eq!(version(30), Ok(Some(2)));
        assert_eq!(store.holidays(LENDER, "KE", 1), Ok(first.to_vec()));
        assert_eq!(store.holidays(LENDER, "KE", 2), Ok(second.to_vec()));
    });
}
