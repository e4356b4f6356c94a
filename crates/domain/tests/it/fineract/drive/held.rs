//! The loan of a scenario, its books, and what was asked for before it began.

use std::collections::BTreeMap;

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::ledger::{self, Ledger, Source, Work};
use fairlock_domain::loan::command::{Act, Command};
use fairlock_domain::loan::{self, Entry, Loan};
use fairlock_domain::money::{Currency, Money};

use super::super::names::{self, ChargeName};
use super::super::product::{Product, Products};
use super::super::step::{Creation, Which};
use super::Fail;
use super::late::Tags;

/// Its id in the books.
pub const CONTRACT: &str = "L-1";

/// A charge that was asked for before the money was given out.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub name: &'static ChargeName,
    pub due: Option<Day>,
    pub amount: String,
}

#[derive(Clone)]
pub struct Held {
    pub product: Product,
    pub pays_down: bool,
    pub approved: bool,
    /// The day on which the money is expected to be given out.
    pub expected_on: Day,
    pub principal: i128,
    pub loan: Loan,
    pub ledger: Ledger,
    pub waiting: Vec<Waiting>,
    /// Charges by command id.
    pub charges: BTreeMap<String, &'static ChargeName>,
    /// Facts that were undone with their disbursement: no table shows them.
    pub hidden: Vec<String>,
    pub last_payment: Option<String>,
    pub last_refund: Option<String>,
    pub last_charge: Option<String>,
    /// What was noted about how late it is.
    pub tags: Tags,
    /// The day on which the day's job made interest anew.
    pub known_on: Option<Day>,
    /// The day up to which the day's job ran.
    pub ran_until: Option<Day>,
    facts: i64,
}

impl Held {
    /// With its loan as their system knows it: as of the last payment, or of the last time that
    /// the day's job made interest anew.
    pub fn as_known(&self) -> Result<Held, Fail> {
        let last = self.loan.in_order().map(|entry| entry.command.on).max();
        let loan = match self.known_on {
            Some(day) if last.is_none_or(|last| last < day) => self.loan.as_of(day),
            _ => Ok(self.loan.clone()),
        };
        Ok(Held {
            loan: loan.map_err(|refused| Fail::Refused(refused.to_string()))?,
            ..self.clone()
        })
    }

    pub fn new(products: &Products, creation: &Creation) -> Result<Held, Fail> {
        let asked = products.asked(creation)?;
        let product = products.get(&asked.product)?;
        let terms = product.terms(&asked, creation)?;
        let rules = product.rules(&asked)?;
        let loan = Loan::new(asked.submitted_on, terms, rules);
        let loan = loan.map_err(|e| Fail::Refused(e.to_string()))?;
        let open = ledger::Command {
            subject: String::from(CONTRACT),
            at: Instant::from_unix_seconds(0),
            work: Work::Open {
                currency: loan.currency(),
                signed_on: asked.submitted_on,
            },
        };
        let (ledger, outcome) = ledger::post(Ledger::default(), &open);
        if outcome != ledger::Outcome::Posted {
            return Err(Fail::Refused(format!("the books: {outcome}")));
        }
        Ok(Held {
            pays_down: product.pays_down(creation),
            product,
            approved: false,
            expected_on: asked.submitted_on,
            principal: asked.principal,
            loan,
            ledger,
            waiting: Vec::new(),
            charges: BTreeMap::new(),
            hidden: Vec::new(),
            last_payment: None,
            last_refund: None,
            last_charge: None,
            tags: Tags::default(),
            known_on: None,
            ran_until: None,
            facts: 0,
        })
    }

    pub fn money(&self, minor: i128) -> Money {
        Money::new(minor, self.currency())
    }

    pub fn currency(&self) -> Currency {
        self.loan.currency()
    }

    pub fn is_disbursed(&self) -> bool {
        !self.loan.lines().is_empty()
    }

    /// Does it: first the loan, then the books. The answer is the fact's id.
    pub fn apply(&mut self, on: Day, act: Act) -> Result<String, Fail> {
        let id = format!("t{:04}", self.facts + 1);
        let command = Command {
            id: id.clone(),
            on,
            at: Instant::from_unix_seconds(self.facts),
            act,
        };
        let (loan, outcome) = loan::apply(self.loan.clone(), &command);
        if outcome != loan::Outcome::Done {
            return Err(Fail::Refused(outcome.to_string()));
        }
        let source = Source::Channel(String::from("bank"));
        let posting = ledger::of_loan(&self.ledger, CONTRACT, &loan, Some(source));
        if let Some(posting) = posting {
            let (ledger, outcome) = ledger::post(self.ledger.clone(), &posting);
            if outcome != ledger::Outcome::Posted {
                return Err(Fail::Refused(format!("the books: {outcome}")));
            }
            self.ledger = ledger;
        }
        self.loan = loan;
        self.facts += 1;
        Ok(id)
    }

    /// Takes a fact back.
    pub fn reverse(&mut self, id: &str, on: Day) -> Result<(), Fail> {
        let of = String::from(id);
        self.apply(on, Act::Reverse { of }).map(|_| ())
    }

    /// What the tables call transactions, in their order: by day, then by entry.
    pub fn transactions(&self) -> impl Iterator<Item = (&Entry, &'static str)> {
        let shown = self
            .loan
            .in_order()
            .filter(|entry| !self.hidden.contains(&entry.command.id));
        shown.filter_map(|entry| Some((entry, names::title_of(&entry.command.act)?)))
    }

    /// The transaction that is meant.
    pub fn find(&self, which: &Which) -> Result<String, Fail> {
        let of = |title: &str, day: Option<Day>, nth: usize| {
            let mut all = self.transactions().filter(|(entry, its)| {
                (title.is_empty() || *its == title) && day.is_none_or(|d| d == entry.command.on)
            });
            all.nth(nth.saturating_sub(1))
                .map(|(entry, _)| entry.command.id.clone())
        };
        let found = match which {
            Which::NthRepayment(nth) => of("Repayment", None, *nth),
            Which::NthOnDay(nth, day) => of("", Some(*day), *nth),
            Which::NthOfKind(nth, title, day) => of(title, Some(*day), *nth),
            Which::LastRepayment => self.last_payment.clone(),
            Which::LastRefund => self.last_refund.clone(),
        };
        found.ok_or_else(|| Fail::from("there is no such transaction"))
    }
}
