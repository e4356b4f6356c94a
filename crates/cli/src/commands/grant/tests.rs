//! Grants as people hold them, against a phone that enrolled: read, told, checked, scanned.

use std::path::Path;

use fairlock_agent::{Event, step};
use fairlock_codes::qr;
use fairlock_protocol::channel::Frame;
use fairlock_protocol::verify::{CutReason, Outcome, Refusal};
use fairlock_protocol::{Grant, Guards, Level, Notice, Role, Step, Window};
use fairlock_web::Texts;

use super::read::{Carried, file};
use super::verify::{Against, judge};
use super::words::{json, lines};
use crate::commands::bench::phone::{NOW, Phone, START, charter, enrolled, key_set, sign};
use crate::phone::words::Words;

fn unlock(seq: u64) -> Grant {
    Grant::plain(seq, START, 1, Level::Free)
}

fn ladder() -> Grant {
    let window = Window {
        offset_min: 180,
        from_min: 540,
        to_min: 960,
        days: 0b1111,
    };
    let guards = Guards {
        notices: vec![7],
        lead_h: Some(72),
        silence_h: Some(48),
        window: Some(window),
        before: Some(START + 9 * 86_400),
        ..Guards::default()
    };
    Grant {
        later: vec![Step {
            at: START + 3 * 86_400,
            level: Level::Reduce,
            guards,
        }],
        notices: vec![Notice {
            id: 7,
            level: Level::Reduce,
            reason: 3,
            amount: 150_000,
            due_day: 20_500,
            show_from: START,
        }],
        pay: Some(150_000),
        ..Grant::plain(2, START, 1, Level::Remind)
    }
}

fn carried(grant: Vec<u8>) -> Carried {
    Carried {
        grant,
        key_sets: Vec::new(),
    }
}

fn signed(phone: &Phone, role: Role, grant: &Grant) -> Vec<u8> {
    sign(&phone.binding, role, grant).expect("a grant that can be signed")
}

fn judged(phone: &Phone, grant: Vec<u8>) -> Result<Outcome, Refusal> {
    let against = Against {
        binding: phone.binding,
        keys: key_set(),
        charter: charter(),
    };
    judge(&carried(grant), against, 1)
}

#[test]
fn bytes_digits_and_a_code_are_the_same_grant() {
    let phone = enrolled().expect("a phone");
    let grant = signed(&phone, Role::Relax, &unlock(2));
    let digits: String = grant.iter().map(|byte| format!("{byte:02X}")).collect();
    let code = qr::text(&[Frame::KeySet(vec![1]), Frame::Grant(grant.clone())]);
    let dir = tempfile::tempdir().expect("a folder");
    let check = |name: &str, content: &[u8], key_sets: usize| {
        let path = dir.path().join(name);
        std::fs::write(&path, content).expect("the folder can be written");
        let read = file(&path).expect(name);
        assert_eq!(
            (read.grant, read.key_sets.len()),
            (grant.clone(), key_sets),
            "{name}"
        );
    };
    check("bytes", &grant, 0);
    check("digits", format!("{digits}\n").as_bytes(), 0);
    check("code", format!("{code}\n").as_bytes(), 1);
    let path = dir.path().join("half");
    std::fs::write(&path, &code[..code.len() / 2]).expect("the folder can be written");
    assert!(file(&path).is_err(), "half a code");
}

#[test]
fn a_ladder_is_told_in_words() {
    let phone = enrolled().expect("a phone");
    let carried = carried(signed(&phone, Role::Restrict, &ladder()));
    let opened = carried.open(Path::new("ladder")).expect("a grant");
    let texts = Texts::english().expect("the English catalogues");
    let charter = charter();
    let words = Words::new(&texts, Some(&charter));
    let told = lines(&carried, &opened, &words).join("\n");
    for part in [
        "Grant 2, issued 2 Mar 2026",
        "1 now: remind",
        "2 from Thu 5 Mar 2026",
        "reduce, if ",
        "Mon\u{2013}Thu 09:00",
        "notice 7 for reduce",
        "opens for: KES 1,500.00",
        "warrant: none",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains('\u{27e8}'), "{told}");
    let object = json(&carried, &opened);
    assert_eq!(
        (&object["seq"], &object["steps"][1]["lead_h"]),
        (&2.into(), &72.into())
    );
}

#[test]
fn the_first_reason_is_the_phones() {
    let phone = enrolled().expect("a phone");
    let whole = |outcome: Result<Outcome, Refusal>| match outcome {
        Ok(Outcome::Accepted(accepted)) => accepted,
        other => panic!("{other:?}"),
    };
    let accepted = whole(judged(&phone, signed(&phone, Role::Relax, &unlock(2))));
    assert!(accepted.cuts.is_empty() && !accepted.tightening);
    let mut broken = signed(&phone, Role::Relax, &unlock(2));
    *broken.last_mut().expect("bytes") ^= 1;
    assert_eq!(judged(&phone, broken), Err(Refusal::Signature));
    let other = fairlock_protocol::Binding {
        device: [9; 16],
        ..phone.binding
    };
    let others = sign(&other, Role::Relax, &unlock(2)).expect("a grant");
    assert_eq!(
        judged(&phone, others),
        Err(Refusal::Signature),
        "another phone's"
    );
    let stranger = signed(&phone, Role::Log, &unlock(2));
    assert_eq!(judged(&phone, stranger), Err(Refusal::UnknownKid));
    let contact = signed(&phone, Role::Contact, &unlock(2));
    assert_eq!(judged(&phone, contact), Err(Refusal::Role));
    let far = signed(&phone, Role::Relax, &unlock(20_000));
    assert_eq!(judged(&phone, far), Err(Refusal::SeqJump));
    let cut = |role| whole(judged(&phone, signed(&phone, role, &ladder()))).cuts[0];
    assert_eq!(
        cut(Role::Relax).reason,
        CutReason::Role,
        "RELAX never tightens"
    );
    assert_eq!(cut(Role::Restrict).reason, CutReason::Base);
}

/// What `show --qr` prints is what the phone's camera reads.
#[test]
fn a_grant_reaches_the_phone_as_a_code() {
    let phone = enrolled().expect("a phone");
    let text = qr::text(&[Frame::Grant(signed(&phone, Role::Relax, &unlock(2)))]);
    assert!(crate::phone::qr::blocks(&text, false).is_some());
    let (state, _) = step(phone.state, Event::Scanned(text), NOW);
    assert_eq!(state.seq(), 2, "accepted with no network");
}
