//! A bag that is in the bank: its receipts are booked, and its deposit is no payment of its own.
//!
//! Only exact evidence counts: the bag's reference with its check digits alone in the entry, and
//! the bag's sum to the minor unit. Any other deposit stays what it is, money in suspense, and
//! the bag stays open for a person.

use std::collections::BTreeMap;

use fairlock_domain::payment::reference::{Reference, find};
use fairlock_domain::payment::{Key, PaymentState};
use fairlock_intake::cash::read_banked;
use fairlock_storage::{Bag, BagChange, Message, PaymentRow, StoreError};

use super::channel;
use super::read::{key, told};
use crate::money::desk::Desk;
use crate::money::news::{Meaning, News, Telling, line_id};
use crate::money::process::Reading;

/// Where the parts of an entry that are receipts of a bag begin: no bank's batch has as many
/// transactions of its own.
const RECEIPT_PARTS: u32 = 900_000;

/// The payment of a receipt.
pub(super) fn payment(desk: &Desk, number: &str) -> Result<Option<PaymentRow>, StoreError> {
    let keys: Vec<Key> = key(number).into_iter().collect();
    let found = desk.store.payments_by_keys(desk.lender, &keys)?;
    Ok(found.into_iter().next().map(|known| known.payment))
}

/// A person's word that a bag is in the bank.
pub(super) fn said(desk: &Desk, message: &Message) -> Result<Result<Reading, String>, StoreError> {
    let (bag, by) = match read_banked(&message.body) {
        Ok(said) => said,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let Some(bag) = desk.store.cash_bag(desk.lender, &bag)? else {
        return Ok(Err(format!(
            "$.bag: {bag} isn't known; expected one that an agent told of"
        )));
    };
    let mut reading = Reading::default();
    if let Some((_, known)) = &bag.banked {
        reading.remark = Some(format!("bag {} was in the bank before: {known}", bag.bag));
        return Ok(Ok(reading));
    }
    reading.news = receipts(desk, &bag)?;
    reading.bags.push(BagChange::Banked { bag: bag.bag, by });
    Ok(Ok(reading))
}

/// Finds deposits of bags among a statement's news: each becomes a line, and its receipts are
/// booked.
pub fn deposits(desk: &Desk, reading: &mut Reading) -> Result<(), StoreError> {
    if reading.statements.is_empty() || !desk.store.has_cash_bags(desk.lender)? {
        return Ok(());
    }
    let mut booked = Vec::new();
    let mut bags = BTreeMap::new();
    for news in &mut reading.news {
        let Some(bag) = deposit(desk, news)? else {
            continue;
        };
        let line = line_id(&news.keys.place);
        let known = bag.banked.as_ref().map(|(_, by)| by);
        if known.is_some_and(|by| *by != line) || bags.contains_key(&bag.bag) {
            continue;
        }
        for (part, mut receipt) in (RECEIPT_PARTS..).zip(receipts(desk, &bag)?) {
            receipt.booking_date = news.booking_date;
            receipt.value_date = news.value_date;
            (receipt.statement, receipt.entry, receipt.part) = (news.statement, news.entry, part);
            booked.push(receipt);
        }
        news.meaning = Meaning::Line;
        news.channel = channel(&bag.agent);
        if known.is_none() {
            bags.insert(bag.bag, line);
        }
    }
    reading.news.extend(booked);
    let banked = bags
        .into_iter()
        .map(|(bag, by)| BagChange::Banked { bag, by });
    reading.bags.extend(banked);
    Ok(())
}

/// The bag that an entry is the deposit of.
fn deposit(desk: &Desk, news: &News) -> Result<Option<Bag>, StoreError> {
    let booked = news.meaning == Meaning::Payment(PaymentState::Booked);
    if news.telling != Telling::Statement || !booked {
        return Ok(None);
    }
    let texts: Vec<&str> = news
        .texts
        .iter()
        .map(|text| text.expose().as_str())
        .collect();
    let mut named: Vec<Reference> = find(texts).into_iter().flat_map(|m| m.readings).collect();
    named.sort();
    named.dedup();
    let [reference] = named.as_slice() else {
        return Ok(None);
    };
    let bag = desk.store.cash_bag_of(desk.lender, reference.as_str())?;
    Ok(bag.filter(|bag| bag.amount == news.amount))
}

/// News that every receipt of a bag is booked.
fn receipts(desk: &Desk, bag: &Bag) -> Result<Vec<News>, StoreError> {
    let mut all = Vec::new();
    for (entry, number) in (0u32..).zip(&bag.receipts) {
        let Some(row) = payment(desk, number)? else {
            continue;
        };
        let strong: Vec<Key> = key(number).into_iter().collect();
        let news = told(&bag.agent, number, row.amount, PaymentState::Booked, strong);
        all.push(News { entry, ..news });
    }
    Ok(all)
}
