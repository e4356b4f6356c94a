//! Division by each rounding's name: the usual table, laws, and products wider than 128 bits.

use fairlock_domain::money::Rounding;
use proptest::prelude::*;

#[test]
fn each_mode_does_what_its_name_says() {
    use Rounding::{Ceiling, Down, Floor, HalfDown, HalfEven, HalfUp, Up};
    let modes = [HalfEven, HalfUp, HalfDown, Up, Down, Ceiling, Floor];
    let table = [
        // In tenths:  HE  HU  HD  Up  Dn  Ce  Fl
        (55, [6, 6, 5, 6, 5, 6, 5]),
        (25, [2, 3, 2, 3, 2, 3, 2]),
        (16, [2, 2, 2, 2, 1, 2, 1]),
        (11, [1, 1, 1, 2, 1, 2, 1]),
        (10, [1, 1, 1, 1, 1, 1, 1]),
        (5, [0, 1, 0, 1, 0, 1, 0]),
        (1, [0, 0, 0, 1, 0, 1, 0]),
        (0, [0, 0, 0, 0, 0, 0, 0]),
        (-1, [0, 0, 0, -1, 0, 0, -1]),
        (-5, [0, -1, 0, -1, 0, 0, -1]),
        (-10, [-1, -1, -1, -1, -1, -1, -1]),
        (-11, [-1, -1, -1, -2, -1, -1, -2]),
        (-16, [-2, -2, -2, -2, -1, -1, -2]),
        (-25, [-2, -3, -2, -3, -2, -2, -3]),
        (-55, [-6, -6, -5, -6, -5, -5, -6]),
    ];
    for (tenths, expected) in table {
        let found = modes.map(|mode| mode.divide(tenths, 10));
        assert_eq!(found, expected.map(Some), "{tenths} tenths");
        let found = modes.map(|mode| mode.divide(-tenths, -10));
        assert_eq!(
            found,
            expected.map(Some),
            "{tenths} tenths, both signs turned"
        );
    }
}

#[test]
fn a_wide_product_is_divided_exactly_or_refused() {
    use Rounding::{Ceiling, Down, HalfEven, HalfUp};
    const MAX: i128 = i128::MAX;
    const WIDE: (i128, i128, i128) = (
        123_456_789_012_345_678_901_234_567_890,
        987_654_321_098_765_432_109_876_543_210,
        (1 << 126) + 1,
    );
    let table = [
        (Down, (MAX, MAX, MAX), Some(MAX)),
        (Down, (i128::MIN, MAX, MAX), Some(i128::MIN)),
        (Down, (i128::MIN, i128::MIN, i128::MIN), Some(i128::MIN)),
        (Down, (MAX, 2, 4), Some(MAX / 2)),
        (HalfEven, (MAX, 2, 4), Some(MAX / 2 + 1)),
        (Down, WIDE, Some(1_433_311_190_824_668_755_129)),
        (HalfUp, WIDE, Some(1_433_311_190_824_668_755_130)),
        (
            Ceiling,
            (-WIDE.0, WIDE.1, WIDE.2),
            Some(-1_433_311_190_824_668_755_129),
        ),
        // The largest amount, the largest rate and a leap year's fraction in one product.
        (
            Down,
            (
                10_i128.pow(15),
                10_i128.pow(21) * 365 * 366,
                10_i128.pow(18) * 365 * 366 + 1,
            ),
            Some(999_999_999_999_999_999),
        ),
        (Down, (MAX, 3, 2), None),
        (Down, (i128::MIN, 1, -1), None),
        (Down, (MAX, MAX, 1), None),
        (Down, (1, 1, 0), None),
        (Down, (MAX, MAX, 0), None),
    ];
    for (mode, (a, b, denominator), expected) in table {
        let found = mode.multiply_divide(a, b, denominator);
        assert_eq!(found, expected, "{mode} {a} * {b} / {denominator}");
    }
}

#[test]
fn names_are_read_back() {
    for mode in Rounding::ALL {
        assert_eq!(Rounding::from_name(&mode.to_string()), Some(mode));
    }
    assert_eq!(Rounding::from_name("bankers"), None);
}

fn some_mode() -> impl Strategy<Value = Rounding> {
    proptest::sample::select(&Rounding::ALL[..])
}

proptest! {
    #[test]
    fn a_result_is_off_by_less_than_one_and_to_the_named_side(
        mode in some_mode(),
        numerator in -10_i128.pow(36)..10_i128.pow(36),
        denominator in prop_oneof![1..1000_i128, 1..10_i128.pow(24)],
    ) {
        let result = mode.divide(numerator, denominator).expect("in range");
        let off = result * denominator - numerator;
        prop_assert!(off.abs() < denominator);
        match mode {
            Rounding::HalfEven | Rounding::HalfUp | Rounding::HalfDown => {
                prop_assert!(2 * off.abs() <= denominator);
            }
            Rounding::Up => prop_assert!(off * numerator.signum() >= 0),
            Rounding::Down => prop_assert!(off * numerator.signum() <= 0),
            Rounding::Ceiling => prop_assert!(off >= 0),
            Rounding::Floor => prop_assert!(off <= 0),
        }
    }

    // a * (d * k + s) / d is a * k and a * s / d more: the right side fits 128 bits, the left
    // side's product doesn't.
    #[test]
    fn the_wide_way_agrees_with_the_narrow_one(
        up in any::<bool>(),
        a in -10_i128.pow(20)..10_i128.pow(20),
        k in 0..10_i128.pow(18),
        d in 10_i128.pow(17)..10_i128.pow(18),
        s in 0..10_i128.pow(18),
    ) {
        let mode = if up { Rounding::Ceiling } else { Rounding::Floor };
        let narrow = mode.divide(a * s, d).expect("in range") + a * k;
        prop_assert_eq!(mode.multiply_divide(a, d * k + s, d), Some(narrow));
        prop_assert_eq!(mode.multiply_divide(d * k + s, a, d), Some(narrow));
    }

    #[test]
    fn nothing_panics(mode in some_mode(), a in any::<i128>(), b in any::<i128>(), d in any::<i128>()) {
        let _ = (mode.divide(a, d), mode.multiply_divide(a, b, d));
    }
}
