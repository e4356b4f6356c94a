//! The law of the books, over every kind of message that a provider sends: prompts, their results,
//! confirmations, lists, statements, reversals, refunds and fees, late, twice and in any order.

use fairlock_domain::calendar::{Day, Span};
use fairlock_domain::payment::{Change, ChangeKind, Key, PaymentState};
use fairlock_domain::pii::Pii;
use fairlock_server::money::matching::PayerKey;
use fairlock_server::money::news::{Acted, Meaning, News, Payer, Telling, place};
use proptest::prelude::*;

use super::bench::{Bench, C1, C2, LENDER, TILL, contract, day};
use super::changes::{eur, news};

/// The number that contract C-KES alone has.
const NUMBER: &str = "254712345126";

/// One payment, and which of its messages come.
#[derive(Debug, Clone)]
struct Told {
    euros: i128,
    /// What its payer writes, where a message has room for it.
    to: usize,
    /// Told by its number in the confirmation.
    by_number: bool,
    day: u8,
    prompt: bool,
    /// The prompt's result: failed, or booked with the receipt.
    result: Option<bool>,
    confirmation: bool,
    listed: bool,
    statement: bool,
    /// An earlier day in the statement than elsewhere.
    earlier: bool,
    refund: bool,
    refund_failed: bool,
    reversal: bool,
    fee: bool,
}

fn told() -> impl Strategy<Value = Told> {
    let ways = any::<(bool, Option<bool>, bool, bool, bool, bool, bool)>();
    let after = any::<(bool, bool, bool, bool)>();
    (1..40i128, 0..4usize, 2..4u8, ways, after).prop_map(|(euros, to, day, ways, after)| {
        let (prompt, result, confirmation, listed, statement, earlier, by_number) = ways;
        let (refund, refund_failed, reversal, fee) = after;
        Told {
            euros,
            to,
            by_number,
            day,
            prompt,
            result,
            confirmation,
            listed,
            statement,
            earlier,
            refund: refund && !reversal,
            refund_failed: refund && refund_failed && !reversal,
            reversal,
            fee,
        }
    })
}

fn checkout(n: usize) -> Key {
    Key::receipt("checkout", &format!("ws{n}")).unwrap()
}

impl Told {
    fn text(&self) -> String {
        match self.to {
            0 => C1.to_owned(),
            1 => C2.to_owned(),
            2 => format!("{C1} or {C2}"),
            _ => "for the phone".to_owned(),
        }
    }

    fn on(&self, earlier: bool) -> Day {
        day(&format!("2026-03-0{}", self.day - u8::from(earlier)))
    }

    fn amount(&self) -> i128 {
        self.euros * 100
    }

    fn paid(&self, n: usize, what: &str, state: PaymentState, text: &str) -> News {
        let (event, receipt) = (format!("{what}-{n}"), format!("R{n}"));
        let mut one = news(
            &event,
            &receipt,
            Meaning::Payment(state),
            self.amount(),
            text,
        );
        one.acted = Some(Acted::On(self.on(false)));
        // What the frame of a source links: the receipt and the prompt that it pays.
        one.keys.strong.push(checkout(n));
        one
    }

    fn prompted(&self, n: usize, what: &str, state: PaymentState) -> News {
        let mut one = self.paid(n, what, state, "");
        if state != PaymentState::Booked {
            one.keys.strong = vec![checkout(n)];
        }
        one.failure = (state == PaymentState::Failed).then_some("wrong_pin");
        one
    }

    fn changed(&self, n: usize, kind: ChangeKind, amount: i128) -> News {
        let id = match kind {
            ChangeKind::Refund | ChangeKind::RefundFailed => format!("re{n}"),
            kind => format!("{}{n}", kind.name()),
        };
        let change = Change {
            kind,
            id,
            amount: eur(amount),
            charges: None,
        };
        let event = format!("{}-{n}", kind.name());
        news(
            &event,
            &format!("R{n}"),
            Meaning::Change(change),
            amount,
            "",
        )
    }

    /// Its messages, each as its source sends it.
    fn messages(&self, n: usize) -> Vec<News> {
        let mut all = Vec::new();
        if self.prompt {
            all.push(self.prompted(n, "prompt", PaymentState::Pending));
        }
        match self.result {
            Some(true) => all.push(self.prompted(n, "result", PaymentState::Booked)),
            Some(false) => all.push(self.prompted(n, "result", PaymentState::Failed)),
            None => {}
        }
        // A prompt that failed was tried again under another receipt: another payment.
        let failed = self.result == Some(false);
        if self.confirmation && !failed {
            let mut one = self.paid(n, "confirmation", PaymentState::Booked, &self.text());
            if self.by_number {
                one.payer = Payer::of_digits(NUMBER);
            }
            all.push(one);
        }
        if self.listed && !failed {
            all.push(self.paid(n, "listed", PaymentState::Booked, &self.text()));
        }
        if self.statement && !failed {
            let mut one = self.paid(n, "statement", PaymentState::Booked, &self.text());
            one.telling = Telling::Statement;
            let kind = Telling::Statement.word();
            one.keys.place = place(TILL, kind, &format!("S-{n}"), 0, 0);
            one.acted = Some(Acted::On(self.on(self.earlier)));
            all.push(one);
        }
        let half = self.amount() / 2;
        if self.refund {
            all.push(self.changed(n, ChangeKind::Refund, half));
        }
        if self.refund_failed {
            all.push(self.changed(n, ChangeKind::RefundFailed, half));
        }
        if self.reversal {
            all.push(self.changed(n, ChangeKind::Reversal, self.amount()));
        }
        if self.fee {
            all.push(self.changed(n, ChangeKind::Fee, 7));
        }
        all
    }
}

/// What the books, the borrowers and the law see when the messages came in this order.
fn ends(all: &[Told], order: &[(usize, usize)]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let mut bench = Bench::new();
    bench.desk.payers = Some(PayerKey::new([5; 32]));
    let mut known = contract("C-KES", "EUR", TILL);
    known.phone_number = Some(Pii::new(NUMBER.to_owned()));
    bench
        .store()
        .import_contracts(LENDER, vec![known], bench.now)
        .unwrap();
    bench.time_passes();
    for (place, (n, at)) in order.iter().enumerate() {
        bench.now = bench.now.plus(Span::minutes(7));
        let news = all[*n].messages(*n).swap_remove(*at);
        bench.settle(&format!("message {place}"), news);
    }
    bench.time_passes();
    bench.proves();
    let law = ["C-1", "C-2", "C-KES"].map(|id| {
        let row = bench.store().contract(LENDER, id).unwrap().unwrap();
        let level = row.level.name();
        format!("{id} {level} {} {}", row.restore, row.payoff)
    });
    // Whether money that is wholly gone again ever stood on a contract is history, and depends on
    // what was known when it went.
    let mut payments = bench.payments();
    payments.retain(|line| !line.contains(" reversed "));
    (payments, bench.balances(), law.to_vec())
}

fn check(all: &[Told], seed: u64) {
    let straight: Vec<(usize, usize)> = all
        .iter()
        .enumerate()
        .flat_map(|(n, one)| (0..one.messages(n).len()).map(move |at| (n, at)))
        .collect();
    let mut shuffled: Vec<(usize, usize)> = straight.iter().chain(&straight).copied().collect();
    let mut state = seed | 1;
    for at in (1..shuffled.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        shuffled.swap(at, (state >> 33) as usize % (at + 1));
    }
    assert_eq!(ends(all, &straight), ends(all, &shuffled), "{shuffled:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_source_in_any_order_and_twice_comes_to_the_same(
        all in prop::collection::vec(told(), 1..5),
        seed in any::<u64>(),
    ) {
        check(&all, seed);
    }
}

/// Told in this order and in the other.
fn both_ways(messages: impl Fn() -> Vec<News>, expected: &[&str]) {
    for turned in [false, true] {
        let mut bench = Bench::new();
        bench.desk.payers = Some(PayerKey::new([5; 32]));
        let mut known = contract("C-KES", "EUR", TILL);
        known.phone_number = Some(Pii::new(NUMBER.to_owned()));
        bench
            .store()
            .import_contracts(LENDER, vec![known], bench.now)
            .unwrap();
        bench.time_passes();
        let mut all = messages();
        if turned {
            all.reverse();
        }
        for (place, one) in all.into_iter().enumerate() {
            bench.settle(&format!("message {place}"), one);
        }
        assert_eq!(bench.payments(), expected, "turned: {turned}");
        bench.proves();
    }
}

fn paid(event: &str, state: PaymentState, text: &str) -> News {
    news(event, "R1", Meaning::Payment(state), 4_000, text)
}

#[test]
fn a_failure_that_comes_first_parks_nothing_and_shields_nobody() {
    both_ways(
        || vec![paid("a", PaymentState::Failed, C1)],
        &["C-1 failed 40.00 2026-03-02"],
    );
    both_ways(
        || {
            vec![
                paid("a", PaymentState::Failed, C1),
                paid("b", PaymentState::Booked, C1),
            ]
        },
        &["C-1 booked 40.00 2026-03-02"],
    );
}

#[test]
fn announced_money_in_suspense_that_fails_shields_no_more_and_is_found_again_when_it_comes() {
    let bench = Bench::new();
    let two = format!("{C1} and {C2}");
    bench.settle("1", paid("a", PaymentState::Pending, &two));
    assert_eq!(bench.holds("C-1"), ["payment_in_doubt"]);
    bench.settle("2", paid("b", PaymentState::Failed, &two));
    assert!(bench.holds("C-1").is_empty());
    assert!(bench.payments().is_empty());
    bench.settle("3", paid("c", PaymentState::Booked, &two));
    assert_eq!(
        bench.payments(),
        ["suspense booked 40.00 two_references [C-1 C-2]"]
    );
    assert_eq!(bench.holds("C-1"), ["payment_in_doubt"]);
    bench.proves();
}

#[test]
fn another_sum_than_was_announced_shields_anew_under_a_name_of_its_own() {
    let bench = Bench::new();
    let two = format!("{C1} and {C2}");
    bench.settle("1", paid("a", PaymentState::Pending, &two));
    let more = news(
        "b",
        "R1",
        Meaning::Payment(PaymentState::Booked),
        4_100,
        &two,
    );
    bench.settle("2", more);
    assert_eq!(
        bench.payments(),
        ["suspense booked 41.00 two_references [C-1 C-2]"]
    );
    assert_eq!(bench.holds("C-1"), ["payment_in_doubt"]);
    // The contract can still be judged: its facts don't contradict each other.
    let events = bench.store().facts(LENDER, "C-1").unwrap().unwrap().events;
    assert_eq!(events.len(), 3, "opened, cleared, opened");
    bench.settle(
        "3",
        news("c", "R2", Meaning::Payment(PaymentState::Booked), 100, C1),
    );
    assert!(
        bench
            .payments()
            .contains(&"C-1 booked 1.00 2026-03-02".to_owned())
    );
    bench.proves();
}

#[test]
fn what_was_written_moves_money_that_came_by_who_paid() {
    let by_number = || {
        let mut one = paid("a", PaymentState::Booked, "");
        one.payer = Payer::of_digits(NUMBER);
        one
    };
    both_ways(
        || vec![by_number(), paid("b", PaymentState::Booked, C2)],
        &["C-2 booked 40.00 2026-03-02"],
    );
    let two = format!("{C1} and {C2}");
    both_ways(
        || vec![by_number(), paid("b", PaymentState::Booked, &two)],
        &["suspense booked 40.00 two_references [C-1 C-2 C-KES]"],
    );
    both_ways(
        || vec![by_number(), paid("b", PaymentState::Booked, "C1 01")],
        &["C-KES booked 40.00 2026-03-02"],
    );
}

#[test]
fn the_borrower_is_on_time_by_the_first_day_that_any_source_tells() {
    let on = |event: &str, text: &str| {
        let mut one = paid(event, PaymentState::Booked, C1);
        one.acted = Some(Acted::On(day(text)));
        one
    };
    both_ways(
        || vec![on("a", "2026-03-02"), on("b", "2026-02-28")],
        &["C-1 booked 40.00 2026-02-28"],
    );
}
