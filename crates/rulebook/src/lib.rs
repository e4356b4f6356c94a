//! Rule packs as data, and scenarios that try them.
//!
//! [`pack`] reads one pack and refuses what is wrong with it, [`Rulebook`] holds them all,
//! [`compose`] shows several at once, [`live`] says which may stand over a real contract,
//! [`policy`] is a lender's own, softer ladder, [`scenario`] reads a contract with what happened to it, [`replay`] asks the engine. [`zone`] and
//! [`time`] are the edge between calendars of the world and the domain's own. Failure always says
//! where (file and line, JSON path) and what was expected there. On purpose absent: any server,
//! any clock, and judging (that is the domain's).

pub mod compose;
pub mod lint;
pub mod live;
pub mod pack;
pub mod policy;
pub mod replay;
pub mod scenario;
pub mod time;
pub mod zone;

mod book;

pub use book::{Rulebook, builtin_texts, load_builtin};
pub use compose::{Composed, compose};
pub use fairlock_domain::rules::{Rule, rules_of};
pub use pack::PackError;
