//! What a message about cash means: a receipt is announced money, a bag waits for the bank, and a
//! person's word that a bag is there books its receipts.

use fairlock_domain::money::Money;
use fairlock_domain::payment::{Key, PaymentState, Reference};
use fairlock_intake::cash::{CashBag, CashReceipt, read_cash_bag, read_cash_receipt};
use fairlock_storage::{Bag, BagChange, Message, StoreError};

use super::{Kind, SOURCE, bank, channel, signed};
use crate::money::desk::Desk;
use crate::money::news::{Acted, Keys, Meaning, News, Payer, Telling, place};
use crate::money::process::Reading;

/// What a stored message says; the inner error is what is wrong with it, for people.
pub fn read(desk: &Desk, message: &Message) -> Result<Result<Reading, String>, StoreError> {
    let Some(kind) = Kind::named(&message.name) else {
        let other = format!("{}: expected a message about cash", message.name);
        return Ok(Err(other));
    };
    if kind == Kind::Banked {
        return bank::said(desk, message);
    }
    let (headers, received) = (&message.headers, message.received.at);
    let agent = match signed::agent(desk, kind, headers, &message.body, received)? {
        Ok(agent) => agent,
        Err(why) => return Ok(Err(why.to_string())),
    };
    match kind {
        Kind::Bag => bag(desk, message, &agent),
        _ => Ok(receipt(message, &agent)),
    }
}

/// The key of a receipt: agents' numbers are one series of the lender's.
pub(super) fn key(number: &str) -> Option<Key> {
    Key::receipt(SOURCE, number)
}

fn receipt(message: &Message, agent: &str) -> Result<Reading, String> {
    let receipt = read_cash_receipt(&message.body).map_err(|error| error.to_string())?;
    let number = own_number("receipt", &receipt.receipt, agent)?;
    let strong: Vec<Key> = key(number).into_iter().collect();
    let CashReceipt {
        texts,
        amount,
        taken,
        ..
    } = receipt;
    let news = News {
        texts,
        acted: Some(Acted::At(taken)),
        ..told(agent, number, amount, PaymentState::Pending, strong)
    };
    Ok(Reading {
        news: vec![news],
        ..Reading::default()
    })
}

/// News of an agent's receipt, without what only the receipt itself says.
pub(super) fn told(
    agent: &str,
    number: &str,
    amount: Money,
    state: PaymentState,
    strong: Vec<Key>,
) -> News {
    News {
        telling: Telling::Callback,
        meaning: Meaning::Payment(state),
        feed: None,
        channel: channel(agent),
        account: None,
        amount,
        return_amounts: Vec::new(),
        acted: None,
        booking_date: None,
        value_date: None,
        keys: Keys {
            strong,
            weak: Vec::new(),
            place: place(SOURCE, state.name(), number, 0, 0),
        },
        texts: Vec::new(),
        counterparty: None,
        payer: Payer::Unknown,
        payer_account: None,
        failure: None,
        shields_for: None,
        end_to_end: None,
        status: state.name(),
        bank: None,
        statement: 0,
        entry: 0,
        part: 0,
    }
}

/// A number out of the agent's own book.
fn own_number<'n>(what: &str, number: &'n str, agent: &str) -> Result<&'n str, String> {
    let own = number
        .strip_prefix(agent)
        .and_then(|rest| rest.strip_prefix('-'));
    match own.filter(|rest| !rest.is_empty()) {
        Some(_) => Ok(number),
        None => Err(format!(
            "$.{what}: found {number:?}, expected a number of agent {agent} such as {agent}-000123"
        )),
    }
}

fn bag(desk: &Desk, message: &Message, agent: &str) -> Result<Result<Reading, String>, StoreError> {
    let told = read_cash_bag(&message.body).map_err(|error| error.to_string());
    let told = told.and_then(|told| match own_number("bag", &told.bag, agent) {
        Ok(_) => Ok(told),
        Err(problem) => Err(problem),
    });
    let told = match told {
        Ok(told) => told,
        Err(problem) => return Ok(Err(problem)),
    };
    let mut reading = Reading::default();
    if let Some(known) = desk.store.cash_bag(desk.lender, &told.bag)? {
        let same = known.receipts == told.receipts && known.amount == told.amount;
        return Ok(match same {
            true => Ok(reading),
            false => Err(format!(
                "$.bag: {} was told of before with other receipts; expected each bag once",
                told.bag
            )),
        });
    }
    if let Err(problem) = check_receipts(desk, agent, &told)? {
        return Ok(Err(problem));
    }
    let reference = match Reference::of_contract(&told.bag) {
        Ok(reference) => reference.as_str().to_owned(),
        Err(error) => return Ok(Err(format!("$.bag: {:?}: {error}", told.bag))),
    };
    reading.remark = Some(format!(
        "bag {} with {} receipts; its deposit slip says {reference}",
        told.bag,
        told.receipts.len()
    ));
    reading.bags.push(BagChange::Told(Bag {
        bag: told.bag,
        agent: agent.to_owned(),
        reference,
        amount: told.amount,
        receipts: told.receipts,
        message: message.no,
        told_at: message.received.at,
        banked: None,
    }));
    Ok(Ok(reading))
}

/// Each receipt is the agent's, known, not banked and in no other bag; and they come to the sum.
fn check_receipts(
    desk: &Desk,
    agent: &str,
    told: &CashBag,
) -> Result<Result<(), String>, StoreError> {
    let open = desk.store.open_cash_bags(desk.lender, agent)?;
    let mut sum = Money::zero(told.amount.currency());
    for number in &told.receipts {
        if let Err(problem) = own_number("receipts", number, agent) {
            return Ok(Err(problem));
        }
        let elsewhere = open.iter().find(|bag| bag.receipts.contains(number));
        if let Some(bag) = elsewhere {
            let bag = &bag.bag;
            return Ok(Err(format!("$.receipts: {number} is in bag {bag} already")));
        }
        let Some(row) = bank::payment(desk, number)? else {
            return Ok(Err(format!(
                "$.receipts: {number} isn't known; expected the receipt before its bag"
            )));
        };
        if row.state == PaymentState::Booked {
            return Ok(Err(format!("$.receipts: {number} is banked already")));
        }
        match sum.checked_add(row.amount) {
            Ok(more) => sum = more,
            Err(_) => return Ok(Err(format!("$.receipts: {number} is in another currency"))),
        }
    }
    Ok(match sum == told.amount {
        true => Ok(()),
        false => Err(format!(
            "$.amount: found {}, expected the sum of the receipts, {sum}",
            told.amount
        )),
    })
}
