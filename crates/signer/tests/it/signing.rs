//! What the signer signs, holds and refuses, on a real store.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::contract::Particulars;
use fairlock_domain::holds::HoldKind;
use fairlock_domain::pii::Pii;
use fairlock_domain::plan;
use fairlock_domain::rules::Proof;
use fairlock_domain::standing::{Event, EventKind, NoticeId};
use fairlock_protocol::cose::{Sign1, verify_ed25519};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::{Alg, Binding, Grant, Level, sha256};
use fairlock_rulebook::{Rulebook, load_builtin};
use fairlock_signer::convert::{self, Context, GrantBody, Prior};
use fairlock_signer::{KeyRing, KeyRole, Refusal, Run, Signer};
use fairlock_storage::{
    ChangeSet, ContractChange, ContractFacts, DeviceId, Enrolment, GrantRow, GrantState, LenderId,
    NewContract, NewReport, NewToken, Stamp, Store,
};

use super::kit::{at, charter, contract, rules, zone_of};

const LENDER: LenderId = LenderId([9; 16]);
const ZONE: &str = "Africa/Nairobi";
const SEEDS: [[u8; 32]; 5] = [[1; 32], [2; 32], [3; 32], [4; 32], [5; 32]];

fn ring() -> KeyRing {
    KeyRing::from_seeds(SEEDS)
}

/// A store with enrolled phones, under the sandbox.
struct Bench {
    store: Store,
    signer: Signer,
    rulebook: Rulebook,
    _dir: tempfile::TempDir,
}

fn stamp(at: Instant) -> Stamp {
    Stamp {
        at,
        monotonic_ns: 1,
    }
}

fn name(number: u8) -> String {
    format!("C-{}", 1000 + u32::from(number))
}

fn phone(number: u8) -> DeviceId {
    DeviceId([number; 16])
}

impl Bench {
    /// So many contracts, numbered from 1, each with a phone that has its first grant.
    fn with_phones(count: u8) -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let bench = Bench {
            store: Store::open(&dir.path().join("fairlock.db")).unwrap(),
            signer: Signer::new(ring()),
            rulebook: load_builtin().unwrap(),
            _dir: dir,
        };
        let now = at("2026-01-10T12:00:00+03:00");
        let contracts = (1..=count).map(new_contract).collect();
        bench
            .store
            .import_contracts(LENDER, contracts, now)
            .unwrap();
        for number in 1..=count {
            bench.enrol(number, now);
            bench.replan(number, now);
        }
        let run = bench.sign(now);
        assert_eq!(run.signed.len(), usize::from(count));
        bench
    }

    fn enrol(&self, number: u8, now: Instant) {
        let token_hash = [number; 32];
        let token = NewToken {
            token_hash,
            contract_id: name(number),
            created_at: now,
            expires_at: at("2027-01-01T00:00:00Z"),
        };
        self.store.add_token(LENDER, token).unwrap();
        let charter = charter(&rules(&["sandbox"]), &zone_of(ZONE));
        let signed = self
            .signer
            .sign_charter(&binding(number), None, &charter)
            .unwrap();
        let enrolment = Enrolment {
            token_hash,
            device: phone(number),
            spki: vec![number; 91],
            spki_sha256: sha256(&[number; 91]),
            exchange_key: Vec::new(),
            imei_hash: None,
            charter_n: 1,
            charter: signed.clone(),
            at: stamp(now),
        };
        self.store.enrol(LENDER, enrolment).unwrap();
        let accepted = self
            .store
            .accept_charter(LENDER, phone(number), 1, signed, now);
        assert!(accepted.unwrap().is_some());
    }

    fn facts(&self, number: u8) -> ContractFacts {
        self.store.facts(LENDER, &name(number)).unwrap().unwrap()
    }

    /// What the server would grant at `now`.
    fn converted(&self, number: u8, now: Instant) -> Option<GrantBody> {
        let known = self.facts(number);
        let (zone, rules) = (zone_of(ZONE), rules(&["sandbox"]));
        let plan = plan::plan(&known.facts(zone.clone()), &rules, now).unwrap();
        let prior = Prior::read(&self.store, LENDER, &known).unwrap().unwrap();
        let context = Context {
            rules: &rules,
            zone: &zone,
            decision: [7; 16],
            now,
        };
        convert::grant(&plan, &prior, &context).unwrap().body
    }

    /// Plans a contract and stores the body, as the money side does.
    fn replan(&self, number: u8, now: Instant) {
        let body = self.converted(number, now);
        self.put(number, body, Vec::new(), now);
    }

    fn put(&self, number: u8, body: Option<GrantBody>, events: Vec<Event>, now: Instant) {
        let mut change = ContractChange::new(&name(number), self.facts(number).version);
        change.grant = body.map(|body| body.row(phone(number), [7; 16]));
        change.events = events;
        let mut set = ChangeSet::new(stamp(now));
        set.contracts.push(change);
        self.store.commit(LENDER, set).unwrap();
    }

    fn happens(&self, number: u8, now: Instant, kind: EventKind) {
        self.put(number, None, vec![Event { at: now, kind }], now);
    }

    fn served(&self, number: u8, now: Instant, notice: &str) {
        let notice = NoticeId {
            pack: "sandbox".to_owned(),
            notice: notice.to_owned(),
        };
        let (channel, proof) = ("sms".to_owned(), Proof::Sent);
        self.happens(
            number,
            now,
            EventKind::Notice {
                notice,
                channel,
                proof,
            },
        );
    }

    fn sign(&self, now: Instant) -> Run {
        let now = stamp(now);
        self.signer
            .sign_pending(&self.store, LENDER, &self.rulebook, now)
            .unwrap()
    }

    fn newest(&self, number: u8) -> GrantRow {
        let rows = self.store.grants_of(LENDER, &name(number), 1).unwrap();
        rows.into_iter().next().unwrap()
    }

    /// The phone reports that it has its newest signed grant, at that level.
    fn reports(&self, number: u8, counter: u64, level: plan::Level, now: Instant) {
        let newest = self
            .store
            .newest_signed(LENDER, phone(number))
            .unwrap()
            .unwrap();
        self.reports_payload(number, counter, level, newest.payload_sha256, now);
    }

    fn reports_payload(
        &self,
        number: u8,
        counter: u64,
        level: plan::Level,
        payload: [u8; 32],
        now: Instant,
    ) {
        let report = NewReport {
            device: phone(number),
            counter,
            received: stamp(now),
            seq: 1,
            payload_sha256: Some(payload),
            grant_level: level,
            level,
            ksv: 1,
            verdicts: Vec::new(),
            cose: vec![1],
        };
        self.store.take_report(LENDER, report).unwrap();
    }

    /// At `remind`, reported, with `first` served on 11 February at nine.
    fn warned(&self, number: u8) {
        let midnight = at("2026-02-11T00:00:00+03:00");
        self.replan(number, midnight);
        self.sign(midnight);
        self.reports(number, 1, plan::Level::Remind, midnight);
        self.served(number, nine(), "first");
    }
}

fn nine() -> Instant {
    at("2026-02-11T09:00:00+03:00")
}

fn binding(number: u8) -> Binding {
    Binding {
        lender: LENDER.0,
        device: phone(number).0,
        spki_hash: sha256(&[number; 91]),
    }
}

fn new_contract(number: u8) -> NewContract {
    let mut contract = contract();
    contract.id = name(number);
    NewContract {
        contract,
        particulars: Particulars::default(),
        time_zone: ZONE.to_owned(),
        packs: vec!["sandbox".to_owned()],
        calendar: None,
        borrower: Pii::new("Amina Kamau".to_owned()),
        phone_number: None,
        email: None,
        language: None,
        phone_hash: None,
        virtual_account: None,
        imei: Pii::new(format!("35209900176148{number}")),
        model: "Test".to_owned(),
    }
}

/// The signature is the right key's, over this phone's binding.
fn check_signature(number: u8, row: &GrantRow, role: KeyRole) {
    let cose = row.cose.as_ref().expect("a signed grant");
    let object = Sign1::parse(cose).unwrap();
    let ring = ring();
    assert_eq!(object.kid, ring.kid(role));
    assert_eq!(object.payload, row.payload);
    let message = object.signed(Alg::Ed25519, &binding(number).aad(Domain::Grant));
    assert!(verify_ed25519(
        &ring.public(role),
        &message,
        &object.signature
    ));
}

/// Stores `body` for phone 1 at nine, and expects the signer to refuse it.
fn check_refused(bench: &Bench, body: GrantBody, expected: Refusal) {
    bench.put(1, Some(body), Vec::new(), nine());
    let run = bench.sign(nine());
    assert_eq!(
        run.refused.iter().map(|r| r.why).collect::<Vec<_>>(),
        [expected]
    );
    assert_eq!(run.signed, []);
    let row = bench.newest(1);
    assert_eq!(row.state, GrantState::Refused);
    assert_eq!(row.code.as_deref(), Some(expected.code()));
    assert_eq!(bench.sign(nine()), Run::default(), "refused for good");
}

/// Phone 1 is warned, and this is the ladder that it may get at nine.
fn ladder(bench: &Bench) -> GrantBody {
    bench.warned(1);
    bench.converted(1, nine()).unwrap()
}

/// The same body with another grant in it.
fn changed(body: &GrantBody, change: impl FnOnce(&mut Grant)) -> GrantBody {
    let mut grant = body.grant.clone();
    change(&mut grant);
    GrantBody {
        payload: grant.payload().unwrap(),
        grant,
        ..body.clone()
    }
}

#[test]
fn a_ladder_that_the_signers_own_plan_has_is_signed_by_restrict() {
    let bench = Bench::with_phones(1);
    check_signature(1, &bench.newest(1), KeyRole::Relax);
    let body = ladder(&bench);
    assert_eq!(body.grant.later.last().unwrap().level, Level::Reduce);
    bench.put(1, Some(body), Vec::new(), nine());
    assert_eq!(bench.sign(nine()).signed.len(), 1);
    check_signature(1, &bench.newest(1), KeyRole::Restrict);
    assert_eq!(bench.sign(nine()), Run::default(), "nothing is left");
}

#[test]
fn a_body_stricter_than_the_signers_own_plan_is_refused_part_by_part() {
    let check = |expected, change: fn(&mut Grant)| {
        let bench = Bench::with_phones(1);
        let body = ladder(&bench);
        check_refused(&bench, changed(&body, change), expected);
    };
    check(Refusal::Unwarranted, |grant| grant.warrant = None);
    check(Refusal::Level, |grant| {
        grant.level = Level::Reduce;
        grant.later.clear();
        grant.warrant.as_mut().unwrap().covered = 0;
    });
    check(Refusal::Pay, |grant| grant.pay = Some(150_001));
    check(Refusal::Notice, |grant| grant.notices[0].amount += 1);
    check(Refusal::Notice, |grant| {
        let mut other = grant.notices[0];
        other.id += 1;
        grant.notices.push(other);
    });
    check(Refusal::Step, |grant| grant.later[0].at -= 1);
    check(Refusal::Step, |grant| {
        let mut lock = grant.later[0].clone();
        (lock.at, lock.level) = (lock.at + 1, Level::Lock);
        grant.later.push(lock);
    });
    check(Refusal::Guard, |grant| {
        grant.later[0].guards.lead_h = Some(23)
    });
    check(Refusal::Guard, |grant| {
        grant.later[0].guards.notices.clear()
    });
    check(Refusal::Guard, |grant| {
        grant.later[0].guards.window.as_mut().unwrap().from_min -= 1;
    });
    check(Refusal::Guard, |grant| {
        grant.later[0].guards.window.as_mut().unwrap().offset_min += 60;
    });
    check(Refusal::Guard, |grant| grant.later[0].guards.before = None);
}

#[test]
fn a_row_and_its_payload_must_be_one() {
    let check = |change: fn(&mut GrantBody)| {
        let bench = Bench::with_phones(1);
        let mut body = ladder(&bench);
        change(&mut body);
        check_refused(&bench, body, Refusal::Body);
    };
    check(|body| body.grant.seq += 1);
    check(|body| body.payload.truncate(20));
    check(|body| body.tightening = false);
    check(|body| body.role = KeyRole::Release);
    check(|body| body.role = KeyRole::Contact);
}

#[test]
fn facts_that_moved_after_the_body_was_made_stop_it() {
    let check = |expected, kind: EventKind| {
        let bench = Bench::with_phones(1);
        let body = ladder(&bench);
        bench.happens(1, at("2026-02-11T09:00:01+03:00"), kind);
        check_refused(&bench, body, expected);
    };
    let hold = |kind| EventKind::Hold {
        id: "H-1".to_owned(),
        kind,
        until: None,
    };
    check(Refusal::Hold, hold(HoldKind::Outage));
    check(Refusal::Pay, hold(HoldKind::WrongPerson));
    let waived = |minor| EventKind::PayoffWaived {
        amount: super::kit::money(minor),
    };
    check(Refusal::Pay, waived(1));
    check(Refusal::Paid, waived(450_000));
}

#[test]
fn a_tightening_in_a_loosenings_clothes_is_refused() {
    let bench = Bench::with_phones(1);
    let body = ladder(&bench);
    let mut disguised = changed(&body, |grant| (grant.warrant, grant.base) = (None, None));
    (disguised.role, disguised.tightening) = (KeyRole::Relax, false);
    check_refused(&bench, disguised, Refusal::NotLoosening);
}

#[test]
fn a_release_needs_a_ledger_that_says_so() {
    let bench = Bench::with_phones(1);
    let release = |bench: &Bench| {
        let seq = bench.facts(1).device.unwrap().newest_seq + 1;
        let grant = Grant::plain(seq, nine().unix_seconds() as u64, 1, Level::Released);
        GrantBody {
            payload: grant.payload().unwrap(),
            grant,
            role: KeyRole::Release,
            tightening: false,
        }
    };
    check_refused(&bench, release(&bench), Refusal::Paid);
    let amount = super::kit::money(450_000);
    bench.happens(1, nine(), EventKind::PayoffWaived { amount });
    bench.put(1, Some(release(&bench)), Vec::new(), nine());
    assert_eq!(bench.sign(nine()).signed.len(), 1);
    check_signature(1, &bench.newest(1), KeyRole::Release);
}

#[test]
fn the_lock_budget_holds_the_sixth_phone_and_never_what_frees_one() {
    let bench = Bench::with_phones(8);
    for number in 1..=8 {
        bench.warned(number);
    }
    for number in 1..=7 {
        bench.replan(number, nine());
    }
    // The eighth is freed of its reminder in the same hour.
    bench.happens(
        8,
        nine(),
        EventKind::PayoffWaived {
            amount: super::kit::money(150_000),
        },
    );
    bench.replan(8, nine());
    let run = bench.sign(nine());
    assert_eq!(run.signed[0].device, phone(8), "what frees goes first");
    assert_eq!((run.signed.len(), run.held), (6, 2));
    let held = bench.newest(7);
    assert_eq!(
        (held.state, held.code.as_deref()),
        (GrantState::Held, Some("lock_budget"))
    );
    let later = at("2026-02-11T10:00:00+03:00");
    assert_eq!(held.held_until, Some(later));
    assert_eq!(bench.sign(at("2026-02-11T09:59:59+03:00")), Run::default());
    assert_eq!(bench.sign(later).signed.len(), 2);
}

#[test]
fn a_ladder_granted_again_takes_nothing_from_the_budget() {
    let bench = Bench::with_phones(1);
    bench.warned(1);
    bench.replan(1, nine());
    bench.sign(nine());
    let used = |now| bench.store.lock_budget_use(LENDER, now).unwrap().day;
    assert_eq!(used(nine()), 1);
    // The reminder of the second instalment: a new amount, the same step.
    bench.reports(1, 2, plan::Level::Remind, nine());
    let later = at("2026-03-11T09:00:00+03:00");
    bench.replan(1, later);
    assert_eq!(bench.sign(later).signed.len(), 1);
    assert_eq!(used(later), 0, "a month later nothing of the last day");
}

#[test]
fn a_phone_with_a_payload_that_nobody_signed_is_only_ever_freed() {
    let bench = Bench::with_phones(1);
    bench.warned(1);
    bench.reports_payload(1, 2, plan::Level::Remind, [0xee; 32], nine());
    bench.replan(1, nine());
    assert_eq!(bench.sign(nine()).held, 1);
    assert_eq!(bench.newest(1).code.as_deref(), Some("unknown_payload"));
    bench.happens(
        1,
        nine(),
        EventKind::PayoffWaived {
            amount: super::kit::money(150_000),
        },
    );
    bench.replan(1, nine());
    assert_eq!(bench.sign(nine()).signed.len(), 1);
}

#[test]
fn a_crash_between_signing_and_storing_signs_the_same_bytes_again() {
    let (one, other) = (Bench::with_phones(1), Bench::with_phones(1));
    for bench in [&one, &other] {
        let body = ladder(bench);
        bench.put(1, Some(body), Vec::new(), nine());
    }
    one.sign(nine());
    // The other process died before it stored; its successor signs an hour later.
    other.sign(at("2026-02-11T10:00:00+03:00"));
    assert_eq!(one.newest(1).cose, other.newest(1).cose);
    let signed = one.newest(1);
    one.sign(at("2026-02-11T11:00:00+03:00"));
    assert_eq!(one.newest(1), signed, "the first signature stays");
}

/// `reset_lead_h`: whoever set the phone up anew sees its notices first.
#[test]
fn nothing_limits_a_phone_sooner_than_reset_lead_h_after_it_was_set_up_anew() {
    let bench = Bench::with_phones(1);
    let soon = ladder(&bench);
    bench.store.mark_reset(LENDER, phone(1), nine()).unwrap();
    check_refused(&bench, soon, Refusal::ResetLead);
    let body = bench.converted(1, nine()).unwrap();
    let from = nine().plus(Span::hours(72)).unix_seconds() as u64;
    let limits = body.grant.later.iter().filter(|s| s.level > Level::Remind);
    let at: Vec<u64> = limits.map(|step| step.at).collect();
    assert_eq!(at, [from], "as soon as it may, and no sooner");
    bench.put(1, Some(body), Vec::new(), nine());
    assert_eq!(bench.sign(nine()).signed.len(), 1);
}
