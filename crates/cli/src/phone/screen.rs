//! The phone's own screen: what the agent says, in the order of the UI contract, with the keys that
//! stand for its buttons.
//!
//! Nothing that the agent says is left out: what has no place of its own stands among the news.

use fairlock_agent::{Arg, Message, Screen, ScreenKind};
use fairlock_protocol::Level;
use fairlock_sim::phone::View;
use fairlock_web::text::reference;

use super::charter;
use super::layout::Page;
use super::words::Words;

/// What happened, how much ends it, and why.
const FIRST: [&str; 13] = [
    "released",
    "freed",
    "shield-open",
    "dispute-on",
    "pass-on",
    "lock-opens",
    "reduce-what",
    "remind-due",
    "still-opens",
    "lock-why",
    "notice-last",
    "notice-first",
    "remind-next",
];
/// What has become of money.
const MONEY: [&str; 8] = [
    "shield-still",
    "pay-failed",
    "pay-reversed",
    "payment-seen",
    "payment-here",
    "payment-none",
    "feed-hold",
    "payees-changed",
];
const CODES: [&str; 4] = ["code-wait", "code-wrong", "code-used", "offline-code"];
/// Who helps, and what is asked of nobody else than the lender.
const HELP: [&str; 5] = [
    "dispute-offer",
    "hardship-offer",
    "lock-floor",
    "used-phone",
    "notice-help",
];

/// The screen as it stands there now.
pub fn home(view: &View, words: &Words, page: &mut Page) {
    let Some(screen) = &view.screen else {
        return page.text(&words.t("blank-phone"));
    };
    bar(view, words, page);
    match screen.kind {
        ScreenKind::Blank => return page.text(&words.t("blank-phone")),
        ScreenKind::Charter | ScreenKind::NewCharter => {
            charter::page(&screen.charters, true, words, page);
        }
        _ => {}
    }
    if screen.kind != ScreenKind::Charter {
        Home {
            view,
            screen,
            words,
        }
        .lines(page);
    }
}

/// The first line of every page: clock, language, call for help.
pub fn bar(view: &View, words: &Words, page: &mut Page) {
    let left = format!("{}  {}", words.clock(view.wall), words.t("language-name"));
    page.ends(
        &format!("{left} [l]"),
        &format!("{} [e]", words.t("btn-sos")),
    );
}

struct Home<'a> {
    view: &'a View,
    screen: &'a Screen,
    words: &'a Words<'a>,
}

impl Home<'_> {
    fn lines(&self, page: &mut Page) {
        let level = self.view.behind.seen.level;
        let limited = matches!(level, Level::Reduce | Level::Lock);
        page.strong(&format!("{} {}", mark(level), self.words.level(level)));
        self.say_all(&FIRST, page);
        self.say_others(page);
        if level == Level::Free && self.screen.messages.is_empty() {
            page.text(&self.words.t("free-plain"));
        }
        if level == Level::Released {
            return self.names(page);
        }
        self.main_buttons(limited, page);
        if let Some(borrower) = &self.screen.borrower {
            let label = self.words.t("borrower-line");
            page.text(&format!("{label}: {borrower}"));
        }
        self.say_all(&["pass-offer"], page);
        self.say_all(&MONEY, page);
        self.as_of(page);
        self.connection(page);
        if level > Level::Free {
            let code = self.words.t("btn-type-code");
            let buttons = [
                ("d", self.words.t("btn-wrong")),
                ("k", code),
                ("z", self.words.t("btn-scan-code")),
                ("f", self.words.t("floor-page")),
                ("u", self.words.t("btn-used")),
                ("h", self.words.t("btn-help")),
            ];
            page.buttons(&buttons);
        }
        self.say_all(&CODES, page);
        self.say_all(&HELP, page);
        self.support(page);
        self.names(page);
    }

    fn find(&self, id: &str) -> Option<&Message> {
        self.screen.messages.iter().find(|message| message.id == id)
    }

    fn say_all(&self, ids: &[&str], page: &mut Page) {
        for message in ids.iter().filter_map(|id| self.find(id)) {
            match message.id {
                "lock-opens" | "reduce-what" | "remind-due" | "released" | "freed" | "pass-on" => {
                    page.strong(&self.words.say(message));
                }
                _ => page.text(&self.words.say(message)),
            }
        }
    }

    fn say_others(&self, page: &mut Page) {
        let placed = |id: &str| {
            let lists: [&[&str]; 5] = [&FIRST, &MONEY, &CODES, &HELP, &["pass-offer", "offline"]];
            lists.iter().any(|list| list.contains(&id))
        };
        for message in self.screen.messages.iter().filter(|m| !placed(m.id)) {
            page.text(&self.words.say(message));
        }
    }

    fn main_buttons(&self, limited: bool, page: &mut Page) {
        let mut buttons = Vec::new();
        if amount(self.screen).is_some() {
            buttons.push(("m", self.words.t("btn-pay")));
            buttons.push(("v", self.words.t("btn-paid")));
        }
        let pass = self.view.charter.as_ref().map(|charter| charter.pass);
        if let Some(pass) = pass
            && self.screen.passes_left > 0
        {
            let hours = self.words.number(pass.hours);
            buttons.push(("p", self.words.with("btn-open-for", [("hours", hours)])));
        }
        if !buttons.is_empty() {
            page.buttons(&buttons);
        }
        if limited && self.screen.passes_left == 0 {
            page.text(&self.words.t("passes-none"));
        }
    }

    /// What is said of payments is as old as its date.
    fn as_of(&self, page: &mut Page) {
        if let Some(at) = self.screen.display_at {
            let when = self.words.instant(at);
            page.text(&self.words.with("as-of", [("when", when)]));
        }
    }

    fn connection(&self, page: &mut Page) {
        match (self.find("offline"), self.screen.heard) {
            (Some(offline), _) => page.text(&self.words.say(offline)),
            (None, Some(at)) => {
                let when = self.words.instant(at);
                page.text(&self.words.with("heard-line", [("when", when)]));
            }
            (None, None) => page.text(&self.words.t("heard-never")),
        }
        if !self.view.connected {
            let buttons = [
                ("a", self.words.t("btn-wifi")),
                ("t", self.words.t("btn-try")),
            ];
            page.buttons(&buttons);
        }
    }

    fn support(&self, page: &mut Page) {
        let help = self.view.charter.iter().flat_map(|charter| &charter.help);
        if let Some(lender) = help.into_iter().next() {
            let values = [
                ("lender", lender.name.clone()),
                ("phone", lender.contact.replace(' ', "\u{a0}")),
            ];
            page.text(&self.words.with("support-line", values));
        }
    }

    /// The phone and the contract by their numbers; as a code to scan on their own page.
    fn names(&self, page: &mut Page) {
        page.text(&format!(
            "{} [i]",
            names(self.view, self.words).join(" \u{b7} ")
        ));
    }
}

/// `IMEI 35-209900-176148-1` and `Contract RF93 4471 20`, as far as they are known.
pub fn names(view: &View, words: &Words) -> Vec<String> {
    let line =
        |key: &str, value: String| format!("{} {}", words.t(key), value).replace(' ', "\u{a0}");
    let imei = view
        .imei
        .as_ref()
        .map(|imei| line("imei-line", words.imei(imei)));
    let charter = view.charter.as_ref();
    let contract = charter.map(|c| line("reference-line", reference(&c.reference)));
    [imei, contract].into_iter().flatten().collect()
}

/// What is to be paid now, if anything may be asked for.
pub fn amount(screen: &Screen) -> Option<u64> {
    let ids = ["lock-opens", "reduce-what", "remind-due", "still-opens"];
    let messages = screen.messages.iter().filter(|m| ids.contains(&m.id));
    let mut amounts = messages
        .flat_map(|m| &m.args)
        .filter_map(|(_, arg)| match arg {
            Arg::Amount(minor) => Some(*minor),
            _ => None,
        });
    amounts.next()
}

/// The level's own mark.
fn mark(level: Level) -> char {
    match level {
        Level::Released => '\u{2713}',
        Level::Free => '\u{25cb}',
        Level::Remind => '\u{25d4}',
        Level::Reduce => '\u{25d1}',
        Level::Lock => '\u{25cf}',
    }
}
