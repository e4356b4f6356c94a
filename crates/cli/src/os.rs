//! The operating system's clock and randomness, for everything that `fairlock` runs.
//!
//! A system without a clock or without randomness can't run Fairlock: both end the process with a
//! sentence, because every alternative would lie about time or hand out guessable keys.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fairlock_domain::calendar::Instant;
use fairlock_server::{Clock, Entropy};

/// The system's wall clock, and its monotonic one for speeds.
pub struct OsClock {
    started: std::time::Instant,
}

impl OsClock {
    pub fn start() -> OsClock {
        OsClock {
            started: std::time::Instant::now(),
        }
    }
}

/// The instant it is now by the system's wall clock.
pub fn now() -> Instant {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("the system's clock stands before 1970: set it, then start again");
    Instant::from_unix_nanos(i128::try_from(since.as_nanos()).unwrap_or(i128::MAX))
}

impl Clock for OsClock {
    fn now(&self) -> Instant {
        now()
    }

    fn monotonic_ns(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn reached(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            // The wall clock may be set while one waits, so it is asked again now and then.
            loop {
                let left = at.unix_nanos() - now().unix_nanos();
                if left <= 0 {
                    return;
                }
                let left = Duration::from_nanos(u64::try_from(left).unwrap_or(u64::MAX));
                tokio::time::sleep(left.min(ASK_AGAIN_AFTER)).await;
            }
        })
    }
}

/// A clock that is set back or forward is noticed within a minute.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// The operating system's random bytes.
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, out: &mut [u8]) {
        getrandom::fill(out).expect(
            "the system hands out no random bytes: keys made without them would be guessable",
        );
    }
}
