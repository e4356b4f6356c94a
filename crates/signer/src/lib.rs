//! Decision in, signed grant out: its own second look at the facts, lock budget, keys.

pub mod budget;
pub mod convert;
pub mod keys;
mod ladder;
pub mod look;
pub mod prior;
pub mod sign;

pub use convert::{Context, Converted, GrantBody, Prior};
pub use keys::{KeyRing, KeyRole};
pub use look::Refusal;
pub use sign::{Run, SignedGrant, Signer};
