//! What may be done to a phone, what may never be taken from it, and the way out in an emergency.

use alloc::vec::Vec;

use super::{Cited, Level};
use crate::calendar::Span;
use crate::words::words;

words! {
    /// What people do with a phone.
    pub enum Function {
        EmergencyCalls = "emergency_calls",
        IncomingCalls = "incoming_calls",
        OutgoingCalls = "outgoing_calls",
        LenderCalls = "lender_calls",
        ComplaintCalls = "complaint_calls",
        PublicAlerts = "public_alerts",
        MedicalId = "medical_id",
        Accessibility = "accessibility",
        Sms = "sms",
        Ussd = "ussd",
        Settings = "settings",
        Keyboard = "keyboard",
        Internet = "internet",
        Payment = "payment",
        Banking = "banking",
        MobileMoney = "mobile_money",
        Authenticator = "authenticator",
        Health = "health",
        GovernmentId = "government_id",
        /// Getting one's own data out.
        Backup = "backup",
        Camera = "camera",
        Notifications = "notifications",
    }
}

impl Function {
    /// Whether every agent keeps it at every level, so that a pack may rely on it. The dialer,
    /// SMS and internet are the floor's own; the kinds of apps are those that a charter lists.
    pub const fn is_on_the_floor(self) -> bool {
        !matches!(
            self,
            Function::Backup | Function::Camera | Function::Notifications
        )
    }
}

words! {
    /// Moments in which nothing may begin.
    pub enum Use {
        Call = "call",
        Emergency = "emergency",
        Driving = "driving",
        /// The screen is lit and unlocked.
        Screen = "screen",
    }
}

/// What may be done to a phone, besides what each level asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actuation {
    /// No higher level, whatever else holds.
    pub max_level: Option<Cited<Level>>,
    /// Level by level, none left out: the engine never does otherwise.
    pub graduated: Option<Cited<()>>,
    /// Nothing begins during these.
    pub not_during: Option<Cited<Vec<Use>>>,
    /// Nothing begins where harm to a person or property is foreseeable.
    pub safety_bar: Option<Cited<()>>,
}

words! {
    /// From when an emergency pass's hours run.
    pub enum PassStart {
        /// The borrower presses it.
        Request = "request",
        /// The level begins.
        Restriction = "restriction",
    }
}

/// The borrower's emergency pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    pub lasts: Span,
    /// One pass in so long, from its start.
    pub once_in: Span,
    /// As the law has it; ours begins when it is pressed, the borrower alone decides.
    pub starts: Option<PassStart>,
}
