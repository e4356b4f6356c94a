//! A contract's page.

use askama::Template;
use fairlock_domain::calendar::Instant;

use super::{RenderError, contract_address};
use crate::text::{self, Texts};
use crate::ui::Ui;
use crate::view::contract::{
    Kind, Live as LiveView, Message, MessageState, Notice, NoticeState, Said,
};
use crate::view::{Contract, Density, Frame, Level, LevelAt, Payment, PaymentState, Theme};

#[derive(Template)]
#[template(path = "contract.html")]
struct Page<'a> {
    frame: &'a Frame,
    ui: Ui<'a>,
    v: &'a Contract,
    l: &'a LiveView,
    base: String,
}

#[derive(Template)]
#[template(path = "live/contract.html")]
struct Live<'a> {
    ui: Ui<'a>,
    l: &'a LiveView,
    base: String,
}

/// The page at `/contracts/{id}`.
pub fn contract(frame: &Frame, view: &Contract, texts: &Texts) -> Result<String, RenderError> {
    let page = Page {
        frame,
        ui: Ui::new(texts, &frame.place, frame.now),
        v: view,
        l: &view.live,
        base: contract_address(&view.id),
    };
    Ok(page.render()?)
}

/// The live part alone.
pub fn contract_live(frame: &Frame, live: &LiveView, texts: &Texts) -> Result<String, RenderError> {
    let part = Live {
        ui: Ui::new(texts, &frame.place, frame.now),
        l: live,
        base: contract_address(&live.id),
    };
    Ok(part.render()?)
}

/// The page's answer: what the phone reported, against what is wanted, and what opens it.
fn said(ui: &Ui<'_>, live: &LiveView) -> String {
    let facts = &live.facts;
    let wanted = ui.level_word(&facts.wanted);
    let level = match facts.reported.map(|r| r.level) {
        None if !facts.enrolled => ui.say("said-no-phone", "wanted", &wanted),
        None => ui.say("said-unreported", "wanted", &wanted),
        Some(level) if level == facts.wanted => ui.t(match level {
            Level::Free => "said-free",
            Level::Remind => "said-remind",
            Level::Reduce => "said-reduce",
            Level::Lock => "said-lock",
            Level::Released => "said-released",
        }),
        Some(level) => ui.say(
            match level {
                Level::Free => "said-differs-free",
                Level::Remind => "said-differs-remind",
                Level::Reduce => "said-differs-reduce",
                Level::Lock => "said-differs-lock",
                Level::Released => "said-differs-released",
            },
            "wanted",
            &wanted,
        ),
    };
    format!("{level} {}", owes(ui, live))
}

fn owes(ui: &Ui<'_>, live: &LiveView) -> String {
    let limited = |level: Level| matches!(level, Level::Reduce | Level::Lock);
    let limits =
        limited(live.facts.wanted) || live.facts.reported.is_some_and(|r| limited(r.level));
    if live.payoff.is_zero() {
        ui.t("owes-closed")
    } else if live.arrears.is_zero() && live.restore.is_zero() {
        ui.t("owes-nothing")
    } else if limits {
        ui.say("owes-opens", "amount", &ui.money_text(&live.restore))
    } else {
        ui.say("owes-past-due", "amount", &ui.money_text(&live.arrears))
    }
}

fn next_step(ui: &Ui<'_>, step: &LevelAt) -> String {
    ui.texts.with(
        "next-step",
        [
            ("level", ui.level_word(&step.level).into()),
            ("when", ui.texts.deadline(step.at, ui.place).into()),
        ],
    )
}

impl Live<'_> {
    fn said(&self) -> String {
        said(&self.ui, self.l)
    }

    fn dpd(&self) -> u64 {
        u64::from(self.l.dpd)
    }

    fn next_step(&self, step: &LevelAt) -> String {
        next_step(&self.ui, step)
    }
}

impl Page<'_> {
    fn section(&self) -> &'static str {
        "contracts"
    }

    fn said(&self) -> String {
        said(&self.ui, self.l)
    }

    fn dpd(&self) -> u64 {
        u64::from(self.l.dpd)
    }

    fn next_step(&self, step: &LevelAt) -> String {
        next_step(&self.ui, step)
    }

    fn reference(&self) -> String {
        text::reference(&self.v.reference)
    }

    fn product(&self) -> String {
        let key = format!("product-{}", self.v.product.replace('_', "-"));
        if self.ui.texts.has(&key) {
            self.ui.t(&key)
        } else {
            self.v.product.clone()
        }
    }

    fn payment_state(&self, payment: &Payment) -> String {
        self.ui.t(match payment.state {
            PaymentState::Pending => "pay-state-pending",
            PaymentState::Booked => "pay-state-booked",
            PaymentState::Failed => "pay-state-failed",
            PaymentState::Reversed => "pay-state-reversed",
            PaymentState::InSuspense => "pay-in-suspense",
        })
    }

    fn notice_state(&self, notice: &Notice) -> String {
        match notice.state {
            NoticeState::DueAt(at) => self.ui.say("notice-due-at", "when", &self.brief(at)),
            NoticeState::ServedAt(at) => self.ui.say("notice-served-at", "when", &self.brief(at)),
        }
    }

    fn channel(&self, message: &Message) -> String {
        match message.channel.as_str() {
            "sms" => self.ui.t("channel-sms"),
            "email" => self.ui.t("channel-email"),
            other => other.to_string(),
        }
    }

    fn round(&self, message: &Message) -> String {
        self.ui.count("message-round", &u64::from(message.round))
    }

    fn message_state(&self, message: &Message) -> String {
        let when = self.brief(message.at);
        let tries = u64::from(message.attempts);
        let (key, when) = match message.state {
            MessageState::Waiting if tries > 0 => {
                let values = [
                    ("when", when.into()),
                    ("n", tries.into()),
                    ("count", self.ui.number(&tries).into()),
                ];
                return self.ui.texts.with("message-waiting-tried", values);
            }
            MessageState::Waiting => ("message-waiting", when),
            MessageState::Accepted => ("message-accepted", when),
            MessageState::Sent => ("message-sent", when),
            MessageState::Delivered => ("message-delivered", when),
            MessageState::Failed => ("message-failed", when),
            MessageState::Withdrawn => ("message-withdrawn", when),
        };
        self.ui.say(key, "when", &when)
    }

    /// Which reviewed text it was, and how long.
    fn said_by(&self, said: &Said) -> String {
        let template = said.template.as_ref().map(|template| {
            let values = [
                ("name", template.name.as_str().into()),
                (
                    "version",
                    self.ui.number(&u64::from(template.version)).into(),
                ),
                ("language", template.language.as_str().into()),
                ("hash", text::hash_short(&template.sha256).into()),
            ];
            self.ui.texts.with("message-template", values)
        });
        let parts = said
            .parts
            .map(|parts| self.ui.count("message-parts", &parts.into()));
        let both: Vec<String> = template.into_iter().chain(parts).collect();
        both.join(", ")
    }

    fn brief(&self, at: Instant) -> String {
        self.ui.brief(&at).text
    }

    fn kind_word(&self, kind: &Kind) -> String {
        self.ui.t(match kind {
            Kind::Payment => "kind-payment",
            Kind::Notice => "kind-notice",
            Kind::Hold => "kind-hold",
            Kind::Level => "kind-level",
            Kind::Grant => "kind-grant",
            Kind::Report => "kind-report",
            Kind::Person => "kind-person",
        })
    }
}
