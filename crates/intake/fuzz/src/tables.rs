//! Arbitrary bytes as tables, as workbooks and as mappings: no panic, an error says what was
//! expected, a second reading says the same as the first, and a chain that is said to hold holds.
//! Failure is a panic.
//!
//! The same functions run in the crate's tests over the kept corpus, on a stable compiler.

use std::io::{Cursor, Write as _};

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_intake::{Mapping, PrintError, sheet, table_json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

pub const ALL: &[Target] = &[("table", table), ("xlsx", xlsx)];

/// One for each way in which money, dates, headers and balances can stand.
const MAPPINGS: [&str; 4] = [
    "[columns]\nbooking_date = \"Date\"\namount = \"Amount\"\nbalance = \"Balance\"\nremittance = \"Text\"\n\
     optional = [\"balance\", \"remittance\"]\n[dates]\nformats = [\"yyyy-MM-dd\", \"dd.MM.yy\"]\n\
     [constants]\ncurrency = \"KES\"\n",
    "[table]\ndelimiter = \";\"\namounts = \"1.234,56\"\nend = [\"Summe\"]\noverlap = false\n\
     [columns]\nvalue_date = \"Tag|Jour\"\ncredit = \"Haben\"\ndebit = \"Soll\"\ncurrency = \"W\"\naccount = \"K\"\n\
     optional = [\"currency\", \"account\"]\n[dates]\nformats = [\"dd.MM.yyyy\"]\n\
     [outside]\ncurrency = \"Waehrung\"\nopening = \"Alt\"\nclosing = \"Neu\"\n",
    "[table]\nheader = \"none\"\nskip = 1\nencoding = \"windows-1252\"\namounts = \"12,34,567.89\"\n\
     [columns]\nacted = 1\namount = 2\ndirection = 3\nstatus = 4\n[references]\nAcctSvcrRef = 5\n\
     [dates]\nformats = [\"dd-MMM-yyyy hh:mm a\"]\nzone = \"+05:30\"\n[constants]\ncurrency = \"INR\"\n\
     [direction]\ncredit = [\"CR\"]\ndebit = [\"DR\"]\n[status]\nbooked = [\"ok\"]\nfailed = [\"no\"]\nignored = [\"x\"]\n",
    "[table]\nheader = 1\nquote = \"'\"\ndelimiter = \"tab\"\namounts = \"1 234,56\"\n\
     [columns]\nbooking_date = \"D\"\namount = \"A\"\nreversal = \"R\"\nreturn_reason = \"W\"\n\
     [reversal]\nwords = [\"storno\"]\n[dates]\nformats = [\"iso\", \"yyyyMMdd\"]\n[constants]\ncurrency = \"JPY\"\n",
];

fn zone(name: &str) -> Option<Zone> {
    (name == "Africa/Nairobi").then(|| Zone::new(vec![(Instant::from_unix_seconds(0), 180)]))
}

/// The first byte says which mapping reads the rest; beyond them the rest is itself a mapping.
pub fn table(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    match MAPPINGS.get(usize::from(*first % 5)) {
        Some(text) => check(&known(text), rest),
        None => mapping(rest),
    }
}

/// Parts of a workbook with a zero byte between: the sheet, the shared texts, the styles, the
/// workbook. A first byte of an odd value: the rest is the archive itself.
pub fn xlsx(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let mapping = known(MAPPINGS[usize::from(*first / 2) % MAPPINGS.len()]);
    if first % 2 == 1 {
        check(&mapping, &[b"PK\x03\x04", rest].concat());
        return;
    }
    let mut parts = rest.splitn(4, |byte| *byte == 0);
    let mut part = || parts.next().filter(|part| !part.is_empty());
    let (sheet, strings, styles, book) = (part(), part(), part(), part());
    let archive = archive(&[
        ("xl/worksheets/sheet1.xml", sheet.unwrap_or_default()),
        ("xl/sharedStrings.xml", strings.unwrap_or(b"<sst/>")),
        ("xl/styles.xml", styles.unwrap_or(b"<styleSheet/>")),
        (
            "xl/workbook.xml",
            book.unwrap_or(b"<workbook><sheets><sheet name='S' id='r1'/></sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id='r1' Type='/worksheet' Target='worksheets/sheet1.xml'/>\
              <Relationship Id='r2' Type='/sharedStrings' Target='sharedStrings.xml'/>\
              <Relationship Id='r3' Type='/styles' Target='styles.xml'/></Relationships>",
        ),
    ]);
    check(&mapping, &archive);
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(*name, stored).expect("a name that is free");
        zip.write_all(bytes).expect("memory takes bytes");
    }
    zip.finish().expect("memory takes bytes").into_inner()
}

fn known(text: &str) -> Mapping {
    match Mapping::parse("bank.toml", text, &zone) {
        Ok(mapping) => mapping,
        Err(errors) => panic!("{errors:?}"),
    }
}

fn mapping(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Mapping::parse("bank.toml", text, &zone) {
        Ok(mapping) => check(&mapping, b"Date,Amount\n2026-03-02,1.00\n"),
        Err(errors) => {
            assert!(!errors.is_empty());
            let lines = text.matches('\n').count() + 1;
            for error in errors {
                assert!((1..=lines).contains(&error.line), "{error}");
                assert!(!error.expected.is_empty());
            }
        }
    }
}

/// Reads and prints twice, and looks at what was read.
fn check(mapping: &Mapping, bytes: &[u8]) {
    let mut entries = 0u32;
    let mut input = bytes;
    let read = sheet::read(&mut input, mapping, &mut |_, entry| {
        entries += 1;
        assert!(entry.details.len() == 1, "a row is one transaction");
        assert!(entry.amount.currency.len() == 3);
    });
    let printed = print(mapping, bytes);
    assert_eq!(printed, print(mapping, bytes), "read twice, said twice");
    match (read, printed) {
        (Ok(contents), Ok(text)) => {
            let counted: u32 = contents.statements.iter().map(|head| head.entries).sum();
            assert_eq!(counted, entries);
            assert_eq!(text.lines().count(), contents.statements.len());
            for head in &contents.statements {
                let both = head.opening.is_some() && head.closing.is_some();
                assert!(head.currency.is_none() || both == head.balances_chain.is_some());
            }
        }
        (Err(errors), Err(said)) => {
            assert!(!errors.is_empty() && errors.len() <= 101);
            let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
            assert_eq!(words, said);
            assert!(
                errors
                    .iter()
                    .all(|e| !e.expected.is_empty() && !e.found.is_empty())
            );
        }
        _ => panic!("read and not printed, or printed and not read"),
    }
}

fn print(mapping: &Mapping, bytes: &[u8]) -> Result<String, Vec<String>> {
    let mut output = Vec::new();
    match table_json(&mut Cursor::new(bytes), mapping, &mut output) {
        Ok(()) => Ok(String::from_utf8(output).expect("JSON is UTF-8")),
        Err(PrintError::Table(errors)) => Err(errors.iter().map(ToString::to_string).collect()),
        Err(other) => panic!("{other:?}"),
    }
}
