//! A mapping tried on a table.

use askama::Template;

use super::RenderError;
use crate::text::Texts;
use crate::ui::Ui;
use crate::view::mapping::{MappingTry, Outcome};
use crate::view::{Density, Frame, Theme};

#[derive(Template)]
#[template(path = "mapping.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a MappingTry,
}

/// The page at `/payments/mapping`.
pub fn mapping(frame: &Frame, view: &MappingTry, texts: &Texts) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(Page { frame, ui, v: view }.render()?)
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        "payments"
    }

    /// What came of it.
    fn title(&self) -> String {
        match &self.v.outcome {
            None => self.ui.t("mapping-title"),
            Some(Outcome::Read(read)) => self.ui.count("mapping-title-read", &read.entries),
            Some(Outcome::Wrong { faults, .. }) => {
                self.ui.count("mapping-title-wrong", &(faults.len() as u64))
            }
            Some(Outcome::NoMapping(_)) => self.ui.t("mapping-title-none"),
        }
    }

    fn status(&self, name: &str) -> String {
        self.ui.t(&format!("mapping-status-{name}"))
    }
}
