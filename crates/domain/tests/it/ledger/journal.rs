//! Each kind of entry in its journal, as the field books it.

use fairlock_domain::ledger::{EntryKind, LoanEntry, Outcome, Source, journal};
use fairlock_domain::loan::Portions;
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Money};

use super::kit::{Five, entry, kes, lines, mpesa, split};

fn check(kind: EntryKind, source: Option<Source>, five: Five, expected: &[&str]) {
    check_entry(&entry(kind, source, five), expected);
}

fn check_entry(entry: &LoanEntry, expected: &[&str]) {
    let legs = journal("L-1", entry).unwrap_or_else(|refused| panic!("{refused}: {entry:?}"));
    assert_eq!(lines(&legs), expected, "{:?}", entry.kind);
    let sum = legs.iter().map(|leg| match leg.side {
        fairlock_domain::ledger::Side::Debit => leg.amount.minor(),
        fairlock_domain::ledger::Side::Credit => -leg.amount.minor(),
    });
    assert_eq!(sum.sum::<i128>(), 0);
}

#[test]
fn what_is_owed_is_debited() {
    let funds = Some(Source::FundSource);
    check(
        EntryKind::Disbursement,
        funds.clone(),
        [1_000, 0, 0, 0, 0],
        &[
            "debit receivable_principal:L-1 1000",
            "credit fund_source 1000",
        ],
    );
    // Some of it had been paid already: the borrower's credit is given out first.
    check(
        EntryKind::Disbursement,
        mpesa(),
        [900, 0, 0, 0, 100],
        &[
            "debit receivable_principal:L-1 900",
            "debit customer_credit:L-1 100",
            "credit clearing:mpesa 1000",
        ],
    );
    // The credit paid a fee of before, too.
    check(
        EntryKind::Disbursement,
        mpesa(),
        [930, 0, -30, 0, 100],
        &[
            "debit receivable_principal:L-1 930",
            "credit receivable_fee:L-1 30",
            "debit customer_credit:L-1 100",
            "credit clearing:mpesa 1000",
        ],
    );
    check(
        EntryKind::Charge,
        None,
        [0, 0, 30, 10, 0],
        &[
            "debit receivable_fee:L-1 30",
            "debit receivable_penalty:L-1 10",
            "credit income_fee 30",
            "credit income_penalty 10",
        ],
    );
    check(EntryKind::Charge, None, [0; 5], &[]);
    check(
        EntryKind::UpfrontCharge,
        funds,
        [0, 0, 30, 0, 0],
        &["credit income_fee 30", "debit fund_source 30"],
    );
    check(
        EntryKind::Accrual,
        None,
        [0, 7, 0, 0, 0],
        &[
            "debit receivable_interest:L-1 7",
            "credit income_interest 7",
        ],
    );
    check(
        EntryKind::Chargeback,
        mpesa(),
        [100, 20, 0, 0, 30],
        &[
            "debit receivable_principal:L-1 100",
            "debit receivable_interest:L-1 20",
            "debit customer_credit:L-1 30",
            "credit clearing:mpesa 150",
        ],
    );
    check(
        EntryKind::CreditRefund,
        Some(Source::RefundsPayable),
        [100, 0, 0, 0, 100],
        &[
            "debit receivable_principal:L-1 100",
            "debit customer_credit:L-1 100",
            "credit refunds_payable 200",
        ],
    );
}

#[test]
fn a_chargeback_that_nobody_owes_is_the_lender_s_loss() {
    let lost = LoanEntry {
        amount: Money::new(150, kes()),
        ..entry(EntryKind::Chargeback, mpesa(), [100, 0, 0, 0, 0])
    };
    let expected = [
        "debit receivable_principal:L-1 100",
        "debit chargeback_losses 50",
        "credit clearing:mpesa 150",
    ];
    check_entry(&lost, &expected);
}

#[test]
fn what_is_covered_is_credited() {
    for kind in [
        EntryKind::Repayment,
        EntryKind::DownPayment,
        EntryKind::MerchantRefund,
        EntryKind::PayoutRefund,
    ] {
        check(
            kind,
            mpesa(),
            [250, 20, 30, 10, 190],
            &[
                "credit receivable_principal:L-1 250",
                "credit receivable_interest:L-1 20",
                "credit receivable_fee:L-1 30",
                "credit receivable_penalty:L-1 10",
                "credit customer_credit:L-1 190",
                "debit clearing:mpesa 500",
            ],
        );
        check(
            kind,
            Some(Source::Suspense),
            [5, 0, 0, 0, 0],
            &["credit receivable_principal:L-1 5", "debit suspense 5"],
        );
    }
    check(
        EntryKind::WriteOff,
        None,
        [650, 20, 30, 10, 0],
        &[
            "credit receivable_principal:L-1 650",
            "credit receivable_interest:L-1 20",
            "credit receivable_fee:L-1 30",
            "credit receivable_penalty:L-1 10",
            "debit write_off 710",
        ],
    );
    check(
        EntryKind::Waiver,
        None,
        [0, 0, 30, 10, 0],
        &[
            "credit receivable_fee:L-1 30",
            "credit receivable_penalty:L-1 10",
            "debit income_fee 30",
            "debit income_penalty 10",
        ],
    );
}

/// The figures of Apache Fineract's own scenario: a goodwill credit of 300 that pays a penalty of
/// 10, a fee of 3, interest of 10 and principal of 277. Principal is an expense, the rest is
/// taken from income.
#[test]
fn goodwill_is_an_expense_only_as_far_as_it_pays_principal() {
    check(
        EntryKind::Goodwill,
        None,
        [277, 10, 3, 10, 0],
        &[
            "credit receivable_principal:L-1 277",
            "credit receivable_interest:L-1 10",
            "credit receivable_fee:L-1 3",
            "credit receivable_penalty:L-1 10",
            "debit goodwill_expense 277",
            "debit income_interest 10",
            "debit income_fee 3",
            "debit income_penalty 10",
        ],
    );
    check(
        EntryKind::Goodwill,
        None,
        [0, 0, 0, 0, 40],
        &["credit customer_credit:L-1 40", "debit goodwill_expense 40"],
    );
}

#[test]
fn a_charge_that_is_given_back_comes_out_of_its_income() {
    for (kind, income) in [
        (EntryKind::FeeAdjustment, "debit income_fee 10"),
        (EntryKind::PenaltyAdjustment, "debit income_penalty 10"),
    ] {
        let expected = ["credit receivable_principal:L-1 10", income];
        check(kind, None, [10, 0, 0, 0, 0], &expected);
    }
}

#[test]
fn a_recovery_is_income_and_no_debt_changes() {
    let recovery = LoanEntry {
        kind: EntryKind::Recovery,
        source: mpesa(),
        amount: Money::new(70, kes()),
        portions: Portions::NONE,
    };
    check_entry(
        &recovery,
        &["credit recoveries 70", "debit clearing:mpesa 70"],
    );
}

#[test]
fn figures_that_contradict_each_other_have_no_journal() {
    let repaid = |five| entry(EntryKind::Repayment, mpesa(), five);
    let of = |kind, five| entry(kind, None, five);
    let sized = |minor, entry| LoanEntry {
        amount: Money::new(minor, kes()),
        ..entry
    };
    let (most, all) = (AMOUNT_MAX_MINOR, i128::MAX);
    let cases = [
        (repaid([0; 5]), Outcome::AmountNotPositive),
        (
            sized(-1, of(EntryKind::Charge, [0; 5])),
            Outcome::AmountNotPositive,
        ),
        (repaid([most + 1, 0, 0, 0, 0]), Outcome::AmountTooLarge),
        (repaid([2, -1, 0, 0, 0]), Outcome::PortionNegative),
        (
            sized(
                1,
                LoanEntry {
                    portions: split([i128::MIN, 0, 0, 0, 0]),
                    ..repaid([1, 0, 0, 0, 0])
                },
            ),
            Outcome::PortionNegative,
        ),
        (
            entry(EntryKind::Disbursement, mpesa(), [930, 0, -101, 0, 100]),
            Outcome::PortionNegative,
        ),
        (
            entry(EntryKind::Disbursement, mpesa(), [900, 0, 1, 0, 100]),
            Outcome::WrongPortion,
        ),
        (
            of(EntryKind::Charge, [1, 0, 0, 0, 0]),
            Outcome::WrongPortion,
        ),
        (
            of(EntryKind::Charge, [0, 1, 0, 0, 0]),
            Outcome::WrongPortion,
        ),
        (
            of(EntryKind::Accrual, [1, 0, 0, 0, 0]),
            Outcome::WrongPortion,
        ),
        (
            of(EntryKind::WriteOff, [1, 0, 0, 0, 1]),
            Outcome::WrongPortion,
        ),
        (
            entry(EntryKind::Recovery, mpesa(), [1, 0, 0, 0, 0]),
            Outcome::WrongPortion,
        ),
        (sized(2, repaid([1, 0, 0, 0, 0])), Outcome::PortionsDiffer),
        (
            sized(
                1,
                LoanEntry {
                    portions: split([all, all, 0, 0, 0]),
                    ..repaid([1, 0, 0, 0, 0])
                },
            ),
            Outcome::PortionsDiffer,
        ),
        (
            sized(1, entry(EntryKind::Chargeback, mpesa(), [2, 0, 0, 0, 0])),
            Outcome::PortionsDiffer,
        ),
        (
            of(EntryKind::Repayment, [1, 0, 0, 0, 0]),
            Outcome::WrongSource,
        ),
        (
            entry(EntryKind::Charge, mpesa(), [0, 0, 1, 0, 0]),
            Outcome::WrongSource,
        ),
        (
            entry(
                EntryKind::Repayment,
                Some(Source::FundSource),
                [1, 0, 0, 0, 0],
            ),
            Outcome::WrongSource,
        ),
        (
            entry(
                EntryKind::Chargeback,
                Some(Source::Suspense),
                [1, 0, 0, 0, 0],
            ),
            Outcome::WrongSource,
        ),
        (
            entry(
                EntryKind::Disbursement,
                Some(Source::RefundsPayable),
                [1, 0, 0, 0, 0],
            ),
            Outcome::WrongSource,
        ),
    ];
    for (entry, expected) in cases {
        assert_eq!(journal("L-1", &entry), Err(expected), "{entry:?}");
    }
    let given_up = of(EntryKind::WriteOff, [most, most, 0, 0, 0]);
    assert!(
        journal("L-1", &given_up).is_ok(),
        "its sum isn't a figure from outside"
    );
}
