//! The bodies of Daraja's calls, as it documents them and as it writes them on odd days.

use fairlock_domain::calendar::{Instant, Span};
use serde_json::{Value, json};

use super::Till;
use super::books::{Ends, Payment};

/// A confirmation, or the question before it. The number is in the clear, as in sandboxes.
pub fn c2b(till: &Till, payment: &Payment, asks: bool) -> String {
    let balance = if asks { "" } else { "49197.00" };
    json!({
        "TransactionType": "Pay Bill",
        "TransID": payment.receipt,
        "TransTime": eat(payment.at),
        "TransAmount": amount(payment.cents),
        "BusinessShortCode": till.short_code,
        "BillRefNumber": payment.bill_ref,
        "InvoiceNumber": "",
        "OrgAccountBalance": balance,
        "ThirdPartyTransID": "",
        "MSISDN": payment.number,
        "FirstName": "AMINA",
        "MiddleName": "",
        "LastName": "",
    })
    .to_string()
}

/// The result of a prompt.
pub fn stk(checkout: &str, ends: Ends, payment: Option<&Payment>) -> String {
    let mut callback = json!({
        "MerchantRequestID": "29115-34620561-1",
        "CheckoutRequestID": checkout,
        "ResultCode": ends.code(),
        "ResultDesc": format!("{ends:?}"),
    });
    if let Some(payment) = payment {
        let number: u64 = payment.number.parse().unwrap_or(0);
        let date: u64 = eat(payment.at).parse().unwrap_or(0);
        callback["CallbackMetadata"] = json!({"Item": [
            {"Name": "Amount", "Value": payment.cents as f64 / 100.0},
            {"Name": "MpesaReceiptNumber", "Value": payment.receipt},
            {"Name": "Balance"},
            {"Name": "TransactionDate", "Value": date},
            {"Name": "PhoneNumber", "Value": number},
        ]});
    }
    json!({"Body": {"stkCallback": callback}}).to_string()
}

/// The result of a reversal.
pub fn reversal(payment: &Payment, own: &str, at: Instant) -> String {
    let parameters = json!({"ResultParameter": [
        {"Key": "DebitAccountBalance", "Value": "Utility Account|KES|51661.00|51661.00|0.00|0.00"},
        {"Key": "Amount", "Value": amount(payment.cents)},
        {"Key": "TransCompletedTime", "Value": eat(at)},
        {"Key": "OriginalTransactionID", "Value": payment.receipt},
        {"Key": "Charge", "Value": "0"},
    ]});
    result("21", own, "AG_reversal", parameters)
}

/// The status of a transaction: of a payment, or of a reversal by its own receipt.
pub fn status(conversation: &str, receipt: &str, found: Option<(&Payment, &str)>) -> String {
    match found {
        Some((payment, state)) => {
            let parameters = json!({"ResultParameter": [
                {"Key": "ReceiptNo", "Value": receipt},
                {"Key": "Amount", "Value": payment.cents as f64 / 100.0},
                {"Key": "TransactionStatus", "Value": state},
                {"Key": "FinalisedTime", "Value": eat(payment.at)},
            ]});
            result("0", receipt, conversation, parameters)
        }
        None => result("2033", "0000000000", conversation, Value::Null),
    }
}

fn result(code: &str, transaction: &str, conversation: &str, parameters: Value) -> String {
    json!({"Result": {
        "ResultType": 0,
        "ResultCode": code,
        "ResultDesc": "as asked",
        "OriginatorConversationID": "8521-4298025-1",
        "ConversationID": conversation,
        "TransactionID": transaction,
        "ResultParameters": parameters,
    }})
    .to_string()
}

/// The same call as it is written on an odd day: types change, and empty things are `null`.
pub fn odd(body: &str, how: u64) -> String {
    let Ok(mut body) = serde_json::from_str::<Value>(body) else {
        return body.to_owned();
    };
    if let Some(fields) = body.as_object_mut() {
        for value in fields.values_mut() {
            if *value == json!("") {
                *value = Value::Null;
            } else if let Some(number) = value.as_str().and_then(|s| s.parse::<u64>().ok()) {
                *value = json!(number);
            }
        }
    }
    let callback = body.pointer_mut("/Body/stkCallback");
    if let Some(callback) = callback {
        let code = callback["ResultCode"].to_string();
        callback["ResultCode"] = json!(code);
        let balance = callback.pointer_mut("/CallbackMetadata/Item/2/Value");
        if let Some(balance) = balance {
            *balance = json!("{Amount={BasicAmount=50.5}}");
        }
        if how == 0 {
            callback["CallbackMetadata"] = Value::Null;
        }
    }
    body.to_string()
}

/// The code of an answer, whatever its type.
pub fn result_code(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    match answer.get("ResultCode")? {
        Value::String(code) => Some(code.clone()),
        Value::Number(code) => Some(code.to_string()),
        _ => None,
    }
}

/// Shillings with two decimals.
pub fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// `yyyyMMddHHmmss` in East Africa Time.
pub fn eat(at: Instant) -> String {
    let local = at.plus(Span::hours(3)).to_string();
    local
        .chars()
        .filter(char::is_ascii_digit)
        .take(14)
        .collect()
}
