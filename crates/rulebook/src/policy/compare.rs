//! Each value of a policy beside the rule of each pack.

use fairlock_domain::calendar::Span;
use fairlock_domain::rules::listing::words::{days, time, window};
use fairlock_domain::rules::{Cited, Level, Pack, Rules};

use super::{Harsher, Policy, Step};

/// Everything in which the policy is harsher than a pack, by pack.
pub fn harsher(policy: &Policy, rules: &Rules) -> Vec<Harsher> {
    let mut beside = Beside { found: Vec::new() };
    for pack in &rules.packs {
        beside.highest(policy, pack);
        beside.step("remind", &policy.remind, pack, Level::Remind);
        beside.step("reduce", &policy.reduce, pack, Level::Reduce);
        beside.step("lock", &policy.lock, pack, Level::Lock);
        beside.pass(policy, pack);
        beside.restoration(policy, pack);
    }
    beside.found
}

struct Beside {
    found: Vec<Harsher>,
}

impl Beside {
    fn add(&mut self, key: String, pack: &Pack, number: u16, chosen: String, asked: String) {
        let pack = pack.id.clone();
        self.found.push(Harsher {
            key,
            chosen,
            pack,
            number,
            asked,
        });
    }

    fn highest(&mut self, policy: &Policy, pack: &Pack) {
        let (Some(chosen), known) = (policy.max_level, pack.highest_known()) else {
            return;
        };
        if chosen > known {
            let max = pack.actuation.max_level.as_ref();
            let number = max.map_or(pack.legal_status.number, |rule| rule.number);
            let asked = format!("{known} at most");
            self.add(
                "max_level".to_string(),
                pack,
                number,
                chosen.to_string(),
                asked,
            );
        }
    }

    fn step(&mut self, name: &str, step: &Step, pack: &Pack, level: Level) {
        let key = |part: &str| format!("{name}.{part}");
        if let (Some(chosen), Some(rule)) = (step.min_days_past_due, days_rule(pack, level))
            && chosen < rule.value
        {
            let (chosen, asked) = (days(chosen), days(rule.value));
            self.add(key("min_days_past_due"), pack, rule.number, chosen, asked);
        }
        if let (Some(chosen), Some(rule)) = (step.window, pack.window(level))
            && !chosen.is_within(&rule.value)
        {
            let (chosen, asked) = (window(&chosen), window(&rule.value));
            self.add(key("window"), pack, rule.number, chosen, asked);
        }
        let Some(conditions) = pack.conditions(level) else {
            return;
        };
        if let (Some(chosen), Some(rule)) = (step.at_reduce_for, &conditions.at_reduce_for)
            && chosen < rule.value
        {
            self.times(key("at_reduce_for"), pack, rule.number, chosen, rule.value);
        }
        if let (Some(chosen), Some(rule)) = (step.approval_valid_for, &conditions.approval)
            && chosen > rule.value.valid_for
        {
            let asked = rule.value.valid_for;
            self.times(key("approval_valid_for"), pack, rule.number, chosen, asked);
        }
    }

    fn times(&mut self, key: String, pack: &Pack, number: u16, chosen: Span, asked: Span) {
        self.add(key, pack, number, time(chosen), time(asked));
    }

    fn pass(&mut self, policy: &Policy, pack: &Pack) {
        let Some(rule) = &pack.pass else {
            return;
        };
        let (number, asked) = (rule.number, rule.value);
        if let Some(chosen) = policy.pass_lasts.filter(|lasts| *lasts < asked.lasts) {
            let key = "emergency_pass.lasts".to_string();
            self.times(key, pack, number, chosen, asked.lasts);
        }
        if let Some(chosen) = policy.pass_once_in.filter(|time| *time > asked.once_in) {
            let key = "emergency_pass.once_in".to_string();
            self.times(key, pack, number, chosen, asked.once_in);
        }
    }

    fn restoration(&mut self, policy: &Policy, pack: &Pack) {
        let Some(rule) = &pack.restoration else {
            return;
        };
        let (number, asked) = (rule.number, rule.value);
        if let Some(chosen) = policy.restored_within.filter(|time| *time > asked.within) {
            let key = "restoration.within".to_string();
            self.times(key, pack, number, chosen, asked.within);
        }
        if let (Some(chosen), Some(asked)) =
            (policy.compensation_an_hour, asked.compensation_an_hour)
        {
            // Sums in two currencies can't be compared: the law's stands.
            let enough = chosen.currency() == asked.currency() && chosen.minor() >= asked.minor();
            if !enough {
                let key = "restoration.compensation_an_hour".to_string();
                let word = |sum: fairlock_domain::money::Money| format!("{sum} {}", sum.currency());
                self.add(key, pack, number, word(chosen), word(asked));
            }
        }
    }
}

/// The level's own days past due, else those of the level beneath.
fn days_rule(pack: &Pack, level: Level) -> Option<&Cited<u32>> {
    let own = pack.conditions(level)?.min_days_past_due.as_ref();
    match (own, level) {
        (Some(rule), _) => Some(rule),
        (None, Level::Lock) => days_rule(pack, Level::Reduce),
        (None, _) => None,
    }
}
