//! Lists of contracts: every filter and order, page by page, the same as the whole at once.

use fairlock_domain::holds::{HoldEntry, HoldKind};
use fairlock_domain::rules::Level;
use fairlock_storage::{Band, ChangeSet, ContractChange, Filter, PortfolioRow, Sort};

use crate::world::{LENDER, World, contract, day, kes, on_each_engine, plan, stamp};

/// Business date of these lists: days past due of a due day are counted from here.
const TODAY: &str = "2026-06-30";

/// Contract, level, due day of the oldest past due, hold.
const CONTRACTS: [(&str, Level, Option<&str>, Option<HoldKind>); 8] = [
    ("C-1", Level::Free, None, None),
    ("C-2", Level::Remind, Some("2026-06-29"), None), // 1 day
    (
        "C-3",
        Level::Remind,
        Some("2026-05-31"),
        Some(HoldKind::Promise),
    ), // 30
    ("C-4", Level::Reduce, Some("2026-05-30"), None), // 31
    ("C-5", Level::Lock, Some("2026-04-01"), Some(HoldKind::Feed)), // 90
    ("C-6", Level::Lock, Some("2026-03-31"), None),   // 91
    ("C-7", Level::Released, None, None),
    ("C-8", Level::Free, None, Some(HoldKind::Promise)),
];

fn filled(world: &World) {
    let ids: Vec<_> = CONTRACTS.iter().map(|(id, ..)| *id).collect();
    let (own, other) = ids.split_at(6);
    world.import(own);
    let elsewhere = other.iter().map(|id| {
        let mut new = contract(id);
        new.contract.feed = Some("mpesa".into());
        new
    });
    let imported = world
        .store
        .import_contracts(LENDER, elsewhere.collect(), crate::world::at(0));
    imported.expect("importable");
    for (id, level, past_due_since, hold) in CONTRACTS {
        let mut set = ChangeSet::new(stamp(1));
        let mut change = ContractChange::new(id, 1);
        let mut projection = plan(level);
        projection.past_due_since = past_due_since.map(day);
        projection.arrears = kes(i128::from(past_due_since.is_some()) * 1_000);
        let entry = |kind| HoldEntry { kind, until: None };
        projection.holds = hold.map(entry).into_iter().collect();
        change.projection = Some(projection);
        set.contracts.push(change);
        world.store.commit(LENDER, set).expect("it fits");
    }
    world.enrol("C-2", 2);
    world.enrol("C-8", 8);
}

/// Reads a list two rows a page, to its end.
fn paged(world: &World, filter: &Filter, sort: Sort) -> Vec<PortfolioRow> {
    let mut rows = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = world
            .store
            .portfolio(LENDER, filter, sort, day(TODAY), after.as_deref(), 2);
        let page = page.expect("readable");
        assert!(page.rows.len() <= 2);
        rows.extend(page.rows);
        match page.next {
            Some(next) => after = Some(next),
            None => return rows,
        }
    }
}

fn check(world: &World, filter: Filter, past_due_first: &[&str]) {
    let ids = |rows: &[PortfolioRow]| {
        rows.iter()
            .map(|r| r.contract_id.clone())
            .collect::<Vec<_>>()
    };
    let rows = paged(world, &filter, Sort::PastDue);
    assert_eq!(ids(&rows), past_due_first, "{filter:?}");
    let mut sorted = past_due_first.to_vec();
    sorted.sort_unstable();
    let rows = paged(world, &filter, Sort::Contract);
    assert_eq!(ids(&rows), sorted, "{filter:?} by contract");
    let count = world.store.portfolio_count(LENDER, &filter, day(TODAY));
    assert_eq!(count, Ok(sorted.len() as u64), "{filter:?}");
}

#[test]
fn lists_are_filtered_sorted_and_paged() {
    on_each_engine(|world| {
        filled(world);
        let none = Filter::default();
        check(
            world,
            none.clone(),
            &["C-6", "C-5", "C-4", "C-3", "C-2", "C-1", "C-7", "C-8"],
        );
        let level = |level| Filter {
            level: Some(level),
            ..Filter::default()
        };
        check(world, level(Level::Lock), &["C-6", "C-5"]);
        check(world, level(Level::Free), &["C-1", "C-8"]);
        let band = |band| Filter {
            band: Some(band),
            ..Filter::default()
        };
        check(world, band(Band::ALL[0]), &["C-1", "C-8"]);
        check(world, band(Band::ALL[1]), &["C-3", "C-2"]);
        check(world, band(Band::ALL[2]), &["C-4"]);
        check(world, band(Band::ALL[3]), &["C-5"]);
        check(world, band(Band::ALL[4]), &["C-6"]);
        let hold = Filter {
            hold: Some(HoldKind::Promise),
            ..Filter::default()
        };
        check(world, hold.clone(), &["C-3", "C-8"]);
        let feed = Filter {
            feed: Some("mpesa".into()),
            ..Filter::default()
        };
        check(world, feed, &["C-7", "C-8"]);
        let with_device = Filter {
            with_device: true,
            ..Filter::default()
        };
        check(world, with_device, &["C-2", "C-8"]);
        let several = Filter {
            with_device: true,
            level: Some(Level::Free),
            feed: Some("mpesa".into()),
            ..hold
        };
        check(world, several, &["C-8"]);
        let nothing = Filter {
            feed: Some("unheard of".into()),
            ..Filter::default()
        };
        check(world, nothing, &[]);
    });
}

#[test]
fn a_row_shows_what_a_list_needs() {
    on_each_engine(|world| {
        filled(world);
        let rows = paged(world, &Filter::default(), Sort::Contract);
        let row = &rows[4];
        assert_eq!((row.contract_id.as_str(), row.level), ("C-5", Level::Lock));
        assert_eq!(row.holds[0].kind, HoldKind::Feed);
        assert_eq!(
            (row.arrears, row.past_due_since),
            (kes(1_000), Some(day("2026-04-01")))
        );
        assert_eq!(
            (row.reported_level, row.time_zone.as_str()),
            (None, "Africa/Nairobi")
        );
        assert!(*row.borrower.expose() == "Borrower of C-5");
    });
}

#[test]
fn counts_by_level_and_band() {
    on_each_engine(|world| {
        filled(world);
        let levels = world.store.level_counts(LENDER).expect("readable");
        let counts: Vec<_> = levels
            .iter()
            .map(|c| (c.level.name(), c.contracts))
            .collect();
        let expected = [
            ("released", 1),
            ("free", 2),
            ("remind", 2),
            ("reduce", 1),
            ("lock", 2),
        ];
        assert_eq!(counts, expected);
        let bands = world
            .store
            .band_counts(LENDER, day(TODAY))
            .expect("readable");
        let counts: Vec<_> = bands.iter().map(|c| (c.band.from, c.contracts)).collect();
        assert_eq!(counts, [(0, 2), (1, 2), (31, 1), (61, 1), (91, 1)]);
    });
}

#[test]
fn a_cursor_that_no_page_gave_is_refused() {
    on_each_engine(|world| {
        let filter = Filter::default();
        let page = |after| {
            let sort = Sort::PastDue;
            world
                .store
                .portfolio(LENDER, &filter, sort, day(TODAY), Some(after), 5)
        };
        for after in ["", "C-1", "yesterday:C-1"] {
            let refused = page(after).err().map(|error| error.code());
            assert_eq!(refused, Some("page_key"), "{after:?}");
        }
    });
}
