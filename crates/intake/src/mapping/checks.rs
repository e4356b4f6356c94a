//! From the file's shape to a mapping, with everything that is wrong in it.

mod columns;

use encoding_rs::{Encoding, UTF_8};
use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::money::Currency;
use toml::Spanned;

use super::columns::By;
use super::file::{DatesFile, File, HeaderText, OutsideFile, TableFile, Text, Texts};
use super::{
    AmountStyle, Columns, Constants, Dates, DebitSign, Header, Mapping, MappingError, Money, Order,
    Outside, StatusWord, Table, Words, normal,
};
use crate::mapping::dates::DateFormat;
use crate::statement::{Direction, EntryStatus};

/// Longest name of a mapping: it stands in lines and pages.
const NAME_MAX_CHARS: usize = 40;

/// See [`Mapping::parse`].
pub(super) fn mapping(
    file: &str,
    text: &str,
    zones: &dyn Fn(&str) -> Option<Zone>,
) -> Result<Mapping, Vec<MappingError>> {
    let parsed: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        let words: Vec<&str> = error.message().split_whitespace().collect();
        vec![MappingError {
            file: file.to_owned(),
            line,
            found: "a value that isn't in the format".to_owned(),
            expected: words.join(" "),
        }]
    })?;
    let mut checks = Checks {
        file,
        text,
        errors: Vec::new(),
    };
    let mapping = checks.all(parsed, zones);
    match mapping {
        Some(mapping) if checks.errors.is_empty() => Ok(mapping),
        _ => Err(checks.errors),
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

struct Checks<'a> {
    file: &'a str,
    text: &'a str,
    errors: Vec<MappingError>,
}

impl Checks<'_> {
    fn error(&mut self, offset: usize, found: impl Into<String>, expected: impl Into<String>) {
        self.errors.push(MappingError {
            file: self.file.to_owned(),
            line: line_at(self.text, offset),
            found: found.into(),
            expected: expected.into(),
        });
    }

    fn wrong(&mut self, text: &Spanned<String>, expected: impl Into<String>) {
        let found = format!("{:?}", text.get_ref());
        self.error(text.span().start, found, expected);
    }

    fn all(&mut self, file: File, zones: &dyn Fn(&str) -> Option<Zone>) -> Option<Mapping> {
        let name = self.name();
        let start = file.columns.span().start;
        let amounts = self.amounts(&file.table);
        let debit_sign = self.debit_sign(&file.table);
        let order = self.order(&file.table);
        let overlap = file.table.overlap.unwrap_or(true);
        let table = self.table(file.table);
        let dates = self.dates(file.dates, zones);
        let words = self.words(&file.status, &file.direction, file.reversal.words.as_ref());
        let outside = self.outside(&file.outside);
        let constants = Constants {
            account: file.constants.account.map(Spanned::into_inner),
            currency: self.currency(file.constants.currency),
        };
        let columns = self.columns(file.columns.into_inner(), file.references, start)?;
        self.together(&columns, &words, &outside, &constants, &table, start);
        Some(Mapping {
            name: name?,
            title: file.title,
            overlap,
            table: table?,
            columns,
            amounts: amounts?,
            dates: dates?,
            words,
            outside,
            constants,
            debit_sign: debit_sign?,
            order: order?,
        })
    }

    /// The file's name without folders and ending.
    fn name(&mut self) -> Option<String> {
        let file = self.file.rsplit(['/', '\\']).next().unwrap_or(self.file);
        let name = file.strip_suffix(".toml").unwrap_or(file);
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > NAME_MAX_CHARS || !name.chars().all(fits) {
            let expected = "a file name of small letters, digits and -, such as my-bank.toml";
            self.error(0, format!("the name {name:?}"), expected);
            return None;
        }
        Some(name.to_owned())
    }

    /// One of the words; the first is what stands when there is none.
    fn word<T: Copy>(&mut self, text: &Text, words: &[(&str, T)]) -> Option<T> {
        let Some(text) = text else {
            return words.first().map(|(_, value)| *value);
        };
        let found = words.iter().find(|(word, _)| word == text.get_ref());
        if found.is_none() {
            let list: Vec<String> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
            self.wrong(text, list.join(" or "));
        }
        found.map(|(_, value)| *value)
    }

    fn amounts(&mut self, table: &TableFile) -> Option<AmountStyle> {
        let Some(example) = &table.amounts else {
            return Some(AmountStyle::PLAIN);
        };
        let style = AmountStyle::of_example(example.get_ref());
        if style.is_none() {
            self.wrong(example, format!("one of {}", AmountStyle::examples()));
        }
        style
    }

    fn debit_sign(&mut self, table: &TableFile) -> Option<DebitSign> {
        let words = [
            ("none", DebitSign::None),
            ("minus", DebitSign::Minus),
            ("either", DebitSign::Either),
        ];
        self.word(&table.debit_sign, &words)
    }

    fn order(&mut self, table: &TableFile) -> Option<Option<Order>> {
        let words = [
            ("detect", None),
            ("oldest_first", Some(Order::OldestFirst)),
            ("newest_first", Some(Order::NewestFirst)),
        ];
        self.word(&table.order, &words)
    }

    fn table(&mut self, table: TableFile) -> Option<Table> {
        let delimiter = self.byte(&table.delimiter, b',');
        let quote = self.byte(&table.quote, b'"');
        let encoding = self.encoding(&table.encoding);
        let header = self.header(table.header, table.skip);
        if let (Some(a), Some(b)) = (delimiter, quote)
            && a == b
        {
            self.error(0, "a delimiter that is the quote", "two characters");
        }
        Some(Table {
            delimiter: delimiter?,
            quote: quote?,
            encoding: encoding?,
            header: header?,
            end: labels_of(table.end.as_ref()),
            sheet: table.sheet.map(Spanned::into_inner),
        })
    }

    /// One ASCII character; "tab" is the tabulator.
    fn byte(&mut self, text: &Text, default: u8) -> Option<u8> {
        let Some(text) = text else {
            return Some(default);
        };
        let byte = match text.get_ref().as_bytes() {
            b"tab" => Some(b'\t'),
            [byte] if byte.is_ascii() && !matches!(byte, b'\r' | b'\n' | 0) => Some(*byte),
            _ => None,
        };
        if byte.is_none() {
            self.wrong(text, "one ASCII character, or \"tab\"");
        }
        byte
    }

    fn encoding(&mut self, text: &Text) -> Option<&'static Encoding> {
        let Some(text) = text else {
            return Some(UTF_8);
        };
        let encoding = Encoding::for_label_no_replacement(text.get_ref().as_bytes());
        if encoding.is_none() {
            self.wrong(text, "an encoding such as utf-8 or windows-1252");
        }
        encoding
    }

    fn header(
        &mut self,
        header: Option<Spanned<HeaderText>>,
        skip: Option<Spanned<u64>>,
    ) -> Option<Header> {
        let place = header.as_ref().map_or(0, |header| header.span().start);
        let read = match header.map(Spanned::into_inner) {
            None => Some(Header::Find),
            Some(HeaderText::Row(row)) if row > 0 => Some(Header::Row(row)),
            Some(HeaderText::Word(word)) if word == "find" => Some(Header::Find),
            Some(HeaderText::Word(word)) if word == "none" => {
                let skip = skip.as_ref().map_or(0, |skip| *skip.get_ref());
                return Some(Header::None { skip });
            }
            Some(_) => {
                let expected = "\"find\", \"none\" or the number of a row, from 1";
                self.error(place, "something else", expected);
                None
            }
        };
        if let Some(skip) = skip {
            let expected = "skip only beside header = \"none\"";
            self.error(skip.span().start, "skip", expected);
        }
        read
    }

    fn dates(
        &mut self,
        dates: Spanned<DatesFile>,
        zones: &dyn Fn(&str) -> Option<Zone>,
    ) -> Option<Dates> {
        let dates = dates.into_inner();
        let place = dates.formats.span().start;
        let mut formats: Vec<DateFormat> = Vec::new();
        for pattern in dates.formats.get_ref() {
            match DateFormat::of_pattern(pattern) {
                Ok(format) => {
                    if let Some(first) = formats.iter().find(|f| f.is_ambiguous_with(&format)) {
                        let found = format!("{pattern:?} beside {:?}", first.pattern);
                        let expected = "formats that never read one text as two days";
                        self.error(place, found, expected);
                    }
                    formats.push(format);
                }
                Err(expected) => self.error(place, format!("{pattern:?}"), expected),
            }
        }
        if dates.formats.get_ref().is_empty() {
            self.error(place, "no format", "at least one, such as \"dd.MM.yyyy\"");
        }
        if dates.zone.is_none() && formats.iter().any(DateFormat::has_time) {
            let expected = "zone, such as \"Africa/Nairobi\" or \"+03:00\", for its times";
            self.error(place, "a format with a time and no zone", expected);
        }
        let zone = match dates.zone {
            None => None,
            Some(text) => {
                let zone = offset(text.get_ref()).or_else(|| zones(text.get_ref()));
                if zone.is_none() {
                    self.wrong(
                        &text,
                        "a time zone such as \"Africa/Nairobi\" or \"+03:00\"",
                    );
                }
                zone
            }
        };
        Some(Dates { formats, zone })
    }

    fn words(
        &mut self,
        status: &super::file::StatusFile,
        direction: &super::file::DirectionFile,
        reversal: Option<&Spanned<Vec<String>>>,
    ) -> Words {
        let mut words = Words::default();
        for (list, meaning) in [
            (&status.booked, StatusWord::Entry(EntryStatus::Booked)),
            (&status.pending, StatusWord::Entry(EntryStatus::Pending)),
            (&status.failed, StatusWord::Entry(EntryStatus::Information)),
            (&status.ignored, StatusWord::Ignored),
        ] {
            self.add_words(&mut words.status, list, meaning);
        }
        self.add_words(&mut words.direction, &direction.credit, Direction::Credit);
        self.add_words(&mut words.direction, &direction.debit, Direction::Debit);
        words.reversal = labels_of(reversal);
        words
    }

    /// Each word once: with two meanings it has none.
    fn add_words<T: Copy>(&mut self, words: &mut Vec<(String, T)>, list: &Texts, meaning: T) {
        let Some(list) = list else { return };
        for word in list.get_ref() {
            let word = normal(word);
            if words.iter().any(|(known, _)| *known == word) {
                let expected = "each word once";
                self.error(list.span().start, format!("{word:?} twice"), expected);
            }
            words.push((word, meaning));
        }
    }

    fn outside(&mut self, file: &OutsideFile) -> Outside {
        let labels = |text: &Text| text.as_ref().map_or(Vec::new(), |t| names_of(t.get_ref()));
        Outside {
            statement: labels(&file.statement),
            account: labels(&file.account),
            currency: labels(&file.currency),
            opening: labels(&file.opening),
            closing: labels(&file.closing),
            complete_to: labels(&file.complete_to),
        }
    }

    fn currency(&mut self, text: Text) -> Option<String> {
        let text = text?;
        if Currency::from_code(text.get_ref()).is_none() {
            self.wrong(&text, "an ISO 4217 currency, such as \"KES\"");
        }
        Some(text.into_inner())
    }

    /// What the parts must be to each other.
    fn together(
        &mut self,
        columns: &Columns,
        words: &Words,
        outside: &Outside,
        constants: &Constants,
        table: &Option<Table>,
        start: usize,
    ) {
        let mut rule = |broken: bool, found: &str, expected: &str| {
            if broken {
                self.error(start, found, expected);
            }
        };
        let outside_currency = !outside.currency.is_empty();
        let no_currency =
            columns.currency.is_none() && constants.currency.is_none() && !outside_currency;
        rule(
            no_currency,
            "no currency",
            "currency under [columns], [constants] or [outside]",
        );
        let accounts = [
            columns.account.is_some(),
            constants.account.is_some(),
            !outside.account.is_empty(),
        ];
        rule(
            accounts.iter().filter(|has| **has).count() > 1,
            "the account in two places",
            "account under one of [columns], [constants] and [outside]",
        );
        rule(
            columns.status.is_some() && words.status.is_empty(),
            "a status column without words",
            "[status] with booked, pending, failed or ignored",
        );
        rule(
            columns.status.is_none() && !words.status.is_empty(),
            "[status] without a status column",
            "status under [columns]",
        );
        let directed = matches!(columns.money, Money::Directed { .. });
        let both = [Direction::Credit, Direction::Debit]
            .iter()
            .all(|wanted| words.direction.iter().any(|(_, found)| found == wanted));
        rule(
            directed && !both,
            "a direction column without words",
            "[direction] with credit and debit",
        );
        rule(
            !directed && !words.direction.is_empty(),
            "[direction] without a direction column",
            "amount and direction under [columns]",
        );
        rule(
            columns.reversal.is_some() == words.reversal.is_empty(),
            "a reversal column or [reversal] words alone",
            "both, or none",
        );
        let by_name = columns.all.iter().any(|c| matches!(c.by, By::Names(_)));
        let headless = table
            .as_ref()
            .is_some_and(|t| matches!(t.header, Header::None { .. }));
        rule(
            headless && by_name,
            "a column by name in a table without a header",
            "columns by position, such as amount = 3",
        );
        let all_by_position = !by_name && !headless;
        rule(
            all_by_position && table.as_ref().is_some_and(|t| t.header == Header::Find),
            "columns by position and a header to be found",
            "header = \"none\" or the number of its row",
        );
    }
}

/// "Betrag | Amount" as normalised names.
fn names_of(text: &str) -> Vec<String> {
    let names = text.split('|').map(normal);
    names.filter(|name| !name.is_empty()).collect()
}

fn labels_of(list: Option<&Spanned<Vec<String>>>) -> Vec<String> {
    let list = list.map_or(&[][..], |list| list.get_ref().as_slice());
    list.iter().map(|text| normal(text)).collect()
}

/// "+03:00" as a zone that never changes.
fn offset(text: &str) -> Option<Zone> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two(hours) || !two(minutes) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = sign * (hours * 60 + minutes);
    let fits = hours <= 14 && minutes < 60;
    fits.then(|| Zone::new(vec![(Instant::from_unix_seconds(0), total)]))
}
