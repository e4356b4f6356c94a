//! What commands print, in one place: a reader that closes its end early (`… | head -1`) ends
//! nothing and breaks nothing.
//!
//! Once a reader is gone, the rest isn't said; the command runs to its end and keeps its exit code,
//! so that an import that is watched by `head` still imports. Any other failure of stdout (a full
//! disk) is told at the end, by [`failure`]. On purpose absent: `println!` and `eprintln!`, which
//! panic in both cases; clippy keeps them out of this crate.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, PoisonError};

/// Says a line on stdout, as `println!` does.
macro_rules! say {
    ($($arg:tt)*) => { $crate::out::line(format_args!($($arg)*)) };
}
pub(crate) use say;

/// Says a line on stderr, as `eprintln!` does.
macro_rules! tell {
    ($($arg:tt)*) => { $crate::out::aside(format_args!($($arg)*)) };
}
pub(crate) use tell;

/// How stdout failed first, if it did.
static FAILED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Stdout for whatever writes by itself. It never fails: what fails is kept for [`failure`].
pub struct Out;

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        keep(io::stdout().flush());
        Ok(())
    }
}

/// Writes bytes to stdout, all of them.
pub fn write(bytes: &[u8]) {
    if failed().is_none() {
        keep(io::stdout().lock().write_all(bytes));
    }
}

pub fn line(text: Arguments<'_>) {
    write(format!("{text}\n").as_bytes());
}

/// What people are told beside the answer; nobody left to read it is no failure.
pub fn aside(text: Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Flushes; the failure of stdout that a command must end with. A reader that is gone is none.
pub fn failure() -> Option<io::Error> {
    keep(io::stdout().flush());
    failed()
        .take()
        .filter(|error| error.kind() != ErrorKind::BrokenPipe)
}

fn keep(result: io::Result<()>) {
    if let Err(error) = result {
        failed().get_or_insert(error);
    }
}

fn failed() -> std::sync::MutexGuard<'static, Option<io::Error>> {
    FAILED.lock().unwrap_or_else(PoisonError::into_inner)
}
