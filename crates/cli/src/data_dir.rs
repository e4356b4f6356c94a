//! The data directory: where an installation keeps its database and keys.
//!
//! `lender` holds the lender's id, `keys` one seed a line, readable by the owner only. Keys are
//! made once, at the first start, and never overwritten. On purpose absent: hardware keys, and
//! encryption at rest (SECURITY.md says so).

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use fairlock_server::Entropy;
use fairlock_signer::KeyRing;
use fairlock_storage::{LenderId, Store};

use crate::exit::Failure;
use crate::os::OsEntropy;

/// One seed a role: RESTRICT, RELAX, RELEASE, CONTACT, CHARTER.
const KEYS: usize = 5;

/// An opened installation.
pub struct Installation {
    pub store: Store,
    pub lender: LenderId,
    pub keys: KeyRing,
}

/// Opens the data directory, making database and keys when they aren't there.
pub fn open(dir: &Path) -> Result<Installation, Failure> {
    fs::create_dir_all(dir).map_err(|e| unwritable(dir, e))?;
    let lender = LenderId(secret_bytes::<16>(&dir.join("lender"))?);
    let seeds = secret_bytes::<{ KEYS * 32 }>(&dir.join("keys"))?;
    let store = open_store(dir)?;
    Ok(Installation {
        store,
        lender,
        keys: ring(&seeds),
    })
}

/// Opens the database alone; a directory without one is an error of the call.
pub fn open_existing(dir: &Path) -> Result<(Store, LenderId), Failure> {
    if !dir.join("lender").exists() {
        return Err(Failure::Input(anyhow!(
            "{}: no Fairlock data here; expected a data directory that serve, demo or import made",
            dir.display()
        )));
    }
    let lender = LenderId(secret_bytes::<16>(&dir.join("lender"))?);
    Ok((open_store(dir)?, lender))
}

fn open_store(dir: &Path) -> Result<Store, Failure> {
    Store::open(&database(dir)).map_err(Failure::outside)
}

/// Where the embedded database stands.
pub fn database(dir: &Path) -> PathBuf {
    dir.join("fairlock.db")
}

/// A folder that can't be made or written: what, where, what to do.
pub fn unwritable(path: &Path, error: std::io::Error) -> Failure {
    Failure::Outside(anyhow!(
        "{}: can't write there ({error}); expected a writable directory",
        path.display()
    ))
}

/// Reads a file of exactly `N` secret bytes, or makes it from the system's randomness.
fn secret_bytes<const N: usize>(path: &Path) -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    match fs::File::open(path) {
        Ok(mut file) => {
            let mut read = Vec::with_capacity(N + 1);
            (&mut file)
                .take(N as u64 + 1)
                .read_to_end(&mut read)
                .with_context(|| format!("{}: can't read it", path.display()))
                .map_err(Failure::Outside)?;
            bytes = read.try_into().map_err(|read: Vec<u8>| {
                Failure::Outside(anyhow!(
                    "{}: {} bytes; expected exactly {N}",
                    path.display(),
                    read.len()
                ))
            })?;
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            OsEntropy.fill(&mut bytes);
            write_new(path, &bytes).map_err(|e| unwritable(path, e))?;
        }
        Err(error) => return Err(unwritable(path, error)),
    }
    Ok(bytes)
}

/// Writes a new file that only its owner can read; never over an old one.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Five seeds in the order of the roles.
fn ring(seeds: &[u8; KEYS * 32]) -> KeyRing {
    let mut each = [[0; 32]; KEYS];
    for (seed, chunk) in each.iter_mut().zip(seeds.chunks_exact(32)) {
        seed.copy_from_slice(chunk);
    }
    KeyRing::from_seeds(each)
}
