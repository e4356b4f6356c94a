//! Any CBOR, to bend objects in ways that the protocol's own writer can't.

use minicbor::Decoder;
use minicbor::data::Type;

#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Uint(u64),
    Int(i64),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Item>),
    Map(Vec<(Item, Item)>),
    /// Written as it is.
    Raw(Vec<u8>),
}

pub use Item::{Array, Bytes, Int, Map, Raw, Text, Uint};

impl Item {
    /// Of canonical bytes.
    pub fn of(bytes: &[u8]) -> Item {
        take(&mut Decoder::new(bytes))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.put(&mut out);
        out
    }

    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Uint(number) => head(out, 0, *number),
            Int(number) if *number >= 0 => head(out, 0, *number as u64),
            Int(number) => head(out, 0x20, (-1 - number) as u64),
            Bytes(bytes) => {
                head(out, 0x40, bytes.len() as u64);
                out.extend_from_slice(bytes);
            }
            Text(text) => {
                head(out, 0x60, text.len() as u64);
                out.extend_from_slice(text.as_bytes());
            }
            Array(items) => {
                head(out, 0x80, items.len() as u64);
                items.iter().for_each(|item| item.put(out));
            }
            Map(entries) => {
                head(out, 0xa0, entries.len() as u64);
                for (key, value) in entries {
                    key.put(out);
                    value.put(out);
                }
            }
            Raw(bytes) => out.extend_from_slice(bytes),
        }
    }

    /// This map with a key's value replaced, or put where it belongs.
    pub fn set(&self, key: u64, value: Item) -> Item {
        let Map(entries) = self else { panic!("a map") };
        let mut entries = entries.clone();
        match entries.iter_mut().find(|(one, _)| *one == Uint(key)) {
            Some(entry) => entry.1 = value,
            None => {
                let at = entries
                    .iter()
                    .position(|(one, _)| matches!(one, Uint(one) if *one > key));
                entries.insert(at.unwrap_or(entries.len()), (Uint(key), value));
            }
        }
        Map(entries)
    }

    /// This map without a key.
    pub fn without(&self, key: u64) -> Item {
        let Map(entries) = self else { panic!("a map") };
        Map(entries
            .iter()
            .filter(|(one, _)| *one != Uint(key))
            .cloned()
            .collect())
    }

    pub fn get(&self, key: u64) -> Item {
        let Map(entries) = self else { panic!("a map") };
        let entry = entries.iter().find(|(one, _)| *one == Uint(key));
        entry.expect("the key").1.clone()
    }

    /// This array with an item replaced or, one place behind the end, added.
    pub fn at(&self, index: usize, value: Item) -> Item {
        let Array(items) = self else {
            panic!("an array")
        };
        let mut items = items.clone();
        items.truncate(index.max(items.len()));
        match items.get_mut(index) {
            Some(item) => *item = value,
            None => items.push(value),
        }
        Array(items)
    }
}

fn head(out: &mut Vec<u8>, major: u8, number: u64) {
    match number {
        0..=23 => out.push(major | number as u8),
        24..=0xff => out.extend([major | 24, number as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend((number as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend((number as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend(number.to_be_bytes());
        }
    }
}

fn take(d: &mut Decoder<'_>) -> Item {
    match d.datatype().expect("an item") {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => Uint(d.u64().expect("a number")),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => Int(d.i64().expect("a number")),
        Type::Bytes => Bytes(d.bytes().expect("bytes").to_vec()),
        Type::String => Text(d.str().expect("a text").into()),
        Type::Array => {
            let length = d.array().expect("an array").expect("definite");
            Array((0..length).map(|_| take(d)).collect())
        }
        Type::Map => {
            let length = d.map().expect("a map").expect("definite");
            Map((0..length).map(|_| (take(d), take(d))).collect())
        }
        other => panic!("{other} in an object"),
    }
}

/// Diagnostic notation (RFC 8949, 8), a map's entries on lines of their own at the top.
pub fn diag_lines(bytes: &[u8]) -> Vec<String> {
    let Map(entries) = Item::of(bytes) else {
        return vec![word(&Item::of(bytes))];
    };
    let last = entries.len().saturating_sub(1);
    let entry = |(i, (key, value)): (usize, &(Item, Item))| {
        let comma = if i == last { "" } else { "," };
        format!("  {}: {}{comma}", word(key), word(value))
    };
    let lines = entries.iter().enumerate().map(entry);
    [vec!["{".into()], lines.collect(), vec!["}".into()]].concat()
}

fn word(item: &Item) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match item {
        Uint(number) => number.to_string(),
        Int(number) => number.to_string(),
        Bytes(bytes) => format!("h'{}'", fairlock_protocol::enrol::hex(bytes)),
        Text(text) => serde_json::to_string(text).expect("text is JSON"),
        Array(items) => format!("[{}]", list(items.iter().map(word).collect())),
        Map(entries) => {
            let entry = |(key, value): &(Item, Item)| format!("{}: {}", word(key), word(value));
            format!("{{{}}}", list(entries.iter().map(entry).collect()))
        }
        Raw(_) => panic!("bytes that nobody reads"),
    }
}
