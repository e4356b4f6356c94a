//! Every way in which a grant is refused whole, in the verifier's order, and which of two answers.

use ed25519_dalek::Signer;

use fairlock_protocol::channel::wrap;
use fairlock_protocol::cose::{Alg, assemble, to_be_signed};
use fairlock_protocol::ids::{Domain, lender_aad};
use fairlock_protocol::keyset::{KeyEntry, Role};
use fairlock_protocol::{Binding, Grant, Level, kid};

use crate::item::{Array, Bytes, Int, Item, Map, Raw, Uint};
use crate::json::Json;
use crate::lender::{
    DEVICE, LENDER, START, binding, charter, grant_by, key, key_set, kid_of, ladder, sign_as,
    stranger, unlock,
};
use crate::run::{Gives, States, Story, whole};

fn payload(seq: u64) -> Item {
    Item::of(&unlock(seq).payload().expect("an unlock"))
}

/// RELAX signs these payload bytes, rightly.
fn around(payload: &[u8]) -> Vec<u8> {
    sign_as(&key(Role::Relax), &binding().aad(Domain::Grant), payload)
}

/// Seq 3 by RELAX, its parts bent before they are signed or after.
fn object(header: &Item, unprotected: Item, payload: &Item) -> Vec<u8> {
    let header = header.bytes();
    let sig_structure = Array(vec![
        Item::Text("Signature1".into()),
        Bytes(header.clone()),
        Bytes(binding().aad(Domain::Grant)),
        Bytes(payload.bytes()),
    ]);
    let signature = key(Role::Relax).sign(&sig_structure.bytes()).to_bytes();
    Array(vec![
        Bytes(header),
        unprotected,
        Bytes(payload.bytes()),
        Bytes(signature.to_vec()),
    ])
    .bytes()
}

fn header(alg: i64) -> Item {
    Map(vec![
        (Uint(1), Int(alg)),
        (Uint(4), Bytes(kid_of(&key(Role::Relax)).to_vec())),
    ])
}

/// Every way to be refused, in the verifier's order.
pub fn refusals(states: &States) -> Vec<Json> {
    let mut out = Vec::new();
    let mut check = |name: &str, bytes: &[u8], code: u64| {
        let mut story = states.on_ladder();
        story.gives_bytes(bytes, 0, Gives::Refused(code));
        out.push(story.vector(name));
    };
    let good = grant_by(Role::Relax, &unlock(3));
    check("wrapper: no bytes", &[], 2);
    check("wrapper: a map", &[0xa0], 2);
    check("wrapper: an array of 3", &[0x83, 0, 0, 0], 2);
    check(
        "wrapper: tagged as COSE_Sign1",
        &[&[0xd2][..], &good].concat(),
        2,
    );
    let wrapped = wrap(&good, None);
    check(
        "wrapper: a long head",
        &[&[0x98, 1], &wrapped[1..]].concat(),
        2,
    );
    check(
        "wrapper: a trailing byte",
        &[&wrapped[..], &[0]].concat(),
        2,
    );
    check(
        "wrapper: a proof that is no byte string",
        &[&[0x82], &good[..], &[0]].concat(),
        2,
    );
    check("canonical: a trailing byte", &[&good[..], &[0]].concat(), 4);
    let bent = |payload: &Item| object(&header(-19), Map(vec![]), payload);
    let raw_seq = |bytes: &[u8]| bent(&payload(3).set(2, Raw(bytes.to_vec())));
    check("canonical: non-minimal integer", &raw_seq(&[0x18, 3]), 4);
    check("canonical: a tag", &raw_seq(&[0xc1, 3]), 4);
    check("canonical: a float", &raw_seq(&[0xf9, 0x42, 0]), 4);
    check("canonical: true", &raw_seq(&[0xf5]), 4);
    check("canonical: null", &raw_seq(&[0xf6]), 4);
    check("canonical: undefined", &raw_seq(&[0xf7]), 4);
    check("canonical: indefinite length", &raw_seq(&[0x9f, 0xff]), 4);
    check(
        "canonical: nesting of 9",
        &raw_seq(&[0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0]),
        4,
    );
    let Map(entries) = payload(3) else {
        unreachable!()
    };
    let twice = [&entries[..2], &entries[1..]].concat();
    check("canonical: duplicate key", &bent(&Map(twice)), 4);
    let mut turned = entries.clone();
    turned.swap(1, 2);
    check("canonical: keys out of order", &bent(&Map(turned)), 4);
    check(
        "canonical: a payload that ends early",
        &around(&payload(3).bytes()[..20]),
        4,
    );
    let long_header = Map(vec![
        (Uint(1), Raw(vec![0x38, 0x12])),
        (
            Raw(vec![0x18, 4]),
            Bytes(kid_of(&key(Role::Relax)).to_vec()),
        ),
    ]);
    check(
        "canonical: a long key in the protected header",
        &object(&long_header, Map(vec![]), &payload(3)),
        4,
    );
    let alg_outside = Map(vec![(Uint(1), Int(-19))]);
    let kid_only = header(-19).without(1);
    check(
        "header: alg in the unprotected header",
        &object(&kid_only, alg_outside.clone(), &payload(3)),
        5,
    );
    check(
        "header: alg in both",
        &object(&header(-19), alg_outside, &payload(3)),
        5,
    );
    check(
        "header: no kid",
        &object(&header(-19).without(4), Map(vec![]), &payload(3)),
        5,
    );
    check(
        "header: a content type",
        &object(&header(-19).set(3, Uint(0)), Map(vec![]), &payload(3)),
        5,
    );
    check(
        "header: a kid of 5 bytes",
        &object(
            &header(-19).set(4, Bytes(vec![0; 5])),
            Map(vec![]),
            &payload(3),
        ),
        5,
    );
    let parts = Item::of(&good);
    check(
        "header: a signature of 63 bytes",
        &parts.at(3, Bytes(vec![0; 63])).bytes(),
        5,
    );
    check(
        "unknown kid",
        &sign_as(
            &stranger(),
            &binding().aad(Domain::Grant),
            &payload(3).bytes(),
        ),
        6,
    );
    check(
        "alg: the device's under a server's key",
        &object(&header(-9), Map(vec![]), &payload(3)),
        8,
    );
    check(
        "alg: one that nobody uses",
        &object(&header(-8), Map(vec![]), &payload(3)),
        8,
    );
    let mut forged = good.clone();
    *forged.last_mut().expect("bytes") ^= 1;
    check("signature: forged", &forged, 9);
    check(
        "signature: a scalar that is too large",
        &malleable(&good),
        9,
    );
    for (name, aad) in other_aads() {
        check(
            name,
            &sign_as(&key(Role::Relax), &aad, &payload(3).bytes()),
            9,
        );
    }
    check("old seq", &grant_by(Role::Relax, &unlock(1)), 10);
    check(
        "seq jump of 10,001",
        &grant_by(Role::Relax, &unlock(10_003)),
        11,
    );
    for (name, payload) in bad_schemas() {
        check(name, &around(&payload.bytes()), 12);
    }
    let released = Grant::plain(3, START, 3, Level::Released);
    check(
        "role: RELAX releases",
        &grant_by(Role::Relax, &released),
        13,
    );
    check(
        "role: RESTRICT releases",
        &grant_by(Role::Restrict, &released),
        13,
    );
    for role in [Role::Safety, Role::Contact, Role::Charter] {
        check(
            &format!("role: {role:?} under a grant"),
            &grant_by(role, &unlock(3)),
            13,
        );
    }
    // The earlier fault answers.
    let broken = payload(1).set(12, Uint(1)).bytes();
    let by = |key: &ed25519_dalek::SigningKey, alg, spoil: u8, payload: &[u8]| {
        let message = to_be_signed(kid_of(key), alg, &binding().aad(Domain::Grant), payload);
        let mut signature = key.sign(&message).to_bytes();
        signature[0] ^= spoil;
        assemble(kid_of(key), alg, payload, &signature)
    };
    let contact = key(Role::Contact);
    check(
        "kid before alg, signature, seq, schema, role",
        &by(&stranger(), Alg::Esp256, 1, &broken),
        6,
    );
    check(
        "alg before signature, seq, schema, role",
        &by(&contact, Alg::Esp256, 1, &broken),
        8,
    );
    check(
        "signature before seq, schema, role",
        &by(&contact, Alg::Ed25519, 1, &broken),
        9,
    );
    check(
        "seq before schema, role",
        &by(&contact, Alg::Ed25519, 0, &broken),
        10,
    );
    let broken = payload(3).set(12, Uint(1)).bytes();
    check(
        "schema before role",
        &by(&contact, Alg::Ed25519, 0, &broken),
        12,
    );
    let mut story = states.on_ladder();
    story.gives_bytes(&[0x84], 4096, Gives::Refused(3));
    out.push(story.vector("size: 4,097 bytes"));
    out.extend(special_refusals(states));
    out
}

/// The group's order, added to the signature's scalar: the same point, other bytes.
fn malleable(good: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = good.to_vec();
    let from = bytes.len() - 32;
    let mut carry = 0;
    for (byte, add) in bytes[from..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    bytes
}

fn other_aads() -> Vec<(&'static str, Vec<u8>)> {
    let other = |bend: &dyn Fn(&mut Binding)| {
        let mut other = binding();
        bend(&mut other);
        other.aad(Domain::Grant)
    };
    vec![
        (
            "signature: another device's",
            other(&|one| one.device = [0xd2; 16]),
        ),
        (
            "signature: another lender's",
            other(&|one| one.lender = [0xa2; 16]),
        ),
        (
            "signature: another key's device",
            other(&|one| one.spki_hash = [0; 32]),
        ),
        ("signature: another type's", binding().aad(Domain::Contact)),
        (
            "signature: the AAD of a whole lender",
            lender_aad(Domain::Grant, &LENDER),
        ),
        ("signature: (\"a\", \"bc\") against (\"ab\", \"c\")", {
            let flat = [
                Domain::Grant.text().as_bytes(),
                &LENDER,
                &DEVICE,
                &binding().spki_hash,
            ]
            .concat();
            Bytes(flat).bytes()
        }),
    ]
}

fn bad_schemas() -> Vec<(&'static str, Item)> {
    let two = |first: Item, second: Item| Array(vec![first, second]);
    let steps = |more: Item| Array(vec![two(Uint(START), Uint(0)), more]);
    let one = |number| Array(vec![Uint(number)]);
    let at = START + 60;
    let full = Item::of(&ladder(3).payload().expect("a ladder"));
    let guards = |guards: Item| payload(3).set(5, steps(Array(vec![Uint(at), Uint(2), guards])));
    vec![
        ("schema: version 2", payload(3).set(1, Uint(2))),
        (
            "schema: a key that isn't listed",
            payload(3).set(12, Uint(1)),
        ),
        (
            "schema: payee in a grant",
            payload(3).set(12, Item::Text("254700000000".into())),
        ),
        ("schema: no steps", payload(3).without(5)),
        (
            "schema: an empty list of notices",
            payload(3).set(6, Array(vec![])),
        ),
        ("schema: empty guards map", guards(Map(vec![]))),
        (
            "schema: an empty list in a guard",
            guards(Map(vec![(Uint(1), Array(vec![]))])),
        ),
        (
            "schema: a guard that isn't listed",
            guards(Map(vec![(Uint(7), Uint(1))])),
        ),
        (
            "schema: notice ids of a guard out of order",
            guards(Map(vec![(Uint(1), two(Uint(2), Uint(1)))])),
        ),
        (
            "schema: window over midnight",
            guards(Map(vec![(
                Uint(4),
                Array([180, 1200, 480, 127].map(Uint).to_vec()),
            )])),
        ),
        (
            "schema: a window of no weekday",
            guards(Map(vec![(
                Uint(4),
                Array([180, 480, 1200, 0].map(Uint).to_vec()),
            )])),
        ),
        (
            "schema: a window at 19 hours",
            guards(Map(vec![(
                Uint(4),
                Array([1140, 480, 1200, 127].map(Uint).to_vec()),
            )])),
        ),
        (
            "schema: steps[0] after iat",
            payload(3).set(5, Array(vec![two(Uint(at), Uint(0))])),
        ),
        (
            "schema: steps[0] with guards",
            payload(3).set(
                5,
                Array(vec![Array(vec![
                    Uint(START),
                    Uint(0),
                    Map(vec![(Uint(2), Uint(1))]),
                ])]),
            ),
        ),
        (
            "schema: a level that doesn't rise",
            payload(3).set(5, steps(two(Uint(at), Uint(0)))),
        ),
        (
            "schema: at that doesn't rise",
            payload(3).set(5, steps(two(Uint(START), Uint(1)))),
        ),
        (
            "schema: a later step to released",
            payload(3).set(5, steps(two(Uint(at), Uint(255)))),
        ),
        (
            "schema: level 4",
            payload(3).set(5, steps(two(Uint(at), Uint(4)))),
        ),
        ("schema: pay 0", payload(3).set(7, Uint(0))),
        (
            "schema: pay above 10^15",
            payload(3).set(7, Uint(1_000_000_000_000_001)),
        ),
        (
            "schema: lapse to released",
            payload(3).set(9, two(Uint(72), Uint(255))),
        ),
        ("schema: end at 2^40", payload(3).set(10, Uint(1 << 40))),
        ("schema: ksv 65,536", payload(3).set(4, Uint(65_536))),
        ("schema: base not below seq", payload(3).set(11, Uint(3))),
        (
            "schema: notices out of order",
            full.set(6, {
                let Array(notices) = full.get(6) else {
                    unreachable!()
                };
                Array(notices.into_iter().rev().collect())
            }),
        ),
        (
            "schema: a warrant that covers more than there is",
            full.set(8, full.get(8).set(4, Uint(4))),
        ),
        (
            "schema: a warrant without rules",
            full.set(8, full.get(8).without(2)),
        ),
        (
            "schema: a warrant of a decision of 32 bytes",
            full.set(8, full.get(8).set(3, Bytes(vec![9; 32]))),
        ),
        (
            "schema: released with a later step",
            full.set(
                5,
                Array(vec![two(Uint(START), Uint(255)), two(Uint(at), Uint(1))]),
            ),
        ),
        (
            "schema: released with pay",
            payload(3)
                .set(5, Array(vec![two(Uint(START), Uint(255))]))
                .set(7, Uint(1)),
        ),
        (
            "schema: a list where a map should be",
            Map(vec![
                (Uint(1), Uint(1)),
                (Uint(2), Uint(3)),
                (Uint(3), Uint(START)),
                (Uint(4), Uint(3)),
                (Uint(5), one(0)),
            ]),
        ),
    ]
}

fn special_refusals(states: &States) -> Vec<Json> {
    let mut released = states.on_ladder();
    released.gives(
        Role::Release,
        &Grant::plain(3, START, 3, Level::Released),
        whole(),
    );
    released.gives_bytes(&[], 0, Gives::Refused(1));
    released.gives(Role::Restrict, &ladder(4), Gives::Refused(1));
    let mut expired = Story::enrolled(charter(), {
        let mut set = key_set();
        set.keys
            .iter_mut()
            .for_each(|entry| entry.not_after = Some(START - 1));
        set
    });
    expired.gives(Role::Relax, &unlock(1), whole());
    expired.gives(Role::Restrict, &ladder(2), Gives::Refused(7));
    expired.gives(
        Role::Release,
        &Grant::plain(3, START, 3, Level::Released),
        whole(),
    );
    // The neutral point as a key, and as R with S = 0: lax verification takes it for any message.
    let neutral: [u8; 32] = std::array::from_fn(|i| u8::from(i == 0));
    let mut small = Story::enrolled(charter(), {
        let mut set = key_set();
        let relax = |entry: &&mut KeyEntry| entry.role == Role::Relax;
        set.keys
            .iter_mut()
            .filter(relax)
            .for_each(|entry| entry.key = neutral);
        set.sorted()
    });
    let signature: [u8; 64] = std::array::from_fn(|i| u8::from(i == 0));
    let forged = assemble(kid(&neutral), Alg::Ed25519, &payload(3).bytes(), &signature);
    small.gives_bytes(&forged, 0, Gives::Refused(9));
    let mut known = states.on_ladder();
    known.gives(Role::Restrict, &ladder(2), Gives::Known);
    let mut burnt = states.on_ladder();
    burnt.gives(Role::Relax, &unlock(10_002), whole());
    burnt.gives(
        Role::Relax,
        &Grant {
            iat: START + 1,
            ..unlock(3)
        },
        whole(),
    );
    vec![
        released.vector("released: nothing is looked at any more"),
        expired.vector("key expired: RESTRICT's; RELAX and RELEASE still free"),
        small.vector("signature: a key of small order"),
        known.vector("known: the grant in force again"),
        burnt.vector("seq burnt by RELAX, then a true unlock"),
    ]
}
