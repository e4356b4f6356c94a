//! A store in a directory of its own, and short ways to fill it.

use std::path::PathBuf;

use fairlock_domain::calendar::{Day, Instant, Span};
use fairlock_domain::contract::{Consent, Contract, Instalment, Particulars, Product};
use fairlock_domain::ledger::{Command, Outcome, Owner, Posting, Work, post};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::{Key, PaymentState};
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;
use fairlock_domain::standing::{Event, EventKind};
use fairlock_storage::{
    ChangeSet, ContractChange, DeviceId, Enrolment, LenderId, MessageNo, MessageOutcome,
    MessageState, NewContract, NewGrant, NewLine, NewMessage, NewToken, PaymentChange, PaymentRow,
    Projection, Stamp, Store, Taken,
};

/// Engines that every test of this suite runs on.
#[derive(Clone, Copy)]
enum Engine {
    Embedded,
}

const ENGINES: [Engine; 1] = [Engine::Embedded];

/// Runs a test on a fresh store of each engine.
pub fn on_each_engine(test: impl Fn(&World)) {
    for engine in ENGINES {
        test(&World::new(engine));
    }
}

pub const LENDER: LenderId = LenderId([1; 16]);
pub const OTHER_LENDER: LenderId = LenderId([2; 16]);

pub struct World {
    pub store: Store,
    dir: tempfile::TempDir,
    engine: Engine,
}

impl World {
    fn new(engine: Engine) -> World {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let store = open(engine, &dir.path().join("fairlock.db"));
        World { store, dir, engine }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("fairlock.db")
    }

    /// A second handle on the same database, as after a restart.
    pub fn reopened(&self) -> Store {
        open(self.engine, &self.path())
    }

    /// Imports contracts of 3 instalments of 1,000 minor units each.
    pub fn import(&self, ids: &[&str]) {
        let contracts = ids.iter().map(|id| contract(id)).collect();
        let done = self.store.import_contracts(LENDER, contracts, at(0));
        assert_eq!(done.expect("they are importable").added, ids.len() as u64);
    }

    /// A message that was taken and isn't processed.
    pub fn message(&self, key: &str) -> MessageNo {
        match self
            .store
            .take_message(LENDER, message(key))
            .expect("the inbox takes it")
        {
            Taken::New(no) => no,
            Taken::Seen { .. } => panic!("{key} was taken before"),
        }
    }

    pub fn version(&self, contract: &str) -> u64 {
        let row = self.store.contract(LENDER, contract).expect("readable");
        row.expect("imported").version
    }

    /// Everything that a booked payment changes, as the server would commit it.
    pub fn booking(&self, id: &str, contract: &str, minor: i128, seconds: i64) -> ChangeSet {
        let no = self.message(&format!("{id} at {seconds}"));
        let mut set = ChangeSet::new(stamp(seconds));
        set.message = Some(processed(no));
        set.lines.push(line(no, "0/0", id, minor));
        set.payments.push(PaymentChange {
            payment: payment(id, PaymentState::Booked, Some(contract), minor, seconds),
            keys: vec![receipt(id)],
        });
        let owner = Owner::Contract(contract.into());
        set.postings = self.post(&[contract], &[book(id, owner, minor, seconds)]);
        let mut change = ContractChange::new(contract, self.version(contract));
        change
            .events
            .push(paid(id, PaymentState::Booked, minor, seconds));
        set.contracts.push(change);
        set
    }

    /// Posts commands on the slice of the books that they touch; all must be posted.
    pub fn post(&self, contracts: &[&str], commands: &[Command]) -> Vec<Posting> {
        let subjects: Vec<&str> = commands.iter().map(|c| c.subject.as_str()).collect();
        let mut ledger = self
            .store
            .ledger(LENDER, contracts, &subjects)
            .expect("readable");
        for command in commands {
            let (after, outcome) = post(ledger, command);
            assert_eq!(outcome, Outcome::Posted, "{command:?}");
            ledger = after;
        }
        ledger.made().cloned().collect()
    }

    /// Enrols a phone for a contract; its charter is accepted.
    pub fn enrol(&self, contract: &str, number: u8) -> DeviceId {
        let store = &self.store;
        store
            .add_token(LENDER, token(contract, number))
            .expect("a new token");
        let device = store
            .enrol(LENDER, enrolment(number))
            .expect("a fresh token")
            .device;
        let accepted = store.accept_charter(LENDER, device, 1, vec![2], at(2));
        assert!(accepted.expect("writable").is_some());
        device
    }

    /// Commits a grant for a contract's phone.
    pub fn grant(&self, contract: &str, device: DeviceId, seq: u64, seconds: i64) {
        let mut set = ChangeSet::new(stamp(seconds));
        let mut change = ContractChange::new(contract, self.version(contract));
        change.projection = Some(plan(Level::Free));
        change.grant = Some(grant(device, seq));
        set.contracts.push(change);
        self.store.commit(LENDER, set).expect("the next seq");
    }
}

fn open(engine: Engine, path: &std::path::Path) -> Store {
    match engine {
        Engine::Embedded => Store::open(path).expect("a writable directory"),
    }
}

pub fn kes(minor: i128) -> Money {
    Money::new(minor, Currency::from_code("KES").expect("a currency"))
}

/// So many seconds after the epoch of these tests.
pub fn at(seconds: i64) -> Instant {
    Instant::from_unix_seconds(1_767_225_600 + seconds)
}

pub fn stamp(seconds: i64) -> Stamp {
    Stamp {
        at: at(seconds),
        monotonic_ns: u64::try_from(seconds).expect("not before the epoch") * 1_000_000_000,
    }
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a date")
}

pub fn contract(id: &str) -> NewContract {
    let due = ["2026-02-01", "2026-03-01", "2026-04-01"];
    let instalments = due.map(|due| Instalment {
        due: day(due),
        amount: kes(1_000),
    });
    NewContract {
        contract: Contract {
            id: id.into(),
            product: Product::PurchaseLoan,
            currency: kes(0).currency(),
            signed_on: day("2026-01-01"),
            consent: Some(Consent {
                separate_signature: true,
                acknowledged_copy: true,
                on: day("2026-01-01"),
            }),
            instalments: instalments.to_vec(),
            feed: Some("bank-1".into()),
        },
        particulars: Particulars::default(),
        time_zone: "Africa/Nairobi".into(),
        packs: vec!["sandbox".into(), "strict-default".into()],
        calendar: Some("KE".into()),
        borrower: Pii::new(format!("Borrower of {id}")),
        phone_number: Some(Pii::new("254700000001".into())),
        email: None,
        language: None,
        phone_hash: Some([9; 32]),
        virtual_account: None,
        imei: Pii::new(format!("imei-{id}")),
        model: "Model 1".into(),
    }
}

pub fn message(key: &str) -> NewMessage {
    NewMessage {
        source: "bank-1".into(),
        transport_key: key.into(),
        name: "statement.xml".into(),
        headers: vec![("content-type".into(), "application/xml".into())],
        body: key.as_bytes().to_vec(),
        sha256: [7; 32],
        received: stamp(1),
    }
}

pub fn processed(no: MessageNo) -> MessageOutcome {
    MessageOutcome {
        no,
        state: MessageState::Processed,
        note: "1 payment".into(),
    }
}

pub fn line(message: MessageNo, place: &str, payment: &str, minor: i128) -> NewLine {
    NewLine {
        message,
        place: place.into(),
        account: Some("KE12".into()),
        kind: "payment".into(),
        state: "booked".into(),
        amount: kes(minor),
        booking_date: Some(day("2026-02-01")),
        value_date: None,
        text: Some(Pii::new("July".into())),
        name: None,
        payment_id: Some(payment.into()),
    }
}

pub fn receipt(id: &str) -> Key {
    Key::receipt("mpesa", id).expect("a receipt")
}

pub fn payment(
    id: &str,
    state: PaymentState,
    contract: Option<&str>,
    minor: i128,
    seconds: i64,
) -> PaymentRow {
    let booked = state == PaymentState::Booked;
    PaymentRow {
        id: id.into(),
        state,
        amount: kes(minor),
        channel: "mpesa".into(),
        feed: Some("mpesa".into()),
        contract_id: contract.map(String::from),
        matched_by: contract.map(|_| "reference".into()),
        acted_at: Some(at(seconds - 60)),
        paid_on: Some(day("2026-02-01")),
        booking_date: Some(day("2026-02-01")),
        value_date: None,
        expires_at: (state == PaymentState::Pending).then(|| at(seconds).plus(Span::days(5))),
        failure: None,
        received: stamp(seconds),
        matched: contract.map(|_| stamp(seconds)),
        credited: (booked && contract.is_some()).then(|| stamp(seconds)),
        reversed_at: None,
        grant: None,
        payer: None,
        life: 1,
        gross: None,
        version: 0,
    }
}

pub fn book(id: &str, owner: Owner, minor: i128, seconds: i64) -> Command {
    let work = Work::Book {
        owner,
        channel: "mpesa".into(),
        amount: kes(minor),
    };
    Command {
        subject: id.into(),
        at: at(seconds),
        work,
    }
}

pub fn paid(id: &str, state: PaymentState, minor: i128, seconds: i64) -> Event {
    Event {
        at: at(seconds),
        kind: EventKind::Payment {
            id: id.into(),
            state,
            amount: kes(minor),
            paid_on: Some(day("2026-02-01")),
        },
    }
}

pub fn plan(level: Level) -> Projection {
    Projection {
        level,
        past_due_since: None,
        arrears: kes(0),
        restore: kes(0),
        payoff: kes(3_000),
        holds: Vec::new(),
        review_at: None,
    }
}

pub fn token(contract: &str, number: u8) -> NewToken {
    NewToken {
        token_hash: [number; 32],
        contract_id: contract.into(),
        created_at: at(0),
        expires_at: at(3_600),
    }
}

pub fn enrolment(number: u8) -> Enrolment {
    Enrolment {
        token_hash: [number; 32],
        device: DeviceId([number; 16]),
        spki: vec![number; 91],
        spki_sha256: [number; 32],
        exchange_key: vec![number; 65],
        imei_hash: None,
        charter_n: 1,
        charter: vec![1],
        at: stamp(1),
    }
}

pub fn grant(device: DeviceId, seq: u64) -> NewGrant {
    let seq_byte = u8::try_from(seq).expect("few grants");
    NewGrant {
        device,
        seq,
        role: 2,
        tightening: false,
        level: Level::Free,
        payload: vec![seq_byte],
        payload_sha256: [seq_byte; 32],
        decision_hash: [seq_byte; 16],
    }
}
