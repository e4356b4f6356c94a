//! Reconciliation: of each channel and day, what the provider reports, what its clearing account
//! holds, and what the bank shows.
//!
//! Reading order: [`lines`] (what messages tell, kept beside them), [`compare`] (two sides, item by
//! item), [`run`] (the days that are due), [`close`] (what people do about a break).
//!
//! A bank account's own channel has two sides: the statement and the clearing account, payment by
//! payment. A provider's channel has three: its own statement (a file of the till's account) payment
//! by payment, and the bank's payouts, which are given to days in their order.
//!
//! Failure is a difference that nobody sees. On purpose absent: correcting anything by itself, but
//! for differences within the lender's tolerance.

pub mod close;
pub mod compare;
pub mod lines;
pub mod run;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::Shared;

/// Reconciles what is due beside the loop: a day with a million lines holds up no payment. One run
/// at a time; one that fails is tried again with the next pass.
pub(super) fn aside(shared: &Arc<Shared>) {
    if shared.money.reconciling.swap(true, Ordering::AcqRel) {
        return;
    }
    let shared = shared.clone();
    tokio::task::spawn_blocking(move || {
        let desk = &shared.money.desk;
        if let Err(error) = run::due(&desk.store, desk.lender, shared.stamp()) {
            tracing::error!(%error, "a reconciliation ended early; it is tried again");
        }
        shared.money.reconciling.store(false, Ordering::Release);
    });
}
