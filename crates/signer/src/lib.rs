//! Decision in, signed grant out: its own second look at the facts, lock budget, keys.

pub mod budget;
pub mod keys;

pub use keys::{KeyRing, KeyRole};
