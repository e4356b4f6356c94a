//! The bank and the operator: files dropped into the watched folder, confirmations posted.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::DemoError;
use crate::world::Http;

/// Where the outside world delivers to.
pub struct Bank {
    folder: PathBuf,
    callback_url: String,
    http: Http,
}

impl Bank {
    pub fn new(folder: PathBuf, callback_url: String) -> Bank {
        Bank {
            folder,
            callback_url,
            http: Http::default(),
        }
    }

    /// Drops a file as a careful bank does: written under another name, renamed into place.
    pub fn drop_file(&self, name: &str, bytes: &[u8]) -> Result<(), DemoError> {
        place(&self.folder, name, bytes).map_err(|error| {
            let path = self.folder.join(name);
            DemoError::World(format!("{}: {error}", path.display()))
        })
    }

    /// Posts a confirmation as the operator does. Any answer is fine with an operator; one that
    /// isn't "accepted" is worth telling.
    pub async fn post_callback(&self, body: &[u8]) -> Result<Option<String>, DemoError> {
        let answer = self
            .http
            .post(&self.callback_url, "application/json", body.to_vec())
            .await
            .map_err(|error| DemoError::World(error.to_string()))?;
        let accepted = answer.status == 200;
        Ok((!accepted).then(|| format!("a confirmation was answered with {}", answer.status)))
    }
}

/// Writes a file beside its place, dates it like a copy that keeps its source's time (so that the
/// rename is visibly later than the last write), and renames it.
fn place(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let part = folder.join(format!("{name}.part"));
    let mut file = File::create(&part)?;
    file.write_all(bytes)?;
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1))?;
    drop(file);
    fs::rename(&part, folder.join(name))
}
