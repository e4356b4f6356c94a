//! Feeds and reconciliation: what the pages say, and that picture, table and CSV say the same.

use fairlock_web::page;

use crate::pages::texts;
use crate::sample::frame;
use crate::sample_feeds::{feeds, feeds_refused, reconciliation};

/// Text without tags and isolates.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            '\u{2066}'..='\u{2069}' => {}
            '\u{a0}' => text.push(' '),
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn picture_table_and_csv_of_a_strip_say_the_same() {
    let view = feeds();
    let html = page::feeds(&frame("/payments/feeds", None), &view, &texts()).unwrap();
    let csv = page::feeds_csv(&view);
    let count = |text: &str, what: &str| text.matches(what).count();
    let days = view.rows.len() * 28;
    assert_eq!(count(&csv, "\r\n"), days + 1);
    for (class, word) in [
        ("class=\"full\"", ",whole,"),
        ("class=\"hatch\"", ",silent,"),
        ("class=\"hollow\"", ",gap,"),
        ("class=\"none\"", ",not_watched,"),
    ] {
        assert_eq!(count(&html, class), count(&csv, word), "{class}");
    }
    for (word, class) in [
        ("<td>silent</td>", ",silent,"),
        ("<td>gap</td>", ",gap,"),
        ("<td>whole</td>", ",whole,"),
    ] {
        assert_eq!(count(&html, word), count(&csv, class), "{word}");
    }
    assert!(csv.contains("\"bank-1\",2026-06-20,silent,214"), "{csv}");
    let text = plain(&html);
    assert!(text.contains("214 contracts stood still"), "{text}");
    assert!(text.contains("Not whole on 12 of 28 days"), "{text}");
}

#[test]
fn the_page_says_who_stands_still_and_asks_a_second_person() {
    let html = page::feeds(&frame("/payments/feeds", None), &feeds(), &texts()).unwrap();
    let text = plain(&html);
    for words in [
        "One feed is not whole: 214 stand still",
        "no news in its time",
        "Time for all 214 contracts",
        "A second person decides.",
        "Refuse Approve",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn what_was_typed_stays_when_a_form_is_not_taken() {
    let html = page::feeds(&frame("/payments/feeds", None), &feeds_refused(), &texts()).unwrap();
    for typed in [
        "value=\"32\"",
        "value=\"Amina\"",
        "value=\"The bank is down\"",
    ] {
        assert!(html.contains(typed), "{typed}");
    }
    assert!(html.contains("32 days; expected 1 to 31"));
}

#[test]
fn a_day_shows_three_sides_its_breaks_and_whose_they_are() {
    let day = frame("/payments/reconciliation/2026-06-18", None);
    let view = reconciliation();
    let html = page::reconciliation(&day, &view, &texts()).unwrap();
    let text = plain(&html);
    for words in [
        "3 breaks, oldest 2 days",
        "The proof holds",
        "KES 412,000.00",
        "KES 410,500.00",
        "\u{2212}1,500.00",
        "on another day",
        "nobody&#39;s yet",
        "Amina proposes to write it off",
        "Written off, Ben",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // What only lies on another day isn't written off; what waits for a second person is.
    assert_eq!(html.matches("value=\"propose\"").count(), 1);
    assert_eq!(html.matches("value=\"write_off\"").count(), 1);
    let csv = page::reconciliation_csv(view.breaks.iter().chain(&view.older));
    assert_eq!(csv.lines().count(), 5);
    assert!(csv.contains("KES,-150000,"), "{csv}");
}
