//! Lines of a text file, one at a time: each in UTF-8, else in Windows-1252.
//!
//! Banks write CP1252 beside UTF-8, sometimes in one file, so that each line is judged by itself;
//! text in CP1252 is hardly ever valid UTF-8 by chance. A line ends with LF, CR LF or CR. Failure:
//! more than 64 MiB, a line of more than 64 KiB, an input that can't be read. On purpose absent:
//! UTF-16, which `document` turns into UTF-8 before.

use std::io::{self, Read};

use encoding_rs::WINDOWS_1252;

use crate::error::{Place, ReadError};
use crate::source::INPUT_MAX_BYTES;

/// A line of a bank has at most some hundred characters.
const LINE_MAX_BYTES: usize = 64 * 1024;
const BUFFER: usize = 2 * LINE_MAX_BYTES;

pub(crate) struct Lines<'a> {
    input: &'a mut dyn Read,
    buffer: Vec<u8>,
    /// Where the next line begins, and how much of the buffer is filled.
    start: usize,
    filled: usize,
    input_ended: bool,
    total: u64,
    /// The line before ended with CR: an LF right behind it belongs to it.
    after_cr: bool,
    number: u64,
    text: String,
    terminated: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(input: &'a mut dyn Read) -> Self {
        Self {
            input,
            buffer: vec![0; BUFFER],
            start: 0,
            filled: 0,
            input_ended: false,
            total: 0,
            after_cr: false,
            number: 0,
            text: String::new(),
            terminated: true,
        }
    }

    /// The current line, without its end.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The current line's number, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Whether the current line has an end: the last one of a file that was cut off hasn't.
    pub(crate) fn is_terminated(&self) -> bool {
        self.terminated
    }

    /// Goes to the next line, or says that there is none.
    pub(crate) fn next(&mut self) -> Result<bool, ReadError> {
        if self.after_cr {
            self.fill_to(1)?;
            if self.buffer[self.start..self.filled].first() == Some(&b'\n') {
                self.start += 1;
            }
            self.after_cr = false;
        }
        let Some(end) = self.find_end()? else {
            self.terminated = false;
            let end = self.filled;
            self.take(end);
            self.start = end;
            return Ok(!self.text.is_empty());
        };
        self.terminated = true;
        self.after_cr = self.buffer[end] == b'\r';
        self.take(end);
        self.start = end + 1;
        Ok(true)
    }

    fn take(&mut self, end: usize) {
        let bytes = &self.buffer[self.start..end];
        self.number += 1;
        self.text.clear();
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text.push_str(text),
            Err(_) => {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
                self.text.push_str(&text);
            }
        }
        if self.number == 1 && self.text.starts_with('\u{feff}') {
            self.text.drain(..'\u{feff}'.len_utf8());
        }
    }

    /// Where the line's end stands in the buffer; `None` when the input ends before.
    fn find_end(&mut self) -> Result<Option<usize>, ReadError> {
        let mut searched = 0;
        loop {
            let unsearched = &self.buffer[self.start + searched..self.filled];
            let end = unsearched.iter().position(|b| *b == b'\n' || *b == b'\r');
            let length = searched + end.unwrap_or(unsearched.len());
            if length <= LINE_MAX_BYTES && end.is_some() {
                return Ok(Some(self.start + length));
            }
            searched = length;
            if searched > LINE_MAX_BYTES {
                return Err(ReadError::new(
                    Place::Line(self.number + 1),
                    "a line of more than 64 KiB",
                    "lines of a bank's message",
                ));
            }
            if self.input_ended {
                return Ok(None);
            }
            self.fill_to(searched + 1)?;
        }
    }

    /// Reads until so many bytes of the next line are there, or the input ends.
    fn fill_to(&mut self, wanted: usize) -> Result<(), ReadError> {
        while self.filled - self.start < wanted && !self.input_ended {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.filled, 0);
                self.filled -= self.start;
                self.start = 0;
            }
            match self.input.read(&mut self.buffer[self.filled..]) {
                Ok(read) => {
                    self.filled += read;
                    self.total += read as u64;
                    self.input_ended = read == 0;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(ReadError::new(
                        Place::Line(self.number + 1),
                        format!("an input that can't be read ({error})"),
                        "a readable file",
                    ));
                }
            }
            if self.total > INPUT_MAX_BYTES {
                return Err(ReadError::new(
                    Place::Input,
                    "more than 64 MiB",
                    "a file of at most 64 MiB",
                ));
            }
        }
        Ok(())
    }
}
