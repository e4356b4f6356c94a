//! A rule pack, thin: so that every citation has a target.

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
    pub rules: Vec<Rule>,
}

/// One rule with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The anchor: without the pack.
    pub id: String,
    /// The frozen number that grants name it by.
    pub number: u16,
    /// Its value in words or numbers.
    pub says: String,
    pub citation: String,
    pub url: Option<String>,
    /// `H`, `M`, `L` or `BK`.
    pub confidence: String,
    pub seen_on: fairlock_domain::calendar::Day,
}
