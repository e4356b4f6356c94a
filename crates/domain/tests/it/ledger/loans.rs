//! Loans in the books: stories, each outcome with its case, and arrival in any order.

use std::collections::BTreeMap;

use fairlock_domain::ledger::{
    Account, Balance, Command, EntryKind, Ledger, LoanChange, LoanEntry, Outcome, Owner, Source,
    Work, post, prove,
};
use fairlock_domain::loan::Portions;
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Money};
use proptest::prelude::*;

use super::kit::{
    Five, books, change, command, day, disburse, enter, entry, kes, moved, mpesa, nets, open,
    repay, undo, usd, with,
};

fn charge(subject: &str, fee: i128) -> Command {
    enter(subject, entry(EntryKind::Charge, None, [0, 0, fee, 0, 0]))
}

fn book(subject: &str, owner: Owner, minor: i128) -> Command {
    let work = Work::Book {
        owner,
        channel: "mpesa".to_owned(),
        amount: Money::new(minor, kes()),
    };
    command(subject, work)
}

fn announce(subject: &str, minor: i128) -> Command {
    let work = Work::Announce {
        owner: Owner::Contract("L-1".to_owned()),
        channel: "mpesa".to_owned(),
        amount: Money::new(minor, kes()),
        expires_at: fairlock_domain::calendar::Instant::from_unix_seconds(200),
    };
    command(subject, work)
}

fn take_back(subject: &str, minor: i128) -> Command {
    let amount = Money::new(minor, kes());
    command(subject, Work::Reverse { amount })
}

fn from_suspense(subject: &str, five: Five) -> Command {
    let source = Some(Source::Suspense);
    enter(subject, entry(EntryKind::Repayment, source, five))
}

fn finance(contract: &str) -> Command {
    let total = Money::new(1_000, kes());
    command(contract, Work::Finance { total })
}

/// Posts `last` after commands that were all posted; a refusal leaves the books as they were.
fn check(before: &[&Command], last: &Command, expected: Outcome) {
    let before: Vec<Command> = before.iter().map(|c| (*c).clone()).collect();
    let ledger = books(&before);
    let (after, outcome) = post(ledger.clone(), last);
    assert_eq!(outcome, expected, "{last:?}");
    if outcome != Outcome::Posted {
        assert_eq!(after, ledger, "{last:?} was refused and changed the books");
    }
}

fn check_nets(commands: &[Command], expected: &[(&str, i128)]) -> Ledger {
    let ledger = books(commands);
    let found = nets(&ledger);
    let found: Vec<_> = found
        .iter()
        .map(|(name, net)| (name.as_str(), *net))
        .collect();
    assert_eq!(found, expected);
    ledger
}

#[test]
fn a_loan_from_the_first_day_to_the_last() {
    let refund = entry(
        EntryKind::CreditRefund,
        Some(Source::RefundsPayable),
        [0, 0, 0, 0, 40],
    );
    let paid_out = Work::PayRefund {
        channel: "mpesa".to_owned(),
        amount: Money::new(40, kes()),
    };
    let commands = [
        open("L-1"),
        disburse("D-1", 1_000),
        charge("F-1", 30),
        enter("A-1", entry(EntryKind::Accrual, None, [0, 10, 0, 0, 0])),
        repay("P-1", [360, 10, 30, 0, 0]),
        repay("P-2", [640, 0, 0, 0, 60]),
        // A day later the first payment turns out to have been worth 20 less.
        enter(
            "K-1",
            entry(EntryKind::Chargeback, mpesa(), [0, 0, 0, 0, 20]),
        ),
        enter("R-1", refund),
        command("R-1", paid_out),
        command("L-1", Work::Close),
    ];
    let expected = [
        ("clearing:mpesa", 400 + 700 - 20 - 40),
        ("fund_source", -1_000),
        ("income_fee", -30),
        ("income_interest", -10),
    ];
    check_nets(&commands, &expected);
}

#[test]
fn a_debt_that_was_given_up_and_partly_came_back_after_all() {
    let recovery = LoanEntry {
        amount: Money::new(70, kes()),
        portions: Portions::NONE,
        ..entry(EntryKind::Recovery, mpesa(), [0; 5])
    };
    let mut commands = vec![
        open("L-1"),
        disburse("D-1", 1_000),
        repay("P-1", [300, 0, 0, 0, 0]),
        enter("W-1", entry(EntryKind::WriteOff, None, [700, 0, 0, 0, 0])),
        enter("Z-1", recovery),
    ];
    let expected = [
        ("clearing:mpesa", 370),
        ("fund_source", -1_000),
        ("recoveries", -70),
        ("write_off", 700),
    ];
    check_nets(&commands, &expected);

    // The payment is taken back: the replay gives up more.
    let more = vec![moved("W-1", [700, 0, 0, 0, 0], [1_000, 0, 0, 0, 0])];
    commands.push(with(&undo("X-1", "P-1"), more));
    let expected = [
        ("clearing:mpesa", 70),
        ("fund_source", -1_000),
        ("recoveries", -70),
        ("write_off", 1_000),
    ];
    let ledger = check_nets(&commands, &expected);
    let given_up = ledger
        .record("W-1")
        .map(|record| record.entry.amount.minor());
    assert_eq!(given_up, Some(1_000));
}

/// Money that a replay moves is posted as the difference; what was posted before stays.
#[test]
fn a_fee_that_counts_from_an_earlier_day_takes_money_from_principal() {
    let before = [
        open("L-1"),
        disburse("D-1", 1_000),
        repay("P-1", [500, 0, 0, 0, 0]),
    ];
    let late_fee = with(
        &charge("F-1", 30),
        vec![moved("P-1", [500, 0, 0, 0, 0], [470, 0, 30, 0, 0])],
    );
    let ledger = books(&before);
    let first = ledger.made().last().cloned();
    let (ledger, outcome) = post(ledger, &late_fee);
    assert_eq!(outcome, Outcome::Posted);
    let journal: Vec<_> = ledger.made().map(|p| p.id()).collect();
    assert_eq!(
        journal,
        ["L-1/opened", "D-1/disbursed", "P-1/repaid", "F-1/charged"]
    );
    assert_eq!(ledger.made().nth(2), first.as_ref());
    let legs = super::kit::lines(&ledger.made().last().expect("a posting").legs);
    let expected = [
        "debit receivable_fee:L-1 30",
        "credit income_fee 30",
        "debit receivable_principal:L-1 30",
        "credit receivable_fee:L-1 30",
    ];
    assert_eq!(legs, expected);
}

/// Within one posting an account may be below zero for a moment; after it, never.
#[test]
fn moves_count_together_with_what_caused_them() {
    let before = [
        &open("L-1"),
        &disburse("D-1", 100),
        &repay("P-2", [100, 0, 0, 0, 0]),
    ];
    let earlier = repay("P-1", [60, 0, 0, 0, 0]);
    check(&before, &earlier, Outcome::MoreThanOwed);
    let over = moved("P-2", [100, 0, 0, 0, 0], [40, 0, 0, 0, 60]);
    check(&before, &with(&earlier, vec![over]), Outcome::Posted);
    let too_little = moved("P-2", [100, 0, 0, 0, 0], [41, 0, 0, 0, 59]);
    check(
        &before,
        &with(&earlier, vec![too_little]),
        Outcome::MoreThanOwed,
    );
}

#[test]
fn announced_money_ends_with_the_entry_that_brings_it() {
    let mut commands = vec![open("L-1"), disburse("D-1", 1_000), announce("P-1", 300)];
    let pending = |ledger: &Ledger| {
        let owed = Account::receivable(fairlock_domain::loan::order::Component::Principal, "L-1");
        ledger.balance(&owed, kes()).net_pending()
    };
    assert_eq!(pending(&books(&commands)), -300);
    commands.push(repay("P-1", [280, 0, 0, 0, 0]));
    let ledger = books(&commands);
    assert_eq!(pending(&ledger), 0);
    let [one, two, three] = [&commands[0], &commands[1], &commands[2]];
    let before = [one, two, three, &commands[3]];
    check(&before, &command("P-1", Work::Void), Outcome::AlreadyBooked);
    check(
        &before,
        &book("P-1", Owner::Suspense, 280),
        Outcome::AlreadyBooked,
    );
    check(&[one, two, &commands[3]], three, Outcome::AlreadyBooked);
}

#[test]
fn money_in_suspense_goes_to_a_loan_and_back() {
    let mut commands = vec![
        open("L-1"),
        disburse("D-1", 1_000),
        book("P-1", Owner::Suspense, 300),
        from_suspense("P-1", [300, 0, 0, 0, 0]),
    ];
    let expected = [
        ("clearing:mpesa", 300),
        ("fund_source", -1_000),
        ("receivable_principal:L-1", 700),
    ];
    check_nets(&commands, &expected);
    let before: Vec<&Command> = commands.iter().collect();
    check(&before, &take_back("P-1", 300), Outcome::OnLoan);

    commands.push(undo("X-1", "P-1"));
    let expected = [
        ("clearing:mpesa", 300),
        ("fund_source", -1_000),
        ("receivable_principal:L-1", 1_000),
        ("suspense", -300),
    ];
    check_nets(&commands, &expected);

    commands.push(take_back("P-1", 300));
    let expected = [("fund_source", -1_000), ("receivable_principal:L-1", 1_000)];
    check_nets(&commands, &expected);
}

#[test]
fn every_outcome_of_a_loan_has_its_case() {
    let (o, d) = (open("L-1"), disburse("D-1", 1_000));
    let p = repay("P-1", [300, 0, 0, 0, 0]);
    let before = [&o, &d, &p];
    let undone = [&o, &d, &p, &undo("X-1", "P-1")];
    let pool = finance("C-1");
    let on_pool = |command: &Command| match &command.work {
        Work::Loan {
            on, change, moved, ..
        } => Command {
            work: Work::Loan {
                contract: "C-1".to_owned(),
                on: *on,
                change: change.clone(),
                moved: moved.clone(),
            },
            ..command.clone()
        },
        _ => command.clone(),
    };
    let early = Command {
        work: Work::Loan {
            contract: "L-1".to_owned(),
            on: day("2026-01-31"),
            change: LoanChange::Reallocation,
            moved: Vec::new(),
        },
        ..p.clone()
    };
    let foreign = enter(
        "P-2",
        LoanEntry {
            amount: Money::new(1, usd()),
            ..entry(EntryKind::Repayment, mpesa(), [1, 0, 0, 0, 0])
        },
    );

    check(&before, &p, Outcome::Exists);
    check(
        &before,
        &repay("P-1", [299, 0, 0, 0, 0]),
        Outcome::OtherContent,
    );
    check(&before, &charge("P-1", 1), Outcome::OtherContent);
    check(&before, &repay("P-2", [0; 5]), Outcome::AmountNotPositive);
    let most = AMOUNT_MAX_MINOR + 1;
    check(
        &before,
        &repay("P-2", [most, 0, 0, 0, 0]),
        Outcome::AmountTooLarge,
    );
    check(
        &before,
        &repay("P-2", [2, -1, 0, 0, 0]),
        Outcome::PortionNegative,
    );
    let of_fee = enter("F-1", entry(EntryKind::Charge, None, [1, 0, 0, 0, 0]));
    check(&before, &of_fee, Outcome::WrongPortion);
    let less = moved("P-1", [300, 0, 0, 0, 0], [299, 0, 0, 0, 0]);
    check(
        &before,
        &with(&charge("F-1", 1), vec![less]),
        Outcome::PortionsDiffer,
    );
    let nowhere = enter("P-2", entry(EntryKind::Repayment, None, [1, 0, 0, 0, 0]));
    check(&before, &nowhere, Outcome::WrongSource);
    check(&[], &d, Outcome::UnknownContract);
    check(
        &before,
        &from_suspense("P-2", [1, 0, 0, 0, 0]),
        Outcome::UnknownPayment,
    );
    check(&before, &undo("X-1", "P-9"), Outcome::UnknownEntry);
    let stranger = moved("P-9", [0; 5], [0; 5]);
    check(
        &before,
        &with(&charge("F-1", 1), vec![stranger]),
        Outcome::UnknownEntry,
    );
    let other_loan = open("L-2");
    let their_entry = match undo("X-1", "P-1").work {
        Work::Loan { on, change, .. } => Work::Loan {
            contract: "L-2".to_owned(),
            on,
            change,
            moved: Vec::new(),
        },
        work => work,
    };
    let theirs = command("X-1", their_entry);
    check(&[&o, &d, &p, &other_loan], &theirs, Outcome::UnknownEntry);
    check(&before, &foreign, Outcome::OtherCurrency);
    check(&[&pool], &on_pool(&charge("F-1", 1)), Outcome::NoLoan);
    check(&[&pool], &open("C-1"), Outcome::NoLoan);
    check(&[&o], &finance("L-1"), Outcome::OnLoan);
    check(
        &[&o, &d],
        &book("P-1", Owner::Contract("L-1".to_owned()), 1),
        Outcome::OnLoan,
    );
    check(
        &before,
        &Command {
            subject: "X-1".to_owned(),
            ..early
        },
        Outcome::BeforeContract,
    );
    let in_suspense = book("P-2", Owner::Suspense, 50);
    check(
        &[&o, &d, &in_suspense],
        &repay("P-2", [50, 0, 0, 0, 0]),
        Outcome::AlreadyBooked,
    );
    check(&undone, &undo("X-2", "P-1"), Outcome::AlreadyReversed);
    let gone = moved("P-1", [300, 0, 0, 0, 0], [200, 0, 0, 0, 100]);
    check(
        &undone,
        &with(&charge("F-1", 1), vec![gone.clone()]),
        Outcome::AlreadyReversed,
    );
    check(
        &before,
        &with(&undo("X-1", "P-1"), vec![gone]),
        Outcome::AlreadyReversed,
    );
    let short = from_suspense("P-2", [49, 0, 0, 0, 0]);
    check(&[&o, &d, &in_suspense], &short, Outcome::AmountDiffers);
    let returned = take_back("P-2", 50);
    let whole = from_suspense("P-2", [50, 0, 0, 0, 0]);
    check(
        &[&o, &d, &in_suspense, &returned],
        &whole,
        Outcome::AlreadyReversed,
    );
    let assigned = command(
        "P-2",
        Work::Assign {
            contract: "C-1".to_owned(),
        },
    );
    check(
        &[&o, &d, &pool, &in_suspense, &assigned],
        &whole,
        Outcome::NotInSuspense,
    );
    check(
        &[&o, &d, &in_suspense, &whole, &pool],
        &assigned,
        Outcome::OnLoan,
    );
    let stale = moved("P-1", [299, 0, 0, 0, 1], [300, 0, 0, 0, 0]);
    check(
        &before,
        &with(&charge("F-1", 1), vec![stale]),
        Outcome::StaleEntry,
    );
    check(&before, &command("L-1", Work::Close), Outcome::NotSettled);
    let pending = announce("P-7", 5);
    check(
        &[&o, &pending],
        &command("L-1", Work::Close),
        Outcome::NotSettled,
    );
    check(
        &before,
        &repay("P-2", [701, 0, 0, 0, 0]),
        Outcome::MoreThanOwed,
    );
    check(
        &before,
        &repay("P-2", [0, 0, 1, 0, 0]),
        Outcome::MoreThanOwed,
    );
    let refund = entry(EntryKind::CreditRefund, mpesa(), [0, 0, 0, 0, 1]);
    check(&before, &enter("R-1", refund), Outcome::MoreThanCredit);
}

#[test]
fn an_ended_contract_takes_nothing_any_more() {
    let (o, d, p) = (
        open("L-1"),
        disburse("D-1", 100),
        repay("P-1", [100, 0, 0, 0, 0]),
    );
    let end = command("L-1", Work::Close);
    let before = [&o, &d, &p, &end];
    for after in [
        charge("F-1", 1),
        repay("P-2", [0, 0, 0, 0, 1]),
        undo("X-1", "P-1"),
        announce("P-3", 1),
        book("P-4", Owner::Contract("L-1".to_owned()), 1),
    ] {
        check(&before, &after, Outcome::ContractClosed);
    }
    check(&before, &end, Outcome::Exists);
    check(&[], &end, Outcome::UnknownContract);
}

#[test]
fn a_refund_leaves_once_and_whole() {
    let refund = entry(
        EntryKind::CreditRefund,
        Some(Source::RefundsPayable),
        [0, 0, 0, 0, 40],
    );
    let (o, d) = (open("L-1"), disburse("D-1", 100));
    let (p, r) = (repay("P-1", [100, 0, 0, 0, 40]), enter("R-1", refund));
    let pay = |minor, currency| {
        let work = Work::PayRefund {
            channel: "mpesa".to_owned(),
            amount: Money::new(minor, currency),
        };
        command("R-1", work)
    };
    let before = [&o, &d, &p, &r];
    let paid = pay(40, kes());
    check(&before, &paid, Outcome::Posted);
    check(&[&o, &d, &p], &paid, Outcome::UnknownPayment);
    check(&before, &pay(40, usd()), Outcome::OtherCurrency);
    check(&before, &pay(39, kes()), Outcome::AmountDiffers);
    check(
        &[&o, &d, &p, &r, &undo("X-1", "R-1")],
        &paid,
        Outcome::AlreadyReversed,
    );
    check(
        &[&o, &d, &p, &r, &paid],
        &undo("X-1", "R-1"),
        Outcome::AlreadyPaidOut,
    );
    check(
        &[&o, &d, &p, &r, &paid],
        &pay(39, kes()),
        Outcome::OtherContent,
    );
}

/// Everything is wrong with the first command; each next one has the first fault mended.
#[test]
fn of_several_faults_the_first_one_is_told() {
    let setting = || {
        let closed = [open("L-9"), command("L-9", Work::Close)];
        let mut all = vec![
            open("L-1"),
            disburse("D-1", 100),
            undo("X-1", "D-1"),
            finance("C-1"),
        ];
        all.extend(closed);
        all
    };
    let before = setting();
    let before: Vec<&Command> = before.iter().collect();
    let ask = |subject: &str, contract: &str, entry: &LoanEntry, of: &[(&str, Five)]| {
        let work = Work::Loan {
            contract: contract.to_owned(),
            on: day("2026-01-01"),
            change: LoanChange::Entry(entry.clone()),
            moved: of
                .iter()
                .map(|(id, five)| moved(id, [7; 5], *five))
                .collect(),
        };
        command(subject, work)
    };
    let mut entry = LoanEntry {
        kind: EntryKind::Charge,
        source: mpesa(),
        amount: Money::new(-5, usd()),
        portions: super::kit::split([9, 0, -1, 0, 0]),
    };
    let stranger: &[(&str, Five)] = &[("P-9", [0; 5])];
    check(
        &before,
        &ask("D-1", "nobody", &entry, stranger),
        Outcome::OtherContent,
    );
    check(
        &before,
        &ask("F-1", "nobody", &entry, stranger),
        Outcome::AmountNotPositive,
    );
    entry.amount = Money::new(5, usd());
    check(
        &before,
        &ask("F-1", "nobody", &entry, stranger),
        Outcome::PortionNegative,
    );
    entry.portions = super::kit::split([9, 0, 1, 0, 0]);
    check(
        &before,
        &ask("F-1", "nobody", &entry, stranger),
        Outcome::WrongPortion,
    );
    entry.portions = super::kit::split([0, 0, 1, 0, 0]);
    check(
        &before,
        &ask("F-1", "nobody", &entry, stranger),
        Outcome::PortionsDiffer,
    );
    entry.amount = Money::new(1, usd());
    check(
        &before,
        &ask("F-1", "nobody", &entry, stranger),
        Outcome::WrongSource,
    );
    entry.source = None;
    check(
        &before,
        &ask("F-1", "nobody", &entry, stranger),
        Outcome::UnknownContract,
    );
    check(
        &before,
        &ask("F-1", "L-9", &entry, stranger),
        Outcome::UnknownEntry,
    );
    check(
        &before,
        &ask("F-1", "L-9", &entry, &[]),
        Outcome::OtherCurrency,
    );
    entry.amount = Money::new(1, kes());
    check(
        &before,
        &ask("F-1", "L-9", &entry, &[]),
        Outcome::ContractClosed,
    );
    check(&before, &ask("F-1", "C-1", &entry, &[]), Outcome::NoLoan);
    let reversed: &[(&str, Five)] = &[("D-1", [100, 0, 0, 0, 0])];
    check(
        &before,
        &ask("F-1", "L-1", &entry, reversed),
        Outcome::BeforeContract,
    );
}

#[test]
fn an_account_of_a_loan_that_would_overflow_is_refused() {
    let opened = books(&[open("L-1")]);
    let full = Balance {
        debits: i128::MAX,
        credits: i128::MAX,
        ..Balance::default()
    };
    let ledger = Ledger::load(
        [(Account::FeeIncome, kes(), full)],
        opened.postings().cloned(),
    );
    let (after, outcome) = post(ledger.clone(), &charge("F-1", 1));
    assert_eq!(outcome, Outcome::Overflow);
    assert_eq!(after, ledger);
}

/// A small loan for the law below: fees first, then principal, the rest is credit; payments count
/// in the order of their numbers, whenever they arrive.
struct Replay {
    owed: [i128; 2],
    /// Amount by number; those that arrived and weren't taken back.
    payments: BTreeMap<usize, i128>,
    portions: BTreeMap<usize, Five>,
}

impl Replay {
    /// Splits everything anew; which payments are split otherwise than before.
    fn again(&mut self) -> Vec<(usize, Five, Five)> {
        let [mut fee, mut principal] = self.owed;
        let mut changed = Vec::new();
        for (nr, amount) in &self.payments {
            let to_fee = fee.min(*amount);
            let to_principal = principal.min(amount - to_fee);
            let rest = amount - to_fee - to_principal;
            (fee, principal) = (fee - to_fee, principal - to_principal);
            let five = [to_principal, 0, to_fee, 0, rest];
            match self.portions.insert(*nr, five) {
                Some(before) if before != five => changed.push((*nr, before, five)),
                _ => {}
            }
        }
        changed
    }
}

/// Arrivals of payments, and of the reversals of some, in the given order.
fn arrive(payments: &[(i128, bool)], order: &[(usize, bool)]) -> Ledger {
    let mut replay = Replay {
        owed: [30, 400],
        payments: BTreeMap::new(),
        portions: BTreeMap::new(),
    };
    let mut commands = vec![open("L-1"), disburse("D-1", 400), charge("F-1", 30)];
    let id = |nr: usize| format!("P-{nr}");
    for &(nr, reversal) in order {
        let asked = if reversal {
            replay.payments.remove(&nr);
            replay.portions.remove(&nr);
            undo(&format!("X-{nr}"), &id(nr))
        } else {
            replay.payments.insert(nr, payments[nr].0);
            change(&id(nr), LoanChange::Reallocation, Vec::new())
        };
        let changed = replay.again();
        let moves = changed
            .iter()
            .map(|(nr, before, after)| moved(&id(*nr), *before, *after));
        let moves = moves.collect();
        let asked = if reversal {
            asked
        } else {
            repay(&id(nr), replay.portions[&nr])
        };
        commands.push(with(&asked, moves));
    }
    books(&commands)
}

proptest! {
    #[test]
    fn the_order_in_which_entries_arrive_does_not_matter(
        payments in prop::collection::vec((1i128..200, any::<bool>()), 1..8),
        seed in any::<u64>(),
    ) {
        let mut in_order = Vec::new();
        for (nr, (_, reversed)) in payments.iter().enumerate() {
            in_order.push((nr, false));
            in_order.extend(reversed.then_some((nr, true)));
        }
        // Any order in which a reversal comes after its payment.
        let mut mixed: Vec<(u64, (usize, bool))> = Vec::new();
        let mut state = seed;
        for arrival in &in_order {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let payment = mixed.iter().find(|(_, (nr, _))| *nr == arrival.0).map(|(at, _)| *at);
            mixed.push((payment.unwrap_or(0).saturating_add(state >> 33), *arrival));
        }
        mixed.sort();
        let mixed: Vec<_> = mixed.into_iter().map(|(_, arrival)| arrival).collect();

        let (one, two) = (arrive(&payments, &in_order), arrive(&payments, &mixed));
        prop_assert_eq!(nets(&one), nets(&two));
        // A reversed entry keeps the portions it had then; those that stand are the same.
        let standing = |ledger: &Ledger| {
            let all = ledger.records().filter(|(_, record)| !record.reversed);
            all.map(|(id, record)| (id.to_owned(), record.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(standing(&one), standing(&two));
        prop_assert!(prove(&two).is_empty());
    }
}
