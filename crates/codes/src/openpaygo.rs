//! OpenPAYGO Token as its code computes it (the specification's text differs; vectors decide):
//! standard 9 digits, or 12 extended; restricted to 1..4 they are 15 and 20.
//!
//! The value stands in the low digits, shifted by the starting code's; the rest is a hash chain, as
//! many steps long as the count. Even counts add, odd ones set. Failure is [`Found::Wrong`], which
//! costs the whole chain, so a caller bounds the count.

use alloc::string::String;

use siphasher::sip::SipHasher24;
use subtle::ConstantTimeEq as _;

use crate::{Counts, Found, Kind, number};

/// A code may be so far ahead of the count, and a SYNC so far.
pub const LOOK_AHEAD: u64 = 64;
const SYNC_AHEAD: u64 = 100;
/// The largest value of ADD and SET; extended, the largest that its digits hold.
pub const VALUE_MAX: u64 = 995;
const EXTENDED_MAX: u64 = 999_999;
const DISABLE: u64 = 998;
const SYNC: u64 = 999;

/// One device's chain.
pub struct OpenPaygo {
    sip: SipHasher24,
    starting: u64,
    extended: bool,
}

impl OpenPaygo {
    /// Without a starting code (or with 0) it is derived from the key.
    pub fn new(key: &[u8; 16], starting: u32, extended: bool) -> OpenPaygo {
        let sip = SipHasher24::new_with_key(key);
        let starting = match starting {
            0 => reduce(sip.hash(key)),
            given => u64::from(given),
        };
        OpenPaygo {
            sip,
            starting,
            extended,
        }
    }

    fn base(&self) -> u64 {
        if self.extended { 1_000_000 } else { 1_000 }
    }

    fn put_base(&self, code: u64, base: u64) -> u64 {
        code - code % self.base() + base
    }

    fn step(&self, code: u64) -> u64 {
        if !self.extended {
            return reduce(self.sip.hash(&(code << 32 | code).to_be_bytes()));
        }
        let next = self.sip.hash(&code.to_be_bytes()) >> 24;
        if next > 999_999_999_999 {
            next - 99_511_627_777
        } else {
            next
        }
    }

    /// The next code of a kind after `count`: its own count, and the token. `None` for a value that
    /// it can't carry; DISABLE and SYNC have none.
    pub fn make(&self, kind: Kind, value: u64, count: u64) -> Option<(u64, u64)> {
        let (value, most) = match kind {
            Kind::Disable => (DISABLE, DISABLE),
            Kind::Sync => (SYNC, SYNC),
            _ if self.extended => (value, EXTENDED_MAX),
            _ => (value, VALUE_MAX),
        };
        let next = next_count(kind, count);
        let base = (self.starting + value) % self.base();
        let first = self.put_base(self.starting, base);
        let last = (0..next).fold(first, |code, _| self.step(code));
        (value <= most).then(|| (next, self.put_base(last, base)))
    }

    /// Reads a token, and notes its count when it is right.
    pub fn read(&self, token: u64, counts: &mut Counts) -> Found {
        let base = token % self.base();
        let value = (base + self.base() - self.starting % self.base()) % self.base();
        let is = |special| !self.extended && value == special;
        let ahead = if is(SYNC) { SYNC_AHEAD } else { LOOK_AHEAD };
        let mut code = self.put_base(self.starting, base);
        let mut found = Found::Wrong;
        // The starting code itself, count 0, is nobody's token.
        for count in 1..=counts.count + ahead {
            code = self.step(code);
            let kind = match count % 2 {
                0 => Kind::Add,
                _ if is(DISABLE) => Kind::Disable,
                _ if is(SYNC) => Kind::Sync,
                _ => Kind::Set,
            };
            if bool::from(self.put_base(code, base).ct_eq(&token)) {
                if counts.allows(count, kind) {
                    counts.take(count, kind);
                    return Found::Right { kind, value };
                }
                found = Found::Used;
            }
        }
        found
    }

    /// A token as digits.
    pub fn text(&self, token: u64, restricted: bool) -> String {
        let pairs = if self.extended { 20 } else { 15 };
        match restricted {
            true => (0..pairs)
                .rev()
                .filter_map(|pair| char::from_digit((token >> (2 * pair) & 3) as u32 + 1, 10))
                .collect(),
            false if self.extended => alloc::format!("{token:012}"),
            false => alloc::format!("{token:09}"),
        }
    }

    /// The token of digits; `None` when it can't be one.
    pub fn token(&self, digits: &[u8], restricted: bool) -> Option<u64> {
        let length = if self.extended { 12 } else { 9 };
        if !restricted {
            return (1..=length).contains(&digits.len()).then(|| number(digits));
        }
        let fits = digits.len() == length / 3 * 5 && digits.iter().all(|d| (1..=4).contains(d));
        let bits = |sum, digit: &u8| sum << 2 | u64::from(digit - 1);
        fits.then(|| digits.iter().fold(0, bits))
    }
}

/// The next count of a kind's parity.
pub fn next_count(kind: Kind, count: u64) -> u64 {
    let odd = u64::from(kind != Kind::Add);
    count + 1 + (count + 1 + odd) % 2
}

/// 64 bits of hash to a code of at most 9 digits.
fn reduce(hash: u64) -> u64 {
    let folded = u64::from((hash >> 32) as u32 ^ hash as u32) >> 2;
    if folded > 999_999_999 {
        folded - 73_741_825
    } else {
        folded
    }
}
