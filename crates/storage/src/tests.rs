//! Every statement of this crate is prepared, none stands outside the lists, and none but the
//! proof's reads a whole table.

use std::path::Path;

use crate::sqlite::Sql;
use crate::{
    audit, bank_statements, books, budget, commit, contracts, decisions, devices, events, facts,
    feeds, grants, import, inbox, lists, notices, pages, payments, portfolio, proof, reports,
    reviews, suspense, totals,
};

/// The lists of all modules: a module that declares statements stands here.
const LISTS: &[&[(&str, Sql)]] = &[
    audit::STATEMENTS,
    bank_statements::STATEMENTS,
    books::STATEMENTS,
    budget::STATEMENTS,
    commit::STATEMENTS,
    contracts::STATEMENTS,
    decisions::STATEMENTS,
    devices::STATEMENTS,
    events::STATEMENTS,
    facts::STATEMENTS,
    feeds::STATEMENTS,
    grants::STATEMENTS,
    import::STATEMENTS,
    inbox::STATEMENTS,
    lists::all::STATEMENTS,
    lists::by_device::STATEMENTS,
    lists::by_feed::STATEMENTS,
    lists::by_hold::STATEMENTS,
    lists::by_level::STATEMENTS,
    notices::STATEMENTS,
    pages::STATEMENTS,
    payments::STATEMENTS,
    portfolio::STATEMENTS,
    proof::STATEMENTS,
    reports::STATEMENTS,
    reviews::STATEMENTS,
    suspense::STATEMENTS,
    totals::STATEMENTS,
];

#[test]
fn every_statement_prepares_on_the_schema() {
    let conn = crate::sqlite::migrated_in_memory();
    for (name, sql) in LISTS.iter().flat_map(|list| list.iter()) {
        if let Err(error) = conn.prepare(sql.text()) {
            panic!("{name}: {error}\n{}", sql.text());
        }
    }
}

#[test]
fn no_statement_stands_outside_the_lists() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut declared = 0;
    for entry in std::fs::read_dir(&src).expect("the crate's sources are there") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() || path.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a readable source");
        declared += text.matches("statements! { \"").count();
        declared += text.matches("\ndriven!(").count();
    }
    // The macro that makes the lists of `lists` declares once for all its drivers.
    assert_eq!(declared, LISTS.len() + 1);
}

#[test]
fn only_the_proof_reads_whole_tables() {
    let conn = crate::sqlite::migrated_in_memory();
    let scanned = |sql: &Sql| {
        let explain = format!("EXPLAIN QUERY PLAN {}", sql.text());
        let mut statement = conn.prepare(&explain).expect("it prepares");
        let nulls = vec![rusqlite::types::Null; statement.parameter_count()];
        let steps = statement
            .query_map(rusqlite::params_from_iter(nulls), |row| {
                row.get::<_, String>(3)
            })
            .expect("it explains itself");
        let tables = steps.map(|step| step.expect("a step")).filter(|step| {
            let of = step.strip_prefix("SCAN ");
            // A subquery's rows were found by an index; `led` is one row of parameters.
            of.is_some_and(|of| !of.starts_with("(subquery") && of != "CONSTANT ROW" && of != "led")
        });
        tables.collect::<Vec<_>>()
    };
    for (name, sql) in LISTS.iter().flat_map(|list| list.iter()) {
        let proof = proof::STATEMENTS
            .iter()
            .any(|(_, p)| p.text() == sql.text());
        if !proof {
            assert_eq!(scanned(sql), [""; 0], "{name}: {}", sql.text());
        }
    }
}
