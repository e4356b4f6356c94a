//! The built-in mapping of the M-Pesa portal, on a file of our own making.

use fairlock_intake::mapping::builtin;
use serde_json::json;

use super::{printed, value};

const PORTAL: &str = "\
Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Other Party Info,Linked Transaction ID,A/C No.
SC12ABC3D5,2026-03-02 14:10:00,2026-03-02 14:09:58,Charge,Completed,,-30.00,\"1,470.00\",,SC12ABC3D4,
SC12ABC3D4,2026-03-02 14:05:11,2026-03-02 14:05:09,Pay Bill,Completed,\"1,500.00\",,\"1,500.00\",2547***126 - ASHA,,RF93447120
SC12ABC3D3,2026-03-02 14:01:00,2026-03-02 14:01:00,Pay Bill,Failed,900.00,,,2547***126 - ASHA,,RF93447120
";

#[test]
fn the_portal_s_rows_are_receipts_with_their_account_numbers() {
    let mapping = builtin("mpesa-portal").unwrap();
    let statement = &printed(&mapping, PORTAL)[0];
    assert_eq!(statement["format"], json!("csv:mpesa-portal"));
    assert_eq!(statement["balances_chain"], json!(true), "newest first");
    assert_eq!(statement["opening"], json!("0.00"));
    let paid = &statement["entries"][1];
    assert_eq!(paid["direction"], json!("credit"));
    assert_eq!(paid["amount"], json!("1500.00"));
    assert_eq!(paid["references"], json!({"AcctSvcrRef": "SC12ABC3D4"}));
    assert_eq!(paid["remittance"], json!("RF93447120\nPay Bill"));
    assert_eq!(statement["entries"][0]["direction"], json!("debit"));
    assert_eq!(statement["entries"][2]["status"], json!("information"));
}

#[test]
fn the_day_is_that_of_east_africa() {
    let late = PORTAL.replace("2026-03-02 14:05:11", "2026-03-02 23:59:59");
    let mapping = builtin("mpesa-portal").unwrap();
    assert_eq!(
        value(&mapping, late, "/entries/1/booking_date"),
        json!("2026-03-02")
    );
}

#[test]
fn nothing_else_is_built_in() {
    assert!(builtin("other").is_none());
}
