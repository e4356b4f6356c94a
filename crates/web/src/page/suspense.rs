//! Suspense: the list, and one item.

use askama::Template;

use super::RenderError;
use crate::text::Texts;
use crate::ui::Ui;
use crate::view::suspense::{Refund, Said, Suspense, SuspenseCandidate, SuspenseItem};
use crate::view::{Density, Frame, Theme};

#[derive(Template)]
#[template(path = "suspense.html")]
struct List<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a Suspense,
}

#[derive(Template)]
#[template(path = "suspense_item.html")]
struct Item<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a SuspenseItem,
}

/// The page at `/payments/suspense`.
pub fn suspense(frame: &Frame, view: &Suspense, texts: &Texts) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(List { frame, ui, v: view }.render()?)
}

/// The page at `/payments/suspense/{id}`.
pub fn suspense_item(
    frame: &Frame,
    view: &SuspenseItem,
    texts: &Texts,
) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(Item { frame, ui, v: view }.render()?)
}

/// The address of a payment's page.
pub fn suspense_address(id: &str) -> String {
    format!("/payments/suspense/{}", crate::view::encoded(id))
}

impl List<'_> {
    fn section(&self) -> &'static str {
        "payments"
    }

    /// The oldest item, or that there is none.
    fn title(&self) -> String {
        match self.v.rows.first() {
            None => self.ui.t("suspense-title-none"),
            Some(row) => self.ui.texts.with(
                "suspense-title",
                [
                    ("amount", self.ui.money_text(&row.amount).into()),
                    ("source", row.source.as_str().into()),
                    ("age", self.ui.age(&row.since).into()),
                ],
            ),
        }
    }

    fn word(&self, group: &str, name: &str) -> String {
        word(&self.ui, group, name)
    }
}

impl Item<'_> {
    fn section(&self) -> &'static str {
        "payments"
    }

    fn title(&self) -> String {
        let amount = self.ui.money_text(&self.v.amount);
        let (key, what) = match (&self.v.contract, self.v.refund, &self.v.waits) {
            (Some(contract), ..) => ("suspense-item-matched", contract.clone()),
            (None, Refund::Owed, _) => ("suspense-item-owed", String::new()),
            (None, Refund::Left, _) => ("suspense-item-left", String::new()),
            (None, Refund::None, Some((_, since))) => ("suspense-item-title", self.ui.age(since)),
            (None, Refund::None, None) => ("suspense-item-gone", String::new()),
        };
        self.ui
            .texts
            .with(key, [("amount", amount.into()), ("what", what.into())])
    }

    fn word(&self, group: &str, name: &str) -> String {
        word(&self.ui, group, name)
    }

    /// "Match: remind to free".
    fn match_word(&self, candidate: &SuspenseCandidate) -> String {
        let now = self.ui.level_word(&candidate.level);
        match candidate.would_be {
            None => self.ui.say("suspense-match", "id", &candidate.id),
            Some(same) if same == candidate.level => {
                self.ui.say("suspense-match-same", "level", &now)
            }
            Some(after) => self.ui.texts.with(
                "suspense-match-moves",
                [
                    ("before", now.into()),
                    ("after", self.ui.level_word(&after).into()),
                ],
            ),
        }
    }

    fn score(&self, candidate: &SuspenseCandidate) -> String {
        let score = self.ui.number(&u64::from(candidate.score));
        self.ui.say("suspense-score", "score", &score)
    }

    /// What became of a decision, and whether it was taken.
    fn said(&self) -> Option<(bool, String)> {
        Some(match self.v.said.as_ref()? {
            Said::Done(after) => (true, self.ui.say("suspense-done", "after", after)),
            Said::Changed => (false, self.ui.t("suspense-changed")),
            Said::Refused(why) => (false, why.clone()),
        })
    }

    fn decides(&self) -> bool {
        self.v.waits.is_some()
    }
}

/// A name of a closed list in words, or itself where the catalogue doesn't have it.
fn word(ui: &Ui<'_>, group: &str, name: &str) -> String {
    let key = format!("{group}-{}", name.replace('_', "-"));
    match ui.texts.has(&key) {
        true => ui.t(&key),
        false => name.replace('_', " "),
    }
}
