//! A rule pack: every rule with its value, where it is written, and how sure that is.

use fairlock_domain::calendar::Day;

use super::Level;
use super::plan::Group;

/// The page at `/rules/{pack}/{version}`.
#[derive(Debug, Clone)]
pub struct RulePack {
    pub id: String,
    pub version: String,
    pub title: String,
    /// `permitted`, `conditional`, `pending`, …
    pub status: String,
    /// The status lets levels rise above `remind`.
    pub may_limit: bool,
    /// Country and subdivision, as "us/ct"; "none" for the house's and the fictional.
    pub jurisdiction: String,
    /// The highest level that a contract under it can reach.
    pub highest: Level,
    pub effective_from: Option<Day>,
    pub effective_to: Option<Day>,
    pub sources: Vec<Source>,
    /// In the order of judgement; rules that bind the lender come last.
    pub rules: Vec<Rule>,
    /// Another version judges now: this one is kept for what was decided by it.
    pub judged_before: bool,
    /// Other versions that are kept, or in force; newest first.
    pub versions: Vec<String>,
    /// SHA-256 of the text, 64 hexadecimal digits.
    pub sha256: String,
}

/// Where a pack's knowledge comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub title: String,
    pub url: Option<String>,
}

/// One rule with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The anchor: without the pack.
    pub id: String,
    pub group: Group,
    /// The frozen number that grants name it by.
    pub number: u16,
    /// Its value in words or numbers.
    pub says: String,
    pub citation: String,
    /// Where it can be read, when that is on the web.
    pub url: Option<String>,
    /// `high`, `medium`, `low`, `house` or `fictional`.
    pub confidence: String,
    pub seen_on: Day,
}
