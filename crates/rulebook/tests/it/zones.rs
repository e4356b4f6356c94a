//! Time zones and RFC 3339 at the edge.

use fairlock_rulebook::{time, zone};

#[test]
fn instants_are_read_or_refused() {
    let table = [
        ("1970-01-01T00:00:00Z", Some(0)),
        ("1970-01-01t00:00:00z", Some(0)),
        ("1970-01-01T05:30:00+05:30", Some(0)),
        ("1969-12-31T21:00:00-03:00", Some(0)),
        ("1970-01-01T00:00:00-00:00", Some(0)),
        ("1970-01-01T00:00:00.123456789Z", Some(123_456_789)),
        ("1970-01-01T00:00:00.5Z", Some(500_000_000)),
        ("1969-12-31T23:59:59.5Z", Some(-500_000_000)),
        ("9999-12-31T23:59:59Z", Some(253_402_300_799_000_000_000)),
        ("1970-01-01T00:00:00.1234567890Z", None),
        ("1970-01-01T00:00:00.Z", None),
        ("1970-01-01T00:00:00", None),
        ("1970-01-01 00:00:00Z", None),
        ("1970-01-01T24:00:00Z", None),
        ("1970-01-01T00:60:00Z", None),
        ("1970-01-01T23:59:60Z", None),
        ("1970-01-01T00:00Z", None),
        ("1970-01-01T00:00:00+24:00", None),
        ("1970-01-01T00:00:00+05:60", None),
        ("1970-01-01T00:00:00+0530", None),
        ("1970-02-30T00:00:00Z", None),
        ("1970-01-01T00:00:00Z ", None),
        ("1970-01-01T00:00:00\u{2212}03:00", None),
        ("1970-01-01", None),
        ("", None),
    ];
    for (text, expected) in table {
        let read = time::parse_instant(text).map(|at| at.unix_nanos());
        assert_eq!(read, expected, "{text:?}");
    }
}

#[test]
fn zones_are_found_by_their_names() {
    for known in [
        "UTC",
        "Asia/Kolkata",
        "Africa/Nairobi",
        "America/Argentina/Ushuaia",
    ] {
        assert!(zone::load(known).is_some(), "{known}");
    }
    for unknown in ["", "Asia/Atlantis", "IST+5", "../etc/passwd", "+05:30"] {
        assert!(zone::load(unknown).is_none(), "{unknown}");
    }
}

#[test]
fn clocks_go_on_changing_as_long_as_asked() {
    let at = time::parse_instant("2150-07-01T12:00:00Z").expect("an instant");
    let short = zone::load_until("Europe/Berlin", 2101).expect("a zone");
    let long = zone::load_until("Europe/Berlin", 2151).expect("a zone");
    assert_eq!(
        short.offset_minutes_at(at),
        60,
        "beyond its list the last offset stays"
    );
    assert_eq!(long.offset_minutes_at(at), 120, "summer time");
}
