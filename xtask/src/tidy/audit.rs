//! How much one has to read to know what can limit a phone: a number that only a person may raise.

use super::{Finding, Tree};

/// Crates in which everything stands that can make a phone stricter.
const CORE: &[&str] = &["protocol", "agent"];
/// What goes onto a phone beside them, and can't.
const BESIDE: &[&str] = &["codes", "display", "agent-ffi"];
/// Small enough to be audited in a day.
const LINES_MAX: usize = 5_000;

/// Lines of these crates' sources that are neither blank nor only a comment; tests stand elsewhere.
fn lines(tree: &Tree, crates: &[&str]) -> usize {
    let source = |krate: &str, path: &str| {
        crates.contains(&krate) && path.starts_with(&format!("crates/{krate}/src/"))
    };
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    tree.rust()
        .filter(|(krate, path, _)| source(krate, path))
        .map(|(_, _, text)| text.lines().map(str::trim).filter(is_code).count())
        .sum()
}

/// The core's lines, and those of all that goes onto a phone.
pub fn sizes(tree: &Tree) -> (usize, usize) {
    let core = lines(tree, CORE);
    (core, core + lines(tree, BESIDE))
}

pub fn what_can_limit_a_phone_is_small(tree: &Tree) -> Vec<Finding> {
    let (core, _) = sizes(tree);
    let too_many = (core > LINES_MAX).then(|| Finding {
        path: "crates/agent".to_string(),
        line: 0,
        what: format!(
            "protocol and agent have {core} lines without comments; expected at most {LINES_MAX}"
        ),
    });
    too_many.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_is_small_enough_to_be_audited_in_a_day() {
        let tree = Tree::read(&crate::root()).expect("the workspace can be read");
        let (core, phone) = sizes(&tree);
        println!("protocol and agent: {core} lines; with all that goes onto a phone: {phone}");
        assert!(core > 1_000, "something is counted");
        assert_eq!(what_can_limit_a_phone_is_small(&tree), []);
    }

    #[test]
    fn one_line_too_many_is_found() {
        let line = "fn f() {}\n";
        let text = |lines: usize| format!("//! A.\n\n    // why\n{}", line.repeat(lines));
        let tree = |lines| Tree::of([("crates/agent/src/a.rs", text(lines).as_str())]);
        assert_eq!(sizes(&tree(7)), (7, 7), "neither blank lines nor comments");
        assert_eq!(what_can_limit_a_phone_is_small(&tree(LINES_MAX)), []);
        let findings = what_can_limit_a_phone_is_small(&tree(LINES_MAX + 1));
        assert!(findings[0].what.contains("5001 lines"), "{findings:?}");
        let tests = Tree::of([("crates/agent/tests/it/a.rs", text(9_000).as_str())]);
        assert_eq!(sizes(&tests), (0, 0));
    }
}
