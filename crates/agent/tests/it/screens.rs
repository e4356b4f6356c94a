//! What the screen says: message ids and arguments, and never more than is known.

use fairlock_agent::{Arg, ScreenKind};
use fairlock_display::{CaseNews, CaseState, Display, Held, HeldBy, PaymentNews, PaymentState};
use fairlock_protocol::channel::Frame;
use fairlock_protocol::charter::AppClass;
use fairlock_protocol::{Grant, Level, Role};

use crate::rig::Rig;
use crate::server::{START, ladder, unlock};

fn arg(rig: &Rig, id: &str, name: &str) -> Option<Arg> {
    let messages = &rig.screen.as_ref().unwrap().messages;
    let message = messages.iter().find(|message| message.id == id).expect(id);
    message
        .args
        .iter()
        .find(|(arg, _)| *arg == name)
        .map(|(_, value)| value.clone())
}

fn display(payment: Option<PaymentState>) -> Display {
    let news = |state| PaymentNews {
        state,
        amount: 90_000,
        day: 20_515,
        rest: Some(60_000),
        days: Some(5),
        failure: None,
    };
    let payment = payment.map(news);
    Display {
        at: START,
        payment,
        case: None,
        held: None,
        borrower: Some("J*** K***".into()),
        passes_left: None,
    }
}

#[test]
fn the_lock_screen() {
    let rig = Rig::at(Level::Lock);
    let screen = rig.screen.as_ref().unwrap();
    assert_eq!((screen.kind, screen.passes_left), (ScreenKind::Lock, 1));
    let expected = [
        "lock-opens",
        "lock-why",
        "lock-floor",
        "pass-offer",
        "offline-code",
        "dispute-offer",
        "hardship-offer",
        "used-phone",
        "notice-help",
    ];
    assert_eq!(rig.says(), expected);
    assert_eq!(
        arg(&rig, "lock-opens", "amount"),
        Some(Arg::Amount(150_000))
    );
    assert_eq!(arg(&rig, "lock-why", "due_day"), Some(Arg::Day(20_510)));
    assert_eq!(
        arg(&rig, "lock-why", "ref"),
        Some(Arg::Text("RF93447120".into()))
    );
    assert_eq!(arg(&rig, "pass-offer", "hours"), Some(Arg::Count(24)));
    assert_eq!(
        arg(&rig, "notice-help", "contact2"),
        Some(Arg::Text("0800 2".into()))
    );
}

#[test]
fn reminder_and_paused_apps() {
    let rig = Rig::at(Level::Remind);
    assert_eq!(rig.screen.as_ref().unwrap().kind, ScreenKind::Remind);
    assert_eq!(arg(&rig, "remind-due", "due_day"), Some(Arg::Day(20_510)));
    let not_before = ladder().later[1].at;
    assert_eq!(
        arg(&rig, "remind-next", "not_before"),
        Some(Arg::Instant(not_before))
    );
    let rig = Rig::at(Level::Reduce);
    let classes = Arg::Classes(vec![AppClass::Games, AppClass::Video]);
    assert_eq!(arg(&rig, "reduce-what", "classes"), Some(classes));
}

/// While nobody may ask for money, no amount stands anywhere.
#[test]
fn no_amount_without_pay() {
    let mut rig = Rig::at(Level::Lock);
    rig.issue(
        Role::Relax,
        Grant {
            level: Level::Remind,
            ..unlock()
        },
    );
    assert_eq!(rig.level, Level::Remind);
    let screen = rig.screen.as_ref().unwrap();
    let amounts = screen.messages.iter().flat_map(|message| &message.args);
    assert_eq!(
        amounts
            .filter(|(_, arg)| matches!(arg, Arg::Amount(_)))
            .count(),
        0
    );
    assert!(!rig.says().contains(&"remind-due"));
}

#[test]
fn payments_and_cases_are_told_as_seen() {
    fn check(level: Level, display: &Display, kind: ScreenKind, says: &str) {
        let mut rig = Rig::at(level);
        rig.frame(&Frame::Display(display.encode()));
        let screen = rig.screen.as_ref().unwrap();
        assert_eq!(screen.kind, kind, "{level:?} {display:?}");
        assert_eq!(screen.display_at, Some(START));
        assert_eq!(screen.borrower.as_deref(), Some("J*** K***"));
        assert!(screen.heard.is_some_and(|at| at <= rig.now));
        assert!(
            rig.says().contains(&says),
            "{:?} without {says}",
            rig.says()
        );
        assert_eq!(rig.level, level, "and never a ground for a level");
    }
    let covers = display(Some(PaymentState::SeenCovers));
    check(Level::Remind, &covers, ScreenKind::Shielded, "shield-open");
    let part = display(Some(PaymentState::SeenPart));
    check(Level::Lock, &part, ScreenKind::Lock, "shield-still");
    check(Level::Lock, &covers, ScreenKind::Lock, "payment-seen");
    let credited = display(Some(PaymentState::Credited));
    check(Level::Reduce, &credited, ScreenKind::Reduce, "payment-here");
    check(
        Level::Lock,
        &display(None),
        ScreenKind::Lock,
        "payment-none",
    );
    check(
        Level::Reduce,
        &display(Some(PaymentState::Failed)),
        ScreenKind::Reduce,
        "pay-failed",
    );
    let reversed = display(Some(PaymentState::Reversed));
    check(Level::Remind, &reversed, ScreenKind::Remind, "pay-reversed");
    check(
        Level::Free,
        &display(Some(PaymentState::Credited)),
        ScreenKind::Free,
        "freed",
    );
    let feed = Display {
        held: Some(Held {
            by: HeldBy::Feed,
            until: None,
        }),
        ..display(None)
    };
    check(Level::Remind, &feed, ScreenKind::Held, "feed-hold");
    check(Level::Lock, &feed, ScreenKind::Lock, "feed-hold");
    let case = CaseNews {
        state: CaseState::Open,
        until: Some(20_528),
    };
    let case = Display {
        case: Some(case),
        ..display(None)
    };
    check(Level::Remind, &case, ScreenKind::Held, "dispute-on");
}

/// A screen says "open" only when the level in force is `remind` or lower.
#[test]
fn a_locked_phone_is_never_called_open() {
    let open = ["shield-open", "pass-on", "dispute-on", "freed"];
    for state in [PaymentState::SeenCovers, PaymentState::Credited] {
        let mut rig = Rig::at(Level::Lock);
        let case = Some(CaseNews {
            state: CaseState::Open,
            until: None,
        });
        let shown = Display {
            case,
            ..display(Some(state))
        };
        rig.frame(&Frame::Display(shown.encode()));
        assert!(
            !rig.says().iter().any(|id| open.contains(id)),
            "{:?}",
            rig.says()
        );
    }
}

/// Display data is kept apart from the state: after a restart nothing is guessed.
#[test]
fn display_data_is_not_stored() {
    let mut rig = Rig::at(Level::Lock);
    rig.frame(&Frame::Display(
        display(Some(PaymentState::SeenPart)).encode(),
    ));
    rig.online = false;
    rig.power_cut();
    assert_eq!(rig.screen.as_ref().unwrap().display_at, None);
    assert!(!rig.says().contains(&"shield-still"));
}
