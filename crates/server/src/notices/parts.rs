//! How many text messages a text is charged as: GSM 7-bit where its alphabet suffices, else UCS-2.
//!
//! Facts: 3GPP TS 23.038 (the alphabet and its extension table, whose characters count double) and
//! TS 23.040 (a message has 140 octets; a joined one loses 6 of them to its header). On purpose
//! absent: national shift tables, which few carriers pass on.

/// The alphabet without its extension table; a carrier's own line feed counts like a letter.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Two places each.
const EXTENSION: &str = "^{}\\[~]|€\u{c}";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    Gsm7,
    Ucs2,
}

/// How a text travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    pub alphabet: Alphabet,
    /// Septets, or UTF-16 units.
    pub units: usize,
    /// Text messages.
    pub parts: u32,
}

/// Measures a text. An empty one is still one message.
pub fn measure(text: &str) -> Length {
    let septets: Option<usize> = text.chars().map(septets).sum();
    let (alphabet, units, parts) = match septets {
        Some(units) => (Alphabet::Gsm7, units, joined(text, units, 160, 153, gsm7)),
        None => {
            let units = text.encode_utf16().count();
            let parts = joined(text, units, 70, 67, char::len_utf16);
            (Alphabet::Ucs2, units, parts)
        }
    };
    Length {
        alphabet,
        units,
        parts,
    }
}

fn septets(c: char) -> Option<usize> {
    match (BASIC.contains(c), EXTENSION.contains(c)) {
        (true, _) => Some(1),
        (false, true) => Some(2),
        (false, false) => None,
    }
}

fn gsm7(c: char) -> usize {
    septets(c).unwrap_or(0)
}

/// A character isn't cut in two between messages.
fn joined(
    text: &str,
    units: usize,
    alone: usize,
    each: usize,
    width: impl Fn(char) -> usize,
) -> u32 {
    if units <= alone {
        return 1;
    }
    let (mut parts, mut used) = (1, 0);
    for width in text.chars().map(width) {
        if used + width > each {
            (parts, used) = (parts + 1, 0);
        }
        used += width;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, alphabet: Alphabet, units: usize, parts: u32) {
        let expected = Length {
            alphabet,
            units,
            parts,
        };
        assert_eq!(
            measure(text),
            expected,
            "{} characters",
            text.chars().count()
        );
    }

    #[test]
    fn a_text_is_charged_as_its_carrier_does() {
        check("", Alphabet::Gsm7, 0, 1);
        check(&"a".repeat(160), Alphabet::Gsm7, 160, 1);
        check(&"a".repeat(161), Alphabet::Gsm7, 161, 2);
        check(&"a".repeat(306), Alphabet::Gsm7, 306, 2);
        check(&"a".repeat(307), Alphabet::Gsm7, 307, 3);
        check(&"क".repeat(70), Alphabet::Ucs2, 70, 1);
        check(&"क".repeat(71), Alphabet::Ucs2, 71, 2);
        check(&"क".repeat(135), Alphabet::Ucs2, 135, 3);
    }

    #[test]
    fn the_extension_table_counts_double_and_isnt_cut() {
        check(&"€".repeat(80), Alphabet::Gsm7, 160, 1);
        // 76 pairs are 152 septets; the 77th doesn't fit the one that is left.
        check(&"€".repeat(81), Alphabet::Gsm7, 162, 2);
        check(&"€".repeat(153), Alphabet::Gsm7, 306, 3);
    }

    #[test]
    fn one_letter_of_another_alphabet_changes_all() {
        check(&format!("{}ş", "a".repeat(69)), Alphabet::Ucs2, 70, 1);
        check(&format!("{}ş", "a".repeat(70)), Alphabet::Ucs2, 71, 2);
        // Beyond the basic plane a character has two units.
        check(&"😀".repeat(35), Alphabet::Ucs2, 70, 1);
        check(&"😀".repeat(36), Alphabet::Ucs2, 72, 2);
    }

    #[test]
    fn the_alphabet_has_its_127_letters() {
        // 128 places less the escape to the extension table.
        assert_eq!(BASIC.chars().count(), 127);
    }
}
