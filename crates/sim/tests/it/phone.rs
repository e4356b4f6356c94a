//! `fairlock phone`: one phone against a real server, across two starts of its process.

use std::sync::Arc;

use fairlock_agent::{Capabilities, Function, Screen, ScreenKind};
use fairlock_codes::{Kind, grouped};
use fairlock_domain::calendar::Instant;
use fairlock_protocol::enrol::hex;
use fairlock_protocol::{Binding, Level};
use fairlock_server::config::{Contacts, Feed};
use fairlock_server::device::bundle;
use fairlock_server::{Config, Parts, Running, contracts};
use fairlock_signer::codes::{CodeOrder, Form};
use fairlock_signer::{KeyRing, Signer};
use fairlock_sim::phone::backend::Faults;
use fairlock_sim::phone::{self, Finger, Options, PhoneError, View};
use fairlock_sim::world::{Chance, CountedClock, VirtualClock};
use fairlock_storage::{LenderId, Store};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};

const IMEI: &str = "490154203237518";
const LENDER: LenderId = LenderId([7; 16]);

/// A server with one contract, and the folder in which everything stands.
struct Site {
    dir: TempDir,
    clock: Arc<VirtualClock>,
    server: Running,
    /// A one-time bundle for the contract's phone.
    bundle: String,
}

impl Site {
    async fn start() -> Site {
        let dir = tempfile::tempdir().unwrap();
        let noon = Instant::from_unix_seconds(1_772_452_800);
        let store = Store::open(&dir.path().join("fairlock.db")).unwrap();
        let rulebook = Arc::new(fairlock_rulebook::load_builtin().unwrap());
        let csv = format!(
            "contract,borrower,imei,product,currency,signed_on,consent_on,separate_signature,acknowledged_copy,time_zone,packs,feed,first_due,step,instalments,amount\n\
             C-1,Joyce Odhiambo,{IMEI},purchase_loan,KES,2026-02-05,2026-02-05,yes,yes,Africa/Nairobi,sandbox,bank,2026-04-02,monthly,3,1000.00\n"
        );
        contracts::import(&store, LENDER, &rulebook, csv.as_bytes(), noon).unwrap();
        let clock = Arc::new(VirtualClock::new(noon, Arc::new(CountedClock::default())));
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            watch_dir: None,
            sources: Vec::new(),
            proxy: None,
            mappings: Vec::new(),
            api: Vec::new(),
            notices: fairlock_server::config::Notices::default(),
            feeds: vec![Feed {
                name: "bank".to_string(),
                account: Some("0112004430567800".to_string()),
                period_s: 86_400,
            }],
            contacts: Contacts {
                lender: "+254 20 000 0000".to_string(),
                complaints_name: "Test ombudsman".to_string(),
                complaints: "+254 20 000 0001".to_string(),
            },
        };
        let parts = Parts {
            store,
            lender: LENDER,
            lender_name: "Test lender".to_string(),
            rulebook,
            signer: Signer::new(KeyRing::from_seeds([[1; 32]; 5])),
            clock: clock.clone(),
            entropy: Arc::new(Chance::new(7, "server")),
        };
        let server = fairlock_server::start(config, parts).await.unwrap();
        server.quiet().await;
        let shared = server.shared();
        let url = format!("http://{}", server.addr());
        let issued = bundle::issue(
            &shared.store,
            LENDER,
            &shared.signer,
            ("C-1", &url),
            shared.entropy.as_ref(),
            noon,
        );
        let bundle = hex(&issued.unwrap().encode());
        Site {
            dir,
            clock,
            server,
            bundle,
        }
    }

    fn options(&self, bundle: Option<&str>, imei: Option<&str>) -> (Options, Person) {
        let (stop, stopped) = watch::channel(false);
        let (show, views) = mpsc::unbounded_channel();
        let options = Options {
            server: format!("http://{}", self.server.addr()),
            bundle: bundle.map(str::to_string),
            imei: imei.map(str::to_string),
            state_dir: self.dir.path().join("phone"),
            clock: self.clock.clone(),
            entropy: Arc::new(Chance::new(7, "phone")),
            accept: true,
            capabilities: Capabilities::ALL,
            faults: Faults::default(),
            show: Arc::new(move |view| drop(show.send(view))),
            stop: stopped,
        };
        (options, Person { stop, views })
    }

    /// The next code of the contract's phone, as it is read out.
    fn code(&self, days: u64) -> String {
        let shared = self.server.shared();
        let row = shared.store.device_of(LENDER, "C-1").unwrap().unwrap();
        let binding = Binding {
            lender: LENDER.0,
            device: row.device.0,
            spki_hash: row.spki_sha256,
        };
        let point = row.exchange_key.try_into().unwrap();
        let order = CodeOrder {
            form: Form::Long,
            kind: Kind::Add,
            days,
        };
        let count = order.next_count(None);
        let code = shared.signer.code(&binding, &point, order, count);
        grouped(&code.unwrap())
    }

    fn reports(&self) -> u64 {
        let device = self.server.shared().store.device_of(LENDER, "C-1").unwrap();
        device.map_or(0, |device| device.report_counter)
    }
}

/// Nobody types.
fn nobody() -> mpsc::UnboundedReceiver<Finger> {
    mpsc::unbounded_channel().1
}

/// Who sits in front of the phone.
struct Person {
    stop: watch::Sender<bool>,
    views: mpsc::UnboundedReceiver<View>,
}

impl Person {
    /// Looks until the phone is open and in contact, then switches it off.
    async fn sees_it_open(mut self) {
        self.sees(is_open).await;
        self.stop.send_replace(true);
    }

    async fn sees(&mut self, what: impl Fn(&View) -> bool) -> View {
        let mut last = None;
        while let Some(view) = self.views.recv().await {
            if what(&view) {
                return view;
            }
            last = Some(view);
        }
        panic!("the phone went off after {last:?}");
    }
}

fn kind(view: &View) -> Option<ScreenKind> {
    view.screen.as_ref().map(|screen| screen.kind)
}

fn is_open(view: &View) -> bool {
    kind(view) == Some(ScreenKind::Free) && view.connected
}

fn says(view: &View, id: &str) -> bool {
    let messages = |screen: &Screen| screen.messages.iter().any(|message| message.id == id);
    view.screen.as_ref().is_some_and(messages)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_enrols_once_and_keeps_its_state() {
    let site = Site::start().await;
    let (options, person) = site.options(Some(&site.bundle), Some(IMEI));
    let (first, ()) = tokio::join!(phone::run(options, nobody()), person.sees_it_open());
    first.unwrap();
    site.server.quiet().await;
    let reports = site.reports();
    assert!(reports > 0, "it reported to the server");
    // Switched on again it needs neither bundle nor IMEI.
    let (options, person) = site.options(None, None);
    let (second, ()) = tokio::join!(phone::run(options, nobody()), person.sees_it_open());
    second.unwrap();
    site.server.quiet().await;
    assert!(
        site.reports() > reports,
        "it reported again, with a higher counter"
    );
    site.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_the_server_opens_a_phone_that_has_no_network() {
    let site = Site::start().await;
    let (options, mut person) = site.options(Some(&site.bundle), Some(IMEI));
    let (typed, lines) = mpsc::unbounded_channel();
    let types = async {
        person.sees(is_open).await;
        site.server.quiet().await;
        typed.send(Finger::Airplane).unwrap();
        person.sees(|view| view.airplane && !view.connected).await;
        let wrong = "12345678901234567".to_string();
        typed.send(Finger::Code(wrong)).unwrap();
        person.sees(|view| says(view, "code-wrong")).await;
        let code = site.code(3);
        typed.send(Finger::Code(code.clone())).unwrap();
        person
            .sees(|view| kind(view) == Some(ScreenKind::Code))
            .await;
        // Neither a cut of power nor another clock lets it count again.
        typed.send(Finger::PowerCut).unwrap();
        typed.send(Finger::Clock(-400 * 86_400)).unwrap();
        let earlier = |view: &View| view.behind.boot == 2 && view.wall < 1_772_000_000;
        person.sees(earlier).await;
        typed.send(Finger::Code(code)).unwrap();
        let used = person.sees(|view| says(view, "code-used")).await;
        assert!(used.airplane, "also after the cut");
        typed.send(Finger::Quit).unwrap();
    };
    let (ran, ()) = tokio::join!(phone::run(options, lines), types);
    ran.unwrap();
    site.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_cant_enrol_says_why() {
    let site = Site::start().await;
    let check = async |bundle: Option<&str>, imei: Option<&str>, expected: &str| {
        let (options, _person) = site.options(bundle, imei);
        let error = phone::run(options, nobody()).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        error
    };
    let none = check(None, None, "expected --token").await;
    assert!(matches!(none, PhoneError::NoBundle));
    check(
        Some("not a bundle"),
        Some(IMEI),
        "--token: expected the bundle",
    )
    .await;
    check(Some(&site.bundle), None, "expected --imei").await;
    check(Some(&site.bundle), Some("490154203237526"), "enrolment: ").await;
    site.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_charter_is_read_before_anything_is_enrolled() {
    let site = Site::start().await;
    let (mut options, mut person) = site.options(Some(&site.bundle), Some(IMEI));
    options.accept = false;
    let (typed, lines) = mpsc::unbounded_channel();
    let reads = async {
        let offered = person
            .sees(|view| kind(view) == Some(ScreenKind::Charter))
            .await;
        let charter = offered.charter.expect("it is there to be read");
        assert_eq!((charter.n, charter.contract.as_str()), (1, "C-1"));
        typed.send(Finger::Refuse).unwrap();
    };
    let (ran, ()) = tokio::join!(phone::run(options, lines), reads);
    assert!(matches!(ran, Err(PhoneError::NotAccepted)));
    assert_eq!(site.reports(), 0, "nothing was enrolled");
    site.server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_breaks_is_seen_to() {
    let site = Site::start().await;
    let (mut options, mut person) = site.options(Some(&site.bundle), Some(IMEI));
    options.capabilities.lock = false;
    let (typed, lines) = mpsc::unbounded_channel();
    let breaks = async {
        let open = person.sees(is_open).await;
        assert!(!open.behind.capabilities.lock);
        let faults = Faults {
            takes: Some(Function::Sms),
            ..Faults::default()
        };
        typed.send(Finger::Break(faults.clone())).unwrap();
        let broken = person.sees(|view| view.behind.faults == faults).await;
        // An open phone has no page that could take anything.
        assert_eq!(broken.behind.seen.level, Level::Free);
        assert!(broken.behind.seen.missing.is_empty());
        typed.send(Finger::Reboot).unwrap();
        let again = person.sees(|view| view.behind.boot == 2).await;
        assert_eq!(again.behind.faults, faults, "broken still");
        typed.send(Finger::Quit).unwrap();
    };
    let (ran, ()) = tokio::join!(phone::run(options, lines), breaks);
    ran.unwrap();
    site.server.shutdown().await;
}
