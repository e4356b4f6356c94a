//! The plan at any instant, with every finding, and the record's hash.

use fairlock_domain::plan::{self, Finding as Judged, Verdict};
use fairlock_rulebook::time;
use fairlock_web::view::plan::{Finding, Group, PackFindings};
use fairlock_web::view::{Cite, Level, LevelAt, Place, Plan};
use serde::Deserialize;

use super::answer::{Trouble, hex};
use super::reads::{self, Known};
use crate::Shared;
use crate::money::replan::decision_hash;

/// What the address may say of the plan.
#[derive(Deserialize, Default)]
pub struct PlanQuery {
    at: Option<String>,
}

/// Plans a contract at the instant that was asked for, else now.
pub fn page(shared: &Shared, id: &str, query: &PlanQuery) -> Result<(Plan, Place), Trouble> {
    let asked = query.at.as_deref().filter(|text| !text.is_empty());
    // A form sends `+` as a space; no instant has one there.
    let read = asked.and_then(|text| time::parse_instant(&text.replace(' ', "+")));
    let now = shared.clock.now();
    let known = reads::known(shared, id, read.unwrap_or(now))?;
    let record = plan::record(&known.plan, &known.facts, &known.rules, known.at);
    let hash = decision_hash(&record);
    let stored = shared.store.decision(shared.lender, id, &hash)?;
    let view = Plan {
        id: known.row.contract_id.clone(),
        at: known.at,
        asked: read.is_some(),
        unread: asked.filter(|_| read.is_none()).map(str::to_string),
        level: Level::from(known.plan.level),
        dpd: known.plan.dpd,
        arrears: known.plan.arrears,
        restore: known.plan.restore,
        payoff: known.plan.payoff,
        holds: known.holds(),
        packs: packs(&known),
        steps: known
            .plan
            .steps
            .iter()
            .map(|step| LevelAt {
                level: Level::from(step.level),
                at: step.at,
            })
            .collect(),
        notices_due: known
            .plan
            .notices_due
            .iter()
            .map(|n| (format!("{}/{}", n.pack, n.notice), n.at))
            .collect(),
        notices_served: known
            .plan
            .notices_served
            .iter()
            .map(|n| (format!("{}/{}", n.pack, n.notice), n.at))
            .collect(),
        review_at: known.plan.review_at,
        hash: hex(&hash),
        recorded: stored.is_some(),
    };
    Ok((view, known.place))
}

/// The findings of each pack, in the order of judgement.
fn packs(known: &Known) -> Vec<PackFindings> {
    let packs = known.rules.packs.iter();
    packs
        .map(|pack| {
            let version = pack.version.to_string();
            let judged: Vec<&Judged> = known
                .plan
                .findings
                .iter()
                .filter(|f| f.pack_number == pack.number)
                .collect();
            let findings: Vec<Finding> = judged
                .iter()
                .map(|f| finding(f, &pack.id, &version))
                .collect();
            PackFindings {
                pack: pack.id.clone(),
                version,
                status: pack.legal_status.value.name().to_string(),
                decides: decides(&findings, Level::from(known.plan.level)),
                findings,
            }
        })
        .collect()
}

fn finding(judged: &Judged, pack: &str, version: &str) -> Finding {
    let rule = judged
        .rule
        .split_once('/')
        .map_or(judged.rule.as_str(), |(_, rule)| rule);
    Finding {
        group: group(rule),
        verdict: judged.verdict,
        saw: judged.saw.clone(),
        cite: Cite {
            pack: pack.to_string(),
            version: version.to_string(),
            rule: rule.to_string(),
            citation: judged.citation.clone(),
        },
    }
}

/// Where a rule stands in the order of judgement, by its name.
fn group(rule: &str) -> Group {
    use fairlock_domain::rules::{Group as Step, group_of};
    match group_of(rule).unwrap_or(Step::Lender) {
        Step::Released => Group::Released,
        Step::Gates => Group::Gates,
        Step::Status => Group::Status,
        Step::Holds => Group::Holds,
        Step::Days => Group::DaysPastDue,
        Step::Notices => Group::Notices,
        Step::Calendar => Group::Calendar,
        Step::DwellAndApproval => Group::DwellApproval,
        Step::Pass => Group::Pass,
        Step::Lender => Group::Policy,
    }
}

/// The first row that caps; without one, the first that isn't met and keeps a higher level from
/// being reached. At `lock` there is no higher level, and once released nothing is judged.
fn decides(findings: &[Finding], level: Level) -> Option<usize> {
    if level == Level::Released {
        return findings.iter().position(|f| f.verdict == Verdict::Met);
    }
    let caps = findings.iter().position(|f| f.verdict == Verdict::Blocked);
    if caps.is_some() || level == Level::Lock {
        return caps;
    }
    findings.iter().position(|f| {
        f.verdict == Verdict::NotMet && f.group > Group::Holds && f.group < Group::Policy
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Blocked, Met, NotApplicable, NotMet};

    /// Which of these rules decides at that level.
    fn check(level: Level, judged: &[(&str, Verdict)], expected: Option<&str>) {
        let findings: Vec<Finding> = judged
            .iter()
            .map(|(rule, verdict)| Finding {
                group: group(rule),
                verdict: *verdict,
                saw: String::new(),
                cite: Cite {
                    pack: "sandbox".to_string(),
                    version: "1".to_string(),
                    rule: (*rule).to_string(),
                    citation: String::new(),
                },
            })
            .collect();
        let found = decides(&findings, level).map(|i| judged[i].0);
        assert_eq!(found, expected, "{level:?} {judged:?}");
    }

    #[test]
    fn the_first_row_that_caps_decides_else_the_first_unmet_condition() {
        let climbing = [
            ("release_at_payoff", NotMet),
            ("products", Met),
            ("holds", Met),
            ("min_days_past_due_remind", Met),
            ("min_days_past_due", NotMet),
            ("window", NotMet),
        ];
        check(Level::Remind, &climbing, Some("min_days_past_due"));
        let held = [
            ("release_at_payoff", NotMet),
            ("legal_status", Met),
            ("holds", Blocked),
            ("min_days_past_due", NotMet),
            ("emergency_pass", Blocked),
        ];
        check(Level::Remind, &held, Some("holds"));
        let at_the_top = [("release_at_payoff", NotMet), ("window", NotMet)];
        check(Level::Lock, &at_the_top, None);
        let released = [("release_at_payoff", Met), ("holds", NotApplicable)];
        check(Level::Released, &released, Some("release_at_payoff"));
    }

    #[test]
    fn every_rule_of_every_pack_has_its_group_in_the_order_of_judgement() {
        let book = fairlock_rulebook::load_builtin().expect("the built-in packs");
        for pack in book.packs() {
            for rule in super::super::rules::of(pack) {
                let known = fairlock_domain::rules::group_of(&rule.id);
                assert!(known.is_some(), "{}/{} has no group", pack.id, rule.id);
            }
        }
    }
}
