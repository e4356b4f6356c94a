//! Annuities: the equal instalment that repays an amount with its interest.
//!
//! With periods that cost r1, r2, ... the instalment is the amount over the sum of the discounts
//! 1/(1+r1) + 1/((1+r1)(1+r2)) + ... That sum is computed in fixed point with 80 binary digits:
//! for the largest amount over the most instalments it is right to a ten-thousandth of a minor
//! unit, and the instalment is rounded once. On purpose absent: floats, and rates as percentages.

use crate::money::Rounding;

/// What a period costs, as a share of the balance: numerator and denominator, the one not below
/// zero, the other above.
pub type Ratio = (i128, i128);

/// The sum of the discounts of some periods, above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Factor(u128);

/// Binary digits after the point. With twelve before it and the denominators of usual rates, a
/// division still fits 128 bits.
const DIGITS: u32 = 80;
const ONE: u128 = 1 << DIGITS;

impl Factor {
    /// Of `count` periods that cost the same. None for more than fits.
    pub fn uniform(rate: Ratio, count: u16) -> Option<Factor> {
        let discount = discount(ONE, rate)?;
        let (mut sum, mut power) = (0, ONE);
        for bit in (0..u16::BITS - count.leading_zeros()).rev() {
            sum += multiply(sum, power);
            power = multiply(power, power);
            if count >> bit & 1 == 1 {
                power = multiply(power, discount);
                sum += power;
            }
        }
        Some(Factor(sum))
    }

    /// Of periods that cost differently, the last one first.
    pub fn of(rates_from_last: impl Iterator<Item = Option<Ratio>>) -> Option<Factor> {
        let mut sum = 0;
        for rate in rates_from_last {
            sum = discount(ONE + sum, rate?)?;
        }
        Some(Factor(sum))
    }

    /// The equal instalment in whole multiples of `multiple` minor units.
    pub fn instalment(self, amount: i128, multiple: i128, rounding: Rounding) -> Option<i128> {
        let one = i128::try_from(ONE).ok()?;
        let sum = i128::try_from(self.0).ok()?;
        let multiples = rounding.multiply_divide(amount, one, sum.checked_mul(multiple)?)?;
        multiples.checked_mul(multiple)
    }
}

/// `value / (1 + rate)`.
fn discount(value: u128, rate: Ratio) -> Option<u128> {
    let (cost, whole) = rate;
    if cost == 0 {
        return Some(value);
    }
    let value = i128::try_from(value).ok()?;
    let grown = whole.checked_add(cost)?;
    let discounted = Rounding::Down.multiply_divide(value, whole, grown)?;
    u128::try_from(discounted).ok()
}

/// The product of two fixed-point numbers, of which the second is at most one.
const fn multiply(a: u128, b: u128) -> u128 {
    // Halves of 64 bits: the first number has at most 92, the second 81.
    const LOW: u128 = u64::MAX as u128;
    let (a_high, a_low) = (a >> 64, a & LOW);
    let (b_high, b_low) = (b >> 64, b & LOW);
    let lowest = a_low * b_low;
    let middle = a_high * b_low + a_low * b_high + (lowest >> 64);
    ((a_high * b_high) << (128 - DIGITS)) + (middle >> (DIGITS - 64))
}
