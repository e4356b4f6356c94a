//! Enrolment over HTTP: messages 2 to 5.
//!
//! A phone proves its right by a one-time token, is checked to be the contract's own by the keyed
//! hash of its IMEI, and gets a device id, a charter and the key set; it sends the charter back
//! countersigned and gets its first grant. A phone whose answer was lost asks again with the same
//! token and key and gets the same. Every refusal is one line; nothing else happens.
//!
//! On purpose absent: judging an attestation chain (it would be a signal of risk, never a reason
//! to lock), and enrolling again after a reset.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::enrol::{Acceptance, Offer, Request, Welcome};
use fairlock_protocol::p256::DeviceKey;
use fairlock_protocol::refusal::Refusal;
use fairlock_protocol::{Binding, sha256};
use fairlock_storage::{
    ChangeSet, CommitError, DeviceId, DeviceRow, EnrolError, Enrolment, GrantRow, StoreError,
};
use subtle::ConstantTimeEq as _;

use super::bundle::{self, KeySetError};
use super::terms::{self, FIRST_CHARTER, TermsError};
use super::{binding_of, delivery, offers};
use crate::Shared;
use crate::money::replan::{self, ReplanError};

/// The media type of all enrolment bodies.
const CBOR: &str = "application/cbor";

/// The first grant is written together with the facts that it rests on; news of the contract may
/// come in between so many times.
const TRIES: u32 = 8;

/// Why a phone isn't enrolled, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum EnrolRefusal {
    #[error("content type: expected application/cbor")]
    ContentType,
    #[error("byte {}: expected {}", .0.at, .0.expected)]
    Malformed(Malformed),
    #[error("device id: expected 32 hexadecimal digits")]
    DeviceId,
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    #[error("IMEI: this isn't the phone of the contract; expected the phone that it names")]
    Imei,
    #[error("no such device; expected one that asked for enrolment")]
    UnknownDevice,
    #[error("charter: {0:?}; expected the one offered, signed by both sides")]
    Acceptance(Refusal),
    #[error("charter: another one than was offered; expected the one offered")]
    OtherCharter,
    #[error("this server isn't set up for the contract: {0}")]
    NotSetUp(TermsError),
    #[error("we are broken: {0}")]
    Broken(#[from] Broken),
}

/// Faults of ours, whatever the phone sent.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    KeySet(#[from] KeySetError),
    #[error(transparent)]
    Terms(#[from] TermsError),
    #[error(transparent)]
    Replan(#[from] ReplanError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error("no first grant after {TRIES} tries; expected one")]
    NoGrant,
    #[error("a worker ended early: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

impl From<StoreError> for EnrolRefusal {
    fn from(error: StoreError) -> EnrolRefusal {
        EnrolRefusal::Broken(Broken::Store(error))
    }
}

impl IntoResponse for EnrolRefusal {
    fn into_response(self) -> Response {
        let status = match &self {
            EnrolRefusal::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            EnrolRefusal::Malformed(_) | EnrolRefusal::DeviceId => StatusCode::BAD_REQUEST,
            EnrolRefusal::Enrol(EnrolError::UnknownToken | EnrolError::UnknownContract)
            | EnrolRefusal::UnknownDevice => StatusCode::NOT_FOUND,
            EnrolRefusal::Enrol(EnrolError::TokenExpired(_)) => StatusCode::GONE,
            EnrolRefusal::Enrol(EnrolError::Store(_)) | EnrolRefusal::Broken(_) => {
                tracing::error!(error = %self, "an enrolment failed");
                return (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "we are broken; try again\n",
                )
                    .into_response();
            }
            EnrolRefusal::Enrol(_) => StatusCode::CONFLICT,
            EnrolRefusal::NotSetUp(_) => StatusCode::SERVICE_UNAVAILABLE,
            EnrolRefusal::Imei | EnrolRefusal::Acceptance(_) | EnrolRefusal::OtherCharter => {
                StatusCode::FORBIDDEN
            }
        };
        tracing::warn!(error = %self, "an enrolment was refused");
        (status, format!("{self}\n")).into_response()
    }
}

/// `POST /v1/enrolments`: message 2, answered by message 3.
pub async fn request(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, EnrolRefusal> {
    check_type(&headers)?;
    let request = Request::decode(&body).map_err(EnrolRefusal::Malformed)?;
    let offer = blocking(move || offer(&shared, &request)).await?;
    Ok(cbor(offer.encode()))
}

/// `POST /v1/enrolments/{device}/accept`: message 4, answered by message 5.
pub async fn accept(
    State(shared): State<Arc<Shared>>,
    Path(device): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, EnrolRefusal> {
    check_type(&headers)?;
    let device = DeviceId::from_hex(&device).ok_or(EnrolRefusal::DeviceId)?;
    let acceptance = Acceptance::decode(&body).map_err(EnrolRefusal::Malformed)?;
    let welcome = blocking(move || welcome(&shared, device, acceptance)).await?;
    Ok(cbor(welcome.encode()))
}

fn check_type(headers: &HeaderMap) -> Result<(), EnrolRefusal> {
    match headers.get(header::CONTENT_TYPE) {
        Some(found) if found == CBOR => Ok(()),
        _ => Err(EnrolRefusal::ContentType),
    }
}

fn cbor(body: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, CBOR)], body).into_response()
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EnrolRefusal> + Send + 'static,
) -> Result<T, EnrolRefusal> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Broken::Worker)?
}

/// Checks the request, enrols, and makes the offer.
fn offer(shared: &Shared, request: &Request) -> Result<Offer, EnrolRefusal> {
    let Shared { store, lender, .. } = shared;
    let now = shared.stamp();
    let token_hash = sha256(&request.token);
    let (token, _) = store
        .token(*lender, &token_hash)?
        .ok_or(EnrolError::UnknownToken)?;
    let contract = store.contract(*lender, &token.contract_id)?;
    let contract = contract.ok_or(EnrolError::UnknownContract)?;
    let expected = fairlock_issuer::imei_hash(&request.token, contract.imei.expose());
    if !bool::from(expected.ct_eq(&request.imei_hash)) {
        return Err(EnrolRefusal::Imei);
    }
    let known = store.facts(*lender, &token.contract_id)?;
    let known = known.ok_or(EnrolError::UnknownContract)?;
    let key_set = bundle::first_key_set(store, *lender, &shared.signer, now.at);
    let key_set = key_set.map_err(Broken::KeySet)?;
    let mut device = DeviceId([0; 16]);
    shared.entropy.fill(&mut device.0);
    let spki_sha256 = sha256(&request.spki);
    let binding = Binding {
        lender: lender.0,
        device: device.0,
        spki_hash: spki_sha256,
    };
    let charter =
        terms::charter(shared, &known, FIRST_CHARTER, now.at).map_err(|error| match error {
            TermsError::NoWayToPay(_) => EnrolRefusal::NotSetUp(error),
            _ => EnrolRefusal::Broken(Broken::Terms(error)),
        })?;
    let charter = shared.signer.sign_charter(&binding, None, &charter);
    let charter = charter.map_err(|e| Broken::Terms(TermsError::Charter(e)))?;
    let enrolled = store.enrol(
        *lender,
        Enrolment {
            token_hash,
            device,
            spki: request.spki.to_vec(),
            spki_sha256,
            exchange_key: request.exchange.to_vec(),
            imei_hash: Some(request.imei_hash),
            charter_n: FIRST_CHARTER,
            charter,
            at: now,
        },
    )?;
    let offered = offered_charter(shared, &enrolled)?;
    let exchange = shared
        .signer
        .code_point(&binding_of(shared, &enrolled), &request.exchange);
    Ok(Offer {
        exchange: exchange.ok_or(EnrolRefusal::UnknownDevice)?,
        nonce: request.nonce,
        device: enrolled.device.0,
        charter: offered.ok_or(EnrolRefusal::UnknownDevice)?,
        key_set: key_set.bytes,
    })
}

/// The newest charter as it was offered.
fn offered_charter(shared: &Shared, device: &DeviceRow) -> Result<Option<Vec<u8>>, StoreError> {
    let charters = shared.store.charters(shared.lender, device.device)?;
    Ok(charters.into_iter().next().map(|charter| charter.offered))
}

/// Checks the countersigned charter, stores it, and hands out the first grant.
fn welcome(
    shared: &Shared,
    device: DeviceId,
    acceptance: Acceptance,
) -> Result<Welcome, EnrolRefusal> {
    let Shared { store, lender, .. } = shared;
    let now = shared.stamp();
    let row = store
        .device(*lender, device)?
        .ok_or(EnrolRefusal::UnknownDevice)?;
    let key = DeviceKey::from_spki(&row.spki).ok_or(EnrolRefusal::UnknownDevice)?;
    let key_set = bundle::first_key_set(store, *lender, &shared.signer, now.at);
    let key_set = key_set.map_err(Broken::KeySet)?;
    let binding = binding_of(shared, &row);
    let opened = fairlock_issuer::open_acceptance(&acceptance, &binding, &key, &key_set.set);
    let charter = opened.map_err(EnrolRefusal::Acceptance)?;
    let offered = offered_charter(shared, &row)?.ok_or(EnrolRefusal::UnknownDevice)?;
    if !offers::is_same(&offered, &acceptance.charter) {
        return Err(EnrolRefusal::OtherCharter);
    }
    let accepted = store.accept_charter(*lender, device, charter.n, acceptance.charter, now.at)?;
    accepted.ok_or(EnrolRefusal::OtherCharter)?;
    let grant = first_grant(shared, &row)?;
    shared.wake();
    let grant = grant.cose.ok_or(Broken::NoGrant)?;
    Ok(Welcome { grant })
}

/// The newest signed grant of a phone; the first is made here when there is none.
fn first_grant(shared: &Shared, row: &DeviceRow) -> Result<GrantRow, Broken> {
    let Shared { store, lender, .. } = shared;
    for _ in 0..TRIES {
        if let Some(signed) = store.newest_signed(*lender, row.device)? {
            return Ok(signed);
        }
        let now = shared.stamp();
        let known = store
            .facts(*lender, &row.contract_id)?
            .ok_or(Broken::NoGrant)?;
        let waiting = known.device.as_ref().is_some_and(|d| d.newest.is_some());
        if !waiting {
            let desk = &shared.money.desk;
            let zone = desk.zone(&known.time_zone).map_err(TermsError::Unknown)?;
            let change = replan::change(desk, &known, zone, Vec::new(), now.at)?;
            let mut set = ChangeSet::new(now);
            set.contracts.push(change);
            match store.commit(*lender, set) {
                Ok(_) => {}
                Err(error) if error.is_conflict() => continue,
                Err(error) => return Err(error.into()),
            }
        }
        delivery::sign(shared)?;
    }
    Err(Broken::NoGrant)
}
