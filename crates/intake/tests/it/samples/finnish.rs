//! Expectations of Finnish banks' files (corporate.js): camt.053 and pain.002.

use serde_json::Value;

use super::comparison::{Comparison, Kind};
use super::{Ours, member};

/// Members that `statement read` doesn't print.
const NOT_OURS: &[&str] = &[
    "scenario",
    "creationDateTime",
    "fromDateTime",
    "toDateTime",
    "accountOwnerName",
    "servicerName",
    "servicerBic",
    "creditLine",
    "transactionSummary",
    "bankTransactionCode",
    "acceptanceDateTime",
];

pub fn compare(comparison: &mut Comparison<'_>, ours: &Ours) -> &'static [&'static str] {
    if ours.reports.is_empty() {
        camt(comparison, ours);
    } else {
        pain(comparison, ours);
    }
    NOT_OURS
}

fn camt(comparison: &mut Comparison<'_>, ours: &Ours) {
    for (index, statement) in ours.printed.iter().enumerate() {
        let base = format!("/expected/statements/{index}");
        let head = &ours.statements[index].head;
        comparison.leaf(
            &format!("{base}/identification"),
            Kind::Reference,
            member(statement, "statement"),
        );
        comparison.leaf(
            &format!("{base}/account/iban"),
            Kind::Other,
            member(statement, "account"),
        );
        comparison.leaf(
            &format!("{base}/account/currency"),
            Kind::Currency,
            member(statement, "currency"),
        );
        let sequence = head.legal_sequence.map(|number| format!("{number:03}"));
        comparison.leaf(
            &format!("{base}/legalSequenceNumber"),
            Kind::Other,
            sequence.as_deref(),
        );
        balances(comparison, &base, statement, ours, index);
        for (position, entry) in statement["entries"].as_array().unwrap().iter().enumerate() {
            compare_entry(comparison, &format!("{base}/entries/{position}"), entry);
        }
    }
}

fn balances(
    comparison: &mut Comparison<'_>,
    base: &str,
    statement: &Value,
    ours: &Ours,
    index: usize,
) {
    let count = comparison
        .at(&format!("{base}/balances"))
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    for position in 0..count {
        let pointer = format!("{base}/balances/{position}");
        let kind = comparison.text(&format!("{pointer}/type"));
        let head = &ours.statements[index].head;
        let (signed, balance) = match kind.as_deref() {
            Some("OPBD") => (member(statement, "opening"), &head.opening),
            Some("CLBD") => (member(statement, "closing"), &head.closing),
            _ => {
                // PRCD stands behind OPBD, and available balances aren't printed.
                comparison.not_ours(&pointer);
                continue;
            }
        };
        let balance = balance.as_ref().unwrap();
        decimal(comparison, &format!("{pointer}/amount"), signed);
        comparison.leaf(
            &format!("{pointer}/amountCurrency"),
            Kind::Currency,
            Some(&balance.currency),
        );
        indicator(
            comparison,
            &format!("{pointer}/creditDebitIndicator"),
            balance.direction.name(),
        );
        comparison.not_ours(&format!("{pointer}/type"));
        comparison.not_ours(&format!("{pointer}/date"));
    }
}

fn compare_entry(comparison: &mut Comparison<'_>, base: &str, entry: &Value) {
    let references = &entry["references"];
    let reference = |name: &str| references.get(name).and_then(Value::as_str);
    comparison.leaf(
        &format!("{base}/entryReference"),
        Kind::Reference,
        reference("NtryRef"),
    );
    comparison.leaf(
        &format!("{base}/accountServicerReference"),
        Kind::Reference,
        reference("AcctSvcrRef"),
    );
    decimal(
        comparison,
        &format!("{base}/amount"),
        member(entry, "amount"),
    );
    comparison.leaf(
        &format!("{base}/amountCurrency"),
        Kind::Currency,
        member(entry, "currency"),
    );
    indicator(
        comparison,
        &format!("{base}/creditDebitIndicator"),
        member(entry, "direction").unwrap(),
    );
    let status = match member(entry, "status").unwrap() {
        "booked" => "BOOK",
        other => other,
    };
    comparison.leaf(&format!("{base}/status"), Kind::Status, Some(status));
    comparison.leaf(
        &format!("{base}/bookingDate"),
        Kind::Date,
        member(entry, "booking_date"),
    );
    comparison.leaf(
        &format!("{base}/valueDate"),
        Kind::Date,
        member(entry, "value_date"),
    );

    let detail = &entry["details"][0];
    let base = format!("{base}/entryDetails/transactionDetails");
    decimal(
        comparison,
        &format!("{base}/transactionAmount"),
        member(detail, "amount"),
    );
    comparison.leaf(
        &format!("{base}/transactionAmountCurrency"),
        Kind::Currency,
        member(detail, "currency"),
    );
    comparison.leaf(
        &format!("{base}/relatedParties/debitorName"),
        Kind::Party,
        member(detail, "counterparty"),
    );
    // The creditor of a credit is the owner of the account, who isn't printed.
    comparison.not_ours(&format!("{base}/relatedParties/creditorName"));
    comparison.not_ours(&format!("{base}/relatedParties/creditorAccount"));
    remittance(comparison, &format!("{base}/remittanceInformation"), detail);
}

/// The unstructured lines and the reference number make up our remittance.
fn remittance(comparison: &mut Comparison<'_>, base: &str, detail: &Value) {
    let reference = comparison.text(&format!("{base}/referenceNumber"));
    let lines = comparison
        .at(&format!("{base}/unstructured"))
        .and_then(Value::as_array)
        .unwrap();
    let lines: Vec<&str> = lines
        .iter()
        .filter_map(Value::as_str)
        .chain(reference.as_deref())
        .collect();
    let expected = lines.join("\n");
    for part in ["referenceNumber", "unstructured"] {
        let pointer = format!("{base}/{part}");
        comparison.equal(
            &pointer,
            Kind::Remittance,
            Some(&expected),
            member(detail, "remittance"),
        );
    }
}

fn pain(comparison: &mut Comparison<'_>, ours: &Ours) {
    let first = &ours.printed[0];
    let name = ours.reports[0].group.original_message_name.as_deref();
    comparison.leaf(
        "/expected/originalMessageIdentification",
        Kind::Reference,
        member(first, "original_message"),
    );
    comparison.leaf(
        "/expected/originalMessageNameIdentification",
        Kind::Other,
        name,
    );
    comparison.leaf(
        "/expected/groupStatus",
        Kind::Status,
        member(first, "group_status"),
    );
    if comparison.at("/expected/statusReasonInformation").is_some() {
        let base = "/expected/statusReasonInformation";
        comparison.leaf(
            &format!("{base}/reasonCode"),
            Kind::Status,
            member(first, "group_reason"),
        );
        comparison.leaf(
            &format!("{base}/additionalInformation"),
            Kind::Status,
            member(first, "group_text"),
        );
    }
    let payments = comparison
        .at("/expected/paymentGroups")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    for index in 0..payments {
        let base = format!("/expected/paymentGroups/{index}");
        let printed = &ours.printed[index];
        comparison.leaf(
            &format!("{base}/originalPaymentInformationId"),
            Kind::Reference,
            member(printed, "payment"),
        );
        comparison.leaf(
            &format!("{base}/paymentInformationStatus"),
            Kind::Status,
            member(printed, "payment_status"),
        );
    }
}

/// A JSON number without its trailing zeros equals our decimal without them.
fn decimal(comparison: &mut Comparison<'_>, pointer: &str, ours: Option<&str>) {
    let expected = comparison.text(pointer).map(|text| shortest(&text));
    let ours = ours.map(shortest);
    comparison.equal(pointer, Kind::Amount, expected.as_deref(), ours.as_deref());
}

fn shortest(decimal: &str) -> String {
    match decimal.contains('.') {
        true => decimal
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        false => decimal.to_owned(),
    }
}

fn indicator(comparison: &mut Comparison<'_>, pointer: &str, direction: &str) {
    let ours = match direction {
        "credit" => "CRDT",
        _ => "DBIT",
    };
    comparison.leaf(pointer, Kind::Direction, Some(ours));
}
