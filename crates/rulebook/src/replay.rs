//! Replays a scenario: one JSON line for each instant asked, in the order of asking.

use std::sync::OnceLock;

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::plan::{Course, Plan};
use serde::Serialize;

use crate::scenario::{self, Scenario, ScenarioError};
use crate::{PackError, Rulebook, load_builtin, time};

/// What `fairlock replay FILE` prints for this text, with the packs that are part of the program.
pub fn run(text: &str) -> Result<Vec<String>, ScenarioError> {
    static BOOK: OnceLock<Result<Rulebook, PackError>> = OnceLock::new();
    match BOOK.get_or_init(load_builtin) {
        Ok(book) => replay(&scenario::read(text, book)?),
        Err(error) => Err(ScenarioError {
            path: "$.packs".to_string(),
            expected: format!("packs of the program that can be read ({error})"),
        }),
    }
}

/// One line for each instant asked.
pub fn replay(scenario: &Scenario) -> Result<Vec<String>, ScenarioError> {
    let contradiction = |error: &dyn std::fmt::Display| ScenarioError {
        path: "$.events".to_string(),
        expected: format!("facts that fit together ({error})"),
    };
    // Asked in the order of time, so that the facts are lived once; answered as asked.
    let mut order: Vec<usize> = (0..scenario.ask.len()).collect();
    order.sort_by_key(|i| scenario.ask[*i].1);
    let course = Course::new(&scenario.facts, &scenario.rules);
    let mut course = course.map_err(|error| contradiction(&error))?;
    let mut lines = vec![String::new(); scenario.ask.len()];
    for i in order {
        let (asked, at) = &scenario.ask[i];
        let plan = course.plan_at(*at);
        let plan = plan.map_err(|error| contradiction(&error))?;
        let line = Line::new(asked, &plan, &scenario.facts.zone);
        lines[i] = serde_json::to_string(&line).map_err(|error| contradiction(&error))?;
    }
    Ok(lines)
}

/// The same line for a plan that was made elsewhere, its instant in the contract's zone.
pub fn line(plan: &Plan, at: Instant, zone: &Zone) -> Result<String, serde_json::Error> {
    let asked = time::format_instant(at, zone);
    serde_json::to_string(&Line::new(&asked, plan, zone))
}

/// One answer, as `scenario.md` has it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    at: &'a str,
    level: &'static str,
    dpd: u32,
    arrears: String,
    restore: String,
    payoff: String,
    holds: Vec<Hold>,
    notices_due: Vec<Notice>,
    notices_served: Vec<Notice>,
    review_at: Option<String>,
    steps: Vec<Step>,
    findings: Vec<Finding<'a>>,
}

#[derive(Debug, Serialize)]
struct Hold {
    kind: &'static str,
    until: Option<String>,
}

#[derive(Debug, Serialize)]
struct Notice {
    notice: String,
    at: String,
}

#[derive(Debug, Serialize)]
struct Step {
    at: String,
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct Finding<'a> {
    rule: &'a str,
    verdict: &'static str,
    saw: &'a str,
    citation: &'a str,
}

impl<'a> Line<'a> {
    fn new(asked: &'a str, plan: &'a Plan, zone: &Zone) -> Line<'a> {
        let local = |at: Instant| time::format_instant(at, zone);
        let notice = |pack: &str, notice: &str, at| Notice {
            notice: format!("{pack}/{notice}"),
            at: local(at),
        };
        let hold = |hold: &fairlock_domain::plan::HoldEntry| Hold {
            kind: hold.kind.name(),
            until: hold.until.map(local),
        };
        let step = |step: &fairlock_domain::plan::Step| Step {
            at: local(step.at),
            level: step.level.name(),
        };
        let due = plan.notices_due.iter();
        let served = plan.notices_served.iter();
        let findings = plan.findings.iter().map(|finding| Finding {
            rule: &finding.rule,
            verdict: finding.verdict.name(),
            saw: &finding.saw,
            citation: &finding.citation,
        });
        Line {
            at: asked,
            level: plan.level.name(),
            dpd: plan.dpd,
            arrears: plan.arrears.to_string(),
            restore: plan.restore.to_string(),
            payoff: plan.payoff.to_string(),
            holds: plan.holds.iter().map(hold).collect(),
            notices_due: due.map(|n| notice(&n.pack, &n.notice, n.at)).collect(),
            notices_served: served.map(|n| notice(&n.pack, &n.notice, n.at)).collect(),
            review_at: plan.review_at.map(local),
            steps: plan.steps.iter().map(step).collect(),
            findings: findings.collect(),
        }
    }
}
