//! A screen as text: what it is, and each of its messages by its name with its values.
//!
//! The words of the messages, in people's languages, are the catalogue's; a terminal window with
//! them comes later.

use fairlock_agent::{Arg, Message, Screen, ScreenKind};
use fairlock_domain::money::{Currency, Money};
use jiff::Timestamp;
use jiff::civil::date;

/// Renders a screen, one line a message; amounts are in the charter's currency.
pub fn render(screen: &Screen, currency: Option<Currency>) -> String {
    let mut lines = vec![title(screen.kind).to_string()];
    lines.extend(screen.messages.iter().map(|m| message(m, currency)));
    if screen.passes_left > 0 {
        lines.push(format!("  emergency passes left: {}", screen.passes_left));
    }
    if let Some(at) = screen.display_at {
        lines.push(format!("  as of {}", instant(at)));
    }
    lines.join("\n")
}

fn title(kind: ScreenKind) -> &'static str {
    match kind {
        ScreenKind::Blank => "This phone isn't enrolled.",
        ScreenKind::Charter => "Charter: read it, then accept it.",
        ScreenKind::NewCharter => "Another charter: compare it with yours, then accept it or not.",
        ScreenKind::Free => "Free: a phone like any other.",
        ScreenKind::Remind => "Reminder: nothing is limited.",
        ScreenKind::Reduce => "Reduced: some apps are paused.",
        ScreenKind::Lock => "Locked. Emergency and incoming calls work.",
        ScreenKind::Pass => "Emergency pass: the phone is open for now.",
        ScreenKind::Code => "A typed code has opened the phone for now.",
        ScreenKind::Shielded => "A payment is being checked.",
        ScreenKind::Offline => "No contact with the lender for a while.",
        ScreenKind::Held => "Something stands still.",
        ScreenKind::Released => "Released for ever.",
    }
}

fn message(message: &Message, currency: Option<Currency>) -> String {
    let name = message.id.replace('-', " ");
    let values: Vec<String> = message
        .args
        .iter()
        .map(|(name, value)| format!("{name} {}", arg(value, currency)))
        .collect();
    match values.is_empty() {
        true => format!("  {name}"),
        false => format!("  {name}: {}", values.join(", ")),
    }
}

fn arg(arg: &Arg, currency: Option<Currency>) -> String {
    match arg {
        Arg::Amount(minor) => match currency {
            Some(currency) => {
                format!(
                    "{} {}",
                    currency.code(),
                    Money::new(i128::from(*minor), currency)
                )
            }
            None => format!("{minor} minor units"),
        },
        Arg::Day(days) => day(*days),
        Arg::Instant(at) => instant(*at),
        Arg::Count(count) => count.to_string(),
        Arg::Text(text) => text.clone(),
        Arg::Classes(classes) => format!("{classes:?}"),
        Arg::Floor(kinds) => format!("{kinds:?}"),
        Arg::Failure(failure) => format!("{failure:?}"),
    }
}

fn day(days: u32) -> String {
    let days = jiff::Span::new().days(i64::from(days));
    date(1970, 1, 1).saturating_add(days).to_string()
}

fn instant(at: u64) -> String {
    Timestamp::from_second(at.cast_signed()).map_or_else(|_| at.to_string(), |t| t.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_is_a_title_and_a_line_a_message() {
        let screen = Screen {
            kind: ScreenKind::Lock,
            messages: vec![
                Message {
                    id: "lock-opens",
                    args: vec![("amount", Arg::Amount(160_000)), ("due", Arg::Day(20_514))],
                },
                Message {
                    id: "used-phone",
                    args: Vec::new(),
                },
            ],
            notice: None,
            passes_left: 1,
            display_at: Some(1_772_452_800),
            borrower: None,
            heard: None,
            charters: Vec::new(),
        };
        let expected = "Locked. Emergency and incoming calls work.\n  \
                        lock opens: amount KES 1600.00, due 2026-03-02\n  \
                        used phone\n  \
                        emergency passes left: 1\n  \
                        as of 2026-03-02T12:00:00Z";
        assert_eq!(render(&screen, Currency::from_code("KES")), expected);
    }
}
