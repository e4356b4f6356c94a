//! Stripe: payments, refunds, disputes and fees of one account, told as events.
//!
//! Each thing that happens is told by several events of several objects, as there (payment intent
//! and charge; dispute created, withdrawn, closed), each with an id of its own. A charge names its
//! balance transaction, which has the fee and must be asked for. On purpose absent: the rest of
//! its API: a lender's page makes the payments, not the server.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use fairlock_server::Clock;

use super::listen::{Listening, Question, Reply};
use super::outbox::{HookDays, Letter, Outbox, Seal, Sent};

/// A Stripe account that tells one endpoint.
pub struct Stripe {
    outbox: Outbox,
    path: String,
    keys: Vec<String>,
    next: AtomicU64,
    listening: Listening,
    books: Books,
}

/// Balance transactions by id, as JSON.
type Books = Arc<Mutex<BTreeMap<String, String>>>;

/// A charge that was made: its id, its intent's, and how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    pub id: String,
    pub intent: String,
    pub amount: u64,
    pub currency: &'static str,
    pub reference: String,
}

impl Charge {
    /// The charge as an object, with the members that its state adds.
    fn object(&self, status: &str, more: &str) -> String {
        let Charge {
            id,
            intent,
            amount,
            currency,
            reference,
        } = self;
        format!(
            r#"{{"id":"{id}","object":"charge","amount":{amount},"amount_captured":{amount},"amount_refunded":0,
            "captured":true,"currency":"{currency}","description":null,"metadata":{{"contract":"{reference}"}},
            "payment_intent":"{intent}","status":"{status}"{more}}}"#
        )
    }

    fn intent_object(&self, status: &str, more: &str) -> String {
        let Charge {
            id,
            intent,
            amount,
            currency,
            reference,
        } = self;
        format!(
            r#"{{"id":"{intent}","object":"payment_intent","amount":{amount},"amount_received":{amount},
            "currency":"{currency}","latest_charge":"{id}","metadata":{{"contract":"{reference}"}},"status":"{status}"{more}}}"#
        )
    }

    fn change(&self, object: &str, id: &str, amount: u64, status: &str) -> String {
        let Charge {
            id: charge,
            currency,
            ..
        } = self;
        format!(
            r#"{{"id":"{id}","object":"{object}","amount":{amount},"charge":"{charge}","currency":"{currency}","status":"{status}"}}"#
        )
    }
}

impl Stripe {
    /// One that signs with these keys, calls below this secret path, and listens until it is
    /// dropped.
    pub async fn start(
        server: &str,
        secret_path: &str,
        keys: &[&str],
        clock: Arc<dyn Clock>,
        days: HookDays,
        seed: u64,
    ) -> std::io::Result<Stripe> {
        let books = Books::default();
        let asked = books.clone();
        let listening = Listening::start(move |question: Question| {
            let books = asked.clone();
            async move { answer(&books, &question) }
        })
        .await?;
        Ok(Stripe {
            listening,
            books,
            outbox: Outbox::new(server, clock, days, seed),
            path: format!("/v1/callbacks/{secret_path}/events"),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            next: AtomicU64::new(1),
        })
    }

    pub fn url(&self) -> String {
        self.listening.url()
    }

    /// The key is rotated: events are signed with the new and the old one, then the new one.
    pub fn sign_with(&mut self, keys: &[&str]) {
        self.keys = keys.iter().map(|key| (*key).to_owned()).collect();
    }

    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn tell(&self, kind: &str, object: &str) {
        let (no, at) = (self.number(), self.outbox.now().unix_seconds());
        self.outbox.tell(Letter {
            path: self.path.clone(),
            body: format!(
                r#"{{"id":"evt_{no}","object":"event","api_version":"2024-06-20","created":{at},"livemode":true,
                "pending_webhooks":1,"type":"{kind}","data":{{"object":{object}}}}}"#
            ),
            seal: Seal::Stripe(self.keys.clone()),
        });
    }

    /// An attempt begins: money is on its way.
    pub fn begins(&self, amount: u64, currency: &'static str, reference: &str) -> Charge {
        let no = self.number();
        let charge = Charge {
            id: format!("ch_{no}"),
            intent: format!("pi_{no}"),
            amount,
            currency,
            reference: reference.to_owned(),
        };
        self.tell(
            "payment_intent.created",
            &charge.intent_object("requires_confirmation", ""),
        );
        self.tell(
            "payment_intent.processing",
            &charge.intent_object("processing", ""),
        );
        self.tell("charge.pending", &charge.object("pending", ""));
        charge
    }

    /// The money is there, and Stripe keeps a fee.
    pub fn succeeds(&self, charge: &Charge, fee: u64) {
        self.tell("charge.succeeded", &charge.object("succeeded", ""));
        self.tell(
            "payment_intent.succeeded",
            &charge.intent_object("succeeded", ""),
        );
        let Charge {
            id,
            amount,
            currency,
            ..
        } = charge;
        let net = amount - fee;
        let line = format!(
            r#"{{"id":"txn_{id}","object":"balance_transaction","amount":{amount},"currency":"{currency}",
            "fee":{fee},"fee_details":[{{"amount":{fee},"type":"stripe_fee"}}],"net":{net},"source":"{id}","type":"charge"}}"#
        );
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        books.insert(format!("txn_{id}"), line);
        drop(books);
        let books = format!(r#","balance_transaction":"txn_{id}""#);
        self.tell("charge.updated", &charge.object("succeeded", &books));
    }

    /// It won't come.
    pub fn fails(&self, charge: &Charge) {
        let why = r#","failure_code":"insufficient_funds","failure_message":"Not enough""#;
        self.tell("charge.failed", &charge.object("failed", why));
        let error =
            r#","last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds"}"#;
        self.tell(
            "payment_intent.payment_failed",
            &charge.intent_object("requires_payment_method", error),
        );
    }

    /// Money goes back to the payer; its id.
    pub fn refunds(&self, charge: &Charge, amount: u64) -> String {
        let id = format!("re_{}", self.number());
        let object = |status: &str| charge.change("refund", &id, amount, status);
        self.tell("refund.created", &object("pending"));
        self.tell("refund.updated", &object("succeeded"));
        id
    }

    /// And comes back: the payer's card is gone.
    pub fn refund_fails(&self, charge: &Charge, id: &str, amount: u64) {
        self.tell(
            "refund.failed",
            &charge.change("refund", id, amount, "failed"),
        );
    }

    /// The payer disputes it; its id.
    pub fn disputes(&self, charge: &Charge) -> String {
        let id = format!("dp_{}", self.number());
        let object = charge.change("dispute", &id, charge.amount, "needs_response");
        self.tell("charge.dispute.created", &object);
        self.tell("charge.dispute.funds_withdrawn", &object);
        id
    }

    /// The lender wins.
    pub fn wins(&self, charge: &Charge, id: &str) {
        let object = charge.change("dispute", id, charge.amount, "won");
        self.tell("charge.dispute.closed", &object);
        self.tell("charge.dispute.funds_reinstated", &object);
    }

    pub async fn deliver(&self) -> Sent {
        self.outbox.deliver().await
    }

    pub fn waiting(&self) -> usize {
        self.outbox.waiting()
    }
}

fn answer(books: &Books, question: &Question) -> Reply {
    let header = question.headers.get("authorization");
    let right = header.is_some_and(|value| value == "Bearer rk_reads-fees");
    let id = question.path.strip_prefix("/v1/balance_transactions/");
    let books = books.lock().unwrap_or_else(PoisonError::into_inner);
    match (right, id.and_then(|id| books.get(id))) {
        (true, Some(line)) => Reply {
            status: 200,
            body: line.clone(),
        },
        (true, None) => super::wallet::status(404),
        (false, _) => super::wallet::status(401),
    }
}
