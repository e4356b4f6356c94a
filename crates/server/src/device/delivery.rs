//! From a stored body to a phone: sign what waits, hand the newest grant to who is connected.
//!
//! The store is the truth: a phone that is absent gets its newest grant when it connects.

use bytes::Bytes;
use fairlock_protocol::channel::{Frame, wrap};
use fairlock_storage::{DeviceId, GrantRow, StoreError};

use super::hub::Parcel;
use crate::Shared;
use crate::running::Change;

/// Signs what may be signed now, and hands it out.
pub fn sign(shared: &Shared) -> Result<(), StoreError> {
    let run = shared.signer.sign_pending(
        &shared.store,
        shared.lender,
        &shared.rulebook,
        shared.stamp(),
    )?;
    for grant in run.signed {
        hand_newest(shared, grant.device)?;
        shared.announce(Change::Contract(grant.contract_id));
    }
    for refused in run.refused {
        shared.announce(Change::Contract(refused.contract_id));
    }
    Ok(())
}

/// Puts the newest signed grant of a connected phone into its slot.
pub fn hand_newest(shared: &Shared, device: DeviceId) -> Result<(), StoreError> {
    if !shared.hub.has(device) {
        return Ok(());
    }
    if let Some(row) = shared.store.newest_signed(shared.lender, device)?
        && let Some(parcel) = parcel(row)
    {
        shared.hub.hand(device, parcel);
    }
    Ok(())
}

/// A signed grant as it travels: a tightening with room for its proof, a loosening bare.
fn parcel(row: GrantRow) -> Option<Parcel> {
    let cose = row.cose?;
    let travelling = match row.tightening {
        true => wrap(&cose, None),
        false => cose,
    };
    Some(Parcel {
        seq: row.seq,
        payload_sha256: row.payload_sha256,
        frame: Bytes::from(Frame::Grant(travelling).encode()),
    })
}
