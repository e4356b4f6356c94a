//! Keys that people hold: one file a key, two lines of text, readable by its owner only.
//!
//! The first line names role and id, so that a ROOT key is never taken for a SAFETY key; the second
//! is the secret in hexadecimal digits. Failure is a file that others can read, one of another
//! role, or none. On purpose absent: passwords (the file belongs on a medium that is locked away),
//! and any copy in a database.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::anyhow;
use fairlock_protocol::Role;
use fairlock_protocol::enrol::hex;
use fairlock_server::Entropy;
use fairlock_signer::HeldKey;
use fairlock_signer::ceremony::name;

use crate::exit::Failure;
use crate::os::OsEntropy;

const fn word(role: Role) -> &'static str {
    match role {
        Role::Safety => "safety",
        _ => "root",
    }
}

/// Makes a key in a new file; never over an old one.
pub fn make(path: &Path, role: Role) -> Result<HeldKey, Failure> {
    let mut seed = [0; 32];
    OsEntropy.fill(&mut seed);
    let key = HeldKey::from_seed(role, seed);
    let text = format!(
        "fairlock {} key {}\n{}\n",
        word(role),
        name(key.kid()),
        hex(&seed)
    );
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let written = file.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| {
        Failure::Outside(anyhow!(
            "{}: can't make it ({error}); expected a new file in a writable folder",
            path.display()
        ))
    })?;
    Ok(key)
}

/// Reads a key of a role.
pub fn read(path: &Path, role: Role) -> Result<HeldKey, Failure> {
    let wrong = |what: String| Failure::Input(anyhow!("{}: {what}", path.display()));
    let facts = fs::metadata(path).map_err(|error| wrong(format!("can't read it ({error})")))?;
    if facts.mode() & 0o077 != 0 {
        return Err(wrong(format!(
            "mode {:o}: others than its owner can use it; expected 600",
            facts.mode() & 0o777
        )));
    }
    let text =
        fs::read_to_string(path).map_err(|error| wrong(format!("can't read it ({error})")))?;
    let head = format!("fairlock {} key ", word(role));
    let expected = || {
        wrong(format!(
            "no {} key; expected a file of `fairlock keys new --role {}`",
            word(role),
            word(role)
        ))
    };
    let (first, secret) = text.split_once('\n').ok_or_else(expected)?;
    let named = first.strip_prefix(&head).ok_or_else(expected)?;
    let seed = bytes32(secret.trim()).ok_or_else(expected)?;
    let key = HeldKey::from_seed(role, seed);
    if named.trim() != name(key.kid()) {
        return Err(wrong(
            "the secret isn't the one of its first line; expected the file as it was made"
                .to_string(),
        ));
    }
    Ok(key)
}

/// A public key: 64 hexadecimal digits.
pub fn bytes32(text: &str) -> Option<[u8; 32]> {
    bytes(text)?.try_into().ok()
}

/// Pairs of hexadecimal digits.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let pairs = digits.chunks_exact(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        pair.bytes()
            .all(|digit| digit.is_ascii_hexdigit())
            .then(|| u8::from_str_radix(pair, 16).ok())?
    });
    pairs.collect()
}
