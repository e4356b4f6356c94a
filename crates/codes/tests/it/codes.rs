//! Typed codes: OpenPAYGO Token bit for bit against the samples, what a code may do once and no
//! second time, Fairlock's own 17 digits, and the keys that two sides agree on.

use std::path::PathBuf;

use fairlock_codes::keys::{CodeKeys, Exchange};
use fairlock_codes::openpaygo::OpenPaygo;
use fairlock_codes::{Counts, Found, Kind, digits, grouped, long};
use fairlock_protocol::{Binding, wire};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::Value;

const DEVICE: [u8; 16] = [7; 16];

fn folder() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    match std::env::var("FAIRLOCK_OPENPAYGO_DIR") {
        Ok(dir) => here.join(dir),
        Err(_) => here.join("../shared/samples/openpaygo"),
    }
}

/// Every file of the folder whose name begins and ends so; says loudly when there is none.
fn samples(begin: &str, end: &str) -> Vec<String> {
    let names = std::fs::read_dir(folder()).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = names.map(|entry| entry.path()).collect();
    paths.sort();
    let fits = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(begin) && name.ends_with(end)
    };
    let found: Vec<_> = paths.into_iter().filter(fits).collect();
    if found.is_empty() {
        eprintln!("SKIPPED: no {begin}*{end} in {}", folder().display());
    }
    found
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

fn key(hex: &str) -> [u8; 16] {
    let byte = |i: usize| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap();
    std::array::from_fn(byte)
}

fn kind(name: &str) -> Kind {
    match name {
        "ADD_TIME" => Kind::Add,
        "SET_TIME" => Kind::Set,
        "DISABLE_PAYG" => Kind::Disable,
        "COUNTER_SYNC" => Kind::Sync,
        other => panic!("a type of the samples: {other}"),
    }
}

fn number(of: &Value, name: &str) -> u64 {
    of[name].as_u64().unwrap()
}

fn chain(of: &Value, extended: bool) -> OpenPaygo {
    let starting = u32::try_from(number(of, "starting_code")).unwrap();
    OpenPaygo::new(&key(of["key"].as_str().unwrap()), starting, extended)
}

fn at(count: u64) -> Counts {
    Counts {
        count,
        used: Vec::new(),
    }
}

#[test]
fn openpaygo_tokens_are_those_of_the_samples_bit_for_bit() {
    let mut seen = 0;
    for line in samples("", ".jsonl").iter().flat_map(|file| file.lines()) {
        let of: Value = serde_json::from_str(line).unwrap();
        let extended = of["extended_token"].as_bool().unwrap();
        let restricted = of["restricted_digit_set"].as_bool().unwrap();
        let (chain, kind) = (
            chain(&of, extended),
            kind(of["token_type"].as_str().unwrap()),
        );
        let (before, value) = (number(&of, "count"), of["value_raw"].as_u64().unwrap_or(0));
        let (count, token) = chain.make(kind, value, before).unwrap();
        assert_eq!(count, number(&of, "new_count"), "{line}");
        let text = chain.text(token, restricted);
        assert_eq!(text, of["token"].as_str().unwrap(), "{line}");

        let read = chain.token(&digits(&text).unwrap(), restricted);
        assert_eq!(read, Some(token), "{line}");
        let mut counts = at(before);
        let found = chain.read(token, &mut counts);
        // The extended form has no DISABLE and SYNC of its own: its odd counts set.
        let told = if extended && kind != Kind::Add {
            Kind::Set
        } else {
            kind
        };
        assert!(
            matches!(found, Found::Right { kind, .. } if kind == told),
            "{line}: {found:?}"
        );
        assert_eq!(counts.count, count, "{line}");
        assert_eq!(
            chain.read(token, &mut at(count)),
            match told {
                Kind::Add | Kind::Sync => found,
                _ => Found::Used,
            }
        );
        seen += 1;
    }
    println!("{seen} tokens");
}

#[test]
fn the_session_of_the_openpaygo_document_runs_as_printed() {
    for text in samples("scenario", ".json") {
        let of: Value = serde_json::from_str(&text).unwrap();
        let (chain, mut counts) = (chain(&of, false), at(number(&of, "initial_count")));
        for step in of["steps"].as_array().unwrap() {
            let token = chain.token(&digits(step["token"].as_str().unwrap()).unwrap(), false);
            let found = chain.read(token.unwrap(), &mut counts);
            let expected = match step["result"].as_str().unwrap() {
                "accepted" => Found::Right {
                    kind: kind(step["type"].as_str().unwrap()),
                    value: number(step, "value"),
                },
                "already used" => Found::Used,
                "not accepted" => Found::Wrong,
                other => panic!("a result of the samples: {other}"),
            };
            assert_eq!(found, expected, "{step}");
            if let Some(count) = step["count"].as_u64() {
                assert_eq!(counts.count, count, "{step}");
            }
        }
        let restricted = &of["restricted_digit_example"];
        let token = restricted["token"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            chain.text(token, true),
            restricted["restricted"].as_str().unwrap()
        );
        one_step(&of["intermediate"]);
    }
}

/// A token of count 1 and value 0 is one step of the chain, with the base put back.
fn one_step(of: &Value) {
    let chain = OpenPaygo::new(&key(of["key"].as_str().unwrap()), 516_959_010, false);
    let next = number(of, "next_token_of_516959010");
    let (count, token) = chain.make(Kind::Set, 0, 0).unwrap();
    assert_eq!((count, token), (1, next - next % 1000 + 10));
}

#[test]
fn every_device_of_a_list_reads_what_is_made_for_it() {
    for line in samples("", ".csv")
        .iter()
        .flat_map(|file| file.lines().skip(1))
    {
        let columns: Vec<&str> = line.split(',').collect();
        let (starting, count) = (columns[1].parse().unwrap(), columns[3].parse().unwrap());
        let restricted = columns[5] == "1";
        let chain = OpenPaygo::new(&key(columns[2]), starting, false);
        let (_, token) = chain.make(Kind::Add, 30, count).unwrap();
        let text = chain.text(token, restricted);
        let read = chain.token(&digits(&text).unwrap(), restricted).unwrap();
        let right = Found::Right {
            kind: Kind::Add,
            value: 30,
        };
        assert_eq!(chain.read(read, &mut at(count)), right, "{line}");
    }
}

/// What happens to a device that gets tokens of these counts one after the other.
#[rstest]
#[case::each_once_in_any_order(&[(Kind::Add, 2), (Kind::Add, 6), (Kind::Add, 4), (Kind::Add, 2), (Kind::Add, 4)], "ok ok ok used used")]
#[case::a_bitmap_forgot_these(&[(Kind::Add, 2), (Kind::Add, 4), (Kind::Add, 6), (Kind::Add, 8), (Kind::Add, 2)], "ok ok ok ok used")]
#[case::no_add_after_a_newer_set(&[(Kind::Add, 2), (Kind::Set, 7), (Kind::Add, 4), (Kind::Add, 6), (Kind::Add, 8)], "ok ok used used ok")]
#[case::no_add_after_a_disable(&[(Kind::Disable, 5), (Kind::Add, 4), (Kind::Add, 6)], "ok used ok")]
#[case::sixteen_below_are_too_old(&[(Kind::Add, 20), (Kind::Add, 4), (Kind::Add, 6)], "ok used ok")]
#[case::a_set_never_comes_late(&[(Kind::Set, 9), (Kind::Set, 7)], "ok used")]
#[case::the_look_ahead_ends_at_64(&[(Kind::Add, 66), (Kind::Add, 64), (Kind::Add, 128)], "wrong ok ok")]
#[case::a_sync_looks_100_ahead(&[(Kind::Sync, 103), (Kind::Sync, 101)], "wrong ok")]
fn a_token_counts_once(#[case] made: &[(Kind, u64)], #[case] expected: &str) {
    let chain = OpenPaygo::new(&[3; 16], 123_456_789, false);
    let mut counts = Counts::default();
    let mut found = Vec::new();
    for (kind, count) in made {
        let before = count - if *count % 2 == 0 { 1 } else { 2 };
        let (made, token) = chain
            .make(
                *kind,
                5 * u64::from(*kind != Kind::Disable && *kind != Kind::Sync),
                before,
            )
            .unwrap();
        assert_eq!(made, *count);
        found.push(match chain.read(token, &mut counts) {
            Found::Right { .. } => "ok",
            Found::Used => "used",
            Found::Wrong => "wrong",
        });
    }
    assert_eq!(found.join(" "), expected);
}

#[test]
fn values_that_no_token_carries_are_refused() {
    let (plain, extended) = (
        OpenPaygo::new(&[3; 16], 0, false),
        OpenPaygo::new(&[3; 16], 0, true),
    );
    assert!(plain.make(Kind::Add, 995, 1).is_some() && plain.make(Kind::Set, 996, 1).is_none());
    assert!(extended.make(Kind::Add, 999_999, 1).is_some());
    assert!(extended.make(Kind::Add, 1_000_000, 1).is_none());
}

/// A second implementation has these to begin with.
#[test]
fn the_long_code_is_the_one_in_the_protocol_s_text() {
    let code = long::make(&[1; 32], &DEVICE, 2, 7).unwrap();
    let text = format!("{code:017}");
    assert_eq!(grouped(&text), VECTOR);
    assert!(long::is_one(&digits(VECTOR).unwrap()));
}

const VECTOR: &str = "0731 5121 1435 23870";

#[test]
fn a_long_code_is_right_once_for_one_device_and_key() {
    let text = |count, days| {
        format!(
            "{:017}",
            long::make(&[1; 32], &DEVICE, count, days).unwrap()
        )
    };
    let read = |text: &str, counts: &mut Counts| {
        long::read(&[1; 32], &DEVICE, &digits(text).unwrap(), counts)
    };
    let mut counts = Counts::default();
    let right = |value| Found::Right {
        kind: Kind::Add,
        value,
    };
    assert_eq!(read(&text(3, 7), &mut counts), right(7));
    assert_eq!(read(&text(3, 7), &mut counts), Found::Used);
    assert_eq!(
        read(&text(2, 0), &mut counts),
        Found::Right {
            kind: Kind::Disable,
            value: 0
        },
        "an older one that wasn't used"
    );
    assert_eq!(read(&text(2, 0), &mut counts), Found::Used);
    assert_eq!(
        read(&text(1_003, 1), &mut counts),
        right(1),
        "the look-ahead"
    );
    assert_eq!(
        read(&text(2_004, 1), &mut counts),
        Found::Wrong,
        "beyond it"
    );
    let other = |key: &[u8; 32], device| {
        let typed = digits(&text(4, 7)).unwrap();
        long::read(key, device, &typed, &mut Counts::default())
    };
    assert_eq!(other(&[1; 32], &[8; 16]), Found::Wrong, "another device's");
    assert_eq!(other(&[2; 32], &DEVICE), Found::Wrong, "another key's");
    assert!(long::make(&[1; 32], &DEVICE, 2, 91).is_none());
}

/// A number holds 19 digits: longer ones, with a right check digit or without, are refused before
/// anything is computed of them.
#[test]
fn digits_that_overflow_a_number_are_no_long_code() {
    for length in (18..=32).chain([64, 1_000]) {
        for digit in [0, 1, 9] {
            let mut typed = vec![digit; length];
            for last in 0..10 {
                typed[length - 1] = last;
                let mut counts = Counts::default();
                let found = long::read(&[1; 32], &DEVICE, &typed, &mut counts);
                assert_eq!(found, Found::Wrong, "{typed:?}");
                assert_eq!(counts, Counts::default());
            }
        }
    }
    // A right code with something behind it isn't one either.
    let right = digits(&format!(
        "{:017}",
        long::make(&[1; 32], &DEVICE, 2, 30).unwrap()
    ))
    .unwrap();
    let longer = [&right[..], &[0; 3]].concat();
    assert!(long::is_one(&right));
    let found = long::read(&[1; 32], &DEVICE, &longer, &mut Counts::default());
    assert_eq!(found, Found::Wrong);
}

/// Damm's published example, and every slip that it promises to find.
#[test]
fn the_check_digit_finds_every_wrong_digit_and_every_swap() {
    let good = digits(&format!(
        "{:017}",
        long::make(&[1; 32], &DEVICE, 2, 30).unwrap()
    ))
    .unwrap();
    assert!(long::is_one(&good));
    for i in 0..good.len() {
        for digit in (0..10).filter(|digit| *digit != good[i]) {
            let mut slip = good.clone();
            slip[i] = digit;
            assert!(!long::is_one(&slip), "digit {i} as {digit}");
        }
        if i > 0 && good[i] != good[i - 1] {
            let mut slip = good.clone();
            slip.swap(i, i - 1);
            assert!(!long::is_one(&slip), "swapped at {i}");
        }
    }
}

#[rstest]
#[case("123 456 789", Some(9))]
#[case(" 123-456 789-", Some(9))]
#[case("", Some(0))]
#[case("12a", None)]
#[case("\u{661}23", None)]
#[case("12345678901234567890123456789012", None)]
fn what_was_typed_is_read_with_its_spaces_and_dashes(
    #[case] typed: &str,
    #[case] digits_of: Option<usize>,
) {
    assert_eq!(digits(typed).map(|digits| digits.len()), digits_of);
}

#[rstest]
#[case("123456789", "123 456 789")]
#[case("324244134441123", "324 244 134 441 123")]
#[case("12345678901234567", "1234 5678 9012 34567")]
fn digits_are_read_out_in_groups(#[case] plain: &str, #[case] spoken: &str) {
    assert_eq!(grouped(plain), spoken);
    assert_eq!(digits(spoken), digits(plain));
}

#[test]
fn both_sides_agree_on_keys_that_are_this_device_s_alone() {
    let (phone, server) = (
        Exchange::from_random(&[5; 32]).unwrap(),
        Exchange::from_random(&[6; 32]).unwrap(),
    );
    let (p, s) = (phone.public(), server.public());
    let binding = Binding {
        lender: [1; 16],
        device: DEVICE,
        spki_hash: [2; 32],
    };
    let keys = phone.agree(&p, &s, &binding).unwrap();
    assert!(server.agree(&p, &s, &binding).unwrap() == keys);
    let others = [
        Binding {
            lender: [9; 16],
            ..binding
        },
        Binding {
            device: [9; 16],
            ..binding
        },
        Binding {
            spki_hash: [9; 32],
            ..binding
        },
    ];
    for other in others {
        assert!(phone.agree(&p, &s, &other).unwrap() != keys, "{other:?}");
    }
    assert!(
        phone.agree(&p, &[4; 65], &binding).is_none(),
        "no point of the curve"
    );
    assert_eq!(format!("{keys:?}"), "CodeKeys", "nobody prints it");
    assert!(wire::read_whole::<CodeKeys>(&wire::bytes(&keys)).unwrap() == keys);
    assert!(
        Exchange::from_random(&[0; 32]).is_none() && Exchange::from_random(&[255; 32]).is_none()
    );
}

proptest! {
    /// In whatever order tokens come, and however often: each counts once.
    #[test]
    fn no_token_counts_twice(order in prop::collection::vec((0..40_u64, any::<bool>()), 1..60)) {
        let chain = OpenPaygo::new(&[3; 16], 55, false);
        let mut counts = Counts::default();
        let mut right = Vec::new();
        for (half, set) in order {
            let kind = if set { Kind::Set } else { Kind::Add };
            let (count, token) = chain.make(kind, 1, 2 * half + 1).unwrap();
            if let Found::Right { .. } = chain.read(token, &mut counts) {
                prop_assert!(!right.contains(&count), "{count} counted twice");
                right.push(count);
            }
            prop_assert!(counts.used.len() <= 17 && counts.used.is_sorted());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}") {
        if let Some(digits) = digits(&text) {
            for extended in [false, true] {
                let chain = OpenPaygo::new(&[3; 16], 55, extended);
                for restricted in [false, true] {
                    if let Some(token) = chain.token(&digits, restricted) {
                        chain.read(token, &mut Counts::default());
                    }
                }
            }
            prop_assert_eq!(long::read(&[1; 32], &DEVICE, &digits, &mut Counts::default()), Found::Wrong);
        }
    }
}
