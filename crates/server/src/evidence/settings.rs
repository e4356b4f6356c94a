//! What decisions were made from: the facts as a scenario, and beside it the pack texts that judged.
//!
//! The setting of the asked instant is `scenario.json` with `packs/`. A decision that was made by
//! another text of a pack, from other holidays, or before a clearance was known or withdrawn, has a
//! setting of its own, `earlier/NN/`, which any number of decisions share. Each is whole: it can be
//! replayed by itself. `decisions.json` says which decision has which.
//!
//! On purpose absent: comparing texts; a lawyer has both, word for word.

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::standing::Facts;
use fairlock_rulebook::scenario::{self, Scenario};
use fairlock_rulebook::time;
use fairlock_storage::{ContractFacts, DecisionRow};

use super::collect::{Add, CollectError, Wanted};
use super::hex;
use super::tables::{self, Decided, text};
use crate::duties;
use crate::past::{Book, Past};

/// The item of the asked instant.
const NOW: &str = "scenario.json";

/// One set of rules and circumstances, and the instants at which they were asked.
struct Setting<'b> {
    book: &'b Book,
    /// All facts until the asked instant, with the holidays and permits of this setting.
    facts: Facts,
    asked: Vec<Instant>,
}

impl Setting<'_> {
    /// Whether a decision with that book and those facts was made in this setting.
    fn is_of(&self, book: &Book, facts: &Facts) -> bool {
        self.book.rests_on == book.rests_on
            && self.facts.clearances == facts.clearances
            && self.facts.particulars == facts.particulars
    }
}

/// Adds every setting, and the table of decisions.
pub fn add(
    wanted: &Wanted<'_>,
    known: &ContractFacts,
    rows: &[DecisionRow],
    add: Add<'_>,
) -> Result<(), CollectError> {
    let past = Past {
        store: wanted.store,
        lender: wanted.lender,
        rulebook: wanted.rulebook,
    };
    let zone = past.zone(known)?;
    let books = books(&past, wanted, known, rows)?;
    let now = &books[0];
    let signed = zone.instant_of(known.contract.signed_on, 0);
    let mut settings = vec![Setting {
        book: now,
        facts: past.facts(known, now, &zone, wanted.at)?,
        asked: Vec::new(),
    }];
    let mut table = Vec::with_capacity(rows.len());
    for ((no, row), book) in (1_u32..).zip(rows).zip(&books[1..]) {
        let then = past.facts(known, book, &zone, row.at)?;
        let found = settings.iter().position(|own| own.is_of(book, &then));
        let place = found.unwrap_or(settings.len());
        if found.is_none() {
            let events = past.facts(known, book, &zone, wanted.at)?.events;
            settings.push(Setting {
                book,
                facts: Facts { events, ..then },
                asked: Vec::new(),
            });
        }
        settings[place].asked.push(row.at.max(signed));
        table.push(Decided {
            no,
            hash: hex(&row.hash),
            at: row.at.to_string(),
            scenario: item(place),
        });
    }
    settings[0].asked.push(wanted.at.max(signed));
    add("decisions.json", text(&table));
    let (store, lender) = (wanted.store, wanted.lender);
    let owed = duties::of_contract(store, lender, &known.contract.id, &now.rules, wanted.at)?;
    add("duties.json", text(&tables::duties(&owed)));
    for (place, setting) in settings.iter().enumerate() {
        add(
            &item(place),
            scenario_text(setting, &zone, &known.time_zone),
        );
        for own in &setting.book.texts {
            add(&pack_item(place, &own.pack), own.text.clone().into_bytes());
        }
    }
    Ok(())
}

/// The rules of the asked instant, then of each decision.
fn books(
    past: &Past<'_>,
    wanted: &Wanted<'_>,
    known: &ContractFacts,
    rows: &[DecisionRow],
) -> Result<Vec<Book>, CollectError> {
    let mut books: Vec<Book> = vec![past.book_at(known, wanted.at)?];
    for row in rows {
        let same = |book: &&Book| Some(&book.rests_on) == row.rests_on.as_ref();
        let book = match books.iter().rev().find(same) {
            Some(book) => book.clone(),
            None => past.book(known, row.at, Some(row))?,
        };
        books.push(book);
    }
    Ok(books)
}

fn item(place: usize) -> String {
    match place {
        0 => NOW.to_string(),
        place => format!("earlier/{place:02}/{NOW}"),
    }
}

fn pack_item(place: usize, pack: &str) -> String {
    match place {
        0 => format!("packs/{pack}.toml"),
        place => format!("earlier/{place:02}/{pack}.toml"),
    }
}

/// The facts as a scenario that asks at each decision.
fn scenario_text(setting: &Setting<'_>, zone: &Zone, time_zone: &str) -> Vec<u8> {
    let mut asked = setting.asked.clone();
    asked.dedup();
    let ask = asked.into_iter();
    let ask = ask.map(|at| (time::format_instant(at, zone), at)).collect();
    let scenario = Scenario {
        facts: setting.facts.clone(),
        rules: setting.book.rules.clone(),
        ask,
    };
    scenario::write(&scenario, time_zone).into_bytes()
}
