//! Rules about manifests and the lock file: who may use whom, and what may not be in the tree.

use super::{Finding, Tree};

/// What each crate's `[dependencies]` may name. The list is the architecture; a crate that isn't
/// in it has no place yet.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    // A workspace of its own, for a nightly compiler.
    ("domain/fuzz", &["fairlock-domain", "libfuzzer-sys"]),
    (
        "rulebook",
        &[
            "fairlock-domain",
            "serde",
            "toml",
            "serde_json",
            "jiff",
            "thiserror",
        ],
    ),
    // Likewise.
    (
        "rulebook/fuzz",
        &["fairlock-rulebook", "libfuzzer-sys", "serde_json"],
    ),
    (
        "intake",
        &[
            "fairlock-domain",
            "quick-xml",
            "csv",
            "encoding_rs",
            "serde",
            "serde_json",
            "thiserror",
            "toml",
            "zip",
            // Signatures of callbacks: HMAC-SHA256, compared in constant time, in Base64.
            "base64",
            "hmac",
            "sha2",
            "subtle",
        ],
    ),
    // Likewise.
    (
        "intake/fuzz",
        &[
            "fairlock-domain",
            "fairlock-intake",
            "libfuzzer-sys",
            "serde_json",
            "zip",
        ],
    ),
    ("protocol", &["minicbor", "ed25519-dalek", "p256", "sha2"]),
    // Likewise.
    (
        "protocol/fuzz",
        &[
            "fairlock-protocol",
            "fairlock-codes",
            "fairlock-display",
            "fairlock-issuer",
            "ed25519-dalek",
            "libfuzzer-sys",
        ],
    ),
    // Apart from `protocol`, because only servers need it.
    ("issuer", &["fairlock-protocol", "p256", "hmac", "sha2"]),
    // Apart from `protocol`, because nothing in it can limit a phone: it only says whether digits
    // are a right code.
    (
        "codes",
        &[
            "fairlock-protocol",
            "p256",
            "sha2",
            "hmac",
            "siphasher",
            "subtle",
        ],
    ),
    // Likewise: it says in data what is in force, and nothing comes back.
    ("display", &["fairlock-protocol"]),
    (
        "agent",
        &["fairlock-protocol", "fairlock-codes", "fairlock-display"],
    ),
    ("agent-ffi", &["fairlock-agent"]),
    // Likewise.
    (
        "agent-ffi/fuzz",
        &[
            "fairlock-agent-ffi",
            "fairlock-agent",
            "fairlock-protocol",
            "libfuzzer-sys",
        ],
    ),
    (
        "storage",
        &["fairlock-domain", "rusqlite", "thiserror", "tracing"],
    ),
    (
        "signer",
        &[
            "fairlock-domain",
            "fairlock-rulebook",
            "fairlock-protocol",
            "fairlock-issuer",
            "fairlock-codes",
            "fairlock-storage",
            "ed25519-dalek",
            "sha2",
            "thiserror",
            "tracing",
        ],
    ),
    (
        "web",
        &[
            "fairlock-domain",
            "fairlock-protocol",
            "askama",
            "fluent-bundle",
            "icu_decimal",
            "icu_locale_core",
            "icu_provider",
            "qrcode",
            "thiserror",
        ],
    ),
];

/// Crates of ours that a crate with a free choice of libraries may not use.
const MAY_NOT_USE: &[(&str, &[&str])] = &[
    ("server", &["fairlock-agent", "fairlock-sim", "rusqlite"]),
    ("sim", &["fairlock-web", "rusqlite"]),
    ("cli", &["rusqlite"]),
];

/// Packages that no part of the tree may bring along, and why.
const BANNED: &[(&str, &str)] = &[
    ("aws-lc-rs", "cryptography is ring and RustCrypto"),
    ("aws-lc-sys", "cryptography is ring and RustCrypto"),
    ("openssl", "no OpenSSL in the tree"),
    ("openssl-sys", "no OpenSSL in the tree"),
    ("native-tls", "no OpenSSL in the tree"),
    (
        "sqlx-sqlite",
        "links = \"sqlite3\" allows one SQLite crate, rusqlite",
    ),
    (
        "diesel",
        "links = \"sqlite3\" allows one SQLite crate, rusqlite",
    ),
    (
        "libsql-ffi",
        "links = \"sqlite3\" allows one SQLite crate, rusqlite",
    ),
];

/// Names in a manifest's `[dependencies]`, with their lines; dev-dependencies are free.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (i, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let end = line.find(['.', '=', ' ']).unwrap_or(line.len());
            found.push((i + 1, line[..end].trim_matches('"')));
        }
    }
    found
}

pub fn each_crate_uses_only_what_it_may(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (krate, path, manifest) in tree.manifests() {
        let only = MAY_USE.iter().find(|(k, _)| *k == krate).map(|(_, d)| *d);
        let never = MAY_NOT_USE
            .iter()
            .find(|(k, _)| *k == krate)
            .map(|(_, d)| *d);
        for (line, name) in dependencies(manifest) {
            let refused = match (only, never) {
                (Some(only), _) => !only.contains(&name),
                (None, Some(never)) => never.contains(&name),
                (None, None) => true,
            };
            if refused {
                findings.push(Finding {
                    path: path.to_string(),
                    line,
                    what: format!("{krate} may not use {name}; the allowed list is in xtask/src/tidy/crates.rs and ARCHITECTURE.md"),
                });
            }
        }
    }
    findings
}

/// The crate that other languages call: it can't forbid unsafe code, and denies it instead, so that
/// each module that needs it must say why (`sources::unsafe_says_why`).
const DENIES_UNSAFE: &str = "agent-ffi";

/// What its manifest must have in place of the workspace's lints.
const ITS_LINTS: &[&str] = &[
    "[lints.rust]\nunsafe_code = \"deny\"\nunsafe_op_in_unsafe_fn = \"deny\"",
    "\nall = { level = \"warn\", priority = -1 }",
    "\nundocumented_unsafe_blocks = \"deny\"",
    "\nmultiple_unsafe_ops_per_block = \"deny\"",
];

pub fn lints_are_the_workspace_s(tree: &Tree) -> Vec<Finding> {
    let has = |krate: &str, text: &str| match krate == DENIES_UNSAFE {
        true => ITS_LINTS.iter().all(|lint| text.contains(lint)),
        false => text.contains("[lints]\nworkspace = true"),
    };
    tree.manifests()
        .filter(|(krate, _, text)| !has(krate, text))
        .map(|(_, path, _)| Finding {
            path: path.to_string(),
            line: 0,
            what: "expected `[lints] workspace = true`, which forbids unsafe code".to_string(),
        })
        .collect()
}

pub fn lock_file_holds_one_of_each(tree: &Tree) -> Vec<Finding> {
    let Some(lock) = tree.files().get("Cargo.lock") else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (i, line) in lock.lines().enumerate() {
        let Some(name) = line
            .strip_prefix("name = \"")
            .and_then(|n| n.strip_suffix('"'))
        else {
            continue;
        };
        if let Some((_, why)) = BANNED.iter().find(|(banned, _)| *banned == name) {
            findings.push(Finding {
                path: "Cargo.lock".to_string(),
                line: i + 1,
                what: format!("{name} is in the tree: {why}"),
            });
        }
    }
    findings
}
