//! Steps as commands on a real loan and a real ledger.
//!
//! What belongs to that system and not to a loan is done here as its edge would do it: what a
//! product says by default, the down payment that pays itself, the late fee that the day's job
//! raises. Failure: a command that is refused says so; what can't be said in our terms says that.

mod acts;
mod charges;
mod held;
mod journal;
mod late;
mod schedule;
mod states;
mod transactions;

use std::path::Path;

use fairlock_domain::calendar::Day;

use super::compare::Tally;
use super::differences::Rows;
use super::product::Products;
use super::step::{Act, State};
use held::Held;
use states::At;

/// Why an act wasn't done.
#[derive(Debug)]
pub enum Fail {
    /// The loan or the ledger refused it.
    Refused(String),
    /// It can't be said to them.
    Cannot(String),
}

impl std::fmt::Display for Fail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fail::Refused(why) => write!(f, "refused: {why}"),
            Fail::Cannot(why) => write!(f, "can't be said: {why}"),
        }
    }
}

impl From<String> for Fail {
    fn from(why: String) -> Fail {
        Fail::Cannot(why)
    }
}

impl From<&str> for Fail {
    fn from(why: &str) -> Fail {
        Fail::Cannot(String::from(why))
    }
}

/// One scenario on its way.
pub struct Driver<'a> {
    products: Products,
    today: Option<Day>,
    held: Option<Held>,
    next_due_is: String,
    /// Whether the day's job makes interest anew of what was paid; every payment does.
    day_recalculates: bool,
    /// Rows that aren't compared.
    left_out: &'a [Rows],
}

impl Driver<'_> {
    pub fn new<'a>(folder: &Path, left_out: &'a [Rows]) -> Driver<'a> {
        Driver {
            products: Products::read(folder),
            today: None,
            held: None,
            next_due_is: String::from("earliest-unpaid-date"),
            day_recalculates: false,
            left_out,
        }
    }

    fn today(&self) -> Result<Day, Fail> {
        self.today.ok_or_else(|| Fail::from("no business date"))
    }

    pub fn act(&mut self, act: &Act) -> Result<(), Fail> {
        acts::run(self, act)
    }

    pub fn state(&self, state: &State, tally: &mut Tally) {
        let Some(today) = self.today else {
            return tally.differs("no business date");
        };
        match &self.held {
            Some(held) => {
                let at = At {
                    today,
                    next_due_is: &self.next_due_is,
                    left_out: self.left_out,
                };
                match held.as_known() {
                    Ok(held) => states::compare(&held, &at, state, tally),
                    Err(why) => tally.differs(&why.to_string()),
                }
            }
            None => tally.differs("no loan"),
        }
    }
}
