//! Sizes that QR codes, push messages and the phone's memory rely on.

use fairlock_codes::qr;
use fairlock_protocol::channel::Frame;
use fairlock_protocol::{Grant, Guards, Lapse, Level, Notice, Role, Step, Warrant, Window};

use crate::world::{ladder, signed, unlock};

/// The largest values below 2^32.
const BIG: u64 = u32::MAX as u64;

/// A step with every guard that its level must carry, in the longest encodings of their types.
fn largest_step(level: Level, at: u64) -> Step {
    let lock = level == Level::Lock;
    let guards = Guards {
        notices: vec![u16::MAX - 1, u16::MAX],
        lead_h: Some(u16::MAX),
        silence_h: Some(72),
        window: Some(Window {
            offset_min: -720,
            from_min: 1000,
            to_min: 1260,
            days: 127,
        }),
        dwell_h: lock.then_some(u16::MAX),
        before: Some(BIG),
    };
    Step { at, level, guards }
}

/// 3 later steps, 2 notices, 2 packs and 4 rules in the warrant, no `end`.
fn largest() -> Grant {
    let notice = |id, level| Notice {
        id,
        level,
        reason: u16::MAX,
        amount: BIG,
        due_day: 99_999,
        show_from: BIG,
    };
    let remind = Step {
        at: BIG - 2,
        level: Level::Remind,
        guards: Guards::default(),
    };
    Grant {
        later: vec![
            remind,
            largest_step(Level::Reduce, BIG - 1),
            largest_step(Level::Lock, BIG),
        ],
        notices: vec![
            notice(u16::MAX - 1, Level::Reduce),
            notice(u16::MAX, Level::Lock),
        ],
        pay: Some(BIG),
        warrant: Some(Warrant {
            packs: vec![(u16::MAX - 1, u16::MAX), (u16::MAX, u16::MAX)],
            rules: (0..4).map(|n| u16::MAX - 3 + n).collect(),
            decision: [255; 16],
            covered: 3,
        }),
        lapse: Some(Lapse {
            hours: 168,
            level: Level::Reduce,
        }),
        base: Some(BIG - 1),
        ..Grant::plain(BIG, BIG - 3, u64::from(u16::MAX), Level::Free)
    }
}

/// A RELAX object and the COSE object inside a RESTRICT wrapper are equally long.
fn cose_len(grant: &Grant) -> usize {
    signed(Role::Relax, grant).len()
}

#[test]
fn the_largest_grant() {
    assert_eq!(cose_len(&largest()), 320);
    assert_eq!(
        signed(Role::Restrict, &largest()).len(),
        321,
        "as it travels without a log"
    );
}

#[test]
fn an_ordinary_grant() {
    assert_eq!(cose_len(&ladder(70_000)), 265);
}

#[test]
fn a_plain_unlock() {
    let unlock = Grant {
        ksv: u64::from(u16::MAX),
        ..unlock(BIG)
    };
    assert_eq!(
        cose_len(&unlock),
        108,
        "the longest with seq and time below 2^32"
    );
    let far = Grant {
        seq: (1 << 53) - 1,
        ..unlock
    };
    assert_eq!(cose_len(&far), 112);
    let object = signed(Role::Relax, &crate::world::unlock(BIG));
    let text = qr::text(&[Frame::Grant(object)]);
    assert_eq!(text.len(), 169, "as a QR");
}
