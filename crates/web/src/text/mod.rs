//! Words: one catalogue a language, and the formats that go with it.
//!
//! Every word on a page comes from a Fluent catalogue under `lang/`, so that a language is a
//! folder. A key that isn't there renders as `⟨key⟩`: visible, never a panic; a test renders all
//! pages and finds none.
//!
//! On purpose absent: choosing a language (English is the only one yet), and the machine's own
//! locale.

mod codes;
mod money;
mod time;

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use icu_decimal::DecimalFormatter;
use icu_decimal::options::{DecimalFormatterOptions, GroupingStrategy};

pub use codes::{hash_short, imei, reference};
pub use time::AGO_MAX_S;

/// The catalogues of English: what stands on the phone, and the console's words.
pub const ENGLISH: [(&str, &str); 2] = [
    ("borrower.ftl", include_str!("../../lang/en/borrower.ftl")),
    ("console.ftl", include_str!("../../lang/en/console.ftl")),
];

/// Why a language can't be used, with the catalogue's own words on it.
#[derive(Debug, thiserror::Error)]
pub enum TextsError {
    #[error("{file}: {what}; expected a Fluent catalogue")]
    Syntax { file: &'static str, what: String },
    #[error("{file}: {what}; expected each message once")]
    Twice { file: &'static str, what: String },
    #[error("numbers: {0}; expected compiled data for this language")]
    Numbers(String),
}

/// A value in a message: words, or a number that chooses a plural form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Number(u64),
}

/// All words and number formats of one language.
pub struct Texts {
    bundle: FluentBundle<FluentResource>,
    decimal: DecimalFormatter,
    /// BCP 47, for `lang`.
    pub lang: &'static str,
}

impl Texts {
    /// English.
    pub fn english() -> Result<Texts, TextsError> {
        Texts::english_as(|text| Cow::Borrowed(text))
    }

    /// English with every text changed by a function: for tests of longer or mirrored words.
    pub fn english_as(change: fn(&str) -> Cow<'_, str>) -> Result<Texts, TextsError> {
        let mut bundle = FluentBundle::new_concurrent(vec!["en".parse().unwrap_or_default()]);
        bundle.set_transform(Some(change));
        for (file, source) in ENGLISH {
            let resource = FluentResource::try_new(source.to_string()).map_err(|(_, errors)| {
                TextsError::Syntax {
                    file,
                    what: errors.first().map(ToString::to_string).unwrap_or_default(),
                }
            })?;
            bundle
                .add_resource(resource)
                .map_err(|errors| TextsError::Twice {
                    file,
                    what: errors.first().map(ToString::to_string).unwrap_or_default(),
                })?;
        }
        let mut options = DecimalFormatterOptions::default();
        options.grouping_strategy = Some(GroupingStrategy::Always);
        let decimal = DecimalFormatter::try_new(icu_locale_core::locale!("en").into(), options)
            .map_err(|e| TextsError::Numbers(e.to_string()))?;
        Ok(Texts {
            bundle,
            decimal,
            lang: "en",
        })
    }

    /// A message without placeables.
    pub fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A message with its placeables, each isolated by U+2068 and U+2069.
    pub fn with<'v, const N: usize>(
        &self,
        key: &str,
        values: [(&'static str, FluentValue<'v>); N],
    ) -> String {
        let args: FluentArgs<'v> = values.into_iter().collect();
        self.format(key, Some(&args))
    }

    /// A message of the phone with the values that are known; None when it needs another one.
    pub fn with_known(&self, key: &str, values: &[(&'static str, Value)]) -> Option<String> {
        let args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| match value {
                Value::Text(text) => (*name, FluentValue::from(text.as_str())),
                Value::Number(number) => (*name, FluentValue::from(*number)),
            })
            .collect();
        self.find(key, Some(&args))
    }

    /// A message about `n` things: `$n` chooses the plural form, `$count` is the grouped number.
    pub fn count(&self, key: &str, n: u64) -> String {
        self.with(key, [("n", n.into()), ("count", self.number(n).into())])
    }

    /// The message around one placeable, for a page that sets that one apart.
    pub fn around<'v, const N: usize>(
        &self,
        key: &str,
        apart: &'static str,
        values: [(&'static str, FluentValue<'v>); N],
    ) -> (String, String) {
        let mut args: FluentArgs<'v> = values.into_iter().collect();
        args.set(apart, "\u{fffc}");
        let whole = self.format(key, Some(&args));
        match whole.split_once("\u{2068}\u{fffc}\u{2069}") {
            Some((before, after)) => (before.trim_end().to_string(), after.trim().to_string()),
            None => (whole, String::new()),
        }
    }

    /// The catalogue has this key.
    pub fn has(&self, key: &str) -> bool {
        self.bundle
            .get_message(key)
            .is_some_and(|m| m.value().is_some())
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        self.find(key, args).unwrap_or_else(|| format!("⟨{key}⟩"))
    }

    fn find(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}
