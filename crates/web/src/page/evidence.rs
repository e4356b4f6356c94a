//! The page that says what is in a contract's evidence file, and gives it.

use askama::Template;

use super::{RenderError, contract_address};
use crate::text::{self, Texts};
use crate::ui::Ui;
use crate::view::evidence::{Item, Part};
use crate::view::{Density, Evidence, Frame, Theme};

/// Items of a part that are listed; the rest are counted, for the list itself is in the file.
const LISTED: usize = 12;

#[derive(Template)]
#[template(path = "evidence.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a Evidence,
    base: String,
}

/// The page at `/contracts/{id}/evidence`.
pub fn evidence(frame: &Frame, view: &Evidence, texts: &Texts) -> Result<String, RenderError> {
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

    /// The instant in the form that `?at=` reads, in the contract's zone.
    fn at_local(&self) -> String {
        self.ui.place.zone.local(self.v.at).to_string()
    }

    /// The same in an address: a `+` there would be read as a space.
    fn at_query(&self) -> String {
        self.at_local().replace('+', "%2B")
    }

    fn part(&self, part: &Part) -> String {
        self.ui.t(match part {
            Part::Contract => "evidence-contract",
            Part::Ledger => "evidence-ledger",
            Part::Notices => "evidence-notices",
            Part::Decisions => "evidence-decisions",
            Part::Packs => "evidence-packs",
            Part::Phone => "evidence-phone",
            Part::About => "evidence-about",
        })
    }

    fn size(&self, bytes: &u64) -> String {
        let number = self.ui.number(bytes);
        self.ui.say("evidence-bytes", "bytes", &number)
    }

    fn listed<'i>(&self, items: &'i [Item]) -> &'i [Item] {
        &items[..items.len().min(LISTED)]
    }

    fn more(&self, items: &[Item]) -> u64 {
        u64::try_from(items.len().saturating_sub(LISTED)).unwrap_or(u64::MAX)
    }

    fn short<'h>(&self, hash: &'h str) -> &'h str {
        text::hash_short(hash)
    }
}
