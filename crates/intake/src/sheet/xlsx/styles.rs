//! Which cells are dates: a workbook's numbers are, by the format that their style names.

use super::archive::{Archive, PART_MAX_BYTES};
use super::part::{Item, Part};
use crate::error::ReadError;

/// Whether each style shows a date, in the order of the styles.
#[derive(Default)]
pub(super) struct Styles(Vec<Shows>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    Number,
    Date,
    /// A time without a day.
    Time,
}

impl Styles {
    /// A style that isn't there shows a number.
    pub(super) fn of(&self, style: Option<&str>) -> Shows {
        let position = style.and_then(|style| style.parse::<usize>().ok());
        let shows = position.and_then(|position| self.0.get(position));
        shows.copied().unwrap_or(Shows::Number)
    }
}

pub(super) fn read(archive: &mut Archive<'_>, part: &str) -> Result<Styles, ReadError> {
    archive.part(part, PART_MAX_BYTES, styles)
}

fn styles(part: &mut Part<'_>) -> Result<Styles, ReadError> {
    let mut own: Vec<(u32, Shows)> = Vec::new();
    let mut styles = Vec::new();
    let mut in_cells = false;
    loop {
        match part.next()? {
            Item::Open(element) => match element.name.as_str() {
                "numFmt" => {
                    let id = element.get("numFmtId").and_then(|id| id.parse().ok());
                    let code = element.get("formatCode").unwrap_or_default();
                    own.extend(id.map(|id| (id, shown_by(code))));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = element.get("numFmtId").and_then(|id| id.parse().ok());
                    let id = id.unwrap_or(0);
                    let custom = own.iter().find(|(known, _)| *known == id);
                    styles.push(custom.map_or_else(|| builtin(id), |(_, shows)| *shows));
                }
                _ => {}
            },
            Item::Close(name) if name == "cellXfs" => in_cells = false,
            Item::Close(_) | Item::Text(_) => {}
            Item::End => return Ok(Styles(styles)),
        }
    }
}

/// Formats that every workbook has (ECMA-376 part 1, 18.8.30).
fn builtin(id: u32) -> Shows {
    match id {
        14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57..=58 => Shows::Date,
        18..=21 | 32..=35 | 45..=47 | 55..=56 => Shows::Time,
        _ => Shows::Number,
    }
}

/// By the letters of a format outside quotes, brackets and escapes.
fn shown_by(code: &str) -> Shows {
    let mut letters = String::new();
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                characters.by_ref().find(|c| *c == '"');
            }
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                // Elapsed hours, minutes and seconds; else a colour, a condition or a locale.
                if inside
                    .chars()
                    .all(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'))
                {
                    letters.push_str(&inside);
                }
            }
            '\\' | '_' | '*' => {
                characters.next();
            }
            // The positive part says enough.
            ';' => break,
            c => letters.push(c.to_ascii_lowercase()),
        }
    }
    let has = |wanted: &[char]| letters.contains(wanted);
    if letters.contains("general") || has(&['0', '#', '?']) && !has(&['y', 'd', 'h']) {
        return Shows::Number;
    }
    match (has(&['y', 'd']), has(&['h', 's'])) {
        (true, _) => Shows::Date,
        (false, true) => Shows::Time,
        // "mmm" alone is a month.
        (false, false) if has(&['m']) => Shows::Date,
        (false, false) => Shows::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_shows_a_date_by_its_letters() {
        for (code, shows) in [
            ("yyyy-mm-dd", Shows::Date),
            ("dd/mm/yyyy hh:mm", Shows::Date),
            ("[$-407]d. mmmm yyyy;@", Shows::Date),
            ("mmm", Shows::Date),
            ("hh:mm:ss", Shows::Time),
            ("[h]:mm", Shows::Time),
            ("#,##0.00", Shows::Number),
            ("#,##0.00 \"days\"", Shows::Number),
            ("[Red]-0.00", Shows::Number),
            ("General", Shows::Number),
            ("0.00\\d", Shows::Number),
            ("_-* #,##0.00\\ _d", Shows::Number),
        ] {
            assert_eq!(shown_by(code), shows, "{code}");
        }
    }
}
