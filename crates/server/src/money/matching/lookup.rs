//! What points from a piece of news to contracts, looked up in the order of cost.
//!
//! Nearly all money names its contract, and then nothing else is asked. Only what doesn't is
//! looked up by its payer, and only then is read what each contract owes.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;
use fairlock_domain::payment::Match;
use fairlock_domain::payment::matching::{
    KnownContract, Leads, Owing, VirtualContract, Wanted, names_alike,
};
use fairlock_domain::rules::Level;
use fairlock_storage::{ContractRow, PhoneMarks, StoreError};

use super::super::desk::Desk;
use super::super::news::News;
use super::payer::Marks;

/// Numbers hashed at once: a batch is one write.
const HASHED_AT_ONCE: u32 = 512;

/// Whose money it is, by all that is known at `now`.
pub fn decide(desk: &Desk, news: &News, now: Instant) -> Result<Match, StoreError> {
    let mut texts: Vec<&str> = news.texts.iter().map(|t| t.expose().as_str()).collect();
    texts.extend(news.account.as_deref());
    let wanted = Wanted::with_accounts(&texts, desk.virtual_accounts.as_ref());
    let known = references(desk, &wanted)?;
    let numbers = wanted.virtual_accounts();
    let accounts = desk
        .store
        .contracts_by_virtual_account(desk.lender, numbers)?;
    if let Some(certain) = wanted.certain(&known, &accounts, news.amount.currency()) {
        return Ok(certain);
    }
    let leads = leads(desk, news)?;
    let owing = owing(desk, news, &known, &accounts, &leads, now)?;
    Ok(wanted.decide(&known, &accounts, &leads, &owing, news.amount))
}

fn references(desk: &Desk, wanted: &Wanted) -> Result<Vec<KnownContract>, StoreError> {
    let found = desk
        .store
        .contracts_by_reference(desk.lender, &wanted.references())?;
    let known = found.into_iter().map(|c| KnownContract {
        reference: c.reference,
        contract_id: c.contract_id,
        currency: c.currency,
    });
    Ok(known.collect())
}

/// Whom the payer points to; nobody where this desk has no key to compare payers by.
fn leads(desk: &Desk, news: &News) -> Result<Leads, StoreError> {
    let mut leads = Leads::default();
    let Some(key) = &desk.payers else {
        return Ok(leads);
    };
    let Marks {
        payer,
        number,
        mask,
    } = key.marks(news);
    let (store, lender) = (&desk.store, desk.lender);
    if number.is_some() || mask.is_some() {
        hash_numbers(desk)?;
    }
    if let Some(payer) = &payer {
        leads.standing = store.standing_of_payer(lender, payer)?;
        leads.earlier = store.contracts_paid_by(lender, payer)?;
    }
    if let Some(number) = &number {
        leads.phone = store.contracts_by_phone(lender, number)?;
    }
    if let Some((ends, mask)) = &mask {
        for id in store.contracts_by_phone_ends(lender, ends)? {
            let row = store.contract(lender, &id)?;
            let number = row.and_then(|row| row.phone_number);
            if number.is_some_and(|number| mask.fits(number.expose())) {
                leads.mask.push(id);
            }
        }
    }
    Ok(leads)
}

/// Hashes the numbers of contracts that came since the last time.
fn hash_numbers(desk: &Desk) -> Result<(), StoreError> {
    let Some(key) = &desk.payers else {
        return Ok(());
    };
    loop {
        let waiting = desk.store.unhashed_numbers(desk.lender, HASHED_AT_ONCE)?;
        if waiting.is_empty() {
            return Ok(());
        }
        let marks = waiting.into_iter().map(|one| PhoneMarks {
            marks: key.number(one.phone_number.expose()),
            contract_id: one.contract_id,
        });
        desk.store.keep_phone_marks(desk.lender, marks.collect())?;
    }
}

/// What every contract that something points to owes.
fn owing(
    desk: &Desk,
    news: &News,
    known: &[KnownContract],
    accounts: &[VirtualContract],
    leads: &Leads,
    now: Instant,
) -> Result<Vec<Owing>, StoreError> {
    let known = known.iter().map(|k| k.contract_id.as_str());
    let named = known.chain(accounts.iter().map(|a| a.contract_id.as_str()));
    let mut ids: Vec<&str> = named.chain(leads.contracts()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut all = Vec::new();
    for id in ids {
        if let Some(row) = desk.store.contract(desk.lender, id)? {
            all.push(owed(desk, &row, news, now));
        }
    }
    Ok(all)
}

fn owed(desk: &Desk, row: &ContractRow, news: &News, now: Instant) -> Owing {
    let minor = |money: Money| money.minor();
    let today = desk.zone(&row.time_zone).ok().map(|zone| zone.day_of(now));
    let due_today = row.instalments.iter().filter(|i| Some(i.due) == today);
    let due_today: i128 = due_today.map(|i| minor(i.amount)).sum();
    let name = news.counterparty.as_ref();
    Owing {
        contract_id: row.contract_id.clone(),
        currency: row.currency,
        open: row.level != Level::Released && row.payoff.is_positive(),
        due: minor(row.arrears).saturating_add(due_today),
        restore: minor(row.restore),
        payoff: minor(row.payoff),
        instalments: row.instalments.iter().map(|i| minor(i.amount)).collect(),
        name_alike: name.is_some_and(|name| names_alike(name.expose(), row.borrower.expose())),
    }
}
