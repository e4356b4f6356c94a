//! The watched folder: which files in it are whole, and where they go when they are read.
//!
//! A bank's software drops files here, at best by renaming them into place, at worst by writing
//! them slowly. A file is whole when it can be read to its end (no part of an XML document can),
//! or when it stood still for [`STILL_NS`]: then whatever is wrong with it stays wrong. Names that
//! begin with a dot or end in `.part` are never looked at. A file that is taken is first stored,
//! then read, then moved to `done/` or `failed/` in the same folder, with a text beside it when
//! there is something to say.
//!
//! Failure is a file taken half (it would be refused as cut off, and the bank would have to send
//! it again) or left lying without a word. On purpose absent: folders in the folder, and links.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A file that can't be read to its end counts as whole after so much real time without a
/// change: slow copies over a network write at least once a second.
pub const STILL_NS: u64 = 2_000_000_000;

/// The largest file that is read; the limit of every statement source.
pub const FILE_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Files of one name that `done/` and `failed/` can hold before a person must tidy up.
const SAME_NAME_MAX: u32 = 10_000;

/// What is remembered of the files: their size, last write, and since when both stand still, on
/// the real monotonic clock.
#[derive(Default)]
pub struct Looks(BTreeMap<PathBuf, Look>);

#[derive(Clone, Copy)]
struct Look {
    size: u64,
    written_ns: (i64, i64),
    since_ns: u64,
}

/// A file in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub path: PathBuf,
    pub age: Age,
}

/// How a file is since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// New, or changed: worth trying whether it can be read to its end.
    Changed,
    /// The same, and not for long enough.
    Waiting,
    /// Standing still for so long that it won't change any more.
    Still,
}

/// Looks once; files sorted by name, for banks number them.
pub fn look(dir: &Path, looks: &mut Looks, monotonic_ns: u64) -> io::Result<Vec<Candidate>> {
    let mut seen = BTreeMap::new();
    for path in candidates(dir)? {
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
        seen.insert(path, look);
    }
    let mut found = Vec::new();
    for (path, look) in &mut seen {
        let mut age = Age::Changed;
        if let Some(old) = looks.0.get(path)
            && (old.size, old.written_ns) == (look.size, look.written_ns)
        {
            *look = *old;
            age = match monotonic_ns.saturating_sub(old.since_ns) >= STILL_NS {
                true => Age::Still,
                false => Age::Waiting,
            };
        }
        let path = path.clone();
        found.push(Candidate { path, age });
    }
    looks.0 = seen;
    Ok(found)
}

/// How many files there are to take, now or later.
pub fn count(dir: &Path) -> io::Result<u64> {
    let is_file = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file());
    Ok(candidates(dir)?.iter().filter(|path| is_file(path)).count() as u64)
}

fn candidates(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !name.ends_with(".part") {
            paths.push(entry.path());
        }
    }
    Ok(paths)
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

    /// Names and ages at one look.
    fn at(dir: &Path, looks: &mut Looks, ns: u64) -> Vec<(String, Age)> {
        let found = look(dir, looks, ns).unwrap();
        let name = |c: Candidate| (c.path.file_name().unwrap().to_string_lossy().into(), c.age);
        found.into_iter().map(name).collect()
    }

    #[test]
    fn a_growing_file_is_new_each_time_until_it_stands_still() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.xml");
        let looks = &mut Looks::default();
        let of_a = |age| vec![("a.xml".to_owned(), age)];
        fs::write(&path, "<a>").unwrap();
        assert_eq!(at(dir.path(), looks, 0), of_a(Age::Changed));
        assert_eq!(at(dir.path(), looks, 1), of_a(Age::Waiting));
        let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"<b>").unwrap();
        drop(file);
        assert_eq!(
            at(dir.path(), looks, STILL_NS),
            of_a(Age::Changed),
            "it grew"
        );
        assert_eq!(at(dir.path(), looks, 2 * STILL_NS - 1), of_a(Age::Waiting));
        assert_eq!(at(dir.path(), looks, 2 * STILL_NS), of_a(Age::Still));
    }

    #[test]
    fn only_plain_files_with_final_names_are_candidates() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.xml", ".hidden", "c.xml.part", "a.xml"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        fs::create_dir(dir.path().join("done")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", dir.path().join("link.xml")).unwrap();
        let found = at(dir.path(), &mut Looks::default(), 0);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.xml", "b.xml"]);
        assert_eq!(count(dir.path()).unwrap(), 2);
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
        let done = settle(&put(), Outcome::Done, None).unwrap();
        assert_eq!(done, dir.path().join("done/s.xml"));
    }
}
