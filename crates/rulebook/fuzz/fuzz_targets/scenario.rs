//! `cargo +nightly fuzz run scenario`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_rulebook_fuzz::scenario::run(bytes));
