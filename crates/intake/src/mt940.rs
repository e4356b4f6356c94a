//! MT940 and MT942: customer statements and interim reports of SWIFT, as banks really write them.
//!
//! Read by tags, one line at a time, in the memory of one entry. What stands between messages
//! (block headers, `-`, addresses) is passed over; so are fields that say nothing about an entry
//! (forward balances, totals, `:NS:`). A message is MT940 when it has a balance `:60a:` or `:62a:`,
//! else MT942 when it has a floor limit, a moment or totals, or its header says so. Failure: a
//! field that isn't what its tag says, with its line. An entry whose message says no currency has
//! none, and is for its reader to refuse. On purpose absent: totals (`:90D:`), which balances prove
//! better.

mod about;
mod dates;
mod entry;
mod head;
pub(crate) mod lines;
mod movement;
mod slashes;
mod tag;
mod words;

use crate::camt::ENTRIES_MAX;
use crate::document::Format;
use crate::error::{Place, ReadError};
use crate::statement::{Entry, StatementHead};
use head::Head;
use lines::Lines;
use movement::Movement;
use tag::Tag;

/// Texts of one entry; SWIFT allows six lines of 65.
const FIELD_MAX_BYTES: usize = 64 * 1024;

/// Reads a file to its end. `on_entry` gets each entry with the position of its statement.
pub(crate) fn read(
    lines: Lines<'_>,
    wanted: Option<Format>,
    statements: &mut Vec<StatementHead>,
    on_entry: &mut dyn FnMut(usize, Entry),
) -> Result<(), ReadError> {
    let mut reader = Reader {
        lines,
        wanted,
        statements,
        on_entry,
        entries: 0,
        entries_max: ENTRIES_MAX,
        head: Head::default(),
        movement: None,
        field: None,
        text: String::new(),
        behind_end: false,
        header_says_interim: false,
        next_header: None,
    };
    reader.run()
}

/// What a text is, by its first message; `None` when it has none of the two.
pub(crate) fn detect(text: &str) -> Option<Format> {
    let mut interim = None;
    let mut found = false;
    for line in text.lines() {
        let line = line.trim_start_matches(is_noise);
        if let Some(says) = tag::header_says_interim(line) {
            interim = interim.or(Some(says));
            found |= line.starts_with('{');
        }
        match tag::of(line) {
            Some((Tag::Opening | Tag::Closing, _)) => return Some(Format::Mt940),
            Some((Tag::Floor | Tag::Moment | Tag::Totals, _)) => interim = Some(true),
            Some((Tag::Reference, _)) if found && interim == Some(true) => break,
            _ => {}
        }
        found |= tag::of(line).is_some_and(|(tag, _)| tag.tells_a_message());
    }
    found.then_some(match interim {
        Some(true) => Format::Mt942,
        Some(false) | None => Format::Mt940,
    })
}

/// What some banks send before a line: control characters of old transmission, and spaces.
fn is_noise(c: char) -> bool {
    c.is_control() || c == '\u{feff}'
}

struct Reader<'a, 'b> {
    lines: Lines<'a>,
    wanted: Option<Format>,
    statements: &'b mut Vec<StatementHead>,
    on_entry: &'b mut dyn FnMut(usize, Entry),
    /// Of all statements together.
    entries: u32,
    entries_max: u32,
    head: Head,
    /// The entry whose texts are still to come.
    movement: Option<Movement>,
    /// The field that is being read, with its first line; its text is `text`.
    field: Option<(Tag, u64)>,
    text: String,
    /// A message ended and no field came since: what stands here isn't read.
    behind_end: bool,
    header_says_interim: bool,
    /// What a header said of the message that begins behind it.
    next_header: Option<bool>,
}

impl Reader<'_, '_> {
    fn run(&mut self) -> Result<(), ReadError> {
        while self.lines.next()? {
            self.line()?;
        }
        self.refuse_cut_entry()?;
        self.end_field()?;
        self.end_statement()
    }

    fn line(&mut self) -> Result<(), ReadError> {
        let line = self.lines.text();
        let line = line.trim_start_matches(is_noise);
        if let Some((tag, value)) = tag::of(line) {
            let number = self.lines.number();
            let value = value.to_owned();
            self.end_field()?;
            self.text.push_str(&value);
            self.field = Some((tag, number));
            return Ok(());
        }
        let bare = line.trim_matches(|c: char| c.is_whitespace() || is_noise(c));
        if bare == "-" || bare.starts_with("-}") {
            self.end_field()?;
            self.behind_end = true;
            return Ok(());
        }
        if line.starts_with('{') && tag::is_block(line) {
            return self.block();
        }
        if self.field.is_none() {
            self.next_header = tag::header_says_interim(bare).or(self.next_header);
            return Ok(());
        }
        if !bare.is_empty() {
            let line = self.lines.text().trim_end_matches(is_noise);
            self.text.push('\n');
            self.text.push_str(line);
        }
        if self.text.len() > FIELD_MAX_BYTES {
            return Err(self.error("a field of more than 64 KiB", "fields of at most 64 KiB"));
        }
        Ok(())
    }

    /// Block headers begin a message. Behind the text block's brace the first field may stand.
    fn block(&mut self) -> Result<(), ReadError> {
        self.end_field()?;
        let line = self.lines.text();
        let line = line.trim_start_matches(is_noise);
        self.next_header = tag::header_says_interim(line).or(self.next_header);
        let inside = line.split_once("{4:").map(|(_, inside)| inside.to_owned());
        self.end_statement()?;
        if let Some((tag, value)) = inside.as_deref().and_then(tag::of) {
            self.text.push_str(value);
            self.field = Some((tag, self.lines.number()));
        }
        Ok(())
    }

    /// Takes the field that was read. Its text stays where it is, for the next one.
    fn end_field(&mut self) -> Result<(), ReadError> {
        let Some((tag, line)) = self.field.take() else {
            return Ok(());
        };
        let mut text = std::mem::take(&mut self.text);
        let taken = self.field(tag, &text, line);
        text.clear();
        self.text = text;
        taken
    }

    fn field(&mut self, tag: Tag, text: &str, line: u64) -> Result<(), ReadError> {
        let is_next = match tag {
            Tag::Reference => true,
            // Pages of one statement, whose heading isn't repeated.
            Tag::Opening if self.head.has_opening() => {
                let heading = (!self.behind_end).then(|| self.head.heading());
                self.end_statement()?;
                self.head = heading.unwrap_or_default();
                false
            }
            _ => self.behind_end && self.head.is_closed(),
        };
        if is_next {
            self.end_statement()?;
        }
        self.behind_end = false;
        self.head.begins_at(line);
        if let Some(interim) = self.next_header.take() {
            self.header_says_interim = interim;
        }
        match tag {
            Tag::Entry => self.entry(text, line),
            Tag::About => {
                if let Some(movement) = &mut self.movement {
                    movement.add_text(text);
                }
                Ok(())
            }
            Tag::Closing | Tag::PageEnd => {
                self.end_movement();
                self.head.field(tag, text, line)
            }
            _ => self.head.field(tag, text, line),
        }
    }

    fn entry(&mut self, text: &str, line: u64) -> Result<(), ReadError> {
        self.end_movement();
        if self.head.is_closed() {
            let expected = "entries before the closing balance :62F:";
            return Err(ReadError::new(
                Place::Line(line),
                "an entry :61: behind it",
                expected,
            ));
        }
        if self.entries == self.entries_max {
            return Err(ReadError::new(
                Place::Line(line),
                "more than 1,000,000 entries",
                "at most 1,000,000 in one file",
            ));
        }
        self.entries += 1;
        let read = entry::read(text, line)?;
        self.movement = Some(Movement::new(read));
        Ok(())
    }

    /// Hands out the entry whose texts are all there.
    fn end_movement(&mut self) {
        if let Some(movement) = self.movement.take() {
            let entry = movement.complete(self.head.entries(), self.head.entry_currency());
            self.head.count(&entry);
            (self.on_entry)(self.statements.len(), entry);
        }
    }

    fn end_statement(&mut self) -> Result<(), ReadError> {
        self.end_movement();
        let head = std::mem::take(&mut self.head);
        let line = head.first_line();
        let interim = std::mem::take(&mut self.header_says_interim);
        self.behind_end = false;
        if let Some(head) = head.complete(interim) {
            let wanted = self.wanted.map(Format::name);
            if wanted.is_some_and(|wanted| wanted != head.format) {
                let expected = format!("a {} message", wanted.unwrap_or_default());
                return Err(ReadError::text(Place::Line(line), &head.format, expected));
            }
            self.statements.push(head);
        }
        Ok(())
    }

    /// A file that ends inside an entry's amount says another amount.
    fn refuse_cut_entry(&self) -> Result<(), ReadError> {
        let Some((Tag::Entry, line)) = self.field else {
            return Ok(());
        };
        let cut = !self.lines.is_terminated()
            && entry::read(&self.text, line).is_ok_and(|read| !read.has_type);
        match cut {
            true => Err(self.error(
                "the end of the input",
                "the transaction type behind the amount; the file is cut off",
            )),
            false => Ok(()),
        }
    }

    fn error(&self, found: &str, expected: &str) -> ReadError {
        ReadError::new(Place::Line(self.lines.number()), found, expected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No file of 64 MiB has more than a million entries with texts, so that the limit is tried
    /// with a smaller one.
    #[test]
    fn entries_are_counted_over_all_statements_of_a_file() {
        let message = ":20:A\n:60F:C260302KES0,\n:61:260302C1,NTRF\n:62F:C260302KES1,\n-\n";
        let file = message.repeat(3);
        let read = |entries_max| {
            let mut input = file.as_bytes();
            let mut statements = Vec::new();
            let mut reader = Reader {
                lines: Lines::new(&mut input),
                wanted: None,
                statements: &mut statements,
                on_entry: &mut |_, _| {},
                entries: 0,
                entries_max,
                head: Head::default(),
                movement: None,
                field: None,
                text: String::new(),
                behind_end: false,
                header_says_interim: false,
                next_header: None,
            };
            reader.run().map(|()| statements.len())
        };
        assert_eq!(read(3), Ok(3));
        let error = read(2).expect_err("one too many");
        assert_eq!(error.found, "more than 1,000,000 entries");
        assert_eq!(error.place, Place::Line(13));
    }
}
