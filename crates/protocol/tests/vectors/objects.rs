//! One of everything: payloads in diagnostic notation, the bytes that are signed, and the object;
//! and payloads that the closed schema refuses.

use fairlock_codes::qr;
use fairlock_display::{
    CaseNews, CaseState, Display, Failure, Held, HeldBy, PaymentNews, PaymentState,
};
use fairlock_protocol::cap::Cap;
use fairlock_protocol::channel::{Frame, Refused, wrap};
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::cose::{Alg, to_be_signed, to_be_signed_multi};
use fairlock_protocol::enrol::{
    Acceptance, Bundle, Offer, Request, Welcome, countersign, countersign_bytes,
};
use fairlock_protocol::ids::{Domain, lender_aad, short};
use fairlock_protocol::keyset::Role;
use fairlock_protocol::log::{Checkpoint, Proof, leaf, node};
use fairlock_protocol::report::{
    Cause, OverlayKind, OverlayLive, Reject, Report, Shown, Wait, Why,
};
use fairlock_protocol::wire::{bytes, read_whole};
use fairlock_protocol::{Charter, Grant, KeySet, Lapse, Level, cbor, sha256};

use crate::item::{Array, Bytes, Int, Item, Map, Raw, Text, Uint, diag_lines};
use crate::json::{Json, map};
use crate::lender::{
    DAY, DEVICE, LENDER, START, binding, by_roots, charter, device_key, device_signature, exchange,
    grant_by, key, key_set, kid_of, ladder, sign_as, sign_as_device, sign_by, unlock,
};

pub fn report() -> Report {
    Report {
        counter: 7,
        nonce: Some([4; 16]),
        seq: 12,
        in_force: sha256(&ladder(2).payload().expect("a ladder")),
        grant_level: Level::Lock,
        level: Level::Remind,
        why: Why {
            cause: Cause::Pass,
            step: 2,
            waits: vec![Wait::Dwell, Wait::Overlay],
        },
        overlays: vec![OverlayLive {
            kind: OverlayKind::Pass,
            left_s: 3600,
        }],
        shown: vec![Shown {
            id: 11,
            times: 2,
            seconds: 9,
            first: Some(START),
        }],
        rejects: vec![Reject {
            code: 105,
            seq: 11,
            step: 2,
        }],
        code_tries: 3,
        lower: START,
        upper: Some(START + 3),
        ksv: 3,
        charter_n: 1,
        enrolments: 1,
        agent: "fairlock-agent 0.1.0".into(),
        os_patch: "2026-02-05".into(),
        backend: "simulated".into(),
        passes: 1,
    }
}

pub fn token() -> ContactToken {
    ContactToken {
        nonce: [4; 16],
        now: START + 600,
        radius_s: 1,
        newest: short(&sha256(&ladder(2).payload().expect("a ladder"))),
        fresh: START + 540,
    }
}

/// A charter as the phone countersigned it.
pub fn signed_charter(charter: &Charter, more: &[u8]) -> Vec<u8> {
    let mut keys = vec![key(Role::Charter)];
    keys.extend(more.iter().map(|n| crate::lender::root(*n)));
    sign_by(
        &keys,
        &binding().aad(Domain::Charter),
        &charter.payload().expect("a charter"),
    )
}

pub fn countersigned(charter: &[u8]) -> Vec<u8> {
    let message = countersign_bytes(charter, &binding(), &device_key()).expect("a charter");
    countersign(charter, &device_key(), device_signature(&message)).expect("a charter")
}

fn largest() -> Grant {
    Grant {
        lapse: Some(Lapse {
            hours: 72,
            level: Level::Reduce,
        }),
        ..ladder(2)
    }
}

fn one(
    name: &str,
    rule: &str,
    by: &str,
    aad: &[u8],
    payload: &[u8],
    signed: &[u8],
    object: &[u8],
) -> Json {
    map! {
        "name": name, "rule": rule, "by": by, "payload_diag": diag_lines(payload),
        "payload": Json::bytes(payload), "hash": Json::bytes(&sha256(payload)), "aad": Json::bytes(aad),
        "signed": Json::bytes(signed), "object": Json::bytes(object),
    }
}

fn by_server(name: &str, rule: &str, role: Role, aad: &[u8], payload: &[u8]) -> Json {
    let key = key(role);
    let signed = to_be_signed(kid_of(&key), Alg::Ed25519, aad, payload);
    one(
        name,
        rule,
        &format!("{role:?}"),
        aad,
        payload,
        &signed,
        &sign_as(&key, aad, payload),
    )
}

/// Signed objects.
fn signed() -> Vec<Json> {
    let grant = |name: &str, role, grant: &Grant| {
        let payload = grant.payload().expect("a grant");
        by_server(name, "grant", role, &binding().aad(Domain::Grant), &payload)
    };
    let checkpoint = Checkpoint {
        size: 2,
        root: [5; 32],
        iat: START,
    };
    let cap = Cap {
        n: 1,
        iat: START,
        ksv: 3,
        until: START + 30 * DAY,
        level: Level::Remind,
    };
    let lender = |domain| lender_aad(domain, &LENDER);
    let report_aad = binding().aad(Domain::Report);
    let report = report().payload().expect("a report");
    let report_signed = to_be_signed(device_key().kid(), Alg::Esp256, &report_aad, &report);
    let set = key_set().payload().expect("a key set");
    let root = kid_of(&crate::lender::root(1));
    let charter_payload = charter().payload().expect("a charter");
    let charter_aad = binding().aad(Domain::Charter);
    vec![
        grant("an unlock", Role::Relax, &unlock(3)),
        grant("a ladder", Role::Restrict, &ladder(2)),
        grant("a ladder with a lapse", Role::Restrict, &largest()),
        grant(
            "a release",
            Role::Release,
            &Grant::plain(4, START, 3, Level::Released),
        ),
        grant(
            "an earlier end",
            Role::Release,
            &Grant {
                end: Some(START + 30 * DAY),
                ..unlock(5)
            },
        ),
        by_server(
            "a contact token",
            "contact",
            Role::Contact,
            &binding().aad(Domain::Contact),
            &token().payload().expect("a token"),
        ),
        by_server(
            "a cap",
            "cap",
            Role::Safety,
            &lender(Domain::Cap),
            &cap.payload().expect("a cap"),
        ),
        by_server(
            "a checkpoint",
            "checkpoint",
            Role::Log,
            &lender(Domain::Checkpoint),
            &checkpoint.payload().expect("a checkpoint"),
        ),
        one(
            "a report",
            "report",
            "Device",
            &report_aad,
            &report,
            &report_signed,
            &sign_as_device(&report_aad, &report),
        ),
        one(
            "a key set",
            "keyset",
            "Root 1, Root 2",
            &lender(Domain::KeySet),
            &set,
            &to_be_signed_multi(root, Alg::Ed25519, &lender(Domain::KeySet), &set),
            &by_roots(&key_set(), &[1, 2]),
        ),
        one(
            "a charter",
            "charter",
            "Charter, Device",
            &charter_aad,
            &charter_payload,
            &to_be_signed_multi(
                device_key().kid(),
                Alg::Esp256,
                &charter_aad,
                &charter_payload,
            ),
            &countersigned(&signed_charter(&charter(), &[])),
        ),
    ]
}

pub fn bundle() -> Bundle {
    Bundle {
        token: [5; 16],
        server: "https://phones.ukweli.example:8443".into(),
        pins: vec![[8; 32]],
        key_set: sha256(&key_set().payload().expect("a key set")),
        lender: LENDER,
        contract: "C-4471".into(),
    }
}

pub fn offer() -> Offer {
    Offer {
        nonce: [6; 16],
        device: DEVICE,
        charter: signed_charter(&charter(), &[]),
        exchange: exchange("Server one-time").public(),
        key_set: by_roots(&key_set(), &[1, 2]),
    }
}

/// What isn't signed: enrolment, the channel, the proof of the log.
fn unsigned() -> Vec<Json> {
    let plain = |name: &str, rule: &str, bytes: &[u8]| {
        map! { "name": name, "rule": rule, "diag": diag_lines(bytes), "bytes": Json::bytes(bytes) }
    };
    let request = Request {
        token: [5; 16],
        spki: *device_key().spki(),
        attestation: vec![vec![0x30, 0], vec![0x30, 1]],
        exchange: exchange("Phone one-time").public(),
        nonce: [6; 16],
        imei_hash: fairlock_issuer::imei_hash(&[5; 16], "356938035643809"),
    };
    let sibling = leaf(&[1; 32]);
    let own = leaf(&sha256(&ladder(2).payload().expect("a ladder")));
    let checkpoint = Checkpoint {
        size: 2,
        root: node(&own, &sibling),
        iat: START,
    };
    let proof = Proof {
        checkpoint: sign_as(
            &key(Role::Log),
            &lender_aad(Domain::Checkpoint, &LENDER),
            &checkpoint.payload().expect("one"),
        ),
        index: 0,
        path: vec![sibling],
    };
    let display = Display {
        at: START,
        payment: Some(PaymentNews {
            state: PaymentState::Failed,
            amount: 150_000,
            day: 20_514,
            rest: Some(10),
            days: Some(2),
            failure: Some(Failure::WrongPin),
        }),
        case: Some(CaseNews {
            state: CaseState::Open,
            until: Some(20_520),
        }),
        held: Some(Held {
            by: HeldBy::Private,
            until: None,
        }),
        borrower: Some("A. W***".into()),
        passes_left: Some(1),
    };
    let wrapped = wrap(&grant_by(Role::Restrict, &ladder(2)), Some(&proof.encode()));
    let charter_object = countersigned(&offer().charter);
    let frames = [
        (
            "a report",
            Frame::Report(sign_as_device(
                &binding().aad(Domain::Report),
                &report().payload().expect("a report"),
            )),
        ),
        ("a check-in", Frame::CheckIn { nonce: [4; 16] }),
        ("a grant with its proof", Frame::Grant(wrapped.clone())),
        (
            "a grant without a log",
            Frame::Grant(wrap(&grant_by(Role::Restrict, &ladder(2)), None)),
        ),
        (
            "a loosening",
            Frame::Grant(grant_by(Role::Relax, &unlock(3))),
        ),
        (
            "a contact token",
            Frame::Contact(sign_as(
                &key(Role::Contact),
                &binding().aad(Domain::Contact),
                &token().payload().expect("a token"),
            )),
        ),
        ("display data", Frame::Display(display.encode())),
        ("an ack", Frame::Ack { counter: 7 }),
        (
            "a refusal",
            Frame::Refused {
                code: Refused::Counter,
            },
        ),
        ("key sets wanted", Frame::KeysWanted { ksv: 3 }),
        ("a key set", Frame::KeySet(by_roots(&key_set(), &[1, 2]))),
        (
            "a cap",
            Frame::Cap(sign_as(
                &key(Role::Safety),
                &lender_aad(Domain::Cap, &LENDER),
                &Cap {
                    n: 1,
                    iat: START,
                    ksv: 3,
                    until: START + DAY,
                    level: Level::Lock,
                }
                .payload()
                .expect("a cap"),
            )),
        ),
        ("a charter", Frame::Charter(offer().charter)),
        (
            "a charter, countersigned",
            Frame::CharterAccepted(charter_object.clone()),
        ),
    ];
    let mut all = vec![
        plain("enrolment 1, the bundle", "enrolment-1", &bundle().encode()),
        plain(
            "enrolment 2, the phone asks",
            "enrolment-2",
            &request.encode(),
        ),
        plain(
            "enrolment 2 without attestation",
            "enrolment-2",
            &Request {
                attestation: Vec::new(),
                ..request.clone_one()
            }
            .encode(),
        ),
        plain(
            "enrolment 3, the server offers",
            "enrolment-3",
            &offer().encode(),
        ),
        plain(
            "enrolment 4, the phone accepts",
            "enrolment-4",
            &Acceptance {
                charter: charter_object,
            }
            .encode(),
        ),
        plain(
            "enrolment 5, the first grant",
            "enrolment-5",
            &Welcome {
                grant: grant_by(Role::Relax, &unlock(1)),
            }
            .encode(),
        ),
        plain("a proof of the log", "log-proof", &proof.encode()),
        plain("a grant as it travels", "travelling-grant", &wrapped),
    ];
    all.extend(
        frames
            .iter()
            .map(|(name, frame)| plain(&format!("frame: {name}"), "frame", &frame.encode())),
    );
    all
}

trait CloneOne {
    fn clone_one(&self) -> Self;
}

/// Messages with secrets in them have no `Clone` of their own.
impl CloneOne for Request {
    fn clone_one(&self) -> Request {
        Request::decode(&self.encode()).expect("its own bytes")
    }
}

pub fn file() -> Json {
    map! {
        "about": "`signed` are the bytes under the (last) signature: RFC 9052's Sig_structure. \
                  `rule` is the payload's rule in docs/protocol.cddl; objects have that rule's name with -object.",
        "imei": map! { "token": Json::bytes(&[5; 16]), "imei": "356938035643809", "hash": Json::bytes(&fairlock_issuer::imei_hash(&[5; 16], "356938035643809")) },
        "signed": signed(),
        "unsigned": unsigned(),
        "qr": texts(),
        "malformed": malformed(),
    }
}

fn texts() -> Json {
    let unlock = Frame::Grant(grant_by(Role::Relax, &unlock(3)));
    let set = Frame::KeySet(by_roots(&key_set(), &[1, 2]));
    let text = |name: &str, frames: &[Frame]| {
        let encoded: Vec<Json> = frames
            .iter()
            .map(|frame| Json::bytes(&frame.encode()))
            .collect();
        let text = qr::text(frames);
        assert_eq!(qr::read(&text).as_deref(), Some(frames));
        map! { "name": name, "text": text, "frames": encoded }
    };
    let good = qr::text(std::slice::from_ref(&unlock));
    let refused = [
        ("no head", good[4..].to_string()),
        ("another head", good.replace("FL1:", "FL2:")),
        ("small letters", good.to_lowercase()),
        ("one digit left over", format!("{good}A")),
        ("three digits above 65,535", "FL1:GGW".into()),
        ("two digits above 255", "FL1:::".into()),
        ("half a frame", good[..40].into()),
        ("3,392 characters", format!("FL1:{}", "0".repeat(3388))),
    ]
    .map(|(name, text)| {
        assert_eq!(qr::read(&text), None, "{name}");
        map! { "name": name, "text": text }
    });
    map! {
        "read": vec![text("an unlock", std::slice::from_ref(&unlock)), text("a key set, then an unlock", &[set, unlock])],
        "refused": refused.to_vec(),
    }
}

type Reads = fn(&[u8]) -> bool;

fn is<T: fairlock_protocol::wire::Item>(bytes: &[u8]) -> bool {
    cbor::canonical(bytes).is_ok() && read_whole::<T>(bytes).is_ok()
}

/// Payloads that are canonical but not of the schema.
fn malformed() -> Vec<Json> {
    let mut out = Vec::new();
    let mut check = |rule: &str, why: &str, reads: Reads, item: Item| {
        let bytes = item.bytes();
        assert!(!reads(&bytes), "{rule}: {why}");
        out.push(map! { "rule": rule, "why": why, "bytes": Json::bytes(&bytes) });
    };
    let text = |length| Text("a".repeat(length));
    let token = Item::of(&token().payload().expect("a token"));
    let contact: Reads = is::<ContactToken>;
    check(
        "contact",
        "a nonce of 15 bytes",
        contact,
        token.set(1, Bytes(vec![4; 15])),
    );
    check(
        "contact",
        "a radius above an hour",
        contact,
        token.set(3, Uint(3601)),
    );
    check(
        "contact",
        "now at 2^40",
        contact,
        token.set(2, Uint(1 << 40)),
    );
    check(
        "contact",
        "fresh after now",
        contact,
        token.set(5, Uint(START + 601)),
    );
    check("contact", "a key more", contact, token.set(6, Uint(0)));
    check("contact", "a key missing", contact, token.without(4));
    let cap = Item::of(
        &Cap {
            n: 1,
            iat: START,
            ksv: 3,
            until: START + 30 * DAY,
            level: Level::Remind,
        }
        .payload()
        .expect("a cap"),
    );
    check(
        "cap",
        "31 days",
        is::<Cap>,
        cap.set(5, Uint(START + 31 * DAY)),
    );
    check(
        "cap",
        "over as it begins",
        is::<Cap>,
        cap.set(5, Uint(START)),
    );
    check("cap", "to released", is::<Cap>, cap.set(6, Uint(255)));
    check("cap", "version 2", is::<Cap>, cap.set(1, Uint(2)));
    let set = Item::of(&key_set().payload().expect("a key set"));
    let Array(keys) = set.get(5) else {
        unreachable!()
    };
    let reads: Reads = is::<KeySet>;
    check("keyset", "no keys", reads, set.set(5, Array(vec![])));
    check(
        "keyset",
        "keys out of order",
        reads,
        set.set(5, Array(keys.iter().rev().cloned().collect())),
    );
    check(
        "keyset",
        "a key twice",
        reads,
        set.set(5, Array([&keys[..1], &keys[..]].concat())),
    );
    check(
        "keyset",
        "a kid that isn't the key's",
        reads,
        set.set(5, Array(vec![keys[0].at(0, Bytes(vec![0; 4]))])),
    );
    check(
        "keyset",
        "a root among the keys",
        reads,
        set.set(5, Array(vec![keys[0].at(1, Uint(0))])),
    );
    check(
        "keyset",
        "role 8",
        reads,
        set.set(5, Array(vec![keys[0].at(1, Uint(8))])),
    );
    check(
        "keyset",
        "the device's algorithm",
        reads,
        set.set(5, Array(vec![keys[0].at(2, Int(-9))])),
    );
    check(
        "keyset",
        "a floor above its version",
        reads,
        set.set(3, Uint(4)),
    );
    check(
        "keyset",
        "a threshold above the roots",
        reads,
        set.set(6, set.get(6).at(1, Uint(4))),
    );
    check(
        "keyset",
        "a threshold of 0",
        reads,
        set.set(6, set.get(6).at(1, Uint(0))),
    );
    check(
        "keyset",
        "a threshold of 1",
        reads,
        set.set(6, set.get(6).at(1, Uint(1))),
    );
    check(
        "keyset",
        "mirrors, but none",
        reads,
        set.set(7, Array(vec![])),
    );
    let charter_item = Item::of(&charter().payload().expect("a charter"));
    let reads: Reads = is::<Charter>;
    let c = |key, item| charter_item.set(key, item);
    check("charter", "no channel", reads, c(8, Array(vec![])));
    check(
        "charter",
        "a kind of channel 5",
        reads,
        c(
            8,
            Array(vec![Array(vec![Uint(1), Uint(5), text(1), text(1)])]),
        ),
    );
    check("charter", "a highest level of free", reads, c(9, Uint(0)));
    check("charter", "a name of 129 bytes", reads, c(4, text(129)));
    check("charter", "an empty name", reads, c(4, text(0)));
    check(
        "charter",
        "a control character",
        reads,
        c(4, Text("a\nb".into())),
    );
    check(
        "charter",
        "a name that isn't UTF-8",
        reads,
        c(4, Raw(vec![0x61, 0xff])),
    );
    check(
        "charter",
        "small letters in the currency",
        reads,
        c(6, Array(vec![Bytes(b"kes".to_vec()), Uint(2)])),
    );
    check(
        "charter",
        "5 decimals",
        reads,
        c(6, Array(vec![Bytes(b"KES".to_vec()), Uint(5)])),
    );
    check(
        "charter",
        "classes out of order",
        reads,
        c(13, Array(vec![Uint(2), Uint(1)])),
    );
    check("charter", "classes, but none", reads, c(13, Array(vec![])));
    check(
        "charter",
        "9 passes a period",
        reads,
        c(17, Array([24, 9, 30].map(Uint).to_vec())),
    );
    check(
        "charter",
        "limits of 6",
        reads,
        c(10, Array([24, 0, 480, 1200, 127, 0].map(Uint).to_vec())),
    );
    check("charter", "a last day in 2243", reads, c(22, Uint(100_000)));
    check(
        "charter",
        "transitions out of order",
        reads,
        c(
            23,
            Array(vec![
                text(1),
                Uint(0),
                Array(vec![
                    Array(vec![Uint(2), Uint(0)]),
                    Array(vec![Uint(1), Uint(0)]),
                ]),
            ]),
        ),
    );
    check("charter", "no language", reads, c(25, Array(vec![])));
    check(
        "charter",
        "33 channels",
        reads,
        c(
            8,
            Array(
                (1..34)
                    .map(|n| Array(vec![Uint(n), Uint(1), text(1), text(1)]))
                    .collect(),
            ),
        ),
    );
    let report_item = Item::of(&report().payload().expect("a report"));
    let reads: Reads = is::<Report>;
    let r = |key, item| report_item.set(key, item);
    check(
        "report",
        "a place",
        reads,
        r(22, Array(vec![Int(-1), Uint(36)])),
    );
    check(
        "report",
        "17 refusals",
        reads,
        r(11, Array(vec![Array(vec![Uint(1), Uint(1), Uint(0)]); 17])),
    );
    check(
        "report",
        "a refusal at step 4",
        reads,
        r(11, Array(vec![Array(vec![Uint(1), Uint(1), Uint(4)])])),
    );
    check("report", "a version of 33 bytes", reads, r(18, text(33)));
    check(
        "report",
        "waits out of order",
        reads,
        r(
            8,
            Array(vec![Uint(0), Uint(0), Array(vec![Uint(2), Uint(1)])]),
        ),
    );
    check(
        "report",
        "cause 10",
        reads,
        r(8, Array(vec![Uint(10), Uint(0), Array(vec![])])),
    );
    check("report", "overlays, but none", reads, r(9, Array(vec![])));
    check("report", "a counter of 2^53", reads, r(2, Uint(1 << 53)));
    let checkpoint = Item::of(&bytes(&Checkpoint {
        size: 2,
        root: [5; 32],
        iat: START,
    }));
    check(
        "checkpoint",
        "a root of 31 bytes",
        is::<Checkpoint>,
        checkpoint.set(3, Bytes(vec![5; 31])),
    );
    let bundle = Item::of(&bundle().encode());
    check(
        "enrolment-1",
        "pins, but none",
        |b| Bundle::decode(b).is_ok(),
        bundle.set(3, Array(vec![])),
    );
    check(
        "enrolment-1",
        "a token of 15 bytes",
        |b| Bundle::decode(b).is_ok(),
        bundle.set(1, Bytes(vec![5; 15])),
    );
    let offer = Item::of(&offer().encode());
    check(
        "enrolment-3",
        "a compressed point",
        |b| Offer::decode(b).is_ok(),
        offer.set(4, Bytes(vec![2; 33])),
    );
    check(
        "enrolment-3",
        "a point that isn't on the curve",
        |b| Offer::decode(b).is_ok(),
        offer.set(4, Bytes([&[4][..], &[1; 64]].concat())),
    );
    let frame: Reads = |bytes| match Frame::decode(bytes) {
        Ok(Frame::Display(display)) => Display::decode(&display).is_ok(),
        frame => frame.is_ok(),
    };
    check("frame", "kind 0", frame, Array(vec![Uint(0), Uint(0)]));
    check("frame", "kind 13", frame, Array(vec![Uint(13), Uint(0)]));
    check(
        "frame",
        "an array of 3",
        frame,
        Array(vec![Uint(6), Uint(0), Uint(0)]),
    );
    check("frame", "a refusal 6", frame, Array(vec![Uint(7), Uint(6)]));
    check(
        "frame",
        "display data with a reason",
        frame,
        Array(vec![
            Uint(5),
            Map(vec![(Uint(1), Uint(START)), (Uint(7), Uint(1))]),
        ]),
    );
    out
}
