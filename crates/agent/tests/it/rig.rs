//! A phone around the agent: a key, a file, a backend, a screen, a radio and a clock. It carries
//! out effects in order and checks what must hold of every one of them. The tests of `agent-ffi` use
//! it too, with `server` and `twin`.

use std::collections::VecDeque;

use fairlock_agent::{
    Capabilities, Conduct, DeviceFacts, Effect, Event, Function, Now, Observed, STATE_MAX, Screen,
    State, step,
};
use fairlock_protocol::channel::Frame;
use fairlock_protocol::{Grant, Level, Role};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};

use crate::server::{START, Server, bundle, charter};
use crate::twin::Twin;

pub struct Rig {
    pub state: Option<State>,
    pub server: Server,
    /// The true time, Unix seconds.
    pub now: u64,
    /// True time of the last boot.
    booted: u64,
    boots: u64,
    /// How far the wall clock is off.
    pub wall_off: i64,
    /// The boot-time clock gains so many seconds in 10,000.
    pub drift: i64,
    pub online: bool,
    /// The bytes on disk.
    pub disk: Vec<u8>,
    /// What is in effect on the phone.
    pub level: Level,
    pub capabilities: Capabilities,
    /// The backend does what it is told.
    pub backend_works: bool,
    /// Functions of the floor that the backend takes at `lock`.
    pub takes: Vec<Function>,
    /// What the backend was told last.
    pub conduct: Option<Conduct>,
    pub screen: Option<Screen>,
    pub wake: Option<u64>,
    /// Where the channel was asked for, newest last; `None` is the bundle's server.
    pub asked: Vec<Option<String>>,
    /// How often each kind of effect was asked for.
    pub stores: usize,
    pub signs: usize,
    /// The key store works.
    pub key_works: bool,
    key: SigningKey,
    pub attestation: Vec<Vec<u8>>,
    /// The same phone through bytes, where a test asks for it.
    pub twin: Option<Twin>,
}

impl Rig {
    /// Switched on, never enrolled.
    pub fn blank() -> Rig {
        Rig::with(None)
    }

    pub fn with(twin: Option<Twin>) -> Rig {
        let mut rig = Rig {
            state: Some(State::new()),
            server: Server::new(charter()),
            now: START,
            booted: START - 30,
            boots: 1,
            wall_off: 0,
            drift: 0,
            online: true,
            disk: State::new().encode(),
            level: Level::Free,
            capabilities: Capabilities::ALL,
            backend_works: true,
            takes: Vec::new(),
            conduct: None,
            screen: None,
            wake: None,
            asked: Vec::new(),
            stores: 0,
            signs: 0,
            key_works: true,
            key: SigningKey::from_slice(&[42; 32]).unwrap(),
            attestation: Vec::new(),
            twin,
        };
        rig.start();
        rig
    }

    /// Enrolled and in contact.
    pub fn enrolled() -> Rig {
        let mut rig = Rig::blank();
        rig.enrol();
        rig.event(Event::CharterAccepted);
        assert!(rig.agent().device().is_some(), "enrolled");
        rig
    }

    /// On the sample ladder, both notices shown, moved on until the level is reached.
    pub fn at(level: Level) -> Rig {
        let mut rig = Rig::enrolled();
        rig.issue(Role::Restrict, crate::server::ladder());
        rig.event(Event::ScreenOn);
        for _ in 0..240 {
            if rig.level == level {
                rig.event(Event::ScreenOff);
                return rig;
            }
            rig.advance(3600);
        }
        panic!("never came to {level:?}: {:?}", rig.agent().in_force());
    }

    pub fn agent(&self) -> &State {
        self.state.as_ref().unwrap()
    }

    pub fn start(&mut self) {
        let entropy = [self.boots as u8; 32];
        self.event(Event::Start {
            boot: self.boots,
            entropy,
            capabilities: self.capabilities,
        });
    }

    pub fn enrol(&mut self) {
        let point = self.key.verifying_key().to_sec1_point(false);
        let spki = fairlock_issuer::device_key(point.as_bytes())
            .unwrap()
            .spki()
            .to_vec();
        let facts = DeviceFacts {
            spki,
            attestation: self.attestation.clone(),
            imei_hash: fairlock_issuer::imei_hash(&bundle().token, "356938035643809"),
            os_patch: "2026-02-05".into(),
            backend: "record".into(),
        };
        self.event(Event::Enrol {
            bundle: bundle(),
            facts,
        });
    }

    /// The server signs a grant; a phone in reach gets it at once.
    pub fn issue(&mut self, role: Role, grant: Grant) {
        let frame = self.server.issue(role, grant);
        if self.online {
            self.event(Event::Frame(frame.encode()));
        }
    }

    pub fn frame(&mut self, frame: &Frame) {
        self.event(Event::Frame(frame.encode()));
    }

    /// The phone goes off and on again, at once; what isn't on disk is lost.
    pub fn power_cut(&mut self) {
        self.power_cut_for(0);
    }

    pub fn power_cut_for(&mut self, seconds: u64) {
        self.now += seconds;
        self.booted = self.now;
        self.boots += 1;
        self.state = Some(State::decode(&self.disk).expect("the agent's own bytes"));
        if let Some(twin) = &mut self.twin {
            twin.power_cut(&self.disk);
        }
        self.wake = None;
        self.level = self.agent().level();
        self.start();
    }

    pub fn go_offline(&mut self) {
        self.online = false;
        self.event(Event::Disconnected);
    }

    pub fn go_online(&mut self) {
        self.online = true;
        self.event(Event::NetworkUp);
    }

    /// Time passes; the phone is woken whenever it asked for it.
    pub fn advance(&mut self, seconds: u64) {
        let until = self.now + seconds;
        while let Some(wake) = self.next_wake()
            && wake <= until
        {
            self.now = self.now.max(wake);
            self.wake = None;
            self.event(Event::Tick);
        }
        self.now = until;
    }

    /// The true time of the next wake-up.
    pub fn next_wake(&self) -> Option<u64> {
        let reading = |now: u64| (now - self.booted) as i64 * (10_000 + self.drift) / 10_000;
        let wake = self.wake?;
        let mut at = self.booted + wake * 10_000 / (10_000 + self.drift) as u64;
        while reading(at) < wake as i64 {
            at += 1;
        }
        Some(at)
    }

    pub fn clocks(&self) -> Now {
        let passed = (self.now - self.booted) as i64;
        let running = passed * (10_000 + self.drift) / 10_000;
        Now {
            running: running as u64,
            wall: self.now as i64 + self.wall_off,
        }
    }

    /// One event, and everything that follows from it at the same instant.
    pub fn event(&mut self, event: Event) {
        let mut queue = VecDeque::from([event]);
        let mut rounds = 0;
        while let Some(event) = queue.pop_front() {
            rounds += 1;
            assert!(rounds < 100, "the phone never comes to rest");
            let now = self.clocks();
            if let Some(twin) = &mut self.twin {
                twin.hear(&event, now);
            }
            let (state, effects) = step(self.state.take().unwrap(), event, now);
            if let Some(twin) = &mut self.twin {
                twin.compare(&state, &effects);
            }
            self.state = Some(state);
            for effect in effects {
                self.carry_out(effect, &mut queue);
            }
        }
        if self.backend_works {
            assert_eq!(
                self.level,
                self.agent().level(),
                "the backend is told of every level"
            );
        }
    }

    fn carry_out(&mut self, effect: Effect, queue: &mut VecDeque<Event>) {
        match effect {
            Effect::Store(bytes) => {
                assert!(bytes.len() <= STATE_MAX, "{} bytes", bytes.len());
                assert_eq!(
                    State::decode(&bytes).expect("its own bytes").encode(),
                    bytes
                );
                self.disk = bytes;
                self.stores += 1;
            }
            Effect::Apply(conduct) => {
                let (level, durable) = (conduct.level(), State::decode(&self.disk).unwrap());
                assert!(
                    level <= durable.level(),
                    "durable before visible: {level:?}, disk {:?}",
                    durable.level()
                );
                self.conduct = Some(conduct);
                queue.push_back(self.limit(level));
            }
            Effect::Release => queue.push_back(self.limit(Level::Released)),
            Effect::Show(screen) => self.screen = Some(screen),
            Effect::Sign { bytes, .. } => {
                self.signs += 1;
                let signature: Signature = self.key.sign(&bytes);
                queue.push_back(match self.key_works {
                    true => Event::Signed(signature.to_der().as_bytes().to_vec()),
                    false => Event::SignFailed,
                });
            }
            Effect::Post { path, body } => {
                if self.online {
                    queue.push_back(Event::Answer(self.server.post(&path, &body)));
                }
            }
            Effect::Connect { mirror, path } => {
                self.asked.push(mirror);
                assert_eq!(path, format!("/v1/devices/{}/channel", "02".repeat(16)));
                queue.push_back(match self.online {
                    true => Event::Connected,
                    false => Event::Disconnected,
                });
            }
            Effect::Send(bytes) => {
                assert!(self.online, "nothing is sent on a closed channel");
                let answers = self.server.hear(&bytes, self.now);
                queue.extend(answers.iter().map(|frame| Event::Frame(frame.encode())));
            }
            Effect::WakeAt { running } => self.wake = Some(running),
        }
    }

    /// The backend is told a level, and looks.
    fn limit(&mut self, level: Level) -> Event {
        if self.backend_works {
            self.level = level;
        }
        let takes = self.level == Level::Lock;
        Event::Backend(Observed {
            level: self.level,
            missing: if takes {
                self.takes.clone()
            } else {
                Vec::new()
            },
        })
    }

    /// Ids of the messages on the screen.
    pub fn says(&self) -> Vec<&'static str> {
        self.screen
            .iter()
            .flat_map(|screen| &screen.messages)
            .map(|message| message.id)
            .collect()
    }
}
