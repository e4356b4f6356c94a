//! Typed codes: a count is taken once, before its code is made, and for good.

use fairlock_storage::{DeviceId, EnrolError, NewCode};

use crate::world::{LENDER, OTHER_LENDER, World, at, enrolment, on_each_engine, token};

const DEVICE: DeviceId = DeviceId([1; 16]);

fn code(days: u64) -> NewCode {
    NewCode {
        form: "long".to_string(),
        kind: "add".to_string(),
        days,
        made_at: at(days.cast_signed()),
    }
}

fn next(newest: Option<u64>) -> u64 {
    newest.unwrap_or(1) + 1
}

fn counts(world: &World) -> Vec<u64> {
    let codes = world.store.codes(LENDER, DEVICE).expect("readable");
    codes.into_iter().map(|(count, _)| count).collect()
}

#[test]
fn each_code_takes_a_count_of_its_own() {
    on_each_engine(|world| {
        let take = |device, days| world.store.take_code(LENDER, device, code(days), next);
        assert_eq!(take(DEVICE, 1), Ok(2));
        assert_eq!(take(DEVICE, 2), Ok(3));
        assert_eq!(
            take(DeviceId([2; 16]), 1),
            Ok(2),
            "another phone counts for itself"
        );
        let other = world.store.take_code(OTHER_LENDER, DEVICE, code(1), next);
        assert_eq!(other, Ok(2), "another lender too");
        let kept = world.store.codes(LENDER, DEVICE);
        assert_eq!(kept, Ok(vec![(3, code(2)), (2, code(1))]));
    });
}

#[test]
fn a_count_that_is_taken_is_refused() {
    on_each_engine(|world| {
        let again = |_| 2;
        assert_eq!(world.store.take_code(LENDER, DEVICE, code(1), again), Ok(2));
        assert!(
            world
                .store
                .take_code(LENDER, DEVICE, code(1), again)
                .is_err()
        );
        assert_eq!(counts(world), [2]);
    });
}

/// Two people at two desks: no code is made twice.
#[test]
fn calls_at_once_never_get_the_same_count() {
    on_each_engine(|world| {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let taken = world.store.take_code(LENDER, DEVICE, code(1), next);
                        taken.expect("a count");
                    }
                });
            }
        });
        let mut taken = counts(world);
        taken.reverse();
        assert_eq!(taken, (2..42).collect::<Vec<_>>());
    });
}

#[test]
fn a_phone_that_asks_again_brings_another_one_time_key() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        world
            .store
            .add_token(LENDER, token("C-1", 1))
            .expect("a token");
        let first = world
            .store
            .enrol(LENDER, enrolment(1))
            .expect("a fresh token");
        assert_eq!(first.exchange_key, vec![1; 65]);
        let mut again = enrolment(1);
        again.exchange_key = vec![7; 65];
        let row = world
            .store
            .enrol(LENDER, again.clone())
            .expect("the same phone");
        assert_eq!((row.device, row.exchange_key), (first.device, vec![7; 65]));
        // Somebody else's key under the same token changes nothing.
        again.spki_sha256 = [9; 32];
        again.exchange_key = vec![9; 65];
        assert_eq!(world.store.enrol(LENDER, again), Err(EnrolError::TokenUsed));
        let kept = world.store.device(LENDER, first.device).expect("readable");
        assert_eq!(kept.expect("the phone").exchange_key, vec![7; 65]);
    });
}
