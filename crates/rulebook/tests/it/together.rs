//! Every pack beside others, over the pages of all: one more pack never raises a level. The pages
//! stand at the edges of each law, which random worlds seldom reach.
//!
//! On purpose absent: pages with an emergency pass, which one more pack can keep from counting; and
//! instants at which the page's own pack is about another contract or not in force, where nothing is
//! judged and a pack that is adds all.

use fairlock_domain::calendar::Instant;
use fairlock_domain::plan::{Course, Level};
use fairlock_domain::rules::{Pack, Rules};
use fairlock_domain::standing::{EventKind, Facts};
use fairlock_rulebook::scenario::Scenario;
use fairlock_rulebook::{load_builtin, rules_of};

use super::pages::pages_of;

/// Level at each instant asked, in the order of time.
fn levels(facts: &Facts, rules: &Rules, asked: &[Instant]) -> Vec<Level> {
    let mut course = Course::new(facts, rules).expect("facts that fit together");
    let level = |at: &Instant| course.plan_at(*at).expect("facts that fit together").level;
    asked.iter().map(level).collect()
}

fn judges(pack: &Pack, facts: &Facts, at: Instant) -> bool {
    let signed_on = facts.contract.signed_on;
    let takes = pack
        .applies
        .as_ref()
        .is_none_or(|rule| rule.value.takes(&facts.particulars, signed_on));
    takes && pack.in_force(facts.zone.day_of(at))
}

/// Instants at which some law of the scenario judges, or its platform where it stands alone.
fn asked(scenario: &Scenario) -> Vec<Instant> {
    let asked = scenario.ask.iter().map(|(_, at)| *at);
    let judged = |at: &Instant| {
        let packs = &scenario.rules.packs;
        let alone = !packs.iter().any(Pack::is_law);
        let stands = |pack: &&Pack| pack.is_law() || alone;
        let mut standing = packs.iter().filter(stands);
        standing.any(|pack| judges(pack, &scenario.facts, *at))
    };
    let mut asked: Vec<Instant> = asked.filter(judged).collect();
    asked.sort_unstable();
    asked
}

#[test]
fn one_more_pack_never_raises_a_level_of_any_page() {
    let book = load_builtin().expect("the packs of the program");
    let (mut nr, mut limited, mut lowered) = (0, 0, 0);
    for own in book.packs() {
        for page in pages_of(&own.id, &book) {
            let scenario = &page.scenario;
            let facts = &scenario.facts;
            let pressed = |e: &fairlock_domain::standing::Event| e.kind == EventKind::EmergencyPass;
            if facts.events.iter().any(pressed) {
                continue;
            }
            let asked = asked(scenario);
            let alone = levels(facts, &scenario.rules, &asked);
            limited += alone
                .iter()
                .filter(|level| **level >= Level::Reduce)
                .count();
            let others = book.packs().iter();
            let others: Vec<&Pack> = others
                .filter(|p| scenario.rules.pack(&p.id).is_none())
                .collect();
            // Two others in turn, and all at once.
            let (one, two) = (
                others[nr % others.len()],
                others[(nr * 7 + 3) % others.len()],
            );
            nr += 1;
            for more in [&[one][..], &[two], &others] {
                let mut rules = scenario.rules.clone();
                rules.packs.extend(more.iter().map(|pack| (*pack).clone()));
                for ((at, together), alone) in
                    asked.iter().zip(levels(facts, &rules, &asked)).zip(&alone)
                {
                    let names: Vec<&str> = more.iter().map(|pack| pack.id.as_str()).collect();
                    assert!(
                        together <= *alone,
                        "{}: {together} with {names:?}, {alone} without, at {at}",
                        page.path.display()
                    );
                    lowered += usize::from(together < *alone);
                }
            }
        }
    }
    assert!(
        limited > 50 && lowered > 50,
        "{limited} levels above remind, {lowered} lowered"
    );
}

/// Each `number` of a pack's file but its own is a rule that is listed, with its citation.
#[test]
fn no_rule_of_a_file_is_missing_in_the_list() {
    for (file, text) in fairlock_rulebook::builtin_texts() {
        let book = fairlock_rulebook::Rulebook::from_texts([(*file, *text)]);
        let book = book.unwrap_or_else(|e| panic!("{e}"));
        let pack = &book.packs()[0];
        let numbers = text
            .lines()
            .filter_map(|line| line.strip_prefix("number = "));
        let mut written: Vec<u16> = numbers
            .map(|n| n.trim().parse().expect("a number"))
            .collect();
        assert_eq!(
            written.remove(0),
            pack.number,
            "{file}: the pack's own number comes first"
        );
        let mut listed: Vec<u16> = rules_of(pack).iter().map(|rule| rule.number).collect();
        written.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, written, "{file}");
    }
}
