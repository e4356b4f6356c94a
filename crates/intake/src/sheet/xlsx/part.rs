//! One XML part of a workbook as a stream of elements and texts.
//!
//! What it may not have: a DTD, entities of its own, texts without end.

use std::io::{self, BufRead, BufReader, Read};

use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::error::{Place, ReadError};

/// Bytes between two elements: Excel's longest cell has 32,767 characters.
const RUN_MAX_BYTES: usize = 1024 * 1024;

pub(super) struct Part<'a> {
    name: String,
    reader: Reader<Runs<BufReader<&'a mut dyn Read>>>,
    buffer: Vec<u8>,
}

/// What a part has next.
pub(super) enum Item {
    /// An element by its local name, with its attributes by theirs.
    Open(Element),
    Close(String),
    Text(String),
    End,
}

pub(super) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl<'a> Part<'a> {
    pub(super) fn new(name: &str, input: &'a mut dyn Read) -> Self {
        let mut reader = Reader::from_reader(Runs {
            inner: BufReader::with_capacity(64 * 1024, input),
            run: 0,
        });
        reader.config_mut().expand_empty_elements = true;
        Self {
            name: name.to_owned(),
            reader,
            buffer: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Result<Item, ReadError> {
        loop {
            self.buffer.clear();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => return Err(broken(&self.name, &error)),
            };
            match event {
                Event::Start(start) | Event::Empty(start) => {
                    return element(&start)
                        .map(Item::Open)
                        .map_err(|error| broken(&self.name, &error));
                }
                Event::End(end) => {
                    return Ok(Item::Close(end.local_name().as_ref().to_owned()));
                }
                Event::Text(text) => return Ok(Item::Text(text.xml10_content().into_owned())),
                Event::CData(text) => return Ok(Item::Text(text.xml10_content().into_owned())),
                Event::GeneralRef(reference) => {
                    let character = match reference.resolve_char_ref() {
                        Ok(Some(character)) => Some(character),
                        Ok(None) => predefined(&reference),
                        Err(_) => None,
                    };
                    let text = character.map(|character| Item::Text(character.to_string()));
                    return text.ok_or_else(|| self.wrong("an entity that XML doesn't have"));
                }
                Event::DocType(_) => {
                    return Err(self.wrong("a document type declaration (DTD)"));
                }
                Event::Eof => return Ok(Item::End),
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            }
        }
    }

    /// The text up to the end of the element that was opened, without that of elements inside it.
    pub(super) fn text(&mut self) -> Result<String, ReadError> {
        let mut text = String::new();
        let mut depth = 0u32;
        loop {
            match self.next()? {
                Item::Open(_) => depth += 1,
                Item::Close(_) if depth == 0 => return Ok(text),
                Item::Close(_) => depth -= 1,
                Item::Text(part) if depth == 0 => text.push_str(&part),
                Item::Text(_) => {}
                Item::End => return Err(self.wrong("the end inside an element")),
            }
            if text.len() > RUN_MAX_BYTES {
                return Err(self.wrong("a text of more than 1 MiB"));
            }
        }
    }

    pub(super) fn skip(&mut self) -> Result<(), ReadError> {
        let mut depth = 0u32;
        loop {
            match self.next()? {
                Item::Open(_) => depth += 1,
                Item::Close(_) if depth == 0 => return Ok(()),
                Item::Close(_) => depth -= 1,
                Item::Text(_) => {}
                Item::End => return Err(self.wrong("the end inside an element")),
            }
        }
    }

    pub(super) fn wrong(&self, what: &str) -> ReadError {
        let found = format!("{what} in {}", self.name);
        ReadError::new(Place::Input, found, "a workbook (XLSX) as Excel writes it")
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Error> {
    let mut attributes = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0)?;
        let name = attribute.key.local_name().as_ref().to_owned();
        attributes.push((name, value.into_owned()));
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        attributes,
    })
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

fn broken(part: &str, error: &Error) -> ReadError {
    let too_large = |error: &io::Error| error.kind() == io::ErrorKind::FileTooLarge;
    match error {
        Error::Io(error) if too_large(error) => ReadError::new(
            Place::Input,
            format!("{part}, which unpacks beyond its limit"),
            "a sheet of at most 512 MiB unpacked, other parts of at most 64 MiB, texts of at most 1 MiB",
        ),
        error => {
            let found = format!("{part}, which can't be read ({error})");
            ReadError::new(Place::Input, found, "a whole workbook (XLSX)")
        }
    }
}

/// Ends with an error where no element begins for too long: the parser would hold all of it.
struct Runs<R> {
    inner: R,
    run: usize,
}

impl<R: BufRead> Read for Runs<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let read = available.len().min(buffer.len());
        buffer[..read].copy_from_slice(&available[..read]);
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Runs<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let is_long = self.run > RUN_MAX_BYTES;
        let available = self.inner.fill_buf()?;
        if is_long && !available.is_empty() && !available.contains(&b'<') {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        Ok(available)
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed was filled before, so that nothing is read here.
        if amount > 0
            && let Ok(available) = self.inner.fill_buf()
        {
            let consumed = &available[..amount.min(available.len())];
            match consumed.iter().rposition(|byte| *byte == b'<') {
                Some(begin) => self.run = consumed.len() - begin,
                None => self.run += consumed.len(),
            }
        }
        self.inner.consume(amount);
    }
}
