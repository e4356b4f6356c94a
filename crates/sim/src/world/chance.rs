//! Chance from a seed: the same seed and purpose give the same bytes on every machine.
//!
//! On purpose absent: secrecy. Who knows the seed knows every key of a demo; a real installation
//! takes its randomness from the operating system.

use std::sync::{Mutex, PoisonError};

use fairlock_server::Entropy;
use sha2::{Digest, Sha256};

/// One endless stream of bytes: SHA-256 of (seed, purpose, block number), block by block.
pub struct Chance {
    key: [u8; 32],
    stream: Mutex<Stream>,
}

struct Stream {
    next_block: u64,
    unread: Vec<u8>,
}

impl Chance {
    /// The stream of one purpose; streams of different purposes don't disturb each other.
    pub fn new(seed: u64, purpose: &str) -> Chance {
        let mut hash = Sha256::new();
        hash.update(b"fairlock/sim/chance/v1");
        hash.update(seed.to_be_bytes());
        hash.update(purpose.as_bytes());
        Chance {
            key: hash.finalize().into(),
            stream: Mutex::new(Stream {
                next_block: 0,
                unread: Vec::new(),
            }),
        }
    }

    /// A number below `bound`, all equally likely but for a bias below 2^-50 at our bounds.
    pub fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_be_bytes(bytes) % bound.max(1)
    }

    /// An array of bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

impl Entropy for Chance {
    fn fill(&self, out: &mut [u8]) {
        // A panic elsewhere leaves the stream whole: each step below only moves it forward.
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in out {
            if stream.unread.is_empty() {
                let mut hash = Sha256::new();
                hash.update(self.key);
                hash.update(stream.next_block.to_be_bytes());
                stream.next_block += 1;
                stream.unread = hash.finalize().to_vec();
            }
            *byte = stream.unread.pop().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_purpose_name_one_stream() {
        let stream = |seed, purpose| Chance::new(seed, purpose).bytes::<40>();
        assert_eq!(stream(7, "phones"), stream(7, "phones"));
        assert_ne!(stream(7, "phones"), stream(8, "phones"));
        assert_ne!(stream(7, "phones"), stream(7, "server"));
    }

    #[test]
    fn reading_in_parts_gives_the_same_stream() {
        let whole = Chance::new(7, "x").bytes::<40>();
        let parts = Chance::new(7, "x");
        let first = parts.bytes::<1>();
        let rest = parts.bytes::<39>();
        assert_eq!([&first[..], &rest[..]].concat(), whole);
    }
}
