//! The demo's data directory: laid out as any installation's, so that `proof` and `explain` work
//! on it, with a mark that says that a demo made it.
//!
//! Only what the mark vouches for is ever removed: a directory of a real installation has none,
//! and is refused.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::DemoError;

/// The file that says that a demo made this directory.
const MARK: &str = "made-by-demo";

/// What a demo makes in its data directory, and `--reset` removes.
const OWN_FILES: [&str; 6] = [
    "fairlock.db",
    "fairlock.db-wal",
    "fairlock.db-shm",
    "lender",
    "keys",
    MARK,
];
const OWN_FOLDERS: [&str; 2] = ["bank", "phones"];

/// A directory that is ready for a demo.
pub struct Place {
    dir: PathBuf,
}

impl Place {
    /// Makes the directory, or takes an empty one; with `reset` removes an earlier demo's files.
    pub fn prepare(dir: &Path, reset: bool) -> Result<Place, DemoError> {
        let unwritable = |source: io::Error| DemoError::DataDir {
            path: dir.to_path_buf(),
            source,
        };
        fs::create_dir_all(dir).map_err(unwritable)?;
        let place = Place {
            dir: dir.to_path_buf(),
        };
        if reset && dir.join(MARK).exists() {
            place.remove_own().map_err(unwritable)?;
        }
        let taken = OWN_FILES.iter().chain(&OWN_FOLDERS);
        if taken.into_iter().any(|name| dir.join(name).exists()) {
            return Err(DemoError::DataDirUsed {
                path: dir.to_path_buf(),
            });
        }
        place.write_new(MARK, b"").map_err(unwritable)?;
        for folder in OWN_FOLDERS {
            fs::create_dir(dir.join(folder)).map_err(unwritable)?;
        }
        Ok(place)
    }

    /// Writes lender and keys where every command looks for them.
    pub fn write_identity(
        &self,
        lender: &[u8; 16],
        seeds: &[[u8; 32]; 5],
    ) -> Result<(), DemoError> {
        let write = || {
            self.write_new("lender", lender)?;
            self.write_new("keys", &seeds.concat())
        };
        write().map_err(|source| DemoError::DataDir {
            path: self.dir.clone(),
            source,
        })
    }

    pub fn database(&self) -> PathBuf {
        self.dir.join("fairlock.db")
    }

    /// Where the bank's files appear.
    pub fn bank(&self) -> PathBuf {
        self.dir.join("bank")
    }

    /// Where phones keep their keys and states.
    pub fn phones(&self) -> PathBuf {
        self.dir.join("phones")
    }

    fn remove_own(&self) -> io::Result<()> {
        let gone = |result: io::Result<()>| match result {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        for folder in OWN_FOLDERS {
            gone(fs::remove_dir_all(self.dir.join(folder)))?;
        }
        for file in OWN_FILES {
            gone(fs::remove_file(self.dir.join(file)))?;
        }
        Ok(())
    }

    fn write_new(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.dir.join(name))?;
        file.write_all(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_takes_an_empty_directory_and_resets_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/demo");
        let place = Place::prepare(&path, false).unwrap();
        place.write_identity(&[1; 16], &[[2; 32]; 5]).unwrap();
        fs::write(path.join("notes.txt"), "mine").unwrap();
        let again = Place::prepare(&path, false).err().unwrap();
        assert!(matches!(again, DemoError::DataDirUsed { .. }), "{again}");
        Place::prepare(&path, true).unwrap();
        assert!(!path.join("lender").exists());
        assert!(path.join("notes.txt").exists(), "not the demo's to remove");
    }

    #[test]
    fn a_real_installation_is_never_reset() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("fairlock.db"), "real").unwrap();
        let refused = Place::prepare(dir.path(), true).err().unwrap();
        assert!(
            matches!(refused, DemoError::DataDirUsed { .. }),
            "{refused}"
        );
        assert!(dir.path().join("fairlock.db").exists());
    }

    #[test]
    fn an_unwritable_directory_is_one_sentence() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        let error = Place::prepare(&dir.path().join("file/demo"), false).err();
        let text = error.unwrap().to_string();
        assert!(
            text.contains("--data-dir") && !text.contains('\n'),
            "{text}"
        );
    }
}
