//! Time zones: from the bundled database to the sorted lists that the domain works on.

use fairlock_domain::calendar::{Instant, Zone};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Changes are listed up to the beginning of this year: no contract of today runs beyond it.
pub const LAST_YEAR: i16 = 2101;

/// A zone by its IANA name; None when the database has none of that name.
pub fn load(iana: &str) -> Option<Zone> {
    load_until(iana, LAST_YEAR)
}

/// Like [`load`], with changes listed up to the beginning of `year`.
pub fn load_until(iana: &str, year: i16) -> Option<Zone> {
    let zone = TimeZone::get(iana).ok()?;
    let end = jiff::civil::date(year.clamp(1970, 9999), 1, 1)
        .to_zoned(TimeZone::UTC)
        .ok()?
        .timestamp();
    let first = zone.to_offset(Timestamp::MIN);
    let mut changes = vec![(instant(Timestamp::MIN), minutes(first))];
    changes.extend(
        zone.following(Timestamp::MIN)
            .map(|change| (change.timestamp(), change.offset()))
            .take_while(|(at, _)| *at < end)
            .map(|(at, offset)| (instant(at), minutes(offset))),
    );
    Some(Zone::new(changes))
}

fn instant(at: Timestamp) -> Instant {
    Instant::from_unix_nanos(at.as_nanosecond())
}

/// Local mean times have seconds; they are cut to the minute, which is what offsets are kept in.
fn minutes(offset: jiff::tz::Offset) -> i32 {
    offset.seconds().div_euclid(60)
}
