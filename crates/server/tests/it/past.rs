//! Years later: the pack is another, the holidays are others, and a decision of then is still made
//! again, byte for byte, from what the store keeps.

use std::sync::Arc;

use fairlock_domain::calendar::Instant;
use fairlock_domain::plan;
use fairlock_domain::rules::{Level, Proof};
use fairlock_domain::standing::{EventKind, NoticeId};
use fairlock_rulebook::{Rulebook, builtin_texts};
use fairlock_server::evidence::check::{Check, Checked, check};
use fairlock_server::evidence::collect::{Wanted, collect};
use fairlock_server::evidence::{Items, archive};
use fairlock_server::money::replan::{self, decision_hash};
use fairlock_server::money::{Desk, sweep};
use fairlock_server::past::Past;
use fairlock_storage::{ChangeSet, DecisionRow, Stamp, Store};

use crate::money::bench::{LENDER, at, contract, day};

/// The sandbox in a version: the second waits a day longer, and has another first notice.
fn book(version: u16) -> Rulebook {
    let change = |text: &str| match version {
        1 => text.to_string(),
        _ => text
            .replacen("\nversion = 1\n", &format!("\nversion = {version}\n"), 1)
            .replacen("days = 3\n", "days = 4\n", 1)
            .replacen("id = \"first\"", "id = \"warning\"", 1),
    };
    let texts: Vec<(&str, String)> = builtin_texts()
        .iter()
        .map(|(file, text)| match *file {
            "packs/sandbox/pack.toml" => (*file, change(text)),
            _ => (*file, (*text).to_string()),
        })
        .collect();
    let texts = texts.iter().map(|(file, text)| (*file, text.as_str()));
    Rulebook::from_texts(texts).expect("packs that can be read")
}

/// A contract of the sandbox, past due since 2026-02-01, and the desk that judges it.
struct Story {
    store: Store,
    desk: Desk,
    rulebook: Arc<Rulebook>,
    _dir: tempfile::TempDir,
}

impl Story {
    fn new() -> Story {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("fairlock.db")).unwrap();
        let begin = at("2026-01-05T09:00:00Z");
        let mut new = contract("C-1", "EUR", "bank");
        new.calendar = Some("KE".to_owned());
        store.import_contracts(LENDER, vec![new], begin).unwrap();
        let holidays = [day("2026-04-03")];
        store.set_holidays(LENDER, "KE", &holidays, begin).unwrap();
        let rulebook = Arc::new(book(1));
        let desk = Desk::new(store.clone(), LENDER, rulebook.clone(), begin).unwrap();
        Story {
            store,
            desk,
            rulebook,
            _dir: dir,
        }
    }

    /// Another program with other packs opens the same database.
    fn is_updated(&mut self, version: u16, now: &str) {
        self.rulebook = Arc::new(book(version));
        let rulebook = self.rulebook.clone();
        self.desk = Desk::new(self.store.clone(), LENDER, rulebook, at(now)).unwrap();
    }

    fn sweep(&self, now: &str) -> Level {
        let stamp = Stamp {
            at: at(now),
            monotonic_ns: 1,
        };
        sweep::reviews(&self.desk, stamp).unwrap();
        self.store.contract(LENDER, "C-1").unwrap().unwrap().level
    }

    /// A notice that the phone showed, planned at once.
    fn notice(&self, notice: &str, now: &str) {
        let known = self.store.facts(LENDER, "C-1").unwrap().unwrap();
        let zone = self.desk.zone(&known.time_zone).unwrap();
        let event = EventKind::Notice {
            notice: NoticeId {
                pack: "sandbox".to_owned(),
                notice: notice.to_owned(),
            },
            channel: "phone".to_owned(),
            proof: Proof::Sent,
        };
        let change = replan::change(&self.desk, &known, zone, vec![event], at(now)).unwrap();
        let mut set = ChangeSet::new(Stamp {
            at: at(now),
            monotonic_ns: 1,
        });
        set.contracts.push(change);
        self.store.commit(LENDER, set).unwrap();
    }

    fn evidence(&self, now: &str) -> Items {
        let wanted = Wanted {
            store: &self.store,
            lender: LENDER,
            rulebook: &self.rulebook,
            contract_id: "C-1",
            at: at(now),
            program: "a test",
        };
        collect(&wanted).unwrap()
    }

    /// The record of a decision, made again from what is kept.
    fn again(&self, row: &DecisionRow) -> Vec<u8> {
        let known = self.store.facts(LENDER, "C-1").unwrap().unwrap();
        let past = Past {
            store: &self.store,
            lender: LENDER,
            rulebook: &self.rulebook,
        };
        let book = past.book(&known, row.at, Some(row)).unwrap();
        let zone = past.zone(&known).unwrap();
        let facts = past.facts(&known, &book, &zone, row.at).unwrap();
        let plan = plan::plan(&facts, &book.rules, row.at).unwrap();
        plan::record(&plan, &facts, &book.rules, row.at)
    }

    fn decisions(&self) -> Vec<DecisionRow> {
        let mut rows = self.store.decisions_of(LENDER, "C-1", 100).unwrap();
        rows.reverse();
        rows
    }
}

/// Reduced by version 1; then version 2 comes, which knows another first notice.
fn told() -> Story {
    let mut story = Story::new();
    assert_eq!(story.sweep("2026-02-02T06:00:00Z"), Level::Remind);
    story.notice("first", "2026-02-02T06:30:00Z");
    assert_eq!(story.sweep("2026-02-04T06:00:00Z"), Level::Reduce);
    story.is_updated(2, "2026-02-04T09:00:00Z");
    let others = [day("2026-04-03"), day("2026-04-06")];
    let known = at("2026-02-04T09:30:00Z");
    story
        .store
        .set_holidays(LENDER, "KE", &others, known)
        .unwrap();
    story
}

fn text(items: &Items, path: &str) -> String {
    let bytes = items.get(path).unwrap_or_else(|| panic!("no {path}"));
    String::from_utf8(bytes.clone()).unwrap()
}

fn holds(items: &Items) -> Checked {
    check(items, &mut |_, _| {})
}

#[test]
fn evidence_of_a_decision_holds_and_shows_its_own_rules_after_the_pack_became_another() {
    let story = told();
    let before = story.evidence("2026-02-04T08:00:00Z");
    assert!(holds(&before).holds(), "{:?}", holds(&before).broken);
    assert!(text(&before, "packs/sandbox.toml").contains("\nversion = 1\n"));
    assert!(!before.keys().any(|path| path.starts_with("earlier/")));

    assert_eq!(
        story.sweep("2026-02-04T10:00:00Z"),
        Level::Remind,
        "the ladder starts again"
    );
    let after = story.evidence("2026-03-01T00:00:00Z");
    assert!(holds(&after).holds(), "{:?}", holds(&after).broken);
    assert!(text(&after, "packs/sandbox.toml").contains("\nversion = 2\n"));
    let old = text(&after, "earlier/01/sandbox.toml");
    assert!(old.contains("\nversion = 1\n") && old.contains("id = \"first\""));
    assert!(text(&after, "earlier/01/scenario.json").contains("sandbox/first"));
    assert!(!text(&after, "scenario.json").contains("sandbox/first"));
    let table = text(&after, "decisions.json");
    assert!(table.contains("\"earlier/01/scenario.json\"") && table.contains("\"scenario.json\""));
}

#[test]
fn every_hash_is_made_again_from_what_is_kept() {
    let story = told();
    story.sweep("2026-02-04T10:00:00Z");
    let rows = story.decisions();
    let levels: Vec<Level> = rows.iter().map(|row| row.level).collect();
    let reduced = [
        Level::Free,
        Level::Remind,
        Level::Remind,
        Level::Reduce,
        Level::Remind,
    ];
    assert!(levels.ends_with(&reduced[2..]), "{levels:?}");
    for row in &rows {
        let again = story.again(row);
        assert_eq!(
            String::from_utf8_lossy(&again),
            String::from_utf8_lossy(&row.record)
        );
        assert_eq!(decision_hash(&again), row.hash);
    }
}

#[test]
fn an_instant_is_judged_by_the_rules_and_holidays_of_then() {
    let story = told();
    let known = story.store.facts(LENDER, "C-1").unwrap().unwrap();
    let past = Past {
        store: &story.store,
        lender: LENDER,
        rulebook: &story.rulebook,
    };
    let then = |now: Instant| {
        let book = past.book_at(&known, now).unwrap();
        (book.texts[0].version, book.holidays.len())
    };
    assert_eq!(then(at("2026-02-03T00:00:00Z")), (1, 1));
    assert_eq!(then(at("2026-02-04T09:00:00Z")), (2, 1));
    assert_eq!(then(at("2026-02-04T09:30:00Z")), (2, 2));
}

#[test]
fn old_rules_can_t_be_forged_left_out_or_mixed_up() {
    let story = told();
    story.sweep("2026-02-04T10:00:00Z");
    let items = story.evidence("2026-03-01T00:00:00Z");
    let forge = |path: &str, from: &str, to: &str, by: Check| {
        let mut forged = items.clone();
        let changed = text(&items, path).replacen(from, to, 1);
        assert_ne!(changed, text(&items, path), "{path} has no {from}");
        forged.insert(path.to_owned(), changed.into_bytes());
        archive::seal(&mut forged);
        let found = holds(&forged).broken;
        assert!(
            found.iter().any(|broken| broken.check == by),
            "{path}, {to}: {found:?}"
        );
    };
    forge(
        "earlier/01/sandbox.toml",
        "days = 3",
        "days = 2",
        Check::Replanned,
    );
    forge(
        "earlier/01/scenario.json",
        "\"100.00\"",
        "\"90.00\"",
        Check::Readable,
    );
    forge(
        "decisions.json",
        "earlier/01/scenario.json",
        "scenario.json",
        Check::Replanned,
    );
    let mut dropped = items.clone();
    dropped.retain(|path, _| !path.starts_with("earlier/"));
    archive::seal(&mut dropped);
    assert!(!holds(&dropped).holds(), "left out");
}
