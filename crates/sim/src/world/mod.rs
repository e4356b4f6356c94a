//! What every part of the simulated world stands on: one virtual clock, streams of bytes from a
//! seed, and a plain HTTP client.

mod chance;
mod clock;
mod counted;
mod http;

pub use chance::Chance;
pub use clock::VirtualClock;
pub use counted::CountedClock;
pub use http::{Answer, Http, HttpError};
