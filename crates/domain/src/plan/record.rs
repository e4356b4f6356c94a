//! The decision record: what a third person needs to check a plan, as canonical bytes.
//!
//! Lines of text, so that it can be read as a page and hashed as it stands: a name, a space, the
//! value; one line feed after each. A value never holds a line feed (`\n`, `\r` and `\` are
//! written with a backslash), so two records can't look alike. Instants are UTC. The caller
//! hashes it. On purpose absent: facts themselves; the record says what they led to, and the
//! store keeps them, so that anybody can make the record again.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::{NoticeDue, NoticeServed, Plan, Step};
use crate::calendar::Instant;
use crate::rules::Rules;
use crate::standing::Facts;

/// Canonical bytes of what was decided for this contract at `now`.
pub fn record(plan: &Plan, facts: &Facts, rules: &Rules, now: Instant) -> Vec<u8> {
    let mut page = Page(String::with_capacity(4096));
    page.line("record", "fairlock-decision/1");
    page.line("contract", &facts.contract.id);
    page.line("currency", facts.contract.currency);
    page.line("at", now);
    for pack in &rules.packs {
        let (id, number, version) = (&pack.id, pack.number, pack.version);
        page.line("pack", format_args!("{id} {number} version {version}"));
    }
    page.line("level", plan.level);
    page.line("dpd", plan.dpd);
    page.line("arrears", plan.arrears);
    page.line("restore", plan.restore);
    page.line("payoff", plan.payoff);
    page.line("may_demand", plan.may_demand);
    for hold in &plan.holds {
        page.line(
            "hold",
            format_args!("{} until {}", hold.kind, or_open(hold.until)),
        );
    }
    for notice in &plan.notices_served {
        page.line("served", Served(notice));
    }
    for notice in &plan.notices_due {
        page.line("due", Due(notice));
    }
    for step in &plan.reached {
        page.step("reached", step);
    }
    for step in &plan.steps {
        page.step("step", step);
    }
    page.line("review_at", or_open(plan.review_at));
    for finding in &plan.findings {
        let (rule, verdict) = (&finding.rule, finding.verdict.name());
        let (number, saw) = (finding.rule_number, &finding.saw);
        page.line("finding", format_args!("{rule} {number} {verdict}: {saw}"));
        page.line("citation", &finding.citation);
    }
    page.0.into_bytes()
}

struct Page(String);

impl Page {
    fn line(&mut self, name: &str, value: impl fmt::Display) {
        self.0.push_str(name);
        self.0.push(' ');
        // Writing to a String can't fail.
        let _ = write!(Escaped(&mut self.0), "{value}");
        self.0.push('\n');
    }

    fn step(&mut self, name: &str, step: &Step) {
        self.line(name, format_args!("{} at {}", step.level, step.at));
        let Some(guards) = &step.guards else {
            return;
        };
        self.line(
            "guards",
            format_args!(
                "lead {} h, dwell {} h, minutes {}-{}, weekdays {}, before {}",
                guards.lead_hours,
                guards.dwell_hours,
                guards.from_minute,
                guards.to_minute,
                guards.weekdays,
                or_open(guards.before),
            ),
        );
        for notice in &guards.notices {
            self.line("rests_on", Served(notice));
        }
        self.line("rules", Numbers(&guards.rules));
    }
}

/// Writes through to a page with line feeds made visible.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '\n' => self.0.push_str("\\n"),
                '\r' => self.0.push_str("\\r"),
                '\\' => self.0.push_str("\\\\"),
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

struct OrOpen(Option<Instant>);

fn or_open(at: Option<Instant>) -> OrOpen {
    OrOpen(at)
}

impl fmt::Display for OrOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(at) => write!(f, "{at}"),
            None => f.write_str("-"),
        }
    }
}

struct Served<'a>(&'a NoticeServed);

impl fmt::Display for Served<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0;
        write!(
            f,
            "{}/{} {} for {} at {}, arrears {}, due {}, lead {} h",
            n.pack, n.notice, n.notice_number, n.level, n.at, n.arrears, n.due_day, n.lead_hours
        )
    }
}

struct Due<'a>(&'a NoticeDue);

impl fmt::Display for Due<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0;
        write!(
            f,
            "{}/{} {} for {} at {}, {} by {} channels, lead {} h",
            n.pack,
            n.notice,
            n.notice_number,
            n.level,
            n.at,
            n.proof.name(),
            n.channels,
            n.lead_hours
        )
    }
}

struct Numbers<'a>(&'a [u16]);

impl fmt::Display for Numbers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, number) in self.0.iter().enumerate() {
            let gap = if i == 0 { "" } else { " " };
            write!(f, "{gap}{number}")?;
        }
        Ok(())
    }
}
