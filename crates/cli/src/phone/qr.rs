//! A code to scan in a terminal: two rows of squares a line, with the quiet zone that readers need.

use fairlock_web::ui::{Modules, QUIET, modules};

/// Black on white whatever the terminal's colours.
const INK: &str = "\u{1b}[30;107m";
const END: &str = "\u{1b}[0m";

/// None for a text that no code holds. In colour it is always black on white; without, what is
/// printed is dark, as on paper.
pub fn blocks(text: &str, colour: bool) -> Option<String> {
    let Modules { width, dark } = modules(text)?;
    let side = width + 2 * QUIET;
    let at = |x: usize, y: usize| {
        let inside = |v: usize| v.checked_sub(QUIET).filter(|v| *v < width);
        inside(x)
            .zip(inside(y))
            .is_some_and(|(x, y)| dark.get(y * width + x).copied().unwrap_or(false))
    };
    let mut lines = Vec::new();
    for y in (0..side).step_by(2) {
        let squares = (0..side).map(|x| match (at(x, y), at(x, y + 1)) {
            (true, true) => '\u{2588}',
            (true, false) => '\u{2580}',
            (false, true) => '\u{2584}',
            (false, false) => ' ',
        });
        let line: String = squares.collect();
        lines.push(match colour {
            true => format!("{INK}{line}{END}"),
            false => line.trim_end().to_string(),
        });
    }
    Some(lines.join("\n"))
}
