//! The committed data of `demo/`: it is what it says, and it stays small.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::payment::{Reference, reference};
use fairlock_intake::statement::{Direction, Entry, EntryStatus, Statement};
use fairlock_intake::{ContractRow, imei, read_c2b, read_contracts, read_statements};
use serde::Deserialize;
use serde_json::value::RawValue;

/// All of `demo/` (issue: "`demo/` stays below 3 MiB").
const SIZE_MAX: u64 = 3 * 1024 * 1024;
/// A feed is silent after so long; but for the week that is meant to be, none is.
const PERIOD: Span = Span::hours(30);

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo")
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(demo().join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn contracts() -> Vec<ContractRow> {
    let bytes = fs::read(demo().join("contracts.csv")).unwrap();
    match read_contracts(&bytes) {
        Ok(rows) => rows,
        Err(errors) => panic!("contracts.csv: {}", errors[0]),
    }
}

/// A feed's statements in the order of their numbers, each with the instant at which it arrives.
fn statements(feed: &str) -> Vec<(Instant, Statement)> {
    let mine = |path: &PathBuf| name(path).contains(&format!("Z-{feed}-"));
    let mut statements = Vec::new();
    for path in files("statements").into_iter().filter(mine) {
        let mut read = match read_statements(&fs::read(&path).unwrap()) {
            Ok(read) => read,
            Err(error) => panic!("{}: {error}", name(&path)),
        };
        assert_eq!(read.len(), 1, "{}", name(&path));
        statements.push((arrival(&name(&path)), read.remove(0)));
    }
    statements.sort_by_key(|(_, statement)| statement.head.electronic_sequence);
    statements
}

/// `2026-03-02T0400Z-…` as an instant.
fn arrival(name: &str) -> Instant {
    instant(&format!("{}:{}:00", &name[..13], &name[13..15]))
}

/// `2026-03-02T04:00:00` in UTC.
fn instant(text: &str) -> Instant {
    let day = fairlock_domain::calendar::Day::parse(&text[..10]).unwrap();
    let number = |range: std::ops::Range<usize>| text.get(range).unwrap().parse::<i64>().unwrap();
    let second = number(11..13) * 3600 + number(14..16) * 60 + number(17..19);
    Instant::from_unix_seconds(i64::from(day.unix_days()) * 86_400 + second)
}

#[derive(Deserialize)]
struct Callback<'a> {
    at: &'a str,
    #[serde(borrow)]
    body: &'a RawValue,
}

const BANKS: [&str; 3] = ["bank-kes", "bank-ugx", "bank-kwd"];

#[test]
fn it_stays_small() {
    let folders = [".", "statements", "callbacks"];
    let all = folders.iter().flat_map(|folder| files(folder));
    let size: u64 = all
        .map(|path| path.metadata().unwrap())
        .filter(fs::Metadata::is_file)
        .map(|file| file.len())
        .sum();
    assert!(size < SIZE_MAX, "{size} bytes");
}

#[test]
fn the_contracts_are_two_thousand_of_every_kind() {
    let rows = contracts();
    assert_eq!(rows.len(), 2_000);
    for row in &rows {
        assert_eq!(imei::check(row.imei.expose()), Ok(()));
        assert_eq!(
            Ok(&row.reference),
            Reference::of_contract(&row.contract.id).as_ref()
        );
    }
    let count = |of: &dyn Fn(&ContractRow) -> String| {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        rows.iter()
            .for_each(|row| *kinds.entry(of(row)).or_default() += 1);
        kinds.into_keys().collect::<Vec<_>>()
    };
    assert_eq!(
        count(&|row| row.contract.currency.to_string()),
        ["KES", "KWD", "UGX"]
    );
    assert_eq!(
        count(&|row| row.packs.join(" ")),
        ["in", "sandbox", "strict-default"]
    );
    assert_eq!(
        count(&|row| row.time_zone.clone()),
        ["Africa/Kampala", "Africa/Nairobi", "Asia/Kuwait"]
    );
    let steps = count(&|row| match row.contract.instalments.as_slice() {
        [first, second, ..] => match second.due.days_since(first.due) {
            7 => "weekly".to_owned(),
            14 => "fortnightly".to_owned(),
            _ => "monthly".to_owned(),
        },
        _ => "one".to_owned(),
    });
    assert_eq!(steps, ["fortnightly", "monthly", "weekly"]);
    let first: Vec<bool> = rows.iter().take(40).map(|row| row.phone).collect();
    assert_eq!(first, [true; 40], "the first forty have phones");
}

#[test]
fn the_contracts_feeds_are_those_of_the_table() {
    let table = fs::read_to_string(demo().join("feeds.csv")).unwrap();
    let feeds: BTreeSet<&str> = table
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    let named: BTreeSet<String> = contracts()
        .into_iter()
        .filter_map(|row| row.contract.feed)
        .collect();
    assert_eq!(
        named.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        feeds
    );
    for feed in BANKS {
        let account = table
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{feed},statements,")));
        let (account, _) = account.unwrap().split_once(',').unwrap();
        for (_, statement) in statements(feed) {
            assert_eq!(statement.head.account.as_deref(), Some(account));
        }
    }
}

#[test]
fn statements_are_numbered_without_gaps_and_their_balances_chain() {
    for feed in BANKS {
        let statements = statements(feed);
        assert_eq!(statements.len(), 150, "{feed}");
        for (number, (arrives, statement)) in (1..).zip(&statements) {
            let head = &statement.head;
            assert_eq!(head.electronic_sequence, Some(number), "{feed}");
            assert_eq!(head.balances_chain, Some(true), "{feed} {number}");
            assert!(
                head.complete_to.unwrap().at.unwrap() < *arrives,
                "{feed} {number}"
            );
        }
        for pair in statements.windows(2) {
            let (before, after) = (&pair[0].1.head, &pair[1].1.head);
            assert_eq!(
                before.closing, after.opening,
                "{feed} {:?}",
                after.statement
            );
        }
    }
}

#[test]
fn one_feed_is_silent_for_a_week_and_then_sends_what_it_owes() {
    let mut silences = Vec::new();
    for feed in BANKS {
        let arrivals: Vec<Instant> = statements(feed).iter().map(|(at, _)| *at).collect();
        for pair in arrivals
            .windows(2)
            .filter(|pair| pair[1].since(pair[0]) > PERIOD)
        {
            let owed = arrivals.iter().filter(|at| **at == pair[1]).count();
            silences.push((feed, pair[1].since(pair[0]).as_hours() / 24, owed));
        }
    }
    assert_eq!(silences, [("bank-ugx", 8, 8)]);
}

#[test]
fn callbacks_are_readable_and_their_feed_is_never_silent() {
    let mut news = vec![instant("2026-03-02T00:00:00")];
    let mut receipts: BTreeMap<String, usize> = BTreeMap::new();
    for path in files("callbacks") {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let callback: Callback<'_> = serde_json::from_str(line).unwrap();
            let payment = match read_c2b(callback.body.get().as_bytes()) {
                Ok(payment) => payment,
                Err(error) => panic!("{} line {}: {error}", name(&path), number + 1),
            };
            let at = instant(callback.at);
            assert!(payment.acted <= at, "{} line {}", name(&path), number + 1);
            news.push(at);
            *receipts.entry(payment.trans_id).or_default() += 1;
        }
    }
    news.push(instant("2026-07-29T00:00:00"));
    assert!(news.is_sorted(), "in order of arrival");
    let longest = news
        .windows(2)
        .map(|pair| pair[1].since(pair[0]))
        .max()
        .unwrap();
    assert!(longest < PERIOD, "{longest}");
    let twice = receipts.values().filter(|count| **count == 2).count();
    assert!(
        receipts.len() > 1_000 && twice > 0,
        "{} receipts, {twice} posted twice",
        receipts.len()
    );
}

/// What stands in the statements, by what makes it worth having.
#[test]
fn the_statements_have_every_story() {
    let references: BTreeSet<Reference> =
        contracts().into_iter().map(|row| row.reference).collect();
    let mut stories: BTreeMap<&str, usize> = BTreeMap::new();
    for feed in BANKS {
        let mut announced: BTreeSet<String> = BTreeSet::new();
        for entry in statements(feed)
            .iter()
            .flat_map(|(_, statement)| &statement.entries)
        {
            for story in told(entry, &mut announced, &references) {
                *stories.entry(story).or_default() += 1;
            }
        }
        *stories.entry("announced and never booked").or_default() += announced.len();
    }
    let lost = stories["announced and never booked"];
    assert!(lost < 20, "{lost} announced payments were never booked");
    for (story, at_least) in [
        ("booked with a reference", 1_200),
        ("announced", 60),
        ("announced, then booked", 50),
        ("announced and never booked", 3),
        ("a batch", 50),
        ("without a reference that is a contract's", 10),
        ("returned", 3),
        ("other debits", 50),
    ] {
        let count = stories.get(story).copied().unwrap_or(0);
        assert!(
            count >= at_least,
            "{story}: {count}, expected at least {at_least}"
        );
    }
}

fn told(
    entry: &Entry,
    announced: &mut BTreeSet<String>,
    references: &BTreeSet<Reference>,
) -> Vec<&'static str> {
    let own = entry.references.get("AcctSvcrRef").unwrap().to_owned();
    if entry.direction == Direction::Debit {
        let returned = entry.details.iter().any(|detail| detail.returned);
        return vec![if returned { "returned" } else { "other debits" }];
    }
    if entry.status == EntryStatus::Pending {
        assert!(announced.insert(own));
        return vec!["announced"];
    }
    let mut stories = Vec::new();
    if announced.remove(&own) {
        stories.push("announced, then booked");
    }
    if entry.details.len() > 1 {
        stories.push("a batch");
    }
    for detail in &entry.details {
        let text = detail.remittance.as_ref().unwrap().expose();
        let mentions = reference::find([text.as_str()]);
        let ours = mentions
            .iter()
            .flat_map(|mention| &mention.readings)
            .any(|found| references.contains(found));
        stories.push(match ours {
            true => "booked with a reference",
            false => "without a reference that is a contract's",
        });
    }
    stories
}
