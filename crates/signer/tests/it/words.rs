//! A conversion as one line of words, so that tables read like the domain.

use fairlock_domain::calendar::Instant;
use fairlock_protocol::{Grant, Step};
use fairlock_signer::KeyRole;
use fairlock_signer::convert::Converted;

/// `RESTRICT free, then remind +1 s; pays 150000; notices 121@150000; again +60 d`. Times count
/// from the moment of asking.
pub fn told(converted: &Converted, now: Instant) -> String {
    let mut words = match &converted.body {
        None => "nothing new".to_owned(),
        Some(body) => {
            let role = match body.role {
                KeyRole::Restrict => "RESTRICT",
                KeyRole::Relax => "RELAX",
                KeyRole::Release => "RELEASE",
                KeyRole::Contact | KeyRole::Charter => "not a grant's key",
            };
            assert_eq!(body.tightening, body.role == KeyRole::Restrict);
            assert_eq!(body.tightening, body.grant.warrant.is_some());
            assert_eq!(body.tightening, body.grant.base.is_some());
            format!("{role} {}", grant(&body.grant))
        }
    };
    if let Some(again) = converted.again_at {
        words += &format!(
            "; again {}",
            span(again.unix_seconds() - now.unix_seconds())
        );
    }
    words
}

fn grant(grant: &Grant) -> String {
    let mut words = grant.level.word().to_owned();
    for later in &grant.later {
        words += &format!(", then {}", step(later, grant.iat));
    }
    if let Some(pay) = grant.pay {
        words += &format!("; pays {pay}");
    }
    let notices = grant
        .notices
        .iter()
        .map(|n| format!("{}@{}", n.id, n.amount));
    let notices: Vec<String> = notices.collect();
    if !notices.is_empty() {
        words += &format!("; notices {}", notices.join(" "));
    }
    words
}

fn step(step: &Step, iat: u64) -> String {
    let mut words = format!(
        "{} {}",
        step.level.word(),
        span(step.at as i64 - iat as i64)
    );
    let guards = &step.guards;
    let mut all = Vec::new();
    if !guards.notices.is_empty() {
        let ids: Vec<String> = guards.notices.iter().map(u16::to_string).collect();
        all.push(format!("shown {}", ids.join(" ")));
    }
    if let Some(hours) = guards.lead_h {
        all.push(format!("lead {hours} h"));
    }
    if let Some(hours) = guards.silence_h {
        all.push(format!("heard {hours} h"));
    }
    if let Some(window) = guards.window {
        let time = |min: u16| format!("{:02}:{:02}", min / 60, min % 60);
        let (from, to) = (time(window.from_min), time(window.to_min));
        let sign = if window.offset_min < 0 { '-' } else { '+' };
        let offset = time(window.offset_min.unsigned_abs());
        let days = match window.days {
            127 => String::new(),
            some => format!(" on days {some:07b}"),
        };
        all.push(format!("{from}-{to} {sign}{offset}{days}"));
    }
    if let Some(hours) = guards.dwell_h {
        all.push(format!("dwell {hours} h"));
    }
    if let Some(before) = guards.before {
        all.push(format!("before {}", span(before as i64 - iat as i64)));
    }
    if !all.is_empty() {
        words += &format!(" ({})", all.join(", "));
    }
    words
}

/// `+2 d 3 h 1 s`.
fn span(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let left = seconds.unsigned_abs();
    let parts = [
        (left / 86_400, "d"),
        (left / 3_600 % 24, "h"),
        (left / 60 % 60, "min"),
        (left % 60, "s"),
    ];
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts.map(|(n, unit)| format!("{n} {unit}")).collect();
    match parts.is_empty() {
        true => "now".to_owned(),
        false => format!("{sign}{}", parts.join(" ")),
    }
}
