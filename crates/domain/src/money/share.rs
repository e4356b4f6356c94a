//! Amounts times ratios, and amounts cut into lines whose sum is the amount.
//!
//! One rounding each, named by the caller where there is a choice. Lines are never rounded by
//! themselves: the rest has a written place to go, so no minor unit is made or lost.

use alloc::vec::Vec;

use super::{Money, MoneyError, Rate, Rounding, wide};

impl Money {
    /// This amount times `numerator / denominator`, rounded once. Only a denominator of zero or a
    /// result beyond i128 is refused; what is between may be wider.
    pub fn mul_ratio(
        self,
        numerator: i128,
        denominator: i128,
        rounding: Rounding,
    ) -> Result<Money, MoneyError> {
        if denominator == 0 {
            return Err(MoneyError::DivisionByZero);
        }
        let minor = rounding.multiply_divide(self.minor, numerator, denominator);
        Ok(Money::new(
            minor.ok_or(MoneyError::TooLarge)?,
            self.currency,
        ))
    }

    /// This amount times `rate` times `years`, a fraction as `DayCount::fraction` gives it:
    /// simple interest, rounded once.
    pub fn times_rate(
        self,
        rate: Rate,
        years: (i128, i128),
        rounding: Rounding,
    ) -> Result<Money, MoneyError> {
        let numerator = rate.units().checked_mul(years.0);
        let denominator = Rate::ONE_UNITS.checked_mul(years.1);
        self.mul_ratio(
            numerator.ok_or(MoneyError::TooLarge)?,
            denominator.ok_or(MoneyError::TooLarge)?,
            rounding,
        )
    }

    /// The nearest multiple of `multiple_minor` minor units in the direction that `rounding`
    /// names: instalments in whole units, coins that exist.
    pub fn round_to_multiple(
        self,
        multiple_minor: i128,
        rounding: Rounding,
    ) -> Result<Money, MoneyError> {
        if multiple_minor == 0 {
            return Err(MoneyError::DivisionByZero);
        }
        // The multiples of -5 are those of 5; with a sign, floor and ceiling would change places.
        let multiple = multiple_minor.checked_abs().ok_or(MoneyError::TooLarge)?;
        let minor = rounding
            .divide(self.minor, multiple)
            .and_then(|times| times.checked_mul(multiple));
        Ok(Money::new(
            minor.ok_or(MoneyError::TooLarge)?,
            self.currency,
        ))
    }

    /// `parts` lines that sum to this amount. Each is the amount divided toward zero; the last
    /// lines, as many as there are minor units left, have one minor unit more. So no two lines
    /// differ by more than one.
    pub fn split(
        self,
        parts: u32,
    ) -> Result<impl ExactSizeIterator<Item = Money> + DoubleEndedIterator, MoneyError> {
        let count = i128::from(parts);
        let each = self
            .minor
            .checked_div(count)
            .ok_or(MoneyError::DivisionByZero)?;
        let rest = self.minor - each * count;
        let first_with_more = count - rest.abs();
        Ok((0..parts).map(move |line| {
            let more = if i128::from(line) < first_with_more {
                0
            } else {
                rest.signum()
            };
            Money::new(each + more, self.currency)
        }))
    }

    /// One line per weight, in proportion, that sum to this amount. Each is divided toward zero;
    /// then the lines with the largest remainders have one minor unit more, the earlier first
    /// where two are equal (Hamilton's method). A weight of zero gets nothing.
    pub fn allocate(self, weights: &[u64]) -> Result<Vec<Money>, MoneyError> {
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        let amount = self.minor.unsigned_abs();
        let mut lines = Vec::with_capacity(weights.len());
        let mut rest = amount;
        for weight in weights {
            let (line, remainder) = wide::multiply_divide(amount, u128::from(*weight), total)
                .ok_or(MoneyError::DivisionByZero)?;
            lines.push((line, remainder));
            rest -= line;
        }
        if total == 0 {
            return Err(MoneyError::DivisionByZero);
        }
        for at in largest_remainders(&lines, rest) {
            lines[at].0 += 1;
        }
        let minor = |(line, _)| wide::signed(line, self.minor < 0).ok_or(MoneyError::TooLarge);
        lines
            .into_iter()
            .map(|line| Ok(Money::new(minor(line)?, self.currency)))
            .collect()
    }
}

/// Where the `count` largest remainders of (quotient, remainder) stand, the earlier first where
/// two are equal. `count` is below the number of lines: it is the sum of remainders below one.
fn largest_remainders(lines: &[(u128, u128)], count: u128) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|at| core::cmp::Reverse(lines[*at].1));
    order.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    order
}
