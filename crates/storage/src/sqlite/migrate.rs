//! Migrations: ordered SQL files, each run once, none ever edited.
//!
//! The checksum guards against an edited file, not against a forger: FNV-1a is enough.

use rusqlite::{Connection, TransactionBehavior};

use super::db::failure;
use crate::error::StoreError;

/// Every migration, oldest first; its number is its place here, from 1.
pub(super) const MIGRATIONS: &[(&str, &str)] = &[
    (
        "0001_first",
        include_str!("../../migrations/sqlite/0001_first.sql"),
    ),
    (
        "0002_bank_statements",
        include_str!("../../migrations/sqlite/0002_bank_statements.sql"),
    ),
    (
        "0003_statistics",
        include_str!("../../migrations/sqlite/0003_statistics.sql"),
    ),
    (
        "0004_loan_entries",
        include_str!("../../migrations/sqlite/0004_loan_entries.sql"),
    ),
    (
        "0005_outbox",
        include_str!("../../migrations/sqlite/0005_outbox.sql"),
    ),
    (
        "0006_pack_texts",
        include_str!("../../migrations/sqlite/0006_pack_texts.sql"),
    ),
    (
        "0007_particulars",
        include_str!("../../migrations/sqlite/0007_particulars.sql"),
    ),
    (
        "0008_typed_codes",
        include_str!("../../migrations/sqlite/0008_typed_codes.sql"),
    ),
    (
        "0009_feed_health",
        include_str!("../../migrations/sqlite/0009_feed_health.sql"),
    ),
    (
        "0010_matching",
        include_str!("../../migrations/sqlite/0010_matching.sql"),
    ),
    (
        "0011_phones",
        include_str!("../../migrations/sqlite/0011_phones.sql"),
    ),
    (
        "0012_enquiries",
        include_str!("../../migrations/sqlite/0012_enquiries.sql"),
    ),
    (
        "0013_requests",
        include_str!("../../migrations/sqlite/0013_requests.sql"),
    ),
    (
        "0014_cash",
        include_str!("../../migrations/sqlite/0014_cash.sql"),
    ),
    (
        "0013_reconciliation",
        include_str!("../../migrations/sqlite/0013_reconciliation.sql"),
    ),
];

const CREATE: &str = "
    CREATE TABLE IF NOT EXISTS migrations (
        no        INTEGER PRIMARY KEY,
        name      TEXT    NOT NULL,
        checksum  INTEGER NOT NULL
    )";
const RAN: &str = "SELECT no, name, checksum FROM migrations ORDER BY no";
const RECORD: &str = "INSERT INTO migrations (no, name, checksum) VALUES (?1, ?2, ?3)";

/// Runs what hasn't run, all in one transaction, after checking what has.
pub(super) fn run(conn: &mut Connection) -> Result<(), StoreError> {
    run_these(conn, MIGRATIONS)
}

fn run_these(conn: &mut Connection, all: &[(&str, &str)]) -> Result<(), StoreError> {
    let broken = |e| failure("migrate", e, std::time::Duration::ZERO);
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate);
    let tx = tx.map_err(broken)?;
    tx.execute_batch(CREATE).map_err(broken)?;
    let ran = check(&tx, all)?;
    for (no, (name, sql)) in (1_u32..).zip(all).skip(ran) {
        tx.execute_batch(sql).map_err(|e| StoreError::Engine {
            operation: format!("migration {name}"),
            cause: e.to_string(),
        })?;
        let row = (no, name, checksum(sql));
        tx.execute(RECORD, row).map_err(broken)?;
    }
    tx.commit().map_err(broken)
}

/// How many have run; each must be the one that ran.
fn check(conn: &Connection, all: &[(&str, &str)]) -> Result<usize, StoreError> {
    let broken = |e| failure("migrate", e, std::time::Duration::ZERO);
    let mut statement = conn.prepare(RAN).map_err(broken)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, u32>(0)?, row.get(1)?, row.get::<_, i64>(2)?))
    });
    let mut ran = 0;
    for row in rows.map_err(broken)? {
        let (no, name, sum): (u32, String, i64) = row.map_err(broken)?;
        match all.get(ran) {
            Some((known, sql)) if *known == name && checksum(sql) == sum => ran += 1,
            Some(_) => return Err(StoreError::MigrationChanged { no, name }),
            None => {
                let known = u32::try_from(all.len()).unwrap_or(u32::MAX);
                return Err(StoreError::SchemaTooNew { found: no, known });
            }
        }
    }
    Ok(ran)
}

/// FNV-1a, 64 bits.
fn checksum(sql: &str) -> i64 {
    let hash = sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.cast_signed()
}

/// A connection with the newest schema, for tests of statements.
#[cfg(test)]
pub(crate) fn migrated_in_memory() -> Connection {
    let mut conn = Connection::open_in_memory().expect("memory is there");
    run(&mut conn).expect("the migrations run on an empty database");
    conn
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: (&str, &str) = ("0001_first", "CREATE TABLE a (x INTEGER) STRICT");
    const SECOND: (&str, &str) = ("0002_second", "ALTER TABLE a ADD COLUMN y INTEGER");

    fn ran(all: &[(&str, &str)]) -> Connection {
        let mut conn = Connection::open_in_memory().expect("memory is there");
        run_these(&mut conn, all).expect("they run");
        conn
    }

    #[test]
    fn each_runs_once_and_later_ones_follow() {
        let mut conn = ran(&[FIRST]);
        run_these(&mut conn, &[FIRST]).expect("nothing is left to run");
        run_these(&mut conn, &[FIRST, SECOND]).expect("the second runs");
        conn.prepare("SELECT x, y FROM a").expect("both ran");
    }

    #[test]
    fn an_edited_one_is_refused() {
        let mut conn = ran(&[FIRST]);
        let edited = (FIRST.0, "CREATE TABLE a (x TEXT) STRICT");
        let refused = StoreError::MigrationChanged {
            no: 1,
            name: FIRST.0.into(),
        };
        assert_eq!(run_these(&mut conn, &[edited]), Err(refused));
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let mut conn = ran(&[FIRST, SECOND]);
        let refused = StoreError::SchemaTooNew { found: 2, known: 1 };
        assert_eq!(run_these(&mut conn, &[FIRST]), Err(refused));
    }

    #[test]
    fn one_that_fails_leaves_nothing() {
        let mut conn = Connection::open_in_memory().expect("memory is there");
        let broken = ("0002_broken", "CREATE TABLE b (x INTEGER); SELECT nonsense");
        run_these(&mut conn, &[FIRST, broken]).expect_err("the second can't run");
        conn.prepare("SELECT x FROM a")
            .expect_err("the first was undone with it");
    }

    #[test]
    fn notices_of_before_the_outbox_go_on_in_it() {
        let mut conn = ran(&MIGRATIONS[..4]);
        let old = "
            INSERT INTO notices (notice_no, lender_id, contract_id, notice, channel, due_at, text,
                                 state, attempts, next_attempt_at, last_error, settled_at)
            VALUES (1, x'00', 'C-1', 'p/n', 'sms', 5, 'old', 'waiting', 2, 9, 'busy', NULL),
                   (2, x'00', 'C-2', 'p/n', 'sms', 5, 'old', 'sent', 1, NULL, NULL, 7),
                   (3, x'00', 'C-3', 'p/n', 'sms', 5, 'old', 'failed', 8, NULL, 'no', 8),
                   (4, x'00', 'C-4', 'p/n', 'sms', 5, 'old', 'failed', 0, NULL,
                    'not due any more', 8)";
        conn.execute_batch(old).expect("the old table is there");
        run_these(&mut conn, MIGRATIONS).expect("the others run");
        let moved = "
            SELECT notice_no || ' ' || state || ' ' || coalesce(text, '-') || ' '
                   || coalesce(accepted_at, '-') || ' ' || round
            FROM outbox ORDER BY notice_no";
        let mut statement = conn.prepare(moved).expect("the new one too");
        let rows = statement.query_map([], |row| row.get::<_, String>(0));
        let rows: Vec<_> = rows.expect("it runs").map(|r| r.expect("a row")).collect();
        let expected = [
            "1 waiting - - 1",
            "2 sent old 7 1",
            "3 failed old - 1",
            "4 withdrawn old - 1",
        ];
        assert_eq!(rows, expected);
    }
    #[test]
    fn holidays_of_before_there_were_versions_are_the_first() {
        let mut conn = ran(&MIGRATIONS[..5]);
        let old = "INSERT INTO holidays VALUES (x'00', 'KE', 20000), (x'00', 'KE', 20001)";
        conn.execute_batch(old).expect("the old table is there");
        run_these(&mut conn, MIGRATIONS).expect("the others run");
        let moved = "
            SELECT calendar || ' ' || version || ' ' || day FROM holidays
            JOIN calendars USING (lender_id, calendar, version) ORDER BY day";
        let mut statement = conn.prepare(moved).expect("the new one too");
        let rows = statement.query_map([], |row| row.get::<_, String>(0));
        let rows: Vec<_> = rows.expect("it runs").map(|r| r.expect("a row")).collect();
        assert_eq!(rows, ["KE 1 20000", "KE 1 20001"]);
    }

    #[test]
    fn clearances_of_before_there_was_a_history_go_on_in_it() {
        let mut conn = ran(&MIGRATIONS[..6]);
        let old = "
            INSERT INTO clearances VALUES (x'00', 'gb', 1, 'J. Hale', 20500, 20800, x'01'),
                                          (x'00', 'gb', 2, 'J. Hale', 20801, 21000, x'02')";
        conn.execute_batch(old).expect("the old table is there");
        run_these(&mut conn, MIGRATIONS).expect("the others run");
        let moved = "
            SELECT kind || ' ' || pack || ' ' || name || ' ' || given_on || ' ' || until_day || ' '
                   || hex(opinion_sha256) || ' ' || recorded_at FROM permits ORDER BY permit_no";
        let mut statement = conn.prepare(moved).expect("the new one too");
        let rows = statement.query_map([], |row| row.get::<_, String>(0));
        let rows: Vec<_> = rows.expect("it runs").map(|r| r.expect("a row")).collect();
        let expected = [
            "clearance gb J. Hale 20500 20800 01 0",
            "clearance gb J. Hale 20801 21000 02 0",
        ];
        assert_eq!(rows, expected);
    }
}
