//! Rates: exact in, exact out.

use fairlock_domain::money::{Rate, RateError};
use proptest::prelude::*;

const PERCENT: i128 = Rate::ONE_UNITS / 100;

#[test]
fn shares_are_read_exactly_or_refused() {
    use RateError::{Decimals, Malformed, TooLarge};
    let table = [
        ("0.12", Ok(12 * PERCENT)),
        ("0", Ok(0)),
        ("1", Ok(Rate::ONE_UNITS)),
        ("0.000000000000000001", Ok(1)),
        ("1000", Ok(1000 * Rate::ONE_UNITS)),
        ("1000.000000000000000001", Err(TooLarge)),
        (
            "99999999999999999999999999999999999999999999",
            Err(TooLarge),
        ),
        (
            "0.0000000000000000001",
            Err(Decimals {
                at_most: 18,
                found: 19,
            }),
        ),
        ("-0.12", Err(Malformed)),
        ("+0.12", Err(Malformed)),
        ("0,12", Err(Malformed)),
        (".12", Err(Malformed)),
        ("1.", Err(Malformed)),
        ("01", Err(Malformed)),
        ("12 %", Err(Malformed)),
        ("", Err(Malformed)),
    ];
    for (text, expected) in table {
        assert_eq!(Rate::parse(text).map(Rate::units), expected, "{text:?}");
    }
}

#[test]
fn percentages_are_read_exactly_or_refused() {
    let too_fine = RateError::Decimals {
        at_most: 16,
        found: 17,
    };
    let table = [
        ("12", Ok(12 * PERCENT)),
        ("9.99", Ok(999 * PERCENT / 100)),
        ("0.0000000000000001", Ok(1)),
        ("0.00000000000000001", Err(too_fine)),
        ("100000", Ok(Rate::MAX.units())),
        ("100001", Err(RateError::TooLarge)),
    ];
    for (text, expected) in table {
        let found = Rate::parse_percent(text).map(Rate::units);
        assert_eq!(found, expected, "{text:?}");
    }
    assert_eq!(Rate::from_percent(12), Rate::parse("0.12"));
    assert_eq!(Rate::from_percent(100_001), Err(RateError::TooLarge));
    assert_eq!(Rate::from_units(-1), Err(RateError::Malformed));
}

#[test]
fn rates_are_printed_in_percent() {
    let table = [
        ("0", "0 %"),
        ("0.12", "12 %"),
        ("0.0999", "9.99 %"),
        ("0.000000000000000001", "0.0000000000000001 %"),
        ("1000", "100000 %"),
    ];
    for (text, expected) in table {
        assert_eq!(Rate::parse(text).expect(text).to_string(), expected);
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(units in 0..=Rate::MAX.units(), fewer in 0..22_u32) {
        let rate = Rate::from_units(units / 10_i128.pow(fewer)).expect("in range");
        let text = rate.to_string();
        let percent = text.strip_suffix(" %").expect("a percentage");
        prop_assert_eq!(Rate::parse_percent(percent), Ok(rate));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[0-9.]{0,60}|\\PC{0,24}") {
        let _ = (Rate::parse(&text), Rate::parse_percent(&text));
    }
}
