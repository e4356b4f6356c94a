//! Money that goes back to payers, comes back from there, is charged, lost and found.

use fairlock_domain::ledger::{
    Account, Command, Ledger, Outcome, Owner, PostingKind, Side, Work, post, prove,
};
use fairlock_domain::money::Money;

use super::kit::{command, kes};

fn money(minor: i128) -> Money {
    Money::new(minor, kes())
}

fn channel() -> String {
    "bank".to_owned()
}

fn finance() -> Command {
    command("C-1", Work::Finance { total: money(300) })
}

fn book(subject: &str, owner: Owner, amount: i128) -> Command {
    let work = Work::Book {
        owner,
        channel: channel(),
        amount: money(amount),
    };
    command(subject, work)
}

fn owe_payer(subject: &str, amount: i128) -> Command {
    let amount = money(amount);
    command(subject, Work::OwePayer { amount })
}

fn pay(subject: &str, amount: i128) -> Command {
    let (channel, amount) = (channel(), money(amount));
    command(subject, Work::PayRefund { channel, amount })
}

fn fail(subject: &str, amount: i128) -> Command {
    let (channel, amount) = (channel(), money(amount));
    command(subject, Work::FailRefund { channel, amount })
}

fn reverse(subject: &str, amount: i128) -> Command {
    let amount = money(amount);
    command(subject, Work::Reverse { amount })
}

/// The outcome of the last of these commands; those before it must be posted, and the books prove
/// themselves after each.
fn check(commands: &[Command], expected: Outcome) -> Ledger {
    let mut ledger = Ledger::default();
    for (i, one) in commands.iter().enumerate() {
        let (after, outcome) = post(ledger, one);
        ledger = after;
        let last = i + 1 == commands.len();
        let wanted = if last { expected } else { Outcome::Posted };
        assert_eq!(outcome, wanted, "{}", one.posting_id());
        assert_eq!(prove(&ledger), [], "{}", one.posting_id());
    }
    ledger
}

fn on(ledger: &Ledger, account: &Account, side: Side) -> i128 {
    ledger.balance(account, kes()).on(side)
}

#[test]
fn money_in_suspense_goes_back_in_two_steps_and_may_come_back() {
    let suspense = book("P-1", Owner::Suspense, 100);
    let owed = [suspense.clone(), owe_payer("P-1", 100)];
    let ledger = check(&owed, Outcome::Posted);
    assert_eq!(on(&ledger, &Account::RefundsPayable, Side::Credit), 100);
    assert_eq!(on(&ledger, &Account::Suspense, Side::Credit), 0);
    let left = [&owed[..], &[pay("P-1", 100)]].concat();
    let ledger = check(&left, Outcome::Posted);
    assert_eq!(on(&ledger, &Account::clearing("bank"), Side::Debit), 0);
    let back = [&left[..], &[fail("P-1", 100)]].concat();
    let ledger = check(&back, Outcome::Posted);
    assert_eq!(on(&ledger, &Account::Suspense, Side::Credit), 100);
    assert_eq!(on(&ledger, &Account::RefundsPayable, Side::Credit), 0);
    // It is booked money in suspense again.
    check(
        &[&back[..], &[reverse("P-1", 100)]].concat(),
        Outcome::Posted,
    );
}

#[test]
fn what_is_on_its_way_back_is_nobodys_to_give() {
    let owed = [
        finance(),
        book("P-1", Owner::Suspense, 100),
        owe_payer("P-1", 100),
    ];
    let then = |more: Command, expected| {
        check(&[&owed[..], &[more]].concat(), expected);
    };
    let contract = "C-1".to_owned();
    then(
        command("P-1", Work::Assign { contract }),
        Outcome::NotInSuspense,
    );
    then(reverse("P-1", 100), Outcome::NotInSuspense);
    then(owe_payer("P-1", 100), Outcome::Exists);
    then(owe_payer("P-1", 99), Outcome::OtherContent);
    then(pay("P-1", 99), Outcome::AmountDiffers);
    then(fail("P-1", 100), Outcome::UnknownPayment);
    then(owe_payer("P-2", 100), Outcome::UnknownPayment);
    then(owe_payer("P-2", 0), Outcome::AmountNotPositive);
    let on_contract = book("P-3", Owner::Contract("C-1".to_owned()), 50);
    check(
        &[finance(), on_contract, owe_payer("P-3", 50)],
        Outcome::NotInSuspense,
    );
}

#[test]
fn a_refund_of_credit_that_comes_back_is_credit_again() {
    let over = book("P-1", Owner::Contract("C-1".to_owned()), 400);
    let contract = "C-1".to_owned();
    let amount = money(100);
    let owe = command("R-1", Work::OweRefund { contract, amount });
    let back = [finance(), over, owe, pay("R-1", 100), fail("R-1", 100)];
    let ledger = check(&back, Outcome::Posted);
    let credit = Account::customer_credit("C-1");
    assert_eq!(on(&ledger, &credit, Side::Credit), 100);
    assert_eq!(on(&ledger, &Account::RefundsPayable, Side::Credit), 0);
    check(&[&back[..], &[fail("R-1", 100)]].concat(), Outcome::Exists);
}

#[test]
fn charges_and_losses_are_the_lenders() {
    let charge = command(
        "X-1",
        Work::Charge {
            channel: channel(),
            amount: money(3),
        },
    );
    let lose = command(
        "X-1",
        Work::Lose {
            channel: channel(),
            amount: money(50),
        },
    );
    let regain = |amount| {
        let (channel, amount) = (channel(), money(amount));
        command("X-1", Work::Regain { channel, amount })
    };
    let ledger = check(&[charge.clone(), lose.clone()], Outcome::Posted);
    assert_eq!(on(&ledger, &Account::ProviderFees, Side::Debit), 3);
    assert_eq!(on(&ledger, &Account::ChargebackLosses, Side::Debit), 50);
    assert_eq!(on(&ledger, &Account::clearing("bank"), Side::Credit), 53);
    check(&[lose.clone(), regain(49)], Outcome::AmountDiffers);
    check(&[charge, regain(50)], Outcome::UnknownPayment);
    let ledger = check(&[lose, regain(50)], Outcome::Posted);
    assert_eq!(on(&ledger, &Account::ChargebackLosses, Side::Debit), 0);
}

/// A row that says "charged" was read as a loan's charge when a provider's fee had that name too.
#[test]
fn no_two_kinds_of_posting_share_a_name() {
    for kind in PostingKind::all() {
        assert_eq!(PostingKind::from_name(kind.name()), Some(kind));
    }
}
