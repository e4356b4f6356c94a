//! Packs that nobody would write: a hundred at once, and texts cut and mangled at random.

use fairlock_rulebook::policy::Policy;
use fairlock_rulebook::{Rulebook, pack, replay, scenario};
use proptest::prelude::*;

use super::format::example;

/// The sandbox under another id and other numbers.
fn numbered(pack: u16) -> String {
    let sandbox = include_str!("../../packs/sandbox/pack.toml");
    let mut rule = pack * 100;
    let lines = sandbox.lines().map(|line| match line {
        "id = \"sandbox\"" => format!("id = \"land-{pack}\"\n"),
        "number = 1" => format!("number = {pack}\n"),
        line if line.starts_with("number = ") => {
            rule += 1;
            format!("number = {rule}\n")
        }
        line => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn a_hundred_packs_stand_beside_each_other() {
    let texts: Vec<(String, String)> = (1..=100)
        .map(|pack| (format!("land-{pack}"), numbered(pack)))
        .collect();
    let pairs = || {
        texts
            .iter()
            .map(|(file, text)| (file.as_str(), text.as_str()))
    };
    let book = Rulebook::from_texts(pairs()).expect("a hundred packs");
    let ids: Vec<String> = (1..=100)
        .rev()
        .map(|pack| format!("\"land-{pack}\""))
        .collect();
    let facts = include_str!("../../packs/sandbox/scenarios/days-past-due.json");
    let facts = facts.replacen("\"sandbox\"", &ids.join(", "), 1);
    let scenario = scenario::read(&facts, &book).expect("a scenario");
    let alone = include_str!("../../packs/sandbox/scenarios/days-past-due.json");
    let alone = replay::run(alone).expect("answers");
    let together = replay::replay(&scenario).expect("answers");
    let level = |line: &String| line.split("\"dpd\"").next().expect("a level").to_string();
    assert_eq!(
        together.iter().map(level).collect::<Vec<_>>(),
        alone.iter().map(level).collect::<Vec<_>>()
    );
    let mut twice = pairs().collect::<Vec<_>>();
    twice.push(twice[41]);
    let errors = pack::lint_all(&twice).expect_err("one pack twice");
    assert_eq!(
        errors[0].to_string(),
        "land-42:4: expected an id other than land-42, which another pack has"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn hostile_packs_and_policies_are_refused_in_one_line_or_read(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..7_u8, any::<char>()), 1..6)) {
        let mut text: Vec<char> = example().chars().collect();
        for (at, kind, c) in cuts {
            if text.is_empty() { break }
            let at = at.index(text.len());
            match kind {
                0 => text.truncate(at),
                1 => text[at] = c,
                2 => text.insert(at, c),
                3 => text[at] = ['"', '[', ']', '=', '0', '9', '\n'][at % 7],
                4 => { text.remove(at); }
                5 => { let digits = "99999999999999999999".chars(); text.splice(at..at, digits); }
                _ => { let copy: Vec<char> = text[at..].iter().take(200).copied().collect(); text.splice(at..at, copy); }
            }
        }
        let text: String = text.into_iter().collect();
        let lines = text.lines().count() + 1;
        for error in pack::lint("hostile", &text).err().unwrap_or_default() {
            let shown = error.to_string();
            prop_assert!(!shown.contains(['\n', '\r']), "{:?}", shown);
            prop_assert!(error.line <= lines, "{}", shown);
        }
        if let Err(error) = Policy::read("hostile", &text) {
            prop_assert!(!error.to_string().contains(['\n', '\r']));
        }
    }
}
