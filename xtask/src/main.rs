//! `cargo xtask tidy`: keeps the house rules that a machine can keep. `cargo xtask vectors`: the
//! protocol's test vectors, written and verified.
//!
//! Exit 0 when there is nothing to say, 1 with one line a finding (file:line, what, expected),
//! 2 for a wrong call. On purpose absent: rules that need judgement, and any dependency.

mod tidy;
mod vectors;

use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  tidy    checks crate boundaries, module order, where SQL, clocks and floats may stand,
          file sizes and headers, how much can limit a phone, and what no commit may name
  vectors writes the protocol's test vectors from what the code gives
  vectors --python
          lets the second reader verify them; needs python3, and the index once
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    match (args.next().as_deref(), args.next().as_deref()) {
        (Some("tidy"), None) => run_tidy(),
        (Some("vectors"), None) => vectors::write(&root()),
        (Some("vectors"), Some("--python")) => vectors::verify(&root()),
        (Some("--help" | "-h" | "help"), None) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        _ => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
    }
}

fn run_tidy() -> ExitCode {
    let tree = match tidy::Tree::read(&root()) {
        Ok(tree) => tree,
        Err(error) => {
            eprintln!("tidy: {error}");
            return ExitCode::from(2);
        }
    };
    let findings = tidy::check(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    let (core, phone) = tidy::sizes(&tree);
    println!("tidy: protocol and agent have {core} lines of code, all that a phone runs {phone}");
    println!(
        "tidy: {} files read, {} findings",
        tree.files().len(),
        findings.len()
    );
    ExitCode::from(u8::from(!findings.is_empty()))
}

/// The workspace's folder: xtask stands one below it.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("xtask is a folder of the workspace")
        .to_path_buf()
}
