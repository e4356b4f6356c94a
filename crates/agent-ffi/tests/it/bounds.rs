//! How much heap any bytes may take, and that each has an output.

use allocation_counter::measure;
use fairlock_agent_ffi::{INPUT_MAX, OUTPUT_MAX, step_bytes};
use proptest::prelude::*;

use crate::story;
use crate::twin::{Before, input};

/// Most heap at once: of an input of 4 KiB, and of any.
const SHORT: usize = 4096;
const HEAP_SHORT: u64 = 64 * 1024;
const HEAP_ANY: u64 = 128 * 1024;

/// Is there an output, and at what cost of heap?
pub fn check(input: &[u8]) -> u64 {
    let mut length = 0;
    let heap = measure(|| length = step_bytes(input).len()).bytes_max;
    let most = if input.len() <= SHORT {
        HEAP_SHORT
    } else {
        HEAP_ANY
    };
    assert!((1..=OUTPUT_MAX).contains(&length), "{length} bytes");
    assert!(heap <= most, "{} bytes took {heap} of heap", input.len());
    heap
}

#[test]
fn a_whole_story() {
    let heaps = story::calls().iter().map(|(input, _)| check(input));
    println!(
        "most heap of a story's call: {} bytes",
        heaps.max().unwrap()
    );
}

/// The shapes that ask for most: many small items, deep nesting, lengths that lie.
#[test]
fn bytes_that_ask_for_much() {
    let filled = |head: &[u8], byte: u8, length: usize| {
        let mut bytes = head.to_vec();
        bytes.resize(length, byte);
        bytes
    };
    let mut most = [0, 0];
    for (i, length) in [SHORT, INPUT_MAX].into_iter().enumerate() {
        let inside = |head: &[u8], byte| {
            let session = filled(head, byte, length - 64);
            let now = fairlock_agent::Now {
                running: 1,
                wall: 0,
            };
            let event = fairlock_agent::Event::Frame(session.clone());
            let frame = input(&Before::Nothing, &event, now);
            let tick = fairlock_agent::Event::Tick;
            [
                input(&Before::Session(session.clone()), &tick, now),
                input(&Before::Stored(session), &tick, now),
                frame,
            ]
        };
        for byte in [0x00, 0x40, 0x60, 0x80, 0xa0, 0x81, 0xa1, 0xff] {
            let long = (length as u16).to_be_bytes();
            for kind in [0x80, 0xa0, 0x40, 0x60] {
                for head in [
                    vec![kind | 0x19, long[0], long[1]],
                    vec![kind | 0x1a, 0xff, 0xff, 0xff, 0xff],
                    vec![kind | 0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                ] {
                    for bytes in inside(&head, byte) {
                        most[i] = most[i].max(check(&bytes));
                    }
                    most[i] = most[i].max(check(&filled(&head, byte, length)));
                }
            }
        }
        // A map of many small keys in order.
        let mut keys = vec![0xb9, 0, 0];
        let mut count: u16 = 0;
        while keys.len() + 4 < length - 64 {
            keys.push(0x19);
            keys.extend((1000 + count).to_be_bytes());
            keys.push(0x80);
            count += 1;
        }
        keys[1..3].copy_from_slice(&count.to_be_bytes());
        most[i] = most[i].max(check(&keys));
    }
    println!("most heap: {} of 4 KiB, {} of 32 KiB", most[0], most[1]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn bent_inputs(
        which in any::<prop::sample::Index>(),
        bends in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let (mut input, _) = which.get(story::calls()).clone();
        for (place, value) in bends {
            let place = place.index(input.len());
            input[place] = value;
        }
        if cuts {
            input.truncate(cut.index(input.len()));
        }
        check(&input);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..SHORT)) {
        check(&bytes);
    }
}
