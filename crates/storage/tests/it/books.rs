//! The ledger in rows: what comes back is what was posted.

use std::collections::BTreeSet;

use fairlock_domain::calendar::Instant;
use fairlock_domain::ledger::{Account, Command, Owner, Posting, PostingKind, Work};
use fairlock_storage::{ChangeSet, ContractChange};

use crate::world::{LENDER, World, at, book, kes, on_each_engine, stamp};

fn command(subject: &str, seconds: i64, work: Work) -> Command {
    Command {
        subject: subject.into(),
        at: at(seconds),
        work,
    }
}

/// Commands of every kind, so that each kind's columns are written and read.
fn story() -> Vec<Command> {
    let on = |id: &str| Owner::Contract(id.into());
    let announce = |owner, expires_at: Instant| Work::Announce {
        owner,
        channel: "bank-1".into(),
        amount: kes(400),
        expires_at,
    };
    let contract = || "C-1".to_owned();
    vec![
        command("P-1", 1, announce(on("C-1"), at(50))),
        command("P-1", 2, Work::Void),
        book("P-1", on("C-1"), 2_900, 3),
        command("P-2", 4, announce(Owner::Suspense, at(50))),
        book("P-2", Owner::Suspense, 500, 5),
        command(
            "P-2",
            6,
            Work::Assign {
                contract: contract(),
            },
        ),
        command("P-3", 7, announce(on("C-1"), at(50))),
        command("P-3", 50, Work::Expire),
        // Announced for a contract, booked to nobody.
        command("P-4", 51, announce(on("C-1"), at(90))),
        book("P-4", Owner::Suspense, 400, 52),
        command("P-2", 60, Work::Reverse { amount: kes(500) }),
        command(
            "W-1",
            61,
            Work::Waive {
                contract: contract(),
                amount: kes(100),
            },
        ),
        book("P-5", on("C-1"), 70, 62),
        command(
            "R-1",
            63,
            Work::OweRefund {
                contract: contract(),
                amount: kes(70),
            },
        ),
        command(
            "B-1",
            64,
            Work::BankLine {
                bank_account: "KE12".into(),
                channel: "bank-1".into(),
                credit: false,
                amount: kes(30),
            },
        ),
        command(
            "R-1",
            65,
            Work::PayRefund {
                channel: "bank-1".into(),
                amount: kes(70),
            },
        ),
        command(
            "B-2",
            66,
            Work::Round {
                channel: "bank-1".into(),
                credit: true,
                amount: kes(1),
            },
        ),
        command(
            "R-1",
            67,
            Work::FailRefund {
                channel: "bank-1".into(),
                amount: kes(70),
            },
        ),
        command("P-4", 68, Work::OwePayer { amount: kes(400) }),
        command(
            "F-1",
            69,
            Work::Charge {
                channel: "bank-1".into(),
                amount: kes(2),
            },
        ),
        command(
            "L-1",
            70,
            Work::Lose {
                channel: "bank-1".into(),
                amount: kes(30),
            },
        ),
        command(
            "L-1",
            71,
            Work::Regain {
                channel: "bank-1".into(),
                amount: kes(30),
            },
        ),
    ]
}

fn commit_each(world: &World, commands: &[Command]) -> Vec<Posting> {
    let mut made = Vec::new();
    for command in commands {
        let mut set = ChangeSet::new(stamp(70));
        set.postings = world.post(&["C-1"], std::slice::from_ref(command));
        made.extend(set.postings.clone());
        set.contracts
            .push(ContractChange::new("C-1", world.version("C-1")));
        world.store.commit(LENDER, set).expect("it fits");
    }
    made
}

#[test]
fn every_kind_of_posting_comes_back_as_it_was_made() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let made = commit_each(world, &story());
        let kinds: BTreeSet<_> = made.iter().map(Posting::kind).collect();
        let of_a_loan = [
            PostingKind::Opened,
            PostingKind::Closed,
            PostingKind::Undone,
            PostingKind::Reallocated,
        ];
        let expected: BTreeSet<_> = PostingKind::all()
            .filter(|kind| !of_a_loan.contains(kind))
            .filter(|kind| !matches!(kind, PostingKind::Entry(_) | PostingKind::Financed))
            .collect();
        assert_eq!(kinds, expected, "all but a loan's and the contract's own");
        for posting in &made {
            let subject = posting.command.subject.as_str();
            let slice = world
                .store
                .ledger(LENDER, &[], &[subject])
                .expect("readable");
            assert_eq!(slice.about(subject, posting.kind()), Some(posting));
        }
        let journal = world.store.postings_of(LENDER, "C-1").expect("readable");
        let kinds: Vec<_> = journal.iter().map(|row| row.posting.id()).collect();
        let expected = [
            "C-1/financed",
            "P-1/pending",
            "P-1/voided",
            "P-1/booked",
            "P-2/assigned",
            "P-3/pending",
            "P-3/expired",
            "P-4/pending",
            "P-4/booked",
            "P-2/reversed",
            "W-1/waived",
            "P-5/booked",
            "R-1/refund_owed",
            "R-1/refund_failed",
        ];
        assert_eq!(kinds, expected);
    });
}

#[test]
fn totals_are_those_of_the_ledger_itself() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let mut ledger = fairlock_domain::ledger::Ledger::default();
        let total = kes(3_000);
        let mut commands = vec![command("C-1", 0, Work::Finance { total })];
        commands.extend(story());
        for command in &commands {
            ledger = fairlock_domain::ledger::post(ledger, command).0;
        }
        commit_each(world, &story());
        let stored = world.store.balances(LENDER).expect("readable");
        let of = |ledger: &fairlock_domain::ledger::Ledger| {
            let accounts = ledger.accounts();
            accounts
                .map(|(a, c, b)| (a.clone(), c, *b))
                .collect::<Vec<_>>()
        };
        let mut expected = of(&ledger);
        let mut found = of(&stored);
        expected.sort_by_key(|(account, ..)| account.name());
        found.sort_by_key(|(account, ..)| account.name());
        assert_eq!(found, expected);
        let refunds = stored.balance(&Account::RefundsPayable, total.currency());
        assert_eq!((refunds.debits, refunds.credits), (70, 470));
    });
}
