//! A grant, decoded.

use askama::Template;

use super::{RenderError, contract_address};
use crate::text::{self, Texts};
use crate::ui::Ui;
use crate::view::grant::{Answer, GrantNotice, Signature, Warrant};
use crate::view::{Density, Frame, Grant, Theme};

#[derive(Template)]
#[template(path = "grant.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a Grant,
    base: String,
}

/// The page at `/contracts/{id}/grants/{seq}`.
pub fn grant(frame: &Frame, view: &Grant, texts: &Texts) -> Result<String, RenderError> {
    let page = Page {
        frame,
        ui: Ui::new(texts, &frame.place, frame.now),
        v: view,
        base: contract_address(&view.id),
    };
    Ok(page.render()?)
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        "contracts"
    }

    fn title(&self) -> String {
        let seq = self.ui.number(&self.v.words.seq);
        let answer = match &self.v.answer {
            Answer::Unsigned => self.ui.t("answer-unsigned"),
            Answer::NotDelivered => self.ui.t("answer-not-delivered"),
            Answer::Accepted { at } => {
                let when = self.ui.brief(at).text;
                self.ui.say("answer-accepted", "when", &when)
            }
            Answer::Superseded { .. } => self.ui.t("answer-superseded"),
            Answer::Refused { .. } => self.ui.t("answer-refused"),
        };
        self.ui.texts.with(
            "grant-title",
            [("seq", seq.into()), ("answer", answer.into())],
        )
    }

    fn key(&self, signature: &Signature) -> String {
        self.ui.texts.with(
            "grant-key",
            [
                ("role", signature.role.as_str().into()),
                ("kid", signature.kid.as_str().into()),
            ],
        )
    }

    fn lapse(&self) -> String {
        match &self.v.words.lapse {
            None => self.ui.t("grant-lapse-charter"),
            Some((hours, level)) => self.ui.texts.with(
                "grant-lapse-says",
                [
                    ("n", (*hours).into()),
                    ("count", self.ui.number(hours).into()),
                    ("level", self.ui.level_word(level).into()),
                ],
            ),
        }
    }

    fn notice(&self, notice: &GrantNotice) -> String {
        let name = notice.name.clone().unwrap_or_else(|| notice.id.to_string());
        let from = self.ui.brief(&notice.show_from).text;
        self.ui.texts.with(
            "grant-notice-line",
            [
                ("name", name.into()),
                ("level", self.ui.level_word(&notice.level).into()),
                ("amount", self.ui.money_text(&notice.amount).into()),
                ("due", self.ui.day(&notice.due).into()),
                ("from", from.into()),
            ],
        )
    }

    fn short<'h>(&self, hash: &'h str) -> &'h str {
        text::hash_short(hash)
    }

    /// Steps count from 1 on the page.
    fn covers(&self, warrant: &Warrant) -> u64 {
        warrant.covers.saturating_add(1)
    }

    fn bytes(&self) -> u64 {
        u64::try_from(self.v.bytes).unwrap_or(u64::MAX)
    }
}
