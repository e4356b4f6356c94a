//! An enrolment bundle as text: its bytes in hexadecimal digits, as `fairlock enrol` prints it.

use fairlock_protocol::enrol::Bundle;

/// Reads a bundle; None when the text is none.
pub fn read(text: &str) -> Option<Bundle> {
    let digits = text.trim().as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks_exact(2).map(byte).collect();
    Bundle::decode(&bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairlock_protocol::enrol::hex;

    #[test]
    fn a_bundle_survives_its_text() {
        let bundle = Bundle {
            token: [7; 16],
            server: "http://127.0.0.1:4470".to_string(),
            pins: Vec::new(),
            key_set: [1; 32],
            lender: [2; 16],
            contract: "C-1001".to_string(),
        };
        let text = format!("{}\n", hex(&bundle.encode()));
        assert!(read(&text) == Some(bundle));
        for wrong in ["", "0", "zz", "00"] {
            assert!(read(wrong).is_none(), "{wrong:?}");
        }
    }
}
