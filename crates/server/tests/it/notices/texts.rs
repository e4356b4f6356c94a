//! Reviewed texts: what is refused when it is loaded, and what those that come with us say.

use fairlock_domain::rules::NoticeItem;
use fairlock_server::notices::parts::{Alphabet, measure};
use fairlock_server::notices::template::{BUILT_IN, Field, Kind, Library, Part, ReviewState, read};

use super::gateway::{Gateway, answers};
use super::{by_text, messages, plain};
use crate::money::site::Site;

/// English with a line changed.
fn english(from: &str, to: &str) -> String {
    let (_, text) = BUILT_IN[0];
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// Refused with these words.
fn check(from: &str, to: &str, expected: &str) {
    let refused = read("own.toml", &english(from, to)).expect_err(expected);
    assert!(
        refused.to_string().contains(expected),
        "{refused}\nexpected {expected}"
    );
}

#[test]
fn a_text_that_doesnt_say_what_it_must_is_refused() {
    check(
        "If you pay it by {cure_day}, nothing",
        "If you pay it, nothing",
        "own.toml, first.prevent: has no {cure_day}; expected it, or the sentence doesn't say it",
    );
    check(
        "breach = \"{amount} for contract",
        "breach = \"Money for contract",
        "own.toml, first.breach: has no {amount}",
    );
    check(
        "From {not_before} some",
        "Soon some",
        "own.toml, first.effects: has no {not_before}",
    );
    check(
        "complaints = \"To complain: {complaints_name}, {complaints_contact}.\"\n",
        "",
        "own.toml, first: no sentence for complaints; expected one",
    );
    check(
        "contact = \"Questions, or is something wrong? Call {lender}: {contact}.\"\n",
        "contact = \"Call us.\"\n",
        "own.toml, first.contact: has no {lender}",
    );
}

#[test]
fn a_text_with_what_nobody_knows_is_refused() {
    check(
        "{amount} for",
        "{sum} for",
        "first.breach: {sum}; expected one of {amount}, ",
    );
    check(
        "{amount} for",
        "{amount for",
        "first.breach: {amount for contract {contract}",
    );
    check(
        "was due on {due_day}.",
        "was due on {due_day.",
        "a brace that isn't closed",
    );
    check(
        "was due on {due_day}.",
        "was due on {due_day}}.",
        "a brace that isn't opened",
    );
    check(
        "[first]\n",
        "[first]\nthreat = \"Or else.\"\n",
        "unknown field `threat`",
    );
    check(
        "[reminder]\n",
        "[reminder]\npass = \"Free.\"\n",
        "reminder.pass: a sentence; expected none",
    );
    check("\"Dec\"]", "]", "months: 11 of them; expected 12");
    check(
        "language = \"en\"",
        "language = \"English\"",
        "language: \"English\"; expected two",
    );
    check(
        "by = \"product design\"\n",
        "",
        "reviewed or legal without `by` and `on`",
    );
    check(
        "on = \"2026-11-24\"",
        "on = \"today\"",
        "on: \"today\"; expected a day",
    );
    check(
        "state = \"reviewed\"",
        "state = \"fine\"",
        "unknown variant `fine`",
    );
    let long = format!("prevent = \"{} {{cure_day}}\"", "x".repeat(200));
    check(
        "prevent = \"If you pay it by {cure_day}, nothing on your phone changes.\"",
        &long,
        "first.prevent: 211 characters; expected 1 to 200",
    );
    let refused = Library::open([("own.toml", "language = 7")]).expect_err("no text");
    assert!(refused.to_string().starts_with("own.toml: "), "{refused}");
}

/// A changed word needs a new version: these are in evidence files.
#[test]
fn every_version_of_a_text_keeps_its_words() {
    let mut found = Vec::new();
    for (name, text) in BUILT_IN {
        let texts = read(name, text).unwrap();
        for kind in Kind::ALL {
            let hash = texts.words(kind).sha256;
            let first: String = hash[..4].iter().map(|byte| format!("{byte:02x}")).collect();
            let (language, version) = (&texts.language, texts.version);
            found.push(format!("{language} {} v{version} {first}", kind.name()));
        }
    }
    let expected = include_str!("texts.lock");
    assert_eq!(
        found.join("\n"),
        expected.trim_end(),
        "a text changed: raise its version, and write the new line"
    );
}

#[test]
fn each_language_says_every_kind_with_every_part() {
    let library = Library::open([]).unwrap();
    for (language, state) in [
        ("en", ReviewState::Reviewed),
        ("sw", ReviewState::Draft),
        ("hi", ReviewState::Draft),
    ] {
        let texts = library.language(language).unwrap();
        assert_eq!(texts.state, state, "{language}");
        for kind in [Kind::First, Kind::BeforeReduce, Kind::BeforeLock] {
            let parts = &texts.words(kind).parts;
            for item in NoticeItem::ALL {
                let part = Part::of_item(*item);
                let pass = part == Some(Part::Pass) && kind != Kind::BeforeLock;
                assert!(
                    part.is_none_or(|part| parts.contains_key(&part) || pass),
                    "{language} {} {item}",
                    kind.name()
                );
            }
        }
    }
}

/// Words that no message may have (docs: the UI contract's list).
#[test]
fn no_english_text_threatens() {
    const BANNED: [&str; 24] = [
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
    ];
    let texts = read(BUILT_IN[0].0, BUILT_IN[0].1).unwrap();
    for kind in Kind::ALL {
        for sentence in texts.words(kind).parts.values() {
            let words = sentence.fill(&|field| field.name().to_uppercase());
            let small = words.to_lowercase();
            assert!(BANNED.iter().all(|bad| !small.contains(bad)), "{words}");
            assert!(!words.contains('!'), "{words}");
            for sentence in words.split(['.', '?', ':']) {
                let count = sentence.split_whitespace().count();
                assert!(count <= 18, "{count} words in {sentence:?}");
            }
        }
    }
}

#[test]
fn a_message_has_a_length_that_is_known() {
    let values = |field: Field| match field {
        Field::Amount => "KES 1,500.00",
        Field::Contract => "C-1001",
        Field::DueDay | Field::CureDay | Field::NotBefore => "10 Mar 2026",
        Field::Lender => "Example Finance",
        Field::Contact | Field::AdviserContact | Field::ComplaintsContact => "+254 20 000 0000",
        Field::Adviser => "Example Advice",
        Field::ComplaintsName => "Ombudsman",
    };
    let library = Library::open([]).unwrap();
    let mut lengths = Vec::new();
    for language in ["en", "sw", "hi"] {
        for kind in Kind::ALL {
            let words = library.language(language).unwrap().words(kind);
            let fill = |field| values(field).to_owned();
            let sentences = words.parts.iter();
            let usual = sentences.filter(|(p, _)| !matches!(p, Part::Intention | Part::Advice));
            let sentences: Vec<String> = usual.map(|(_, s)| s.fill(&fill)).collect();
            let length = measure(&format!("RF34 C100 1: {}", sentences.join(" ")));
            let alphabet = match length.alphabet {
                Alphabet::Gsm7 => "GSM 7-bit",
                Alphabet::Ucs2 => "UCS-2",
            };
            lengths.push(format!(
                "{language} {} {} {alphabet}",
                kind.name(),
                length.parts
            ));
        }
    }
    let expected = [
        "en first 3 GSM 7-bit",
        "en before_reduce 3 GSM 7-bit",
        "en before_lock 4 GSM 7-bit",
        "en reminder 2 GSM 7-bit",
        "sw first 3 GSM 7-bit",
        "sw before_reduce 3 GSM 7-bit",
        "sw before_lock 4 GSM 7-bit",
        "sw reminder 2 GSM 7-bit",
        "hi first 6 UCS-2",
        "hi before_reduce 6 UCS-2",
        "hi before_lock 8 UCS-2",
        "hi reminder 4 UCS-2",
    ];
    assert_eq!(lengths, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_was_reviewed_is_sent_in_its_language() {
    let gateway = Gateway::start().await;
    gateway.will(answers(r#"{"state":"delivered"}"#));
    let (name, hindi) = BUILT_IN[2];
    let review = "state = \"legal\"\nby = \"a lawyer\"\non = \"2026-11-25\"";
    let mut notices = by_text(&gateway);
    let reviewed = hindi.replace("state = \"draft\"", review);
    notices.texts = vec![(name.to_owned(), reviewed)];
    let mut contract = plain();
    contract.language = Some("hi".to_owned());
    let site = Site::start(vec![contract], notices).await;
    site.clock("2026-03-04T06:00:00Z").await;
    assert_eq!(messages(&site), ["sandbox/first sms 1 delivered"]);
    let text = gateway.asked()[0]["text"].as_str().unwrap().to_owned();
    assert!(
        text.starts_with("RF35 C1: अनुबंध C-1 के EUR 200.00 का भुगतान 1 फ़रवरी 2026 को होना था।"),
        "{text}"
    );
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_own_language_is_a_draft_doesnt_start() {
    let gateway = Gateway::start().await;
    let mut notices = by_text(&gateway);
    notices.language = "sw".to_owned();
    let refused = Site::refused(notices).await;
    assert_eq!(
        refused,
        "notices: no text in sw to send by default; expected one that was reviewed"
    );
}
