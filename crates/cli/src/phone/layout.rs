//! Lines of a window: words are wrapped between words, buttons stay whole, amounts and telephone
//! numbers (with no-break spaces in them) too.

/// Fewest columns that the layout cares for: of the smallest phones' terminals.
pub const WIDTH_MIN: usize = 32;
/// Lines longer than this tire the eye.
pub const WIDTH_MAX: usize = 80;

/// A page on its way to the terminal.
pub struct Page {
    width: usize,
    /// The terminal understands bold.
    bold: bool,
    lines: Vec<String>,
}

impl Page {
    pub fn new(width: usize, bold: bool) -> Page {
        Page {
            width: width.clamp(WIDTH_MIN, WIDTH_MAX),
            bold,
            lines: Vec::new(),
        }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn text(&mut self, text: &str) {
        self.lines.extend(wrap(text, self.width));
    }

    /// What is to be read first.
    pub fn strong(&mut self, text: &str) {
        let lines = wrap(text, self.width).into_iter();
        let bold = self.bold;
        self.lines.extend(lines.map(|line| match bold {
            true => format!("\u{1b}[1m{line}\u{1b}[0m"),
            false => line,
        }));
    }

    /// One of a list.
    pub fn item(&mut self, text: &str) {
        let lines = wrap(text, self.width - 2);
        for (i, line) in lines.iter().enumerate() {
            let mark = if i == 0 { "- " } else { "  " };
            self.lines.push(format!("{mark}{line}"));
        }
    }

    /// Something at each end of a line; below each other where both don't fit.
    pub fn ends(&mut self, left: &str, right: &str) {
        let used = left.chars().count() + right.chars().count();
        match self.width.checked_sub(used) {
            Some(room) if room > 0 => {
                let line = format!("{left}{}{right}", " ".repeat(room));
                self.lines.push(line.replace('\u{a0}', " "));
            }
            _ => {
                self.text(left);
                self.text(right);
            }
        }
    }

    /// Keys with what they do.
    pub fn buttons(&mut self, buttons: &[(&str, String)]) {
        let buttons = buttons.iter().map(|(key, label)| {
            let label = label.replace(' ', "\u{a0}");
            match key.is_empty() {
                true => format!("[{label}]"),
                false => format!("[{key}\u{a0}\u{a0}{label}]"),
            }
        });
        self.text(&buttons.collect::<Vec<_>>().join(" "));
    }

    /// Two texts side by side; one below the other where there is no room.
    pub fn beside(&mut self, heads: (&str, &str), left: &str, right: &str) {
        let half = (self.width - 3) / 2;
        if half < WIDTH_MIN {
            self.item(&format!("{}: {left}", heads.0));
            self.item(&format!("{}: {right}", heads.1));
            return;
        }
        let column = |head: &str, text: &str| wrap(&format!("{head}: {text}"), half);
        let (left, right) = (column(heads.0, left), column(heads.1, right));
        for i in 0..left.len().max(right.len()) {
            let at = |column: &[String]| column.get(i).cloned().unwrap_or_default();
            let (one, other) = (at(&left), at(&right));
            let room = " ".repeat(half.saturating_sub(one.chars().count()));
            self.lines
                .push(format!("{one}{room} | {other}").trim_end().to_string());
        }
    }

    pub fn rule(&mut self) {
        self.lines.push("\u{2500}".repeat(self.width));
    }

    /// Lines that stand as they are.
    pub fn raw(&mut self, text: &str) {
        self.lines.extend(text.lines().map(str::to_string));
    }

    pub fn finish(self) -> Vec<String> {
        self.lines
    }
}

/// Breaks between words; a word longer than a line is cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let chars: Vec<char> = word.chars().collect();
        for piece in chars.chunks(width) {
            if used > 0 && used + 1 + piece.len() > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            let shown = piece.iter().map(|c| if *c == '\u{a0}' { ' ' } else { *c });
            line.extend(shown);
            used += piece.len();
        }
    }
    if used > 0 || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_amounts_stay_whole() {
        let text = "KES\u{a0}1,500.00 opens it, and a_word_that_is_too_long";
        let expected = [
            "KES 1,500.00",
            "opens it, and",
            "a_word_that_is",
            "_too_long",
        ];
        assert_eq!(wrap(text, 14), expected);
        assert_eq!(wrap("", 14), [""]);
    }

    #[test]
    fn two_texts_stand_side_by_side_where_there_is_room() {
        let check = |width, expected: &str| {
            let mut page = Page::new(width, false);
            page.beside(("Now", "New"), "24 hours", "48 hours");
            assert_eq!(page.finish().join("\n"), expected);
        };
        check(40, "- Now: 24 hours\n- New: 48 hours");
        let gap = " ".repeat(38 - "Now: 24 hours".len());
        check(80, &format!("Now: 24 hours{gap} | New: 48 hours"));
    }
}
