//! Runs the built binary and checks its exit code, its stdout and its one line of stderr.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a call left behind.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs `fairlock` with these words, without any `FAIRLOCK_` variable of the caller.
pub fn run(words: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlock"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("FAIRLOCK_")) {
        command.env_remove(name);
    }
    let Output {
        status,
        stdout,
        stderr,
    } = command.args(words).output().expect("the binary was built");
    Ran {
        code: status.code().expect("it ended by itself"),
        out: String::from_utf8(stdout).expect("stdout is text"),
        err: String::from_utf8(stderr).expect("stderr is text"),
    }
}

/// A wrong input: exit 2, nothing on stdout, and a last line that says these words.
pub fn check_refused(words: &[&str], says: &[&str]) {
    let ran = run(words);
    assert_eq!(ran.code, 2, "{words:?}: {}", ran.err);
    assert_eq!(ran.out, "", "{words:?}");
    for word in says {
        assert!(
            ran.err.contains(word),
            "{words:?}: {word:?} not in {}",
            ran.err
        );
    }
}

/// The workspace's folder.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file with this text in a folder.
pub fn file(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    std::fs::write(&path, text).expect("the folder can be written");
    text_of(&path)
}

pub fn text_of(path: &Path) -> String {
    path.to_str().expect("the path is text").to_string()
}
