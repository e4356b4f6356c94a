//! The repayment schedule as rows: what was given out, and every line.

use fairlock_domain::calendar::Day;
use fairlock_domain::loan::Portions;
use fairlock_domain::loan::command::Act as Fact;
use fairlock_domain::loan::line::{Line, LineKind};
use fairlock_domain::loan::order::Component;
use fairlock_domain::loan::schedule::{self, Disbursement};

use super::super::compare::Row;
use super::super::read;
use super::held::Held;

/// What was given out, or is expected to be.
struct Given {
    on: Day,
    amount: i128,
    fees: i128,
}

pub struct Schedule {
    given: Vec<Given>,
    lines: Vec<Line>,
    /// Nothing was given out yet.
    expected: bool,
}

impl Schedule {
    /// As it stands; before the disbursement, as it is expected.
    pub fn of(held: &Held) -> Result<Schedule, String> {
        if !held.is_disbursed() {
            return Schedule::expected(held);
        }
        let standing = held.loan.in_order().filter(|e| e.reversed_on.is_none());
        let mut given: Vec<Given> = standing
            .filter_map(|entry| match entry.command.act {
                Fact::Disburse { amount } => Some(Given {
                    on: entry.command.on,
                    amount: amount.minor(),
                    fees: 0,
                }),
                _ => None,
            })
            .collect();
        let charges = held.loan.charges().iter().filter(|c| !c.reversed);
        if let Some(first) = given.first_mut() {
            first.fees = charges.map(|c| c.at_disbursement).sum();
        }
        Ok(Schedule {
            given,
            lines: held.loan.lines().to_vec(),
            expected: false,
        })
    }

    fn expected(held: &Held) -> Result<Schedule, String> {
        let given = Disbursement {
            on: held.expected_on,
            amount: held.money(held.principal),
        };
        let planned = schedule::generate(held.loan.terms(), &[given]);
        let planned = planned.map_err(|e| format!("no schedule: {e}"))?;
        let line = |line: &schedule::Line| {
            let mut due = Portions::of(Component::Principal, line.principal);
            due.add(Component::Interest, line.interest);
            let kind = match line.kind {
                schedule::LineKind::DownPayment => LineKind::DownPayment,
                schedule::LineKind::Instalment => LineKind::Instalment,
            };
            Line::new(kind, line.from, line.due, due)
        };
        Ok(Schedule {
            given: vec![Given {
                on: held.expected_on,
                amount: held.principal,
                fees: 0,
            }],
            lines: planned.iter().map(line).collect(),
            expected: true,
        })
    }

    pub fn count(&self) -> usize {
        self.lines.len()
    }

    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut given = self.given.iter().peekable();
        let mut balance = 0;
        for (at, line) in self.lines.iter().enumerate() {
            let own = line.kind == LineKind::DownPayment;
            let before = |g: &&Given| g.on < line.due_on || own && g.on == line.due_on;
            while let Some(next) = given.next_if(before) {
                balance += next.amount;
                rows.push(self.given_row(next));
            }
            balance -= line.due.principal() - line.credited;
            rows.push(line_row(at + 1, line, balance));
        }
        rows.extend(given.map(|g| self.given_row(g)));
        rows
    }

    fn given_row(&self, given: &Given) -> Row {
        let blank = [
            "Nr",
            "Days",
            "Paid date",
            "Principal due",
            "Interest",
            "Penalties",
        ];
        let blank = blank.into_iter().chain(["In advance", "Late", "Waived"]);
        let row = blank.fold(Row::default(), |row, column| row.with(column, ""));
        let row = row
            .with("Date", read::written_day(given.on))
            .amount("Balance of loan", given.amount)
            .amount("Fees", given.fees)
            .amount("Due", given.fees);
        match self.expected {
            true => row.with("Paid", "").amount("Outstanding", given.fees),
            false => row.amount("Paid", given.fees).with("Outstanding", ""),
        }
    }

    pub fn totals(&self) -> Row {
        let sum = |of: &dyn Fn(&Line) -> i128| self.lines.iter().map(of).sum::<i128>();
        let upfront: i128 = self.given.iter().map(|g| g.fees).sum();
        Row::default()
            .amount("Principal due", sum(&|l| l.due.principal()))
            .amount("Interest", sum(&|l| l.due.interest()))
            .amount("Fees", sum(&|l| l.due.fee()) + upfront)
            .amount("Penalties", sum(&|l| l.due.penalty()))
            .amount("Due", sum(&|l| l.due.debt()) + upfront)
            .amount("Paid", sum(&|l| l.paid.debt()) + upfront)
            .amount("In advance", sum(&|l| l.in_advance))
            .amount("Late", sum(&|l| l.late))
            .amount("Waived", sum(&|l| l.waived.debt()))
            .amount("Outstanding", sum(&Line::outstanding))
    }
}

fn line_row(number: usize, line: &Line, balance: i128) -> Row {
    let settled = line.settled_on.map(read::written_day).unwrap_or_default();
    Row::default()
        .with("Nr", number.to_string())
        .with("Days", line.due_on.days_since(line.from).to_string())
        .with("Date", read::written_day(line.due_on))
        .with("Paid date", settled)
        .amount("Balance of loan", balance)
        .amount("Principal due", line.due.principal())
        .amount("Interest", line.due.interest())
        .amount("Fees", line.due.fee())
        .amount("Penalties", line.due.penalty())
        .amount("Due", line.due.debt())
        .amount("Paid", line.paid.debt())
        .amount("In advance", line.in_advance)
        .amount("Late", line.late)
        .amount("Waived", line.waived.debt())
        .amount("Outstanding", line.outstanding())
}
