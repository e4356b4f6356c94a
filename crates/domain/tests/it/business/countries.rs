//! Due-date rules over the public holidays of 24 countries, 2024 to 2028.
//!
//! The lists are `calendars/` of `FAIRLOCK_SAMPLES_DIR`, else of `../shared/samples` beside the
//! workspace; the expected dates were worked out from them without this code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fairlock_domain::calendar::{Adjust, Calendar, Day, Holidays, Weekend};

use crate::calendar::day;
use crate::samples;

/// By two letters of the country; empty without the samples.
static COUNTRIES: LazyLock<BTreeMap<String, Calendar>> = LazyLock::new(|| {
    let folder = samples::folder("FAIRLOCK_SAMPLES_DIR", "");
    let lists = folder
        .and_then(|folder| samples::text(&folder, "calendars/public_holidays_2024_2028.json"));
    let Some(lists) = lists else {
        return BTreeMap::new();
    };
    let lists: serde_json::Value = serde_json::from_str(&lists).expect("JSON");
    let countries = lists["countries"].as_object().expect("lists by country");
    let calendar = |(country, days): (&String, &serde_json::Value)| {
        let days = days.as_object().expect("names by date").iter();
        let days = days.map(|(date, name)| (day(date), name.as_str().expect("a name").into()));
        let holidays = Holidays::new(country.clone(), 1, days.collect());
        let calendar = Calendar {
            weekend: weekend(country),
            holidays: holidays.expect("each day once"),
        };
        (country.clone(), calendar)
    };
    countries.iter().map(calendar).collect()
});

/// Banks in Bangladesh close on Friday and Saturday; in the others of these on the usual two days.
fn weekend(country: &str) -> Weekend {
    match country {
        "BD" => Weekend::FRIDAY_SATURDAY,
        _ => Weekend::SATURDAY_SUNDAY,
    }
}

/// Country, date, then where it goes: following, modified following, preceding.
#[rustfmt::skip]
const KNOWN: [(&str, &str, [&str; 3]); 22] = [
    // Good Friday to Easter Monday lay across the end of March 2024.
    ("KE", "2024-03-29", ["2024-04-02", "2024-03-28", "2024-03-28"]),
    ("DE", "2024-03-29", ["2024-04-02", "2024-03-28", "2024-03-28"]),
    ("ZA", "2024-03-29", ["2024-04-02", "2024-03-28", "2024-03-28"]),
    ("ZM", "2024-03-31", ["2024-04-02", "2024-03-28", "2024-03-28"]),
    // India has no Easter Monday; Colombia has Maundy Thursday too.
    ("IN", "2024-03-29", ["2024-04-01", "2024-03-28", "2024-03-28"]),
    ("CO", "2024-03-28", ["2024-04-01", "2024-03-27", "2024-03-27"]),
    ("GH", "2026-04-03", ["2026-04-07", "2026-04-07", "2026-04-02"]),
    ("PH", "2027-03-25", ["2027-03-29", "2027-03-29", "2027-03-24"]),
    // Orthodox Good Friday.
    ("ET", "2024-05-03", ["2024-05-06", "2024-05-06", "2024-05-02"]),
    // A Sunday's holiday is observed on Monday; Christmas and Boxing Day at a weekend.
    ("KE", "2024-10-20", ["2024-10-22", "2024-10-22", "2024-10-18"]),
    ("KE", "2027-12-25", ["2027-12-28", "2027-12-28", "2027-12-24"]),
    ("RW", "2027-12-25", ["2027-12-28", "2027-12-28", "2027-12-24"]),
    ("FI", "2024-12-24", ["2024-12-27", "2024-12-27", "2024-12-23"]),
    // Eid: three days into a Friday-Saturday weekend, then the Bengali new year on Sunday.
    ("BD", "2024-04-10", ["2024-04-15", "2024-04-15", "2024-04-09"]),
    ("BD", "2024-05-31", ["2024-06-02", "2024-05-30", "2024-05-30"]),
    ("NG", "2026-03-20", ["2026-03-23", "2026-03-23", "2026-03-18"]),
    ("ID", "2025-03-31", ["2025-04-02", "2025-03-28", "2025-03-28"]),
    ("PK", "2026-05-31", ["2026-06-01", "2026-05-29", "2026-05-29"]),
    // A plain weekend at a month's end, a holiday beside one, a holiday alone, an open day.
    ("UG", "2024-06-30", ["2024-07-01", "2024-06-28", "2024-06-28"]),
    ("BR", "2024-11-15", ["2024-11-18", "2024-11-18", "2024-11-14"]),
    ("MX", "2024-12-25", ["2024-12-26", "2024-12-26", "2024-12-24"]),
    ("TZ", "2024-12-31", ["2024-12-31", "2024-12-31", "2024-12-31"]),
];

#[test]
fn known_due_dates_go_where_the_country_s_calendar_says() {
    for (country, date, expected) in KNOWN {
        let Some(calendar) = COUNTRIES.get(country) else {
            assert!(COUNTRIES.is_empty(), "no holidays of {country}");
            return;
        };
        let rules = [
            Adjust::Following,
            Adjust::ModifiedFollowing,
            Adjust::Preceding,
        ];
        let found = rules.map(|rule| rule.adjust(day(date), calendar));
        assert_eq!(
            found,
            expected.map(|date| Some(day(date))),
            "{country} {date}"
        );
    }
}

#[test]
fn every_day_of_five_years_obeys_the_rules_in_every_country() {
    if COUNTRIES.is_empty() {
        return;
    }
    assert_eq!(COUNTRIES.len(), 24, "{:?}", COUNTRIES.keys());
    for (country, calendar) in COUNTRIES.iter() {
        let mut date = day("2024-01-01");
        while date <= day("2028-12-31") {
            check(country, calendar, date);
            date = date.plus_days(1);
        }
    }
}

fn check(country: &str, calendar: &Calendar, date: Day) {
    let adjusted = |rule: Adjust| rule.adjust(date, calendar).expect("a business day");
    let [none, following, modified, preceding] = Adjust::ALL.map(adjusted);
    let name = format!("{country} {date}");
    assert_eq!(none, date, "{name}");
    for business_day in [following, modified, preceding] {
        let listed = calendar
            .holidays
            .days()
            .iter()
            .any(|(day, _)| *day == business_day);
        let closed = listed || weekend(country).contains(business_day.weekday());
        assert!(!closed, "{name} became {business_day}");
    }
    assert!(preceding <= date && date <= following, "{name}");
    let month = |day: Day| (day.ymd().0, day.ymd().1);
    assert_eq!(month(modified), month(date), "{name}");
    let crosses = month(following) != month(date);
    assert_eq!(
        modified,
        if crosses { preceding } else { following },
        "{name}"
    );
    // Nothing between the two neighbours is a business day but the date itself.
    let mut between = preceding.plus_days(1);
    while between < following {
        assert!(
            !calendar.is_business_day(between),
            "{name}: {between} was nearer"
        );
        between = between.plus_days(1);
    }
    assert_eq!(following == date, calendar.is_business_day(date), "{name}");
}
