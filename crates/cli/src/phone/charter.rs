//! The charter as people read it before they accept it: every limit that binds, one sentence each.

use fairlock_protocol::Level;
use fairlock_protocol::charter::{Channel, Charter, Help, Limits};
use fairlock_web::text::reference;

use super::layout::Page;
use super::words::Words;

/// The whole text, and how to answer where an answer is asked for.
pub fn page(charters: &[Charter], asked: bool, words: &Words, page: &mut Page) {
    match charters {
        [] => page.text(&words.t("blank-phone")),
        [one] => {
            page.strong(&words.with("agree-title", [("lender", one.lender.clone())]));
            for line in lines(one, words) {
                page.item(&line);
            }
        }
        [old, new, ..] => both(old, new, words, page),
    }
    if asked {
        let answers = [
            ("y", words.t("agree-accept")),
            ("n", words.t("agree-refuse")),
        ];
        page.buttons(&answers);
    }
}

/// What is the same is said once; what isn't stands side by side.
fn both(old: &Charter, new: &Charter, words: &Words, page: &mut Page) {
    page.strong(&words.t("agree-two"));
    let heads = (words.t("agree-now"), words.t("agree-new"));
    let (old, new) = (lines(old, words), lines(new, words));
    let differ = old.iter().zip(&new).filter(|(old, new)| old != new);
    for (old, new) in differ {
        page.beside((&heads.0, &heads.1), old, new);
    }
    page.rule();
    for (same, _) in old.iter().zip(&new).filter(|(old, new)| old == new) {
        page.item(same);
    }
}

/// Each charter gives the same number of lines, in this order.
fn lines(charter: &Charter, words: &Words) -> Vec<String> {
    let with = |key: &str, name: &'static str, value: String| words.with(key, [(name, value)]);
    let hours = |key: &str, hours: u16| with(key, "hours", words.number(hours));
    let contract = [
        ("contract", charter.contract.clone()),
        ("ref", reference(&charter.reference)),
    ];
    let (channels, help) = (charter.channels.iter(), charter.help.iter());
    let channels: Vec<_> = channels.map(|one| channel(one, words)).collect();
    let help: Vec<_> = help.map(|one| contact(one, words)).collect();
    vec![
        words.with("agree-contract", contract),
        channels.join(". "),
        with("agree-highest", "level", words.level(charter.highest)),
        step(Level::Reduce, charter.reduce, words),
        step(Level::Lock, charter.lock, words),
        with("agree-classes", "classes", words.classes(&charter.classes)),
        words.t("agree-floor"),
        with("agree-apps", "apps", apps(charter, words)),
        hours("agree-silence", charter.silence_h),
        with("agree-offline", "days", words.number(charter.offline_days)),
        lapse(charter, words),
        pass(charter, words),
        with("agree-codes", "days", words.number(charter.code_days)),
        restricted(charter, words),
        hours("agree-reset", charter.reset_lead_h),
        words.with(
            "agree-end",
            [
                ("due", words.day(charter.last_due)),
                ("last", words.day(charter.last_day)),
            ],
        ),
        with("agree-zone", "zone", words.place.name.clone()),
        help.join(". "),
    ]
}

/// Where money may go.
pub fn channel(channel: &Channel, words: &Words) -> String {
    words.with(
        "pay-to",
        [
            ("kind", words.named("channel", &channel.kind)),
            ("payee", channel.payee.clone()),
            ("account", channel.account.replace(' ', "\u{a0}")),
        ],
    )
}

/// Whom to call.
pub fn contact(help: &Help, words: &Words) -> String {
    words.with(
        "help-entry",
        [
            ("kind", words.named("help-of", &help.kind)),
            ("name", help.name.clone()),
            ("contact", help.contact.replace(' ', "\u{a0}")),
        ],
    )
}

fn step(level: Level, limits: Option<Limits>, words: &Words) -> String {
    let Some(limits) = limits else {
        return format!("{}: \u{2013}", words.level(level));
    };
    let lead = [
        ("level", words.level(level)),
        ("lead", words.number(limits.lead_h)),
    ];
    let mut parts = vec![words.with("agree-step", lead)];
    if limits.dwell_h > 0 {
        parts.push(words.with("agree-dwell", [("hours", words.number(limits.dwell_h))]));
    }
    let window = [
        ("days", words.weekdays(limits.days)),
        ("from", minute(limits.from_min)),
        ("to", minute(limits.to_min)),
    ];
    parts.push(words.with("agree-window", window));
    parts.join("; ")
}

fn minute(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The apps that no level takes, with what they are for.
pub fn apps(charter: &Charter, words: &Words) -> String {
    let apps = charter.floor.iter().map(|app| {
        let kind = words.named("app", &app.kind);
        words.with("app-entry", [("kind", kind), ("app", app.app.clone())])
    });
    let apps: Vec<_> = apps.collect();
    match apps.is_empty() {
        true => "\u{2013}".to_string(),
        false => apps.join(", "),
    }
}

fn lapse(charter: &Charter, words: &Words) -> String {
    words.with(
        "agree-lapse",
        [
            ("hours", words.number(charter.lapse.hours)),
            ("level", words.level(charter.lapse.level)),
        ],
    )
}

fn pass(charter: &Charter, words: &Words) -> String {
    let pass = charter.pass;
    words.with(
        "agree-pass",
        [
            ("times", words.number(pass.times)),
            ("period", words.number(pass.period_days)),
            ("hours", words.number(pass.hours)),
        ],
    )
}

fn restricted(charter: &Charter, words: &Words) -> String {
    let all = charter.restrictions.iter();
    let all: Vec<_> = all.map(|one| words.named("restricted", one)).collect();
    match all.is_empty() {
        true => words.t("agree-restricted-none"),
        false => words.with("agree-restricted", [("what", all.join(", "))]),
    }
}
