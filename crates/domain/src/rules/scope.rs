//! To whom and what a pack applies, which debts count, and what was agreed at the start.

use alloc::string::String;
use alloc::vec::Vec;

use crate::calendar::Day;
use crate::contract::{BorrowerKind, CreditorKind, Frequency, Goods, Particulars};
use crate::words::words;

/// To which contracts a pack applies; an empty list takes all. What isn't known counts as met, so
/// that a law never falls away for want of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applies {
    pub goods: Vec<Goods>,
    pub creditors: Vec<CreditorKind>,
    pub borrowers: Vec<BorrowerKind>,
    pub frequencies: Vec<Frequency>,
    /// Contracts signed on these days, both included.
    pub signed_from: Option<Day>,
    pub signed_until: Option<Day>,
}

impl Applies {
    pub fn takes(&self, particulars: &Particulars, signed_on: Day) -> bool {
        let creditor = particulars.creditor.as_ref().map(|c| c.kind);
        fits(&self.goods, particulars.goods)
            && fits(&self.creditors, creditor)
            && fits(&self.borrowers, particulars.borrower)
            && fits(&self.frequencies, particulars.frequency)
            && self.signed_from.is_none_or(|from| from <= signed_on)
            && self.signed_until.is_none_or(|until| signed_on <= until)
    }
}

fn fits<T: PartialEq>(takes: &[T], known: Option<T>) -> bool {
    takes.is_empty() || known.is_none_or(|known| takes.contains(&known))
}

words! {
    /// Dues for which a device may not be limited.
    pub enum OtherDues {
        /// Another contract of the same borrower.
        CrossDefault = "cross_default",
        /// Insurance, accessories and other things sold along.
        AddOns = "add_ons",
        /// A loan for which the borrower's own phone is collateral.
        CashLoanOnOwnPhone = "cash_loan_on_own_phone",
    }
}

words! {
    /// What the borrower's consent must say.
    pub enum ConsentItem {
        /// That the device can be limited from afar.
        RemoteLimits = "remote_limits",
        Levels = "levels",
        Conditions = "conditions",
        Notices = "notices",
        GracePeriod = "grace_period",
        CurePeriod = "cure_period",
        Warning = "warning",
        Restoration = "restoration",
        AlwaysAllowed = "always_allowed",
        EmergencyAccess = "emergency_access",
        CreditorContact = "creditor_contact",
        Complaints = "complaints",
        DataUse = "data_use",
        Location = "location",
        Fees = "fees",
    }
}

words! {
    /// When the consent must have been given.
    pub enum ConsentTiming {
        /// On the day of the contract's signature or before.
        BySignature = "by_signature",
        /// On an earlier day.
        BeforeSignature = "before_signature",
    }
}

words! {
    /// What withdrawing the consent does.
    pub enum Withdrawal {
        EndsTheRight = "ends_the_right",
        NotProvided = "not_provided",
    }
}

/// The consent that a pack asks for. A separate signature and an acknowledged copy are always
/// asked for; these are the rest. Consent is necessary, never sufficient.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConsentTerms {
    /// Judged; a consent dated later doesn't open the gate.
    pub timing: Option<ConsentTiming>,
    pub contains: Vec<ConsentItem>,
    /// Typographic points, at least.
    pub min_type_points: Option<u16>,
    pub bold: bool,
    /// Language tags, or "contract" for the contract's own; one of them is enough.
    pub languages: Vec<String>,
    /// Credit may not depend on it.
    pub optional: bool,
    pub withdrawal: Option<Withdrawal>,
}
