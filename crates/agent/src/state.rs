//! All that the agent knows: what is durable, and what only lives as long as its process.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use fairlock_codes::keys::{CodeKeys, Exchange};
use fairlock_display::{Display, Said};
use fairlock_protocol::cbor::{Malformed, Reader, Writer, canonical};
use fairlock_protocol::enrol::{Acceptance, Bundle};
use fairlock_protocol::ids::{DeviceId, LenderId};
use fairlock_protocol::p256::DeviceKey;
use fairlock_protocol::report::{REJECTS_MAX, Reject, Report};
use fairlock_protocol::wire::{self, Item};
use fairlock_protocol::{Binding, Charter, InForce, KeySet, Level, codes, record, row};

use crate::acting::Acting;
use crate::backend::Capabilities;
use crate::code::Codes;
use crate::event::DeviceFacts;
use crate::renew::Change;
use crate::time::Time;
use crate::{SESSION_MAX, STATE_MAX};

/// The phone's mind between two events.
#[derive(Clone, Default)]
pub struct State {
    pub(crate) time: Time,
    /// How often this phone has enrolled.
    pub(crate) enrolments: u64,
    pub(crate) phase: Phase,
    /// Never stored.
    pub(crate) now: Volatile,
}

#[derive(Clone, Default)]
pub(crate) enum Phase {
    /// Never enrolled, or the stored state can't be trusted: an open phone.
    #[default]
    Blank,
    /// Message 2 is sent. Not stored: after a power cut the bundle is scanned again.
    Asked(Box<Asked>),
    /// The charter is before the owner, or countersigned and sent. Not stored either.
    Offered(Box<Offer>),
    Enrolled(Box<Enrolled>),
}

record! {
    #[derive(Clone)]
    pub(crate) struct Asked: "an enrolment begun" {
        1 need bundle: Bundle,
        2 need facts: DeviceFacts,
        3 need key: DeviceKey,
        4 need nonce: [u8; 16],
        5 need exchange: Exchange,
    }

    #[derive(Clone)]
    pub(crate) struct Offer: "an offer" {
        1 need asked: Asked,
        2 need device: DeviceId,
        3 need charter: Charter,
        4 need keys: KeySet,
        /// The charter as it came, COSE_Sign by CHARTER.
        5 blob object: Vec<u8>,
        6 need codes: CodeKeys,
        /// Message 4, once the owner has accepted and the key store has signed.
        7 some accepted: Acceptance,
    }
}

impl Offer {
    /// What will bind objects to this phone.
    pub fn binding(&self) -> Binding {
        Binding {
            lender: self.asked.bundle.lender,
            device: self.device,
            spki_hash: self.asked.key.spki_hash(),
        }
    }
}

record! {
    /// A phone under a charter.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Enrolled: "an enrolment" {
        1 need lender: LenderId,
        2 need device: DeviceId,
        3 need key: DeviceKey,
        4 need keys: KeySet,
        5 need charter: Charter,
        6 need in_force: InForce,
        /// Counter of the last report made.
        7 need counter: u64,
        /// The newest refusals and cuts, newest last.
        8 list rejects: Reject,
        /// The last contact token that counted.
        9 some contact: Contact,
        10 need os_patch: String,
        11 need backend: String,
        /// The boot in which the backend was seen to take a function of the floor.
        12 some distrusted: u64,
        13 need codes: Codes,
        /// Running time up to which a change of payees is shown as one.
        14 some payees_until: u64,
        |enrolled| {
            enrolled.rejects.len() <= REJECTS_MAX => "at most 16 refusals and cuts",
        }
    }
}

row! {
    /// A contact token that counted: its nonce, and the server's instant.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Contact: "a contact" {
        nonce: [u8; 16],
        now: u64,
    }
}

impl Enrolled {
    /// What binds objects to this phone.
    pub fn binding(&self) -> Binding {
        Binding {
            lender: self.lender,
            device: self.device,
            spki_hash: self.key.spki_hash(),
        }
    }
}

record! {
    /// What a process of the agent knows only for itself.
    #[derive(Clone, Default)]
    pub(crate) struct Volatile: "a process" {
        /// Randomness of this start, and how often it was used.
        1 some entropy: ([u8; 32], u64),
        2 need link: Link,
        /// What the key store is signing; one thing at a time.
        3 some signing: SigningNow,
        /// The key store failed: no new try before the next tick or connection.
        4 need sign_failed: bool,
        /// What the last report on this channel said; `None` makes a report due.
        5 some told: Report,
        /// Counter of the last report that the server has stored.
        6 need acked: u64,
        /// The check-in that waits for its token: nonce, and running time of sending.
        7 some check_in: ([u8; 16], u64),
        /// Running time of the last check-in, or attempt to connect for one.
        8 some last_try: u64,
        /// Connections lost or refused since the last token that counted.
        9 need failures: u32,
        10 need screen_on: bool,
        /// The notice in front of the lit screen, and the running time up to which it is counted.
        11 some watched: (u16, u64),
        12 some display: Display,
        /// A grant named a key set that this phone hasn't.
        13 need keys_wanted: bool,
        /// Another charter, until it is countersigned.
        14 some change: Change,
        /// What the backend can do; everything until it says less.
        15 need capabilities: Capabilities,
        16 need acting: Acting,
        /// What became of the code typed last.
        17 some code: Said,
        /// Hash of what was last shown, so that it isn't repeated.
        18 some screen: [u8; 32],
        /// Running time of the last store.
        19 need stored_at: u64,
    }
}

codes! {
    #[derive(Default)]
    pub(crate) enum Link: "a link: 1 to 4" {
        #[default]
        Down = 1,
        /// Asked for.
        Opening = 2,
        /// Open, the first report isn't sent yet.
        Open = 3,
        /// The phone has said who it is.
        Introduced = 4,
    }
}

record! {
    /// What the key store is signing: a charter, or a report.
    #[derive(Clone)]
    pub(crate) struct SigningNow: "what is being signed" {
        1 some report: Telling,
    }
}

impl SigningNow {
    pub const CHARTER: SigningNow = SigningNow { report: None };
}

record! {
    /// A report on its way through the key store.
    #[derive(Clone)]
    pub(crate) struct Telling: "a report being signed" {
        1 blob payload: Vec<u8>,
        2 need told: Report,
    }

    /// What a port keeps, version 1: on disk what is durable; in memory, and never on disk,
    /// everything between two events.
    struct Kept: "a state" v1 {
        2 need enrolments: u64,
        3 need time: Time,
        4 some enrolled: Enrolled,
        5 some asked: Asked,
        6 some offer: Offer,
        /// As bytes of its own: it would stand too deep.
        7 some now: Process,
        |kept| {
            kept.phases() <= 1 => "one phase at most",
        }
    }
}

impl Kept {
    fn phases(&self) -> u8 {
        let (asked, offered) = (self.asked.is_some(), self.offer.is_some());
        u8::from(asked) + u8::from(offered) + u8::from(self.enrolled.is_some())
    }
}

/// A [`Volatile`] as bytes.
struct Process(Vec<u8>);

impl Item for Process {
    fn put(&self, writer: &mut Writer) {
        writer.bytes(&self.0);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Process, Malformed> {
        let bytes = reader.bytes(SESSION_MAX, "a byte string")?;
        Ok(Process(bytes.to_vec()))
    }
}

impl State {
    /// A phone that was never enrolled, or whose stored state can't be trusted: open.
    pub fn new() -> State {
        State::default()
    }

    /// The durable part, canonical and versioned, at most 4 KiB. A port seals it with a key of its
    /// key store, and hands in none when the seal is broken.
    pub fn encode(&self) -> Vec<u8> {
        wire::bytes(&Kept {
            enrolments: self.enrolments,
            time: self.time,
            enrolled: self.enrolled().cloned(),
            asked: None,
            offer: None,
            now: None,
        })
    }

    /// Refuses bytes that this version wouldn't have written.
    pub fn decode(bytes: &[u8]) -> Result<State, Malformed> {
        if bytes.len() > STATE_MAX {
            return Err(Malformed::new(STATE_MAX, "a state of at most 4,096 bytes"));
        }
        canonical(bytes)?;
        let kept: Kept = wire::read_whole(bytes)?;
        if kept.asked.is_some() || kept.offer.is_some() || kept.now.is_some() {
            return Err(Malformed::new(0, "what is durable and no more"));
        }
        let now = Volatile {
            stored_at: kept.time.running,
            ..Volatile::default()
        };
        Ok(State::of(kept, now))
    }

    /// All of it, for a port that keeps it as bytes; secret, and at most 16 KiB.
    pub fn session(&self) -> Vec<u8> {
        let (mut asked, mut offer, mut enrolled) = (None, None, None);
        match self.phase.clone() {
            Phase::Blank => {}
            Phase::Asked(phase) => asked = Some(*phase),
            Phase::Offered(phase) => offer = Some(*phase),
            Phase::Enrolled(phase) => enrolled = Some(*phase),
        }
        wire::bytes(&Kept {
            enrolments: self.enrolments,
            time: self.time,
            asked,
            offer,
            enrolled,
            now: Some(Process(wire::bytes(&self.now))),
        })
    }

    /// Refuses bytes that this version wouldn't have written.
    pub fn resume(bytes: &[u8]) -> Result<State, Malformed> {
        if bytes.len() > SESSION_MAX {
            return Err(Malformed::new(SESSION_MAX, "a session of at most 16 KiB"));
        }
        canonical(bytes)?;
        let mut kept: Kept = wire::read_whole(bytes)?;
        let Some(Process(now)) = kept.now.take() else {
            return Err(Malformed::new(bytes.len(), "a session, not a stored state"));
        };
        canonical(&now)?;
        Ok(State::of(kept, wire::read_whole(&now)?))
    }

    fn of(kept: Kept, now: Volatile) -> State {
        let phase = match (kept.asked, kept.offer, kept.enrolled) {
            (Some(asked), _, _) => Phase::Asked(Box::new(asked)),
            (_, Some(offer), _) => Phase::Offered(Box::new(offer)),
            (_, _, Some(enrolled)) => Phase::Enrolled(Box::new(enrolled)),
            (None, None, None) => Phase::Blank,
        };
        State {
            time: kept.time,
            enrolments: kept.enrolments,
            phase,
            now,
        }
    }

    pub(crate) fn enrolled(&self) -> Option<&Enrolled> {
        match &self.phase {
            Phase::Enrolled(enrolled) => Some(enrolled),
            _ => None,
        }
    }

    pub(crate) fn enrolled_mut(&mut self) -> Option<&mut Enrolled> {
        match &mut self.phase {
            Phase::Enrolled(enrolled) => Some(enrolled),
            _ => None,
        }
    }

    /// The level in force, bounded by what the backend can do, and by whether it can be trusted.
    pub fn level(&self) -> Level {
        let wanted = self.in_force().map_or(Level::Free, InForce::level);
        match self.distrusts() {
            true => wanted.min(Level::Remind),
            false => self.now.capabilities.bound(wanted),
        }
    }

    /// The backend was seen to take a function of the floor in this boot.
    pub(crate) fn distrusts(&self) -> bool {
        let enrolled = self.enrolled();
        enrolled.is_some_and(|enrolled| enrolled.distrusted.is_some())
    }

    /// The level that grants and lapse give, overlays not counted.
    pub fn grant_level(&self) -> Level {
        self.in_force().map_or(Level::Free, InForce::grant_level)
    }

    /// The highest seq accepted.
    pub fn seq(&self) -> u64 {
        self.in_force().map_or(0, |in_force| in_force.highest)
    }

    /// Once the phone is enrolled.
    pub fn device(&self) -> Option<DeviceId> {
        self.enrolled().map(|enrolled| enrolled.device)
    }

    /// What grants have left on this phone, once it is enrolled.
    pub fn in_force(&self) -> Option<&InForce> {
        self.enrolled().map(|enrolled| &enrolled.in_force)
    }

    /// The charter that is before the owner, to be read whole before it is accepted.
    pub fn offered(&self) -> Option<&Charter> {
        match &self.phase {
            Phase::Offered(offer) => Some(&offer.charter),
            _ => None,
        }
    }

    /// The limits that it enforces, once it is enrolled.
    pub fn charter(&self) -> Option<&Charter> {
        self.enrolled().map(|enrolled| &enrolled.charter)
    }
}
