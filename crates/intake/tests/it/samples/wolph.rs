//! Expectations of wolph/mt940: the last value of every field of all statements, and their
//! transactions in a row. Amounts are signed; texts are compared without white space, because the
//! two shapes join lines differently.

use fairlock_intake::Statement;
use fairlock_intake::statement::{Balance, Detail, Entry};
use serde_json::Value;

use super::comparison::{Comparison, Kind};
use super::{Ours, member};

/// Members whose values our shape doesn't have, wherever they stand.
const NOT_OURS: &[&str] = &[
    "available_balance",
    "available_balance_2",
    "forward_available_balance",
    "non_swift",
    "non_swift_text",
    "guessed_entry_date",
    "id",
    "funds_code",
    "extra_details",
    "transaction_code",
    "posting_text",
    "prima_nota",
    "applicant_bin",
    "applicant_creditor_id",
    "recipient_name",
    "purpose_code",
    "additional_position_date",
    "deviate_applicant",
    "deviate_recipient",
    "FRST_ONE_OFF_RECC",
    "old_SEPA_CI",
    "old_SEPA_additional_position_reference",
    "settlement_tag",
    "debitor_identifier",
    "compensation_amount",
    "original_amount",
    "gvc_applicant_bin",
    "floor_limit_indicator",
    "sum_debit_entries",
    "sum_credit_entries",
    "related_reference",
];

/// What a bank writes where it has no reference, or where the reference stands in the text.
const NO_REFERENCES: [&str; 5] = ["NONREF", "KREF+", "EREF", "MARF", "PREF"];

/// What the expectation puts before a reference from the text, where the line points to it.
const POINTER: &str = "KREF+\n";

const RUNS_ON: &str = "a-reference-ends-with-its-field";

/// Transaction codes of money that came back: only there is field 34 a reason.
const RETURNS: [&str; 3] = ["108", "109", "159"];

pub fn compare(comparison: &mut Comparison<'_>, ours: &Ours) -> &'static [&'static str] {
    heads(comparison, ours);
    let entries: Vec<(&Statement, &Entry, &Value)> = ours
        .statements
        .iter()
        .zip(&ours.printed)
        .flat_map(|(statement, printed)| {
            let printed = printed["entries"].as_array().unwrap();
            let entries = statement.entries.iter().zip(printed);
            entries.map(move |(entry, printed)| (statement, entry, printed))
        })
        .collect();
    let expected = comparison
        .at("/transactions")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    let count = (expected.to_string(), entries.len().to_string());
    comparison.equal("/transactions", Kind::Other, Some(&count.0), Some(&count.1));
    comparison.unsettle("/transactions");
    for (index, (statement, entry, printed)) in entries.iter().take(expected).enumerate() {
        let base = format!("/transactions/{index}");
        movement(comparison, &base, statement, entry, printed);
    }
    NOT_OURS
}

fn heads(comparison: &mut Comparison<'_>, ours: &Ours) {
    let last = |of: fn(&Statement) -> Option<String>| ours.statements.iter().rev().find_map(of);
    let at = |name: &str| format!("/statement/{name}");
    let has = |comparison: &Comparison<'_>, name: &str| comparison.at(&at(name)).is_some();
    if has(comparison, "account_identification") {
        let account = last(|s| s.head.account.clone());
        comparison.leaf(
            &at("account_identification"),
            Kind::Other,
            account.as_deref(),
        );
    }
    let parts = [
        "transaction_reference",
        "statement_number",
        "sequence_number",
    ];
    let id: Vec<String> = parts
        .iter()
        .filter_map(|part| comparison.text(&at(part)))
        .collect();
    let id = Some(id.join("/")).filter(|id| !id.is_empty());
    let own = last(|s| s.head.statement.clone());
    for part in parts {
        if has(comparison, part) {
            comparison.equal(&at(part), Kind::Reference, id.as_deref(), own.as_deref());
        }
    }
    let opening: Vec<&Balance> = ours
        .statements
        .iter()
        .filter_map(|s| s.head.opening.as_ref())
        .collect();
    let closing: Vec<&Balance> = ours
        .statements
        .iter()
        .filter_map(|s| s.head.closing.as_ref())
        .collect();
    for (name, balances) in [
        ("final_opening_balance", &opening),
        ("intermediate_opening_balance", &opening),
        ("final_closing_balance", &closing),
        ("intermediate_closing_balance", &closing),
    ] {
        if has(comparison, name) {
            balance(comparison, &at(name), balances);
        }
    }
    for name in ["final_closing_balance", "intermediate_closing_balance"] {
        let pointer = format!("/statement/{name}/date");
        let Some(expected) = comparison.text(&pointer) else {
            continue;
        };
        let days = ours
            .statements
            .iter()
            .rev()
            .filter_map(|s| s.head.complete_to);
        let days: Vec<String> = days.map(|stamp| stamp.day.to_string()).collect();
        let own = days.iter().find(|day| **day == expected).or(days.first());
        comparison.leaf(&pointer, Kind::Date, own.map(String::as_str));
    }
}

/// The expectation has the last final one and the last of a page; ours has one a statement.
fn balance(comparison: &mut Comparison<'_>, base: &str, ours: &[&Balance]) {
    let pointer = format!("{base}/amount/amount");
    let expected = comparison.text(&pointer).map(|text| shortest(&text));
    let own: Vec<String> = ours
        .iter()
        .rev()
        .map(|balance| shortest(&balance.signed()))
        .collect();
    let position = own
        .iter()
        .position(|amount| Some(amount) == expected.as_ref())
        .unwrap_or(0);
    let balance = ours.iter().rev().nth(position);
    comparison.equal(
        &pointer,
        Kind::Amount,
        expected.as_deref(),
        own.get(position).map(String::as_str),
    );
    let currency = balance.map(|balance| balance.currency.as_str());
    comparison.leaf(&format!("{base}/amount/currency"), Kind::Currency, currency);
    let mark = balance.map(|balance| {
        if balance.direction.name() == "credit" {
            "C"
        } else {
            "D"
        }
    });
    comparison.leaf(&format!("{base}/status"), Kind::Direction, mark);
    let date = format!("{base}/date");
    if base.contains("opening") {
        comparison.not_ours(&date);
    }
}

fn movement(
    comparison: &mut Comparison<'_>,
    base: &str,
    statement: &Statement,
    entry: &Entry,
    printed: &Value,
) {
    let at = |name: &str| format!("{base}/{name}");
    let debit = member(printed, "direction") == Some("debit");
    let reversal = printed["reversal"] == true;
    amount(
        comparison,
        &at("amount/amount"),
        member(printed, "amount"),
        debit,
        reversal,
    );
    for pointer in ["amount/currency", "currency"] {
        comparison.leaf(&at(pointer), Kind::Currency, member(printed, "currency"));
    }
    let mark = match (reversal, debit) {
        (false, false) => "C",
        (false, true) => "D",
        (true, true) => "RC",
        (true, false) => "RD",
    };
    comparison.leaf(&at("status"), Kind::Direction, Some(mark));
    comparison.leaf(&at("date"), Kind::Date, member(printed, "value_date"));
    if comparison.at(&at("entry_date")).is_some() {
        comparison.leaf(
            &at("entry_date"),
            Kind::Date,
            member(printed, "booking_date"),
        );
    }
    let references = &printed["references"];
    let reference = |name: &str| references.get(name).and_then(Value::as_str);
    // Where words stand in the text, the expectation puts KREF's value over the line's reference.
    let customer = match comparison.at(&at("end_to_end_reference")) {
        Some(_) => reference("PmtInfId"),
        None => reference("AcctOwnrTxId"),
    };
    given(comparison, &at("customer_reference"), customer, printed);
    given(
        comparison,
        &at("bank_reference"),
        reference("AcctSvcrRef"),
        printed,
    );
    if comparison.at(&at("transaction_reference")).is_some() {
        let expected = comparison.text(&at("transaction_reference"));
        let whole = statement.head.statement.as_deref();
        let own = expected
            .as_deref()
            .filter(|id| whole.is_some_and(|whole| whole.starts_with(id)));
        comparison.equal(
            &at("transaction_reference"),
            Kind::Reference,
            expected.as_deref(),
            own.or(whole),
        );
    }
    if let Some(detail) = entry.details.first() {
        about(comparison, base, detail, printed);
    }
}

/// `RC` reverses a credit: only as a debit does it close its statement's balance.
fn amount(
    comparison: &mut Comparison<'_>,
    pointer: &str,
    ours: Option<&str>,
    debit: bool,
    reversal: bool,
) {
    let expected = comparison.text(pointer).map(|text| shortest(&text));
    let sign = if debit { "-" } else { "" };
    let own = ours.map(|amount| format!("{sign}{}", shortest(amount)));
    let opposite = own.as_deref().map(|own| match own.strip_prefix('-') {
        Some(credit) => credit.to_owned(),
        None => format!("-{own}"),
    });
    let rule = (reversal && opposite == expected).then_some("a-reversal-has-the-other-sign");
    comparison.equal_but(
        pointer,
        Kind::Amount,
        expected.as_deref(),
        own.as_deref(),
        rule,
    );
}

fn given(comparison: &mut Comparison<'_>, pointer: &str, ours: Option<&str>, printed: &Value) {
    if comparison.at(pointer).is_none() {
        return;
    }
    let expected = comparison.text(pointer);
    let expected = expected.as_deref().map(str::trim);
    let expected = expected.map(|text| text.strip_prefix(POINTER).unwrap_or(text));
    let expected = expected.filter(|text| !text.is_empty() && !NO_REFERENCES.contains(text));
    let (expected, ours) = (squeezed(expected), squeezed(ours));
    let remittance = squeezed(member(printed, "remittance"));
    let run_on = runs_on(ours.clone(), expected.clone(), &remittance);
    let rule = run_on.then_some(RUNS_ON);
    comparison.equal_but(
        pointer,
        Kind::Reference,
        expected.as_deref(),
        ours.as_deref(),
        rule,
    );
}

/// What `:86:` says.
fn about(comparison: &mut Comparison<'_>, base: &str, detail: &Detail, printed: &Value) {
    let at = |name: &str| format!("{base}/{name}");
    let remittance = squeezed(member(printed, "remittance"));
    if comparison.at(&at("transaction_details")).is_some() {
        let expected = comparison.text(&at("transaction_details"));
        let own = match &detail.as_written {
            Some(written) => squeezed(Some(written.expose())),
            None => remittance.clone(),
        };
        let expected = squeezed(expected.as_deref());
        let expected = match detail.as_written.is_some() {
            true => expected.map(|text| without_numbers(&text)),
            false => expected,
        };
        comparison.equal(
            &at("transaction_details"),
            Kind::Remittance,
            expected.as_deref(),
            own.as_deref(),
        );
        let whole = own.as_deref().unwrap_or_default();
        for name in ["remittance", "counterparty"] {
            let part = squeezed(member(printed, name)).unwrap_or_default();
            let is_part = expected != own || whole.contains(&part);
            assert!(is_part, "{base}: {name} isn't in the text");
        }
        if comparison.at(&at("purpose")).is_none() {
            return;
        }
    }
    let text =
        |comparison: &Comparison<'_>, name: &str| squeezed(comparison.text(&at(name)).as_deref());
    let own = |name: &str| squeezed(printed["references"].get(name).and_then(Value::as_str));
    let expected: Vec<String> = ["purpose", "additional_purpose"]
        .iter()
        .filter_map(|name| text(comparison, name))
        .collect();
    let expected = Some(expected.concat()).filter(|text| !text.is_empty());
    let customer = comparison.text(&at("customer_reference"));
    let customer = squeezed(
        customer
            .as_deref()
            .and_then(|text| text.strip_prefix(POINTER)),
    );
    let end_to_end = text(comparison, "end_to_end_reference");
    let run_on = runs_on(own("EndToEndId"), end_to_end, &remittance)
        || runs_on(own("PmtInfId"), customer, &remittance);
    let rule = run_on.then_some(RUNS_ON);
    for name in ["purpose", "additional_purpose"] {
        if comparison.at(&at(name)).is_some() {
            comparison.equal_but(
                &at(name),
                Kind::Remittance,
                expected.as_deref(),
                remittance.as_deref(),
                rule,
            );
        }
    }
    for (name, ours) in [
        ("end_to_end_reference", "EndToEndId"),
        ("additional_position_reference", "MndtId"),
    ] {
        if comparison.at(&at(name)).is_some() {
            let expected = text(comparison, name);
            comparison.equal_but(
                &at(name),
                Kind::Reference,
                expected.as_deref(),
                own(ours).as_deref(),
                rule,
            );
        }
    }
    if comparison.at(&at("applicant_name")).is_some() {
        let expected = text(comparison, "applicant_name");
        let name = squeezed(member(printed, "counterparty"));
        comparison.equal(
            &at("applicant_name"),
            Kind::Party,
            expected.as_deref(),
            name.as_deref(),
        );
    }
    let accounts = ["applicant_iban", "gvc_applicant_iban"];
    let expected = accounts.iter().find_map(|name| text(comparison, name));
    let account = squeezed(member(printed, "counterparty_account"));
    for name in accounts {
        if comparison.at(&at(name)).is_some() {
            comparison.equal(
                &at(name),
                Kind::Party,
                expected.as_deref(),
                account.as_deref(),
            );
        }
    }
    let code = comparison.text(&at("transaction_code")).unwrap_or_default();
    if RETURNS.contains(&code.as_str()) {
        let reason = member(printed, "return_reason");
        comparison.leaf(&at("return_debit_notes"), Kind::Other, reason);
    } else {
        comparison.not_ours(&at("return_debit_notes"));
    }
}

/// The expectation lets a reference run on over all fields to the next word.
fn runs_on(ours: Option<String>, expected: Option<String>, remittance: &Option<String>) -> bool {
    let rest = ours.and_then(|ours| Some(expected?.strip_prefix(&ours)?.to_owned()));
    rest.is_some_and(|rest| {
        let text = remittance.as_deref().unwrap_or_default();
        !rest.is_empty() && text.starts_with(&rest)
    })
}

/// Without white space; empty is nothing.
fn squeezed(text: Option<&str>) -> Option<String> {
    let text: String = text?.split_whitespace().collect();
    Some(text).filter(|text| !text.is_empty())
}

/// Without the signs and numbers of fields, as our text has every field on a line.
fn without_numbers(text: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['?', '>', '~', '^', '<']) {
        let numbered = rest
            .get(at + 1..at + 3)
            .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        let end = if numbered { at } else { at + 1 };
        left.push_str(&rest[..end]);
        rest = &rest[if numbered { at + 3 } else { at + 1 }..];
    }
    left + rest
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
