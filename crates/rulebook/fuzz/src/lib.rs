//! Arbitrary text against the readers of packs, policies and scenarios, and what can be read against
//! the engine. Failure is a panic.
//!
//! The same functions run in rulebook's tests over the kept corpus, on a stable compiler. On purpose
//! absent: guiding the text towards what can be read, which `dict` and the corpus do.

pub mod pack;
pub mod scenario;

/// What a person is told in a terminal is one line.
fn one_line(shown: &str) {
    assert!(!shown.contains(['\n', '\r']), "{shown:?}");
}
