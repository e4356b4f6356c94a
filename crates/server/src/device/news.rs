//! What phones are sent besides grants: the key sets that they lack, the lender's caps, another
//! charter.
//!
//! The store is the truth, and every act by hand leaves a row there, whichever process did it: a
//! pass reads the rows that are new and tells the connected phones concerned; each connection then
//! reads for itself what its phone lacks. An absent phone gets the same when it connects. A chain
//! of key sets goes before everything that its keys signed.
//!
//! Failure is a phone that is behind and doesn't learn it. On purpose absent: an answer that is
//! waited for; a phone's next report says what it has taken.

use std::collections::BTreeSet;

use fairlock_protocol::channel::Frame;
use fairlock_storage::{DeviceRow, StoreError};

use super::offers;
use crate::Shared;

/// What a phone has of these, named by it or sent on this connection.
#[derive(Debug, Clone, Default)]
pub struct Has {
    /// Version of its key set.
    pub ksv: u64,
    /// Number of its charter.
    pub charter: u64,
    /// Numbers of caps sent on this connection; phones don't name theirs.
    pub caps: BTreeSet<u64>,
}

/// The frames that a phone lacks, in the order in which it must take them, and what it has then.
pub fn lacks(
    shared: &Shared,
    phone: &DeviceRow,
    has: &Has,
) -> Result<(Vec<Frame>, Has), StoreError> {
    let (store, lender) = (&shared.store, shared.lender);
    let (mut frames, mut then) = (Vec::new(), has.clone());
    for set in store.key_sets_above(lender, has.ksv)? {
        then.ksv = set.ksv;
        frames.push(Frame::KeySet(set.bytes));
    }
    if let Some((n, offered)) = offers::newer_than(shared, phone, has.charter)? {
        then.charter = n;
        frames.push(Frame::Charter(offered));
    }
    for cap in store.caps_alive(lender, shared.clock.now())? {
        if then.caps.insert(cap.n) {
            frames.push(Frame::Cap(cap.bytes));
        }
    }
    Ok((frames, then))
}

/// Looks what was done by hand since the last pass, and tells the connected phones concerned.
pub fn look(shared: &Shared) -> Result<(), StoreError> {
    let seen = shared.hub.acts_seen();
    let Some(seen) = seen else {
        // Whoever connects from now on reads for itself.
        shared.signer.refresh(&shared.store, shared.lender)?;
        let last = shared.store.last_act(shared.lender)?;
        shared.hub.saw_acts(last);
        return Ok(());
    };
    let new = shared.store.acts_after(shared.lender, seen)?;
    let Some((last, _)) = new.last() else {
        return Ok(());
    };
    let last = *last;
    shared.signer.refresh(&shared.store, shared.lender)?;
    let of_all = |kind: &str| matches!(kind, "key_set" | "cap");
    let all = new.iter().any(|(_, act)| of_all(&act.kind));
    shared.hub.tell(|contract| {
        let own = new.iter().filter(|(_, act)| act.kind == "charter");
        all || own.into_iter().any(|(_, act)| act.subject == contract)
    });
    shared.hub.saw_acts(last);
    Ok(())
}
