//! The evidence file of a contract whose law was cleared, and whose clearance was withdrawn: every
//! decision follows from what was known then, and the file says what became known when.

use fairlock_domain::rules::Level;
use fairlock_rulebook::scenario;
use fairlock_server::evidence::{Items, check::check, collect, collect::Wanted};

use super::land::{Land, clearance, law};
use crate::device::rig::LENDER;

/// Cleared after the phone enrolled, and withdrawn once `reduce` had been reached.
async fn story() -> Land {
    let before = clearance("2026-01-01", "2026-01-31", "");
    let land = Land::settled(&law("counsel"), ("Acme Mobile", "operator"), &[before]).await;
    land.until("11 00:00", None).await;
    land.until("11 12:00", None).await;
    assert_eq!(land.planned(), Level::Remind);
    land.permit(clearance("2026-02-01", "2026-12-31", "")).await;
    land.until("11 13:00", Some("first")).await;
    land.until("13 08:00", None).await;
    assert_eq!(land.planned(), Level::Reduce);
    land.until("13 10:00", None).await;
    land.permit(clearance("2026-02-01", "2026-12-31", "2026-02-13"))
        .await;
    assert_eq!(land.planned(), Level::Remind);
    land
}

fn items(land: &Land) -> Items {
    let wanted = Wanted {
        store: &land.site.store,
        lender: LENDER,
        rulebook: &land.site.running.shared().rulebook,
        contract_id: "C-1001",
        at: land.site.now(),
        program: "a test",
    };
    collect(&wanted).unwrap()
}

fn text<'i>(items: &'i Items, path: &str) -> &'i str {
    let bytes = items.get(path).unwrap_or_else(|| panic!("no {path}"));
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_follow_from_the_clearances_that_were_known() {
    let land = story().await;
    let items = items(&land);
    let checked = check(&items, &mut |_, _| {});
    let broken: Vec<_> = checked.broken.iter().map(|b| &b.subject).collect();
    assert!(checked.holds(), "{broken:?}");
    // The newest facts: the withdrawal ended the second clearance.
    let book = super::land::book(&law("counsel"));
    let newest = scenario::read(text(&items, "scenario.json"), &book).unwrap();
    let ends = |facts: &fairlock_domain::standing::Facts| {
        let ends = facts.clearances.iter().map(|c| c.until.to_string());
        ends.collect::<Vec<_>>()
    };
    assert_eq!(ends(&newest.facts), ["2026-01-31", "2026-02-12"]);
    let creditor = newest.facts.particulars.creditor.as_ref().unwrap();
    assert_eq!(creditor.name, "Acme Mobile");
    // Earlier decisions saw one clearance, then two whole ones.
    let mut seen: Vec<Vec<String>> = items
        .keys()
        .filter(|path| path.starts_with("earlier/") && path.ends_with("scenario.json"))
        .map(|path| ends(&scenario::read(text(&items, path), &book).unwrap().facts))
        .collect();
    seen.sort();
    assert_eq!(seen, [vec!["2026-01-31"], vec!["2026-01-31", "2026-12-31"]]);
}

/// A clearance that is put into the file afterwards no longer leads to what was decided.
#[tokio::test(flavor = "multi_thread")]
async fn a_clearance_that_is_added_afterwards_breaks_the_file() {
    let land = story().await;
    let mut items = items(&land);
    let forged = text(&items, "scenario.json").replace("2026-02-12", "2026-12-31");
    items.insert("scenario.json".to_owned(), forged.into_bytes());
    let checked = check(&items, &mut |_, _| {});
    assert!(!checked.holds());
}
