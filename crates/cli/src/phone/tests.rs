//! What stands in the window, at the width of a desk's terminal and of a small phone's.

use fairlock_agent::{Arg, Capabilities, Function, Message, Observed, Screen, ScreenKind};
use fairlock_display::Failure;
use fairlock_issuer::LAPSE_DEFAULT;
use fairlock_protocol::Level;
use fairlock_protocol::charter::{
    AppClass, Channel, ChannelKind, Charter, Currency, FloorApp, FloorKind, Help, HelpKind, Limits,
    Pass, Zone,
};
use fairlock_sim::phone::backend::Faults;
use fairlock_sim::phone::{Behind, View};
use fairlock_web::Texts;

use super::layout::Page;
use super::{Look, Window, charter};
use crate::phone::words::Words;

const DAY: u32 = 20_515;
const NOON: u64 = DAY as u64 * 86_400 + 9 * 3_600;

fn sample() -> Charter {
    let limits = Limits {
        lead_h: 72,
        dwell_h: 0,
        from_min: 540,
        to_min: 960,
        days: 0b1111,
    };
    let help = |kind, name: &str, contact: &str| Help {
        kind,
        name: name.to_string(),
        contact: contact.to_string(),
    };
    Charter {
        n: 1,
        iat: NOON,
        lender: "Mlima Credit".to_string(),
        contract: "C-1001".to_string(),
        currency: Currency {
            code: *b"KES",
            exponent: 2,
        },
        reference: "RF93447120".to_string(),
        channels: vec![Channel {
            id: 1,
            kind: ChannelKind::MobileMoney,
            payee: "Mlima Credit Ltd".to_string(),
            account: "522 522".to_string(),
        }],
        highest: Level::Lock,
        reduce: Some(limits),
        lock: Some(Limits {
            dwell_h: 336,
            ..limits
        }),
        floor: vec![FloorApp {
            kind: FloorKind::Banking,
            app: "ke.bank.app".to_string(),
        }],
        classes: vec![AppClass::Games, AppClass::Video],
        offline_days: 14,
        silence_h: 48,
        lapse: LAPSE_DEFAULT,
        pass: Pass {
            hours: 24,
            times: 1,
            period_days: 30,
        },
        code_days: 7,
        reset_lead_h: 72,
        restrictions: Vec::new(),
        last_due: DAY + 300,
        last_day: DAY + 360,
        zone: Zone {
            name: "Africa/Nairobi".to_string(),
            offset_min: 180,
            transitions: Vec::new(),
        },
        help: vec![
            help(HelpKind::Lender, "Mlima Credit", "+254 20 000 0000"),
            help(
                HelpKind::Complaint,
                "Office of the Ombudsman",
                "+254 20 000 0001",
            ),
            help(HelpKind::Advice, "Debt advice centre", "0800 000 002"),
        ],
        languages: vec!["en".to_string()],
    }
}

fn said(id: &'static str, args: &[(&'static str, Arg)]) -> Message {
    Message {
        id,
        args: args.to_vec(),
    }
}

fn text(text: &str) -> Arg {
    Arg::Text(text.to_string())
}

/// As the agent fills a lock screen.
fn locked() -> Vec<Message> {
    let (lender, reference) = (
        ("lender", text("Mlima Credit")),
        ("ref", text("RF93447120")),
    );
    let due = ("due_day", Arg::Day(DAY));
    vec![
        said("lock-opens", &[("amount", Arg::Amount(150_000))]),
        said("lock-why", &[lender.clone(), due, reference]),
        said(
            "lock-floor",
            &[("floor", Arg::Floor(vec![FloorKind::Banking]))],
        ),
        said("pass-offer", &[("hours", Arg::Count(24))]),
        said("payment-none", &[]),
        said(
            "offline-code",
            &[lender.clone(), ("phone", text("+254 20 000 0000"))],
        ),
        said("dispute-offer", &[lender]),
        said("hardship-offer", &[]),
        said("used-phone", &[]),
        said(
            "notice-help",
            &[
                ("adviser", text("Debt advice centre")),
                ("contact", text("0800 000 002")),
                ("body", text("Office of the Ombudsman")),
                ("contact2", text("+254 20 000 0001")),
            ],
        ),
    ]
}

fn view(kind: ScreenKind, level: Level, messages: Vec<Message>) -> View {
    View {
        lit: true,
        screen: Some(Screen {
            kind,
            messages,
            notice: None,
            passes_left: 1,
            display_at: Some(NOON),
            borrower: Some("J*** O***".to_string()),
            heard: Some(NOON),
            charters: Vec::new(),
        }),
        charter: Some(sample()),
        imei: Some("490154203237518".to_string()),
        wall: i64::try_from(NOON).expect("a day of this age"),
        airplane: false,
        connected: true,
        said: None,
        behind: Behind {
            wanted: level,
            seen: Observed {
                level,
                missing: Vec::new(),
            },
            capabilities: Capabilities::ALL,
            faults: Faults::default(),
            boot: 1,
            seq: 41,
        },
    }
}

fn window(width: usize) -> Window {
    let texts = Texts::english().expect("the English catalogues");
    let look = Look {
        width,
        terminal: false,
        rows: None,
    };
    Window::new(texts, look)
}

/// No line is too long, no message is missing; the text with its lines joined.
fn check(drawn: &str, width: usize) -> String {
    for line in drawn.lines() {
        assert!(line.chars().count() <= width, "{width}: {line:?}");
    }
    assert!(!drawn.contains(['\u{27e8}', '\u{2068}', '$']), "{drawn}");
    let words: Vec<&str> = drawn.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn the_lock_screen_always_has_all_of_it() {
    for width in [80, 40] {
        let drawn = window(width).see(view(ScreenKind::Lock, Level::Lock, locked()));
        let all = check(&drawn, width);
        for item in [
            "English",
            "SOS",
            "This phone is locked. KES 1,500.00 opens it.",
            "due to Mlima Credit since Tue 3 Mar 2026, for contract RF93 4471 20",
            "J*** O***",
            "Pay now",
            "I have paid",
            "Open it for 24 hours",
            "No payment seen.",
            "Last contact 3 Mar 2026, 12:00 Nairobi time (UTC+3)",
            "It is wrong",
            "Mlima Credit has to answer you",
            "Type a code",
            "Scan a code",
            "call for help, take calls",
            "I bought it used",
            "Call Mlima Credit on +254 20 000 0000",
            "Office of the Ombudsman, +254 20 000 0001",
            "IMEI 49-015420-323751-8",
            "in effect: lock",
        ] {
            assert!(all.contains(item), "{width}: {item} isn't in {drawn}");
        }
    }
}

#[test]
fn every_button_opens_its_page() {
    let pages = [
        ("m", "Mobile money: Mlima Credit Ltd, 522 522"),
        ("m", "Name this reference: RF93 4471 20"),
        ("v", "Keep the receipt"),
        ("d", "Complaints: Office of the Ombudsman"),
        ("u", "Did you buy this phone used?"),
        ("h", "Free advice: Debt advice centre, 0800 000 002"),
        ("k", "9, 15 or 17 digits"),
        ("z", "camera"),
        ("f", "Bank: ke.bank.app"),
        ("i", "\u{2588}"),
        ("l", "only language"),
        ("e", "112"),
        ("c", "Games and video"),
        ("?", "the digits of a code"),
        ("zzz", "no key of this phone"),
    ];
    for width in [80, 40] {
        let mut window = window(width);
        window.see(view(ScreenKind::Lock, Level::Lock, locked()));
        for (key, expected) in pages {
            let drawn = window.take(key).expect_err("a page, no finger");
            let all = check(&drawn, width);
            assert!(all.contains(expected), "{key} at {width}: {drawn}");
        }
    }
}

#[test]
fn what_is_not_known_is_not_filled_in() {
    let unknown = [
        "reduce-what",
        "remind-due",
        "shield-still",
        "pay-failed",
        "dispute-offer",
        "notice-first",
        "notice-last",
        "notice-help",
        "lock-why",
        "shield-open",
    ];
    let known = [
        ("amount", Arg::Amount(150_000)),
        ("lender", text("Mlima Credit")),
        ("ref", text("RF93447120")),
        ("body", text("Ombudsman")),
        ("contact2", text("1")),
        ("classes", Arg::Classes(vec![AppClass::Games])),
    ];
    for id in unknown {
        let mut args = known.to_vec();
        if id == "notice-first" {
            args.push(("due_day", Arg::Day(DAY)));
        }
        let messages = vec![said(id, &args)];
        let drawn = window(80).see(view(ScreenKind::Remind, Level::Remind, messages));
        check(&drawn, 80);
    }
    let reason = ("reason", Arg::Failure(Failure::WrongPin));
    let failed = said("pay-failed", &[("amount", Arg::Amount(1)), reason]);
    let drawn = window(80).see(view(ScreenKind::Remind, Level::Remind, vec![failed]));
    assert!(
        check(&drawn, 80).contains("the PIN was not right"),
        "{drawn}"
    );
}

#[test]
fn a_broken_backend_is_told() {
    let mut broken = view(ScreenKind::Lock, Level::Lock, locked());
    broken.behind.seen.missing = vec![Function::Sms];
    broken.behind.wanted = Level::Remind;
    broken.behind.capabilities.reduce = false;
    broken.behind.faults.takes = Some(Function::Sms);
    let drawn = window(80).see(broken);
    let all = check(&drawn, 80);
    for told in [
        "in effect: lock, told: remind",
        "takes sms",
        "cannot reduce",
        "takes-sms",
    ] {
        assert!(all.contains(told), "{told}: {drawn}");
    }
}

#[test]
fn two_charters_stand_side_by_side_where_they_differ() {
    let texts = Texts::english().expect("the English catalogues");
    let (old, mut new) = (sample(), sample());
    new.pass.hours = 48;
    for width in [80, 40] {
        let words = Words::new(&texts, Some(&old));
        let mut page = Page::new(width, false);
        charter::page(&[old.clone(), new.clone()], true, &words, &mut page);
        let drawn = page.finish().join("\n");
        let all = check(&drawn, width);
        assert!(all.contains("Now: You can open it"), "{drawn}");
        assert!(
            all.contains("48 hours") && all.contains("[y Accept]"),
            "{drawn}"
        );
        assert_eq!(
            all.matches("Games and video").count(),
            1,
            "what is the same, once"
        );
    }
}

/// The amount and the way to pay are on the first part, whatever the terminal.
#[test]
fn a_long_page_is_read_in_parts() {
    for (width, rows) in [(80, 24), (40, 24), (32, 16)] {
        let mut window = window(width);
        window.look.rows = Some(rows);
        let drawn = window.see(view(ScreenKind::Lock, Level::Lock, locked()));
        assert!(drawn.lines().count() < rows, "{drawn}");
        let first = check(&drawn, width);
        for item in ["KES 1,500.00 opens it", "SOS", "Pay now", "part 1 of"] {
            assert!(
                first.contains(item),
                "{width}x{rows}: {item} isn't in {drawn}"
            );
        }
        let mut all = first;
        for _ in 1..window.part.1 {
            all += &check(&window.take("").expect_err("no finger"), width);
        }
        assert!(all.contains("IMEI 49-015420-323751-8"), "{all}");
        let again = window.take("").expect_err("no finger");
        assert!(again.contains("part 1 of"), "{again}");
    }
}
