//! `cargo +nightly fuzz run step`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_agent_ffi_fuzz::step::run(bytes));
