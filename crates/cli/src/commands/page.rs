//! Pages for a terminal: plain text of at most 96 columns, further lines under the words.

const WIDTH: usize = 96;

pub struct Page(pub String);

impl Page {
    pub fn line(&mut self, text: &str) {
        self.hung("", text);
    }

    pub fn title(&mut self, text: &str) {
        self.0.push('\n');
        self.line(text);
        self.line(&"-".repeat(text.chars().count()));
    }

    /// Words after a head, broken at the width; further lines begin below the words.
    pub fn hung(&mut self, head: &str, text: &str) {
        let indent = head.chars().count();
        let mut column = indent;
        self.0.push_str(head);
        for (i, word) in text.split_whitespace().enumerate() {
            let length = word.chars().count();
            if i > 0 && column + 1 + length > WIDTH {
                self.0.push('\n');
                self.0.push_str(&" ".repeat(indent));
                column = indent;
            } else if i > 0 {
                self.0.push(' ');
                column += 1;
            }
            self.0.push_str(word);
            column += length;
        }
        self.0.push('\n');
    }
}
