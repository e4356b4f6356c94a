//! Fees and penalties: what is charged, when it is due, and to which instalment it belongs.
//!
//! A charge belongs to the instalment in whose period its day lies (after the due day before, up
//! to its own). After the last instalment it makes an extra line. Failure: a percentage of more
//! than the amounts allow is an overflow. On purpose absent: raising charges by itself; a product
//! decides that a late fee is charged, the loan only takes it.

use alloc::string::String;
use alloc::vec::Vec;

use super::line::{Line, LineKind};
use super::order::Component;
use super::portions::Portions;
use crate::calendar::Day;
use crate::money::{AMOUNT_MAX_MINOR, Money, Rate, Rounding};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChargeKind {
    Fee,
    Penalty,
}

impl ChargeKind {
    pub const fn component(self) -> Component {
        match self {
            ChargeKind::Fee => Component::Fee,
            ChargeKind::Penalty => Component::Penalty,
        }
    }
}

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    Flat(Money),
    /// Of the principal (of an instalment's, when charged on each).
    OfPrincipal(Rate),
    /// Of the interest.
    OfInterest(Rate),
    /// Of principal and interest.
    OfPrincipalAndInterest(Rate),
}

/// When it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChargeTime {
    OnDay(Day),
    /// Once in each instalment.
    EachInstalment,
    /// Taken when the loan is given out; never part of an instalment.
    AtDisbursement,
    /// On the due day of the overdue instalment (percentages are of that instalment).
    OverdueInstalment(Day),
}

/// A charge as it stands. Amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    pub id: String,
    pub kind: ChargeKind,
    pub amount: Amount,
    pub time: ChargeTime,
    pub raised_on: Day,
    pub reversed: bool,
    /// Which part of which line it is, by line index.
    pub parts: Vec<Part>,
    /// Taken at disbursement.
    pub at_disbursement: i128,
}

/// A charge's part in one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub line: usize,
    pub due_on: Day,
    pub amount: i128,
    pub waived: i128,
}

impl Charge {
    /// Minor units over all lines.
    pub fn due(&self) -> i128 {
        self.parts.iter().map(|p| p.amount).sum::<i128>() + self.at_disbursement
    }

    pub fn waived(&self) -> i128 {
        self.parts.iter().map(|p| p.waived).sum()
    }

    /// Before it is raised it is part of no line.
    pub(super) fn unplace(&mut self) {
        self.parts.clear();
        self.at_disbursement = 0;
    }
}

/// Puts a charge into its line or lines; an extra line is made after the last one where needed.
pub(super) fn place(charge: &mut Charge, lines: &mut Vec<Line>, rounding: Rounding) -> Option<()> {
    charge.unplace();
    let component = charge.kind.component();
    match charge.time {
        ChargeTime::AtDisbursement => {
            charge.at_disbursement = worth(charge.amount, &whole(lines), rounding)?;
        }
        ChargeTime::OnDay(day) => {
            let amount = worth(charge.amount, &whole(lines), rounding)?;
            let line = line_of(lines, day);
            lines[line].owe(component, amount);
            charge.parts.push(part(line, day, amount));
        }
        ChargeTime::EachInstalment => {
            for (at, line) in lines.iter_mut().enumerate() {
                if line.kind != LineKind::Instalment {
                    continue;
                }
                let amount = worth(charge.amount, &line.due, rounding)?;
                line.owe(component, amount);
                charge.parts.push(part(at, line.due_on, amount));
            }
        }
        ChargeTime::OverdueInstalment(day) => {
            let line = line_of(lines, day);
            let amount = worth(charge.amount, &lines[line].due, rounding)?;
            lines[line].owe(component, amount);
            charge.parts.push(part(line, day, amount));
        }
    }
    Some(())
}

fn part(line: usize, due_on: Day, amount: i128) -> Part {
    Part {
        line,
        due_on,
        amount,
        waived: 0,
    }
}

/// Principal and interest over all lines.
fn whole(lines: &[Line]) -> Portions {
    let mut sum = Portions::NONE;
    for line in lines {
        sum.add(Component::Principal, line.due.principal() - line.credited);
        sum.add(Component::Interest, line.due.interest());
    }
    sum
}

fn worth(amount: Amount, of: &Portions, rounding: Rounding) -> Option<i128> {
    let (rate, base) = match amount {
        Amount::Flat(money) => return Some(money.minor()),
        Amount::OfPrincipal(rate) => (rate, of.principal()),
        Amount::OfInterest(rate) => (rate, of.interest()),
        Amount::OfPrincipalAndInterest(rate) => (rate, of.principal() + of.interest()),
    };
    let worth = rounding.multiply_divide(base, rate.units(), Rate::ONE_UNITS);
    worth.filter(|minor| *minor <= AMOUNT_MAX_MINOR)
}

/// The line in whose period the day lies; past the last one an extra line that reaches the day.
fn line_of(lines: &mut Vec<Line>, day: Day) -> usize {
    let regular = |line: &Line| line.kind != LineKind::DownPayment;
    let found = lines.iter().position(|l| regular(l) && day <= l.due_on);
    match found {
        Some(at) => at,
        None => extra(lines, day),
    }
}

/// The extra line, made or moved so that it reaches the day.
pub(super) fn extra(lines: &mut Vec<Line>, day: Day) -> usize {
    let last = lines.len() - 1;
    if lines[last].kind == LineKind::Extra {
        lines[last].due_on = lines[last].due_on.max(day);
        return last;
    }
    let from = lines[last].due_on;
    lines.push(Line::new(LineKind::Extra, from, day, Portions::NONE));
    last + 1
}
