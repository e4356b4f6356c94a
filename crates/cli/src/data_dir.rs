//! The data directory: where an installation keeps its database and keys.
//!
//! `lender` holds the lender's id, `keys` one seed a role, readable by the owner only; `keys.N` holds
//! the seeds that key set N brought. Keys are made once, at the first start or by a rotation, and
//! never overwritten once their key set is stored. On purpose absent: hardware keys, and
//! encryption at rest (SECURITY.md says so).

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use fairlock_server::Entropy;
use fairlock_signer::keys::FIRST_KSV;
use fairlock_signer::{KeyRing, Seeds, Signer};
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
    dir: PathBuf,
}

impl Installation {
    /// Its signer, which finds the keys of later key sets in the data directory by itself.
    pub fn signer(keys: KeyRing, dir: &Path) -> Signer {
        let dir = dir.to_owned();
        let source = move |ksv| match seeds_of(&dir, ksv) {
            Ok(seeds) => seeds,
            Err(failure) => {
                tracing::error!(ksv, error = %failure.cause(), "the keys of a key set can't be read");
                None
            }
        };
        Signer::with_source(keys, Box::new(source))
    }

    /// Store, lender and signer.
    pub fn parts(self) -> (Store, LenderId, Signer) {
        let signer = Installation::signer(self.keys, &self.dir);
        (self.store, self.lender, signer)
    }
}

/// Opens the data directory, making database and keys when they aren't there.
pub fn open(dir: &Path) -> Result<Installation, Failure> {
    fs::create_dir_all(dir).map_err(|e| unwritable(dir, e))?;
    let lender = LenderId(secret_bytes::<16>(&dir.join("lender"))?);
    let mut keys = KeyRing::from_seeds(split(&secret_bytes(&dir.join("keys"))?));
    let store = open_store(dir)?;
    let newest = store.newest_key_set(lender).map_err(Failure::outside)?;
    for ksv in FIRST_KSV + 1..=newest.map_or(FIRST_KSV, |row| row.ksv) {
        if let Some(seeds) = seeds_of(dir, ksv)? {
            keys.add(ksv, seeds);
        }
    }
    Ok(Installation {
        store,
        lender,
        keys,
        dir: dir.to_owned(),
    })
}

/// The seeds that a key set brought; `None` when it brought none.
pub fn seeds_of(dir: &Path, ksv: u64) -> Result<Option<Seeds>, Failure> {
    let path = match ksv {
        FIRST_KSV => dir.join("keys"),
        _ => later(dir, ksv),
    };
    match path.exists() {
        true => Ok(Some(split(&secret_bytes(&path)?))),
        false => Ok(None),
    }
}

/// Keeps the seeds of a key set that isn't stored yet, in the place of those of an earlier try.
pub fn keep_seeds(dir: &Path, ksv: u64, seeds: &Seeds) -> Result<(), Failure> {
    let path = later(dir, ksv);
    let new = path.with_extension(format!("{ksv}.new"));
    let kept = match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => write_new(&new, &seeds.concat()).and_then(|()| fs::rename(&new, &path)),
    };
    kept.map_err(|error| unwritable(&path, error))
}

fn later(dir: &Path, ksv: u64) -> PathBuf {
    dir.join(format!("keys.{ksv}"))
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
fn split(seeds: &[u8; KEYS * 32]) -> Seeds {
    let mut each = [[0; 32]; KEYS];
    for (seed, chunk) in each.iter_mut().zip(seeds.chunks_exact(32)) {
        seed.copy_from_slice(chunk);
    }
    each
}
