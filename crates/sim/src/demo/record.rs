//! What a run looked like from outside, as the oracle wants it: phones tick by tick as they said
//! themselves, plans, grants and books as the server's database has them.

use std::collections::{BTreeMap, BTreeSet};

use fairlock_domain::ledger::Side;
use fairlock_protocol::charter::Charter;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::enrol::hex;
use fairlock_protocol::grant::Grant;
use fairlock_storage::{LenderId, Store, StoreError};

use super::child::Phones;
use crate::oracle::model::{Level, Seconds};
use crate::oracle::trace::{
    Books, Granted, Leg, Payment, Phone, Posting, Step, Tick, Trace, Window,
};
use crate::phones::wire::PhoneSeen;

/// Rows of one page of the audit.
const PAGE: u32 = 1_000;

/// Grants of one contract that are read: a change a day over the longest demo, and room.
const GRANTS_MAX: u32 = 10_000;

/// Collects ticks while the demo runs.
#[derive(Default)]
pub struct Record {
    ticks: Vec<Tick>,
    contracts: BTreeSet<String>,
}

impl Record {
    /// The end of a tick; phones that nobody reports of any more are left out.
    pub fn add(&mut self, at: Seconds, phones: &Phones) {
        let phone = |phone: &PhoneSeen| {
            Some(Phone {
                contract: phone.contract.clone(),
                reachable: phone.reachable,
                level: Level::from_word(&phone.level)?,
                grant: phone.grant.clone(),
            })
        };
        self.contracts
            .extend(phones.all().map(|phone| phone.contract.clone()));
        self.ticks.push(Tick {
            at,
            planned: BTreeMap::new(),
            phones: phones.all().filter_map(phone).collect(),
        });
    }

    /// The whole trace, with what the database has.
    pub fn into_trace(self, store: &Store, lender: LenderId) -> Result<Trace, StoreError> {
        let mut trace = Trace {
            ticks: self.ticks,
            ..Trace::default()
        };
        plans(store, lender, &mut trace.ticks)?;
        for contract in &self.contracts {
            grants(store, lender, contract, &mut trace)?;
        }
        trace.books = books(store, lender)?;
        Ok(trace)
    }
}

/// Each decision belongs to the first tick that isn't before it; of several the last one counts.
fn plans(store: &Store, lender: LenderId, ticks: &mut [Tick]) -> Result<(), StoreError> {
    let mut after = 0;
    loop {
        let page = store.audit_decisions(lender, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.no;
        for decision in page {
            let at = decision.at.unix_seconds();
            let index = ticks.partition_point(|tick| tick.at < at);
            let level = Level::from_word(decision.level.name());
            if let (Some(tick), Some(level)) = (ticks.get_mut(index), level) {
                tick.planned.insert(decision.contract_id, level);
            }
        }
    }
}

/// Signed grants and the charter of a contract's phone.
fn grants(
    store: &Store,
    lender: LenderId,
    contract: &str,
    trace: &mut Trace,
) -> Result<(), StoreError> {
    for row in store.grants_of(lender, contract, GRANTS_MAX)? {
        let Ok(grant) = Grant::read(&row.payload) else {
            continue;
        };
        if row.cose.is_some() {
            trace
                .grants
                .insert(hex(&row.payload_sha256), granted(&grant));
        }
    }
    let Some(device) = store.device_of(lender, contract)? else {
        return Ok(());
    };
    let charters = store.charters(lender, device.device)?;
    let accepted = charters.iter().rev().find_map(|row| row.accepted.as_ref());
    let highest = accepted
        .and_then(|bytes| MultiSigned::parse(bytes).ok())
        .and_then(|signed| Charter::read(signed.payload).ok())
        .and_then(|charter| Level::from_word(charter.highest.word()));
    if let Some(highest) = highest {
        trace.charters.insert(contract.to_string(), highest);
    }
    Ok(())
}

fn granted(grant: &Grant) -> Granted {
    let level =
        |level: fairlock_protocol::Level| Level::from_word(level.word()).unwrap_or(Level::Released);
    let first = Step {
        at: seconds(grant.iat),
        level: level(grant.level),
        window: None,
        before: None,
    };
    let later = grant.later.iter().map(|step| Step {
        at: seconds(step.at),
        level: level(step.level),
        window: step.guards.window.map(|w| Window {
            offset_min: w.offset_min.into(),
            from_min: w.from_min.into(),
            to_min: w.to_min.into(),
            days: w.days,
        }),
        before: step.guards.before.map(seconds),
    });
    Granted {
        steps: std::iter::once(first).chain(later).collect(),
    }
}

/// Wire instants are below 2^40.
fn seconds(at: u64) -> Seconds {
    at.cast_signed()
}

fn books(store: &Store, lender: LenderId) -> Result<Books, StoreError> {
    let mut books = Books::default();
    let mut after = String::new();
    loop {
        let page = store.audit_payments(lender, &after, PAGE)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        books
            .payments
            .extend(page.into_iter().map(|payment| Payment {
                id: payment.id,
                contract: payment.contract_id,
                state: payment.state.name().to_string(),
                amount: payment.amount.minor(),
                currency: payment.amount.currency().code().to_string(),
                sources: payment.lines.iter().map(i64::to_string).collect(),
            }));
    }
    let last = store.last_posting(lender)?;
    let mut after = 0;
    while after < last {
        let up_to = after + i64::from(PAGE);
        for leg in store.audit_legs(lender, after, up_to)? {
            let id = format!("{} {}", leg.subject, leg.kind.name());
            if books.postings.last().is_none_or(|posting| posting.id != id) {
                books.postings.push(Posting {
                    id,
                    legs: Vec::new(),
                });
            }
            let amount = match leg.side {
                Side::Debit => leg.amount.minor(),
                Side::Credit => -leg.amount.minor(),
            };
            let leg = Leg {
                account: format!("{} {:?}", leg.account.name(), leg.layer),
                currency: leg.amount.currency().code().to_string(),
                amount,
            };
            books
                .postings
                .last_mut()
                .into_iter()
                .for_each(|p| p.legs.push(leg.clone()));
        }
        after = up_to;
    }
    Ok(books)
}
