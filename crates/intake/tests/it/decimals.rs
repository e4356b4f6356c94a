//! From a bank's decimals to money of a currency.

use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency};
use fairlock_intake::Decimal;
use proptest::prelude::*;
use rstest::rstest;

#[rstest]
#[case("1500", "KES", Some("1500.00"))]
#[case("1500.5", "KES", Some("1500.50"))]
#[case("1500.50000", "KES", Some("1500.50"))]
#[case("1500.505", "KES", None)]
#[case("1500.0", "UGX", Some("1500"))]
#[case("1500.5", "UGX", None)]
#[case("18.150", "KWD", Some("18.150"))]
#[case("18.1500", "KWD", Some("18.150"))]
#[case("18.1505", "KWD", None)]
#[case("0", "KWD", Some("0.000"))]
#[case("10000000000000", "KES", Some("10000000000000.00"))]
#[case("10000000000000.01", "KES", None)]
fn trailing_zeros_are_dropped_and_other_digits_refused(
    #[case] text: &str,
    #[case] code: &str,
    #[case] expected: Option<&str>,
) {
    let currency = Currency::from_code(code).unwrap();
    let money = Decimal::parse(text).unwrap().to_money(currency);
    assert_eq!(money.map(|money| money.to_string()).as_deref(), expected);
    assert!(money.is_none_or(|money| money.minor() <= AMOUNT_MAX_MINOR));
}

proptest! {
    #[test]
    fn money_that_was_printed_is_read_back(minor in 0..=AMOUNT_MAX_MINOR, code in prop::sample::select(vec!["KES", "UGX", "KWD", "CLF"])) {
        let money = fairlock_domain::money::Money::new(minor, Currency::from_code(code).unwrap());
        let decimal = Decimal::parse(&money.to_string()).unwrap();
        prop_assert_eq!(decimal.to_money(money.currency()), Some(money));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-+.0-9eE, ]{0,50}") {
        if let Ok(decimal) = Decimal::parse(&text) {
            prop_assert_eq!(Decimal::parse(decimal.as_str()), Ok(decimal.clone()));
        }
    }
}
