//! Integration tests of fairlock-signer.
