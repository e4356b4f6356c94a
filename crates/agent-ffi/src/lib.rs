//! The agent for other languages: one call, `step(bytes) -> bytes`, and a version. As a C function
//! (`include/fairlock_agent.h`) and for Java (`org.fairlock.agent.Native`).
//!
//! What the bytes are is [`wire`]'s, and stands in `docs/agent.cddl`; [`c`] and [`jni`] carry them
//! over the border. Failure: a null pointer, an output buffer that is too small, or a second caller
//! at the same time. On purpose absent: callbacks, handles, threads, anything kept between two
//! calls. This is the one crate with `unsafe` code: [`c`] and [`jni`] because pointers of another
//! language can't be had without, `phone` because an allocator can't.
//!
//! Memory: an input of 4 KiB takes at most 64 KiB of heap at once, the longest one at most 128 KiB
//! (`tests/it/bounds.rs`). With the feature `phone` the heap is a static arena of 512 KiB.
#![cfg_attr(not(test), no_std)]

extern crate alloc;
// Its allocator and its panic handler: on a phone this crate has its own.
#[cfg(not(any(feature = "phone", test)))]
extern crate std;

use core::sync::atomic::{AtomicBool, Ordering};

#[cfg(any(feature = "phone", test))]
mod arena;
pub mod c;
pub mod jni;
#[cfg(all(feature = "phone", not(test)))]
mod phone;
pub mod wire;

pub use wire::{INPUT_MAX, OUTPUT_MAX, VERSION, step_bytes};

/// One caller at a time: the arena knows no threads, and a phone has one mind.
static BUSY: AtomicBool = AtomicBool::new(false);

/// Does this unless another call is under way.
fn alone<R>(work: impl FnOnce() -> R) -> Option<R> {
    if BUSY.swap(true, Ordering::Acquire) {
        return None;
    }
    let done = work();
    BUSY.store(false, Ordering::Release);
    Some(done)
}

#[cfg(test)]
mod tests {
    use super::alone;

    #[test]
    fn one_caller_at_a_time() {
        assert_eq!(alone(|| alone(|| 1)), Some(None));
        assert_eq!(alone(|| 1), Some(1), "and the next one is served");
    }
}
