//! Money and counts for people: ISO code first, a no-break space, exactly the currency's own
//! decimals (never CLDR's, which gives some currencies none), grouped by the language.

use fairlock_domain::money::Money;
use icu_decimal::input::Decimal;

use super::Texts;

impl Texts {
    /// `KES 1,500.00`, with U+00A0 and, below zero, U+2212 before the digits.
    pub fn money(&self, money: Money) -> String {
        format!(
            "{}\u{a0}{}",
            money.currency().code(),
            self.money_without_code(money)
        )
    }

    /// `1,500.00`: for a column whose head names the currency.
    pub fn money_without_code(&self, money: Money) -> String {
        let mut decimal = Decimal::from(money.minor().unsigned_abs());
        let exponent = i16::from(money.currency().exponent());
        decimal.multiply_pow10(-exponent);
        decimal.absolute.pad_end(-exponent);
        let sign = if money.minor() < 0 { "\u{2212}" } else { "" };
        format!("{sign}{}", self.decimal.format(&decimal))
    }

    /// A count, grouped: `88,102`.
    pub fn number(&self, n: u64) -> String {
        self.decimal.format(&Decimal::from(n)).to_string()
    }

    /// Thousandths as a number with one decimal: 850 is `0.9`.
    pub fn tenths(&self, thousandths: u64) -> String {
        let mut decimal = Decimal::from(thousandths.saturating_add(50) / 100);
        decimal.multiply_pow10(-1);
        decimal.absolute.pad_end(-1);
        self.decimal.format(&decimal).to_string()
    }
}
