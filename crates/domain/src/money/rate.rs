//! Interest rates: exact decimals, never negative.
//!
//! A rate is a share of an amount (a fee of 2 %) or of an amount a year (interest of 12 %); which
//! one, and of which time, is said by whoever holds it. On purpose absent: arithmetic between
//! rates. Money is multiplied by a rate and rounded once, see `Money::times_rate`.

use core::fmt;

use super::split_decimal;

/// A share in units of 10^-18: 12 % is 120,000,000,000,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i128);

/// Why a rate was refused, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateError {
    /// Not `(0|[1-9][0-9]*)(\.[0-9]+)?`, or below zero.
    Malformed,
    /// More decimals than a unit of 10^-18 can say.
    Decimals { at_most: usize, found: usize },
    /// Above [`Rate::MAX`].
    TooLarge,
}

impl fmt::Display for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RateError::Malformed => f.write_str("a rate like 0.12, digits only, not below zero"),
            RateError::Decimals { at_most, found } => {
                write!(f, "at most {at_most} decimals, not {found}")
            }
            RateError::TooLarge => write!(f, "at most {}", Rate::MAX),
        }
    }
}

impl core::error::Error for RateError {}

/// Decimals of a share.
const DECIMALS: usize = 18;
/// Decimals of a percentage: a hundredth has two.
const PERCENT_DECIMALS: usize = DECIMALS - 2;

impl Rate {
    /// How many units make 1, which is 100 %.
    pub const ONE_UNITS: i128 = 10_i128.pow(18);

    pub const ZERO: Rate = Rate(0);

    /// 100,000 %. The dearest loans in use are some thousands of percent a year; and the largest
    /// amount times this rate in units is 10^36, which an i128 holds.
    pub const MAX: Rate = Rate(1000 * Rate::ONE_UNITS);

    /// From units of 10^-18.
    pub const fn from_units(units: i128) -> Result<Rate, RateError> {
        if units < 0 {
            Err(RateError::Malformed)
        } else if units > Rate::MAX.0 {
            Err(RateError::TooLarge)
        } else {
            Ok(Rate(units))
        }
    }

    /// Whole percent.
    pub const fn from_percent(percent: u32) -> Result<Rate, RateError> {
        Rate::from_units(percent as i128 * (Rate::ONE_UNITS / 100))
    }

    /// Units of 10^-18.
    pub const fn units(self) -> i128 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads a share: "0.12" is 12 %.
    pub fn parse(text: &str) -> Result<Rate, RateError> {
        parse(text, DECIMALS)
    }

    /// Reads a percentage without its sign: "12" or "12.5".
    pub fn parse_percent(text: &str) -> Result<Rate, RateError> {
        parse(text, PERCENT_DECIMALS)
    }
}

/// The digits of `text` as an integer, when its point moves `scale` places to the right.
fn parse(text: &str, scale: usize) -> Result<Rate, RateError> {
    let (whole, decimals) = split_decimal(text).ok_or(RateError::Malformed)?;
    if decimals.len() > scale {
        return Err(RateError::Decimals {
            at_most: scale,
            found: decimals.len(),
        });
    }
    let zeros = core::iter::repeat_n(b'0', scale - decimals.len());
    let mut units: i128 = 0;
    for digit in whole.bytes().chain(decimals.bytes()).chain(zeros) {
        units = units * 10 + i128::from(digit - b'0');
        if units > Rate::MAX.0 {
            return Err(RateError::TooLarge);
        }
    }
    Ok(Rate(units))
}

/// In percent, exactly, with no more decimals than it needs: "12 %", "0.5 %", "0 %".
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one_percent = Rate::ONE_UNITS / 100;
        let (whole, mut decimals) = (self.0 / one_percent, self.0 % one_percent);
        if decimals == 0 {
            return write!(f, "{whole} %");
        }
        let mut width = PERCENT_DECIMALS;
        while decimals % 10 == 0 {
            decimals /= 10;
            width -= 1;
        }
        write!(f, "{whole}.{decimals:0width$} %")
    }
}
