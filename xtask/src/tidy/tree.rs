//! The files that rules look at: those git knows of or would take, as text.
//!
//! Binary files (not UTF-8) are left out; vendored ones are kept for the words rule only.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::Command;

/// Paths relative to the workspace, with `/`, and their text.
pub struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads what `git ls-files` names in the folder `root`.
    pub fn read(root: &Path) -> io::Result<Tree> {
        let output = Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(root)
            .output()?;
        if !output.status.success() {
            return Err(io::Error::other(
                "git ls-files failed; expected a git checkout",
            ));
        }
        let names = String::from_utf8_lossy(&output.stdout);
        let mut files = BTreeMap::new();
        for name in names.split('\0').filter(|n| !n.is_empty()) {
            // A file that was deleted and not committed yet is listed too.
            let Ok(bytes) = std::fs::read(root.join(name)) else {
                continue;
            };
            if let Ok(text) = String::from_utf8(bytes) {
                files.insert(name.to_string(), text);
            }
        }
        Ok(Tree { files })
    }

    /// A tree of planted files.
    #[cfg(test)]
    pub fn of<const N: usize>(files: [(&str, &str); N]) -> Tree {
        let files = files.map(|(path, text)| (path.to_string(), text.to_string()));
        Tree {
            files: BTreeMap::from(files),
        }
    }

    /// Every file.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// Rust files of the crates (not of xtask), with the crate's folder name.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.files.iter().filter_map(|(path, text)| {
            let krate = path.strip_prefix("crates/")?.split('/').next()?;
            path.ends_with(".rs")
                .then_some((krate, path.as_str(), text.as_str()))
        })
    }

    /// Manifests of the crates, with the crate's folder name.
    pub fn manifests(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.files.iter().filter_map(|(path, text)| {
            let krate = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
            Some((krate, path.as_str(), text.as_str()))
        })
    }
}
