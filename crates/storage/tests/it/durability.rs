//! What was acknowledged is there after `kill -9`, once.
//!
//! A child process takes payments on 50 threads and prints the id of each that was committed;
//! the parent kills it in the middle, opens the same database and compares. The child is this
//! very test binary, asked for one test that does nothing without its environment variable.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use fairlock_domain::ledger::Owner;
use fairlock_domain::ledger::post;
use fairlock_domain::payment::PaymentState;
use fairlock_storage::{ChangeSet, CommitError, ContractChange, PaymentChange, Store, Taken};

use crate::world::{
    LENDER, at, book, contract, line, message, paid, payment, processed, receipt, stamp,
};

const CHILD_DATABASE: &str = "FAIRLOCK_TEST_CHILD_DATABASE";
const CHILD_ROUND: &str = "FAIRLOCK_TEST_CHILD_ROUND";
const THREADS: usize = 50;
const CONTRACTS: usize = 10;
const ROUNDS: usize = 10;

#[test]
fn acknowledged_payments_survive_kill_nine() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("fairlock.db");
    let store = Store::open(&path).expect("writable");
    let contracts = (0..CONTRACTS)
        .map(|n| contract(&format!("C-{n}")))
        .collect();
    store
        .import_contracts(LENDER, contracts, at(0))
        .expect("importable");
    drop(store);

    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        acknowledged.extend(run_and_kill(&path, round));
        let store = Store::open(&path).expect("it opens after a kill");
        let proof = store.proof(LENDER).expect("readable");
        assert!(proof.holds(), "round {round}: {:?}", proof.breaks);
        for id in &acknowledged {
            let row = store.payment(LENDER, id).expect("readable");
            assert!(
                row.is_some(),
                "round {round}: {id} was acknowledged and is gone"
            );
            let booked = store.ledger(LENDER, &[], &[id]).expect("readable");
            let kind = fairlock_domain::ledger::PostingKind::Booked;
            assert!(
                booked.about(id, kind).is_some(),
                "round {round}: {id} isn't posted"
            );
        }
    }
    // Ids and keys are unique in the database, so that "there" is "there once"; the sums say the
    // same of the money (the proof compares them).
    let unique: std::collections::BTreeSet<_> = acknowledged.iter().collect();
    assert_eq!(unique.len(), acknowledged.len());
    assert!(
        acknowledged.len() >= ROUNDS * THREADS,
        "the child did work before it was killed"
    );
}

/// Starts the child, reads acknowledgements until there are some, kills it, reads the rest.
fn run_and_kill(path: &Path, round: usize) -> Vec<String> {
    let mut child: Child = Command::new(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "durability::child_that_takes_payments",
            "--nocapture",
        ])
        .env(CHILD_DATABASE, path)
        .env(CHILD_ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this test can be started again");
    let stdout = child.stdout.take().expect("piped");
    let mut acknowledged = Vec::new();
    // Each round is killed at another count, so that the kill meets different moments.
    let enough = THREADS + round * 7;
    for line in BufReader::new(stdout).lines() {
        let Ok(line) = line else { break };
        if let Some(id) = line
            .strip_prefix("acknowledged ")
            .and_then(|l| l.strip_suffix(" ."))
        {
            acknowledged.push(id.to_owned());
        }
        if acknowledged.len() == enough {
            child.kill().expect("it runs");
        }
    }
    let status = child.wait().expect("it was started");
    assert!(
        !status.success(),
        "round {round}: the child ended before it was killed"
    );
    acknowledged
}

#[test]
fn child_that_takes_payments() {
    let Ok(path) = std::env::var(CHILD_DATABASE) else {
        return;
    };
    let round = std::env::var(CHILD_ROUND).expect("set with the database");
    let store = Store::open(Path::new(&path)).expect("writable");
    let out = Arc::new(Mutex::new(std::io::stdout()));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, out, round) = (store.clone(), out.clone(), round.clone());
            scope.spawn(move || {
                for n in 0.. {
                    let id = format!("P-{round}-{thread}-{n}");
                    take(&store, &id, &format!("C-{}", thread % CONTRACTS));
                    let mut out = out.lock().expect("no thread panics");
                    // One write a line, so that a kill can't leave a line that looks whole.
                    let line = format!("acknowledged {id} .\n");
                    out.write_all(line.as_bytes()).expect("the parent reads");
                    out.flush().expect("the parent reads");
                }
            });
        }
    });
}

/// Takes one payment of one minor unit as the server does: message, then facts and commit, again
/// on a conflict.
fn take(store: &Store, id: &str, contract: &str) {
    let Taken::New(no) = store.take_message(LENDER, message(id)).expect("writable") else {
        panic!("{id} is new");
    };
    loop {
        let facts = store
            .facts(LENDER, contract)
            .expect("readable")
            .expect("imported");
        let ledger = store.ledger(LENDER, &[contract], &[id]).expect("readable");
        let owner = Owner::Contract(contract.into());
        let (ledger, _) = post(ledger, &book(id, owner, 1, 10));
        let mut set = ChangeSet::new(stamp(10));
        set.message = Some(processed(no));
        set.lines.push(line(no, "0/0", id, 1));
        set.payments.push(PaymentChange {
            payment: payment(id, PaymentState::Booked, Some(contract), 1, 10),
            keys: vec![receipt(id)],
        });
        set.postings = ledger.made().cloned().collect();
        let mut change = ContractChange::new(contract, facts.version);
        change.events.push(paid(id, PaymentState::Booked, 1, 10));
        set.contracts.push(change);
        match store.commit(LENDER, set) {
            Ok(_) => return,
            Err(CommitError::Conflict { .. }) => {}
            Err(other) => panic!("{id}: {other}"),
        }
    }
}
