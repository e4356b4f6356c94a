//! `cargo +nightly fuzz run momo`, in the folder above this crate.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fairlock_intake_fuzz::callbacks::momo_answers(bytes));
