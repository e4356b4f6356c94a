//! Integration tests of fairlock-web.
