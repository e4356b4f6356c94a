//! Phones that are connected now: who is there, what each was handed and has answered for.
//!
//! A connection has one slot for the newest grant, not a queue: a grant that a newer one
//! overtook is never sent, so what waits for a slow phone can't grow. One phone has one
//! connection; a second one ends the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use fairlock_storage::DeviceId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, watch};

use crate::running::Change;

/// What is ready for one phone.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// The newest grant.
    pub grant: Option<Parcel>,
    /// The newest display data, as a frame.
    pub display: Option<Bytes>,
    /// How often this phone was told to look for key sets, caps and charters.
    pub news: u64,
    /// Another connection of the same phone took over.
    pub replaced: bool,
}

/// A grant on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    pub seq: u64,
    pub payload_sha256: [u8; 32],
    /// The whole frame.
    pub frame: Bytes,
}

/// Connections at a time that haven't said who they are. Each has ten seconds; a whole fleet that
/// comes back at once comes in within a minute, for a phone needs milliseconds.
const STRANGERS_MAX: usize = 512;

/// Connected phones.
pub struct Hub {
    phones: Mutex<Phones>,
    strangers: Arc<Semaphore>,
    /// What changed since the last look, for display data.
    changes: Mutex<Option<broadcast::Receiver<Change>>>,
    /// The newest act by hand that phones were told of; None until the first pass.
    acts: Mutex<Option<i64>>,
}

#[derive(Default)]
struct Phones {
    by_id: HashMap<DeviceId, Entry>,
    /// Numbers connections, so that an old one doesn't sign off a new one.
    connections: u64,
}

struct Entry {
    connection: u64,
    contract_id: Arc<str>,
    mail: watch::Sender<Mail>,
    /// Highest seq that the phone named: accepted, refused or cut.
    answered: u64,
}

/// One connection's end of the hub.
pub struct Berth {
    pub device: DeviceId,
    connection: u64,
    pub mail: watch::Receiver<Mail>,
}

impl Default for Hub {
    fn default() -> Hub {
        Hub {
            phones: Mutex::default(),
            strangers: Arc::new(Semaphore::new(STRANGERS_MAX)),
            changes: Mutex::default(),
            acts: Mutex::default(),
        }
    }
}

impl Hub {
    /// Room for one more connection that hasn't said who it is; `None` when there is none.
    pub(super) fn stranger(&self) -> Option<OwnedSemaphorePermit> {
        self.strangers.clone().try_acquire_owned().ok()
    }

    /// A phone is there, and has named grants up to `answered`.
    pub fn join(&self, device: DeviceId, contract_id: &str, answered: u64) -> Berth {
        let mut phones = self.phones();
        phones.connections += 1;
        let connection = phones.connections;
        let (mail, receiver) = watch::channel(Mail::default());
        let entry = Entry {
            connection,
            contract_id: contract_id.into(),
            mail,
            answered,
        };
        if let Some(old) = phones.by_id.insert(device, entry) {
            old.mail.send_modify(|mail| mail.replaced = true);
        }
        Berth {
            device,
            connection,
            mail: receiver,
        }
    }

    /// A connection ended.
    pub fn leave(&self, berth: &Berth) {
        let mut phones = self.phones();
        let is_own = |entry: &Entry| entry.connection == berth.connection;
        if phones.by_id.get(&berth.device).is_some_and(is_own) {
            phones.by_id.remove(&berth.device);
        }
    }

    /// Puts a grant into a phone's slot when it is there and has neither this one nor a newer
    /// one. True when it is new to the connection.
    pub fn hand(&self, device: DeviceId, parcel: Parcel) -> bool {
        let phones = self.phones();
        let Some(entry) = phones.by_id.get(&device) else {
            return false;
        };
        entry.mail.send_if_modified(|mail| {
            let older = mail.grant.as_ref().is_none_or(|own| own.seq < parcel.seq);
            if older {
                mail.grant = Some(parcel);
            }
            older
        })
    }

    /// Shows a phone new display data.
    pub fn show(&self, device: DeviceId, display: Bytes) {
        if let Some(entry) = self.phones().by_id.get(&device) {
            entry.mail.send_modify(|mail| mail.display = Some(display));
        }
    }

    /// Tells the connected phones of these contracts to look what they lack.
    pub fn tell(&self, is_wanted: impl Fn(&str) -> bool) {
        let phones = self.phones();
        let wanted = phones.by_id.values().filter(|e| is_wanted(&e.contract_id));
        for entry in wanted {
            entry.mail.send_modify(|mail| mail.news += 1);
        }
    }

    /// The newest act by hand that phones were told of; None until the first pass.
    pub(super) fn acts_seen(&self) -> Option<i64> {
        *self.acts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn saw_acts(&self, no: i64) {
        *self.acts.lock().unwrap_or_else(PoisonError::into_inner) = Some(no);
    }

    /// A report named grants up to `seq`.
    pub fn answered(&self, device: DeviceId, seq: u64) {
        if let Some(entry) = self.phones().by_id.get_mut(&device) {
            entry.answered = entry.answered.max(seq);
        }
    }

    /// The payload of the newest grant in a phone's slot.
    pub fn newest(&self, device: DeviceId) -> Option<[u8; 32]> {
        let phones = self.phones();
        let mail = phones.by_id.get(&device)?.mail.borrow();
        mail.grant.as_ref().map(|grant| grant.payload_sha256)
    }

    /// Connected phones that have a grant they didn't answer for yet.
    pub fn unanswered(&self) -> u64 {
        let waits = |entry: &&Entry| {
            let mail = entry.mail.borrow();
            mail.grant.as_ref().is_some_and(|g| g.seq > entry.answered)
        };
        self.phones().by_id.values().filter(waits).count() as u64
    }

    /// Whether the phone is connected.
    pub fn has(&self, device: DeviceId) -> bool {
        self.phones().by_id.contains_key(&device)
    }

    /// How many are connected.
    pub fn count(&self) -> usize {
        self.phones().by_id.len()
    }

    /// The connected phones of these contracts.
    pub fn of_contracts(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<(DeviceId, Arc<str>)> {
        let phones = self.phones();
        let wanted = phones
            .by_id
            .iter()
            .filter(|(_, e)| is_wanted(&e.contract_id));
        wanted.map(|(id, e)| (*id, e.contract_id.clone())).collect()
    }

    /// Where changes are listened to; None until the first pass.
    pub(super) fn changes(&self) -> MutexGuard<'_, Option<broadcast::Receiver<Change>>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn phones(&self) -> MutexGuard<'_, Phones> {
        // A panic elsewhere leaves the map whole: every change of it is one call.
        self.phones.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: DeviceId = DeviceId([1; 16]);

    fn parcel(seq: u64) -> Parcel {
        Parcel {
            seq,
            payload_sha256: [seq as u8; 32],
            frame: Bytes::new(),
        }
    }

    #[test]
    fn a_slot_holds_the_newest_grant_only() {
        let hub = Hub::default();
        assert!(!hub.hand(PHONE, parcel(1)), "not connected");
        let berth = hub.join(PHONE, "C-1", 0);
        assert!(hub.hand(PHONE, parcel(2)));
        assert!(!hub.hand(PHONE, parcel(2)), "the same again");
        assert!(!hub.hand(PHONE, parcel(1)), "an older one");
        assert!(hub.hand(PHONE, parcel(3)));
        assert_eq!(berth.mail.borrow().grant, Some(parcel(3)));
        assert_eq!(hub.newest(PHONE), Some([3; 32]));
    }

    #[test]
    fn a_phone_is_waited_for_until_it_names_its_newest_grant() {
        let hub = Hub::default();
        let berth = hub.join(PHONE, "C-1", 2);
        hub.hand(PHONE, parcel(2));
        assert_eq!(hub.unanswered(), 0);
        hub.hand(PHONE, parcel(3));
        hub.answered(PHONE, 2);
        assert_eq!(hub.unanswered(), 1);
        hub.answered(PHONE, 3);
        hub.answered(PHONE, 1);
        assert_eq!(hub.unanswered(), 0);
        hub.hand(PHONE, parcel(4));
        hub.leave(&berth);
        assert_eq!(
            hub.unanswered(),
            0,
            "what waits for an absent phone doesn't count"
        );
    }

    #[test]
    fn a_second_connection_ends_the_first_and_not_the_other_way_round() {
        let hub = Hub::default();
        let first = hub.join(PHONE, "C-1", 0);
        let second = hub.join(PHONE, "C-1", 0);
        assert!(first.mail.borrow().replaced);
        hub.leave(&first);
        assert!(hub.has(PHONE));
        hub.leave(&second);
        assert_eq!(hub.count(), 0);
    }
}
