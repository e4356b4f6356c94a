//! Applicability, products, consent, linkage of loan and device.

use fairlock_domain::contract::Product;
use fairlock_domain::rules::{Applies, Cited, ConsentTerms, OtherDues};

use super::rule;
use crate::pack::values::{
    BorrowerText, ConsentItemText, ConsentTimingText, CreditorText, DayText, FrequencyText,
    GoodsText, OtherDuesText, ProductText, WithdrawalText,
};

rule!(
    /// An absent list takes all.
    AppliesRule {
        #[serde(default)]
        goods: Vec<GoodsText>,
        #[serde(default)]
        creditors: Vec<CreditorText>,
        #[serde(default)]
        borrowers: Vec<BorrowerText>,
        #[serde(default)]
        frequencies: Vec<FrequencyText>,
        signed_from: Option<DayText>,
        signed_until: Option<DayText>,
    }
);

impl AppliesRule {
    pub fn read(self) -> Cited<Applies> {
        self.cited(|rule| Applies {
            goods: rule.goods.iter().map(|word| word.0).collect(),
            creditors: rule.creditors.iter().map(|word| word.0).collect(),
            borrowers: rule.borrowers.iter().map(|word| word.0).collect(),
            frequencies: rule.frequencies.iter().map(|word| word.0).collect(),
            signed_from: rule.signed_from.map(|day| day.0),
            signed_until: rule.signed_until.map(|day| day.0),
        })
    }
}

rule!(ProductsRule {
    takes: Vec<ProductText>,
});

impl ProductsRule {
    pub fn read(self) -> Cited<Vec<Product>> {
        self.cited(|rule| rule.takes.iter().map(|word| word.0).collect())
    }
}

rule!(ConsentRule {
    timing: Option<ConsentTimingText>,
    #[serde(default)]
    contains: Vec<ConsentItemText>,
    min_type_points: Option<u16>,
    #[serde(default)]
    bold: bool,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    optional: bool,
    withdrawal: Option<WithdrawalText>,
});

impl ConsentRule {
    pub fn read(self) -> Cited<ConsentTerms> {
        self.cited(|rule| ConsentTerms {
            timing: rule.timing.map(|word| word.0),
            contains: rule.contains.iter().map(|word| word.0).collect(),
            min_type_points: rule.min_type_points,
            bold: rule.bold,
            languages: rule.languages.clone(),
            optional: rule.optional,
            withdrawal: rule.withdrawal.map(|word| word.0),
        })
    }
}

rule!(DeviceLinkRule {
    #[serde(default)]
    not_for: Vec<OtherDuesText>,
});

impl DeviceLinkRule {
    pub fn read(self) -> Cited<Vec<OtherDues>> {
        self.cited(|rule| rule.not_for.iter().map(|word| word.0).collect())
    }
}
