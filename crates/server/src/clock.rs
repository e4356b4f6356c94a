//! The two things the server takes from outside: time and randomness.
//!
//! Both are ports with two implementations each: the operating system's in `cli`, and the
//! virtual clock and seeded source of `sim`.

use std::future::Future;
use std::pin::Pin;

use fairlock_domain::calendar::Instant;

/// Tells time and lets a task wait for it.
pub trait Clock: Send + Sync + 'static {
    /// The instant it is now, for law, money and records.
    fn now(&self) -> Instant;

    /// Real nanoseconds since some start, never going back: for speeds only. A virtual clock
    /// measures real time here too, so that a speed is never a figure of the calendar.
    fn monotonic_ns(&self) -> u64;

    /// Resolves when [`Clock::now`] has reached `at`; at once when it has already.
    fn reached(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Fills buffers with unpredictable bytes (tokens, nonces, device ids).
pub trait Entropy: Send + Sync + 'static {
    /// Fills the whole of `out`.
    fn fill(&self, out: &mut [u8]);
}
