//! The ledger: outcomes in their order, conservation, and independence of order. Here payments and
//! pools; loans in the modules beneath.

mod chart;
mod corpus;
mod found;
mod journal;
mod kit;
mod loans;
mod of_loan;
mod refunds;

use fairlock_domain::calendar::Instant;
use fairlock_domain::ledger::{Account, Command, Ledger, Outcome, Owner, PostingKind, Work, post};
use fairlock_domain::loan::order::Component;
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency, Money};
use proptest::prelude::*;

fn money(minor: i128) -> Money {
    Money::new(minor, Currency::from_code("KES").unwrap())
}

fn dollars(minor: i128) -> Money {
    Money::new(minor, Currency::from_code("USD").unwrap())
}

fn at(seconds: i64) -> Instant {
    Instant::from_unix_seconds(seconds)
}

fn command(subject: &str, work: Work) -> Command {
    Command {
        subject: subject.to_owned(),
        at: at(100),
        work,
    }
}

fn finance(contract: &str, total: i128) -> Command {
    command(
        contract,
        Work::Finance {
            total: money(total),
        },
    )
}

fn on(contract: &str) -> Owner {
    Owner::Contract(contract.to_owned())
}

fn announce(payment: &str, owner: Owner, amount: i128) -> Command {
    command(
        payment,
        Work::Announce {
            owner,
            channel: "mpesa".to_owned(),
            amount: money(amount),
            expires_at: at(200),
        },
    )
}

fn book(payment: &str, owner: Owner, amount: Money) -> Command {
    command(
        payment,
        Work::Book {
            owner,
            channel: "mpesa".to_owned(),
            amount,
        },
    )
}

fn reverse(payment: &str, amount: Money) -> Command {
    command(payment, Work::Reverse { amount })
}

fn assign(payment: &str, contract: &str) -> Command {
    command(
        payment,
        Work::Assign {
            contract: contract.to_owned(),
        },
    )
}

fn waive(id: &str, contract: &str, amount: i128) -> Command {
    command(
        id,
        Work::Waive {
            contract: contract.to_owned(),
            amount: money(amount),
        },
    )
}

fn refund(id: &str, contract: &str, amount: i128) -> Command {
    command(
        id,
        Work::OweRefund {
            contract: contract.to_owned(),
            amount: money(amount),
        },
    )
}

/// The books after commands that must all be posted.
fn books(commands: &[Command]) -> Ledger {
    commands.iter().fold(Ledger::default(), |ledger, command| {
        let (ledger, outcome) = post(ledger, command);
        assert_eq!(outcome, Outcome::Posted, "{command:?}");
        ledger
    })
}

/// Posts `last` after commands that were all posted; a refusal leaves the books as they were.
fn check(before: &[Command], last: Command, expected: Outcome) {
    let ledger = books(before);
    let (after, outcome) = post(ledger.clone(), &last);
    assert_eq!(outcome, expected, "{last:?}");
    if outcome != Outcome::Posted {
        assert_eq!(after, ledger, "{last:?} was refused and changed the books");
    }
}

/// What a contract owes, and its credit.
fn owed(ledger: &Ledger, contract: &str) -> (i128, i128) {
    let currency = money(0).currency();
    let contract = contract.to_owned();
    let owed = ledger.balance(
        &Account::receivable(Component::Principal, &contract),
        currency,
    );
    let credit = ledger.balance(&Account::CustomerCredit { contract }, currency);
    (owed.net(), -credit.net())
}

fn sums_to_zero(ledger: &Ledger) -> bool {
    let mut nets = std::collections::BTreeMap::new();
    for (_, currency, balance) in ledger.accounts() {
        let net: &mut (i128, i128) = nets.entry(currency).or_default();
        net.0 += balance.net();
        net.1 += balance.net_pending();
    }
    nets.values().all(|net| *net == (0, 0))
}

#[test]
fn every_outcome_has_its_case() {
    use Outcome::{
        AlreadyBooked, AlreadyExpired, AlreadyReversed, AlreadyVoided, AmountDiffers,
        AmountNotPositive, AmountTooLarge, Exists, MoreThanCredit, MoreThanOwed, NotInSuspense,
        NotYetExpired, OtherContent, OtherCurrency, Posted, UnknownContract, UnknownPayment,
    };
    let c = finance("C-1", 1_000);
    let suspense = || Owner::Suspense;
    let booked = book("P-1", on("C-1"), money(400));
    let pending = announce("P-1", on("C-1"), 400);
    let void = command("P-1", Work::Void);
    let expire = |seconds| Command {
        at: at(seconds),
        ..command("P-1", Work::Expire)
    };
    let with = |more: &[&Command]| {
        let mut all = vec![c.clone()];
        all.extend(more.iter().map(|c| (*c).clone()));
        all
    };

    check(&[], c.clone(), Posted);
    check(&with(&[]), finance("C-1", 1_000), Exists);
    check(&with(&[]), finance("C-1", 999), OtherContent);
    check(
        &with(&[&booked]),
        Command {
            at: at(999),
            ..booked.clone()
        },
        Exists,
    );
    check(
        &with(&[&booked]),
        book("P-1", on("C-1"), money(401)),
        OtherContent,
    );
    check(
        &with(&[&booked]),
        book("P-1", suspense(), money(400)),
        OtherContent,
    );
    check(&[], finance("C-1", 0), AmountNotPositive);
    check(
        &with(&[]),
        book("P-1", on("C-9"), money(-1)),
        AmountNotPositive,
    );
    check(&[], finance("C-1", AMOUNT_MAX_MINOR), Posted);
    check(&[], finance("C-1", AMOUNT_MAX_MINOR + 1), AmountTooLarge);
    check(&[], booked.clone(), UnknownContract);
    check(&[], waive("W-1", "C-1", 1), UnknownContract);
    check(
        &with(&[]),
        book("P-1", on("C-1"), dollars(400)),
        OtherCurrency,
    );
    check(
        &with(&[&booked]),
        reverse("P-1", dollars(400)),
        OtherCurrency,
    );
    check(&with(&[]), void.clone(), UnknownPayment);
    check(
        &with(&[&pending]),
        reverse("P-1", money(400)),
        UnknownPayment,
    );
    check(&with(&[]), assign("P-1", "C-1"), UnknownPayment);
    check(&with(&[&booked]), pending.clone(), AlreadyBooked);
    check(&with(&[&pending, &booked]), void.clone(), AlreadyBooked);
    check(&with(&[&pending, &void]), expire(300), AlreadyVoided);
    check(
        &with(&[&pending, &expire(200)]),
        void.clone(),
        AlreadyExpired,
    );
    check(&with(&[&pending]), expire(199), NotYetExpired);
    check(&with(&[&pending]), expire(200), Posted);
    check(&with(&[&booked]), reverse("P-1", money(399)), AmountDiffers);
    check(&with(&[&booked]), assign("P-1", "C-1"), NotInSuspense);
    check(
        &with(&[
            &book("P-1", suspense(), money(5)),
            &reverse("P-1", money(5)),
        ]),
        assign("P-1", "C-1"),
        AlreadyReversed,
    );
    check(&with(&[]), waive("W-1", "C-1", 1_001), MoreThanOwed);
    check(&with(&[]), waive("W-1", "C-1", 1_000), Posted);
    check(&with(&[]), refund("R-1", "C-1", 1), MoreThanCredit);
}

#[test]
fn an_account_that_would_overflow_is_refused() {
    let currency = money(0).currency();
    let channel = "mpesa".to_owned();
    let full = fairlock_domain::ledger::Balance {
        debits: i128::MAX,
        credits: i128::MAX,
        ..Default::default()
    };
    let ledger = Ledger::load([(Account::Clearing { channel }, currency, full)], []);
    let (after, outcome) = post(ledger.clone(), &book("P-1", Owner::Suspense, money(1)));
    assert_eq!(outcome, Outcome::Overflow);
    assert_eq!(after, ledger);
}

#[test]
fn overpaid_money_is_credit_and_comes_back_first() {
    let paid = |amount| book(&format!("P-{amount}"), on("C-1"), money(amount));
    let ledger = books(&[finance("C-1", 1_000), paid(700)]);
    assert_eq!(owed(&ledger, "C-1"), (300, 0));
    let ledger = books(&[finance("C-1", 1_000), paid(700), paid(500)]);
    assert_eq!(owed(&ledger, "C-1"), (0, 200));
    let (ledger, outcome) = post(ledger, &reverse("P-500", money(500)));
    assert_eq!(outcome, Outcome::Posted);
    assert_eq!(owed(&ledger, "C-1"), (300, 0));
}

#[test]
fn credit_becomes_a_refund_to_pay() {
    let mut commands = vec![finance("C-1", 100), book("P-1", on("C-1"), money(150))];
    commands.push(refund("R-1", "C-1", 50));
    let ledger = books(&commands);
    assert_eq!(owed(&ledger, "C-1"), (0, 0));
    let payable = ledger.balance(&Account::RefundsPayable, money(0).currency());
    assert_eq!(payable.net(), -50);
    // The refunded money is gone: taking back the payment makes all of it owed again.
    let (ledger, _) = post(ledger, &reverse("P-1", money(150)));
    assert_eq!(owed(&ledger, "C-1"), (150, 0));
}

#[test]
fn announced_money_is_pending_until_it_is_resolved() {
    let currency = money(0).currency();
    let receivable = Account::receivable(Component::Principal, "C-1");
    let pending = |ledger: &Ledger| ledger.balance(&receivable, currency).net_pending();

    let announced = [finance("C-1", 1_000), announce("P-1", on("C-1"), 400)];
    let ledger = books(&announced);
    assert_eq!((pending(&ledger), owed(&ledger, "C-1").0), (-400, 1_000));

    let (voided, _) = post(ledger.clone(), &command("P-1", Work::Void));
    assert_eq!((pending(&voided), owed(&voided, "C-1").0), (0, 1_000));

    // Booked with another amount: the booked one counts.
    let (booked, _) = post(ledger, &book("P-1", on("C-1"), money(350)));
    assert_eq!((pending(&booked), owed(&booked, "C-1").0), (0, 650));

    // What failed may be booked all the same.
    let (late, outcome) = post(voided, &book("P-1", on("C-1"), money(400)));
    assert_eq!(outcome, Outcome::Posted);
    assert_eq!((pending(&late), owed(&late, "C-1").0), (0, 600));
}

#[test]
fn money_in_suspense_becomes_its_contract_s() {
    let currency = money(0).currency();
    let mut commands = vec![
        finance("C-1", 1_000),
        announce("P-1", Owner::Suspense, 400),
        book("P-1", Owner::Suspense, money(400)),
    ];
    let waiting = books(&commands);
    assert_eq!(waiting.balance(&Account::Suspense, currency).net(), -400);
    assert_eq!(owed(&waiting, "C-1").0, 1_000);
    commands.push(assign("P-1", "C-1"));
    let ledger = books(&commands);
    assert_eq!(ledger.balance(&Account::Suspense, currency).net(), 0);
    assert_eq!(owed(&ledger, "C-1").0, 600);
    // A reversal is the contract's loss now, not suspense's.
    let (ledger, _) = post(ledger, &reverse("P-1", money(400)));
    assert_eq!(ledger.balance(&Account::Suspense, currency).net(), 0);
    assert_eq!(owed(&ledger, "C-1").0, 1_000);
}

#[test]
fn a_bank_line_moves_money_between_clearing_and_bank() {
    let currency = money(0).currency();
    let line = |id: &str, credit, amount| {
        command(
            id,
            Work::BankLine {
                bank_account: "KE12".to_owned(),
                channel: "mpesa".to_owned(),
                credit,
                amount: money(amount),
            },
        )
    };
    let ledger = books(&[
        finance("C-1", 1_000),
        book("P-1", on("C-1"), money(400)),
        line("B-1", true, 400),
        line("B-2", false, 30),
    ]);
    let account = "KE12".to_owned();
    assert_eq!(
        ledger.balance(&Account::Bank { account }, currency).net(),
        370
    );
    let channel = "mpesa".to_owned();
    let clearing = ledger.balance(&Account::Clearing { channel }, currency);
    assert_eq!(clearing.net(), 30);
}

#[test]
fn a_slice_answers_as_the_whole_does() {
    let whole = books(&[
        finance("C-1", 1_000),
        finance("C-2", 500),
        book("P-1", on("C-1"), money(1_200)),
        book("P-2", on("C-2"), money(100)),
    ]);
    let of_c1 = |account: &Account| account.name().ends_with(":C-1");
    let accounts = whole.accounts().filter(|(account, ..)| of_c1(account));
    let accounts =
        accounts.map(|(account, currency, balance)| (account.clone(), currency, *balance));
    let postings = whole.about("P-1", PostingKind::Booked).cloned();
    let slice = Ledger::load(accounts.collect::<Vec<_>>(), postings);
    for last in [
        reverse("P-1", money(1_200)),
        book("P-1", on("C-1"), money(1_200)),
        book("P-3", on("C-1"), money(1)),
        waive("W-1", "C-1", 1),
    ] {
        let (from_whole, outcome) = post(whole.clone(), &last);
        let (from_slice, same) = post(slice.clone(), &last);
        assert_eq!(same, outcome, "{last:?}");
        assert_eq!(
            owed(&from_slice, "C-1"),
            owed(&from_whole, "C-1"),
            "{last:?}"
        );
        let made = |ledger: &Ledger| ledger.made().last().cloned();
        if outcome == Outcome::Posted {
            assert_eq!(made(&from_slice), made(&from_whole), "{last:?}");
        }
    }
}

/// Commands of every kind on few subjects, so that they meet.
fn any_command() -> impl Strategy<Value = Command> {
    let payment = (0..4).prop_map(|n| format!("P-{n}"));
    let contract = (0..3).prop_map(|n| format!("C-{n}"));
    let amount = prop_oneof![Just(0), Just(-5), 1i128..50, Just(AMOUNT_MAX_MINOR + 1)];
    let owner = prop_oneof![
        contract.clone().prop_map(Owner::Contract),
        Just(Owner::Suspense)
    ];
    let channel = prop_oneof![Just("mpesa".to_owned()), Just("bank".to_owned())];
    (
        payment,
        contract,
        amount,
        owner,
        channel,
        0..10,
        0i64..400,
        any::<bool>(),
    )
        .prop_map(
            |(payment, contract, amount, owner, channel, kind, seconds, flag)| {
                let amount = if flag && kind == 5 {
                    dollars(amount)
                } else {
                    money(amount)
                };
                let (subject, work) = match kind {
                    0 => (contract, Work::Finance { total: amount }),
                    1 => (
                        payment,
                        Work::Announce {
                            owner,
                            channel,
                            amount,
                            expires_at: at(200),
                        },
                    ),
                    2 => (payment, Work::Void),
                    3 => (payment, Work::Expire),
                    4 | 5 => (
                        payment,
                        Work::Book {
                            owner,
                            channel,
                            amount,
                        },
                    ),
                    6 => (payment, Work::Reverse { amount }),
                    7 => (payment, Work::Assign { contract }),
                    8 => (format!("W-{payment}"), Work::Waive { contract, amount }),
                    _ => (
                        format!("B-{payment}"),
                        Work::BankLine {
                            bank_account: "KE12".to_owned(),
                            channel,
                            credit: flag,
                            amount,
                        },
                    ),
                };
                Command {
                    subject,
                    at: at(seconds),
                    work,
                }
            },
        )
}

proptest! {
    #[test]
    fn whatever_is_asked_the_books_balance(
        commands in prop::collection::vec(any_command(), 0..60),
    ) {
        let mut ledger = Ledger::default();
        for command in &commands {
            let before = ledger.clone();
            let (after, outcome) = post(ledger, command);
            if outcome == Outcome::Posted {
                prop_assert_eq!(after.made().count(), before.made().count() + 1);
            } else {
                prop_assert_eq!(&after, &before, "{:?} refused {:?}", outcome, command);
            }
            // Asked again, it is there (or refused for the same reason).
            let (again, twice) = post(after.clone(), command);
            prop_assert_eq!(&again, &after);
            let expected = if outcome == Outcome::Posted { Outcome::Exists } else { outcome };
            prop_assert_eq!(twice, expected);
            ledger = after;
            prop_assert!(sums_to_zero(&ledger));
        }
        for n in 0..3 {
            let (owed, credit) = owed(&ledger, &format!("C-{n}"));
            prop_assert!(owed >= 0 && credit >= 0 && (owed == 0 || credit == 0));
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(
        payments in prop::collection::vec((1i128..500, any::<bool>(), 0usize..3), 1..8),
        shuffle in any::<u64>(),
    ) {
        // Each payment's own story stays in order; the stories are interleaved in any way.
        let stories: Vec<Vec<Command>> = payments
            .iter()
            .enumerate()
            .map(|(n, (amount, taken_back, way))| {
                let id = format!("P-{n}");
                let mut story = match way {
                    0 => vec![],
                    1 => vec![announce(&id, on("C-1"), *amount)],
                    _ => vec![announce(&id, on("C-1"), *amount), command(&id, Work::Void)],
                };
                story.push(book(&id, on("C-1"), money(*amount)));
                if *taken_back {
                    story.push(reverse(&id, money(*amount)));
                }
                story
            })
            .collect();
        let in_order: Vec<Command> = stories.concat();
        let mut seed = shuffle;
        let mut waiting: Vec<_> = stories.into_iter().map(|s| s.into_iter().peekable()).collect();
        let mut mixed = Vec::new();
        while waiting.iter_mut().any(|s| s.peek().is_some()) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = usize::try_from(seed >> 33).unwrap() % waiting.len();
            mixed.extend(waiting[at].next());
        }
        let after = |commands: Vec<Command>| {
            let mut all = vec![finance("C-1", 1_000)];
            all.extend(commands);
            owed(&books(&all), "C-1")
        };
        let money_there: i128 = payments.iter().filter(|p| !p.1).map(|p| p.0).sum();
        let expected = ((1_000 - money_there).max(0), (money_there - 1_000).max(0));
        prop_assert_eq!(after(in_order), expected);
        prop_assert_eq!(after(mixed), expected);
    }
}
