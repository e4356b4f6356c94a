//! Bytes of any encoding in, UTF-8 out, for the XML reader: byte order mark, declaration, limit,
//! line count.
//!
//! The XML declaration is consumed here, because what it says about the encoding is no longer true
//! behind this point. Failure: an encoding nobody knows, bytes that aren't text in their encoding,
//! more than 64 MiB. On purpose absent: repair; a replacement character in a name or a reference
//! would be a silent change.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Place, ReadError};

/// Largest statement file (design/payments.md, "Bad input"): a day of a large bank account is far
/// below it.
pub const INPUT_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// An XML declaration is within the first bytes; a longer one isn't a declaration.
const DECLARATION_MAX: usize = 1024;
const CHUNK: usize = 32 * 1024;

/// A buffered reader of UTF-8 that counts lines as they are consumed.
pub(crate) struct Source<'a> {
    input: &'a mut dyn Read,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_ended: bool,
    raw_total: u64,
    text: Vec<u8>,
    text_at: usize,
    finished: bool,
    line: u64,
    /// Why reading stopped: `BufRead` can only carry an `io::Error`.
    fault: Option<ReadError>,
}

impl<'a> Source<'a> {
    /// Reads the head of the input, settles its encoding and passes over mark and declaration.
    pub(crate) fn new(input: &'a mut dyn Read) -> Result<Self, ReadError> {
        let mut source = Self {
            input,
            decoder: UTF_8.new_decoder_without_bom_handling(),
            raw: Vec::with_capacity(CHUNK),
            raw_at: 0,
            raw_ended: false,
            raw_total: 0,
            text: vec![0; CHUNK * 3],
            text_at: 0,
            finished: false,
            line: 1,
            fault: None,
        };
        source.text.clear();
        while source.raw.len() < DECLARATION_MAX && !source.raw_ended {
            source.read_raw()?;
        }
        let (encoding, mark) = encoding_of(&source.raw)?;
        source.decoder = encoding.new_decoder_without_bom_handling();
        source.raw_at = mark;
        source.pass_declaration()?;
        Ok(source)
    }

    /// A text in this encoding, unless a byte order mark says another one; without a declaration.
    pub(crate) fn in_encoding(
        input: &'a mut dyn Read,
        encoding: &'static Encoding,
    ) -> Result<Self, ReadError> {
        let mut source = Self {
            input,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: Vec::with_capacity(CHUNK),
            raw_at: 0,
            raw_ended: false,
            raw_total: 0,
            text: Vec::with_capacity(CHUNK * 3),
            text_at: 0,
            finished: false,
            line: 1,
            fault: None,
        };
        source.read_raw()?;
        if let Some((marked, mark)) = Encoding::for_bom(&source.raw) {
            source.decoder = marked.new_decoder_without_bom_handling();
            source.raw_at = mark;
        }
        Ok(source)
    }

    /// The line of the next byte, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// What stopped the reading.
    pub(crate) fn fault(&self) -> Option<ReadError> {
        self.fault.clone()
    }

    fn pass_declaration(&mut self) -> Result<(), ReadError> {
        self.fill_text()?;
        let head = &self.text[..self.text.len().min(DECLARATION_MAX)];
        let declared =
            head.starts_with(b"<?xml") && head.get(5).is_some_and(u8::is_ascii_whitespace);
        if let Some(end) = find(head, b"?>").filter(|_| declared) {
            self.consume(end + 2);
        }
        Ok(())
    }

    fn read_raw(&mut self) -> Result<(), ReadError> {
        let start = self.raw.len();
        self.raw.resize(start + CHUNK, 0);
        let read = loop {
            match self.input.read(&mut self.raw[start..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(self.line, &error.to_string())),
                Ok(read) => break read,
            }
        };
        self.raw.truncate(start + read);
        self.raw_ended = read == 0;
        self.raw_total += read as u64;
        if self.raw_total > INPUT_MAX_BYTES {
            return Err(ReadError::new(
                Place::Input,
                "more than 64 MiB",
                "a file of at most 64 MiB",
            ));
        }
        Ok(())
    }

    /// Decodes the next chunk into the empty text buffer. Leaves it empty only at the end of the
    /// input.
    fn fill_text(&mut self) -> Result<(), ReadError> {
        self.text.clear();
        self.text_at = 0;
        while self.text.is_empty() && !self.finished {
            if self.raw_at == self.raw.len() && !self.raw_ended {
                self.raw.clear();
                self.raw_at = 0;
                self.read_raw()?;
            }
            self.decode_chunk()?;
        }
        Ok(())
    }

    fn decode_chunk(&mut self) -> Result<(), ReadError> {
        self.text.resize(CHUNK * 3, 0);
        let last = self.raw_ended;
        let raw = &self.raw[self.raw_at..];
        let (result, read, written) =
            self.decoder
                .decode_to_utf8_without_replacement(raw, &mut self.text, last);
        self.raw_at += read;
        self.text.truncate(written);
        match result {
            DecoderResult::Malformed(..) => {
                let line = self.line + count_lines(&self.text);
                Err(ReadError::new(
                    Place::Line(line),
                    "bytes that are no characters",
                    format!("text in {}", self.decoder.encoding().name()),
                ))
            }
            DecoderResult::InputEmpty if last => {
                self.finished = true;
                Ok(())
            }
            DecoderResult::InputEmpty | DecoderResult::OutputFull => Ok(()),
        }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let read = available.len().min(buffer.len());
        buffer[..read].copy_from_slice(&available[..read]);
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.text_at == self.text.len()
            && let Err(fault) = self.fill_text()
        {
            self.text.clear();
            self.fault = Some(fault);
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        Ok(&self.text[self.text_at..])
    }

    fn consume(&mut self, amount: usize) {
        let end = (self.text_at + amount).min(self.text.len());
        self.line += count_lines(&self.text[self.text_at..end]);
        self.text_at = end;
    }
}

fn unreadable(line: u64, why: &str) -> ReadError {
    ReadError::new(
        Place::Line(line),
        format!("an input that can't be read ({why})"),
        "a readable file",
    )
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// The encoding by byte order mark, else by the shape of the first bytes, else by the declaration,
/// else UTF-8; and the length of the mark.
fn encoding_of(head: &[u8]) -> Result<(&'static Encoding, usize), ReadError> {
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return Ok((encoding, mark));
    }
    match head {
        [b'<', 0, ..] => return Ok((UTF_16LE, 0)),
        [0, b'<', ..] => return Ok((UTF_16BE, 0)),
        _ => {}
    }
    let Some(label) = declared_encoding(head) else {
        return Ok((UTF_8, 0));
    };
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        // A declaration that could be read byte by byte isn't in UTF-16, whatever it says.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok((UTF_8, 0)),
        Some(encoding) => Ok((encoding, 0)),
        None => Err(ReadError::text(
            Place::Line(1),
            &label,
            "an encoding such as UTF-8 or ISO-8859-1",
        )),
    }
}

/// The value of `encoding="…"` in an XML declaration at the very start.
fn declared_encoding(head: &[u8]) -> Option<String> {
    let head = &head[..head.len().min(DECLARATION_MAX)];
    let declaration = &head[..find(head, b"?>")?];
    let declaration = declaration.strip_prefix(b"<?xml")?;
    let value = &declaration[find(declaration, b"encoding")? + b"encoding".len()..];
    let value = value
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let (quote, rest) = value.split_first()?;
    let end = rest.iter().position(|byte| byte == quote)?;
    Some(String::from_utf8_lossy(&rest[..end]).into_owned())
}
