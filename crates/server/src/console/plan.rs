//! The plan at any instant, with every finding, and the record's hash.

use fairlock_domain::plan::{self, Finding as Judged, Verdict};
use fairlock_domain::rules::rules_of;
use fairlock_rulebook::time;
use fairlock_web::view::plan::{Duty, Finding, Group, PackFindings};
use fairlock_web::view::{Cite, Level, LevelAt, Place, Plan};
use serde::Deserialize;

use super::answer::{Trouble, hex};
use super::reads::{self, Known};
use super::rules;
use crate::money::replan::decision_hash;
use crate::{Shared, duties};

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
        duties: duties(shared, &known)?,
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
            let rules = rules_of(pack);
            let says = |judged: &Judged| {
                let own = rules.iter().find(|rule| rule.number == judged.rule_number);
                own.map_or(String::new(), |rule| rule.says.clone())
            };
            let findings: Vec<Finding> = judged
                .iter()
                .map(|f| finding(f, says(f), &pack.id, &version))
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

fn finding(judged: &Judged, says: String, pack: &str, version: &str) -> Finding {
    let rule = judged
        .rule
        .split_once('/')
        .map_or(judged.rule.as_str(), |(_, rule)| rule);
    Finding {
        group: group(rule),
        verdict: judged.verdict,
        saw: judged.saw.clone(),
        says,
        cite: Cite {
            pack: pack.to_string(),
            version: version.to_string(),
            rule: rule.to_string(),
            citation: judged.citation.clone(),
            url: rules::on_the_web(&judged.url),
        },
    }
}

/// What the lender owed besides, as far as it happened.
fn duties(shared: &Shared, known: &Known) -> Result<Vec<Duty>, Trouble> {
    let (store, id) = (&shared.store, &known.row.contract_id);
    let packs = duties::of_contract(store, shared.lender, id, &known.rules, known.at)?;
    let mut rows = Vec::new();
    for own in packs {
        rows.extend(own.given_back.iter().map(|limited| Duty {
            pack: own.pack.clone(),
            let_go: false,
            since: limited.settled_at,
            deadline: Some(limited.deadline),
            until: limited.until,
            hours_late: limited.hours_late,
            compensation: limited.compensation,
        }));
        rows.extend(own.let_go.iter().map(|gone| Duty {
            pack: own.pack.clone(),
            let_go: true,
            since: gone.paid_at,
            deadline: gone.deadline,
            until: gone.at,
            hours_late: gone.hours_late,
            compensation: None,
        }));
    }
    Ok(rows)
}

/// Where a rule stands in the order of judgement, by its name.
pub fn group(rule: &str) -> Group {
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
                says: String::new(),
                cite: Cite {
                    pack: "sandbox".to_string(),
                    version: "1".to_string(),
                    rule: (*rule).to_string(),
                    citation: String::new(),
                    url: None,
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
