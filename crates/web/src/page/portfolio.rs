//! The portfolio's page.

use askama::Template;

use super::{RenderError, contract_address};
use crate::text::Texts;
use crate::ui::{LevelBadge, Ui};
use crate::view::portfolio::{Band, Filters, NeedItem, Row, Summary};
use crate::view::{Density, Frame, Level, Portfolio, Theme};

#[derive(Template)]
#[template(path = "portfolio.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a Portfolio,
    s: &'a Summary,
}

#[derive(Template)]
#[template(path = "live/portfolio.html")]
struct Live<'a> {
    ui: Ui<'a>,
    s: &'a Summary,
}

/// The page at `/` and `/contracts`.
pub fn portfolio(frame: &Frame, view: &Portfolio, texts: &Texts) -> Result<String, RenderError> {
    let page = Page {
        frame,
        ui: Ui::new(texts, &frame.place, frame.now),
        v: view,
        s: &view.summary,
    };
    Ok(page.render()?)
}

/// The live part alone.
pub fn portfolio_live(
    frame: &Frame,
    summary: &Summary,
    texts: &Texts,
) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(Live { ui, s: summary }.render()?)
}

/// Thousandths of the largest band; at least 4 when there is one at all, so that it is seen.
fn share(summary: &Summary, contracts: u64) -> u64 {
    let largest = summary.by_band.iter().map(|(_, n)| *n).max().unwrap_or(0);
    match (contracts, largest) {
        (0, _) | (_, 0) => 0,
        (n, largest) => (n.saturating_mul(1000) / largest).max(4),
    }
}

fn needs_count(summary: &Summary) -> u64 {
    u64::try_from(summary.needs.len()).unwrap_or(u64::MAX)
}

impl Live<'_> {
    fn address(&self, id: &str) -> String {
        contract_address(id)
    }

    fn share(&self, contracts: &u64) -> u64 {
        share(self.s, *contracts)
    }

    fn needs_count(&self) -> u64 {
        needs_count(self.s)
    }
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        "contracts"
    }

    fn address(&self, id: &str) -> String {
        contract_address(id)
    }

    fn share(&self, contracts: &u64) -> u64 {
        share(self.s, *contracts)
    }

    fn needs_count(&self) -> u64 {
        needs_count(self.s)
    }

    /// The reported level; without a phone there is only the wanted one, and the row says so.
    fn row_badge(&self, row: &Row) -> LevelBadge {
        match (row.reported, row.enrolled) {
            (Some(level), _) => self.ui.badge(&level).of(self.ui.t("fact-reported")),
            (None, true) => LevelBadge::unknown(&self.ui).of(self.ui.t("fact-reported")),
            (None, false) => LevelBadge::only_wanted(&self.ui, row.wanted),
        }
    }

    /// A row tells its times in its own contract's zone.
    fn own<'r>(&'r self, row: &'r Row) -> Ui<'r> {
        Ui::new(self.ui.texts, &row.place, self.ui.now)
    }

    fn unheard(&self, row: &Row) -> String {
        self.ui.t(if row.enrolled { "never" } else { "no-phone" })
    }

    fn days(&self, row: &Row) -> String {
        self.ui.texts.count("days-short", u64::from(row.dpd))
    }

    /// A chip for each filter in force: its words, and the query without it.
    fn chips(&self) -> Vec<(String, String)> {
        let f = &self.v.filters;
        let mut chips = Vec::new();
        let without = |change: fn(&mut Filters)| {
            let mut rest = f.clone();
            change(&mut rest);
            rest.query()
        };
        if let Some(level) = &f.level {
            chips.push((self.ui.level_word(level), without(|f| f.level = None)));
        }
        if let Some(band) = &f.band {
            chips.push((self.ui.band_word(band), without(|f| f.band = None)));
        }
        if let Some(kind) = &f.hold {
            chips.push((self.ui.hold_word(kind), without(|f| f.hold = None)));
        }
        if let Some(feed) = &f.feed {
            chips.push((feed.clone(), without(|f| f.feed = None)));
        }
        if f.with_phone {
            chips.push((
                self.ui.t("filter-with-phone"),
                without(|f| f.with_phone = false),
            ));
        }
        chips
    }
}
