//! A server and a Daraja with bad days, on real sockets: nothing is lost, nothing counts twice,
//! and nothing is believed that Daraja didn't say.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::{Pii, Secret};
use fairlock_server::config::{
    Contacts, Credit, Daraja as Access, Feed, Initiator, Mpesa, Net, Notices, Provider, Source,
};
use fairlock_server::money::sources::{client::Client, mpesa};
use fairlock_server::{Config, Parts, Running, contracts};
use fairlock_signer::{KeyRing, Signer};
use fairlock_sim::provider::Daraja;
use fairlock_sim::provider::daraja::{BadDays, Ends, Paid, Till};
use fairlock_sim::world::{Chance, CountedClock, VirtualClock};
use fairlock_storage::{LenderId, Store};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};

const LENDER: LenderId = LenderId([7; 16]);
const SECRET: &str = "0f9a3b7c5d1e2f46";
const NUMBER: &str = "254700000001";
const CALM: BadDays = BadDays {
    lost: 0,
    twice: 0,
    late: 0,
    odd: 0,
};

/// A server that asks a Daraja, which calls it.
struct World {
    dir: TempDir,
    clock: Arc<VirtualClock>,
    store: Store,
    daraja: Daraja,
    source: Source,
    port: u16,
    server: Option<Running>,
}

impl World {
    async fn start(credit: Credit, days: BadDays, seed: u64) -> World {
        let dir = tempfile::tempdir().unwrap();
        let noon = Instant::from_unix_seconds(1_772_452_800);
        let clock = Arc::new(VirtualClock::new(noon, Arc::new(CountedClock::default())));
        let till = Till::default();
        let daraja = Daraja::start(till.clone(), days, clock.clone(), seed)
            .await
            .unwrap();
        let port = free_port().await;
        let source = Source {
            addresses: Net::parse("127.0.0.1").into_iter().collect(),
            credit,
            provider: Provider::Mpesa(Mpesa {
                short_code: till.short_code.clone(),
                api: Some(Access {
                    url: daraja.url(),
                    consumer_key: Secret::new(till.consumer_key),
                    consumer_secret: Secret::new(till.consumer_secret),
                    initiator: Some(Initiator {
                        name: till.initiator,
                        credential: Secret::new(till.credential),
                    }),
                    pass_key: Some(Secret::new(till.pass_key)),
                    public_url: format!("http://127.0.0.1:{port}"),
                    pull: true,
                }),
            }),
            ..Source::till("mpesa", "600638", Secret::new(SECRET.to_owned()))
        };
        let store = Store::open(&dir.path().join("fairlock.db")).unwrap();
        let rulebook = fairlock_rulebook::load_builtin().unwrap();
        let csv = "contract,borrower,imei,product,currency,signed_on,consent_on,separate_signature,acknowledged_copy,time_zone,packs,feed,first_due,step,instalments,amount\n\
             C-1,Joyce Odhiambo,490154203237518,purchase_loan,KES,2026-02-05,2026-02-05,yes,yes,Africa/Nairobi,sandbox,mpesa,2026-04-02,monthly,3,1000.00\n";
        contracts::import(&store, LENDER, &rulebook, csv.as_bytes(), noon).unwrap();
        let mut world = World {
            dir,
            clock,
            store,
            daraja,
            source,
            port,
            server: None,
        };
        world.open().await;
        world.register().await;
        world
    }

    /// Starts the server at its port.
    async fn open(&mut self) {
        let config = Config {
            listen: (Ipv4Addr::LOCALHOST, self.port).into(),
            watch_dir: None,
            sources: vec![self.source.clone()],
            proxy: None,
            mappings: Vec::new(),
            api: Vec::new(),
            notices: Notices::default(),
            feeds: vec![Feed {
                name: "mpesa".to_owned(),
                account: None,
                period_s: 86_400,
            }],
            contacts: Contacts {
                lender: "+254 20 000 0000".to_owned(),
                complaints_name: "Test ombudsman".to_owned(),
                complaints: "+254 20 000 0001".to_owned(),
            },
        };
        let parts = Parts {
            store: self.store.clone(),
            lender: LENDER,
            lender_name: "Test lender".to_owned(),
            rulebook: Arc::new(fairlock_rulebook::load_builtin().unwrap()),
            signer: Signer::new(KeyRing::from_seeds([[1; 32]; 5])),
            clock: self.clock.clone(),
            entropy: Arc::new(Chance::new(7, "server")),
        };
        self.server = Some(fairlock_server::start(config, parts).await.unwrap());
        self.quiet().await;
    }

    async fn close(&mut self) {
        self.server.take().unwrap().shutdown().await;
    }

    async fn register(&self) {
        let Provider::Mpesa(till) = &self.source.provider else {
            unreachable!("it is made above");
        };
        let now = self.now();
        let said = mpesa::register(&Client::new(), &self.source, till, now).await;
        assert_eq!(said.unwrap().len(), 2);
    }

    fn now(&self) -> Instant {
        use fairlock_server::Clock as _;
        self.clock.now()
    }

    async fn quiet(&self) {
        self.server.as_ref().unwrap().quiet().await;
    }

    /// Calls are told and questions answered until there is nothing left to say.
    async fn settle(&self) {
        self.quiet().await;
        while self.daraja.deliver().await > 0 {
            self.quiet().await;
        }
    }

    /// Time goes on; what falls due on the way is done.
    async fn pass(&self, hours: u32) {
        for _ in 0..hours * 4 {
            self.clock.set(self.now().plus(Span::minutes(15)));
            self.settle().await;
        }
    }

    async fn pays(&self, shillings: i64) -> String {
        match self.daraja.pay(shillings * 100, &reference(), NUMBER).await {
            Paid::Receipt(receipt) => receipt,
            Paid::Refused(code) => panic!("refused with {code}"),
        }
    }

    /// The contract's payments, oldest first: state, sum and why it failed.
    fn payments(&self) -> Vec<String> {
        let mut rows = self.store.payments_of(LENDER, "C-1").unwrap();
        rows.reverse();
        let line = |row: fairlock_storage::PaymentRow| {
            let why = row.failure.map(|why| format!(" {why}")).unwrap_or_default();
            format!("{} {}{why}", row.state.name(), row.amount)
        };
        rows.into_iter().map(|(row, _)| line(row)).collect()
    }

    fn ask_for(&self, shillings: i64) {
        let kes = Currency::from_code("KES").unwrap();
        let sum = Money::new(i128::from(shillings) * 100, kes);
        let number = Pii::new(NUMBER.to_owned());
        let prompt = mpesa::prompt(&self.source, &reference(), sum, number, self.now());
        assert!(self.store.ask(LENDER, prompt, self.now()).unwrap());
    }

    fn books_hold(&self) {
        assert!(self.store.proof(LENDER).unwrap().holds());
    }

    fn url(&self, path: &str) -> String {
        format!(
            "http://127.0.0.1:{}/v1/callbacks/{SECRET}/{path}",
            self.port
        )
    }

    /// Somebody posts from an address of their own; the status.
    async fn forged(&self, from: Ipv4Addr, path: &str, body: &str) -> String {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        let to = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = socket.connect(to).await.unwrap();
        let request = format!(
            "POST /v1/callbacks/{SECRET}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    }
}

async fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap().port()
}

fn reference() -> String {
    Reference::of_contract("C-1").unwrap().as_str().to_owned()
}

/// A confirmation as anybody could write it.
fn confirmation(receipt: &str, shillings: &str) -> String {
    format!(
        r#"{{"TransactionType":"Pay Bill","TransID":"{receipt}","TransTime":"20260302150000","TransAmount":"{shillings}","BusinessShortCode":"600638","BillRefNumber":"{}","MSISDN":"254700000001"}}"#,
        reference()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_shields_until_daraja_itself_says_the_same() {
    let world = World::start(Credit::AfterEnquiry, CALM, 1).await;
    world.pays(100).await;
    assert_eq!(world.daraja.deliver().await, 1);
    world.quiet().await;
    assert_eq!(world.payments(), ["pending 100.00"]);
    // The status was asked for, and its result is told.
    assert_eq!(world.daraja.asked("/mpesa/transactionstatus/v1/query"), 1);
    world.settle().await;
    assert_eq!(world.payments(), ["booked 100.00"]);
    world.books_hold();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_never_comes_is_found_in_the_list() {
    let lost = BadDays { lost: 100, ..CALM };
    for credit in [Credit::AtOnce, Credit::AfterEnquiry] {
        let world = World::start(credit, lost, 1).await;
        for shillings in 1..=7 {
            world.pays(shillings).await;
        }
        world.settle().await;
        assert_eq!(world.payments(), [""; 0]);
        world.pass(2).await;
        assert_eq!(world.payments().len(), 7, "{:?}", world.payments());
        // The next lists tell the same again, and add nothing.
        world.pass(3).await;
        assert_eq!(world.payments().len(), 7);
        assert!(
            world
                .payments()
                .iter()
                .all(|line| line.starts_with("booked"))
        );
        world.books_hold();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reversal_that_comes_before_its_payment_takes_back_that_payment_and_no_other() {
    for credit in [Credit::AtOnce, Credit::AfterEnquiry] {
        let world = World::start(credit, CALM, 1).await;
        let taken_back = world.pays(100).await;
        world.pays(200).await;
        world
            .daraja
            .reverse(&taken_back, &world.url("reversal/result"))
            .unwrap();
        assert_eq!(world.daraja.deliver_backwards().await, 3);
        world.settle().await;
        world.pass(2).await;
        let mut payments = world.payments();
        payments.sort();
        assert_eq!(payments, ["booked 200.00", "reversed 100.00"], "{credit:?}");
        world.books_hold();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_call_from_elsewhere_is_not_found_and_one_from_inside_credits_nothing() {
    let world = World::start(Credit::AfterEnquiry, CALM, 1).await;
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2);
    let body = confirmation("FORGED0001", "5000");
    assert_eq!(
        world.forged(elsewhere, "c2b/confirmation", &body).await,
        "404"
    );
    world.settle().await;
    assert_eq!(world.payments(), [""; 0]);
    // With the right address and path it shields, as long as nobody knows better.
    let inside = Ipv4Addr::LOCALHOST;
    assert_eq!(world.forged(inside, "c2b/confirmation", &body).await, "200");
    world.settle().await;
    assert_eq!(world.payments(), ["pending 5000.00"]);
    // A result that answers no question of ours is nobody's word.
    let result = r#"{"Result":{"ResultCode":0,"ConversationID":"AG_20260303_00000000000000000099","TransactionID":"FORGED0001","ResultParameters":{"ResultParameter":[{"Key":"ReceiptNo","Value":"FORGED0001"},{"Key":"Amount","Value":5000},{"Key":"TransactionStatus","Value":"Completed"}]}}}"#;
    assert_eq!(world.forged(inside, "status/result", result).await, "200");
    world.settle().await;
    let parked = world.store.parked_messages(LENDER, 10).unwrap();
    let note = parked[0].note.clone().unwrap_or_default();
    assert!(
        note.ends_with("expected that of a question of ours"),
        "{note}"
    );
    world.pass(24 * 6).await;
    assert_eq!(world.payments(), ["failed 5000.00 timed_out"]);
    world.books_hold();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_reversal_takes_nothing_back() {
    let world = World::start(Credit::AfterEnquiry, CALM, 1).await;
    let receipt = world.pays(100).await;
    world.settle().await;
    let reversal = format!(
        r#"{{"Result":{{"ResultCode":"21","ConversationID":"AG_1","TransactionID":"FORGED0002","ResultParameters":{{"ResultParameter":[{{"Key":"Amount","Value":"100"}},{{"Key":"OriginalTransactionID","Value":"{receipt}"}}]}}}}}}"#
    );
    let inside = Ipv4Addr::LOCALHOST;
    assert_eq!(
        world.forged(inside, "reversal/result", &reversal).await,
        "200"
    );
    world.settle().await;
    world.pass(30).await;
    assert_eq!(world.payments(), ["booked 100.00"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn daraja_tells_until_it_is_acknowledged() {
    let mut world = World::start(Credit::AtOnce, CALM, 1).await;
    world.close().await;
    // Nobody answers the validation either: the payment goes through all the same.
    world.pays(100).await;
    assert_eq!(
        (world.daraja.deliver().await, world.daraja.waiting()),
        (0, 1)
    );
    world.open().await;
    assert_eq!(
        (world.daraja.deliver().await, world.daraja.waiting()),
        (1, 0)
    );
    world.quiet().await;
    assert_eq!(world.payments(), ["booked 100.00"]);
    assert!(world.dir.path().join("fairlock.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_can_be_nobodys_is_refused_before_it_is_made() {
    let world = World::start(Credit::AtOnce, CALM, 1).await;
    for (cents, reference, code) in [
        (100, "INVOICE008".to_owned(), "C2B00012"),
        (0, reference(), "C2B00013"),
        (-100, reference(), "C2B00013"),
    ] {
        let paid = world.daraja.pay(cents, &reference, NUMBER).await;
        assert_eq!(paid, Paid::Refused(code.to_owned()), "{cents} {reference}");
    }
    assert!(world.daraja.kept().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_daraja_and_a_token_that_ended_only_cost_time() {
    let world = World::start(Credit::AfterEnquiry, CALM, 1).await;
    world.daraja.is_busy_for(3);
    world.daraja.end_tokens();
    world.pays(100).await;
    world.settle().await;
    assert_eq!(world.payments(), ["pending 100.00"]);
    world.pass(1).await;
    assert_eq!(world.payments(), ["booked 100.00"]);
    world.books_hold();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_shields_and_is_one_payment_with_its_confirmation_and_the_list() {
    for (credit, backwards) in [
        (Credit::AtOnce, false),
        (Credit::AtOnce, true),
        (Credit::AfterEnquiry, false),
        (Credit::AfterEnquiry, true),
    ] {
        let world = World::start(credit, CALM, 1).await;
        world.ask_for(150);
        world.settle().await;
        assert_eq!(world.payments(), ["pending 150.00"]);
        let prompts = world.daraja.prompts();
        world.daraja.end_prompt(&prompts[0], Ends::Paid).unwrap();
        match backwards {
            true => assert_eq!(world.daraja.deliver_backwards().await, 2),
            false => assert_eq!(world.daraja.deliver().await, 2),
        }
        world.settle().await;
        world.pass(2).await;
        assert_eq!(
            world.payments(),
            ["booked 150.00"],
            "{credit:?} {backwards}"
        );
        world.books_hold();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_fails_says_why_even_when_its_result_is_lost() {
    for (days, ends, why) in [
        (CALM, Ends::Cancelled, "cancelled"),
        (CALM, Ends::NoFunds, "insufficient_funds"),
        (BadDays { lost: 100, ..CALM }, Ends::WrongPin, "wrong_pin"),
        (BadDays { odd: 100, ..CALM }, Ends::NoAnswer, "timed_out"),
    ] {
        let world = World::start(Credit::AtOnce, days, 1).await;
        world.ask_for(150);
        world.settle().await;
        let prompts = world.daraja.prompts();
        world.daraja.end_prompt(&prompts[0], ends);
        world.settle().await;
        world.pass(1).await;
        assert_eq!(
            world.payments(),
            [format!("failed 150.00 {why}")],
            "{days:?}"
        );
        assert_eq!(world.daraja.asked("/mpesa/stkpush/v1/processrequest"), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_day_what_was_paid_is_credited_once() {
    for seed in 0..6 {
        let days = BadDays {
            lost: 25,
            twice: 30,
            late: 30,
            odd: 40,
        };
        let credit = match seed % 2 {
            0 => Credit::AtOnce,
            _ => Credit::AfterEnquiry,
        };
        let world = World::start(credit, days, seed).await;
        let first = world.pays(10).await;
        for shillings in 11..15 {
            world.pays(shillings).await;
        }
        world.ask_for(20);
        world.settle().await;
        for prompt in world.daraja.prompts() {
            world.daraja.end_prompt(&prompt, Ends::Paid);
        }
        world.daraja.deliver_backwards().await;
        world.settle().await;
        world.daraja.deliver_late().await;
        world.pass(2).await;
        world.daraja.deliver_late().await;
        world.pass(2).await;
        let mut ours = world.payments();
        let mut theirs: Vec<String> = Vec::new();
        for (_, cents) in world.daraja.kept() {
            theirs.push(format!("booked {}.00", cents / 100));
        }
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "seed {seed}, first receipt {first}");
        world.books_hold();
    }
}
