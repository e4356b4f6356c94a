//! The rules, each a function from the tree to findings, and the list of all of them.

mod audit;
mod crates;
mod sources;
mod tree;
mod words;

use std::fmt;

pub use tree::Tree;

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    /// Counts from 1; 0 when the whole file is meant.
    pub line: usize,
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[Rule] = &[
    crates::each_crate_uses_only_what_it_may,
    crates::lints_are_the_workspace_s,
    crates::lock_file_holds_one_of_each,
    audit::what_can_limit_a_phone_is_small,
    sources::domain_modules_use_those_above,
    sources::no_float_in_domain,
    sources::sql_stands_in_storage,
    sources::clocks_and_randomness_stand_in_cli,
    sources::unsafe_says_why,
    sources::files_begin_with_their_purpose,
    sources::files_stay_readable,
    sources::nothing_is_left_undone,
    words::no_commit_names_a_machine_or_registry,
];

/// Runs every rule; findings come sorted by place.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(tree)).collect();
    findings.sort();
    findings.dedup();
    findings
}

pub use audit::sizes;

/// Findings of one rule, for lines of a file that match.
fn matching_lines(
    path: &str,
    text: &str,
    what: &str,
    matches: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| matches(line))
        .map(|(i, _)| Finding {
            path: path.to_string(),
            line: i + 1,
            what: what.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let tree = Tree::read(&crate::root()).expect("the workspace can be read");
        let findings = check(&tree);
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "\n{}", lines.join("\n"));
    }

    /// Plants one file into an empty tree and expects one finding that says `what`, or none.
    fn check_planted(path: &str, text: &str, what: Option<&str>) {
        let tree = Tree::of([(path, text)]);
        let findings = check(&tree);
        match what {
            None => assert!(findings.is_empty(), "{path}: {findings:?}"),
            Some(what) => assert!(
                findings.iter().any(|f| f.what.contains(what)),
                "{path}: expected a finding that says {what:?}, got {findings:?}"
            ),
        }
    }

    #[test]
    fn each_planted_fault_is_found() {
        let cases = [
            (
                "crates/domain/Cargo.toml",
                "[dependencies]\nserde = \"1\"\n",
                "domain may not use serde",
            ),
            (
                "crates/server/Cargo.toml",
                "[dependencies]\nfairlock-agent.workspace = true\n",
                "server may not use fairlock-agent",
            ),
            (
                "crates/agent/Cargo.toml",
                "[dependencies]\nserde.workspace = true\n",
                "agent may not use serde",
            ),
            (
                "crates/agent-ffi/Cargo.toml",
                "[dependencies]\nfairlock-protocol.workspace = true\n",
                "agent-ffi may not use fairlock-protocol",
            ),
            (
                "crates/agent-ffi/Cargo.toml",
                "[lints.rust]\nunsafe_code = \"allow\"\n",
                "unsafe code",
            ),
            (
                "crates/agent/src/a.rs",
                "//! A.\n// SAFETY: none.\nunsafe { f() };\n",
                "outside agent-ffi",
            ),
            (
                "crates/agent-ffi/src/a.rs",
                "//! A.\n// SAFETY: none.\nunsafe { f() };\n",
                "reason",
            ),
            (
                "crates/agent-ffi/src/a.rs",
                "//! A.\n#![expect(\n    unsafe_code,\n    reason = \"r\"\n)]\nunsafe { f() };\n",
                "SAFETY",
            ),
            (
                "crates/web/Cargo.toml",
                "[dependencies]\nrusqlite.workspace = true\n",
                "web may not use rusqlite",
            ),
            (
                "crates/web/Cargo.toml",
                "[dependencies]\n",
                "[lints] workspace = true",
            ),
            (
                "Cargo.lock",
                "[[package]]\nname = \"openssl-sys\"\n",
                "openssl-sys",
            ),
            (
                "Cargo.lock",
                "[[package]]\nname = \"aws-lc-rs\"\n",
                "aws-lc-rs",
            ),
            (
                "crates/domain/src/money.rs",
                "//! M.\nuse crate::plan::Plan;\n",
                "money may not use plan",
            ),
            (
                "crates/domain/src/ledger/post.rs",
                "//! L.\nfn f(x: crate::rules::Pack) {}\n",
                "ledger may not use rules",
            ),
            (
                "crates/domain/src/money.rs",
                "//! M.\nlet x: f64 = 0.0;\n",
                "no float",
            ),
            (
                "crates/server/src/a.rs",
                "//! A.\nlet q = \"SELECT id FROM contract\";\n",
                "SQL",
            ),
            (
                "crates/sim/src/a.rs",
                "//! A.\nlet t = std::time::Instant::now();\n",
                "clock",
            ),
            (
                "crates/sim/src/a.rs",
                "//! A.\nlet t = SystemTime::now();\n",
                "clock",
            ),
            (
                "crates/signer/src/a.rs",
                "//! A.\nuse rand::rngs::OsRng;\n",
                "randomness",
            ),
            ("crates/web/src/a.rs", "fn f() {}\n", "purpose"),
            (
                "crates/web/src/a.rs",
                "//! A.\nfn f() { todo!() }\n",
                "todo!",
            ),
            (
                "crates/web/tests/it/a.rs",
                "//! A.\n#[ignore]\nfn f() {}\n",
                "reason",
            ),
            (
                "crates/web/tests/it/a.rs",
                "//! A.\nstd::thread::sleep(d);\n",
                "sleep",
            ),
        ];
        for (path, text, what) in cases {
            check_planted(path, text, Some(what));
        }
        let long = format!("//! A.\n{}", "fn f() {}\n".repeat(700));
        check_planted("crates/web/src/a.rs", &long, Some("lines"));
        let host = format!("see https://registry.{}.org/x\n", "npmjs");
        check_planted("docs/a.md", &host, Some("registry"));
        let here = format!("open {}/main\n", "/work");
        check_planted("docs/a.md", &here, Some("machine"));
    }

    #[test]
    fn what_is_allowed_is_not_found() {
        let cases = [
            (
                "crates/domain/src/plan/mod.rs",
                "//! P.\nuse crate::money::Money;\n",
            ),
            (
                "crates/storage/src/a.rs",
                "//! A.\nlet q = \"SELECT id FROM contract\";\n",
            ),
            (
                "crates/cli/src/clock.rs",
                "//! A.\nlet t = std::time::Instant::now();\n",
            ),
            (
                "crates/domain/src/money.rs",
                "//! No f64 here: money is integers.\n",
            ),
            (
                "crates/web/tests/it/a.rs",
                "//! A.\n#[ignore = \"needs a phone\"]\nfn f() {}\n",
            ),
            (
                "crates/agent-ffi/src/a.rs",
                "//! A.\n#![expect(\n    unsafe_code,\n    reason = \"r\"\n)]\n// SAFETY: a,\n// b.\nunsafe { f() };\n",
            ),
        ];
        for (path, text) in cases {
            check_planted(path, text, None);
        }
    }
}
