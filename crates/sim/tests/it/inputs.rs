//! The oracle reads the demo folder by its own rules, and finds all that it is there to judge.

use std::path::Path;

use fairlock_sim::demo::inputs_of;
use fairlock_sim::oracle::account::{Account, News};
use fairlock_sim::oracle::doubt::shields;

fn demo_dir() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo")
}

#[test]
fn the_demo_holds_every_kind_of_news() {
    let inputs = inputs_of(&demo_dir()).unwrap();
    assert_eq!(inputs.accounts.len(), 2_000);
    let count = |news: News| {
        let moves = inputs.accounts.values().flat_map(|account| &account.moves);
        moves.filter(|m| m.news == news).count()
    };
    for news in [News::Pending, News::Booked, News::Reversed] {
        assert!(count(news) > 0, "{news:?}");
    }
    let shields = inputs.accounts.values().map(shields);
    assert!(shields.filter(|spans| !spans.is_empty()).count() > 100);
    let paid_off = inputs.accounts.values().filter_map(Account::paid_off_at);
    assert!(paid_off.count() > 100);
    // The bank in Uganda is silent for a week, and no feed is at other times.
    let silent: Vec<(&str, usize)> = inputs
        .silences
        .iter()
        .map(|(feed, spans)| {
            (
                feed.as_str(),
                spans.iter().filter(|s| s.until.is_some()).count(),
            )
        })
        .collect();
    let expected = [
        ("bank-kes", 0),
        ("bank-kwd", 0),
        ("bank-ugx", 1),
        ("mpesa-kes", 0),
    ];
    assert_eq!(silent, expected);
}
