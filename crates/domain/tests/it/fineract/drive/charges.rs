//! Charges: adding, waiving, giving back, and as rows.

use fairlock_domain::calendar::Day;
use fairlock_domain::loan::charge::{Amount, Charge, ChargeTime};
use fairlock_domain::loan::command::Act as Fact;
use fairlock_domain::loan::{Entry, Share};
use fairlock_domain::money::Rate;

use super::super::compare::Row;
use super::super::names::{self, ChargeName, Worth};
use super::super::read;
use super::Fail;
use super::held::{Held, Waiting};

pub fn add(
    held: &mut Held,
    today: Day,
    code: &str,
    due: Option<Day>,
    amount: &str,
) -> Result<(), Fail> {
    let name = names::charge_named(code)?;
    let amount = String::from(amount);
    let asked = Waiting { name, due, amount };
    if held.is_disbursed() {
        return add_named(held, today, &asked);
    }
    held.waiting.push(asked);
    Ok(())
}

pub fn add_named(held: &mut Held, today: Day, asked: &Waiting) -> Result<(), Fail> {
    let Waiting { name, due, amount } = asked;
    let time = match (*due, name.when) {
        (Some(day), _) => ChargeTime::OnDay(day),
        (None, names::AT_DISBURSEMENT) => ChargeTime::AtDisbursement,
        (None, names::EACH_INSTALMENT) => ChargeTime::EachInstalment,
        (None, _) => return Err(Fail::from("a charge without a day")),
    };
    raise(held, today, name, worth(held, name, amount)?, time)
}

fn raise(
    held: &mut Held,
    on: Day,
    name: &'static ChargeName,
    amount: Amount,
    time: ChargeTime,
) -> Result<(), Fail> {
    let kind = name.kind;
    let id = held.apply(on, Fact::Charge { kind, amount, time })?;
    held.charges.insert(id.clone(), name);
    held.last_charge = Some(id);
    Ok(())
}

fn worth(held: &Held, name: &ChargeName, text: &str) -> Result<Amount, Fail> {
    let rate = || Rate::parse_percent(text).map_err(|e| format!("{text} %: {e}"));
    Ok(match name.worth {
        Worth::Flat => {
            let minor = read::amount(text).ok_or_else(|| format!("{text} isn't an amount"))?;
            Amount::Flat(held.money(minor))
        }
        Worth::OfPrincipal | Worth::OfDisbursement => Amount::OfPrincipal(rate()?),
        Worth::OfInterest => Amount::OfInterest(rate()?),
        Worth::OfPrincipalAndInterest => Amount::OfPrincipalAndInterest(rate()?),
    })
}

/// Gives up the charge that was added last; of one on each instalment, the first open one.
pub fn waive(held: &mut Held, today: Day) -> Result<(), Fail> {
    let id = held.last_charge.clone().ok_or("there is no charge")?;
    let charge = charge(held, &id)?;
    let line = match charge.time {
        ChargeTime::EachInstalment => {
            let open = shares(held, charge).into_iter();
            let first = open.filter(|share| share.open() > 0).map(|s| s.line).next();
            first.and_then(|line| u16::try_from(line + 1).ok())
        }
        _ => None,
    };
    // Their waiver counts from the charge's day, once that has come.
    let on = match charge.time {
        ChargeTime::OnDay(day) => day.min(today),
        _ => today,
    };
    held.apply(on, Fact::WaiveCharge { charge: id, line })?;
    Ok(())
}

pub fn undo_waive(held: &mut Held, today: Day) -> Result<(), Fail> {
    let waiver = held.transactions().find(|(entry, _)| {
        let waives = matches!(entry.command.act, Fact::WaiveCharge { .. });
        waives && entry.reversed_on.is_none()
    });
    let id = waiver.map(|(entry, _)| entry.command.id.clone());
    held.reverse(&id.ok_or("nothing was waived")?, today)
}

/// Gives a part of the last charge of that kind and day back; None for more than there is.
pub fn adjust(
    held: &mut Held,
    today: Day,
    code: &str,
    due: Day,
    minor: Option<i128>,
) -> Result<(), Fail> {
    let mut charges = held.loan.charges().iter();
    let last = charges.rfind(|c| {
        let same = held.charges.get(&c.id).is_some_and(|n| n.code == code);
        same && c.time == ChargeTime::OnDay(due)
    });
    let found = last.ok_or("there is no such charge")?;
    let amount = held.money(minor.unwrap_or(found.due() + 1));
    let charge = found.id.clone();
    let id = held.apply(today, Fact::AdjustCharge { charge, amount })?;
    held.last_payment.get_or_insert(id);
    Ok(())
}

/// Takes back the first transaction of that day and amount.
pub fn revert(held: &mut Held, today: Day, on: Day, minor: i128) -> Result<(), Fail> {
    let found = held.transactions().find(|(entry, _)| {
        let same = match entry.command.act {
            Fact::AdjustCharge { amount, .. } | Fact::Pay { amount, .. } => amount.minor() == minor,
            _ => false,
        };
        same && entry.command.on == on
    });
    let id = found.map(|(entry, _)| entry.command.id.clone());
    held.reverse(&id.ok_or("there is no such transaction")?, today)
}

/// The day's job: for each instalment that is overdue at its end, the product's late fee.
pub fn run_day(held: &mut Held, today: Day) -> Result<(), Fail> {
    let Some((code, percent)) = held.product.overdue_charge() else {
        return Ok(());
    };
    let name = names::charge_named(code)?;
    let closed = today.plus_days(-1);
    let since = held.ran_until.replace(closed);
    let overdue: Vec<Day> = held
        .loan
        .lines()
        .iter()
        .filter(|line| line.is_open() && line.due_on <= closed)
        .filter(|line| since.is_none_or(|since| line.due_on > since))
        .map(|line| line.due_on)
        .collect();
    for due in overdue {
        let amount = worth(held, name, percent)?;
        raise(
            held,
            due.plus_days(1),
            name,
            amount,
            ChargeTime::OverdueInstalment(due),
        )?;
    }
    Ok(())
}

fn charge<'a>(held: &'a Held, id: &str) -> Result<&'a Charge, Fail> {
    let found = held.loan.charges().iter().find(|c| c.id == id);
    found.ok_or_else(|| Fail::from("there is no such charge"))
}

/// What became of a charge in one line.
#[derive(Debug, Clone, Copy)]
struct InLine {
    line: usize,
    /// What earlier charges of the line take first.
    after: i128,
    amount: i128,
    waived: i128,
    paid: i128,
}

impl InLine {
    fn open(&self) -> i128 {
        self.amount - self.waived - self.paid
    }
}

/// A charge's parts. What a line's charges of a kind were paid goes to the earliest first.
fn shares(held: &Held, charge: &Charge) -> Vec<InLine> {
    let component = charge.kind.component();
    let in_line = |part: &fairlock_domain::loan::charge::Part| {
        let line = held.loan.lines().get(part.line);
        let mut others: Vec<(Day, usize, i128)> = Vec::new();
        for (at, other) in held.loan.charges().iter().enumerate() {
            if other.reversed || other.kind != charge.kind {
                continue;
            }
            let same = other.parts.iter().filter(|p| p.line == part.line);
            others.extend(same.map(|p| (p.due_on, at, p.amount - p.waived)));
        }
        others.sort_unstable();
        let own = held.loan.charges().iter().position(|c| c.id == charge.id);
        let before = others
            .iter()
            .take_while(|(day, at, _)| (*day, Some(*at)) < (part.due_on, own));
        let taken: i128 = before.map(|(.., amount)| amount).sum();
        let paid = line.map_or(0, |line| line.paid.get(component));
        let left = (paid - taken).max(0);
        InLine {
            line: part.line,
            after: taken,
            amount: part.amount,
            waived: part.waived,
            paid: left.min(part.amount - part.waived),
        }
    };
    charge.parts.iter().map(in_line).collect()
}

/// Which charges the last repayment paid, and how much of each.
pub fn paid_by_last(held: &Held) -> Vec<Row> {
    let repaid =
        |(entry, title): &(&Entry, &str)| *title == "Repayment" && entry.reversed_on.is_none();
    let Some((last, _)) = held.transactions().filter(repaid).last() else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for charge in held.loan.charges().iter().filter(|c| !c.reversed) {
        let component = charge.kind.component();
        let mut amount = 0;
        for share in shares(held, charge) {
            let of = |entry: &Entry| -> i128 {
                let same = |s: &&Share| s.line == share.line && s.bucket.component == component;
                entry.shares.iter().filter(same).map(|s| s.amount).sum()
            };
            let earlier = held
                .loan
                .in_order()
                .take_while(|e| e.command.id != last.command.id)
                .filter(|e| e.reversed_on.is_none())
                .filter(|e| !matches!(e.command.act, Fact::WaiveCharge { .. }));
            let before: i128 = earlier.map(of).sum();
            let (from, to) = (before.max(share.after), before + of(last));
            amount += (to.min(share.after + share.amount - share.waived) - from).max(0);
        }
        if let (true, Some(name)) = (amount > 0, held.charges.get(&charge.id)) {
            rows.push(
                Row::default()
                    .with("name", name.title)
                    .amount("amount", amount),
            );
        }
    }
    rows
}

pub fn rows(held: &Held) -> Vec<Row> {
    let waiting = held.waiting.iter().map(|waiting| {
        let due = match worth(held, waiting.name, &waiting.amount) {
            Ok(Amount::Flat(money)) => money.minor(),
            _ => 0,
        };
        row(waiting.name, waiting.due, [due, 0, 0, due])
    });
    let charges = held.loan.charges().iter().filter(|c| !c.reversed);
    let raised = charges.filter_map(|charge| {
        let name = held.charges.get(&charge.id)?;
        let due_on = match charge.time {
            ChargeTime::OnDay(day) | ChargeTime::OverdueInstalment(day) => Some(day),
            ChargeTime::EachInstalment | ChargeTime::AtDisbursement => None,
        };
        let shares = shares(held, charge);
        let paid: i128 = shares.iter().map(|s| s.paid).sum::<i128>() + charge.at_disbursement;
        let open: i128 = shares.iter().map(InLine::open).sum();
        Some(row(
            name,
            due_on,
            [charge.due(), paid, charge.waived(), open],
        ))
    });
    waiting.chain(raised).collect()
}

fn row(name: &ChargeName, due_on: Option<Day>, amounts: [i128; 4]) -> Row {
    let [due, paid, waived, open] = amounts;
    let when = match due_on {
        Some(_) if name.when != names::OVERDUE => names::ON_DAY,
        _ => name.when,
    };
    Row::default()
        .with("Name", name.title)
        .with(
            "isPenalty",
            (name.kind == fairlock_domain::loan::charge::ChargeKind::Penalty).to_string(),
        )
        .with("Payment due at", when)
        .with(
            "Due as of",
            due_on.map(read::written_day).unwrap_or_default(),
        )
        .with("Calculation type", name.worth.title())
        .amount("Due", due)
        .amount("Paid", paid)
        .amount("Waived", waived)
        .amount("Outstanding", open)
}
