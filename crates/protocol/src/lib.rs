//! Grants, charters, reports and tokens: encode, decode, verify, and the level function.
