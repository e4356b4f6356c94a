//! Ratios of amounts, multiples, and lines that sum to what was cut.

use fairlock_domain::money::{AMOUNT_MAX_MINOR, Money, MoneyError, Rate, Rounding};
use proptest::prelude::*;

use super::currency;

fn kes(minor: i128) -> Money {
    Money::new(minor, currency("KES"))
}

fn minors(lines: impl IntoIterator<Item = Money>) -> Vec<i128> {
    lines.into_iter().map(Money::minor).collect()
}

#[test]
fn an_amount_is_split_into_lines_that_sum_to_it() {
    let table: [(i128, u32, &[i128]); 9] = [
        (100, 3, &[33, 33, 34]),
        (101, 3, &[33, 34, 34]),
        (102, 3, &[34, 34, 34]),
        (2, 5, &[0, 0, 0, 1, 1]),
        (0, 2, &[0, 0]),
        (7, 1, &[7]),
        (-100, 3, &[-33, -33, -34]),
        (-2, 5, &[0, 0, 0, -1, -1]),
        (i128::MIN, 1, &[i128::MIN]),
    ];
    for (minor, parts, expected) in table {
        let lines = kes(minor).split(parts).expect("parts");
        assert_eq!(minors(lines), expected, "{minor} in {parts}");
    }
    assert_eq!(kes(100).split(0).err(), Some(MoneyError::DivisionByZero));
}

#[test]
fn an_amount_is_allocated_in_proportion() {
    let table: [(i128, &[u64], &[i128]); 7] = [
        (100, &[1, 1, 1], &[34, 33, 33]),
        (101, &[1, 1, 1], &[34, 34, 33]),
        (100, &[0, 2, 1], &[0, 67, 33]),
        (-100, &[0, 2, 1], &[0, -67, -33]),
        // Exact shares 0.5, 1.4 and 8.1: the one unit left goes to the largest remainder.
        (10, &[5, 14, 81], &[1, 1, 8]),
        (5, &[u64::MAX, u64::MAX], &[3, 2]),
        (i128::MIN, &[3], &[i128::MIN]),
    ];
    for (minor, weights, expected) in table {
        let lines = minors(kes(minor).allocate(weights).expect("a weight above zero"));
        assert_eq!(lines, expected, "{minor} by {weights:?}");
    }
    for nobody in [&[][..], &[0, 0]] {
        let refused = kes(5).allocate(nobody);
        assert_eq!(refused, Err(MoneyError::DivisionByZero), "{nobody:?}");
    }
}

#[test]
fn a_ratio_is_rounded_once_or_refused() {
    use MoneyError::{DivisionByZero, TooLarge};
    use Rounding::{Down, HalfEven, HalfUp, Up};
    let table = [
        (1_000, (1, 3), HalfEven, Ok(333)),
        (1_000, (1, 3), Up, Ok(334)),
        (25, (1, 10), HalfEven, Ok(2)),
        (25, (1, 10), HalfUp, Ok(3)),
        (-25, (1, 10), HalfUp, Ok(-3)),
        (
            AMOUNT_MAX_MINOR,
            (10_i128.pow(21), 10_i128.pow(21) - 1),
            Down,
            Ok(AMOUNT_MAX_MINOR),
        ),
        (i128::MAX, (i128::MAX, i128::MAX), Down, Ok(i128::MAX)),
        (i128::MAX, (2, 1), Down, Err(TooLarge)),
        (1, (1, 0), Down, Err(DivisionByZero)),
    ];
    for (minor, (numerator, denominator), rounding, expected) in table {
        let found = kes(minor).mul_ratio(numerator, denominator, rounding);
        let found = found.map(Money::minor);
        assert_eq!(
            found, expected,
            "{minor} * {numerator} / {denominator} {rounding}"
        );
    }
}

#[test]
fn simple_interest_is_amount_times_rate_times_years() {
    let rate = |percent| Rate::parse_percent(percent).expect("a rate");
    let table = [
        // 1,000.00 at 12 % for one month of twelve, for 31 days of 365, for a day of a leap year.
        (100_000, "12", (30, 360), Ok(1_000)),
        (100_000, "12", (31, 365), Ok(1_019)),
        (100_000, "12", (365, 365 * 366), Ok(33)),
        (100_000, "0", (31, 365), Ok(0)),
        (100_000, "9.99", (0, 365), Ok(0)),
        (100_000, "12", (-31, 365), Ok(-1_019)),
        (
            AMOUNT_MAX_MINOR,
            "100000",
            (100, 1),
            Ok(AMOUNT_MAX_MINOR * 100_000),
        ),
        (100_000, "12", (i128::MAX, 1), Err(MoneyError::TooLarge)),
        (100_000, "12", (1, i128::MAX), Err(MoneyError::TooLarge)),
        (100_000, "12", (1, 0), Err(MoneyError::DivisionByZero)),
    ];
    for (minor, percent, years, expected) in table {
        let found = kes(minor).times_rate(rate(percent), years, Rounding::HalfEven);
        let found = found.map(Money::minor);
        assert_eq!(found, expected, "{minor} at {percent} % for {years:?}");
    }
}

#[test]
fn amounts_go_to_multiples() {
    use Rounding::{Ceiling, Floor, HalfEven, Up};
    let table = [
        (12_345, 100, HalfEven, Ok(12_300)),
        (12_350, 100, HalfEven, Ok(12_400)),
        (12_301, 100, Up, Ok(12_400)),
        (12_300, 100, Up, Ok(12_300)),
        (-12_301, 100, Ceiling, Ok(-12_300)),
        (-12_301, 100, Floor, Ok(-12_400)),
        (12, -5, Floor, Ok(10)),
        (12, 1, Floor, Ok(12)),
        (12, 0, Floor, Err(MoneyError::DivisionByZero)),
        (i128::MAX, 10, Up, Err(MoneyError::TooLarge)),
        (12, i128::MIN, Floor, Err(MoneyError::TooLarge)),
    ];
    for (minor, multiple, rounding, expected) in table {
        let found = kes(minor).round_to_multiple(multiple, rounding);
        let found = found.map(Money::minor);
        assert_eq!(found, expected, "{minor} to {multiple} {rounding}");
    }
}

proptest! {
    #[test]
    fn split_makes_and_loses_nothing(minor in any::<i128>(), parts in 1..400_u32) {
        let lines = minors(kes(minor).split(parts).expect("parts"));
        prop_assert_eq!(lines.len(), usize::try_from(parts).unwrap());
        prop_assert_eq!(lines.iter().sum::<i128>(), minor);
        let (least, most) = (lines.iter().min().unwrap(), lines.iter().max().unwrap());
        prop_assert!(most - least <= 1);
        prop_assert!(lines.is_sorted_by_key(|line| line.unsigned_abs()), "the last have the rest");
    }

    #[test]
    fn allocate_makes_and_loses_nothing(
        minor in -AMOUNT_MAX_MINOR..=AMOUNT_MAX_MINOR,
        weights in prop::collection::vec(prop_oneof![Just(0), 1..100_u64, 1..1_u64 << 40], 1..20),
    ) {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        prop_assume!(total > 0);
        let lines = minors(kes(minor).allocate(&weights).expect("a weight above zero"));
        prop_assert_eq!(lines.iter().sum::<i128>(), minor);
        for (line, weight) in lines.iter().zip(&weights) {
            let off = line * total - minor * i128::from(*weight);
            prop_assert!(off.abs() < total, "less than a minor unit from the exact share");
        }
    }

    #[test]
    fn wild_weights_never_panic(minor in any::<i128>(), weights in prop::collection::vec(any::<u64>(), 0..9)) {
        if let Ok(lines) = kes(minor).allocate(&weights) {
            let sum = lines.iter().try_fold(0_i128, |sum, line| sum.checked_add(line.minor()));
            prop_assert_eq!(sum, Some(minor));
        }
    }
}
