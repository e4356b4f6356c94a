//! Workbooks of our own making: numbers, dates, formulas, and archives that mean harm.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use rstest::rstest;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{mapping, plain, printed, refusals, value, with};

/// A workbook by its parts.
struct Book {
    sheet: String,
    strings: String,
    is_1904: bool,
    /// Name, state.
    sheets: Vec<(&'static str, &'static str)>,
}

/// Style 1 is a day, 2 a day with a time, 3 a time, 4 money.
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy hh:mm:ss\"/></numFmts>\
     <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
     <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"21\"/><xf numFmtId=\"4\"/></cellXfs></styleSheet>";

impl Book {
    /// A header and these rows' cells.
    fn of(header: &[&str], rows: &[&str]) -> Book {
        let mut sheet = String::from("<row>");
        for name in header {
            write!(sheet, "<c t=\"inlineStr\"><is><t>{name}</t></is></c>").unwrap();
        }
        sheet.push_str("</row>");
        for cells in rows {
            write!(sheet, "<row>{cells}</row>").unwrap();
        }
        Book {
            sheet,
            strings: String::new(),
            is_1904: false,
            sheets: vec![("Data", "visible")],
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut sheets = String::new();
        let mut relations = String::from(
            "<Relationship Id=\"s\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/>\
             <Relationship Id=\"t\" Type=\"x/styles\" Target=\"/xl/styles.xml\"/>",
        );
        for (position, (name, state)) in self.sheets.iter().enumerate() {
            write!(
                sheets,
                "<sheet name=\"{name}\" state=\"{state}\" r:id=\"r{position}\"/>"
            )
            .unwrap();
            write!(
                relations,
                "<Relationship Id=\"r{position}\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
            )
            .unwrap();
        }
        let date1904 = if self.is_1904 { "1" } else { "0" };
        archive(&[
            (
                "xl/workbook.xml",
                &format!(
                    "<workbook xmlns:r=\"r\"><workbookPr date1904=\"{date1904}\"/><sheets>{sheets}</sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                &format!("<Relationships>{relations}</Relationships>"),
            ),
            ("xl/styles.xml", STYLES),
            (
                "xl/sharedStrings.xml",
                &format!("<sst>{}</sst>", self.strings),
            ),
            (
                "xl/worksheets/sheet1.xml",
                &format!(
                    "<worksheet><sheetData>{}</sheetData><autoFilter/></worksheet>",
                    self.sheet
                ),
            ),
        ])
    }
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const HEADER: [&str; 3] = ["Date", "Amount", "Text"];

/// One row under `plain`: a right date, this amount cell, a text.
fn with_amount(cell: &str) -> Vec<u8> {
    let row = format!("<c s=\"1\"><v>46083</v></c>{cell}<c t=\"inlineStr\"><is><t>x</t></is></c>");
    Book::of(&HEADER, &[&row]).bytes()
}

fn with_date(cell: &str) -> Vec<u8> {
    Book::of(&HEADER, &[&format!("{cell}<c><v>5</v></c>")]).bytes()
}

#[rstest]
#[case("<c><v>12.1</v></c>", "12.1")]
#[case("<c><v>12.099999999999999</v></c>", "12.1")]
#[case("<c s=\"4\"><v>1234.5599999999999</v></c>", "1234.56")]
#[case("<c t=\"n\"><v>1.25E3</v></c>", "1250")]
#[case("<c t=\"inlineStr\"><is><t> 1500.00 </t></is></c>", "1500.00")]
fn a_number_is_the_one_that_was_typed(#[case] cell: &str, #[case] amount: &str) {
    assert_eq!(
        value(&plain(), with_amount(cell), "/entries/0/amount"),
        json!(amount)
    );
}

#[test]
fn a_number_is_in_no_bank_s_style() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"",
        "[table]\namounts = \"1.234,56\"",
    );
    let amount = |cell| value(&mapping, with_amount(cell), "/entries/0/amount");
    assert_eq!(amount("<c><v>1234.5</v></c>"), json!("1234.5"));
    assert_eq!(
        amount("<c t=\"inlineStr\"><is><t>1.234,50</t></is></c>"),
        json!("1234.50")
    );
}

#[rstest]
#[case::formula("<c><f>A1*2</f><v>5</v></c>", "found a formula, expected an amount")]
#[case::error("<c t=\"e\"><v>#REF!</v></c>", "found an error, expected an amount")]
#[case::flag("<c t=\"b\"><v>1</v></c>", "found true or false, expected an amount")]
#[case::date(
    "<c s=\"1\"><v>46083</v></c>",
    "found the date 2026-03-02, expected an amount"
)]
#[case::digits(
    "<c><v>1234567890123456.7</v></c>",
    "found \"1234567890123456.7\", expected a number of at most 15 digits"
)]
#[case::nan(
    "<c><v>NaN</v></c>",
    "found \"NaN\", expected a number of at most 15 digits"
)]
#[case::text(
    "<c t=\"inlineStr\"><is><t>12..34</t></is></c>",
    "found \"12..34\", expected an amount such as 1234.56"
)]
#[case::fine(
    "<c><v>1.2345678</v></c>",
    "found \"1.2345678\", expected an amount of at most 18 digits, 5 of them decimals"
)]
#[case::nothing("<c s=\"4\"/>", "found nothing, expected an amount such as 1234.56")]
fn a_cell_that_isn_t_an_amount_is_refused(#[case] cell: &str, #[case] expected: &str) {
    assert_eq!(
        refusals(&plain(), with_amount(cell)),
        [format!("row 2, column Amount: {expected}")]
    );
}

#[test]
fn dates_are_serial_numbers_of_the_book_s_calendar() {
    let day = |cell: &str| value(&plain(), with_date(cell), "/entries/0/booking_date");
    assert_eq!(day("<c s=\"1\"><v>46083</v></c>"), json!("2026-03-02"));
    assert_eq!(day("<c s=\"2\"><v>46083.75</v></c>"), json!("2026-03-02"));
    assert_eq!(
        day("<c t=\"inlineStr\"><is><t>02.03.2026</t></is></c>"),
        json!("2026-03-02")
    );
    let mut book = Book::of(&HEADER, &["<c s=\"1\"><v>44621</v></c><c><v>5</v></c>"]);
    book.is_1904 = true;
    assert_eq!(
        value(&plain(), book.bytes(), "/entries/0/booking_date"),
        json!("2026-03-02")
    );
}

#[rstest]
#[case::number(
    "<c><v>46083</v></c>",
    "found \"46083\", expected a date that exists, as dd.MM.yyyy"
)]
#[case::leap(
    "<c s=\"1\"><v>60</v></c>",
    "found a date that isn't one, expected a date that exists, as dd.MM.yyyy"
)]
#[case::time(
    "<c s=\"3\"><v>0.5</v></c>",
    "found a time without a day, expected a date that exists, as dd.MM.yyyy"
)]
fn a_cell_that_isn_t_a_date_is_refused(#[case] cell: &str, #[case] expected: &str) {
    assert_eq!(
        refusals(&plain(), with_date(cell)),
        [format!("row 2, column Date: {expected}")]
    );
}

#[test]
fn texts_are_shared_rich_and_inline() {
    let text = |cell: &str| {
        let row = format!("<c s=\"1\"><v>46083</v></c><c><v>5</v></c>{cell}");
        let mut book = Book::of(&HEADER, &[&row]);
        book.strings = "<si><t>a &amp; b</t></si>\
             <si><r><t>RF93</t></r><r><t xml:space=\"preserve\"> 4471</t></r><rPh><t>no</t></rPh></si>"
            .to_owned();
        value(&plain(), book.bytes(), "/entries/0/remittance")
    };
    assert_eq!(text("<c t=\"s\"><v>0</v></c>"), json!("a & b"));
    assert_eq!(text("<c t=\"s\"><v>1</v></c>"), json!("RF93 4471"));
    assert_eq!(text("<c t=\"str\"><v>&#82;F</v></c>"), json!("RF"));
    assert_eq!(
        text("<c><v>123456789012345</v></c>"),
        json!("123456789012345")
    );
    assert_eq!(text("<c/>"), Value::Null);
}

#[test]
fn a_long_number_in_a_text_column_lost_digits_and_is_refused() {
    let row = "<c s=\"1\"><v>46083</v></c><c><v>5</v></c><c><v>1.23456789012345E+17</v></c>";
    assert_eq!(
        refusals(&plain(), Book::of(&HEADER, &[row]).bytes()),
        [
            "row 2, column Text: found \"1.23456789012345E+17\", expected a text; a number of a workbook has at most 15 digits"
        ]
    );
}

#[test]
fn rows_keep_the_numbers_that_the_sheet_shows() {
    let mut book = Book::of(&HEADER, &[]);
    book.sheet.push_str(
        "<row r=\"7\"><c r=\"A7\" s=\"1\"><v>46083</v></c><c r=\"B7\"><v>x</v></c></row>",
    );
    assert!(refusals(&plain(), book.bytes())[0].starts_with("row 7, column Amount"));
}

#[test]
fn the_sheet_is_the_only_visible_one_or_the_mapping_s() {
    let row = "<c s=\"1\"><v>46083</v></c><c><v>5</v></c>";
    let mut book = Book::of(&HEADER, &[row]);
    book.sheets = vec![("Notes", "hidden"), ("Data", "visible")];
    assert_eq!(
        value(&plain(), book.bytes(), "/entries/0/amount"),
        json!("5")
    );
    book.sheets = vec![("Notes", "visible"), ("Data", "visible")];
    assert_eq!(
        refusals(&plain(), book.bytes()),
        [
            "input: found the sheets \"Notes\", \"Data\", expected one visible sheet, or sheet under [table] in the mapping"
        ]
    );
    let named = with(
        "booking_date = \"Date\"\namount = \"Amount\"",
        "[table]\nsheet = \"Data\"",
    );
    assert_eq!(value(&named, book.bytes(), "/entries/0/amount"), json!("5"));
}

#[rstest]
#[case::unordered_rows("<row r=\"1\"></row>", "a row out of order")]
#[case::unordered_cells(
    "<row><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row>",
    "a cell out of order"
)]
#[case::other_row("<row><c r=\"A9\"><v>1</v></c></row>", "a cell out of order")]
#[case::no_column("<row><c r=\"XFE2\"><v>1</v></c></row>", "a cell out of order")]
#[case::no_such_text(
    "<row><c t=\"s\"><v>9</v></c></row>",
    "a text that isn't in the shared ones"
)]
#[case::garbled_index(
    "<row><c t=\"s\"><v>x</v></c></row>",
    "a text that isn't in the shared ones"
)]
#[case::type_unknown(
    "<row><c t=\"money\"><v>1</v></c></row>",
    "a cell of a type that isn't known"
)]
#[case::entity("<row><c><v>&xxe;</v></c></row>", "an entity that XML doesn't have")]
#[case::dtd("<!DOCTYPE a>", "a document type declaration (DTD)")]
fn a_sheet_that_excel_didn_t_write_is_refused(#[case] inside: &str, #[case] found: &str) {
    let mut book = Book::of(&HEADER, &[]);
    book.sheet.push_str(inside);
    let error = &refusals(&plain(), book.bytes())[0];
    assert!(
        error.starts_with(&format!("input: found {found} in xl/worksheets/sheet1.xml")),
        "{error}"
    );
}

#[test]
fn a_cell_far_to_the_right_costs_nothing() {
    let mut book = Book::of(&HEADER, &[]);
    book.sheet.push_str("<row><c r=\"XFD2\"><v>1</v></c></row>");
    assert_eq!(
        refusals(&plain(), book.bytes()),
        ["line 2: found more than 1,000 columns, expected at most 1,000"]
    );
    let huge = format!(
        "<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>",
        "x".repeat(4_001)
    );
    let mut book = Book::of(&HEADER, &[]);
    book.sheet.push_str(&huge);
    assert_eq!(
        refusals(&plain(), book.bytes()),
        ["line 2: found a cell of more than 4,000 characters, expected at most 4,000"]
    );
}

#[test]
fn an_archive_that_unpacks_to_much_more_is_refused() {
    let mut book = Book::of(&HEADER, &[]);
    book.strings = format!("<si><t>{}</t></si>", " ".repeat(3 * 1024 * 1024));
    let bytes = book.bytes();
    assert!(bytes.len() < 64 * 1024, "small as a file");
    assert!(
        refusals(&plain(), bytes)[0].contains("unpacks beyond its limit"),
        "one text"
    );
    book.strings = format!("<!--{}-->", "x".repeat(16 * 1024)).repeat(4_100);
    let error = &refusals(&plain(), book.bytes())[0];
    let expected = "xl/sharedStrings.xml, which unpacks beyond its limit";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn an_archive_that_isn_t_a_workbook_is_refused() {
    let other = archive(&[("readme.txt", "hello")]);
    assert_eq!(
        refusals(&plain(), other),
        [
            "input: found a ZIP archive without xl/_rels/workbook.xml.rels, expected a workbook (XLSX)"
        ]
    );
    let book = with_amount("<c><v>5</v></c>");
    for length in (4..book.len()).step_by(7) {
        let errors = refusals(&plain(), &book[..length]);
        assert!(
            errors[0].contains("expected"),
            "cut at {length}: {}",
            errors[0]
        );
    }
}

#[test]
fn many_files_in_an_archive_are_refused_before_they_are_listed() {
    let mut bytes = with_amount("<c><v>5</v></c>");
    let end = bytes.len();
    bytes.splice(end..end, b"PK\x01\x02".repeat(10_001));
    assert_eq!(
        refusals(&plain(), bytes),
        ["input: found an archive of more than 10,000 files, expected a workbook (XLSX)"]
    );
}

#[test]
fn times_of_a_workbook_are_in_the_mapping_s_zone() {
    let mapping = mapping(
        "[columns]\nbooking_date = \"Date\"\nacted = \"Date\"\namount = \"Amount\"\n[constants]\ncurrency = \"KES\"\n\
         [dates]\nformats = [\"yyyy-MM-dd HH:mm:ss\"]\nzone = \"Africa/Nairobi\"\n",
    );
    let bytes = with_date("<c s=\"2\"><v>46083.5</v></c>");
    assert_eq!(printed(&mapping, &bytes).len(), 1);
    let mut at = None;
    let mut input = bytes.as_slice();
    fairlock_intake::sheet::read(&mut input, &mapping, &mut |_, entry| {
        at = entry.details[0].acted.and_then(|stamp| stamp.at);
    })
    .map_err(|errors| errors[0].to_string())
    .unwrap();
    assert_eq!(
        at.map(|at| at.to_string()),
        Some("2026-03-02T09:00:00Z".to_owned())
    );
}
