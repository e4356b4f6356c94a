//! Ids and stamps that every row shares.

use std::fmt;

use fairlock_domain::calendar::Instant;

/// The tenant of an installation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LenderId(pub [u8; 16]);

/// A phone, from its enrolment on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub [u8; 16]);

/// When something happened here: by the clock that law and pages use, and by the monotonic one
/// that speeds are measured with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub at: Instant,
    /// Nanoseconds of the server's monotonic clock; only differences mean something, and only
    /// within one run of the server.
    pub monotonic_ns: u64,
}

impl LenderId {
    /// 32 hexadecimal digits.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

impl DeviceId {
    /// 32 hexadecimal digits, as it stands in addresses.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// Reads 32 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<DeviceId> {
        let bytes = text.as_bytes();
        let mut id = [0; 16];
        if bytes.len() != 32 || !bytes.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        for (byte, pair) in id.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(DeviceId(id))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Debug for LenderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}
