//! Hostile bytes: no decoder panics, what one takes it writes back the same, and none asks for much
//! memory. The targets are those of the fuzzer, whose corpus is replayed here.

use std::fs;
use std::path::Path;

use fairlock_protocol::channel::Frame;
use fairlock_protocol::{Level, Role, wire};
use proptest::prelude::*;

use crate::fuzzed::ALL;
use crate::world::{Phone, charter, key_set, ladder, next_key_set, signed, unlock};

/// Most heap that 4 KiB of input may take at once.
const HEAP_MAX: u64 = 64 * 1024;

/// Every way in, with any bytes.
fn feed(bytes: &[u8]) {
    for (_, target) in ALL {
        target(bytes);
    }
}

fn seeds() -> Vec<Vec<u8>> {
    vec![
        ladder(2).payload().unwrap(),
        signed(Role::Restrict, &ladder(2)),
        charter().payload().unwrap(),
        key_set().payload().unwrap(),
        next_key_set().payload().unwrap(),
        wire::bytes(&Phone::at(Level::Lock).state),
        Frame::Grant(signed(Role::Relax, &ladder(2))).encode(),
        crate::reports::report().payload().unwrap(),
        [&[0][..], &unlock(3).payload().unwrap()].concat(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        feed(&bytes);
    }

    /// Good bytes with a few bad ones: much deeper in than random bytes come.
    #[test]
    fn bent_bytes(
        seed in 0usize..9,
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

/// What the fuzzer kept: each input that reached something new.
#[test]
fn the_corpus_runs() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, target) in ALL {
        let inputs = fs::read_dir(corpus.join(name)).expect("a corpus of each target");
        let mut replayed = 0;
        for input in inputs {
            target(&fs::read(input.unwrap().path()).unwrap());
            replayed += 1;
        }
        assert!(replayed > 50, "{name}: only {replayed} inputs");
    }
}

/// No input of 4 KiB makes a decoder hold more than 64 KiB at once, however it is nested and
/// whatever lengths it claims.
#[test]
fn four_kib_take_at_most_64_kib_of_heap() {
    let fill = |head: &[u8], with: &[u8]| {
        let mut bytes = head.to_vec();
        while bytes.len() + with.len() <= 4096 {
            bytes.extend_from_slice(with);
        }
        bytes
    };
    let mut inputs = vec![
        fill(&[0x9a, 0xff, 0xff, 0xff, 0xff], &[0]),
        fill(&[0x99, 0x0f, 0xfd], &[0x00]),
        fill(&[0x99, 0x0f, 0xfd], &[0x80]),
        fill(&[0x99, 0x07, 0xfe], &[0x81, 0x00]),
        fill(&[0xb9, 0x07, 0xfe], &[0x00, 0x00]),
        fill(&[0x5a, 0x7f, 0xff, 0xff, 0xff], &[0x61]),
        fill(&[0x82, 0x03, 0x59, 0x0f, 0xf8], &[0x61]),
        fill(b"FL1:", b"ABC"),
        fill(&[0x81], &[0x81]),
    ];
    for seed in seeds() {
        inputs.push(fill(&seed, &[0]));
        inputs.push(fill(&[], &seed));
        inputs.push(seed);
    }
    // Whatever a target makes once, it has made before the measuring begins.
    feed(&[0]);
    let mut most = 0;
    for bytes in &inputs {
        for (name, target) in ALL {
            let used = allocation_counter::measure(|| target(bytes)).bytes_max;
            assert!(
                used <= HEAP_MAX,
                "{name}: {used} bytes for {:02x?}",
                &bytes[..8]
            );
            most = most.max(used);
        }
    }
    println!("at most {most} bytes of heap for 4 KiB of input");
    assert!(most > 2048, "the measuring works: {most}");
}
