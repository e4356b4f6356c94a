//! Days, instants and spans for people: months as words, 24 h, the zone always named.

use fairlock_domain::calendar::{Day, Instant};

use super::Texts;
use crate::view::Place;

const MINUTE_S: u64 = 60;
const HOUR_S: u64 = 3_600;
const DAY_S: u64 = 86_400;

/// Beyond this many seconds an age is told as the instant itself (ui.md, Time: up to 7 days).
pub const AGO_MAX_S: u64 = 7 * DAY_S;

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8",
    "month-9", "month-10", "month-11", "month-12",
];
const WEEKDAYS: [&str; 7] = [
    "weekday-0",
    "weekday-1",
    "weekday-2",
    "weekday-3",
    "weekday-4",
    "weekday-5",
    "weekday-6",
];

impl Texts {
    /// `Tue 10 Mar 2026`.
    pub fn day(&self, day: Day) -> String {
        let weekday = self.get(WEEKDAYS[usize::from(day.weekday().index()) % 7]);
        format!("{weekday}\u{a0}{}", self.plain_day(day))
    }

    /// `10 Mar 2026`.
    pub fn plain_day(&self, day: Day) -> String {
        let (year, month, number) = day.ymd();
        let month = self.get(MONTHS[(usize::from(month).max(1) - 1) % 12]);
        format!("{number}\u{a0}{month}\u{a0}{year}")
    }

    /// `10 Mar`: where the year stands beside it.
    pub fn short_day(&self, day: Day) -> String {
        let (_, month, number) = day.ymd();
        let month = self.get(MONTHS[(usize::from(month).max(1) - 1) % 12]);
        format!("{number}\u{a0}{month}")
    }

    /// `Mon`, by bit number of a window's days.
    pub fn weekday(&self, index: usize) -> String {
        self.get(WEEKDAYS[index % 7])
    }

    /// `14:02`, in the place's zone.
    pub fn clock(&self, at: Instant, place: &Place) -> String {
        let local = place.zone.local(at);
        format!("{:02}:{:02}", local.hour, local.minute)
    }

    /// `10 Mar 2026, 14:02`: for a table whose caption names the zone.
    pub fn instant_bare(&self, at: Instant, place: &Place) -> String {
        let day = place.zone.local(at).date;
        format!("{}, {}", self.plain_day(day), self.clock(at, place))
    }

    /// `10 Mar 2026, 14:02 Nairobi time (UTC+3)`.
    pub fn instant(&self, at: Instant, place: &Place) -> String {
        format!(
            "{} {}",
            self.instant_bare(at, place),
            self.zone_at(at, place)
        )
    }

    /// `Thu 25 Jun 2026, 09:00 Nairobi time (UTC+3)`: for what lies ahead.
    pub fn deadline(&self, at: Instant, place: &Place) -> String {
        let day = place.zone.local(at).date;
        let clock = self.clock(at, place);
        format!("{}, {clock} {}", self.day(day), self.zone_at(at, place))
    }

    /// `Nairobi time (UTC+3)`, with the offset of this instant.
    pub fn zone_at(&self, at: Instant, place: &Place) -> String {
        let offset = place.zone.offset_minutes_at(at);
        let name = self
            .with("zone-name", [("place", place.name.as_str().into())])
            .replace(['\u{2068}', '\u{2069}'], "");
        format!("{name} ({})", utc_offset(offset))
    }

    /// A span as the two largest units that say something: `4 min 10 s`, `2 days 3 h`.
    pub fn span(&self, seconds: u64) -> String {
        let parts = [
            (seconds / DAY_S, "span-days"),
            (seconds % DAY_S / HOUR_S, "span-hours"),
            (seconds % HOUR_S / MINUTE_S, "span-minutes"),
            (seconds % MINUTE_S, "span-seconds"),
        ];
        let Some(first) = parts.iter().position(|(n, _)| *n > 0) else {
            return self.one_unit("span-seconds", 0);
        };
        let mut text = self.one_unit(parts[first].1, parts[first].0);
        if let Some((n, key)) = parts.get(first + 1).filter(|(n, _)| *n > 0) {
            text = format!("{text} {}", self.one_unit(key, *n));
        }
        text
    }

    /// A span in its largest unit alone: for ages.
    pub fn span_rough(&self, seconds: u64) -> String {
        let (n, key) = match seconds {
            s if s >= DAY_S => (s / DAY_S, "span-days"),
            s if s >= HOUR_S => (s / HOUR_S, "span-hours"),
            s if s >= MINUTE_S => (s / MINUTE_S, "span-minutes"),
            s => (s, "span-seconds"),
        };
        self.one_unit(key, n)
    }

    /// Real milliseconds: `0.8 s` below ten seconds, then whole seconds and minutes.
    pub fn span_ms(&self, ms: u64) -> String {
        if ms < 950 {
            return self.one_unit("span-ms", ms);
        }
        if ms < 9_950 {
            let text = self.with("span-tenths", [("count", self.tenths(ms).into())]);
            return text.replace(['\u{2068}', '\u{2069}'], "");
        }
        self.span(ms.saturating_add(500) / 1_000)
    }

    fn one_unit(&self, key: &str, n: u64) -> String {
        self.count(key, n).replace(['\u{2068}', '\u{2069}'], "")
    }
}

/// `UTC`, `UTC+3`, `UTC+5:30`, `UTC−3` (U+2212).
fn utc_offset(minutes: i32) -> String {
    let sign = match minutes {
        0 => return "UTC".to_string(),
        m if m < 0 => '\u{2212}',
        _ => '+',
    };
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    match rest {
        0 => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// RFC 3339 in UTC, for `datetime` attributes that only machines read.
pub fn machine(at: Instant) -> String {
    let local = fairlock_domain::calendar::zone::utc().local(at);
    let (year, month, day) = local.date.ymd();
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        local.hour, local.minute, local.second
    )
}

impl Texts {
    /// RFC 3339 in UTC, for `datetime` attributes.
    pub fn machine_instant(&self, at: Instant) -> String {
        machine(at)
    }
}
