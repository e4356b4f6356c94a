//! Integration tests of fairlock-storage.
