//! M-Pesa's results, lists and answers, in the odd forms in which they come.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use fairlock_intake::ReadError;
use fairlock_intake::mpesa::pull::read_pull;
use fairlock_intake::mpesa::reply::{Prompt, Reply, read_prompt, read_taken, read_token};
use fairlock_intake::mpesa::result::{
    ReversalOutcome, StatusOutcome, Told, read_reversal, read_status, read_timeout,
};
use fairlock_intake::mpesa::stk::{Outcome, read_stk};
use fairlock_intake::mpesa::{Msisdn, read_c2b};
use serde_json::{Value, json};

/// A prompt's result in one line.
fn stk(callback: Value) -> String {
    let body = json!({"Body": {"stkCallback": callback}}).to_string();
    stk_line(body.as_bytes()).unwrap_or_else(|error| error.to_string())
}

fn stk_line(body: &[u8]) -> Result<String, ReadError> {
    let result = read_stk(body)?;
    let outcome = match result.outcome {
        Outcome::Paid(paid) => {
            let number = match paid.payer {
                Some(Msisdn::Plain(_)) => "number",
                Some(_) => "hidden number",
                None => "no number",
            };
            let acted = paid.acted.map_or("no time".to_owned(), |at| at.to_string());
            format!(
                "paid {} {} {acted} {number}",
                paid.receipt,
                paid.amount.as_str()
            )
        }
        Outcome::PaidUntold => "paid, not told how".to_owned(),
        Outcome::Failed(failed) => format!("failed {}: {}", failed.code, failed.reason()),
    };
    Ok(format!("{}: {outcome}", result.checkout))
}

fn metadata(amount: Value, balance: Value) -> Value {
    json!({"Item": [
        {"Name": "Amount", "Value": amount},
        {"Name": "MpesaReceiptNumber", "Value": "LHG31AA5TX"},
        balance,
        {"Name": "TransactionDate", "Value": 20_260_302_093_045_u64},
        {"Name": "PhoneNumber", "Value": 254_712_345_678_u64},
    ]})
}

#[test]
fn a_prompts_result_is_read_whatever_stands_beside_receipt_and_amount() {
    let paid = "ws_1: paid LHG31AA5TX 1.00 2026-03-02T06:30:45Z number";
    for (code, balance) in [
        (json!(0), json!({"Name": "Balance"})),
        (json!("0"), json!({"Name": "Balance", "Value": null})),
        (
            json!(0),
            json!({"Name": "Balance", "Value": "{Amount={BasicAmount=50.5}}"}),
        ),
        (
            json!(0),
            json!({"Name": "Balance", "Value": {"Amount": {"BasicAmount": 50.5}}}),
        ),
    ] {
        let list = metadata(json!("1.00"), balance.clone());
        let callback = json!({"CheckoutRequestID": "ws_1", "ResultCode": code,
            "ResultDesc": "ok", "CallbackMetadata": list});
        assert_eq!(stk(callback), paid, "{balance}");
    }
}

#[test]
fn a_prompt_that_was_paid_and_doesnt_say_how_is_asked_about() {
    for list in [json!(null), json!({}), json!({"Item": []})] {
        let callback = json!({"CheckoutRequestID": "ws_1", "ResultCode": "0",
            "CallbackMetadata": list});
        assert_eq!(stk(callback), "ws_1: paid, not told how");
    }
    let callback = json!({"CheckoutRequestID": "ws_1", "ResultCode": 0});
    assert_eq!(stk(callback), "ws_1: paid, not told how");
}

#[test]
fn a_prompt_fails_with_the_reason_that_the_borrower_is_told() {
    for (code, reason) in [
        (json!(1), "insufficient_funds"),
        (json!(1032), "cancelled"),
        (json!("1037"), "timed_out"),
        (json!(1019), "timed_out"),
        (json!("2001"), "wrong_pin"),
        (json!(1001), "refused"),
        (json!("SFC_IC0003"), "refused"),
        (json!(17), "limit_exceeded"),
    ] {
        let callback = json!({"CheckoutRequestID": "ws_1", "ResultCode": code,
            "ResultDesc": "no", "CallbackMetadata": null});
        let text = code.as_str().map_or(code.to_string(), str::to_owned);
        assert_eq!(stk(callback), format!("ws_1: failed {text}: {reason}"));
    }
}

#[test]
fn money_in_a_prompts_result_is_strict() {
    let with = |amount: Value| {
        stk(json!({"CheckoutRequestID": "ws_1", "ResultCode": 0,
            "CallbackMetadata": metadata(amount, json!({"Name": "Balance"}))}))
    };
    for wrong in [json!(0), json!("12..34"), json!(-5), json!("")] {
        assert!(
            with(wrong.clone()).contains("expected"),
            "{wrong}: {}",
            with(wrong.clone())
        );
    }
    let no_id = stk(json!({"ResultCode": 0}));
    assert!(
        no_id.starts_with("$.Body.stkCallback.CheckoutRequestID"),
        "{no_id}"
    );
}

fn reversal(body: &Value) -> String {
    match read_reversal(body.to_string().as_bytes()) {
        Ok(read) => {
            let asked = read
                .asked
                .map_or("nobody".to_owned(), |asked| asked.conversation);
            match read.outcome {
                ReversalOutcome::Reversed(r) => format!(
                    "{asked}: {} takes back {} of {}",
                    r.receipt,
                    r.amount.as_str(),
                    r.original
                ),
                ReversalOutcome::Refused(refused) => format!("{asked}: {}", refused.sentence()),
            }
        }
        Err(error) => error.to_string(),
    }
}

fn result(code: Value, parameters: Value) -> Value {
    json!({"Result": {"ResultType": 0, "ResultCode": code, "ResultDesc": "said",
        "ConversationID": "AG_1", "OriginatorConversationID": "1-2-3",
        "TransactionID": "MJ561H6X5O", "ResultParameters": parameters}})
}

#[test]
fn a_reversal_is_read_in_every_shape_of_its_values() {
    let values = [
        json!({"Key": "Amount", "Value": "100"}),
        json!({"Key": "OriginalTransactionID", "Value": "MJ551H6X5D"}),
        json!({"Key": "Charge"}),
    ];
    let expected = "AG_1: MJ561H6X5O takes back 100 of MJ551H6X5D";
    for code in [json!("21"), json!(0), json!("0")] {
        let inner = json!({"ResultParameter": values});
        assert_eq!(reversal(&result(code.clone(), inner)), expected);
        assert_eq!(reversal(&result(code, json!(values))), expected);
    }
    assert_eq!(
        reversal(&result(json!("R000001"), json!(null))),
        "AG_1: result R000001: said"
    );
    // A code that says no beside values that say yes is for a person.
    let odd = reversal(&result(json!(7), json!(values)));
    assert!(odd.contains("expected 0 or 21"), "{odd}");
    let untold = reversal(&result(json!(0), json!([])));
    assert!(untold.contains("OriginalTransactionID"), "{untold}");
}

fn status(body: &Value) -> String {
    match read_status(body.to_string().as_bytes()) {
        Ok(read) => match read.outcome {
            StatusOutcome::Found(found) => {
                format!(
                    "{} {} {:?}",
                    found.receipt,
                    found.amount.as_str(),
                    found.state
                )
            }
            StatusOutcome::Refused(refused) => refused.sentence(),
        },
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_status_is_read_under_both_sets_of_names() {
    let as_answered = |state: &str| {
        json!({"ResultParameter": [
            {"Key": "ReceiptNo", "Value": "LKX1234"},
            {"Key": "Amount", "Value": 1000.0},
            {"Key": "TransactionStatus", "Value": state},
            {"Key": "FinalisedTime", "Value": 20_260_302_093_045_u64},
        ]})
    };
    let as_documented = json!([
        {"Key": "TransactionAmount", "Value": 1000},
        {"Key": "TransactionReceipt", "Value": "LKX1234"},
        {"Key": "Status", "Value": "Completed"},
    ]);
    assert_eq!(
        status(&result(json!(0), as_documented)),
        "LKX1234 1000 Completed"
    );
    for (word, told) in [
        ("Completed", Told::Completed),
        ("Reversed", Told::Reversed),
        ("Cancelled", Told::Ended("Cancelled".to_owned())),
        ("Authorized", Told::UnderWay("Authorized".to_owned())),
    ] {
        let line = status(&result(json!("0"), as_answered(word)));
        assert_eq!(line, format!("LKX1234 1000.0 {told:?}"));
    }
    assert_eq!(
        status(&result(json!(2001), json!(null))),
        "result 2001: said"
    );
}

#[test]
fn a_pulled_list_is_whole_or_refused() {
    let one = |amount: &str| {
        json!({"transactionId": "yzlyrEsRG1", "trxDate": "2020-08-05T10:13:00Z",
            "msisdn": 722_000_000, "transactiontype": "c2b-pay-bill-debit",
            "billreference": "37207636392", "amount": amount})
    };
    let body = |code: &str, list: Value| {
        json!({"ResponseCode": code, "Response": list})
            .to_string()
            .into_bytes()
    };
    let count = |body: Vec<u8>| read_pull(&body).map(|p| p.transactions.len());
    assert_eq!(
        count(body("1000", json!([[one("168.00"), one("2")]]))),
        Ok(2)
    );
    assert_eq!(count(body("1000", json!([one("168.00")]))), Ok(1));
    assert_eq!(count(body("1000", json!([[]]))), Ok(0));
    assert_eq!(count(body("1001", json!(null))), Ok(0));
    let bad = count(body("1000", json!([[one("168.00"), one("12..34")]])));
    let bad = bad.unwrap_err().to_string();
    assert!(bad.starts_with("$.Response[..][1].amount"), "{bad}");
    assert!(count(body("500", json!([]))).is_err());
    let local = json!([[{"transactionId": "A1", "trxDate": "2020-08-05 10:13:00", "amount": 5}]]);
    let local = read_pull(&body("1000", local)).ok().unwrap();
    assert_eq!(local.transactions[0].at.to_string(), "2020-08-05T07:13:00Z");
}

#[test]
fn direct_answers_say_taken_later_or_refused() {
    let taken = |body: Value| read_taken(body.to_string().as_bytes()).ok().unwrap();
    let conversation = json!({"ConversationID": "AG_1", "ResponseCode": "0"});
    assert_eq!(taken(conversation), Reply::Taken("AG_1".to_owned()));
    let prompt = json!({"CheckoutRequestID": "ws_1", "ResponseCode": "0"});
    assert_eq!(taken(prompt), Reply::Taken("ws_1".to_owned()));
    let busy = json!({"errorCode": "500.003.02", "errorMessage": "System is busy"});
    assert_eq!(
        taken(busy),
        Reply::Later("500.003.02: System is busy".to_owned())
    );
    let ended = json!({"errorCode": "404.001.03", "errorMessage": "Invalid Access Token"});
    assert!(matches!(taken(ended), Reply::Later(_)));
    let wrong = json!({"errorCode": "400.002.02", "errorMessage": "Bad Request"});
    assert!(matches!(taken(wrong), Reply::Refused(_)));
    let prompt = |body: Value| read_prompt(body.to_string().as_bytes()).ok().unwrap();
    assert_eq!(
        prompt(json!({"ResponseCode": 0, "ResultCode": "0"})),
        Prompt::Paid
    );
    let cancelled = prompt(json!({"ResponseCode": "0", "ResultCode": 1032}));
    assert!(matches!(cancelled, Prompt::Failed(failed) if failed.reason() == "cancelled"));
    let processing = json!({"errorCode": "500.001.1001", "errorMessage": "is being processed"});
    assert!(matches!(prompt(processing), Prompt::UnderWay(_)));
    let token =
        read_token(br#"{"access_token":"c9SQxWWhmdVRlyh0zh8gZDTkubVF","expires_in":"3599"}"#);
    let token = token.ok().unwrap();
    assert_eq!((token.token.expose().len(), token.seconds), (28, 3599));
}

/// Reads a sample as what its name says it is; the error is the sentence of its refusal.
fn read_sample(name: &str, body: &[u8]) -> Result<(), ReadError> {
    let by_name = |part: &str| name.contains(part);
    match () {
        () if by_name("C2BValidationRequest") => read_c2b(body).map(drop),
        () if by_name("StkPushSimulateCallback.") => stk_line(body).map(drop),
        () if by_name("ReversalTimeoutCallback.") => read_timeout(body).map(drop),
        () if by_name("ReversalResultCallback.") => read_reversal(body).map(drop),
        () if by_name("StatusTimeoutCallback.") => read_timeout(body).map(drop),
        () if by_name("StatusResultCallback.") => read_status(body).map(drop),
        () if by_name("pull_transactions") => read_pull(body).map(drop),
        () if by_name("StkPushQueryResponse") => read_prompt(body).map(drop),
        () if by_name("StkPushSimulateResponse") => read_taken(body).map(drop),
        () if by_name("-ReversalResponse") => read_taken(body).map(drop),
        () if by_name("-TransactionStatusResponse") => read_taken(body).map(drop),
        // What we would send, what we would answer, and parts of others.
        () => read_c2b(body).map(drop),
    }
}

#[test]
fn every_sample_of_mpesa_is_read_or_refused_with_a_sentence() {
    let folder = match std::env::var_os("FAIRLOCK_SAMPLES_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    };
    let mut say = std::io::stderr();
    let Ok(files) = fs::read_dir(folder.join("mpesa")) else {
        let text = "SKIPPED: no M-Pesa samples; set FAIRLOCK_SAMPLES_DIR";
        writeln!(say, "{text} (looked at {})", folder.display()).unwrap();
        return;
    };
    let (mut read, mut refused) = (Vec::new(), Vec::new());
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read(&path).unwrap();
        let bodies = match serde_json::from_slice(&text).unwrap() {
            Value::Array(several) => several,
            one => vec![one],
        };
        for (i, body) in bodies.iter().enumerate() {
            let name = format!("{name}#{i}");
            let result = match name.starts_with("stk_callback") {
                true => stk_line(body.to_string().as_bytes()).map(drop),
                false => read_sample(&name, body.to_string().as_bytes()),
            };
            match result {
                Ok(()) => read.push(name),
                Err(error) => {
                    let sentence = error.to_string();
                    assert!(sentence.contains("expected "), "{name}: {sentence}");
                    refused.push(name);
                }
            }
        }
    }
    writeln!(
        say,
        "M-Pesa samples: {} read, {} refused",
        read.len(),
        refused.len()
    )
    .unwrap();
    // Every message to us, and every answer that we read.
    assert_eq!(read.len(), 14, "{read:?}");
    for name in refused {
        let not_for_us = ["Request.json", "Response.json", "Metadata.json"];
        assert!(not_for_us.iter().any(|part| name.contains(part)), "{name}");
    }
}
