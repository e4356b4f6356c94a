//! Values of the pack file, as text that a lawyer can read: "21 days", "09:00", "mon".

use fairlock_domain::calendar::{Day, Span};
use fairlock_domain::contract::{BorrowerKind, CreditorKind, Frequency, Goods, Product};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::rules::contact::{ContactKind, Occasion, OptOut};
use fairlock_domain::rules::duty::{
    Case, Charged, Claim, DataSource, Guard, Keep, KeepFrom, KeepUnit, LocationPurpose, RecordKind,
    ReleaseDuty, ReleaseOn, Suffices,
};
use fairlock_domain::rules::phone::{PassStart, Use};
use fairlock_domain::rules::scope::{ConsentItem, ConsentTiming, Withdrawal};
use fairlock_domain::rules::{
    Confidence, Function, LegalStatus, Level, LitigationState, NoticeForm, NoticeItem, OtherDues,
    Proof, Weekdays,
};
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
from_text!(MaxLevelText, Level, |text| {
    let level = Level::from_name(text).filter(|level| *level >= Level::Remind);
    let names = [Level::Remind, Level::Reduce, Level::Lock].map(Level::name);
    one_of(level, text, &names)
});

/// Words of closed lists.
macro_rules! words {
    ($($name:ident: $word:ty,)*) => {
        $(from_text!($name, $word, |text| {
            let names: Vec<&str> = <$word>::ALL.iter().map(|word| word.name()).collect();
            one_of(<$word>::from_name(text), text, &names)
        });)*
    };
}

words!(
    GoodsText: Goods,
    CreditorText: CreditorKind,
    BorrowerText: BorrowerKind,
    FrequencyText: Frequency,
    OtherDuesText: OtherDues,
    ConsentItemText: ConsentItem,
    ConsentTimingText: ConsentTiming,
    WithdrawalText: Withdrawal,
    LitigationText: LitigationState,
    NoticeFormText: NoticeForm,
    NoticeItemText: NoticeItem,
    ContactKindText: ContactKind,
    OccasionText: Occasion,
    OptOutText: OptOut,
    FunctionText: Function,
    UseText: Use,
    PassStartText: PassStart,
    SufficesText: Suffices,
    ReleaseDutyText: ReleaseDuty,
    ReleaseOnText: ReleaseOn,
    DataSourceText: DataSource,
    PurposeText: LocationPurpose,
    ChargedText: Charged,
    ClaimText: Claim,
    CaseText: Case,
    GuardText: Guard,
    RecordText: RecordKind,
    KeepFromText: KeepFrom,
);

from_text!(DurationText, Span, |text| duration(text).ok_or_else(
    || format!("a time like \"24 hours\" or \"21 days\", not `{text}`")
));
from_text!(LeadText, Lead, |text| lead(text).ok_or_else(|| format!(
    "a time like \"72 hours\", \"21 days\" or \"10 business days\", not `{text}`"
)));
from_text!(KeepText, Keep, |text| keep(text).ok_or_else(|| format!(
    "a time like \"3 years\" or \"90 days\", not `{text}`"
)));
from_text!(BusinessText, bool, |text| match text {
    "calendar" => Ok(false),
    "business" => Ok(true),
    other => Err(format!("one of calendar, business, not `{other}`")),
});
from_text!(ClockText, u16, |text| clock(text).ok_or_else(|| format!(
    "a local time from 00:00 to 24:00, not `{text}`"
)));
from_text!(SumText, Money, |text| sum(text));

/// The longest time that a rule may speak of: a hundred years, far beyond any loan.
const DAYS_MAX: u32 = 36_525;

/// Longer times are told in hours.
const MINUTES_MAX: u32 = 24 * 60;

/// More business days than any notice has, and few enough to count one by one.
const BUSINESS_DAYS_MAX: u16 = 366;

/// A lead: elapsed time, and business days where the law counts in them.
#[derive(Debug, Clone, Copy)]
pub struct Lead {
    pub span: Span,
    pub business_days: Option<u16>,
}

/// So many business days take at least so many days.
fn lead(text: &str) -> Option<Lead> {
    let business = ["business days", "business day"].into_iter();
    let mut counts = business.filter_map(|unit| text.strip_suffix(unit));
    let Some(count) = counts.next() else {
        let span = duration(text)?;
        let business_days = None;
        return Some(Lead {
            span,
            business_days,
        });
    };
    let count = u16::try_from(whole(count.strip_suffix(' ')?)?).ok()?;
    (count <= BUSINESS_DAYS_MAX).then_some(Lead {
        span: Span::days(u32::from(count)),
        business_days: Some(count),
    })
}

/// Digits alone: no sign, no point.
fn whole(digits: &str) -> Option<u32> {
    let shape = digits.bytes().all(|b| b.is_ascii_digit());
    shape.then(|| digits.parse().ok()).flatten()
}

fn keep(text: &str) -> Option<Keep> {
    let (count, unit) = text.split_once(' ')?;
    let count = u16::try_from(whole(count)?).ok()?;
    let unit = match unit {
        "day" | "days" => KeepUnit::Days,
        "year" | "years" => KeepUnit::Years,
        _ => return None,
    };
    Some(Keep { count, unit })
}

fn duration(text: &str) -> Option<Span> {
    let (number, unit) = text.split_once(' ')?;
    let number = whole(number)?;
    match unit {
        "minute" | "minutes" if number <= MINUTES_MAX => Some(Span::minutes(number)),
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
