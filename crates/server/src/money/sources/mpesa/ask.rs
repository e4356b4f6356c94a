//! What Daraja is asked: the status of a transaction, the list of the last two days, a prompt on
//! a payer's phone and how it ended; and the addresses that it is told once.
//!
//! Daraja's clock is East Africa's. Failure is a question that is asked twice where once costs
//! something: a prompt is never put a second time.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::money::Money;
use fairlock_domain::payment::{Key, PaymentState};
use fairlock_domain::pii::{Pii, Secret};
use fairlock_intake::mpesa::pull::read_pull;
use fairlock_intake::mpesa::reply::{Prompt, Reply, read_prompt, read_taken, read_token};
use fairlock_intake::signature::base64;
use fairlock_rulebook::time::parse_instant;
use fairlock_storage::{EnquiryRow, NewEnquiry, StoreError};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Call, link};
use crate::config::{Daraja, Initiator, Mpesa, Source};
use crate::money::desk::Desk;
use crate::money::sources;
use crate::money::sources::ask::{Asked, Asking, Unanswered};
use crate::money::sources::client::{Answered, Client};

/// The status of a transaction that a call told of.
pub const STATUS: &str = "transaction status";

/// The status of a reversal that a call told of.
pub const REVERSAL_STATUS: &str = "reversal status";

/// The list of transactions, every hour.
pub const PULL: &str = "list of transactions";

/// The same, out of turn.
pub const LIST_NOW: &str = "list of transactions now";

/// A prompt on a payer's phone.
pub const PROMPT: &str = "stk prompt";

/// How it ended, when Daraja doesn't say by itself.
pub const PROMPT_STATUS: &str = "stk status";

/// Daraja's list goes back so far.
const LIST_BACK: Span = Span::hours(48);

/// The list is asked for this often.
const LIST_EVERY: Span = Span::hours(1);

/// And each time from so long before the end of the last one: what Daraja lists late isn't lost.
const LIST_OVERLAP: Span = Span::hours(2);

/// Pages of one list that are read; a till of a million payments a day has fewer.
const PAGES_MAX: u32 = 2_000;

/// A status that was taken and isn't told by then is asked for again.
const STATUS_WITHIN: Span = Span::minutes(5);

/// A prompt is on the phone for about a minute; then Daraja is asked how it ended.
const PROMPT_ENDS: Span = Span::seconds(90);

/// The longest reference in a prompt (Daraja, M-Pesa Express).
const REFERENCE_MAX: usize = 12;

/// A token is renewed so long before it ends.
const TOKEN_MARGIN: Span = Span::minutes(1);

/// The list is asked for from now on, where it is switched on.
pub fn standing(
    desk: &Desk,
    source: &Source,
    till: &Mpesa,
    now: Instant,
) -> Result<(), StoreError> {
    if !till.api.as_ref().is_some_and(|api| api.pull) {
        return Ok(());
    }
    let open = desk.store.enquiries_of(desk.lender, &source.name, 1_000)?;
    if open.iter().any(|row| row.question == PULL) {
        return Ok(());
    }
    let first = list(source, PULL, back(now, LIST_BACK), "every hour", now);
    desk.store.ask(desk.lender, first, now).map(|_| ())
}

/// The list, out of turn: a payment is known to be there, and not by which receipt.
pub fn list_now(source: &Source, now: Instant) -> NewEnquiry {
    let soon = now.plus(Span::minutes(2));
    let why = "a prompt was paid and its receipt isn't told";
    list(source, LIST_NOW, back(now, LIST_OVERLAP), why, soon)
}

/// A prompt for a contract's payer; its number has digits and country code alone.
pub fn prompt(
    source: &Source,
    reference: &str,
    amount: Money,
    number: Pii<String>,
    now: Instant,
) -> NewEnquiry {
    NewEnquiry {
        source: source.name.clone(),
        question: PROMPT.to_owned(),
        about: format!("{reference} {}", amount.minor()),
        details: Some(number),
        why: "a payment is asked for".to_owned(),
        next_at: now,
    }
}

fn list(source: &Source, question: &str, from: Instant, why: &str, at: Instant) -> NewEnquiry {
    NewEnquiry {
        source: source.name.clone(),
        question: question.to_owned(),
        about: from.to_string(),
        details: None,
        why: why.to_owned(),
        next_at: at,
    }
}

fn back(now: Instant, span: Span) -> Instant {
    let seconds = now.since(Instant::from_unix_seconds(0)).as_seconds() - span.as_seconds();
    Instant::from_unix_seconds(seconds.max(0))
}

/// Puts one question.
pub async fn ask(
    asking: &Asking<'_>,
    till: &Mpesa,
) -> Result<Result<Asked, Unanswered>, StoreError> {
    let Some(api) = &till.api else {
        return Ok(refused("no access to Daraja is configured"));
    };
    let daraja = To { asking, till, api };
    let question = asking.question;
    Ok(match question.question.as_str() {
        STATUS | REVERSAL_STATUS => {
            if question.question == STATUS && daraja.is_settled()? {
                return Ok(Ok(Asked::Needless("the payment is known")));
            }
            daraja.status().await
        }
        PULL | LIST_NOW => daraja.list().await,
        PROMPT => daraja.prompt().await,
        PROMPT_STATUS => {
            if daraja.prompt_is_settled()? {
                return Ok(Ok(Asked::Needless("the prompt's end is known")));
            }
            daraja.prompt_status().await
        }
        other => refused(&format!(
            "{other}: expected a question that Daraja is asked"
        )),
    })
}

fn refused(note: &str) -> Result<Asked, Unanswered> {
    Err(Unanswered::Refused(note.to_owned()))
}

/// One conversation with Daraja.
struct To<'a> {
    asking: &'a Asking<'a>,
    till: &'a Mpesa,
    api: &'a Daraja,
}

impl To<'_> {
    fn question(&self) -> &EnquiryRow {
        self.asking.question
    }

    /// Whether another message ended the doubt meanwhile.
    fn is_settled(&self) -> Result<bool, StoreError> {
        let Some(key) = Key::receipt(&self.asking.source.feed, &self.question().about) else {
            return Ok(false);
        };
        let payment = link::payment_of(self.asking.desk, &key)?;
        Ok(payment.is_some_and(|row| row.state != PaymentState::Pending))
    }

    fn prompt_is_settled(&self) -> Result<bool, StoreError> {
        let (feed, checkout) = (&self.asking.source.feed, &self.question().about);
        let payment = link::of_prompt(self.asking.desk, feed, checkout)?;
        Ok(payment.is_some_and(|row| row.state != PaymentState::Pending))
    }

    async fn status(&self) -> Result<Asked, Unanswered> {
        let Some(Initiator { name, credential }) = &self.api.initiator else {
            return refused("no initiator is configured");
        };
        let body = json!({
            "Initiator": name,
            "SecurityCredential": credential.expose(),
            "CommandID": "TransactionStatusQuery",
            "TransactionID": self.question().about,
            "PartyA": self.till.short_code,
            "IdentifierType": "4",
            "ResultURL": self.own_url(Call::Status),
            "QueueTimeOutURL": self.own_url(Call::StatusTimeout),
            "Remarks": "check",
            "Occasion": "",
        });
        let answer = self
            .post("/mpesa/transactionstatus/v1/query", &body)
            .await?;
        match taken(&answer)? {
            Reply::Taken(reference) => Ok(Asked::Taken {
                reference,
                again: STATUS_WITHIN,
            }),
            Reply::Later(note) => Err(Unanswered::Later(note)),
            Reply::Refused(note) => Err(Unanswered::Refused(note)),
        }
    }

    /// Every page from the question's start to now; the next list begins before this one ended.
    async fn list(&self) -> Result<Asked, Unanswered> {
        let now = self.asking.now;
        let since = parse_instant(&self.question().about).unwrap_or(back(now, LIST_BACK));
        let from = since.max(back(now, LIST_BACK));
        if from > since.plus(LIST_EVERY) {
            tracing::error!(
                source = self.asking.source.name,
                "Daraja lists 48 hours, and the last list is older: what came between is missing"
            );
        }
        let mut answers = Vec::new();
        let (mut offset, mut whole) = (0, false);
        for _ in 0..PAGES_MAX {
            let body = json!({
                "ShortCode": self.till.short_code,
                "StartDate": eat(from),
                "EndDate": eat(now),
                "OffSetValue": offset.to_string(),
            });
            let answer = self.post("/pulltransactions/v1/query", &body).await?;
            // One that can't be read is kept for a person, and ends this list.
            let count = read_pull(&answer).map(|page| page.transactions.len());
            if answers.is_empty() || count != Ok(0) {
                answers.push(message(Call::List, answer));
            }
            match count {
                Ok(0) => {
                    whole = true;
                    break;
                }
                Ok(count) => offset += count,
                Err(_) => break,
            }
        }
        let until = if whole { back(now, LIST_OVERLAP) } else { from };
        let next = (self.question().question == PULL).then(|| {
            let at = now.plus(LIST_EVERY);
            list(self.asking.source, PULL, until, "every hour", at)
        });
        Ok(Asked::Answered { answers, next })
    }

    async fn prompt(&self) -> Result<Asked, Unanswered> {
        if self.question().tries > 1 {
            return refused("it isn't known whether the prompt was put; it isn't put twice");
        }
        let about = self.question().about.split_once(' ');
        let wanted = about.zip(self.question().details.as_ref());
        let (Some(((reference, minor), number)), Some(pass_key)) = (wanted, &self.api.pass_key)
        else {
            return refused("a prompt needs a reference, a sum, a number and the till's pass key");
        };
        if reference.len() > REFERENCE_MAX {
            return refused(
                "the contract's reference is longer than the 12 characters of a prompt",
            );
        }
        let shillings = minor.parse::<u64>().ok().filter(|minor| minor % 100 == 0);
        let Some(shillings) = shillings.map(|minor| minor / 100) else {
            return refused("a prompt is for whole shillings");
        };
        let (password, timestamp) = self.password(pass_key);
        let body = json!({
            "BusinessShortCode": self.till.short_code,
            "Password": password,
            "Timestamp": timestamp,
            "TransactionType": "CustomerPayBillOnline",
            "Amount": shillings,
            "PartyA": number.expose(),
            "PartyB": self.till.short_code,
            "PhoneNumber": number.expose(),
            "CallBackURL": self.own_url(Call::Prompt),
            "AccountReference": reference,
            "TransactionDesc": "instalment",
        });
        let answer = self.post("/mpesa/stkpush/v1/processrequest", &body).await?;
        match taken(&answer)? {
            Reply::Taken(checkout) => Ok(Asked::Answered {
                next: Some(self.prompt_ends(&checkout)),
                answers: vec![message(Call::PromptTaken, answer)],
            }),
            Reply::Later(note) | Reply::Refused(note) => Err(Unanswered::Refused(note)),
        }
    }

    fn prompt_ends(&self, checkout: &str) -> NewEnquiry {
        NewEnquiry {
            source: self.asking.source.name.clone(),
            question: PROMPT_STATUS.to_owned(),
            about: checkout.to_owned(),
            details: None,
            why: "the prompt's result may be lost".to_owned(),
            next_at: self.asking.now.plus(PROMPT_ENDS),
        }
    }

    async fn prompt_status(&self) -> Result<Asked, Unanswered> {
        let Some(pass_key) = &self.api.pass_key else {
            return refused("no pass key is configured");
        };
        let (password, timestamp) = self.password(pass_key);
        let body = json!({
            "BusinessShortCode": self.till.short_code,
            "Password": password,
            "Timestamp": timestamp,
            "CheckoutRequestID": self.question().about,
        });
        let answer = self.post("/mpesa/stkpushquery/v1/query", &body).await?;
        match read_prompt(&answer) {
            Ok(Prompt::UnderWay(note)) => Err(Unanswered::Later(note)),
            _ => Ok(Asked::Answered {
                answers: vec![message(Call::PromptStatus, answer)],
                next: None,
            }),
        }
    }

    /// The till's password of this moment, and the moment.
    fn password(&self, pass_key: &Secret<String>) -> (String, String) {
        let timestamp: String = eat(self.asking.now)
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let plain = format!("{}{}{timestamp}", self.till.short_code, pass_key.expose());
        (base64(plain.as_bytes()), timestamp)
    }

    fn own_url(&self, call: Call) -> String {
        own_url(self.asking.source, self.api, call)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Vec<u8>, Unanswered> {
        let (client, source, now) = (self.asking.client, self.asking.source, self.asking.now);
        post(client, source, self.api, now, path, body).await
    }
}

/// An answer as a message of the inbox.
fn message(call: Call, body: Vec<u8>) -> (sources::Call, Vec<u8>) {
    (sources::Call::Mpesa(call), body)
}

fn taken(answer: &[u8]) -> Result<Reply, Unanswered> {
    read_taken(answer).map_err(|error| Unanswered::Later(error.to_string()))
}

/// Where Daraja reaches this server with a call.
fn own_url(source: &Source, api: &Daraja, call: Call) -> String {
    let base = api.public_url.trim_end_matches('/');
    let secret = source.secret_path.expose();
    format!(
        "{base}/v1/callbacks/{secret}/{}",
        call.path().unwrap_or_default()
    )
}

/// Posts with the source's token, fetched where there is none.
async fn post(
    client: &Client,
    source: &Source,
    api: &Daraja,
    now: Instant,
    path: &str,
    body: &Value,
) -> Result<Vec<u8>, Unanswered> {
    let url = format!("{}{path}", api.url.trim_end_matches('/'));
    let token = token(client, source, api, now).await?;
    let bearer = format!("Bearer {}", token.expose());
    let sent = client.send(Method::POST, &url, &bearer, &[], Some(body.to_string()));
    let Answered { status, body } = sent.await.map_err(|e| Unanswered::Later(e.to_string()))?;
    if status == StatusCode::UNAUTHORIZED || is_token_error(&body) {
        client.forget_token(&source.name);
        return Err(Unanswered::Later("the access token has ended".to_owned()));
    }
    // Daraja answers errors in a form of its own, with a status of 400 or 500.
    match status.is_success() || is_error_form(&body) {
        true => Ok(body.to_vec()),
        false => Err(Unanswered::Later(format!("status {}", status.as_u16()))),
    }
}

fn is_error_form(body: &[u8]) -> bool {
    let value = serde_json::from_slice::<Value>(body);
    value.is_ok_and(|value| value.get("errorCode").is_some())
}

fn is_token_error(body: &[u8]) -> bool {
    let value = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let code = value.get("errorCode").and_then(Value::as_str);
    matches!(code, Some("404.001.03" | "401.002.01" | "401.003.01"))
}

async fn token(
    client: &Client,
    source: &Source,
    api: &Daraja,
    now: Instant,
) -> Result<Secret<String>, Unanswered> {
    if let Some(token) = client.token(&source.name, now) {
        return Ok(token);
    }
    let base = api.url.trim_end_matches('/');
    let url = format!("{base}/oauth/v1/generate?grant_type=client_credentials");
    let pair = format!(
        "{}:{}",
        api.consumer_key.expose(),
        api.consumer_secret.expose()
    );
    let basic = format!("Basic {}", base64(pair.as_bytes()));
    let sent = client.send(Method::GET, &url, &basic, &[], None);
    let answer = sent.await.map_err(|e| Unanswered::Later(e.to_string()))?;
    if !answer.status.is_success() {
        let status = answer.status.as_u16();
        return Err(Unanswered::Later(format!("no access: status {status}")));
    }
    let read = read_token(&answer.body);
    let read = read.map_err(|error| Unanswered::Later(format!("no access: {error}")))?;
    let lasts = Span::seconds(
        read.seconds
            .saturating_sub(TOKEN_MARGIN.as_seconds() as u32),
    );
    client.keep_token(&source.name, read.token.clone(), now.plus(lasts));
    Ok(read.token)
}

/// Tells Daraja where to call: confirmations and validations, and that the list is wanted. What
/// it answered, or why not.
pub async fn register(
    client: &Client,
    source: &Source,
    till: &Mpesa,
    now: Instant,
) -> Result<Vec<String>, String> {
    let api = till
        .api
        .as_ref()
        .ok_or("no access to Daraja is configured")?;
    let mut said = Vec::new();
    let addresses = json!({
        "ShortCode": till.short_code,
        "ResponseType": "Completed",
        "ConfirmationURL": own_url(source, api, Call::Confirmation),
        "ValidationURL": own_url(source, api, Call::Validation),
    });
    let list = json!({
        "ShortCode": till.short_code,
        "RequestType": "Pull",
        "CallBackURL": own_url(source, api, Call::Confirmation),
    });
    let mut calls = vec![("addresses", "/mpesa/c2b/v1/registerurl", addresses)];
    if api.pull {
        calls.push(("list", "/pulltransactions/v1/register", list));
    }
    for (what, path, body) in calls {
        let answer = post(client, source, api, now, path, &body).await;
        let answer = answer.map_err(|error| match error {
            Unanswered::Later(note) | Unanswered::Refused(note) => format!("{what}: {note}"),
        })?;
        let value: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let word = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some(error) = word("errorMessage") {
            return Err(format!("{what}: {error}"));
        }
        let text = word("ResponseDescription").or(word("ResponseStatus"));
        said.push(format!(
            "{what}: {}",
            text.unwrap_or_else(|| "taken".to_owned())
        ));
    }
    Ok(said)
}

/// In Daraja's form and zone: `2026-03-02 09:30:45`.
fn eat(at: Instant) -> String {
    let local = at.plus(Span::hours(3)).to_string();
    local
        .chars()
        .take(19)
        .map(|c| if c == 'T' { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn darajas_clock_is_east_africas() {
        let at = parse_instant("2026-03-02T21:30:45Z").unwrap();
        assert_eq!(eat(at), "2026-03-03 00:30:45");
    }

    #[test]
    fn the_list_never_begins_before_1970() {
        let early = Instant::from_unix_seconds(60);
        assert_eq!(back(early, LIST_BACK), Instant::from_unix_seconds(0));
    }
}
