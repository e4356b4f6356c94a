//! Sample tables that others made; they stand outside the project.

use std::path::{Path, PathBuf};

/// The folder that the environment variable names, else `below` in `../shared/samples` beside the
/// workspace. None, said loudly, when that isn't there; a folder that was named must be.
pub fn folder(variable: &str, below: &str) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(variable) {
        let named = PathBuf::from(named);
        assert!(named.is_dir(), "{variable}: no folder {}", named.display());
        return Some(named);
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let beside = workspace.join("../shared/samples").join(below);
    if beside.is_dir() {
        return Some(beside);
    }
    eprintln!(
        "SKIPPED: no samples at {}; set {variable}",
        beside.display()
    );
    None
}

/// A file of such a folder. None, said loudly, when it isn't there.
pub fn text(folder: &Path, file: &str) -> Option<String> {
    let path = folder.join(file);
    if !path.exists() {
        eprintln!("SKIPPED: no {}", path.display());
        return None;
    }
    Some(std::fs::read_to_string(&path).expect("a sample file is readable text"))
}
