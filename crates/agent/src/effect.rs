//! What the agent asks of a port, to be carried out in order.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_display::Screen;
use fairlock_protocol::codes;

use crate::conduct::Conduct;

codes! {
    /// What the device key shall sign.
    pub enum Signing: "what is signed: 1 or 2" {
        Charter = 1,
        Report = 2,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make these bytes durable (write, rename, sync) before the next effect.
    Store(Vec<u8>),
    /// Make the phone behave so, and answer with [`crate::Event::Backend`].
    Apply(Conduct),
    /// Give the phone back for ever, and answer likewise.
    Release,
    /// Show this screen.
    Show(Screen),
    /// Sign with the device key (ECDSA P-256, SHA-256); answer with [`crate::Event::Signed`].
    Sign { what: Signing, bytes: Vec<u8> },
    /// POST to the server, content type application/cbor; answer with [`crate::Event::Answer`].
    Post { path: String, body: Vec<u8> },
    /// Open the channel (WebSocket) at this path, of a mirror or of the bundle's server; answer
    /// with [`crate::Event::Connected`].
    Connect {
        mirror: Option<String>,
        path: String,
    },
    /// Send this binary message on the channel.
    Send(Vec<u8>),
    /// Send [`crate::Event::Tick`] when the boot-time clock reads this; replaces the one before.
    WakeAt { running: u64 },
}
