//! MTN MoMo: unsigned callbacks of requests to pay, and their status when it is asked for.

use std::sync::Arc;

use fairlock_server::Clock;

use super::listen::{Listening, Question, Reply};
use super::outbox::{HookDays, Letter, Outbox, Seal, Sent};
use super::wallet::{Bad, Found, Requested, Wallet, status};

/// A collection user that listens until it is dropped, and calls one address.
pub struct Momo {
    listening: Listening,
    wallet: Arc<Wallet>,
    outbox: Outbox,
    secret_path: String,
}

impl Momo {
    pub async fn start(
        server: &str,
        secret_path: &str,
        clock: Arc<dyn Clock>,
        days: HookDays,
        seed: u64,
    ) -> std::io::Result<Momo> {
        let wallet = Arc::new(Wallet::default());
        let asked = wallet.clone();
        let listening = Listening::start(move |question: Question| {
            let wallet = asked.clone();
            async move { answer(&wallet, &question) }
        })
        .await?;
        Ok(Momo {
            listening,
            wallet,
            outbox: Outbox::new(server, clock, days, seed),
            secret_path: secret_path.to_owned(),
        })
    }

    pub fn url(&self) -> String {
        self.listening.url()
    }

    /// A request to pay ends so: `SUCCESSFUL` or `FAILED`; status queries meet `before` first.
    pub fn ends(
        &self,
        reference: &str,
        amount: u64,
        external: &str,
        ends: &'static str,
        before: &[Bad],
    ) {
        let requested = Requested {
            amount,
            currency: "UGX",
            ends,
            external: external.to_owned(),
            before: before.to_vec(),
        };
        let body = body(&requested, ends);
        self.wallet.request(reference, requested);
        self.tells(reference, body);
    }

    /// A callback about a request, true or not: anybody can post one.
    pub fn tells(&self, reference: &str, body: String) {
        let path = format!("/v1/callbacks/{}/requests/{reference}", self.secret_path);
        let seal = Seal::None;
        self.outbox.tell(Letter { path, body, seal });
    }

    pub async fn deliver(&self) -> Sent {
        self.outbox.deliver().await
    }

    pub fn waiting(&self) -> usize {
        self.outbox.waiting()
    }
}

/// The body of a callback, and of an answer.
pub fn body(requested: &Requested, status: &str) -> String {
    let Requested {
        amount,
        currency,
        external,
        ..
    } = requested;
    let more = match status {
        "SUCCESSFUL" => format!(r#","financialTransactionId":36344{amount}"#),
        "FAILED" => {
            r#","reason":{"code":"NOT_ENOUGH_FUNDS","message":"The payer does not have enough funds"}"#.to_owned()
        }
        _ => String::new(),
    };
    format!(
        r#"{{"externalId":"{external}","amount":"{amount}","currency":"{currency}",
        "payer":{{"partyIdType":"MSISDN","partyId":"256770000000"}},"payerMessage":"","payeeNote":"","status":"{status}"{more}}}"#
    )
}

fn answer(wallet: &Wallet, question: &Question) -> Reply {
    let header = |name: &str| question.headers.get(name).and_then(|v| v.to_str().ok());
    if header("ocp-apim-subscription-key").is_none() {
        return status(401);
    }
    if question.path == "/collection/token/" {
        return wallet.token();
    }
    let Some(id) = question.path.strip_prefix("/collection/v1_0/requesttopay/") else {
        return status(404);
    };
    if header("x-target-environment").is_none() {
        return status(400);
    }
    match wallet.find(header("authorization").unwrap_or_default(), id) {
        Found::Reply(reply) => reply,
        Found::Answer(found, bad) => Reply {
            status: 200,
            body: body(&found, if bad.is_some() { "PENDING" } else { found.ends }),
        },
    }
}
