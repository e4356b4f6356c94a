//! `kill -9` inside 50 concurrent payments, ten times: what was acknowledged is in the database,
//! once.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use fairlock_domain::payment::{Key, PaymentState, Reference};
use fairlock_sim::world::Http;
use fairlock_storage::{LenderId, Store};
use tokio::sync::mpsc;

use crate::tiny::child;

const ROUNDS: usize = 10;
const PAYMENTS: usize = 50;

const CONTRACTS: &str = "\
contract,borrower,imei,product,currency,signed_on,time_zone,packs,feed,first_due,step,instalments,amount
C-1,Joyce Odhiambo,490154203237518,purchase_loan,KES,2026-02-05,Africa/Nairobi,sandbox,till,2026-03-02,monthly,12,1000000.00
";

/// A server in a process of its own.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(dir: &Path) -> Server {
        let mut process = Command::new(child())
            .arg("serve")
            .arg(dir)
            .stdout(Stdio::piped())
            .spawn()
            .expect("sim-child, built with the tests");
        let stdout = process.stdout.take().expect("a pipe");
        let mut addr = String::new();
        let read = BufReader::new(stdout).read_line(&mut addr);
        assert!(
            read.is_ok_and(|bytes| bytes > 0),
            "the server prints its address"
        );
        let url = format!(
            "http://{}/v1/callbacks/secret-0123456789/c2b/confirmation",
            addr.trim()
        );
        Server { process, url }
    }
}

/// SIGKILL: nothing is flushed, nothing is said. A test that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        // It can only have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn confirmation(receipt: &str) -> Vec<u8> {
    let reference = Reference::of_contract("C-1").expect("a contract's id");
    format!(
        r#"{{"TransactionType":"Pay Bill","TransID":"{receipt}","TransTime":"20260302105605","TransAmount":"10.00","BusinessShortCode":"600638","BillRefNumber":"{}","MSISDN":"254700000000"}}"#,
        reference.as_str()
    )
    .into_bytes()
}

/// Posts 50 at once and kills the server when `after` of them were acknowledged; the receipts of
/// all that were.
async fn round(dir: &Path, round: usize, after: usize) -> BTreeSet<String> {
    let server = Server::start(dir);
    let (acknowledged, mut arrived) = mpsc::unbounded_channel();
    let url: Arc<str> = server.url.as_str().into();
    for i in 0..PAYMENTS {
        let (acknowledged, url) = (acknowledged.clone(), url.clone());
        tokio::spawn(async move {
            let receipt = format!("R{round:02}P{i:02}");
            let answer = Http::default()
                .post(&url, "application/json", confirmation(&receipt))
                .await;
            if answer.is_ok_and(|answer| answer.status == 200) {
                let _ = acknowledged.send(receipt);
            }
        });
    }
    drop(acknowledged);
    let mut all = BTreeSet::new();
    while all.len() < after {
        let receipt = arrived.recv().await;
        all.insert(receipt.expect("a server that acknowledges"));
    }
    drop(server);
    // What was on the wire already counts too: the client has heard it.
    while let Some(receipt) = arrived.recv().await {
        all.insert(receipt);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_in_the_database_once() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("contracts.csv"), CONTRACTS).unwrap();
    let mut acknowledged = BTreeSet::new();
    for n in 0..ROUNDS {
        // Early, in the middle and late, but never after the last.
        acknowledged.extend(round(dir.path(), n, 1 + n * (PAYMENTS - 2) / ROUNDS).await);
    }
    finish(dir.path(), &acknowledged).await;
}

/// Starts once more, lets the server do what was left, and compares.
async fn finish(dir: &Path, acknowledged: &BTreeSet<String>) {
    let server = Server::start(dir);
    let last = "R99P99".to_string();
    let answer = Http::default()
        .post(&server.url, "application/json", confirmation(&last))
        .await
        .unwrap();
    assert_eq!(answer.status, 200);
    let store = Store::open(&dir.join("fairlock.db")).unwrap();
    let lender = LenderId([7; 16]);
    let find = |receipt: &str| {
        let key = Key::receipt("till", receipt).expect("a receipt");
        store.payments_by_keys(lender, &[key]).unwrap()
    };
    // Messages are done in the order of arrival: when the last one is, all are.
    while find(&last).is_empty() || store.unread_count(lender).unwrap() > 0 {
        tokio::task::yield_now().await;
    }
    for receipt in acknowledged {
        let found = find(receipt);
        assert_eq!(found.len(), 1, "{receipt} was acknowledged");
        assert_eq!(found[0].payment.state, PaymentState::Booked);
    }
    let proof = store.proof(lender).unwrap();
    assert!(proof.holds(), "{:?}", proof.breaks);
    // Each payment is one posting: what isn't acknowledged may be there, but never twice.
    let payments = store.audit_payments(lender, "", 10_000).unwrap();
    let postings = store.postings_of(lender, "C-1").unwrap();
    let booked = postings
        .iter()
        .filter(|row| row.posting.kind().name() == "booked");
    assert_eq!(booked.count(), payments.len());
    assert!(
        payments.len() > acknowledged.len(),
        "the last one, and those unheard"
    );
    drop(server);
}
