//! What the fuzz target does with its bytes; the corpus is replayed through it by the tests.

pub mod step;
