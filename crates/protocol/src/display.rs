//! Display data: what the phone's screen says about payments and cases. Unsigned, dated, shown
//! with its date, and never a ground for a level.
//!
//! Failure is [`Malformed`]. Absent on purpose: why a hold exists, full names, free text.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cbor::{Malformed, MapWriter, Reader};
use crate::grant::{AMOUNT_MAX, DAY_MAX, TIME_MAX};

/// Longest masked name, in bytes.
const NAME_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Display {
    /// As of, Unix seconds.
    pub at: u64,
    pub payment: Option<PaymentNews>,
    pub case: Option<CaseNews>,
    pub held: Option<Held>,
    /// The borrower's name, masked by the server.
    pub borrower: Option<String>,
    /// Emergency passes left, as the server counts them.
    pub passes_left: Option<u8>,
}

/// The newest payment that the borrower should know about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentNews {
    pub state: PaymentState,
    pub amount: u64,
    /// The day it was acted, or taken back.
    pub day: u32,
    /// What is missing all the same, for [`PaymentState::SeenPart`].
    pub rest: Option<u64>,
    /// For how many days at most it is checked, for [`PaymentState::SeenCovers`].
    pub days: Option<u8>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentState {
    /// Seen, and it covers what restores.
    SeenCovers,
    /// Seen, and more is needed.
    SeenPart,
    Failed,
    Reversed,
    /// Booked.
    Credited,
}

/// The closed list of product.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    InsufficientFunds,
    WrongPin,
    Cancelled,
    TimedOut,
    WrongAccount,
    LimitExceeded,
    Refused,
    Unknown,
}

/// The newest case of this contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseNews {
    pub state: CaseState,
    /// The lender's deadline.
    pub until: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseState {
    Open,
    Upheld,
    Refused,
}

/// Something stands still. A feed may be named; every private reason reads as held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub by: HeldBy,
    pub until: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldBy {
    Feed,
    Private,
}

const PAYMENT_STATES: [PaymentState; 5] = [
    PaymentState::SeenCovers,
    PaymentState::SeenPart,
    PaymentState::Failed,
    PaymentState::Reversed,
    PaymentState::Credited,
];
const FAILURES: [Failure; 8] = [
    Failure::InsufficientFunds,
    Failure::WrongPin,
    Failure::Cancelled,
    Failure::TimedOut,
    Failure::WrongAccount,
    Failure::LimitExceeded,
    Failure::Refused,
    Failure::Unknown,
];
const CASE_STATES: [CaseState; 3] = [CaseState::Open, CaseState::Upheld, CaseState::Refused];
const HELD_BY: [HeldBy; 2] = [HeldBy::Feed, HeldBy::Private];

/// Closed lists count from 1 on the wire.
fn read_one<T: Copy>(
    r: &mut Reader<'_>,
    list: &[T],
    expected: &'static str,
) -> Result<T, Malformed> {
    let code = r.uint(list.len() as u64, expected)?;
    match (code as usize)
        .checked_sub(1)
        .and_then(|index| list.get(index))
    {
        Some(value) => Ok(*value),
        None => r.wrong(expected),
    }
}

impl Display {
    pub fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).uint(self.at);
        if let Some(payment) = &self.payment {
            map.key(2).raw(&payment.encode());
        }
        if let Some(case) = &self.case {
            let mut inner = MapWriter::default();
            inner.key(1).uint(1 + case.state as u64);
            if let Some(until) = case.until {
                inner.key(2).uint(u64::from(until));
            }
            map.key(3).raw(&inner.finish());
        }
        if let Some(held) = &self.held {
            let mut inner = MapWriter::default();
            inner.key(1).uint(1 + held.by as u64);
            if let Some(until) = held.until {
                inner.key(2).uint(u64::from(until));
            }
            map.key(4).raw(&inner.finish());
        }
        if let Some(borrower) = &self.borrower {
            map.key(5).text(borrower);
        }
        if let Some(left) = self.passes_left {
            map.key(6).uint(u64::from(left));
        }
        map.finish()
    }

    /// Reads the map that stands at the reader's place.
    pub fn read(r: &mut Reader<'_>) -> Result<Display, Malformed> {
        let mut fields = r.fields("display data: a map")?;
        r.need(&mut fields, 1, "key 1, as of")?;
        let at = r.uint(TIME_MAX, "an instant below 2^40")?;
        let payment = match r.has(&mut fields, 2)? {
            true => Some(PaymentNews::read(r)?),
            false => None,
        };
        let case = match r.has(&mut fields, 3)? {
            true => {
                let (state, until) = read_until(r, &CASE_STATES, "a state of a case")?;
                Some(CaseNews { state, until })
            }
            false => None,
        };
        let held = match r.has(&mut fields, 4)? {
            true => {
                let (by, until) = read_until(r, &HELD_BY, "what holds")?;
                Some(Held { by, until })
            }
            false => None,
        };
        let borrower = match r.has(&mut fields, 5)? {
            true => Some(String::from(r.text(NAME_MAX, "a masked name")?)),
            false => None,
        };
        let passes_left = match r.has(&mut fields, 6)? {
            true => Some(r.uint(255, "passes left")? as u8),
            false => None,
        };
        r.end_fields(&fields)?;
        Ok(Display {
            at,
            payment,
            case,
            held,
            borrower,
            passes_left,
        })
    }
}

fn read_until<T: Copy>(
    r: &mut Reader<'_>,
    list: &[T],
    expected: &'static str,
) -> Result<(T, Option<u32>), Malformed> {
    let mut fields = r.fields(expected)?;
    r.need(&mut fields, 1, expected)?;
    let value = read_one(r, list, expected)?;
    let until = match r.has(&mut fields, 2)? {
        true => Some(r.uint(DAY_MAX, "a day since 1970-01-01")? as u32),
        false => None,
    };
    r.end_fields(&fields)?;
    Ok((value, until))
}

impl PaymentNews {
    fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).uint(1 + self.state as u64);
        map.key(2).uint(self.amount);
        map.key(3).uint(u64::from(self.day));
        if let Some(rest) = self.rest {
            map.key(4).uint(rest);
        }
        if let Some(days) = self.days {
            map.key(5).uint(u64::from(days));
        }
        if let Some(failure) = self.failure {
            map.key(6).uint(1 + failure as u64);
        }
        map.finish()
    }

    fn read(r: &mut Reader<'_>) -> Result<PaymentNews, Malformed> {
        let mut fields = r.fields("news of a payment: a map")?;
        r.need(&mut fields, 1, "the payment's state")?;
        let state = read_one(r, &PAYMENT_STATES, "a payment's state")?;
        r.need(&mut fields, 2, "the payment's amount")?;
        let amount = r.uint(AMOUNT_MAX, "an amount of at most 10^15")?;
        r.need(&mut fields, 3, "the payment's day")?;
        let day = r.uint(DAY_MAX, "a day since 1970-01-01")? as u32;
        let rest = match r.has(&mut fields, 4)? {
            true => Some(r.uint(AMOUNT_MAX, "an amount of at most 10^15")?),
            false => None,
        };
        let days = match r.has(&mut fields, 5)? {
            true => Some(r.uint(255, "days")? as u8),
            false => None,
        };
        let failure = match r.has(&mut fields, 6)? {
            true => Some(read_one(r, &FAILURES, "a failure")?),
            false => None,
        };
        r.end_fields(&fields)?;
        Ok(PaymentNews {
            state,
            amount,
            day,
            rest,
            days,
            failure,
        })
    }
}
