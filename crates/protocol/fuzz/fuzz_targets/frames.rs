//! `cargo +nightly fuzz run frames`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_protocol_fuzz::targets::frames(bytes));
