//! Rule packs as data: TOML, citations, loading, lint, scenarios.

pub mod replay;
pub mod scenario;
pub mod time;
pub mod zone;

mod book;

pub use book::{PackError, Rulebook, load_builtin};
