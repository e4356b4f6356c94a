//! `cargo +nightly fuzz run stripe`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_intake_fuzz::callbacks::stripe_events(bytes));
