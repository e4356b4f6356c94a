//! Exact decimal amounts as a source wrote them.
//!
//! A bank's amount keeps its precision ("18.150" stays "18.150") until it becomes money of a
//! currency, where trailing zeros beyond the currency's decimals are dropped and other digits
//! refused. On purpose absent: signs (the direction carries them), exponents, thousands separators,
//! floats.

use std::fmt;

use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency, Money};

/// Significant decimals of an amount: ISO 20022 `ActiveCurrencyAndAmount`, fractionDigits.
const DECIMALS_MAX: u32 = 5;
/// Significant digits of an amount: ISO 20022 `ActiveCurrencyAndAmount`, totalDigits.
const DIGITS_MAX: usize = 18;
/// Length of an amount's text, so that a million zeros aren't carried along.
const TEXT_MAX: usize = 40;

/// A decimal that isn't negative, with the digits of its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    text: String,
    /// The value times 10^5, exact: at most 5 decimals are significant.
    scaled: i128,
}

/// Why a text isn't an amount. In the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not digits with at most one point.
    NotADecimal,
    /// A minus sign: the direction says which way money went.
    Negative,
    /// More than 18 digits, or than 5 decimals, that matter.
    TooLong,
}

impl DecimalError {
    /// What was expected, for a `ReadError`.
    pub fn expected(self) -> &'static str {
        match self {
            DecimalError::NotADecimal => "a decimal amount such as 1500.00",
            DecimalError::Negative => "an amount without a sign; the direction carries it",
            DecimalError::TooLong => "an amount of at most 18 digits, 5 of them decimals",
        }
    }
}

impl Decimal {
    /// Reads a decimal as XML Schema writes it: digits, at most one point, an optional plus sign.
    /// Leading zeros and a bare point are normalised ("007" is "7", ".5" is "0.5", "5." is "5"),
    /// decimals are kept.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        Self::parse_with('.', text)
    }

    /// The same with a sign of its own between whole and decimals.
    pub(crate) fn parse_with(point: char, text: &str) -> Result<Self, DecimalError> {
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        let (whole, decimals) = unsigned.split_once(point).unwrap_or((unsigned, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + decimals.len() == 0
            || !digits(whole.strip_prefix('-').unwrap_or(whole))
            || !digits(decimals)
        {
            return Err(DecimalError::NotADecimal);
        }
        if whole.starts_with('-') {
            return Err(DecimalError::Negative);
        }
        let whole = whole.trim_start_matches('0');
        let significant = decimals.trim_end_matches('0');
        if whole.len() + significant.len() > DIGITS_MAX
            || significant.len() > DECIMALS_MAX as usize
            || decimals.len() > TEXT_MAX
        {
            return Err(DecimalError::TooLong);
        }
        Ok(Self {
            text: normal(whole, decimals),
            scaled: scaled(whole, significant),
        })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_zero(&self) -> bool {
        self.scaled == 0
    }

    /// The value times 10^5, exact: for sums over amounts of different precision.
    pub(crate) fn scaled(&self) -> i128 {
        self.scaled
    }

    /// As many as were written.
    pub(crate) fn decimals(&self) -> u32 {
        let decimals = self
            .text
            .split_once('.')
            .map_or("", |(_, decimals)| decimals);
        decimals.len() as u32
    }

    /// A sum of amounts (times 10^5) with so many decimals; at least those that matter.
    pub(crate) fn of_scaled(scaled: u128, decimals: u32) -> Self {
        let one = 10u128.pow(DECIMALS_MAX);
        let mut fraction = format!("{:05}", scaled % one);
        let matter = fraction.trim_end_matches('0').len();
        let kept = (decimals as usize).clamp(matter, TEXT_MAX);
        fraction.truncate(kept.max(matter));
        fraction.extend(std::iter::repeat_n(
            '0',
            kept.saturating_sub(fraction.len()),
        ));
        Self {
            text: normal(&(scaled / one).to_string(), &fraction),
            scaled: i128::try_from(scaled).unwrap_or(i128::MAX),
        }
    }

    /// The amount as money. Trailing zeros beyond the currency's decimals are dropped; `None` when
    /// other digits stand there, or when the amount is above what the ledger holds.
    pub fn to_money(&self, currency: Currency) -> Option<Money> {
        let (whole, decimals) = self.text.split_once('.').unwrap_or((&self.text, ""));
        let kept = decimals.len().min(usize::from(currency.exponent()));
        let (decimals, dropped) = decimals.split_at(kept);
        if dropped.bytes().any(|digit| digit != b'0') {
            return None;
        }
        let padding = usize::from(currency.exponent()) - kept;
        let minor = format!("{whole}{decimals}{}", "0".repeat(padding));
        let minor: i128 = minor.parse().ok()?;
        (minor <= AMOUNT_MAX_MINOR).then(|| Money::new(minor, currency))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn normal(whole: &str, decimals: &str) -> String {
    let whole = if whole.is_empty() { "0" } else { whole };
    if decimals.is_empty() {
        return whole.to_owned();
    }
    let mut text = String::with_capacity(whole.len() + 1 + decimals.len());
    text.push_str(whole);
    text.push('.');
    text.push_str(decimals);
    text
}

/// At most 18 digits and a shift by at most 5: below 10^23, far within an i128.
fn scaled(whole: &str, significant: &str) -> i128 {
    let digits = whole.bytes().chain(significant.bytes());
    let value = digits.fold(0i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    value * 10i128.pow(DECIMALS_MAX - significant.len() as u32)
}
