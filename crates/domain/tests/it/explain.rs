//! Each figure can be asked why, and its reasons sum to it.

use fairlock_domain::calendar::Step;
use fairlock_domain::loan::charge::{Amount, ChargeKind, ChargeTime};
use fairlock_domain::loan::command::Act;
use fairlock_domain::loan::explain::{Explanation, Question, Rule, explain};
use fairlock_domain::loan::order::{Component, Order, Orders};
use fairlock_domain::loan::payoff::Unearned;
use fairlock_domain::loan::terms::{Interest, Terms};
use fairlock_domain::loan::{ChargesCount, Loan, Rules, apply};
use proptest::prelude::*;

use crate::loan_laws::kit::{
    SIGNED, Story, charge_back, day, disburse, fee, kes, monthly, pay, percent, refund_credit,
    reverse, rules, waive, yearly,
};
use crate::loan_laws::worlds::{Facts, worlds};

fn asked(story: &Story, question: Question<'_>) -> Explanation {
    let explanation = explain(&story.loan, question).expect("an answer");
    assert!(explanation.adds_up(), "{explanation}");
    explanation
}

/// The answer in words, a line for each reason.
#[track_caller]
fn check(story: &Story, question: Question<'_>, expected: &[&str]) {
    let text = asked(story, question).to_string();
    let found: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(found, expected, "{text}");
}

/// 900.00 at 24 % a year, flat, in three instalments of 318.00, due on the first of each month.
fn story() -> Story {
    let terms = Terms {
        interest: Interest::Flat(yearly(24)),
        ..monthly(3)
    };
    Story::new(terms, rules()).then("out", SIGNED, disburse(90_000))
}

#[test]
fn a_line_says_what_made_it_owe_and_what_paid_it() {
    let story = story()
        .then("pay-1", "2026-02-01", pay(40_000))
        .then("fee-1", "2026-02-05", fee(500, "2026-02-20"))
        .then("back-1", "2026-02-10", charge_back("pay-1", 10_000))
        .then("gift", "2026-02-11", waive("fee-1"));
    check(
        &story,
        Question::Line(1),
        &[
            "336.00 KES",
            "300.00  line 2: principal, by the terms, rounded half-even",
            "18.00  line 2: interest, by the terms, rounded half-even",
            "5.00  line 2: fee, fee-1 of 2026-02-05 (5.00), charged, in the line of its period",
            "100.00  line 2: principal, back-1 of 2026-02-10 (100.00), owed again, in the next line that isn't due",
            "-5.00  line 2: fee, gift of 2026-02-11, waived",
            "-18.00  line 2: interest, pay-1 of 2026-02-01 (400.00), in advance, an instalment after the other, the next one first",
            "-64.00  line 2: principal, pay-1 of 2026-02-01 (400.00), in advance, an instalment after the other, the next one first",
        ],
    );
}

#[test]
fn rounding_is_named_and_the_last_line_takes_the_rest() {
    let terms = Terms {
        instalment_multiple: 100,
        ..monthly(3)
    };
    let story = Story::new(terms, rules()).then("out", SIGNED, disburse(100_000));
    let (line, rest) = (
        asked(&story, Question::Line(0)),
        asked(&story, Question::Line(2)),
    );
    assert_eq!((line.total, rest.total), (kes(33_300), kes(33_400)));
    check(
        &story,
        Question::Line(0),
        &[
            "333.00 KES",
            "333.00  line 1: principal, by the terms, rounded half-even to whole 100 minor units",
        ],
    );
    check(
        &story,
        Question::Line(2),
        &[
            "334.00 KES",
            "334.00  line 3: principal, by the terms, rounded half-even to whole 100 minor units; the last line takes the rest",
        ],
    );
}

#[test]
fn what_is_owed_is_a_statement() {
    let story = story()
        .then("pay-1", "2026-02-01", pay(40_000))
        .then("fee-1", "2026-02-05", fee(500, "2026-02-20"))
        .then("pay-2", "2026-02-06", pay(1_000))
        .then("back-1", "2026-02-10", charge_back("pay-1", 10_000))
        .then("undo", "2026-02-12", reverse("pay-2"));
    check(
        &story,
        Question::Outstanding,
        &[
            "659.00 KES",
            "900.00  principal, by the terms, rounded half-even",
            "54.00  interest, by the terms, rounded half-even",
            "-400.00  pay-1 of 2026-02-01 (400.00), all that it changed",
            "5.00  fee-1 of 2026-02-05 (5.00), all that it changed",
            "100.00  back-1 of 2026-02-10 (100.00), all that it changed",
        ],
    );
}

#[test]
fn a_payment_says_where_it_went() {
    let order = Order::rbi();
    let of_india = Rules {
        orders: Orders::all(order),
        ..rules()
    };
    let terms = Terms {
        interest: Interest::Flat(yearly(24)),
        ..monthly(3)
    };
    let story = Story::new(terms, of_india)
        .then("out", SIGNED, disburse(90_000))
        .then("pay-1", "2026-03-01", pay(40_000));
    check(
        &story,
        Question::Fact("pay-1"),
        &[
            "400.00 KES",
            "18.00  line 1: interest, pay-1 of 2026-03-01 (400.00), past due, a kind of debt after the other",
            "18.00  line 2: interest, pay-1 of 2026-03-01 (400.00), due, a kind of debt after the other",
            "300.00  line 1: principal, pay-1 of 2026-03-01 (400.00), past due, a kind of debt after the other",
            "64.00  line 2: principal, pay-1 of 2026-03-01 (400.00), due, a kind of debt after the other",
        ],
    );
    let over = story.then("pay-2", "2026-03-02", pay(60_000));
    let reasons = asked(&over, Question::Fact("pay-2")).reasons;
    let credit = reasons.last().expect("reasons");
    assert_eq!((credit.amount, credit.rule), (4_600, Rule::ToCredit));
}

#[test]
fn other_facts_say_where_they_went_too() {
    let story = story().then("pay-1", "2026-01-20", pay(96_000)).then(
        "back-1",
        "2026-02-10",
        charge_back("pay-1", 10_000),
    );
    check(
        &story,
        Question::Fact("back-1"),
        &[
            "100.00 KES",
            "100.00  line 2: principal, back-1 of 2026-02-10 (100.00), owed again, in the next line that isn't due",
            "-6.00  line 2: principal, back-1 of 2026-02-10 (100.00), paid by the borrower's credit",
            "6.00  back-1 of 2026-02-10 (100.00), out of the borrower's credit",
        ],
    );
    let lost = story.then("lost", "2026-03-10", Act::WriteOff);
    check(
        &lost,
        Question::Fact("lost"),
        &[
            "94.00 KES",
            "94.00  line 2: principal, lost of 2026-03-10, written off",
        ],
    );
    check(
        &lost,
        Question::Line(1),
        &[
            "0.00 KES",
            "300.00  line 2: principal, by the terms, rounded half-even",
            "18.00  line 2: interest, by the terms, rounded half-even",
            "100.00  line 2: principal, back-1 of 2026-02-10 (100.00), owed again, in the next line that isn't due",
            "-6.00  line 2: principal, back-1 of 2026-02-10 (100.00), paid by the borrower's credit",
            "-94.00  line 2: principal, lost of 2026-03-10, written off",
            "-18.00  line 2: interest, pay-1 of 2026-01-20 (960.00), in advance, an instalment after the other, the next one first",
            "-300.00  line 2: principal, pay-1 of 2026-01-20 (960.00), in advance, an instalment after the other, the next one first",
        ],
    );
    check(
        &lost,
        Question::Fact("out"),
        &[
            "900.00 KES",
            "900.00  out of 2026-01-01 (900.00), given out",
        ],
    );
}

#[test]
fn what_was_moved_and_given_back_has_its_fact() {
    let re_age = Act::ReAge {
        first: day("2026-04-15"),
        every: Step::MONTHLY,
        count: 2,
    };
    let refund = Act::RefundPaid { amount: kes(5_000) };
    let story = story()
        .then("pay-1", "2026-02-01", pay(31_800))
        .then("refund", "2026-02-02", refund)
        .then("aged", "2026-03-20", re_age);
    check(
        &story,
        Question::Line(0),
        &[
            "0.00 KES",
            "300.00  line 1: principal, by the terms, rounded half-even",
            "18.00  line 1: interest, by the terms, rounded half-even",
            "50.00  line 1: principal, refund of 2026-02-02 (50.00), given back, the latest line first",
            "-50.00  line 1: principal, aged of 2026-03-20, moved between lines in equal parts, rounded half-even; the last takes the rest",
            "-18.00  line 1: interest, pay-1 of 2026-02-01 (318.00), due, an instalment after the other",
            "-300.00  line 1: principal, pay-1 of 2026-02-01 (318.00), due, an instalment after the other",
        ],
    );
    check(
        &story,
        Question::Fact("aged"),
        &[
            "650.00 KES",
            "325.00  line 4: principal, aged of 2026-03-20, moved between lines in equal parts, rounded half-even; the last takes the rest",
            "325.00  line 5: principal, aged of 2026-03-20, moved between lines in equal parts, rounded half-even; the last takes the rest",
        ],
    );
}

#[test]
fn arrears_and_payoff_are_lines_that_can_be_asked() {
    let story = story().then("pay-1", "2026-02-01", pay(10_000));
    check(
        &story,
        Question::Arrears(day("2026-03-02")),
        &[
            "536.00 KES",
            "218.00  line 1: open, due 2026-02-01",
            "318.00  line 2: open, due 2026-03-01",
        ],
    );
    check(
        &story,
        Question::Payoff(day("2026-03-01"), Unearned::GivenUp),
        &[
            "836.00 KES",
            "218.00  line 1: open, due 2026-02-01",
            "318.00  line 2: open, due 2026-03-01",
            "318.00  line 3: open, due 2026-04-01",
            "-18.00  interest, not earned on that day",
        ],
    );
}

#[test]
fn credit_and_charges_have_their_reasons() {
    let every = Act::Charge {
        kind: ChargeKind::Penalty,
        amount: Amount::OfPrincipalAndInterest(percent(5)),
        time: ChargeTime::EachInstalment,
    };
    let at_once = Act::Charge {
        kind: ChargeKind::Fee,
        amount: Amount::Flat(kes(250)),
        time: ChargeTime::AtDisbursement,
    };
    let always = Rules {
        charges: ChargesCount::Always,
        ..rules()
    };
    let story = Story::new(monthly(2), always)
        .then("out", SIGNED, disburse(60_000))
        .then("every", "2026-01-02", every)
        .then("once", "2026-01-02", at_once)
        .then("late", "2026-01-03", fee(700, "2026-04-10"))
        .then("all", "2026-01-04", pay(65_000))
        .then("refund", "2026-01-05", refund_credit(300));
    check(
        &story,
        Question::Charge("every"),
        &[
            "30.00 KES",
            "15.00  line 1: penalty, every of 2026-01-02, charged as 5 % of principal and interest, rounded half-even, in each instalment",
            "15.00  line 2: penalty, every of 2026-01-02, charged as 5 % of principal and interest, rounded half-even, in each instalment",
        ],
    );
    check(
        &story,
        Question::Charge("once"),
        &[
            "2.50 KES",
            "2.50  fee, once of 2026-01-02 (2.50), charged, in no line: taken when money was given out",
        ],
    );
    check(
        &story,
        Question::Charge("late"),
        &[
            "7.00 KES",
            "7.00  line 3: fee, late of 2026-01-03 (7.00), charged, in a line of its own after the last",
        ],
    );
    check(
        &story,
        Question::Credit,
        &[
            "10.00 KES",
            "13.00  all of 2026-01-04 (650.00), beyond all that was owed: the borrower's credit",
            "-3.00  refund of 2026-01-05 (3.00), out of the borrower's credit",
        ],
    );
}

#[test]
fn of_nothing_there_is_no_answer() {
    let loan = story().loan;
    for question in [
        Question::Line(3),
        Question::Fact("nobody"),
        Question::Charge("out"),
    ] {
        assert_eq!(explain(&loan, question), None, "{question:?}");
    }
}

proptest! {
    #[test]
    fn reasons_sum_to_the_figure(world in worlds(Facts::All), after in 0..300_i32) {
        let loan: Loan = world.facts.iter().fold(world.loan(), |loan, fact| apply(loan, fact).0);
        let on = day(SIGNED).plus_days(after);
        let ids: Vec<String> = loan.entries().iter().map(|e| e.command.id.clone()).collect();
        let mut questions = vec![
            (Question::Outstanding, loan.outstanding().minor()),
            (Question::Credit, loan.credit().minor()),
        ];
        for (at, line) in loan.lines().iter().enumerate() {
            questions.push((Question::Line(at), line.outstanding()));
        }
        for id in &ids {
            let entry = loan.entry(id).expect("an entry");
            questions.push((Question::Fact(id), entry.portions.total()));
        }
        for charge in loan.charges() {
            questions.push((Question::Charge(&charge.id), charge.due()));
        }
        for (question, figure) in questions {
            let answer = explain(&loan, question).expect("an answer");
            prop_assert_eq!(answer.total.minor(), figure, "{:?}", question);
            prop_assert!(answer.adds_up(), "{:?}: {}", question, answer);
        }
        for question in [
            Question::Arrears(on),
            Question::Payoff(on, Unearned::Owed),
            Question::Payoff(on, Unearned::GivenUp),
        ] {
            // A day of which no payoff can be computed has none to explain.
            if let Some(answer) = explain(&loan, question) {
                prop_assert!(answer.adds_up(), "{:?}: {}", question, answer);
            }
        }
    }

    #[test]
    fn lines_sum_by_component_too(world in worlds(Facts::All)) {
        let loan: Loan = world.facts.iter().fold(world.loan(), |loan, fact| apply(loan, fact).0);
        for (at, line) in loan.lines().iter().enumerate() {
            let answer = explain(&loan, Question::Line(at)).expect("an answer");
            for component in Component::ALL {
                let of_it = answer.reasons.iter().filter(|r| r.component == Some(component));
                let sum: i128 = of_it.map(|r| r.amount).sum();
                prop_assert_eq!(sum, line.open(component), "{:?} {}", component, answer);
            }
        }
    }
}
