//! Which units of a heap are taken: a bit each, first fit. No headers in the heap itself, so what a
//! caller does with its bytes can't break the book, and the book is plain safe code.
//!
//! Failure is `None`: no run of free units is long enough. Callers come one at a time.

use core::sync::atomic::{AtomicU32, Ordering};

/// Smallest piece of heap, in bytes, and the alignment of every piece.
pub const UNIT: usize = 32;

const BITS: usize = u32::BITS as usize;

/// The book of `WORDS * 32` units.
pub struct Book<const WORDS: usize>([AtomicU32; WORDS]);

impl<const WORDS: usize> Book<WORDS> {
    pub const fn new() -> Self {
        Book([const { AtomicU32::new(0) }; WORDS])
    }

    /// Takes so many bytes; the offset of the first.
    pub fn take(&self, bytes: usize) -> Option<usize> {
        let units = bytes.div_ceil(UNIT).max(1);
        let from = self.find(units)?;
        self.mark(from, units, true);
        Some(from * UNIT)
    }

    /// Gives back what was taken at this offset.
    pub fn give(&self, offset: usize, bytes: usize) {
        self.mark(offset / UNIT, bytes.div_ceil(UNIT).max(1), false);
    }

    /// The first of so many free units in a row.
    fn find(&self, units: usize) -> Option<usize> {
        let mut run = 0;
        for (i, word) in self.0.iter().enumerate() {
            let taken = word.load(Ordering::Relaxed);
            if taken == u32::MAX {
                run = 0;
                continue;
            }
            for bit in 0..BITS {
                run = if taken >> bit & 1 == 0 { run + 1 } else { 0 };
                if run == units {
                    return Some(i * BITS + bit + 1 - units);
                }
            }
        }
        None
    }

    fn mark(&self, from: usize, units: usize, taken: bool) {
        for unit in from..from + units {
            let bit = 1 << (unit % BITS);
            match self.0.get(unit / BITS) {
                Some(word) if taken => word.fetch_or(bit, Ordering::Relaxed),
                Some(word) => word.fetch_and(!bit, Ordering::Relaxed),
                None => 0,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        /// Against the plainest book: a list of what is held.
        #[test]
        fn what_is_held_never_overlaps(
            script in proptest::collection::vec((any::<bool>(), 0usize..900), 1..300),
        ) {
            let book: Book<8> = Book::new();
            let mut held: Vec<(usize, usize)> = Vec::new();
            for (take, number) in script {
                if !take && !held.is_empty() {
                    let (offset, bytes) = held.swap_remove(number % held.len());
                    book.give(offset, bytes);
                } else if let Some(offset) = book.take(number) {
                    prop_assert!(offset % UNIT == 0 && offset + number <= 8 * BITS * UNIT);
                    let apart = |(other, bytes): &(usize, usize)| {
                        offset + number.max(1) <= *other || other + (*bytes).max(1) <= offset
                    };
                    prop_assert!(held.iter().all(apart));
                    held.push((offset, number));
                } else {
                    prop_assert!(number > 0 && !held.is_empty());
                }
            }
            for (offset, bytes) in held.drain(..) {
                book.give(offset, bytes);
            }
            prop_assert_eq!(book.take(8 * BITS * UNIT), Some(0), "all of it is free again");
            prop_assert_eq!(book.take(0), None);
        }
    }
}
