//! Why a figure is what it is: which facts, which rule, which rounding.
//!
//! An explanation is a list of signed amounts that sum to the figure. On purpose absent: words for
//! borrowers (a matter of language); [`core::fmt::Display`] is for those who check.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::account::{Entry, Loan};
use super::command::Act;
use super::line::Line;
use super::order::{Bucket, Component};
use super::payoff::{self, Unearned};
use crate::calendar::Day;
use crate::money::{Money, Rounding};

/// A figure that can be asked about. Lines by index, facts and charges by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question<'a> {
    /// All that is owed.
    Outstanding,
    /// What is open of lines that were due before the day.
    Arrears(Day),
    /// What ends the loan on the day.
    Payoff(Day, Unearned),
    /// What is open of one line.
    Line(usize),
    /// Where a payment went.
    Payment(&'a str),
    /// What a charge is worth.
    Charge(&'a str),
    /// The borrower's credit.
    Credit,
}

/// One amount of the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Minor units; below zero when it makes the figure smaller.
    pub amount: i128,
    pub why: Why,
}

/// Where an amount comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Open of a line, which can be asked itself.
    Open {
        line: usize,
        due_on: Day,
    },
    /// By the terms: rounded so, in whole multiples of so many minor units, the last takes the
    /// rest.
    Agreed {
        component: Component,
        rounding: Rounding,
        multiple: i128,
    },
    /// By a charge.
    Charged {
        charge: String,
        due_on: Day,
    },
    /// By a chargeback, or a refund of credit that wasn't there any more.
    CameBack,
    /// From other lines or to them, by re-ageing or re-amortising.
    Moved {
        component: Component,
    },
    /// A fact gave it to this line, by the contract's order of allocation.
    Took {
        fact: String,
        on: Day,
        line: usize,
        bucket: Bucket,
    },
    /// The borrower's credit paid it, or what was paid was given back.
    CreditPaid,
    Waived {
        component: Component,
    },
    WrittenOff {
        component: Component,
    },
    /// Beyond all that was owed then: the borrower's.
    ToCredit {
        fact: String,
        on: Day,
    },
    /// The borrower's credit paid debt of that fact, or was paid out by it.
    FromCredit {
        fact: String,
        on: Day,
    },
    /// Interest of the time after the payoff.
    NotEarned,
}

/// A figure and all its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub total: Money,
    pub reasons: Vec<Reason>,
}

impl Explanation {
    /// Whether the reasons sum to the figure. Always; a test's question.
    pub fn adds_up(&self) -> bool {
        self.reasons.iter().map(|r| r.amount).sum::<i128>() == self.total.minor()
    }
}

/// Answers a question; None for a line, a fact or a charge that isn't there, or beyond what can
/// be computed.
pub fn explain(loan: &Loan, question: Question<'_>) -> Option<Explanation> {
    let (total, reasons) = match question {
        Question::Outstanding => open(loan, |_| true),
        Question::Arrears(on) => open(loan, |line| line.due_on < on),
        Question::Payoff(on, unearned) => payoff(loan, on, unearned)?,
        Question::Line(at) => line(loan, at)?,
        Question::Payment(id) => payment(loan.entry(id)?),
        Question::Charge(id) => charge(loan, id)?,
        Question::Credit => credit(loan),
    };
    Some(Explanation {
        total: Money::new(total, loan.currency()),
        reasons: reasons.into_iter().filter(|r| r.amount != 0).collect(),
    })
}

fn open(loan: &Loan, which: impl Fn(&Line) -> bool) -> (i128, Vec<Reason>) {
    let lines = loan.lines().iter().enumerate().filter(|(_, l)| which(l));
    let reasons: Vec<Reason> = lines
        .map(|(at, line)| Reason {
            amount: line.outstanding(),
            why: Why::Open {
                line: at,
                due_on: line.due_on,
            },
        })
        .collect();
    (reasons.iter().map(|r| r.amount).sum(), reasons)
}

fn payoff(loan: &Loan, on: Day, unearned: Unearned) -> Option<(i128, Vec<Reason>)> {
    let quote = payoff::quote(loan, on, 0, unearned)?;
    let (sum, mut reasons) = open(loan, |_| true);
    reasons.push(Reason {
        amount: quote.owed.parts.debt() - sum,
        why: Why::NotEarned,
    });
    reasons.push(Reason {
        amount: -quote.owed.by_credit,
        why: Why::CreditPaid,
    });
    Some((quote.amount(), reasons))
}

fn line(loan: &Loan, at: usize) -> Option<(i128, Vec<Reason>)> {
    let line = loan.lines().get(at)?;
    let mut reasons = due_of(loan, at, line);
    let mut shared = 0;
    for entry in standing(loan).filter(|e| !matches!(e.command.act, Act::WaiveCharge { .. })) {
        for share in entry.shares.iter().filter(|share| share.line == at) {
            shared += share.amount;
            reasons.push(took(entry, share.line, share.bucket, -share.amount));
        }
    }
    reasons.push(Reason {
        amount: shared - line.paid.debt(),
        why: Why::CreditPaid,
    });
    for component in Component::ALL {
        reasons.push(Reason {
            amount: -line.waived.get(component),
            why: Why::Waived { component },
        });
        reasons.push(Reason {
            amount: -line.written_off.get(component),
            why: Why::WrittenOff { component },
        });
    }
    Some((line.outstanding(), reasons))
}

/// What made a line owe what it owes.
fn due_of(loan: &Loan, at: usize, line: &Line) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let planned = loan.stand.planned.get(at).copied().unwrap_or_default();
    let mut rest = line.due;
    for component in [Component::Principal, Component::Interest] {
        rest.add(component, -planned.get(component));
        reasons.push(Reason {
            amount: planned.get(component),
            why: Why::Agreed {
                component,
                rounding: loan.terms().rounding,
                multiple: loan.terms().instalment_multiple,
            },
        });
    }
    for charge in loan.charges().iter().filter(|c| !c.reversed) {
        for part in charge.parts.iter().filter(|part| part.line == at) {
            rest.add(charge.kind.component(), -part.amount);
            reasons.push(Reason {
                amount: part.amount,
                why: Why::Charged {
                    charge: charge.id.clone(),
                    due_on: part.due_on,
                },
            });
        }
    }
    rest.add(Component::Principal, -line.credited);
    let mut came_back = line.credited;
    for component in [Component::Interest, Component::Fee, Component::Penalty] {
        came_back += rest.get(component);
    }
    reasons.push(Reason {
        amount: came_back,
        why: Why::CameBack,
    });
    reasons.push(Reason {
        amount: rest.principal(),
        why: Why::Moved {
            component: Component::Principal,
        },
    });
    reasons
}

fn payment(entry: &Entry) -> (i128, Vec<Reason>) {
    let shares = entry.shares.iter();
    let mut reasons: Vec<Reason> = shares
        .map(|share| took(entry, share.line, share.bucket, share.amount))
        .collect();
    let shared: i128 = reasons.iter().map(|r| r.amount).sum();
    let is_payment = matches!(
        entry.command.act,
        Act::Pay { .. } | Act::AdjustCharge { .. }
    );
    if is_payment {
        reasons.push(to_credit(entry, entry.portions.credit));
        return (entry.portions.total(), reasons);
    }
    (shared, reasons)
}

fn charge(loan: &Loan, id: &str) -> Option<(i128, Vec<Reason>)> {
    let charge = loan.charges().iter().find(|c| c.id == id)?;
    let parts = charge.parts.iter().map(|part| Reason {
        amount: part.amount,
        why: Why::Charged {
            charge: charge.id.clone(),
            due_on: part.due_on,
        },
    });
    let mut reasons: Vec<Reason> = parts.collect();
    reasons.push(Reason {
        amount: charge.at_disbursement,
        why: Why::Charged {
            charge: charge.id.clone(),
            due_on: charge.raised_on,
        },
    });
    Some((charge.due(), reasons))
}

fn credit(loan: &Loan) -> (i128, Vec<Reason>) {
    let reasons = standing(loan).map(|entry| match entry.command.act {
        Act::Pay { .. } | Act::AdjustCharge { .. } => to_credit(entry, entry.portions.credit),
        _ => Reason {
            amount: -entry.portions.credit,
            why: Why::FromCredit {
                fact: entry.command.id.clone(),
                on: entry.command.on,
            },
        },
    });
    (loan.credit().minor(), reasons.collect())
}

fn standing(loan: &Loan) -> impl Iterator<Item = &Entry> {
    loan.in_order().filter(|e| e.reversed_on.is_none())
}

fn took(entry: &Entry, line: usize, bucket: Bucket, amount: i128) -> Reason {
    Reason {
        amount,
        why: Why::Took {
            fact: entry.command.id.clone(),
            on: entry.command.on,
            line,
            bucket,
        },
    }
}

fn to_credit(entry: &Entry, amount: i128) -> Reason {
    Reason {
        amount,
        why: Why::ToCredit {
            fact: entry.command.id.clone(),
            on: entry.command.on,
        },
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.total, self.total.currency().code())?;
        for reason in &self.reasons {
            let amount = Money::new(reason.amount, self.total.currency());
            write!(f, "\n{amount:>14}  {}", reason.why)?;
        }
        Ok(())
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Open { line, due_on } => write!(f, "open of line {}, due {due_on}", line + 1),
            Why::Agreed {
                component,
                rounding,
                multiple,
            } => {
                let (what, how) = (component.name(), rounding.name());
                write!(f, "{what} by the terms, rounded {how}")?;
                match multiple {
                    0 | 1 => Ok(()),
                    _ => write!(f, " to whole {multiple} minor units"),
                }
            }
            Why::Charged { charge, due_on } => write!(f, "charge {charge}, due {due_on}"),
            Why::CameBack => f.write_str("came back by a chargeback or a refund"),
            Why::Moved { component } => write!(f, "{} moved between lines", component.name()),
            Why::Took {
                fact,
                on,
                line,
                bucket,
            } => {
                let (when, what) = (bucket.when.name(), bucket.component.name());
                write!(f, "{fact} of {on}, line {}, {when} {what}", line + 1)
            }
            Why::CreditPaid => f.write_str("paid by credit, less what was given back"),
            Why::Waived { component } => write!(f, "{} waived", component.name()),
            Why::WrittenOff { component } => write!(f, "{} written off", component.name()),
            Why::ToCredit { fact, on } => write!(f, "{fact} of {on}, beyond all that was owed"),
            Why::FromCredit { fact, on } => write!(f, "{fact} of {on}, out of credit"),
            Why::NotEarned => f.write_str("interest of the time after the payoff"),
        }
    }
}
