//! What a file is, and reading it as that.
//!
//! Told by its beginning: an element is XML, and `messages` says which; a tag of SWIFT's is MT940
//! or MT942. Failure: nothing that is known. On purpose absent: guessing by file name.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8};

use crate::error::{Place, ReadError};
use crate::messages;
use crate::mt940::{self, lines::Lines};
use crate::pain002::StatusReport;
use crate::source::Source;
use crate::statement::{Entry, Statement, StatementHead};

/// The beginning by which a file is told; block headers and addresses before a message are far
/// shorter.
const HEAD_BYTES: u64 = 16 * 1024;

/// A family of formats, as `--format` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// camt.052, camt.053, camt.054.
    Camt,
    /// pain.002.
    Pain002,
    /// A customer statement of SWIFT.
    Mt940,
    /// An interim report of SWIFT.
    Mt942,
}

impl Format {
    const ALL: [Format; 4] = [Format::Camt, Format::Pain002, Format::Mt940, Format::Mt942];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Format::Camt => "camt",
            Format::Pain002 => "pain002",
            Format::Mt940 => "mt940",
            Format::Mt942 => "mt942",
        }
    }

    fn is_xml(self) -> bool {
        matches!(self, Format::Camt | Format::Pain002)
    }
}

/// What a file said, without its entries: one of the two is empty.
#[derive(Default)]
pub struct Contents {
    pub statements: Vec<StatementHead>,
    pub status_reports: Vec<StatusReport>,
}

/// Reads a file to its end, in flat memory: each entry goes to `on_entry` with the position of its
/// statement and is forgotten. When this fails, what was handed out before counts for nothing.
/// `format` limits what is accepted.
pub fn read(
    input: &mut dyn Read,
    format: Option<Format>,
    on_entry: &mut dyn FnMut(usize, Entry),
) -> Result<Contents, ReadError> {
    let mut contents = Contents::default();
    let head = Head::of(input)?;
    let is_xml = match format {
        Some(format) => format.is_xml(),
        None => head.format()?.is_none(),
    };
    let mut whole = head.bytes.as_slice().chain(input);
    if is_xml {
        messages::read(Source::new(&mut whole)?, format, &mut contents, on_entry)?;
        return Ok(contents);
    }
    let statements = &mut contents.statements;
    if head.encoding == UTF_8 {
        mt940::read(Lines::new(&mut whole), format, statements, on_entry)?;
    } else {
        let mut text = Source::new(&mut whole)?;
        let read = mt940::read(Lines::new(&mut text), format, statements, on_entry);
        read.map_err(|error| text.fault().unwrap_or(error))?;
    }
    if contents.statements.is_empty() {
        return Err(head.unknown("an MT940 or MT942 message"));
    }
    Ok(contents)
}

/// Reads all statements of a file into memory: for files known to be small, and for tests.
pub fn read_statements(bytes: &[u8]) -> Result<Vec<Statement>, ReadError> {
    let mut entries: Vec<Vec<Entry>> = Vec::new();
    let mut input = bytes;
    let contents = read(&mut input, None, &mut |statement, entry| {
        entries.resize_with(entries.len().max(statement + 1), Vec::new);
        entries[statement].push(entry);
    })?;
    entries.resize_with(contents.statements.len(), Vec::new);
    let pairs = contents.statements.into_iter().zip(entries);
    Ok(pairs
        .map(|(head, entries)| Statement { head, entries })
        .collect())
}

/// What the file is, by its first message; reads no further than to that message's beginning.
pub fn detect(input: &mut dyn Read) -> Result<Format, ReadError> {
    let head = Head::of(input)?;
    if let Some(format) = head.format()? {
        return Ok(format);
    }
    let mut whole = head.bytes.as_slice().chain(input);
    messages::detect(Source::new(&mut whole)?)
}

/// The beginning of a file.
struct Head {
    bytes: Vec<u8>,
    encoding: &'static Encoding,
}

impl Head {
    fn of(input: &mut dyn Read) -> Result<Self, ReadError> {
        let mut bytes = Vec::new();
        if let Err(error) = input.take(HEAD_BYTES).read_to_end(&mut bytes) {
            return Err(ReadError::new(
                Place::Line(1),
                format!("an input that can't be read ({error})"),
                "a readable file",
            ));
        }
        let encoding = Encoding::for_bom(&bytes).map_or(UTF_8, |(encoding, _)| encoding);
        Ok(Self { bytes, encoding })
    }

    /// The format of a text that isn't XML; `None` for XML, which its own reader tells, and for
    /// nothing at all.
    fn format(&self) -> Result<Option<Format>, ReadError> {
        let text = self.text();
        let visible = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
        if visible.is_empty() || visible.starts_with('<') {
            return Ok(None);
        }
        match mt940::detect(&text) {
            Some(format) => Ok(Some(format)),
            None => Err(self.unknown("a camt or pain.002 document, or an MT940 or MT942 message")),
        }
    }

    /// Enough to tell what it is, whatever its encoding: tags and the first element are ASCII.
    fn text(&self) -> String {
        let (text, _) = self.encoding.decode_with_bom_removal(&self.bytes);
        text.replace('\r', "\n")
    }

    fn unknown(&self, expected: &str) -> ReadError {
        let text = self.text();
        let first = text.lines().map(str::trim).find(|line| !line.is_empty());
        ReadError::text(Place::Input, first.unwrap_or_default(), expected)
    }
}
