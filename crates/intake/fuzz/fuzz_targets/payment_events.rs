//! `cargo +nightly fuzz run payment_events`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_intake_fuzz::callbacks::payment_events(bytes));
