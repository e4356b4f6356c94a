//! `cargo +nightly fuzz run table`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_intake_fuzz::tables::table(bytes));
