//! No statement is misread: its balances are added up again, from what is printed alone.

use serde_json::Value;

use super::{Ours, member};

/// Statements whose `balances_chain` isn't what opening, booked entries and closing say.
pub fn misread(ours: &Ours) -> Vec<String> {
    let statements = ours.printed.iter().filter(|s| s.get("entries").is_some());
    let wrong = statements.filter(|statement| statement["balances_chain"] != chains(statement));
    wrong
        .map(|statement| {
            let id = member(statement, "statement");
            format!(
                "{}: statement {id:?} says balances_chain {}",
                ours.file, statement["balances_chain"]
            )
        })
        .collect()
}

fn chains(statement: &Value) -> Value {
    let (Some(opening), Some(closing)) =
        (member(statement, "opening"), member(statement, "closing"))
    else {
        return Value::Null;
    };
    let entries = statement["entries"].as_array().unwrap();
    let booked = || {
        entries
            .iter()
            .filter(|entry| member(entry, "status") == Some("booked"))
    };
    let sum: i128 = booked()
        .map(|entry| {
            let value = scaled(member(entry, "amount").unwrap());
            if member(entry, "direction") == Some("debit") {
                -value
            } else {
                value
            }
        })
        .sum();
    let mut currencies: Vec<Option<&str>> =
        booked().map(|entry| member(entry, "currency")).collect();
    currencies.dedup();
    let one_currency = match currencies.as_slice() {
        [] => true,
        [one] => member(statement, "currency").is_none_or(|own| *one == Some(own)),
        _ => false,
    };
    Value::Bool(one_currency && scaled(opening) + sum == scaled(closing))
}

/// Times 10^5.
fn scaled(text: &str) -> i128 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let value: i128 = format!("{whole}{decimals:0<5.5}").parse().unwrap();
    assert!(
        decimals.len() <= 5 || decimals[5..].bytes().all(|b| b == b'0'),
        "{text}"
    );
    value
}
