//! The chart of accounts: names, sides and floors.

use fairlock_domain::ledger::{Account, Side};
use fairlock_domain::loan::order::Component;

#[test]
fn each_account_has_its_name_side_and_floor() {
    let receivable = |component| Account::receivable(component, "C:1/a");
    let bank = Account::Bank {
        account: "KE12".to_owned(),
    };
    let chart = [
        (
            receivable(Component::Principal),
            "receivable_principal:C:1/a",
            Side::Debit,
            true,
        ),
        (
            receivable(Component::Interest),
            "receivable_interest:C:1/a",
            Side::Debit,
            false,
        ),
        (
            receivable(Component::Fee),
            "receivable_fee:C:1/a",
            Side::Debit,
            true,
        ),
        (
            receivable(Component::Penalty),
            "receivable_penalty:C:1/a",
            Side::Debit,
            true,
        ),
        (
            Account::customer_credit("C:1/a"),
            "customer_credit:C:1/a",
            Side::Credit,
            true,
        ),
        (Account::Suspense, "suspense", Side::Credit, false),
        (
            Account::clearing("mpesa"),
            "clearing:mpesa",
            Side::Debit,
            false,
        ),
        (bank, "bank:KE12", Side::Debit, false),
        (
            Account::RefundsPayable,
            "refunds_payable",
            Side::Credit,
            false,
        ),
        (Account::FundSource, "fund_source", Side::Credit, false),
        (
            Account::ChargebackLosses,
            "chargeback_losses",
            Side::Debit,
            false,
        ),
        (
            Account::InterestIncome,
            "income_interest",
            Side::Credit,
            false,
        ),
        (Account::FeeIncome, "income_fee", Side::Credit, false),
        (
            Account::PenaltyIncome,
            "income_penalty",
            Side::Credit,
            false,
        ),
        (Account::Recoveries, "recoveries", Side::Credit, false),
        (Account::WriteOff, "write_off", Side::Debit, false),
        (
            Account::GoodwillExpense,
            "goodwill_expense",
            Side::Debit,
            false,
        ),
        (Account::ProviderFees, "provider_fees", Side::Debit, false),
        (Account::Rounding, "rounding", Side::Debit, false),
    ];
    for (account, name, side, floor) in chart {
        assert_eq!(account.name(), name);
        assert_eq!(account.normal_side(), side, "{name}");
        assert_eq!(account.never_below_zero(), floor, "{name}");
        assert_eq!(Account::from_name(name), Some(account));
    }
    for nothing in [
        "cash",
        "suspense:C-1",
        "receivable_principal",
        "bank",
        "",
        ":",
    ] {
        assert_eq!(Account::from_name(nothing), None, "{nothing}");
    }
}

#[test]
fn a_contract_has_five_accounts() {
    let names = Account::of_contract("C-1").map(|account| account.name());
    let expected = [
        "receivable_principal:C-1",
        "receivable_interest:C-1",
        "receivable_fee:C-1",
        "receivable_penalty:C-1",
        "customer_credit:C-1",
    ];
    assert_eq!(names, expected);
}
