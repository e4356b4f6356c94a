//! Readers that go away early, and a stdout that can't be written.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use rstest::rstest;

use crate::run::{text_of, workspace};

fn fairlock(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlock"));
    command.args(words).stderr(Stdio::piped());
    command
}

/// Reads one line of a command and goes away, before it says more than fits a pipe or the rest of
/// what it has to say; it says nothing of that, and ends as it would have.
#[rstest]
#[case(&["rules", "list"], 0)]
#[case(&["rules", "list", "--json"], 0)]
#[case(&["rules", "show", "strict-default"], 0)]
#[case(&["rules", "show", "--composed", "nz,strict-default"], 0)]
#[case(&["replay", "SCENARIO"], 0)]
#[case(&["rules", "lint", "BROKEN"], 1)]
fn a_reader_that_goes_away_is_no_failure(#[case] words: &[&str], #[case] code: i32) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let broken = dir.path().join("broken");
    std::fs::create_dir_all(broken.join("x")).expect("the folder can be written");
    let pack = broken.join("x/pack.toml");
    std::fs::write(pack, "nonsense = 1").expect("the folder can be written");
    let scenario = workspace().join("crates/rulebook/packs/sandbox/scenarios");
    let named = |word: &&str| match *word {
        "BROKEN" => text_of(&broken),
        "SCENARIO" => {
            let mut files: Vec<_> = std::fs::read_dir(&scenario)
                .expect("scenarios")
                .map(|entry| entry.expect("a file").path())
                .filter(|path| path.extension().is_some_and(|end| end == "json"))
                .collect();
            files.sort();
            text_of(&files[0])
        }
        word => word.to_string(),
    };
    let words: Vec<String> = words.iter().map(named).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // Nobody reads from the start: the first write fails already.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let ran = fairlock(&words).stdout(writer).output().expect("it runs");
    let err = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(code), "{words:?}: {err}");
    assert!(!err.contains("panicked") && !err.contains("pipe"), "{err}");
}

#[test]
fn the_first_line_comes_whole() {
    let mut child = fairlock(&["rules", "list"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut lines = BufReader::new(child.stdout.take().expect("its stdout"));
    let mut first = String::new();
    lines.read_line(&mut first).expect("a line");
    assert!(first.ends_with('\n') && first.len() > 5, "{first:?}");
    drop(lines);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let mut err = String::new();
    let mut stderr = child.stderr.take().expect("its stderr");
    stderr.read_to_string(&mut err).expect("text");
    assert_eq!(err, "");
}

#[test]
fn nobody_who_reads_stderr_is_no_failure_either() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairlock"));
    let ran = command
        .args(["rules", "show", "no-such-pack"])
        .stderr(writer);
    assert_eq!(ran.output().expect("it runs").status.code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = std::fs::File::create("/dev/full").expect("Linux has it");
    let ran = fairlock(&["rules", "list"]).stdout(full).output();
    let ran = ran.expect("it runs");
    let err = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(3), "{err}");
    assert!(err.starts_with("fairlock: stdout: can't write"), "{err}");
}
