//! `cargo +nightly fuzz run pack`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_rulebook_fuzz::pack::run(bytes));
