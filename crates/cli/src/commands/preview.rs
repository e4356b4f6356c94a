//! `fairlock preview`: what another policy would have done to this portfolio in a past period.
//!
//! Each contract is lived twice through what happened to it, by its packs alone and with the
//! policy beside them; both times notices are served by themselves, for the ones of the past were
//! served on another ladder. What a person did then (reviews, passes, holds) stays as it was. On
//! purpose absent: how borrowers would have behaved under the other policy; nobody knows that.

mod course;
mod paid;
mod print;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::anyhow;
use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{EventKind, Facts, NoticeMode};
use fairlock_rulebook::policy::Policy;
use fairlock_rulebook::{Rulebook, zone};
use fairlock_storage::{ContractFacts, Filter, LenderId, Sort, Store};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::PreviewArgs;
use crate::commands::{read_text, rulebook};
use crate::data_dir;
use crate::exit::Failure;
use course::{Limited, Period};

/// Contracts that are read at once.
const PAGE: u32 = 500;

/// What the two ladders did to one contract.
struct Outcome {
    contract: String,
    zone: Zone,
    as_is: Vec<Limited>,
    policy: Vec<Limited>,
}

/// The portfolio's, in sum.
#[derive(Default)]
struct Totals {
    contracts: u64,
    /// Facts that contradict each other: left out, and said.
    unjudged: Vec<String>,
}

pub fn run(args: PreviewArgs) -> Result<(), Failure> {
    let file = args.policy.display().to_string();
    let text = read_text(&args.policy)?;
    let policy = Policy::read(&file, &text).map_err(Failure::input)?;
    let (from, to) = days(&args.from, &args.to)?;
    let rulebook = rulebook()?;
    if let Some(pack) = args.pack.as_ref().filter(|id| rulebook.get(id).is_none()) {
        let known: Vec<&str> = rulebook.packs().iter().map(|p| p.id.as_str()).collect();
        let known = known.join(", ");
        return Err(Failure::Input(anyhow!(
            "--pack {pack}: expected one of {known}"
        )));
    }
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let ids = contract_ids(&store, lender, to)?;
    let mut ladders = Ladders::new(&rulebook, &policy, &file);
    let bar = progress(ids.len() as u64);
    let (mut outcomes, mut totals) = (Vec::new(), Totals::default());
    for id in &ids {
        let known = store.facts(lender, id).map_err(Failure::outside)?;
        let of_pack = |known: &ContractFacts| {
            let wanted = args.pack.as_ref();
            wanted.is_none_or(|pack| known.packs.contains(pack))
        };
        if let Some(known) = known.filter(of_pack) {
            match preview(&known, &mut ladders, from, to)? {
                Some(outcome) => outcomes.push(outcome),
                None => totals.unjudged.push(id.clone()),
            }
            totals.contracts += 1;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    match args.json {
        true => print::json(&outcomes, &totals, from, to),
        false => print::text(&outcomes, &totals, from, to),
    }
    Ok(())
}

fn days(from: &str, to: &str) -> Result<(Day, Day), Failure> {
    let read = |name: &str, text: &str| {
        Day::parse(text)
            .map_err(|_| Failure::Input(anyhow!("--{name} {text}: expected a date, as 2026-03-31")))
    };
    let (from, to) = (read("from", from)?, read("to", to)?);
    match from <= to {
        true => Ok((from, to)),
        false => Err(Failure::Input(anyhow!(
            "--to {to}: expected a day not before --from {from}"
        ))),
    }
}

fn contract_ids(store: &Store, lender: LenderId, on: Day) -> Result<Vec<String>, Failure> {
    let (mut ids, mut after) = (Vec::new(), None::<String>);
    loop {
        let filter = Filter::default();
        let page = store
            .portfolio(lender, &filter, Sort::Contract, on, after.as_deref(), PAGE)
            .map_err(Failure::outside)?;
        ids.extend(page.rows.into_iter().map(|row| row.contract_id));
        after = page.next;
        if after.is_none() {
            return Ok(ids);
        }
    }
}

fn progress(contracts: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(contracts), ProgressDrawTarget::stderr());
    let template = "{bar:24} {pos} of {len} contracts, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template)
        .expect("the template is a constant that a test renders");
    bar.set_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// The rules of each set of packs, without and with the policy; each is made once.
struct Ladders<'a> {
    rulebook: &'a Rulebook,
    policy: &'a Policy,
    file: &'a str,
    by_packs: BTreeMap<Vec<String>, (Rules, Rules)>,
    zones: BTreeMap<String, Zone>,
}

impl<'a> Ladders<'a> {
    fn new(rulebook: &'a Rulebook, policy: &'a Policy, file: &'a str) -> Ladders<'a> {
        Ladders {
            rulebook,
            policy,
            file,
            by_packs: BTreeMap::new(),
            zones: BTreeMap::new(),
        }
    }

    /// Fails on a policy that is harsher than a pack of this contract.
    fn of(&mut self, known: &ContractFacts) -> Result<&(Rules, Rules), Failure> {
        if !self.by_packs.contains_key(&known.packs) {
            let ids: Vec<&str> = known.packs.iter().map(String::as_str).collect();
            let rules = self.rulebook.rules_for(&ids).ok_or_else(|| {
                Failure::Outside(anyhow!("{}: a pack isn't known any more", ids.join(", ")))
            })?;
            let with = self.policy.over(&rules).map_err(|harsher| {
                let all: Vec<String> = harsher.iter().map(ToString::to_string).collect();
                Failure::Input(anyhow!("{}: {}", self.file, all.join("; ")))
            })?;
            self.by_packs.insert(known.packs.clone(), (rules, with));
        }
        Ok(&self.by_packs[&known.packs])
    }

    fn zone(&mut self, name: &str) -> Result<Zone, Failure> {
        if let Some(zone) = self.zones.get(name) {
            return Ok(zone.clone());
        }
        let zone = zone::load(name)
            .ok_or_else(|| Failure::Outside(anyhow!("{name}: no such time zone any more")))?;
        self.zones.insert(name.to_string(), zone.clone());
        Ok(zone)
    }
}

/// Lives a contract by both ladders; None when its facts contradict each other.
fn preview(
    known: &ContractFacts,
    ladders: &mut Ladders<'_>,
    from: Day,
    to: Day,
) -> Result<Option<Outcome>, Failure> {
    let zone = ladders.zone(&known.time_zone)?;
    let facts = happened(known, zone.clone());
    let midnight = |day: Day| -> Instant { zone.instant_of(day, 0) };
    let period = Period {
        from: midnight(from),
        to: midnight(to.plus_days(1)),
    };
    let paid = paid::Paid::of(&facts);
    let (rules, with) = ladders.of(known)?;
    let lived = |rules: &Rules| course::limited(&facts, rules, period, &paid);
    let (Ok(as_is), Ok(policy)) = (lived(rules), lived(with)) else {
        return Ok(None);
    };
    Ok(Some(Outcome {
        contract: known.contract.id.clone(),
        zone,
        as_is,
        policy,
    }))
}

/// What happened, without the notices of the ladder that was.
fn happened(known: &ContractFacts, zone: Zone) -> Facts {
    let mut facts = known.facts(zone);
    facts.notices = NoticeMode::Auto;
    let kept = |kind: &EventKind| !matches!(kind, EventKind::Notice { .. });
    facts.events.retain(|event| kept(&event.kind));
    facts
}
