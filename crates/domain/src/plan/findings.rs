//! Findings: every rule judged, with the values it saw, in the order of judgement.
//!
//! The order is: released; gates; legal status; holds; days past due; notices; calendar and
//! window; dwell and approval; pass; policy. Findings are of now: they explain a plan and decide
//! nothing, and may say more than the level shows (what a pending law would ask, for instance).

mod conditions;
mod limits;
mod permission;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::climb::Climb;
use super::gates::Gate;
use super::moment::Moment;
use super::prepared::Terms;
use super::state::State;
use super::{Finding, Verdict};
use crate::calendar::Instant;
use crate::rules::listing::{self, Rule};
use crate::rules::{Citation, Cited, Pack};
use crate::standing::Facts;

/// Judges every pack, in the order of the rules.
pub fn of(state: &State, terms: &Terms, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(20 * terms.rules.packs.len());
    for (climb, pack) in state.climbs.iter().zip(&terms.rules.packs) {
        let mut judge = Judge {
            state,
            terms,
            facts,
            climb,
            pack,
            now: Moment::new(&state.ground, terms),
            silent: state.ground.released || climb.gate == Gate::Absent,
            findings: &mut findings,
        };
        permission::released(&mut judge);
        permission::gates(&mut judge);
        permission::legal_status(&mut judge);
        limits::status(&mut judge);
        limits::phone(&mut judge);
        permission::holds(&mut judge);
        limits::answers(&mut judge);
        conditions::days_past_due(&mut judge);
        conditions::notices(&mut judge);
        conditions::calendar_and_window(&mut judge);
        conditions::dwell_and_approval(&mut judge);
        permission::pass(&mut judge);
        limits::collection(&mut judge);
        judge.show(listing::lender_rules(pack));
        permission::policy(&mut judge);
    }
    findings
}

/// One pack's rules in front of one contract.
struct Judge<'a> {
    state: &'a State,
    terms: &'a Terms<'a>,
    facts: &'a Facts,
    climb: &'a Climb,
    pack: &'a Pack,
    now: Moment<'a>,
    /// Released, or not in force: no rule but the first has anything to judge.
    silent: bool,
    findings: &'a mut Vec<Finding>,
}

impl Judge<'_> {
    fn say<T>(&mut self, name: &str, rule: &Cited<T>, verdict: Verdict, saw: String) {
        self.find(name, rule.number, &rule.citation, verdict, saw);
    }

    /// Rules that no level follows from: their values, and nothing to judge.
    fn show(&mut self, rules: Vec<Rule>) {
        for rule in rules {
            let (name, number) = (&rule.name, rule.number);
            let verdict = Verdict::NotApplicable;
            self.find(name, number, rule.citation, verdict, rule.says);
        }
    }

    fn find(
        &mut self,
        name: &str,
        number: u16,
        citation: &Citation,
        verdict: Verdict,
        saw: String,
    ) {
        let verdict = if self.silent {
            Verdict::NotApplicable
        } else {
            verdict
        };
        self.findings.push(Finding {
            rule: format!("{}/{name}", self.pack.id),
            pack_number: self.pack.number,
            rule_number: number,
            verdict,
            saw,
            citation: citation.text.clone(),
            url: citation.url.clone(),
        });
    }

    /// An instant as the borrower's clock shows it.
    fn local(&self, at: Instant) -> String {
        format!("{}", self.terms.local.zone.local(at))
    }
}

/// `Met` when the condition holds, else `NotMet`.
fn met(holds: bool) -> Verdict {
    if holds { Verdict::Met } else { Verdict::NotMet }
}
