//! Feeds: which are whole, since when not, how many contracts stand still, and the last 28 days as
//! picture, table and CSV from one list.

use askama::Template;

use super::RenderError;
use crate::text::Texts;
use crate::ui::Ui;
use crate::view::feeds::{FeedAction, FeedLine, Feeds, Said, StripDay};
use crate::view::{Density, FeedState, Frame, Theme};

#[derive(Template)]
#[template(path = "feeds.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a Feeds,
}

/// The page at `/payments/feeds`.
pub fn feeds(frame: &Frame, view: &Feeds, texts: &Texts) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(Page { frame, ui, v: view }.render()?)
}

/// The strips of all feeds as CSV, a line a day.
pub fn feeds_csv(view: &Feeds) -> String {
    let mut csv = String::from("feed,day,state,contracts\r\n");
    for row in &view.rows {
        for day in &row.strip {
            let name = row.name.replace('"', "\"\"");
            let state = state_name(day.state);
            csv += &format!("\"{name}\",{},{state},{}\r\n", day.day, day.contracts);
        }
    }
    csv
}

/// The word of a state in CSV and style classes.
fn state_name(state: Option<FeedState>) -> &'static str {
    match state {
        None => "not_watched",
        Some(FeedState::Healthy) => "whole",
        Some(FeedState::Stale) => "silent",
        Some(FeedState::Gap) => "gap",
    }
}

/// Days in a row with one state that isn't health.
struct Run {
    from: StripDay,
    to: StripDay,
    contracts: u64,
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        "payments"
    }

    fn unwhole(&self) -> impl Iterator<Item = &FeedLine> {
        let rows = self.v.rows.iter();
        rows.filter(|row| row.state != FeedState::Healthy)
    }

    /// Whether all the money is seen, in one sentence.
    fn title(&self) -> String {
        let feeds = self.unwhole().count() as u64;
        if self.v.rows.is_empty() {
            return self.ui.t("feeds-none");
        }
        if feeds == 0 {
            return self.ui.t("feeds-whole");
        }
        let still = self.unwhole().map(|row| row.contracts).sum();
        let still = self.ui.count("feed-shielded", &still);
        format!("{}: {still}", self.ui.count("feeds-unwhole", &feeds))
    }

    fn said(&self) -> Option<(bool, String)> {
        Some(match self.v.said.as_ref()? {
            Said::Proposed => (true, self.ui.t("feed-said-proposed")),
            Said::Approved => (true, self.ui.t("feed-said-approved")),
            Said::Refused => (true, self.ui.t("feed-said-refused")),
            Said::NotTaken(why) => (false, why.clone()),
        })
    }

    fn state_word(&self, row: &FeedLine) -> String {
        self.ui.t(match row.state {
            FeedState::Healthy => "feed-healthy",
            FeedState::Stale => "feed-stale",
            FeedState::Gap => "feed-gap",
        })
    }

    fn day_word(&self, state: &Option<FeedState>) -> String {
        self.ui.t(match state {
            None => "feed-not-watched",
            Some(FeedState::Healthy) => "feed-healthy",
            Some(FeedState::Stale) => "feed-stale",
            Some(FeedState::Gap) => "feed-gap",
        })
    }

    fn reason(&self, row: &FeedLine) -> Option<String> {
        let reason = row.reason.as_ref()?;
        let key = format!("feed-reason-{}", reason.replace('_', "-"));
        match self.ui.texts.has(&key) {
            true => Some(self.ui.t(&key)),
            false => row.why.clone(),
        }
    }

    fn whole(&self, row: &FeedLine) -> bool {
        row.state == FeedState::Healthy
    }

    fn class(&self, day: &StripDay) -> &'static str {
        match day.state {
            None => "none",
            Some(FeedState::Healthy) => "full",
            Some(FeedState::Stale) => "hatch",
            Some(FeedState::Gap) => "hollow",
        }
    }

    /// What the strip says, in one sentence.
    fn finding(&self, row: &FeedLine) -> String {
        let bad = |day: &&StripDay| matches!(day.state, Some(FeedState::Stale | FeedState::Gap));
        let days = row.strip.iter().filter(bad).count() as u64;
        self.ui.count("feed-strip", &days)
    }

    fn runs(&self, row: &FeedLine) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut before = None;
        for day in &row.strip {
            let bad = matches!(day.state, Some(FeedState::Stale | FeedState::Gap));
            match runs.last_mut().filter(|_| before == day.state) {
                Some(run) if bad => {
                    run.to = *day;
                    run.contracts = run.contracts.max(day.contracts);
                }
                _ if bad => runs.push(Run {
                    from: *day,
                    to: *day,
                    contracts: day.contracts,
                }),
                _ => {}
            }
            before = day.state;
        }
        runs
    }

    fn run_word(&self, run: &Run) -> String {
        let (from, to) = (self.ui.day(&run.from.day), self.ui.day(&run.to.day));
        let days = match run.from.day == run.to.day {
            true => from,
            false => self
                .ui
                .texts
                .with("feed-days", [("from", from.into()), ("to", to.into())]),
        };
        let state = self.day_word(&run.from.state);
        let still = self.ui.count("feed-stood-still", &run.contracts);
        format!("{days}: {state}, {still}")
    }

    /// Where a day's mark begins, of 28 marks of 10.
    fn x(&self, index: &usize) -> usize {
        index * 10
    }

    fn action(&self, action: &FeedAction) -> String {
        let key = match action.back {
            true => "feed-action-back",
            false => "feed-action-give",
        };
        self.ui.count(key, &action.contracts)
    }

    fn action_state(&self, action: &FeedAction) -> String {
        let key = format!("feed-state-{}", action.state);
        match self.ui.texts.has(&key) {
            true => self.ui.t(&key),
            false => action.state.clone(),
        }
    }

    fn waits(&self, action: &FeedAction) -> bool {
        action.state == "proposed"
    }

    fn give(&self, row: &FeedLine) -> String {
        self.ui.count("feed-give", &row.contracts)
    }

    fn typed<'t>(&'t self, row: &FeedLine, text: &'t str) -> &'t str {
        match self.v.typed.feed == row.name {
            true => text,
            false => "",
        }
    }
}
