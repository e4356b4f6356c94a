//! Why a payment failed, in the few words that borrowers are told from.
//!
//! Providers have hundreds of codes; a borrower can do one of a few things. A code that isn't
//! here is `refused`: it is true, and says no more than is known.

use fairlock_intake::notification::Failure;

/// A part of a provider's code in lower case, and what it is to the payer. The first that fits
/// counts, so that the more telling ones come first.
const CODES: &[(&str, &str)] = &[
    // Stripe's decline codes and MoMo's reasons.
    ("insufficient_funds", "insufficient_funds"),
    ("not_enough_funds", "insufficient_funds"),
    ("low_balance", "insufficient_funds"),
    ("pin", "wrong_pin"),
    ("limit", "limit_exceeded"),
    ("velocity", "limit_exceeded"),
    ("amount_too_large", "limit_exceeded"),
    ("expired_card", "refused"),
    ("expired", "timed_out"),
    ("timeout", "timed_out"),
    ("offer_closed", "timed_out"),
    ("expire", "timed_out"),
    ("payer_not_found", "wrong_account"),
    ("payee_not_found", "wrong_account"),
    ("no_account", "wrong_account"),
    ("account_closed", "wrong_account"),
    ("invalid_account", "wrong_account"),
    ("cancel", "cancelled"),
    ("abandoned", "cancelled"),
    ("requested_by_customer", "cancelled"),
    ("approval_rejected", "cancelled"),
    // Airtel's response codes for collections.
    ("dp00800001002", "wrong_pin"),
    ("dp00800001003", "limit_exceeded"),
    ("dp00800001005", "timed_out"),
    ("dp00800001007", "insufficient_funds"),
    ("dp00800001010", "wrong_account"),
    ("dp00800001024", "timed_out"),
];

/// Adyen's code says at which step it failed; its reason, in words, says why.
const WORDS: &[(&str, &str)] = &[
    ("not enough balance", "insufficient_funds"),
    ("insufficient funds", "insufficient_funds"),
    ("amount exceeded", "limit_exceeded"),
    ("invalid pin", "wrong_pin"),
    ("pin tries", "wrong_pin"),
    ("cancelled", "cancelled"),
];

/// The name of a failure, in the closed list of `News::failure`.
pub fn name(failure: &Failure) -> &'static str {
    let code = failure.code.to_lowercase();
    let text = failure.text.as_deref().unwrap_or_default().to_lowercase();
    let by_code = CODES.iter().find(|(part, _)| code.contains(part));
    let by_text = WORDS.iter().find(|(part, _)| text.contains(part));
    let found = by_code.or(by_text);
    found.map_or("refused", |(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, text: &str, expected: &str) {
        let failure = Failure {
            code: code.to_owned(),
            text: Some(text.to_owned()),
        };
        assert_eq!(name(&failure), expected, "{code} {text}");
    }

    #[test]
    fn providers_codes_become_what_a_borrower_can_act_on() {
        check("insufficient_funds", "", "insufficient_funds");
        check("incorrect_pin", "", "wrong_pin");
        check("expired_card", "", "refused");
        check("expired", "", "timed_out");
        check("do_not_honor", "", "refused");
        check("abandoned", "", "cancelled");
        check("AUTHORISATION", "Not enough balance", "insufficient_funds");
        check("AUTHORISATION", "Refused", "refused");
        check("CANCELLATION", "", "cancelled");
        check("OFFER_CLOSED", "", "timed_out");
        check("DP00800001007", "", "insufficient_funds");
        check("DP00800001008", "", "refused");
        check(
            "LOW_BALANCE_OR_PAYEE_LIMIT_REACHED_OR_NOT_ALLOWED",
            "",
            "insufficient_funds",
        );
        check("PAYER_LIMIT_REACHED", "", "limit_exceeded");
        check("PAYER_NOT_FOUND", "", "wrong_account");
        check("APPROVAL_REJECTED", "", "cancelled");
        check("EXPIRED", "", "timed_out");
    }
}
