//! The rows of one sheet as they pass.

use std::ops::Range;

use fairlock_domain::calendar::Day;

use super::archive::{Archive, SHEET_MAX_BYTES};
use super::part::{Element, Item, Part};
use super::serial::{self, Calendar};
use super::strings::{self, Strings};
use super::styles::{Shows, Styles};
use crate::error::{Place, ReadError};
use crate::sheet::{CELL_MAX_CHARS, COLUMNS_MAX, Cell, Row};

/// What cells refer to.
pub(super) struct Values<'a> {
    pub strings: &'a Strings,
    pub styles: &'a Styles,
    pub calendar: Calendar,
}

pub(super) fn rows(
    archive: &mut Archive<'_>,
    sheet: &str,
    values: &Values<'_>,
    each: &mut dyn FnMut(&dyn Row) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    archive.part(sheet, SHEET_MAX_BYTES, |part| {
        let mut row = SheetRow {
            line: 0,
            text: String::new(),
            cells: Vec::new(),
            next: 0,
            values,
        };
        loop {
            match part.next()? {
                Item::Open(element) if element.name == "row" => {
                    row.begin(&element, part)?;
                    row.read(part)?;
                    each(&row)?;
                }
                // Behind the data stand filters, formats and drawings.
                Item::Close(name) if name == "sheetData" => return Ok(()),
                Item::Open(_) | Item::Close(_) | Item::Text(_) => {}
                Item::End => return Err(part.wrong("the end inside a sheet")),
            }
        }
    })
}

struct SheetRow<'v> {
    line: u64,
    /// Texts and numbers of the cells, behind each other.
    text: String,
    cells: Vec<Held>,
    /// Where a cell that doesn't say its place stands.
    next: usize,
    values: &'v Values<'v>,
}

#[derive(Clone)]
enum Held {
    Empty,
    Text(Range<usize>),
    Shared(usize),
    Number(Range<usize>),
    Date(Day, Option<u32>),
    NoValue(&'static str),
}

impl Row for SheetRow<'_> {
    fn line(&self) -> u64 {
        self.line
    }

    fn len(&self) -> usize {
        self.cells.len()
    }

    fn cell(&self, position: usize) -> Cell<'_> {
        match self.cells.get(position) {
            None | Some(Held::Empty) => Cell::Empty,
            Some(Held::Text(range)) => Cell::of_text(&self.text[range.clone()]),
            Some(Held::Shared(index)) => self
                .values
                .strings
                .get(*index)
                .map_or(Cell::Empty, Cell::of_text),
            Some(Held::Number(range)) => Cell::Number(&self.text[range.clone()]),
            Some(Held::Date(day, second)) => Cell::Date {
                day: *day,
                second: *second,
            },
            Some(Held::NoValue(what)) => Cell::NoValue(what),
        }
    }

    fn is_whole(&self) -> bool {
        true
    }
}

impl SheetRow<'_> {
    /// Rows come in order; their numbers may have gaps.
    fn begin(&mut self, element: &Element, part: &Part<'_>) -> Result<(), ReadError> {
        let next = self.line + 1;
        self.line = match element.get("r") {
            None => next,
            Some(number) => match number.parse::<u64>() {
                Ok(number) if (next..=1_048_576).contains(&number) => number,
                _ => return Err(part.wrong("a row out of order")),
            },
        };
        self.text.clear();
        self.cells.clear();
        self.next = 0;
        Ok(())
    }

    fn read(&mut self, part: &mut Part<'_>) -> Result<(), ReadError> {
        loop {
            match part.next()? {
                Item::Open(element) if element.name == "c" => {
                    let position = self.position(&element, part)?;
                    self.next = position + 1;
                    let held = self.value(&element, part)?;
                    if matches!(held, Held::Empty) {
                        continue;
                    }
                    if position >= COLUMNS_MAX {
                        return Err(ReadError::new(
                            Place::Line(self.line),
                            "more than 1,000 columns",
                            "at most 1,000",
                        ));
                    }
                    self.cells.resize(position, Held::Empty);
                    self.cells.push(held);
                }
                Item::Open(_) => part.skip()?,
                Item::Close(name) if name == "row" => return Ok(()),
                Item::Close(_) | Item::Text(_) => {}
                Item::End => return Err(part.wrong("the end inside a row")),
            }
        }
    }

    /// From 0, by a name such as "C5"; cells of a row come in order.
    fn position(&self, element: &Element, part: &Part<'_>) -> Result<usize, ReadError> {
        let Some(name) = element.get("r") else {
            return Ok(self.next);
        };
        let digits = name.trim_start_matches(|c: char| c.is_ascii_uppercase());
        let letters = &name[..name.len() - digits.len()];
        let is_here = digits.parse::<u64>() == Ok(self.line);
        let column = letters.bytes().try_fold(0usize, |column, letter| {
            let column = column * 26 + usize::from(letter - b'A' + 1);
            (column <= 16_384).then_some(column)
        });
        match column {
            Some(column) if column > self.next && is_here => Ok(column - 1),
            _ => Err(part.wrong("a cell out of order")),
        }
    }

    fn value(&mut self, cell: &Element, part: &mut Part<'_>) -> Result<Held, ReadError> {
        let start = self.text.len();
        let mut has_formula = false;
        let mut value = None;
        loop {
            match part.next()? {
                Item::Open(element) => match element.name.as_str() {
                    "v" => value = Some(part.text()?),
                    "f" => {
                        has_formula = true;
                        part.skip()?;
                    }
                    "is" => strings::rich(part, "is", &mut self.text)?,
                    _ => part.skip()?,
                },
                Item::Close(name) if name == "c" => break,
                Item::Close(_) | Item::Text(_) => {}
                Item::End => return Err(part.wrong("the end inside a cell")),
            }
        }
        if has_formula {
            return Ok(Held::NoValue("a formula"));
        }
        let held = match (cell.get("t"), value) {
            (Some("inlineStr"), _) => self.held(start),
            (_, None) => Held::Empty,
            (Some("s"), Some(index)) => match index.trim().parse::<usize>() {
                Ok(index) if self.values.strings.get(index).is_some() => Held::Shared(index),
                _ => return Err(part.wrong("a text that isn't in the shared ones")),
            },
            (None | Some("n"), Some(number)) => self.number(number.trim(), cell.get("s")),
            (Some("str" | "d"), Some(text)) => {
                self.text.push_str(&text);
                self.held(start)
            }
            (Some("b"), Some(_)) => Held::NoValue("true or false"),
            (Some("e"), Some(_)) => Held::NoValue("an error"),
            (Some(_), Some(_)) => return Err(part.wrong("a cell of a type that isn't known")),
        };
        let long = self.text[start..].len() > CELL_MAX_CHARS
            && self.text[start..].chars().count() > CELL_MAX_CHARS;
        match long {
            true => Err(ReadError::new(
                Place::Line(self.line),
                "a cell of more than 4,000 characters",
                "at most 4,000",
            )),
            false => Ok(held),
        }
    }

    fn held(&self, start: usize) -> Held {
        match self.text[start..].trim().is_empty() {
            true => Held::Empty,
            false => Held::Text(start..self.text.len()),
        }
    }

    fn number(&mut self, number: &str, style: Option<&str>) -> Held {
        match self.values.styles.of(style) {
            _ if number.is_empty() => Held::Empty,
            Shows::Number => {
                let start = self.text.len();
                self.text.push_str(number);
                Held::Number(start..self.text.len())
            }
            Shows::Date => match serial::date(number, self.values.calendar) {
                Some((day, second)) => Held::Date(day, second),
                None => Held::NoValue("a date that isn't one"),
            },
            Shows::Time => Held::NoValue("a time without a day"),
        }
    }
}
