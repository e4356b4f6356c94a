//! The writer from inside: what one command of a group can do to the others.
//!
//! A first command holds the writer until the others wait in the queue, so that they form one
//! group, whatever the threads do.

use std::path::Path;
use std::sync::{Arc, Barrier};

use super::db::Sql;
use super::open::{Engine, Options};
use super::writer::Tx;
use crate::error::StoreError;

const PUT: Sql = Sql::registered(
    "holidays",
    "INSERT INTO holidays VALUES (x'01', 'KE', 1, ?1)",
);
const DAYS: Sql = Sql::registered("holidays", "SELECT day FROM holidays ORDER BY day");
const DROP_ALL: Sql = Sql::registered("holidays", "ROLLBACK");
const BROKEN: Sql = Sql::registered(
    "holidays",
    "INSERT INTO holidays VALUES (NULL, NULL, NULL, NULL)",
);

type Body = fn(&mut Tx<'_>, i32) -> Result<(), StoreError>;

fn put(tx: &mut Tx<'_>, day: i32) -> Result<(), StoreError> {
    tx.run(PUT, (day,)).map(|_| ())
}

fn put_then_fail(tx: &mut Tx<'_>, day: i32) -> Result<(), StoreError> {
    put(tx, day)?;
    tx.run(BROKEN, ()).map(|_| ())
}

fn put_then_panic(tx: &mut Tx<'_>, day: i32) -> Result<(), StoreError> {
    put(tx, day)?;
    panic!("a fault of ours");
}

/// As the engine does by itself when the disk is full.
fn put_then_lose_the_transaction(tx: &mut Tx<'_>, day: i32) -> Result<(), StoreError> {
    put(tx, day)?;
    tx.run(DROP_ALL, ()).map(|_| ())
}

fn put_then_say_fine(tx: &mut Tx<'_>, day: i32) -> Result<(), StoreError> {
    put_then_lose_the_transaction(tx, day).or(Ok(()))
}

fn engine(dir: &Path) -> Engine {
    Engine::open(&dir.join("fairlock.db"), Options::default()).expect("writable")
}

fn days(engine: &Engine) -> Vec<i32> {
    let read = engine.read("test", |db| db.all(DAYS, (), |c| c.get()));
    let read: Result<Vec<i32>, StoreError> = read;
    read.expect("readable")
}

/// Holds the writer with a command until somebody waits at the barrier too.
fn hold(engine: &Engine) -> Arc<Barrier> {
    let (begun, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (its_begun, its_go_on) = (begun.clone(), go_on.clone());
    let body = move |_: &mut Tx<'_>| -> Result<(), StoreError> {
        its_begun.wait();
        its_go_on.wait();
        Ok(())
    };
    let enqueued = engine.writer.enqueue("hold", body);
    enqueued.expect("room in the queue");
    begun.wait();
    go_on
}

/// Runs five commands in one group, the third of them `poison`: the others stay.
fn check(poison: Body) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let engine = engine(dir.path());
    let go_on = hold(&engine);
    let answers: Vec<_> = (0..5)
        .map(|day| {
            let body: Body = if day == 2 { poison } else { put };
            let command = move |tx: &mut Tx<'_>| body(tx, day);
            engine
                .writer
                .enqueue("test", command)
                .expect("room in the queue")
        })
        .collect();
    go_on.wait();
    for (day, answer) in answers.into_iter().enumerate() {
        let answer: Result<(), StoreError> = answer.recv().expect("answered");
        assert_eq!(answer.is_ok(), day != 2, "day {day}: {answer:?}");
    }
    assert_eq!(days(&engine), [0, 1, 3, 4]);
}

#[test]
fn a_command_that_fails_fails_alone() {
    check(put_then_fail);
}

#[test]
fn a_command_that_panics_fails_alone() {
    check(put_then_panic);
}

#[test]
fn a_command_that_loses_the_transaction_fails_alone() {
    check(put_then_lose_the_transaction);
}

#[test]
fn a_lost_transaction_is_never_acknowledged() {
    check(put_then_say_fine);
}

#[test]
fn a_full_queue_is_told_and_not_waited_for() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let engine = engine(dir.path());
    let go_on = hold(&engine);
    let nothing = |_: &mut Tx<'_>| -> Result<(), StoreError> { Ok(()) };
    let mut waiting = Vec::new();
    let refused = loop {
        match engine.writer.enqueue("test", nothing) {
            Ok(answer) => waiting.push(answer),
            Err(refused) => break refused,
        }
    };
    let full = StoreError::QueueFull {
        waiting: waiting.len(),
    };
    assert_eq!(refused, full);
    go_on.wait();
    for answer in waiting {
        assert_eq!(answer.recv().expect("answered"), Ok(()));
    }
}
