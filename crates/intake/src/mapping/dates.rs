//! Dates and times as banks write them in tables.
//!
//! A format is a pattern of `yyyy`, `yy` (2000 to 2099), `MM`, `M`, `MMM` (Jan to Dec), `dd`,
//! `d`, `HH`, `H`, `hh` with `a` (AM, PM), `mm`, `ss`; every other character stands for itself.
//! `iso` is XML Schema's own form with an offset. A mapping may have several; two that could read
//! one text as two days are refused. A time needs the zone that it was written in.

use fairlock_domain::calendar::{Day, Instant, Span, Zone};

use crate::stamp::parse_stamp;
use crate::statement::Stamp;

/// Text longer than this is no date.
const TEXT_MAX: usize = 64;
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const MINUTES_OF_DAY: u32 = 24 * 60;

/// The formats of a mapping, and the zone of its times.
#[derive(Clone)]
pub(crate) struct Dates {
    pub formats: Vec<DateFormat>,
    pub zone: Option<Zone>,
}

impl Dates {
    /// By the first format that fits.
    pub(crate) fn parse(&self, text: &str) -> Option<Stamp> {
        let formats = self.formats.iter();
        formats
            .filter_map(|format| format.parse(text, self.zone.as_ref()))
            .next()
    }

    /// For an error.
    pub(crate) fn expected(&self) -> String {
        let formats: Vec<&str> = self.formats.iter().map(|f| f.pattern.as_str()).collect();
        format!("a date that exists, as {}", formats.join(" or "))
    }

    /// A workbook's own date: the day, and the second in it when it has one.
    pub(crate) fn stamp(&self, day: Day, second: Option<u32>) -> Stamp {
        let at = second.and_then(|second| Some(instant(self.zone.as_ref()?, day, second)));
        Stamp { day, at }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DateFormat {
    pub pattern: String,
    /// Empty for `iso`.
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Field(Field),
    Literal(char),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Year4,
    Year2,
    /// Two digits, or one or two.
    Number(What, bool),
    MonthName,
    HalfDay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Month,
    Day,
    Hour24,
    Hour12,
    Minute,
    Second,
}

impl DateFormat {
    /// A pattern that gives a day, once; the error is what was expected.
    pub(crate) fn of_pattern(pattern: &str) -> Result<Self, &'static str> {
        let parts = match pattern {
            "iso" => Vec::new(),
            _ => parts(pattern)?,
        };
        let format = Self {
            pattern: pattern.to_owned(),
            parts,
        };
        match format.parts.is_empty() {
            true if pattern != "iso" => Err("a pattern such as dd.MM.yyyy"),
            true => Ok(format),
            false => format.checked(),
        }
    }

    fn checked(self) -> Result<Self, &'static str> {
        let count = |wanted: &dyn Fn(Field) -> bool| {
            let fields = self.parts.iter();
            let is = |part: &&Part| matches!(part, Part::Field(field) if wanted(*field));
            fields.filter(is).count()
        };
        let number = |what| move |field| matches!(field, Field::Number(w, _) if w == what);
        let years = count(&|f| matches!(f, Field::Year4 | Field::Year2));
        let months = count(&|f| matches!(f, Field::MonthName | Field::Number(What::Month, _)));
        if years != 1 || months != 1 || count(&number(What::Day)) != 1 {
            return Err("a pattern with one year, one month and one day, such as dd.MM.yyyy");
        }
        let hours24 = count(&number(What::Hour24));
        let hours12 = count(&number(What::Hour12));
        let minutes = count(&number(What::Minute));
        let seconds = count(&number(What::Second));
        let halves = count(&|f| f == Field::HalfDay);
        let times = hours24 + hours12 == minutes && minutes <= 1 && seconds <= minutes;
        if !times || hours12 != halves {
            return Err("a time as HH:mm, HH:mm:ss or hh:mm a, or none");
        }
        Ok(self)
    }

    pub(crate) fn has_time(&self) -> bool {
        let is_minute = |part: &Part| matches!(part, Part::Field(Field::Number(What::Minute, _)));
        self.parts.iter().any(is_minute)
    }

    /// Two formats of one shape read the same text, and not as the same day.
    pub(crate) fn is_ambiguous_with(&self, other: &Self) -> bool {
        let shape = |format: &Self| -> Vec<Part> {
            let blur = |part: &Part| match part {
                Part::Field(Field::Number(What::Month | What::Day, _) | Field::Year2) => {
                    Part::Field(Field::Number(What::Day, false))
                }
                Part::Field(Field::Number(what, _)) => Part::Field(Field::Number(*what, false)),
                part => part.clone(),
            };
            format.parts.iter().map(blur).collect()
        };
        shape(self) == shape(other)
    }

    fn parse(&self, text: &str, zone: Option<&Zone>) -> Option<Stamp> {
        if text.len() > TEXT_MAX {
            return None;
        }
        if self.parts.is_empty() {
            return parse_stamp(text);
        }
        let mut read = Read::default();
        let mut rest = text;
        for part in &self.parts {
            rest = match part {
                Part::Literal(wanted) => rest.strip_prefix(*wanted)?,
                Part::Field(field) => read.take(*field, rest)?,
            };
        }
        if !rest.is_empty() {
            return None;
        }
        let day = Day::from_ymd(read.year, read.month, read.day)?;
        if !self.has_time() {
            return Some(Stamp { day, at: None });
        }
        let at = instant(zone?, day, read.second_of_day()?);
        Some(Stamp { day, at: Some(at) })
    }
}

fn instant(zone: &Zone, day: Day, second: u32) -> Instant {
    let minute = (second / 60).min(MINUTES_OF_DAY);
    zone.instant_of(day, minute)
        .plus(Span::seconds(second % 60))
}

#[derive(Default)]
struct Read {
    year: i32,
    month: u8,
    day: u8,
    hour: u8,
    /// 1 to 12, with `afternoon`.
    half_hour: Option<u8>,
    afternoon: bool,
    minute: u8,
    second: u8,
}

impl Read {
    /// Takes a field off the text.
    fn take<'t>(&mut self, field: Field, text: &'t str) -> Option<&'t str> {
        match field {
            Field::Year4 => {
                let (year, rest) = digits(text, 4, 4)?;
                self.year = i32::from(year);
                Some(rest)
            }
            Field::Year2 => {
                let (year, rest) = digits(text, 2, 2)?;
                self.year = 2000 + i32::from(year);
                Some(rest)
            }
            Field::MonthName => {
                let (name, rest) = text.split_at_checked(3)?;
                let name = name.to_ascii_lowercase();
                let position = (1u8..).zip(MONTHS).find(|(_, month)| *month == name)?;
                self.month = position.0;
                Some(rest)
            }
            Field::HalfDay => {
                let (half, rest) = text.split_at_checked(2)?;
                self.afternoon = half.eq_ignore_ascii_case("PM");
                (self.afternoon || half.eq_ignore_ascii_case("AM")).then_some(rest)
            }
            Field::Number(what, fixed) => {
                let (number, rest) = digits(text, if fixed { 2 } else { 1 }, 2)?;
                let number = u8::try_from(number).ok()?;
                match what {
                    What::Month => self.month = number,
                    What::Day => self.day = number,
                    What::Hour24 => self.hour = number,
                    What::Hour12 => self.half_hour = Some(number),
                    What::Minute => self.minute = number,
                    What::Second => self.second = number,
                }
                Some(rest)
            }
        }
    }

    fn second_of_day(&self) -> Option<u32> {
        let hour = match self.half_hour {
            None => self.hour,
            Some(hour @ 1..=12) => hour % 12 + if self.afternoon { 12 } else { 0 },
            Some(_) => return None,
        };
        let fits = hour < 24 && self.minute < 60 && self.second < 60;
        let parts = [hour, self.minute, self.second].map(u32::from);
        fits.then_some(parts[0] * 3600 + parts[1] * 60 + parts[2])
    }
}

/// So many digits, as many as there are.
fn digits(text: &str, least: usize, most: usize) -> Option<(u16, &str)> {
    let count = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (number, rest) = text.split_at_checked(count)?;
    if count < least {
        return None;
    }
    Some((number.parse().ok()?, rest))
}

/// A pattern's runs of letters as fields; letters that are no field are refused.
fn parts(pattern: &str) -> Result<Vec<Part>, &'static str> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        if !letter.is_ascii_alphabetic() {
            parts.push(Part::Literal(letter));
            rest = &rest[letter.len_utf8()..];
            continue;
        }
        let run = rest.len() - rest.trim_start_matches(letter).len();
        let field = match (letter, run) {
            // The letter of "2026-03-02T10:00".
            ('T', 1) => {
                parts.push(Part::Literal('T'));
                rest = &rest[1..];
                continue;
            }
            ('y', 4) => Field::Year4,
            ('y', 2) => Field::Year2,
            ('M', 3) => Field::MonthName,
            ('M', 1 | 2) => Field::Number(What::Month, run == 2),
            ('d', 1 | 2) => Field::Number(What::Day, run == 2),
            ('H', 1 | 2) => Field::Number(What::Hour24, run == 2),
            ('h', 1 | 2) => Field::Number(What::Hour12, run == 2),
            ('m', 2) => Field::Number(What::Minute, true),
            ('s', 2) => Field::Number(What::Second, true),
            ('a', 1) => Field::HalfDay,
            _ => return Err("yyyy, yy, MM, M, MMM, dd, d, HH, H, hh, h, mm, ss, a and signs"),
        };
        parts.push(Part::Field(field));
        rest = &rest[run..];
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<(String, Option<String>)> {
        let east = Zone::new(vec![(Instant::from_unix_seconds(0), 180)]);
        let format = DateFormat::of_pattern(pattern).unwrap();
        let stamp = format.parse(text, Some(&east))?;
        Some((stamp.day.to_string(), stamp.at.map(|at| at.to_string())))
    }

    #[test]
    fn patterns_read_their_own_texts() {
        let day = |day: &str| Some((day.to_owned(), None));
        assert_eq!(read("dd.MM.yyyy", "02.03.2026"), day("2026-03-02"));
        assert_eq!(read("d.M.yy", "2.3.26"), day("2026-03-02"));
        assert_eq!(read("dd-MMM-yyyy", "02-MAR-2026"), day("2026-03-02"));
        assert_eq!(read("yyyyMMdd", "20260302"), day("2026-03-02"));
        assert_eq!(read("iso", "2026-03-02"), day("2026-03-02"));
        let at = Some((
            "2026-03-02".to_owned(),
            Some("2026-03-01T21:30:05Z".to_owned()),
        ));
        assert_eq!(read("yyyy-MM-dd HH:mm:ss", "2026-03-02 00:30:05"), at);
        assert_eq!(read("dd/MM/yyyy hh:mm:ss a", "02/03/2026 12:30:05 am"), at);
    }

    #[test]
    fn a_day_that_isn_t_there_is_none() {
        for (pattern, text) in [
            ("dd.MM.yyyy", "30.02.2026"),
            ("dd.MM.yyyy", "2.3.2026"),
            ("dd.MM.yyyy", "02.03.26"),
            ("dd.MM.yyyy", "02.03.2026 "),
            ("dd.MM.yyyy", "2026-03-02"),
            ("yyyy-MM-dd HH:mm", "2026-03-02 24:00"),
            ("yyyy-MM-dd hh:mm a", "2026-03-02 13:00 PM"),
            ("dd-MMM-yyyy", "02-Mär-2026"),
        ] {
            assert_eq!(read(pattern, text), None, "{text:?} as {pattern:?}");
        }
    }

    #[test]
    fn patterns_that_give_no_one_day_are_refused() {
        for pattern in [
            "",
            "dd.MM",
            "dd.MM.yyyy yy",
            "yyyy-DD-MM",
            "yyyy-MM-dd HH",
            "yyyy-MM-dd hh:mm",
        ] {
            assert!(DateFormat::of_pattern(pattern).is_err(), "{pattern:?}");
        }
    }

    #[test]
    fn two_meanings_of_one_text_are_found() {
        let format = |pattern| DateFormat::of_pattern(pattern).unwrap();
        assert!(format("dd/MM/yyyy").is_ambiguous_with(&format("MM/dd/yyyy")));
        assert!(format("dd/MM/yy").is_ambiguous_with(&format("yy/MM/dd")));
        assert!(!format("dd/MM/yyyy").is_ambiguous_with(&format("yyyy/MM/dd")));
        assert!(!format("dd/MM/yyyy").is_ambiguous_with(&format("dd-MM-yyyy")));
    }
}
