//! The watched folder: which files in it are whole, and where they go when they are read.
//!
//! A bank's software drops files here, at best by renaming them into place, at worst by writing
//! them slowly. A file is taken when it can't grow any more as far as anyone can see: when
//! something touched it after its last write (a rename, or the end of a copy), or when it stood
//! still for [`STILL_NS`]. Names that begin with a dot or end in `.part` are never looked at.
//! A file that is taken is first stored, then read, then moved to `done/` or `failed/` in the
//! same folder, with a text beside it when there is something to say.
//!
//! Failure is a file taken half (it would be refused as cut off, and the bank would have to send
//! it again) or left lying without a word. On purpose absent: folders in the folder, links, and
//! files that another program still holds open in a way that no metadata shows.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A file that nothing touched after its last write counts as whole after so much real time
/// without a change: slow copies over a network write at least once a second.
pub const STILL_NS: u64 = 2_000_000_000;

/// The largest file that is read; the limit of every statement source.
pub const FILE_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Files of one name that `done/` and `failed/` can hold before a person must tidy up.
const SAME_NAME_MAX: u32 = 10_000;

/// What is remembered of files that aren't whole yet: their size, last write, and since when
/// both stand still, on the real monotonic clock.
#[derive(Default)]
pub struct Looks(BTreeMap<PathBuf, Look>);

#[derive(Clone, Copy)]
struct Look {
    size: u64,
    written_ns: (i64, i64),
    since_ns: u64,
}

/// What lies in the folder, sorted by name: banks number their files.
pub struct Found {
    pub whole: Vec<PathBuf>,
    /// Files that may still grow.
    pub growing: u64,
}

/// Looks once.
pub fn look(dir: &Path, looks: &mut Looks, monotonic_ns: u64) -> io::Result<Found> {
    let mut seen = BTreeMap::new();
    let mut found = Found {
        whole: Vec::new(),
        growing: 0,
    };
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if !is_candidate(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let path = entry.path();
        let meta = match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_file() => meta,
            Ok(_) => continue,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let look = Look {
            size: meta.len(),
            written_ns: (meta.mtime(), meta.mtime_nsec()),
            since_ns: monotonic_ns,
        };
        let look = match looks.0.get(&path) {
            Some(old) if (old.size, old.written_ns) == (look.size, look.written_ns) => *old,
            _ => look,
        };
        let touched_since = (meta.ctime(), meta.ctime_nsec()) > look.written_ns && look.size > 0;
        if touched_since || monotonic_ns.saturating_sub(look.since_ns) >= STILL_NS {
            found.whole.push(path.clone());
        } else {
            found.growing += 1;
        }
        seen.insert(path, look);
    }
    looks.0 = seen;
    found.whole.sort();
    Ok(found)
}

fn is_candidate(name: &str) -> bool {
    !name.starts_with('.') && !name.ends_with(".part")
}

/// Reads a whole file; one that is too large isn't read at all.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let file = fs::File::open(path)?;
    let mut bytes = Vec::new();
    file.take(FILE_MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_MAX_BYTES {
        return Err(FileError::TooLarge);
    }
    Ok(bytes)
}

/// Why a file can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("larger than 64 MiB; expected at most 64 MiB")]
    TooLarge,
}

/// Where a file that was read goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Failed,
}

impl Outcome {
    fn folder(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Failed => "failed",
        }
    }

    fn text_suffix(self) -> &'static str {
        match self {
            Outcome::Done => ".note.txt",
            Outcome::Failed => ".error.txt",
        }
    }
}

/// Moves a file beside, never over another one, and writes what there is to say before it moves,
/// so that a moved file never lacks its text.
pub fn settle(path: &Path, outcome: Outcome, text: Option<&str>) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    let name = name.to_string_lossy().into_owned();
    let folder = path.with_file_name(outcome.folder());
    fs::create_dir_all(&folder)?;
    let target = free_name(&folder, &name)?;
    if let Some(text) = text {
        let mut beside = target.clone().into_os_string();
        beside.push(outcome.text_suffix());
        fs::write(beside, text)?;
    }
    fs::rename(path, &target)?;
    Ok(target)
}

/// The name, or with a number before its ending when it is taken.
fn free_name(folder: &Path, name: &str) -> io::Result<PathBuf> {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name, String::new()),
    };
    let numbered = (2..SAME_NAME_MAX).map(|n| format!("{stem}-{n}{ending}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .map(|name| folder.join(name))
        .find(|path| fs::symlink_metadata(path).is_err())
        .ok_or_else(|| ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn names(found: &Found) -> Vec<String> {
        let name = |p: &PathBuf| p.file_name().unwrap().to_string_lossy().into_owned();
        found.whole.iter().map(name).collect()
    }

    #[test]
    fn a_growing_file_is_left_alone_until_it_stands_still() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.xml");
        let mut looks = Looks::default();
        fs::write(&path, "<a>").unwrap();
        let at = |looks: &mut Looks, ns| look(dir.path(), looks, ns).unwrap();
        assert_eq!(
            (names(&at(&mut looks, 0)), at(&mut looks, 1).growing),
            (vec![], 1)
        );
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"</a>").unwrap();
        drop(file);
        assert_eq!(at(&mut looks, STILL_NS).whole.len(), 0, "it grew since");
        assert_eq!(at(&mut looks, 2 * STILL_NS - 1).whole.len(), 0);
        assert_eq!(names(&at(&mut looks, 2 * STILL_NS)), ["a.xml"]);
    }

    #[test]
    fn only_plain_files_with_final_names_are_candidates() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.xml", ".hidden", "c.xml.part", "a.xml"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        fs::create_dir(dir.path().join("done")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", dir.path().join("link.xml")).unwrap();
        let mut looks = Looks::default();
        look(dir.path(), &mut looks, 0).unwrap();
        let found = look(dir.path(), &mut looks, STILL_NS).unwrap();
        assert_eq!(names(&found), ["a.xml", "b.xml"]);
        assert_eq!(found.growing, 0);
    }

    #[test]
    fn a_file_renamed_into_place_is_taken_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let part = dir.path().join("s.xml.part");
        let path = dir.path().join("s.xml");
        fs::write(&part, "<a/>").unwrap();
        let before = fs::metadata(&part).unwrap();
        // The file system's clock is coarse: rename until its tick shows.
        loop {
            fs::rename(&part, &path).unwrap();
            let meta = fs::metadata(&path).unwrap();
            if (meta.ctime(), meta.ctime_nsec()) > (before.mtime(), before.mtime_nsec()) {
                break;
            }
            fs::rename(&path, &part).unwrap();
        }
        let found = look(dir.path(), &mut Looks::default(), 0).unwrap();
        assert_eq!(names(&found), ["s.xml"]);
    }

    #[test]
    fn a_settled_file_never_replaces_another() {
        let dir = tempfile::tempdir().unwrap();
        let put = || {
            let path = dir.path().join("s.xml");
            fs::write(&path, "<a/>").unwrap();
            path
        };
        settle(&put(), Outcome::Failed, Some("line 1")).unwrap();
        let second = settle(&put(), Outcome::Failed, Some("line 2")).unwrap();
        assert_eq!(second, dir.path().join("failed/s-2.xml"));
        let text = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
        assert_eq!(text("failed/s.xml.error.txt"), "line 1");
        assert_eq!(text("failed/s-2.xml.error.txt"), "line 2");
        assert_eq!(
            settle(&put(), Outcome::Done, None).unwrap(),
            dir.path().join("done/s.xml")
        );
    }
}
