//! Contract references: ISO 11649, `RF`, two check digits (ISO 7064 MOD 97-10), then the
//! contract's own number.
//!
//! A reference is made once, typed by people many times, and found again in structured or free
//! text. Case and white space don't count; anything else does. The check digits catch every
//! single wrong character and every swap of neighbours, so that such a text matches nothing and
//! is only proposed ([`near`]).
//!
//! On purpose absent: references longer than 20 characters (a mobile-money account field holds
//! 20, so we make none), and any look-up: a valid reference may still be nobody's.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The longest reference that we make or look for: what M-Pesa's account field holds. The
/// standard allows 25.
pub const REFERENCE_CHARS_MAX: usize = 20;

/// `RF`, two check digits, and at least one character of the contract's number.
pub const REFERENCE_CHARS_MIN: usize = 5;

/// `RF` and the check digits.
const HEAD_CHARS: usize = 4;

/// Words of one text that [`near`] looks at. Payers write a line, not a book; more words would
/// only add chance hits.
const NEAR_WORDS_MAX: usize = 64;

/// Words that [`near`] joins to one contract number ("C 1001", "4471-20").
const NEAR_JOINED_MAX: usize = 4;

/// The shortest contract number that is proposed without its check digits; shorter ones are
/// house numbers, days and counts.
const NEAR_NUMBER_CHARS_MIN: usize = 4;

/// A valid reference in its one canonical form: capital letters and digits, without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(String);

/// Why a text is no reference, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceError {
    /// Nothing but spaces, or no letter or digit to make one of.
    Empty,
    /// A character that is no ASCII letter, digit or white space.
    Character(char),
    /// More than [`REFERENCE_CHARS_MAX`] characters.
    TooLong(usize),
    /// Doesn't begin with `RF` and two digits followed by a number.
    NotRf,
    /// The check digits belong to another number: something was mistyped.
    CheckDigits,
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReferenceError::Empty => f.write_str("empty; expected letters or digits"),
            ReferenceError::Character(c) => {
                write!(f, "{c:?}; expected letters A-Z, digits and spaces")
            }
            ReferenceError::TooLong(chars) => write!(
                f,
                "{chars} characters; expected at most {REFERENCE_CHARS_MAX} in the whole reference"
            ),
            ReferenceError::NotRf => f.write_str("expected RF, two digits, then a number"),
            ReferenceError::CheckDigits => {
                f.write_str("wrong check digits; expected those of the number after them")
            }
        }
    }
}

impl core::error::Error for ReferenceError {}

impl Reference {
    /// The reference of a contract: its id's letters and digits behind `RF` and check digits.
    /// Ids that differ only in punctuation or case have the same reference; the importer
    /// refuses the second.
    pub fn of_contract(contract_id: &str) -> Result<Reference, ReferenceError> {
        let number: String = contract_id
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if number.is_empty() {
            return Err(ReferenceError::Empty);
        }
        let chars = number.len() + HEAD_CHARS;
        if chars > REFERENCE_CHARS_MAX {
            return Err(ReferenceError::TooLong(chars));
        }
        let check = 98 - remainder(number.bytes().chain(*b"RF00"));
        let mut text = String::with_capacity(chars);
        text.push_str("RF");
        text.push(digit(check / 10));
        text.push(digit(check % 10));
        text.push_str(&number);
        Ok(Reference(text))
    }

    /// Reads a reference that stands alone, as typed: case and white space don't count.
    pub fn parse(text: &str) -> Result<Reference, ReferenceError> {
        let mut squeezed = String::new();
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            if !c.is_ascii_alphanumeric() {
                return Err(ReferenceError::Character(c));
            }
            squeezed.push(c.to_ascii_uppercase());
        }
        if squeezed.is_empty() {
            return Err(ReferenceError::Empty);
        }
        Self::from_squeezed(squeezed)
    }

    fn from_squeezed(text: String) -> Result<Reference, ReferenceError> {
        if text.len() > REFERENCE_CHARS_MAX {
            return Err(ReferenceError::TooLong(text.len()));
        }
        let bytes = text.as_bytes();
        let shaped = bytes.len() >= REFERENCE_CHARS_MIN
            && bytes.starts_with(b"RF")
            && bytes[2..HEAD_CHARS].iter().all(u8::is_ascii_digit);
        if !shaped {
            return Err(ReferenceError::NotRf);
        }
        // 00, 01 and 99 leave the same remainder as 97, 98 and 02, and are never made.
        let made = !matches!(&bytes[2..HEAD_CHARS], b"00" | b"01" | b"99");
        if !made || turned_remainder(bytes) != 1 {
            return Err(ReferenceError::CheckDigits);
        }
        Ok(Reference(text))
    }

    /// The canonical text: `RF93447120`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people read it: in fours, `RF93 4471 20`.
    pub fn in_fours(&self) -> String {
        let mut text = String::with_capacity(self.0.len() + self.0.len() / 4);
        for (i, c) in self.0.chars().enumerate() {
            if i > 0 && i % 4 == 0 {
                text.push(' ');
            }
            text.push(c);
        }
        text
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One place in a text where a reference begins. Because spaces don't count, it can be read with
/// more than one end ("RF93 4471 20 2026"); each reading here has right check digits, and at
/// most one of them can be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub readings: Vec<Reference>,
}

/// Finds every place in the texts where a valid reference stands, the same one only once.
///
/// A reference begins and ends where a word does; between its characters only white space may
/// stand. Time is proportional to the text.
pub fn find<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Mention> {
    let mut mentions: Vec<Mention> = Vec::new();
    for text in texts {
        let words = words(text);
        for start in 0..words.len() {
            let mut readings = Vec::new();
            let mut squeezed = String::new();
            for (i, word) in words[start..].iter().enumerate() {
                if i > 0 && !word.joined {
                    break;
                }
                squeezed.push_str(&word.text);
                if squeezed.len() > REFERENCE_CHARS_MAX || !may_begin(&squeezed) {
                    break;
                }
                if let Ok(reference) = Reference::from_squeezed(squeezed.clone()) {
                    readings.push(reference);
                }
            }
            let mention = Mention { readings };
            if !mention.readings.is_empty() && !mentions.contains(&mention) {
                mentions.push(mention);
            }
        }
    }
    mentions
}

/// Whether something in the texts begins like a reference, right or wrong: the payer meant one.
pub fn is_tried<'a>(texts: impl IntoIterator<Item = &'a str>) -> bool {
    let begins = |word: &Word| word.text.len() >= HEAD_CHARS && may_begin(&word.text);
    let tried = |text: &str| words(text).iter().any(begins);
    texts.into_iter().any(tried)
}

/// Why a reference that doesn't stand in the text is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slip {
    /// Right, but for punctuation between its characters.
    Punctuated,
    /// Right, but for the missing `RF`.
    NoPrefix,
    /// Two neighbours are swapped.
    Swapped,
    /// One character is another.
    OneCharacter,
    /// The contract's number alone, without check digits.
    NoCheckDigits,
}

/// References that the payer may have meant, each with the slip that leads there; most of them
/// are nobody's, and the caller keeps those that are a contract's. They are proposals for a
/// person, never a match.
pub fn near<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<(Reference, Slip)> {
    let mut found: Vec<(Reference, Slip)> = Vec::new();
    let mut add = |reference: Reference, slip: Slip| match found
        .iter_mut()
        .find(|(known, _)| *known == reference)
    {
        Some((_, known)) => *known = slip.min(*known),
        None => found.push((reference, slip)),
    };
    for text in texts {
        let words = words(text);
        let words = &words[..words.len().min(NEAR_WORDS_MAX)];
        for start in 0..words.len() {
            let mut squeezed = String::new();
            let mut plain = true;
            for (i, word) in words[start..].iter().enumerate() {
                plain &= i == 0 || word.joined;
                squeezed.push_str(&word.text);
                if squeezed.len() > REFERENCE_CHARS_MAX {
                    break;
                }
                if squeezed.starts_with("RF") && squeezed.len() >= REFERENCE_CHARS_MIN {
                    mistyped(&squeezed, plain, &mut add);
                } else if i < NEAR_JOINED_MAX && squeezed.len() >= NEAR_NUMBER_CHARS_MIN {
                    unprefixed(&squeezed, &mut add);
                }
            }
        }
    }
    found
}

/// Proposes what one slip away from `text` is valid; what is valid itself is a mention, unless
/// punctuation stands in it.
fn mistyped(text: &str, plain: bool, add: &mut impl FnMut(Reference, Slip)) {
    if let Ok(reference) = Reference::from_squeezed(String::from(text)) {
        if !plain {
            add(reference, Slip::Punctuated);
        }
        return;
    }
    let mut bytes = text.as_bytes().to_vec();
    let propose = |bytes: &[u8], slip, add: &mut dyn FnMut(Reference, Slip)| {
        let text = bytes.iter().map(|b| char::from(*b)).collect();
        if let Ok(reference) = Reference::from_squeezed(text) {
            add(reference, slip);
        }
    };
    for at in 2..bytes.len() - 1 {
        bytes.swap(at, at + 1);
        propose(&bytes, Slip::Swapped, add);
        bytes.swap(at, at + 1);
    }
    for at in 2..bytes.len() {
        let typed = bytes[at];
        for other in (b'0'..=b'9').chain(b'A'..=b'Z') {
            bytes[at] = other;
            propose(&bytes, Slip::OneCharacter, add);
        }
        bytes[at] = typed;
    }
}

/// Proposes `text` as a reference without its `RF`, and as a contract's bare number.
fn unprefixed(text: &str, add: &mut impl FnMut(Reference, Slip)) {
    let mut whole = String::from("RF");
    whole.push_str(text);
    if let Ok(reference) = Reference::from_squeezed(whole) {
        add(reference, Slip::NoPrefix);
    }
    if let Ok(reference) = Reference::of_contract(text) {
        add(reference, Slip::NoCheckDigits);
    }
}

/// A run of ASCII letters and digits, in capitals.
struct Word {
    text: String,
    /// Only white space stands between the word before and this one.
    joined: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut inside = false;
    let mut joined = false;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            if !inside {
                let text = String::new();
                words.push(Word { text, joined });
            }
            if let Some(word) = words.last_mut() {
                word.text.push(c.to_ascii_uppercase());
            }
            inside = true;
            joined = true;
        } else {
            inside = false;
            joined &= c.is_whitespace();
        }
    }
    words
}

/// Whether characters so far can be the beginning of a reference.
fn may_begin(text: &str) -> bool {
    text.bytes()
        .take(HEAD_CHARS)
        .enumerate()
        .all(|(i, b)| match i {
            0 => b == b'R',
            1 => b == b'F',
            _ => b.is_ascii_digit(),
        })
}

/// The remainder modulo 97 of a reference with its head turned to the end.
fn turned_remainder(text: &[u8]) -> u32 {
    let (head, number) = text.split_at(HEAD_CHARS);
    remainder(number.iter().chain(head).copied())
}

/// Letters count as two digits, A = 10 to Z = 35 (ISO 11649).
fn remainder(text: impl Iterator<Item = u8>) -> u32 {
    text.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}
