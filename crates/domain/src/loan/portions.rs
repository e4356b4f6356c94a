//! An amount, split by what it was for.

use super::order::Component;

/// Minor units by component, and what went to or came from the borrower's credit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Portions {
    by: [i128; 4],
    /// Beyond all that is owed: the borrower's.
    pub credit: i128,
}

impl Portions {
    pub const NONE: Portions = Portions {
        by: [0; 4],
        credit: 0,
    };

    pub fn of(component: Component, amount: i128) -> Portions {
        let mut portions = Portions::NONE;
        portions.add(component, amount);
        portions
    }

    pub fn get(&self, component: Component) -> i128 {
        self.by[component as usize]
    }

    pub fn principal(&self) -> i128 {
        self.get(Component::Principal)
    }

    pub fn interest(&self) -> i128 {
        self.get(Component::Interest)
    }

    pub fn fee(&self) -> i128 {
        self.get(Component::Fee)
    }

    pub fn penalty(&self) -> i128 {
        self.get(Component::Penalty)
    }

    pub fn add(&mut self, component: Component, amount: i128) {
        self.by[component as usize] += amount;
    }

    pub fn add_all(&mut self, other: &Portions) {
        for component in Component::ALL {
            self.add(component, other.get(component));
        }
        self.credit += other.credit;
    }

    /// Without the credit.
    pub fn debt(&self) -> i128 {
        self.by.iter().sum()
    }

    /// With the credit.
    pub fn total(&self) -> i128 {
        self.debt() + self.credit
    }
}
