//! Step texts against patterns in which `{s}` is a quoted text and `{n}` a number.

/// What a text has in the places of a pattern, or None when it isn't that step. The words around
/// must be the same, but for case and a doubled keyword ("When Admin ...").
pub fn captures<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let keywords = ["Given ", "When ", "Then ", "And ", "But "];
    let stripped = keywords.iter().find_map(|word| text.strip_prefix(word));
    of(pattern, text.trim()).or_else(|| of(pattern, stripped?.trim()))
}

fn of<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let (mut rest, mut pattern) = (text, pattern);
    let mut found = Vec::new();
    while let Some(open) = pattern.find('{') {
        rest = after(rest, &pattern[..open])?;
        let kind = &pattern[open..open + 3];
        pattern = &pattern[open + 3..];
        let (value, left) = match kind {
            "{s}" => quoted(rest)?,
            "{n}" => number(rest)?,
            other => panic!("no such place in a pattern: {other}"),
        };
        found.push(value);
        rest = left;
    }
    after(rest, pattern)?.is_empty().then_some(found)
}

fn after<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let head = text.get(..words.len())?;
    head.eq_ignore_ascii_case(words)
        .then(|| &text[words.len()..])
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let mark = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split_once(mark)
}

fn number(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    // A full stop after a number belongs to the sentence.
    let number = text[..end].trim_end_matches('.');
    let first = number.bytes().find(u8::is_ascii_digit);
    first.map(|_| (number, &text[number.len()..]))
}

#[test]
fn a_text_is_a_step_when_all_its_words_are() {
    let pays = "Customer makes {s} repayment on {s} with {n} EUR transaction amount";
    let text = "Customer makes \"AUTOPAY\" repayment on \"16 January 2023\" with 12.50 EUR transaction amount";
    assert_eq!(
        captures(pays, text),
        Some(vec!["AUTOPAY", "16 January 2023", "12.50"])
    );
    let undone =
        "When Admin makes \"X\" chargeback with 5 EUR transaction amount for Payment nr. 2";
    let pattern = "Admin makes {s} chargeback with {n} EUR transaction amount for Payment nr. {n}";
    assert_eq!(captures(pattern, undone), Some(vec!["X", "5", "2"]));
    assert_eq!(captures(pattern, text), None);
    assert_eq!(captures(pays, &format!("{text} twice")), None);
}
