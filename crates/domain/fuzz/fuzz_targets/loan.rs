//! `cargo +nightly fuzz run loan`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_domain_fuzz::loan::run(bytes));
