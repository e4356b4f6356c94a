//! Each bad input has its own outcome with a sentence; nothing is posted.

use fairlock_domain::calendar::{Step, Unit};
use fairlock_domain::loan::charge::{Amount, ChargeKind, ChargeTime};
use fairlock_domain::loan::command::{Act, Reschedule};
use fairlock_domain::loan::terms::{Terms, TermsError};
use fairlock_domain::loan::{FACTS_MAX, Loan, Outcome, apply};
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Money};

use super::kit::*;

/// The fact is refused so, in these words, and the loan is as it was bit for bit.
#[track_caller]
fn check(story: &Story, on: &str, act: Act, expected: Outcome, sentence: &str) {
    let (after, outcome) = story.clone().tried("bad", on, act);
    assert_eq!(outcome, expected);
    assert_eq!(outcome.to_string(), sentence);
    assert_eq!(after.loan, story.loan);
}

/// 900.00 in three instalments of which the first is paid and a fee of 50.00 is due in March.
fn running() -> Story {
    Story::of(90_000, 3)
        .then("fee", "2026-01-05", fee(5_000, "2026-03-01"))
        .then("paid", "2026-02-01", pay(30_000))
}

fn closed() -> Story {
    Story::of(90_000, 3)
        .then("all", "2026-01-10", pay(90_000))
        .then("end", "2026-01-11", Act::Close)
}

fn written_off() -> Story {
    running().then("lost", "2026-04-15", Act::WriteOff)
}

#[test]
fn an_amount_that_cannot_be() {
    let table: [(Money, Outcome, &str); 6] = [
        (
            usd(100),
            Outcome::WrongCurrency,
            "the amount is in another currency than the loan",
        ),
        (
            kes(0),
            Outcome::NotPositive,
            "an amount must be more than zero",
        ),
        (
            kes(-1),
            Outcome::NotPositive,
            "an amount must be more than zero",
        ),
        (
            kes(i128::MIN),
            Outcome::NotPositive,
            "an amount must be more than zero",
        ),
        (
            kes(AMOUNT_MAX_MINOR + 1),
            Outcome::TooLarge,
            "the amount is above the limit of any single figure",
        ),
        (
            kes(i128::MAX),
            Outcome::TooLarge,
            "the amount is above the limit of any single figure",
        ),
    ];
    let story = running();
    for (amount, expected, sentence) in table {
        let acts = [
            Act::Disburse { amount },
            pay_of(amount),
            Act::Chargeback {
                of: "paid".to_owned(),
                amount,
            },
            Act::RefundCredit { amount },
            Act::RefundPaid { amount },
            Act::AdjustCharge {
                charge: "fee".to_owned(),
                amount,
            },
            Act::Recover { amount },
            Act::Charge {
                kind: ChargeKind::Fee,
                amount: Amount::Flat(amount),
                time: ChargeTime::OnDay(day("2026-02-20")),
            },
        ];
        for act in acts {
            check(&story, "2026-02-10", act, expected, sentence);
        }
    }
}

fn pay_of(amount: Money) -> Act {
    match pay(1) {
        Act::Pay { kind, .. } => Act::Pay { kind, amount },
        other => other,
    }
}

#[test]
fn a_day_before_the_contract() {
    let sentence = "the day is before the contract was signed";
    for act in [
        disburse(10),
        pay(10),
        fee(10, "2026-02-01"),
        pause("2026-03-01"),
    ] {
        check(
            &running(),
            "2025-12-31",
            act,
            Outcome::BeforeContract,
            sentence,
        );
    }
    let early = fee(10, "2025-12-31");
    check(
        &running(),
        "2026-02-01",
        early,
        Outcome::BeforeContract,
        sentence,
    );
}

#[test]
fn what_is_taken_back_must_be_there_once() {
    let unknown = "nothing has that id";
    check(
        &running(),
        "2026-02-10",
        reverse("nobody"),
        Outcome::Unknown,
        unknown,
    );
    check(
        &running(),
        "2026-02-10",
        charge_back("nobody", 1),
        Outcome::Unknown,
        unknown,
    );
    check(
        &running(),
        "2026-02-10",
        waive("nobody"),
        Outcome::Unknown,
        unknown,
    );

    let undone = running().then("undo", "2026-02-05", reverse("paid"));
    let twice = "it was reversed before";
    check(
        &undone,
        "2026-02-10",
        reverse("paid"),
        Outcome::AlreadyReversed,
        twice,
    );
    check(
        &undone,
        "2026-02-10",
        charge_back("paid", 1),
        Outcome::AlreadyReversed,
        twice,
    );

    let kind = "what has that id is of another kind";
    check(
        &undone,
        "2026-02-10",
        reverse("undo"),
        Outcome::WrongKind,
        kind,
    );
    check(
        &undone,
        "2026-02-10",
        charge_back("fee", 1),
        Outcome::WrongKind,
        kind,
    );
    check(
        &undone,
        "2026-02-10",
        waive("out"),
        Outcome::WrongKind,
        kind,
    );
    let rests = "other facts rest on it, which must be reversed first";
    let waived = running().then("waived", "2026-02-09", waive("fee"));
    let back = running().then("back", "2026-02-09", charge_back("paid", 1));
    for (story, of) in [(&running(), "out"), (&waived, "fee"), (&back, "paid")] {
        let expected = Outcome::RestedOn;
        check(story, "2026-02-10", reverse(of), expected, rests);
    }
    // Once what rests on it is taken back, so can it be.
    back.then("first", "2026-02-10", reverse("back"))
        .then("then", "2026-02-10", reverse("paid"));
    let early = "the day is before that of what it is about";
    check(
        &running(),
        "2026-01-31",
        charge_back("paid", 1),
        Outcome::TooEarly,
        early,
    );
}

#[test]
fn no_more_than_there_is() {
    let left = "more than is left of it";
    check(
        &running(),
        "2026-02-10",
        charge_back("paid", 30_001),
        Outcome::MoreThanLeft,
        left,
    );
    let once = running().then("back", "2026-02-09", charge_back("paid", 20_000));
    check(
        &once,
        "2026-02-10",
        charge_back("paid", 10_001),
        Outcome::MoreThanLeft,
        left,
    );
    let given = Act::RefundPaid {
        amount: kes(30_001),
    };
    check(&running(), "2026-02-10", given, Outcome::MoreThanLeft, left);
    let adjusted = Act::AdjustCharge {
        charge: "fee".to_owned(),
        amount: kes(5_001),
    };
    check(
        &running(),
        "2026-02-10",
        adjusted,
        Outcome::MoreThanLeft,
        left,
    );

    let credit = "more than the borrower's credit";
    check(
        &running(),
        "2026-02-10",
        refund_credit(1),
        Outcome::MoreThanCredit,
        credit,
    );

    let nothing = "nothing is left to give up";
    let waived = running().then("waived", "2026-02-09", waive("fee"));
    check(
        &waived,
        "2026-02-10",
        waive("fee"),
        Outcome::NothingOpen,
        nothing,
    );
    let paid = running().then("rest", "2026-02-09", pay(65_000));
    check(
        &paid,
        "2026-02-10",
        Act::WriteOff,
        Outcome::NothingOpen,
        nothing,
    );
}

#[test]
fn a_loan_that_has_not_begun_or_has_ended() {
    let agreed = Story::new(monthly(3), rules());
    let nothing = "nothing was given out yet";
    for act in [pay(10), fee(10, "2026-02-01"), Act::WriteOff, Act::Close] {
        check(&agreed, "2026-02-10", act, Outcome::NotDisbursed, nothing);
    }

    let ended = "the contract is ended: nothing can be owed or paid any more";
    for act in [
        fee(10, "2026-02-20"),
        pay(10),
        disburse(10),
        reverse("all"),
        Act::Close,
    ] {
        check(&closed(), "2026-02-10", act, Outcome::Closed, ended);
    }

    let lost = "the debt was written off: only recoveries are taken";
    for act in [
        fee(10, "2026-04-20"),
        pay(10),
        reverse("paid"),
        Act::WriteOff,
        Act::Close,
    ] {
        check(&written_off(), "2026-04-20", act, Outcome::WrittenOff, lost);
    }

    let recover = Act::Recover { amount: kes(10) };
    let first = "a recovery needs a write-off first";
    check(
        &running(),
        "2026-02-10",
        recover,
        Outcome::NotWrittenOff,
        first,
    );

    let left = "debt or credit is left";
    check(
        &running(),
        "2026-02-10",
        Act::Close,
        Outcome::NotSettled,
        left,
    );
    let over = running().then("over", "2026-02-09", pay(65_001));
    check(&over, "2026-02-10", Act::Close, Outcome::NotSettled, left);
}

#[test]
fn a_plan_that_cannot_be() {
    let plan = "at least one instalment, a step, and a later day are expected";
    let re_age = |first: &str, every: u16, count: u16| Act::ReAge {
        first: day(first),
        every: Step {
            every,
            unit: Unit::Months,
        },
        count,
    };
    check(
        &running(),
        "2026-02-10",
        re_age("2026-03-10", 1, 0),
        Outcome::BadPlan,
        plan,
    );
    check(
        &running(),
        "2026-02-10",
        re_age("2026-03-10", 0, 3),
        Outcome::BadPlan,
        plan,
    );
    check(
        &running(),
        "2026-02-10",
        re_age("2026-02-10", 1, 3),
        Outcome::BadPlan,
        plan,
    );
    check(
        &running(),
        "2026-02-10",
        pause("2026-02-10"),
        Outcome::BadPlan,
        plan,
    );
    let back = reschedule("2026-03-01", Some("2026-02-28"));
    check(&running(), "2026-02-10", back, Outcome::BadPlan, plan);

    let none = "there is no such instalment to come";
    check(
        &running(),
        "2026-04-10",
        Act::ReAmortise,
        Outcome::NoInstalment,
        none,
    );
    let beside = reschedule("2026-03-02", None);
    check(
        &running(),
        "2026-02-10",
        beside,
        Outcome::NoInstalment,
        none,
    );

    let beyond = "a sum is beyond what can be computed";
    let far = re_age("9999-12-01", 1, 2);
    check(&running(), "2026-02-10", far, Outcome::Overflow, beyond);

    let more = "an amount within the limit of any single figure";
    let outcome = Outcome::Terms(TermsError::TooLarge);
    check(
        &running(),
        "2026-02-10",
        disburse(AMOUNT_MAX_MINOR),
        outcome,
        more,
    );
    let after = "a disbursement before the last instalment is due";
    let outcome = Outcome::Terms(TermsError::AfterTheEnd);
    check(&running(), "2026-05-01", disburse(100), outcome, after);
}

fn reschedule(from: &str, due: Option<&str>) -> Act {
    Act::Reschedule(Reschedule {
        from: day(from),
        due: due.map(day),
        extra: 0,
        grace_principal: 0,
        grace_interest: 0,
        rate: None,
        reason: "a payment holiday".to_owned(),
    })
}

#[test]
fn pauses_follow_each_other() {
    let paused = running().then("rest", "2026-03-10", pause("2026-03-20"));
    let overlaps = "a pause must end after it begins and not overlap another";
    for (on, until) in [
        ("2026-03-10", "2026-03-20"),
        ("2026-03-01", "2026-03-11"),
        ("2026-03-19", "2026-03-25"),
        ("2026-03-12", "2026-03-13"),
    ] {
        check(&paused, on, pause(until), Outcome::PauseOverlaps, overlaps);
    }
    let none = "no pause runs on that day";
    for on in ["2026-03-09", "2026-03-20"] {
        check(&paused, on, Act::Resume, Outcome::NoPause, none);
    }
    let resumed = paused.then("next", "2026-03-20", pause("2026-03-25")).then(
        "go on",
        "2026-03-15",
        Act::Resume,
    );
    check(&resumed, "2026-03-16", Act::Resume, Outcome::NoPause, none);
    // The time that was resumed is free for another pause.
    resumed.then("again", "2026-03-15", pause("2026-03-20"));
}

#[test]
fn an_id_is_one_fact() {
    let story = running();
    let (same, outcome) = story.clone().tried("paid", "2026-02-01", pay(30_000));
    assert_eq!(outcome, Outcome::Exists);
    assert_eq!(
        outcome.to_string(),
        "this was recorded before; nothing changed"
    );
    assert_eq!(same.loan, story.loan);
    for (on, act) in [
        ("2026-02-02", pay(30_000)),
        ("2026-02-01", pay(30_001)),
        ("2026-02-01", goodwill(30_000)),
        ("2026-02-01", Act::Close),
    ] {
        let (same, outcome) = story.clone().tried("paid", on, act);
        assert_eq!(outcome, Outcome::IdTaken);
        assert_eq!(outcome.to_string(), "another fact has this id");
        assert_eq!(same.loan, story.loan);
    }
}

#[test]
fn a_loan_has_no_end_of_facts() {
    let mut loan = Story::of(AMOUNT_MAX_MINOR, 3).loan;
    for nr in 1..FACTS_MAX {
        let nr = i64::try_from(nr).expect("few facts");
        let (more, outcome) = apply(loan, &fact(nr, &format!("p{nr}"), "2026-01-02", pay(1)));
        assert_eq!(outcome, Outcome::Done);
        loan = more;
    }
    let (same, outcome) = apply(loan.clone(), &fact(20_000, "bad", "2026-01-02", pay(1)));
    assert_eq!(outcome, Outcome::TooMany);
    assert_eq!(
        outcome.to_string(),
        "the loan has as many facts as it may have"
    );
    assert!(same == loan);
}

#[test]
fn terms_that_make_no_loan() {
    let table: [(Terms, TermsError, &str); 4] = [
        (
            monthly(0),
            TermsError::NoInstalments,
            "at least one instalment",
        ),
        (
            monthly(3_661),
            TermsError::TooManyInstalments,
            "at most 3660 instalments",
        ),
        (
            Terms {
                step: Step {
                    every: 0,
                    unit: Unit::Days,
                },
                ..monthly(3)
            },
            TermsError::StepIsZero,
            "a step between due days of at least one unit",
        ),
        (
            Terms {
                instalment_multiple: -1,
                ..monthly(3)
            },
            TermsError::NegativeMultiple,
            "instalments in multiples of a positive amount",
        ),
    ];
    for (terms, expected, sentence) in table {
        let error = Loan::new(day(SIGNED), terms, rules()).expect_err("terms that can't be");
        assert_eq!(error, expected);
        assert_eq!(error.to_string(), sentence);
    }
}
