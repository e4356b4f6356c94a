//! Integration tests of fairlock-domain: money and calendar by tables and laws, the engine by
//! stories.

mod business;
mod calendar;
mod daycount;
mod delinquency;
mod duties;
mod explain;
mod fineract;
#[path = "../../fuzz/src/lib.rs"]
mod fuzzed;
mod ledger;
mod loan_laws;
mod loanmath;
mod matching;
mod money;
mod payment;
mod payoff;
mod plan;
mod prepaid;
mod samples;
mod schedules;
mod steps;
