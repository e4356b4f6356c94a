//! Integration tests of fairlock-agent.
