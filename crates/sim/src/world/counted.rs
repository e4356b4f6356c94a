//! A clock for tests: it stands still, and its monotonic side counts the looks at it.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};

use fairlock_domain::calendar::Instant;
use fairlock_server::Clock;

/// A millisecond a look: differences are above zero, and the same in every run of one thread.
const LOOK_NS: u64 = 1_000_000;

/// Stands at 1970, counts looks.
#[derive(Default)]
pub struct CountedClock {
    looks: AtomicU64,
}

impl Clock for CountedClock {
    fn now(&self) -> Instant {
        Instant::from_unix_seconds(0)
    }

    fn monotonic_ns(&self) -> u64 {
        self.looks.fetch_add(1, Ordering::Relaxed) * LOOK_NS
    }

    fn reached(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let over = at <= self.now();
        Box::pin(async move {
            if !over {
                pending::<()>().await;
            }
        })
    }
}
