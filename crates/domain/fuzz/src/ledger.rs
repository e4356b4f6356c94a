//! Commands against the ledger.
//!
//! After each one: no panic; a refusal leaves the books as they were, bit for bit; a posting is
//! there, and the same again is answered `Exists`; the proof of the whole books holds; and a slice
//! with nothing but what the command touches gives the same answer and the same posting.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::ledger::{
    Account, Command, EntryKind, Ledger, LoanChange, LoanEntry, Moved, Outcome, Owner, PostingKind,
    Source, Work, post, prove,
};
use fairlock_domain::loan::Portions;
use fairlock_domain::loan::order::Component;
use fairlock_domain::money::{Currency, Money};

use super::bytes::Bytes;

/// Longer inputs find nothing new, slowly.
const COMMANDS_MAX: usize = 80;

const CONTRACTS: [&str; 3] = ["C-1", "C-2", "L-3"];
/// Contracts that may be loans; some of them meet those that may be pools.
const LOANS: [&str; 3] = ["L-3", "L-4", "C-1"];
const SUBJECTS: [&str; 8] = ["P-1", "P-2", "P-3", "P-4", "P-5", "P-6", "P-7", "P-8"];

/// Does what the bytes say.
pub fn run(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let mut ledger = Ledger::default();
    for _ in 0..COMMANDS_MAX {
        if bytes.is_empty() {
            break;
        }
        let command = command(&mut bytes, &ledger);
        ledger = step(ledger, &command);
    }
}

/// Posts one command, and looks at what must hold.
pub fn step(ledger: Ledger, command: &Command) -> Ledger {
    let (after, outcome) = post(ledger.clone(), command);
    assert!(!outcome.sentence().is_empty());
    check_slice(&ledger, command, &after, outcome);
    if outcome != Outcome::Posted {
        assert_eq!(after, ledger, "{outcome:?} changed the books: {command:?}");
        return after;
    }
    assert_eq!(after.made().count(), ledger.made().count() + 1);
    let posting = after.about(&command.subject, command.work.kind());
    assert_eq!(posting.map(|p| &p.command), Some(command));
    assert_eq!(prove(&after), [], "after {command:?}");
    for (account, ..) in after.accounts() {
        assert_eq!(Account::from_name(&account.name()).as_ref(), Some(account));
    }
    let (again, outcome) = post(after.clone(), command);
    assert_eq!((&again, outcome), (&after, Outcome::Exists), "{command:?}");
    after
}

/// A slice answers as the whole does: nothing else is read.
fn check_slice(ledger: &Ledger, command: &Command, after: &Ledger, outcome: Outcome) {
    let (of_slice, same) = post(slice(ledger, command), command);
    assert_eq!(same, outcome, "a slice answers otherwise: {command:?}");
    if outcome == Outcome::Posted {
        assert_eq!(of_slice.made().last(), after.made().last());
    }
}

/// What a command touches, as a store would read it.
fn slice(ledger: &Ledger, command: &Command) -> Ledger {
    let (contracts, subjects) = touches(command);
    let accounts = ledger.accounts().filter(|(account, ..)| {
        let contract = account.contract();
        contract.is_some_and(|contract| contracts.iter().any(|c| c == contract))
    });
    let of_contract = |id: &str| {
        let kinds = [PostingKind::Opened, PostingKind::Closed];
        kinds.map(|kind| ledger.about(id, kind).cloned())
    };
    let own = contracts.iter().flat_map(|id| of_contract(id)).flatten();
    let of_subject = |id: &String| {
        let kinds = PostingKind::all();
        let found = kinds.filter_map(|kind| ledger.about(id, kind).cloned());
        found.collect::<Vec<_>>()
    };
    let postings = own.chain(subjects.iter().flat_map(of_subject));
    let accounts = accounts.map(|(a, c, b)| (a.clone(), c, *b));
    let records = subjects
        .iter()
        .filter_map(|id| Some((id.clone(), ledger.record(id)?.clone())));
    let (accounts, postings): (Vec<_>, Vec<_>) = (accounts.collect(), postings.collect());
    Ledger::load(accounts, postings).with_records(records)
}

/// Contracts and subjects that a command names; of a payment that is reversed or resolved, the
/// contract is in its postings, and stands for every one here.
fn touches(command: &Command) -> (Vec<String>, Vec<String>) {
    let mut contracts: Vec<String> = Vec::new();
    let mut subjects = vec![command.subject.clone()];
    match &command.work {
        Work::Finance { .. } | Work::Open { .. } | Work::Close => {
            contracts.push(command.subject.clone());
        }
        Work::Announce { owner, .. } | Work::Book { owner, .. } => match owner {
            Owner::Contract(contract) => contracts.push(contract.clone()),
            Owner::Suspense => {}
        },
        Work::Assign { contract }
        | Work::Waive { contract, .. }
        | Work::OweRefund { contract, .. } => contracts.push(contract.clone()),
        Work::Loan {
            contract,
            change,
            moved,
            ..
        } => {
            contracts.push(contract.clone());
            subjects.extend(moved.iter().map(|m| m.entry.clone()));
            if let LoanChange::Reversal { of } = change {
                subjects.push(of.clone());
            }
        }
        Work::Void | Work::Expire | Work::Reverse { .. } => {}
        Work::BankLine { .. }
        | Work::PayRefund { .. }
        | Work::Round { .. }
        | Work::OwePayer { .. }
        | Work::FailRefund { .. }
        | Work::Charge { .. }
        | Work::Lose { .. }
        | Work::Regain { .. } => {}
    }
    // Pending legs end on the contract that was announced, which the command may not name.
    let resolves = matches!(
        command.work,
        Work::Void
            | Work::Expire
            | Work::Reverse { .. }
            | Work::Book { .. }
            | Work::FailRefund { .. }
            | Work::Loan { .. }
    );
    if resolves {
        contracts.extend(CONTRACTS.iter().chain(&LOANS).map(|c| (*c).to_owned()));
        contracts.sort();
        contracts.dedup();
    }
    (contracts, subjects)
}

fn money(bytes: &mut Bytes<'_>) -> Money {
    Money::new(bytes.amount(), currency(bytes))
}

fn currency(bytes: &mut Bytes<'_>) -> Currency {
    let code = if bytes.rarely() { "USD" } else { "KES" };
    Currency::from_code(code).expect("a currency of ISO 4217")
}

fn command(bytes: &mut Bytes<'_>, ledger: &Ledger) -> Command {
    let kind = bytes.choice(26);
    let subject = bytes.of(&SUBJECTS).to_owned();
    let contract = bytes.of(&CONTRACTS).to_owned();
    let work = match kind {
        0 => Work::Finance {
            total: money(bytes),
        },
        1 => Work::Announce {
            owner: owner(bytes),
            channel: channel(bytes),
            amount: money(bytes),
            expires_at: Instant::from_unix_seconds(200),
        },
        2 => Work::Void,
        3 => Work::Expire,
        4 | 5 => Work::Book {
            owner: owner(bytes),
            channel: channel(bytes),
            amount: money(bytes),
        },
        6 => Work::Reverse {
            amount: booked(bytes, ledger, &subject),
        },
        7 => Work::Assign { contract },
        8 => Work::Waive {
            contract,
            amount: money(bytes),
        },
        9 => Work::OweRefund {
            contract,
            amount: money(bytes),
        },
        10 => Work::BankLine {
            bank_account: "KE12".to_owned(),
            channel: channel(bytes),
            credit: bytes.choice(2) == 0,
            amount: money(bytes),
        },
        11 => Work::Round {
            channel: channel(bytes),
            credit: bytes.choice(2) == 0,
            amount: money(bytes),
        },
        12 => Work::PayRefund {
            channel: channel(bytes),
            amount: money(bytes),
        },
        13 => Work::Open {
            currency: currency(bytes),
            signed_on: day(10),
        },
        14 => Work::Close,
        21 => Work::OwePayer {
            amount: booked(bytes, ledger, &subject),
        },
        22 => Work::FailRefund {
            channel: channel(bytes),
            amount: booked(bytes, ledger, &subject),
        },
        23 => Work::Charge {
            channel: channel(bytes),
            amount: money(bytes),
        },
        24 => Work::Lose {
            channel: channel(bytes),
            amount: money(bytes),
        },
        25 => Work::Regain {
            channel: channel(bytes),
            amount: money(bytes),
        },
        _ => loan(bytes, ledger, &subject),
    };
    let of_contract = match work {
        Work::Finance { .. } => Some(bytes.of(&CONTRACTS)),
        Work::Open { .. } | Work::Close => Some(bytes.of(&LOANS)),
        _ => None,
    };
    Command {
        subject: of_contract.map_or(subject, |contract| contract.to_owned()),
        at: Instant::from_unix_seconds(i64::from(bytes.choice(2)) * 300),
        work,
    }
}

fn owner(bytes: &mut Bytes<'_>) -> Owner {
    match bytes.choice(3) {
        0 => Owner::Suspense,
        _ => Owner::Contract(bytes.of(&CONTRACTS).to_owned()),
    }
}

fn channel(bytes: &mut Bytes<'_>) -> String {
    bytes.of(&["mpesa", "bank"]).to_owned()
}

fn day(nr: i32) -> Day {
    Day::from_unix_days(20_000 + nr)
}

/// Mostly what was booked under the subject, so that it fits.
fn booked(bytes: &mut Bytes<'_>, ledger: &Ledger, subject: &str) -> Money {
    let booked = ledger.about(subject, PostingKind::Booked);
    match booked.map(|p| &p.command.work) {
        Some(Work::Book { amount, .. }) if !bytes.rarely() => *amount,
        _ => money(bytes),
    }
}

fn loan(bytes: &mut Bytes<'_>, ledger: &Ledger, subject: &str) -> Work {
    let change = match bytes.choice(8) {
        0 => LoanChange::Reallocation,
        1 => LoanChange::Reversal {
            of: bytes.of(&SUBJECTS).to_owned(),
        },
        _ => LoanChange::Entry(entry(bytes, ledger, subject)),
    };
    let mut moved = Vec::new();
    for _ in 0..bytes.choice(4) {
        moved.push(a_move(bytes, ledger));
    }
    Work::Loan {
        contract: bytes.of(&LOANS).to_owned(),
        on: day(i32::from(bytes.choice(16)) + 5),
        change,
        moved,
    }
}

fn entry(bytes: &mut Bytes<'_>, ledger: &Ledger, subject: &str) -> LoanEntry {
    let kind = bytes.of(&EntryKind::ALL);
    let source = match bytes.choice(6) {
        0 => Some(Source::Channel(channel(bytes))),
        1 => Some(Source::Suspense),
        2 => Some(Source::FundSource),
        3 => Some(Source::RefundsPayable),
        _ => None,
    };
    let portions = match kind {
        EntryKind::Disbursement => Portions::of(Component::Principal, bytes.amount()),
        EntryKind::Recovery => Portions::NONE,
        _ => bytes.portions(),
    };
    let mut amount = booked(bytes, ledger, subject);
    if kind != EntryKind::Recovery && !bytes.rarely() {
        let sum = total(&portions).unwrap_or(1);
        amount = Money::new(sum, amount.currency());
    }
    LoanEntry {
        kind,
        source,
        amount,
        portions,
    }
}

/// Mostly a known entry as it stands, with the same sum split otherwise.
fn a_move(bytes: &mut Bytes<'_>, ledger: &Ledger) -> Moved {
    let entry = bytes.of(&SUBJECTS).to_owned();
    let record = ledger.record(&entry);
    let mut before = record.map_or(Portions::NONE, |record| record.entry.portions);
    if bytes.rarely() {
        before.credit ^= 1;
    }
    let after = match total(&before) {
        Some(sum) if !bytes.rarely() => resplit(bytes, sum),
        _ => bytes.portions(),
    };
    Moved {
        entry,
        before,
        after,
    }
}

fn resplit(bytes: &mut Bytes<'_>, sum: i128) -> Portions {
    let mut portions = Portions::NONE;
    let first = bytes.amount().clamp(0, sum.max(0));
    portions.add(bytes.of(&Component::ALL), first);
    match bytes.choice(5) {
        4 => portions.credit = sum - first,
        at => portions.add(Component::ALL[usize::from(at)], sum - first),
    }
    portions
}

fn total(portions: &Portions) -> Option<i128> {
    let parts = Component::ALL.map(|c| portions.get(c));
    let mut sum = portions.credit;
    for part in parts {
        sum = sum.checked_add(part)?;
    }
    Some(sum)
}
