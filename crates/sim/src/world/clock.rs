//! The virtual clock: it stands still until it is set, and never goes back.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use fairlock_domain::calendar::Instant;
use fairlock_server::Clock;
use tokio::sync::watch;

/// A calendar that the demo owns. Speeds stay real: [`Clock::monotonic_ns`] is that of the clock
/// it was made with.
pub struct VirtualClock {
    now: watch::Sender<Instant>,
    real: Arc<dyn Clock>,
}

impl VirtualClock {
    /// A clock that stands at `start`; `real` measures speeds.
    pub fn new(start: Instant, real: Arc<dyn Clock>) -> VirtualClock {
        VirtualClock {
            now: watch::Sender::new(start),
            real,
        }
    }

    /// Moves the clock forward and wakes who waits; an earlier instant changes nothing.
    pub fn set(&self, at: Instant) {
        self.now.send_if_modified(|now| {
            let later = at > *now;
            if later {
                *now = at;
            }
            later
        });
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Instant {
        *self.now.borrow()
    }

    fn monotonic_ns(&self) -> u64 {
        self.real.monotonic_ns()
    }

    fn reached(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            // The sender is this clock itself, so it lives as long as this future.
            let _ = now.wait_for(|now| *now >= at).await;
        })
    }
}
