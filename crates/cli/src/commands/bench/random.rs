//! Seeded random numbers for made-up work: the same seed makes the same work on every machine.
//!
//! SplitMix64 (Steele, Lea and Flood 2014): good enough to mix a portfolio, never for a secret.

pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to `bound`, which is excluded.
    pub fn below(&mut self, bound: u32) -> u32 {
        let part = (self.next() >> 32) * u64::from(bound.max(1));
        u32::try_from(part >> 32).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, cases: u32) -> bool {
        self.below(100) < cases
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let index = self.below(u32::try_from(from.len()).unwrap_or(1));
        from[index as usize]
    }
}
