//! Evidence files: what is written holds, and whatever is changed in one is found.

use std::path::Path;

use fairlock_server::evidence::Items;
use fairlock_server::evidence::archive;
use fairlock_server::evidence::check::{Check, Checked, check};

use crate::demo::{LAST, LOCKED, UP_AND_DOWN, data_dir};
use crate::run::{check_refused, run, text_of};

/// Writes the evidence of a contract to a path.
fn write(contract: &str, at: &str, out: &str) {
    let words = [
        "evidence",
        contract,
        "--data-dir",
        data_dir(),
        "--at",
        at,
        "--out",
        out,
    ];
    let ran = run(&words);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

fn items_of(contract: &str) -> Items {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = text_of(&dir.path().join("a.zip"));
    write(contract, LAST, &file);
    archive::read(Path::new(&file)).expect("our own file")
}

fn checked(items: &Items) -> Checked {
    check(items, &mut |_, _| {})
}

#[test]
fn what_is_written_holds_and_comes_out_the_same_again() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text_of(&dir.path().join(name));
    for contract in [LOCKED, UP_AND_DOWN] {
        let (first, second, folder) = (
            path(&format!("{contract}-1.zip")),
            path(&format!("{contract}-2.zip")),
            path(contract),
        );
        write(contract, LAST, &first);
        write(contract, LAST, &second);
        write(contract, LAST, &folder);
        let bytes = |file: &str| std::fs::read(file).expect("it was written");
        assert_eq!(bytes(&first), bytes(&second), "{contract}");
        let of = |file: &str| archive::read(Path::new(file)).expect("our own file");
        assert_eq!(of(&first), of(&folder), "{contract}");
        for file in [&first, &folder] {
            let ran = run(&["evidence", "check", file]);
            assert_eq!(ran.code, 0, "{}", ran.out);
            assert!(ran.out.contains("the evidence holds"), "{}", ran.out);
            assert!(!ran.out.contains("nothing there"), "{}", ran.out);
        }
        check_refused(
            &[
                "evidence",
                contract,
                "--data-dir",
                data_dir(),
                "--out",
                &first,
            ],
            &["is there already"],
        );
    }
}

/// As the README inside an evidence file says: its scenario under its own packs.
#[test]
fn the_scenario_inside_is_replayed_under_the_packs_inside() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text_of(&dir.path().join(name));
    write(LOCKED, LAST, &path("e"));
    let (scenario, packs) = (path("e/scenario.json"), path("e/packs"));
    const NOW_LOCKED: &str = r#""level":"lock","dpd""#;
    let under = |packs: &str| run(&["replay", &scenario, "--packs", packs]);
    let ran = under(&packs);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out, run(&["replay", &scenario]).out);
    assert!(ran.out.contains(NOW_LOCKED));
    let pack = format!("{packs}/sandbox.toml");
    let text = std::fs::read_to_string(&pack).expect("the pack");
    std::fs::write(&pack, text.replacen("days = 7", "days = 700", 1)).expect("a folder of ours");
    let ran = under(&packs);
    assert!(!ran.out.contains(NOW_LOCKED));
    check_refused(
        &["replay", &scenario, "--packs", &path("nothing")],
        &["nothing", "can't read it"],
    );
    check_refused(
        &[
            "replay",
            &scenario,
            "--packs",
            dir.path().to_str().expect("text"),
        ],
        &["expected packs as .toml files"],
    );
}

#[test]
fn every_hash_can_be_made_again_with_sha256sum() {
    let items = items_of(LOCKED);
    let hash = archive::evidence_hash(&items);
    let sums = String::from_utf8(items[archive::SUMS].clone()).expect("text");
    assert_eq!(sums.lines().count(), items.len() - 2);
    assert!(
        sums.lines()
            .all(|line| line.len() > 66 && &line[64..66] == "  ")
    );
    let kept = String::from_utf8(items[archive::SUMS_HASH].clone()).expect("text");
    assert_eq!(kept, format!("{hash}  SHA256SUMS\n"));
}

#[test]
fn what_became_known_later_stays_out() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (i, at) in [
        "2026-03-01T00:00:00Z",
        "2026-03-12T06:30:00Z",
        "2026-03-15T13:00:00Z",
    ]
    .into_iter()
    .enumerate()
    {
        let file = text_of(&dir.path().join(format!("{i}.zip")));
        write(LOCKED, at, &file);
        let ran = run(&["evidence", "check", &file, "--json"]);
        assert_eq!(ran.code, 0, "{at}: {}", ran.out);
        let items = archive::read(Path::new(&file)).expect("our own file");
        let later = ["2026-03-16T", "2026-03-17T", "2026-03-20T"];
        for (path, bytes) in items.iter().filter(|(path, _)| path.ends_with(".json")) {
            let text = String::from_utf8_lossy(bytes);
            for day in later {
                assert!(!text.contains(day), "{at}: {path} knows of {day}");
            }
        }
    }
}

#[test]
fn nothing_of_another_contract_is_inside() {
    for contract in [LOCKED, UP_AND_DOWN] {
        for (path, bytes) in items_of(contract) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            for (at, _) in text.match_indices("C-1").chain(text.match_indices("C-2")) {
                let name = text.get(at..at + 6).unwrap_or_default();
                assert!(name == contract || path == "README.txt", "{path}: {name}");
            }
        }
    }
}

#[test]
fn a_flipped_bit_in_any_item_is_found() {
    let items = items_of(UP_AND_DOWN);
    for (path, bytes) in &items {
        for at in [0, bytes.len() - 1] {
            let mut mangled = items.clone();
            mangled.get_mut(path).expect("it is there")[at] ^= 1 << 5;
            let found = checked(&mangled);
            let whole = found.broken.iter().any(|b| b.check == Check::Whole);
            assert!(whole, "{path}, byte {at}");
        }
        let mut missing = items.clone();
        missing.remove(path);
        assert!(!checked(&missing).holds(), "{path} is missing");
    }
    let mut more = items;
    more.insert("grants/9999999.txt".into(), b"more".to_vec());
    assert!(
        !checked(&more).holds(),
        "an item that the list doesn't name"
    );
}

/// Somebody changes an item and makes all hashes anew: what finds it.
fn forge(items: &Items, path: &str, from: &str, to: &str, found_by: Check) {
    let text = String::from_utf8(items[path].clone()).expect("text");
    assert!(text.contains(from), "{path} has no {from}");
    let mut forged = items.clone();
    forged.insert(path.into(), text.replacen(from, to, 1).into_bytes());
    archive::seal(&mut forged);
    let found = checked(&forged);
    let by: Vec<Check> = found.broken.iter().map(|b| b.check).collect();
    assert!(
        !by.contains(&Check::Whole),
        "{path}: the hashes were made anew"
    );
    assert!(by.contains(&found_by), "{path}, {from} to {to}: {by:?}");
}

#[test]
fn a_forger_who_makes_the_hashes_anew_is_found() {
    let items = items_of(LOCKED);
    let path_of = |start: &str| {
        let mut paths = items.keys().rev();
        let found = paths.find(|path| path.starts_with(start) && !path.ends_with(".cose"));
        found.expect("an item").clone()
    };
    let decision = path_of("decisions/");
    forge(
        &items,
        &decision,
        "level lock",
        "level reduce",
        Check::RecordHashes,
    );
    forge(
        &items,
        "scenario.json",
        "\"57000\"",
        "\"56000\"",
        Check::Replanned,
    );
    forge(
        &items,
        "scenario.json",
        "\"at\": \"2026-03-12T09:00:00",
        "\"at\": \"2026-03-12T09:01:00",
        Check::Replanned,
    );
    forge(
        &items,
        "packs/sandbox.toml",
        "days = 7",
        "days = 6",
        Check::Replanned,
    );
    forge(
        &items,
        "packs/sandbox.toml",
        "version = 1",
        "version = 2",
        Check::Replanned,
    );
    forge(
        &items,
        "notices.json",
        "sandbox/first",
        "sandbox/final",
        Check::Notices,
    );
    forge(
        &items,
        "ledger.json",
        "\"debit\"",
        "\"credit\"",
        Check::Ledger,
    );
    forge(
        &items,
        "device.json",
        "\"n\": 1",
        "\"n\": 2",
        Check::Charters,
    );
    forge(
        &items,
        "about.json",
        "\"lender\": \"",
        "\"lender\": \"0",
        Check::Readable,
    );
    forge(
        &items,
        "grants.json",
        "\"decision\": \"",
        "\"decision\": \"f",
        Check::Warrants,
    );
    forge(&items, &path_of("grants/"), "lock", "reduce", Check::Words);
    forge(&items, &path_of("reports/"), "lock", "free", Check::Words);
    let mut dropped = items.clone();
    let named = items
        .keys()
        .find(|path| path.starts_with("decisions/00002-"));
    dropped.remove(named.expect("a second decision"));
    archive::seal(&mut dropped);
    let found = checked(&dropped);
    let gap = found.broken.iter().any(|b| b.check == Check::RecordHashes);
    assert!(gap, "a decision left out");
}

#[test]
fn no_signed_byte_can_be_changed_even_with_the_hashes_made_anew() {
    let items = items_of(LOCKED);
    let mut seen = 0;
    for folder in ["keys/", "charters/", "grants/", "reports/"] {
        let mut paths = items.keys().filter(|path| path.starts_with(folder));
        let path = paths.rfind(|path| path.ends_with(".cose"));
        let path = path.expect("a signed object");
        for at in (0..items[path].len()).step_by(3) {
            let mut forged = items.clone();
            forged.get_mut(path).expect("it is there")[at] ^= 1;
            archive::seal(&mut forged);
            assert!(!checked(&forged).holds(), "{path}, byte {at}");
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} bytes");
}

#[test]
fn a_mangled_file_is_judged_or_refused_and_never_a_panic() {
    let items = items_of(LOCKED);
    let mut seed = 7_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).expect("31 bits") % below
    };
    let paths: Vec<String> = items.keys().cloned().collect();
    for _ in 0..150 {
        let mut mangled = items.clone();
        let path = &paths[next(paths.len())];
        let bytes = mangled.get_mut(path).expect("it is there");
        let at = next(bytes.len());
        match next(4) {
            0 => bytes.truncate(at),
            1 => bytes[at] = u8::try_from(next(256)).expect("a byte"),
            2 => {
                let tail = bytes.split_off(at);
                bytes.extend([0xff, b'"', b'[', b'{', 0]);
                bytes.extend(tail);
            }
            _ => {
                let copy = bytes[at..].to_vec();
                bytes.extend(copy);
            }
        }
        archive::seal(&mut mangled);
        let _ = checked(&mangled);
    }
}

#[test]
fn a_file_that_isn_t_evidence_is_refused_with_its_place() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = text_of(&dir.path().join("a.zip"));
    check_refused(&["evidence", "check", &file], &["a.zip", "can't read"]);
    std::fs::write(&file, b"nothing").expect("the folder can be written");
    check_refused(
        &["evidence", "check", &file],
        &["byte 0", "a zip exactly as fairlock"],
    );
    let empty = text_of(&dir.path().join("empty"));
    std::fs::create_dir(&empty).expect("the folder can be written");
    let ran = run(&["evidence", "check", &empty]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("the evidence doesn't hold"), "{}", ran.out);
}

#[test]
fn the_hash_that_was_written_down_is_compared() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = text_of(&dir.path().join("a.zip"));
    write(LOCKED, LAST, &file);
    let items = archive::read(Path::new(&file)).expect("our own file");
    let hash = archive::evidence_hash(&items);
    assert_eq!(run(&["evidence", "check", &file, "--hash", &hash]).code, 0);
    let other = run(&["evidence", "check", &file, "--hash", &"0".repeat(64)]);
    assert_eq!(other.code, 1);
    assert!(
        other.out.contains("NOT THE FILE THAT WAS NAMED"),
        "{}",
        other.out
    );
}
