//! Amounts as banks write them in tables: `1.234,56`, `1234,56`, `1,234.56`, `1 234,56`,
//! `1'234.56`, `12,34,567.89`.
//!
//! A style is given by an example, and holds strictly: a group that hasn't three digits is an
//! error, not a guess, because "1.23" under `1.234,56` would else be a hundred times as much. An
//! amount without groups is right in every style. A minus may stand before or behind, or as
//! brackets. On purpose absent: currency signs in the cell.

use crate::decimal::{Decimal, DecimalError};

/// How a mapping's amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AmountStyle {
    decimal: char,
    group: Option<Group>,
    /// As the mapping has it, for errors.
    example: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    /// Threes behind this character.
    Threes(char),
    /// A three, then twos: lakh and crore.
    Indian,
}

/// What a mapping may say under `amounts`, most used first.
const STYLES: [AmountStyle; 7] = [
    style('.', None, "1234.56"),
    style('.', Some(Group::Threes(',')), "1,234.56"),
    style(',', None, "1234,56"),
    style(',', Some(Group::Threes('.')), "1.234,56"),
    style(',', Some(Group::Threes(' ')), "1 234,56"),
    style('.', Some(Group::Threes('\'')), "1'234.56"),
    style('.', Some(Group::Indian), "12,34,567.89"),
];

const fn style(decimal: char, group: Option<Group>, example: &'static str) -> AmountStyle {
    AmountStyle {
        decimal,
        group,
        example,
    }
}

/// Text longer than this is no amount; digits alone are at most 18.
const TEXT_MAX: usize = 64;

impl AmountStyle {
    /// Without groups and with a point: what a workbook's own numbers are.
    pub(crate) const PLAIN: AmountStyle = STYLES[0];

    pub(crate) fn of_example(example: &str) -> Option<Self> {
        STYLES.into_iter().find(|style| style.example == example)
    }

    pub(crate) fn examples() -> String {
        STYLES
            .map(|style| format!("\"{}\"", style.example))
            .join(", ")
    }

    /// The amount without its sign, and whether it had a minus. The error is what was expected.
    pub(crate) fn parse(self, text: &str) -> Result<(bool, Decimal), String> {
        let (negative, digits) = unsigned(text);
        let plain = self.plain(digits).ok_or_else(|| self.expected())?;
        match Decimal::parse(&plain) {
            Ok(amount) => Ok((negative, amount)),
            Err(DecimalError::TooLong) => Err(DecimalError::TooLong.expected().to_owned()),
            Err(DecimalError::NotADecimal | DecimalError::Negative) => Err(self.expected()),
        }
    }

    fn expected(self) -> String {
        format!("an amount such as {}", self.example)
    }

    /// Digits with at most one point; `None` when the text isn't in this style.
    fn plain(self, text: &str) -> Option<String> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let (whole, decimals) = match text.split_once(self.decimal) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if decimals.is_some_and(|part| part.is_empty() || !digits(part)) {
            return None;
        }
        let mut plain = String::with_capacity(text.len());
        if !whole.is_empty() && digits(whole) {
            plain.push_str(whole);
        } else {
            self.ungrouped(whole, &mut plain)?;
        }
        if let Some(decimals) = decimals {
            plain.push('.');
            plain.push_str(decimals);
        }
        Some(plain)
    }

    /// The digits of a whole number with groups; an empty one is none.
    fn ungrouped(self, whole: &str, plain: &mut String) -> Option<()> {
        let group = self.group?;
        let separates = |c: char| match group {
            Group::Threes(' ') => matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'),
            Group::Threes('\'') => matches!(c, '\'' | '\u{2019}'),
            Group::Threes(separator) => c == separator,
            Group::Indian => c == ',',
        };
        let parts: Vec<&str> = whole.split(separates).collect();
        let last = parts.len() - 1;
        for (position, part) in parts.iter().enumerate() {
            let width = match group {
                Group::Indian if position < last => 2,
                Group::Indian | Group::Threes(_) => 3,
            };
            let fits = match position {
                0 => (1..=width).contains(&part.len()),
                _ => part.len() == width,
            };
            if !fits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            plain.push_str(part);
        }
        Some(())
    }
}

/// Takes one sign off: a plus or minus before, a minus behind, or brackets around.
fn unsigned(text: &str) -> (bool, &str) {
    let minus = ['-', '\u{2212}'];
    if let Some(rest) = text.strip_prefix(minus) {
        return (true, rest.trim_start());
    }
    if let Some(rest) = text.strip_suffix(minus) {
        return (true, rest.trim_end());
    }
    let bracketed = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    if let Some(inside) = bracketed {
        return (true, inside.trim());
    }
    (false, text.strip_prefix('+').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(example: &str, text: &str, expected: Option<(bool, &str)>) {
        let style = AmountStyle::of_example(example).unwrap();
        let read = style.parse(text).ok();
        let read = read
            .as_ref()
            .map(|(minus, amount)| (*minus, amount.as_str()));
        assert_eq!(read, expected, "{text:?} under {example:?}");
    }

    #[test]
    fn each_style_reads_its_own_amounts() {
        for (example, text, plain) in [
            ("1234.56", "1234.56", "1234.56"),
            ("1,234.56", "1,234,567.8", "1234567.8"),
            ("1,234.56", "1234.56", "1234.56"),
            ("1234,56", "1234,5", "1234.5"),
            ("1.234,56", "1.234,56", "1234.56"),
            ("1.234,56", "1.234", "1234"),
            ("1 234,56", "1\u{202f}234,56", "1234.56"),
            ("1'234.56", "1\u{2019}234.56", "1234.56"),
            ("12,34,567.89", "12,34,567.89", "1234567.89"),
            ("12,34,567.89", "5,00,000", "500000"),
        ] {
            check(example, text, Some((false, plain)));
        }
    }

    #[test]
    fn a_group_of_another_width_is_no_group() {
        for (example, text) in [
            ("1.234,56", "1.23"),
            ("1.234,56", "12.34"),
            ("1.234,56", "12..34"),
            ("1.234,56", ".234"),
            ("1.234,56", "1,234.56"),
            ("1,234.56", "1.234,56"),
            ("1,234.56", "1,2345.00"),
            ("1234.56", "1,234.56"),
            ("1234,56", "1.234,56"),
            ("12,34,567.89", "1,234,567.89"),
            ("1234.56", "12..34"),
            ("1234.56", "12."),
            ("1234.56", ""),
            ("1234.56", "-"),
            ("1234.56", "--5"),
            ("1234.56", "1e3"),
            ("1234.56", "KES 5"),
            ("1234.56", "1000000000000000000"),
        ] {
            check(example, text, None);
        }
    }

    #[test]
    fn a_minus_stands_before_behind_or_as_brackets() {
        for text in ["-4.50", "\u{2212}4.50", "4.50-", "(4.50)", "- 4.50"] {
            check("1234.56", text, Some((true, "4.50")));
        }
        check("1234.56", "+4.50", Some((false, "4.50")));
    }
}
