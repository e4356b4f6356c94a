//! What happens to payments after they came: taken back, in part or whole, given back, charged
//! for; in any order, and each once.

use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::{Change, ChangeKind, Key, PaymentState};
use fairlock_domain::pii::Pii;
use fairlock_server::money::inbox;
use fairlock_server::money::news::{Acted, Keys, Meaning, News, Payer, Telling, place};
use fairlock_server::money::process::{self, Ended, Reading};
use fairlock_storage::{ChangeState, Taken};

use super::bench::{Bench, C1, LENDER, TILL, day};

pub fn eur(minor: i128) -> Money {
    Money::new(minor, Currency::from_code("EUR").unwrap())
}

/// News of a provider: `event` is the message's own id, `receipt` names the payment.
pub fn news(event: &str, receipt: &str, meaning: Meaning, amount: i128, text: &str) -> News {
    News {
        telling: Telling::Callback,
        meaning,
        feed: Some(TILL.to_owned()),
        channel: TILL.to_owned(),
        account: None,
        amount: eur(amount),
        return_amounts: vec![eur(amount)],
        acted: Some(Acted::On(day("2026-03-02"))),
        booking_date: None,
        value_date: None,
        keys: Keys {
            strong: vec![Key::receipt("card", receipt).unwrap()],
            weak: Vec::new(),
            place: place(TILL, Telling::Callback.word(), event, 0, 0),
        },
        texts: vec![Pii::new(text.to_owned())],
        counterparty: None,
        payer: Payer::Unknown,
        payer_account: None,
        failure: None,
        shields_for: None,
        end_to_end: None,
        status: "booked",
        bank: None,
        statement: 0,
        entry: 0,
        part: 0,
    }
}

/// One thing that a provider tells of payment `ch_1`.
#[derive(Clone)]
enum Told {
    Paid(&'static str, i128),
    Announced(&'static str, i128),
    Changed(ChangeKind, &'static str, i128, i128),
}

use Told::{Announced, Changed, Paid};

impl Bench {
    fn tell(&self, event: &str, told: &Told) {
        let paid = |text, amount, state| news(event, "ch_1", Meaning::Payment(state), amount, text);
        let news = match told {
            Paid(text, amount) => paid(text, *amount, PaymentState::Booked),
            Announced(text, amount) => paid(text, *amount, PaymentState::Pending),
            Changed(kind, id, amount, charges) => {
                let change = Change {
                    kind: *kind,
                    id: (*id).to_owned(),
                    amount: eur(*amount),
                    charges: (*charges > 0).then(|| eur(*charges)),
                };
                news(event, "ch_1", Meaning::Change(change), *amount, "")
            }
        };
        self.settle(event, news);
    }

    /// One message with this news, stored under a body of its own.
    pub fn settle(&self, event: &str, news: News) {
        let reading = Reading {
            news: vec![news],
            ..Reading::default()
        };
        let body = event.as_bytes().to_vec();
        let taken =
            inbox::take_call(&self.desk, "test", "event", Vec::new(), body, self.stamp()).unwrap();
        let Taken::New(no) = taken else {
            panic!("each event of a test is its own");
        };
        let message = self.store().message(LENDER, no).unwrap().unwrap();
        let ended = process::settle(&self.desk, &message, &reading, self.stamp()).unwrap();
        assert!(matches!(ended, Ended::Processed(_)), "{event}: {ended:?}");
    }
}

/// Told in this order, and in every other, these come to the same books.
fn check(told: &[Told], expected: &[&str], balances: &[&str]) {
    for order in orders(told.len()) {
        let bench = Bench::new();
        for (n, at) in order.iter().enumerate() {
            bench.tell(&format!("evt_{n}"), &told[*at]);
            // Providers tell everything twice.
            bench.tell(&format!("evt_{n}_again"), &told[*at]);
        }
        assert_eq!(bench.payments(), expected, "{order:?}");
        let found: Vec<String> = bench
            .balances()
            .into_iter()
            .filter(|line| !line.starts_with("fund_source") && !line.contains("C-2"))
            .collect();
        assert_eq!(found, balances, "{order:?}");
        bench.proves();
    }
}

/// Every order of so many things.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for order in orders(n - 1) {
        for place in 0..=order.len() {
            let mut longer = order.clone();
            longer.insert(place, n - 1);
            all.push(longer);
        }
    }
    all
}

#[test]
fn a_reversal_takes_the_whole_also_before_its_payment() {
    check(
        &[
            Paid(C1, 10_000),
            Changed(ChangeKind::Reversal, "rv1", 10_000, 0),
        ],
        &["C-1 reversed 100.00 2026-03-02"],
        &["receivable_principal:C-1 300.00"],
    );
}

#[test]
fn two_partial_refunds_leave_the_rest() {
    check(
        &[
            Paid(C1, 10_000),
            Changed(ChangeKind::Refund, "re_1", 3_000, 0),
            Changed(ChangeKind::Refund, "re_2", 2_000, 0),
        ],
        &["C-1 booked 50.00 2026-03-02"],
        &["receivable_principal:C-1 250.00", "clearing:till 50.00"],
    );
}

#[test]
fn a_refund_that_fails_is_as_if_it_had_never_been() {
    check(
        &[
            Paid(C1, 10_000),
            Changed(ChangeKind::Refund, "re_1", 10_000, 0),
            Changed(ChangeKind::RefundFailed, "re_1", 10_000, 0),
        ],
        &["C-1 booked 100.00 2026-03-02"],
        &["receivable_principal:C-1 200.00", "clearing:till 100.00"],
    );
}

#[test]
fn a_dispute_takes_the_money_and_its_fee_and_gives_the_money_back_when_it_is_won() {
    let (paid, lost) = (
        Paid(C1, 10_000),
        Changed(ChangeKind::Chargeback, "dp_1", 10_000, 1_500),
    );
    check(
        &[paid.clone(), lost.clone()],
        &["C-1 reversed 100.00 2026-03-02"],
        &[
            "receivable_principal:C-1 300.00",
            "clearing:till -15.00",
            "provider_fees 15.00",
        ],
    );
    check(
        &[
            paid,
            lost,
            Changed(ChangeKind::ChargebackWon, "dp_1", 10_000, 0),
        ],
        &["C-1 booked 100.00 2026-03-02"],
        &[
            "receivable_principal:C-1 200.00",
            "clearing:till 85.00",
            "provider_fees 15.00",
        ],
    );
}

#[test]
fn a_fee_that_the_provider_kept_is_the_lenders_and_the_borrowers_money_counts_in_full() {
    check(
        &[Paid(C1, 10_000), Changed(ChangeKind::Fee, "txn_1", 290, 0)],
        &["C-1 booked 100.00 2026-03-02"],
        &[
            "receivable_principal:C-1 200.00",
            "clearing:till 97.10",
            "provider_fees 2.90",
        ],
    );
}

#[test]
fn what_waits_in_suspense_is_taken_back_in_part_too() {
    check(
        &[
            Paid("thank you", 10_000),
            Changed(ChangeKind::Refund, "re_1", 3_000, 0),
        ],
        &["suspense booked 70.00 no_reference []"],
        &[
            "receivable_principal:C-1 300.00",
            "suspense -70.00",
            "clearing:till 70.00",
        ],
    );
}

#[test]
fn more_than_there_was_moves_nothing_and_waits_for_a_person() {
    let bench = Bench::new();
    bench.tell("evt_1", &Paid(C1, 10_000));
    bench.tell("evt_2", &Changed(ChangeKind::Refund, "re_1", 10_001, 0));
    assert_eq!(bench.payments(), ["C-1 booked 100.00 2026-03-02"]);
    let open = bench.store().open_changes(LENDER, 10).unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].state, ChangeState::Unclear);
}

#[test]
fn a_reversal_of_nothing_we_know_is_parked_with_its_age() {
    let bench = Bench::new();
    bench.tell("evt_1", &Changed(ChangeKind::Reversal, "rv1", 10_000, 0));
    assert!(bench.payments().is_empty());
    let open = bench.store().open_changes(LENDER, 10).unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].state, ChangeState::Waiting);
    assert_eq!(open[0].told_at, bench.now);
    // Announced money isn't there yet: it waits on.
    bench.tell("evt_2", &Announced(C1, 10_000));
    assert_eq!(bench.payments(), ["C-1 pending 100.00 2026-03-02"]);
    bench.tell("evt_3", &Paid(C1, 10_000));
    assert_eq!(bench.payments(), ["C-1 reversed 100.00 2026-03-02"]);
    assert!(bench.store().open_changes(LENDER, 10).unwrap().is_empty());
    bench.proves();
}

#[test]
fn what_a_dispute_takes_from_a_released_contract_is_the_lenders_loss() {
    let bench = Bench::new();
    bench.tell("evt_1", &Paid(C1, 30_000));
    assert_eq!(bench.level("C-1"), "released");
    bench.tell(
        "evt_2",
        &Changed(ChangeKind::Chargeback, "dp_1", 30_000, 1_500),
    );
    assert_eq!(bench.level("C-1"), "released", "released is for ever");
    assert_eq!(bench.payments(), ["C-1 booked 300.00 2026-03-02"]);
    let lost = [
        "chargeback_losses 300.00",
        "provider_fees 15.00",
        "clearing:till -15.00",
    ];
    for line in lost {
        assert!(bench.balances().iter().any(|l| l == line), "{line}");
    }
    bench.tell(
        "evt_3",
        &Changed(ChangeKind::ChargebackWon, "dp_1", 30_000, 0),
    );
    assert!(
        bench
            .balances()
            .iter()
            .all(|l| !l.starts_with("chargeback_losses"))
    );
    bench.proves();
}
