//! Devices: one-time tokens, grants on their way, reports, the lock budget.

use fairlock_domain::calendar::Span;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::Level;
use fairlock_storage::{
    Budget, BudgetLimits, BudgetUse, DeviceId, EnrolError, GrantState, KeySetRow, NewReport,
    PhoneVerdict, ReportTaken, Signature,
};

use crate::world::{LENDER, World, at, enrolment, grant, on_each_engine, payment, stamp, token};

#[test]
fn a_token_enrols_one_phone_once() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let store = &world.store;
        assert_eq!(
            store.enrol(LENDER, enrolment(1)),
            Err(EnrolError::UnknownToken)
        );
        assert_eq!(
            store.add_token(LENDER, token("C-9", 1)),
            Err(EnrolError::UnknownContract)
        );
        store
            .add_token(LENDER, token("C-1", 1))
            .expect("a new token");
        let mut late = enrolment(1);
        late.at = stamp(3_600);
        assert_eq!(
            store.enrol(LENDER, late),
            Err(EnrolError::TokenExpired(at(3_600)))
        );

        let row = store.enrol(LENDER, enrolment(1)).expect("a fresh token");
        assert_eq!(
            (row.contract_id.as_str(), row.charter_accepted_at),
            ("C-1", None)
        );
        assert_eq!(
            store.enrol(LENDER, enrolment(1)),
            Ok(row.clone()),
            "its answer was lost"
        );
        let mut other = enrolment(1);
        other.spki_sha256 = [8; 32];
        other.device = DeviceId([8; 16]);
        assert_eq!(
            store.enrol(LENDER, other.clone()),
            Err(EnrolError::TokenUsed)
        );
        store
            .add_token(LENDER, token("C-1", 8))
            .expect("a new token");
        other.token_hash = [8; 32];
        assert_eq!(
            store.enrol(LENDER, other),
            Err(EnrolError::ContractHasDevice)
        );
        store
            .add_token(LENDER, token("C-2", 9))
            .expect("a new token");
        let mut same_key = enrolment(9);
        same_key.spki_sha256 = [1; 32];
        assert_eq!(store.enrol(LENDER, same_key), Err(EnrolError::KeyTaken));
        assert_eq!(store.devices(LENDER), Ok(vec![row.clone()]));
        assert_eq!(store.device_of(LENDER, "C-1"), Ok(Some(row)));
    });
}

#[test]
fn a_charter_is_accepted_once_and_is_a_new_fact() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let store = &world.store;
        store
            .add_token(LENDER, token("C-1", 1))
            .expect("a new token");
        let device = store
            .enrol(LENDER, enrolment(1))
            .expect("a fresh token")
            .device;
        let accept = |n, bytes: &[u8], seconds| {
            store
                .accept_charter(LENDER, device, n, bytes.to_vec(), at(seconds))
                .expect("writable")
        };
        assert_eq!(accept(2, b"signed", 5), None, "no such charter");
        assert_eq!(world.version("C-1"), 2);
        let row = accept(1, b"signed", 6).expect("offered");
        assert_eq!(row.charter_accepted_at, Some(at(6)));
        assert_eq!(world.version("C-1"), 3);
        let again = accept(1, b"other", 7).expect("offered");
        assert_eq!(
            (again.charter_accepted_at, world.version("C-1")),
            (Some(at(6)), 3)
        );
        let charters = store.charters(LENDER, device).expect("readable");
        assert_eq!(charters[0].accepted.as_deref(), Some(&b"signed"[..]));
    });
}

#[test]
fn key_sets_form_a_chain() {
    on_each_engine(|world| {
        let set = |ksv: u64, bytes: &[u8]| KeySetRow {
            ksv,
            bytes: bytes.to_vec(),
            created_at: at(0),
        };
        let store = &world.store;
        assert_eq!(store.newest_key_set(LENDER), Ok(None));
        for (ksv, bytes) in [(1, b"a"), (2, b"b"), (3, b"c"), (2, b"x")] {
            store
                .put_key_set(LENDER, set(ksv, bytes))
                .expect("writable");
        }
        assert_eq!(store.newest_key_set(LENDER), Ok(Some(set(3, b"c"))));
        assert_eq!(
            store.key_sets_above(LENDER, 1),
            Ok(vec![set(2, b"b"), set(3, b"c")])
        );
    });
}

fn signature() -> Signature {
    Signature {
        kid: [4; 4],
        cose: vec![6, 6],
    }
}

fn sign(world: &World, device: DeviceId, seq: u64, seconds: i64) -> bool {
    let signed = world
        .store
        .store_signature(LENDER, device, seq, signature(), stamp(seconds));
    signed.expect("writable")
}

#[test]
fn a_body_is_signed_once_and_only_the_newest() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let device = world.enrol("C-1", 1);
        let store = &world.store;
        world.grant("C-1", device, 1, 10);
        world.grant("C-1", device, 2, 11);
        let waiting = store.unsigned_grants(LENDER, at(12), 9).expect("readable");
        assert_eq!(waiting.iter().map(|g| g.seq).collect::<Vec<_>>(), [2]);
        assert_eq!(waiting[0].payload, grant(device, 2).payload);
        assert!(!sign(world, device, 1, 12), "a newer body came");
        assert!(sign(world, device, 2, 12));
        assert!(!sign(world, device, 2, 13), "it is signed");
        assert_eq!(store.unsigned_count(LENDER, at(13)), Ok(0));
        let row = store
            .grant(LENDER, device, 2)
            .expect("readable")
            .expect("there");
        assert_eq!(
            (row.state, row.signed),
            (GrantState::Signed, Some(stamp(12)))
        );
        assert_eq!((row.cose, row.kid), (Some(vec![6, 6]), Some([4; 4])));
        let old = store
            .grant(LENDER, device, 1)
            .expect("readable")
            .expect("there");
        assert_eq!(old.state, GrantState::Superseded);
    });
}

#[test]
fn a_held_body_waits_and_a_refused_one_is_looked_at_again() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let device = world.enrol("C-1", 1);
        let store = &world.store;
        world.grant("C-1", device, 1, 10);
        let held = store.hold_grant(LENDER, device, 1, "lock_budget", at(100));
        assert_eq!(held, Ok(true));
        assert_eq!(store.unsigned_count(LENDER, at(99)), Ok(0));
        assert_eq!(store.next_held(LENDER), Ok(Some(at(100))));
        assert_eq!(store.unsigned_count(LENDER, at(100)), Ok(1));
        assert_eq!(
            store.exceptions(LENDER).expect("readable").troubled_grants,
            1
        );
        assert_eq!(store.next_review(LENDER), Ok(None));
        let refused = store.refuse_grant(LENDER, device, 1, "stricter_than_plan", at(101));
        assert_eq!(refused, Ok(true));
        assert_eq!(store.next_review(LENDER), Ok(Some(at(101))));
        assert!(!sign(world, device, 1, 102));
        let row = store
            .grant(LENDER, device, 1)
            .expect("readable")
            .expect("there");
        assert_eq!(
            (row.state, row.code.as_deref()),
            (GrantState::Refused, Some("stricter_than_plan"))
        );
        assert_eq!(store.next_held(LENDER), Ok(None));
        world.grant("C-1", device, 2, 110);
        assert!(sign(world, device, 2, 110));
        let over = store.exceptions(LENDER).expect("readable");
        assert_eq!(over.troubled_grants, 0, "a newer grant ends the trouble");
    });
}

fn report(device: DeviceId, counter: u64, seq: u64, seconds: i64) -> NewReport {
    NewReport {
        device,
        counter,
        received: stamp(seconds),
        seq,
        payload_sha256: (seq > 0).then(|| grant(device, seq).payload_sha256),
        grant_level: Level::Free,
        level: Level::Free,
        ksv: 1,
        verdicts: Vec::new(),
        cose: vec![1],
    }
}

#[test]
fn a_report_delivers_and_applies() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let device = world.enrol("C-1", 1);
        let store = &world.store;
        for seq in 1..=3 {
            world.grant("C-1", device, seq, 10);
            assert!(sign(world, device, seq, 11));
        }
        let undelivered = || {
            let list = store.undelivered(LENDER).expect("readable");
            list.into_iter().map(|g| g.seq).collect::<Vec<_>>()
        };
        assert_eq!(undelivered(), [3], "the newest alone");
        store
            .mark_sent(LENDER, device, 3, stamp(12))
            .expect("writable");
        store
            .mark_sent(LENDER, device, 3, stamp(19))
            .expect("writable");

        let taken = store
            .take_report(LENDER, report(device, 5, 2, 13))
            .expect("writable");
        let stored = |applied, level_before| ReportTaken::Stored {
            contract_id: "C-1".into(),
            applied,
            level_before,
            payload_known: true,
        };
        assert_eq!(taken, stored(Some(2), None));
        assert_eq!(undelivered(), [3]);
        let stale = store
            .take_report(LENDER, report(device, 5, 3, 14))
            .expect("writable");
        assert_eq!(stale, ReportTaken::Stale { newest_counter: 5 });
        let taken = store
            .take_report(LENDER, report(device, 9, 3, 15))
            .expect("writable");
        assert_eq!(taken, stored(Some(3), Some(Level::Free)));
        let taken = store
            .take_report(LENDER, report(device, 10, 3, 16))
            .expect("writable");
        assert_eq!(taken, stored(None, Some(Level::Free)), "applied once");
        assert_eq!(undelivered(), [0; 0]);

        let row = store
            .grant(LENDER, device, 3)
            .expect("readable")
            .expect("there");
        assert_eq!(
            (row.sent, row.delivered),
            (Some(stamp(12)), Some(stamp(15)))
        );
        assert_eq!(row.applied, Some(stamp(15)));
        let first = store
            .grant(LENDER, device, 1)
            .expect("readable")
            .expect("there");
        assert_eq!((first.delivered, first.applied), (Some(stamp(13)), None));
        let device_row = store
            .device(LENDER, device)
            .expect("readable")
            .expect("there");
        assert_eq!(
            (device_row.report_counter, device_row.last_contact),
            (10, Some(stamp(16)))
        );
        assert_eq!(device_row.reported.expect("reported").seq, 3);
        let kept = store.reports_of(LENDER, device, 2).expect("readable");
        assert_eq!(kept.iter().map(|r| r.counter).collect::<Vec<_>>(), [10, 9]);
        let unknown = store.take_report(LENDER, report(DeviceId([9; 16]), 1, 0, 17));
        assert_eq!(unknown, Ok(ReportTaken::UnknownDevice));
    });
}

#[test]
fn what_a_phone_refuses_has_reached_it() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let device = world.enrol("C-1", 1);
        let store = &world.store;
        world.grant("C-1", device, 1, 10);
        assert!(sign(world, device, 1, 11));
        let mut news = report(device, 1, 0, 12);
        let code = "warrant".to_owned();
        let verdict = PhoneVerdict {
            refused: true,
            code,
        };
        news.verdicts.push((1, verdict.clone()));
        store.take_report(LENDER, news).expect("writable");
        assert_eq!(store.undelivered(LENDER), Ok(Vec::new()));
        let row = store
            .grant(LENDER, device, 1)
            .expect("readable")
            .expect("there");
        assert_eq!((row.phone, row.applied), (Some(verdict), None));
        assert_eq!(
            store.exceptions(LENDER).expect("readable").troubled_grants,
            1
        );

        let mut forged = report(device, 2, 1, 13);
        forged.payload_sha256 = Some([99; 32]);
        let taken = store.take_report(LENDER, forged).expect("writable");
        let ReportTaken::Stored { payload_known, .. } = taken else {
            panic!("it is stored: {taken:?}");
        };
        assert!(!payload_known);
    });
}

#[test]
fn a_payment_s_way_to_the_phone_is_told_by_its_grant_or_the_next() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let device = world.enrol("C-1", 1);
        let store = &world.store;
        let mut set = world.booking("P-1", "C-1", 1_000, 10);
        set.contracts[0].grant = Some(grant(device, 1));
        store.commit(LENDER, set).expect("it fits");
        // The first body is superseded before it is signed; the second is what arrives.
        world.grant("C-1", device, 2, 20);
        assert!(sign(world, device, 2, 21));
        store
            .mark_sent(LENDER, device, 2, stamp(22))
            .expect("writable");
        store
            .take_report(LENDER, report(device, 1, 2, 23))
            .expect("writable");

        let rows = store.payments_of(LENDER, "C-1").expect("readable");
        let (row, times) = &rows[0];
        assert_eq!(row.grant, Some((device, 1)));
        let steps = (times.signed, times.sent, times.delivered, times.applied);
        let expected = (
            Some(stamp(21)),
            Some(stamp(22)),
            Some(stamp(23)),
            Some(stamp(23)),
        );
        assert_eq!(steps, expected);
        let samples = store.speeds_since(LENDER, at(10), 9).expect("readable");
        assert_eq!((samples.len(), samples[0].times), (1, *times));
        assert_eq!(store.speeds_since(LENDER, at(11), 9), Ok(Vec::new()));

        // What is written later of the payment doesn't lose the grant it led to.
        let mut later = payment("P-1", PaymentState::Booked, Some("C-1"), 1_000, 10);
        later.version = 1;
        let mut set = fairlock_storage::ChangeSet::new(stamp(30));
        set.payments.push(fairlock_storage::PaymentChange {
            payment: later,
            keys: Vec::new(),
        });
        store.commit(LENDER, set).expect("it fits");
        let row = store
            .payment(LENDER, "P-1")
            .expect("readable")
            .expect("there");
        assert_eq!((row.grant, row.version), (Some((device, 1)), 2));
    });
}

#[test]
fn the_lock_budget_counts_rolling_hours_and_days() {
    on_each_engine(|world| {
        let limits = BudgetLimits {
            per_hour: 2,
            per_day: 3,
        };
        let take = |seq, seconds| {
            let device = DeviceId([1; 16]);
            let taken = world
                .store
                .take_lock_budget(LENDER, device, seq, at(seconds), limits);
            taken.expect("writable")
        };
        let until = |seconds| Budget::UsedUpUntil(at(seconds));
        assert_eq!(take(1, 0), Budget::Taken);
        assert_eq!(take(2, 10), Budget::Taken);
        assert_eq!(take(2, 20), Budget::Taken, "the same grant again");
        assert_eq!(take(3, 20), until(3_600));
        assert_eq!(take(3, 3_599), until(3_600));
        assert_eq!(take(3, 3_600), Budget::Taken);
        assert_eq!(take(4, 7_300), until(86_400), "the day's is used up");
        assert_eq!(take(4, 86_400), Budget::Taken);
        let used = world
            .store
            .lock_budget_use(LENDER, at(86_400))
            .expect("readable");
        assert_eq!(used, BudgetUse { hour: 1, day: 3 });
        let none = BudgetLimits {
            per_hour: 0,
            per_day: 9,
        };
        let device = DeviceId([1; 16]);
        let never = world.store.take_lock_budget(LENDER, device, 9, at(0), none);
        assert_eq!(never, Ok(Budget::UsedUpUntil(at(0).plus(Span::hours(1)))));
    });
}

#[test]
fn a_check_in_is_a_contact() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let device = world.enrol("C-1", 1);
        world
            .store
            .touch_contact(LENDER, device, stamp(77))
            .expect("writable");
        let row = world
            .store
            .device(LENDER, device)
            .expect("readable")
            .expect("there");
        assert_eq!((row.last_contact, row.reported), (Some(stamp(77)), None));
        assert_eq!(DeviceId::from_hex(&device.hex()), Some(device));
        assert_eq!(DeviceId::from_hex("xyz"), None);
    });
}
