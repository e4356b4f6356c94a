//! Reconciliation of one day: whether the money agrees three ways, what doesn't, whose it is and
//! how old.

use askama::Template;
use fairlock_domain::calendar::Day;
use fairlock_domain::money::Money;

use super::RenderError;
use crate::text::Texts;
use crate::ui::Ui;
use crate::view::reconciliation::{AgeBand, BreakLine, ReconRow, Reconciliation, Said};
use crate::view::{Density, Frame, Theme};

#[derive(Template)]
#[template(path = "reconciliation.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a Reconciliation,
}

/// The page at `/payments/reconciliation/{day}`.
pub fn reconciliation(
    frame: &Frame,
    view: &Reconciliation,
    texts: &Texts,
) -> Result<String, RenderError> {
    let ui = Ui::new(texts, &frame.place, frame.now);
    Ok(Page { frame, ui, v: view }.render()?)
}

/// The breaks of a page as CSV.
pub fn reconciliation_csv<'a>(breaks: impl IntoIterator<Item = &'a BreakLine>) -> String {
    let mut csv =
        String::from("day,channel,against,kind,what,currency,minor_units,owner,state\r\n");
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for row in breaks {
        let cells = [
            row.day.to_string(),
            quoted(&row.channel),
            row.side.clone(),
            row.kind.clone(),
            quoted(&row.mark),
            row.amount.currency().code().to_owned(),
            row.amount.minor().to_string(),
            quoted(row.owner.as_deref().unwrap_or_default()),
            row.state.clone(),
        ];
        csv += &cells.join(",");
        csv += "\r\n";
    }
    csv
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        "payments"
    }

    fn address(&self, day: &Day) -> String {
        format!("/payments/reconciliation/{day}")
    }

    /// The day's own breaks, then those of days before; a list that is empty isn't shown.
    fn lists(&self) -> Vec<(bool, &[BreakLine])> {
        let lists = [(true, &self.v.breaks), (false, &self.v.older)];
        let some = lists.into_iter().filter(|(_, list)| !list.is_empty());
        some.map(|(own, list)| (own, list.as_slice())).collect()
    }

    fn open(&self) -> impl Iterator<Item = &BreakLine> {
        let all = self.v.older.iter().chain(&self.v.breaks);
        all.filter(|line| line.state != "closed")
    }

    /// Whether it agrees, in one sentence.
    fn title(&self) -> String {
        let breaks: u64 = self.v.ages.iter().map(|(_, n)| n).sum();
        if self.v.rows.is_empty() && breaks == 0 {
            return self.ui.t("recon-title-none");
        }
        if breaks == 0 {
            return self.ui.t("recon-title-agrees");
        }
        let oldest = self.open().map(|line| line.days_old).max().unwrap_or(0);
        let oldest = self.ui.count("recon-days", &oldest);
        let breaks = self.ui.count("recon-breaks", &breaks);
        self.ui.texts.with(
            "recon-title",
            [("breaks", breaks.into()), ("oldest", oldest.into())],
        )
    }

    fn said(&self) -> Option<(bool, String)> {
        Some(match self.v.said.as_ref()? {
            Said::Done => (true, self.ui.t("recon-said-done")),
            Said::NotTaken(why) => (false, why.clone()),
        })
    }

    fn proof(&self) -> String {
        match &self.v.proved {
            None => self.ui.t("recon-proof-never"),
            Some((_, 0)) => self.ui.t("recon-proof-holds"),
            Some((_, breaks)) => self.ui.count("recon-proof-broken", breaks),
        }
    }

    fn proof_holds(&self) -> bool {
        self.v
            .proved
            .as_ref()
            .is_none_or(|(_, breaks)| *breaks == 0)
    }

    fn side(&self, money: &Option<Money>, absent: &str) -> String {
        match money {
            Some(money) => self.ui.money_text(money),
            None => self.ui.t(absent),
        }
    }

    /// The largest of what the others tell more or less than the clearing account.
    fn difference(&self, row: &ReconRow) -> String {
        let less = |money: &Option<Money>| money.map_or(0, |m| m.minor() - row.clearing.minor());
        let (report, bank) = (less(&row.report), less(&row.bank));
        let larger = match report.abs() > bank.abs() {
            true => report,
            false => bank,
        };
        self.ui
            .money_text(&Money::new(larger, row.clearing.currency()))
    }

    fn word(&self, group: &str, name: &str) -> String {
        let key = format!("{group}-{}", name.replace('_', "-"));
        match self.ui.texts.has(&key) {
            true => self.ui.t(&key),
            false => name.replace('_', " "),
        }
    }

    fn is_payment(&self, line: &BreakLine) -> bool {
        line.mark.starts_with("P-")
    }

    fn payment(&self, line: &BreakLine) -> String {
        super::suspense_address(&line.mark)
    }

    fn band(&self, band: &AgeBand) -> String {
        self.ui.say("recon-band", "days", band.name())
    }

    fn owner(&self, line: &BreakLine) -> String {
        match &line.owner {
            Some(owner) => self.ui.say("recon-owner", "name", owner),
            None => self.ui.t("recon-nobody"),
        }
    }

    fn can_write_off(&self, line: &BreakLine) -> bool {
        line.kind != "timing"
    }
}
