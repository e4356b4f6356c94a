//! Money: exact in, exact out, never mixed.

mod rate;
mod rounding;
mod share;

use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency, Money, MoneyError};
use proptest::prelude::*;

fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency of the table")
}

#[test]
fn amounts_are_read_exactly_or_refused() {
    use MoneyError::{Decimals, Malformed, TooLarge};
    let decimals = |expected, found| Err(Decimals { expected, found });
    let table = [
        ("1500.00", "INR", Ok(150_000)),
        ("0.05", "INR", Ok(5)),
        ("0.00", "INR", Ok(0)),
        ("1500", "JPY", Ok(1500)),
        ("0", "JPY", Ok(0)),
        ("12.345", "KWD", Ok(12_345)),
        ("1.2345", "CLF", Ok(12_345)),
        ("10000000000000.00", "INR", Ok(AMOUNT_MAX_MINOR)),
        ("1000000000000000", "JPY", Ok(AMOUNT_MAX_MINOR)),
        ("10000000000000.01", "INR", Err(TooLarge)),
        ("1000000000000001", "JPY", Err(TooLarge)),
        (
            "99999999999999999999999999999999999999999",
            "JPY",
            Err(TooLarge),
        ),
        ("1500", "INR", decimals(2, 0)),
        ("1500.0", "INR", decimals(2, 1)),
        ("1500.000", "INR", decimals(2, 3)),
        ("1500.00", "JPY", decimals(0, 2)),
        ("", "INR", Err(Malformed)),
        (".50", "INR", Err(Malformed)),
        ("1.", "JPY", Err(Malformed)),
        ("01.00", "INR", Err(Malformed)),
        ("00", "JPY", Err(Malformed)),
        ("-1.00", "INR", Err(Malformed)),
        ("+1.00", "INR", Err(Malformed)),
        ("1,500.00", "INR", Err(Malformed)),
        ("1.5.0", "INR", Err(Malformed)),
        (" 1.00", "INR", Err(Malformed)),
        ("1e3", "JPY", Err(Malformed)),
        ("१२.००", "INR", Err(Malformed)),
    ];
    for (text, code, expected) in table {
        let read = Money::parse(text, currency(code)).map(Money::minor);
        assert_eq!(read, expected, "{text:?} {code}");
    }
}

#[test]
fn every_currency_is_found_by_its_code_and_sorted() {
    let codes: Vec<&str> = Currency::all().map(Currency::code).collect();
    assert!(codes.is_sorted(), "looked up by binary search");
    // List one of 2026-01-01 has 165 codes with a minor unit; ANG and BGN stay beside them.
    assert_eq!(codes.len(), 167);
    for code in codes {
        assert_eq!(currency(code).code(), code);
    }
    for (code, exponent) in [
        ("UGX", 0),
        ("RWF", 0),
        ("XAF", 0),
        ("JPY", 0),
        ("KES", 2),
        ("INR", 2),
        ("BHD", 3),
        ("KWD", 3),
        ("UYW", 4),
        ("CLF", 4),
        ("XAD", 2),
        ("XCG", 2),
        ("ZWG", 2),
        ("SLE", 2),
    ] {
        assert_eq!(currency(code).exponent(), exponent, "{code}");
    }
    for nobody in ["XXX", "XAU", "XTS", "HRK", "ZZZ", "inr", "IN", "INRR", ""] {
        assert_eq!(Currency::from_code(nobody), None, "{nobody:?}");
    }
}

#[test]
fn two_currencies_never_meet() {
    let (inr, jpy) = (currency("INR"), currency("JPY"));
    let mixed = MoneyError::CurrencyMismatch {
        left: inr,
        right: jpy,
    };
    assert_eq!(
        Money::new(1, inr).checked_add(Money::new(1, jpy)),
        Err(mixed)
    );
    assert_eq!(
        Money::new(1, inr).checked_sub(Money::new(1, jpy)),
        Err(mixed)
    );
    let most = Money::new(i128::MAX, inr);
    assert_eq!(
        most.checked_add(Money::new(1, inr)),
        Err(MoneyError::TooLarge)
    );
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(minor in 0..=AMOUNT_MAX_MINOR, fewer in 0..16_u32) {
        for currency in Currency::all() {
            let money = Money::new(minor / 10_i128.pow(fewer), currency);
            prop_assert_eq!(Money::parse(&money.to_string(), currency), Ok(money));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,24}") {
        let _ = Money::parse(&text, currency("INR"));
    }
}
