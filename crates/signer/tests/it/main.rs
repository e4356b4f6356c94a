//! Integration tests of fairlock-signer.

mod ceremony;
mod charter;
mod codes;
mod convert;
mod kit;
mod laws;
mod signing;
mod words;
