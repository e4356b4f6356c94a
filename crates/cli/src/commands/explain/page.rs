//! The page that a lender, a borrower's lawyer or a judge reads: what is so, why, what comes next,
//! and every rule in the order of judgement.
//!
//! Plain text of at most 96 columns. On purpose absent: colour, and any verdict in words of praise.

use std::fmt::Write as _;

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::money::Money;
use fairlock_domain::plan::{Finding, Level, Verdict};
use fairlock_domain::rules::{Pack, rules_of};
use fairlock_domain::standing::{Event, EventKind};

use super::PackDuties;
use super::{Explained, parties};
use crate::commands::page::Page;

/// The newest events are shown; all stand in the evidence file.
const EVENTS_SHOWN: usize = 12;

pub fn text(of: &Explained) -> String {
    let mut page = Page(String::with_capacity(8192));
    let zone = &of.facts.zone;
    page.line(&format!(
        "WHY {} IS AT: {}",
        of.stored.contract.id,
        of.plan.level.name()
    ));
    let when = when(of.at, zone);
    let (place, reference) = (&of.stored.time_zone, of.stored.reference.as_str());
    page.line(&format!(
        "as known on {when}, {place}; reference {reference}"
    ));
    in_short(of, &mut page);
    agreed(of, &mut page);
    happened(of, &mut page);
    comes_next(of, &mut page);
    for pack in &of.rules.packs {
        judged(of, pack, &mut page);
    }
    owed(of, &mut page);
    decision(of, &mut page);
    page.0
}

fn in_short(of: &Explained, page: &mut Page) {
    let plan = &of.plan;
    page.title("In short");
    page.hung("", phone(plan.level));
    if plan.level == Level::Released {
        return;
    }
    if plan.dpd == 0 {
        page.line("Nothing is past due.");
    } else {
        let date = of.facts.zone.day_of(of.at);
        let since = date.plus_days(-i32::try_from(plan.dpd).unwrap_or(i32::MAX));
        page.line(&format!(
            "{} is past due, the oldest since {since}: {} days.",
            amount(plan.arrears),
            plan.dpd
        ));
    }
    match plan.may_demand {
        true if plan.restore.is_positive() => page.line(&format!(
            "{} paid now brings the phone back to free. {} ends the contract.",
            amount(plan.restore),
            amount(plan.payoff)
        )),
        true => page.line(&format!("{} ends the contract.", amount(plan.payoff))),
        false => page.line("While this hold lasts nobody may be asked for money."),
    }
    for hold in &plan.holds {
        let until = hold.until.map(|until| when(until, &of.facts.zone));
        let until = until.map_or("no end is known".to_string(), |until| {
            format!("until {until}")
        });
        page.line(&format!(
            "A hold stops every rise: {}, {until}.",
            hold.kind.name()
        ));
    }
}

/// What the borrower meets.
fn phone(level: Level) -> &'static str {
    match level {
        Level::Free => "The phone is to be like any other: nothing is limited.",
        Level::Remind => {
            "The phone is to show a notice that can be swiped away: nothing is limited."
        }
        Level::Reduce => {
            "The classes of apps that the charter names are to be suspended; all else works."
        }
        Level::Lock => {
            "The phone is to show one page: why, how much opens it, how to pay and object. Calls, \
             messages, settings, and every app on the charter's floor go on working."
        }
        Level::Released => "The contract is paid: the phone is released for ever.",
    }
}

fn agreed(of: &Explained, page: &mut Page) {
    let contract = &of.facts.contract;
    page.title("What was agreed");
    let product = contract.product.name().replace('_', " ");
    let lines = &contract.instalments;
    let sum = lines.iter().map(|line| line.amount.minor()).sum();
    let sum = amount(Money::new(sum, contract.currency));
    let (first, last) = (
        lines.iter().map(|l| l.due).min(),
        lines.iter().map(|l| l.due).max(),
    );
    let span = first.zip(last);
    let span = span.map_or(String::new(), |(a, b)| format!(", due {a} to {b}"));
    page.line(&format!(
        "{product} signed on {}; {} instalments of {sum} in sum{span}.",
        contract.signed_on,
        lines.len()
    ));
    page.line(&match &contract.consent {
        None => "No consent to limits is known.".to_string(),
        Some(consent) => format!(
            "Consent to limits on {}: {} signature of its own, copy {}.",
            consent.on,
            if consent.separate_signature {
                "a"
            } else {
                "no"
            },
            if consent.acknowledged_copy {
                "acknowledged"
            } else {
                "not acknowledged"
            },
        ),
    });
    parties::agreed(of, page);
    page.hung(
        "",
        &match (&of.facts.device, &of.charter) {
            (None, _) => "No phone is enrolled.".to_string(),
            (Some(_), None) => "A phone is enrolled; no charter of it can be read.".to_string(),
            (Some(_), Some(standing)) => parties::charter(of, standing),
        },
    );
}

fn happened(of: &Explained, page: &mut Page) {
    page.title("What happened");
    let events = &of.facts.events;
    let earlier = events.len().saturating_sub(EVENTS_SHOWN);
    if events.is_empty() {
        page.line("Nothing that is known.");
    }
    if earlier > 0 {
        page.line(&format!(
            "({earlier} earlier events stand in the evidence file)"
        ));
    }
    for event in events.iter().skip(earlier) {
        let head = format!("{}  ", when(event.at, &of.facts.zone));
        page.hung(&head, &told(event, &of.facts.zone));
    }
}

/// One event in words.
fn told(event: &Event, zone: &Zone) -> String {
    let plain = |word: &str| word.replace('_', " ");
    match &event.kind {
        EventKind::Payment {
            id,
            state,
            amount: money,
            paid_on,
        } => {
            let paid = paid_on.map_or(String::new(), |day| format!(", paid on {day}"));
            format!("payment {id} of {} {}{paid}", amount(*money), state.name())
        }
        EventKind::Feed { feed, state } => {
            format!("feed {feed}: {}", format!("{state:?}").to_lowercase())
        }
        EventKind::Notice {
            notice,
            channel,
            proof,
        } => format!(
            "notice {}/{} by {channel}: {}",
            notice.pack,
            notice.notice,
            proof.name()
        ),
        EventKind::Hold { id, kind, until } => {
            let until = until.map_or(String::new(), |at| format!(" until {}", when(at, zone)));
            format!("hold {id} begins: {}{until}", plain(kind.name()))
        }
        EventKind::HoldEnd { id, outcome } => {
            let outcome = outcome.map(|outcome| format!(": {outcome:?}").to_lowercase());
            format!("hold {id} ends{}", outcome.unwrap_or_default())
        }
        EventKind::Suspense {
            amount: money,
            state,
            ..
        } => format!(
            "{} in suspense that may be this borrower's: {}",
            amount(*money),
            format!("{state:?}").to_lowercase()
        ),
        EventKind::Review { by, decision } => {
            format!(
                "reviewed by {by}: {}",
                format!("{decision:?}").to_lowercase()
            )
        }
        EventKind::EmergencyPass => "the borrower pressed the emergency pass".to_string(),
        EventKind::Contact => "the phone reached the server".to_string(),
        EventKind::PayoffWaived { amount: money } => format!("{} waived", amount(*money)),
    }
}

fn comes_next(of: &Explained, page: &mut Page) {
    let (plan, zone) = (&of.plan, &of.facts.zone);
    if plan.level == Level::Released {
        return;
    }
    page.title("What comes next, if nothing else happens");
    for notice in &plan.notices_due {
        let channels = match notice.channels {
            1 => "a channel".to_string(),
            many => format!("{many} channels"),
        };
        page.hung(
            &format!("{}  ", when(notice.at, zone)),
            &format!(
                "notice {}/{} is due on {channels} ({}), {} h before {}",
                notice.pack,
                notice.notice,
                notice.proof.name(),
                notice.lead_hours,
                notice.level.name()
            ),
        );
    }
    for step in &plan.steps {
        let (at, level) = (when(step.at, zone), step.level.name());
        page.hung(&format!("{at}  "), &format!("{level}, not before"));
    }
    if plan.steps.is_empty() && plan.notices_due.is_empty() {
        page.line("The level stays as it is.");
    }
    match plan.review_at {
        Some(at) => page.line(&format!("It is looked at again on {}.", when(at, zone))),
        None => page.line("Only something new can change this."),
    }
}

/// Every rule of a pack with what it saw.
fn judged(of: &Explained, pack: &Pack, page: &mut Page) {
    let (id, version, status) = (&pack.id, pack.version, pack.legal_status.value.name());
    page.title(&format!("Every rule of {id}, in the order of judgement"));
    page.line(&format!(
        "{}; version {version}; legal status {status}.",
        pack.title
    ));
    if let Some(own) = of.texts.iter().find(|own| own.pack == *id) {
        page.line(&format!("text    {}", super::hex(&own.sha256)));
    }
    let findings = of.plan.findings.iter();
    let findings: Vec<&Finding> = findings.filter(|f| f.pack_number == pack.number).collect();
    let decides = decides(&findings, of.plan.level);
    let rules = rules_of(pack);
    for (i, finding) in findings.iter().enumerate() {
        let (mark, verdict) = match finding.verdict {
            Verdict::Met => ("[x]", "holds"),
            Verdict::NotMet => ("[ ]", "doesn't hold"),
            Verdict::Blocked => ("[!]", "stops it"),
            Verdict::NotApplicable => ("[-]", "nothing to judge"),
        };
        let own = finding
            .rule
            .strip_prefix(id.as_str())
            .unwrap_or(&finding.rule);
        let rule = rules.iter().find(|rule| rule.number == finding.rule_number);
        let says = rule.map_or(String::new(), |rule| format!(": {}", rule.says));
        let name = own.trim_start_matches('/').replace('_', " ");
        page.0.push('\n');
        page.hung(&format!("{mark} "), &format!("{name}{says}"));
        page.hung("    saw     ", &format!("{} ({verdict})", finding.saw));
        page.hung("    source  ", finding.citation.as_str());
        if let Some(rule) = rule.filter(|rule| !rule.citation.url.is_empty()) {
            page.hung(
                "            ",
                &format!("{}, seen on {}", finding.url, rule.citation.seen_on),
            );
        }
        if decides == Some(i) {
            page.line("    THIS DECIDES: no higher level without it");
        }
    }
}

/// The first rule that stops a rise; without one, the first condition that a higher level lacks.
fn decides(findings: &[&Finding], level: Level) -> Option<usize> {
    let first = |verdict| findings.iter().position(|f| f.verdict == verdict);
    if level == Level::Released {
        return first(Verdict::Met);
    }
    let stopped = first(Verdict::Blocked);
    if stopped.is_some() || level == Level::Lock {
        return stopped;
    }
    // Conditions stand behind the holds; before them, not met means not paid off.
    let holds = findings.iter().position(|f| f.rule.ends_with("/holds"))?;
    let behind = findings.iter().skip(holds + 1);
    let lacks = behind.clone().position(|f| f.verdict == Verdict::NotMet)?;
    Some(holds + 1 + lacks)
}

/// What the lender owed the borrower: the phone back in time.
fn owed(of: &Explained, page: &mut Page) {
    let zone = &of.facts.zone;
    let happened = |own: &&PackDuties| !own.given_back.is_empty() || own.let_go.is_some();
    if !of.duties.iter().any(|own| happened(&own)) {
        return;
    }
    page.title("What the lender owed: the phone back in time");
    for own in of.duties.iter().filter(happened) {
        for limited in &own.given_back {
            let head = format!("{}  ", when(limited.settled_at, zone));
            let free = match limited.until {
                Some(at) => format!("limited until {}", when(at, zone)),
                None => "still limited, by the phone's newest word".to_string(),
            };
            let deadline = when(limited.deadline, zone);
            let late = late(limited.hours_late, limited.compensation);
            let text = format!("settled; {free}; {} says by {deadline}: {late}", own.pack);
            page.hung(&head, &text);
        }
        if let Some(gone) = &own.let_go {
            let head = format!("{}  ", when(gone.paid_at, zone));
            let free = match gone.at {
                Some(at) => format!("let go on {}", when(at, zone)),
                None => "not let go yet, by the phone's newest word".to_string(),
            };
            let by = match gone.deadline {
                Some(at) => format!(
                    "{} says by {}: {}",
                    own.pack,
                    when(at, zone),
                    late(gone.hours_late, None)
                ),
                None => format!("{} says at once", own.pack),
            };
            page.hung(&head, &format!("all paid; {free}; {by}"));
        }
    }
    page.line("Sums are the borrower's claims by these rules. Nothing is paid by itself.");
}

fn late(hours: u64, compensation: Option<Money>) -> String {
    match (hours, compensation) {
        (0, _) => "in time".to_string(),
        (1, None) => "1 hour begun too late".to_string(),
        (hours, None) => format!("{hours} hours begun too late"),
        (1, Some(sum)) => format!("1 hour begun too late, {}", amount(sum)),
        (hours, Some(sum)) => format!("{hours} hours begun too late, {}", amount(sum)),
    }
}

fn decision(of: &Explained, page: &mut Page) {
    page.title("The decision");
    page.hung("hash    ", &of.hash);
    let kept = match of.recorded() {
        true => "kept: this decision was made and kept",
        false => "not kept: nothing was decided then on just these facts; this is what it would be",
    };
    page.hung("record  ", kept);
    if let Some(newest) = of.kept.first() {
        let (hash, at) = (super::hex(&newest.hash), when(newest.at, &of.facts.zone));
        page.hung(
            "newest  ",
            &format!("{hash}, kept on {at}: {}", newest.level.name()),
        );
    }
    let id = &of.stored.contract.id;
    let again = format!("fairlock explain {id} --at {} --record | sha256sum", of.at);
    page.hung(
        "again   ",
        &format!("{again} (the first 32 digits are the hash)"),
    );
}

/// A local instant, as "Mon 2026-03-02 09:00 +03:00".
pub fn when(at: Instant, zone: &Zone) -> String {
    let text = fairlock_rulebook::time::format_instant(at, zone);
    let day = format!("{:?}", zone.day_of(at).weekday());
    let offset = match text.ends_with('Z') {
        true => "Z",
        false => text.get(text.len().saturating_sub(6)..).unwrap_or_default(),
    };
    let (date, clock) = (text.get(..10), text.get(11..16));
    format!(
        "{} {} {} {offset}",
        day.get(..3).unwrap_or(&day),
        date.unwrap_or_default(),
        clock.unwrap_or_default()
    )
}

/// "KES 1,500.00".
fn amount(money: Money) -> String {
    let text = money.to_string();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.to_string()),
        None => ("", text),
    };
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let mut out = String::new();
    // Writing to a String can't fail.
    let _ = write!(out, "{} {sign}{grouped}{rest}", money.currency().code());
    out
}
