//! The ZIP archive, and how far it may unpack.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::part::Part;
use crate::error::{Place, ReadError};

/// Files in the archive; real workbooks have a few dozen. The table of contents of more would
/// fill the memory by itself.
const FILES_MAX: usize = 10_000;
/// What a sheet may unpack to: a million rows of half a kilobyte.
pub(super) const SHEET_MAX_BYTES: u64 = 512 * 1024 * 1024;
/// What every other part may unpack to; shared texts are the largest, and are held.
pub(super) const PART_MAX_BYTES: u64 = 64 * 1024 * 1024;

pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let listed = bytes.windows(4).filter(|window| window == b"PK\x01\x02");
        if listed.count() > FILES_MAX {
            return Err(ReadError::new(
                Place::Input,
                "an archive of more than 10,000 files",
                "a workbook (XLSX)",
            ));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
        Ok(Self { zip })
    }

    /// A part of the workbook, read up to a limit.
    pub(super) fn part<T>(
        &mut self,
        name: &str,
        max: u64,
        read: impl FnOnce(&mut Part<'_>) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let file = self.zip.by_name(name).map_err(|error| match error {
            ZipError::FileNotFound => ReadError::new(
                Place::Input,
                format!("a ZIP archive without {name}"),
                "a workbook (XLSX)",
            ),
            error => broken(&error),
        })?;
        let mut bounded = Bounded {
            inner: Box::new(file),
            left: max,
        };
        let mut part = Part::new(name, &mut bounded);
        read(&mut part)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }
}

/// Ends with an error where a part unpacks beyond its limit.
struct Bounded<'a> {
    inner: Box<dyn Read + 'a>,
    left: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => Err(io::Error::from(io::ErrorKind::FileTooLarge)),
        }
    }
}

fn broken(error: &ZipError) -> ReadError {
    let found = format!("a ZIP archive that can't be read ({error})");
    ReadError::new(
        Place::Input,
        found,
        "a whole workbook (XLSX) without a password",
    )
}
