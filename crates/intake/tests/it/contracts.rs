//! Contract files: what is read, and every error with its row and column.

use fairlock_intake::{ContractRow, read_contracts};
use rstest::rstest;

const HEADER: &str = "contract,reference,borrower,phone_number,imei,model,product,currency,signed_on,consent_on,\
    separate_signature,acknowledged_copy,time_zone,packs,feed,first_due,step,instalments,amount,phone";
const ROW: &str = "C-1001,,Amina Otieno,254701234567,356938035643809,Pixel,purchase_loan,KES,2026-01-31,2026-01-31,yes,yes,\
    Africa/Nairobi,sandbox,bank-kes,2026-01-31,monthly,3,1500.00,yes";

/// The row with one column replaced.
fn row(column: &str, value: &str) -> String {
    let cells: Vec<&str> = HEADER
        .split(',')
        .zip(ROW.split(','))
        .map(|(name, cell)| if name == column { value } else { cell })
        .collect();
    cells.join(",")
}

fn file(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn read(text: impl AsRef<[u8]>) -> Vec<ContractRow> {
    match read_contracts(text.as_ref()) {
        Ok(rows) => rows,
        Err(errors) => panic!("{}", errors[0]),
    }
}

fn errors(text: impl AsRef<[u8]>) -> Vec<String> {
    match read_contracts(text.as_ref()) {
        Ok(rows) => panic!("read {} rows", rows.len()),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_row_is_read() {
    let rows = read(file(&[ROW]));
    let row = &rows[0];
    assert_eq!(row.line, 2);
    assert_eq!(row.contract.id, "C-1001");
    assert_eq!(
        row.reference,
        fairlock_domain::payment::Reference::of_contract("C-1001").unwrap()
    );
    assert_eq!(row.borrower.expose(), "Amina Otieno");
    assert_eq!(row.phone_number.as_ref().unwrap().expose(), "254701234567");
    assert_eq!(row.imei.expose(), "356938035643809");
    assert_eq!(row.model.as_deref(), Some("Pixel"));
    assert_eq!(row.contract.product.name(), "purchase_loan");
    assert_eq!(row.contract.consent.unwrap().on.to_string(), "2026-01-31");
    assert_eq!(row.time_zone, "Africa/Nairobi");
    assert_eq!(row.packs, ["sandbox"]);
    assert_eq!(row.contract.feed.as_deref(), Some("bank-kes"));
    assert!(row.phone);
    let amounts: Vec<String> = row
        .contract
        .instalments
        .iter()
        .map(|instalment| instalment.amount.to_string())
        .collect();
    assert_eq!(amounts, ["1500.00", "1500.00", "1500.00"]);
}

#[test]
fn columns_may_stand_in_any_order_and_optional_ones_may_be_missing() {
    let text = "\u{feff}amount,instalments,step,first_due,packs,time_zone,signed_on,currency,product,imei,borrower,contract\r\n\
        1500,2,weekly,2026-01-08,in strict-default,Africa/Kampala,2026-01-01,UGX,lease,356938035643809,\"Okello, J.\",U/7\r\n";
    let rows = read(text);
    assert_eq!(rows[0].borrower.expose(), "Okello, J.");
    assert_eq!(rows[0].packs, ["in", "strict-default"]);
    assert!(
        rows[0].contract.consent.is_none() && rows[0].contract.feed.is_none() && !rows[0].phone
    );
}

#[rstest]
#[case("weekly", "2026-01-31", 3, &["2026-01-31", "2026-02-07", "2026-02-14"])]
#[case("fortnightly", "2026-01-31", 3, &["2026-01-31", "2026-02-14", "2026-02-28"])]
#[case("monthly", "2026-01-31", 4, &["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"])]
#[case("monthly", "2027-11-30", 4, &["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29"])]
fn due_dates_follow_the_step(
    #[case] step: &str,
    #[case] first: &str,
    #[case] count: u32,
    #[case] expected: &[&str],
) {
    let cells = row("step", step);
    let cells = cells.replace(",2026-01-31,2026-01-31,", ",2026-01-01,2026-01-01,");
    let cells = cells.replace(
        &format!("2026-01-31,{step},3"),
        &format!("{first},{step},{count}"),
    );
    let rows = read(file(&[&cells]));
    let dues: Vec<String> = rows[0]
        .contract
        .instalments
        .iter()
        .map(|instalment| instalment.due.to_string())
        .collect();
    assert_eq!(dues, expected);
}

#[rstest]
#[case(
    "contract",
    "",
    "found \"\", expected a contract id of 1 to 16 letters and digits"
)]
#[case(
    "contract",
    "C 1",
    "found \"C 1\", expected letters, digits and punctuation without spaces"
)]
#[case(
    "contract",
    "C-12345678901234567",
    "found \"C-12345678901234567\", expected a contract id of 1 to 16 letters and digits"
)]
#[case("borrower", "", "found \"\", expected a name")]
#[case(
    "phone_number",
    "0701 234",
    "found 8 characters, expected a number of 9 to 15 digits with its country code"
)]
#[case(
    "imei",
    "356938035643808",
    "found an IMEI that ends in 3808, expected 9 as its last (check) digit"
)]
#[case(
    "imei",
    "35693803564380",
    "found 14 characters, expected an IMEI of 15 digits"
)]
#[case(
    "imei",
    "35693803564380X",
    "found 15 characters that aren't all digits, expected an IMEI of 15 digits"
)]
#[case(
    "product",
    "gift",
    "found \"gift\", expected purchase_loan, lease or cash_loan"
)]
#[case(
    "currency",
    "KSH",
    "found \"KSH\", expected an ISO 4217 currency such as KES"
)]
#[case(
    "signed_on",
    "2026-02-30",
    "found \"2026-02-30\", expected a date that exists"
)]
#[case(
    "signed_on",
    "31/01/2026",
    "found \"31/01/2026\", expected a date like 2026-02-10"
)]
#[case("separate_signature", "maybe", "found \"maybe\", expected yes or no")]
#[case(
    "time_zone",
    "",
    "found \"\", expected an IANA time zone such as Africa/Nairobi"
)]
#[case(
    "packs",
    "sandbox sandbox",
    "found \"sandbox sandbox\", expected one or more rule packs with spaces between, none twice"
)]
#[case(
    "first_due",
    "2026-01-30",
    "found \"2026-01-30\", expected a date that isn't before signed_on"
)]
#[case(
    "first_due",
    "9999-12-01",
    "found \"9999-12-01\", expected instalments that end before the year 10000"
)]
#[case(
    "step",
    "daily",
    "found \"daily\", expected weekly, fortnightly or monthly"
)]
#[case("instalments", "0", "found \"0\", expected a number from 1 to 520")]
#[case("instalments", "521", "found \"521\", expected a number from 1 to 520")]
#[case(
    "amount",
    "1500.005",
    "found \"1500.005\", expected exactly 2 decimals, not 3 for KES"
)]
#[case(
    "amount",
    "1500",
    "found \"1500\", expected exactly 2 decimals, not 0 for KES"
)]
#[case("amount", "0.00", "found \"0.00\", expected an amount above zero")]
#[case(
    "amount",
    "12..34",
    "found \"12..34\", expected an amount like 1500.00, digits only for KES"
)]
#[case(
    "amount",
    "4000000000000.00",
    "found \"4000000000000.00\", expected instalments that sum to at most 10^15 minor units"
)]
#[case("phone", "1", "found \"1\", expected yes or no")]
fn a_bad_cell_is_named(#[case] column: &str, #[case] value: &str, #[case] expected: &str) {
    assert_eq!(
        errors(file(&[&row(column, value)])),
        [format!("row 2, column {column}: {expected}")]
    );
}

#[test]
fn a_wrong_reference_is_named_with_the_right_one() {
    let right = fairlock_domain::payment::Reference::of_contract("C-1001").unwrap();
    assert_eq!(read(file(&[&row("reference", &right.in_fours())])).len(), 1);
    let error = errors(file(&[&row("reference", "RF00C1001")]));
    assert_eq!(
        error,
        [format!(
            "row 2, column reference: found \"RF00C1001\", expected {right}, made of the contract's id"
        )]
    );
}

#[test]
fn all_errors_of_a_file_are_collected() {
    let bad = row("amount", "1").replace("Pixel,purchase_loan", "Pixel,gift");
    let places: Vec<String> = errors(file(&[&bad, ROW, &row("step", "x")]))
        .iter()
        .map(|error| error.split(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        places,
        [
            "row 2, column product",
            "row 2, column amount",
            "row 4, column step"
        ]
    );
}

#[test]
fn a_contract_or_a_device_that_stands_twice_is_named_with_its_first_row() {
    let same_reference = row("contract", "c1001").replace("356938035643809", "490154203237518");
    assert_eq!(
        errors(file(&[ROW, &same_reference])),
        [
            "row 3, column contract: found \"c1001\", expected a contract that isn't in row 2 already"
        ]
    );
    let same_device = row("contract", "C-1002");
    assert_eq!(
        errors(file(&[ROW, &same_device])),
        ["row 3, column imei: found 15 characters, expected an IMEI that isn't in row 2 already"]
    );
}

#[test]
fn the_list_of_errors_is_capped() {
    let bad = row("amount", "1");
    let rows: Vec<&str> = std::iter::repeat_n(bad.as_str(), 200).collect();
    let errors = errors(file(&rows));
    assert_eq!(errors.len(), 101);
    assert_eq!(
        errors[100],
        "input: found more errors, expected these to be repaired first"
    );
}

#[rstest]
#[case("", "input: found nothing, expected a row of column names")]
#[case(
    "a,b\n",
    "row 1, column a: found \"a\", expected a column name that is known"
)]
#[case(
    "contract,contract\n",
    "row 1, column contract: found \"contract\", expected each column once"
)]
#[case(
    "contract\n",
    "row 1, column borrower: found no such column, expected this column"
)]
fn a_bad_header_is_named(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(errors(text)[0], expected);
}

#[test]
fn other_ways_to_be_no_contract_file() {
    assert_eq!(
        errors(format!("{HEADER}\n")),
        ["input: found column names only, expected at least one contract"]
    );
    assert_eq!(
        errors(file(&[&format!("{ROW},more")]))[0],
        "line 2: found 21 cells, expected 20, as in the first row"
    );
    let latin = [HEADER.as_bytes(), b"\nC-1,Zo\xeb"].concat();
    assert_eq!(
        errors(latin),
        ["line 2: found bytes that are no characters, expected text in UTF-8"]
    );
    assert_eq!(
        errors(b"PK\x03\x04\xff"),
        ["line 1: found bytes that are no characters, expected text in UTF-8"]
    );
}

/// The file of one row with these two columns besides the others.
fn reachable(email: &str, language: &str) -> String {
    format!("{HEADER},email,language\n{ROW},{email},{language}\n")
}

#[test]
fn an_address_and_a_language_may_stand_beside() {
    let rows = read(reachable("amina.otieno+loan@mail.example.co.ke", "sw"));
    let email = rows[0].email.as_ref().unwrap().expose();
    assert_eq!(email, "amina.otieno+loan@mail.example.co.ke");
    assert_eq!(rows[0].language.as_deref(), Some("sw"));
    let without = read(reachable("", ""));
    assert!(without[0].email.is_none() && without[0].language.is_none());
}

#[rstest]
#[case("amina")]
#[case("@example.org")]
#[case("amina@localhost")]
#[case("amina@example..org")]
#[case("a@b.org>, <c@d.org")]
#[case("a@b.org;c@d.org")]
#[case("a@b@c.org")]
#[case("am ina@example.org")]
#[case("amina@exämple.org")]
fn an_address_that_is_none_is_refused_and_not_repeated(#[case] email: &str) {
    let email = format!("\"{email}\"");
    let errors = errors(reachable(&email, "en"));
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].ends_with("expected one address such as name@example.org, or nothing"),
        "{errors:?}"
    );
    assert!(!errors[0].contains('@') || errors[0].matches('@').count() == 1);
}

#[test]
fn a_language_is_two_small_letters() {
    let errors = errors(reachable("", "Swahili"));
    assert!(
        errors[0].ends_with("found \"Swahili\", expected two small letters such as en, sw or hi"),
        "{errors:?}"
    );
}

/// The file of one row with what packs ask besides its terms.
fn known(cells: &str) -> String {
    format!("{HEADER},goods,creditor,creditor_kind,borrower_kind,days_of_grace\n{ROW},{cells}\n")
}

#[test]
fn what_packs_ask_besides_may_stand_beside_and_is_unknown_where_it_doesnt() {
    let rows = read(known("consumer_goods,\"Acme, Ltd\",operator,consumer,10"));
    let particulars = &rows[0].particulars;
    let creditor = particulars.creditor.as_ref().unwrap();
    assert_eq!(
        (creditor.name.as_str(), creditor.kind.name()),
        ("Acme, Ltd", "operator")
    );
    let words = (particulars.goods.unwrap(), particulars.borrower.unwrap());
    assert_eq!(
        (words.0.name(), words.1.name()),
        ("consumer_goods", "consumer")
    );
    assert_eq!(particulars.days_of_grace, 10);
    for unknown in [known(",,,,"), file(&[ROW])] {
        let particulars = &read(unknown)[0].particulars;
        assert_eq!((&particulars.creditor, particulars.goods), (&None, None));
        assert_eq!((particulars.borrower, particulars.days_of_grace), (None, 0));
    }
}

/// How often a contract is paid is what its schedule says.
#[rstest]
#[case("weekly", "3", Some("weekly"))]
#[case("fortnightly", "3", Some("other"))]
#[case("monthly", "3", Some("other"))]
#[case("weekly", "1", None)]
fn the_schedule_says_how_often_it_is_paid(
    #[case] step: &str,
    #[case] instalments: &str,
    #[case] expected: Option<&str>,
) {
    let row = row("step", step).replace(",3,", &format!(",{instalments},"));
    let frequency = read(file(&[&row]))[0].particulars.frequency;
    assert_eq!(frequency.map(|f| f.name()), expected);
}

#[rstest]
#[case(
    "phones,,,,",
    "goods: found \"phones\", expected consumer_goods, motor_vehicle or equipment"
)]
#[case(
    ",Acme,,,",
    "creditor_kind: found \"\", expected bank, finance_company, operator, manufacturer, importer, \
     retailer, digital_lender or third_party_collector"
)]
#[case(
    ",,bank,,",
    "creditor: found \"\", expected the registered name beside its kind"
)]
#[case(
    ",,,person,",
    "borrower_kind: found \"person\", expected consumer or business"
)]
#[case(
    ",,,,10 days",
    "days_of_grace: found \"10 days\", expected whole days from 0 to 3650, or nothing"
)]
#[case(
    ",,,,3651",
    "days_of_grace: found \"3651\", expected whole days from 0 to 3650, or nothing"
)]
fn a_wrong_particular_is_named(#[case] cells: &str, #[case] expected: &str) {
    assert_eq!(errors(known(cells)), [format!("row 2, column {expected}")]);
}

#[test]
fn the_page_about_contract_files_names_every_column() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/contracts.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let columns = fairlock_intake::contracts::COLUMNS.iter();
    for column in columns.chain(&fairlock_intake::contracts::OPTIONAL_COLUMNS) {
        assert!(page.contains(&format!("`{column}`")), "{column}");
    }
}
