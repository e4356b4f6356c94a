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

/// All that is known of one payment by which its contract is found.
pub struct Asked<'a> {
    /// What the payer wrote, in every message.
    pub texts: Vec<&'a str>,
    pub marks: Marks,
    /// The payer's name.
    pub name: Option<&'a str>,
    pub amount: Money,
}

impl<'a> Asked<'a> {
    /// What one piece of news says, and the texts and payer that earlier ones of the same payment
    /// told: so that it doesn't matter which of them comes first.
    pub fn new(
        desk: &Desk,
        news: &'a News,
        earlier: &'a [String],
        payer: Option<[u8; 32]>,
    ) -> Asked<'a> {
        let mut texts: Vec<&str> = news.texts.iter().map(|t| t.expose().as_str()).collect();
        texts.extend(news.account.as_deref());
        texts.extend(earlier.iter().map(String::as_str));
        let key = desk.payers.as_ref();
        let mut marks = key.map(|key| key.marks(news)).unwrap_or_default();
        marks.payer = marks.payer.or(payer);
        // The hash of an account is nobody's number.
        marks.number = marks.number.or(payer);
        Asked {
            texts,
            marks,
            name: news
                .counterparty
                .as_ref()
                .map(|name| name.expose().as_str()),
            amount: news.amount,
        }
    }
}

/// Whose money it is, by all that is known at `now`.
pub fn decide(desk: &Desk, asked: &Asked<'_>, now: Instant) -> Result<Match, StoreError> {
    let wanted = Wanted::with_accounts(&asked.texts, desk.virtual_accounts.as_ref());
    let known = references(desk, &wanted)?;
    let numbers = wanted.virtual_accounts();
    let accounts = desk
        .store
        .contracts_by_virtual_account(desk.lender, numbers)?;
    if let Some(certain) = wanted.certain(&known, &accounts, asked.amount.currency()) {
        return Ok(certain);
    }
    let leads = leads(desk, &asked.marks)?;
    let owing = owing(desk, asked, &known, &accounts, &leads, now)?;
    Ok(wanted.decide(&known, &accounts, &leads, &owing, asked.amount))
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
fn leads(desk: &Desk, marks: &Marks) -> Result<Leads, StoreError> {
    let mut leads = Leads::default();
    let Marks {
        payer,
        number,
        mask,
    } = marks;
    let (store, lender) = (&desk.store, desk.lender);
    if number.is_some() || mask.is_some() {
        hash_numbers(desk)?;
    }
    if let Some(payer) = payer {
        leads.standing = store.standing_of_payer(lender, payer)?;
        leads.earlier = store.contracts_paid_by(lender, payer)?;
    }
    if let Some(number) = number {
        leads.phone = store.contracts_by_phone(lender, number)?;
    }
    if let Some((ends, mask)) = mask {
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
    asked: &Asked<'_>,
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
            all.push(owed(desk, &row, asked, now));
        }
    }
    Ok(all)
}

fn owed(desk: &Desk, row: &ContractRow, asked: &Asked<'_>, now: Instant) -> Owing {
    let minor = |money: Money| money.minor();
    let today = desk.zone(&row.time_zone).ok().map(|zone| zone.day_of(now));
    let due_today = row.instalments.iter().filter(|i| Some(i.due) == today);
    let due_today: i128 = due_today.map(|i| minor(i.amount)).sum();
    Owing {
        contract_id: row.contract_id.clone(),
        currency: row.currency,
        open: row.level != Level::Released && row.payoff.is_positive(),
        due: minor(row.arrears).saturating_add(due_today),
        restore: minor(row.restore),
        payoff: minor(row.payoff),
        instalments: row.instalments.iter().map(|i| minor(i.amount)).collect(),
        name_alike: asked
            .name
            .is_some_and(|name| names_alike(name, row.borrower.expose())),
    }
}
