//! The proof holds over honest books, and each check goes red over its own fault.

use fairlock_storage::ProofCheck;
use rusqlite::Connection;

use crate::world::{LENDER, OTHER_LENDER, World, on_each_engine};

fn filled(world: &World) {
    world.import(&["C-1", "C-2"]);
    for (n, minor) in [(1, 1_000), (2, 2_500), (3, 700)] {
        let contract = if n == 3 { "C-2" } else { "C-1" };
        let set = world.booking(&format!("P-{n}"), contract, minor, n * 10);
        world.store.commit(LENDER, set).expect("it fits");
    }
}

#[test]
fn honest_books_hold() {
    on_each_engine(|world| {
        filled(world);
        let proof = world.store.proof(LENDER).expect("readable");
        assert!(proof.holds(), "{:?}", proof.breaks);
        let counts: Vec<_> = proof.looked_at.iter().map(|(_, count)| *count).collect();
        // Postings; accounts (two receivables, a credit, clearing, fund source); payments;
        // lines; contracts.
        assert_eq!(counts, [5, 5, 3, 3, 2]);
        let nothing = world.store.proof(OTHER_LENDER).expect("readable");
        assert!(nothing.holds() && nothing.looked_at.iter().all(|(_, count)| *count == 0));
    });
}

/// Plants a fault behind the store's back: exactly these checks go red.
fn check(fault: &str, red: &[(ProofCheck, &str)]) {
    on_each_engine(|world| {
        filled(world);
        let conn = Connection::open(world.path()).expect("the embedded engine's file");
        conn.execute_batch(fault)
            .expect("a fault that can be planted");
        let proof = world.store.proof(LENDER).expect("readable");
        let found: Vec<_> = proof
            .breaks
            .iter()
            .map(|b| (b.check, b.subject.as_str()))
            .collect();
        assert_eq!(found, red, "{fault}");
    });
}

#[test]
fn each_fault_is_found_by_its_check() {
    use ProofCheck::{
        DebitsEqualCredits, LinesStandBehindOne, PaymentsHaveSources, ReceivablesAgree,
        TotalsEqualLegs,
    };
    check(
        "UPDATE legs SET amount = amount + 1
         WHERE account = 'clearing:mpesa' AND posting_no = (
             SELECT posting_no FROM postings WHERE subject = 'P-1')",
        &[
            (DebitsEqualCredits, "P-1/booked posted KES"),
            (TotalsEqualLegs, "clearing:mpesa KES"),
        ],
    );
    check(
        "UPDATE accounts SET debits = debits - 1, credits = credits - 1
         WHERE account = 'fund_source'",
        &[(TotalsEqualLegs, "fund_source KES")],
    );
    check(
        "DELETE FROM accounts WHERE account = 'clearing:mpesa'",
        &[(TotalsEqualLegs, "clearing:mpesa KES")],
    );
    check(
        "DELETE FROM payment_lines WHERE payment_id = 'P-2'",
        &[(PaymentsHaveSources, "P-2")],
    );
    check(
        "DROP INDEX payment_lines_line;
         INSERT INTO payment_lines SELECT lender_id, 'P-2', line_no FROM payment_lines
         WHERE payment_id = 'P-1'",
        &[(LinesStandBehindOne, "line 1 (message 1, 0/0)")],
    );
    check(
        "UPDATE payments SET amount = amount + 1 WHERE payment_id = 'P-3'",
        &[(ReceivablesAgree, "C-2")],
    );
    check(
        "UPDATE instalments SET amount = amount - 1 WHERE contract_id = 'C-1' AND no = 1",
        &[(ReceivablesAgree, "C-1")],
    );
}
