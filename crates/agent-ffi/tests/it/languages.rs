//! A C program and a Java program, compiled here, go through the story against the library.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::story;

/// Where Cargo put the library of this build.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap();
    let library = folder.join("libfairlock_agent_ffi.so");
    assert!(library.is_file(), "expected {}", library.display());
    folder.to_path_buf()
}

fn has(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What the program printed, if it went well and had no complaint.
fn run(program: &str, args: &[OsString]) -> String {
    let output = Command::new(program).args(args).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let (said, complaint) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success() && complaint.is_empty(),
        "{program} {args:?}: {}\n{said}{complaint}",
        output.status
    );
    said.into_owned()
}

fn check_story(program: &str, args: &[OsString]) {
    let calls = story::calls().len();
    assert_eq!(run(program, args), format!("{calls} calls\n"));
}

#[test]
fn c_goes_through_the_story() {
    if !has("cc") {
        eprintln!("SKIPPED: the call from C: no C compiler (cc)");
        return;
    }
    let library = library();
    let mut rpath = OsString::from("-Wl,-rpath,");
    rpath.push(&library);
    check_c(&[
        "-L".into(),
        library.into(),
        "-lfairlock_agent_ffi".into(),
        rpath,
    ]);
}

/// Compiles the C program with these arguments behind its own, and runs it.
fn check_c(link: &[OsString]) {
    let work = tempfile::tempdir().unwrap();
    let (program, recorded) = (work.path().join("story"), work.path().join("story.bin"));
    std::fs::write(&recorded, story::file()).unwrap();
    let flags = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Werror"];
    let mut args: Vec<OsString> = flags.map(OsString::from).to_vec();
    args.extend([
        "-I".into(),
        source("include").into(),
        source("tests/c/story.c").into(),
        "-o".into(),
        program.clone().into(),
    ]);
    args.extend_from_slice(link);
    run("cc", &args);
    check_story(program.to_str().unwrap(), &[recorded.into()]);
}

/// All that the phone's library may want of others: four functions that a compiler may call for
/// any code (`compiler-builtins-mem` has them on a phone), and what this machine's ready-made core
/// needs to unwind.
const WANTED: [&str; 7] = [
    "_Unwind_Resume",
    "bcmp",
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "rust_eh_personality",
];

/// The archive with the feature `phone`: `./test` builds it and names it here.
#[test]
fn the_phone_s_library_goes_through_the_story() {
    let Some(archive) = std::env::var_os("FAIRLOCK_AGENT_PHONE") else {
        eprintln!("SKIPPED: the phone's library: FAIRLOCK_AGENT_PHONE doesn't name its archive");
        return;
    };
    check_c(&[source("tests/c/personality.c").into(), archive.clone()]);
    let work = tempfile::tempdir().unwrap();
    let shared = work.path().join("lib.so");
    let mut link: Vec<OsString> = ["-shared", "-nostdlib", "-Wl,--gc-sections"]
        .map(OsString::from)
        .to_vec();
    let exports = [
        "fairlock_agent_step",
        "fairlock_agent_version",
        "Java_org_fairlock_agent_Native_step",
        "Java_org_fairlock_agent_Native_version",
    ];
    link.extend(exports.map(|name| format!("-Wl,-u,{name}").into()));
    let script = source("include/exports.map");
    let mut version_script = OsString::from("-Wl,--version-script=");
    version_script.push(script);
    link.extend([version_script, archive, "-o".into(), shared.clone().into()]);
    run("cc", &link);
    let symbols = run("nm", &["-D".into(), shared.clone().into()]);
    let mut given = Vec::new();
    for line in symbols.lines() {
        let mut words = line.split_whitespace().rev();
        let (name, kind) = (words.next().unwrap(), words.next().unwrap());
        match kind {
            "U" => assert!(WANTED.contains(&name), "{name} is wanted of others"),
            _ => given.push(name),
        }
    }
    given.sort_unstable_by_key(|name| name.to_lowercase());
    assert_eq!(given, exports, "all of these and nothing else");
}

#[test]
fn java_goes_through_the_story() {
    if !has("javac") {
        eprintln!("SKIPPED: the call from Java: no JDK (javac)");
        return;
    }
    let (library, work) = (library(), tempfile::tempdir().unwrap());
    let recorded = work.path().join("story.bin");
    std::fs::write(&recorded, story::file()).unwrap();
    let package = source("tests/java/org/fairlock/agent");
    let compile = [
        "-Xlint:all".into(),
        "-Werror".into(),
        "-d".into(),
        work.path().into(),
        package.join("Native.java").into(),
        package.join("Story.java").into(),
    ];
    run("javac", &compile);
    let mut path = OsString::from("-Djava.library.path=");
    path.push(library);
    // The virtual machine's own checks of what native code does complain on its output.
    let start = [
        "-Xcheck:jni".into(),
        path,
        "-cp".into(),
        work.path().into(),
        "org.fairlock.agent.Story".into(),
        recorded.into(),
    ];
    check_story("java", &start);
}
