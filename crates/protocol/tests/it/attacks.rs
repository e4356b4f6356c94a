//! Attacks on objects, sequence numbers, roles and the loosening rule, each by its name in the
//! design. Attacks on time and levels are in `time_attacks`.

use ed25519_dalek::Signer;
use fairlock_protocol::charter::{CharterBreach, Limits};
use fairlock_protocol::cose::{Alg, Sign1, assemble, to_be_signed};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::verify::{CutReason, Outcome, Refusal};
use fairlock_protocol::{Binding, Grant, Guards, Lapse, Level, Notice, Role, Step, Window, kid};

use crate::world::{
    BINDING, DAY, FIRST, LAST, Phone, START, charter, key, ladder, notice, sign_as, signed, step,
    unlock, warrant,
};

fn refused(bytes: &[u8]) -> Refusal {
    Phone::on_ladder().give_bytes(bytes).expect_err("refused")
}

/// The object around payload bytes that RELAX really signed.
fn relaxed(payload: &[u8]) -> Vec<u8> {
    sign_as(&key(Role::Relax), &BINDING.aad(Domain::Grant), payload)
}

/// A grant of one later step, with its warrant.
fn one(step: Step, seq: u64) -> Grant {
    Grant {
        later: vec![step],
        warrant: Some(warrant(1)),
        ..ladder(seq)
    }
}

#[test]
fn forged_signature() {
    let mut object = signed(Role::Relax, &unlock(3));
    for place in object.len() - 64..object.len() {
        object[place] ^= 0x10;
        assert_eq!(refused(&object), Refusal::Signature);
        object[place] ^= 0x10;
    }
}

#[test]
fn another_devices_lenders_or_types_object() {
    let payload = unlock(3).payload().unwrap();
    let others = [
        Binding {
            device: [9; 16],
            ..BINDING
        },
        Binding {
            lender: [9; 16],
            ..BINDING
        },
        Binding {
            spki_hash: [9; 32],
            ..BINDING
        },
    ];
    for other in others {
        let object = sign_as(&key(Role::Relax), &other.aad(Domain::Grant), &payload);
        assert_eq!(refused(&object), Refusal::Signature);
    }
    for domain in [
        Domain::Contact,
        Domain::Charter,
        Domain::Report,
        Domain::KeySet,
    ] {
        let object = sign_as(&key(Role::Relax), &BINDING.aad(domain), &payload);
        assert_eq!(refused(&object), Refusal::Signature);
    }
}

/// Parts of the AAD are length-prefixed: moving a byte over a border makes other bytes.
#[test]
fn parts_of_the_aad_do_not_run_together() {
    let mut moved = BINDING;
    (moved.lender, moved.device) = (BINDING.device, BINDING.lender);
    assert_ne!(moved.aad(Domain::Grant), BINDING.aad(Domain::Grant));
    let pair = |a: &str, b: &str| {
        let mut writer = fairlock_protocol::cbor::Writer::new();
        writer.array(2);
        writer.text(a);
        writer.text(b);
        writer.finish()
    };
    assert_ne!(pair("a", "bc"), pair("ab", "c"));
}

#[test]
fn wrong_alg() {
    let relax = key(Role::Relax);
    let (kid, payload) = (
        kid(relax.verifying_key().as_bytes()),
        unlock(3).payload().unwrap(),
    );
    let message = to_be_signed(kid, Alg::Esp256, &BINDING.aad(Domain::Grant), &payload);
    let object = assemble(kid, Alg::Esp256, &payload, &relax.sign(&message).to_bytes());
    assert_eq!(refused(&object), Refusal::Alg);
}

#[test]
fn alg_in_the_unprotected_header() {
    let good = signed(Role::Relax, &unlock(3));
    // [<<{1: -19, 4: kid}>>, {}, ...] becomes [<<{4: kid}>>, {1: -19}, ...].
    let mut object = vec![0x84, 0x47, 0xa1, 0x04];
    object.extend_from_slice(&good[6..11]);
    object.extend_from_slice(&[0xa1, 0x01, 0x32]);
    object.extend_from_slice(&good[12..]);
    assert!(matches!(refused(&object), Refusal::Header(_)));
    // And when it stands in both.
    let mut object = good[..11].to_vec();
    object.extend_from_slice(&[0xa1, 0x01, 0x32]);
    object.extend_from_slice(&good[12..]);
    assert!(matches!(refused(&object), Refusal::Header(_)));
}

#[test]
fn unknown_kid_and_revoked_kid() {
    let mut phone = Phone::on_ladder();
    phone.keys.keys.retain(|entry| entry.role != Role::Relax);
    assert_eq!(
        phone.give(Role::Relax, &unlock(3)),
        Err(Refusal::UnknownKid)
    );
}

fn not_canonical(payload: &[u8]) {
    let refusal = refused(&relaxed(payload));
    assert!(matches!(refusal, Refusal::Canonical(_)), "{refusal:?}");
}

/// A plain unlock: `{1: 1, 2: 3, ...}`.
fn unlock_payload() -> Vec<u8> {
    let payload = unlock(3).payload().unwrap();
    assert_eq!(payload[..5], [0xa5, 0x01, 0x01, 0x02, 0x03], "v 1, seq 3");
    payload
}

#[test]
fn duplicate_key() {
    not_canonical(&[&[0xa6, 0x01, 0x01], &unlock_payload()[1..]].concat());
}

#[test]
fn keys_out_of_order() {
    not_canonical(&[&[0xa5, 0x02, 0x03, 0x01, 0x01], &unlock_payload()[5..]].concat());
}

#[test]
fn non_minimal_integer() {
    let payload = unlock_payload();
    not_canonical(&[&payload[..4], &[0x18, 0x03], &payload[5..]].concat());
}

#[test]
fn indefinite_length() {
    not_canonical(&[&[0xbf], &unlock_payload()[1..], &[0xff]].concat());
}

#[test]
fn trailing_byte() {
    not_canonical(&[&unlock_payload()[..], &[0x00]].concat());
    let object = [&signed(Role::Relax, &unlock(3))[..], &[0x00]].concat();
    assert!(matches!(refused(&object), Refusal::Canonical(_)));
}

#[test]
fn tags_and_simple_values() {
    let payload = unlock_payload();
    for value in [&[0xf6][..], &[0xf4], &[0xf7], &[0xf9, 0, 0]] {
        not_canonical(&[&[0xa6], &payload[1..], &[0x07], value].concat());
    }
    not_canonical(&[&[0xc1], &payload[..]].concat());
}

#[test]
fn empty_guards_map() {
    let grant = Grant {
        later: vec![Step {
            at: START + DAY,
            level: Level::Remind,
            guards: Guards::default(),
        }],
        ..unlock(3)
    };
    let payload = grant.payload().unwrap();
    // The step is the last item: [at, 1] becomes [at, 1, {}].
    let bare = payload.len() - 7;
    assert_eq!(payload[bare], 0x82);
    let mut emptied = payload.clone();
    emptied[bare] = 0x83;
    emptied.push(0xa0);
    assert!(matches!(refused(&relaxed(&emptied)), Refusal::Schema(_)));
}

/// Keys, and what may not stand under them: a grant names no payee, no currency, no text.
#[test]
fn payee_in_a_grant() {
    let mut payload = unlock(3).payload().unwrap();
    payload[0] += 1;
    payload.extend_from_slice(&[0x0c, 0x66, b'4', b'0', b'0', b'2', b'0', b'0']);
    assert!(matches!(refused(&relaxed(&payload)), Refusal::Schema(_)));
}

#[test]
fn window_over_midnight() {
    let mut grant = ladder(3);
    for window in grant
        .later
        .iter_mut()
        .filter_map(|step| step.guards.window.as_mut())
    {
        (window.from_min, window.to_min) = (1200, 480);
    }
    assert!(grant.payload().is_err(), "no signer can make it");
    // Nor can a phone be made to read it.
    let good = ladder(3).payload().unwrap();
    let window = [0x19, 0x01, 0xe0, 0x19, 0x04, 0xb0];
    let place = good
        .windows(6)
        .position(|bytes| bytes == window)
        .expect("480, 1200");
    let mut bent = good.clone();
    bent[place..place + 6].copy_from_slice(&[0x19, 0x04, 0xb0, 0x19, 0x01, 0xe0]);
    assert!(matches!(refused(&relaxed(&bent)), Refusal::Schema(_)));
}

#[test]
fn old_seq() {
    let mut phone = Phone::on_ladder();
    phone.take(Role::Restrict, &one(step(Level::Reduce, START + DAY), 5));
    assert_eq!(phone.state.base, 4);
    assert_eq!(phone.give(Role::Relax, &unlock(4)), Err(Refusal::SeqOld));
    assert_eq!(phone.give(Role::Restrict, &ladder(3)), Err(Refusal::SeqOld));
    let released = Grant::plain(2, START, 3, Level::Released);
    phone.take(Role::Release, &released);
    assert_eq!(phone.level(), Level::Released, "released: any seq");
}

#[test]
fn equal_seq_tie_to_the_looser() {
    let mut phone = Phone::at(Level::Reduce);
    let seq = phone.state.highest;
    // The same bytes are known; other bytes of the same seq may only loosen.
    assert_eq!(phone.give(Role::Restrict, &ladder(2)), Ok(Outcome::Known));
    let stricter = one(step(Level::Lock, START + 3 * DAY), seq);
    assert_eq!(phone.cuts(Role::Restrict, &stricter), [(CutReason::Seq, 1)]);
    assert_eq!(phone.level(), Level::Free, "its steps[0] is free");
    assert!(phone.state.later.is_empty());
    assert_eq!(phone.state.highest, seq);
}

#[test]
fn seq_jump_10001() {
    let mut phone = Phone::on_ladder();
    assert_eq!(
        phone.give(Role::Relax, &unlock(10_003)),
        Err(Refusal::SeqJump)
    );
    let released = Grant::plain(10_003, START, 3, Level::Released);
    assert_eq!(phone.give(Role::Release, &released), Err(Refusal::SeqJump));
    phone.take(Role::Relax, &unlock(10_002));
    assert_eq!(phone.state.highest, 10_002);
}

#[test]
fn seq_burnt_by_relax_then_a_true_unlock() {
    let mut phone = Phone::at(Level::Lock);
    let burning = Grant {
        level: Level::Lock,
        ..unlock(10_002)
    };
    phone.take(Role::Relax, &burning);
    assert_eq!((phone.level(), phone.state.highest), (Level::Lock, 10_002));
    // The signer knows nothing of it and takes its own next seq.
    let accepted = phone.take(Role::Relax, &unlock(3));
    assert!(accepted.cuts.is_empty());
    assert_eq!((phone.level(), phone.state.highest), (Level::Free, 10_002));
}

#[test]
fn true_unlock_at_an_equal_seq_with_another_ksv() {
    let mut phone = Phone::at(Level::Lock);
    phone.take(
        Role::Relax,
        &Grant {
            level: Level::Lock,
            ksv: 2,
            ..unlock(3)
        },
    );
    assert_eq!(phone.level(), Level::Lock);
    phone.take(Role::Relax, &unlock(3));
    assert_eq!(phone.level(), Level::Free);
}

#[test]
fn mixed_grant_at_an_equal_seq_still_frees() {
    let mut phone = Phone::at(Level::Lock);
    let mixed = one(step(Level::Reduce, START + 9 * DAY), 2);
    assert_eq!(phone.cuts(Role::Restrict, &mixed), [(CutReason::Seq, 1)]);
    assert_eq!(phone.level(), Level::Free);
}

#[test]
fn unlock_signed_before_a_rotation() {
    let mut phone = Phone::at(Level::Lock);
    phone.keys.ksv = 9;
    phone.keys.floor_ksv = 9;
    assert!(
        phone.take(Role::Relax, &unlock(3)).cuts.is_empty(),
        "its kid is still listed"
    );
    assert_eq!(phone.level(), Level::Free);
}

#[test]
fn unlock_of_a_newer_key_set_is_accepted() {
    let mut phone = Phone::at(Level::Lock);
    let mixed = Grant {
        ksv: 4,
        base: Some(2),
        ..ladder(3)
    };
    assert_eq!(phone.cuts(Role::Restrict, &mixed), [(CutReason::Ksv, 1)]);
    assert_eq!(phone.level(), Level::Free);
}

#[test]
fn ladder_signed_by_release_with_an_earlier_end() {
    let mut phone = Phone::new();
    let before = phone.state.end;
    let grant = Grant {
        end: Some(before - DAY),
        ..ladder(2)
    };
    assert_eq!(phone.cuts(Role::Release, &grant), [(CutReason::Role, 1)]);
    assert_eq!(phone.state.end, before - DAY, "the earlier end counts");
    assert!(phone.state.later.is_empty(), "and nothing else");
}

#[test]
fn end_moved_by_relax() {
    let mut phone = Phone::new();
    let end = phone.state.end;
    let moved = |seq, end| Grant {
        end: Some(end),
        ..unlock(seq)
    };
    assert_eq!(
        phone.cuts(Role::Relax, &moved(2, end - DAY)),
        [(CutReason::Role, 0)]
    );
    assert_eq!(
        phone.cuts(Role::Restrict, &moved(3, end - DAY)),
        [(CutReason::Role, 0)]
    );
    phone.take(Role::Release, &moved(4, end - 9 * DAY));
    assert_eq!(phone.state.end, end - 9 * DAY);
    for role in [Role::Relax, Role::Release, Role::Restrict] {
        let seq = phone.state.highest + 1;
        assert_eq!(
            phone.cuts(role, &moved(seq, end)),
            [(CutReason::End, 0)],
            "{role:?}"
        );
        assert_eq!(phone.state.end, end - 9 * DAY);
    }
    phone.take(Role::Relax, &unlock(9));
    assert_eq!(
        phone.state.end,
        end - 9 * DAY,
        "a grant without an end leaves it where it is"
    );
}

/// A begun step keeps its window and its `before`, whoever signs its level again.
#[test]
fn window_and_before_stripped_by_re_signing_a_begun_level() {
    let mut phone = Phone::at(Level::Reduce);
    let begun = phone.state.begun.clone();
    phone.take(
        Role::Relax,
        &Grant {
            level: Level::Lock,
            ..unlock(3)
        },
    );
    assert_eq!(phone.level(), Level::Reduce);
    assert_eq!(phone.state.begun, begun);
    phone.take(
        Role::Restrict,
        &Grant {
            level: Level::Reduce,
            ..unlock(4)
        },
    );
    assert_eq!(phone.state.begun, begun);
}

#[test]
fn step_added_by_relax_under_a_lowered_level() {
    let mut phone = Phone::at(Level::Lock);
    let added = Grant {
        level: Level::Remind,
        later: vec![step(Level::Reduce, START + 9 * DAY)],
        notices: ladder(3).notices,
        ..unlock(3)
    };
    assert_eq!(phone.cuts(Role::Relax, &added), [(CutReason::Role, 1)]);
    assert_eq!(phone.level(), Level::Remind);
    assert_eq!(phone.state.next_step(), None);
}

#[test]
fn longer_lapse_in_a_cut_grant() {
    let mut phone = Phone::on_ladder();
    let short = Lapse {
        hours: 30,
        level: Level::Remind,
    };
    phone.take(
        Role::Relax,
        &Grant {
            lapse: Some(short),
            ..ladder(3)
        },
    );
    assert_eq!(phone.state.lapse, short);
    let longer = Grant {
        lapse: Some(Lapse {
            hours: 72,
            level: Level::Reduce,
        }),
        ..one(step(Level::Reduce, START + DAY), 9)
    };
    let stale = Grant {
        base: Some(2),
        ..longer.clone()
    };
    let cuts = phone.clone().cuts(Role::Restrict, &stale);
    assert_eq!(cuts, [(CutReason::Base, 1), (CutReason::Lapse, 0)]);
    let mut stale_phone = phone.clone();
    stale_phone.take(Role::Restrict, &stale);
    assert_eq!(stale_phone.state.lapse, short, "stays as in force");
    phone.take(Role::Restrict, &longer);
    assert_eq!(
        phone.state.lapse,
        Lapse {
            hours: 72,
            level: Level::Reduce
        }
    );
}

#[test]
fn lapse_lengthened() {
    let mut phone = Phone::on_ladder();
    let short = Lapse {
        hours: 30,
        level: Level::Reduce,
    };
    phone.take(
        Role::Relax,
        &Grant {
            lapse: Some(short),
            ..ladder(3)
        },
    );
    for longer in [
        Lapse { hours: 31, ..short },
        Lapse {
            hours: 90,
            level: Level::Remind,
        },
    ] {
        let seq = phone.state.highest + 1;
        let grant = Grant {
            lapse: Some(longer),
            ..ladder(seq)
        };
        assert_eq!(
            phone.cuts(Role::Relax, &grant),
            [(CutReason::Lapse, 0)],
            "{longer:?}"
        );
        assert_eq!(phone.state.lapse, short);
    }
}

/// A lapse stays as it is also when the steps it caps are put off.
#[test]
fn lapse_made_later_by_delaying_a_step() {
    let mut phone = Phone::on_ladder();
    let short = Lapse {
        hours: 30,
        level: Level::Remind,
    };
    phone.take(
        Role::Relax,
        &Grant {
            lapse: Some(short),
            ..ladder(3)
        },
    );
    let mut delayed = ladder(4);
    delayed.later[2].at += DAY;
    delayed.lapse = Some(Lapse {
        hours: 54,
        level: Level::Remind,
    });
    assert_eq!(phone.cuts(Role::Relax, &delayed), [(CutReason::Lapse, 0)]);
    assert_eq!(phone.state.lapse, short);
}

#[test]
fn next_notice_pre_shown_by_relax() {
    let mut phone = Phone::new();
    let first = Grant {
        later: vec![step(Level::Reduce, START + 2 * DAY)],
        notices: vec![notice(FIRST, Level::Reduce)],
        warrant: Some(warrant(1)),
        ..ladder(2)
    };
    phone.take(Role::Restrict, &first);
    let with_next = Grant {
        notices: ladder(3).notices,
        ..first.clone()
    };
    let with_next = Grant {
        seq: 3,
        ..with_next
    };
    assert_eq!(phone.cuts(Role::Relax, &with_next), [(CutReason::Role, 0)]);
    assert_eq!(
        phone.state.notices, first.notices,
        "the next notice is cut, the rest stands"
    );
    assert_eq!(phone.state.later, first.later);
    // Nor may RELAX bring a notice forward.
    let earlier = Notice {
        show_from: START - 1,
        ..notice(FIRST, Level::Reduce)
    };
    let earlier = Grant {
        seq: 4,
        notices: vec![earlier],
        ..first
    };
    assert_eq!(phone.cuts(Role::Relax, &earlier), [(CutReason::Role, 1)]);
}

#[test]
fn stale_base_cuts_but_frees() {
    let mut phone = Phone::at(Level::Lock);
    let stale = Grant {
        base: Some(1),
        ..ladder(5)
    };
    assert_eq!(phone.cuts(Role::Restrict, &stale), [(CutReason::Base, 1)]);
    assert_eq!(phone.level(), Level::Free);
    let none = Grant {
        base: None,
        ..ladder(6)
    };
    assert_eq!(phone.cuts(Role::Restrict, &none), [(CutReason::Base, 1)]);
}

#[test]
fn future_iat() {
    let mut phone = Phone::at(Level::Lock);
    let upper = phone.moment.upper.unwrap();
    let tomorrow = |seq, iat| {
        let mut grant = Grant {
            iat,
            base: Some(seq - 1),
            ..ladder(seq)
        };
        grant
            .later
            .iter_mut()
            .for_each(|step| step.at += iat - START);
        grant
            .later
            .iter_mut()
            .for_each(|step| step.guards.before = step.guards.before.map(|b| b + iat - START));
        grant
    };
    let just = phone
        .clone()
        .cuts(Role::Restrict, &tomorrow(3, upper + 600));
    assert_eq!(just, []);
    assert_eq!(
        phone.cuts(Role::Restrict, &tomorrow(3, upper + 601)),
        [(CutReason::Iat, 1)]
    );
    assert_eq!(
        phone.level(),
        Level::Free,
        "the loosening part takes effect"
    );
}

#[test]
fn iat_2040_moves_nothing() {
    let mut phone = Phone::on_ladder();
    let moment = phone.moment;
    phone.take(
        Role::Relax,
        &Grant {
            iat: 2_208_988_800,
            ..unlock(3)
        },
    );
    assert_eq!((phone.moment, phone.state.end_since), (moment, None));
    phone.wait(1);
    assert_eq!(phone.moment.lower, START + 1);
    phone.take(Role::Relax, &unlock(4));
}

/// RELAX bends one thing of the ladder: the step with this index is cut, with all after it.
fn relax_can_not(index: u8, bend: impl Fn(&mut Grant)) {
    let mut phone = Phone::on_ladder();
    let mut grant = ladder(3);
    bend(&mut grant);
    assert_eq!(phone.cuts(Role::Relax, &grant), [(CutReason::Role, index)]);
    assert_eq!(phone.state.later.len(), usize::from(index) - 1);
}

fn relax_can_not_guard(bend: impl Fn(&mut Guards)) {
    relax_can_not(2, |grant| bend(&mut grant.later[1].guards));
}

#[test]
fn relax_tightening_by_one_second() {
    relax_can_not(2, |grant| grant.later[1].at -= 1);
    relax_can_not_guard(|guards| guards.before = guards.before.map(|at| at + 1));
}

#[test]
fn guard_stripped_by_relax() {
    relax_can_not_guard(|guards| guards.notices.clear());
    relax_can_not_guard(|guards| guards.lead_h = None);
    relax_can_not_guard(|guards| guards.silence_h = None);
    relax_can_not_guard(|guards| guards.window = None);
    relax_can_not_guard(|guards| guards.before = None);
    relax_can_not(3, |grant| grant.later[2].guards.dwell_h = None);
}

#[test]
fn lead_shortened_by_1_h() {
    relax_can_not_guard(|guards| guards.lead_h = Some(23));
    relax_can_not_guard(|guards| guards.silence_h = Some(73));
    relax_can_not(3, |grant| grant.later[2].guards.dwell_h = Some(23));
}

#[test]
fn window_widened_by_a_minute() {
    let window = |bend: fn(&mut Window)| {
        relax_can_not_guard(|guards| bend(guards.window.as_mut().unwrap()));
    };
    window(|window| window.from_min -= 1);
    window(|window| window.to_min += 1);
    window(|window| window.offset_min += 60);
}

#[test]
fn level_raised_or_notice_changed_by_relax() {
    relax_can_not(2, |grant| {
        grant.later.remove(1);
        grant.warrant = None;
    });
    relax_can_not(3, |grant| grant.later[2].guards.notices = vec![FIRST]);
    relax_can_not(2, |grant| grant.notices[0].due_day += 1);
    relax_can_not(2, |grant| grant.notices[0].amount += 1);
    relax_can_not(2, |grant| grant.notices[0].reason += 1);
}

#[test]
fn what_relax_can_loosen() {
    fn check(name: &str, bend: impl Fn(&mut Grant)) {
        let mut phone = Phone::on_ladder();
        let mut grant = Grant {
            base: None,
            warrant: None,
            ..ladder(3)
        };
        bend(&mut grant);
        let accepted = phone.take(Role::Relax, &grant);
        assert_eq!(
            (accepted.tightening, accepted.cuts),
            (false, Vec::new()),
            "{name}"
        );
        assert_eq!(phone.state.later, grant.later, "{name}");
    }
    check("nothing", |_| {});
    check("a step later", |grant| grant.later[2].at += DAY);
    check("a step less", |grant| {
        grant.later.pop();
    });
    check("a longer lead", |grant| {
        grant.later[1].guards.lead_h = Some(48)
    });
    check("a narrower window", |grant| {
        grant.later[1].guards.window.as_mut().unwrap().days = 0b000_1111;
    });
    check("one more notice", |grant| {
        grant.later[1].guards.notices = vec![FIRST, LAST]
    });
    check("a lower amount", |grant| grant.notices[0].amount -= 1);
    check("a shorter lapse", |grant| {
        grant.lapse = Some(Lapse {
            hours: 24,
            level: Level::Remind,
        });
    });
    check("an earlier before", |grant| {
        grant.later[1].guards.before = Some(START + 3 * DAY);
    });
    check("another pay", |grant| grant.pay = None);
}

#[test]
fn missing_warrant() {
    let mut phone = Phone::new();
    let bare = Grant {
        warrant: None,
        ..ladder(2)
    };
    assert_eq!(
        phone.clone().cuts(Role::Restrict, &bare),
        [(CutReason::Warrant, 1)]
    );
    let short = Grant {
        warrant: Some(warrant(1)),
        ..ladder(2)
    };
    assert_eq!(
        phone.cuts(Role::Restrict, &short),
        [(CutReason::Warrant, 2)]
    );
    assert_eq!(phone.state.later.len(), 1, "what the warrant covers stands");
}

#[test]
fn notice_needs_restrict_base_and_warrant() {
    let told = Grant {
        later: Vec::new(),
        warrant: Some(warrant(0)),
        ..ladder(2)
    };
    let mut phone = Phone::new();
    assert!(phone.take(Role::Restrict, &told).tightening);
    assert_eq!(phone.state.notices, told.notices);
    let mut phone = Phone::new();
    let bare = Grant {
        warrant: None,
        ..told
    };
    assert_eq!(phone.cuts(Role::Restrict, &bare), [(CutReason::Warrant, 0)]);
    assert!(phone.state.notices.is_empty());
}

/// Longer than the charter, and longer than any charter may have it.
#[test]
fn silence_too_long() {
    for (charter_h, hours) in [(72, 73), (48, 49)] {
        let mut charter = charter();
        charter.silence_h = charter_h;
        let mut grant = ladder(2);
        grant.later[1].guards.silence_h = Some(hours);
        let cuts = Phone::under(charter).cuts(Role::Restrict, &grant);
        assert_eq!(cuts, [(CutReason::Charter, 2)]);
    }
}

/// One limit at a time, just beyond the charter or the compiled limits.
#[test]
fn charter_exceeded() {
    fn check(name: &str, index: u8, bend: impl Fn(&mut Grant)) {
        let mut phone = Phone::new();
        let mut grant = ladder(2);
        bend(&mut grant);
        assert_eq!(
            phone.cuts(Role::Restrict, &grant),
            [(CutReason::Charter, index)],
            "{name}"
        );
        assert_eq!(phone.state.later.len(), usize::from(index) - 1, "{name}");
    }
    let guards = |index: usize, bend: &dyn Fn(&mut Guards)| {
        let mut grant = ladder(2);
        bend(&mut grant.later[index].guards);
        grant.later[index].guards.clone()
    };
    let set = |index: usize, with: Guards| {
        move |grant: &mut Grant| {
            grant.later[index].guards = with.clone();
        }
    };
    check(
        "lead of reduce",
        2,
        set(1, guards(1, &|g| g.lead_h = Some(23))),
    );
    check(
        "lead of lock",
        3,
        set(2, guards(2, &|g| g.lead_h = Some(47))),
    );
    check("no lead", 2, set(1, guards(1, &|g| g.lead_h = None)));
    check("dwell", 3, set(2, guards(2, &|g| g.dwell_h = Some(23))));
    check(
        "silence too long",
        2,
        set(1, guards(1, &|g| g.silence_h = Some(73))),
    );
    check(
        "lock without silence",
        3,
        set(2, guards(2, &|g| g.silence_h = None)),
    );
    check(
        "reduce without silence too soon",
        2,
        set(1, guards(1, &|g| g.silence_h = None)),
    );
    check("no window", 2, set(1, guards(1, &|g| g.window = None)));
    check(
        "window before the charter's",
        2,
        set(
            1,
            guards(1, &|g| {
                g.window.as_mut().unwrap().from_min = 479;
            }),
        ),
    );
    check(
        "window at an offset that the zone hasn't",
        2,
        set(
            1,
            guards(1, &|g| {
                g.window.as_mut().unwrap().offset_min = -300;
            }),
        ),
    );
    check("no before", 2, set(1, guards(1, &|g| g.before = None)));
    check(
        "before of lock",
        3,
        set(2, guards(2, &|g| g.before = Some(START + 12 * DAY + 1))),
    );
    check(
        "before of reduce",
        2,
        set(1, guards(1, &|g| g.before = Some(START + 62 * DAY + 1))),
    );
    check("no notice", 2, set(1, guards(1, &|g| g.notices.clear())));
    check(
        "a notice that isn't there",
        2,
        set(1, guards(1, &|g| g.notices = vec![77])),
    );
    check("notice of a lower level", 3, |grant| {
        grant.later[2].guards.notices = vec![FIRST];
        grant.notices.pop();
    });
}

#[test]
fn highest_level_of_the_charter() {
    let mut charter = charter();
    charter.highest = Level::Reduce;
    charter.lock = None;
    assert_eq!(charter.check(), Ok(()));
    let mut phone = Phone::under(charter);
    assert_eq!(
        phone.cuts(Role::Restrict, &ladder(2)),
        [(CutReason::Charter, 3)]
    );
}

#[test]
fn charter_below_compiled_limits() {
    use CharterBreach as B;
    fn check(expected: CharterBreach, bend: impl Fn(&mut fairlock_protocol::Charter)) {
        let mut charter = charter();
        assert_eq!(charter.check(), Ok(()));
        bend(&mut charter);
        assert_eq!(charter.check(), Err(expected));
    }
    let reduce = |bend: fn(&mut Limits)| {
        move |charter: &mut fairlock_protocol::Charter| bend(charter.reduce.as_mut().unwrap())
    };
    let lock = |bend: fn(&mut Limits)| {
        move |charter: &mut fairlock_protocol::Charter| bend(charter.lock.as_mut().unwrap())
    };
    check(B::LimitsMissing, |charter| charter.lock = None);
    check(B::LimitsMissing, |charter| charter.highest = Level::Remind);
    check(B::LeadTooShort, reduce(|limits| limits.lead_h = 23));
    check(B::LeadTooShort, lock(|limits| limits.lead_h = 47));
    check(B::DwellTooShort, lock(|limits| limits.dwell_h = 23));
    check(
        B::WindowTooWide,
        reduce(|limits| limits.from_min = 7 * 60 - 1),
    );
    check(B::WindowTooWide, lock(|limits| limits.to_min = 21 * 60 + 1));
    check(B::SilenceTooLong, |charter| charter.silence_h = 73);
    check(B::LapseTooLong, |charter| charter.lapse.hours = 169);
    check(B::LapseTooLong, |charter| charter.lapse.level = Level::Lock);
    check(B::PassTooSmall, |charter| charter.pass.hours = 23);
    check(B::PassTooSmall, |charter| charter.pass.times = 0);
    check(B::PassTooSmall, |charter| charter.pass.period_days = 31);
    check(B::OfflineTooSoon, |charter| charter.offline_days = 13);
    check(B::LastDayTooLate, |charter| {
        charter.last_day = charter.last_due + 181
    });
    check(B::NobodyToCall, |charter| charter.help.truncate(1));
    check(B::NobodyToCall, |charter| {
        charter.help.remove(0);
    });
}

/// An offline ladder may end in `reduce`; its `lock` can't do without contact.
#[test]
fn ladder_late_reduce_and_lock_not_together() {
    let mut phone = Phone::new();
    let offline = START + 14 * DAY;
    let mut grant = ladder(2);
    grant.later[1].at = offline;
    grant.later[1].guards.before = Some(offline + 7 * DAY);
    grant.later[1].guards.silence_h = None;
    grant.later[2].at = offline + 1;
    grant.later[2].guards.before = Some(offline + 7 * DAY);
    assert_eq!(phone.cuts(Role::Restrict, &grant), []);
    phone.show(FIRST);
    phone.show(LAST);
    // Contact comes late: both instants have passed, all leads are over.
    phone.wait(15 * DAY);
    assert_eq!(phone.level(), Level::Reduce);
    phone.contact();
    phone.wait(1);
    assert_eq!(phone.level(), Level::Reduce, "lock waits out its dwell");
}

#[test]
fn release_followed_by_any_grant() {
    let mut phone = Phone::at(Level::Lock);
    phone.take(Role::Release, &Grant::plain(3, START, 3, Level::Released));
    for role in [Role::Restrict, Role::Relax, Role::Release] {
        assert_eq!(phone.give(role, &ladder(4)), Err(Refusal::Released));
    }
    phone.contact();
    phone.wait(400 * DAY);
    assert_eq!(phone.level(), Level::Released);
}

/// The last step of a grant that frees is beyond the charter: it is cut, and the phone is freed.
#[test]
fn paid_grant_with_a_bad_last_step_unlocks() {
    let mut phone = Phone::at(Level::Lock);
    let mut grant = Grant {
        base: Some(2),
        ..ladder(3)
    };
    let at = phone.moment.lower + 40 * DAY;
    grant.later = vec![step(Level::Reduce, at)];
    grant.later[0].guards.lead_h = Some(1);
    grant.warrant = Some(warrant(1));
    assert_eq!(
        phone.cuts(Role::Restrict, &grant),
        [(CutReason::Charter, 1)]
    );
    assert_eq!(phone.level(), Level::Free);
}

#[test]
fn unlock_by_qr_on_a_phone_10_days_behind() {
    let mut phone = Phone::at(Level::Lock);
    let missed: Vec<Grant> = (3..12).map(ladder).collect();
    phone.reboot();
    phone.wait(10 * DAY);
    assert_eq!(phone.level(), Level::Reduce, "the lapse has fired");
    let accepted = phone.take(Role::Relax, &unlock(3 + missed.len() as u64));
    assert!(accepted.cuts.is_empty());
    assert_eq!(phone.level(), Level::Free);
}

/// Signature bytes name nothing: an object is its payload.
#[test]
fn an_object_is_named_by_its_payload() {
    let object = signed(Role::Relax, &unlock(3));
    let parsed = Sign1::parse(&object).unwrap();
    assert_eq!(parsed.hash(), crate::world::hash_of(&unlock(3)));
    let other = signed(Role::Release, &unlock(3));
    assert_eq!(Sign1::parse(&other).unwrap().hash(), parsed.hash());
}
