//! What banks do with MT940 and MT942, each with a message of our own making.

use rstest::rstest;
use serde_json::{Value, json};

use crate::xml::{printed, value};

/// A message with these fields between its balances.
pub fn message(inside: &str) -> String {
    format!(
        ":20:STMT1\n:25:KE1234567890\n:28C:12/1\n:60F:C260301KES1000,00\n{inside}\n:62F:C260302KES1000,00\n-\n"
    )
}

/// An entry of 250.00 with this text.
fn about(text: &str) -> String {
    message(&format!(":61:2603020302C250,00NTRFNONREF//B-1\n:86:{text}"))
}

#[track_caller]
fn check(file: impl AsRef<[u8]>, pointer: &str, expected: Value) {
    assert_eq!(value(file, pointer), expected, "{pointer}");
}

#[track_caller]
fn check_entry(line: &str, pointer: &str, expected: Value) {
    let file = message(&format!(":61:{line}"));
    check(file, &format!("/entries/0{pointer}"), expected);
}

#[test]
fn a_whole_statement_prints_in_the_shape_of_the_contract() {
    let file = ":20:ST260302\n:25:KE1234567890\n:28C:00012/001\n:60F:C260301KES1000,00\n\
        :61:2603020303C42,50NTRFINV-7//BANK-1\n/OCMT/KES42,50/\n\
        :86:166?00CREDIT?20EREF+E-1?21SVWZ+RF18 5390 0754 7034?31KE99?32AMINA OKELLO\n\
        :62F:C260302KES1042,50\n:64:C260302KES1042,50\n-\n";
    let expected = json!({
        "format": "mt940", "statement": "ST260302/00012/001", "account": "KE1234567890", "currency": "KES",
        "opening": "1000.00", "closing": "1042.50", "balances_chain": true,
        "entries": [{
            "index": 0, "direction": "credit", "amount": "42.50", "currency": "KES", "status": "booked",
            "reversal": false, "booking_date": "2026-03-03", "value_date": "2026-03-02",
            "references": {"AcctSvcrRef": "BANK-1", "AcctOwnrTxId": "INV-7", "EndToEndId": "E-1"},
            "remittance": "RF18 5390 0754 7034", "counterparty": "AMINA OKELLO", "counterparty_account": "KE99",
            "return_reason": null,
            "details": [{
                "amount": "42.50", "currency": "KES", "references": {"AcctOwnrTxId": "INV-7", "EndToEndId": "E-1"},
                "remittance": "RF18 5390 0754 7034", "counterparty": "AMINA OKELLO"}],
        }],
    });
    assert_eq!(printed(file), [expected]);
}

/// `RC` reverses a credit and so is a debit; `CR` is a credit with the funds letter R.
#[rstest]
#[case("C", "credit", false, "booked")]
#[case("D", "debit", false, "booked")]
#[case("RC", "debit", true, "booked")]
#[case("RD", "credit", true, "booked")]
#[case("CR", "credit", false, "booked")]
#[case("DR", "debit", false, "booked")]
#[case("RCR", "debit", true, "booked")]
#[case("RDR", "credit", true, "booked")]
#[case("EC", "credit", false, "pending")]
#[case("ED", "debit", false, "pending")]
fn marks_and_funds_letters(
    #[case] mark: &str,
    #[case] direction: &str,
    #[case] reversal: bool,
    #[case] status: &str,
) {
    let line = format!("2603020302{mark}204,88NTRFNONREF");
    check_entry(&line, "/direction", json!(direction));
    check_entry(&line, "/reversal", json!(reversal));
    check_entry(&line, "/status", json!(status));
    check_entry(&line, "/amount", json!("204.88"));
}

/// The balance equation decides what a reversal is.
#[test]
fn a_reversed_credit_closes_the_balance_only_as_a_debit() {
    let file = ":20:A\n:25:1\n:60F:C260301EUR100,00\n:61:2603020302RCR60,00NRTINONREF\n:62F:C260302EUR40,00\n-\n";
    check(file, "/balances_chain", json!(true));
    check(file.replace("RCR", "C"), "/balances_chain", json!(false));
}

#[rstest]
#[case("500", "500")]
#[case("500,", "500")]
#[case("500,5", "500.5")]
#[case("000000000500,00", "500.00")]
#[case(",50", "0.50")]
fn amounts_with_and_without_comma(#[case] written: &str, #[case] expected: &str) {
    let line = format!("2603020302C{written}NTRFNONREF//B");
    check_entry(&line, "/amount", json!(expected));
    check_entry(&line, "/references/AcctSvcrRef", json!("B"));
}

#[rstest]
#[case::in_the_same_year("2603020303", json!("2026-03-03"), "2026-03-02")]
#[case::entered_in_the_next_year("2512310102", json!("2026-01-02"), "2025-12-31")]
#[case::entered_in_the_year_before("2601021230", json!("2025-12-30"), "2026-01-02")]
#[case::no_entry_date("260302", Value::Null, "2026-03-02")]
#[case::thirtieth_of_february("1602300301", json!("2016-03-01"), "2016-02-29")]
#[case::twenty_ninth_of_february("2602290301", json!("2026-03-01"), "2026-02-28")]
#[case::the_last_century("9912311231", json!("1999-12-31"), "1999-12-31")]
fn dates_of_an_entry(#[case] dates: &str, #[case] booking: Value, #[case] value_date: &str) {
    let line = format!("{dates}C1,NTRFNONREF");
    check_entry(&line, "/booking_date", booking);
    check_entry(&line, "/value_date", json!(value_date));
}

#[rstest]
#[case::both("NTRFINV-7//B-1", json!({"AcctSvcrRef": "B-1", "AcctOwnrTxId": "INV-7"}))]
#[case::none("NTRFNONREF//NONREF", json!({}))]
#[case::in_the_text("NTRFKREF+//B-1", json!({"AcctSvcrRef": "B-1"}))]
#[case::a_bank_reference_with_slash("NMSC341/1X//O/34", json!({"AcctSvcrRef": "O/34", "AcctOwnrTxId": "341/1X"}))]
#[case::details_behind_sixteen_columns("N0440121470966      J. WANJIRU", json!({"AcctOwnrTxId": "0121470966"}))]
#[case::no_type("", json!({}))]
fn references_of_an_entry(#[case] behind: &str, #[case] expected: Value) {
    check_entry(&format!("2603020302D7,5{behind}"), "/references", expected);
}

#[test]
fn an_account_in_the_reference_or_below_it_is_the_counterpartys() {
    let pointer = "/counterparty_account";
    let iban = "NL47INGB9999999999";
    check_entry(&format!("2603020302D65,00NOVB{iban}"), pointer, json!(iban));
    check_entry(
        &format!("260302D25,00N102EREF\n{iban}"),
        pointer,
        json!(iban),
    );
}

/// Some banks break the line, or leave a space, between mark and amount.
#[rstest]
#[case("2603020302CR\n27,00NTRFNONREF")]
#[case("2603020302CR 27,00NTRFNONREF")]
fn space_before_the_amount(#[case] line: &str) {
    check_entry(line, "/amount", json!("27.00"));
}

#[test]
fn numbered_fields_with_wraps_inside_words() {
    let text = "166?00GUTSCHRIFT?100399?20EREF+EndToEndId TFNR 22 004?21 00001?22\n\
        SVWZ+Verw CTSc-01 BC-PPP TF?23Nr 22 004?30DRESDEFF508?31DE1450880\n\
        050019478500?32Richter Renate 70 Zeichen B?33eginn?34914";
    let file = about(text);
    check(
        &file,
        "/entries/0/references/EndToEndId",
        json!("EndToEndId TFNR 22 004 00001"),
    );
    check(
        &file,
        "/entries/0/remittance",
        json!("Verw CTSc-01 BC-PPP TFNr 22 004"),
    );
    check(
        &file,
        "/entries/0/counterparty",
        json!("Richter Renate 70 Zeichen Beginn"),
    );
    check(
        &file,
        "/entries/0/counterparty_account",
        json!("DE1450880050019478500"),
    );
    // Only a returned payment's field 34 is a reason.
    check(&file, "/entries/0/return_reason", Value::Null);
}

/// A field that isn't full ends with a word: what follows begins a new one, or a reference behind
/// it would be lost in it.
#[test]
fn a_field_that_is_not_full_ends_a_word_and_a_reference() {
    let file = about("166?20Ratenzahlung?21RF18 5390 0754 7034?32MAX?33MUSTER");
    check(
        &file,
        "/entries/0/remittance",
        json!("Ratenzahlung\nRF18 5390 0754 7034"),
    );
    check(&file, "/entries/0/counterparty", json!("MAX MUSTER"));
    let file = about("159?20EREF+TFNR 40005 00005?21MTLG:Konto gesperrt?34903");
    check(
        &file,
        "/entries/0/references/EndToEndId",
        json!("TFNR 40005 00005"),
    );
    check(&file, "/entries/0/remittance", json!("MTLG:Konto gesperrt"));
    check(&file, "/entries/0/return_reason", json!("903"));
}

#[test]
fn words_may_be_broken_by_a_field() {
    let file = about(
        "835?22EREF+ 1234567890123 PAYPAL?23MREF+ 12AB234CD6E7F CRED+ A?24B12CDE0000000000000000034 S\
         ?25VWZ+ . MUSIC, Ihr Einkauf?26bei MUSIC",
    );
    check(
        &file,
        "/entries/0/references",
        json!({
        "AcctSvcrRef": "B-1", "EndToEndId": "1234567890123 PAYPAL", "MndtId": "12AB234CD6E7F"}),
    );
    check(
        &file,
        "/entries/0/remittance",
        json!(". MUSIC, Ihr Einkauf\nbei MUSIC"),
    );
}

/// Fields 60 to 63 go on where 29 ended, or say something of their own.
#[test]
fn fields_60_to_63() {
    let fields: String = (21..=29)
        .map(|n| format!("?{n}abcdefghijklmnopqrstuvwxyz{}", n % 10))
        .collect();
    let file = about(&format!("166?20SVWZ+{fields}?60end?61more?62"));
    let text: String = (21..=29)
        .map(|n| format!("abcdefghijklmnopqrstuvwxyz{}", n % 10))
        .collect();
    check(
        &file,
        "/entries/0/remittance",
        json!(format!("{text}end\nmore")),
    );
    let file = about("105?20EREF+123/123/12345-----L110?60000000012345?61ABWA: Amt?62Muenchen");
    check(
        &file,
        "/entries/0/references/EndToEndId",
        json!("123/123/12345-----L110"),
    );
    check(
        &file,
        "/entries/0/remittance",
        json!("000000012345\nABWA: Amt\nMuenchen"),
    );
}

#[rstest]
#[case("000>100987654321\n>20RENT>21OFFICE>310390123456")]
#[case("020~00BANK~20RENT~21OFFICE~310390123456")]
#[case("020^20RENT^21OFFICE^310390123456")]
fn other_signs_before_the_numbers(#[case] text: &str) {
    check(about(text), "/entries/0/remittance", json!("RENT\nOFFICE"));
    check(
        about(text),
        "/entries/0/counterparty_account",
        json!("0390123456"),
    );
}

#[test]
fn codes_between_slashes() {
    let file = about(
        "/TRTP/SEPA OVERBOEKING/IBAN/KE55EQBL0000000001/BIC/EQBLKENA/NAME/A. OTI\nENO/REMI/RATE MARCH RF18 5390 \
         0754 7034/EREF/E-77",
    );
    check(&file, "/entries/0/references/EndToEndId", json!("E-77"));
    check(&file, "/entries/0/counterparty", json!("A. OTIENO"));
    check(
        &file,
        "/entries/0/counterparty_account",
        json!("KE55EQBL0000000001"),
    );
    check(
        &file,
        "/entries/0/remittance",
        json!("RATE MARCH RF18 5390 0754 7034"),
    );
    let file = about(
        "/EREF/NOTPROVIDED//MARF/M-1//CNTP/NL32/INGBNL2A/ING BANK N.V.///REMI/USTD//Hello /now//",
    );
    check(
        &file,
        "/entries/0/references",
        json!({"AcctSvcrRef": "B-1", "MndtId": "M-1"}),
    );
    check(&file, "/entries/0/counterparty", json!("ING BANK N.V."));
    check(&file, "/entries/0/remittance", json!("Hello /now"));
    let file = about("/BENM//NAME/JOHN DOE/REMI//ISDT/2026-01-02");
    check(&file, "/entries/0/remittance", Value::Null);
    check(&file, "/entries/0/counterparty", json!("JOHN DOE"));
    let file = about("/RTRN/MS03//EREF/E-1//REMI/STRD/CUR/RF18539007547034/");
    check(&file, "/entries/0/return_reason", json!("MS03"));
    check(&file, "/entries/0/remittance", json!("RF18539007547034"));
}

#[test]
fn free_text_keeps_its_lines() {
    let text = "911 COLLECT; ID IPH: XX000000000001; Z RACH.: \n5611401081; OD: JAN NOWAK";
    check(about(text), "/entries/0/remittance", json!(text));
    let several = "Return\n:86:NOT AGREED\n:86:20095731";
    check(
        about(several),
        "/entries/0/remittance",
        json!("Return\nNOT AGREED\n20095731"),
    );
    // A line that begins like a tag and is none.
    let time = "PAID AT\n:15:30 UHR";
    check(about(time), "/entries/0/remittance", json!(time));
}

#[rstest]
#[case::utf8("Mu\u{308}ller \u{dc}ber".as_bytes(), "Mu\u{308}ller \u{dc}ber")]
#[case::cp1252(b"M\xfcller \x80", "M\u{fc}ller \u{20ac}")]
#[case::undefined_in_cp1252(b"A\x81B", "A\u{81}B")]
fn each_line_is_utf8_or_cp1252(#[case] text: &[u8], #[case] expected: &str) {
    let mut file = about("X").into_bytes();
    let at = file.windows(5).position(|w| w == b":86:X").unwrap() + 4;
    file.splice(at..=at, text.iter().copied());
    check(&file, "/entries/0/remittance", json!(expected));
}

#[test]
fn several_messages_with_what_banks_put_between() {
    let one = message(":61:2603020302C1,00NTRFNONREF");
    let two = one.replace("STMT1", "STMT2").replace("-\n", "-\u{3}\n");
    let file = format!("\u{1}\r\nBANKKENA\n940\nBANKKENA\n{one}\n:940:\n{two}");
    let printed = printed(&file);
    let ids: Vec<&str> = printed
        .iter()
        .map(|s| s["statement"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["STMT1/12/1", "STMT2/12/1"]);
    assert!(
        printed
            .iter()
            .all(|s| s["entries"].as_array().unwrap().len() == 1)
    );
    // Without a dash between, and with Windows' and old Macintosh's line ends.
    for end in ["\r\n", "\r"] {
        let file = format!("{one}{two}").replace("-\n", "").replace('\n', end);
        assert_eq!(crate::xml::printed(&file), printed);
    }
}

#[test]
fn block_headers_of_swift() {
    let inside = ":20:A\n:25:1\n:28C:1/1\n:60F:C260301KES0,\n:61:260302C5,NTRFX\n:62F:C260302KES5,";
    let file = format!(
        "{{1:F01BANKKENAXXXX0000000000}}{{2:O9401200260302BANKKENAXXXX00000000002603021200N}}{{4:\r\n{inside}\r\n-}}\
         {{5:{{CHK:000000000000}}}}\r\n{{1:F01BANKKENAXXXX}}{{2:I942BANKKENAXXXXN}}{{4:\r\n:20:B\r\n:25:1\r\n\
         :28C:2/1\r\n:61:260302EC7,NTRFX\r\n-}}"
    );
    let printed = printed(&file);
    assert_eq!(printed[0]["format"], "mt940");
    assert_eq!(printed[0]["balances_chain"], true);
    assert_eq!(printed[1]["format"], "mt942");
    assert_eq!(printed[1]["entries"][0]["status"], "pending");
    assert_eq!(printed.len(), 2);
}

/// An interim report in the same feed: no balances, a floor limit that says the currency, and
/// entries that are booked or expected.
#[test]
fn an_interim_report() {
    let file = ":20:VM1\n:25:KE1234567890\n:28C:5/1\n:34F:KESD100,\n:34F:KESC10,\n:13D:2603021430+0300\n\
        :61:2603020302C42,50NTRFINV-7//BANK-1\n:86:RENT\n:61:2603030303EC9,NTRFNONREF\n:90D:0KES0,\n:90C:2KES51,50\n-\n";
    check(file, "/format", json!("mt942"));
    check(file, "/currency", json!("KES"));
    check(file, "/opening", Value::Null);
    check(file, "/balances_chain", Value::Null);
    check(file, "/entries/0/status", json!("booked"));
    check(file, "/entries/1/status", json!("pending"));
    check(file, "/entries/1/currency", json!("KES"));
}

/// Forward balances and lines that aren't SWIFT's say nothing about an entry; nor does what the
/// bank tells the account's owner behind the closing balance.
#[test]
fn fields_that_say_nothing_about_an_entry() {
    let file = message(
        ":NS:22Ratenkonto\n:61:260302C1,NTRFX\n:86:RENT\n:62F:C260302KES1001,00\n:65F:C260303KES1,\n:86:OFFER\nTO YOU\n:64:X",
    );
    let file = file.replace("\n:62F:C260302KES1000,00\n-\n", "\n-\n");
    check(&file, "/entries/0/remittance", json!("RENT"));
    check(&file, "/balances_chain", json!(true));
}

#[test]
fn a_page_has_intermediate_balances() {
    let file = ":20:A\n:25:1\n:28C:7/1\n:60F:C260301KES0,\n:61:260302C5,NTRFX\n:62M:C260302KES5,\n-\n\
        :20:A\n:25:1\n:28C:7/2\n:60M:C260302KES5,\n:61:260302C6,NTRFX\n:62F:C260302KES11,\n-\n";
    let printed = printed(file);
    assert_eq!(printed[0]["statement"], "A/7/1");
    assert_eq!(printed[1]["statement"], "A/7/2");
    assert!(printed.iter().all(|page| page["balances_chain"] == true));
    // Pages in one message, with one heading.
    let file = file.replace("-\n:20:A\n:25:1\n:28C:7/2\n", "");
    let printed = crate::xml::printed(file);
    assert_eq!(printed.len(), 2);
    assert_eq!(printed[1]["account"], "1");
    assert!(printed.iter().all(|page| page["balances_chain"] == true));
}

/// A message whose beginning was lost has no currency, and nobody may guess it from the one
/// before.
#[test]
fn an_entry_behind_the_end_belongs_to_nobody() {
    let file = message("") + ":61:260302C119,NMSCX\n";
    let printed = printed(&file);
    assert_eq!(printed.len(), 2);
    assert_eq!(printed[0]["entries"], json!([]));
    assert_eq!(printed[1]["account"], Value::Null);
    assert_eq!(printed[1]["entries"][0]["currency"], Value::Null);
}

/// The currency may stand behind the account's number alone.
#[test]
fn a_currency_behind_the_account() {
    let file = ":20:A\n:25:1291.99.348EUR\n:61:260302C119,NMSCX\n";
    check(file, "/entries/0/currency", json!("EUR"));
    check(file, "/account", json!("1291.99.348EUR"));
}

#[test]
fn balances_are_signed_and_chain_or_not() {
    let file = |closing| {
        format!(":20:A\n:60F:D260301KES10,50\n:61:260302C10,25NTRFX\n:62F:{closing}\n-\n")
    };
    check(file("D260302KES0,25"), "/balances_chain", json!(true));
    check(file("D260302KES0,25"), "/opening", json!("-10.50"));
    check(file("C260302KES0,25"), "/balances_chain", json!(false));
    check(file("D260302UGX0,25"), "/balances_chain", json!(false));
    check(
        file("D260302KES0,25").replace(":62F:D260302KES0,25\n", ""),
        "/balances_chain",
        Value::Null,
    );
}
