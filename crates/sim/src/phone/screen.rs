//! A screen as text: what it is, and each of its messages by its name with its values.
//!
//! The words of the messages, in people's languages, are the catalogue's; a terminal window with
//! them comes later.

use fairlock_agent::{Arg, Message, Screen, ScreenKind};
use jiff::Timestamp;
use jiff::civil::date;

/// Renders a screen; one line a message.
pub fn render(screen: &Screen) -> String {
    let mut lines = vec![title(screen.kind).to_string()];
    lines.extend(screen.messages.iter().map(message));
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
        ScreenKind::Free => "Free: a phone like any other.",
        ScreenKind::Remind => "Reminder: nothing is limited.",
        ScreenKind::Reduce => "Reduced: some apps are paused.",
        ScreenKind::Lock => "Locked. Emergency and incoming calls work.",
        ScreenKind::Pass => "Emergency pass: the phone is open for now.",
        ScreenKind::Shielded => "A payment is being checked.",
        ScreenKind::Offline => "No contact with the lender for a while.",
        ScreenKind::Held => "Something stands still.",
        ScreenKind::Released => "Released for ever.",
    }
}

fn message(message: &Message) -> String {
    let name = message.id.replace('-', " ");
    let values: Vec<String> = message
        .args
        .iter()
        .map(|(name, value)| format!("{name} {}", arg(value)))
        .collect();
    format!("  {name}: {}", values.join(", "))
}

fn arg(arg: &Arg) -> String {
    match arg {
        Arg::Amount(minor) => format!("{minor} minor units"),
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
