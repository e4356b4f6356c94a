//! The phone mirror: what the borrower sees now, beside the five facts.

use askama::Template;

use super::{RenderError, contract_address};
use crate::text::Texts;
use crate::ui::Ui;
use crate::view::phone::{Live as LiveView, Phone, ScreenKind, Source};
use crate::view::{Density, Frame, Theme};

#[derive(Template)]
#[template(path = "phone.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    l: &'a LiveView,
    base: String,
}

#[derive(Template)]
#[template(path = "live/phone.html")]
struct Live<'a> {
    ui: Ui<'a>,
    l: &'a LiveView,
    base: String,
}

/// The page at `/contracts/{id}/phone`.
pub fn phone(frame: &Frame, view: &Phone, texts: &Texts) -> Result<String, RenderError> {
    let page = Page {
        frame,
        ui: Ui::new(texts, &frame.place, frame.now),
        l: &view.live,
        base: contract_address(&view.id),
    };
    Ok(page.render()?)
}

/// The live part alone.
pub fn phone_live(frame: &Frame, live: &LiveView, texts: &Texts) -> Result<String, RenderError> {
    let part = Live {
        ui: Ui::new(texts, &frame.place, frame.now),
        l: live,
        base: contract_address(&live.id),
    };
    Ok(part.render()?)
}

/// The screen's name, as staff say it.
fn screen_word(ui: &Ui<'_>, live: &LiveView) -> String {
    ui.t(match live.screen.kind {
        ScreenKind::Free { .. } => "screen-free",
        ScreenKind::Remind { .. } => "screen-remind",
        ScreenKind::Reduce { .. } => "screen-reduce",
        ScreenKind::Lock { .. } => "screen-lock",
        ScreenKind::PassInUse { .. } => "screen-pass",
        ScreenKind::Shielded { .. } => "screen-shielded",
        ScreenKind::Freed { .. } => "screen-freed",
        ScreenKind::Released => "screen-released",
        ScreenKind::Offline { .. } => "screen-offline",
        ScreenKind::Held { .. } => "screen-held",
    })
}

/// Whose word the picture is.
fn source_word(ui: &Ui<'_>, live: &LiveView) -> String {
    match live.source {
        Source::Predicted => ui.t("phone-predicted"),
        Source::Reported(at) => ui.say("phone-reported", "when", &ui.instant(&at).text),
        Source::NothingReported => ui.t("phone-nothing-reported"),
    }
}

impl Live<'_> {
    fn screen_word(&self) -> String {
        screen_word(&self.ui, self.l)
    }

    fn source_word(&self) -> String {
        source_word(&self.ui, self.l)
    }
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        "contracts"
    }

    fn screen_word(&self) -> String {
        screen_word(&self.ui, self.l)
    }

    fn source_word(&self) -> String {
        source_word(&self.ui, self.l)
    }
}
