//! Hostile bytes: no decoder panics, and what one takes it writes back the same.

use fairlock_protocol::cbor::canonical;
use fairlock_protocol::channel::{Frame, unwrap};
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::cose::{MultiSigned, Sign1};
use fairlock_protocol::enrol::{Acceptance, Bundle, Offer, Request, Welcome};
use fairlock_protocol::{Charter, Grant, InForce, KeySet, Report, Role, wire};
use proptest::prelude::*;

use crate::world::{Phone, charter, key_set, ladder, signed};

/// Every way in, with any bytes.
fn feed(bytes: &[u8]) {
    let _ = Sign1::parse(bytes);
    let _ = MultiSigned::parse(bytes);
    let _ = unwrap(bytes);
    let _ = Grant::peek(bytes);
    let _ = Phone::on_ladder().give_bytes(bytes);
    if let Ok(frame) = Frame::decode(bytes) {
        assert_eq!(frame.encode(), bytes);
    }
    if canonical(bytes).is_err() {
        return;
    }
    fn same<T>(read: Result<T, impl Sized>, write: impl Fn(&T) -> Vec<u8>, bytes: &[u8]) {
        if let Ok(value) = read {
            assert_eq!(write(&value), bytes);
        }
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
    same(wire::read_whole::<InForce>(bytes), wire::bytes, bytes);
    same(Bundle::decode(bytes), Bundle::encode, bytes);
    same(Request::decode(bytes), Request::encode, bytes);
    same(Offer::decode(bytes), Offer::encode, bytes);
    same(Acceptance::decode(bytes), Acceptance::encode, bytes);
    same(Welcome::decode(bytes), Welcome::encode, bytes);
}

fn seeds() -> Vec<Vec<u8>> {
    vec![
        ladder(2).payload().unwrap(),
        signed(Role::Restrict, &ladder(2)),
        charter().payload().unwrap(),
        key_set().payload().unwrap(),
        wire::bytes(&Phone::at(fairlock_protocol::Level::Lock).state),
        Frame::Grant(signed(Role::Relax, &ladder(2))).encode(),
        crate::reports::report().payload().unwrap(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        feed(&bytes);
    }

    /// Good bytes with a few bad ones: much deeper in than random bytes come.
    #[test]
    fn bent_bytes(
        seed in 0usize..7,
        bends in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = seeds().swap_remove(seed);
        for (place, value) in bends {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        feed(&bytes);
    }
}

#[test]
fn long_and_deep_bytes() {
    feed(&vec![0x81; 8000]);
    feed(&vec![0xa1; 8000]);
    feed(&vec![0xff; 8000]);
    feed(&[&[0x9a, 0xff, 0xff, 0xff, 0xff][..], &[0; 4000]].concat());
}
