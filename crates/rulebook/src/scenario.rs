//! Reads a scenario.

/// A document that breaks the format: where, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: expected {expected}")]
pub struct ScenarioError {
    /// JSON path, as `$.events[3].amount`.
    pub path: String,
    pub expected: String,
}
