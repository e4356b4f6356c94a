//! Time and chance of a simulated world: one virtual clock, and streams of bytes from a seed.

mod chance;
mod clock;

pub use chance::Chance;
pub use clock::VirtualClock;
