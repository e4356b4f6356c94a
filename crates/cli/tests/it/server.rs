//! `serve` as a process: what it says when it can't start.

use std::net::TcpListener;

use crate::run::run;

#[test]
fn a_busy_port_is_one_clear_sentence() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let dir = dir.path().to_str().expect("the path is text");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = taken.local_addr().expect("its address").to_string();
    let ran = run(&["serve", "--data-dir", dir, "--listen", &addr]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(
        ran.err.contains(&addr) && ran.err.contains("free port"),
        "{}",
        ran.err
    );
}

#[test]
fn an_unwritable_directory_is_one_clear_sentence() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    // A file stands where the directory should be: nobody, not even root, can write into it.
    let file = dir.path().join("file");
    std::fs::write(&file, "").expect("the folder can be written");
    let inside = file.join("data");
    let inside = inside.to_str().expect("the path is text");
    for command in ["serve", "demo"] {
        let demo = crate::run::text_of(&crate::run::workspace().join("demo"));
        let words = [
            command,
            "--data-dir",
            inside,
            "--listen",
            "127.0.0.1:0",
            "--demo-dir",
            &demo,
        ];
        let words = if command == "demo" {
            &words[..]
        } else {
            &words[..5]
        };
        let ran = run(words);
        assert_eq!(ran.code, 3, "{command}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{command}: {}", ran.err);
        assert!(
            ran.err.contains(inside) && ran.err.contains("writable"),
            "{}",
            ran.err
        );
    }
}
