//! Charters that take another's place.
//!
//! A softer one is made by the server itself when a phone connects: where today's law, contract or
//! contacts are softer in any field than what was signed, the softer of both is offered, and the
//! phone takes it at once. A stricter one is only ever made by a person (`fairlock charter offer`)
//! and waits for the borrower's acceptance. Either comes back countersigned.
//!
//! Failure is a charter believed that this phone didn't sign. On purpose absent: judging whether
//! one is softer (the protocol's), and money that goes elsewhere, which takes ROOT keys.

use fairlock_domain::calendar::Instant;
use fairlock_issuer::open_acceptance;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::enrol::Acceptance;
use fairlock_protocol::p256::DeviceKey;
use fairlock_protocol::{Charter, KeySet};
use fairlock_signer::charter::{says_the_same, softened};
use fairlock_storage::{CharterRow, DeviceAct, DeviceRow, StoreError};

use super::{binding_of, charters, terms};
use crate::Shared;
use crate::running::Change;

/// The newest charter of a phone that has one below it, as it is offered.
pub fn newer_than(
    shared: &Shared,
    phone: &DeviceRow,
    n: u64,
) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    if phone.charter_n <= n {
        // The row is as old as its connection: an offer made since then stands in the store.
        let row = shared.store.device(shared.lender, phone.device)?;
        if row.is_none_or(|row| row.charter_n <= n) {
            return Ok(None);
        }
    }
    let rows = shared.store.charters(shared.lender, phone.device)?;
    let newest = rows.into_iter().next();
    Ok(newest.map(|row| (row.n, row.offered)))
}

/// Makes the charter that today's terms allow, where they are softer than what was signed.
pub fn soften(shared: &Shared, phone: &DeviceRow) -> Result<(), StoreError> {
    let rows = shared.store.charters(shared.lender, phone.device)?;
    let accepted = rows.iter().find(|row| row.accepted.is_some());
    let (Some(newest), Some(old)) = (rows.first(), accepted.and_then(charters::read)) else {
        return Ok(());
    };
    let Some(known) = shared.store.facts(shared.lender, &phone.contract_id)? else {
        return Ok(());
    };
    let now = shared.clock.now();
    let today = match terms::charter(shared, &known, newest.n + 1, now) {
        Ok(today) => today,
        Err(error) => {
            tracing::warn!(device = %phone.device, %error, "no charter of today's terms");
            return Ok(());
        }
    };
    let softer = softened(&old, &today);
    let offered = charters::read(newest);
    let same = |other: &Charter| says_the_same(other, &softer);
    if same(&old) || offered.as_ref().is_some_and(same) {
        return Ok(());
    }
    offer(shared, phone, &softer, now)
}

fn offer(
    shared: &Shared,
    phone: &DeviceRow,
    charter: &Charter,
    now: Instant,
) -> Result<(), StoreError> {
    let reported = phone.reported.as_ref().map(|reported| reported.ksv);
    let binding = binding_of(shared, phone);
    let signed = match shared.signer.sign_charter(&binding, reported, charter) {
        Ok(signed) => signed,
        Err(error) => {
            tracing::warn!(device = %phone.device, %error, "a softer charter can't be written");
            return Ok(());
        }
    };
    let (lender, n) = (shared.lender, charter.n);
    if shared
        .store
        .offer_charter(lender, phone.device, n, signed, now)?
    {
        shared.store.record_act(
            lender,
            DeviceAct {
                at: now,
                kind: "charter".to_owned(),
                subject: phone.contract_id.clone(),
                by: "the server".to_owned(),
                note: format!("charter {n}, softer in every field that changed"),
            },
        )?;
    }
    Ok(())
}

/// A charter came back countersigned: stored when it is the one offered, signed by both sides.
pub fn accepted(shared: &Shared, phone: &DeviceRow, object: Vec<u8>) -> Result<bool, StoreError> {
    let (store, lender) = (&shared.store, shared.lender);
    let Some(key) = DeviceKey::from_spki(&phone.spki) else {
        return Ok(false);
    };
    let acceptance = Acceptance { charter: object };
    let binding = binding_of(shared, phone);
    // It is held against the key set that lists the key by which it was offered.
    let sets = store.key_sets_above(lender, 0)?;
    let sets = sets.iter().rev().filter_map(|row| {
        let object = MultiSigned::parse(&row.bytes).ok()?;
        KeySet::read(object.payload).ok()
    });
    let mut opened = sets.filter_map(|set| open_acceptance(&acceptance, &binding, &key, &set).ok());
    let Some(charter) = opened.next() else {
        return Ok(false);
    };
    let rows = store.charters(lender, phone.device)?;
    let is_it =
        |row: &&CharterRow| row.n == charter.n && is_same(&row.offered, &acceptance.charter);
    if rows.iter().find(is_it).is_none() {
        return Ok(false);
    }
    let now = shared.clock.now();
    store.accept_charter(lender, phone.device, charter.n, acceptance.charter, now)?;
    shared.announce(Change::Contract(phone.contract_id.clone()));
    Ok(true)
}

/// Are both the same charter, whoever signed?
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    match (MultiSigned::parse(one), MultiSigned::parse(other)) {
        (Ok(one), Ok(other)) => one.payload == other.payload,
        _ => false,
    }
}
