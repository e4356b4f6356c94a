//! What came out of all scenarios, against what is written down, and the last line.

use std::collections::BTreeMap;

use super::compare::Tally;
use super::differences::{Class, Differences};
use super::read::Scenario;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Agrees,
    Differs,
    /// With the reason.
    NotOurs(String),
}

pub struct Report<'a> {
    differences: &'a Differences,
    /// All differences of each scenario, not the first alone.
    all: bool,
    agree: usize,
    differ: usize,
    not_ours: usize,
    /// How many aren't ours, by reason.
    why: BTreeMap<String, usize>,
    cells: usize,
    skipped: usize,
    /// What isn't as written down.
    wrong: Vec<String>,
}

impl Report<'_> {
    pub fn new(differences: &Differences, all: bool) -> Report<'_> {
        Report {
            differences,
            all,
            agree: 0,
            differ: 0,
            not_ours: 0,
            why: BTreeMap::new(),
            cells: 0,
            skipped: 0,
            wrong: Vec::new(),
        }
    }

    pub fn add(&mut self, scenario: &Scenario, verdict: Verdict, tally: Tally) {
        let Scenario { file, name, .. } = scenario;
        let listed = self.differences.entry(file, name);
        let entry = listed.map(|entry| entry.class);
        self.cells += tally.cells;
        self.skipped += tally.skipped;
        let place = format!("{file}: {name}");
        match (verdict, entry) {
            (Verdict::Agrees, None) => self.agree += 1,
            (Verdict::Agrees, Some(_)) => {
                self.agree += 1;
                self.wrong
                    .push(format!("{place}\n    agrees, and is listed"));
            }
            (Verdict::NotOurs(why), Some(_)) => {
                self.isnt_ours(&why);
                self.wrong
                    .push(format!("{place}\n    isn't ours by a rule, and is listed"));
            }
            (Verdict::NotOurs(why), None) => self.isnt_ours(&why),
            (Verdict::Differs, Some(Class::NotOurs)) => {
                let why = listed.map(|entry| entry.reason.clone());
                self.isnt_ours(&why.unwrap_or_default());
            }
            (Verdict::Differs, class) => {
                self.differ += 1;
                let shown = if self.all { usize::MAX } else { 1 };
                let differences: Vec<&String> = tally.differences.iter().take(shown).collect();
                let count = tally.differences.len();
                println!("{place} ({count} differences)");
                for difference in differences {
                    println!("    {difference}");
                }
                if let Some(entry) = listed {
                    println!("    listed: {}", entry.reason);
                }
                if class.is_none() {
                    self.wrong
                        .push(format!("{place}\n    differs, and isn't listed"));
                }
            }
        }
    }

    fn isnt_ours(&mut self, why: &str) {
        self.not_ours += 1;
        *self.why.entry(String::from(why)).or_default() += 1;
    }

    /// Entries whose scenario isn't there.
    pub fn needless(&mut self, scenarios: &[Scenario]) {
        for entry in &self.differences.entries {
            let there = scenarios
                .iter()
                .any(|s| s.file == entry.file && s.name == entry.scenario);
            if !there {
                let place = format!("{}: {}", entry.file, entry.scenario);
                self.wrong
                    .push(format!("{place}\n    is listed, and isn't there"));
            }
        }
    }

    /// Prints everything, the counts last; the answer is how much isn't as written down.
    pub fn print(&self) -> usize {
        for wrong in &self.wrong {
            println!("not as written: {wrong}");
        }
        for (why, count) in &self.why {
            println!("not ours: {count}: {why}");
        }
        println!(
            "{} stated figures that aren't ours were left out",
            self.skipped
        );
        let ours = self.agree + self.differ;
        println!(
            "fineract: {} of {ours} agree, {} differ, {} not ours, {} cells compared",
            self.agree, self.differ, self.not_ours, self.cells
        );
        self.wrong.len()
    }
}
