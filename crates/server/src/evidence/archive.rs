//! The container: items under one hash, as a folder or as a zip of stored items.
//!
//! `SHA256SUMS` lists every item as `sha256sum` does, by path; `SHA256SUMS.sha256` is the one hash
//! over that list. The zip is written by fixed rules (stored, no date, items by path), and a zip
//! that isn't byte for byte what these rules give is refused: so nothing can hide between items.
//! Reading is bounded in items, their sizes and their sum. On purpose absent: compression and
//! other people's zips; unpack those and check the folder.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use fairlock_protocol::sha256;

use super::{Items, hex};

/// The list of all items but itself and its hash.
pub const SUMS: &str = "SHA256SUMS";
/// The hash of that list.
pub const SUMS_HASH: &str = "SHA256SUMS.sha256";

/// Items in a file: ten years of daily reports, with their texts.
const ITEMS_MAX: usize = 20_000;
/// Bytes of one item.
const ITEM_MAX: u64 = 16 << 20;
/// Bytes of all items.
const TOTAL_MAX: u64 = 128 << 20;
const PATH_MAX: usize = 100;

/// Why a file can't be written or read as evidence, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("{path}: can't read or write it ({error})")]
    Io {
        path: String,
        #[source]
        error: std::io::Error,
    },
    #[error("{0}: is there already; expected a new file or an empty folder")]
    Exists(String),
    #[error("more than {ITEMS_MAX} items, or one of more than 16 MiB, or 128 MiB in sum")]
    TooLarge,
    #[error("item {0:?}: expected a short path of letters, digits, dots, dashes and slashes")]
    Path(String),
    #[error("byte {at}: expected {expected}")]
    Zip { at: usize, expected: &'static str },
}

/// Adds the list of items and its hash.
pub fn seal(items: &mut Items) {
    items.remove(SUMS);
    items.remove(SUMS_HASH);
    let sums = sums(items);
    let line = format!("{}  {SUMS}\n", hex(&sha256(sums.as_bytes())));
    items.insert(SUMS.to_string(), sums.into_bytes());
    items.insert(SUMS_HASH.to_string(), line.into_bytes());
}

/// The list as it must be for these items.
pub fn sums(items: &Items) -> String {
    let listed = items
        .iter()
        .filter(|(path, _)| ![SUMS, SUMS_HASH].contains(&path.as_str()));
    let lines = listed.map(|(path, bytes)| format!("{}  {path}\n", hex(&sha256(bytes))));
    lines.collect()
}

/// The one hash of the file: SHA-256 of its list.
pub fn evidence_hash(items: &Items) -> String {
    let sums = items.get(SUMS).map(Vec::as_slice).unwrap_or_default();
    hex(&sha256(sums))
}

/// Writes items to a path: a zip when it ends in `.zip`, else a folder. Never over anything.
pub fn write(items: &Items, path: &Path) -> Result<(), ArchiveError> {
    bounded(items)?;
    if is_zip(path) {
        return write_file(path, &zip(items));
    }
    let folder = match fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(io(path, error)),
    };
    if !folder {
        return Err(ArchiveError::Exists(path.display().to_string()));
    }
    for (name, bytes) in items {
        let file = path.join(name);
        let parent = file.parent().unwrap_or(path);
        fs::create_dir_all(parent).map_err(|e| io(parent, e))?;
        write_file(&file, bytes)?;
    }
    Ok(())
}

/// The bytes of the zip that [`write`] writes.
pub fn to_zip(items: &Items) -> Result<Vec<u8>, ArchiveError> {
    bounded(items)?;
    Ok(zip(items))
}

/// Reads a folder or a zip, within the bounds.
pub fn read(path: &Path) -> Result<Items, ArchiveError> {
    if path.is_dir() {
        let mut items = Items::new();
        read_folder(path, path, &mut items)?;
        return Ok(items);
    }
    let bytes = read_file(path, TOTAL_MAX + (TOTAL_MAX >> 1))?;
    unzip(&bytes)
}

fn is_zip(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("zip"))
}

fn io(path: &Path, error: std::io::Error) -> ArchiveError {
    ArchiveError::Io {
        path: path.display().to_string(),
        error,
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => ArchiveError::Exists(path.display().to_string()),
        _ => io(path, error),
    })?;
    file.write_all(bytes).map_err(|e| io(path, e))?;
    file.sync_all().map_err(|e| io(path, e))
}

fn read_file(path: &Path, max: u64) -> Result<Vec<u8>, ArchiveError> {
    let file = File::open(path).map_err(|e| io(path, e))?;
    let mut bytes = Vec::new();
    let read = file.take(max + 1).read_to_end(&mut bytes);
    read.map_err(|e| io(path, e))?;
    match u64::try_from(bytes.len()).is_ok_and(|read| read <= max) {
        true => Ok(bytes),
        false => Err(ArchiveError::TooLarge),
    }
}

/// Items of a folder, by paths below `root`; links aren't followed.
fn read_folder(root: &Path, folder: &Path, items: &mut Items) -> Result<(), ArchiveError> {
    let entries = fs::read_dir(folder).map_err(|e| io(folder, e))?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries.take(ITEMS_MAX + 1) {
        paths.push(entry.map_err(|e| io(folder, e))?.path());
    }
    paths.sort();
    for path in paths {
        let kind = fs::symlink_metadata(&path).map_err(|e| io(&path, e))?;
        if kind.is_dir() {
            read_folder(root, &path, items)?;
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(&path);
        let name = name.to_string_lossy().replace('\\', "/");
        if !kind.is_file() || !is_path(&name) {
            return Err(ArchiveError::Path(name));
        }
        items.insert(name, read_file(&path, ITEM_MAX)?);
        bounded(items)?;
    }
    Ok(())
}

/// Whether a name can stand in a manifest's line and in a folder, and nowhere else.
fn is_path(name: &str) -> bool {
    let of = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(of);
    name.len() <= PATH_MAX && name.split('/').count() <= 3 && name.split('/').all(part)
}

fn bounded(items: &Items) -> Result<(), ArchiveError> {
    let sizes = items.values().map(|bytes| bytes.len() as u64);
    let (largest, sum) = sizes.fold((0, 0), |(largest, sum), n| (n.max(largest), sum + n));
    if items.len() > ITEMS_MAX || largest > ITEM_MAX || sum > TOTAL_MAX {
        return Err(ArchiveError::TooLarge);
    }
    match items.keys().find(|name| !is_path(name)) {
        Some(name) => Err(ArchiveError::Path(name.clone())),
        None => Ok(()),
    }
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// 1980-01-01, the first day that a zip can write.
const NO_DATE: u16 = 0x0021;

/// The zip of these items; the rules of PKWARE's APPNOTE, version 1.0 of the format, stored.
fn zip(items: &Items) -> Vec<u8> {
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for (path, bytes) in items {
        let mut common = Vec::with_capacity(26);
        // Needs version 1.0; no flags; stored; no time.
        [10, 0, 0, 0, NO_DATE]
            .iter()
            .for_each(|field: &u16| common.extend(field.to_le_bytes()));
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        [crc32(bytes), size, size]
            .iter()
            .for_each(|field| common.extend(field.to_le_bytes()));
        let name = u16::try_from(path.len()).unwrap_or(u16::MAX);
        common.extend(name.to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        let offset = u32::try_from(body.len()).unwrap_or(u32::MAX);
        body.extend(LOCAL.to_le_bytes());
        body.extend(&common);
        body.extend(path.as_bytes());
        body.extend(bytes);
        directory.extend(CENTRAL.to_le_bytes());
        directory.extend(10_u16.to_le_bytes());
        directory.extend(&common);
        // No comment, disk 0, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(path.as_bytes());
    }
    let count = u16::try_from(items.len()).unwrap_or(u16::MAX);
    let (start, length) = (body.len(), directory.len());
    body.extend(directory);
    body.extend(END.to_le_bytes());
    body.extend([0; 4]);
    body.extend(count.to_le_bytes());
    body.extend(count.to_le_bytes());
    [length, start]
        .iter()
        .for_each(|n| body.extend(u32::try_from(*n).unwrap_or(u32::MAX).to_le_bytes()));
    body.extend([0; 2]);
    body
}

/// Reads items one behind the other, then compares the whole with what [`zip`] gives of them.
fn unzip(bytes: &[u8]) -> Result<Items, ArchiveError> {
    let wrong = |at, expected| ArchiveError::Zip { at, expected };
    let mut items = Items::new();
    let mut at = 0;
    while field(bytes, at) == Some(LOCAL) {
        let head = bytes.get(at..at + 30);
        let head = head.ok_or_else(|| wrong(at, "a whole header of an item"))?;
        let size = u32::from_le_bytes([head[22], head[23], head[24], head[25]]) as usize;
        let name_length = usize::from(u16::from_le_bytes([head[26], head[27]]));
        let (name_at, data_at) = (at + 30, at + 30 + name_length);
        let name = bytes
            .get(name_at..data_at)
            .and_then(|name| std::str::from_utf8(name).ok());
        let name = name.filter(|name| is_path(name));
        let name = name.ok_or_else(|| wrong(name_at, "a short path as the name of an item"))?;
        let data = bytes.get(data_at..data_at + size);
        let data = data.ok_or_else(|| wrong(data_at, "as many bytes as the header says"))?;
        if items.insert(name.to_string(), data.to_vec()).is_some() {
            return Err(wrong(name_at, "each item once"));
        }
        if items.len() > ITEMS_MAX || size as u64 > ITEM_MAX {
            return Err(ArchiveError::TooLarge);
        }
        at = data_at + size;
    }
    bounded(&items)?;
    let own = zip(&items);
    if own == bytes {
        return Ok(items);
    }
    let same = own.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    let expected = "a zip exactly as fairlock evidence writes it (of another, check the folder)";
    Err(wrong(same, expected))
}

fn field(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(four))
}

/// CRC-32 as zip has it (reflected 0x04c11db7).
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut i = 0;
        while i < 256 {
            let mut c = i as u32;
            let mut bit = 0;
            while bit < 8 {
                c = if c & 1 == 1 {
                    (c >> 1) ^ 0xedb8_8320
                } else {
                    c >> 1
                };
                bit += 1;
            }
            table[i] = c;
            i += 1;
        }
        table
    };
    let step = |c: u32, b: &u8| TABLE[usize::from((c as u8) ^ b)] ^ (c >> 8);
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Items {
        let mut items = Items::new();
        items.insert("README.txt".into(), b"read me".to_vec());
        items.insert("grants/000001.cose".into(), vec![0, 255, 3]);
        items.insert("empty.json".into(), Vec::new());
        seal(&mut items);
        items
    }

    #[test]
    fn crc_is_the_one_of_the_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_is_zipped_is_unzipped_and_every_flipped_bit_is_found() {
        let bytes = zip(&sample());
        assert_eq!(unzip(&bytes).expect("our own zip"), sample());
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut mangled = bytes.clone();
                mangled[at] ^= 1 << bit;
                // Refused as a zip, or else its list tells which item isn't the one it names.
                let found = match unzip(&mangled) {
                    Err(_) => true,
                    Ok(items) => sums(&items).into_bytes() != items[SUMS],
                };
                assert!(found, "byte {at}, bit {bit}");
            }
        }
        for end in 0..bytes.len() {
            assert!(unzip(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn names_stay_below_the_folder() {
        for name in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            ".hidden",
            "a\\b",
            "a b",
            "ä",
        ] {
            assert!(!is_path(name), "{name}");
        }
        assert!(is_path("grants/000001.cose"));
    }
}
