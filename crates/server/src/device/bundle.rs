//! What a phone is handed before it knows the server: a one-time bundle, and key set 1.
//!
//! The store keeps only the token's hash; the bundle itself is shown once. On purpose absent:
//! printing it (text and QR are `cli`'s), and key sets after the first.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::enrol::Bundle;
use fairlock_protocol::refusal::Refusal;
use fairlock_protocol::{KeySet, sha256};
use fairlock_signer::Signer;
use fairlock_signer::keys::FIRST_KSV;
use fairlock_storage::{EnrolError, KeySetRow, LenderId, NewToken, Store, StoreError};

use crate::Entropy;

/// A token is good for a day: a phone sold in the evening is switched on the next morning, and a
/// bundle found in a drawer is worth nothing.
const TOKEN_LASTS: Span = Span::hours(24);

/// Why there is no bundle, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    #[error(transparent)]
    KeySet(#[from] KeySetError),
}

/// Why there is no key set, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("key set 1 can't be written: expected {}", .0.expected)]
    Write(Malformed),
    #[error("key set 1 as stored is no signed object: {0:?}")]
    Signed(Refusal),
    #[error("key set 1 as stored can't be read: expected {}", .0.expected)]
    Read(Malformed),
}

/// The lender's first key set.
pub struct FirstKeySet {
    pub set: KeySet,
    /// As it is signed.
    pub bytes: Vec<u8>,
    /// SHA-256 of its payload, by which a bundle names it.
    pub hash: [u8; 32],
}

/// Makes a one-time bundle for the phone of a contract; `server` is `http://host:port`.
pub fn issue(
    store: &Store,
    lender: LenderId,
    signer: &Signer,
    (contract_id, server): (&str, &str),
    entropy: &dyn Entropy,
    now: Instant,
) -> Result<Bundle, BundleError> {
    let mut token = [0; 16];
    entropy.fill(&mut token);
    let row = NewToken {
        token_hash: sha256(&token),
        contract_id: contract_id.to_owned(),
        created_at: now,
        expires_at: now.plus(TOKEN_LASTS),
    };
    store.add_token(lender, row)?;
    Ok(Bundle {
        token,
        server: server.to_owned(),
        pins: Vec::new(),
        key_set: first_key_set(store, lender, signer, now)?.hash,
        lender: lender.0,
        contract: contract_id.to_owned(),
    })
}

/// The first key set, made when the first phone needs it and never again.
pub fn first_key_set(
    store: &Store,
    lender: LenderId,
    signer: &Signer,
    now: Instant,
) -> Result<FirstKeySet, KeySetError> {
    let stored = || {
        let rows = store.key_sets_above(lender, FIRST_KSV - 1)?;
        Ok::<_, StoreError>(rows.into_iter().find(|row| row.ksv == FIRST_KSV))
    };
    let row = match stored()? {
        Some(row) => row,
        None => {
            let iat = u64::try_from(now.unix_seconds()).unwrap_or(0);
            let made = KeySetRow {
                ksv: FIRST_KSV,
                bytes: signer
                    .first_key_set(&lender.0, iat)
                    .map_err(KeySetError::Write)?,
                created_at: now,
            };
            store.put_key_set(lender, made.clone())?;
            // Whoever was first has made the one that counts.
            stored()?.unwrap_or(made)
        }
    };
    let object = MultiSigned::parse(&row.bytes).map_err(KeySetError::Signed)?;
    Ok(FirstKeySet {
        set: KeySet::read(object.payload).map_err(KeySetError::Read)?,
        hash: sha256(object.payload),
        bytes: row.bytes,
    })
}
