//! Members of a JSON object, each still as it was written, for callbacks.
//!
//! Providers write the same value as a string today and a number tomorrow; a number that goes
//! through a float is no longer the number that was written. So a member is its raw text until a
//! reader says what it expects there. Failure is a `ReadError` with the member's path. On purpose
//! absent: floats, and members that stand there twice (whoever signs one could mean the other).

use std::collections::BTreeMap;
use std::fmt;

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency, Money};
use fairlock_domain::pii::Pii;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::decimal::Decimal;
use crate::error::{Place, ReadError};
use crate::stamp::parse_stamp;

/// The largest callback read. A Stripe event with a charge in it has about 6 KiB, an Adyen batch
/// of six items about 12.
pub const CALLBACK_MAX: usize = 256 * 1024;

/// Elements of one list: a page of a provider's report has at most 100.
const LIST_MAX: usize = 1_000;

/// Characters of a free text that are kept: enough for any reference in it.
const TEXT_MAX: usize = 500;

/// The longest id: Stripe promises at most 255.
const ID_MAX: usize = 255;

/// An object, with its path for errors.
pub(crate) struct Object<'a> {
    path: String,
    members: BTreeMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    /// The body of a callback.
    pub fn body(bytes: &'a [u8]) -> Result<Object<'a>, ReadError> {
        if bytes.len() > CALLBACK_MAX {
            let limit = "a callback of at most 256 KiB";
            return Err(ReadError::new(Place::Input, "more than 256 KiB", limit));
        }
        let members: Members<'_> = serde_json::from_slice(bytes).map_err(|e| unreadable(&e))?;
        Ok(Object {
            path: "$".to_owned(),
            members: members.0,
        })
    }

    fn at(path: String, raw: &'a RawValue) -> Result<Object<'a>, ReadError> {
        match serde_json::from_str::<Members<'a>>(raw.get()) {
            Ok(members) => Ok(Object {
                path,
                members: members.0,
            }),
            Err(_) => Err(ReadError::new(
                Place::Json { path },
                "other JSON",
                "an object with each member once",
            )),
        }
    }

    pub fn path(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    fn place(&self, name: &str) -> Place {
        Place::Json {
            path: self.path(name),
        }
    }

    /// The member as it was written; absent and `null` are the same.
    pub fn raw(&self, name: &str) -> Option<&'a RawValue> {
        let raw = self.members.get(name).copied();
        raw.filter(|raw| raw.get() != "null")
    }

    /// An error about the text of a member.
    pub fn wrong(&self, name: &str, found: &str, expected: impl Into<String>) -> ReadError {
        ReadError::text(self.place(name), found, expected)
    }

    /// An error about a member that isn't there.
    pub fn missing(&self, name: &str, expected: impl Into<String>) -> ReadError {
        ReadError::new(self.place(name), "nothing", expected)
    }

    /// A string, or a number or truth value as it was written. Blank, `null` and absent are the
    /// same.
    pub fn text(&self, name: &str) -> Result<Option<String>, ReadError> {
        let Some(raw) = self.raw(name) else {
            return Ok(None);
        };
        let text = scalar(raw.get()).ok_or_else(|| {
            ReadError::new(self.place(name), "other JSON", "a string or a number")
        })?;
        let text = text.trim();
        if text.chars().any(char::is_control) {
            let found = "control characters";
            return Err(ReadError::new(self.place(name), found, "printable text"));
        }
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }

    pub fn required(&self, name: &str, expected: &str) -> Result<String, ReadError> {
        let text = self.text(name)?;
        text.ok_or_else(|| self.missing(name, expected))
    }

    /// A string byte for byte, or a number or truth value as it was written: what is signed.
    pub fn exact(&self, name: &str) -> Option<String> {
        scalar(self.raw(name)?.get())
    }

    /// A text of people: whatever it is, it is no reason to refuse the money beside it.
    pub fn words(&self, name: &str) -> Option<String> {
        let text = scalar(self.raw(name)?.get())?;
        let space = |c: char| if c.is_control() { ' ' } else { c };
        let text: String = text.chars().map(space).take(TEXT_MAX).collect();
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The same, of a person.
    pub fn personal(&self, name: &str) -> Option<Pii<String>> {
        self.words(name).map(Pii::new)
    }

    /// An id that becomes part of a key: printable ASCII without spaces.
    pub fn id(&self, name: &str) -> Result<Option<String>, ReadError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        match is_id(&text) {
            true => Ok(Some(text)),
            false => Err(self.wrong(name, &text, "an id of at most 255 printable characters")),
        }
    }

    pub fn required_id(&self, name: &str, expected: &str) -> Result<String, ReadError> {
        let id = self.id(name)?;
        id.ok_or_else(|| self.missing(name, expected))
    }

    /// `true` or `false`, as a truth value or as a word.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, ReadError> {
        match self.text(name)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(text) => Err(self.wrong(name, text, "true or false")),
        }
    }

    pub fn object(&self, name: &str) -> Result<Option<Object<'a>>, ReadError> {
        let raw = self.raw(name);
        raw.map(|raw| Object::at(self.path(name), raw)).transpose()
    }

    pub fn required_object(&self, name: &str, expected: &str) -> Result<Object<'a>, ReadError> {
        let object = self.object(name)?;
        object.ok_or_else(|| self.missing(name, expected))
    }

    /// The objects of a list; absent is empty.
    pub fn objects(&self, name: &str) -> Result<Vec<Object<'a>>, ReadError> {
        let Some(raw) = self.raw(name) else {
            return Ok(Vec::new());
        };
        let other = || ReadError::new(self.place(name), "other JSON", "a list of objects");
        let elements: Vec<&'a RawValue> = serde_json::from_str(raw.get()).map_err(|_| other())?;
        if elements.len() > LIST_MAX {
            let limit = format!("at most {LIST_MAX} elements");
            return Err(ReadError::new(self.place(name), "a longer list", limit));
        }
        let path = self.path(name);
        let each = (0..).zip(elements);
        each.map(|(i, raw): (u32, _)| Object::at(format!("{path}[{i}]"), raw))
            .collect()
    }

    /// The objects of a list of lists, in order.
    pub fn nested_objects(&self, name: &str) -> Result<Vec<Object<'a>>, ReadError> {
        let Some(raw) = self.raw(name) else {
            return Ok(Vec::new());
        };
        let path = self.path(name);
        let other = |_| {
            let place = Place::Json { path: path.clone() };
            ReadError::new(place, "other JSON", "a list of lists of objects")
        };
        let lists: Vec<Vec<&'a RawValue>> = serde_json::from_str(raw.get()).map_err(other)?;
        if lists.iter().map(Vec::len).sum::<usize>() > LIST_MAX {
            let limit = format!("at most {LIST_MAX} elements");
            return Err(ReadError::new(self.place(name), "a longer list", limit));
        }
        let all = (0..).zip(lists.into_iter().flatten());
        all.map(|(i, raw): (u32, _)| Object::at(format!("{path}[..][{i}]"), raw))
            .collect()
    }

    /// The ids of a list of strings; absent is empty.
    pub fn ids(&self, name: &str) -> Result<Vec<String>, ReadError> {
        let Some(raw) = self.raw(name) else {
            return Ok(Vec::new());
        };
        let other = || ReadError::new(self.place(name), "other JSON", "a list of ids");
        let ids: Vec<String> = serde_json::from_str(raw.get()).map_err(|_| other())?;
        match ids.len() <= LIST_MAX && ids.iter().all(|id| is_id(id)) {
            true => Ok(ids),
            false => Err(other()),
        }
    }

    /// Refuses members of other names: in a form of our own such a one is a mistake.
    pub fn only(&self, names: &[&str]) -> Result<(), ReadError> {
        let other = self
            .members
            .keys()
            .find(|name| !names.contains(&name.as_str()));
        match other {
            None => Ok(()),
            Some(other) => {
                let place = Place::Json {
                    path: self.path.clone(),
                };
                let expected = format!("no other members than {}", names.join(", "));
                Err(ReadError::text(place, other, expected))
            }
        }
    }

    /// A time with its offset.
    pub fn time(&self, name: &str) -> Result<Option<Instant>, ReadError> {
        const EXPECTED: &str = "a time with an offset such as 2026-03-02T09:30:45Z";
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let at = parse_stamp(&text).and_then(|stamp| stamp.at);
        at.map(Some)
            .ok_or_else(|| self.wrong(name, &text, EXPECTED))
    }

    /// The texts of all members that are strings or numbers: what a merchant wrote there itself.
    pub fn all_words(&self) -> Vec<Pii<String>> {
        let names = self.members.keys();
        names.filter_map(|name| self.personal(name)).collect()
    }

    /// A whole number, as one or as a string of digits.
    pub fn whole(&self, name: &str) -> Result<Option<i128>, ReadError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let plain = (1..=30).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|_| plain);
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(name, &text, "a whole number such as 1500")),
        }
    }

    /// Seconds since 1970.
    pub fn seconds(&self, name: &str) -> Result<Option<Instant>, ReadError> {
        let Some(seconds) = self.whole(name)? else {
            return Ok(None);
        };
        // Up to the year 9999, which every calendar here can tell.
        let sane = i64::try_from(seconds)
            .ok()
            .filter(|s| (0..253_402_300_800).contains(s));
        match sane {
            Some(seconds) => Ok(Some(Instant::from_unix_seconds(seconds))),
            None => Err(self.wrong(name, &seconds.to_string(), "seconds since 1970")),
        }
    }

    /// A currency by its code, whatever its case.
    pub fn currency(&self, name: &str) -> Result<Currency, ReadError> {
        const EXPECTED: &str = "a currency code of ISO 4217 such as KES";
        let code = self.required(name, EXPECTED)?;
        let known = Currency::from_code(&code.to_ascii_uppercase());
        known.ok_or_else(|| self.wrong(name, &code, EXPECTED))
    }

    /// An amount above zero in whole units with decimals, as a string or a number.
    pub fn decimal(&self, name: &str, currency: Currency) -> Result<Option<Money>, ReadError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let decimal = Decimal::parse(&text);
        let decimal = decimal.map_err(|error| self.wrong(name, &text, error.expected()))?;
        let money = decimal
            .to_money(currency)
            .filter(|money| money.is_positive());
        match money {
            Some(money) => Ok(Some(money)),
            None => Err(self.wrong(
                name,
                &text,
                format!("an amount above zero in {currency}, at most 10^15 minor units"),
            )),
        }
    }

    /// The same of the member `amount`, which must be there, in the currency of `currency`.
    pub fn amount(&self) -> Result<Money, ReadError> {
        let currency = self.currency("currency")?;
        let amount = self.decimal("amount", currency)?;
        amount.ok_or_else(|| self.missing("amount", "an amount above zero such as 1500.00"))
    }

    /// An amount in the provider's minor units, of which a currency has `decimals` there; below
    /// zero where the provider writes it so.
    pub fn signed_minor(
        &self,
        name: &str,
        currency: Currency,
        decimals: u8,
    ) -> Result<Option<Money>, ReadError> {
        let Some(number) = self.whole(name)? else {
            return Ok(None);
        };
        let ours = currency.exponent();
        let scaled = match ours.checked_sub(decimals) {
            Some(more) => number.checked_mul(10i128.pow(u32::from(more))),
            None => {
                let unit = 10i128.pow(u32::from(decimals - ours));
                (number % unit == 0).then_some(number / unit)
            }
        };
        let money = scaled.filter(|minor| minor.abs() <= AMOUNT_MAX_MINOR);
        match money {
            Some(minor) => Ok(Some(Money::new(minor, currency))),
            None => Err(self.wrong(
                name,
                &number.to_string(),
                format!("whole minor units of {currency}, at most 10^15"),
            )),
        }
    }

    /// The same, more than zero.
    pub fn minor(&self, name: &str, currency: Currency, decimals: u8) -> Result<Money, ReadError> {
        const EXPECTED: &str = "an amount above zero in minor units";
        let money = self.signed_minor(name, currency, decimals)?;
        let money = money.ok_or_else(|| self.missing(name, EXPECTED))?;
        match money.is_positive() {
            true => Ok(money),
            false => Err(self.wrong(name, &self.text(name)?.unwrap_or_default(), EXPECTED)),
        }
    }
}

/// Whether a text can be part of a key.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=ID_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The text of a string; a number or a truth value as it was written.
fn scalar(raw: &str) -> Option<String> {
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).ok(),
        Some(b'-' | b'0'..=b'9' | b't' | b'f') => Some(raw.to_owned()),
        _ => None,
    }
}

fn unreadable(error: &serde_json::Error) -> ReadError {
    let found = match error.classify() {
        serde_json::error::Category::Eof => "the end of the input",
        serde_json::error::Category::Syntax => "text that isn't JSON",
        serde_json::error::Category::Data | serde_json::error::Category::Io => "other JSON",
    };
    let place = Place::Line(error.line() as u64);
    ReadError::new(place, found, "a JSON object with each member once")
}

/// Members by name, each once.
struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = BTreeMap<String, &'de RawValue>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with each member once")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member twice"));
                    }
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Each).map(Members)
    }
}
