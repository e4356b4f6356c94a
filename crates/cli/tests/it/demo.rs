//! A database to look at: twenty days of the demo, made once for all tests that only read it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::run::{run, text_of, workspace};

/// An instant after everything that happened in it.
pub const LAST: &str = "2026-03-23T00:00:00Z";

/// A contract that is locked at the end, with notices, grants and reports.
pub const LOCKED: &str = "C-1027";

/// One that rose, was paid, and rose again: a contract with many decisions.
pub const UP_AND_DOWN: &str = "C-1024";

/// The data directory; the folder goes with the process.
pub fn data_dir() -> &'static str {
    static MADE: OnceLock<(tempfile::TempDir, String)> = OnceLock::new();
    let (_, dir) = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let dir = text_of(&folder.path().join("data"));
        let demo = text_of(&demo_folder());
        let ran = run(&[
            "demo",
            "--exit",
            "--days",
            "20",
            "--seed",
            "7",
            "--data-dir",
            &dir,
            "--demo-dir",
            &demo,
            "--listen",
            "127.0.0.1:0",
        ]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        (folder, dir)
    });
    dir
}

fn demo_folder() -> PathBuf {
    workspace().join(Path::new("demo"))
}
