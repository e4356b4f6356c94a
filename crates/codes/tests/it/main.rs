//! Typed codes from outside.

mod codes;
