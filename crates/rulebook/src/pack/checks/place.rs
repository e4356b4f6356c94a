//! Lines of a pack file: where a key of the head, a rule or a key of a rule stands.

use super::At;

/// Counts from 1. A key that isn't there is meant where its table begins; 0 is the whole file.
pub fn line_of(text: &str, at: At) -> usize {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let found = match at {
        At::Head(key) => head_line(&lines, key),
        At::Rule(number) => block(&lines, number).map(|(from, _)| from),
        At::Key(number, key) => {
            let block = block(&lines, number);
            block.map(|(from, to)| {
                let own = lines[from..to].iter().position(|line| key_of(line) == key);
                own.map_or(from, |place| from + place)
            })
        }
    };
    found.map_or(0, |index| index + 1)
}

fn key_of(line: &str) -> &str {
    line.split('=').next().unwrap_or_default().trim()
}

/// A key before the first table, or a table by its whole header.
fn head_line(lines: &[&str], key: &str) -> Option<usize> {
    if key.starts_with('[') {
        return lines.iter().position(|line| *line == key);
    }
    let mut head = lines.iter().take_while(|line| !line.starts_with('['));
    head.position(|line| key_of(line) == key)
}

/// First line of the table that has this number, and the line after its last. Of two tables the
/// later: it is the one too many.
fn block(lines: &[&str], number: u16) -> Option<(usize, usize)> {
    let has = |line: &&str| {
        let value = line.split('=').nth(1).unwrap_or_default();
        let value = value.split('#').next().unwrap_or_default().trim();
        key_of(line) == "number" && value == number.to_string()
    };
    let first_table = lines.iter().position(|line| line.starts_with('['))?;
    let own = lines[first_table..].iter().rposition(has)? + first_table;
    let from = lines[..own]
        .iter()
        .rposition(|line| line.starts_with('['))?;
    let next = lines[own..].iter().position(|line| line.starts_with('['));
    Some((from, next.map_or(lines.len(), |next| own + next)))
}
