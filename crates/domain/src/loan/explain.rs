//! Why a figure is what it is: which facts, which rule, which rounding.
//!
//! An explanation is data: signed amounts that sum to the figure, each with the fact it comes from
//! and the rule it follows. The account is lived again for it, so that nothing is noted meanwhile
//! and nothing else is told than what happened. Failure: a line, a fact or a charge that isn't
//! there. On purpose absent: words for borrowers (a matter of language); [`core::fmt::Display`] is
//! for those who check.

mod trace;
mod words;

use alloc::string::String;
use alloc::vec::Vec;

use super::account::{Entry, Loan};
use super::charge::{Amount, ChargeTime};
use super::check::amount_of;
use super::command::{Act, PaymentKind};
use super::line::{Line, LineKind};
use super::order::{Bucket, Component, Future, Walk};
use super::payoff::{self, Owed, Unearned};
use crate::calendar::Day;
use crate::money::{Money, Rounding};

use trace::{Figure, Movement, Source, trace};

/// A figure that can be asked about. Lines by index, facts and charges by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question<'a> {
    /// All that is owed, as a statement: what the terms and each fact added or took.
    Outstanding,
    /// What is open of one line.
    Line(usize),
    /// What of a fact's amount went where.
    Fact(&'a str),
    /// What is past due on the day.
    Arrears(Day),
    /// What ends the loan on the day.
    Payoff(Day, Unearned),
    /// The borrower's credit.
    Credit,
    /// What a charge is worth.
    Charge(&'a str),
}

/// A fact that an amount comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub id: String,
    pub on: Day,
    /// The whole of it, where it states an amount.
    pub amount: Option<Money>,
}

/// One amount of the sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Minor units; below zero when it makes the figure smaller.
    pub amount: i128,
    /// Of which line; None for amounts of no line, or of several.
    pub line: Option<usize>,
    pub component: Option<Component>,
    /// None: of the terms alone, or of what can be asked itself.
    pub posting: Option<Posting>,
    pub rule: Rule,
}

/// Why an amount is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The terms' schedule, rounded so, in whole multiples of so many minor units; the last
    /// instalment takes the rest.
    Agreed {
        rounding: Rounding,
        multiple: i128,
        takes_rest: bool,
    },
    /// The schedule as the fact changed it: money was given out, or interest follows payments.
    AgreedAnew {
        rounding: Rounding,
    },
    /// Interest follows payments, and since the last fact days went by.
    DaysWentBy {
        rounding: Rounding,
    },
    /// Money given out.
    GivenOut,
    Charged {
        worth: Amount,
        /// Of a share of an amount.
        rounding: Rounding,
        placed: Placed,
    },
    /// By the contract's order: this bucket, in this walk, money in advance so.
    Allocated {
        bucket: Bucket,
        walk: Walk,
        future: Future,
    },
    /// Paid debt that is owed again.
    CameBack {
        placed: Placed,
    },
    /// Paid debt of the latest line, given back.
    GivenBack,
    /// The borrower's credit paid it.
    PaidByCredit,
    /// Between lines, in equal parts, rounded so; the last takes the rest.
    Moved {
        rounding: Rounding,
        multiple: i128,
    },
    Waived,
    WrittenOff,
    /// Beyond all that was owed then.
    ToCredit,
    /// Out of the borrower's credit.
    FromCredit,
    /// Interest of the time after a payoff.
    NotEarned,
    /// What a line still owes; it can be asked itself.
    Open {
        due_on: Day,
    },
    /// All that a fact added or took; it can be asked itself.
    Effect,
    /// It was reversed: so much had gone there.
    Reversed,
}

/// In which line new debt is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// The one in whose period its day lies.
    OfItsPeriod,
    /// Each instalment.
    EachInstalment,
    /// The next one that isn't due.
    NextToCome,
    /// The last one, on its due day.
    LastOnItsDay,
    /// One of its own after the last.
    AfterTheLast,
    /// None: taken when money was given out.
    AtDisbursement,
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
        Question::Outstanding => outstanding(loan)?,
        Question::Line(at) => line(loan, at)?,
        Question::Fact(id) => fact(loan, id)?,
        Question::Arrears(on) => {
            let owed = payoff::arrears(loan, on);
            (owed.amount(), open(loan, |l| l.due_on < on, owed))
        }
        Question::Payoff(on, unearned) => {
            let quote = payoff::quote(loan, on, 0, unearned)?;
            (quote.amount(), open(loan, |_| true, quote.owed))
        }
        Question::Credit => (loan.credit().minor(), credit(loan)),
        Question::Charge(id) => charge(loan, id)?,
    };
    Some(Explanation {
        total: Money::new(total, loan.currency()),
        reasons: reasons.into_iter().filter(|r| r.amount != 0).collect(),
    })
}

/// A statement: the terms by component, then every fact that changed the debt.
fn outstanding(loan: &Loan) -> Option<(i128, Vec<Reason>)> {
    let movements = trace(loan)?;
    let sum = |which: &dyn Fn(&Movement) -> bool| -> i128 {
        let of_it = movements.iter().filter(|m| which(m));
        of_it.map(Movement::owed).sum()
    };
    let mut reasons = Vec::new();
    for component in [Component::Principal, Component::Interest] {
        reasons.push(Reason {
            component: Some(component),
            ..bare(
                sum(&|m| m.source == Source::Terms && m.component == component),
                agreed(loan, false),
            )
        });
    }
    for at in &loan.order {
        reasons.push(Reason {
            posting: Some(posting(&loan.entries[*at])),
            ..bare(sum(&|m| m.source == Source::Fact(*at)), Rule::Effect)
        });
    }
    let rounding = loan.terms().rounding;
    let looking = sum(&|m| m.source == Source::Looking);
    reasons.push(bare(looking, Rule::DaysWentBy { rounding }));
    Some((loan.outstanding().minor(), reasons))
}

/// What made a line owe, and what became of it.
fn line(loan: &Loan, at: usize) -> Option<(i128, Vec<Reason>)> {
    let line = loan.lines().get(at)?;
    let mut reasons = Vec::new();
    for movement in trace(loan)?.iter().filter(|m| m.line == at) {
        let allocates = movement.figure == Figure::Paid && pays(loan, movement.source);
        if !allocates {
            reasons.push(reason(loan, movement, movement.owed()));
        }
    }
    for entry in standing(loan).filter(|e| is_payment(&e.command.act)) {
        let taken = allocated(loan, entry, -1);
        reasons.extend(taken.into_iter().filter(|r| r.line == Some(at)));
    }
    Some((line.outstanding(), reasons))
}

/// Where a fact's amount went.
fn fact(loan: &Loan, id: &str) -> Option<(i128, Vec<Reason>)> {
    let at = *loan.ids.get(id)?;
    let entry = &loan.entries[at];
    let total = entry.portions.total();
    if is_payment(&entry.command.act) {
        let mut reasons = allocated(loan, entry, 1);
        reasons.push(of_fact(entry, entry.portions.credit, Rule::ToCredit));
        return Some((total, reasons));
    }
    if entry.reversed_on.is_some() {
        return Some((total, Vec::from([of_fact(entry, total, Rule::Reversed)])));
    }
    if let Act::Disburse { amount } = &entry.command.act {
        let given = of_fact(entry, amount.minor(), Rule::GivenOut);
        return Some((total, Vec::from([given])));
    }
    let movements = trace(loan)?.into_iter();
    let of_it = movements.filter(|m| m.source == Source::Fact(at));
    let mut reasons: Vec<Reason> = match &entry.command.act {
        // Only where it went: where it came from is as much.
        Act::ReAge { .. } | Act::ReAmortise => of_it
            .filter(|m| m.amount > 0)
            .map(|m| reason(loan, &m, m.amount))
            .collect(),
        Act::WaiveCharge { .. } | Act::WriteOff => {
            of_it.map(|m| reason(loan, &m, m.amount)).collect()
        }
        Act::Chargeback { .. } | Act::RefundCredit { .. } | Act::RefundPaid { .. } => {
            of_it.map(|m| reason(loan, &m, m.owed())).collect()
        }
        _ => Vec::new(),
    };
    reasons.push(of_fact(entry, entry.portions.credit, Rule::FromCredit));
    Some((total, reasons))
}

/// Lines that can be asked themselves, and what of them needn't be paid.
fn open(loan: &Loan, which: impl Fn(&Line) -> bool, owed: Owed) -> Vec<Reason> {
    let lines = loan.lines().iter().enumerate().filter(|(_, l)| which(l));
    let mut reasons: Vec<Reason> = lines
        .map(|(at, line)| Reason {
            line: Some(at),
            ..bare(
                line.outstanding(),
                Rule::Open {
                    due_on: line.due_on,
                },
            )
        })
        .collect();
    let sum: i128 = reasons.iter().map(|r| r.amount).sum();
    reasons.push(Reason {
        component: Some(Component::Interest),
        ..bare(owed.parts.debt() - sum, Rule::NotEarned)
    });
    reasons.push(bare(-owed.by_credit, Rule::PaidByCredit));
    reasons
}

fn credit(loan: &Loan) -> Vec<Reason> {
    let of = |entry: &Entry| match is_payment(&entry.command.act) {
        true => of_fact(entry, entry.portions.credit, Rule::ToCredit),
        false => of_fact(entry, -entry.portions.credit, Rule::FromCredit),
    };
    standing(loan).map(of).collect()
}

fn charge(loan: &Loan, id: &str) -> Option<(i128, Vec<Reason>)> {
    let charge = loan.charges().iter().find(|c| c.id == id)?;
    let entry = loan.entry(id)?;
    let component = Some(charge.kind.component());
    let parts = charge.parts.iter().map(|part| Reason {
        line: Some(part.line),
        component,
        ..of_fact(entry, part.amount, charged(loan, entry, part.line))
    });
    let mut reasons: Vec<Reason> = parts.collect();
    let rule = Rule::Charged {
        worth: charge.amount,
        rounding: loan.terms().rounding,
        placed: Placed::AtDisbursement,
    };
    reasons.push(Reason {
        component,
        ..of_fact(entry, charge.at_disbursement, rule)
    });
    Some((charge.due(), reasons))
}

/// A movement as a reason.
fn reason(loan: &Loan, movement: &Movement, amount: i128) -> Reason {
    let (rounding, line) = (loan.terms().rounding, movement.line);
    let last = loan.stand.planned.len() == line + 1;
    let (entry, rule) = match movement.source {
        Source::Terms => (None, agreed(loan, last)),
        Source::Looking => (None, Rule::DaysWentBy { rounding }),
        Source::Fact(at) => {
            let entry = &loan.entries[at];
            (Some(entry), rule(loan, entry, movement))
        }
    };
    Reason {
        line: Some(line),
        component: Some(movement.component),
        posting: entry.map(posting),
        ..bare(amount, rule)
    }
}

/// Which rule a fact followed when it changed a line.
fn rule(loan: &Loan, entry: &Entry, movement: &Movement) -> Rule {
    let rounding = loan.terms().rounding;
    match (movement.figure, &entry.command.act) {
        (Figure::Waived, _) => Rule::Waived,
        (Figure::WrittenOff, _) => Rule::WrittenOff,
        (Figure::Paid, Act::RefundPaid { .. }) if movement.amount < 0 => Rule::GivenBack,
        (Figure::Paid, _) => Rule::PaidByCredit,
        (Figure::Due, Act::Charge { .. }) => charged(loan, entry, movement.line),
        (Figure::Due, Act::ReAge { .. } | Act::ReAmortise) => Rule::Moved {
            rounding,
            multiple: loan.terms().instalment_multiple,
        },
        (
            Figure::Due,
            Act::Chargeback { .. } | Act::RefundCredit { .. } | Act::RefundPaid { .. },
        ) => Rule::CameBack {
            placed: came_back(&loan.lines()[movement.line], entry.command.on),
        },
        (Figure::Due, _) => Rule::AgreedAnew { rounding },
    }
}

fn agreed(loan: &Loan, takes_rest: bool) -> Rule {
    Rule::Agreed {
        rounding: loan.terms().rounding,
        multiple: loan.terms().instalment_multiple,
        takes_rest,
    }
}

fn charged(loan: &Loan, entry: &Entry, line: usize) -> Rule {
    let Act::Charge { amount, time, .. } = entry.command.act else {
        return Rule::Effect;
    };
    let extra = loan.lines().get(line).map(|l| l.kind) == Some(LineKind::Extra);
    let placed = match time {
        ChargeTime::AtDisbursement => Placed::AtDisbursement,
        ChargeTime::EachInstalment => Placed::EachInstalment,
        ChargeTime::OnDay(_) | ChargeTime::OverdueInstalment(_) if extra => Placed::AfterTheLast,
        ChargeTime::OnDay(_) | ChargeTime::OverdueInstalment(_) => Placed::OfItsPeriod,
    };
    Rule::Charged {
        worth: amount,
        rounding: loan.terms().rounding,
        placed,
    }
}

fn came_back(line: &Line, on: Day) -> Placed {
    match line.kind {
        LineKind::Extra => Placed::AfterTheLast,
        _ if line.due_on > on => Placed::NextToCome,
        _ => Placed::LastOnItsDay,
    }
}

/// What each line took of a payment; `sign` is what that does to the figure.
fn allocated(loan: &Loan, entry: &Entry, sign: i128) -> Vec<Reason> {
    let order = loan.rules.orders.of(match entry.command.act {
        Act::Pay { kind, .. } => kind,
        _ => PaymentKind::ChargeAdjustment,
    });
    let shares = entry.shares.iter().map(|share| Reason {
        line: Some(share.line),
        component: Some(share.bucket.component),
        ..of_fact(
            entry,
            sign * share.amount,
            Rule::Allocated {
                bucket: share.bucket,
                walk: order.walk,
                future: order.future,
            },
        )
    });
    shares.collect()
}

fn bare(amount: i128, rule: Rule) -> Reason {
    Reason {
        amount,
        line: None,
        component: None,
        posting: None,
        rule,
    }
}

fn of_fact(entry: &Entry, amount: i128, rule: Rule) -> Reason {
    Reason {
        posting: Some(posting(entry)),
        ..bare(amount, rule)
    }
}

fn posting(entry: &Entry) -> Posting {
    Posting {
        id: entry.command.id.clone(),
        on: entry.command.on,
        amount: amount_of(&entry.command.act),
    }
}

fn standing(loan: &Loan) -> impl Iterator<Item = &Entry> {
    loan.in_order().filter(|e| e.reversed_on.is_none())
}

fn pays(loan: &Loan, source: Source) -> bool {
    match source {
        Source::Fact(at) => is_payment(&loan.entries[at].command.act),
        Source::Terms | Source::Looking => false,
    }
}

fn is_payment(act: &Act) -> bool {
    matches!(act, Act::Pay { .. } | Act::AdjustCharge { .. })
}
