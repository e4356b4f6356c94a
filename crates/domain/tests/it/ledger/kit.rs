//! Short words for loans in the books.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::ledger::{
    Command, EntryKind, Ledger, Leg, LoanChange, LoanEntry, Moved, Outcome, Side, Source, Work,
    post, prove,
};
use fairlock_domain::loan::Portions;
use fairlock_domain::loan::order::Component;
use fairlock_domain::money::{Currency, Money};

/// Principal, interest, fee, penalty, credit.
pub type Five = [i128; 5];

pub fn kes() -> Currency {
    Currency::from_code("KES").expect("a currency of ISO 4217")
}

pub fn usd() -> Currency {
    Currency::from_code("USD").expect("a currency of ISO 4217")
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a date")
}

pub fn split([principal, interest, fee, penalty, credit]: Five) -> Portions {
    let mut portions = Portions::of(Component::Principal, principal);
    portions.add(Component::Interest, interest);
    portions.add(Component::Fee, fee);
    portions.add(Component::Penalty, penalty);
    portions.credit = credit;
    portions
}

pub fn mpesa() -> Option<Source> {
    Some(Source::Channel("mpesa".to_owned()))
}

/// An entry whose amount is the sum of its portions.
pub fn entry(kind: EntryKind, source: Option<Source>, five: Five) -> LoanEntry {
    LoanEntry {
        kind,
        source,
        amount: Money::new(five.iter().sum(), kes()),
        portions: split(five),
    }
}

pub fn command(subject: &str, work: Work) -> Command {
    Command {
        subject: subject.to_owned(),
        at: Instant::from_unix_seconds(100),
        work,
    }
}

pub fn open(contract: &str) -> Command {
    let work = Work::Open {
        currency: kes(),
        signed_on: day("2026-02-01"),
    };
    command(contract, work)
}

/// A change of the loan L-1, from 2026-02-10 on.
pub fn change(subject: &str, change: LoanChange, moved: Vec<Moved>) -> Command {
    let work = Work::Loan {
        contract: "L-1".to_owned(),
        on: day("2026-02-10"),
        change,
        moved,
    };
    command(subject, work)
}

pub fn enter(subject: &str, entry: LoanEntry) -> Command {
    change(subject, LoanChange::Entry(entry), Vec::new())
}

pub fn undo(subject: &str, of: &str) -> Command {
    change(
        subject,
        LoanChange::Reversal { of: of.to_owned() },
        Vec::new(),
    )
}

pub fn moved(entry: &str, before: Five, after: Five) -> Moved {
    Moved {
        entry: entry.to_owned(),
        before: split(before),
        after: split(after),
    }
}

pub fn disburse(subject: &str, amount: i128) -> Command {
    let out = entry(
        EntryKind::Disbursement,
        Some(Source::FundSource),
        [amount, 0, 0, 0, 0],
    );
    enter(subject, out)
}

pub fn repay(subject: &str, five: Five) -> Command {
    enter(subject, entry(EntryKind::Repayment, mpesa(), five))
}

pub fn with(command: &Command, more: Vec<Moved>) -> Command {
    let mut command = command.clone();
    if let Work::Loan { moved, .. } = &mut command.work {
        *moved = more;
    }
    command
}

/// The books after commands that must all be posted; they are proved after each.
pub fn books(commands: &[Command]) -> Ledger {
    commands.iter().fold(Ledger::default(), |ledger, command| {
        let (ledger, outcome) = post(ledger, command);
        assert_eq!(outcome, Outcome::Posted, "{command:?}");
        assert_eq!(prove(&ledger), [], "after {command:?}");
        ledger
    })
}

/// Every account that isn't zero: name and posted sum, debits above zero.
pub fn nets(ledger: &Ledger) -> Vec<(String, i128)> {
    let all = ledger.accounts();
    let nets = all.map(|(account, _, balance)| (account.name(), balance.net()));
    let mut nets: Vec<_> = nets.filter(|(_, net)| *net != 0).collect();
    nets.sort();
    nets
}

/// Legs as a journal shows them: "debit clearing:mpesa 100".
pub fn lines(legs: &[Leg]) -> Vec<String> {
    let line = |leg: &Leg| {
        let side = match leg.side {
            Side::Debit => "debit",
            Side::Credit => "credit",
        };
        format!("{side} {} {}", leg.account.name(), leg.amount.minor())
    };
    legs.iter().map(line).collect()
}
