//! `a * b / d` on magnitudes, with the product in 256 bits.
//!
//! Interest multiplies an amount by a rate and a day count before it divides once; that product
//! may be wider than 128 bits while the result is small.

/// Quotient and rest of `a * b / divisor`; None for a divisor of zero or a quotient beyond u128.
/// The divisor is at most 2^127: a magnitude of an i128, or a sum of weights.
pub(super) fn multiply_divide(a: u128, b: u128, divisor: u128) -> Option<(u128, u128)> {
    if divisor == 0 {
        return None;
    }
    if let Some(product) = a.checked_mul(b) {
        // One division in software, not two.
        let quotient = product / divisor;
        return Some((quotient, product - quotient * divisor));
    }
    let (high, low) = multiply(a, b);
    // The quotient fits 128 bits exactly when the upper half is below the divisor.
    (high < divisor).then(|| divide(high, low, divisor))
}

/// The 256 bits of `a * b` as (upper, lower) half: schoolbook multiplication with 64-bit digits.
const fn multiply(a: u128, b: u128) -> (u128, u128) {
    const DIGIT: u128 = u64::MAX as u128;
    let (a_high, a_low) = (a >> 64, a & DIGIT);
    let (b_high, b_low) = (b >> 64, b & DIGIT);
    let lowest = a_low * b_low;
    let cross = a_high * b_low + (lowest >> 64);
    let middle = a_low * b_high + (cross & DIGIT);
    let high = a_high * b_high + (cross >> 64) + (middle >> 64);
    (high, middle << 64 | lowest & DIGIT)
}

/// Long division, one bit at a time, of (upper, lower) half by a divisor above the upper one.
const fn divide(high: u128, low: u128, divisor: u128) -> (u128, u128) {
    let (mut rest, mut quotient) = (high, 0_u128);
    let mut bit = 128;
    while bit > 0 {
        bit -= 1;
        // The rest is below the divisor, which is at most 2^127: twice it still fits.
        rest = rest << 1 | (low >> bit & 1);
        quotient <<= 1;
        if rest >= divisor {
            rest -= divisor;
            quotient |= 1;
        }
    }
    (quotient, rest)
}

/// A magnitude with its sign; None when i128 has no such number.
pub(super) const fn signed(magnitude: u128, negative: bool) -> Option<i128> {
    if negative {
        0_i128.checked_sub_unsigned(magnitude)
    } else {
        0_i128.checked_add_unsigned(magnitude)
    }
}
