//! What the mobile-money operator posts: one confirmation a line, with the instant at which it
//! arrives. Some come late, some twice.

use std::collections::BTreeMap;

use fairlock_domain::money::Money;

use crate::bank::mistyped;
use crate::calendar::{Moment, day};
use crate::chance::Chance;
use crate::habits::{Memo, Payment, WATCHED};
use crate::portfolio::{Contract, Feed};

const SHORT_CODE: &str = "600638";
/// Balance of the till before the first payment, in cents.
const OPENING: i64 = 7_312_000;

/// One file a month, by file name.
pub fn callbacks(
    contracts: &[Contract],
    payments: &[Payment],
    chance: &mut Chance,
) -> Vec<(String, String)> {
    let mut balance = OPENING;
    let mut lines: Vec<(Moment, String)> = Vec::new();
    let ours = payments
        .iter()
        .filter(|payment| contracts[payment.contract].feed == Feed::MpesaKes);
    for (number, payment) in (0u64..).zip(ours) {
        balance += payment.amount;
        let contract = &contracts[payment.contract];
        let body = body(number, contract, payment, balance, chance);
        let watched = payment.contract < WATCHED.len();
        let delay = match chance.between(1, 60) {
            1 if !watched => chance.between(1_800, 18_000),
            _ => chance.between(2, 9),
        };
        let arrives = Moment(payment.acted.0 + delay);
        if chance.between(1, 150) == 1 {
            lines.push((Moment(arrives.0 + 300), body.clone()));
        }
        lines.push((arrives, body));
    }
    lines.sort();
    let mut months: BTreeMap<String, String> = BTreeMap::new();
    for (arrives, body) in lines {
        let month = &day(arrives.day()).to_string()[..7];
        let line = format!("{{\"at\":\"{}\",\"body\":{body}}}\n", arrives.in_utc());
        months
            .entry(format!("{month}-mpesa-kes.c2b.jsonl"))
            .or_default()
            .push_str(&line);
    }
    months.into_iter().collect()
}

/// The body that is posted, as the operator writes it: mostly strings, sometimes numbers.
fn body(
    number: u64,
    contract: &Contract,
    payment: &Payment,
    balance: i64,
    chance: &mut Chance,
) -> String {
    let money = |minor: i64| Money::new(i128::from(minor), contract.currency()).to_string();
    let date = day(payment.acted.day()).to_string().replace('-', "");
    let clock = payment.acted.clock("");
    let amount = money(payment.amount);
    let bill_ref = match (payment.memo, chance.between(0, 5)) {
        (Memo::Nothing, _) => "phone".to_owned(),
        (Memo::Mistyped, _) => mistyped(contract.reference.as_str(), chance),
        (Memo::Reference, 0) => contract.reference.as_str().to_lowercase(),
        (Memo::Reference, 1) => contract.reference.in_fours(),
        (Memo::Reference, _) => contract.reference.to_string(),
    };
    let numeric = chance.between(1, 20) == 1;
    let amount = if numeric {
        amount
    } else {
        format!("\"{amount}\"")
    };
    let number_text = &contract.borrower.number;
    let masked = format!("{} ***** {}", &number_text[..4], &number_text[9..]);
    let first = contract.borrower.first.to_uppercase();
    format!(
        "{{\"TransactionType\":\"Pay Bill\",\"TransID\":\"{}\",\"TransTime\":\"{date}{clock}\",\
         \"TransAmount\":{amount},\"BusinessShortCode\":\"{SHORT_CODE}\",\"BillRefNumber\":\"{bill_ref}\",\
         \"InvoiceNumber\":\"\",\"OrgAccountBalance\":\"{}\",\"ThirdPartyTransID\":\"\",\
         \"MSISDN\":\"{masked}\",\"FirstName\":\"{first}\",\"MiddleName\":\"\",\"LastName\":\"\"}}",
        receipt(number, payment.acted),
        money(balance),
    )
}

/// Ten capital letters and digits: month and day as letters, then a number of its own.
fn receipt(number: u64, acted: Moment) -> String {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let (_, month, day_of_month) = day(acted.day()).ymd();
    let letter = |value: u8| char::from(DIGITS[usize::from(value) % 36]);
    // Multiplying by an odd number modulo 36^7 gives each number another text.
    let mut rest = (number.wrapping_mul(48_271) + 1_234_567_891) % 36u64.pow(7);
    let mut text = vec!['U', letter(month + 9), letter(day_of_month)];
    for _ in 0..7 {
        text.push(char::from(DIGITS[usize::try_from(rest % 36).unwrap_or(0)]));
        rest /= 36;
    }
    text.into_iter().collect()
}
