//! Reconciliation: two sides item by item, payouts by day, and what becomes of breaks.

use std::collections::BTreeMap;

use fairlock_domain::calendar::Day;
use fairlock_domain::money::{Currency, Money};
use fairlock_server::money::feeds;
use fairlock_server::money::reconcile::close::{Act, act};
use fairlock_server::money::reconcile::compare::{Item, compare, unsettled};
use fairlock_server::money::reconcile::run;
use fairlock_storage::{ChangeSet, NewFeed, ReconLine, ReconSide};
use proptest::prelude::*;

use super::bench::{Bench, LENDER, TILL, at, confirmation, day};
use super::camt::{Entry, File, credit, notification, statement};

/// `mark day amount`, days of March; `~` before the day: made from an instant.
fn items(lines: &[&str]) -> Vec<Item> {
    let item = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [mark, on, amount] = words[..] else {
            panic!("{line}");
        };
        Item {
            mark: mark.to_owned(),
            day: march(on.trim_start_matches('~').parse().unwrap()),
            amount: amount.parse().unwrap(),
            dated: !on.starts_with('~'),
        }
    };
    lines.iter().map(item).collect()
}

fn march(n: i32) -> Day {
    day("2026-02-28").plus_days(n)
}

#[track_caller]
fn check(theirs: &[&str], ours: &[&str], expected: &[&str]) {
    let compared = compare(&items(theirs), &items(ours));
    let found: Vec<String> = compared
        .breaks
        .iter()
        .map(|b| {
            let on = b.day.unix_days() - march(0).unix_days();
            format!("{} {} on {on}: {}", b.kind.name(), b.mark, b.effect)
        })
        .collect();
    assert_eq!(found, expected, "{theirs:?} against {ours:?}");
    for day in compared.totals.keys() {
        let effects: i128 = compared.of(*day).map(|b| b.effect).sum();
        assert_eq!(effects, compared.difference(*day), "{day}");
    }
}

#[test]
fn what_agrees_has_no_break() {
    check(&[], &[], &[]);
    check(&["a 3 100"], &["a 3 100"], &[]);
    check(
        &["a 3 100", "b 3 50", "a 5 -100"],
        &["b 3 50", "a 3 100", "a 5 -100"],
        &[],
    );
}

#[test]
fn each_kind_of_break_is_told_apart() {
    check(&["a 3 100"], &[], &["missing_at_us a on 3: 100"]);
    check(&[], &["a 3 100"], &["missing_there a on 3: -100"]);
    check(&["a 3 100"], &["a 3 90"], &["amount a on 3: 10"]);
    check(
        &["a 3 100", "a 3 100"],
        &["a 3 100"],
        &["duplicate a on 3: 100"],
    );
    check(
        &["a 3 100"],
        &["a 3 100", "a 4 100"],
        &["duplicate a on 4: -100"],
    );
    check(
        &["a 4 100"],
        &["a 3 100"],
        &["timing a on 3: -100", "timing a on 4: 100"],
    );
    check(
        &["a 3 -100"],
        &["a 3 100"],
        &["missing_at_us a on 3: -100", "missing_there a on 3: -100"],
    );
}

#[test]
fn a_day_that_was_made_from_an_instant_may_be_one_off() {
    check(&["a ~4 100"], &["a 3 100"], &[]);
    check(
        &["a ~5 100"],
        &["a 3 100"],
        &["timing a on 3: -100", "timing a on 5: 100"],
    );
}

/// A payment that a person moved to another contract left our account and came back to it.
#[test]
fn a_move_within_our_own_account_is_no_break() {
    check(&["a 3 100"], &["a 3 100", "a 9 -100", "a 3 100"], &[]);
    check(
        &["a 3 100", "a 9 -100"],
        &["a 3 100", "a 8 -100", "a 3 100", "a 9 -100"],
        &[],
    );
}

fn any_items() -> impl Strategy<Value = Vec<Item>> {
    let item =
        ("[abc]", 1_i32..6, -3_i128..4, any::<bool>()).prop_map(|(mark, on, n, dated)| Item {
            mark,
            day: march(on),
            amount: n * 100,
            dated,
        });
    prop::collection::vec(item, 0..12)
}

proptest! {
    #[test]
    fn the_breaks_of_a_day_add_up_to_its_difference(theirs in any_items(), ours in any_items()) {
        let compared = compare(&theirs, &ours);
        for day in compared.totals.keys() {
            let effects: i128 = compared.of(*day).map(|b| b.effect).sum();
            prop_assert_eq!(effects, compared.difference(*day));
        }
        let all: i128 = compared.breaks.iter().map(|b| b.effect).sum();
        let of = |side: &[Item]| side.iter().map(|i| i.amount).sum::<i128>();
        let moved = compared.totals.values().map(|t| t.1).sum::<i128>();
        prop_assert_eq!(all, of(&theirs) - moved);
        prop_assert_eq!(moved, of(&ours), "a move cancels itself out");
    }

    #[test]
    fn what_the_bank_has_not_shown_adds_up_to_the_balance(
        came in prop::collection::btree_map(1_i32..9, -500_i128..1_000, 1..8),
        balance in -2_000_i128..4_000,
    ) {
        let came: BTreeMap<Day, i128> = came.into_iter().map(|(n, a)| (march(n), a)).collect();
        prop_assert_eq!(unsettled(&came, balance).values().sum::<i128>(), balance);
    }
}

#[test]
fn the_newest_money_is_on_its_way() {
    let came = |nets: &[i128]| -> BTreeMap<Day, i128> {
        (1..).map(march).zip(nets.iter().copied()).collect()
    };
    let open = |nets: &[i128], balance| -> Vec<i128> {
        unsettled(&came(nets), balance).into_values().collect()
    };
    assert_eq!(open(&[100, 200, 300], 0), [0, 0, 0]);
    assert_eq!(open(&[100, 200, 300], 300), [0, 0, 300]);
    assert_eq!(open(&[100, 200, 300], 350), [0, 50, 300]);
    assert_eq!(open(&[100, 200, 300], 700), [200, 200, 300]);
    assert_eq!(open(&[100, 200], -40), [-40, 0]);
}

impl Bench {
    fn reconcile(&self, last: &str) {
        run::through(self.store(), LENDER, day(last), self.stamp()).unwrap();
    }

    /// Report, clearing account, bank of a channel's day.
    fn sides(&self, on: &str, channel: &str) -> String {
        let rows = self.store().recon_day(LENDER, day(on)).unwrap();
        let row = rows.into_iter().find(|row| row.channel == channel).unwrap();
        let side = |money: Option<Money>| money.map_or("-".to_owned(), |m| m.to_string());
        format!("{} {} {}", side(row.report), row.clearing, side(row.bank))
    }

    /// The breaks of a day, closed ones with why.
    fn breaks(&self, on: &str) -> Vec<String> {
        let rows = self.store().breaks_of_day(LENDER, day(on)).unwrap();
        let line = |row: fairlock_storage::BreakRow| {
            let reason = row.reason.map(|r| format!(" {r}")).unwrap_or_default();
            format!("{} {} {}{reason}", row.side.name(), row.kind, row.amount)
        };
        rows.into_iter().map(line).collect()
    }

    fn on_break(&self, what: Act, by: &str) -> Result<(), String> {
        let open = self
            .store()
            .open_breaks(LENDER, day("2026-12-31"), 10)
            .unwrap();
        let no = open.first().expect("an open break").no;
        let words = (by, "looked at with the provider");
        act(self.store(), LENDER, no, what, words, self.stamp()).map_err(|e| e.to_string())
    }
}

#[test]
fn a_bank_s_statement_and_its_clearing_account_agree() {
    let mut bench = Bench::new();
    bench.file(
        &statement("S-1")
            .with(credit("100.00").text("nobody's").on("2026-03-02"))
            .with(credit("50.00").text("nobody's either").on("2026-03-02")),
    );
    bench.clock("2026-03-04T06:00:00Z");
    bench.reconcile("2026-03-03");
    assert_eq!(bench.sides("2026-03-02", "bank"), "- 150.00 150.00");
    assert!(bench.breaks("2026-03-02").is_empty());
}

fn servicer(entry: Entry, reference: &str) -> Entry {
    entry.servicer(reference)
}

/// Booked by a notification, and the statement doesn't show it: until a late one does.
#[test]
fn money_that_the_statement_doesn_t_show_is_missing_there_until_it_does() {
    let mut bench = Bench::new();
    let told = || servicer(credit("70.00").text("nobody's").on("2026-03-02"), "REF-1");
    bench.file(&notification("N-1").with(told()));
    bench.file(&statement("S-1").with(credit("5.00").text("another").on("2026-03-02")));
    bench.reconcile("2026-03-03");
    assert_eq!(bench.sides("2026-03-02", "bank"), "- 75.00 5.00");
    assert_eq!(bench.breaks("2026-03-02"), ["bank missing_there -70.00"]);
    bench.clock("2026-03-05T06:00:00Z");
    bench.file(&statement("S-2").with(told()));
    bench.reconcile("2026-03-04");
    assert_eq!(bench.sides("2026-03-02", "bank"), "- 75.00 75.00");
    assert_eq!(
        bench.breaks("2026-03-02"),
        ["bank missing_there -70.00 resolved"]
    );
}

const PAYER: &str = "KE31MPESAPAYOUTS01";

/// A till whose money the bank shows as payouts of one account, all of it in KES.
fn till() -> Bench {
    let bench = Bench::new();
    let till = NewFeed {
        feed: TILL.to_owned(),
        kind: feeds::CALLBACK.to_owned(),
        account: Some("600638".to_owned()),
        period: fairlock_domain::calendar::Span::hours(30),
    };
    bench.store().define_feed(LENDER, till, bench.now).unwrap();
    let account = Some(PAYER.to_owned());
    assert!(
        bench
            .store()
            .put_payout_account(LENDER, TILL, account)
            .unwrap()
    );
    bench.confirm(&confirmation("RKTQDM7W6S", "100", "whoever"));
    bench.confirm(&confirmation("RKTQDM7W6T", "50", "whoever else"));
    bench
}

/// The bank's statement with one payout, as its file would be in KES.
fn payout(id: &str, amount: &str, on: &str) -> Vec<u8> {
    let entry = credit(amount).payer("M-PESA PAYOUTS").payer_account(PAYER);
    in_kes(&statement(id).with(entry.on(on)))
}

fn in_kes(file: &File) -> Vec<u8> {
    let xml = String::from_utf8(file.xml()).unwrap();
    xml.replace("EUR", "KES").into_bytes()
}

#[test]
fn a_payout_is_the_money_of_days_before_and_none_by_itself() {
    let mut bench = till();
    let before = bench.payments().len();
    bench.clock("2026-03-05T06:00:00Z");
    bench
        .import(&payout("S-1", "100.00", "2026-03-04"))
        .unwrap();
    assert_eq!(bench.payments().len(), before, "a payout is no payment");
    bench.reconcile("2026-03-04");
    assert_eq!(bench.sides("2026-03-03", TILL), "- 150.00 100.00");
    assert_eq!(bench.breaks("2026-03-03"), ["bank timing -50.00"]);
    assert!(
        bench
            .on_break(Act::ProposeWriteOff, "Ann")
            .unwrap_err()
            .contains("another day")
    );

    bench.import(&payout("S-2", "50.00", "2026-03-05")).unwrap();
    bench.clock("2026-03-06T06:00:00Z");
    bench.reconcile("2026-03-05");
    assert_eq!(bench.sides("2026-03-03", TILL), "- 150.00 150.00");
    assert_eq!(bench.breaks("2026-03-03"), ["bank timing -50.00 resolved"]);
    bench.proves();
}

#[test]
fn what_a_provider_never_pays_out_is_written_off_by_two_people() {
    let mut bench = till();
    bench.clock("2026-03-05T06:00:00Z");
    bench
        .import(&payout("S-1", "147.50", "2026-03-04"))
        .unwrap();
    bench.clock("2026-03-09T06:00:00Z");
    bench.reconcile("2026-03-08");
    assert_eq!(bench.breaks("2026-03-03"), ["bank missing_there -2.50"]);
    assert!(
        bench
            .on_break(Act::WriteOff, "Ben")
            .unwrap_err()
            .contains("expected it proposed")
    );
    bench.on_break(Act::Own, "Ann").unwrap();
    bench.on_break(Act::ProposeWriteOff, "Ann").unwrap();
    assert!(
        bench
            .on_break(Act::WriteOff, " ann ")
            .unwrap_err()
            .contains("second one")
    );
    bench.on_break(Act::WriteOff, "Ben").unwrap();
    assert!(
        bench.balances().contains(&"rounding 2.50".to_owned()),
        "{:?}",
        bench.balances()
    );
    bench.reconcile("2026-03-08");
    let open = bench
        .store()
        .open_breaks(LENDER, day("2026-12-31"), 10)
        .unwrap();
    assert_eq!(open, [], "what was written off stays closed");
    bench.proves();
}

/// The till's own statement is the provider's report.
#[test]
fn a_confirmation_that_the_provider_s_report_lacks_is_missing_there() {
    let mut bench = till();
    let entry = servicer(
        credit("100.00").text("whoever").on("2026-03-03"),
        "RKTQDM7W6S",
    );
    let file = statement("T-1").account("600638").with(entry);
    bench.clock("2026-03-04T06:00:00Z");
    bench.import(&in_kes(&file)).unwrap();
    bench.reconcile("2026-03-03");
    assert!(
        bench
            .sides("2026-03-03", TILL)
            .starts_with("100.00 150.00 ")
    );
    let breaks = bench.breaks("2026-03-03");
    assert!(
        breaks.contains(&"report missing_there -50.00".to_owned()),
        "{breaks:?}"
    );
}

#[test]
fn a_difference_within_the_tolerance_is_let_go_with_a_posting() {
    for (tolerance, found) in [(2, "bank amount -0.03"), (3, "bank amount -0.03 tolerance")] {
        let mut bench = Bench::new();
        let euro = |cents| Money::new(cents, Currency::from_code("EUR").unwrap());
        bench
            .store()
            .put_tolerance(LENDER, euro(tolerance))
            .unwrap();
        let told = servicer(credit("70.00").text("nobody's").on("2026-03-02"), "REF-1");
        bench.file(&notification("N-1").with(told));
        let mark = bench.store().open_suspense(LENDER, 1).unwrap();
        let mut set = ChangeSet::new(bench.stamp());
        // As a bank shows it that took three cents on the way.
        set.recon_lines.push(ReconLine {
            channel: "bank".to_owned(),
            day: day("2026-03-02"),
            side: ReconSide::Bank,
            line: "S-1/0/0".to_owned(),
            mark: mark[0].payment.id.clone(),
            amount: euro(6_997),
            dated: true,
            message: None,
        });
        bench.store().commit(LENDER, set).unwrap();
        bench.clock("2026-03-04T06:00:00Z");
        bench.reconcile("2026-03-03");
        assert_eq!(bench.breaks("2026-03-02"), [found]);
        let rounded = bench.balances().contains(&"rounding 0.03".to_owned());
        assert_eq!(rounded, tolerance == 3, "{:?}", bench.balances());
        bench.proves();
    }
}

#[test]
fn a_day_is_reconciled_once_by_itself() {
    let mut bench = Bench::new();
    bench.file(&statement("S-1").with(credit("100.00").text("nobody's").on("2026-03-02")));
    let due = |bench: &Bench| run::due(bench.store(), LENDER, bench.stamp()).unwrap();
    bench.clock("2026-03-03T13:00:00Z");
    assert!(due(&bench));
    assert!(!due(&bench), "once a day");
    bench.now = at("2026-03-04T00:00:01Z");
    assert!(due(&bench));
    assert_eq!(bench.sides("2026-03-02", "bank"), "- 100.00 100.00");
}
