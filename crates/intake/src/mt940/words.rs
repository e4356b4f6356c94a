//! Words with a plus sign inside the text fields of `:86:`: `EREF+`, `SVWZ+` and their like (German
//! banking industry, DFU agreement, annex 3).
//!
//! A text field has 27 columns. A value that fills its field goes on in the next; one that doesn't
//! ends there, unless it is the remittance itself. On purpose absent: the names of parties behind
//! the parties (`ABWA+`, `ABWE+`), creditor and debtor ids.

/// Columns of one text field.
const COLUMNS: usize = 27;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Reference(&'static str),
    Remittance,
    Iban,
    Original,
    Compensation,
    /// Read to know where it ends.
    Other,
}

/// What each word means, under camt's own names.
const WORDS: [(&str, Word); 14] = [
    ("EREF+", Word::Reference("EndToEndId")),
    ("KREF+", Word::Reference("PmtInfId")),
    ("MREF+", Word::Reference("MndtId")),
    ("IREF+", Word::Reference("InstrId")),
    ("SVWZ+", Word::Remittance),
    ("IBAN+", Word::Iban),
    ("OAMT+", Word::Original),
    ("COAM+", Word::Compensation),
    ("CRED+", Word::Other),
    ("DEBT+", Word::Other),
    ("ABWA+", Word::Other),
    ("ABWE+", Word::Other),
    ("BIC+", Word::Other),
    ("RREF+", Word::Reference("TxId")),
];

pub(super) fn begins(text: &str) -> bool {
    WORDS.iter().any(|(word, _)| text.starts_with(word))
}

/// Whether a text so far ends inside its field's columns, so that a word ends with it.
pub(super) fn ends_with_a_word(text: &str) -> bool {
    let columns = text.chars().count();
    columns > 0 && !columns.is_multiple_of(COLUMNS)
}

/// The text fields, joined, with the places where one ended before its last column.
#[derive(Default)]
pub(super) struct Purpose {
    joined: String,
    /// Where fields begin; those behind a field that wasn't full.
    starts: Vec<usize>,
    breaks: Vec<usize>,
    full: bool,
    /// From here on no word is looked for.
    plain_from: Option<usize>,
}

pub(super) struct Read {
    pub(super) references: Vec<(&'static str, String)>,
    pub(super) remittance: Option<String>,
    pub(super) iban: Option<String>,
    pub(super) original_amount: Option<String>,
    pub(super) compensation: Option<String>,
}

impl Purpose {
    /// Appends a field; `apart` when it doesn't go on with the one before.
    pub(super) fn add(&mut self, field: &str, apart: bool) {
        self.starts.push(self.joined.len());
        if (!self.full || apart) && !self.joined.is_empty() {
            self.breaks.push(self.joined.len());
        }
        self.joined.push_str(field);
        self.full = field.chars().count() >= COLUMNS;
    }

    /// Appends a field that says something of its own, in which a plus sign is text.
    pub(super) fn add_plain(&mut self, field: &str) {
        self.plain_from.get_or_insert(self.joined.len());
        self.add(field, true);
    }

    pub(super) fn complete(self) -> Read {
        let found = self.words();
        let mut read = Read {
            references: Vec::new(),
            remittance: None,
            iban: None,
            original_amount: None,
            compensation: None,
        };
        let first = found.first().map_or(self.joined.len(), |found| found.at);
        let has_remittance = found.iter().any(|found| found.word == Word::Remittance);
        let mut texts = Vec::new();
        if !has_remittance {
            texts.push(self.lines(0, first));
        }
        for (position, Found { word, value, .. }) in found.iter().enumerate() {
            let end = found
                .get(position + 1)
                .map_or(self.joined.len(), |next| next.at);
            if *word == Word::Remittance {
                texts.push(self.lines(*value, end));
                continue;
            }
            // What stands behind the value's last field is text again.
            let after = self.breaks.iter().find(|at| **at > *value && **at < end);
            let own_end = after.copied().unwrap_or(end);
            texts.push(self.lines(own_end, end));
            let text = self.joined[*value..own_end].trim();
            if text.is_empty() {
                continue;
            }
            match word {
                Word::Reference(name) if read.references.iter().all(|(known, _)| known != name) => {
                    read.references.push((name, text.to_owned()));
                }
                Word::Iban => read.iban = Some(text.to_owned()),
                Word::Original => read.original_amount = Some(text.to_owned()),
                Word::Compensation => read.compensation = Some(text.to_owned()),
                Word::Reference(_) | Word::Remittance | Word::Other => {}
            }
        }
        texts.retain(|text| !text.is_empty());
        read.remittance = Some(texts.join("\n")).filter(|text| !text.is_empty());
        read
    }

    /// The text of a range, with a line's end where a field ended before its last column.
    fn lines(&self, start: usize, end: usize) -> String {
        let mut text = String::new();
        let mut from = start;
        let inside = self.breaks.iter().filter(|at| **at > start && **at < end);
        for at in inside.chain([&end]) {
            let line = self.joined[from..*at].trim();
            if !text.is_empty() && !line.is_empty() {
                text.push('\n');
            }
            text.push_str(line);
            from = *at;
        }
        text
    }

    /// The words in their order: each at a field's start or behind something that is no letter or
    /// digit.
    fn words(&self) -> Vec<Found> {
        let bytes = self.joined.as_bytes();
        let mut found = Vec::new();
        let with_words = &self.joined[..self.plain_from.unwrap_or(self.joined.len())];
        for (plus, _) in with_words.match_indices('+') {
            let known = WORDS
                .iter()
                .find(|(word, _)| self.joined[..=plus].ends_with(word));
            let Some((name, word)) = known else {
                continue;
            };
            let at = plus + 1 - name.len();
            let apart =
                at == 0 || !bytes[at - 1].is_ascii_alphanumeric() || self.starts.contains(&at);
            if apart {
                found.push(Found {
                    word: *word,
                    at,
                    value: plus + 1,
                });
            }
        }
        found
    }
}

struct Found {
    word: Word,
    /// Where the word stands, and where its value begins.
    at: usize,
    value: usize,
}
