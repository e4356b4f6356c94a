//! The five facts about a level, side by side and never one.

use askama::Template;

use super::Ui;
use crate::view::FiveFacts;

/// Wanted, signed, delivered, applied, reported.
#[derive(Template)]
#[template(path = "partials/five_facts.html")]
pub struct FiveFactsPart<'a> {
    pub ui: Ui<'a>,
    pub facts: &'a FiveFacts,
    /// The contract's page, for the link to the grant.
    pub base: String,
}
