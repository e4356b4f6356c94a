//! Business days: due-date rules, holidays in versions, counting, cut-offs.

mod countries;

use fairlock_domain::calendar::business::{Moved, moved};
use fairlock_domain::calendar::holidays::{HOLIDAYS_MAX, HolidayChange, HolidaysError};
use fairlock_domain::calendar::{
    Adjust, Calendar, CutOff, Day, Holidays, Instant, Weekday, Weekend,
};
use fairlock_rulebook::zone;
use proptest::prelude::*;

use crate::calendar::{at, day};

fn holidays(days: &[(&str, &str)]) -> Holidays {
    let days = days.iter().map(|(date, name)| (day(date), (*name).into()));
    Holidays::new("KE".into(), 1, days.collect()).expect("each day once")
}

/// Kenya around Easter 2024, which lies across the end of a month.
fn easter() -> Calendar {
    Calendar {
        weekend: Weekend::SATURDAY_SUNDAY,
        holidays: holidays(&[
            ("2024-04-01", "Easter Monday"),
            ("2024-03-29", "Good Friday"),
        ]),
    }
}

#[test]
fn a_due_date_is_moved_as_its_rule_says() {
    use Adjust::{Following, ModifiedFollowing, None, Preceding};
    let table = [
        (None, "2024-03-29", "2024-03-29"),
        (Following, "2024-03-29", "2024-04-02"),
        (ModifiedFollowing, "2024-03-29", "2024-03-28"),
        (Preceding, "2024-03-29", "2024-03-28"),
        (Following, "2024-03-31", "2024-04-02"),
        (ModifiedFollowing, "2024-03-31", "2024-03-28"),
        (Preceding, "2024-04-01", "2024-03-28"),
        (ModifiedFollowing, "2024-04-01", "2024-04-02"),
        (ModifiedFollowing, "2024-04-06", "2024-04-08"),
        (Following, "2024-03-28", "2024-03-28"),
        (ModifiedFollowing, "2024-03-28", "2024-03-28"),
        (Preceding, "2024-03-28", "2024-03-28"),
    ];
    for (rule, date, expected) in table {
        let found = rule.adjust(day(date), &easter());
        assert_eq!(found, Some(day(expected)), "{rule} {date}");
    }
    for rule in Adjust::ALL {
        assert_eq!(Adjust::from_name(&rule.to_string()), Some(rule));
    }
}

#[test]
fn weekends_are_data() {
    let calendar = |weekend| Calendar {
        weekend,
        holidays: holidays(&[]),
    };
    let table = [
        (Weekend::SATURDAY_SUNDAY, "2026-11-28", "2026-11-30"),
        (Weekend::FRIDAY_SATURDAY, "2026-11-27", "2026-11-29"),
        (Weekend::of(&[Weekday::Sunday]), "2026-11-28", "2026-11-28"),
        (Weekend::NONE, "2026-11-29", "2026-11-29"),
    ];
    for (weekend, date, expected) in table {
        let found = Adjust::Following.adjust(day(date), &calendar(weekend));
        assert_eq!(found, Some(day(expected)), "{weekend:?} {date}");
    }
    // A calendar that is never open is an answer, not a loop.
    let never = calendar(Weekend::of(&Weekday::ALL));
    for rule in [
        Adjust::Following,
        Adjust::ModifiedFollowing,
        Adjust::Preceding,
    ] {
        assert_eq!(rule.adjust(day("2026-11-24"), &never), None, "{rule}");
    }
    assert_eq!(never.next_business_day(day("2026-11-24")), None);
    assert_eq!(never.plus_business_days(day("2026-11-24"), 3), None);
    assert_eq!(
        never.business_days_between(day("2026-11-24"), day("2027-11-24")),
        0
    );
}

#[test]
fn a_month_that_is_closed_throughout_isn_t_left() {
    let february: Vec<(Day, String)> = (0..28)
        .map(|n| (day("2026-02-01").plus_days(n), "Closed".into()))
        .collect();
    let calendar = Calendar {
        weekend: Weekend::SATURDAY_SUNDAY,
        holidays: Holidays::new("X".into(), 1, february).expect("each day once"),
    };
    let due = day("2026-02-10");
    assert_eq!(Adjust::ModifiedFollowing.adjust(due, &calendar), None);
    assert_eq!(
        Adjust::Following.adjust(due, &calendar),
        Some(day("2026-03-02"))
    );
    assert_eq!(
        Adjust::Preceding.adjust(due, &calendar),
        Some(day("2026-01-30"))
    );
}

#[test]
fn business_days_are_counted_and_added() {
    let table = [
        ("2024-03-28", "2024-04-02", 1),
        ("2024-03-28", "2024-04-01", 0),
        ("2024-03-27", "2024-03-28", 1),
        ("2024-03-29", "2024-04-05", 4),
        ("2024-03-01", "2024-03-31", 19),
        ("2024-04-02", "2024-03-28", -1),
        ("2024-04-02", "2024-04-02", 0),
    ];
    for (from, to, expected) in table {
        let found = easter().business_days_between(day(from), day(to));
        assert_eq!(found, expected, "{from} to {to}");
    }
    let later = |from: &str, count| easter().plus_business_days(day(from), count);
    assert_eq!(later("2024-03-28", 1), Some(day("2024-04-02")));
    assert_eq!(later("2024-03-28", 5), Some(day("2024-04-08")));
    assert_eq!(later("2024-03-30", 0), Some(day("2024-03-30")), "as it is");
    let before = easter().previous_business_day(day("2024-04-02"));
    assert_eq!(before, Some(day("2024-03-28")));
}

#[test]
fn holidays_are_edited_in_versions_that_can_be_compared() {
    let announced = holidays(&[("2026-03-20", "Eid al-Fitr"), ("2026-04-03", "Good Friday")]);
    // The moon was seen a day later.
    let moved_eid = announced
        .without(day("2026-03-20"))
        .and_then(|list| list.with(day("2026-03-21"), "Eid al-Fitr".into()))
        .expect("two edits");
    assert_eq!((announced.version(), moved_eid.version()), (1, 3));
    assert_eq!(
        announced.name(day("2026-03-20")),
        Some("Eid al-Fitr"),
        "as it was"
    );
    let change = |added, date: &str| {
        let (day, name) = (day(date), "Eid al-Fitr".into());
        match added {
            true => HolidayChange::Added { day, name },
            false => HolidayChange::Removed { day, name },
        }
    };
    assert_eq!(
        announced.changes_to(&moved_eid),
        [change(false, "2026-03-20"), change(true, "2026-03-21")]
    );
    assert_eq!(
        moved_eid.changes_to(&announced),
        [change(true, "2026-03-20"), change(false, "2026-03-21")]
    );
    let renamed = holidays(&[("2026-03-20", "Idd-ul-Fitr"), ("2026-04-03", "Good Friday")]);
    let change = HolidayChange::Renamed {
        day: day("2026-03-20"),
        from: "Eid al-Fitr".into(),
        to: "Idd-ul-Fitr".into(),
    };
    assert_eq!(announced.changes_to(&renamed), [change]);
    assert_eq!(announced.changes_to(&announced), []);
}

#[test]
fn a_wrong_edit_is_refused() {
    let list = easter().holidays;
    let twice = HolidaysError::Twice {
        day: day("2024-04-01"),
        name: "Easter Monday".into(),
    };
    assert_eq!(list.with(day("2024-04-01"), "Again".into()), Err(twice));
    let gone = HolidaysError::NotListed {
        day: day("2024-04-02"),
    };
    assert_eq!(list.without(day("2024-04-02")), Err(gone));
    let last = Holidays::new("KE".into(), u32::MAX, Vec::new()).expect("empty");
    let after_last = last.with(day("2024-04-02"), "Late".into());
    assert_eq!(after_last, Err(HolidaysError::LastVersion));
    let many = (0..).map(|n| (Day::from_unix_days(n), String::new()));
    let many = many.take(HOLIDAYS_MAX + 1).collect();
    assert_eq!(
        Holidays::new("KE".into(), 1, many),
        Err(HolidaysError::TooMany)
    );
}

#[test]
fn a_late_decree_shows_which_due_dates_move() {
    let older = easter();
    let decree = older.holidays.with(day("2024-04-10"), "Eid al-Fitr".into());
    let newer = Calendar {
        holidays: decree.expect("a new day"),
        ..older.clone()
    };
    let dates = ["2024-04-03", "2024-04-10", "2024-04-17"].map(day);
    let moves = |nominal: &str, after: &str| Moved {
        nominal: day(nominal),
        before: Some(day(nominal)),
        after: Some(day(after)),
    };
    let found = |rule| moved(&dates, rule, &older, &newer);
    assert_eq!(
        found(Adjust::Following),
        [moves("2024-04-10", "2024-04-11")]
    );
    assert_eq!(
        found(Adjust::Preceding),
        [moves("2024-04-10", "2024-04-09")]
    );
    assert_eq!(found(Adjust::None), []);
    assert_eq!(moved(&dates, Adjust::Following, &older, &older), []);
}

#[test]
fn after_the_cut_off_it_is_the_next_bank_day() {
    let five = CutOff::new(17 * 60).expect("a time of day");
    let nairobi = zone::load("Africa/Nairobi").expect("a zone");
    let table = [
        // 16:59:59, 17:00 and a moment later in Nairobi, which is three hours ahead.
        (five, "2024-03-27T13:59:59Z", "2024-03-27"),
        (five, "2024-03-27T14:00:00Z", "2024-03-27"),
        (five, "2024-03-27T14:00:00.000000001Z", "2024-03-28"),
        // Thursday evening before Easter; Easter Sunday at noon.
        (five, "2024-03-28T14:00:01Z", "2024-04-02"),
        (five, "2024-03-31T09:00:00Z", "2024-04-02"),
        // On a day that is closed, its cut-off has no meaning: still the next bank day.
        (five, "2024-04-01T15:00:00Z", "2024-04-02"),
        // After local midnight it is the next day's morning.
        (five, "2024-04-02T21:00:00Z", "2024-04-03"),
        (CutOff::MIDNIGHT, "2024-03-27T20:59:59Z", "2024-03-27"),
        (CutOff::MIDNIGHT, "2024-03-27T21:00:00Z", "2024-03-28"),
    ];
    for (cut_off, instant, expected) in table {
        let found = cut_off.business_date(at(instant), &nairobi, &easter());
        assert_eq!(found, Some(day(expected)), "{cut_off:?} {instant}");
    }
    assert_eq!(CutOff::new(24 * 60), Some(CutOff::MIDNIGHT));
    assert_eq!(CutOff::new(24 * 60 + 1), None);
}

/// Some weekend and some holidays within 300 days from 1970 on.
fn some_calendar() -> impl Strategy<Value = Calendar> {
    let weekend = prop::sample::subsequence(&Weekday::ALL[..], 0..=3);
    let days = prop::collection::btree_set(0..300_i32, 0..80);
    (weekend, days).prop_map(|(weekend, days)| {
        let days = days
            .into_iter()
            .map(|n| (Day::from_unix_days(n), String::new()));
        Calendar {
            weekend: Weekend::of(&weekend),
            holidays: Holidays::new("X".into(), 1, days.collect()).expect("each day once"),
        }
    })
}

proptest! {
    #[test]
    fn counting_is_walking(calendar in some_calendar(), from in -20..320_i32, days in 0..100_i32) {
        let from = Day::from_unix_days(from);
        let walked = (1..=days).filter(|n| calendar.is_business_day(from.plus_days(*n))).count();
        let to = from.plus_days(days);
        prop_assert_eq!(calendar.business_days_between(from, to), i64::try_from(walked).unwrap());
        let count = u16::try_from(walked).unwrap();
        let there = calendar.plus_business_days(from, count).expect("a business day");
        prop_assert!(there <= to);
        prop_assert_eq!(calendar.business_days_between(from, there), i64::from(count));
    }

    #[test]
    fn due_dates_keep_their_order(calendar in some_calendar(), first in -20..320_i32, more in 0..90_i32) {
        let (early, late) = (Day::from_unix_days(first), Day::from_unix_days(first + more));
        for rule in Adjust::ALL {
            if let (Some(early), Some(late)) = (rule.adjust(early, &calendar), rule.adjust(late, &calendar)) {
                prop_assert!(early <= late, "{rule}");
            }
        }
    }

    #[test]
    fn a_cut_off_never_takes_time_back(calendar in some_calendar(), minute in 0..=1440_u16, second in 0..20_000_000_i64, more in 0..200_000_i64) {
        let cut_off = CutOff::new(minute).expect("a time of day");
        let zone = zone::load("Africa/Casablanca").expect("a zone");
        let date = |seconds| {
            let at = Instant::from_unix_seconds(seconds);
            (zone.day_of(at), cut_off.business_date(at, &zone, &calendar).expect("a business day"))
        };
        let ((local, early), (_, late)) = (date(second), date(second + more));
        prop_assert!(calendar.is_business_day(early));
        prop_assert!(local <= early && early <= late);
    }
}
