//! Rules about Rust sources: order of modules, and what may stand where.

use super::{Finding, Tree, matching_lines};

/// `domain` in reading order; each module may use only those above it.
const DOMAIN_ORDER: &[&str] = &[
    "money", "calendar", "pii", "contract", "loan", "ledger", "payment", "rules", "holds",
    "standing", "plan",
];

/// Longer files hide what they do; the longest that still reads as one thing.
const LINES_MAX: usize = 600;

/// Code without comments, so that a rule may be named where it is explained.
fn code(line: &str) -> &str {
    let line = line.trim_start();
    if line.starts_with("//") {
        return "";
    }
    line.split(" // ").next().unwrap_or(line)
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

pub fn domain_modules_use_those_above(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (krate, path, text) in tree.rust() {
        let Some(rest) = path.strip_prefix("crates/domain/src/") else {
            continue;
        };
        let module = rest.split(['/', '.']).next().unwrap_or(rest);
        let Some(own) = DOMAIN_ORDER.iter().position(|m| *m == module) else {
            continue;
        };
        debug_assert_eq!(krate, "domain");
        for below in &DOMAIN_ORDER[own + 1..] {
            let needle = format!("crate::{below}");
            let what = format!("{module} may not use {below}: it stands below it in reading order");
            findings.extend(matching_lines(path, text, &what, |line| {
                code(line)
                    .split(&needle)
                    .skip(1)
                    .any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            }));
        }
    }
    findings
}

pub fn no_float_in_domain(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (krate, path, text) in tree.rust() {
        if krate != "domain" || is_test(path) {
            continue;
        }
        let what = "no float in domain: money and time are integers";
        findings.extend(matching_lines(path, text, what, |line| {
            code(line)
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| matches!(word, "f32" | "f64"))
        }));
    }
    findings
}

pub fn sql_stands_in_storage(tree: &Tree) -> Vec<Finding> {
    const WORDS: &[&str] = &[
        "SELECT ",
        "INSERT INTO ",
        "INSERT OR ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "PRAGMA ",
    ];
    let mut findings = Vec::new();
    for (krate, path, text) in tree.rust() {
        if krate == "storage" {
            continue;
        }
        let what = "SQL stands in storage only: make it an operation of the Store";
        findings.extend(matching_lines(path, text, what, |line| {
            WORDS.iter().any(|word| code(line).contains(word))
        }));
    }
    findings
}

pub fn clocks_and_randomness_stand_in_cli(tree: &Tree) -> Vec<Finding> {
    const CLOCKS: &[&str] = &[
        "Instant::now(",
        "SystemTime::now",
        "Timestamp::now",
        "Zoned::now",
        "UNIX_EPOCH.elapsed",
    ];
    const RANDOM: &[&str] = &["OsRng", "SysRng", "getrandom::", "thread_rng", "rand::rng("];
    let mut findings = Vec::new();
    for (krate, path, text) in tree.rust() {
        if krate == "cli" {
            continue;
        }
        let clock = "no clock outside cli: `now` is an argument";
        findings.extend(matching_lines(path, text, clock, |line| {
            CLOCKS.iter().any(|word| code(line).contains(word))
        }));
        let random = "no randomness outside cli: bytes are handed in";
        findings.extend(matching_lines(path, text, random, |line| {
            RANDOM.iter().any(|word| code(line).contains(word))
        }));
    }
    findings
}

/// The compiler forbids unsafe code everywhere else; here each file says why, and each place says
/// on the line above why it is sound.
pub fn unsafe_says_why(tree: &Tree) -> Vec<Finding> {
    const OPENS: &[&str] = &["unsafe {", "unsafe impl", "#[unsafe("];
    let opens = |line: &str| OPENS.iter().any(|open| code(line).contains(open));
    let mut findings = Vec::new();
    for (krate, path, text) in tree.rust().filter(|(_, _, text)| text.lines().any(opens)) {
        let mut find = |line, what: &str| {
            let (path, what) = (path.to_string(), what.to_string());
            findings.push(Finding { path, line, what });
        };
        if krate != "agent-ffi" || is_test(path) {
            find(0, "no unsafe code outside agent-ffi");
        } else if !text.contains("#![expect(\n    unsafe_code,\n    reason = ") {
            find(
                0,
                "unsafe code needs its reason: #![expect(unsafe_code, reason = …)]",
            );
        }
        let mut above = "";
        for (i, line) in text.lines().enumerate() {
            if opens(line) && !above.contains("// SAFETY: ") {
                find(i + 1, "expected `// SAFETY:` above: why this is sound");
            }
            // A comment of several lines counts from its first.
            let goes_on = line.trim_start().starts_with("//") && above.contains("// SAFETY: ");
            above = if goes_on { above } else { line };
        }
    }
    findings
}

pub fn files_begin_with_their_purpose(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|(_, _, text)| !text.starts_with("//!"))
        .map(|(_, path, _)| Finding {
            path: path.to_string(),
            line: 1,
            what: "expected a `//!` header: its purpose, what counts as failure, what is absent"
                .to_string(),
        })
        .collect()
}

pub fn files_stay_readable(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|(_, path, _)| !is_test(path))
        .filter(|(_, _, text)| text.lines().count() > LINES_MAX)
        .map(|(_, path, text)| Finding {
            path: path.to_string(),
            line: 0,
            what: format!(
                "{} lines; expected at most {LINES_MAX}: split it by what its parts do",
                text.lines().count()
            ),
        })
        .collect()
}

pub fn nothing_is_left_undone(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, path, text) in tree.rust() {
        for word in ["todo!(", "unimplemented!(", "dbg!("] {
            let what = format!("{word}…) is left; expected finished code");
            findings.extend(matching_lines(path, text, &what, |line| {
                code(line).contains(word)
            }));
        }
        let what = "a test that is ignored needs its reason: #[ignore = \"…\"]";
        findings.extend(matching_lines(path, text, what, |line| {
            code(line).contains("#[ignore]")
        }));
        if is_test(path) {
            let what = "no test sleeps: wait for the thing itself";
            findings.extend(matching_lines(path, text, what, |line| {
                // A domain's own method may be called sleep; the clock's are functions of a module.
                ["thread::sleep(", "time::sleep("]
                    .iter()
                    .any(|call| code(line).contains(call))
            }));
        }
    }
    findings
}
