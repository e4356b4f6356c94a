//! Airtel Money: callbacks without an amount, and enquiries that have it.

use std::sync::Arc;

use fairlock_intake::signature::airtel::hash_for;
use fairlock_server::Clock;

use super::listen::{Listening, Question, Reply};
use super::outbox::{HookDays, Letter, Outbox, Seal, Sent};
use super::wallet::{Bad, Found, Requested, Wallet, status};

/// A collection account that listens until it is dropped, and calls one address.
pub struct Airtel {
    listening: Listening,
    wallet: Arc<Wallet>,
    outbox: Outbox,
    path: String,
    key: String,
}

impl Airtel {
    pub async fn start(
        server: &str,
        secret_path: &str,
        key: &str,
        clock: Arc<dyn Clock>,
        days: HookDays,
        seed: u64,
    ) -> std::io::Result<Airtel> {
        let wallet = Arc::new(Wallet::default());
        let asked = wallet.clone();
        let listening = Listening::start(move |question: Question| {
            let wallet = asked.clone();
            async move { answer(&wallet, &question) }
        })
        .await?;
        Ok(Airtel {
            listening,
            wallet,
            outbox: Outbox::new(server, clock, days, seed),
            path: format!("/v1/callbacks/{secret_path}/payments"),
            key: key.to_owned(),
        })
    }

    pub fn url(&self) -> String {
        self.listening.url()
    }

    /// A request for money ends so: `TS`, `TF` or `TR`; enquiries meet `before` first.
    pub fn ends(&self, id: &str, amount: u64, ends: &'static str, before: &[Bad]) {
        let requested = Requested {
            amount,
            currency: "UGX",
            ends,
            external: String::new(),
            before: before.to_vec(),
        };
        self.wallet.request(id, requested);
        self.tells(id, ends);
    }

    /// The callback of a request, with a status that need not be true.
    pub fn tells(&self, id: &str, code: &str) {
        let transaction = format!(
            r#"{{"id":"{id}","message":"Paid UGX 100","status_code":"{code}","airtel_money_id":"MP{id}"}}"#
        );
        let hash = hash_for(&self.key, &transaction);
        self.outbox.tell(Letter {
            path: self.path.clone(),
            body: format!(r#"{{"transaction":{transaction},"hash":"{hash}"}}"#),
            seal: Seal::Inside,
        });
    }

    pub async fn deliver(&self) -> Sent {
        self.outbox.deliver().await
    }

    pub fn waiting(&self) -> usize {
        self.outbox.waiting()
    }
}

fn answer(wallet: &Wallet, question: &Question) -> Reply {
    if question.path == "/auth/oauth2/token" {
        return wallet.token();
    }
    let Some(id) = question.path.strip_prefix("/standard/v1/payments/") else {
        return status(404);
    };
    let header = |name: &str| question.headers.get(name).and_then(|v| v.to_str().ok());
    if header("x-country").is_none() || header("x-currency").is_none() {
        return status(400);
    }
    let (found, bad) = match wallet.find(header("authorization").unwrap_or_default(), id) {
        Found::Answer(found, bad) => (found, bad),
        Found::Reply(reply) => return reply,
    };
    let (word, code) = match bad {
        None => (found.ends, "DP00800001001"),
        Some(Bad::Ambiguous) => ("TF", "DP00800001000"),
        Some(_) => ("TIP", "DP00800001006"),
    };
    let receipt = match word {
        "TS" | "TR" => format!(r#","airtel_money_id":"MP{id}""#),
        _ => String::new(),
    };
    let (amount, currency) = (found.amount, found.currency);
    Reply {
        status: 200,
        body: format!(
            r#"{{"data":{{"transaction":{{"id":"{id}","message":"ok","status":"{word}","amount":"{amount}","currency":"{currency}"{receipt}}}}},
            "status":{{"code":"200","message":"SUCCESS","response_code":"{code}","success":true}}}}"#
        ),
    }
}
