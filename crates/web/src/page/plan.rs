//! The page that says why a contract has its level, and what comes next.

use askama::Template;

use super::{RenderError, contract_address};
use crate::text::{self, Texts};
use crate::ui::Ui;
use crate::view::plan::{Duty, PackFindings};
use crate::view::{Density, Frame, LevelAt, Plan, Theme};

#[derive(Template)]
#[template(path = "plan.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a Plan,
    base: String,
}

/// The page at `/contracts/{id}/plan`.
pub fn plan(frame: &Frame, view: &Plan, texts: &Texts) -> Result<String, RenderError> {
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
        let when = self.ui.texts.instant(self.v.at, self.ui.place);
        self.ui.texts.with(
            "plan-title",
            [
                ("level", self.ui.level_word(&self.v.level).into()),
                ("when", when.into()),
            ],
        )
    }

    fn dpd(&self) -> u64 {
        u64::from(self.v.dpd)
    }

    fn hash_short(&self) -> &str {
        text::hash_short(&self.v.hash)
    }

    /// The instant in the form that `?at=` reads, in the contract's zone.
    fn at_local(&self) -> String {
        self.ui.place.zone.local(self.v.at).to_string()
    }

    /// The same in an address: a `+` there would be read as a space.
    fn at_query(&self) -> String {
        self.at_local().replace('+', "%2B")
    }

    fn duty_since(&self, duty: &Duty) -> String {
        let key = match duty.let_go {
            true => "duty-all-paid",
            false => "duty-settled",
        };
        let when = self.ui.texts.deadline(duty.since, self.ui.place);
        self.ui.say(key, "when", &when)
    }

    fn duty_until(&self, duty: &Duty) -> String {
        let Some(until) = duty.until else {
            return self.ui.t("duty-not-yet");
        };
        let key = match duty.let_go {
            true => "duty-let-go",
            false => "duty-free",
        };
        let when = self.ui.texts.deadline(until, self.ui.place);
        self.ui.say(key, "when", &when)
    }

    fn duty_deadline(&self, duty: &Duty) -> String {
        match duty.deadline {
            Some(at) => self.ui.texts.deadline(at, self.ui.place),
            None => self.ui.t("duty-at-once"),
        }
    }

    fn duty_late(&self, duty: &Duty) -> String {
        self.ui.count("duty-hours-late", &duty.hours_late)
    }

    fn recorded(&self) -> String {
        self.ui.t(if self.v.recorded {
            "plan-recorded"
        } else {
            "plan-not-stored"
        })
    }

    fn pack_caption(&self, pack: &PackFindings) -> String {
        self.ui.texts.with(
            "plan-caption",
            [
                ("pack", pack.pack.as_str().into()),
                ("version", pack.version.as_str().into()),
                ("status", pack.status.as_str().into()),
            ],
        )
    }

    fn not_before(&self, step: &LevelAt) -> String {
        let when = self.ui.texts.deadline(step.at, self.ui.place);
        self.ui.say("plan-not-before", "when", &when)
    }
}
