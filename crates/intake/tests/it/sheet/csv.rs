//! Rows of text: cells, signs, widths, encodings, quotes, and everything that is refused.

use rstest::rstest;
use serde_json::{Value, json};

use super::{mapping, plain, printed, refusals, value, with};

/// A table of one row under `plain`.
fn row(cells: &str) -> String {
    format!("Date,Amount,Text\n{cells}\n")
}

#[test]
fn a_row_is_an_entry_in_the_shape_of_statement_read() {
    let mapping = mapping(
        "[columns]\nbooking_date = \"Booked\"\nvalue_date = \"Value\"\namount = \"Amount\"\n\
         currency = \"Ccy\"\naccount = \"Account\"\nremittance = [\"Line 1\", \"Line 2\"]\n\
         counterparty = \"Name\"\ncounterparty_account = \"Their account\"\n\
         [references]\nAcctSvcrRef = \"Ref\"\nEndToEndId = \"E2E\"\n\
         [dates]\nformats = [\"yyyy-MM-dd\"]\n",
    );
    let table = "Booked,Value,Amount,Ccy,Account,Line 1,Line 2,Name,Their account,Ref,E2E\n\
                 2026-03-02,2026-03-03,1500.00,KES,A-1,RF93447120,thanks,Asha,B-2,R-1,NOTPROVIDED\n";
    let expected = json!({
        "format": "csv:bank", "statement": null, "account": "A-1", "currency": "KES",
        "opening": null, "closing": null, "balances_chain": null,
        "entries": [{
            "index": 0, "direction": "credit", "amount": "1500.00", "currency": "KES",
            "status": "booked", "reversal": false,
            "booking_date": "2026-03-02", "value_date": "2026-03-03",
            "references": {"AcctSvcrRef": "R-1"},
            "remittance": "RF93447120\nthanks", "counterparty": "Asha",
            "counterparty_account": "B-2", "return_reason": null,
            "details": [{
                "amount": "1500.00", "currency": "KES", "references": {},
                "remittance": "RF93447120\nthanks", "counterparty": "Asha"
            }]
        }]
    });
    assert_eq!(printed(&mapping, table), [expected]);
}

#[test]
fn columns_are_found_in_any_order_and_spelling() {
    let mapping = with(
        "booking_date = \"Buchungstag | Date de comptabilisation | Fecha\"\n\
         amount = \"Betrag | Montant | Importe\"",
        "[table]\ndelimiter = \";\"\namounts = \"1.234,56\"",
    );
    for table in [
        "Betrag;BUCHUNGSTAG\n1.234,56;02.03.2026\n",
        "\u{feff}\"Date de  comptabilisation\";Solde;Montant\n02.03.2026;9,99;1.234,56\n",
        "Kontoauszug\n\nfecha ;importe;;\n02.03.2026;1.234,56;;\n",
    ] {
        assert_eq!(
            value(&mapping, table, "/entries/0/amount"),
            json!("1234.56"),
            "{table}"
        );
    }
}

#[rstest]
#[case::two_points("12..34", "found \"12..34\", expected an amount such as 1234.56")]
#[case::comma("12,34", "found \"12,34\", expected an amount such as 1234.56")]
#[case::huge(
    "1000000000000000000",
    "found \"1000000000000000000\", expected an amount of at most 18 digits, 5 of them decimals"
)]
#[case::decimals(
    "5.001",
    "found \"5.001\", expected an amount of at most 2 decimals and 10^15 minor units of KES"
)]
#[case::much(
    "10000000000000.01",
    "found \"10000000000000.01\", expected an amount of at most 2 decimals and 10^15 minor units of KES"
)]
#[case::word("zero", "found \"zero\", expected an amount such as 1234.56")]
#[case::empty("", "found nothing, expected an amount such as 1234.56")]
fn an_amount_that_can_t_be_read_is_named_by_row_and_column(
    #[case] amount: &str,
    #[case] expected: &str,
) {
    let table = row(&format!("02.03.2026,\"{amount}\",x"));
    assert_eq!(
        refusals(&plain(), table),
        [format!("row 2, column Amount: {expected}")]
    );
}

#[rstest]
#[case::february("30.02.2026", "found \"30.02.2026\"")]
#[case::other_format("2026-03-02", "found \"2026-03-02\"")]
#[case::empty("", "found nothing")]
fn a_date_that_can_t_be_read_is_named(#[case] date: &str, #[case] found: &str) {
    let expected =
        format!("row 2, column Date: {found}, expected a date that exists, as dd.MM.yyyy");
    assert_eq!(
        refusals(&plain(), row(&format!("{date},1.00,x"))),
        [expected]
    );
}

#[test]
fn all_errors_are_collected_and_the_file_gives_nothing() {
    let table = "Date,Amount,Text\n02.03.2026,1.00,x\n30.02.2026,1..2,x\n02.03.2026,y,x\n";
    assert_eq!(
        refusals(&plain(), table),
        [
            "row 3, column Amount: found \"1..2\", expected an amount such as 1234.56",
            "row 3, column Date: found \"30.02.2026\", expected a date that exists, as dd.MM.yyyy",
            "row 4, column Amount: found \"y\", expected an amount such as 1234.56",
        ]
    );
    let many = "Date,Amount,Text\n".to_owned() + &"02.03.2026,y,x\n".repeat(500);
    let errors = refusals(&plain(), many);
    assert_eq!(errors.len(), 101);
    assert_eq!(
        errors[100],
        "input: found more errors, expected these to be repaired first"
    );
}

fn two_columns(debit_sign: &str) -> fairlock_intake::Mapping {
    with(
        "booking_date = \"Date\"\ncredit = \"In\"\ndebit = \"Out\"",
        &format!("[table]\ndebit_sign = \"{debit_sign}\""),
    )
}

#[rstest]
#[case::credit("5.00,", "none", "credit 5.00")]
#[case::debit(",5.00", "none", "debit 5.00")]
#[case::zero_beside("0.00,5.00", "none", "debit 5.00")]
#[case::dash_beside("5.00,-", "none", "credit 5.00")]
#[case::minus(",-5.00", "minus", "debit 5.00")]
#[case::either(",-5.00", "either", "debit 5.00")]
#[case::nothing_moved("0.00,", "none", "credit 0.00")]
fn credit_and_debit_stand_in_two_columns(
    #[case] cells: &str,
    #[case] debit_sign: &str,
    #[case] expected: &str,
) {
    let table = format!("Date,In,Out\n02.03.2026,{cells}\n");
    let entry = value(&two_columns(debit_sign), table, "/entries/0");
    let text = |name: &str| entry[name].as_str().unwrap().to_owned();
    assert_eq!(
        format!("{} {}", text("direction"), text("amount")),
        expected
    );
}

#[rstest]
#[case::negative_debit(
    ",-5.00",
    "none",
    "column Out: found \"-5.00\", expected a debit without a minus, or debit_sign in the mapping"
)]
#[case::positive_debit(
    ",5.00",
    "minus",
    "column Out: found \"5.00\", expected a debit with a minus, as the mapping says"
)]
#[case::negative_credit(
    "-5.00,",
    "either",
    "column In: found \"-5.00\", expected a credit without a minus"
)]
#[case::both(
    "5.00,5.00",
    "none",
    "column Out: found \"5.00\", expected an amount in one of the two columns, not in both"
)]
#[case::neither(
    ",",
    "none",
    "column In: found nothing, expected an amount in one of the two columns"
)]
fn two_columns_that_contradict_each_other_are_refused(
    #[case] cells: &str,
    #[case] debit_sign: &str,
    #[case] expected: &str,
) {
    let table = format!("Date,In,Out\n02.03.2026,{cells}\n");
    assert_eq!(
        refusals(&two_columns(debit_sign), table),
        [format!("row 2, {expected}")]
    );
}

#[test]
fn a_column_says_the_direction() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"\ndirection = \"S/H\"",
        "[direction]\ncredit = [\"H\", \"CR\"]\ndebit = [\"S\", \"DR\"]",
    );
    let table = |amount: &str, word: &str| format!("Date,Amount,S/H\n02.03.2026,{amount},{word}\n");
    let direction = |table| value(&mapping, table, "/entries/0/direction");
    assert_eq!(direction(table("5", "h")), json!("credit"));
    assert_eq!(direction(table("5", "S")), json!("debit"));
    assert_eq!(
        direction(table("-5", "S")),
        json!("debit"),
        "the sign repeats the word"
    );
    assert_eq!(
        refusals(&mapping, table("-5", "H")),
        [
            "row 2, column Amount: found \"-5\", expected an amount without a minus: the direction says credit"
        ]
    );
    assert_eq!(
        refusals(&mapping, table("5", "X")),
        ["row 2, column S/H: found \"X\", expected one of \"h\", \"cr\", \"s\", \"dr\""]
    );
}

#[test]
fn the_bank_s_words_say_the_status() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"\nstatus = \"State\"",
        "[status]\nbooked = [\"Completed\"]\npending = [\"In progress\"]\nfailed = [\"Failed\"]\nignored = [\"Heading\"]",
    );
    let table = "Date,Amount,State\n02.03.2026,1,COMPLETED\n02.03.2026,2,In  progress\n\
                 02.03.2026,3,failed\nx,x,Heading\n";
    let entries = value(&mapping, table, "/entries");
    let status: Vec<&Value> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["status"])
        .collect();
    assert_eq!(status, ["booked", "pending", "information"]);
    assert_eq!(
        refusals(
            &mapping,
            "Date,Amount,State\n02.03.2026,1,Maybe\n02.03.2026,1,\n"
        ),
        [
            "row 2, column State: found \"Maybe\", expected one of \"completed\", \"in progress\", \"failed\", \"heading\"",
            "row 3, column State: found nothing, expected a value",
        ]
    );
}

#[test]
fn a_word_marks_a_reversal_and_a_reason_a_return() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"\nreversal = \"Kind\"\nreturn_reason = \"Reason\"",
        "[reversal]\nwords = [\"Storno\"]",
    );
    let table = "Date,Amount,Kind,Reason\n02.03.2026,-1,STORNO,\n02.03.2026,-1,Pay,AC01\n";
    let entries = value(&mapping, table, "/entries");
    assert_eq!(entries[0]["reversal"], json!(true));
    assert_eq!(entries[1]["reversal"], json!(false));
    assert_eq!(entries[1]["return_reason"], json!("AC01"));
}

#[test]
fn a_wrong_currency_is_refused() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"\ncurrency = \"Ccy\"",
        "",
    );
    let table = |currency: &str| format!("Date,Amount,Ccy\n02.03.2026,1,{currency}\n");
    assert_eq!(
        value(&mapping, table("KES"), "/entries/0/currency"),
        json!("KES")
    );
    assert_eq!(
        value(&mapping, table(""), "/entries/0/currency"),
        json!("KES")
    );
    assert_eq!(
        refusals(&mapping, table("UGX")),
        ["row 2, column Ccy: found \"UGX\", expected KES, the currency of this table"]
    );
    assert_eq!(
        refusals(&mapping, table("KSh")),
        [
            "row 2, column Ccy: found \"KSh\", expected a currency of three capital letters, such as KES"
        ]
    );
}

#[rstest]
#[case::short(
    "02.03.2026,1.00",
    "line 2: found 2 cells, expected 3, as in the header"
)]
#[case::long(
    "02.03.2026,1.00,a,b",
    "line 2: found 4 cells, expected 3, as in the header"
)]
fn a_row_of_another_width_is_refused(#[case] cells: &str, #[case] expected: &str) {
    assert_eq!(refusals(&plain(), row(cells)), [expected]);
    assert_eq!(
        value(&plain(), row("02.03.2026,1.00,a,,"), "/entries/0/amount"),
        json!("1.00")
    );
}

#[test]
fn a_quote_that_is_never_closed_is_refused_wherever_it_opens() {
    let swallowed = "Date,Amount,Text\n02.03.2026,1.00,\"x\n02.03.2026,2.00,y\n02.03.2026,3.00,z\n";
    assert_eq!(
        refusals(&plain(), swallowed),
        [
            "line 2: found a quote that is never closed, expected a quote that is closed before the file ends"
        ]
    );
    let first = "Date,Amount,Text\n02.03.2026,\"1.00,x\n02.03.2026,2.00,y\n";
    assert!(refusals(&plain(), first)[0].starts_with("line 2: found 2 cells"));
    let lines = "Date,Amount,Text\n02.03.2026,1.00,\"x\ny\"\n";
    assert_eq!(
        value(&plain(), lines, "/entries/0/remittance"),
        json!("x\ny")
    );
    let apart = "Date,Amount,Text\n02.03.2026,1.00,\"".to_owned() + &"x\n".repeat(3_000) + "\"\n";
    assert!(refusals(&plain(), apart)[0].contains("more than 4,000 characters"));
}

#[test]
fn text_is_in_the_mapping_s_encoding_unless_marked() {
    let table = b"Date,Amount,Text\n02.03.2026,1.00,Z\xfcrich\n";
    let western = with(
        "booking_date = \"Date\"\namount = \"Amount\"\nremittance = \"Text\"",
        "[table]\nencoding = \"windows-1252\"",
    );
    assert_eq!(
        value(&western, table, "/entries/0/remittance"),
        json!("Zürich")
    );
    assert_eq!(
        refusals(&plain(), table),
        ["line 2: found bytes that are no characters, expected text in UTF-8"]
    );
    let utf16: Vec<u8> = "\u{feff}Date,Amount,Text\n02.03.2026,1.00,Zürich\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        value(&western, utf16, "/entries/0/remittance"),
        json!("Zürich")
    );
}

#[rstest]
#[case::nothing("", "input: found nothing, expected a table with column names")]
#[case::other(
    "Tag,Betrag\n",
    "row 1, column Amount: found no such column, in the row that is most like the header, expected this column, as the mapping bank says"
)]
#[case::near(
    "words\nDate,Amount\n1,2\n",
    "row 2, column Text: found no such column, in the row that is most like the header, expected this column, as the mapping bank says"
)]
#[case::twice(
    "Date,Amount,Text,amount\n",
    "row 1, column Amount: found this column twice, expected it once, or a mapping that names it by position"
)]
fn a_table_without_its_columns_is_refused(#[case] table: &str, #[case] expected: &str) {
    assert_eq!(refusals(&plain(), table), [expected]);
}

#[test]
fn columns_may_be_named_by_position() {
    let mapping = with(
        "booking_date = 1\namount = 3\nremittance = 2",
        "[table]\nheader = \"none\"\nskip = 1\ndelimiter = \"tab\"",
    );
    let table = "printed on 3 March\n02.03.2026\tRF93447120\t5.00\n03.03.2026\tx\t6.00\textra\n";
    assert_eq!(
        value(&mapping, table, "/entries/0/remittance"),
        json!("RF93447120")
    );
    assert_eq!(value(&mapping, table, "/entries/1/amount"), json!("6.00"));
}

#[test]
fn a_header_s_row_may_be_said() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"",
        "[table]\nheader = 2",
    );
    let table = "Date,Amount\nDate,Amount\n02.03.2026,5\n";
    assert_eq!(value(&mapping, table, "/entries/0/amount"), json!("5"));
    assert!(
        refusals(&mapping, "Date,Amount\n02.03.2026,5\n")[0].starts_with("row 2, column Amount")
    );
}

#[test]
fn optional_columns_may_be_missing() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"\nremittance = \"Text\"\noptional = [\"remittance\"]",
        "",
    );
    assert_eq!(
        value(
            &mapping,
            "Date,Amount\n02.03.2026,5\n",
            "/entries/0/remittance"
        ),
        Value::Null
    );
}

#[test]
fn a_table_without_rows_is_a_statement_without_entries() {
    assert_eq!(
        value(&plain(), "Date,Amount,Text\n\n,,\n", "/entries"),
        json!([])
    );
}

#[test]
fn rows_of_an_account_stand_together() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"\naccount = \"Account\"",
        "",
    );
    let two = "Date,Amount,Account\n02.03.2026,1,A\n02.03.2026,2,A\n02.03.2026,3,B\n";
    let both = printed(&mapping, two);
    assert_eq!(both.len(), 2);
    assert_eq!(
        (&both[0]["account"], &both[1]["account"]),
        (&json!("A"), &json!("B"))
    );
    assert_eq!(both[1]["entries"][0]["index"], json!(0));
    assert_eq!(
        refusals(&mapping, format!("{two}02.03.2026,4,A\n")),
        [
            "line 5: found a row of an account whose rows ended, expected the rows of an account together"
        ]
    );
}

#[test]
fn excel_before_2007_is_told_what_it_is() {
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    assert_eq!(
        refusals(&plain(), ole),
        [
            "input: found an Excel file of before 2007, or one with a password, expected XLSX without a password, or CSV"
        ]
    );
}
