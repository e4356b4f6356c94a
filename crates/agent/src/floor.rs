//! The floor: what stays on a phone at every level, whatever a grant, a charter or a backend says.
//!
//! [`Function`]s are compiled in; a charter can only add apps. A [`Floor`] has no way to be made
//! with less, so a [`crate::Conduct`], which is the only thing a backend is told, can't take one
//! away. The list is product.md's.

use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::Charter;
use fairlock_protocol::cbor::{Malformed, Reader, Writer};
use fairlock_protocol::charter::FloorApp;
use fairlock_protocol::wire::Item;

/// What a phone does at every level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
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

impl Function {
    pub const ALL: [Function; 15] = {
        use Function::*;
        [
            Emergency,
            IncomingCalls,
            LenderCalls,
            ComplaintCalls,
            PublicAlerts,
            MedicalId,
            Accessibility,
            Dialer,
            Sms,
            UssdAndSim,
            Settings,
            Keyboard,
            Internet,
            Pay,
            Object,
        ]
    };
}

impl Item for Function {
    fn put(&self, writer: &mut Writer) {
        writer.uint(*self as u64);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Function, Malformed> {
        let expected = "a function of the floor: 1 to 15";
        let code = reader.uint(u64::from(u8::MAX), expected)?;
        let mut all = Function::ALL.into_iter();
        match all.find(|function| *function as u64 == code) {
            Some(function) => Ok(function),
            None => reader.wrong(expected),
        }
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
        &Function::ALL
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
