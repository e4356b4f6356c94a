//! One lender and one phone, with keys that anybody can make again. Never trust these keys.

use ed25519_dalek::{Signer, SigningKey};
use fairlock_codes::keys::Exchange;
use fairlock_issuer::LAPSE_DEFAULT;
use fairlock_protocol::charter::{
    AppClass, Channel, ChannelKind, Charter, Currency, FloorApp, FloorKind, Help, HelpKind, Limits,
    Pass, Zone,
};
use fairlock_protocol::cose::{Alg, assemble, assemble_multi, to_be_signed, to_be_signed_multi};
use fairlock_protocol::ids::{Domain, lender_aad};
use fairlock_protocol::keyset::{KeyEntry, KeySet, Role};
use fairlock_protocol::p256::DeviceKey;
use fairlock_protocol::{
    Binding, Grant, Guards, Level, Notice, Step, Warrant, Window, kid, sha256,
};
use p256::ecdsa::Signature;

use crate::json::{Json, map};

pub const HOUR: u64 = 3600;
pub const DAY: u64 = 24 * HOUR;
/// Monday 2 March 2026, 09:00 in Nairobi (UTC+3).
pub const START: u64 = 20_514 * DAY + 6 * HOUR;
/// Notices of the sample ladder.
pub const FIRST: u16 = 11;
pub const LAST: u16 = 12;

pub const LENDER: [u8; 16] = [0xa1; 16];
pub const DEVICE: [u8; 16] = [0xd1; 16];

/// What a test key is made from: SHA-256 of a text that says what it is.
pub fn seed(name: &str) -> [u8; 32] {
    sha256(format!("fairlock test key, never to be trusted: {name}").as_bytes())
}

pub fn key(role: Role) -> SigningKey {
    SigningKey::from_bytes(&seed(&format!("{role:?}")))
}

pub fn root(n: u8) -> SigningKey {
    SigningKey::from_bytes(&seed(&format!("Root {n}")))
}

pub fn stranger() -> SigningKey {
    SigningKey::from_bytes(&seed("Stranger"))
}

pub fn device() -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&seed("Device")).expect("a scalar")
}

pub fn device_key() -> DeviceKey {
    let point = device().verifying_key().to_sec1_point(false);
    fairlock_issuer::device_key(point.as_bytes()).expect("a point")
}

pub fn exchange(side: &str) -> Exchange {
    Exchange::from_random(&seed(side)).expect("a scalar")
}

pub fn binding() -> Binding {
    Binding {
        lender: LENDER,
        device: DEVICE,
        spki_hash: device_key().spki_hash(),
    }
}

pub fn kid_of(key: &SigningKey) -> [u8; 4] {
    kid(key.verifying_key().as_bytes())
}

pub fn raw(key: &SigningKey) -> [u8; 32] {
    key.verifying_key().to_bytes()
}

pub fn sign_as(key: &SigningKey, aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let message = to_be_signed(kid_of(key), Alg::Ed25519, aad, payload);
    assemble(
        kid_of(key),
        Alg::Ed25519,
        payload,
        &key.sign(&message).to_bytes(),
    )
}

pub fn sign_by(keys: &[SigningKey], aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let sign = |key: &SigningKey| {
        let message = to_be_signed_multi(kid_of(key), Alg::Ed25519, aad, payload);
        (kid_of(key), Alg::Ed25519, key.sign(&message).to_bytes())
    };
    assemble_multi(payload, &keys.iter().map(sign).collect::<Vec<_>>())
}

/// ECDSA on P-256 with the nonce of RFC 6979, low S.
pub fn device_signature(message: &[u8]) -> [u8; 64] {
    let signature: Signature = p256::ecdsa::signature::Signer::sign(&device(), message);
    signature.normalize_s().to_bytes().into()
}

pub fn sign_as_device(aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let kid = device_key().kid();
    let message = to_be_signed(kid, Alg::Esp256, aad, payload);
    assemble(kid, Alg::Esp256, payload, &device_signature(&message))
}

/// A grant's COSE object by the key of a role.
pub fn grant_by(role: Role, grant: &Grant) -> Vec<u8> {
    let payload = grant.payload().expect("a grant that phones can read");
    sign_as(&key(role), &binding().aad(Domain::Grant), &payload)
}

/// Key set 3, whose roots are 1, 2 and 3.
pub fn key_set() -> KeySet {
    use Role::{Charter, Contact, Relax, Release, Restrict, Safety};
    let entry = |role| KeyEntry {
        role,
        alg: Alg::Ed25519,
        key: raw(&key(role)),
        not_after: None,
    };
    KeySet {
        ksv: 3,
        floor_ksv: 2,
        iat: START,
        keys: [Restrict, Relax, Release, Safety, Contact, Charter]
            .map(entry)
            .to_vec(),
        roots: ([1, 2, 3].map(|n| raw(&root(n))).to_vec(), 2),
        mirrors: Vec::new(),
    }
    .sorted()
}

/// Key set 3 with a LOG key.
pub fn key_set_with_log() -> KeySet {
    let mut set = key_set();
    set.keys.push(KeyEntry {
        role: Role::Log,
        alg: Alg::Ed25519,
        key: raw(&key(Role::Log)),
        not_after: None,
    });
    set.sorted()
}

/// The key set after it: roots 2, 3 and 4.
pub fn next_key_set() -> KeySet {
    KeySet {
        ksv: 4,
        roots: ([2, 3, 4].map(|n| raw(&root(n))).to_vec(), 2),
        ..key_set()
    }
    .sorted()
}

pub fn by_roots(set: &KeySet, roots: &[u8]) -> Vec<u8> {
    let keys: Vec<_> = roots.iter().map(|n| root(*n)).collect();
    let payload = set.payload().expect("a key set that phones can read");
    sign_by(&keys, &lender_aad(Domain::KeySet, &LENDER), &payload)
}

pub fn charter() -> Charter {
    let text = str::to_string;
    let limits = |lead_h, dwell_h| Limits {
        lead_h,
        dwell_h,
        from_min: 480,
        to_min: 1200,
        days: 127,
    };
    let help = |kind, name, contact| Help {
        kind,
        name: text(name),
        contact: text(contact),
    };
    Charter {
        n: 1,
        iat: START,
        lender: text("Ukweli Finance"),
        contract: text("C-4471"),
        currency: Currency {
            code: *b"KES",
            exponent: 2,
        },
        reference: text("RF93447120"),
        channels: vec![Channel {
            id: 1,
            kind: ChannelKind::MobileMoney,
            payee: text("Ukweli Finance Ltd"),
            account: text("400200"),
        }],
        highest: Level::Lock,
        reduce: Some(limits(24, 0)),
        lock: Some(limits(48, 24)),
        floor: vec![FloorApp {
            kind: FloorKind::Banking,
            app: text("ke.co.bank"),
        }],
        classes: vec![AppClass::Games, AppClass::Video],
        offline_days: 14,
        silence_h: 72,
        lapse: LAPSE_DEFAULT,
        pass: Pass {
            hours: 24,
            times: 1,
            period_days: 30,
        },
        code_days: 7,
        reset_lead_h: 72,
        restrictions: Vec::new(),
        last_due: 20_900,
        last_day: 21_000,
        zone: Zone {
            name: text("Africa/Nairobi"),
            offset_min: 180,
            transitions: Vec::new(),
        },
        help: vec![
            help(HelpKind::Lender, "Ukweli Finance", "0800 1"),
            help(HelpKind::Complaint, "CAK", "0800 2"),
        ],
        languages: vec![text("en"), text("sw")],
    }
}

/// 08:00 to 20:00 in Nairobi, every day.
pub fn daytime() -> Window {
    Window {
        offset_min: 180,
        from_min: 480,
        to_min: 1200,
        days: 127,
    }
}

pub fn notice(id: u16, level: Level) -> Notice {
    Notice {
        id,
        level,
        reason: 3,
        amount: 150_000,
        due_day: 20_510,
        show_from: START,
    }
}

/// A step with every guard it must have, resting on one notice.
pub fn step(level: Level, at: u64) -> Step {
    let lock = level == Level::Lock;
    let guards = Guards {
        notices: vec![if lock { LAST } else { FIRST }],
        lead_h: Some(if lock { 48 } else { 24 }),
        silence_h: Some(72),
        window: Some(daytime()),
        dwell_h: lock.then_some(24),
        before: Some(at + 7 * DAY),
    };
    Step { at, level, guards }
}

pub fn remind(at: u64) -> Step {
    Step {
        at,
        level: Level::Remind,
        guards: Guards::default(),
    }
}

/// Reminder at once, `reduce` after two days, `lock` after five.
pub fn ladder(seq: u64) -> Grant {
    Grant {
        later: vec![
            remind(START + 60),
            step(Level::Reduce, START + 2 * DAY),
            step(Level::Lock, START + 5 * DAY),
        ],
        notices: vec![notice(FIRST, Level::Reduce), notice(LAST, Level::Lock)],
        pay: Some(150_000),
        warrant: Some(warrant(3)),
        base: Some(seq - 1),
        ..Grant::plain(seq, START, 3, Level::Free)
    }
}

pub fn warrant(covered: u8) -> Warrant {
    Warrant {
        packs: vec![(1, 4)],
        rules: vec![3, 5],
        decision: [9; 16],
        covered,
    }
}

pub fn unlock(seq: u64) -> Grant {
    Grant::plain(seq, START, 3, Level::Free)
}

/// The keys as a file.
pub fn keys_file() -> Json {
    use Role::{Charter, Contact, Log, Relax, Release, Restrict, Safety};
    let entry = |name: &str, code: u64, key: &SigningKey| {
        map! {
            "name": name, "role": code, "private": Json::bytes(&key.to_bytes()),
            "public": Json::bytes(&raw(key)), "kid": Json::bytes(&kid_of(key)),
        }
    };
    let mut keys: Vec<Json> = [Restrict, Relax, Release, Safety, Contact, Log, Charter]
        .map(|role| entry(&format!("{role:?}"), role.code(), &key(role)))
        .to_vec();
    keys.extend((1..=4).map(|n| entry(&format!("Root {n}"), 0, &root(n))));
    let own = device_key();
    let phone_aad = [
        Domain::Grant,
        Domain::Contact,
        Domain::Charter,
        Domain::Report,
        Domain::Code,
    ]
    .map(|domain| (domain, binding().aad(domain)));
    let lender_aads = [Domain::KeySet, Domain::Cap, Domain::Checkpoint]
        .map(|domain| (domain, lender_aad(domain, &LENDER)));
    let aads: Vec<Json> = phone_aad
        .iter()
        .chain(&lender_aads)
        .map(|(domain, aad)| map! { "domain": domain.text(), "aad": Json::bytes(aad) })
        .collect();
    let side = |name: &str| {
        map! {
            "private": Json::bytes(&seed(name)),
            "point": Json::bytes(&exchange(name).public()),
        }
    };
    map! {
        "about": "TEST KEYS. Each private key is SHA-256 of a text: \
                  \"fairlock test key, never to be trusted: \" and its name.",
        "lender": Json::bytes(&LENDER),
        "device": Json::bytes(&DEVICE),
        "ed25519": keys,
        "device_key": map! {
            "name": "Device", "private": Json::bytes(&seed("Device")),
            "spki": Json::bytes(own.spki()), "spki_hash": Json::bytes(&own.spki_hash()),
            "kid": Json::bytes(&own.kid()),
        },
        "aads": aads,
        "exchange": map! { "Phone one-time": side("Phone one-time"), "Server one-time": side("Server one-time") },
    }
}
