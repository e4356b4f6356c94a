//! Catalogues: the 25 messages word for word, no key missing or idle, no banned word.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fairlock_web::text::ENGLISH;

/// The UI contract's messages, in its own notation.
const MESSAGES: [(&str, &str); 25] = [
    (
        "remind-due",
        "{amount} was due on {due_day}. Your phone works as usual.",
    ),
    (
        "remind-next",
        "If this is not paid, some apps may pause from {not_before}. Paying {amount} stops this.",
    ),
    (
        "reduce-what",
        "{classes} are paused. All else on this phone works. Pay {amount} and they come back.",
    ),
    ("lock-opens", "This phone is locked. {amount} opens it."),
    (
        "lock-why",
        "It has been due to {lender} since {due_day}, for contract {ref}.",
    ),
    (
        "lock-floor",
        "You can call for help, take calls, pay, and use your bank and health apps.",
    ),
    (
        "pass-offer",
        "Need your phone now? Open it for {hours} hours. It is free and you do not have to say why.",
    ),
    (
        "pass-on",
        "Your phone is open until at least {until}. You can still pay, ask for help or tell us what is wrong.",
    ),
    (
        "shield-open",
        "We have seen your payment of {amount}. Your phone is open while we check it, for up to {days} days.",
    ),
    (
        "shield-still",
        "We have seen {amount}. {rest} more opens this phone. Nothing gets stricter while we check.",
    ),
    (
        "pay-failed",
        "The payment of {amount} did not go through: {reason}. You can try again or pay another way.",
    ),
    (
        "pay-reversed",
        "The bank took back the payment of {amount} on {day}. The notices start again from the first one.",
    ),
    (
        "feed-hold",
        "We cannot see all payments right now. Nothing gets stricter until we can.",
    ),
    (
        "freed",
        "Your payment of {amount} is here. Your phone is open.",
    ),
    (
        "released",
        "This phone is yours. {lender} can change nothing on it.",
    ),
    (
        "offline",
        "This phone last reached us at {when}. Open Wi-Fi or mobile data, then try again.",
    ),
    (
        "offline-code",
        "No internet? Type or scan a code. Call {lender} on {phone} to get one.",
    ),
    (
        "code-wrong",
        "This code is not right. Check each number and try again. Tries left: {left}.",
    ),
    (
        "dispute-offer",
        "Is something wrong? Tell us. {lender} has {days} days to answer you.",
    ),
    (
        "dispute-on",
        "We are looking into this. Your phone is open until {lender} answers.",
    ),
    (
        "hardship-offer",
        "Ill, out of work, or hit by a disaster? Tell us. Nothing gets stricter while we look.",
    ),
    (
        "used-phone",
        "Did you buy this phone used? See what is owed, show how you got it, or ask us to check.",
    ),
    (
        "notice-first",
        "{amount} for contract {ref} was due on {due_day}. If you pay it by {cure_day}, nothing on your phone changes.",
    ),
    (
        "notice-last",
        "From {not_before} this phone may be locked. Paying {amount} stops this. You can also agree a day with us, or tell us what is wrong.",
    ),
    (
        "notice-help",
        "Free help with money worries: {adviser}, {contact}. To complain: {body}, {contact2}.",
    ),
];

/// Keys and values of a catalogue, a selector's variants joined.
fn entries(source: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in source.lines() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        match line.split_once(" = ") {
            Some((key, value)) if !line.starts_with([' ', '}']) => {
                entries.push((key.to_string(), value.to_string()));
            }
            _ => {
                if let Some((_, value)) = entries.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            }
        }
    }
    entries
}

fn all_entries() -> Vec<(String, String)> {
    ENGLISH
        .iter()
        .flat_map(|(_, source)| entries(source))
        .collect()
}

#[test]
fn the_25_messages_stand_word_for_word() {
    let entries = all_entries();
    for (key, expected) in MESSAGES {
        let (_, value) = entries
            .iter()
            .find(|(k, _)| k == key)
            .unwrap_or_else(|| panic!("{key} is missing"));
        let shown = value.replace("{ $", "{").replace(" }", "}");
        assert_eq!(shown, expected, "{key}");
    }
}

/// Templates and sources of this crate, and those beyond it that say the phone's messages: its
/// screens, and the phone in the terminal.
fn files() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a folder of this crate") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join("templates"), &mut found);
    walk(&root.join("src"), &mut found);
    walk(&root.join("../display/src"), &mut found);
    walk(&root.join("../cli/src/phone"), &mut found);
    found
}

/// Calls that take a key as their first argument.
const TAKES_KEY: [&str; 9] = [
    "ui.t(\"",
    "ui.say(\"",
    "ui.count(\"",
    ".get(\"",
    ".with(\"",
    "texts.count(\"",
    ".say(\"",
    ".t(\"",
    " message(\"",
];

#[test]
fn no_key_is_missing() {
    let keys: BTreeSet<String> = all_entries().into_iter().map(|(k, _)| k).collect();
    let mut asked = 0;
    for (path, text) in files() {
        for call in TAKES_KEY {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap_or("");
                asked += 1;
                assert!(
                    keys.contains(key),
                    "{}: {key} is in no catalogue",
                    path.display()
                );
            }
        }
    }
    assert!(
        asked > 150,
        "only {asked} keys were found in templates and sources"
    );
}

#[test]
fn no_key_is_idle() {
    let files = files();
    // Built from a name at run time, or said by notices and by screens that come later.
    let built = [
        "feed-reason-",
        "feed-state-",
        "recon-kind-",
        "recon-against-",
        "recon-closed-",
        "code-",
        "hold-",
        "product-",
        "class-",
        "failure-",
        "confidence-",
        "floor-",
        "app-",
        "channel-",
        "help-of-",
        "restricted-",
        "word-",
        "suspense-reason-",
        "mapping-status-",
        "evidence-",
        "change-",
        "action-",
    ];
    let later: BTreeSet<&str> = MESSAGES.iter().map(|(key, _)| *key).collect();
    let idle: Vec<String> = all_entries()
        .into_iter()
        .map(|(key, _)| key)
        .filter(|key| {
            let known = files
                .iter()
                .any(|(_, text)| text.contains(&format!("\"{key}\"")))
                || built.iter().any(|start| key.starts_with(start))
                || later.contains(key.as_str());
            !known
        })
        .collect();
    assert!(idle.is_empty(), "asked for nowhere: {idle:?}");
}

/// Words that no catalogue may hold (ui.md section 5), as beginnings of words or as phrases.
const BANNED: [&str; 28] = [
    "default",
    "delinquent",
    "debtor",
    "overdue notice",
    "final warning",
    "immediately",
    "urgent",
    "legal action",
    "penalty",
    "punish",
    "block",
    "disable",
    "brick",
    "seize",
    "blacklist",
    "police",
    "court",
    "last chance",
    "failed to pay",
    "must pay",
    "avoid",
    "your family",
    "your employer",
    "reported to",
    "!",
    "☺",
    "😀",
    ":)",
];

/// A hold's kind must have a name for staff; no borrower ever reads it.
const STAFF_ONLY: [&str; 1] = ["hold-court"];

fn banned_in(value: &str) -> Option<&'static str> {
    let value = value.to_lowercase();
    BANNED.into_iter().find(|word| {
        value
            .match_indices(word)
            .any(|(i, _)| !value[..i].ends_with(|c: char| c.is_alphanumeric()))
    })
}

#[test]
fn no_banned_word_stands_in_a_catalogue() {
    for (key, value) in all_entries() {
        if STAFF_ONLY.contains(&key.as_str()) {
            continue;
        }
        assert_eq!(banned_in(&value), None, "{key}: {value}");
    }
    assert_eq!(banned_in("You must pay immediately."), Some("immediately"));
    assert_eq!(banned_in("It is unavoidable"), None);
}

#[test]
fn borrower_sentences_are_short_and_calm() {
    let (_, borrower) = ENGLISH[0];
    for (key, value) in entries(borrower) {
        for sentence in value.split(['.', '?', ':']) {
            let words = sentence
                .split_whitespace()
                .filter(|w| w.len() > 1 || *w == "a")
                .count();
            assert!(words <= 17, "{key}: {words} words in {sentence:?}");
        }
        for contraction in ["n't", "'re", "'ll", "'ve"] {
            assert!(!value.contains(contraction), "{key}: {contraction}");
        }
    }
}
