//! What the borrower sees on the phone now: predicted from the plan, or as the phone reported.
//!
//! A screen is chosen by what is in force and told with what may stand on a phone. Nothing here
//! decides a level: the plan or the report did.

use fairlock_domain::calendar::{Day, Instant, Span};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::money::Money;
use fairlock_domain::plan::{Level as Wanted, Verdict};
use fairlock_domain::standing::EventKind;
use fairlock_protocol::charter::{AppClass, HelpKind};
use fairlock_protocol::report::{OverlayKind, OverlayLive};
use fairlock_protocol::{Charter, Report as ReportBody};
use fairlock_storage::{CharterRow, PaymentRow, PaymentTimes};
use fairlock_web::view::phone::{
    CharterFacts, Live, Owed, Pass, Phone, Screen, ScreenKind, Source,
};
use fairlock_web::view::{Level, Payment, PaymentState};
use serde::Deserialize;

use super::answer::Trouble;
use super::reads::Known;
use super::{contract, grants, payments};
use crate::Shared;
use crate::device::charters;

/// A phone checks in every 6 hours; after two missed check-ins its facts may be old.
const OFFLINE_AFTER: Span = Span::hours(12);

/// The thank-you for a payment that opened the phone stands for a day.
const FREED_FOR: Span = Span::hours(24);

/// What the address may say of the mirror.
#[derive(Deserialize, Default)]
pub struct PhoneQuery {
    view: Option<String>,
}

impl PhoneQuery {
    /// As the phone reported, rather than as predicted.
    pub fn wants_reported(&self) -> bool {
        self.view.as_deref() == Some("reported")
    }
}

/// The whole page.
pub fn page(shared: &Shared, known: &Known, reported: bool) -> Result<Phone, Trouble> {
    Ok(Phone {
        id: known.row.contract_id.clone(),
        live: live(shared, known, reported)?,
    })
}

/// The live part alone.
pub fn live(shared: &Shared, known: &Known, reported: bool) -> Result<Live, Trouble> {
    let store = &shared.store;
    let paid = store.payments_shown(shared.lender, &known.row.contract_id)?;
    let (charter, report) = match &known.device {
        None => (None, None),
        Some(device) => (
            store
                .charters(shared.lender, device.device)?
                .into_iter()
                .next(),
            store
                .reports_of(shared.lender, device.device, 1)?
                .into_iter()
                .next(),
        ),
    };
    let report = report.and_then(|row| Some((row.received.at, contract::read_report(&row.cose)?)));
    let read = charter.as_ref().and_then(charters::read);
    // A phone that is connected is in contact now, whenever it last had something to say.
    let connected = known
        .device
        .as_ref()
        .is_some_and(|d| shared.hub.has(d.device));
    let last = known
        .device
        .as_ref()
        .and_then(|d| d.last_contact)
        .map(|s| s.at);
    let teller = Teller {
        known,
        paid: &paid,
        charter: read.as_ref(),
        heard: if connected { Some(known.at) } else { last },
    };
    let (source, kind) = match (&report, reported) {
        (_, false) => (Source::Predicted, teller.predicted()),
        (Some((at, body)), true) => (Source::Reported(*at), teller.reported(*at, body)),
        (None, true) => (Source::NothingReported, teller.free()),
    };
    let body = report.as_ref().map(|(_, body)| body);
    Ok(Live {
        id: known.row.contract_id.clone(),
        source,
        screen: teller.screen(shared, kind, body),
        facts: known.five_facts(),
        overlays: body.map(contract::overlays).unwrap_or_default(),
        shown: shown(shared, body),
        heard: teller.heard,
        connected,
        charter: charter
            .as_ref()
            .zip(read.as_ref())
            .map(|(row, charter)| charter_facts(row, charter)),
    })
}

/// Notices shown on this phone, and when each counted as shown.
fn shown(shared: &Shared, body: Option<&ReportBody>) -> Vec<(String, Option<Instant>)> {
    let shown = body.map(|body| body.shown.as_slice()).unwrap_or_default();
    shown
        .iter()
        .map(|s| {
            let first = s.first.and_then(|at| i64::try_from(at).ok());
            (
                grants::notice_name(shared, s.id),
                first.map(Instant::from_unix_seconds),
            )
        })
        .collect()
}

fn charter_facts(row: &CharterRow, charter: &Charter) -> CharterFacts {
    CharterFacts {
        counter: charter.n,
        highest: grants::level(charter.highest),
        offline_days: u32::from(charter.offline_days),
        lapse_hours: u64::from(charter.lapse.hours),
        last_day: Day::from_unix_days(i32::try_from(charter.last_day).unwrap_or(i32::MAX)),
        accepted: row.accepted.is_some(),
    }
}

/// Tells the screen of one contract's phone.
struct Teller<'a> {
    known: &'a Known,
    paid: &'a [(PaymentRow, PaymentTimes)],
    charter: Option<&'a Charter>,
    heard: Option<Instant>,
}

impl Teller<'_> {
    /// As if everything had arrived. What the plan wants beyond the charter never comes.
    fn predicted(&self) -> ScreenKind {
        let wanted = self.known.plan.level;
        let highest = self.charter.map_or(wanted, charters::highest);
        match wanted.min(highest) {
            Wanted::Released => ScreenKind::Released,
            Wanted::Free => self.freed().unwrap_or_else(|| self.free()),
            Wanted::Remind => self.lowered().unwrap_or_else(|| self.remind()),
            Wanted::Reduce => self
                .owed()
                .map_or_else(|| self.free(), |owed| ScreenKind::Reduce { owed }),
            Wanted::Lock => self
                .owed()
                .map_or_else(|| self.free(), |owed| ScreenKind::Lock { owed }),
        }
    }

    /// As the phone said it is.
    fn reported(&self, at: Instant, body: &ReportBody) -> ScreenKind {
        let level = grants::level(body.level);
        let passes = |overlay: &&OverlayLive| overlay.kind == OverlayKind::Pass;
        let pass = body.overlays.iter().find(passes).map(|overlay| {
            let left = u32::try_from(overlay.left_s).unwrap_or(u32::MAX);
            at.plus(Span::seconds(left))
        });
        let last = self.heard.map_or(at, |heard| heard.max(at));
        let silent = self.known.at.since(last) > OFFLINE_AFTER;
        match (level, pass) {
            (Level::Released, _) => ScreenKind::Released,
            (Level::Free, _) => self.freed().unwrap_or_else(|| self.free()),
            (level, _) if silent => ScreenKind::Offline {
                last,
                owed: self.owed(),
                lock: level == Level::Lock,
            },
            (_, Some(until)) => ScreenKind::PassInUse {
                owed: self.owed(),
                until,
            },
            (Level::Remind, None) => self.lowered().unwrap_or_else(|| self.remind()),
            (Level::Reduce, None) => self
                .owed()
                .map_or_else(|| self.free(), |owed| ScreenKind::Reduce { owed }),
            (Level::Lock, None) => self
                .owed()
                .map_or_else(|| self.free(), |owed| ScreenKind::Lock { owed }),
        }
    }

    /// What is owed, where it may be said.
    fn owed(&self) -> Option<Owed> {
        let plan = &self.known.plan;
        if !plan.may_demand || plan.restore.is_zero() {
            return None;
        }
        let today = self.known.place.zone.day_of(self.known.at);
        let days = i32::try_from(plan.dpd).unwrap_or(i32::MAX);
        Some(Owed {
            amount: plan.restore,
            since: today.plus_days(-days),
        })
    }

    fn free(&self) -> ScreenKind {
        ScreenKind::Free {
            next_due: self.next_due(),
        }
    }

    fn remind(&self) -> ScreenKind {
        let stricter = self
            .known
            .plan
            .steps
            .iter()
            .find(|s| s.level > Wanted::Remind);
        let zone = &self.known.place.zone;
        ScreenKind::Remind {
            owed: self.owed(),
            not_before: stricter.map(|step| zone.day_of(step.at)),
        }
    }

    /// Why the level is `remind` although more was reached: a pass, money in doubt, a hold.
    fn lowered(&self) -> Option<ScreenKind> {
        let plan = &self.known.plan;
        if !plan.may_demand {
            return None;
        }
        let held = |kind: HoldKind| plan.holds.iter().find(|hold| hold.kind == kind);
        if let Some(doubt) = held(HoldKind::PaymentInDoubt)
            && let Some(shielded) = self.shielded(doubt.until)
        {
            return Some(shielded);
        }
        if let Some(hold) = plan.holds.iter().find(|hold| hold.kind.lowers()) {
            return Some(ScreenKind::Held { until: hold.until });
        }
        self.pass_until().map(|until| ScreenKind::PassInUse {
            owed: self.owed(),
            until,
        })
    }

    /// The payment that is being checked, when what is pending covers what restores.
    fn shielded(&self, until: Option<Instant>) -> Option<ScreenKind> {
        let restore = self.known.plan.restore;
        let pending = self
            .paid
            .iter()
            .filter(|(row, _)| row.state == fairlock_domain::payment::PaymentState::Pending);
        let mut sum = Money::zero(restore.currency());
        let mut newest = None;
        for (row, _) in pending {
            sum = sum.checked_add(row.amount).ok()?;
            newest = newest.or(Some(row.amount));
        }
        for amount in self.suspense() {
            sum = sum.checked_add(amount).ok()?;
            newest = newest.or(Some(amount));
        }
        if sum.minor() < restore.minor() {
            return None;
        }
        let days = until.map(|until| {
            let left = until.since(self.known.at).as_seconds();
            u32::try_from((left + 86_399) / 86_400).unwrap_or(0)
        });
        Some(ScreenKind::Shielded {
            amount: newest?,
            days,
        })
    }

    /// Amounts in suspense that could be this borrower's and aren't cleared.
    fn suspense(&self) -> Vec<Money> {
        use fairlock_domain::standing::SuspenseState::{Candidate, Cleared};
        let mut open: Vec<(&str, Money)> = Vec::new();
        for event in &self.known.facts.events {
            if let EventKind::Suspense { id, amount, state } = &event.kind {
                match state {
                    Candidate => open.push((id, *amount)),
                    Cleared => open.retain(|(other, _)| other != id),
                }
            }
        }
        open.into_iter().map(|(_, amount)| amount).collect()
    }

    /// The end of the pass that caps now: at least until then.
    fn pass_until(&self) -> Option<Instant> {
        let plan = &self.known.plan;
        let capped = plan
            .findings
            .iter()
            .any(|f| f.rule.ends_with("/emergency_pass") && f.verdict == Verdict::Blocked);
        let pressed = self
            .known
            .facts
            .events
            .iter()
            .rev()
            .find(|e| e.at <= self.known.at && matches!(e.kind, EventKind::EmergencyPass))?;
        let packs = self.known.rules.packs.iter();
        let lasts = packs
            .filter_map(|p| p.pass.as_ref())
            .map(|p| p.value.lasts)
            .max()?;
        capped.then(|| pressed.at.plus(lasts))
    }

    /// The payment that opened the phone within the last day.
    fn freed(&self) -> Option<ScreenKind> {
        let (row, times) = self.paid.first()?;
        let applied = times.applied?;
        let fresh = self.known.at.since(applied.at) <= FREED_FOR;
        let payment = payments::payment(row, times);
        let freed = fresh && payment.state == PaymentState::Booked && payment.needs_grant;
        freed.then(|| ScreenKind::Freed {
            amount: row.amount,
            acted_to_usable_s: payment.acted_to_usable_s,
            next_due: self.next_due(),
        })
    }

    /// The next instalment that isn't covered.
    fn next_due(&self) -> Option<(Day, Money)> {
        let schedule = payments::schedule(self.known, self.paid);
        let next = schedule.lines.iter().find(|line| !line.is_covered())?;
        Some((next.due, next.uncovered))
    }

    /// The screen with the facts that stand on every one.
    fn screen(&self, shared: &Shared, kind: ScreenKind, body: Option<&ReportBody>) -> Screen {
        let help = |kind: HelpKind| {
            let list = self.charter.map(|c| c.help.as_slice()).unwrap_or_default();
            list.iter().find(|help| help.kind == kind)
        };
        Screen {
            kind,
            lender: shared.lender_name.clone(),
            reference: self.known.row.reference.to_string(),
            imei: Some(self.known.row.imei.expose().clone()),
            support: help(HelpKind::Lender).map(|h| h.contact.clone()),
            next_instance: help(HelpKind::Complaint).map(|h| format!("{}, {}", h.name, h.contact)),
            heard: self.heard,
            pass: self.pass(body),
            payment: self.news(),
            classes: self.classes(),
        }
    }

    /// The newest payment, while it is news: not yet told by the level itself.
    fn news(&self) -> Option<Payment> {
        let (row, times) = self.paid.first()?;
        let recent = self.known.at.since(row.received.at) <= Span::days(5);
        recent.then(|| payments::payment(row, times))
    }

    fn pass(&self, body: Option<&ReportBody>) -> Pass {
        let charter = self.charter.map(|c| c.pass);
        Pass {
            hours: charter.map_or(24, |p| u32::from(p.hours)),
            times: charter.map_or(1, |p| u32::from(p.times)),
            period_days: charter.map_or(30, |p| u32::from(p.period_days)),
            used: body.map(|body| u32::try_from(body.passes).unwrap_or(u32::MAX)),
        }
    }

    fn classes(&self) -> Vec<String> {
        let classes = self
            .charter
            .map(|c| c.classes.as_slice())
            .unwrap_or_default();
        let name = |class: &AppClass| match class {
            AppClass::Games => "games",
            AppClass::Video => "video",
            AppClass::Music => "music",
            AppClass::Social => "social",
            AppClass::News => "news",
            AppClass::Shopping => "shopping",
        };
        classes.iter().map(|c| name(c).to_string()).collect()
    }
}
