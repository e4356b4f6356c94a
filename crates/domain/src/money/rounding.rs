//! Division that names its rounding.
//!
//! The seven modes are those that lending systems let a product choose; their names are the usual
//! ones. Products are kept in 256 bits, so only a result that doesn't fit is refused. On purpose
//! absent: a default. Whoever divides says how.

use core::fmt;

use super::wide;

/// What happens to a rest that isn't a whole unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest; a half to the even neighbour ("banker's").
    HalfEven,
    /// To the nearest; a half away from zero ("commercial").
    HalfUp,
    /// To the nearest; a half toward zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Toward zero.
    Down,
    /// Toward plus infinity.
    Ceiling,
    /// Toward minus infinity.
    Floor,
}

impl Rounding {
    pub const ALL: [Rounding; 7] = [
        Rounding::HalfEven,
        Rounding::HalfUp,
        Rounding::HalfDown,
        Rounding::Up,
        Rounding::Down,
        Rounding::Ceiling,
        Rounding::Floor,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Rounding::HalfEven => "half-even",
            Rounding::HalfUp => "half-up",
            Rounding::HalfDown => "half-down",
            Rounding::Up => "up",
            Rounding::Down => "down",
            Rounding::Ceiling => "ceiling",
            Rounding::Floor => "floor",
        }
    }

    pub fn from_name(name: &str) -> Option<Rounding> {
        Rounding::ALL.into_iter().find(|r| r.name() == name)
    }

    /// `numerator / denominator`; None for a denominator of zero or a result beyond i128.
    pub fn divide(self, numerator: i128, denominator: i128) -> Option<i128> {
        self.multiply_divide(numerator, 1, denominator)
    }

    /// `a * b / denominator`, rounded once, with the product kept whole; None for a denominator
    /// of zero or a result beyond i128.
    pub fn multiply_divide(self, a: i128, b: i128, denominator: i128) -> Option<i128> {
        if let Some(result) = self.narrow(a, b, denominator) {
            return Some(result);
        }
        let negative = (a < 0) ^ (b < 0) ^ (denominator < 0);
        let divisor = denominator.unsigned_abs();
        let (quotient, rest) = wide::multiply_divide(a.unsigned_abs(), b.unsigned_abs(), divisor)?;
        let away = self.goes_away_from_zero(negative, quotient, rest, divisor);
        let magnitude = quotient.checked_add(u128::from(away))?;
        wide::signed(magnitude, negative)
    }

    /// The same where all is in 64 bits and not negative, as most amounts are: one division of the
    /// machine instead of one in software. None where it isn't.
    fn narrow(self, a: i128, b: i128, denominator: i128) -> Option<i128> {
        let (a, b) = (u64::try_from(a).ok()?, u64::try_from(b).ok()?);
        let (product, divisor) = (a.checked_mul(b)?, u64::try_from(denominator).ok()?);
        let quotient = product.checked_div(divisor)?;
        let rest = product - quotient * divisor;
        let away = self.goes_away_from_zero(false, quotient.into(), rest.into(), divisor.into());
        Some(i128::from(quotient) + i128::from(away))
    }

    /// Whether the magnitude `quotient` with `rest / divisor` left is rounded up to the next.
    fn goes_away_from_zero(
        self,
        negative: bool,
        quotient: u128,
        rest: u128,
        divisor: u128,
    ) -> bool {
        // rest < divisor, so this compares the rest with a half and can't overflow.
        let half = rest.cmp(&(divisor - rest));
        match self {
            _ if rest == 0 => false,
            Rounding::HalfEven => half.is_gt() || half.is_eq() && quotient % 2 == 1,
            Rounding::HalfUp => half.is_ge(),
            Rounding::HalfDown => half.is_gt(),
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
        }
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
