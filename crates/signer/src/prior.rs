//! What a phone has, read from the store: the first half of every conversion.
//!
//! Failure is a row that doesn't hold what Fairlock wrote into it.

use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::{Charter, Grant, KeySet, Level};
use fairlock_storage::{
    ContractFacts, DeviceRow, GrantRow, GrantState, LenderId, Reported, Store, StoreError,
};

use crate::convert::Prior;
use crate::keys::FIRST_KSV;
use crate::ladder::{level_of, seconds};

/// Grants that a phone may have behind it without having reported any of them. A phone that is
/// further behind than this has its next grant signed as a tightening, which is only stricter on
/// us.
const GRANTS_READ: u32 = 32;

/// Why it can't be known what a phone has, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum PriorError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "contract {contract_id}: its phone's {what} can't be read at byte {at}; expected {expected}"
    )]
    Row {
        contract_id: String,
        what: &'static str,
        at: usize,
        expected: &'static str,
    },
}

impl Prior {
    /// Of the phone of a contract; `None` while none has accepted its charter, and then no grant
    /// is due.
    pub fn read(
        store: &Store,
        lender: LenderId,
        facts: &ContractFacts,
    ) -> Result<Option<Prior>, PriorError> {
        let Some(known) = facts.device.as_ref().filter(|d| d.charter_accepted) else {
            return Ok(None);
        };
        let Some(device) = store.device(lender, known.device)? else {
            return Ok(None);
        };
        let contract_id = facts.contract.id.as_str();
        let Some(charter) = accepted_charter(store, lender, &device)? else {
            return Ok(None);
        };
        let rows = store.grants_of(lender, contract_id, GRANTS_READ)?;
        let reported = device.reported.as_ref().and_then(|r| in_force(&rows, r));
        let from = reported.map_or(0, |row| row.seq);
        let mut grants = Vec::new();
        for row in rows.iter().rev() {
            if row.seq >= from && counts(row) {
                grants.push(Grant::read(&row.payload).map_err(unreadable(contract_id, "grant"))?);
            }
        }
        let newest = rows.iter().find(|row| counts(row));
        let lost = match newest.filter(|row| Some(row.seq) != reported.map(|r| r.seq)) {
            Some(row) => by_a_key_that_is_gone(store, lender, row)?,
            None => false,
        };
        Ok(Some(Prior {
            seq: known.newest_seq,
            ksv: known.reported_ksv.unwrap_or(FIRST_KSV),
            level: device
                .reported
                .as_ref()
                .map_or(Level::Free, |r| level_of(r.grant_level)),
            reported: reported.is_some(),
            disobeyed: lost || newest.is_some_and(|row| row.phone.is_some()),
            grants,
            charter: read_charter(&charter, contract_id)?,
            anew_since: seconds(device.reset_at.unwrap_or(device.enrolled_at)),
        }))
    }
}

/// A grant that the phone has or may get.
fn counts(row: &GrantRow) -> bool {
    match row.state {
        GrantState::Unsigned | GrantState::Held | GrantState::Signed => true,
        GrantState::Refused | GrantState::Superseded => false,
    }
}

/// The grant that a report says is in force.
fn in_force<'a>(rows: &'a [GrantRow], reported: &Reported) -> Option<&'a GrantRow> {
    let hash = reported.payload_sha256?;
    rows.iter().find(|row| row.payload_sha256 == hash)
}

/// A signed grant on its way whose key the newest key set doesn't list: a phone that has taken that
/// set refuses it, so the phone isn't taken to have it.
fn by_a_key_that_is_gone(
    store: &Store,
    lender: LenderId,
    row: &GrantRow,
) -> Result<bool, StoreError> {
    let Some(kid) = row.kid else {
        return Ok(false);
    };
    let newest = store.newest_key_set(lender)?;
    let set = newest.as_ref().and_then(|row| {
        let object = MultiSigned::parse(&row.bytes).ok()?;
        KeySet::read(object.payload).ok()
    });
    Ok(set.is_some_and(|set| set.key(kid).is_none()))
}

fn accepted_charter(
    store: &Store,
    lender: LenderId,
    device: &DeviceRow,
) -> Result<Option<Vec<u8>>, StoreError> {
    let charters = store.charters(lender, device.device)?;
    Ok(charters.into_iter().find_map(|charter| charter.accepted))
}

/// The charter inside its signed object.
pub(crate) fn read_charter(signed: &[u8], contract_id: &str) -> Result<Charter, PriorError> {
    let not_signed = |_| {
        let expected = "a charter signed by both sides";
        unreadable(contract_id, "charter")(Malformed { at: 0, expected })
    };
    let object = MultiSigned::parse(signed).map_err(not_signed)?;
    Charter::read(object.payload).map_err(unreadable(contract_id, "charter"))
}

fn unreadable(contract_id: &str, what: &'static str) -> impl Fn(Malformed) -> PriorError {
    let contract_id = contract_id.to_owned();
    move |malformed| PriorError::Row {
        contract_id: contract_id.clone(),
        what,
        at: malformed.at,
        expected: malformed.expected,
    }
}
