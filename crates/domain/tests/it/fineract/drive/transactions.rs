//! Transactions as rows.

use fairlock_domain::loan::Entry;
use fairlock_domain::loan::Portions;
use fairlock_domain::loan::command::Act as Fact;

use super::super::compare::Row;
use super::super::read;
use super::held::Held;

pub fn rows(held: &Held) -> Vec<Row> {
    let mut rows = Vec::new();
    for (entry, title) in held.transactions() {
        rows.push(row(entry, title));
        if let Fact::Disburse { .. } = entry.command.act {
            rows.extend(upfront(held, entry));
        }
    }
    rows
}

/// Charges that were paid out of what was given out, as one row; with the first disbursement.
fn upfront(held: &Held, entry: &Entry) -> Option<Row> {
    let charges = held.loan.charges().iter().filter(|c| !c.reversed);
    let sum: i128 = charges.map(|c| c.at_disbursement).sum();
    let mut given = held.loan.in_order();
    let first = given.find(|e| matches!(e.command.act, Fact::Disburse { .. }));
    let is_first = first.is_some_and(|first| first.command.id == entry.command.id);
    let mut portions = Portions::NONE;
    portions.add(fairlock_domain::loan::order::Component::Fee, sum);
    (sum > 0 && is_first).then(|| {
        let row = Row::default()
            .with("Transaction date", read::written_day(entry.command.on))
            .with("Transaction Type", "Repayment (at time of disbursement)")
            .amount("Amount", sum)
            .amount("Loan Balance", entry.balance)
            .with("Reverted", "false");
        split(row, &portions)
    })
}

fn row(entry: &Entry, title: &str) -> Row {
    let shown = match entry.command.act {
        // Their tables say how much was waived, and not of what; and not which debt the credit
        // paid that was there when money was given out.
        Fact::WaiveCharge { .. } | Fact::Disburse { .. } => Portions::NONE,
        _ => entry.portions,
    };
    // A move between instalments leaves no balance in their tables.
    let balance = match entry.command.act {
        Fact::ReAge { .. } | Fact::ReAmortise => 0,
        // A payment may have repaid what was given out after it; they show no balance below zero.
        _ => entry.balance.max(0),
    };
    let row = Row::default()
        .with("Transaction date", read::written_day(entry.command.on))
        .with("Transaction Type", title)
        .amount("Amount", amount(entry))
        .amount("Loan Balance", balance)
        .with("Reverted", entry.reversed_on.is_some().to_string());
    split(row, &shown)
}

fn split(row: Row, portions: &Portions) -> Row {
    row.amount("Principal", portions.principal())
        .amount("Interest", portions.interest())
        .amount("Fees", portions.fee())
        .amount("Penalties", portions.penalty())
        .amount("Overpayment", portions.credit)
}

/// The whole of a transaction.
pub fn amount(entry: &Entry) -> i128 {
    match &entry.command.act {
        Fact::Disburse { amount }
        | Fact::Pay { amount, .. }
        | Fact::AdjustCharge { amount, .. }
        | Fact::Chargeback { amount, .. }
        | Fact::RefundCredit { amount }
        | Fact::RefundPaid { amount }
        | Fact::Recover { amount } => amount.minor(),
        _ => entry.portions.debt(),
    }
}
