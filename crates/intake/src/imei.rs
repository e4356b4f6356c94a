//! IMEI numbers: 15 digits, the last of which checks the others (3GPP TS 23.003, annex B: Luhn).
//!
//! On purpose absent: the type allocation table, which is licensed; a number with a right check
//! digit may still be nobody's phone.

use std::fmt;

pub const IMEI_DIGITS: usize = 15;

/// Why a text is no IMEI, in the order of the checks. Shows at most four digits of it: an IMEI is
/// personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImeiError {
    /// Not 15 characters.
    Length(usize),
    /// 15 characters, but not all digits.
    NotDigits,
    /// The last digit belongs to another number.
    CheckDigit { last_four: String, expected: char },
}

impl fmt::Display for ImeiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImeiError::Length(1) => f.write_str("1 character"),
            ImeiError::Length(length) => write!(f, "{length} characters"),
            ImeiError::NotDigits => f.write_str("15 characters that aren't all digits"),
            ImeiError::CheckDigit { last_four, .. } => {
                write!(f, "an IMEI that ends in {last_four}")
            }
        }
    }
}

impl ImeiError {
    /// What was expected, for a `ReadError`.
    pub fn expected(&self) -> String {
        match self {
            ImeiError::Length(_) | ImeiError::NotDigits => "an IMEI of 15 digits".to_owned(),
            ImeiError::CheckDigit { expected, .. } => {
                format!("{expected} as its last (check) digit")
            }
        }
    }
}

/// Checks length, digits and check digit.
pub fn check(imei: &str) -> Result<(), ImeiError> {
    let length = imei.chars().count();
    if length != IMEI_DIGITS {
        return Err(ImeiError::Length(length));
    }
    if !imei.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ImeiError::NotDigits);
    }
    let (body, last) = imei.split_at(IMEI_DIGITS - 1);
    let expected = check_digit(body);
    if last.starts_with(expected) {
        return Ok(());
    }
    Err(ImeiError::CheckDigit {
        last_four: imei[IMEI_DIGITS - 4..].to_owned(),
        expected,
    })
}

/// The check digit of the first 14 digits: every second one, from the right, is doubled and its
/// digits are summed.
pub fn check_digit(body: &str) -> char {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match place % 2 {
                0 => digit * 2 / 10 + digit * 2 % 10,
                _ => digit,
            }
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}
