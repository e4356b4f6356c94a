//! Everything that is signed between a lender's server and a phone, and the one function that
//! says which level applies: grants, charters, key sets, contact tokens, reports, enrolment
//! messages and channel frames, over deterministic CBOR and COSE.
//!
//! Pure: bytes and instants in, values or a closed error out. No clock, no keys, no randomness,
//! no I/O. What counts as failure: anything that is not byte for byte what this crate would have
//! written itself. On purpose absent: serde, tags, floats, null, any key that isn't in the lists
//! of `docs/protocol.md`, and the making of signatures (callers sign [`cose::to_be_signed`]).
#![no_std]

extern crate alloc;

pub mod cbor;
pub mod wire;

pub mod ids;
pub mod level;

pub mod p256;

pub mod cose;

pub mod cap;
pub mod channel;
pub mod charter;
pub mod contact;
pub mod enrol;
pub mod grant;
pub mod keyset;
pub mod log;
pub mod refusal;
pub mod report;

pub mod compare;
pub mod in_force;
pub mod moment;
pub mod verify;

pub use charter::Charter;
pub use cose::Alg;
pub use grant::{Grant, Guards, Lapse, Notice, Step, Warrant, Window};
pub use ids::{Binding, Kid, kid, sha256};
pub use in_force::InForce;
pub use keyset::{KeySet, Role};
pub use level::Level;
pub use moment::Moment;
pub use report::Report;
