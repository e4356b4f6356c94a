//! A cursor over an XML document that always knows its line and path.
//!
//! Elements are told apart by local name; the namespace matters only where a message begins. What a
//! document may not have: a DTD, an entity of its own, more than 64 levels, an undeclared prefix,
//! text between elements, an end before its time. On purpose absent: a tree; a 64 MiB file passes
//! through in the memory of its largest element.
//!
//! Use: `while xml.child()? { match xml.name() { "Amt" => …xml.text()?…, _ => xml.skip()? } }`.
//! Each branch reads its element to the end.

use std::fmt::Write as _;

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};

use crate::error::{Place, ReadError};
use crate::source::Source;

/// Levels of elements (design/payments.md, "Bad input"); real messages have at most 16, envelopes a
/// few more.
const DEPTH_MAX: usize = 64;
/// Text of one element; the longest field of the messages read here has 2,000 characters.
const TEXT_MAX_BYTES: usize = 64 * 1024;
/// Attributes of one element; real ones have at most four.
const ATTRIBUTES_MAX: usize = 64;

/// Elements that may repeat: their position is part of the path.
fn repeating(name: &str) -> Option<&'static str> {
    Some(match name {
        "Document" => "Document",
        "Stmt" => "Stmt",
        "Rpt" => "Rpt",
        "Ntfctn" => "Ntfctn",
        "Bal" => "Bal",
        "Ntry" => "Ntry",
        "NtryDtls" => "NtryDtls",
        "TxDtls" => "TxDtls",
        "Strd" => "Strd",
        "Ustrd" => "Ustrd",
        "Chrgs" => "Chrgs",
        "Rcrd" => "Rcrd",
        "OrgnlPmtInfAndSts" => "OrgnlPmtInfAndSts",
        "TxInfAndSts" => "TxInfAndSts",
        "StsRsnInf" => "StsRsnInf",
        _ => return None,
    })
}

struct Level {
    /// Where in the path this element's name starts and ends.
    name: std::ops::Range<usize>,
    /// Length of the path without this element.
    parent_path: usize,
    /// How many of each repeating element it has had.
    counts: Vec<(&'static str, u32)>,
}

/// What the document has next. A piece of text stands in `Xml::piece`.
#[derive(PartialEq, Eq)]
enum Item {
    Open,
    Text,
    Close,
}

pub(crate) struct Xml<'a> {
    reader: NsReader<Source<'a>>,
    buffer: Vec<u8>,
    /// The piece of text that was read last, and an element's whole text.
    piece: String,
    text: String,
    path: String,
    levels: Vec<Level>,
    root_counts: Vec<(&'static str, u32)>,
    /// The `Ccy` attribute of the element opened last.
    currency: Option<String>,
    /// The prefix of the element opened last, empty for none.
    prefix: String,
    /// The element closed last stays in the path until the cursor moves on, so that an error about
    /// it names it.
    closed_path: Option<usize>,
}

impl<'a> Xml<'a> {
    pub(crate) fn new(source: Source<'a>) -> Self {
        let mut reader = NsReader::from_reader(source);
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            piece: String::new(),
            text: String::new(),
            path: String::new(),
            levels: Vec::new(),
            root_counts: Vec::new(),
            currency: None,
            prefix: String::new(),
            closed_path: None,
        }
    }

    /// Opens the root element.
    pub(crate) fn root(&mut self) -> Result<(), ReadError> {
        match self.next_but_space("an XML document")? {
            Item::Open => Ok(()),
            Item::Close | Item::Text => Err(ReadError::new(
                Place::Input,
                "no element",
                "an XML document",
            )),
        }
    }

    /// Opens the next child of the current element, or closes the current element and says `false`.
    pub(crate) fn child(&mut self) -> Result<bool, ReadError> {
        let item = self.next_but_space("elements without text between them")?;
        Ok(matches!(item, Item::Open))
    }

    /// Like `child`, but passes over text: in an envelope, which isn't read, anything may stand.
    pub(crate) fn child_of_envelope(&mut self) -> Result<bool, ReadError> {
        loop {
            match self.next()? {
                Item::Open => return Ok(true),
                Item::Close => return Ok(false),
                Item::Text => {}
            }
        }
    }

    /// Opens the next element, however deep, or says that there is none.
    pub(crate) fn element(&mut self) -> Result<bool, ReadError> {
        loop {
            match self.next()? {
                Item::Open => return Ok(true),
                Item::Close if self.levels.is_empty() => return Ok(false),
                Item::Close | Item::Text => {}
            }
        }
    }

    /// Passes over the rest of the document, which has only to be well-formed.
    pub(crate) fn finish(&mut self) -> Result<(), ReadError> {
        while !self.levels.is_empty() {
            self.next()?;
        }
        match self.next_but_space("the end of the document")? {
            Item::Open => Err(self.unexpected("a second root element", "the end of the document")),
            Item::Close | Item::Text => Ok(()),
        }
    }

    /// The next element or end, over white space; other text is an error.
    fn next_but_space(&mut self, expected: &str) -> Result<Item, ReadError> {
        loop {
            match self.next()? {
                Item::Text if trim(&self.piece).is_empty() => {}
                Item::Text => {
                    return Err(ReadError::text(self.place(), trim(&self.piece), expected));
                }
                item => return Ok(item),
            }
        }
    }

    /// Reads the current element to its end and passes over it.
    pub(crate) fn skip(&mut self) -> Result<(), ReadError> {
        let depth = self.levels.len();
        while self.levels.len() >= depth {
            self.next()?;
        }
        Ok(())
    }

    /// The text of the current element to its end, without white space around it; `None` when there
    /// is none.
    pub(crate) fn text(&mut self) -> Result<Option<String>, ReadError> {
        let text = self.text_ref()?;
        Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }

    /// The same, to look at: empty when there is none.
    pub(crate) fn text_ref(&mut self) -> Result<&str, ReadError> {
        self.read_text()?;
        Ok(trim(&self.text))
    }

    /// The text read last, for an error about it.
    pub(crate) fn last_text(&self) -> &str {
        trim(&self.text)
    }

    /// The text of the current element to its end, as it is.
    pub(crate) fn text_as_is(&mut self) -> Result<String, ReadError> {
        self.read_text()?;
        Ok(self.text.clone())
    }

    fn read_text(&mut self) -> Result<(), ReadError> {
        self.text.clear();
        loop {
            match self.next()? {
                Item::Close => return Ok(()),
                Item::Open => return Err(self.unexpected("an element", "text only")),
                Item::Text => self.append()?,
            }
        }
    }

    /// The text of the current element, or of its child `name`: what camt calls `Sts` has been
    /// both.
    pub(crate) fn text_or_child(&mut self, names: &[&str]) -> Result<Option<String>, ReadError> {
        let mut own = String::new();
        let mut inner = None;
        self.text.clear();
        loop {
            match self.next()? {
                Item::Close => break,
                Item::Text => {
                    if !trim(&self.piece).is_empty() || !own.is_empty() {
                        own.push_str(&self.piece);
                        self.check_length(own.len())?;
                    }
                }
                Item::Open if names.contains(&self.name()) => inner = self.text()?,
                Item::Open => self.skip()?,
            }
        }
        let own = Some(trim(&own).to_owned()).filter(|text| !text.is_empty());
        Ok(own.or(inner))
    }

    /// Local name of the current element.
    pub(crate) fn name(&self) -> &str {
        self.levels
            .last()
            .map_or("", |level| &self.path[level.name.clone()])
    }

    /// The `Ccy` attribute of the current element, if it was the one opened last.
    pub(crate) fn currency(&mut self) -> Option<String> {
        self.currency.take()
    }

    /// Namespace of the element opened last; `None` when it is in none.
    pub(crate) fn namespace(&self) -> Option<String> {
        let name = match self.prefix.as_str() {
            "" => self.name().to_owned(),
            prefix => format!("{prefix}:{}", self.name()),
        };
        match self.reader.resolver().resolve_element(QName(&name)) {
            (ResolveResult::Bound(Namespace(namespace)), _) => Some(namespace.to_owned()),
            (ResolveResult::Unbound | ResolveResult::Unknown(_), _) => None,
        }
        .filter(|namespace| !namespace.is_empty())
    }

    /// Where the cursor is: in the current element, or at the end of the one just closed.
    pub(crate) fn place(&self) -> Place {
        let line = self.reader.get_ref().line();
        if self.path.is_empty() {
            return Place::Line(line);
        }
        Place::Xml {
            line,
            path: self.path.clone(),
        }
    }

    /// An error at the cursor about something that isn't a text.
    pub(crate) fn unexpected(&self, found: &str, expected: &str) -> ReadError {
        ReadError::new(self.place(), found, expected)
    }

    fn append(&mut self) -> Result<(), ReadError> {
        self.text.push_str(&self.piece);
        self.check_length(self.text.len())
    }

    fn check_length(&self, length: usize) -> Result<(), ReadError> {
        if length > TEXT_MAX_BYTES {
            return Err(self.unexpected(
                "a text of more than 64 KiB",
                "at most 64 KiB in one element",
            ));
        }
        Ok(())
    }

    /// The next element, text or end. At the end of the document `Close` with no level left.
    fn next(&mut self) -> Result<Item, ReadError> {
        if let Some(length) = self.closed_path.take() {
            self.path.truncate(length);
        }
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            let event = self.reader.read_event_into(&mut buffer);
            let step = match event {
                Ok(event) => self.step(event),
                Err(error) => Err(self.broken(error)),
            };
            self.buffer = buffer;
            if let Some(item) = step? {
                return Ok(item);
            }
        }
    }

    fn step(&mut self, event: Event<'_>) -> Result<Option<Item>, ReadError> {
        match event {
            Event::Start(start) => self.open(&start).map(|()| Some(Item::Open)),
            // Never sent: the reader expands empty elements.
            Event::Empty(start) => self.open(&start).map(|()| Some(Item::Open)),
            Event::End(_) => {
                self.closed_path = self.levels.pop().map(|level| level.parent_path);
                Ok(Some(Item::Close))
            }
            Event::Text(text) => self.legal(&text.xml10_content()),
            Event::CData(text) => self.legal(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => self.legal(character.encode_utf8(&mut [0; 4])),
                Ok(None) => self.legal(self.predefined(&reference)?),
                Err(_) => Err(self.no_character(&reference)),
            },
            Event::Comment(_) | Event::PI(_) => Ok(None),
            Event::Decl(_) => {
                Err(self.unexpected("an XML declaration", "one only at the very start"))
            }
            Event::DocType(_) => Err(self.dtd()),
            Event::Eof if self.levels.is_empty() => Ok(Some(Item::Close)),
            Event::Eof => Err(self.cut_off()),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), ReadError> {
        let name = start.name();
        let (local, prefix) = name.decompose();
        self.prefix.clear();
        self.prefix
            .push_str(prefix.as_ref().map_or("", |prefix| prefix.as_ref()));
        self.descend(local.as_ref());
        if prefix.is_some() {
            let (namespace, _) = self.reader.resolver().resolve_element(name);
            if let ResolveResult::Unknown(prefix) = namespace {
                return Err(ReadError::text(
                    self.place(),
                    &prefix,
                    "a prefix that the document declares",
                ));
            }
        }
        if self.levels.len() > DEPTH_MAX {
            return Err(self.unexpected("more than 64 levels", "at most 64 levels of elements"));
        }
        self.currency = match start.attributes_raw().trim_ascii().is_empty() {
            true => None,
            false => self.currency_of(start)?,
        };
        Ok(())
    }

    /// Appends the element to the path.
    fn descend(&mut self, name: &str) {
        let parent_path = self.path.len();
        self.path.push('/');
        self.path.push_str(name);
        let range = parent_path + 1..self.path.len();
        if let Some(repeating) = repeating(name) {
            let counts = match self.levels.last_mut() {
                Some(parent) => &mut parent.counts,
                None => &mut self.root_counts,
            };
            let position = count(counts, repeating);
            // Writing to a text can't fail.
            let _ = write!(self.path, "[{position}]");
        }
        self.levels.push(Level {
            name: range,
            parent_path,
            counts: Vec::new(),
        });
    }

    fn currency_of(&self, start: &BytesStart<'_>) -> Result<Option<String>, ReadError> {
        let mut currency = None;
        // The reader's own check for duplicates takes quadratic time; a second `Ccy` is found here.
        for (position, attribute) in start.attributes().with_checks(false).enumerate() {
            if position == ATTRIBUTES_MAX {
                return Err(self.unexpected(
                    "more than 64 attributes",
                    "at most 64 attributes in one element",
                ));
            }
            let attribute = attribute.map_err(|error| self.broken(error.into()))?;
            if attribute.key.local_name().as_ref() != "Ccy" {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Explicit1_0);
            let value = value.map_err(|error| self.broken(error))?;
            if currency.replace(trim(&value).to_owned()).is_some() {
                return Err(self.unexpected("a second attribute Ccy", "each attribute once"));
            }
        }
        Ok(currency)
    }

    /// Text that XML allows: no control characters but tab, line feed and carriage return.
    fn legal(&mut self, text: &str) -> Result<Option<Item>, ReadError> {
        let is_control = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r');
        if let Some(control) = text.bytes().find(|b| is_control(b)) {
            return Err(ReadError::text(
                self.place(),
                &char::from(control).to_string(),
                "characters that XML allows",
            ));
        }
        self.piece.clear();
        self.piece.push_str(text);
        Ok(Some(Item::Text))
    }

    fn predefined(&self, name: &str) -> Result<&'static str, ReadError> {
        match name {
            "amp" => Ok("&"),
            "lt" => Ok("<"),
            "gt" => Ok(">"),
            "apos" => Ok("'"),
            "quot" => Ok("\""),
            _ => Err(ReadError::text(
                self.place(),
                &format!("&{name};"),
                "only amp, lt, gt, apos and quot as entities",
            )),
        }
    }

    fn no_character(&self, reference: &str) -> ReadError {
        ReadError::text(
            self.place(),
            &format!("&{reference};"),
            "a reference to a character that XML allows",
        )
    }

    fn dtd(&self) -> ReadError {
        self.unexpected(
            "a document type declaration (DTD)",
            "none; it could hide entities",
        )
    }

    fn cut_off(&self) -> ReadError {
        let expected = format!("</{}>; the document is cut off", self.name());
        self.unexpected("the end of the input", &expected)
    }

    /// The parser's own errors in our words.
    fn broken(&self, error: Error) -> ReadError {
        match error {
            Error::Io(_) => {
                let fault = self.reader.get_ref().fault();
                fault.unwrap_or_else(|| {
                    self.unexpected("an input that can't be read", "a readable file")
                })
            }
            Error::Syntax(SyntaxError::UnclosedDoctype) => self.dtd(),
            Error::Syntax(SyntaxError::InvalidBangMarkup) => {
                self.unexpected("\"<!\"", "a comment or an element")
            }
            Error::Syntax(_) => self.cut_off(),
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                ReadError::text(
                    self.place(),
                    &format!("</{found}>"),
                    format!("</{expected}>"),
                )
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => ReadError::text(
                self.place(),
                &format!("</{found}>"),
                "a start tag before it",
            ),
            other => ReadError::new(self.place(), other.to_string(), "well-formed XML"),
        }
    }
}

/// Without the white space of XML around it. Other spaces, such as a no-break space, are text.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// Counts one more of the repeating element and gives its position.
fn count(counts: &mut Vec<(&'static str, u32)>, name: &'static str) -> u32 {
    if let Some((_, position)) = counts.iter_mut().find(|(known, _)| *known == name) {
        *position = position.saturating_add(1);
        return *position;
    }
    counts.push((name, 1));
    1
}
