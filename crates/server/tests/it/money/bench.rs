//! A desk on a real store in a folder of its own, with contracts, and what stands in its books.

use std::sync::Arc;

use fairlock_domain::calendar::{Day, Instant, Span};
use fairlock_domain::contract::{Consent, Contract, Instalment, Particulars, Product};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::pii::{Pii, Secret};
use fairlock_rulebook::{load_builtin, time::parse_instant};
use fairlock_server::config::Source;
use fairlock_server::money::import::{self, ImportError, Imported};
use fairlock_server::money::process::{self, Ended};
use fairlock_server::money::{Desk, feeds, inbox, sweep};
use fairlock_storage::{LenderId, NewContract, NewFeed, Stamp, Store, Taken};

use super::camt::File;

pub const LENDER: LenderId = LenderId([7; 16]);
pub const TILL: &str = "till";
pub const SHORT_CODE: &str = "600638";

/// References of the two contracts that each bench has.
pub const C1: &str = "RF35C1";
pub const C2: &str = "RF08C2";

pub struct Bench {
    pub desk: Desk,
    pub now: Instant,
    _dir: tempfile::TempDir,
}

pub fn at(text: &str) -> Instant {
    parse_instant(text).unwrap()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// A contract with three instalments of 100.00, the first due on 2026-02-01; every pack is
/// `sandbox`, the zone is UTC+3 all year.
pub fn contract(id: &str, currency: &str, feed: &str) -> NewContract {
    let currency = Currency::from_code(currency).unwrap();
    let amount = Money::new(10_000, currency);
    let due = ["2026-02-01", "2026-03-01", "2026-04-01"].map(day);
    NewContract {
        contract: Contract {
            id: id.to_owned(),
            product: Product::PurchaseLoan,
            currency,
            signed_on: day("2026-01-01"),
            consent: Some(Consent {
                separate_signature: true,
                acknowledged_copy: true,
                on: day("2026-01-01"),
            }),
            instalments: due.map(|due| Instalment { due, amount }).to_vec(),
            feed: Some(feed.to_owned()),
        },
        particulars: Particulars::default(),
        time_zone: "Africa/Nairobi".to_owned(),
        packs: vec!["sandbox".to_owned()],
        calendar: None,
        borrower: Pii::new(format!("Borrower of {id}")),
        phone_number: Some(Pii::new("254035326934".to_owned())),
        email: None,
        language: None,
        phone_hash: None,
        virtual_account: None,
        imei: Pii::new(format!("imei of {id}")),
        model: "Tecno Spark 20".to_owned(),
    }
}

impl Bench {
    /// At 2026-03-03 12:00 UTC, with contracts C-1 and C-2 in EUR on the feed `bank`.
    pub fn new() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("fairlock.db")).unwrap();
        let now = at("2026-03-03T12:00:00Z");
        let contracts = vec![
            contract("C-1", "EUR", "bank"),
            contract("C-2", "EUR", "bank"),
        ];
        store.import_contracts(LENDER, contracts, now).unwrap();
        let bank = NewFeed {
            feed: "bank".to_owned(),
            kind: feeds::STATEMENT.to_owned(),
            account: Some(super::camt::ACCOUNT.to_owned()),
            period: Span::hours(30),
        };
        store.define_feed(LENDER, bank, now).unwrap();
        let till = NewFeed {
            feed: TILL.to_owned(),
            kind: feeds::CALLBACK.to_owned(),
            account: None,
            period: Span::hours(30),
        };
        store.define_feed(LENDER, till, now).unwrap();
        let rulebook = Arc::new(load_builtin().unwrap());
        let mut desk = Desk::new(store, LENDER, rulebook, now).unwrap();
        let secret = Secret::new("0f9a3b7c5d1e2f46".to_owned());
        desk.sources = vec![Source::till(TILL, SHORT_CODE, secret)];
        let bench = Bench {
            desk,
            now,
            _dir: dir,
        };
        bench.time_passes();
        bench
    }

    pub fn store(&self) -> &Store {
        &self.desk.store
    }

    pub fn stamp(&self) -> Stamp {
        Stamp {
            at: self.now,
            monotonic_ns: 1,
        }
    }

    pub fn clock(&mut self, text: &str) {
        self.now = at(text);
        self.time_passes();
    }

    pub fn time_passes(&self) {
        feeds::review(&self.desk, self.stamp()).unwrap();
        sweep::expiries(&self.desk, self.stamp()).unwrap();
        sweep::reviews(&self.desk, self.stamp()).unwrap();
    }

    pub fn import(&self, bytes: &[u8]) -> Result<Imported, ImportError> {
        import::payments(&self.desk, "file.xml", bytes.to_vec(), None, self.stamp())
    }

    /// Imports a file that is right.
    pub fn file(&self, file: &File) -> Imported {
        self.import(&file.xml()).unwrap()
    }

    /// A provider's call, stored and processed.
    pub fn confirm(&self, body: &str) -> Ended {
        let body = body.as_bytes().to_vec();
        let taken = inbox::take_call(
            &self.desk,
            TILL,
            "c2b confirmation",
            Vec::new(),
            body,
            self.stamp(),
        )
        .unwrap();
        let no = match taken {
            Taken::New(no) => no,
            Taken::Seen { .. } => return Ended::Elsewhere,
        };
        let message = self.store().message(LENDER, no).unwrap().unwrap();
        process::process(&self.desk, &message, self.stamp()).unwrap()
    }

    /// Each payment in a line, by contract and then in suspense, sorted: what the borrower, and
    /// nobody else, could say of it.
    pub fn payments(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for id in ["C-1", "C-2", "C-KES"] {
            for (row, _) in self.store().payments_of(LENDER, id).unwrap() {
                let paid_on = row.paid_on.map_or("-".to_owned(), |day| day.to_string());
                lines.push(format!(
                    "{id} {} {} {paid_on}",
                    row.state.name(),
                    row.amount
                ));
            }
        }
        for row in self.store().open_suspense(LENDER, 1000).unwrap() {
            let ids: Vec<&str> = row
                .candidates
                .iter()
                .map(|c| c.contract_id.as_str())
                .collect();
            let payment = &row.payment;
            lines.push(format!(
                "suspense {} {} {} [{}]",
                payment.state.name(),
                payment.amount,
                row.reason.name(),
                ids.join(" ")
            ));
        }
        lines.sort();
        lines
    }

    /// Net balance of every account that isn't zero, in a line: debits less credits.
    pub fn balances(&self) -> Vec<String> {
        let books = self.store().balances(LENDER).unwrap();
        let lines = books.accounts().filter_map(|(account, currency, balance)| {
            let (net, pending) = (balance.net(), balance.net_pending());
            let money = |minor| Money::new(minor, currency);
            match (net, pending) {
                (0, 0) => None,
                (net, 0) => Some(format!("{} {}", account.name(), money(net))),
                (net, pending) => Some(format!(
                    "{} {} pending {}",
                    account.name(),
                    money(net),
                    money(pending)
                )),
            }
        });
        lines.collect()
    }

    pub fn level(&self, id: &str) -> &'static str {
        self.store()
            .contract(LENDER, id)
            .unwrap()
            .unwrap()
            .level
            .name()
    }

    pub fn holds(&self, id: &str) -> Vec<&'static str> {
        let row = self.store().contract(LENDER, id).unwrap().unwrap();
        row.holds.iter().map(|hold| hold.kind.name()).collect()
    }

    /// The feed's state and why.
    pub fn feed(&self, feed: &str) -> String {
        let row = self.store().feed(LENDER, feed).unwrap().unwrap();
        let why = row.why.map(|why| format!(": {why}")).unwrap_or_default();
        format!("{:?}{why}", row.state).to_lowercase()
    }

    /// The books prove themselves.
    pub fn proves(&self) {
        let proof = self.store().proof(LENDER).unwrap();
        assert!(proof.breaks.is_empty(), "breaks in the books");
    }
}

/// A confirmation as Daraja posts it.
pub fn confirmation(receipt: &str, amount: &str, reference: &str) -> String {
    format!(
        "{{\"TransactionType\":\"Pay Bill\",\"TransID\":\"{receipt}\",\
         \"TransTime\":\"20260303120000\",\"TransAmount\":\"{amount}\",\
         \"BusinessShortCode\":\"{SHORT_CODE}\",\"BillRefNumber\":\"{reference}\",\
         \"InvoiceNumber\":\"\",\"OrgAccountBalance\":\"\",\"ThirdPartyTransID\":\"\",\
         \"MSISDN\":\"2540 ***** 126\",\"FirstName\":\"JOHN\",\"MiddleName\":\"\",\"LastName\":\"\"}}"
    )
}
