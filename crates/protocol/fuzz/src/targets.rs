//! Arbitrary bytes against every decoder and against the gate: no panic, what is taken writes back
//! the same, and a grant by RELAX leaves a phone stricter at no moment. Failure is a panic.
//!
//! The same functions run in the crate's tests over the kept corpus, on a stable compiler.

use std::sync::LazyLock;

use fairlock_codes::openpaygo::OpenPaygo;
use fairlock_codes::qr;
use fairlock_codes::{Counts, Found, digits, long};
use fairlock_display::Display;
use fairlock_protocol::cap::Cap;
use fairlock_protocol::cbor::{Malformed, canonical};
use fairlock_protocol::channel::{Frame, unwrap};
use fairlock_protocol::charter::Replacement;
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::cose::{MultiSigned, Sign1};
use fairlock_protocol::enrol::{Acceptance, Bundle, Offer, Request, Welcome};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::log::{Checkpoint, Proof};
use fairlock_protocol::verify::Outcome;
use fairlock_protocol::wire::{self, Item};
use fairlock_protocol::{Charter, Grant, InForce, KeySet, Level, Report, Role};

use crate::world::{
    BINDING, DAY, FIRST, HOUR, LAST, Phone, charter, key, key_set, sign_as, sign_by,
};

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Those that take outside bytes first come first.
pub const ALL: &[Target] = &[
    ("frames", frames),
    ("objects", objects),
    ("payloads", payloads),
    ("enrolment", enrolment),
    ("grants", grants),
    ("renewal", renewal),
    ("texts", texts),
];

fn same<T>(read: Result<T, Malformed>, write: impl Fn(&T) -> Vec<u8>, bytes: &[u8]) {
    if let Ok(value) = read {
        assert_eq!(write(&value), bytes, "it writes back as it was");
    }
}

/// One message of a channel, and a grant as it travels.
pub fn frames(bytes: &[u8]) {
    if let Ok(frame) = Frame::decode(bytes) {
        assert_eq!(frame.encode(), bytes);
        let text = qr::text(&[frame.clone(), frame.clone()]);
        if text.len() < 3000 {
            assert_eq!(qr::read(&text), Some(vec![frame.clone(), frame.clone()]));
        }
        if let Frame::Grant(wrapped) = frame {
            let _ = LOCKED.clone().give_bytes(&wrapped);
        }
    }
    if let Ok(travelling) = unwrap(bytes) {
        assert!(travelling.grant.len() <= bytes.len());
    }
}

/// COSE, with one signer and with several.
pub fn objects(bytes: &[u8]) {
    if let Ok(object) = Sign1::parse(bytes) {
        assert!(canonical(bytes).is_ok() && canonical(object.payload).is_ok());
    }
    if let Ok(object) = MultiSigned::parse(bytes) {
        assert!(canonical(bytes).is_ok() && canonical(object.payload).is_ok());
        let _ = object.by([0; 4]);
    }
    let _ = LOCKED.clone().give_bytes(bytes);
}

/// Every payload that anybody signs, display data, and what a phone stores of grants.
pub fn payloads(bytes: &[u8]) {
    let _ = Grant::peek_seq(bytes);
    if canonical(bytes).is_err() {
        return;
    }
    same(Grant::read(bytes), |value| value.payload().unwrap(), bytes);
    same(
        Charter::read(bytes),
        |value| value.payload().unwrap(),
        bytes,
    );
    same(KeySet::read(bytes), |value| value.payload().unwrap(), bytes);
    same(Report::read(bytes), |value| value.payload().unwrap(), bytes);
    same(
        ContactToken::read(bytes),
        |value| value.payload().unwrap(),
        bytes,
    );
    same(Cap::read(bytes), |value| value.payload().unwrap(), bytes);
    same(
        Checkpoint::read(bytes),
        |value| value.payload().unwrap(),
        bytes,
    );
    whole::<Proof>(bytes);
    whole::<Display>(bytes);
    whole::<InForce>(bytes);
    if let Ok(charter) = Charter::read(bytes) {
        let _ = charter.check();
        let _ = charter.end();
        assert!(charter.at_least_as_soft(&charter));
    }
}

fn whole<T: Item>(bytes: &[u8]) {
    same(wire::read_whole::<T>(bytes), wire::bytes, bytes);
}

/// Messages 1 to 5.
pub fn enrolment(bytes: &[u8]) {
    same(Bundle::decode(bytes), Bundle::encode, bytes);
    same(Request::decode(bytes), Request::encode, bytes);
    same(Offer::decode(bytes), Offer::encode, bytes);
    same(Acceptance::decode(bytes), Acceptance::encode, bytes);
    same(Welcome::decode(bytes), Welcome::encode, bytes);
}

static LOCKED: LazyLock<Phone> = LazyLock::new(|| Phone::at(Level::Lock));
static WAITING: LazyLock<Phone> = LazyLock::new(Phone::on_ladder);

/// A payload that a key really signed, on a phone: the first byte says whose key and which phone.
pub fn grants(bytes: &[u8]) {
    let Some((choice, payload)) = bytes.split_first() else {
        return;
    };
    let role = [Role::Relax, Role::Restrict, Role::Release][usize::from(choice % 3)];
    let old = if choice & 4 == 0 { &LOCKED } else { &WAITING };
    let mut old: Phone = (*old).clone();
    let mut new = old.clone();
    let object = sign_as(&key(role), &BINDING.aad(Domain::Grant), payload);
    let taken = new.give_bytes(&object);
    if role == Role::Restrict || !matches!(taken, Ok(Outcome::Accepted(_))) {
        live(&mut [new]);
    } else {
        old.state.settle(&old.moment);
        let [old, new] = [&mut old, &mut new];
        for hours in [0, 1, 5, 12, 24, 24, 48, 60, 9, 80] {
            for phone in [&mut *old, &mut *new] {
                phone.wait(hours * HOUR);
                if hours % 2 == 0 {
                    phone.contact();
                }
                for id in [FIRST, LAST] {
                    phone.state.shown_for(id, 5, phone.moment.lower);
                }
            }
            assert!(new.level() <= old.level(), "stricter by {role:?}");
        }
        live(&mut [new.clone()]);
    }
}

/// Whatever is in force, it lives on, reads back, and keeps to the charter.
fn live(phones: &mut [Phone]) {
    for phone in phones {
        for _ in 0..8 {
            let bytes = wire::bytes(&phone.state);
            assert_eq!(wire::read_whole(&bytes), Ok(phone.state.clone()));
            assert!(phone.level() <= phone.charter.highest || phone.state.released.is_some());
            let next = phone.state.next(&phone.moment);
            assert!(next.is_none_or(|next| next >= phone.moment.running));
            phone
                .state
                .press_pass(&phone.charter.pass, phone.moment.running);
            phone.wait(DAY + HOUR);
            phone.contact();
        }
    }
}

/// Payloads of key sets, charters and caps that the right keys really signed.
pub fn renewal(bytes: &[u8]) {
    let roots = [1, 2, 3].map(crate::world::root);
    let aad = fairlock_protocol::ids::lender_aad(Domain::KeySet, &BINDING.lender);
    let object = sign_by(&roots, &aad, bytes);
    if let Ok(next) = key_set().next(&object, &BINDING.lender) {
        assert!(next.ksv == key_set().ksv + 1 && next.floor_ksv >= key_set().floor_ksv);
    }
    let object = sign_by(&[key(Role::Charter)], &BINDING.aad(Domain::Charter), bytes);
    let opened = Replacement::open(&object, &BINDING, &key_set(), &charter());
    if let Ok(replacement) = opened {
        let mut phone = LOCKED.clone();
        phone.state.recharter(&charter(), &replacement.charter);
        assert!(phone.level() <= replacement.charter.highest);
        live(&mut [phone]);
    }
    if let Ok(cap) = Cap::read(bytes) {
        let mut phone = LOCKED.clone();
        let before = phone.level();
        if phone.cap(Role::Safety, &cap).is_ok() {
            assert!(phone.level() <= before);
            live(&mut [phone]);
        }
    }
}

/// What people type and cameras read.
pub fn texts(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(frames) = qr::read(text) {
        assert_eq!(qr::text(&frames), text);
    }
    if let Some(digits) = digits(text) {
        let counts = Counts {
            count: 9,
            used: Vec::new(),
        };
        let found = long::read(&[7; 32], &BINDING.device, &digits, &mut counts.clone());
        assert!(found == Found::Wrong || long::is_one(&digits));
        let chain = OpenPaygo::new(&[7; 16], 123_456_789, false);
        for restricted in [false, true] {
            if let Some(token) = chain.token(&digits, restricted) {
                let _ = chain.read(token, &mut counts.clone());
            }
        }
    }
}
