//! Day counts by tables and laws; QuantLib's table is in `loanmath`.

use fairlock_domain::calendar::{Day, DayCount};
use proptest::prelude::*;

use crate::calendar::day;

/// Each convention's days and exact fraction of one period.
fn check(start: &str, end: &str, expected: &[(DayCount, i32, (i128, i128))]) {
    for (convention, days, (numerator, denominator)) in expected {
        let (start, end) = (day(start), day(end));
        let name = format!("{convention} {start} to {end}");
        assert_eq!(convention.days(start, end), *days, "{name}");
        let found = convention.fraction(start, end);
        assert_eq!(
            found.0 * denominator,
            numerator * found.1,
            "{name}: {found:?}"
        );
        let (back, same) = convention.fraction(end, start);
        assert_eq!((back, same), (-found.0, found.1), "{name}, backwards");
        assert_eq!(convention.days(end, start), -days, "{name}, backwards");
    }
}

#[test]
fn periods_are_counted_as_each_convention_says() {
    use DayCount::{
        Actual360, Actual365Fixed, ActualActualAfb, ActualActualIsda, Thirty360BondBasis,
        Thirty360European, Thirty360Us,
    };
    // The end of February is where the three 30/360 rules part.
    let leap_february = [
        (Thirty360European, 31, (31, 360)),
        (Thirty360BondBasis, 32, (32, 360)),
        (Thirty360Us, 30, (30, 360)),
    ];
    check("2024-02-29", "2024-03-31", &leap_february);
    let between_februaries = [
        (Thirty360European, 359, (359, 360)),
        (Thirty360BondBasis, 359, (359, 360)),
        (Thirty360Us, 360, (1, 1)),
        (ActualActualAfb, 365, (1, 1)),
    ];
    check("2024-02-29", "2025-02-28", &between_februaries);
    // To a 31st: the European rule cuts it always, the others only from a 30th or 31st.
    let to_a_31st = [
        (Thirty360European, 45, (45, 360)),
        (Thirty360BondBasis, 46, (46, 360)),
        (Thirty360Us, 46, (46, 360)),
        (Actual360, 47, (47, 360)),
        (Actual365Fixed, 47, (47, 365)),
    ];
    check("2026-07-15", "2026-08-31", &to_a_31st);
    // Across a new year into a leap year: 61 days of a common year and 60 of a leap year. ISDA's
    // own example (EMU and market conventions, 1998) has 61/365 + 121/366 for these dates.
    let isda_example = [(ActualActualIsda, 182, (61 * 366 + 121 * 365, 365 * 366))];
    check("2003-11-01", "2004-05-01", &isda_example);
    let afb_example = [(ActualActualAfb, 182, (182, 366))];
    check("2003-11-01", "2004-05-01", &afb_example);
    // Counted back from 28 February, four years end on the 29th: what is left is before it.
    let counted_back = [(ActualActualAfb, 1462, (4 * 365 + 1, 365))];
    check("2004-02-28", "2008-02-29", &counted_back);
    let counted_back = [(ActualActualAfb, 1461, (4 * 365 + 1, 365))];
    check("2004-02-28", "2008-02-28", &counted_back);
    // A whole leap year is a year, and a day more of an actual 360.
    let leap_year = [
        (Actual360, 366, (366, 360)),
        (Actual365Fixed, 366, (366, 365)),
        (ActualActualIsda, 366, (1, 1)),
        (ActualActualAfb, 366, (1, 1)),
        (Thirty360European, 360, (1, 1)),
    ];
    check("2024-01-01", "2025-01-01", &leap_year);
    let nothing = DayCount::ALL.map(|convention| (convention, 0, (0, 1)));
    check("2024-02-29", "2024-02-29", &nothing);
}

#[test]
fn names_are_read_back() {
    for convention in DayCount::ALL {
        let name = convention.to_string();
        assert_eq!(DayCount::from_name(&name), Some(convention));
    }
    assert_eq!(DayCount::from_name("30/360"), None, "which of the three?");
}

fn some_day() -> impl Strategy<Value = Day> {
    (-100_000..200_000_i32).prop_map(Day::from_unix_days)
}

/// `a` years are at most `b` years.
fn at_most(a: (i128, i128), b: (i128, i128)) -> bool {
    a.0 * b.1 <= b.0 * a.1
}

proptest! {
    #[test]
    fn a_longer_period_never_counts_less(start in some_day(), days in 0..9_000_i32) {
        let end = start.plus_days(days);
        for convention in [
            DayCount::Thirty360European,
            DayCount::Actual360,
            DayCount::Actual365Fixed,
            DayCount::ActualActualIsda,
        ] {
            let (shorter, longer) = (
                convention.fraction(start, end),
                convention.fraction(start, end.plus_days(1)),
            );
            prop_assert!(at_most(shorter, longer), "{convention}");
            prop_assert!(shorter.1 > 0);
        }
    }

    #[test]
    fn actual_days_are_the_days_and_years_are_about_them(start in some_day(), days in 0..9_000_i32) {
        let end = start.plus_days(days);
        let days = i128::from(days);
        for convention in DayCount::ALL {
            let (numerator, denominator) = convention.fraction(start, end);
            // 360 to 366 days make a year, and a 30/360 month is off by at most two days.
            prop_assert!(at_most((numerator, denominator), (days + 3, 360)), "{convention}");
            prop_assert!(at_most((days - 3, 366), (numerator, denominator)), "{convention}");
        }
        for convention in [DayCount::Actual360, DayCount::ActualActualAfb, DayCount::ActualActualIsda] {
            prop_assert_eq!(i128::from(convention.days(start, end)), days);
        }
    }

    #[test]
    fn isda_periods_add_up(start in some_day(), first in 0..5_000_i32, second in 0..5_000_i32) {
        let middle = start.plus_days(first);
        let end = middle.plus_days(second);
        let years = |from, to| DayCount::ActualActualIsda.fraction(from, to).0;
        prop_assert_eq!(years(start, middle) + years(middle, end), years(start, end));
    }

    #[test]
    fn nothing_overflows_at_the_ends_of_the_calendar(start in any::<i32>(), end in any::<i32>()) {
        for convention in DayCount::ALL {
            let (start, end) = (Day::from_unix_days(start), Day::from_unix_days(end));
            let _ = (convention.days(start, end), convention.fraction(start, end));
        }
    }
}
