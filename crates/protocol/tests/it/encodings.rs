//! One value, one encoding: round trips, and every mutation refused or equal.

use fairlock_display::{
    CaseNews, CaseState, Display, Failure, Held, HeldBy, PaymentNews, PaymentState,
};
use fairlock_protocol::cbor::{Reader, canonical};
use fairlock_protocol::channel::{FRAME_MAX, Frame, Refused, unwrap, wrap};
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::wire;
use fairlock_protocol::{Charter, Grant, KeySet, Level, Role};

use crate::world::{DAY, START, charter, key_set, ladder, signed, unlock};

fn display() -> Display {
    Display {
        at: START,
        payment: Some(PaymentNews {
            state: PaymentState::Failed,
            amount: 150_000,
            day: 20_514,
            rest: Some(1),
            days: Some(5),
            failure: Some(Failure::WrongPin),
        }),
        case: Some(CaseNews {
            state: CaseState::Open,
            until: Some(20_528),
        }),
        held: Some(Held {
            by: HeldBy::Feed,
            until: None,
        }),
        borrower: Some("A. M.".into()),
        passes_left: Some(1),
    }
}

#[test]
fn values_read_back_as_they_were() {
    for grant in [
        ladder(2),
        unlock(1),
        Grant::plain(9, START, 3, Level::Released),
    ] {
        assert_eq!(Grant::read(&grant.payload().unwrap()), Ok(grant));
    }
    assert_eq!(Charter::read(&charter().payload().unwrap()), Ok(charter()));
    assert_eq!(KeySet::read(&key_set().payload().unwrap()), Ok(key_set()));
    let token = ContactToken {
        nonce: [1; 16],
        now: START,
        radius_s: 2,
        newest: [2; 8],
        fresh: START - 9,
    };
    assert_eq!(ContactToken::read(&token.payload().unwrap()), Ok(token));
    let frames = [
        Frame::Report(vec![1, 2]),
        Frame::CheckIn { nonce: [5; 16] },
        Frame::Grant(signed(Role::Restrict, &ladder(2))),
        Frame::Contact(Vec::new()),
        Frame::Display(display().encode()),
        Frame::Ack { counter: 77 },
        Frame::Refused {
            code: Refused::Counter,
        },
    ];
    for frame in frames {
        assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
    }
    let cose = signed(Role::Relax, &unlock(1));
    assert_eq!(unwrap(&cose).unwrap().grant, cose);
    let wrapped = wrap(&cose, Some(&[1, 2, 3]));
    let taken = unwrap(&wrapped).unwrap();
    assert_eq!(
        (taken.grant, taken.proof),
        (&cose[..], Some(&[1, 2, 3][..]))
    );
}

#[test]
fn the_wire_of_a_plain_unlock() {
    let payload = Grant::plain(5, 1_772_409_600, 1, Level::Free)
        .payload()
        .unwrap();
    let expected = "a5 01 01 02 05 03 1a 69a4d300 04 01 05 81 82 1a 69a4d300 00";
    let hex: String = expected.split_whitespace().collect();
    assert_eq!(fairlock_protocol::enrol::hex(&payload), hex);
}

/// Every single bit of an encoded grant, flipped: refused, or the same grant again.
#[test]
fn mutations_of_a_grant_are_refused_or_equal() {
    let payload = ladder(70_000).payload().unwrap();
    let mut read_differently = 0;
    for place in 0..payload.len() {
        for value in 0..=255u8 {
            let mut bent = payload.clone();
            bent[place] = value;
            if canonical(&bent).is_err() {
                continue;
            }
            if let Ok(grant) = Grant::read(&bent) {
                assert_eq!(grant.payload().unwrap(), bent, "byte {place} as {value}");
                read_differently += usize::from(bent != payload);
            }
        }
    }
    assert!(
        read_differently > 1000,
        "numbers did change: {read_differently}"
    );
}

/// The same of the whole object: a mutation never passes the signature.
#[test]
fn mutations_of_a_signed_grant_are_refused() {
    let object = signed(Role::Relax, &unlock(3));
    for place in 0..object.len() {
        for bit in 0..8 {
            let mut bent = object.clone();
            bent[place] ^= 1 << bit;
            let mut phone = crate::world::Phone::on_ladder();
            assert!(phone.give_bytes(&bent).is_err(), "byte {place}, bit {bit}");
        }
    }
}

#[test]
fn what_is_not_canonical() {
    let cases: &[(&str, &[u8])] = &[
        ("empty", &[]),
        ("half an integer", &[0x18]),
        ("0 in two bytes", &[0x18, 0x00]),
        ("24 in three bytes", &[0x19, 0x00, 0x18]),
        ("2^16-1 in five bytes", &[0x1a, 0x00, 0x00, 0xff, 0xff]),
        (
            "2^32-1 in nine bytes",
            &[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        ),
        ("-1 in two bytes", &[0x38, 0x00]),
        (
            "-2^64",
            &[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ),
        ("long length of bytes", &[0x58, 0x01, 0x00]),
        ("long length of text", &[0x78, 0x01, 0x61]),
        ("text that isn't UTF-8", &[0x61, 0xff]),
        ("indefinite array", &[0x9f, 0xff]),
        ("indefinite map", &[0xbf, 0xff]),
        ("indefinite bytes", &[0x5f, 0x41, 0x00, 0xff]),
        ("indefinite text", &[0x7f, 0x61, 0x61, 0xff]),
        ("keys out of order", &[0xa2, 0x02, 0x00, 0x01, 0x00]),
        ("a key twice", &[0xa2, 0x01, 0x00, 0x01, 0x00]),
        ("a tag", &[0xc1, 0x00]),
        ("false", &[0xf4]),
        ("null", &[0xf6]),
        ("undefined", &[0xf7]),
        ("a float", &[0xf9, 0x00, 0x00]),
        ("a simple value", &[0xe0]),
        ("a break", &[0xff]),
        ("two items", &[0x00, 0x00]),
        ("an array cut off", &[0x82, 0x00]),
        (
            "an array of 2^64-1",
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ),
        ("nesting without end", &[0x81; 100]),
    ];
    for (name, bytes) in cases {
        assert!(canonical(bytes).is_err(), "{name}");
    }
    for bytes in [
        &[0x17][..],
        &[0x18, 0x18],
        &[0x39, 0x01, 0x00],
        &[0xa1, 0x01, 0x81, 0x40],
    ] {
        assert_eq!(canonical(bytes), Ok(()), "{bytes:x?}");
    }
}

#[test]
fn an_empty_list_is_left_out_not_written() {
    let mut payload = unlock(1).payload().unwrap();
    payload[0] += 1;
    payload.extend_from_slice(&[0x06, 0x80]);
    let error = Grant::read(&payload).unwrap_err();
    assert_eq!(error.expected, "a list that is left out when empty");
}

#[test]
fn a_frame_too_long_is_not_read() {
    let frame = Frame::Grant(vec![0; FRAME_MAX]).encode();
    let refused = Frame::decode(&frame).unwrap_err();
    assert_eq!(
        (refused.at, refused.expected),
        (FRAME_MAX, "at most 8,192 bytes")
    );
}

/// Bounds of the schema, one step over each.
#[test]
fn values_beyond_their_bounds() {
    fn check(expected: &str, bend: impl Fn(&mut Grant)) {
        let mut grant = ladder(2);
        bend(&mut grant);
        assert_eq!(grant.payload().unwrap_err().expected, expected);
    }
    check("a number below 2^53", |grant| grant.seq = 1 << 53);
    check("an instant below 2^40", |grant| grant.later[2].at = 1 << 40);
    check("an instant below 2^40", |grant| {
        grant.later[2].guards.before = Some(1 << 40)
    });
    check("an instant below 2^40", |grant| grant.end = Some(1 << 40));
    check("an instant below 2^40", |grant| {
        grant.notices[0].show_from = 1 << 40
    });
    check("a key set version below 2^16", |grant| grant.ksv = 1 << 16);
    check("steps with at and level rising strictly", |grant| {
        grant.later[1].at = START + 60
    });
    check("steps with at and level rising strictly", |grant| {
        grant.later.swap(0, 1)
    });
    check("steps with at and level rising strictly", |grant| {
        grant.level = Level::Remind
    });
    check("notices with ids rising", |grant| grant.notices.swap(0, 1));
    check("no pay, or an amount", |grant| grant.pay = Some(0));
    check("no pay, or an amount", |grant| {
        grant.pay = Some(1_000_000_000_000_001)
    });
    check("a warrant that covers a step of this grant", |grant| {
        grant.warrant.as_mut().unwrap().covered = 4;
    });
    check("1 to 8 packs", |grant| {
        grant.warrant.as_mut().unwrap().packs.clear()
    });
    check("rules in ascending order", |grant| {
        grant.warrant.as_mut().unwrap().rules.reverse()
    });
    check("a base below seq", |grant| grant.base = Some(2));
}

#[test]
fn released_stands_alone() {
    let plain = Grant::plain(2, START, 3, Level::Released);
    let end = Grant {
        end: Some(START + DAY),
        ..plain.clone()
    };
    assert!(end.payload().is_ok());
    let pay = Grant {
        pay: Some(1),
        ..plain.clone()
    };
    assert_eq!(
        pay.payload().unwrap_err().expected,
        "released to stand alone"
    );
    let later = Grant {
        later: ladder(2).later,
        ..plain
    };
    assert_eq!(
        later.payload().unwrap_err().expected,
        "released to stand alone"
    );
}

#[test]
fn a_record_says_which_key_is_missing() {
    let mut reader = Reader::new(&[0xa1, 0x01, 0x05]);
    let error = <ContactToken as wire::Item>::take(&mut reader).unwrap_err();
    assert_eq!(error.expected, "a byte string of its length");
    let mut reader = Reader::new(&[0xa0]);
    let error = <ContactToken as wire::Item>::take(&mut reader).unwrap_err();
    assert_eq!(error.expected, "key 1 of a contact token: nonce");
}
