//! Between two changes of the clocks days and instants are arithmetic, and say what the zone says.

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_rulebook::zone;

const HOUR: i64 = 3600;

fn after(at: Instant, seconds: i64) -> Instant {
    Instant::from_unix_seconds(at.unix_seconds() + seconds)
}

/// The hours of three years after which the clocks of a zone show another offset.
fn changes(zone: &Zone) -> Vec<Instant> {
    let start = zone.instant_of(Day::from_ymd(2010, 1, 1).expect("a day"), 0);
    let hours = (0..3 * 366 * 24).map(|hour| after(start, hour * HOUR));
    let changed =
        |at: &Instant| zone.offset_minutes_at(*at) != zone.offset_minutes_at(after(*at, HOUR));
    hours.filter(changed).collect()
}

/// Every answer around every change is the zone's. Returns how many there were.
fn check(name: &str) -> u32 {
    let zone = zone::load(name).expect("a zone of the database");
    let changes = changes(&zone);
    assert!(!changes.is_empty(), "{name}");
    let mut answers = 0;
    for change in &changes {
        let around = [-50, -1, 0, 1, 50].map(|hours| after(*change, hours * HOUR));
        for steady in around.map(|at| zone.steady_around(at)) {
            for half_hour in -150..150 {
                let at = after(*change, half_hour * HOUR / 2);
                if let Some(day) = steady.day_of(at) {
                    assert_eq!(day, zone.day_of(at), "{name} {at}");
                    answers += 1;
                }
                let day = zone.local(at).date;
                for minute in [0, 30, 150, 540, 1410] {
                    if let Some(then) = steady.instant_of(day, minute) {
                        assert_eq!(then, zone.instant_of(day, minute), "{name} {day} {minute}");
                        answers += 1;
                    }
                }
            }
        }
    }
    answers
}

#[test]
fn a_steady_stretch_says_what_its_zone_says() {
    // Clocks that change at midnight and just after it, by half an hour, across the date line.
    for name in [
        "America/Havana",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Cairo",
        "America/Santiago",
    ] {
        assert!(check(name) > 1000, "{name}");
    }
}

#[test]
fn a_stretch_without_changes_answers_all_the_time() {
    let zone = zone::load("Asia/Kolkata").expect("a zone of the database");
    let steady = zone.steady_around(Instant::from_unix_seconds(1_800_000_000));
    let day = Day::from_ymd(2020, 2, 29).expect("a day");
    assert_eq!(steady.instant_of(day, 540), Some(zone.instant_of(day, 540)));
    assert_eq!(steady.day_of(zone.instant_of(day, 0)), Some(day));
}
