//! `fairlock bench replan`: every contract of a portfolio planned from facts in memory.
//!
//! Each round plans every contract once, one after the other on one core: its level, money, holds,
//! later levels and the next review, as [`Prepared::outlook`] says them. The portfolio is larger
//! than any cache, so reading it counts. What it costs to prepare a contract from its facts as
//! they are told, and to write the whole plan with its findings, is measured on a tenth of it.
//! The yardstick is what a lender's nightly job does instead: stages from columns.

use std::hint::black_box;

use anyhow::anyhow;
use fairlock_domain::plan::{Level, Outlook, Prepared, outlook, plan};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::FactsError;
use serde_json::{Value, json};

use super::columns::Columns;
use super::portfolio::{Case, Portfolio};
use super::rounds::{Measured, alternate, bar, timed};
use super::{os, say};
use crate::args::BenchArgs;
use crate::exit::Failure;

/// The size that the goal speaks of.
const CONTRACTS: u32 = 1_000_000;

/// Facts as they are told are large: they are kept of one contract in so many.
const TOLD_PART: usize = 10;

pub fn run(args: &BenchArgs) -> Result<(), Failure> {
    let count = args.size.unwrap_or(CONTRACTS) as usize;
    let rules = Portfolio::new(args.seed)?.rules;
    prepared(args, count, &rules)?;
    as_told(args, count.div_ceil(TOLD_PART), &rules)
}

/// The bench itself.
fn prepared(args: &BenchArgs, count: usize, rules: &[Rules]) -> Result<(), Failure> {
    let mut portfolio = Portfolio::new(args.seed)?;
    let now = portfolio.now();
    let mut columns = Columns::new(portfolio.today(), rules);
    let (mut facts, mut instalments) = (0, 0);
    let before = os::resident_bytes();
    let mut contracts = Vec::with_capacity(count);
    let making = bar(count as u64, "making contracts");
    for number in 0..count {
        let case = portfolio.contract(number);
        columns.push(&case);
        facts += case.facts.events.len();
        instalments += case.facts.contract.instalments.len();
        contracts.push(Prepared::new(&case.facts, &rules[case.rules]).map_err(made_up)?);
        making.inc(1);
    }
    making.finish_and_clear();
    let bytes = os::resident_bytes().zip(before);
    let bytes = bytes.map(|(after, before)| after.saturating_sub(before) / count as u64);
    let mut levels = Levels::default();
    let mut planned = || {
        levels = Levels::default();
        timed(count, || {
            for contract in &contracts {
                levels.count(contract.outlook(now));
            }
        })
    };
    let (ours, yards) = alternate(args.rounds, "planning", &mut planned, &mut || {
        columns.stages()
    });
    let each = |sum: usize| json!(sum as f64 / count as f64);
    say(
        args,
        &Measured {
            work: format!("{count} contracts planned from prepared facts"),
            unit: "contract",
            rounds: args.rounds,
            ours,
            yardstick: Columns::NAME,
            yards,
            details: vec![
                ("resident_bytes_each".to_owned(), json!(bytes)),
                ("instalments_each".to_owned(), each(instalments)),
                ("facts_each".to_owned(), each(facts)),
                ("later_levels_each".to_owned(), each(levels.steps)),
                ("levels".to_owned(), levels.in_words()),
            ],
        },
    );
    Ok(())
}

/// What stands before and behind it: the facts checked and put in order, and all the words.
fn as_told(args: &BenchArgs, count: usize, rules: &[Rules]) -> Result<(), Failure> {
    let mut portfolio = Portfolio::new(args.seed)?;
    let now = portfolio.now();
    let mut columns = Columns::new(portfolio.today(), rules);
    let cases: Vec<Case> = (0..count).map(|n| portfolio.contract(n)).collect();
    cases.iter().for_each(|case| columns.push(case));
    let measure = |work: &str, each: &mut dyn FnMut(&Case)| {
        let mut planned = || timed(count, || cases.iter().for_each(&mut *each));
        let stages = &mut || columns.stages();
        let (ours, yards) = alternate(args.rounds, "planning", &mut planned, stages);
        let measured = Measured {
            work: format!("{count} contracts {work}"),
            unit: "contract",
            rounds: args.rounds,
            ours,
            yardstick: Columns::NAME,
            yards,
            details: Vec::new(),
        };
        say(args, &measured);
    };
    measure(
        "prepared and planned from facts as they are told",
        &mut |case| {
            let _ = black_box(outlook(&case.facts, &rules[case.rules], now));
        },
    );
    measure(
        "planned with guards, notices and every finding",
        &mut |case| {
            let _ = black_box(plan(&case.facts, &rules[case.rules], now));
        },
    );
    Ok(())
}

fn made_up(error: FactsError) -> Failure {
    Failure::Outside(anyhow!("made-up facts contradict each other: {error}"))
}

/// What the planned contracts came to: read, so that no work can be left out.
#[derive(Default)]
struct Levels {
    of: [u64; Level::ALL.len()],
    steps: usize,
    refused: u64,
    reviews: i64,
}

impl Levels {
    fn count(&mut self, outlook: Result<Outlook, FactsError>) {
        let Ok(outlook) = black_box(outlook) else {
            self.refused += 1;
            return;
        };
        self.of[outlook.level as usize] += 1;
        self.steps += outlook.steps.len();
        self.reviews ^= outlook.review_at.map_or(0, |at| at.unix_seconds());
    }

    fn in_words(&self) -> Value {
        let levels = Level::ALL.into_iter().map(|level| {
            let count = self.of[level as usize];
            (level.name().to_owned(), json!(count))
        });
        Value::Object(levels.collect())
    }
}
