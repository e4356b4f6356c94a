//! The protocol's codes of refusals and cuts, by name: what a phone says back is a number.

use fairlock_protocol::report::Reject;

/// Names of refusals (1 to 16) and cuts (101 to 110), in the order of `protocol::verify`.
const REFUSALS: [&str; 16] = [
    "released",
    "wrapper",
    "size",
    "canonical",
    "header",
    "unknown kid",
    "key expired",
    "alg",
    "signature",
    "old seq",
    "seq jump",
    "schema",
    "role",
    "nonce",
    "late",
    "outside",
];
const CUTS: [&str; 10] = [
    "ksv", "seq", "role", "iat", "base", "warrant", "proof", "charter", "lapse", "end",
];

/// `signature refused`, `base cut`; a number that isn't known stays one.
pub fn name(code: u64) -> String {
    let at = |list: &[&str], first: u64| {
        let index = usize::try_from(code.checked_sub(first)?).ok()?;
        list.get(index).map(|name| (*name).to_string())
    };
    match (at(&REFUSALS, 1), at(&CUTS, 101)) {
        (Some(refusal), _) => format!("refused: {refusal}"),
        (_, Some(cut)) => format!("cut: {cut}"),
        _ => format!("code {code}"),
    }
}

/// A refusal or cut of a report, with the grant it is of.
pub fn reject(reject: &Reject) -> String {
    match (reject.seq, reject.step) {
        (0, _) => name(reject.code),
        (seq, 0) => format!("grant {seq} {}", name(reject.code)),
        (seq, step) => format!(
            "grant {seq} from step {} on {}",
            u64::from(step) + 1,
            name(reject.code)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairlock_protocol::verify::CutReason;

    #[test]
    fn codes_are_named_as_the_protocol_numbers_them() {
        assert_eq!(name(9), "refused: signature");
        assert_eq!(name(CutReason::Ksv.code()), "cut: ksv");
        assert_eq!(name(CutReason::Base.code()), "cut: base");
        assert_eq!(name(CutReason::End.code()), "cut: end");
        assert_eq!(name(99), "code 99");
    }
}
