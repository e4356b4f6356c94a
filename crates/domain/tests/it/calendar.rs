//! Days, instants and zones, with the hours that clocks skip and repeat.

use fairlock_domain::calendar::{Day, DayError, Instant, Span, Weekday, Zone, zone};
use fairlock_rulebook::{time, zone as zones};
use proptest::prelude::*;

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub fn at(text: &str) -> Instant {
    time::parse_instant(text).expect("an instant")
}

fn zone(name: &str) -> Zone {
    zones::load(name).expect("a zone of the database")
}

#[test]
fn days_are_read_or_refused() {
    use DayError::{Malformed, NoSuchDay};
    let table = [
        ("1970-01-01", Ok(0)),
        ("1969-12-31", Ok(-1)),
        ("2000-02-29", Ok(11_016)),
        ("2026-02-10", Ok(20_494)),
        ("9999-12-31", Ok(2_932_896)),
        ("0000-03-01", Ok(-719_468)),
        ("2026-02-29", Err(NoSuchDay)),
        ("1900-02-29", Err(NoSuchDay)),
        ("2026-13-01", Err(NoSuchDay)),
        ("2026-00-10", Err(NoSuchDay)),
        ("2026-04-31", Err(NoSuchDay)),
        ("2026-01-00", Err(NoSuchDay)),
        ("2026-1-01", Err(Malformed)),
        ("20260101", Err(Malformed)),
        ("2026-01-01T", Err(Malformed)),
        ("+026-01-01", Err(Malformed)),
        ("", Err(Malformed)),
    ];
    for (text, expected) in table {
        assert_eq!(Day::parse(text).map(Day::unix_days), expected, "{text:?}");
    }
    assert_eq!(day("2026-11-24").weekday(), Weekday::Tuesday);
    assert_eq!(day("1969-12-31").weekday(), Weekday::Wednesday);
}

#[test]
fn a_skipped_time_is_the_first_instant_after_it_and_a_repeated_one_its_first() {
    let table = [
        // Berlin skips 02:00-03:00 and repeats 02:00-03:00.
        (
            "Europe/Berlin",
            "2026-03-29",
            2 * 60 + 30,
            "2026-03-29T01:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-03-29",
            3 * 60,
            "2026-03-29T01:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-10-25",
            2 * 60 + 30,
            "2026-10-25T00:30:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-10-25",
            3 * 60,
            "2026-10-25T02:00:00Z",
        ),
        // Beirut springs forward at midnight: the day begins at 01:00.
        ("Asia/Beirut", "2026-03-29", 0, "2026-03-28T22:00:00Z"),
        // Havana falls back from 01:00 to midnight: midnight comes twice.
        ("America/Havana", "2026-11-01", 0, "2026-11-01T04:00:00Z"),
        ("Asia/Kolkata", "2026-02-10", 9 * 60, "2026-02-10T03:30:00Z"),
        ("UTC", "1969-12-31", 0, "1969-12-31T00:00:00Z"),
        // Samoa had no 30 December 2011.
        ("Pacific/Apia", "2011-12-30", 9 * 60, "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", 0, "2011-12-30T10:00:00Z"),
    ];
    for (name, date, minute, expected) in table {
        let found = zone(name).instant_of(day(date), minute);
        assert_eq!(found, at(expected), "{name} {date} minute {minute}");
    }
}

#[test]
fn the_business_date_never_goes_back() {
    let table = [
        ("Asia/Kolkata", "2026-02-09T18:29:59Z", "2026-02-09"),
        ("Asia/Kolkata", "2026-02-09T18:30:00Z", "2026-02-10"),
        // In Havana clocks reach 01:00 on 1 November and go back to midnight: still 1 November.
        ("America/Havana", "2026-11-01T04:00:00Z", "2026-11-01"),
        ("America/Havana", "2026-11-01T05:00:00Z", "2026-11-01"),
        // In Sao Paulo midnight of 18 February 2018 went back to 23:00 of the 17th: a clock on
        // the wall says the 17th again, and the 18th only begins an hour later, once.
        ("America/Sao_Paulo", "2018-02-18T01:59:59Z", "2018-02-17"),
        ("America/Sao_Paulo", "2018-02-18T02:30:00Z", "2018-02-17"),
        ("America/Sao_Paulo", "2018-02-18T03:00:00Z", "2018-02-18"),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"),
    ];
    for (name, instant, expected) in table {
        let found = zone(name).day_of(at(instant));
        assert_eq!(found, day(expected), "{name} {instant}");
    }
    // A zone that goes back over a midnight it had reached: the day stays.
    let minus = |hours: i64| Instant::from_unix_seconds(-hours * 3600);
    let back = Zone::new(vec![(minus(100), 60), (minus(0), -60)]);
    assert_eq!(
        back.day_of(minus(1)),
        day("1970-01-01"),
        "01:00 ahead, at 00:00"
    );
    assert_eq!(
        back.local(minus(0)).date,
        day("1969-12-31"),
        "the wall clock"
    );
    assert_eq!(
        back.day_of(minus(0)),
        day("1970-01-01"),
        "the business date"
    );
}

#[test]
fn instants_are_printed_with_the_offset_of_the_zone() {
    let table = [
        (
            "Asia/Kolkata",
            "2026-02-10T03:30:00Z",
            "2026-02-10T09:00:00+05:30",
        ),
        (
            "UTC",
            "2026-02-10T03:30:00.5Z",
            "2026-02-10T03:30:00.5+00:00",
        ),
        (
            "America/St_Johns",
            "2026-02-10T03:30:00Z",
            "2026-02-10T00:00:00-03:30",
        ),
        (
            "UTC",
            "1969-12-31T23:59:59.999999999Z",
            "1969-12-31T23:59:59.999999999+00:00",
        ),
    ];
    for (name, instant, expected) in table {
        assert_eq!(time::format_instant(at(instant), &zone(name)), expected);
    }
    assert_eq!(
        at("2026-02-10T03:30:00Z").to_string(),
        "2026-02-10T03:30:00Z"
    );
}

#[test]
fn spans_say_what_they_are() {
    assert_eq!(Span::days(21).to_string(), "21 d");
    assert_eq!(Span::hours(72).to_string(), "72 h");
    assert_eq!(Span::minutes(90).to_string(), "90 min");
    assert_eq!(Span::seconds(5).to_string(), "5 s");
    let (early, late) = (at("2026-01-01T00:00:00.9Z"), at("2026-01-01T00:00:02.1Z"));
    assert_eq!(early.plus(late.since(early)), late);
    assert_eq!(early.since(late), Span::ZERO);
}

const ZONES: [&str; 8] = [
    "UTC",
    "Asia/Kolkata",
    "Africa/Nairobi",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
];

proptest! {
    #[test]
    fn a_day_is_the_days_that_make_it(days in -3_000_000..3_000_000_i32) {
        let day = Day::from_unix_days(days);
        let (year, month, number) = day.ymd();
        if let Some(back) = Day::from_ymd(year, month, number) {
            prop_assert_eq!(back, day);
            prop_assert_eq!(day.plus_days(1).weekday().index(), (day.weekday().index() + 1) % 7);
        } else {
            prop_assert!(!(-9999..=9999).contains(&year));
        }
    }

    #[test]
    fn dates_go_forward_and_begin_when_they_say(
        pick in 0..ZONES.len(),
        seconds in -2_000_000_000..4_000_000_000_i64,
        step in 0..200_000_i64,
    ) {
        let zone = zone(ZONES[pick]);
        let (early, late) = (Instant::from_unix_seconds(seconds), Instant::from_unix_seconds(seconds + step));
        let (first, last) = (zone.day_of(early), zone.day_of(late));
        prop_assert!(first <= last);
        prop_assert!(zone.instant_of(first, 0) <= early);
        prop_assert!(early < zone.instant_of(first.plus_days(1), 0));
    }

    #[test]
    fn nothing_overflows_at_the_ends_of_time(seconds in any::<i64>(), minutes in any::<i32>(), nanos in any::<i128>()) {
        let zone = Zone::new(vec![(Instant::from_unix_seconds(seconds), minutes)]);
        let instant = Instant::from_unix_nanos(nanos);
        let _ = (zone.day_of(instant), zone.local(instant).to_string(), zone.offset_minutes_at(instant));
        let _ = zone.instant_of(Day::from_unix_days(minutes), 1440);
        let _ = Instant::from_unix_seconds(seconds).plus(Span::days(u32::MAX)).since(instant);
        let _ = Day::from_unix_days(minutes).plus_days(minutes).ymd();
    }
}

#[test]
fn utc_is_the_empty_list() {
    assert_eq!(zone::utc(), Zone::new(Vec::new()));
}
