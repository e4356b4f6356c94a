//! Closed schemas as tables: a `record!` is a struct and a CBOR map at once, a `row!` a struct and
//! an array, `codes!` a list of words and their numbers. What is written down once can't be read
//! differently from how it is written.
//!
//! What the parts of a record owe each other, and their bounds, stand behind its fields: each a
//! condition and what was expected instead. Failure is [`Malformed`]. Absent on purpose: keys that
//! aren't in the table, defaults, and any way to encode an absent value as an empty one.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cbor::{Malformed, Reader, Writer};

/// Numbers stay below 2^53, so that no reader needs more than a double.
pub const NUMBER_MAX: u64 = (1 << 53) - 1;
/// Longest list of any record, and longest text in bytes; records may ask for less.
const LIST_MAX: u64 = 32;
const TEXT_MAX: usize = 128;

/// A value with one canonical form.
pub trait Item: Sized {
    fn put(&self, writer: &mut Writer);
    fn take(reader: &mut Reader<'_>) -> Result<Self, Malformed>;
}

/// Strictly ascending, as sets stand.
pub fn ascending<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K) -> bool {
    list.is_sorted_by(|a, b| key(a) < key(b))
}

/// A whole number: written and read by which functions, and its bounds.
macro_rules! numbers {
    ($($int:ty as $wide:ty, $by:ident, [$($bound:expr),*], $expected:literal;)*) => {$(
        impl Item for $int {
            fn put(&self, writer: &mut Writer) {
                writer.$by(<$wide>::from(*self));
            }
            fn take(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
                Ok(reader.$by($($bound),*, $expected)? as $int)
            }
        }
    )*};
}

numbers! {
    u8 as u64, uint, [u64::from(u8::MAX)], "a number below 2^8";
    u16 as u64, uint, [u64::from(u16::MAX)], "a number below 2^16";
    u32 as u64, uint, [u64::from(u32::MAX)], "a number below 2^32";
    u64 as u64, uint, [NUMBER_MAX], "a number below 2^53";
    i16 as i64, int, [-1080, 1080], "an offset within 18 hours";
    i64 as i64, int, [-(NUMBER_MAX as i64), NUMBER_MAX as i64], "a number within 2^53";
}

/// 0 or 1: the profile has no booleans.
impl Item for bool {
    fn put(&self, writer: &mut Writer) {
        writer.uint(u64::from(*self));
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(reader.uint(1, "0 or 1")? == 1)
    }
}

impl<const N: usize> Item for [u8; N] {
    fn put(&self, writer: &mut Writer) {
        writer.bytes(self);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.fixed("a byte string of its length")
    }
}

impl Item for String {
    fn put(&self, writer: &mut Writer) {
        writer.text(self);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let text = reader.text(
            TEXT_MAX,
            "a text of 1 to 128 bytes without control characters",
        )?;
        Ok(String::from(text))
    }
}

impl<T: Item> Item for Vec<T> {
    fn put(&self, writer: &mut Writer) {
        writer.array(self.len() as u64);
        self.iter().for_each(|item| item.put(writer));
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let count = reader.array(0, LIST_MAX, "a list of at most 32")?;
        (0..count).map(|_| T::take(reader)).collect()
    }
}

impl<A: Item, B: Item> Item for (A, B) {
    fn put(&self, writer: &mut Writer) {
        writer.array(2);
        self.0.put(writer);
        self.1.put(writer);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        reader.array(2, 2, "a pair")?;
        Ok((A::take(reader)?, B::take(reader)?))
    }
}

/// The bytes of an item, refused when it wouldn't read back as it was.
pub fn payload<T: Item + PartialEq>(item: &T) -> Result<Vec<u8>, Malformed> {
    let bytes = bytes(item);
    match read_whole::<T>(&bytes)? == *item {
        true => Ok(bytes),
        false => Err(Malformed::new(0, "a value that reads back as it was")),
    }
}

/// The bytes of an item.
pub fn bytes<T: Item>(item: &T) -> Vec<u8> {
    let mut writer = Writer::new();
    item.put(&mut writer);
    writer.finish()
}

/// One item and nothing behind it.
pub fn read_whole<T: Item>(bytes: &[u8]) -> Result<T, Malformed> {
    let mut reader = Reader::new(bytes);
    let item = T::take(&mut reader)?;
    reader.end()?;
    Ok(item)
}

/// A struct that is a CBOR map with integer keys. Each field says how it stands: `need` always,
/// `some` as an option, `list` as a list that is left out when empty, `blob` as bytes of at most
/// 4,096, `blobs` as a list of such that is left out when empty. `v1` writes and asks for key 1,
/// the version.
#[macro_export]
macro_rules! record {
    ($(
        $(#[$meta:meta])* $vis:vis struct $name:ident: $what:literal $($version:ident)? {
            $($(#[$doc:meta])* $key:literal $mark:ident $field:ident: $ty:ty,)*
            $(|$it:ident| { $($holds:expr => $expected:expr,)* })?
        }
    )*) => {$(
        $(#[$meta])*
        $vis struct $name {
            $($(#[$doc])* pub $field: $crate::field!(@type $mark $ty),)*
        }

        impl $crate::wire::Item for $name {
            fn put(&self, writer: &mut $crate::cbor::Writer) {
                let mut map = $crate::cbor::MapWriter::default();
                $($crate::field!(@$version map);)?
                $($crate::field!(@put $mark map, $key, self.$field);)*
                writer.raw(&map.finish());
            }

            fn take(r: &mut $crate::cbor::Reader<'_>) -> Result<Self, $crate::cbor::Malformed> {
                let f = &mut r.fields(concat!($what, ": a map"))?;
                $($crate::field!(@$version r, f, $what);)?
                $(let $field = $crate::field!(@take $mark r, f, $key,
                    concat!("key ", $key, " of ", $what, ": ", stringify!($field)));)*
                r.end_fields(f)?;
                let record = $name { $($field),* };
                $(let $it = &record; $(if !($holds) { return r.wrong($expected); })*)?
                Ok(record)
            }
        }
    )*};
}

/// How one field of a `record!` stands in its map.
#[doc(hidden)]
#[macro_export]
macro_rules! field {
    (@type need $ty:ty) => { $ty };
    (@type some $ty:ty) => { Option<$ty> };
    (@type list $ty:ty) => { alloc::vec::Vec<$ty> };
    (@type blob $ty:ty) => { $ty };
    (@type blobs $ty:ty) => { alloc::vec::Vec<$ty> };
    (@v1 $map:ident) => { $map.key(1).uint(1) };
    (@v1 $r:ident, $f:ident, $what:literal) => {
        $r.need($f, 1, concat!("key 1 of ", $what, ": version 1"))?;
        if $r.uint(1, "version 1")? != 1 {
            return $r.wrong("version 1");
        }
    };
    (@put need $map:ident, $key:literal, $value:expr) => {
        $crate::wire::Item::put(&$value, $map.key($key))
    };
    (@put some $map:ident, $key:literal, $value:expr) => {
        if let Some(value) = &$value {
            $crate::wire::Item::put(value, $map.key($key));
        }
    };
    (@put list $map:ident, $key:literal, $value:expr) => {
        if !$value.is_empty() {
            $crate::wire::Item::put(&$value, $map.key($key));
        }
    };
    (@put blob $map:ident, $key:literal, $value:expr) => { $map.key($key).bytes(&$value) };
    (@put blobs $map:ident, $key:literal, $value:expr) => {
        if !$value.is_empty() {
            let writer = $map.key($key);
            writer.array($value.len() as u64);
            $value.iter().for_each(|blob| writer.bytes(blob));
        }
    };
    (@take need $r:ident, $f:ident, $key:literal, $name:expr) => {{
        $r.need($f, $key, $name)?;
        $crate::wire::Item::take($r)?
    }};
    (@take some $r:ident, $f:ident, $key:literal, $name:expr) => {
        if $r.has($f, $key)? { Some($crate::wire::Item::take($r)?) } else { None }
    };
    (@take list $r:ident, $f:ident, $key:literal, $name:expr) => {{
        let mut list = alloc::vec::Vec::new();
        if $r.has($f, $key)? {
            list = $crate::wire::Item::take($r)?;
            if list.is_empty() {
                return $r.wrong("a list that is left out when empty");
            }
        }
        list
    }};
    (@take blobs $r:ident, $f:ident, $key:literal, $name:expr) => {{
        let mut blobs = alloc::vec::Vec::new();
        if $r.has($f, $key)? {
            for _ in 0..$r.array(1, 32, "a list of 1 to 32")? {
                blobs.push($r.bytes($crate::cose::OBJECT_MAX, "at most 4,096 bytes")?.to_vec());
            }
        }
        blobs
    }};
    (@take blob $r:ident, $f:ident, $key:literal, $name:expr) => {{
        $r.need($f, $key, $name)?;
        $r.bytes($crate::cose::OBJECT_MAX, "at most 4,096 bytes")?.to_vec()
    }};
}

/// A struct that is a CBOR array of exactly its fields, in order.
#[macro_export]
macro_rules! row {
    ($(
        $(#[$meta:meta])* $vis:vis struct $name:ident: $what:literal {
            $($(#[$doc:meta])* $field:ident: $ty:ty,)*
            $(|$it:ident| { $($holds:expr => $expected:expr,)* })?
        }
    )*) => {$(
        $(#[$meta])*
        $vis struct $name {
            $($(#[$doc])* pub $field: $ty,)*
        }

        impl $crate::wire::Item for $name {
            fn put(&self, writer: &mut $crate::cbor::Writer) {
                writer.array([$(stringify!($field)),*].len() as u64);
                $($crate::wire::Item::put(&self.$field, writer);)*
            }

            fn take(r: &mut $crate::cbor::Reader<'_>) -> Result<Self, $crate::cbor::Malformed> {
                let length = [$(stringify!($field)),*].len() as u64;
                r.array(length, length, concat!($what, ": an array of its length"))?;
                $(let $field = $crate::wire::Item::take(r)?;)*
                let row = $name { $($field),* };
                $(let $it = &row; $(if !($holds) { return r.wrong($expected); })*)?
                Ok(row)
            }
        }
    )*};
}

/// A closed list of words and their numbers on the wire; the order of the words is their order.
#[macro_export]
macro_rules! codes {
    ($(
        $(#[$meta:meta])* $vis:vis enum $name:ident: $what:literal {
            $($(#[$doc:meta])* $word:ident = $code:literal,)*
        }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$doc])* $word,)*
        }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$word),*];

            /// The number on the wire.
            pub fn code(self) -> u64 {
                match self {
                    $($name::$word => $code,)*
                }
            }

            pub fn from_code(code: u64) -> Option<$name> {
                $name::ALL.iter().copied().find(|word| word.code() == code)
            }
        }

        impl $crate::wire::Item for $name {
            fn put(&self, writer: &mut $crate::cbor::Writer) {
                writer.uint(self.code());
            }

            fn take(r: &mut $crate::cbor::Reader<'_>) -> Result<Self, $crate::cbor::Malformed> {
                let code = r.uint($crate::wire::NUMBER_MAX, $what)?;
                match $name::from_code(code) {
                    Some(word) => Ok(word),
                    None => r.wrong($what),
                }
            }
        }
    )*};
}

/// Gives a record that is signed its payload and its reader; some payloads have a bound of their
/// own.
#[macro_export]
macro_rules! signed_payload {
    ($name:ident) => {
        $crate::signed_payload!($name, $crate::cose::OBJECT_MAX, "at most 4,096 bytes");
    };
    ($name:ident, $max:expr, $expected:literal) => {
        impl $name {
            /// The payload to be signed; refuses a value that no reader would take.
            pub fn payload(&self) -> Result<alloc::vec::Vec<u8>, $crate::cbor::Malformed> {
                let payload = $crate::wire::payload(self)?;
                $name::read(&payload).map(|_| payload)
            }

            /// Reads a canonical payload by the closed schema.
            pub fn read(payload: &[u8]) -> Result<$name, $crate::cbor::Malformed> {
                match payload.len() <= $max {
                    true => $crate::wire::read_whole(payload),
                    false => Err($crate::cbor::Malformed::new($max, $expected)),
                }
            }
        }
    };
}
