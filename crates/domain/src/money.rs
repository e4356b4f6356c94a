//! Money: integer minor units of one ISO 4217 currency.
//!
//! Parsing and printing are exact: no float, no rounding, no separators. Two currencies never
//! mix: adding them is a typed refusal. Whatever divides names its [`Rounding`] and rounds once;
//! [`Money::split`] and [`Money::allocate`] cut an amount into lines that sum to it. On purpose
//! absent: exchange rates, and rendering for people, which is a matter of language.

mod currency;
mod rate;
mod rounding;
mod share;
mod wide;

use core::fmt;

pub use currency::Currency;
pub use rate::{Rate, RateError};
pub use rounding::Rounding;

/// The largest amount that any single figure from outside may have, in minor units: 10^15.
/// Ten trillion in a currency with two decimals is far above any loan on a phone, and sums of
/// millions of such amounts still fit an i128 by many orders of magnitude.
pub const AMOUNT_MAX_MINOR: i128 = 1_000_000_000_000_000;

/// An exact amount in one currency. May be negative (a balance, a difference).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i128,
    currency: Currency,
}

/// Why an amount was refused, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyError {
    /// Not `(0|[1-9][0-9]*)(\.[0-9]+)?`.
    Malformed,
    /// Another number of decimals than the currency has.
    Decimals { expected: u8, found: usize },
    /// Above [`AMOUNT_MAX_MINOR`] when read, or beyond i128 when computed.
    TooLarge,
    /// Two currencies in one sum.
    CurrencyMismatch { left: Currency, right: Currency },
    /// A ratio over zero, a multiple of zero, no parts, or no weight above zero.
    DivisionByZero,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MoneyError::Malformed => f.write_str("an amount like 1500.00, digits only"),
            MoneyError::Decimals { expected, found } => {
                write!(f, "exactly {expected} decimals, not {found}")
            }
            MoneyError::TooLarge => write!(f, "at most {AMOUNT_MAX_MINOR} minor units"),
            MoneyError::CurrencyMismatch { left, right } => {
                write!(f, "one currency, not {} and {}", left.code(), right.code())
            }
            MoneyError::DivisionByZero => f.write_str("a divisor other than zero"),
        }
    }
}

impl core::error::Error for MoneyError {}

impl Money {
    pub const fn new(minor: i128, currency: Currency) -> Money {
        Money { minor, currency }
    }

    pub const fn zero(currency: Currency) -> Money {
        Money::new(0, currency)
    }

    /// Minor units: cents, paise, fils.
    pub const fn minor(self) -> i128 {
        self.minor
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor);
        Ok(Money::new(
            minor.ok_or(MoneyError::TooLarge)?,
            self.currency,
        ))
    }

    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor);
        Ok(Money::new(
            minor.ok_or(MoneyError::TooLarge)?,
            self.currency,
        ))
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::CurrencyMismatch {
            left: self.currency,
            right: other.currency,
        })
    }

    /// Reads major units with exactly the currency's decimals: "1500.00" INR, "1500" JPY.
    /// Zero is read; whether it is allowed is the caller's rule.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, MoneyError> {
        let (whole, decimals) = split_decimal(text).ok_or(MoneyError::Malformed)?;
        if decimals.len() != usize::from(currency.exponent()) {
            return Err(MoneyError::Decimals {
                expected: currency.exponent(),
                found: decimals.len(),
            });
        }
        let mut minor: i128 = 0;
        for digit in whole.bytes().chain(decimals.bytes()) {
            minor = minor * 10 + i128::from(digit - b'0');
            if minor > AMOUNT_MAX_MINOR {
                return Err(MoneyError::TooLarge);
            }
        }
        Ok(Money::new(minor, currency))
    }
}

/// The digits before and after the point of `(0|[1-9][0-9]*)(\.[0-9]+)?`, else None.
fn split_decimal(text: &str) -> Option<(&str, &str)> {
    let (whole, decimals) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    (!whole.is_empty() && !leading_zero && digits(whole) && digits(decimals))
        .then_some((whole, decimals))
}

/// Major units with exactly the currency's decimals, no code: "1500.00", "-0.05", "1500".
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u128.pow(u32::from(self.currency.exponent()));
        let sign = if self.minor < 0 { "-" } else { "" };
        let abs = self.minor.unsigned_abs();
        match self.currency.exponent() {
            0 => write!(f, "{sign}{abs}"),
            width => write!(
                f,
                "{sign}{}.{:0width$}",
                abs / scale,
                abs % scale,
                width = usize::from(width)
            ),
        }
    }
}
