//! The pages for what can't be shown.

use askama::Template;

use super::{RenderError, contract_address};
use crate::text::Texts;
use crate::ui::Ui;
use crate::view::error::ErrorKind;
use crate::view::{Density, ErrorPage, Frame, Theme};

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a ErrorPage,
}

/// A page for 400, 403, 404 or 500.
pub fn error(frame: &Frame, view: &ErrorPage, texts: &Texts) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(Page { frame, ui, v: view }.render()?)
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        ""
    }

    fn title(&self) -> String {
        self.ui.t(match self.v.kind {
            ErrorKind::BadRequest => "error-400",
            ErrorKind::Forbidden => "error-403",
            ErrorKind::NotFound => "error-404",
            ErrorKind::NothingFound => "error-nothing",
            ErrorKind::Internal => "error-500",
        })
    }

    fn address(&self, id: &str) -> String {
        contract_address(id)
    }

    fn text(&self) -> String {
        let key = match self.v.kind {
            ErrorKind::BadRequest => "error-400-text",
            ErrorKind::Forbidden => "error-403-text",
            ErrorKind::NotFound => "error-404-text",
            ErrorKind::NothingFound => return self.ui.t("error-nothing-text"),
            ErrorKind::Internal => "error-500-text",
        };
        self.ui.say(key, "thing", &self.v.thing)
    }
}
