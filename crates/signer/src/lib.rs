//! Decision in, signed grant out: its own second look at the facts, lock budget, keys.
//!
//! [`prior`] reads what a phone has, [`convert`] makes the next grant's body of a plan (with
//! `ladder`), [`sign`] looks again ([`look`]), takes from the lock budget ([`budget`]) and signs
//! with the one key that may ([`keys`]). [`charter`] and [`tokens`] make the other two objects
//! that the server's keys sign. [`ceremony`] says what the next key set lists, for the keys that
//! people hold ([`held`]) to sign.
//!
//! Failure here is a phone made stricter than law, ledger and charter allow, or one that stays
//! strict although it was freed. On purpose absent: HTTP, templates, a clock, randomness, and any
//! other way to a signature.

pub mod budget;
pub mod ceremony;
pub mod charter;
pub mod codes;
pub mod convert;
pub mod held;
pub mod keys;
mod ladder;
pub mod look;
pub mod prior;
pub mod sign;
pub mod tokens;

pub use convert::{Context, Converted, GrantBody, Prior};
pub use held::HeldKey;
pub use keys::{KeyRing, KeyRole, Seeds};
pub use look::Refusal;
pub use sign::{KeySource, Run, SignedGrant, Signer};
pub use tokens::Contact;
