//! Mapping files that are wrong, each refused with file, line and what was expected.

use fairlock_intake::Mapping;
use rstest::rstest;

use super::zone;

const RIGHT: &str = "\
[table]
delimiter = \";\"
amounts = \"1.234,56\"
[columns]
booking_date = \"Buchungstag|Date\"
amount = \"Betrag\"
currency = \"CCY\"
[dates]
formats = [\"dd.MM.yyyy\"]
";

fn errors(file: &str, text: &str) -> Vec<String> {
    match Mapping::parse(file, text, &zone) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_right_mapping_is_taken_under_its_file_s_name() {
    let mapping = Mapping::parse("/etc/fairlock/my-bank.toml", RIGHT, &zone);
    assert_eq!(
        mapping.map(|mapping| mapping.name),
        Ok("my-bank".to_owned())
    );
}

#[rstest]
#[case::unknown_key(
    "amount =",
    "ammount =",
    "bank.toml:6: found a value that isn't in the format, expected unknown field `ammount`"
)]
#[case::not_toml("[columns]", "[columns", "bank.toml:4: found a value")]
#[case::number_for_a_list(
    "[\"dd.MM.yyyy\"]",
    "7",
    "bank.toml:9: found a value that isn't in the format, expected invalid type: integer `7`, expected a sequence"
)]
#[case::delimiter(
    "\";\"",
    "\";;\"",
    "bank.toml:2: found \";;\", expected one ASCII character, or \"tab\""
)]
#[case::style(
    "1.234,56",
    "1.23",
    "bank.toml:3: found \"1.23\", expected one of \"1234.56\", \"1,234.56\","
)]
#[case::no_name(
    "\"Betrag\"",
    "\"|\"",
    "bank.toml:6: found \"|\", expected a column's name, or several with | between"
)]
#[case::position(
    "\"Betrag\"",
    "0",
    "bank.toml:6: found 0, expected a position from 1 to 1000"
)]
#[case::pattern(
    "dd.MM.yyyy",
    "dd.mm.yyyy",
    "bank.toml:9: found \"dd.mm.yyyy\", expected a pattern with one year, one month and one day, such as dd.MM.yyyy"
)]
#[case::ambiguous(
    "[\"dd.MM.yyyy\"]",
    "[\"dd/MM/yyyy\", \"MM/dd/yyyy\"]",
    "bank.toml:9: found \"MM/dd/yyyy\" beside \"dd/MM/yyyy\", expected formats that never read one text as two days"
)]
#[case::time_without_zone(
    "dd.MM.yyyy",
    "dd.MM.yyyy HH:mm",
    "bank.toml:9: found a format with a time and no zone, expected zone, such as \"Africa/Nairobi\" or \"+03:00\", for its times"
)]
#[case::unknown_zone(
    "[\"dd.MM.yyyy\"]",
    "[\"dd.MM.yyyy\"]\nzone = \"Mars/Base\"",
    "bank.toml:10: found \"Mars/Base\", expected a time zone such as \"Africa/Nairobi\" or \"+03:00\""
)]
#[case::no_date(
    "booking_date = \"Buchungstag|Date\"\n",
    "",
    "bank.toml:4: found no column with a date, expected booking_date, value_date or acted"
)]
#[case::no_currency(
    "currency = \"CCY\"\n",
    "",
    "bank.toml:4: found no currency, expected currency under [columns], [constants] or [outside]"
)]
#[case::no_money(
    "amount = \"Betrag\"\n",
    "",
    "bank.toml:4: found other columns of money, expected amount, or amount and direction, or credit and debit"
)]
#[case::half_of_two(
    "amount = \"Betrag\"",
    "credit = \"Haben\"",
    "bank.toml:4: found other columns of money"
)]
#[case::direction_without_words(
    "amount = \"Betrag\"",
    "amount = \"Betrag\"\ndirection = \"S/H\"",
    "bank.toml:4: found a direction column without words, expected [direction] with credit and debit"
)]
#[case::status_without_words(
    "amount = \"Betrag\"",
    "amount = \"Betrag\"\nstatus = \"State\"",
    "bank.toml:4: found a status column without words, expected [status] with booked, pending, failed or ignored"
)]
#[case::word_twice(
    "amount = \"Betrag\"",
    "amount = \"Betrag\"\nstatus = \"State\"\n[status]\nbooked = [\"ok\"]\nfailed = [\"OK\"]\n[columns2]",
    "bank.toml:11: found a value that isn't in the format"
)]
#[case::optional_money(
    "currency = \"CCY\"",
    "currency = \"CCY\"\noptional = [\"amount\"]",
    "bank.toml:8: found \"amount\", expected keys of [columns] and [references] that a file may lack"
)]
#[case::constant(
    "[dates]",
    "[constants]\ncurrency = \"XXY\"\n[dates]",
    "bank.toml:9: found \"XXY\", expected an ISO 4217 currency, such as \"KES\""
)]
#[case::encoding(
    "delimiter = \";\"",
    "encoding = \"klingon\"",
    "bank.toml:2: found \"klingon\", expected an encoding such as utf-8 or windows-1252"
)]
#[case::order(
    "delimiter = \";\"",
    "order = \"shuffled\"",
    "bank.toml:2: found \"shuffled\", expected \"detect\" or \"oldest_first\" or \"newest_first\""
)]
#[case::header(
    "delimiter = \";\"",
    "header = 0",
    "bank.toml:2: found something else, expected \"find\", \"none\" or the number of a row, from 1"
)]
#[case::skip(
    "delimiter = \";\"",
    "skip = 3",
    "bank.toml:2: found skip, expected skip only beside header = \"none\""
)]
#[case::headless_names(
    "delimiter = \";\"",
    "header = \"none\"",
    "bank.toml:4: found a column by name in a table without a header, expected columns by position, such as amount = 3"
)]
#[case::two_accounts(
    "[dates]",
    "account = \"IBAN\"\n[constants]\naccount = \"A\"\n[dates]",
    "bank.toml:4: found the account in two places, expected account under one of [columns], [constants] and [outside]"
)]
fn a_wrong_mapping_is_refused_with_file_and_line(
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] expected: &str,
) {
    assert!(RIGHT.contains(right), "{right}");
    let found = errors("bank.toml", &RIGHT.replacen(right, wrong, 1));
    assert!(
        found.iter().any(|error| error.starts_with(expected)),
        "{found:#?}"
    );
}

#[test]
fn a_word_with_two_meanings_has_none() {
    let text = RIGHT.replace(
        "currency = \"CCY\"",
        "currency = \"CCY\"\nstatus = \"State\"",
    ) + "[status]\nbooked = [\"ok\"]\nfailed = [\"OK\"]\n";
    assert_eq!(
        errors("bank.toml", &text),
        ["bank.toml:13: found \"ok\" twice, expected each word once"]
    );
}

#[test]
fn a_mapping_s_name_is_its_file_s() {
    assert_eq!(
        errors("My Bank.toml", RIGHT),
        [
            "My Bank.toml:1: found the name \"My Bank\", expected a file name of small letters, digits and -, such as my-bank.toml"
        ]
    );
}

#[test]
fn a_file_is_recognised_by_its_header() {
    let mapping = Mapping::parse("bank.toml", RIGHT, &zone).unwrap();
    let recognises = |table: &str| fairlock_intake::sheet::recognises(table.as_bytes(), &mapping);
    assert!(recognises("Konto;1\nBuchungstag;Betrag;CCY;Mehr\nrubbish"));
    assert!(!recognises("Buchungstag;Betrag\n"));
    assert!(!recognises("<Document/>"));
    assert!(!recognises(""));
    let by_position = super::with("booking_date = 1\namount = 2", "[table]\nheader = \"none\"");
    assert!(!fairlock_intake::sheet::recognises(
        b"02.03.2026,5\n",
        &by_position
    ));
}
