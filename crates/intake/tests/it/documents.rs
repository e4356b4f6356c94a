//! What surrounds a message: encodings, prefixes, envelopes, namespaces; and every way in which a
//! document is refused.

use rstest::rstest;
use serde_json::{Value, json};

use fairlock_intake::{Format, detect, read};

use crate::xml::{credit, document, printed, refusal, statement, value};

/// A statement whose only entry has this payer.
fn paid_by(name: &str) -> String {
    let parties = format!(
        "<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>"
    );
    statement(&credit("1", &parties))
}

fn payer(bytes: impl AsRef<[u8]>) -> Value {
    value(bytes, "/entries/0/counterparty")
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let document = paid_by("Zoë");
    assert_eq!(payer(format!("\u{feff}{document}")), json!("Zoë"));
    let utf16: Vec<u16> = format!("\u{feff}{document}").encode_utf16().collect();
    let little: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    assert_eq!(payer(&little), json!("Zoë"));
    assert_eq!(payer(&big), json!("Zoë"));
    assert_eq!(payer(&little[2..]), json!("Zoë"), "told by its shape");
}

#[rstest]
#[case("ISO-8859-1", b"Zo\xeb".as_slice(), "Zoë")]
#[case("windows-1252", b"\x80uro", "€uro")]
#[case("iso-8859-15", b"\xa4uro", "€uro")]
#[case("Shift_JIS", b"\x93\xfa\x96{", "日本")]
fn the_declaration_names_the_encoding(
    #[case] encoding: &str,
    #[case] name: &[u8],
    #[case] expected: &str,
) {
    let document = paid_by("NAME").replace("UTF-8", encoding);
    let (before, after) = document.split_once("NAME").unwrap();
    let bytes = [before.as_bytes(), name, after.as_bytes()].concat();
    assert_eq!(payer(bytes), json!(expected));
}

#[rstest]
#[case(b"Zo\xeb".as_slice(), "UTF-8", "line 7: found bytes that are no characters, expected text in UTF-8")]
#[case(
    b"x",
    "KLINGON",
    "line 1: found \"KLINGON\", expected an encoding such as UTF-8 or ISO-8859-1"
)]
fn bytes_that_are_no_text_are_refused(
    #[case] name: &[u8],
    #[case] encoding: &str,
    #[case] expected: &str,
) {
    let document = paid_by("NAME").replace("UTF-8", encoding);
    let (before, after) = document.split_once("NAME").unwrap();
    let bytes = [before.as_bytes(), name, after.as_bytes()].concat();
    assert_eq!(refusal(bytes), expected);
}

#[test]
fn prefixes_and_envelopes_don_t_matter() {
    let prefixed = "<n:BizMsgEnvlp xmlns:n=\"urn:envelope\"><AppHdr xmlns=\"urn:iso:std:iso:20022:tech:xsd:head.001.001.02\">\
        <BizMsgIdr>B</BizMsgIdr></AppHdr><d:Document xmlns:d=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.10\">\
        <d:BkToCstmrStmt><d:Stmt><d:Id>P</d:Id></d:Stmt></d:BkToCstmrStmt></d:Document></n:BizMsgEnvlp>";
    let printed = printed(prefixed);
    assert_eq!(printed[0]["format"], json!("camt.053.001.10"));
    assert_eq!(printed[0]["statement"], json!("P"));
    assert_eq!(detect(&mut prefixed.as_bytes()), Ok(Format::Camt));
}

#[test]
fn an_envelope_may_hold_several_documents() {
    let one = |message: &str, root: &str, kind: &str| {
        let inside = format!("<{kind}><Id>{message}</Id></{kind}>");
        let document = document(message, root, &inside);
        document.split_once('\n').unwrap().1.to_owned()
    };
    let both = one("camt.053.001.02", "BkToCstmrStmt", "Stmt")
        + &one("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn");
    let formats: Vec<Value> = printed(format!("<All>{both}</All>"))
        .iter()
        .map(|one| one["format"].clone())
        .collect();
    assert_eq!(formats, ["camt.053.001.02", "camt.054.001.08"]);
}

#[rstest]
#[case("", "camt.053")]
#[case(" xmlns=\"urn:a:bank\"", "camt.053")]
#[case(
    " xmlns=\"ISO:camt.053.001.02:APC:STUZZA:payments:003\"",
    "camt.053.001.02"
)]
fn the_namespace_says_the_version(#[case] namespace: &str, #[case] expected: &str) {
    let document =
        format!("<Document{namespace}><BkToCstmrStmt><Stmt/></BkToCstmrStmt></Document>");
    assert_eq!(value(document, "/format"), json!(expected));
}

const WHERE: &str = "line 7, /Document[1]/BkToCstmrStmt/Stmt[1]/Ntry[1]";

#[rstest]
#[case::garbled(
    "12..34",
    "found \"12..34\", expected a decimal amount such as 1500.00"
)]
#[case::comma(
    "1.234,56",
    "found \"1.234,56\", expected a decimal amount such as 1500.00"
)]
#[case::negative(
    "-5",
    "found \"-5\", expected an amount without a sign; the direction carries it"
)]
#[case::exponent("1e3", "found \"1e3\", expected a decimal amount such as 1500.00")]
#[case::huge(
    "1000000000000000000",
    "expected an amount of at most 18 digits, 5 of them decimals"
)]
#[case::fine(
    "1.000001",
    "found \"1.000001\", expected an amount of at most 18 digits, 5 of them decimals"
)]
#[case::empty("", "found \"\", expected a decimal amount such as 1500.00")]
#[case::element("<x/>", "found an element, expected text only")]
fn a_bad_amount_is_named(#[case] amount: &str, #[case] expected: &str) {
    let error = refusal(statement(&credit(amount, "")).replace("\n<Ntry>\n", "<Ntry>"));
    assert!(
        error.starts_with("line 5, /Document[1]/BkToCstmrStmt/Stmt[1]/Ntry[1]/Amt"),
        "{error}"
    );
    assert!(error.ends_with(expected), "{error}");
}

#[rstest]
#[case::february(
    "<BookgDt><Dt>2026-02-30</Dt></BookgDt>",
    "BookgDt/Dt: found \"2026-02-30\", expected a date that exists, such as 2026-03-02"
)]
#[case::hour(
    "<ValDt><DtTm>2026-02-01T25:00:00</DtTm></ValDt>",
    "ValDt/DtTm: found \"2026-02-01T25:00:00\", expected a date that exists, such as 2026-03-02"
)]
#[case::word(
    "<BookgDt><Dt>today</Dt></BookgDt>",
    "BookgDt/Dt: found \"today\", expected a date that exists, such as 2026-03-02"
)]
#[case::flag(
    "<RvslInd>maybe</RvslInd>",
    "RvslInd: found \"maybe\", expected true or false"
)]
#[case::second(
    "<CdtDbtInd>CRDT</CdtDbtInd>",
    "CdtDbtInd: found a second element of this name, expected it once"
)]
#[case::text(
    "stray",
    "found \"stray\", expected elements without text between them"
)]
#[case::detail(
    "<NtryDtls><TxDtls/><TxDtls><Amt>5</Amt></TxDtls></NtryDtls>",
    "NtryDtls[1]/TxDtls[2]/Amt: found no attribute Ccy, expected a currency such as KES"
)]
fn a_bad_entry_is_named(#[case] inside: &str, #[case] expected: &str) {
    let error = refusal(statement(&credit("1", inside)));
    assert!(
        error.starts_with("line 7, /Document[1]/BkToCstmrStmt/Stmt[1]/Ntry[1]"),
        "{error}"
    );
    assert!(error.ends_with(expected), "{error}");
}

#[rstest]
#[case("<Amt Ccy=\"KES\">1</Amt>", "Amt in this entry")]
#[case("<CdtDbtInd>CRDT</CdtDbtInd>", "CdtDbtInd in this entry")]
#[case("<Sts><Cd>BOOK</Cd></Sts>", "Sts in this entry")]
fn what_an_entry_must_have(#[case] without: &str, #[case] expected: &str) {
    let error = refusal(statement(&credit("1", "")).replace(without, ""));
    assert_eq!(
        error,
        format!("{}: found nothing, expected {expected}", WHERE)
    );
}

#[rstest]
#[case(
    "Ccy=\"KES\"",
    "Ccy=\"kes\"",
    "found \"kes\", expected a currency of three capital letters, such as KES"
)]
#[case("CRDT", "CREDIT", "found \"CREDIT\", expected CRDT or DBIT")]
#[case(
    "BOOK",
    "BOOKED",
    "found \"BOOKED\", expected BOOK, PDNG, INFO or FUTR"
)]
#[case(
    "<Amt Ccy=\"KES\"",
    "<Amt Ccy=\"KES\" Ccy=\"KES\"",
    "found a second attribute Ccy, expected each attribute once"
)]
fn a_bad_code_is_named(#[case] right: &str, #[case] wrong: &str, #[case] expected: &str) {
    let error = refusal(statement(&credit("1", "")).replace(right, wrong));
    assert!(error.ends_with(expected), "{error}");
}

#[test]
fn a_document_that_is_cut_off_is_refused_wherever_it_is_cut() {
    let document = paid_by("A");
    let end = document.trim_end().len();
    for length in 0..end {
        let error = refusal(&document[..length]);
        assert!(error.contains("expected"), "cut at {length}: {error}");
    }
    let at_entry = document.find("</Ntry>").unwrap();
    assert_eq!(
        refusal(&document[..at_entry]),
        format!(
            "{}: found the end of the input, expected </Ntry>; the document is cut off",
            WHERE
        )
    );
}

#[rstest]
#[case::dtd("<!DOCTYPE Document [<!ENTITY a \"aaaa\">]>")]
#[case::external("<!DOCTYPE Document SYSTEM \"file:///etc/passwd\">")]
#[case::unclosed("<!DOCTYPE Document [")]
fn a_document_type_is_refused(#[case] dtd: &str) {
    let document = statement("").replacen("<Document", &format!("{dtd}<Document"), 1);
    let error = refusal(document);
    assert!(
        error.ends_with(
            ": found a document type declaration (DTD), expected none; it could hide entities"
        ),
        "{error}"
    );
}

#[rstest]
#[case(
    "&xxe;",
    "found \"&xxe;\", expected only amp, lt, gt, apos and quot as entities"
)]
#[case(
    "&#0;",
    "found \"&#0;\", expected a reference to a character that XML allows"
)]
#[case(
    "&#x110000;",
    "found \"&#x110000;\", expected a reference to a character that XML allows"
)]
#[case("\u{1}", "found \"\\u{1}\", expected characters that XML allows")]
fn characters_that_aren_t_xml_s_are_refused(#[case] name: &str, #[case] expected: &str) {
    let error = refusal(paid_by(name));
    assert!(error.contains("/Dbtr/Nm: "), "{error}");
    assert!(error.ends_with(expected), "{error}");
}

#[test]
fn character_references_are_read() {
    assert_eq!(
        payer(paid_by("Alkuper&#xE4;inen &#38; &lt;Sons&gt;")),
        json!("Alkuperäinen & <Sons>")
    );
}

#[rstest]
#[case("<a></b>", "line 1, /a: found \"</b>\", expected </a>")]
#[case("</a>", "line 1: found \"</a>\", expected a start tag before it")]
#[case("", "input: found no element, expected an XML document")]
#[case(
    "transactions",
    "input: found \"transactions\", expected a camt or pain.002 document, or an MT940 or MT942 message"
)]
#[case(
    "<a/>",
    "input: found \"a\", expected a camt.052, camt.053, camt.054 or pain.002 message"
)]
#[case(
    "<Document><Other/></Document>",
    "line 1, /Document[1]/Other: found \"Other\", expected BkToCstmrAcctRpt, BkToCstmrStmt, BkToCstmrDbtCdtNtfctn or CstmrPmtStsRpt"
)]
#[case(
    "<p:Document/>",
    "line 1, /Document[1]: found \"p\", expected a prefix that the document declares"
)]
#[case(
    "<Document><BkToCstmrStmt/></Document>",
    "input: found \"Document\", expected a camt.052, camt.053, camt.054 or pain.002 message"
)]
#[case(
    "<Document><BkToCstmrStmt><Stmt/></BkToCstmrStmt></Document><x/>",
    "line 1, /x: found a second root element, expected the end of the document"
)]
#[case(
    "<Document><BkToCstmrStmt><Stmt/></BkToCstmrStmt></Document>x",
    "line 1: found \"x\", expected the end of the document"
)]
fn what_is_no_message_is_refused(#[case] document: &str, #[case] expected: &str) {
    assert_eq!(refusal(document), expected);
}

#[rstest]
#[case(
    "camt.052.001.02",
    "found \"camt.052.001.02\", expected the namespace of camt.053, as the root element says"
)]
#[case(
    "pain.001.001.03",
    "found \"pain.001.001.03\", expected the namespace of camt.053, as the root element says"
)]
#[case(
    "camt.053.001.14",
    "found \"camt.053.001.14\", expected camt.053.001.01 to camt.053.001.13"
)]
#[case(
    "camt.053.001.00",
    "found \"camt.053.001.00\", expected camt.053.001.01 to camt.053.001.13"
)]
fn a_namespace_that_disagrees_is_refused(#[case] message: &str, #[case] expected: &str) {
    let error = refusal(document(message, "BkToCstmrStmt", "<Stmt/>"));
    assert_eq!(
        error,
        format!("line 3, /Document[1]/BkToCstmrStmt: {expected}")
    );
}

#[test]
fn depth_is_limited() {
    let nested = |levels: usize| format!("{}{}", "<x>".repeat(levels), "</x>".repeat(levels));
    assert_eq!(printed(statement(&nested(61))).len(), 1);
    let error = refusal(statement(&nested(62)));
    assert!(
        error.ends_with("found more than 64 levels, expected at most 64 levels of elements"),
        "{error}"
    );
}

#[test]
fn one_element_s_text_and_attributes_are_limited() {
    let error = refusal(paid_by(&"a".repeat(65 * 1024)));
    assert!(
        error.ends_with("found a text of more than 64 KiB, expected at most 64 KiB in one element"),
        "{error}"
    );
    let attributes: String = (0..65).map(|number| format!(" a{number}=\"\"")).collect();
    let error = refusal(statement(&format!("<x{attributes}/>")));
    assert!(
        error.ends_with(
            "found more than 64 attributes, expected at most 64 attributes in one element"
        ),
        "{error}"
    );
}

/// A reader that makes up a document of any length without holding it.
struct Made {
    head: Vec<u8>,
    body: Vec<u8>,
    times: u64,
    at: usize,
}

impl std::io::Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.head.len() && self.times > 0 {
            self.times -= 1;
            self.head = self.body.clone();
            self.at = 0;
        }
        let rest = &self.head[self.at..];
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        self.at += read;
        Ok(read)
    }
}

fn made(body: &str, times: u64) -> Made {
    let document = statement("BODY");
    let (head, _) = document.split_once("BODY").unwrap();
    Made {
        head: head.as_bytes().to_vec(),
        body: body.as_bytes().to_vec(),
        times,
        at: 0,
    }
}

#[test]
fn a_file_of_more_than_64_mib_is_refused() {
    let comment = format!("<!--{}-->", "x".repeat(64 * 1024));
    let error = read(&mut made(&comment, 1_025), None, &mut |_, _| {})
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "input: found more than 64 MiB, expected a file of at most 64 MiB"
    );
}

#[test]
fn a_wanted_format_refuses_the_other() {
    let document = statement("");
    let error = read(
        &mut document.as_bytes(),
        Some(Format::Pain002),
        &mut |_, _| {},
    )
    .err()
    .unwrap();
    assert!(
        error
            .to_string()
            .ends_with("found \"camt.053.001.08\", expected a pain002 message"),
        "{error}"
    );
}
