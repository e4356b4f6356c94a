//! The phone without its radio: the agent's mind, a key store, a folder, a simulated lock backend,
//! and a screen.
//!
//! Effects are carried out in the order in which the agent gave them. What needs the network is
//! handed back as [`Radio`]; everything else is done here, at once.

use std::collections::VecDeque;
use std::io;

use fairlock_agent::{
    Backend as _, Capabilities, DeviceFacts, Effect, Event, Fault, Now, Screen, State, step,
};
use fairlock_domain::money::Currency;
use fairlock_protocol::enrol::Bundle;
use fairlock_protocol::ids::PayloadHash;
use fairlock_protocol::{Charter, Level};
use fairlock_server::Entropy;

use super::backend::{Faults, Simulated};
use super::folder::Folder;
use super::key::KeyStore;
use super::screen::render;
use super::view::Behind;

/// Files in the phone's folder.
const KEY: &str = "key";
const STATE: &str = "state";
const BOOT: &str = "boot";
/// What the lock backend sees in effect, as a word: anyone may look.
const LEVEL: &str = "level";
/// The 15 digits that the contract names this phone by.
const IMEI: &str = "imei";

/// What the phone says of itself.
const OS_PATCH: &str = "2026-02-05";
const BACKEND: &str = "simulated";

/// What is to be done over the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Radio {
    Post {
        path: String,
        body: Vec<u8>,
    },
    Connect {
        mirror: Option<String>,
        path: String,
    },
    Send(Vec<u8>),
}

/// One phone.
pub struct Device {
    folder: Folder,
    keys: KeyStore,
    /// None only while a step runs.
    agent: Option<State>,
    boot: u64,
    screen: Option<Screen>,
    backend: Simulated,
    level: Level,
    /// Running time at which the agent wants to be woken.
    wake_running: Option<u64>,
}

impl Device {
    /// Switches the phone on with a sound lock backend: what it kept is there again, and its boot
    /// count is one more. A kept state whose seal is broken, or that can't be read, counts as none,
    /// and leaves the phone open.
    pub fn switch_on(folder: Folder, entropy: &dyn Entropy) -> io::Result<Device> {
        Device::switch_on_with(folder, entropy, Simulated::new(Capabilities::ALL))
    }

    /// The same with another backend.
    pub fn switch_on_with(
        folder: Folder,
        entropy: &dyn Entropy,
        backend: Simulated,
    ) -> io::Result<Device> {
        let keys = match folder.read(KEY)?.and_then(|bytes| KeyStore::load(&bytes)) {
            Some(keys) => keys,
            None => {
                let (keys, bytes) = KeyStore::make(entropy);
                folder.replace(KEY, &bytes)?;
                keys
            }
        };
        let kept = folder.read(STATE)?;
        let state = kept.as_deref().and_then(|kept| keys.unseal(kept));
        let agent = state.and_then(|state| State::decode(state).ok());
        let boots = folder.read(BOOT)?.unwrap_or_default();
        let boots = String::from_utf8_lossy(&boots).trim().parse::<u64>();
        let boot = boots.unwrap_or(0) + 1;
        folder.replace(BOOT, boot.to_string().as_bytes())?;
        let agent = agent.unwrap_or_default();
        Ok(Device {
            level: agent.level(),
            backend,
            folder,
            keys,
            agent: Some(agent),
            boot,
            screen: None,
            wake_running: None,
        })
    }

    /// The event with which everything begins.
    pub fn start_event(&self, entropy: &dyn Entropy) -> Event {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Event::Start {
            boot: self.boot,
            entropy: bytes,
            capabilities: self.backend.capabilities(),
        }
    }

    /// The event of scanning an enrolment bundle.
    pub fn enrol_event(&self, bundle: Bundle, imei: &str) -> Event {
        let spki = self.keys.public().map(|key| key.spki().to_vec());
        let facts = DeviceFacts {
            spki: spki.unwrap_or_default(),
            attestation: Vec::new(),
            imei_hash: fairlock_issuer::imei_hash(&bundle.token, imei),
            os_patch: OS_PATCH.to_string(),
            backend: BACKEND.to_string(),
        };
        Event::Enrol { bundle, facts }
    }

    /// One event, and all that follows from it without the network.
    pub fn step(&mut self, event: Event, now: Now) -> io::Result<Vec<Radio>> {
        let mut radio = Vec::new();
        let mut queue = VecDeque::from([event]);
        while let Some(event) = queue.pop_front() {
            let (agent, effects) = step(self.agent.take().unwrap_or_default(), event, now);
            self.agent = Some(agent);
            // Each step says anew when to wake; one that doesn't has nothing to wait for.
            self.wake_running = None;
            for effect in effects {
                match effect {
                    Effect::Store(bytes) => {
                        self.folder.replace(STATE, &self.keys.seal(&bytes))?;
                    }
                    Effect::Apply(conduct) => {
                        let done = self.backend.apply(&conduct);
                        queue.push_back(self.seen(done)?);
                    }
                    Effect::Release => {
                        let done = self.backend.release();
                        queue.push_back(self.seen(done)?);
                    }
                    Effect::Show(screen) => self.screen = Some(screen),
                    Effect::Sign { bytes, .. } => {
                        let signature = self.keys.sign_der(&bytes);
                        queue.push_back(signature.map_or(Event::SignFailed, Event::Signed));
                    }
                    Effect::Post { path, body } => radio.push(Radio::Post { path, body }),
                    Effect::Connect { mirror, path } => {
                        radio.push(Radio::Connect { mirror, path });
                    }
                    Effect::Send(bytes) => radio.push(Radio::Send(bytes)),
                    Effect::WakeAt { running } => self.wake_running = Some(running),
                }
            }
        }
        Ok(radio)
    }

    /// What the backend sees after it was told something; whether it says that it failed doesn't
    /// matter beside that.
    fn seen(&mut self, _done: Result<(), Fault>) -> io::Result<Event> {
        let observed = self.backend.observe();
        if self.level != observed.level {
            self.folder
                .replace(LEVEL, observed.level.word().as_bytes())?;
        }
        self.level = observed.level;
        Ok(Event::Backend(observed))
    }

    /// What it keeps; all else is gone without power.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The event of the backend looking at the phone again.
    pub fn look(&mut self) -> io::Result<Event> {
        self.seen(Ok(()))
    }

    /// The phone's own IMEI; None before it was told.
    pub fn imei(&self) -> io::Result<Option<String>> {
        let bytes = self.folder.read(IMEI)?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    pub fn set_imei(&self, imei: &str) -> io::Result<()> {
        self.folder.replace(IMEI, imei.as_bytes())
    }

    /// Breaks the backend, or mends it.
    pub fn set_faults(&mut self, faults: Faults) {
        self.backend.faults = faults;
    }

    /// The charter in force, or the one that is offered.
    pub fn charter(&self) -> Option<&Charter> {
        let agent = self.agent.as_ref()?;
        agent.charter().or_else(|| agent.offered())
    }

    pub fn behind(&self) -> Behind {
        let agent = self.agent.as_ref();
        Behind {
            wanted: agent.map_or(Level::Free, State::level),
            seen: self.backend.observe(),
            capabilities: self.backend.capabilities(),
            faults: self.backend.faults.clone(),
            boot: self.boot,
            seq: agent.map_or(0, State::seq),
        }
    }

    pub fn is_enrolled(&self) -> bool {
        self.agent
            .as_ref()
            .is_some_and(|agent| agent.device().is_some())
    }

    pub fn level(&self) -> Level {
        self.level
    }

    pub fn screen(&self) -> Option<&Screen> {
        self.screen.as_ref()
    }

    /// What the screen says, as text; nothing before it says something.
    pub fn screen_text(&self) -> String {
        let charter = self.agent.as_ref().and_then(State::charter);
        let code = charter.and_then(|c| std::str::from_utf8(&c.currency.code).ok());
        let currency = code.and_then(Currency::from_code);
        let screen = self.screen.as_ref();
        screen.map_or_else(String::new, |screen| render(screen, currency))
    }

    pub fn wake_running(&self) -> Option<u64> {
        self.wake_running
    }

    /// SHA-256 of the payload of the grant in force; None before the first.
    pub fn in_force(&self) -> Option<PayloadHash> {
        let in_force = self.agent.as_ref()?.in_force()?;
        (in_force.highest > 0).then_some(in_force.hash)
    }
}
