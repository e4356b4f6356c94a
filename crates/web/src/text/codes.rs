//! Codes as people read them: references in fours, IMEI 2-6-6-1, hashes by their first eight.

/// `RF93 4471 20`: an ISO 11649 reference in fours. Copying gives the characters alone.
pub fn reference(code: &str) -> String {
    grouped(code, &[4; 6])
}

/// `35-209900-176148-1`.
pub fn imei(code: &str) -> String {
    let parts = grouped(code, &[2, 6, 6, 1]);
    parts.replace(' ', "-")
}

/// The first eight characters.
pub fn hash_short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

fn grouped(code: &str, sizes: &[usize]) -> String {
    let mut chars = code.chars().filter(|c| !c.is_whitespace());
    let mut groups: Vec<String> = sizes
        .iter()
        .map(|n| chars.by_ref().take(*n).collect::<String>())
        .filter(|g| !g.is_empty())
        .collect();
    let rest: String = chars.collect();
    if !rest.is_empty() {
        groups.push(rest);
    }
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_grouped_for_the_eye() {
        assert_eq!(reference("RF93447120"), "RF93 4471 20");
        assert_eq!(imei("352099001761481"), "35-209900-176148-1");
        assert_eq!(hash_short("9f31c2aa00"), "9f31c2aa");
        assert_eq!(hash_short("9f"), "9f");
    }
}
