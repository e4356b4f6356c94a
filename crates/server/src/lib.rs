//! Everything with a socket: HTTP, the device channel, delivery, sweeps, the console.
//!
//! One process, one pass at a time: [`running`] owns a loop that lets money, signer and delivery
//! do all that is due now, publishes what is left as a [`running::Backlog`], and sleeps until
//! somebody wakes it or the clock reaches the next deadline. Handlers only store and wake.
//!
//! On purpose absent: a sign-in (so [`config`] refuses any address but loopback), the agent (a
//! phone is a peer on a socket), and any clock or randomness of its own (both are handed in).

pub mod clock;
pub mod config;
pub mod console;
pub mod contracts;
pub mod device;
pub mod duties;
pub mod evidence;
pub mod http;
pub mod live;
pub mod money;
pub mod notices;
pub mod past;
pub mod permits;
pub mod running;

pub use clock::{Clock, Entropy};
pub use config::Config;
pub use running::{Backlog, Parts, Running, Shared, StartError, start};
