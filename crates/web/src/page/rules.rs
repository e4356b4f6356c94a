//! Rule packs: the list, and one pack, so that every citation has a target.

use askama::Template;

use super::RenderError;
use crate::text::Texts;
use crate::ui::Ui;
use crate::view::pack::Rule;
use crate::view::{Density, Frame, RulePack, Theme};

#[derive(Template)]
#[template(path = "rules.html")]
struct List<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    packs: &'a [RulePack],
}

#[derive(Template)]
#[template(path = "pack.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a RulePack,
}

/// The page at `/rules`.
pub fn rules(frame: &Frame, packs: &[RulePack], texts: &Texts) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(List { frame, ui, packs }.render()?)
}

/// The page at `/rules/{pack}/{version}`.
pub fn pack(frame: &Frame, view: &RulePack, texts: &Texts) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(Page { frame, ui, v: view }.render()?)
}

impl List<'_> {
    fn section(&self) -> &'static str {
        "rules"
    }
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        "rules"
    }

    fn title(&self) -> String {
        self.ui.texts.with(
            "pack-title",
            [
                ("id", self.v.id.as_str().into()),
                ("version", self.v.version.as_str().into()),
                ("status", self.v.status.as_str().into()),
            ],
        )
    }

    fn confidence(&self, rule: &Rule) -> String {
        let key = format!("confidence-{}", rule.confidence);
        let confidence = if self.ui.texts.has(&key) {
            self.ui.t(&key)
        } else {
            rule.confidence.clone()
        };
        self.ui.texts.with(
            "rule-confidence",
            [
                ("confidence", confidence.into()),
                ("day", self.ui.day(&rule.seen_on).into()),
            ],
        )
    }

    fn number(&self, rule: &Rule) -> String {
        let number = self.ui.number(&u64::from(rule.number));
        self.ui.say("rule-number", "number", &number)
    }
}
