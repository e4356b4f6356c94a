//! Opening, closing and the chain: from a running balance, or from lines beside the table.

use rstest::rstest;
use serde_json::{Value, json};

use super::{mapping, printed, refusals, with};

fn running(order: &str) -> fairlock_intake::Mapping {
    with(
        "booking_date = \"Date\"\namount = \"Amount\"\nbalance = \"Balance\"",
        &format!("[table]\n{order}"),
    )
}

fn summary(mapping: &fairlock_intake::Mapping, table: &str) -> [Value; 3] {
    let statement = &printed(mapping, table)[0];
    ["opening", "closing", "balances_chain"].map(|name| statement[name].clone())
}

#[rstest]
#[case::oldest_first(
    "02.03.2026,5.00,15.00\n03.03.2026,-20.00,-5.00\n",
    json!(["10.00", "-5.00", true])
)]
#[case::newest_first(
    "03.03.2026,-20.00,-5.00\n02.03.2026,5.00,15.00\n",
    json!(["10.00", "-5.00", true])
)]
#[case::newest_first_of_one_day(
    "02.03.2026,-20.00,-5.00\n02.03.2026,5.00,15.00\n",
    json!(["10.00", "-5.00", true])
)]
#[case::a_row_is_missing(
    "02.03.2026,5.00,15.00\n04.03.2026,1.00,17.00\n",
    json!(["10.00", "17.00", false])
)]
#[case::one_row("02.03.2026,5.00,15.00\n", json!(["10.00", "15.00", true]))]
#[case::a_balance_is_missing(
    "02.03.2026,5.00,15.00\n03.03.2026,1.00,\n",
    json!([null, null, null])
)]
#[case::no_rows("", json!([null, null, null]))]
fn a_running_balance_gives_opening_and_closing(#[case] rows: &str, #[case] expected: Value) {
    let table = format!("Date,Amount,Balance\n{rows}");
    assert_eq!(json!(summary(&running(""), &table)), expected);
}

#[test]
fn an_order_that_is_said_must_hold() {
    let table = "Date,Amount,Balance\n03.03.2026,-20.00,-5.00\n02.03.2026,5.00,15.00\n";
    assert_eq!(
        summary(&running("order = \"newest_first\""), table)[2],
        json!(true)
    );
    assert_eq!(
        summary(&running("order = \"oldest_first\""), table)[2],
        json!(false)
    );
}

#[test]
fn only_booked_rows_are_in_the_chain() {
    let mapping = with(
        "booking_date = \"Date\"\namount = \"Amount\"\nbalance = \"Balance\"\nstatus = \"State\"",
        "[status]\nbooked = [\"ok\"]\nfailed = [\"bad\"]",
    );
    let table = "Date,Amount,Balance,State\n02.03.2026,5.00,15.00,ok\n02.03.2026,9.00,,bad\n\
                 03.03.2026,1.00,16.00,ok\n";
    assert_eq!(
        json!(summary(&mapping, table)),
        json!(["10.00", "16.00", true])
    );
}

fn with_lines() -> fairlock_intake::Mapping {
    mapping(
        "[table]\nend = [\"Summe\"]\n[columns]\nbooking_date = \"Date\"\namount = \"Amount\"\n\
         [dates]\nformats = [\"dd.MM.yyyy\"]\n\
         [outside]\naccount = \"Konto\"\ncurrency = \"Währung\"\nstatement = \"Auszug\"\n\
         opening = \"Anfangssaldo | Alter Saldo\"\nclosing = \"Endsaldo\"\n",
    )
}

const AROUND: &str = "Konto:,DE89370400440532013000\nWährung: EUR\nAuszug,7\nAnfangssaldo,,100.00\n\
                      Date,Amount\n02.03.2026,42.50\n\nSumme,42.50\nEndsaldo,142.50\n";

#[test]
fn lines_beside_the_table_say_account_and_balances() {
    let statement = &printed(&with_lines(), AROUND)[0];
    let expected = json!({
        "account": "DE89370400440532013000", "currency": "EUR", "statement": "7",
        "opening": "100.00", "closing": "142.50", "balances_chain": true,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&statement[name], value, "{name}");
    }
    assert_eq!(statement["entries"].as_array().unwrap().len(), 1);
    let broken = AROUND.replace("142.50\n", "142.51\n");
    assert_eq!(
        printed(&with_lines(), broken)[0]["balances_chain"],
        json!(false)
    );
}

#[rstest]
#[case::garbled(
    "100.00",
    "1..0",
    "row 4, column anfangssaldo: found \"1..0\", expected an amount such as 1234.56"
)]
#[case::no_value(
    "Anfangssaldo,,100.00",
    "Anfangssaldo,,",
    "row 4, column anfangssaldo: found nothing, expected an amount such as 1234.56"
)]
#[case::behind(
    "Endsaldo,142.50",
    "03.03.2026,7.00",
    "line 9: found a row with a date, expected no entries behind the end of the table"
)]
#[case::no_currency(
    "Währung: EUR\n",
    "",
    "line 5: found no currency, expected a currency, in its column or above the table"
)]
fn lines_that_can_t_be_read_are_refused(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    let table = AROUND.replacen(right, wrong, 1);
    let found = refusals(&with_lines(), table)
        .join("; ")
        .replace("\"\"", "nothing");
    assert_eq!(found, expected);
}

#[test]
fn two_currencies_never_chain() {
    let mapping = mapping(
        "[columns]\nbooking_date = \"Date\"\namount = \"Amount\"\nbalance = \"Balance\"\ncurrency = \"Ccy\"\n\
         [dates]\nformats = [\"dd.MM.yyyy\"]\n",
    );
    let table = "Date,Amount,Balance,Ccy\n02.03.2026,5.00,15.00,KES\n02.03.2026,5.00,20.00,EUR\n";
    let statement = &printed(&mapping, table)[0];
    assert_eq!(statement["currency"], Value::Null);
    assert_eq!(statement["balances_chain"], json!(false));
}
