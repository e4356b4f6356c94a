//! `cargo xtask vectors`: writes the protocol's test vectors, or lets the second reader verify them.
//!
//! The reader is Python with three packages of the index, in an environment of its own outside the
//! tree: `fairlock/vectors-...` under FAIRLOCK_CACHE_DIR, XDG_CACHE_HOME or ~/.cache. Where there is
//! no Python or the index can't be reached it is skipped, loudly, and that is no failure; a vector
//! that the reader sees otherwise is. On purpose absent: Python for anything else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

const READER: &str = "crates/protocol/vectors/reader";

/// Writes the vectors from what the code gives.
pub fn write(root: &Path) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "test",
            "--quiet",
            "-p",
            "fairlock-protocol",
            "--test",
            "vectors",
        ])
        .env("FAIRLOCK_WRITE_VECTORS", "1")
        .current_dir(root)
        .status();
    match status {
        Ok(status) if status.success() => {
            println!(
                "vectors: written to crates/protocol/vectors; look at the difference before you commit it"
            );
            ExitCode::SUCCESS
        }
        _ => ExitCode::FAILURE,
    }
}

/// Lets the Python reader verify the committed vectors.
pub fn verify(root: &Path) -> ExitCode {
    let python = match environment(root) {
        Ok(python) => python,
        Err(why) => {
            println!("!! SKIPPED: the second reader of the test vectors. {why}");
            return ExitCode::SUCCESS;
        }
    };
    // -B: nothing is written beside the sources.
    let status = Command::new(python)
        .arg("-B")
        .arg(root.join(READER).join("reader.py"))
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("vectors: the reader can't be run: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The Python of an environment that has what the reader needs; made on the first call, and anew
/// when the requirements change.
fn environment(root: &Path) -> Result<PathBuf, String> {
    let requirements = root.join(READER).join("requirements.txt");
    let wanted = fs::read_to_string(&requirements)
        .map_err(|error| format!("{}: {error}", requirements.display()))?;
    let name: String = wanted
        .chars()
        .map(|one| {
            if one.is_ascii_alphanumeric() || one == '.' {
                one
            } else {
                '-'
            }
        })
        .collect();
    let folder = cache()?.join(format!("vectors-{}", name.trim_matches('-')));
    let (python, ready) = (folder.join("bin/python"), folder.join("ready"));
    if ready.exists() {
        return Ok(python);
    }
    let folder_text = folder.to_string_lossy();
    run("python3", &["-m", "venv", "--clear", &folder_text])?;
    let requirements = requirements.to_string_lossy();
    let quick = ["--timeout", "15", "--retries", "1"];
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    let what = ["-r", &*requirements];
    run(
        &python.to_string_lossy(),
        &[&install[..], &quick, &what].concat(),
    )?;
    fs::write(&ready, "").map_err(|error| format!("{}: {error}", ready.display()))?;
    Ok(python)
}

fn cache() -> Result<PathBuf, String> {
    let of = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let base = of("FAIRLOCK_CACHE_DIR")
        .or_else(|| of("XDG_CACHE_HOME"))
        .or_else(|| of("HOME").map(|home| home.join(".cache")))
        .ok_or("No place for its packages: set FAIRLOCK_CACHE_DIR.")?;
    Ok(base.join("fairlock"))
}

/// Runs a command in silence; its last words when it fails.
fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program} can't be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().rfind(|line| !line.trim().is_empty());
    let arguments = arguments.join(" ");
    Err(format!(
        "{program} {arguments}: {}",
        last.unwrap_or("failed")
    ))
}
