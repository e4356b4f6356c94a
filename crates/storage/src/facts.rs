//! The facts of a contract, rebuilt from rows, with the version they have.

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::contract::Contract;
use fairlock_domain::payment::Reference;
use fairlock_domain::standing::{Clearance, DeviceLink, Event, Facts};

use crate::error::StoreError;
use crate::grants::GrantRow;
use crate::ids::{DeviceId, LenderId};
use crate::store::Store;

/// The enrolled device of a contract, and what a new grant must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceFacts {
    pub device: DeviceId,
    pub charter_accepted: bool,
    /// Highest seq taken; the next grant takes one above it. 0 before the first.
    pub newest_seq: u64,
    /// Highest seq that the phone reported; 0 before its first report.
    pub reported_seq: u64,
    /// Key set version that the phone last reported; `None` before its first report.
    pub reported_ksv: Option<u64>,
    /// The newest grant whose body counts (signed, or waiting to be), if there is one.
    pub newest: Option<GrantRow>,
    /// The newest signed grant, if there is one.
    pub newest_signed: Option<GrantRow>,
    pub spki_sha256: [u8; 32],
}

/// All that is known of a contract, at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractFacts {
    /// To be expected by a commit that rests on these facts.
    pub version: u64,
    pub contract: Contract,
    pub reference: Reference,
    /// IANA name; the rulebook makes it a `Zone`.
    pub time_zone: String,
    pub packs: Vec<String>,
    pub holidays: Vec<Day>,
    pub clearances: Vec<Clearance>,
    /// `None` before enrolment.
    pub device: Option<DeviceFacts>,
    /// Its own and its feed's, in the order in which they became known.
    pub events: Vec<Event>,
    /// The review it waits for.
    pub review_at: Option<Instant>,
}

impl ContractFacts {
    /// What the engine judges. Notices are served by the server, so only their events count.
    pub fn facts(&self, zone: Zone) -> Facts {
        let _ = zone;
        let _ = |d: &DeviceFacts| DeviceLink {
            charter_accepted: d.charter_accepted,
            is_this_loans: true,
        };
        todo!()
    }
}

impl Store {
    /// The facts of one contract.
    pub fn facts(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Option<ContractFacts>, StoreError> {
        let _ = (lender, contract_id);
        todo!()
    }
}
