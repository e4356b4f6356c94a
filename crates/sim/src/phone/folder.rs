//! A phone's flash: small files that are replaced whole, never half.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Whether a write waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Survives a power cut, as a real phone's state must.
    Synced,
    /// Survives the process: enough for the demo's phones, which share one disk by the dozen and
    /// end with the machine anyway.
    Written,
}

/// The folder of one phone.
#[derive(Clone)]
pub struct Folder {
    dir: PathBuf,
    durability: Durability,
}

impl Folder {
    /// Opens a folder, making it when it isn't there.
    pub fn open(dir: &Path, durability: Durability) -> io::Result<Folder> {
        fs::create_dir_all(dir)?;
        Ok(Folder {
            dir: dir.to_path_buf(),
            durability,
        })
    }

    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// The content of a file; None when there is none.
    pub fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.dir.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces a file whole: a cut leaves the old content or the new.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let new = self.dir.join(format!("{name}.new"));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(bytes)?;
        if self.durability == Durability::Synced {
            file.sync_all()?;
        }
        fs::rename(&new, self.dir.join(name))?;
        if self.durability == Durability::Synced {
            File::open(&self.dir)?.sync_all()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        for durability in [Durability::Synced, Durability::Written] {
            let folder = Folder::open(&dir.path().join("phone"), durability).unwrap();
            folder.replace("state", b"one, longer").unwrap();
            folder.replace("state", b"two").unwrap();
            assert_eq!(folder.read("state").unwrap().as_deref(), Some(&b"two"[..]));
            assert_eq!(folder.read("absent").unwrap(), None);
        }
    }
}
