//! Steps between due dates: from the first day, with short months clamped.

use fairlock_domain::calendar::step::months_between;
use fairlock_domain::calendar::{Day, Step, Unit, days_in_month};
use proptest::prelude::*;

use crate::calendar::day;

const fn every(every: u16, unit: Unit) -> Step {
    Step { every, unit }
}

#[test]
fn dates_are_counted_from_the_first_day() {
    use Unit::{Days, Months, Weeks, Years};
    let table: [(Step, &str, &[&str]); 9] = [
        (
            Step::MONTHLY,
            "2024-01-31",
            &[
                "2024-01-31",
                "2024-02-29",
                "2024-03-31",
                "2024-04-30",
                "2024-05-31",
            ],
        ),
        (
            Step::MONTHLY,
            "2023-01-30",
            &["2023-01-30", "2023-02-28", "2023-03-30"],
        ),
        (
            Step::MONTHLY,
            "2026-11-24",
            &["2026-11-24", "2026-12-24", "2027-01-24"],
        ),
        (
            every(3, Months),
            "2023-11-30",
            &["2023-11-30", "2024-02-29", "2024-05-30"],
        ),
        (
            Step::WEEKLY,
            "2024-02-26",
            &["2024-02-26", "2024-03-04", "2024-03-11"],
        ),
        (
            Step::FORTNIGHTLY,
            "2024-12-27",
            &["2024-12-27", "2025-01-10", "2025-01-24"],
        ),
        (
            every(4, Weeks),
            "2026-01-01",
            &["2026-01-01", "2026-01-29", "2026-02-26"],
        ),
        (
            every(10, Days),
            "2026-02-20",
            &["2026-02-20", "2026-03-02", "2026-03-12"],
        ),
        (
            every(1, Years),
            "2024-02-29",
            &[
                "2024-02-29",
                "2025-02-28",
                "2026-02-28",
                "2027-02-28",
                "2028-02-29",
            ],
        ),
    ];
    for (step, start, expected) in table {
        let dates = (0..).take(expected.len()).map(|n| step.nth(day(start), n));
        let expected: Vec<Option<Day>> = expected.iter().map(|date| Some(day(date))).collect();
        assert_eq!(dates.collect::<Vec<_>>(), expected, "{step:?} from {start}");
    }
}

#[test]
fn no_date_comes_of_no_step_or_beyond_the_calendar() {
    let last = day("9999-12-31");
    for unit in [Unit::Days, Unit::Weeks, Unit::Months, Unit::Years] {
        assert_eq!(every(0, unit).nth(day("2026-01-01"), 1), None, "{unit:?}");
        assert_eq!(every(0, unit).whole_steps(last, last), None, "{unit:?}");
        assert_eq!(every(1, unit).nth(last, 0), Some(last), "{unit:?}");
        assert_eq!(every(1, unit).nth(last, 1), None, "{unit:?}");
        assert_eq!(every(u16::MAX, unit).nth(last, u32::MAX), None, "{unit:?}");
    }
    let earlier = day("2026-01-01").plus_days(-1);
    assert_eq!(Step::WEEKLY.whole_steps(day("2026-01-01"), earlier), None);
}

#[test]
fn whole_months_are_over_on_the_step_s_day() {
    let table = [
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-31", "2024-03-30", 1),
        ("2024-01-31", "2024-03-31", 2),
        ("2024-01-15", "2024-02-14", 0),
        ("2024-01-15", "2025-01-15", 12),
        ("2024-02-29", "2024-02-29", 0),
        ("2024-02-29", "2024-01-31", -1),
        ("2025-01-15", "2024-01-15", -12),
    ];
    for (start, end, expected) in table {
        let found = months_between(day(start), day(end));
        assert_eq!(found, expected, "{start} to {end}");
    }
}

fn some_step() -> impl Strategy<Value = Step> {
    let units = prop::sample::select(&[Unit::Days, Unit::Weeks, Unit::Months, Unit::Years][..]);
    (1..40_u16, units).prop_map(|(every, unit)| Step { every, unit })
}

proptest! {
    #[test]
    fn dates_rise_and_are_found_again(step in some_step(), start in 0..40_000_i32, n in 0..100_u32) {
        let start = Day::from_unix_days(start);
        let (date, next) = (step.nth(start, n).unwrap(), step.nth(start, n + 1).unwrap());
        prop_assert!(date < next);
        prop_assert_eq!(step.whole_steps(start, date), Some(n));
        prop_assert_eq!(step.whole_steps(start, next.plus_days(-1)), Some(n));
    }

    #[test]
    fn the_day_of_the_month_stays_or_is_the_last(start in 0..40_000_i32, n in 0..600_u32) {
        let start = Day::from_unix_days(start);
        let (year, month, number) = Step::MONTHLY.nth(start, n).unwrap().ymd();
        prop_assert_eq!(number, start.ymd().2.min(days_in_month(year, month)));
    }

    #[test]
    fn nothing_panics(start in any::<i32>(), end in any::<i32>(), every in any::<u16>(), n in any::<u32>()) {
        let (start, end) = (Day::from_unix_days(start), Day::from_unix_days(end));
        for unit in [Unit::Days, Unit::Weeks, Unit::Months, Unit::Years] {
            let step = Step { every, unit };
            let _ = (step.nth(start, n), step.whole_steps(start, end));
        }
        let _ = months_between(start, end);
    }
}
