//! Texts that a workbook keeps once and cells refer to.

use super::archive::{Archive, PART_MAX_BYTES};
use super::part::{Item, Part};
use crate::error::ReadError;

/// All texts behind each other, and where each ends.
#[derive(Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    pub(super) fn get(&self, position: usize) -> Option<&str> {
        let end = *self.ends.get(position)?;
        let start = match position {
            0 => 0,
            position => *self.ends.get(position - 1)?,
        };
        self.text.get(start..end)
    }
}

pub(super) fn read(archive: &mut Archive<'_>, part: &str) -> Result<Strings, ReadError> {
    archive.part(part, PART_MAX_BYTES, |part| {
        let mut strings = Strings::default();
        loop {
            match part.next()? {
                Item::Open(element) if element.name == "si" => {
                    rich(part, "si", &mut strings.text)?;
                    strings.ends.push(strings.text.len());
                }
                Item::Open(_) | Item::Close(_) | Item::Text(_) => {}
                Item::End => return Ok(strings),
            }
        }
    })
}

/// The text of an `si` or `is` up to its end: all of its runs, without how it is pronounced.
pub(super) fn rich(part: &mut Part<'_>, name: &str, text: &mut String) -> Result<(), ReadError> {
    loop {
        match part.next()? {
            Item::Open(element) => match element.name.as_str() {
                "t" => text.push_str(&part.text()?),
                "rPh" => part.skip()?,
                _ => {}
            },
            Item::Close(closed) if closed == name => return Ok(()),
            Item::Close(_) | Item::Text(_) => {}
            Item::End => return Err(part.wrong("the end inside a text")),
        }
    }
}
