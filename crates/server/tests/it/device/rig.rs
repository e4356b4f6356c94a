//! A server on a free port with a clock that a test sets, and a phone that speaks to it.
//!
//! The phone here is no agent: it has a key, says exactly what a test tells it to, and takes
//! grants by the protocol's rules.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use fairlock_codes::keys::Exchange;
use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::contract::{Consent, Contract, Instalment, Particulars, Product};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::pii::Pii;
use fairlock_domain::standing::{Event, EventKind};
use fairlock_protocol::channel::Frame;
use fairlock_protocol::charter::Replacement;
use fairlock_protocol::cose::{assemble, to_be_signed};
use fairlock_protocol::enrol::{
    Acceptance, Bundle, ENROL_PATH, Offer, Request, Welcome, accept_path, channel_path,
    countersign, countersign_bytes,
};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::in_force::InForce;
use fairlock_protocol::moment::Moment;
use fairlock_protocol::p256::DeviceKey;
use fairlock_protocol::verify::{Accepted, Checks, Outcome, accept};
use fairlock_protocol::{Alg, Binding, Charter, KeySet, Level, Report};
use fairlock_rulebook::time::parse_instant;
use fairlock_rulebook::{Rulebook, load_builtin};
use fairlock_server::config::{Contacts, Feed};
use fairlock_server::device::bundle;
use fairlock_server::{Clock, Config, Entropy, Parts, Running, StartError, start};
use fairlock_signer::{KeyRing, Signer};
use fairlock_storage::{ChangeSet, ContractChange, DeviceId, LenderId, NewContract, Stamp, Store};
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub const LENDER: LenderId = LenderId([9; 16]);
pub const IMEI: &str = "352099001761481";

pub fn at(text: &str) -> Instant {
    parse_instant(text).unwrap()
}

/// A clock that stands until it is set.
pub struct TestClock {
    now: watch::Sender<Instant>,
    monotonic: AtomicU64,
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        *self.now.borrow()
    }

    fn monotonic_ns(&self) -> u64 {
        self.monotonic.fetch_add(1_000, Ordering::Relaxed)
    }

    fn reached(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            let _ = now.wait_for(|now| *now >= at).await;
        })
    }
}

/// Other bytes each time: nothing here is secret.
struct Counted(AtomicU64);

impl Entropy for Counted {
    fn fill(&self, out: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed);
        out.fill(7);
        out.iter_mut()
            .zip(next.to_be_bytes())
            .for_each(|(to, from)| *to = from);
    }
}

pub struct Site {
    pub running: Running,
    pub store: Store,
    clock: Arc<TestClock>,
    _dir: tempfile::TempDir,
}

impl Site {
    /// At 2026-01-10 12:00 in Nairobi, with contracts C-1001 and C-1002 under the sandbox.
    pub async fn start() -> Site {
        let fill = |store: &Store, _: &Rulebook, now: Instant| {
            let contracts = vec![
                contract("C-1001", IMEI),
                contract("C-1002", "352099001761482"),
            ];
            store.import_contracts(LENDER, contracts, now).unwrap();
        };
        Site::start_with(load_builtin().unwrap(), fill).await
    }

    /// At the same instant, with these packs and what `fill` puts into the store.
    pub async fn start_with(
        rulebook: Rulebook,
        fill: impl FnOnce(&Store, &Rulebook, Instant),
    ) -> Site {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("fairlock.db")).unwrap();
        let now = at("2026-01-10T12:00:00+03:00");
        fill(&store, &rulebook, now);
        let clock = Arc::new(TestClock {
            now: watch::Sender::new(now),
            monotonic: AtomicU64::new(1),
        });
        let running = serve(&store, rulebook, clock.clone()).await.unwrap();
        running.quiet().await;
        Site {
            running,
            store,
            clock,
            _dir: dir,
        }
    }

    /// The server ends, and another with these packs is to take its place: why it can't.
    pub async fn refused_with(self, rulebook: Rulebook) -> Option<StartError> {
        self.running.shutdown().await;
        match serve(&self.store, rulebook, self.clock).await {
            Ok(running) => {
                running.shutdown().await;
                None
            }
            Err(error) => Some(error),
        }
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Sets the clock and lets the server do what is due.
    pub async fn clock(&self, text: &str) {
        self.clock.now.send_replace(at(text));
        self.running.quiet().await;
    }

    /// Sets the clock; phones that are connected are not waited for.
    pub fn clock_moves(&self, text: &str) {
        self.clock.now.send_replace(at(text));
        self.running.shared().wake();
    }

    /// A one-time bundle for a contract's phone.
    pub fn bundle(&self, contract: &str) -> Bundle {
        let shared = self.running.shared();
        let server = format!("http://{}", self.running.addr());
        bundle::issue(
            &self.store,
            LENDER,
            &shared.signer,
            (contract, &server),
            shared.entropy.as_ref(),
            self.now(),
        )
        .unwrap()
    }

    pub async fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> (StatusCode, Bytes) {
        let addr = self.running.addr();
        let request = hyper::Request::builder()
            .method(Method::POST)
            .uri(format!("http://{addr}{path}"))
            .header("content-type", kind)
            .body(Full::new(Bytes::from(body)))
            .unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = client.request(request).await.unwrap();
        let status = response.status();
        (
            status,
            response.into_body().collect().await.unwrap().to_bytes(),
        )
    }

    /// A new fact of a contract; the server plans it in its next pass.
    pub fn happens(&self, contract: &str, kind: EventKind) {
        let facts = self.store.facts(LENDER, contract).unwrap().unwrap();
        let mut change = ContractChange::new(contract, facts.version);
        let at = self.now();
        change.events.push(Event { at, kind });
        let mut set = ChangeSet::new(Stamp {
            at,
            monotonic_ns: 1,
        });
        set.contracts.push(change);
        self.store.commit(LENDER, set).unwrap();
        self.running.shared().wake();
    }

    pub fn device(&self, phone: &Phone) -> fairlock_storage::DeviceRow {
        let device = DeviceId(phone.binding.device);
        self.store.device(LENDER, device).unwrap().unwrap()
    }
}

/// A server over a store, as every test here sets it up.
async fn serve(
    store: &Store,
    rulebook: Rulebook,
    clock: Arc<TestClock>,
) -> Result<Running, StartError> {
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        watch_dir: None,
        sources: Vec::new(),
        proxy: None,
        api: Vec::new(),
        mappings: Vec::new(),
        notices: fairlock_server::config::Notices::default(),
        feeds: vec![Feed {
            name: "bank".to_owned(),
            account: Some("KE-1".to_owned()),
            period_s: 400 * 86_400,
        }],
        contacts: Contacts {
            lender: "0800 000 000".to_owned(),
            complaints_name: "Ombudsman".to_owned(),
            complaints: "0800 000 001".to_owned(),
        },
    };
    let parts = Parts {
        store: store.clone(),
        lender: LENDER,
        lender_name: "Test lender".to_owned(),
        rulebook: Arc::new(rulebook),
        signer: Signer::new(KeyRing::from_seeds([
            [1; 32], [2; 32], [3; 32], [4; 32], [5; 32],
        ])),
        clock,
        entropy: Arc::new(Counted(AtomicU64::new(1))),
    };
    start(config, parts).await
}

pub fn waived(minor: i128) -> EventKind {
    let kes = Currency::from_code("KES").unwrap();
    EventKind::PayoffWaived {
        amount: Money::new(minor, kes),
    }
}

pub fn contract(id: &str, imei: &str) -> NewContract {
    let kes = Currency::from_code("KES").unwrap();
    let day = |text| Day::parse(text).unwrap();
    let instalment = |due| Instalment {
        due: day(due),
        amount: Money::new(150_000, kes),
    };
    NewContract {
        contract: Contract {
            id: id.to_owned(),
            product: Product::PurchaseLoan,
            currency: kes,
            signed_on: day("2026-01-10"),
            consent: Some(Consent {
                separate_signature: true,
                acknowledged_copy: true,
                on: day("2026-01-10"),
            }),
            instalments: ["2026-02-10", "2026-03-10", "2026-04-10"]
                .map(instalment)
                .to_vec(),
            feed: None,
        },
        particulars: Particulars::default(),
        time_zone: "Africa/Nairobi".to_owned(),
        packs: vec!["sandbox".to_owned()],
        calendar: None,
        borrower: Pii::new("Amina Kamau".to_owned()),
        phone_number: None,
        email: None,
        language: None,
        phone_hash: None,
        virtual_account: None,
        imei: Pii::new(imei.to_owned()),
        model: "Test".to_owned(),
    }
}

/// A phone's key.
pub struct Key(SigningKey);

impl Key {
    pub fn of(seed: u8) -> Key {
        Key(SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub fn public(&self) -> DeviceKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        fairlock_issuer::device_key(point.as_bytes()).unwrap()
    }

    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.normalize_s().to_bytes().into()
    }
}

/// The first message of a phone.
pub fn request(bundle: &Bundle, key: &Key, imei: &str) -> Request {
    Request {
        token: bundle.token,
        spki: *key.public().spki(),
        attestation: Vec::new(),
        nonce: [3; 16],
        exchange: Exchange::from_random(&[5; 32]).unwrap().public(),
        imei_hash: fairlock_issuer::imei_hash(&bundle.token, imei),
    }
}

/// An enrolled phone.
pub struct Phone {
    pub key: Key,
    pub binding: Binding,
    pub charter: Charter,
    pub keys: KeySet,
    pub state: InForce,
    pub counter: u64,
    enrolled: Instant,
}

impl Phone {
    /// Enrols for C-1001 and takes its first grant.
    pub async fn enrol(site: &Site) -> Phone {
        let (bundle, key) = (site.bundle("C-1001"), Key::of(1));
        let body = request(&bundle, &key, IMEI).encode();
        let (status, body) = site.post(ENROL_PATH, "application/cbor", body).await;
        assert_eq!(status, StatusCode::OK, "{body:?}");
        let offer = Offer::decode(&body).unwrap();
        let offered = offer.open(&bundle, &[3; 16], &key.public()).unwrap();
        let path = accept_path(&offer.device);
        let accepted = countersigned(&offer, &offered.binding, &key);
        let (status, body) = site.post(&path, "application/cbor", accepted).await;
        assert_eq!(status, StatusCode::OK, "{body:?}");
        let welcome = Welcome::decode(&body).unwrap();
        let mut phone = Phone {
            key,
            binding: offered.binding,
            state: InForce::enrolled(&offered.charter, 0),
            charter: offered.charter,
            keys: offered.key_set,
            counter: 0,
            enrolled: site.now(),
        };
        assert_eq!(phone.take(&welcome.grant, site.now()).cuts, []);
        phone
    }

    fn moment(&self, now: Instant) -> Moment {
        let running = now.since(self.enrolled).as_seconds() as u64;
        fairlock_issuer::exact(running, now.unix_seconds() as u64)
    }

    /// Accepts a travelling grant and acts on it.
    pub fn take(&mut self, travelling: &[u8], now: Instant) -> Accepted {
        let moment = self.moment(now);
        self.state.settle(&moment);
        let checks = Checks {
            binding: self.binding,
            keys: &self.keys,
            charter: &self.charter,
            moment: &moment,
        };
        let outcome = accept(&mut self.state, travelling, &checks).unwrap();
        self.state.advance(&moment);
        match outcome {
            Outcome::Accepted(accepted) => accepted,
            Outcome::Known => panic!("the grant in force came again"),
        }
    }

    /// Takes the key set after its own.
    pub fn take_keys(&mut self, bytes: &[u8]) {
        let set = self.keys.next(bytes, &LENDER.0).unwrap();
        let floor_rose = set.floor_ksv > self.keys.floor_ksv;
        self.state.rekey(&set, floor_rose);
        self.keys = set;
    }

    /// Countersigns a charter that is offered, and takes it as its own.
    pub fn countersign(&mut self, offered: &[u8]) -> Frame {
        let public = self.key.public();
        let replacement = Replacement::open(offered, &self.binding, &self.keys, &self.charter);
        let message = countersign_bytes(offered, &self.binding, &public).unwrap();
        let object = countersign(offered, &public, self.key.sign(&message)).unwrap();
        self.charter = replacement.unwrap().charter;
        Frame::CharterAccepted(object)
    }

    pub fn advance(&mut self, now: Instant) {
        let moment = self.moment(now);
        self.state.advance(&moment);
    }

    /// What it would report now.
    pub fn report(&mut self, now: Instant) -> Report {
        let moment = self.moment(now);
        self.counter += 1;
        Report {
            counter: self.counter,
            nonce: None,
            seq: self.state.highest,
            in_force: self.state.hash,
            grant_level: self.state.grant_level(),
            level: self.state.level(),
            why: self.state.why(&moment),
            overlays: Vec::new(),
            shown: Vec::new(),
            rejects: Vec::new(),
            lower: moment.lower,
            upper: moment.upper,
            ksv: self.keys.ksv,
            charter_n: self.charter.n,
            enrolments: 1,
            agent: "test".to_owned(),
            os_patch: "2026-01-01".to_owned(),
            backend: "test".to_owned(),
            code_tries: 0,
            passes: self.state.passes,
        }
    }

    pub fn sign(&self, report: &Report) -> Vec<u8> {
        sign_report(report, &self.binding, &self.key)
    }

    /// The frame of a fresh report.
    pub fn report_frame(&mut self, now: Instant) -> Frame {
        let report = self.report(now);
        Frame::Report(self.sign(&report))
    }

    pub fn level(&self) -> Level {
        self.state.level()
    }
}

pub fn sign_report(report: &Report, binding: &Binding, key: &Key) -> Vec<u8> {
    let payload = report.payload().unwrap();
    let kid = key.public().kid();
    let message = to_be_signed(kid, Alg::Esp256, &binding.aad(Domain::Report), &payload);
    assemble(kid, Alg::Esp256, &payload, &key.sign(&message))
}

/// Message 4.
pub fn countersigned(offer: &Offer, binding: &Binding, key: &Key) -> Vec<u8> {
    let public = key.public();
    let message = countersign_bytes(&offer.charter, binding, &public).unwrap();
    let charter = countersign(&offer.charter, &public, key.sign(&message)).unwrap();
    Acceptance { charter }.encode()
}

/// A phone's connection.
pub struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// A test that hangs is a test that failed; no machine is this slow.
const PATIENCE: Duration = Duration::from_secs(20);

impl Line {
    pub async fn open(site: &Site, device: &[u8; 16]) -> Line {
        Line::try_open(site, device).await.expect("a connection")
    }

    /// `None` when the server has no room.
    pub async fn try_open(site: &Site, device: &[u8; 16]) -> Option<Line> {
        let url = format!("ws://{}{}", site.running.addr(), channel_path(device));
        let (socket, _) = connect_async(url).await.ok()?;
        Some(Line { socket })
    }

    pub async fn send(&mut self, frame: &Frame) {
        self.send_bytes(frame.encode()).await;
    }

    pub async fn send_bytes(&mut self, bytes: Vec<u8>) {
        // The server may have ended the connection already; what it said first counts.
        let _ = self.socket.send(Message::binary(bytes)).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// The next frame; `None` when the connection has ended.
    pub async fn next(&mut self) -> Option<Frame> {
        let next = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Binary(bytes))) => {
                        return Some(Frame::decode(&bytes).unwrap());
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(_)) => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, next)
            .await
            .expect("an answer")
    }

    /// The next frame that isn't display data.
    pub async fn next_but_display(&mut self) -> Option<Frame> {
        loop {
            match self.next().await {
                Some(Frame::Display(_)) => {}
                other => return other,
            }
        }
    }

    /// The next grant.
    pub async fn grant(&mut self) -> Vec<u8> {
        match self.next_but_display().await {
            Some(Frame::Grant(travelling)) => travelling,
            other => panic!("{other:?} came; expected a grant"),
        }
    }

    /// Connects and says who is there; the acknowledgement has come.
    pub async fn enter(site: &Site, phone: &mut Phone) -> Line {
        let mut line = Line::open(site, &phone.binding.device).await;
        line.report(site, phone).await;
        line
    }

    /// The next key set.
    pub async fn key_set(&mut self) -> Vec<u8> {
        match self.next_but_display().await {
            Some(Frame::KeySet(bytes)) => bytes,
            other => panic!("{other:?} came; expected a key set"),
        }
    }

    /// Reports, and waits for the acknowledgement.
    pub async fn report(&mut self, site: &Site, phone: &mut Phone) {
        let frame = phone.report_frame(site.now());
        self.send(&frame).await;
        let counter = phone.counter;
        assert_eq!(self.next_but_display().await, Some(Frame::Ack { counter }));
    }
}
