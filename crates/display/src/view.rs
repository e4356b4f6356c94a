//! Which screen a state shows, and what it says: what happened, how much ends it, why, what still
//! works, who helps. The ids are those of the message catalogue.

use alloc::vec::Vec;

use fairlock_protocol::charter::{Charter, Help, HelpKind};
use fairlock_protocol::{InForce, Level, Moment, Notice, Step, codes};

use crate::news::{CaseState, Display, HeldBy, PaymentNews, PaymentState};
use crate::screen::{Arg, Message, Screen, ScreenKind};

codes! {
    /// What the screen says of the code that was typed last.
    pub enum Said: "what is said of a code: 1 to 3" {
        Wrong = 1,
        Used = 2,
        /// It opened something, or waits: the screen shows that anyway.
        Nothing = 3,
    }
}

/// What the screen of an enrolled phone is made from.
pub struct View<'a> {
    pub in_force: &'a InForce,
    pub charter: &'a Charter,
    pub display: Option<&'a Display>,
    pub moment: Moment,
    /// As the backend can bring it about.
    pub level: Level,
    pub said: Option<Said>,
    /// Seconds before the next code may be typed.
    pub code_wait_s: Option<u64>,
    pub code_tries_left: u64,
    /// The server's instant in the last token.
    pub heard: Option<u64>,
    /// That was long ago.
    pub silent: bool,
    /// A charter that waits for the borrower.
    pub stricter: Option<&'a Charter>,
    pub payees_changed: bool,
}

type Args = Vec<(&'static str, Arg)>;

fn message(
    id: &'static str,
    args: impl IntoIterator<Item = (&'static str, Option<Arg>)>,
) -> Message {
    let known = |(name, arg): (&'static str, Option<Arg>)| arg.map(|arg| (name, arg));
    Message {
        id,
        args: args.into_iter().filter_map(known).collect::<Args>(),
    }
}

impl View<'_> {
    pub fn screen(&self) -> Screen {
        let kind = self.kind();
        let mut messages = Vec::new();
        match kind {
            ScreenKind::Released => {
                messages.push(message("released", [("lender", self.lender())]));
            }
            ScreenKind::Pass => self.say_open(self.in_force.pass_until, &mut messages),
            ScreenKind::Code => self.say_open(self.in_force.code_until, &mut messages),
            ScreenKind::Lock => self.say_lock(&mut messages),
            ScreenKind::Reduce => self.say_reduce(&mut messages),
            _ => self.say_remind(&mut messages),
        }
        if kind != ScreenKind::Released {
            self.say_news(&mut messages);
            self.say_notice(&mut messages);
            self.say_code(&mut messages);
        }
        if self.level >= Level::Remind || kind == ScreenKind::Code {
            self.say_help(&mut messages);
        }
        Screen {
            kind,
            messages,
            notice: self.notice().map(|notice| notice.id),
            passes_left: self.passes_left(),
            display_at: self.display.map(|display| display.at),
            borrower: self.display.and_then(|display| display.borrower.clone()),
            heard: self.heard,
            charters: match (kind, self.stricter) {
                (ScreenKind::NewCharter, Some(new)) => {
                    alloc::vec![self.charter.clone(), new.clone()]
                }
                _ => Vec::new(),
            },
        }
    }

    fn kind(&self) -> ScreenKind {
        let payment = self.display.and_then(|display| display.payment);
        let shielded = payment.is_some_and(|payment| payment.state == PaymentState::SeenCovers);
        let held = self
            .display
            .is_some_and(|display| display.held.is_some() || has_case(display));
        match self.level {
            Level::Released => ScreenKind::Released,
            _ if self.in_force.code_until.is_some() => ScreenKind::Code,
            _ if self.in_force.pass_until.is_some() => ScreenKind::Pass,
            Level::Lock => ScreenKind::Lock,
            Level::Free | Level::Remind if self.stricter.is_some() => ScreenKind::NewCharter,
            // Below this line a screen may say that the phone is open.
            Level::Free | Level::Remind if shielded => ScreenKind::Shielded,
            Level::Free | Level::Remind if held => ScreenKind::Held,
            Level::Free => ScreenKind::Free,
            _ if self.silent_since().is_some() => ScreenKind::Offline,
            Level::Reduce => ScreenKind::Reduce,
            Level::Remind => ScreenKind::Remind,
        }
    }

    fn lender(&self) -> Option<Arg> {
        Some(Arg::Text(self.charter.lender.clone()))
    }

    fn reference(&self) -> Option<Arg> {
        Some(Arg::Text(self.charter.reference.clone()))
    }

    /// Absent when nothing is owed, or may be asked for.
    fn amount(&self) -> Option<Arg> {
        self.in_force.pay.map(Arg::Amount)
    }

    fn due_day(&self) -> Option<Arg> {
        self.in_force
            .notices
            .iter()
            .map(|notice| notice.due_day)
            .min()
            .map(Arg::Day)
    }

    /// The notice that must now be seen.
    fn notice(&self) -> Option<&Notice> {
        self.in_force.notice_to_show(self.moment.lower)
    }

    /// Passes that may be pressed now.
    fn passes_left(&self) -> u64 {
        match self.level >= Level::Reduce {
            true => self
                .in_force
                .passes_left(&self.charter.pass, self.moment.running),
            false => 0,
        }
    }

    /// When the server was last heard, if that is long ago.
    fn silent_since(&self) -> Option<u64> {
        self.heard.filter(|_| self.silent)
    }

    fn say_open(&self, until: Option<u64>, messages: &mut Vec<Message>) {
        // To the minute: the bounds of time move by seconds, and what is said shouldn't.
        let until = until.map(|until| {
            let left = until.saturating_sub(self.moment.running);
            Arg::Instant((self.moment.lower + left) / 60 * 60)
        });
        messages.push(message("pass-on", [("until", until)]));
        if let Some(amount) = self.amount() {
            messages.push(message("still-opens", [("amount", Some(amount))]));
        }
        self.say_why(messages);
    }

    fn say_lock(&self, messages: &mut Vec<Message>) {
        if let Some(amount) = self.amount() {
            messages.push(message("lock-opens", [("amount", Some(amount))]));
        }
        self.say_why(messages);
        let mut kinds: Vec<_> = self.charter.floor.iter().map(|app| app.kind).collect();
        kinds.dedup();
        messages.push(message("lock-floor", [("floor", Some(Arg::Floor(kinds)))]));
        self.offer_pass(messages);
    }

    fn say_reduce(&self, messages: &mut Vec<Message>) {
        let classes = Some(Arg::Classes(self.charter.classes.clone()));
        let what = [("classes", classes), ("amount", self.amount())];
        messages.push(message("reduce-what", what));
        self.say_why(messages);
        self.offer_pass(messages);
    }

    /// Reminder, open phone, and the states beside them.
    fn say_remind(&self, messages: &mut Vec<Message>) {
        if self.level == Level::Reduce {
            return self.say_reduce(messages);
        }
        if self.level != Level::Remind || self.in_force.pay.is_none() {
            return;
        }
        let due = [("amount", self.amount()), ("due_day", self.due_day())];
        messages.push(message("remind-due", due));
        if let Some(step) = self.next_stricter(Level::Reduce) {
            let not_before = Some(Arg::Instant(step.at));
            let next = [("not_before", not_before), ("amount", self.amount())];
            messages.push(message("remind-next", next));
        }
    }

    fn say_why(&self, messages: &mut Vec<Message>) {
        if self.in_force.pay.is_none() {
            return;
        }
        let why = [
            ("lender", self.lender()),
            ("due_day", self.due_day()),
            ("ref", self.reference()),
        ];
        messages.push(message("lock-why", why));
    }

    fn offer_pass(&self, messages: &mut Vec<Message>) {
        if self.passes_left() > 0 {
            let hours = Some(Arg::Count(u64::from(self.charter.pass.hours)));
            messages.push(message("pass-offer", [("hours", hours)]));
        }
    }

    /// The next step, if it is one to this level.
    fn next_stricter(&self, level: Level) -> Option<&Step> {
        self.in_force.next_step().filter(|step| step.level == level)
    }

    fn say_news(&self, messages: &mut Vec<Message>) {
        if self.payees_changed {
            messages.push(message("payees-changed", [("lender", self.lender())]));
        }
        if let Some(at) = self.silent_since() {
            messages.push(message("offline", [("when", Some(Arg::Instant(at)))]));
        }
        let Some(display) = self.display else {
            return;
        };
        match &display.payment {
            Some(payment) => self.say_payment(payment, messages),
            None if self.level >= Level::Reduce => messages.push(message("payment-none", [])),
            None => {}
        }
        if display.held.is_some_and(|held| held.by == HeldBy::Feed) {
            messages.push(message("feed-hold", []));
        }
        if has_case(display) && self.level <= Level::Remind {
            messages.push(message("dispute-on", [("lender", self.lender())]));
        }
    }

    fn say_payment(&self, payment: &PaymentNews, messages: &mut Vec<Message>) {
        let amount = ("amount", Some(Arg::Amount(payment.amount)));
        let day = ("day", Some(Arg::Day(payment.day)));
        let said = match payment.state {
            // Money in doubt is never called "open" on a phone that isn't.
            PaymentState::SeenCovers if self.level > Level::Remind => {
                message("payment-seen", [amount])
            }
            PaymentState::SeenCovers => {
                let days = payment.days.map(|days| Arg::Count(u64::from(days)));
                message("shield-open", [amount, ("days", days)])
            }
            PaymentState::SeenPart => message(
                "shield-still",
                [amount, ("rest", payment.rest.map(Arg::Amount))],
            ),
            PaymentState::Failed => message(
                "pay-failed",
                [amount, ("reason", payment.failure.map(Arg::Failure))],
            ),
            PaymentState::Reversed => message("pay-reversed", [amount, day]),
            PaymentState::Credited if self.level > Level::Free => message("payment-here", [amount]),
            PaymentState::Credited => message("freed", [amount]),
        };
        messages.push(said);
    }

    fn say_notice(&self, messages: &mut Vec<Message>) {
        let Some(notice) = self.notice() else {
            return;
        };
        let step = self
            .in_force
            .next_step()
            .filter(|step| step.guards.notices.contains(&notice.id) && step.level == notice.level);
        let amount = Some(Arg::Amount(notice.amount));
        let said = if notice.level == Level::Lock {
            let not_before = step.map(|step| Arg::Instant(step.at));
            message(
                "notice-last",
                [("not_before", not_before), ("amount", amount)],
            )
        } else {
            let cure_day = step.map(|step| Arg::Day(self.day_before(step.at)));
            let args = [
                ("amount", amount),
                ("ref", self.reference()),
                ("due_day", Some(Arg::Day(notice.due_day))),
                ("cure_day", cure_day),
            ];
            message("notice-first", args)
        };
        messages.push(said);
    }

    /// The last whole local day before an instant.
    fn day_before(&self, at: u64) -> u32 {
        let local = at.saturating_add_signed(i64::from(self.charter.zone.offset_at(at)) * 60);
        u32::try_from(local / 86_400)
            .unwrap_or(u32::MAX)
            .saturating_sub(1)
    }

    /// What became of a code, how long to wait, how many tries are left, and where codes come from.
    fn say_code(&self, messages: &mut Vec<Message>) {
        let wait = self.code_wait_s;
        if let Some(wait) = wait {
            let minutes = Some(Arg::Count(wait.div_ceil(60)));
            messages.push(message("code-wait", [("minutes", minutes)]));
        }
        match self.said {
            Some(Said::Wrong) if wait.is_none() => {
                let left = Some(Arg::Count(self.code_tries_left));
                messages.push(message("code-wrong", [("left", left)]));
            }
            Some(Said::Used) => messages.push(message("code-used", [])),
            _ => {}
        }
        if self.level >= Level::Reduce {
            let lender = self
                .charter
                .help
                .iter()
                .find(|help| help.kind == HelpKind::Lender);
            let phone = lender.map(|help| Arg::Text(help.contact.clone()));
            messages.push(message(
                "offline-code",
                [("lender", self.lender()), ("phone", phone)],
            ));
        }
    }

    fn say_help(&self, messages: &mut Vec<Message>) {
        let of = |kind| self.charter.help.iter().find(|help| help.kind == kind);
        let name = |help: Option<&Help>| help.map(|help| Arg::Text(help.name.clone()));
        let contact = |help: Option<&Help>| help.map(|help| Arg::Text(help.contact.clone()));
        let (advice, complaint) = (of(HelpKind::Advice), of(HelpKind::Complaint));
        messages.push(message("dispute-offer", [("lender", self.lender())]));
        messages.push(message("hardship-offer", []));
        messages.push(message("used-phone", []));
        let help = [
            ("adviser", name(advice)),
            ("contact", contact(advice)),
            ("body", name(complaint)),
            ("contact2", contact(complaint)),
        ];
        messages.push(message("notice-help", help));
    }
}

fn has_case(display: &Display) -> bool {
    display
        .case
        .is_some_and(|case| case.state == CaseState::Open)
}
