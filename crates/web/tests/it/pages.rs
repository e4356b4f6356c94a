//! Pages from outside: what they say, what they never say, and that every word is there.

use fairlock_web::view::error::{ErrorKind, ErrorPage};
use fairlock_web::view::grant::Answer;
use fairlock_web::view::phone::Source;
use fairlock_web::view::{FiveFacts, Level};
use fairlock_web::{Texts, page};

use crate::sample::*;
use crate::sample_feeds;

pub fn texts() -> Texts {
    Texts::english().expect("the English catalogues")
}

/// English with 40 % more letters, as other languages have them: every other vowel is doubled.
pub fn longer() -> Texts {
    Texts::english_as(|text| {
        let mut long = String::with_capacity(text.len() * 2);
        let (mut letters, mut added) = (0, 0);
        for c in text.chars() {
            long.push(c);
            letters += usize::from(c.is_alphabetic());
            while c.is_alphabetic() && added * 10 < letters * 4 {
                long.push(c);
                added += 1;
            }
        }
        long.into()
    })
    .expect("the English catalogues")
}

/// All pages with their file names, in the states that change their shape.
pub fn all_pages(t: &Texts) -> Vec<(String, String)> {
    let f = |path: &str| frame(path, None);
    let live = |path: &str, address: &str| frame(path, Some(address));
    let mut pages = Vec::new();
    let mut add = |name: &str, html: Result<String, fairlock_web::RenderError>| {
        pages.push((name.to_string(), html.expect("a page")));
    };
    let list = live("/", "/live/portfolio");
    add("portfolio", page::portfolio(&list, &portfolio(50), t));
    add("portfolio-one", page::portfolio(&list, &portfolio(1), t));
    add(
        "portfolio-empty",
        page::portfolio(&list, &portfolio_empty(), t),
    );
    let own = live("/contracts/C-4471", "/live/contracts/C-4471");
    add(
        "contract",
        page::contract(&own, &contract(Level::Lock, Some(Level::Lock)), t),
    );
    add(
        "contract-differs",
        page::contract(&own, &contract(Level::Remind, Some(Level::Lock)), t),
    );
    add(
        "contract-released",
        page::contract(&own, &contract(Level::Released, Some(Level::Released)), t),
    );
    add("contract-empty", page::contract(&own, &contract_empty(), t));
    add("plan", page::plan(&f("/contracts/C-4471/plan"), &plan(), t));
    add(
        "plan-two-packs",
        page::plan(&f("/contracts/C-4471/plan"), &plan_two_packs(), t),
    );
    let accepted = Answer::Accepted {
        at: at("2026-06-20", 14, 2),
    };
    add(
        "grant",
        page::grant(&f("/contracts/C-4471/grants/41"), &grant(accepted), t),
    );
    let refused = Answer::Refused {
        at: at("2026-06-20", 14, 2),
        codes: vec!["base".to_string()],
    };
    add(
        "grant-refused",
        page::grant(&f("/contracts/C-4471/grants/41"), &grant(refused), t),
    );
    add(
        "grant-unlock",
        page::grant(&f("/contracts/C-4471/grants/41"), &grant_unlock(), t),
    );
    for (name, screen) in screens() {
        let facts = facts(Level::Lock, Some(Level::Lock));
        let view = phone(screen, facts, Source::Predicted);
        let frame = live("/contracts/C-4471/phone", "/live/contracts/C-4471/phone");
        add(&format!("phone-{name}"), page::phone(&frame, &view, t));
    }
    add(
        "evidence",
        page::evidence(&f("/contracts/C-4471/evidence"), &evidence(), t),
    );
    add("rules", page::rules(&f("/rules"), &[rule_pack()], t));
    add(
        "pack",
        page::pack(&f("/rules/strict-default/1"), &rule_pack(), t),
    );
    let list = f("/payments/suspense");
    add("suspense", page::suspense(&list, &suspense(3), t));
    add("suspense-empty", page::suspense(&list, &suspense(0), t));
    let try_one = f("/payments/mapping");
    add("mapping", page::mapping(&try_one, &mapping_empty(), t));
    add("mapping-read", page::mapping(&try_one, &mapping_read(), t));
    add(
        "mapping-wrong",
        page::mapping(&try_one, &mapping_wrong(), t),
    );
    add("mapping-none", page::mapping(&try_one, &mapping_none(), t));
    let one = f("/payments/suspense/P-3f1c22a90b71");
    for (name, item) in [
        ("suspense-item", suspense_item()),
        ("suspense-item-refused", suspense_item_refused()),
        ("suspense-item-matched", suspense_item_matched()),
    ] {
        add(name, page::suspense_item(&one, &item, t));
    }
    let feeds = f("/payments/feeds");
    for (name, view) in [
        ("feeds", sample_feeds::feeds()),
        ("feeds-running", sample_feeds::feeds_running()),
        ("feeds-refused", sample_feeds::feeds_refused()),
        ("feeds-given", sample_feeds::feeds_given()),
        ("feeds-whole", sample_feeds::feeds_whole()),
        ("feeds-none", sample_feeds::feeds_none()),
    ] {
        add(name, page::feeds(&feeds, &view, t));
    }
    let day = f("/payments/reconciliation/2026-06-18");
    for (name, view) in [
        ("reconciliation", sample_feeds::reconciliation()),
        (
            "reconciliation-agrees",
            sample_feeds::reconciliation_agrees(),
        ),
        ("reconciliation-none", sample_feeds::reconciliation_none()),
    ] {
        add(name, page::reconciliation(&day, &view, t));
    }
    for (name, kind) in [
        ("400", ErrorKind::BadRequest),
        ("403", ErrorKind::Forbidden),
        ("404", ErrorKind::NotFound),
        ("500", ErrorKind::Internal),
        ("nothing", ErrorKind::NothingFound),
    ] {
        let view = ErrorPage {
            kind,
            thing: "/contracts/<C-1>".to_string(),
            expected: Some("a contract's id, as C-1001".to_string()),
            near: vec!["C-1001".to_string()],
            reference: Some("9f31c2aa".to_string()),
        };
        add(&format!("error-{name}"), page::error(&f("/"), &view, t));
    }
    pages
}

/// What a person reads: tags and isolates gone, spaces made one.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            '\u{2068}' | '\u{2069}' => {}
            c if !inside => text.push(if c == '\u{a0}' { ' ' } else { c }),
            _ => {}
        }
    }
    let text = text
        .replace("&#62;", ">")
        .replace("&#60;", "<")
        .replace("&#38;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_word_of_every_page_is_in_a_catalogue() {
    for (name, html) in all_pages(&texts()) {
        assert!(
            !html.contains('⟨'),
            "{name}: a key is missing: {:?}",
            html.find('⟨').map(|i| &html[i..(i + 40).min(html.len())])
        );
    }
}

#[test]
fn what_came_from_outside_is_escaped() {
    for (name, html) in all_pages(&texts()) {
        assert!(!html.contains("<C-1>"), "{name}");
    }
}

#[test]
fn no_page_asks_another_host_or_styles_by_attribute() {
    for (name, html) in all_pages(&texts()) {
        for attribute in ["src=\"http", "style=\"", "onclick=", "<style", "<iframe"] {
            assert!(!html.contains(attribute), "{name}: {attribute}");
        }
        // A person may follow a source to its own site, which isn't told from where; no page does.
        for (at, _) in html.match_indices("href=\"http") {
            let tag = html[..at].rfind('<').expect("an attribute stands in a tag");
            let end = at + html[at..].find('>').expect("a tag ends");
            let tag = &html[tag..end];
            let follows =
                tag.starts_with("<a ") && tag.contains(" rel=\"external noreferrer noopener\"");
            assert!(follows, "{name}: {tag}");
        }
    }
}

#[test]
fn only_live_pages_bring_scripts_and_each_has_the_nonce() {
    for (name, html) in all_pages(&texts()) {
        let scripts = html.matches("<script").count();
        let with_nonce = html
            .matches("<script defer nonce=\"c2FtcGxlLW5vbmNlLTAwMQ\"")
            .count();
        assert_eq!(scripts, with_nonce, "{name}");
        let live = html.contains("hx-sse:connect=");
        assert_eq!(scripts > 0, live, "{name}");
    }
}

/// What the contract's page answers first.
fn check_said(facts: FiveFacts, expected: &str) {
    let mut view = contract(facts.wanted, None);
    view.live.facts = facts;
    let frame = frame("/contracts/C-4471", Some("/live/contracts/C-4471"));
    let html = page::contract(&frame, &view, &texts()).expect("a page");
    let h1 = html
        .split("<h1>")
        .nth(1)
        .and_then(|h| h.split("</h1>").next());
    assert_eq!(text_of(h1.unwrap_or("")), expected);
}

#[test]
fn the_answer_is_said_only_of_what_the_phone_reported() {
    use Level::{Free, Lock, Reduce, Remind};
    check_said(
        facts(Lock, Some(Lock)),
        "Locked, as wanted. KES 1,500.00 opens it.",
    );
    check_said(
        facts(Lock, None),
        "No report yet, lock is wanted. KES 1,500.00 opens it.",
    );
    check_said(
        facts(Remind, Some(Lock)),
        "Locked is reported, remind is wanted. KES 1,500.00 opens it.",
    );
    check_said(
        facts(Reduce, Some(Reduce)),
        "Some apps are paused, as wanted. KES 1,500.00 opens it.",
    );
    check_said(
        facts(Remind, Some(Remind)),
        "Open with a reminder, as wanted. KES 1,500.00 is past due.",
    );
    check_said(
        facts(Free, Some(Free)),
        "Open, as wanted. Nothing is past due.",
    );
    check_said(
        no_phone(Remind),
        "No phone is enrolled, remind is wanted. KES 1,500.00 is past due.",
    );
}

#[test]
fn an_unreported_level_is_unknown_and_never_free() {
    let mut view = contract(Level::Free, None);
    view.live.facts = facts(Level::Free, None);
    let t = texts();
    let html = page::contract_live(&frame("/", None), &view.live, &t).expect("a part");
    assert!(
        text_of(&html).contains("Reported not known"),
        "{}",
        text_of(&html)
    );
}

/// What stands on a screen, and what may not.
fn check_screen(name: &str, says: &[&str], never: &[&str]) {
    let (_, screen) = screens()
        .into_iter()
        .find(|(n, _)| *n == name)
        .unwrap_or_else(|| panic!("no screen {name}"));
    let view = phone(
        screen,
        facts(Level::Lock, Some(Level::Lock)),
        Source::Predicted,
    );
    let html = page::phone_live(&frame("/", None), &view.live, &texts()).expect("a part");
    let glass = html
        .split("class=\"phone\"")
        .nth(1)
        .and_then(|h| h.split("class=\"facts").next());
    let text = text_of(glass.unwrap_or(""));
    for word in says {
        assert!(text.contains(word), "{name}: {word:?} is not in {text}");
    }
    for word in never {
        assert!(!text.contains(word), "{name}: {word:?} is in {text}");
    }
}

#[test]
fn each_screen_says_its_part() {
    check_screen(
        "lock",
        &[
            "English",
            "SOS",
            "This phone is locked.",
            "KES 1,500.00",
            "opens it.",
            "It has been due to Bright Phones since Tue 10 Mar 2026, for contract RF93 4471 20.",
            "Pay now",
            "I have paid",
            "Open it for 24 hours",
            "No payment seen.",
            "Last contact",
            "Try again",
            "It is wrong",
            "Type a code",
            "You can call for help",
            "Did you buy this phone used?",
            "+254 20 000 0000",
            "IMEI 35-209900-176148-1",
        ],
        &["9,000.00", "A•••"],
    );
    check_screen(
        "remind",
        &[
            "KES 1,500.00",
            "was due on Tue 10 Mar 2026",
            "Later",
            "25 Jun 2026",
        ],
        &["locked"],
    );
    check_screen(
        "remind-quiet",
        &["Nothing is asked of you"],
        &["KES", "Pay now"],
    );
    check_screen(
        "reduce",
        &["Games, video and social are paused", "Pay now"],
        &["locked"],
    );
    check_screen(
        "pass",
        &["at least Sun 21 Jun 2026, 14:02", "Used 1 of 1 in 30 days"],
        &["locked"],
    );
    check_screen(
        "shielded",
        &[
            "We have seen your payment of KES 1,500.00",
            "up to 5 days",
            "seen",
            "credited",
        ],
        &["Pay now"],
    );
    check_screen(
        "freed",
        &[
            "Your payment of KES 1,500.00 is here",
            "4 min 10 s from paying",
        ],
        &["locked"],
    );
    check_screen(
        "released",
        &["This phone is yours. Bright Phones can change nothing on it."],
        &["KES"],
    );
    check_screen(
        "offline",
        &[
            "last reached us at Tue 2 Jun 2026, 14:02",
            "Open Wi-Fi",
            "Amount of 2 Jun",
        ],
        &[],
    );
    check_screen(
        "held",
        &[
            "We are looking into this. Your phone is open.",
            "Until Wed 24 Jun 2026",
        ],
        &["dispute", "KES"],
    );
    check_screen(
        "lock-failed-payment",
        &["did not go through: there was not enough money"],
        &[],
    );
}

#[test]
fn the_plan_marks_the_row_that_decides_once() {
    let html = page::plan(&frame("/", None), &plan(), &texts()).expect("a page");
    assert_eq!(html.matches("class=\"decides\"").count(), 1);
    let text = text_of(&html);
    for part in [
        "remind A hold stops more.",
        "102 >= 90",
        "[strict-default/",
        "9f31c2aa",
        "reduce not before Thu 25 Jun 2026, 09:00 Nairobi time (UTC+3)",
    ] {
        let part = part.trim_start_matches('[');
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert!(html.contains("href=\"/rules/strict-default/1#reduce.min_days_past_due\""));
}

#[test]
fn a_grant_is_told_in_words() {
    let accepted = Answer::Accepted {
        at: at("2026-06-20", 14, 2),
    };
    let html = page::grant(&frame("/", None), &grant(accepted), &texts()).expect("a page");
    let text = text_of(&html);
    for part in [
        "Grant 41: accepted 20 Jun, 14:02",
        "RESTRICT key 9a2f01cc",
        "now: reduce , no conditions",
        "from Thu 25 Jun 2026, 09:00 Nairobi time (UTC+3): lock only if:",
        "the last one first shown at least 72 hours ago",
        "the phone was heard within 48 hours",
        "inside Mon–Thu 09:00–16:00",
        "at the level before for at least 336 hours",
        "begun before Mon 29 Jun 2026, 09:00",
        "after 72 hours every step counts as at most reduce",
        "covers up to step 2",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
}

/// Budgets of nodes (ui.md section 7); elements are counted by their opening tags.
#[test]
fn pages_keep_their_budget_of_nodes() {
    for (name, html) in all_pages(&texts()) {
        let nodes = html.matches('<').count() - html.matches("</").count() - 1;
        let most = if name.starts_with("portfolio") {
            1_300
        } else {
            1_000
        };
        assert!(
            nodes <= most,
            "{name}: {nodes} nodes; expected at most {most}"
        );
    }
}
