//! The floor: what stays on a phone at every level, whatever a grant, a charter or a backend says.
//!
//! [`Function`]s are compiled in; a charter can only add apps. A [`Floor`] has no way to be made
//! with less, so a [`crate::Conduct`], which is the only thing a backend is told, can't take one
//! away. The list is product.md's.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::charter::FloorApp;
use fairlock_protocol::{Charter, codes};

codes! {
    /// What a phone does at every level.
    pub enum Function: "a function of the floor: 1 to 15" {
        /// Emergency numbers and SOS, from any screen.
        Emergency = 1,
        IncomingCalls = 2,
        /// Calls to the lender.
        LenderCalls = 3,
        /// Calls to complaint bodies and free advice.
        ComplaintCalls = 4,
        /// Cell broadcasts and other public alerts.
        PublicAlerts = 5,
        MedicalId = 6,
        Accessibility = 7,
        Dialer = 8,
        Sms = 9,
        /// USSD codes and the SIM menu: mobile money without an app.
        UssdAndSim = 10,
        Settings = 11,
        Keyboard = 12,
        Internet = 13,
        /// The way to pay, on the agent's own pages.
        Pay = 14,
        /// The way to object, likewise.
        Object = 15,
    }
}

/// What stays: every [`Function`], and what this contract adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    apps: Vec<FloorApp>,
    contacts: Vec<String>,
}

impl Floor {
    /// A phone without a charter has the compiled floor.
    pub(crate) fn of(charter: Option<&Charter>) -> Floor {
        let help = charter.iter().flat_map(|charter| &charter.help);
        Floor {
            apps: charter.map_or_else(Vec::new, |charter| charter.floor.clone()),
            contacts: help.map(|help| help.contact.clone()).collect(),
        }
    }

    pub fn functions(&self) -> &'static [Function] {
        Function::ALL
    }

    /// The payment, banking, mobile-money, authenticator, health and government-ID apps of the
    /// charter.
    pub fn apps(&self) -> &[FloorApp] {
        &self.apps
    }

    /// Numbers and addresses of lender, complaint bodies and advice.
    pub fn contacts(&self) -> &[String] {
        &self.contacts
    }
}
