//! The embedded database as a file: where it can stand, whose it is, who else holds it.

use std::time::Duration;

use fairlock_storage::{Options, Store, StoreError};
use rusqlite::Connection;

use crate::world::{LENDER, at, contract};

#[test]
fn a_place_that_cannot_be_written_is_one_sentence() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for path in [dir.path().join("missing/fairlock.db"), dir.path().into()] {
        let Err(error) = Store::open(&path) else {
            panic!("{} was opened", path.display());
        };
        assert_eq!(error.code(), "unwritable");
        let text = error.to_string();
        assert!(text.starts_with(&path.display().to_string()), "{text}");
        assert!(text.ends_with("expected a writable directory"), "{text}");
    }
}

#[test]
fn a_file_that_is_no_database_stays_untouched() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("notes.txt");
    let text = "this is not a database, but it is longer than a header of one hundred bytes; \
                and it must stay what it is, to the last byte of it";
    std::fs::write(&path, text).expect("writable");
    let refused = Store::open(&path).err().expect("refused");
    assert_eq!(refused.code(), "not_a_database");
    assert_eq!(std::fs::read_to_string(&path).expect("readable"), text);
}

#[test]
fn another_program_s_database_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("other.db");
    let other = Connection::open(&path).expect("writable");
    other.execute_batch("CREATE TABLE t (x)").expect("writable");
    let refused = Store::open(&path).err().expect("refused");
    assert_eq!(refused.code(), "not_a_database");
}

#[test]
fn an_edited_migration_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("fairlock.db");
    drop(Store::open(&path).expect("writable"));
    let other = Connection::open(&path).expect("writable");
    let edit = "UPDATE migrations SET checksum = checksum + 1 WHERE no = 1";
    other.execute_batch(edit).expect("writable");
    drop(other);
    let refused = Store::open(&path).err().expect("refused");
    let name = "0001_first".into();
    assert_eq!(refused, StoreError::MigrationChanged { no: 1, name });
}

#[test]
fn a_database_that_another_process_holds_is_busy_not_broken() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("fairlock.db");
    let busy_timeout = Duration::from_millis(1);
    let options = Options {
        busy_timeout,
        ..Options::default()
    };
    let store = Store::open_with(&path, options).expect("writable");
    let other = Connection::open(&path).expect("writable");
    other.execute_batch("BEGIN IMMEDIATE").expect("free");

    let import = || store.import_contracts(LENDER, vec![contract("C-1")], at(0));
    let busy = StoreError::Busy { waited_ms: 1 };
    assert_eq!(import(), Err(busy.into()));
    // Readers don't wait for it.
    assert!(store.contract(LENDER, "C-1").expect("readable").is_none());

    other.execute_batch("ROLLBACK").expect("held");
    assert_eq!(import().expect("free again").added, 1);
}

#[test]
fn what_was_written_is_there_after_the_last_handle_is_gone() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path().join("fairlock.db");
    let store = Store::open(&path).expect("writable");
    let twin = store.clone();
    drop(store);
    twin.import_contracts(LENDER, vec![contract("C-1")], at(0))
        .expect("importable");
    drop(twin);
    let again = Store::open(&path).expect("writable");
    assert!(again.contract(LENDER, "C-1").expect("readable").is_some());
}
