//! Virtual account numbers: one for each contract, so that what is paid into it, or names it, is
//! that contract's.
//!
//! Banks print them in the account field or inside the text ("ID IPH: XX00001234567890"). A lender
//! may say what its numbers look like; then a number of that look that is nobody's is known to be
//! a mistake. Only capitals and digits count; a number stands alone, as a word does.
//!
//! On purpose absent: check digits (each bank has its own), and any look-up.

use alloc::string::String;
use alloc::vec::Vec;

/// The fewest characters of a number: shorter ones are amounts, dates and house numbers.
pub const NUMBER_CHARS_MIN: usize = 8;

/// The most characters of a number: an IBAN's (ISO 13616).
pub const NUMBER_CHARS_MAX: usize = 34;

/// The fewest digits in a number that is looked up without a shape: fewer, and it is a word.
const DIGITS_MIN: usize = 6;

/// Numbers looked up in one payment without a shape. Payers write a line, not a book.
const NUMBERS_MAX: usize = 32;

/// What a lender's virtual account numbers look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What each begins with, as banks give it to the lender: capitals and digits.
    prefix: String,
    /// How long each is, prefix included.
    chars: usize,
}

impl Shape {
    /// `None` when no number could be told from other text by it: a prefix of at least one
    /// character, between 8 and 34 in all, and at least one behind the prefix.
    pub fn new(prefix: &str, chars: usize) -> Option<Shape> {
        let prefix = canonical(prefix)?;
        let sized = (NUMBER_CHARS_MIN..=NUMBER_CHARS_MAX).contains(&chars);
        (sized && prefix.len() < chars).then_some(Shape { prefix, chars })
    }

    fn fits(&self, number: &str) -> bool {
        number.len() == self.chars && number.starts_with(self.prefix.as_str())
    }
}

/// A number in its one form: capitals and digits, without spaces. `None` when something else
/// stands in it, or nothing.
pub fn canonical(number: &str) -> Option<String> {
    let mut text = String::new();
    for c in number.chars().filter(|c| !c.is_whitespace()) {
        if !c.is_ascii_alphanumeric() {
            return None;
        }
        text.push(c.to_ascii_uppercase());
    }
    (!text.is_empty()).then_some(text)
}

/// A contract's number as it is registered: canonical, of a length that can be told from other
/// text, with enough digits.
pub fn registered(number: &str) -> Option<String> {
    canonical(number).filter(|number| is_number(number))
}

fn is_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (NUMBER_CHARS_MIN..=NUMBER_CHARS_MAX).contains(&text.len()) && digits >= DIGITS_MIN
}

/// Numbers that could be virtual accounts, each once, in the order in which they stand.
pub fn find<'a>(texts: impl IntoIterator<Item = &'a str>, shape: Option<&Shape>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        let words: Vec<&str> = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        for start in 0..words.len() {
            let mut number = String::new();
            // With a shape, a number may be printed in groups; without one, it is one word.
            let groups = if shape.is_some() {
                words.len()
            } else {
                start + 1
            };
            for word in &words[start..groups] {
                if number.len() + word.len() > NUMBER_CHARS_MAX {
                    break;
                }
                number.extend(word.chars().map(|c| c.to_ascii_uppercase()));
                let fits = shape.map_or_else(|| is_number(&number), |shape| shape.fits(&number));
                if fits && !found.contains(&number) {
                    found.push(number.clone());
                }
            }
        }
    }
    if shape.is_none() {
        found.truncate(NUMBERS_MAX);
    }
    found
}
