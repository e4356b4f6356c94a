//! What Daraja answers when it is asked.

use fairlock_intake::signature::base64;
use hyper::{Method, header};
use serde_json::{Value, json};

use super::Outside;
use super::books::{Books, Call, Payment, Prompt};
use super::calls;
use crate::provider::listen::{Question, Reply};

/// Transactions of one page of a list.
const PAGE: usize = 3;

/// Words that an address may not have in it.
const FORBIDDEN: [&str; 6] = ["mpesa", "safaricom", "sql", "cmd", "exe", "query"];

pub fn answer(outside: &Outside, question: &Question) -> Reply {
    {
        let mut books = outside.books();
        *books.asked.entry(question.path.clone()).or_default() += 1;
        if books.busy > 0 {
            books.busy -= 1;
            return Reply {
                status: 503,
                body: "<html>Service Unavailable</html>".to_owned(),
            };
        }
    }
    let path = question.path.as_str();
    if path == "/oauth/v1/generate" && question.method == Method::GET {
        return token(outside, question);
    }
    let given = question.headers.get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if !given.is_some_and(|token| outside.books().tokens.contains(token)) {
        return error(401, "401.002.01", "Error Occurred - Invalid Access Token");
    }
    let Ok(asked) = serde_json::from_slice::<Value>(&question.body) else {
        return error(400, "400.002.05", "Invalid Request Payload");
    };
    match path {
        "/mpesa/c2b/v1/registerurl" => register(outside, &asked),
        "/pulltransactions/v1/register" => {
            outside.books().pull = true;
            good(
                json!({"ResponseStatus": "1001", "ResponseDescription": "ShortCode already Registered"}),
            )
        }
        "/pulltransactions/v1/query" => list(outside, &asked),
        "/mpesa/transactionstatus/v1/query" => status(outside, &asked),
        "/mpesa/stkpush/v1/processrequest" => prompt(outside, &asked),
        "/mpesa/stkpushquery/v1/query" => prompt_status(outside, &asked),
        _ => error(404, "404.001.01", "Resource not found"),
    }
}

fn good(body: Value) -> Reply {
    Reply {
        status: 200,
        body: body.to_string(),
    }
}

fn error(status: u16, code: &str, text: &str) -> Reply {
    let body = json!({"requestId": "11728-2929992-1", "errorCode": code, "errorMessage": text});
    Reply {
        status,
        body: body.to_string(),
    }
}

/// A value, whatever its type, as text.
fn text(asked: &Value, name: &str) -> String {
    match asked.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn token(outside: &Outside, question: &Question) -> Reply {
    let till = &outside.till;
    let pair = format!("{}:{}", till.consumer_key, till.consumer_secret);
    let right = format!("Basic {}", base64(pair.as_bytes()));
    let given = question.headers.get(header::AUTHORIZATION);
    if given.is_none_or(|given| given.as_bytes() != right.as_bytes()) {
        return error(400, "400.008.01", "Invalid Authentication passed");
    }
    let mut books = outside.books();
    let token = format!("token{:020}", books.next());
    books.tokens.insert(token.clone());
    good(json!({"access_token": token, "expires_in": "3599"}))
}

fn register(outside: &Outside, asked: &Value) -> Reply {
    let (confirmation, validation) = (text(asked, "ConfirmationURL"), text(asked, "ValidationURL"));
    for url in [&confirmation, &validation] {
        let lower = url.to_lowercase();
        if FORBIDDEN.iter().any(|word| lower.contains(word)) {
            return error(400, "400.003.02", "Invalid URL");
        }
    }
    if text(asked, "ShortCode") != outside.till.short_code {
        return error(400, "400.003.02", "Invalid ShortCode");
    }
    let mut books = outside.books();
    books.confirmation = Some(confirmation);
    books.validation = Some(validation);
    good(
        json!({"OriginatorCoversationID": "7619-37765134-1", "ResponseCode": "0",
        "ResponseDescription": "success"}),
    )
}

/// `2026-03-02 09:30:45` in East Africa Time, as digits that compare.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn list(outside: &Outside, asked: &Value) -> Reply {
    let (from, to) = (text(asked, "StartDate"), text(asked, "EndDate"));
    let (from, to) = (digits(&from), digits(&to));
    let offset: usize = text(asked, "OffSetValue").parse().unwrap_or(0);
    let books = outside.books();
    let within = |p: &&Payment| {
        let at = calls::eat(p.at);
        at >= from && at <= to
    };
    let page: Vec<Value> = books
        .payments
        .iter()
        .filter(within)
        .skip(offset)
        .take(PAGE)
        .map(|p| {
            json!({
                "transactionId": p.receipt,
                "trxDate": p.at.to_string(),
                "msisdn": p.number,
                "sender": "UAT2",
                "transactiontype": "c2b-pay-bill-debit",
                "billreference": p.bill_ref,
                "amount": calls::amount(p.cents),
                "organizationname": "Daraja",
            })
        })
        .collect();
    let code = if page.is_empty() { "1001" } else { "1000" };
    good(
        json!({"ResponseRefID": "26178-42530161-2", "ResponseCode": code,
        "ResponseMessage": "Success", "Response": [page]}),
    )
}

fn status(outside: &Outside, asked: &Value) -> Reply {
    let till = &outside.till;
    let known = text(asked, "Initiator") == till.initiator
        && text(asked, "SecurityCredential") == till.credential;
    if !known {
        return error(400, "400.002.02", "Bad Request - Invalid Initiator");
    }
    let receipt = text(asked, "TransactionID");
    let (conversation, body) = {
        let mut books = outside.books();
        let conversation = format!("AG_20260303_{:020}", books.next());
        let body = calls::status(&conversation, &receipt, find(&books, &receipt));
        (conversation, body)
    };
    outside.tell(&text(asked, "ResultURL"), Call::of(body));
    good(
        json!({"ConversationID": conversation, "OriginatorConversationID": "12345-67890-1",
        "ResponseCode": "0", "ResponseDescription": "Accept the service request successfully."}),
    )
}

/// A payment by its receipt, or by that of its reversal.
fn find<'a>(books: &'a Books, receipt: &str) -> Option<(&'a Payment, &'static str)> {
    let same = |text: &str| text.eq_ignore_ascii_case(receipt);
    books.payments.iter().find_map(|payment| {
        let by_reversal = payment.reversed_by.as_deref().is_some_and(same);
        match (same(&payment.receipt), by_reversal) {
            (true, _) if payment.reversed_by.is_some() => Some((payment, "Reversed")),
            (true, _) | (_, true) => Some((payment, "Completed")),
            _ => None,
        }
    })
}

fn prompt(outside: &Outside, asked: &Value) -> Reply {
    if !password_is_right(outside, asked) {
        return error(500, "500.001.1001", "Wrong credentials");
    }
    let reference = text(asked, "AccountReference");
    let shillings: i64 = text(asked, "Amount").parse().unwrap_or(0);
    if reference.is_empty() || reference.len() > 12 || shillings < 1 {
        return error(
            400,
            "400.002.02",
            "Bad Request - Invalid AccountReference or Amount",
        );
    }
    let mut books = outside.books();
    let checkout = format!("ws_CO_03032026{:012}", books.next());
    let prompt = Prompt {
        cents: shillings * 100,
        reference,
        number: text(asked, "PhoneNumber"),
        callback: text(asked, "CallBackURL"),
        ended: None,
    };
    books.prompts.insert(checkout.clone(), prompt);
    good(
        json!({"MerchantRequestID": "16813-1590513-1", "CheckoutRequestID": checkout,
        "ResponseCode": "0", "ResponseDescription": "Success. Request accepted for processing",
        "CustomerMessage": "Success. Request accepted for processing"}),
    )
}

fn prompt_status(outside: &Outside, asked: &Value) -> Reply {
    if !password_is_right(outside, asked) {
        return error(500, "500.001.1001", "Wrong credentials");
    }
    let checkout = text(asked, "CheckoutRequestID");
    let books = outside.books();
    match books.prompts.get(&checkout).map(|prompt| prompt.ended) {
        None => error(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID"),
        Some(None) => error(500, "500.001.1001", "The transaction is being processed"),
        Some(Some(ends)) => good(json!({"ResponseCode": "0",
            "ResponseDescription": "The service request has been accepted successfully",
            "CheckoutRequestID": checkout, "ResultCode": ends.code().to_string(),
            "ResultDesc": format!("{ends:?}")})),
    }
}

fn password_is_right(outside: &Outside, asked: &Value) -> bool {
    let till = &outside.till;
    let timestamp = text(asked, "Timestamp");
    let plain = format!("{}{}{timestamp}", till.short_code, till.pass_key);
    timestamp.len() == 14 && text(asked, "Password") == base64(plain.as_bytes())
}
