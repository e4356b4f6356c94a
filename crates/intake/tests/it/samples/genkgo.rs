//! Expectations of genkgo/camt: a tree of getters. Amounts are minor units, negative for debits;
//! dates are in UTC.

use fairlock_intake::statement::{Balance, Stamp, Statement};
use serde_json::Value;

use super::comparison::{Comparison, Kind};
use super::{Ours, member};

/// Getters whose values our shape doesn't have, wherever they stand.
const NOT_OURS: &[&str] = &[
    "getGroupHeader",
    "getAdditionalInfo",
    "getAdditionalInformation",
    "getAdditionalTransactionInformation",
    "getBankTransactionCode",
    "getBatchPaymentId",
    "getRelatedAgent",
    "getRelatedAgents",
    "getRelatedDates",
    "getAddress",
    "getPagination",
    "getCopyDuplicateIndicator",
    "getFromDate",
    "getCharges",
    "getAmountDetails",
];

/// genkgo's getters of one reference and camt's own names.
const REFERENCES: [(&str, &str); 13] = [
    ("getAccountOwnerTransactionId", "AcctOwnrTxId"),
    ("getAccountServicerReference", "AcctSvcrRef"),
    ("getAccountServicerTransactionId", "AcctSvcrTxId"),
    ("getChequeNumber", "ChqNb"),
    ("getClearingSystemReference", "ClrSysRef"),
    ("getEndToEndId", "EndToEndId"),
    ("getInstructionId", "InstrId"),
    ("getMandateId", "MndtId"),
    ("getMarketInfrastructureTransactionId", "MktInfrstrctrTxId"),
    ("getMessageId", "MsgId"),
    ("getPaymentInformationId", "PmtInfId"),
    ("getProcessingId", "PrcgId"),
    ("getTransactionId", "TxId"),
];

pub fn compare(comparison: &mut Comparison<'_>, ours: &Ours) -> &'static [&'static str] {
    let entries = comparison
        .at("/getEntries")
        .and_then(Value::as_array)
        .unwrap()
        .len();
    for position in 0..entries {
        let base = format!("/getEntries/{position}");
        let id = comparison.text(&format!("{base}/getRecord/getId")).unwrap();
        let printed = ours
            .printed
            .iter()
            .position(|statement| member(statement, "statement") == Some(&id));
        let statement = printed.unwrap_or_else(|| panic!("{}: no statement {id}", ours.file));
        record(
            comparison,
            &format!("{base}/getRecord"),
            &ours.printed[statement],
            &ours.statements[statement],
        );
        entry(
            comparison,
            &base,
            &ours.printed[statement],
            &ours.statements[statement],
        );
    }
    NOT_OURS
}

fn record(comparison: &mut Comparison<'_>, base: &str, printed: &Value, statement: &Statement) {
    let head = &statement.head;
    comparison.leaf(
        &format!("{base}/getId"),
        Kind::Reference,
        member(printed, "statement"),
    );
    let account = format!("{base}/getAccount");
    comparison.leaf(
        &format!("{account}/getIdentification"),
        Kind::Other,
        member(printed, "account"),
    );
    if comparison.at(&format!("{account}/getIban")).is_some() {
        comparison.leaf(
            &format!("{account}/getIban/getIban"),
            Kind::Other,
            member(printed, "account"),
        );
    }
    for owner in ["getName", "getIssuer", "getSchemeName"] {
        comparison.not_ours(&format!("{account}/{owner}"));
    }
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    let (electronic, legal) = (
        number(head.electronic_sequence),
        number(head.legal_sequence),
    );
    comparison.leaf(
        &format!("{base}/getElectronicSequenceNumber"),
        Kind::Other,
        electronic.as_deref(),
    );
    comparison.leaf(
        &format!("{base}/getLegalSequenceNumber"),
        Kind::Other,
        legal.as_deref(),
    );
    date(
        comparison,
        &format!("{base}/getCreatedOn"),
        head.created,
        None,
    );
    date(
        comparison,
        &format!("{base}/getToDate"),
        head.complete_to,
        None,
    );
    balances(comparison, base, printed, statement);
}

/// The first opening, and the first closing or else interim, are ours; available and other balances
/// aren't printed.
fn balances(comparison: &mut Comparison<'_>, base: &str, printed: &Value, statement: &Statement) {
    let list = format!("{base}/getBalances");
    let count = comparison
        .at(&list)
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let types: Vec<Option<String>> = (0..count)
        .map(|at| comparison.text(&format!("{list}/{at}/getType")))
        .collect();
    let first = |name: &str| types.iter().position(|kind| kind.as_deref() == Some(name));
    let opening = first("opening");
    let closing = first("closing").or(first("interim"));
    for (name, found, ours) in [
        ("opening", opening, &statement.head.opening),
        ("closing", closing, &statement.head.closing),
    ] {
        assert_eq!(found.is_some(), ours.is_some(), "{name} of {base}");
        if let (Some(at), Some(ours)) = (found, ours) {
            assert_eq!(member(printed, name), Some(ours.signed().as_str()));
            balance(comparison, &format!("{list}/{at}"), ours);
        }
    }
    for at in (0..count).filter(|at| Some(*at) != opening && Some(*at) != closing) {
        comparison.not_ours(&format!("{list}/{at}"));
    }
}

fn balance(comparison: &mut Comparison<'_>, base: &str, ours: &Balance) {
    money(
        comparison,
        &format!("{base}/getAmount"),
        Some((&ours.signed(), &ours.currency)),
    );
    comparison.not_ours(&format!("{base}/getType"));
    comparison.not_ours(&format!("{base}/getDate"));
}

fn entry(comparison: &mut Comparison<'_>, base: &str, printed: &Value, statement: &Statement) {
    let index: usize = comparison
        .text(&format!("{base}/getIndex"))
        .unwrap()
        .parse()
        .unwrap();
    let (entry, typed) = (&printed["entries"][index], &statement.entries[index]);
    comparison.leaf(
        &format!("{base}/getIndex"),
        Kind::Other,
        Some(&entry["index"].to_string()),
    );
    let debit = member(entry, "direction") == Some("debit");
    money(
        comparison,
        &format!("{base}/getAmount"),
        signed(entry, debit).as_ref().map(pair),
    );
    indicator(
        comparison,
        &format!("{base}/getCreditDebitIndicator"),
        debit,
    );
    comparison.leaf(
        &format!("{base}/getStatus"),
        Kind::Status,
        member(entry, "status").map(status),
    );
    comparison.leaf(
        &format!("{base}/getReversalIndicator"),
        Kind::Other,
        Some(&entry["reversal"].to_string()),
    );
    date(
        comparison,
        &format!("{base}/getBookingDate"),
        typed.booking,
        Some(member(entry, "booking_date")),
    );
    date(
        comparison,
        &format!("{base}/getValueDate"),
        typed.value,
        Some(member(entry, "value_date")),
    );
    let own = |name| typed.references.get(name);
    comparison.leaf(
        &format!("{base}/getAccountServicerReference"),
        Kind::Reference,
        own("AcctSvcrRef"),
    );
    comparison.leaf(
        &format!("{base}/getReference"),
        Kind::Reference,
        own("NtryRef"),
    );
    details(comparison, base, entry, debit);
}

/// genkgo prints its first detail apart and repeats it by a mark in the list.
fn details(comparison: &mut Comparison<'_>, base: &str, entry: &Value, debit: bool) {
    let ours = entry["details"].as_array().unwrap();
    let list = format!("{base}/getTransactionDetails");
    let count = comparison
        .at(&list)
        .and_then(Value::as_array)
        .unwrap()
        .len();
    assert_eq!(count, ours.len(), "details of {base}");
    for (at, ours) in ours.iter().enumerate() {
        let pointer = match at {
            0 => format!("{base}/getTransactionDetail"),
            _ => format!("{list}/{at}"),
        };
        detail(comparison, &pointer, ours, debit);
        if count == 1 {
            for name in ["remittance", "counterparty"] {
                assert_eq!(
                    entry[name], ours[name],
                    "the entry repeats its only detail's {name}"
                );
            }
        }
    }
}

fn detail(comparison: &mut Comparison<'_>, base: &str, ours: &Value, debit: bool) {
    // Without an own amount, ours is the entry's; genkgo has none then.
    let amount = format!("{base}/getAmount");
    match comparison.at(&amount) {
        Some(Value::Null) => comparison.not_ours(&amount),
        _ => money(comparison, &amount, signed(ours, debit).as_ref().map(pair)),
    }
    indicator(
        comparison,
        &format!("{base}/getCreditDebitIndicator"),
        debit,
    );
    references(
        comparison,
        &format!("{base}/getReference"),
        &ours["references"],
    );
    parties(
        comparison,
        &format!("{base}/getRelatedParties"),
        ours,
        debit,
    );
    comparison.not_ours(&format!("{base}/getRelatedParty"));
    remittance(
        comparison,
        &format!("{base}/getRemittanceInformation"),
        ours,
    );
    comparison.leaf(&format!("{base}/getReturnInformation"), Kind::Other, None);
}

fn references(comparison: &mut Comparison<'_>, base: &str, ours: &Value) {
    if comparison.at(base) == Some(&Value::Null) {
        let none = ours.as_object().unwrap().is_empty().then_some("none");
        comparison.equal(base, Kind::Reference, Some("none"), none);
        return;
    }
    let reference = |name: &str| ours.get(name).and_then(Value::as_str);
    for (getter, name) in REFERENCES {
        comparison.leaf(
            &format!("{base}/{getter}"),
            Kind::Reference,
            reference(name),
        );
    }
    comparison.leaf(
        &format!("{base}/getUuidEndToEndReference"),
        Kind::Reference,
        reference("UETR"),
    );
    let proprietary = comparison
        .at(&format!("{base}/getProprietaries"))
        .and_then(Value::as_array)
        .unwrap();
    for at in 0..proprietary.len() {
        comparison.leaf(
            &format!("{base}/getProprietaries/{at}/getReference"),
            Kind::Reference,
            reference("Prtry"),
        );
        comparison.not_ours(&format!("{base}/getProprietaries/{at}/getType"));
    }
}

/// The party on the other side of the account is ours; the owner of the account isn't printed.
fn parties(comparison: &mut Comparison<'_>, base: &str, ours: &Value, debit: bool) {
    let wanted = if debit { "Creditor" } else { "Debtor" };
    let count = comparison.at(base).and_then(Value::as_array).unwrap().len();
    let mut found = false;
    for at in 0..count {
        let pointer = format!("{base}/{at}");
        let class = comparison
            .text(&format!("{pointer}/getRelatedPartyType/__CLASS__"))
            .unwrap();
        if !class.ends_with(wanted) {
            comparison.not_ours(&pointer);
            continue;
        }
        found = true;
        comparison.leaf(
            &format!("{pointer}/getRelatedPartyType/getName"),
            Kind::Party,
            member(ours, "counterparty"),
        );
        comparison.not_ours(&format!("{pointer}/getRelatedPartyType/getIdentification"));
        comparison.not_ours(&format!("{pointer}/getAccount"));
    }
    assert!(
        found || member(ours, "counterparty").is_none(),
        "a party that isn't expected at {base}"
    );
}

/// Our remittance is every unstructured block, then of each structured block its reference and its
/// additional text.
fn remittance(comparison: &mut Comparison<'_>, base: &str, ours: &Value) {
    let ours = member(ours, "remittance");
    if comparison.at(base) == Some(&Value::Null) {
        comparison.equal(base, Kind::Remittance, None, ours);
        return;
    }
    let mut lines: Vec<String> = Vec::new();
    lines.extend(blocks(
        comparison,
        base,
        "getUnstructuredBlock",
        &["getMessage"],
    ));
    lines.extend(blocks(
        comparison,
        base,
        "getStructuredBlock",
        &["getRef", "getAdditionalRemittanceInformation"],
    ));
    let expected = lines.join("\n");
    comparison.equal(base, Kind::Remittance, Some(&expected), ours);
}

/// The texts of one kind of block: the first stands apart and is repeated by a mark in the list,
/// and the structured blocks' first reference is printed above both.
fn blocks(comparison: &Comparison<'_>, base: &str, name: &str, texts: &[&str]) -> Vec<String> {
    let count = comparison
        .at(&format!("{base}/{name}s"))
        .and_then(Value::as_array)
        .unwrap()
        .len();
    let mut lines = Vec::new();
    for at in 0..count {
        let block = match at {
            0 => format!("{base}/{name}"),
            _ => format!("{base}/{name}s/{at}"),
        };
        for text in texts {
            let own = match *text {
                "getRef" => comparison
                    .text(&format!("{block}/getCreditorReferenceInformation/getRef"))
                    .or_else(|| first_reference(comparison, base, &block)),
                text => comparison.text(&format!("{block}/{text}")),
            };
            lines.extend(own);
        }
    }
    lines
}

fn first_reference(comparison: &Comparison<'_>, base: &str, block: &str) -> Option<String> {
    let mark = comparison.text(&format!("{block}/getCreditorReferenceInformation"));
    mark.filter(|mark| mark == "__RECURSIVITY__")?;
    comparison.text(&format!("{base}/getCreditorReferenceInformation/getRef"))
}

fn signed(object: &Value, debit: bool) -> Option<(String, String)> {
    let amount = member(object, "amount")?;
    let sign = if debit { "-" } else { "" };
    Some((
        format!("{sign}{amount}"),
        member(object, "currency")?.to_owned(),
    ))
}

fn pair(amount: &(String, String)) -> (&str, &str) {
    (&amount.0, &amount.1)
}

/// Minor units and currency. The yen has no decimals; the other currencies of these files have two.
fn money(comparison: &mut Comparison<'_>, base: &str, ours: Option<(&str, &str)>) {
    let minor =
        ours.map(|(amount, currency)| minor_units(amount, if currency == "JPY" { 0 } else { 2 }));
    comparison.leaf(&format!("{base}/getAmount"), Kind::Amount, minor.as_deref());
    let currency = ours.map(|(_, currency)| currency);
    comparison.leaf(
        &format!("{base}/getCurrency/getCode"),
        Kind::Currency,
        currency,
    );
}

fn minor_units(amount: &str, decimals: usize) -> String {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let fraction = format!("{:0<decimals$}", fraction.trim_end_matches('0'));
    assert_eq!(
        fraction.len(),
        decimals,
        "{amount} has more decimals than its currency"
    );
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let digits = digits.trim_start_matches('0');
    match (digits, whole.starts_with('-')) {
        ("", _) => "0".to_owned(),
        (digits, true) => format!("-{digits}"),
        (digits, false) => digits.to_owned(),
    }
}

fn indicator(comparison: &mut Comparison<'_>, pointer: &str, debit: bool) {
    comparison.leaf(
        pointer,
        Kind::Direction,
        Some(if debit { "DBIT" } else { "CRDT" }),
    );
}

fn status(ours: &str) -> &str {
    match ours {
        "booked" => "BOOK",
        "pending" => "PDNG",
        other => other,
    }
}

/// An instant in UTC, or midnight of a plain date; and what is printed is the day as written.
fn date(
    comparison: &mut Comparison<'_>,
    base: &str,
    ours: Option<Stamp>,
    printed: Option<Option<&str>>,
) {
    if let Some(printed) = printed {
        assert_eq!(
            printed,
            ours.map(|stamp| stamp.day.to_string()).as_deref(),
            "{base}"
        );
    }
    if comparison.at(base) == Some(&Value::Null) {
        comparison.equal(base, Kind::Date, None, ours.map(|_| "a date"));
        return;
    }
    let ours = ours.map(|stamp| match stamp.at {
        Some(at) => at.to_string().replace('Z', "+00:00"),
        None => format!("{}T00:00:00+00:00", stamp.day),
    });
    comparison.leaf(&format!("{base}/0"), Kind::Date, ours.as_deref());
}
