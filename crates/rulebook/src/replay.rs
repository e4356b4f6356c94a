//! Replays a scenario: one JSON line for each instant asked.

use crate::scenario::ScenarioError;

/// What `fairlock replay FILE` prints for this text.
pub fn run(_text: &str) -> Result<Vec<String>, ScenarioError> {
    todo!("replay")
}
