//! Legal status, litigation, court orders, who may limit, licences.

use fairlock_domain::contract::CreditorKind;
use fairlock_domain::rules::{Cited, CourtOrder, LegalStatus, Licence, Litigation, Named};

use super::rule;
use crate::pack::values::{CreditorText, DayText, LitigationText, ProductText, StatusText};

rule!(StatusRule { status: StatusText });

impl StatusRule {
    pub fn read(self) -> Cited<LegalStatus> {
        self.cited(|rule| rule.status.0)
    }
}

rule!(LitigationRule {
    id: String,
    says: String,
    state: LitigationText,
});

impl LitigationRule {
    pub fn read(self) -> Named<Litigation> {
        let id = self.id.clone();
        let rule = self.cited(|rule| Litigation {
            says: rule.says.clone(),
            state: rule.state.0,
        });
        Named { id, rule }
    }
}

rule!(CourtOrderRule {
    id: String,
    court: String,
    parties: Vec<String>,
    /// Absent: all products.
    #[serde(default)]
    products: Vec<ProductText>,
    from: DayText,
    until: Option<DayText>,
});

impl CourtOrderRule {
    pub fn read(self) -> Named<CourtOrder> {
        let id = self.id.clone();
        let rule = self.cited(|rule| CourtOrder {
            court: rule.court.clone(),
            parties: rule.parties.clone(),
            products: rule.products.iter().map(|word| word.0).collect(),
            from: rule.from.0,
            until: rule.until.map(|day| day.0),
        });
        Named { id, rule }
    }
}

rule!(CreditorsRule {
    may_limit: Vec<CreditorText>,
});

impl CreditorsRule {
    pub fn read(self) -> Cited<Vec<CreditorKind>> {
        self.cited(|rule| rule.may_limit.iter().map(|word| word.0).collect())
    }
}

rule!(LicenceRule {
    regulator: String,
    /// Absent: everybody.
    #[serde(default)]
    needed_by: Vec<CreditorText>,
});

impl LicenceRule {
    pub fn read(self) -> Cited<Licence> {
        self.cited(|rule| Licence {
            regulator: rule.regulator.clone(),
            needed_by: rule.needed_by.iter().map(|word| word.0).collect(),
        })
    }
}
