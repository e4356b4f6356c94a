//! The pages behind the buttons: how to pay, what to do when it is wrong, who helps, what stays.
//!
//! All of it is in the charter or compiled in, so every page is there without network.

use fairlock_agent::Function;
use fairlock_protocol::channel::Said;
use fairlock_protocol::charter::HelpKind;
use fairlock_sim::phone::View;
use fairlock_web::text::reference;

use super::layout::Page;
use super::words::Words;
use super::{charter, qr, screen};

/// Which page is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    Home,
    Pay,
    Paid,
    Wrong,
    Used,
    Help,
    Code,
    Scan,
    Floor,
    Names,
    Language,
    Sos,
    Charter,
    Keys,
}

/// Writes the open page. `colour`: a code is shown black on white.
pub fn page(open: Open, view: &View, words: &Words, colour: bool, page: &mut Page) {
    if open == Open::Home {
        return screen::home(view, words, page);
    }
    screen::bar(view, words, page);
    let to = Behind { view, words };
    match open {
        Open::Pay => to.pay(page),
        Open::Paid => to.paid(page),
        Open::Wrong => to.wrong(page),
        Open::Used => to.used(page),
        Open::Help => to.help(page),
        Open::Code => to.message("code-page", "btn-type-code", page),
        Open::Scan => to.message("scan-page", "btn-scan-code", page),
        Open::Floor => to.floor(page),
        Open::Names => to.names(colour, page),
        Open::Language => to.language(page),
        Open::Sos => to.sos(page),
        Open::Charter => {
            let charter: Vec<_> = view.charter.iter().cloned().collect();
            charter::page(&charter, false, words, page);
        }
        Open::Keys | Open::Home => {}
    }
    page.buttons(&[("b", words.t("page-back"))]);
}

struct Behind<'a> {
    view: &'a View,
    words: &'a Words<'a>,
}

impl Behind<'_> {
    fn pay(&self, page: &mut Page) {
        page.strong(&self.words.t("btn-pay"));
        let amount = self.view.screen.as_ref().and_then(screen::amount);
        match amount {
            Some(minor) => {
                let amount = self.words.money(minor);
                page.strong(&self.words.with("pay-amount", [("amount", amount)]));
            }
            None => page.text(&self.words.t("held-quiet")),
        }
        let Some(charter) = &self.view.charter else {
            return;
        };
        for channel in &charter.channels {
            page.item(&charter::channel(channel, self.words));
        }
        let reference = reference(&charter.reference).replace(' ', "\u{a0}");
        page.text(&self.words.with("pay-reference", [("ref", reference)]));
        self.say(&["payees-changed", "feed-hold"], page);
    }

    fn paid(&self, page: &mut Page) {
        page.strong(&self.words.t("btn-paid"));
        self.say(
            &[
                "shield-open",
                "shield-still",
                "pay-failed",
                "pay-reversed",
                "payment-seen",
                "payment-here",
                "payment-none",
                "feed-hold",
            ],
            page,
        );
        if let Some(charter) = &self.view.charter {
            page.text(
                &self
                    .words
                    .with("paid-page", [("lender", charter.lender.clone())]),
            );
        }
        self.call(HelpKind::Lender, page);
        self.call(HelpKind::Complaint, page);
        self.contract(page);
        self.tell(Said::Paid, page);
    }

    fn wrong(&self, page: &mut Page) {
        page.strong(&self.words.t("btn-wrong"));
        self.say(&["dispute-on", "dispute-offer", "hardship-offer"], page);
        self.call(HelpKind::Lender, page);
        self.call(HelpKind::Complaint, page);
        self.call(HelpKind::Advice, page);
        self.contract(page);
        self.tell(Said::Wrong, page);
    }

    fn used(&self, page: &mut Page) {
        page.text(&self.words.t("used-phone"));
        self.call(HelpKind::Lender, page);
        self.call(HelpKind::Complaint, page);
        page.text(&screen::names(self.view, self.words).join(" \u{b7} "));
        self.tell(Said::BoughtUsed, page);
    }

    fn help(&self, page: &mut Page) {
        page.strong(&self.words.t("btn-help"));
        self.call(HelpKind::Lender, page);
        self.call(HelpKind::Complaint, page);
        self.call(HelpKind::Advice, page);
        self.say(&["hardship-offer"], page);
        self.contract(page);
    }

    fn floor(&self, page: &mut Page) {
        page.strong(&self.words.t("floor-page"));
        let functions = Function::ALL.iter();
        let functions: Vec<_> = functions.map(|f| self.words.named("floor", f)).collect();
        page.item(&functions.join(", "));
        for app in self.view.charter.iter().flat_map(|charter| &charter.floor) {
            let kind = self.words.named("app", &app.kind);
            page.item(
                &self
                    .words
                    .with("app-entry", [("kind", kind), ("app", app.app.clone())]),
            );
        }
        let gone = &self.view.behind.seen.missing;
        for function in gone {
            page.strong(&format!("\u{2715} {}", self.words.named("floor", function)));
        }
    }

    /// IMEI and reference as one code, for a clerk or a buyer to scan.
    fn names(&self, colour: bool, page: &mut Page) {
        let (imei, charter) = (self.view.imei.as_deref(), self.view.charter.as_ref());
        let parts = charter
            .map(|c| c.reference.as_str())
            .into_iter()
            .chain(imei);
        let text = parts.collect::<Vec<_>>().join(" ");
        for line in screen::names(self.view, self.words) {
            page.text(&line);
        }
        if let Some(code) = qr::blocks(&text, colour) {
            page.raw(&code);
        }
        page.text(&self.words.t("qr-label"));
    }

    fn language(&self, page: &mut Page) {
        page.strong(&self.words.t("language-name"));
        page.text(&self.words.t("language-page"));
    }

    fn sos(&self, page: &mut Page) {
        page.strong(&self.words.t("sos-page"));
        page.text(&self.words.t("sos-calls"));
        self.call(HelpKind::Lender, page);
        self.call(HelpKind::Complaint, page);
    }

    fn message(&self, key: &str, title: &str, page: &mut Page) {
        page.strong(&self.words.t(title));
        page.text(&self.words.t(key));
        self.say(
            &["code-wait", "code-wrong", "code-used", "offline-code"],
            page,
        );
    }

    /// Said to the lender by a button, and whether it got there.
    fn tell(&self, what: Said, page: &mut Page) {
        let lender = self.view.charter.as_ref().map(|c| c.lender.clone());
        let Some(lender) = lender else { return };
        let said = self.view.said.filter(|(said, _)| *said == what);
        match said {
            Some((_, true)) => page.strong(&self.words.with("tell-sent", [("lender", lender)])),
            Some((_, false)) => page.strong(&self.words.t("tell-not-sent")),
            None => {}
        }
        if !matches!(said, Some((_, true))) {
            page.buttons(&[("o", self.words.t("btn-tell"))]);
        }
    }

    fn call(&self, kind: HelpKind, page: &mut Page) {
        let help = self.view.charter.iter().flat_map(|charter| &charter.help);
        for one in help.filter(|one| one.kind == kind) {
            page.item(&charter::contact(one, self.words));
        }
    }

    fn contract(&self, page: &mut Page) {
        page.text(&screen::names(self.view, self.words).join(" \u{b7} "));
    }

    fn say(&self, ids: &[&str], page: &mut Page) {
        let messages = self.view.screen.iter().flat_map(|screen| &screen.messages);
        for message in messages.filter(|message| ids.contains(&message.id)) {
            page.text(&self.words.say(message));
        }
    }
}
