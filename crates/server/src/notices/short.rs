//! Two short texts that a person asks for, each one text message: a code to type, and "check in".
//!
//! They demand and announce nothing, so no pack has a say in them, and the outbox, which sends only
//! reviewed notices, isn't their road: whoever made the code sends them. A lender's name that would
//! make two messages of one is cut, never the code. English only.

use super::parts::{self, Alphabet};

/// A text message in the GSM alphabet; another alphabet has 70.
const GSM_MAX: usize = 160;
const UCS2_MAX: usize = 70;

/// A code in the groups in which it is read out.
pub fn code(lender: &str, spoken: &str) -> String {
    fit(
        lender,
        &format!(": type this code on your phone, no internet needed: {spoken}. It works once."),
    )
}

/// Asks a phone's owner to let it reach the server: what is waiting then frees it.
pub fn check_in(lender: &str) -> String {
    fit(
        lender,
        ": check in. Open Wi-Fi or mobile data and your phone gets its news.",
    )
}

/// As much of the name as leaves it one message.
fn fit(lender: &str, rest: &str) -> String {
    let mut name = lender.trim().to_string();
    loop {
        let text = format!("{name}{rest}");
        let length = parts::measure(&text);
        let room = match length.alphabet {
            Alphabet::Gsm7 => GSM_MAX,
            Alphabet::Ucs2 => UCS2_MAX,
        };
        if length.units <= room || name.pop().is_none() {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_fits_160_gsm_7_characters_and_carries_a_code_or_says_check_in() {
        let longest = "A lender with a very long name ".repeat(9);
        let spoken = "0731 5121 1435 23870";
        for lender in ["", "Test lender", "Müller & Söhne [Nairobi]", &longest] {
            for (text, says) in [
                (code(lender, spoken), spoken),
                (check_in(lender), "check in"),
            ] {
                let length = parts::measure(&text);
                assert!(length.alphabet == Alphabet::Gsm7, "{text}");
                assert!(length.units <= 160 && length.parts == 1, "{text}");
                assert!(text.contains(says), "{text}");
            }
        }
    }

    #[test]
    fn a_code_or_a_wish_is_one_text_message_whatever_the_lender_is_called() {
        let long = "A lender with a very long name ".repeat(9);
        for lender in ["Test lender", &long, "", "Кредит", "ऋणदाता लिमिटेड"]
        {
            for spoken in ["123 456 789", "324 244 134 441 123", "0731 5121 1435 23870"] {
                let text = code(lender, spoken);
                assert_eq!(parts::measure(&text).parts, 1, "{text}");
                assert!(text.contains(spoken) && text.len() <= 160, "{text}");
            }
            let text = check_in(lender);
            assert_eq!(parts::measure(&text).parts, 1, "{text}");
            assert!(text.contains("check in"), "{text}");
        }
        assert_eq!(
            code("Test lender", "123 456 789"),
            "Test lender: type this code on your phone, no internet needed: 123 456 789. It works once."
        );
    }
}
