//! A server and four providers with bad days, on real sockets: one payment ends once and right
//! whatever comes late, twice, out of order or forged, and nothing is believed that the provider
//! didn't say.

use std::net::Ipv4Addr;
use std::sync::Arc;

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::money::Currency;
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Secret;
use fairlock_intake::adyen::Capture;
use fairlock_intake::signature::Keys;
use fairlock_server::config::{
    Adyen as AdyenAccess, Airtel as AirtelAccess, Contacts, Credit, Feed, Momo as MomoAccess,
    Notices, Provider, Source, Stripe as StripeAccess, StripeApi,
};
use fairlock_server::{Clock as _, Config, Parts, Running, contracts};
use fairlock_signer::{KeyRing, Signer};
use fairlock_sim::provider::outbox::{HookDays, Sent};
use fairlock_sim::provider::wallet::{Bad, Requested};
use fairlock_sim::provider::{Adyen, Airtel, Momo, Stripe, momo};
use fairlock_sim::world::{Chance, CountedClock, VirtualClock};
use fairlock_storage::{LenderId, Store};
use tempfile::TempDir;
use tokio::net::TcpListener;

const LENDER: LenderId = LenderId([7; 16]);
const OLD: &str = "whsec_the-old-endpoint-secret";
const NEW: &str = "whsec_the-new-endpoint-secret";
const ADYEN_KEY: &[u8] = b"thirty-two bytes of an Adyen key";
const AIRTEL_KEY: &str = "an application's private key";
/// What Stripe keeps on such a day, each charge once.
const FEES: i128 = 325 + 400 + 400 + 400;
const CALM: HookDays = HookDays {
    twice: 0,
    late: 0,
    hurried: 0,
    odd: 0,
    forged: 0,
};
const BAD: HookDays = HookDays {
    twice: 40,
    late: 40,
    hurried: 70,
    odd: 30,
    forged: 50,
};

/// A server, and who calls it.
struct World {
    clock: Arc<VirtualClock>,
    store: Store,
    server: Running,
    stripe: Stripe,
    adyen: Adyen,
    airtel: Airtel,
    momo: Momo,
    _dir: TempDir,
}

fn secret(name: &str) -> String {
    format!("{name}-0f9a3b7c5d1e2f46")
}

fn source(name: &str, provider: Provider) -> Source {
    Source {
        name: name.to_owned(),
        feed: name.to_owned(),
        secret_path: Secret::new(secret(name)),
        addresses: Vec::new(),
        credit: Credit::AfterEnquiry,
        provider,
    }
}

fn signed(name: &str, provider: Provider) -> Source {
    Source {
        credit: Credit::AtOnce,
        ..source(name, provider)
    }
}

fn sources(stripe: &Stripe, airtel: &Airtel, momo: &Momo) -> Vec<Source> {
    let hex: String = ADYEN_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    let word = |text: &str| Secret::new(text.to_owned());
    vec![
        signed(
            "stripe",
            Provider::Stripe(StripeAccess {
                keys: Keys::plain([OLD, NEW]).unwrap(),
                live: true,
                api: Some(StripeApi {
                    url: stripe.url(),
                    key: word("rk_reads-fees"),
                }),
            }),
        ),
        signed(
            "adyen",
            Provider::Adyen(AdyenAccess {
                keys: Keys::hexadecimal([hex.as_str()]).unwrap(),
                merchant_account: "Lender".to_owned(),
                capture: Capture::Separate,
                live: true,
            }),
        ),
        source(
            "airtel",
            Provider::Airtel(AirtelAccess {
                url: airtel.url(),
                client_id: word("client"),
                client_secret: word("secret"),
                country: "UG".to_owned(),
                currency: Currency::from_code("UGX").unwrap(),
                keys: Some(Keys::plain([AIRTEL_KEY]).unwrap()),
            }),
        ),
        source(
            "momo",
            Provider::Momo(MomoAccess {
                url: momo.url(),
                api_user: word("user"),
                api_key: word("key"),
                subscription_key: word("subscription"),
                environment: "mtnuganda".to_owned(),
            }),
        ),
    ]
}

impl World {
    /// A free port may be somebody else's by the time it is used: then another one is tried.
    async fn start(days: HookDays, seed: u64) -> World {
        for _ in 0..8 {
            if let Some(world) = World::at_a_free_port(days, seed).await {
                return world;
            }
        }
        panic!("eight ports in a row were taken");
    }

    async fn at_a_free_port(days: HookDays, seed: u64) -> Option<World> {
        let dir = tempfile::tempdir().unwrap();
        let noon = Instant::from_unix_seconds(1_772_452_800);
        let clock = Arc::new(VirtualClock::new(noon, Arc::new(CountedClock::default())));
        let port = free_port().await;
        let at = format!("http://127.0.0.1:{port}");
        let (airtel, momo) = (secret("airtel"), secret("momo"));
        let airtel = Airtel::start(&at, &airtel, AIRTEL_KEY, clock.clone(), days, seed);
        let airtel = airtel.await.unwrap();
        let momo = Momo::start(&at, &momo, clock.clone(), days, seed);
        let momo = momo.await.unwrap();
        let path = secret("stripe");
        let stripe = Stripe::start(&at, &path, &[OLD], clock.clone(), days, seed);
        let stripe = stripe.await.unwrap();
        let path = secret("adyen");
        let adyen = Adyen::new(&at, &path, "Lender", ADYEN_KEY, clock.clone(), days, seed);
        let store = Store::open(&dir.path().join("fairlock.db")).unwrap();
        let rulebook = fairlock_rulebook::load_builtin().unwrap();
        let csv = "contract,borrower,imei,product,currency,signed_on,consent_on,separate_signature,acknowledged_copy,time_zone,packs,feed,first_due,step,instalments,amount\n\
             C-1,Joyce Nakato,490154203237518,purchase_loan,UGX,2026-02-05,2026-02-05,yes,yes,Africa/Kampala,sandbox,momo,2026-04-02,monthly,3,100000\n";
        contracts::import(&store, LENDER, &rulebook, csv.as_bytes(), noon).unwrap();
        let sources = sources(&stripe, &airtel, &momo);
        let feed = |source: &Source| Feed {
            name: source.feed.clone(),
            account: None,
            period_s: 86_400,
        };
        let config = Config {
            listen: (Ipv4Addr::LOCALHOST, port).into(),
            watch_dir: None,
            feeds: sources.iter().map(feed).collect(),
            sources,
            proxy: None,
            api: Vec::new(),
            mappings: Vec::new(),
            notices: Notices::default(),
            contacts: Contacts {
                lender: "+256 41 000 0000".to_owned(),
                complaints_name: "Test ombudsman".to_owned(),
                complaints: "+256 41 000 0001".to_owned(),
            },
        };
        let parts = Parts {
            store: store.clone(),
            lender: LENDER,
            lender_name: "Test lender".to_owned(),
            rulebook: Arc::new(rulebook),
            signer: Signer::new(KeyRing::from_seeds([[1; 32]; 5])),
            clock: clock.clone(),
            entropy: Arc::new(Chance::new(7, "server")),
        };
        let server = fairlock_server::start(config, parts).await.ok()?;
        server.quiet().await;
        Some(World {
            clock,
            store,
            server,
            stripe,
            adyen,
            airtel,
            momo,
            _dir: dir,
        })
    }

    /// Everything is told, and nothing forged was let in.
    async fn settle(&self) {
        loop {
            let rounds = [
                self.stripe.deliver().await,
                self.adyen.deliver().await,
                self.airtel.deliver().await,
                self.momo.deliver().await,
            ];
            self.server.quiet().await;
            let fooled: u32 = rounds.iter().map(|sent| sent.fooled).sum();
            let refused: u32 = rounds.iter().map(|sent| sent.refused).sum();
            assert_eq!(
                (fooled, refused),
                (0, 0),
                "forgeries let in, letters refused"
            );
            let waiting = self.stripe.waiting() + self.adyen.waiting();
            if waiting + self.airtel.waiting() + self.momo.waiting() == 0 {
                return;
            }
        }
    }

    /// Time goes on, and what is to be asked again is asked.
    async fn pass(&self, hours: u32) {
        for _ in 0..hours * 12 {
            self.clock.set(self.clock.now().plus(Span::minutes(5)));
            self.server.quiet().await;
        }
    }

    /// The contract's payments, sorted: state, sum and why it failed.
    fn payments(&self) -> Vec<String> {
        let rows = self.store.payments_of(LENDER, "C-1").unwrap();
        let line = |row: fairlock_storage::PaymentRow| {
            let why = row.failure.map(|why| format!(" {why}")).unwrap_or_default();
            format!("{} {}{why}", row.state.name(), row.amount)
        };
        let mut lines: Vec<String> = rows.into_iter().map(|(row, _)| line(row)).collect();
        lines.sort();
        lines
    }

    /// What the providers kept, in whole shillings.
    fn fees(&self) -> i128 {
        let books = self.store.balances(LENDER).unwrap();
        let fees = books.accounts();
        let fees = fees.filter(|(account, _, _)| account.name() == "provider_fees");
        fees.map(|(_, _, balance)| balance.net()).sum()
    }

    async fn ends(self, expected: &[&str]) {
        assert_eq!(self.payments(), expected);
        assert!(self.store.proof(LENDER).unwrap().holds());
        let parked = self.store.parked_messages(LENDER, 10).unwrap();
        let notes: Vec<Option<String>> = parked.into_iter().map(|m| m.note).collect();
        assert_eq!(notes, Vec::<Option<String>>::new());
        self.server.shutdown().await;
    }
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    listener.local_addr().unwrap().port()
}

fn reference() -> String {
    Reference::of_contract("C-1").unwrap().as_str().to_owned()
}

/// What one day brings at all four, and how it must end.
fn day(world: &World) -> Vec<&'static str> {
    let reference = reference();
    // Stripe writes Ugandan shillings as if they had two decimals.
    let paid = world.stripe.begins(1_000_000, "ugx", &reference);
    world.stripe.succeeds(&paid, 32_500);
    let failed = world.stripe.begins(1_100_000, "ugx", &reference);
    world.stripe.fails(&failed);
    let won = world.stripe.begins(1_200_000, "ugx", &reference);
    world.stripe.succeeds(&won, 40_000);
    let dispute = world.stripe.disputes(&won);
    world.stripe.wins(&won, &dispute);
    let lost = world.stripe.begins(1_300_000, "ugx", &reference);
    world.stripe.succeeds(&lost, 40_000);
    world.stripe.disputes(&lost);
    let part = world.stripe.begins(1_400_000, "ugx", &reference);
    world.stripe.succeeds(&part, 40_000);
    world.stripe.refunds(&part, 400_000);
    let back = world.stripe.refunds(&paid, 1_000_000);
    world.stripe.refund_fails(&paid, &back, 1_000_000);

    world.adyen.pays(20_000, "UGX", &reference);
    let taken = world.adyen.pays(21_000, "UGX", &reference);
    world.adyen.is_charged_back(&taken, true, true);
    let kept = world.adyen.pays(22_000, "UGX", &reference);
    world.adyen.is_charged_back(&kept, true, false);
    let refunded = world.adyen.pays(23_000, "UGX", &reference);
    world.adyen.refunds(&refunded, false);

    let id = |n: u8| format!("{reference}-{n}");
    world.airtel.ends(&id(1), 30_000, "TS", &[]);
    world.airtel.ends(&id(2), 31_000, "TF", &[]);
    let slow = [Bad::UnderWay, Bad::Ambiguous, Bad::BadGateway, Bad::Timeout];
    world.airtel.ends(&id(3), 32_000, "TS", &slow);
    let request = |n: u8| format!("5f5a1f5e-1a9f-4d5e-8f0f-2c6d9c1c7a{n:02}");
    world
        .momo
        .ends(&request(1), 40_000, &reference, "SUCCESSFUL", &[]);
    world
        .momo
        .ends(&request(2), 41_000, &reference, "FAILED", &[]);
    world.momo.ends(
        &request(3),
        42_000,
        &reference,
        "SUCCESSFUL",
        &[Bad::UnderWay, Bad::Timeout],
    );

    let mut expected = vec![
        "booked 10000",
        "failed 11000 insufficient_funds",
        "booked 12000",
        "reversed 13000",
        "booked 10000",
        "booked 20000",
        "reversed 21000",
        "booked 22000",
        "reversed 23000",
        "booked 30000",
        "failed 31000 refused",
        "booked 32000",
        "booked 40000",
        "failed 41000 insufficient_funds",
        "booked 42000",
    ];
    expected.sort_unstable();
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_calm_day_each_payment_ends_once_and_right() {
    let world = World::start(CALM, 1).await;
    let expected = day(&world);
    world.settle().await;
    world.pass(8).await;
    assert_eq!(world.fees(), FEES);
    world.ends(&expected).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_bad_days_each_payment_ends_the_same() {
    for seed in 1..=4 {
        let world = World::start(BAD, seed).await;
        let expected = day(&world);
        world.settle().await;
        world.pass(8).await;
        assert_eq!(world.fees(), FEES, "seed {seed}");
        world.ends(&expected).await;
    }
}

/// The provider signs with both, then with the new secret alone; the server knows both.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_loses_no_event() {
    let mut world = World::start(BAD, 5).await;
    let reference = reference();
    for (keys, amount) in [
        (vec![OLD], 1_000_000),
        (vec![OLD, NEW], 1_100_000),
        (vec![NEW], 1_200_000),
    ] {
        world.stripe.sign_with(&keys);
        let charge = world.stripe.begins(amount, "ugx", &reference);
        world.stripe.succeeds(&charge, 10_000);
    }
    world.settle().await;
    world
        .ends(&["booked 10000", "booked 11000", "booked 12000"])
        .await;
}

/// Nobody can sign with a secret that we don't know: the letters stay with the provider.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_secret_is_refused_and_the_events_wait() {
    let mut world = World::start(CALM, 6).await;
    world.stripe.sign_with(&["whsec_nobody-told-us-this-one"]);
    let charge = world.stripe.begins(1_000_000, "ugx", &reference());
    world.stripe.succeeds(&charge, 10_000);
    let sent = world.stripe.deliver().await;
    let expected = Sent {
        taken: 0,
        refused: 6,
        fooled: 0,
    };
    assert_eq!(sent, expected);
    world.server.quiet().await;
    world.ends(&[]).await;
}

/// Anybody can post what MoMo posts: it announces, and MoMo knows nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_callback_of_momo_credits_nothing() {
    let world = World::start(CALM, 7).await;
    let forged = Requested {
        amount: 99_000,
        currency: "UGX",
        ends: "SUCCESSFUL",
        external: reference(),
        before: Vec::new(),
    };
    let body = momo::body(&forged, "SUCCESSFUL");
    world
        .momo
        .tells("5f5a1f5e-1a9f-4d5e-8f0f-2c6d9c1c7a99", body);
    world.settle().await;
    world.pass(1).await;
    world.ends(&["pending 99000"]).await;
}

/// Airtel's own callback may be wrong about how it ended; the enquiry decides.
#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_says_failed_fails_nothing() {
    let world = World::start(CALM, 8).await;
    let id = format!("{}-1", reference());
    world.airtel.ends(&id, 30_000, "TS", &[]);
    world.airtel.tells(&id, "TF");
    world.settle().await;
    world.pass(1).await;
    world.ends(&["booked 30000"]).await;
}
