//! Deterministic CBOR (RFC 8949 4.2.1), cut down to what Fairlock signs: unsigned and negative
//! integers, byte strings, text, arrays and maps of definite length.
//!
//! Failure is [`Malformed`]: where in the bytes, and what was expected there. Absent on purpose:
//! tags, floats, booleans, null, undefined, indefinite lengths, and any way to read a value that
//! would not be written back as the same bytes ([`canonical`] asks for that).

use alloc::vec::Vec;
use core::fmt;

use minicbor::Decoder;
use minicbor::data::Type;

/// Deepest nesting that any object of this protocol has is 6; deeper bytes are hostile.
const DEPTH_MAX: u8 = 8;

/// Bytes that aren't what was expected: the offset and the expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    pub at: usize,
    pub expected: &'static str,
}

impl Malformed {
    pub fn new(at: usize, expected: &'static str) -> Malformed {
        Malformed { at, expected }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: expected {}", self.at, self.expected)
    }
}

impl core::error::Error for Malformed {}

/// Is this exactly one item in its one canonical form, as a [`Writer`] would write it?
pub fn canonical(bytes: &[u8]) -> Result<(), Malformed> {
    let mut reader = Reader::new(bytes);
    reader.canonical_item(DEPTH_MAX)?;
    reader.end()
}

/// What stands in the first byte of a head beside the major type, and the head's length, for the
/// shortest form of a number.
fn shortest(number: u64) -> (u8, usize) {
    match number {
        0..24 => (number as u8, 1),
        24..0x100 => (24, 2),
        0x100..0x1_0000 => (25, 3),
        0x1_0000..0x1_0000_0000 => (26, 5),
        _ => (27, 9),
    }
}

/// Writes the canonical form, and nothing else can be written with it.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    pub fn new() -> Self {
        Self::default()
    }

    fn head(&mut self, major: u8, number: u64) {
        let (info, length) = shortest(number);
        let number = number.to_be_bytes();
        self.0.push(major << 5 | info);
        self.raw(number.get(9 - length..).unwrap_or_default());
    }

    pub fn uint(&mut self, value: u64) {
        self.head(0, value);
    }

    pub fn int(&mut self, value: i64) {
        match u64::try_from(value) {
            Ok(value) => self.uint(value),
            Err(_) => self.head(1, !value as u64),
        }
    }

    pub fn bytes(&mut self, value: &[u8]) {
        self.head(2, value.len() as u64);
        self.raw(value);
    }

    pub fn text(&mut self, value: &str) {
        self.head(3, value.len() as u64);
        self.raw(value.as_bytes());
    }

    pub fn array(&mut self, length: u64) {
        self.head(4, length);
    }

    pub fn map(&mut self, length: u64) {
        self.head(5, length);
    }

    /// What is canonical already.
    pub fn raw(&mut self, item: &[u8]) {
        self.0.extend_from_slice(item);
    }

    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// A text and byte strings as one array: the shape of everything that says what is signed.
pub fn named(text: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.array(1 + parts.len() as u64);
    writer.text(text);
    parts.iter().for_each(|part| writer.bytes(part));
    writer.finish()
}

/// Writes a map with integer keys whose optional entries are simply left out.
#[derive(Default)]
pub struct MapWriter {
    length: u64,
    body: Writer,
}

impl MapWriter {
    /// The next key; the caller writes exactly one item behind it. Keys must come in order.
    pub fn key(&mut self, key: u64) -> &mut Writer {
        self.length += 1;
        self.body.uint(key);
        &mut self.body
    }

    pub fn finish(self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.map(self.length);
        writer.raw(&self.body.finish());
        writer.finish()
    }
}

/// Reads one object item by item. Canonical form isn't its business ([`canonical`] is).
pub struct Reader<'a>(Decoder<'a>);

/// How many entries of a map are left, and the key that was read ahead.
pub struct Fields {
    left: u64,
    key: Option<u64>,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(Decoder::new(bytes))
    }

    /// The refusal of what stands at the reader's place.
    pub fn wrong<T>(&self, expected: &'static str) -> Result<T, Malformed> {
        Err(Malformed::new(self.0.position(), expected))
    }

    fn read<T>(
        &mut self,
        expected: &'static str,
        item: impl FnOnce(&mut Decoder<'a>) -> Option<T>,
    ) -> Result<T, Malformed> {
        let at = self.0.position();
        item(&mut self.0).ok_or(Malformed::new(at, expected))
    }

    /// An unsigned integer up to and including `max`.
    pub fn uint(&mut self, max: u64, expected: &'static str) -> Result<u64, Malformed> {
        self.read(expected, |r| r.u64().ok().filter(|value| *value <= max))
    }

    /// A signed integer between `min` and `max`, both included.
    pub fn int(&mut self, min: i64, max: i64, expected: &'static str) -> Result<i64, Malformed> {
        let within = |value: &i64| (min..=max).contains(value);
        self.read(expected, |r| r.i64().ok().filter(within))
    }

    /// A byte string of at most `max` bytes.
    pub fn bytes(&mut self, max: usize, expected: &'static str) -> Result<&'a [u8], Malformed> {
        self.read(expected, |r| r.bytes().ok().filter(|one| one.len() <= max))
    }

    /// A byte string of exactly `N` bytes.
    pub fn fixed<const N: usize>(&mut self, expected: &'static str) -> Result<[u8; N], Malformed> {
        self.read(expected, |r| r.bytes().ok()?.try_into().ok())
    }

    /// A text of 1 to `max` bytes without control characters.
    pub fn text(&mut self, max: usize, expected: &'static str) -> Result<&'a str, Malformed> {
        let fits =
            |text: &&str| (1..=max).contains(&text.len()) && !text.contains(char::is_control);
        self.read(expected, |r| r.str().ok().filter(fits))
    }

    /// The length of an array, between `min` and `max`.
    pub fn array(&mut self, min: u64, max: u64, expected: &'static str) -> Result<u64, Malformed> {
        let within = |length: &u64| (min..=max).contains(length);
        self.read(expected, |r| r.array().ok()?.filter(within))
    }

    /// The head of a map with unsigned keys, to be read with [`Reader::has`] in ascending order.
    pub fn fields(&mut self, expected: &'static str) -> Result<Fields, Malformed> {
        let left = self.read(expected, |r| r.map().ok()?)?;
        Ok(Fields { left, key: None })
    }

    /// Is `key` the next key? Then its value is what is read next.
    pub fn has(&mut self, fields: &mut Fields, key: u64) -> Result<bool, Malformed> {
        if fields.key.is_none() && fields.left > 0 {
            fields.left -= 1;
            fields.key = Some(self.uint(u64::MAX, "a key that is an unsigned integer")?);
        }
        let found = fields.key == Some(key);
        if found {
            fields.key = None;
        }
        Ok(found)
    }

    /// `key` must be the next key.
    pub fn need(
        &mut self,
        fields: &mut Fields,
        key: u64,
        expected: &'static str,
    ) -> Result<(), Malformed> {
        if self.has(fields, key)? {
            Ok(())
        } else {
            self.wrong(expected)
        }
    }

    /// No key may be left.
    pub fn end_fields(&self, fields: &Fields) -> Result<(), Malformed> {
        if fields.left == 0 && fields.key.is_none() {
            return Ok(());
        }
        self.wrong("no key beyond the closed list")
    }

    /// An item whose every head is in its shortest form, with the keys of maps in bytewise order,
    /// each once.
    fn canonical_item(&mut self, depth: u8) -> Result<(), Malformed> {
        let at = self.0.position();
        let Some(deeper) = depth.checked_sub(1) else {
            return self.wrong("less nesting");
        };
        let expected = "an integer, byte string, text, array or map of definite length";
        // The number in its head, and how many bytes stand behind the head.
        let (number, content) = self.read(expected, |r| match r.datatype().ok()? {
            Type::U8 | Type::U16 | Type::U32 | Type::U64 => Some((r.u64().ok()?, 0)),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 => Some((!r.i64().ok()? as u64, 0)),
            Type::Bytes => r
                .bytes()
                .ok()
                .map(|bytes| (bytes.len() as u64, bytes.len())),
            Type::String => r.str().ok().map(|text| (text.len() as u64, text.len())),
            Type::Array => Some((r.array().ok()??, 0)),
            Type::Map => Some((r.map().ok()??, 0)),
            _ => None,
        })?;
        if self.0.position() - at - content != shortest(number).1 {
            return Err(Malformed::new(
                at,
                "the shortest form of a length or number",
            ));
        }
        match self.0.input().get(at).map_or(0, |head| head >> 5) {
            4 => (0..number).try_for_each(|_| self.canonical_item(deeper)),
            5 => self.canonical_entries(number, deeper),
            _ => Ok(()),
        }
    }

    fn canonical_entries(&mut self, length: u64, depth: u8) -> Result<(), Malformed> {
        let mut last: &[u8] = &[];
        for _ in 0..length {
            let at = self.0.position();
            self.canonical_item(depth)?;
            let key = self
                .0
                .input()
                .get(at..self.0.position())
                .unwrap_or_default();
            if key <= last {
                return Err(Malformed::new(at, "keys in ascending order, each once"));
            }
            last = key;
            self.canonical_item(depth)?;
        }
        Ok(())
    }

    /// Nothing may be left.
    pub fn end(&self) -> Result<(), Malformed> {
        if self.0.position() == self.0.input().len() {
            return Ok(());
        }
        self.wrong("no bytes after the object")
    }

    /// The bytes of the next item, whatever it is.
    pub fn item(&mut self) -> Result<&'a [u8], Malformed> {
        let from = self.0.position();
        let wrong = Malformed::new(from, "a CBOR item");
        self.0.skip().map_err(|_| wrong)?;
        self.0.input().get(from..self.0.position()).ok_or(wrong)
    }
}
