//! Rule packs: the list, and one pack, so that every citation has a target.

use askama::Template;
use fairlock_domain::calendar::Day;

use super::RenderError;
use crate::text::{self, Texts};
use crate::ui::Ui;
use crate::view::pack::Rule;
use crate::view::plan::Group;
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

    /// Rules under the step of judgement that they belong to.
    fn groups(&self) -> Vec<(&Group, Vec<&Rule>)> {
        let mut groups: Vec<(&Group, Vec<&Rule>)> = Vec::new();
        for rule in &self.v.rules {
            match groups.iter_mut().find(|(group, _)| **group == rule.group) {
                Some((_, rules)) => rules.push(rule),
                None => groups.push((&rule.group, vec![rule])),
            }
        }
        groups
    }

    fn jurisdiction(&self) -> String {
        match self.v.jurisdiction.as_str() {
            "none" => self.ui.t("pack-no-jurisdiction"),
            some => some.to_uppercase(),
        }
    }

    fn in_force(&self) -> Option<String> {
        let day = |day: &Day| self.ui.day(day);
        match (&self.v.effective_from, &self.v.effective_to) {
            (None, None) => None,
            (Some(from), None) => Some(self.ui.say("pack-from", "day", &day(from))),
            (None, Some(to)) => Some(self.ui.say("pack-to", "day", &day(to))),
            (Some(from), Some(to)) => Some(self.ui.texts.with(
                "pack-from-to",
                [("from", day(from).into()), ("to", day(to).into())],
            )),
        }
    }

    fn hash_short(&self) -> &str {
        text::hash_short(&self.v.sha256)
    }

    /// Whose site an address is: long addresses are no words.
    fn host<'u>(&self, url: &'u str) -> &'u str {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
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
