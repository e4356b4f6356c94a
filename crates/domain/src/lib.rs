//! Money, calendar, contract, ledger, rules and plan: Fairlock's pure core.
