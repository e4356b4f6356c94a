//! Values of the pack file, as text that a lawyer can read: "21 days", "09:00", "mon".

use fairlock_domain::calendar::{Day, Span};
use fairlock_domain::contract::Product;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::rules::{Confidence, LegalStatus, Level, Proof, Weekdays};
use serde::Deserialize;

/// A value read from a string; the message says what was expected.
macro_rules! from_text {
    ($name:ident, $value:ty, $read:expr) => {
        #[derive(Debug, Clone, Copy, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(pub $value);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<$name, String> {
                let read: fn(&str) -> Result<$value, String> = $read;
                read(&text).map($name)
            }
        }
    };
}

fn one_of<T>(found: Option<T>, text: &str, names: &[&str]) -> Result<T, String> {
    found.ok_or_else(|| format!("one of {}, not `{text}`", names.join(", ")))
}

from_text!(DayText, Day, |text| {
    Day::parse(text).map_err(|error| format!("{error}, not `{text}`"))
});
from_text!(StatusText, LegalStatus, |text| {
    let names = LegalStatus::ALL.map(LegalStatus::name);
    one_of(LegalStatus::from_name(text), text, &names)
});
from_text!(ConfidenceText, Confidence, |text| {
    let names = Confidence::ALL.map(Confidence::name);
    one_of(Confidence::from_name(text), text, &names)
});
from_text!(ProductText, Product, |text| {
    one_of(
        Product::from_name(text),
        text,
        &Product::ALL.map(Product::name),
    )
});
from_text!(LevelText, Level, |text| {
    let level = Level::from_name(text).filter(|level| *level >= Level::Reduce);
    one_of(level, text, &[Level::Reduce.name(), Level::Lock.name()])
});
from_text!(ProofText, Proof, |text| {
    let proof = Proof::from_name(text).filter(|proof| *proof != Proof::Failed);
    let names = Proof::ALL.map(Proof::name);
    one_of(proof, text, &names[1..])
});
from_text!(DurationText, Span, |text| duration(text).ok_or_else(
    || format!("a time like \"24 hours\" or \"21 days\", not `{text}`")
));
from_text!(ClockText, u16, |text| clock(text).ok_or_else(|| format!(
    "a local time from 00:00 to 24:00, not `{text}`"
)));
from_text!(SumText, Money, |text| sum(text));

/// The longest time that a rule may speak of: a hundred years, far beyond any loan.
const DAYS_MAX: u32 = 36_525;

fn duration(text: &str) -> Option<Span> {
    let (number, unit) = text.split_once(' ')?;
    let number = number.parse::<u32>().ok()?;
    match unit {
        "hour" | "hours" if number <= DAYS_MAX * 24 => Some(Span::hours(number)),
        "day" | "days" if number <= DAYS_MAX => Some(Span::days(number)),
        _ => None,
    }
}

fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two = |digits: &str| {
        let shape = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        shape.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (two(hour)?, two(minute)?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= 24 * 60).then_some(minutes)
}

/// "250.00 INR".
fn sum(text: &str) -> Result<Money, String> {
    let wrong = || format!("a sum like \"250.00 INR\", not `{text}`");
    let (amount, code) = text.split_once(' ').ok_or_else(wrong)?;
    let currency = Currency::from_code(code).ok_or_else(wrong)?;
    Money::parse(amount, currency).map_err(|error| format!("{error}, not `{text}`"))
}

/// "mon" to "sun", each once.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct WeekdaysText(pub Weekdays);

impl TryFrom<Vec<String>> for WeekdaysText {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<WeekdaysText, String> {
        const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let mut bits = 0_u8;
        for name in &names {
            let bit = NAMES.iter().position(|n| n == name);
            let bit = one_of(bit, name, &NAMES)?;
            if bits & (1 << bit) != 0 {
                return Err(format!("each weekday once, not `{name}` again"));
            }
            bits |= 1 << bit;
        }
        Ok(WeekdaysText(Weekdays(bits)))
    }
}
