//! A loan's postings in rows: what comes back is what was posted, and how its entries stand.

use std::collections::BTreeSet;

use fairlock_domain::ledger::{
    Command, EntryKind, LoanChange, LoanEntry, Moved, Outcome, Owner, Posting, PostingKind, Source,
    Work, post,
};
use fairlock_domain::loan::Portions;
use fairlock_domain::loan::order::Component;
use fairlock_storage::{ChangeSet, ContractChange};
use rusqlite::Connection;

use crate::world::{LENDER, World, at, book, day, kes, on_each_engine, stamp};

fn command(subject: &str, work: Work) -> Command {
    Command {
        subject: subject.into(),
        at: at(70),
        work,
    }
}

fn loan(subject: &str, change: LoanChange, moved: Vec<Moved>) -> Command {
    let work = Work::Loan {
        contract: "L-1".into(),
        on: day("2026-02-10"),
        change,
        moved,
    };
    command(subject, work)
}

/// Principal, interest, fee, penalty, credit.
fn split([principal, interest, fee, penalty, credit]: [i128; 5]) -> Portions {
    let mut portions = Portions::of(Component::Principal, principal);
    portions.add(Component::Interest, interest);
    portions.add(Component::Fee, fee);
    portions.add(Component::Penalty, penalty);
    portions.credit = credit;
    portions
}

fn entry(subject: &str, kind: EntryKind, source: Option<Source>, five: [i128; 5]) -> Command {
    let portions = split(five);
    let entry = LoanEntry {
        kind,
        source,
        amount: kes(portions.total()),
        portions,
    };
    loan(subject, LoanChange::Entry(entry), Vec::new())
}

fn channel() -> Option<Source> {
    Some(Source::Channel("bank-1".into()))
}

fn moved(entry: &str, before: [i128; 5], after: [i128; 5]) -> Moved {
    Moved {
        entry: entry.into(),
        before: split(before),
        after: split(after),
    }
}

/// Postings of every kind that a loan has, so that each kind's rows are written and read.
fn story() -> Vec<Command> {
    use EntryKind::{
        Accrual, Charge, Chargeback, CreditRefund, Disbursement, DownPayment, FeeAdjustment,
        Goodwill, MerchantRefund, PayoutRefund, PenaltyAdjustment, Recovery, Repayment,
        UpfrontCharge, Waiver, WriteOff,
    };
    let recovery = LoanEntry {
        kind: Recovery,
        source: channel(),
        amount: kes(30),
        portions: Portions::NONE,
    };
    let undo = |of: &str| LoanChange::Reversal { of: of.into() };
    let open = Work::Open {
        currency: kes(0).currency(),
        signed_on: day("2026-02-01"),
    };
    vec![
        command("L-1", open),
        entry(
            "D-1",
            Disbursement,
            Some(Source::FundSource),
            [1_000, 0, 0, 0, 0],
        ),
        entry(
            "U-1",
            UpfrontCharge,
            Some(Source::FundSource),
            [0, 0, 5, 0, 0],
        ),
        entry("F-1", Charge, None, [0, 0, 60, 40, 0]),
        entry("A-1", Accrual, None, [0, 50, 0, 0, 0]),
        entry("P-1", DownPayment, channel(), [100, 0, 0, 0, 0]),
        book("P-2", Owner::Suspense, 200, 70),
        entry("P-2", Repayment, Some(Source::Suspense), [150, 50, 0, 0, 0]),
        loan(
            "X-1",
            LoanChange::Reallocation,
            vec![moved("P-2", [150, 50, 0, 0, 0], [100, 50, 50, 0, 0])],
        ),
        entry("M-1", MerchantRefund, channel(), [100, 0, 0, 0, 0]),
        loan(
            "X-2",
            undo("M-1"),
            vec![
                moved("P-2", [100, 50, 50, 0, 0], [200, 0, 0, 0, 0]),
                moved("P-1", [100, 0, 0, 0, 0], [50, 50, 0, 0, 0]),
            ],
        ),
        entry("M-2", PayoutRefund, channel(), [100, 0, 0, 0, 0]),
        entry("G-1", Goodwill, None, [100, 0, 0, 0, 0]),
        entry("J-1", FeeAdjustment, None, [10, 0, 0, 0, 0]),
        entry("J-2", PenaltyAdjustment, None, [10, 0, 0, 0, 0]),
        entry("V-1", Waiver, None, [0, 0, 0, 40, 0]),
        entry("P-3", Repayment, channel(), [530, 0, 60, 0, 90]),
        entry("K-1", Chargeback, channel(), [60, 0, 0, 0, 10]),
        entry(
            "R-1",
            CreditRefund,
            Some(Source::RefundsPayable),
            [0, 0, 0, 0, 80],
        ),
        entry("W-1", WriteOff, None, [60, 0, 0, 0, 0]),
        loan("Z-1", LoanChange::Entry(recovery), Vec::new()),
        command("L-1", Work::Close),
    ]
}

/// A contract in rows that the ledger doesn't know yet.
fn contract_without_books(world: &World) {
    world.import(&["L-1"]);
    let conn = Connection::open(world.path()).expect("the embedded engine's file");
    conn.execute_batch("DELETE FROM legs; DELETE FROM postings; DELETE FROM accounts")
        .expect("its books can be taken away");
}

/// Posts each command on the slice of the books that it needs, and stores it.
fn commit_each(world: &World, commands: &[Command]) -> Vec<Posting> {
    let mut made = Vec::new();
    for command in commands {
        let mut subjects = vec![command.subject.as_str()];
        if let Work::Loan { change, moved, .. } = &command.work {
            subjects.extend(moved.iter().map(|m| m.entry.as_str()));
            if let LoanChange::Reversal { of } = change {
                subjects.push(of);
            }
        }
        let slice = world.store.ledger(LENDER, &["L-1"], &subjects);
        let (after, outcome) = post(slice.expect("readable"), command);
        assert_eq!(outcome, Outcome::Posted, "{command:?}");
        let mut set = ChangeSet::new(stamp(70));
        set.postings = after.made().cloned().collect();
        made.extend(set.postings.clone());
        set.contracts
            .push(ContractChange::new("L-1", world.version("L-1")));
        world.store.commit(LENDER, set).expect("it fits");
    }
    made
}

#[test]
fn a_loan_s_postings_and_entries_come_back_as_they_were_made() {
    on_each_engine(|world| {
        contract_without_books(world);
        let made = commit_each(world, &story());
        let kinds: BTreeSet<_> = made.iter().map(Posting::kind).collect();
        for kind in EntryKind::ALL {
            assert!(kinds.contains(&PostingKind::Entry(kind)), "{kind:?}");
        }

        let whole = story().iter().fold(Default::default(), |ledger, command| {
            let (ledger, outcome) = post(ledger, command);
            assert_eq!(outcome, Outcome::Posted, "{command:?}");
            ledger
        });
        for posting in &made {
            let subject = posting.command.subject.as_str();
            let slice = world
                .store
                .ledger(LENDER, &[], &[subject])
                .expect("readable");
            assert_eq!(slice.about(subject, posting.kind()), Some(posting));
            assert_eq!(whole.about(subject, posting.kind()), Some(posting));
            assert_eq!(slice.record(subject), whole.record(subject), "{subject}");
        }
        let journal = world.store.postings_of(LENDER, "L-1").expect("readable");
        assert_eq!(
            journal.len(),
            made.len() - 1,
            "all but the booking to nobody"
        );
        assert_eq!(fairlock_domain::ledger::prove(&whole), []);

        let stored = world.store.balances(LENDER).expect("readable");
        for (account, currency, balance) in whole.accounts() {
            assert_eq!(stored.balance(account, currency), *balance, "{account:?}");
        }
    });
}

#[test]
fn a_slice_refuses_what_the_whole_books_refuse() {
    on_each_engine(|world| {
        contract_without_books(world);
        commit_each(world, &story());
        let after_the_end = entry("F-9", EntryKind::Charge, None, [0, 0, 1, 0, 0]);
        let slice = world.store.ledger(LENDER, &["L-1"], &["F-9"]);
        let (_, outcome) = post(slice.expect("readable"), &after_the_end);
        assert_eq!(outcome, Outcome::ContractClosed);
    });
}
