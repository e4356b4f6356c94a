//! What a port tells the agent.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::enrol::Bundle;
use fairlock_protocol::{record, row};

use crate::backend::{Capabilities, Observed};

/// Certificates of an attestation chain, and all their bytes: they are kept until the answer to
/// message 2 has come.
const CHAIN_MAX: usize = 6;
const CHAIN_BYTES_MAX: usize = 8192;

row! {
    /// The two clocks of a phone at the moment of an event.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Now: "the clocks" {
        /// The boot-time clock: seconds since this boot, sleep included. The only one that counts.
        running: u64,
        /// The wall clock, Unix seconds: for display only, may be wrong by years.
        wall: i64,
    }
}

record! {
    /// What the port knows of the phone it runs on.
    #[derive(Clone, PartialEq, Eq)]
    pub struct DeviceFacts: "facts of a device" {
        /// DER SubjectPublicKeyInfo (91 bytes) of the device key in the key store.
        1 blob spki: Vec<u8>,
        /// Key attestation certificates, leaf first; empty when there are none.
        2 blobs attestation: Vec<u8>,
        /// `protocol::enrol::imei_hash` of the bundle's token and this phone's IMEI.
        3 need imei_hash: [u8; 32],
        /// For example `2026-11-05`.
        4 need os_patch: String,
        /// Name of the lock backend.
        5 need backend: String,
        |facts| {
            facts.attestation.len() <= CHAIN_MAX => "at most 6 certificates",
            facts.attestation.concat().len() <= CHAIN_BYTES_MAX => "certificates of at most 8,192 bytes",
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one event lives at a time")]
pub enum Event {
    /// The agent's process starts, before anything else. `boot` is the phone's boot count: another
    /// one than before means that the phone was restarted. `entropy` is fresh randomness.
    Start {
        boot: u64,
        entropy: [u8; 32],
        capabilities: Capabilities,
    },
    /// What the backend sees, after each [`crate::Effect::Apply`] and whenever it looks again.
    Backend(Observed),
    /// Time has passed: the wake-up that was asked for, or any other reason to look.
    Tick,
    /// The phone is about to go off.
    Shutdown,
    /// The bundle was scanned: enrol.
    Enrol { bundle: Bundle, facts: DeviceFacts },
    /// The body of the 2xx answer to the last [`crate::Effect::Post`].
    Answer(Vec<u8>),
    /// The owner has read the charter and accepts it.
    CharterAccepted,
    /// The phone can reach the internet again.
    NetworkUp,
    /// The channel that [`crate::Effect::Connect`] asked for is open.
    Connected,
    /// The channel is closed, or couldn't be opened.
    Disconnected,
    /// One message of the channel.
    Frame(Vec<u8>),
    /// A QR was scanned, and this is its text.
    Scanned(String),
    /// The key store's DER signature over the bytes of the last [`crate::Effect::Sign`].
    Signed(Vec<u8>),
    /// The key store couldn't sign.
    SignFailed,
    /// Somebody typed this and pressed enter: 9, 15 or 17 digits, spaces and dashes between them.
    CodeTyped(String),
    /// The borrower presses the emergency pass.
    PassPressed,
    /// The screen is lit and unlocked, with the agent's screen in front when it has a notice.
    ScreenOn,
    /// It isn't any more.
    ScreenOff,
}
