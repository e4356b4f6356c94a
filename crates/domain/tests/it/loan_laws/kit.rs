//! Short words for loans over time.

use fairlock_domain::calendar::{Adjust, Day, DayCount, Instant, Step};
use fairlock_domain::loan::charge::{Amount, ChargeKind, ChargeTime};
use fairlock_domain::loan::command::{Act, Command, PaymentKind};
use fairlock_domain::loan::order::{Component, Order, Orders};
use fairlock_domain::loan::prove::prove;
use fairlock_domain::loan::terms::{
    Amortization, Charging, Grace, Interest, InterestPeriod, ScheduleType, Terms,
};
use fairlock_domain::loan::{ChargesCount, Loan, Outcome, Portions, Rules, apply};
use fairlock_domain::money::{Currency, Money, Rate, Rounding};

pub const SIGNED: &str = "2026-01-01";

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a date")
}

/// Kenyan shillings, in cents.
pub fn kes(minor: i128) -> Money {
    let currency = Currency::from_code("KES").expect("a currency of ISO 4217");
    Money::new(minor, currency)
}

pub fn usd(minor: i128) -> Money {
    let currency = Currency::from_code("USD").expect("a currency of ISO 4217");
    Money::new(minor, currency)
}

pub fn percent(percent: u32) -> Rate {
    Rate::from_percent(percent).expect("a rate")
}

/// A rate a year, each month a twelfth of it.
pub fn yearly(rate: u32) -> Charging {
    Charging {
        rate: percent(rate),
        days: DayCount::Thirty360European,
        period: InterestPeriod::SamePeriod,
    }
}

/// So many monthly instalments without interest.
pub fn monthly(count: u16) -> Terms {
    Terms {
        currency: kes(0).currency(),
        interest: Interest::None,
        amortization: Amortization::EqualInstalments,
        step: Step::MONTHLY,
        count,
        counted_from: None,
        first_due: None,
        grace: Grace::default(),
        down_payment: None,
        instalment_multiple: 1,
        rounding: Rounding::HalfEven,
        fixed_length_days: None,
        adjust: Adjust::None,
        calendar: None,
        schedule_type: ScheduleType::Cumulative,
        recalculation: None,
    }
}

/// Oldest first; chargebacks are principal; charges count from their day.
pub fn rules() -> Rules {
    Rules {
        orders: Orders::all(Order::oldest_first()),
        chargebacks: None,
        charges: ChargesCount::FromTheirDay,
    }
}

pub fn disburse(minor: i128) -> Act {
    Act::Disburse { amount: kes(minor) }
}

pub fn pay(minor: i128) -> Act {
    Act::Pay {
        kind: PaymentKind::Repayment,
        amount: kes(minor),
    }
}

pub fn goodwill(minor: i128) -> Act {
    Act::Pay {
        kind: PaymentKind::Goodwill,
        amount: kes(minor),
    }
}

pub fn reverse(of: &str) -> Act {
    Act::Reverse { of: of.to_owned() }
}

pub fn charge_back(of: &str, minor: i128) -> Act {
    Act::Chargeback {
        of: of.to_owned(),
        amount: kes(minor),
    }
}

pub fn refund_credit(minor: i128) -> Act {
    Act::RefundCredit { amount: kes(minor) }
}

pub fn fee(minor: i128, due: &str) -> Act {
    Act::Charge {
        kind: ChargeKind::Fee,
        amount: Amount::Flat(kes(minor)),
        time: ChargeTime::OnDay(day(due)),
    }
}

pub fn waive(charge: &str) -> Act {
    Act::WaiveCharge {
        charge: charge.to_owned(),
        line: None,
    }
}

pub fn pause(until: &str) -> Act {
    Act::Pause { until: day(until) }
}

/// A fact; entered in the order of `nr`.
pub fn fact(nr: i64, id: &str, on: &str, act: Act) -> Command {
    Command {
        id: id.to_owned(),
        on: day(on),
        at: Instant::from_unix_seconds(1_700_000_000 + nr),
        act,
    }
}

/// Principal, interest, fee, penalty, credit.
pub fn five(portions: &Portions) -> [i128; 5] {
    let Portions { credit, .. } = *portions;
    let debt = [
        Component::Principal,
        Component::Interest,
        Component::Fee,
        Component::Penalty,
    ];
    let [principal, interest, fee, penalty] = debt.map(|component| portions.get(component));
    [principal, interest, fee, penalty, credit]
}

/// A loan and what happens to it, in the order of entry.
#[derive(Debug, Clone)]
pub struct Story {
    pub loan: Loan,
    entered: i64,
}

impl Story {
    pub fn new(terms: Terms, rules: Rules) -> Story {
        let loan = Loan::new(day(SIGNED), terms, rules).expect("terms that can be");
        Story { loan, entered: 0 }
    }

    /// An interest-free loan of equal monthly instalments, given out on the day it was signed.
    pub fn of(amount: i128, instalments: u16) -> Story {
        Story::new(monthly(instalments), rules()).then("out", SIGNED, disburse(amount))
    }

    /// Whatever becomes of it.
    pub fn tried(mut self, id: &str, on: &str, act: Act) -> (Story, Outcome) {
        self.entered += 1;
        let (loan, outcome) = apply(self.loan, &fact(self.entered, id, on, act));
        prove(&loan).expect("a loan that adds up");
        self.loan = loan;
        (self, outcome)
    }

    /// What must be done.
    #[track_caller]
    pub fn then(self, id: &str, on: &str, act: Act) -> Story {
        let (story, outcome) = self.tried(id, on, act);
        assert_eq!(outcome, Outcome::Done, "{id} of {on}");
        story
    }
}
