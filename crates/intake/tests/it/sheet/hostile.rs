//! Damaged tables and workbooks: whatever a byte turns into, the answer is entries or errors that
//! say what was expected, and the same twice. The fuzzer's own functions look.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::fuzzed::tables;

/// A reader, and an input that it reads.
type Seed = (fn(&[u8]), Vec<u8>);

/// Tables, workbooks and mappings that reach far, before they are damaged.
static SEEDS: LazyLock<Vec<Seed>> = LazyLock::new(|| {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut seeds = Vec::new();
    for (name, target) in tables::ALL {
        let inputs = std::fs::read_dir(corpus.join(name)).expect("a corpus of each target");
        let mut paths: Vec<_> = inputs.map(|input| input.unwrap().path()).collect();
        paths.sort();
        let read = paths
            .iter()
            .map(|path| (*target, std::fs::read(path).unwrap()));
        seeds.extend(read);
    }
    seeds
});

/// Pieces that mean something somewhere.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"\0",
    b"-",
    b".",
    b"..",
    b"(",
    b")",
    b"<",
    b">",
    b"&amp;",
    b"</c>",
    b"<v>",
    b"\xff",
    b"\xef\xbb\xbf",
    b"9999999999999999999",
    b"31.02.2026",
    b"<f>1</f>",
    b"[columns]",
];

#[derive(Clone, Debug)]
enum Damage {
    Cut(prop::sample::Index),
    Put(prop::sample::Index, usize),
    Take(prop::sample::Index, usize),
    Set(prop::sample::Index, u8),
    Again(prop::sample::Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        1 => at().prop_map(Damage::Cut),
        4 => (at(), 0..PIECES.len()).prop_map(|(at, piece)| Damage::Put(at, piece)),
        3 => (at(), 1..20usize).prop_map(|(at, length)| Damage::Take(at, length)),
        3 => (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        2 => (at(), 1..60usize).prop_map(|(at, length)| Damage::Again(at, length)),
    ]
}

fn damaged(mut bytes: Vec<u8>, all: &[Damage]) -> Vec<u8> {
    for one in all {
        if bytes.is_empty() {
            return bytes;
        }
        let end = |at: usize, length: usize| (at + length).min(bytes.len());
        match one {
            Damage::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Damage::Put(at, piece) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, PIECES[*piece].iter().copied());
            }
            Damage::Take(at, length) => {
                let at = at.index(bytes.len());
                let end = end(at, *length);
                bytes.drain(at..end);
            }
            Damage::Set(at, byte) => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Damage::Again(at, length) => {
                let at = at.index(bytes.len());
                let piece = bytes[at..end(at, *length)].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn damaged_tables_are_read_or_refused_the_same_twice(
        seed in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let (target, bytes) = &SEEDS[seed.index(SEEDS.len())];
        target(&damaged(bytes.clone(), &damages));
    }
}
