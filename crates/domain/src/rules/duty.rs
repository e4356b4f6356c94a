//! What binds the lender besides the phone: giving back, letting go, data, fees, words, complaints,
//! records, and what breaking the law costs.
//!
//! The engine shows these and has nothing to judge: no level follows from them.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::calendar::Span;
use crate::money::Money;
use crate::words::words;

words! {
    /// What must be paid to have the phone back.
    pub enum Suffices {
        /// What is past due: as the engine has it.
        Arrears = "arrears",
        /// The whole balance.
        Balance = "balance",
    }
}

/// How fast money must give the phone back, and what lateness costs the lender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restoration {
    pub within: Span,
    /// For each hour begun after that; None: the pack knows no sum.
    pub compensation_an_hour: Option<Money>,
    pub suffices: Option<Suffices>,
    /// There must be a way without network.
    pub offline_code: bool,
}

words! {
    /// What happens when nothing is owed any more.
    pub enum ReleaseDuty {
        LiftRestrictions = "lift_restrictions",
        RemoveAgent = "remove_agent",
        RemoveEnrolment = "remove_enrolment",
        CarrierUnlock = "carrier_unlock",
        Certificate = "certificate",
    }
}

words! {
    /// Other ends of a contract that release like payoff.
    pub enum ReleaseOn {
        EarlySettlement = "early_settlement",
        Cancellation = "cancellation",
    }
}

/// What payoff asks of the lender. Our phones are released at once, whatever a pack allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Release {
    pub within: Option<Span>,
    pub duties: Vec<ReleaseDuty>,
    pub also_on: Vec<ReleaseOn>,
    /// From the borrower's request.
    pub carrier_unlock_within: Option<Span>,
}

words! {
    /// What a lender may not look at.
    pub enum DataSource {
        Contacts = "contacts",
        Media = "media",
        Files = "files",
        CallLogs = "call_logs",
        Messages = "messages",
        Microphone = "microphone",
        Camera = "camera",
        Location = "location",
        SocialMedia = "social_media",
        /// Any personal data on the device.
        AnyPersonalData = "any_personal_data",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataLimits {
    pub never: Vec<DataSource>,
    /// Nor handed to others.
    pub no_third_parties: bool,
}

words! {
    /// For what a device may be located.
    pub enum LocationPurpose {
        StatusCheck = "status_check",
        Servicing = "servicing",
        Repossession = "repossession",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationLimits {
    /// Locating is limiting: it has the same conditions and notices.
    pub counts_as_activation: bool,
    pub own_consent: bool,
    /// Empty: the pack names none.
    pub purposes: Vec<LocationPurpose>,
}

words! {
    /// What a borrower may not be charged for.
    pub enum Charged {
        Install = "install",
        Device = "device",
        Lock = "lock",
        Unlock = "unlock",
        Removal = "removal",
        Notice = "notice",
    }
}

words! {
    /// What a message may not do.
    pub enum Claim {
        /// Threaten at all.
        Threats = "threats",
        /// Threaten what the law doesn't allow.
        UnlawfulAction = "unlawful_action",
        /// Threaten what isn't meant.
        UnintendedAction = "unintended_action",
        /// Claim a right that is known not to exist.
        FalseRight = "false_right",
        /// Warn somebody who owes nothing.
        FalseWarning = "false_warning",
        ObsceneLanguage = "obscene_language",
        Disclosure = "disclosure",
        Harassment = "harassment",
    }
}

/// The longest messages, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageLimits {
    pub lock_page: Option<u16>,
    pub reminder: Option<u16>,
    pub banner: Option<u16>,
}

words! {
    /// Cases that stop the clock while they are open.
    pub enum Case {
        Complaint = "complaint",
        Dispute = "dispute",
        Grievance = "grievance",
        Hardship = "hardship",
        WrongPerson = "wrong_person",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaints {
    pub answer_within: Option<Span>,
    /// Hard ones.
    pub complex_within: Option<Span>,
    /// To whom a borrower can go next.
    pub bodies: Vec<String>,
}

/// Within what a case must be answered: a finding, never an end of its hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub case: Case,
    pub within: Span,
}

words! {
    /// Reasons not to act that a law names. Each is one of the engine's holds or conditions, and
    /// is checked again when a level would begin.
    pub enum Guard {
        AccountCurrent = "account_current",
        PaymentPending = "payment_pending",
        PromiseToPay = "promise_to_pay",
        Dispute = "dispute",
        Grievance = "grievance",
        Hardship = "hardship",
        DebtCounselling = "debt_counselling",
        Insolvency = "insolvency",
        Death = "death",
        Disaster = "disaster",
        WrongPerson = "wrong_person",
        CourtOrder = "court_order",
        HumanReview = "human_review",
        Vulnerability = "vulnerability",
    }
}

words! {
    pub enum RecordKind {
        Consents = "consents",
        Notices = "notices",
        Ledger = "ledger",
        Decisions = "decisions",
        Commands = "commands",
        Complaints = "complaints",
        CallRecordings = "call_recordings",
        CallLog = "call_log",
        DeviceIds = "device_ids",
        SalesReports = "sales_reports",
    }
}

words! {
    pub enum KeepUnit {
        Days = "days",
        Years = "years",
    }
}

/// How long a record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    pub count: u16,
    pub unit: KeepUnit,
}

impl Keep {
    /// For comparing two; a year is 365 days.
    pub const fn in_days(self) -> u32 {
        let days = match self.unit {
            KeepUnit::Days => 1,
            KeepUnit::Years => 365,
        };
        self.count as u32 * days
    }
}

impl fmt::Display for Keep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.count, self.unit) {
            (1, KeepUnit::Days) => f.write_str("1 day"),
            (1, KeepUnit::Years) => f.write_str("1 year"),
            (count, unit) => write!(f, "{count} {unit}"),
        }
    }
}

words! {
    /// From when a record's time runs.
    pub enum KeepFrom {
        ContractEnd = "contract_end",
        Installation = "installation",
        LastContact = "last_contact",
        Event = "event",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    pub kinds: Vec<RecordKind>,
    pub at_least: Option<Keep>,
    pub at_most: Option<Keep>,
    pub from: KeepFrom,
    /// The regulator can ask for them.
    pub regulator_export: bool,
}

/// What breaking the law costs: for people who weigh risk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Penalty {
    pub says: String,
    pub at_most: Option<Money>,
}
