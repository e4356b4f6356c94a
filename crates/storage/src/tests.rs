//! Every statement of this crate is prepared, none stands outside the lists, and none but
//! those that may read a whole table.

use std::path::Path;

use crate::sqlite::Sql;
use crate::{
    audit, bank_statements, books, budget, calendars, caps, cases, cash, codes, commit, console,
    contacts, contracts, decisions, device_acts, devices, enquiries, events, facts, feed_actions,
    feeds, grants, import, inbox, key_sets, lender, lines, lists, loan_entries, matching,
    money_actions, notices, pack_texts, pages, payment_changes, payments, permits, portfolio,
    proof, reconciliation, reports, requests, reviews, suspense, totals,
};

/// The lists of all modules: a module that declares statements stands here.
const LISTS: &[(&str, &[(&str, Sql)])] = &[
    ("audit", audit::STATEMENTS),
    ("bank_statements", bank_statements::STATEMENTS),
    ("books", books::STATEMENTS),
    ("budget", budget::STATEMENTS),
    ("calendars", calendars::STATEMENTS),
    ("caps", caps::STATEMENTS),
    ("cases", cases::STATEMENTS),
    ("cash", cash::STATEMENTS),
    ("codes", codes::STATEMENTS),
    ("commit", commit::STATEMENTS),
    ("console", console::STATEMENTS),
    ("contracts", contracts::STATEMENTS),
    ("decisions", decisions::STATEMENTS),
    ("device_acts", device_acts::STATEMENTS),
    ("devices", devices::STATEMENTS),
    ("enquiries", enquiries::STATEMENTS),
    ("events", events::STATEMENTS),
    ("facts", facts::STATEMENTS),
    ("feed_actions", feed_actions::STATEMENTS),
    ("feeds", feeds::STATEMENTS),
    ("grants", grants::STATEMENTS),
    ("import", import::STATEMENTS),
    ("inbox", inbox::STATEMENTS),
    ("key_sets", key_sets::STATEMENTS),
    ("lender", lender::STATEMENTS),
    ("lines", lines::STATEMENTS),
    ("lists::all", lists::all::STATEMENTS),
    ("lists::by_device", lists::by_device::STATEMENTS),
    ("lists::by_feed", lists::by_feed::STATEMENTS),
    ("lists::by_hold", lists::by_hold::STATEMENTS),
    ("lists::by_level", lists::by_level::STATEMENTS),
    ("loan_entries", loan_entries::STATEMENTS),
    ("contacts", contacts::STATEMENTS),
    ("notices", notices::STATEMENTS),
    ("pack_texts", pack_texts::STATEMENTS),
    ("pages", pages::STATEMENTS),
    ("matching", matching::STATEMENTS),
    ("money_actions", money_actions::STATEMENTS),
    ("payment_changes", payment_changes::STATEMENTS),
    ("payments", payments::STATEMENTS),
    ("permits", permits::STATEMENTS),
    ("portfolio", portfolio::STATEMENTS),
    ("proof", proof::STATEMENTS),
    ("reconciliation", reconciliation::STATEMENTS),
    ("reports", reports::STATEMENTS),
    ("requests", requests::STATEMENTS),
    ("reviews", reviews::STATEMENTS),
    ("suspense", suspense::STATEMENTS),
    ("totals", totals::STATEMENTS),
];

#[test]
fn every_statement_prepares_on_the_schema() {
    let conn = crate::sqlite::migrated_in_memory();
    for (name, sql) in LISTS.iter().flat_map(|(_, list)| list.iter()) {
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

/// Rows of a table or index that may be read whole: a page of them, or what waits at a time.
const FEW_ROWS: u64 = 10_000;

/// Statements that read a big table whole, and may: they are asked for once a day or by a person
/// who waits, or stop by themselves.
const READ_ALL: &[(&str, &str)] = &[
    ("books", "ACCOUNTS"),    // the whole chart
    ("calendars", "REVIEW"),  // new holidays
    ("pack_texts", "REVIEW"), // another text of a pack
    ("lender", "PACKS"),      // once a start
    ("permits", "PLANNED"),   // a lawyer's clearance
    ("permits", "REVIEW"),
    ("key_sets", "REVIEW_SIGNED_BY"), // a stolen key
    ("key_sets", "AT_KSV"),
    ("devices", "ALL"), // every phone
    ("devices", "COUNT"),
    ("lists::all", "COUNT"), // stops at 10,001
    ("lists::by_device", "COUNT"),
    ("audit", "LAST_POSTING"),
];

#[test]
fn every_index_has_its_statistics() {
    let conn = crate::sqlite::migrated_in_memory();
    let missing = "
        SELECT name FROM sqlite_schema
        WHERE type = 'index' AND name NOT LIKE 'sqlite_%'
          AND name NOT IN (SELECT idx FROM sqlite_stat1)";
    let mut statement = conn.prepare(missing).expect("it prepares");
    let names = statement
        .query_map([], |row| row.get::<_, String>(0))
        .expect("it runs");
    let names: Vec<_> = names.map(|name| name.expect("a name")).collect();
    assert_eq!(
        names, [""; 0],
        "a migration that adds an index adds its line of statistics"
    );
}

#[test]
fn only_what_may_reads_whole_tables() {
    let conn = crate::sqlite::migrated_in_memory();
    for (module, list) in LISTS {
        for (name, sql) in *list {
            let may = *module == "proof" || READ_ALL.contains(&(module, name));
            let whole = read_whole(&conn, *sql);
            assert!(
                may || whole.is_empty(),
                "{module} {name}: {whole:?}\n{}",
                sql.text()
            );
            let listed = READ_ALL.contains(&(module, name));
            assert!(
                !listed || !whole.is_empty(),
                "{module} {name} needs no exception"
            );
        }
    }
}

/// The steps of a statement's plan that read all rows of a big table or index: those without an
/// index, and those that know no more than the lender.
fn read_whole(conn: &rusqlite::Connection, sql: Sql) -> Vec<String> {
    let explain = format!("EXPLAIN QUERY PLAN {}", sql.text());
    let mut statement = conn.prepare(&explain).expect("it prepares");
    let nulls = vec![rusqlite::types::Null; statement.parameter_count()];
    let steps = statement
        .query_map(rusqlite::params_from_iter(nulls), |row| {
            row.get::<_, String>(3)
        })
        .expect("it explains itself");
    let steps: Vec<_> = steps.map(|step| step.expect("a step")).collect();
    let whole = |step: &String| match step.split_once(' ') {
        // A subquery's rows were found by an index; `led` is one row of parameters.
        Some(("SCAN", of)) => !of.starts_with("(subquery") && of != "CONSTANT ROW" && of != "led",
        Some(("SEARCH", _)) => {
            step.ends_with("(lender_id=?)") && rows_of(conn, sql, step) > FEW_ROWS
        }
        _ => false,
    };
    steps.into_iter().filter(whole).collect()
}

/// How many rows the statistics say that a step's index has.
fn rows_of(conn: &rusqlite::Connection, sql: Sql, step: &str) -> u64 {
    let index = match step.split_once(" INDEX ") {
        Some((_, rest)) => rest.split(' ').next().unwrap_or(rest).to_owned(),
        None => table_of(sql, step.split(' ').nth(1).unwrap_or(step)),
    };
    let stat = "SELECT stat FROM sqlite_stat1 WHERE idx = ?1";
    let stat: String = conn
        .query_row(stat, [&index], |row| row.get(0))
        .unwrap_or_else(|error| panic!("{index}: {error}"));
    let rows = stat.split(' ').next().expect("its rows");
    rows.parse().expect("a number")
}

/// The table that an alias stands for.
fn table_of(sql: Sql, alias: &str) -> String {
    let words: Vec<_> = sql.text().split_whitespace().collect();
    let named = words
        .windows(3)
        .find(|w| w[1] == "AS" && w[2].trim_end_matches(')') == alias);
    named
        .map_or(alias, |w| w[0].trim_start_matches('('))
        .to_owned()
}
