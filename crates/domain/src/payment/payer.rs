//! A payer's phone number: what of it is hashed, and which numbers a mask could be.
//!
//! A hash says one number; a mask says many, so that it only ever proposes. On purpose absent:
//! hashing (the caller's: this crate has none), and names, which prove nothing.

use alloc::string::String;
use alloc::vec::Vec;

/// The fewest digits that a mask must show: with fewer it is nearly anybody's.
const MASK_DIGITS_MIN: usize = 6;

/// Digits at the ends of a number that masks of the field show (M-Pesa's C2B version 2).
const HEAD_DIGITS: usize = 4;
const TAIL_DIGITS: usize = 3;

/// The fewest digits of a phone number with its country code (ITU-T E.164 has no fewer in use).
const NUMBER_DIGITS_MIN: usize = 8;

/// The most digits of a phone number with its country code (ITU-T E.164).
const NUMBER_DIGITS_MAX: usize = 15;

/// A number of which digits are hidden: "2547 ***** 126".
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneMask(Vec<Option<u8>>);

impl PhoneMask {
    /// Reads a mask; `None` when it hides nothing, shows too little, or isn't one.
    pub fn parse(text: &str) -> Option<PhoneMask> {
        let mut digits = Vec::new();
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '+') {
            digits.push(match c {
                '*' => None,
                '0'..='9' => Some(c as u8),
                _ => return None,
            });
        }
        let shown = digits.iter().flatten().count();
        let sized = digits.len() <= NUMBER_DIGITS_MAX;
        (sized && shown < digits.len() && shown >= MASK_DIGITS_MIN).then_some(PhoneMask(digits))
    }

    /// The shown ends by which numbers are looked up; `None` when the mask shows less of one.
    pub fn ends(&self) -> Option<String> {
        let head: Vec<u8> = self.0.iter().map_while(|d| *d).collect();
        let mut tail: Vec<u8> = self.0.iter().rev().map_while(|d| *d).collect();
        tail.reverse();
        let head = head.get(..HEAD_DIGITS)?;
        let tail = tail.get(tail.len().checked_sub(TAIL_DIGITS)?..)?;
        Some(head.iter().chain(tail).map(|d| char::from(*d)).collect())
    }

    /// Whether the number could be this: digit by digit, with country code. A run of stars hides
    /// at least one digit and its length says nothing, for providers print a fixed one.
    pub fn fits(&self, number: &str) -> bool {
        let Some(number) = number_digits(number) else {
            return false;
        };
        let number = number.as_bytes();
        let head: Vec<u8> = self.0.iter().map_while(|d| *d).collect();
        let tail: Vec<u8> = self.0.iter().rev().map_while(|d| *d).collect();
        let ends = number.iter().rev().zip(&tail).all(|(n, t)| n == t);
        number.len() > head.len() + tail.len() && number.starts_with(&head) && ends
    }
}

/// The ends of a number that a mask shows, as [`PhoneMask::ends`] gives them; of its digits.
pub fn ends_of(digits: &str) -> Option<String> {
    let head = digits.get(..HEAD_DIGITS)?;
    let tail = digits.get(digits.len().checked_sub(TAIL_DIGITS)?..)?;
    Some([head, tail].concat())
}

/// A number's digits with country code, which is what is hashed; `None` when it isn't a number,
/// such as a mask.
pub fn number_digits(number: &str) -> Option<String> {
    let mut digits = String::new();
    for (i, c) in number.trim().char_indices() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if i == 0 => {}
            ' ' | '-' | '(' | ')' => {}
            _ => return None,
        }
    }
    let sized = (NUMBER_DIGITS_MIN..=NUMBER_DIGITS_MAX).contains(&digits.len());
    (sized && !digits.starts_with('0')).then_some(digits)
}
