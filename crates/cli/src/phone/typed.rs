//! What a typed line does: digits are a code, `FL1:` is a code that the camera saw, letters are the
//! buttons.

use fairlock_agent::Function;
use fairlock_codes::qr;
use fairlock_sim::phone::Finger;
use fairlock_sim::phone::backend::Faults;

use super::pages::Open;
use super::words::kebab;

/// What is to happen.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    Turn(Open),
    /// On to the next part of a long page, or back.
    Next,
    Do(Finger),
    /// Tells the lender what the open page is about.
    Tell,
    /// Nothing, and why.
    Wrong(String),
}

/// Buttons by their letter and by their word.
const PAGES: [(&str, &str, Open); 14] = [
    ("b", "back", Open::Home),
    ("m", "pay", Open::Pay),
    ("v", "paid", Open::Paid),
    ("d", "wrong", Open::Wrong),
    ("u", "used", Open::Used),
    ("h", "help", Open::Help),
    ("k", "code", Open::Code),
    ("z", "scan", Open::Scan),
    ("f", "floor", Open::Floor),
    ("i", "imei", Open::Names),
    ("l", "language", Open::Language),
    ("e", "sos", Open::Sos),
    ("c", "charter", Open::Charter),
    ("?", "keys", Open::Keys),
];

const FINGERS: [(&str, &str, Finger); 9] = [
    ("p", "pass", Finger::Pass),
    ("y", "accept", Finger::Accept),
    ("n", "refuse", Finger::Refuse),
    ("t", "try", Finger::TryAgain),
    ("a", "airplane", Finger::Airplane),
    ("s", "screen", Finger::Screen),
    ("r", "reboot", Finger::Reboot),
    ("x", "cut", Finger::PowerCut),
    ("q", "quit", Finger::Quit),
];

/// The keys that aren't on the screen, for the page of keys.
pub const KEYS: &str = "\
the digits of a code, FL1:... of a QR: type or paste, then Enter
p emergency pass       y accept   n don't     t try again
o tell the lender, on the pages v, d and u
a airplane mode        s screen on or off     c the charter
r switch off and on    x take the battery out w +3h, w -10d set the clock
fault refuse, fault right-lost, fault takes-sms, fault none: the lock backend
b back   Enter the next part of a long page   ? these keys   q quit";

pub fn read(line: &str) -> Typed {
    // A space is a digit of base45, but never the last one.
    let line = line.trim();
    if line.starts_with(qr::HEAD) {
        return scanned(line);
    }
    if line.is_empty() {
        return Typed::Next;
    }
    if line
        .chars()
        .all(|c| c.is_ascii_digit() || c == ' ' || c == '-')
    {
        return Typed::Do(Finger::Code(line.to_string()));
    }
    let is = |key: &str, word: &str| line == key || line == word;
    if is("o", "tell") {
        return Typed::Tell;
    }
    if let Some((.., open)) = PAGES.iter().find(|(key, word, _)| is(key, word)) {
        return Typed::Turn(*open);
    }
    if let Some((.., finger)) = FINGERS.iter().find(|(key, word, _)| is(key, word)) {
        return Typed::Do(finger.clone());
    }
    match line.split_once(' ') {
        Some(("w" | "clock", by)) => match seconds(by.trim()) {
            Some(by) => Typed::Do(Finger::Clock(by)),
            None => Typed::Wrong(format!("{by}: expected for example +3h, -10d or +90m")),
        },
        Some(("fault", name)) => match fault(name.trim()) {
            Ok(faults) => Typed::Do(Finger::Break(faults)),
            Err(expected) => Typed::Wrong(expected),
        },
        _ => Typed::Wrong(format!("{line}: no key of this phone; ? shows them")),
    }
}

fn scanned(text: &str) -> Typed {
    match qr::read(text) {
        Some(frames) if !frames.is_empty() => Typed::Do(Finger::Scan(text.to_string())),
        _ => Typed::Wrong("not a whole code of Fairlock; expected all of its text".to_string()),
    }
}

/// `+3h`, `-10d`, `+90m` as seconds.
fn seconds(by: &str) -> Option<i64> {
    let unit = match by.chars().last()? {
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let number = by.get(..by.len() - 1)?;
    let number: i64 = number.strip_prefix('+').unwrap_or(number).parse().ok()?;
    number.checked_mul(unit)
}

/// `refuse`, `right-lost`, `takes-sms`, or `none`.
pub fn fault(name: &str) -> Result<Faults, String> {
    let mut faults = Faults::default();
    match name {
        "none" => {}
        "refuse" => faults.refuse_after = Some(0),
        "right-lost" => faults.right_lost = true,
        _ => faults.takes = Some(function(name)?),
    }
    Ok(faults)
}

fn function(name: &str) -> Result<Function, String> {
    let names = || {
        Function::ALL
            .iter()
            .map(kebab)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let wanted = name.strip_prefix("takes-").unwrap_or_default();
    let found = Function::ALL.iter().find(|f| kebab(f) == wanted);
    found.copied().ok_or_else(|| {
        format!(
            "{name}: expected none, refuse, right-lost, or takes- and one of {}",
            names()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Typed) {
        assert_eq!(read(line), expected, "{line:?}");
    }

    #[test]
    fn lines_are_buttons_codes_and_scans() {
        check("", Typed::Next);
        check("b", Typed::Turn(Open::Home));
        check("m\n", Typed::Turn(Open::Pay));
        check("pass", Typed::Do(Finger::Pass));
        let code = "1234 5678 90123 4567";
        check(code, Typed::Do(Finger::Code(code.to_string())));
        check("w +3h", Typed::Do(Finger::Clock(10_800)));
        check("w -10d", Typed::Do(Finger::Clock(-864_000)));
        let takes = Faults {
            takes: Some(Function::UssdAndSim),
            ..Faults::default()
        };
        check("fault takes-ussd-and-sim", Typed::Do(Finger::Break(takes)));
        check("fault none", Typed::Do(Finger::Break(Faults::default())));
    }

    #[test]
    fn what_is_no_key_is_told() {
        for line in ["zz", "w 3", "w", "fault takes-x", "fault", "FL1:", "FL1:0"] {
            assert!(matches!(read(line), Typed::Wrong(_)), "{line:?}");
        }
    }

    /// Base45 has a space among its digits, but the highest digit of a group is at most 32.
    #[test]
    fn no_code_ends_with_a_space() {
        let scan = |counter| qr::text(&[fairlock_protocol::channel::Frame::Ack { counter }]);
        for text in (0..70_000).map(scan) {
            assert!(!text.ends_with(' '), "{text}");
        }
        let text = scan(1);
        check(&format!(" {text} \n"), Typed::Do(Finger::Scan(text)));
    }
}
