//! The window of `fairlock phone`: the phone's page, and under a line what stands behind the glass.
//!
//! Reading order: `words` and `layout` (sentences, lines), `screen` (what the phone shows by
//! itself), `pages` and `charter` (behind its buttons), `typed` (what a line does), `qr`. On purpose
//! absent: single keys without Enter, so that a pipe drives a phone as a person does.

mod charter;
mod layout;
mod pages;
pub mod qr;
mod screen;
#[cfg(test)]
mod tests;
mod typed;
pub mod words;

use fairlock_agent::ScreenKind;
use fairlock_protocol::Level;
use fairlock_protocol::channel::Said;
use fairlock_sim::phone::backend::Faults;
use fairlock_sim::phone::{Finger, View};
use fairlock_web::Texts;

use layout::Page;
use pages::Open;
pub use typed::fault;
use typed::{KEYS, Typed};
use words::{Words, kebab};

/// How the window is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub width: usize,
    /// A terminal: the window is redrawn in place, in bold, codes black on white.
    pub terminal: bool,
    /// Lines that fit; all of them where nothing scrolls away.
    pub rows: Option<usize>,
}

/// Fewest lines of a page that are shown at once.
const ROWS_MIN: usize = 8;

/// One phone's window.
pub struct Window {
    texts: Texts,
    look: Look,
    open: Open,
    /// Which part of a page that is longer than the terminal, and of how many.
    part: (usize, usize),
    view: Option<View>,
    /// What the last line came to, if it came to nothing else.
    told: Option<String>,
}

impl Window {
    pub fn new(texts: Texts, look: Look) -> Window {
        Window {
            texts,
            look,
            open: Open::Home,
            part: (0, 1),
            view: None,
            told: None,
        }
    }

    /// Something changed; another screen than before is shown even over an open page.
    pub fn see(&mut self, view: View) -> String {
        let kind = |view: &View| view.screen.as_ref().map(|screen| screen.kind);
        if self.view.as_ref().map(kind) != Some(kind(&view)) {
            self.turn(Open::Home);
        }
        self.view = Some(view);
        self.draw()
    }

    /// A line was typed: what the finger does, or the page that it opens.
    pub fn take(&mut self, line: &str) -> Result<Finger, String> {
        self.told = None;
        match typed::read(line) {
            Typed::Do(finger) => {
                if !matches!(finger, Finger::Code(_)) {
                    self.turn(Open::Home);
                }
                return Ok(finger);
            }
            Typed::Next if self.part.1 > 1 => self.part.0 = (self.part.0 + 1) % self.part.1,
            Typed::Next => self.turn(Open::Home),
            Typed::Turn(open) => self.turn(open),
            Typed::Tell => match self.open {
                Open::Paid => return Ok(Finger::Say(Said::Paid)),
                Open::Wrong => return Ok(Finger::Say(Said::Wrong)),
                Open::Used => return Ok(Finger::Say(Said::BoughtUsed)),
                _ => self.told = Some("o tells on the pages v, d and u".to_string()),
            },
            Typed::Wrong(why) => self.told = Some(why),
        }
        Err(self.draw())
    }

    fn turn(&mut self, open: Open) {
        self.open = open;
        self.part.0 = 0;
    }

    fn draw(&mut self) -> String {
        let Some(view) = &self.view else {
            return self.told.clone().unwrap_or_default();
        };
        let words = Words::new(&self.texts, view.charter.as_ref());
        let mut page = Page::new(self.look.width, self.look.terminal);
        if view.lit {
            pages::page(self.open, view, &words, self.look.terminal, &mut page);
        } else {
            page.text("(The screen is dark. s lights it.)");
        }
        let mut foot = Page::new(self.look.width, self.look.terminal);
        foot.rule();
        behind(view, &mut foot);
        match self.open {
            Open::Keys if foot.width() >= layout::WIDTH_MAX => foot.raw(KEYS),
            Open::Keys => KEYS.lines().for_each(|line| foot.text(line)),
            _ => foot.text("? keys  q quit"),
        }
        if let Some(told) = &self.told {
            foot.strong(told);
        }
        let (page, foot) = (page.finish(), foot.finish());
        let text = self.fit(&page, &foot);
        match self.look.terminal {
            // Clears, and begins at the top.
            true => format!("\u{1b}[2J\u{1b}[H{text}"),
            false => text,
        }
    }

    /// As much of the page as fits above the foot: what is to be read first never scrolls away.
    fn fit(&mut self, page: &[String], foot: &[String]) -> String {
        // One line for what is typed, one that says how to go on.
        let rows = self
            .look
            .rows
            .map(|rows| rows.saturating_sub(foot.len() + 2));
        let room = rows.map_or(page.len(), |rows| rows.max(ROWS_MIN)).max(1);
        let parts = page.len().div_ceil(room).max(1);
        self.part = (self.part.0.min(parts - 1), parts);
        let shown = page.iter().skip(self.part.0 * room).take(room);
        let more = format!("(part {} of {parts}: Enter for more)", self.part.0 + 1);
        let more = (parts > 1).then_some(&more);
        let lines = shown.chain(more).chain(foot).map(String::as_str);
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The simulation's own line: what is in effect, and what is broken.
fn behind(view: &View, page: &mut Page) {
    let behind = &view.behind;
    let seen = behind.seen.level;
    let mut parts = vec![match seen == behind.wanted {
        true => format!("in effect: {}", seen.word()),
        false => format!("in effect: {}, told: {}", seen.word(), behind.wanted.word()),
    }];
    for function in &behind.seen.missing {
        parts.push(format!("takes {}", kebab(function)));
    }
    let cannot = [
        (behind.capabilities.reduce, Level::Reduce),
        (behind.capabilities.lock, Level::Lock),
    ];
    for (_, level) in cannot.iter().filter(|(can, _)| !can) {
        parts.push(format!("cannot {}", level.word()));
    }
    parts.extend(fault_word(&behind.faults));
    parts.push(match (view.airplane, view.connected) {
        (true, _) => "airplane mode".to_string(),
        (false, true) => "connected".to_string(),
        (false, false) => "not connected".to_string(),
    });
    parts.push(format!("boot {}", behind.boot));
    if behind.seq > 0 {
        parts.push(format!("grant {}", behind.seq));
    }
    let parts = parts.iter().map(|part| part.replace(' ', "\u{a0}"));
    page.text(&parts.collect::<Vec<_>>().join(" \u{b7} "));
}

fn fault_word(faults: &Faults) -> Option<String> {
    if faults.right_lost {
        return Some("fault: right-lost".to_string());
    }
    if faults.refuse_after.is_some() {
        return Some("fault: refuse".to_string());
    }
    let takes = faults.takes?;
    Some(format!("fault: takes-{}", kebab(&takes)))
}

/// The charter is before the owner.
pub fn asks(view: &View) -> bool {
    let kind = view.screen.as_ref().map(|screen| screen.kind);
    matches!(kind, Some(ScreenKind::Charter))
}
