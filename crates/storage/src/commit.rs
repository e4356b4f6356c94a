//! Writing a [`ChangeSet`]: the checks in the order of [`CommitError`], the rows with them.
//!
//! Each check reads inside the transaction that writes, so that what it saw still holds. A
//! refusal undoes the whole set.

use std::collections::{HashMap, HashSet};

use fairlock_domain::calendar::Instant;
use fairlock_domain::ledger::{Layer, Posting, Side};
use fairlock_domain::money::Currency;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::rules::Level;
use fairlock_domain::standing::EventKind;

use crate::cash::{Bag, BagChange};
use crate::changes::{
    ChangeSet, CommitError, Committed, ContractChange, NewGrant, PaymentChange, Projection,
    SuspenseChange,
};
use crate::error::StoreError;
use crate::ids::{DeviceId, LenderId};
use crate::sqlite::{
    Tx, amount_cell, day_cell, instant_cell, instant_cell_or_none, statements, unsigned_cell,
};
use crate::store::Store;
use crate::{
    bank_statements, books, cash, decisions, devices, enquiries, events, feed_actions, feeds,
    grants, inbox, lines, matching, money_actions, notices, pack_texts, payment_changes, payments,
    reconciliation, suspense,
};

statements! { "contracts":
    CONTRACT = "
        SELECT version, level FROM contracts WHERE lender_id = ?1 AND contract_id = ?2";
    NEW_FACTS = "
        UPDATE contracts SET version = ?3, review_at = ?4
        WHERE lender_id = ?1 AND contract_id = ?2";
    NEW_PLAN = "
        UPDATE contracts SET version = ?3, review_at = ?4, level = ?5, past_due_since = ?6,
                             arrears = ?7, restore = ?8, payoff = ?9, planned_at = ?10,
                             decision_hash = coalesce(?11, decision_hash),
                             lease_holder = NULL, lease_until = NULL
        WHERE lender_id = ?1 AND contract_id = ?2";
    CLEAR_HOLDS = "DELETE FROM contract_holds WHERE lender_id = ?1 AND contract_id = ?2";
    ADD_HOLD = "
        INSERT INTO contract_holds (lender_id, contract_id, kind, until_at)
        VALUES (?1, ?2, ?3, ?4)";
}

impl Store {
    /// Writes the engine's result, all of it or none.
    pub fn commit(&self, lender: LenderId, set: ChangeSet) -> Result<Committed, CommitError> {
        self.write("commit", move |tx| commit(tx, lender, &set))
    }
}

fn commit(tx: &mut Tx<'_>, lender: LenderId, set: &ChangeSet) -> Result<Committed, CommitError> {
    let at = set.stamp.at;
    if let Some(outcome) = &set.message {
        let (no, state) = (outcome.no, outcome.state);
        if !inbox::settle(tx, lender, no, state, &outcome.note, at)? {
            return Err(CommitError::MessageSettled(no));
        }
    }
    if let Some(again) = &set.read_again
        && !inbox::read_again(tx, lender, again.no, &again.note, at)?
    {
        return Err(CommitError::NotProcessed(again.no));
    }
    let mut done = Committed::default();
    for change in &set.contracts {
        let version = put_contract(tx, lender, change, at)?;
        done.contracts.push((change.contract_id.clone(), version));
    }
    let leads_to = grants_by_contract(&set.contracts);
    for change in &set.payments {
        put_payment(tx, lender, change, &leads_to)?;
    }
    for line in &set.lines {
        lines::put(tx, lender, line, set.read_again.is_some())?;
    }
    // Looked up and not searched for: a file has a million of them.
    let behind = set
        .lines
        .iter()
        .filter_map(|line| line.payment_id.as_deref());
    let behind: HashSet<&str> = behind.collect();
    for change in set.payments.iter().filter(|c| c.payment.version == 0) {
        let payment_id = change.payment.id.clone();
        if !behind.contains(payment_id.as_str()) {
            return Err(CommitError::NoSource { payment_id });
        }
    }
    let changed = set
        .contracts
        .iter()
        .map(|change| change.contract_id.as_str());
    let changed: HashSet<&str> = changed.collect();
    for posting in &set.postings {
        put_posting(tx, lender, posting, &changed)?;
    }
    for change in &set.contracts {
        put_events(tx, lender, change)?;
    }
    for change in &set.contracts {
        if let Some(grant) = &change.grant {
            put_grant(tx, lender, &change.contract_id, grant, set)?;
        }
    }
    for change in &set.suspense {
        put_suspense(tx, lender, change, at)?;
    }
    for change in &set.changes {
        payment_changes::put(tx, lender, change)?;
    }
    for change in &set.standing {
        matching::change(tx, lender, change, at)?;
    }
    for action in &set.actions {
        money_actions::add(tx, lender, action, at)?;
    }
    for change in &set.bags {
        if !cash::change(tx, lender, change, at)? {
            let (BagChange::Told(Bag { bag, .. }) | BagChange::Banked { bag, .. }) = change;
            return Err(CommitError::BagDone(bag.clone()));
        }
    }
    for change in &set.notices {
        if !notices::change(tx, lender, change, at)? {
            return Err(CommitError::NoticeMoved {
                no: change.no,
                expected: change.was.name(),
            });
        }
    }
    for change in &set.enquiries {
        enquiries::change(tx, lender, change, at)?;
    }
    for row in &set.statements {
        bank_statements::put(tx, lender, row)?;
    }
    for change in &set.feeds {
        feeds::put(tx, lender, &change.feed)?;
        if let Some(state) = change.event {
            let feed = &change.feed.feed;
            events::insert_of_feed(tx, lender, feed, state, at)?;
            done.reviews += feeds::tell(tx, lender, &change.feed, at)?;
        }
    }
    for change in &set.feed_actions {
        if !feed_actions::go_on(tx, lender, change, at)? {
            return Err(CommitError::FeedActionMoved { no: change.no });
        }
    }
    for line in &set.recon_lines {
        reconciliation::put_line(tx, lender, line)?;
    }
    for close in &set.breaks_closed {
        if !reconciliation::close(tx, lender, close, at)? {
            return Err(CommitError::BreakClosed { no: close.no });
        }
    }
    Ok(done)
}

/// The contract's row, its holds, decision and notices; its new version.
fn put_contract(
    tx: &mut Tx<'_>,
    lender: LenderId,
    change: &ContractChange,
    at: Instant,
) -> Result<u64, CommitError> {
    let id = change.contract_id.as_str();
    let found = tx.first(CONTRACT, (lender.0, id), |c| {
        Ok((c.unsigned()?, c.word(Level::from_name, "a level")?))
    })?;
    let Some((version, level)) = found else {
        return Err(CommitError::UnknownContract(id.into()));
    };
    if version != change.expected_version {
        return Err(CommitError::Conflict {
            contract_id: id.into(),
            expected: change.expected_version,
            found: version,
        });
    }
    let next = unsigned_cell(version + 1)?;
    match &change.projection {
        None => {
            let row = (lender.0, id, next, instant_cell(at)?);
            tx.run(NEW_FACTS, row)?;
        }
        Some(plan) => {
            let hash = change.decision.as_ref().map(|d| d.hash);
            put_plan(tx, lender, id, next, plan, hash, at)?;
            tx.totals.level(lender, Some(level), plan.level);
        }
    }
    if let Some(decision) = &change.decision {
        for hash in &decision.rests_on.packs {
            if !pack_texts::is_kept(tx, lender, hash)? {
                return Err(CommitError::TextNotKept {
                    contract_id: id.into(),
                });
            }
        }
        decisions::insert(tx, lender, id, decision, at)?;
    }
    for notice in &change.notices {
        notices::insert(tx, lender, id, notice)?;
    }
    Ok(version + 1)
}

fn put_plan(
    tx: &Tx<'_>,
    lender: LenderId,
    contract_id: &str,
    version: i64,
    plan: &Projection,
    decision_hash: Option<[u8; 16]>,
    at: Instant,
) -> Result<(), StoreError> {
    tx.run(
        NEW_PLAN,
        (
            lender.0,
            contract_id,
            version,
            instant_cell_or_none(plan.review_at)?,
            plan.level.name(),
            day_cell(plan.past_due_since),
            amount_cell(plan.arrears.minor())?,
            amount_cell(plan.restore.minor())?,
            amount_cell(plan.payoff.minor())?,
            instant_cell(at)?,
            decision_hash,
        ),
    )?;
    tx.run(CLEAR_HOLDS, (lender.0, contract_id))?;
    for hold in &plan.holds {
        let until = instant_cell_or_none(hold.until)?;
        tx.run(ADD_HOLD, (lender.0, contract_id, hold.kind.name(), until))?;
    }
    Ok(())
}

/// By contract: the grant that this set makes for it.
fn grants_by_contract(changes: &[ContractChange]) -> HashMap<&str, (DeviceId, u64)> {
    let with_grant = changes.iter().filter_map(|change| {
        let grant = change.grant.as_ref()?;
        Some((change.contract_id.as_str(), (grant.device, grant.seq)))
    });
    with_grant.collect()
}

fn put_payment(
    tx: &Tx<'_>,
    lender: LenderId,
    change: &PaymentChange,
    leads_to: &HashMap<&str, (DeviceId, u64)>,
) -> Result<(), CommitError> {
    let payment = &change.payment;
    let found = payments::version(tx, lender, &payment.id)?;
    if found != payment.version {
        return Err(CommitError::PaymentConflict {
            payment_id: payment.id.clone(),
            expected: payment.version,
            found,
        });
    }
    // Money that comes frees; a failure or reversal leads to no grant that it could wait for.
    let comes = matches!(payment.state, PaymentState::Pending | PaymentState::Booked);
    let contract = payment.contract_id.as_deref().filter(|_| comes);
    let grant = contract.and_then(|contract| leads_to.get(contract).copied());
    payments::put(tx, lender, payment, grant)?;
    for key in &change.keys {
        let key = key.text();
        if payments::add_key(tx, lender, &key, &payment.id)? {
            continue;
        }
        let owner = payments::owner(tx, lender, &key)?.unwrap_or_default();
        if owner != payment.id {
            return Err(CommitError::KeyTaken {
                key,
                payment_id: payment.id.clone(),
                owner,
            });
        }
    }
    Ok(())
}

/// A posting, after its balance and its guard are looked at once more: the ledger that made it
/// may have been another program's.
fn put_posting(
    tx: &mut Tx<'_>,
    lender: LenderId,
    posting: &Posting,
    changed: &HashSet<&str>,
) -> Result<(), CommitError> {
    if !balances(posting) {
        return Err(CommitError::Unbalanced { id: posting.id() });
    }
    for contract in books::contracts_of(posting) {
        if !changed.contains(contract) {
            return Err(CommitError::Unguarded {
                id: posting.id(),
                contract_id: contract.into(),
            });
        }
    }
    match books::insert(tx, lender, posting)? {
        true => Ok(()),
        false => Err(CommitError::PostingExists { id: posting.id() }),
    }
}

fn balances(posting: &Posting) -> bool {
    let mut nets: HashMap<(Currency, Layer), i128> = HashMap::new();
    for leg in &posting.legs {
        let net = nets.entry((leg.amount.currency(), leg.layer)).or_default();
        *net += match leg.side {
            Side::Debit => leg.amount.minor(),
            Side::Credit => -leg.amount.minor(),
        };
    }
    nets.values().all(|net| *net == 0)
}

fn put_events(tx: &Tx<'_>, lender: LenderId, change: &ContractChange) -> Result<(), CommitError> {
    if change.events.is_empty() {
        return Ok(());
    }
    let id = change.contract_id.as_str();
    let mut newest = events::newest_at(tx, lender, id)?;
    for event in &change.events {
        if newest.is_some_and(|newest| event.at < newest) {
            return Err(CommitError::EventOutOfOrder {
                contract_id: id.into(),
                at: event.at,
            });
        }
        newest = Some(event.at);
        if events::insert_of_contract(tx, lender, id, event)? {
            continue;
        }
        if let EventKind::Payment {
            id: payment_id,
            state,
            ..
        } = &event.kind
        {
            return Err(CommitError::EventExists {
                contract_id: id.into(),
                payment_id: payment_id.clone(),
                state: state.name().into(),
            });
        }
    }
    Ok(())
}

fn put_grant(
    tx: &Tx<'_>,
    lender: LenderId,
    contract_id: &str,
    grant: &NewGrant,
    set: &ChangeSet,
) -> Result<(), CommitError> {
    let device = devices::one(tx, lender, grant.device)?;
    let Some(device) = device.filter(|d| d.contract_id == contract_id) else {
        return Err(CommitError::ForeignDevice {
            device: grant.device,
            contract_id: contract_id.into(),
        });
    };
    if grant.seq <= device.newest_seq {
        return Err(CommitError::SeqTaken {
            device: grant.device,
            seq: grant.seq,
            newest: device.newest_seq,
        });
    }
    devices::take_seq(tx, lender, grant.device, grant.seq)?;
    grants::insert(tx, lender, contract_id, grant, set.stamp)?;
    Ok(())
}

fn put_suspense(
    tx: &Tx<'_>,
    lender: LenderId,
    change: &SuspenseChange,
    at: Instant,
) -> Result<(), CommitError> {
    let (payment_id, changed) = match change {
        SuspenseChange::Open {
            payment_id,
            reason,
            candidates,
        } => {
            let opened = suspense::open(tx, lender, payment_id, *reason, candidates, at)?;
            (payment_id, opened)
        }
        SuspenseChange::Clear { payment_id, by } => {
            (payment_id, suspense::clear(tx, lender, payment_id, by, at)?)
        }
        SuspenseChange::Widen {
            payment_id,
            reason,
            candidates,
        } => {
            let widened = suspense::widen(tx, lender, payment_id, *reason, candidates)?;
            (payment_id, widened)
        }
        SuspenseChange::NextRound { payment_id } => {
            (payment_id, suspense::next_round(tx, lender, payment_id)?)
        }
        SuspenseChange::Keep { payment_id, by } => {
            (payment_id, suspense::keep(tx, lender, payment_id, by, at)?)
        }
    };
    match changed {
        true => Ok(()),
        false => Err(CommitError::Suspense {
            payment_id: payment_id.clone(),
        }),
    }
}
