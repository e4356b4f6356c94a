//! How each line came to be what it is: the facts are lived again, and what each changed is noted.
//!
//! So the account needs no notes of its own, and an explanation can't tell another story than the
//! account. On purpose absent: which rule a change follows, which `explain` says.

use alloc::vec::Vec;

use crate::loan::account::Loan;
use crate::loan::line::Line;
use crate::loan::order::Component;
use crate::loan::portions::Portions;

/// What brought a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The plan before the first fact.
    Terms,
    /// A fact, by index.
    Fact(usize),
    /// The day on which the loan is looked at: interest follows what was paid until then.
    Looking,
}

/// Which figure of a line changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    Due,
    Paid,
    Waived,
    WrittenOff,
}

impl Figure {
    const ALL: [Figure; 4] = [
        Figure::Due,
        Figure::Paid,
        Figure::Waived,
        Figure::WrittenOff,
    ];

    fn of(self, line: &Line) -> Portions {
        match self {
            Figure::Due => line.due,
            Figure::Paid => line.paid,
            Figure::Waived => line.waived,
            Figure::WrittenOff => line.written_off,
        }
    }
}

/// One change of one figure of one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Movement {
    pub source: Source,
    pub line: usize,
    pub component: Component,
    pub figure: Figure,
    /// Minor units, below zero where the figure became smaller.
    pub amount: i128,
}

impl Movement {
    /// What it does to the debt.
    pub fn owed(&self) -> i128 {
        match self.figure {
            Figure::Due => self.amount,
            Figure::Paid | Figure::Waived | Figure::WrittenOff => -self.amount,
        }
    }
}

/// Every movement, in the order in which the facts count. None beyond what can be computed.
pub(super) fn trace(loan: &Loan) -> Option<Vec<Movement>> {
    let mut movements = Vec::new();
    let mut before: Vec<Line> = Vec::new();
    let mut lived = loan.clone();
    let outcome = lived.live(loan.last_day(), &mut |at, now| {
        match at {
            None => start(now, &mut movements),
            Some(at) => changed(Source::Fact(at), &before, now.lines(), &mut movements),
        }
        before = now.lines().to_vec();
    });
    outcome.ok()?;
    changed(Source::Looking, &before, loan.lines(), &mut movements);
    Some(movements)
}

/// Before the first fact lines owe the plan; where charges are owed from the beginning, they and
/// what will be waived of them are there too.
fn start(loan: &Loan, movements: &mut Vec<Movement>) {
    for (at, line) in loan.lines().iter().enumerate() {
        for component in [Component::Principal, Component::Interest] {
            movements.push(Movement {
                source: Source::Terms,
                line: at,
                component,
                figure: Figure::Due,
                amount: line.due.get(component),
            });
        }
    }
    for charge in loan.charges() {
        let Some(at) = loan.ids.get(&charge.id) else {
            continue;
        };
        let parts = charge.parts.iter().map(|part| Movement {
            source: Source::Fact(*at),
            line: part.line,
            component: charge.kind.component(),
            figure: Figure::Due,
            amount: part.amount,
        });
        movements.extend(parts);
    }
    for (at, shares) in &loan.stand.waived_ahead {
        let given_up = shares.iter().map(|share| Movement {
            source: Source::Fact(*at),
            line: share.line,
            component: share.bucket.component,
            figure: Figure::Waived,
            amount: share.amount,
        });
        movements.extend(given_up);
    }
    movements.retain(|movement| movement.amount != 0);
}

/// What is otherwise than before. Lines are only ever added at the end.
fn changed(source: Source, before: &[Line], after: &[Line], movements: &mut Vec<Movement>) {
    for (line, new) in after.iter().enumerate() {
        for figure in Figure::ALL {
            let then = before
                .get(line)
                .map_or(Portions::NONE, |old| figure.of(old));
            let now = figure.of(new);
            for component in Component::ALL {
                let amount = now.get(component) - then.get(component);
                if amount != 0 {
                    movements.push(Movement {
                        source,
                        line,
                        component,
                        figure,
                        amount,
                    });
                }
            }
        }
    }
}
