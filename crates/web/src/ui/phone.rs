//! The phone's screens in the borrower's words: the same in the mirror and, later, the portal.

use askama::Template;
use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;

use super::{Qr, Ui};
use crate::text;
use crate::view::Payment;
use crate::view::PaymentState;
use crate::view::phone::{Owed, Screen, ScreenKind};

/// The glass of the phone.
#[derive(Template)]
#[template(path = "partials/phone_screen.html")]
pub struct PhoneScreen<'a> {
    pub ui: Ui<'a>,
    pub s: &'a Screen,
}

impl PhoneScreen<'_> {
    /// An amount of more characters than a small screen holds in large digits is set smaller.
    fn size(&self, owed: &Owed) -> &'static str {
        const LARGE_CHARS_MAX: usize = 15;
        let chars = self.ui.texts.money(owed.amount).chars().count();
        if chars > LARGE_CHARS_MAX { " long" } else { "" }
    }

    fn remind_due(&self, owed: &Owed) -> (String, String) {
        let day = self.ui.texts.day(owed.since);
        self.ui
            .texts
            .around("remind-due", "amount", [("due_day", day.into())])
    }

    fn lock_opens(&self) -> (String, String) {
        self.ui.texts.around("lock-opens", "amount", [])
    }

    fn still_opens(&self) -> (String, String) {
        self.ui.texts.around("still-opens", "amount", [])
    }

    fn remind_why(&self) -> String {
        self.ui.texts.with(
            "remind-why",
            [
                ("lender", self.s.lender.as_str().into()),
                ("ref", self.reference().into()),
            ],
        )
    }

    fn remind_next(&self, owed: &Owed, day: &Day) -> String {
        self.ui.texts.with(
            "remind-next",
            [
                ("not_before", self.ui.texts.day(*day).into()),
                ("amount", self.ui.texts.money(owed.amount).into()),
            ],
        )
    }

    fn why(&self, owed: &Owed) -> String {
        self.ui.texts.with(
            "lock-why",
            [
                ("lender", self.s.lender.as_str().into()),
                ("due_day", self.ui.texts.day(owed.since).into()),
                ("ref", self.reference().into()),
            ],
        )
    }

    fn reduce_what(&self, owed: &Owed) -> String {
        self.ui.texts.with(
            "reduce-what",
            [
                ("classes", self.classes().into()),
                ("amount", self.ui.texts.money(owed.amount).into()),
            ],
        )
    }

    /// The charter's reduce classes as one phrase: `Games, video and music`.
    fn classes(&self) -> String {
        let words: Vec<String> = self
            .s
            .classes
            .iter()
            .enumerate()
            .map(|(i, class)| {
                let key = format!("class-{class}");
                let word = if self.ui.texts.has(&key) {
                    self.ui.t(&key)
                } else {
                    class.clone()
                };
                if i == 0 { word } else { word.to_lowercase() }
            })
            .collect();
        match words.split_last() {
            None => String::new(),
            Some((only, [])) => only.clone(),
            Some((last, rest)) => self.ui.texts.with(
                "classes-two",
                [
                    ("first", rest.join(", ").into()),
                    ("last", last.as_str().into()),
                ],
            ),
        }
    }

    fn open_for(&self) -> String {
        let hours = u64::from(self.s.pass.hours);
        self.ui.texts.with(
            "btn-open-for",
            [("hours", self.ui.texts.number(hours).into())],
        )
    }

    fn pass_used(&self, used: &u32) -> String {
        let number = |n: u32| self.ui.texts.number(u64::from(n));
        self.ui.texts.with(
            "pass-used",
            [
                ("used", number(*used).into()),
                ("times", number(self.s.pass.times).into()),
                ("period", number(self.s.pass.period_days).into()),
            ],
        )
    }

    fn shield(&self, amount: &Money, days: &Option<u32>) -> String {
        let amount = self.ui.texts.money(*amount);
        match days {
            Some(days) => self.ui.texts.with(
                "shield-open",
                [
                    ("amount", amount.into()),
                    ("days", self.ui.texts.number(u64::from(*days)).into()),
                ],
            ),
            None => self.ui.say("shield-open-suspense", "amount", &amount),
        }
    }

    /// A hold's end is told, its reason never.
    fn held(&self, until: &Option<Instant>) -> String {
        match until {
            Some(at) => format!(
                "{} {}",
                self.ui.t("held-on"),
                self.ui.say(
                    "held-until",
                    "until",
                    &self.ui.texts.deadline(*at, self.ui.place)
                )
            ),
            None => self.ui.say("dispute-on", "lender", &self.s.lender),
        }
    }

    fn next_due(&self, next: &(Day, Money)) -> String {
        self.ui.texts.with(
            "next-due",
            [
                ("amount", self.ui.texts.money(next.1).into()),
                ("day", self.ui.texts.day(next.0).into()),
            ],
        )
    }

    fn heard_line(&self) -> String {
        match self.s.heard {
            Some(at) => self.ui.say(
                "heard-line",
                "when",
                &self.ui.texts.instant(at, self.ui.place),
            ),
            None => self.ui.t("heard-never"),
        }
    }

    /// With the lender's number; None where no charter gives one.
    fn with_number(&self, key: &str) -> Option<String> {
        let phone = whole(self.s.support.as_deref()?);
        Some(self.ui.texts.with(
            key,
            [
                ("lender", self.s.lender.as_str().into()),
                ("phone", phone.into()),
            ],
        ))
    }

    fn offline_code(&self) -> Option<String> {
        self.with_number("offline-code")
    }

    fn support(&self) -> Option<String> {
        self.with_number("support-line")
    }

    fn payment_line(&self, payment: &Payment) -> String {
        let amount = self.ui.texts.money(payment.amount);
        match payment.state {
            PaymentState::Failed => self.ui.texts.with(
                "pay-failed",
                [
                    ("amount", amount.into()),
                    ("reason", self.ui.failure(payment.failure.as_deref()).into()),
                ],
            ),
            _ => self.ui.say("payment-line", "amount", &amount),
        }
    }

    fn reference(&self) -> String {
        text::reference(&self.s.reference)
    }

    /// Reference and IMEI as one code, for a clerk or a second-hand buyer to scan.
    fn qr(&self) -> Option<Qr> {
        let text = match self.s.imei.as_deref() {
            Some(imei) => format!("{} {imei}", self.s.reference),
            None => self.s.reference.clone(),
        };
        Qr::new(&text, self.ui.t("qr-label"))
    }

    fn next_instance(&self) -> Option<String> {
        self.s.next_instance.as_deref().map(whole)
    }

    fn imei(&self) -> Option<String> {
        self.s.imei.as_deref().map(text::imei)
    }
}

/// A telephone number stays on one line: spaces between digits don't break.
fn whole(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let kept = chars.iter().enumerate().map(|(i, c)| {
        let inside = *c == ' ' && i > 0 && digit(i - 1) && digit(i + 1);
        if inside { '\u{a0}' } else { *c }
    });
    kept.collect()
}
