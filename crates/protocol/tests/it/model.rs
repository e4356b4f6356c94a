//! A model of one server, two phones and a bad network, searched state by state.
//!
//! The network loses, doubles, reorders and misdelivers what was signed; phones are off for a day,
//! reboot, press their pass, type codes and look at notices; the server's clock is set back. Signed
//! bytes and the phones' own code are the real ones. `FAIRLOCK_MODEL_STATES` says how many states
//! to look at: a million take minutes in a release build.
//!
//! The search begins at places that take many steps to come to, so that few are enough to see what
//! can go wrong there. Left out: drifting clocks, key sets and charters that change (they have
//! tests of their own), and reports, of which no level depends.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Mutex;

use fairlock_codes::{Counts, Found, digits, long};
use fairlock_protocol::cap::Cap;
use fairlock_protocol::channel::wrap;
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::ids::{Domain, lender_aad, short};
use fairlock_protocol::verify::{Checks, Outcome, accept, accept_cap, open_token};
use fairlock_protocol::{
    Binding, Charter, Grant, InForce, KeySet, Level, Moment, Role, sha256, wire,
};
use stateright::{Checker, Model, Property, UniformChooser};

use crate::world::{
    BINDING, DAY, FIRST, HOUR, LAST, START, charter, key, key_set, ladder, sign_as,
};

/// States to look at where nobody says how many.
const STATES: usize = 20_000;
/// The property that holds them all.
const PROMISES: &str = "every promise is kept";
/// Grants that the server issues to one phone, beyond those of the beginning.
const ISSUES: u8 = 3;
/// Messages on their way at once.
const ON_THE_WAY: usize = 4;
/// Codes that the server has shown.
const CODES: u64 = 2;
const CODE_DAYS: u64 = 2;
const CODE_KEY: [u8; 32] = [7; 32];
const RADIUS_S: u64 = 2;

fn binding(phone: usize) -> Binding {
    Binding {
        device: [2 + phone as u8; 16],
        ..BINDING
    }
}

/// What the server decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Decision {
    /// Reminder, `reduce` after two days, `lock` after five.
    Ladder,
    Plain(Level),
}

/// Everything that was signed, by what it says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Message {
    Grant {
        to: usize,
        decision: Decision,
        seq: u64,
        base: u64,
        iat: u64,
    },
    Token {
        to: usize,
        nonce: [u8; 16],
        now: u64,
        newest: [u8; 8],
    },
    Cap {
        level: Level,
        iat: u64,
    },
}

/// [`InForce`], hashed by its stored bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held(InForce);

impl Hash for Held {
    fn hash<H: Hasher>(&self, state: &mut H) {
        wire::bytes(&self.0).hash(state);
    }
}

/// One phone, and what the server knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Handset {
    held: Held,
    /// Seconds of running time.
    running: u64,
    /// How far its lower bound lags behind the truth.
    lag: u64,
    /// A token has counted since the last boot.
    settled: bool,
    /// The nonce that waits for its token, and the running time at which it was sent.
    nonce: Option<([u8; 16], u64)>,
    /// Codes that have counted: the count, and the set.
    codes: (u64, Vec<u64>),
    /// How often each code has opened something.
    opened: [u8; CODES as usize],
    /// What the newest grant that it accepted allows, and since when.
    allowed: (Decision, u64, u8),
    /// The newest grant that was issued, if it is a loosening and was delivered.
    owed: Option<Level>,
    /// Of the newest issued one.
    top: Message,
    issued: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    /// The true time.
    now: u64,
    phones: [Handset; 2],
    /// On their way; a message stays after its delivery, for the network doubles.
    network: Vec<Message>,
    caps: u8,
    /// The first promise that was broken.
    broken: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Issue(usize, Decision),
    /// The phone asks, and the server answers, its clock so far back.
    CheckIn(usize, u64),
    IssueCap(Level),
    Deliver(usize, usize),
    Lose(usize),
    Wait(u64),
    Reboot(usize),
    OffFor(usize, u64),
    Pass(usize),
    Look(usize),
    Type(usize, u64),
}

struct Network {
    charter: Charter,
    keys: KeySet,
    /// Signed bytes of a message.
    signed: Mutex<HashMap<Message, Vec<u8>>>,
}

impl Handset {
    fn moment(&self, now: u64) -> Moment {
        Moment {
            running: self.running,
            lower: now - self.lag,
            upper: self.settled.then_some(now + 2 * RADIUS_S),
        }
    }

    /// The strictest level that its newest grant allows at the true time.
    fn bound(&self, now: u64) -> Level {
        let (decision, iat, steps) = self.allowed;
        let reached = match decision {
            Decision::Plain(level) => return level,
            Decision::Ladder => [0, 60, 2 * DAY, 5 * DAY]
                .iter()
                .filter(|after| now >= iat + **after)
                .count() as u8,
        };
        let levels = [Level::Free, Level::Remind, Level::Reduce, Level::Lock];
        levels[usize::from(reached.min(steps).max(1) - 1)]
    }
}

impl Network {
    fn new() -> Network {
        Network {
            charter: charter(),
            keys: key_set(),
            signed: Mutex::default(),
        }
    }

    fn grant(message: &Message) -> Option<(Role, Grant)> {
        let Message::Grant {
            decision,
            seq,
            base,
            iat,
            ..
        } = message
        else {
            return None;
        };
        Some(match decision {
            Decision::Ladder => {
                let mut grant = ladder(*seq);
                for step in &mut grant.later {
                    step.at += iat - START;
                    step.guards.before = step.guards.before.map(|before| before + iat - START);
                }
                grant.iat = *iat;
                grant.base = Some(*base);
                (Role::Restrict, grant)
            }
            Decision::Plain(level) => {
                let released = *level == Level::Released;
                let role = if released { Role::Release } else { Role::Relax };
                (role, Grant::plain(*seq, *iat, 3, *level))
            }
        })
    }

    fn bytes(&self, message: &Message) -> Vec<u8> {
        let mut signed = self.signed.lock().unwrap();
        if let Some(bytes) = signed.get(message) {
            return bytes.clone();
        }
        let bytes = match message {
            Message::Grant { to, .. } => {
                let (role, grant) = Network::grant(message).unwrap();
                let aad = binding(*to).aad(Domain::Grant);
                let object = sign_as(&key(role), &aad, &grant.payload().unwrap());
                if role == Role::Restrict {
                    wrap(&object, None)
                } else {
                    object
                }
            }
            Message::Token {
                to,
                nonce,
                now,
                newest,
            } => {
                let token = ContactToken {
                    nonce: *nonce,
                    now: *now,
                    radius_s: RADIUS_S,
                    newest: *newest,
                    fresh: *now,
                };
                let aad = binding(*to).aad(Domain::Contact);
                sign_as(&key(Role::Contact), &aad, &token.payload().unwrap())
            }
            Message::Cap { level, iat } => {
                let cap = Cap {
                    n: 1,
                    iat: *iat,
                    ksv: 3,
                    until: iat + 3 * DAY,
                    level: *level,
                };
                let aad = lender_aad(Domain::Cap, &BINDING.lender);
                sign_as(&key(Role::Safety), &aad, &cap.payload().unwrap())
            }
        };
        signed.insert(message.clone(), bytes.clone());
        bytes
    }

    fn short_name(message: &Message) -> [u8; 8] {
        let grant = Network::grant(message).map(|(_, grant)| grant.payload().unwrap());
        short(&sha256(&grant.unwrap_or_default()))
    }

    /// Two phones that have just enrolled.
    fn enrolled(&self) -> World {
        let handset = |to: usize| Handset {
            held: Held(InForce::enrolled(&self.charter, 1000)),
            running: 1000,
            lag: 0,
            settled: false,
            nonce: None,
            codes: (Counts::default().count, Counts::default().used),
            opened: [0; CODES as usize],
            allowed: (Decision::Plain(Level::Free), START, 1),
            owed: None,
            top: Message::Grant {
                to,
                decision: Decision::Plain(Level::Free),
                seq: 1,
                base: 0,
                iat: START,
            },
            issued: 0,
        };
        let mut world = World {
            now: START,
            phones: [handset(0), handset(1)],
            network: Vec::new(),
            caps: 0,
            broken: None,
        };
        for to in 0..2 {
            let first = world.phones[to].top.clone();
            self.deliver(&mut world, &first, to);
        }
        world
    }

    /// What `acts` make of it over a network that delivers everything at once.
    fn after(&self, world: &World, acts: &[Act]) -> World {
        let mut world = world.clone();
        for act in acts {
            world = self.next_state(&world, *act).unwrap_or(world);
            for message in core::mem::take(&mut world.network) {
                let to = match message {
                    Message::Grant { to, .. } | Message::Token { to, .. } => to,
                    Message::Cap { .. } => 0,
                };
                self.deliver(&mut world, &message, to);
                let moment = world.phones[to].moment(world.now);
                world.phones[to].held.0.advance(&moment);
            }
        }
        world
    }

    fn deliver(&self, world: &mut World, message: &Message, to: usize) {
        let bytes = self.bytes(message);
        let now = world.now;
        let handset = &mut world.phones[to];
        let moment = handset.moment(now);
        let binding = binding(to);
        let checks = Checks {
            binding,
            keys: &self.keys,
            charter: &self.charter,
            moment: &moment,
        };
        let held = &mut handset.held.0;
        held.settle(&moment);
        let before = held.clone();
        match message {
            Message::Grant {
                to: meant,
                decision,
                iat,
                ..
            } => {
                let outcome = accept(held, &bytes, &checks);
                if *meant != to && (outcome.is_ok() || *held != before) {
                    world.broken = Some("another phone's object changes nothing");
                    return;
                }
                if let Ok(Outcome::Accepted(accepted)) = outcome {
                    let steps = accepted.cuts.iter().map(|cut| cut.step.max(1)).min();
                    handset.allowed = (*decision, *iat, steps.unwrap_or(4));
                }
                if let Decision::Plain(level) = decision
                    && *message == handset.top
                {
                    handset.owed = Some(*level);
                }
            }
            Message::Token { .. } => {
                let Some((nonce, sent)) = handset.nonce else {
                    return;
                };
                let opened = open_token(&bytes, &nonce, sent, handset.settled, &checks);
                if let Ok(token) = opened {
                    let age = token.now - token.fresh;
                    held.contact(token.fresh, age, sent, token.newest);
                    let lower = token.now - token.radius_s;
                    handset.lag = handset.lag.min(now - lower.min(now));
                    handset.settled = true;
                    handset.nonce = None;
                }
            }
            Message::Cap { .. } => {
                let _ = accept_cap(held, &bytes, &checks);
            }
        }
    }

    fn check_in(&self, world: &mut World, phone: usize, back: u64) {
        let handset = &mut world.phones[phone];
        let mut nonce = [phone as u8; 16];
        nonce[..8].copy_from_slice(&handset.running.to_be_bytes());
        handset.nonce = Some((nonce, handset.running));
        world.network.push(Message::Token {
            to: phone,
            nonce,
            now: world.now - back,
            newest: Network::short_name(&handset.top),
        });
    }

    fn issue(&self, world: &mut World, phone: usize, decision: Decision) {
        let handset = &mut world.phones[phone];
        let Message::Grant { seq: top, .. } = handset.top else {
            return;
        };
        handset.top = Message::Grant {
            to: phone,
            decision,
            seq: top + 1,
            base: top,
            iat: world.now,
        };
        handset.owed = None;
        handset.issued += 1;
        world.network.push(handset.top.clone());
    }

    fn type_code(&self, handset: &mut Handset, phone: usize, count: u64) {
        let device = binding(phone).device;
        let number = long::make(&CODE_KEY, &device, count, CODE_DAYS).expect("a code");
        let typed = digits(&format!("{number:017}")).expect("digits");
        let (newest, used) = handset.codes.clone();
        let mut counts = Counts {
            count: newest,
            used,
        };
        if let Found::Right { .. } = long::read(&CODE_KEY, &device, &typed, &mut counts) {
            handset.codes = (counts.count, counts.used);
            handset.opened[(count - 1) as usize] += 1;
            handset
                .held
                .0
                .open_by_code(CODE_DAYS as u16, self.charter.code_days);
        }
    }

    /// Time passes for everybody; a phone that is off counts none of it.
    fn wait(&self, world: &mut World, seconds: u64, off: Option<usize>) {
        // In pieces, as phones wake.
        for _ in 0..seconds / (6 * HOUR) {
            world.now += 6 * HOUR;
            for (nr, handset) in world.phones.iter_mut().enumerate() {
                if off == Some(nr) {
                    handset.lag += 6 * HOUR;
                } else {
                    handset.running += 6 * HOUR;
                    let moment = handset.moment(world.now);
                    handset.held.0.advance(&moment);
                }
            }
        }
    }

    /// The promises, after anything has happened.
    fn check(&self, before: &World, world: &mut World) {
        let now = world.now;
        for (old, handset) in before.phones.iter().zip(&world.phones) {
            let (old, held) = (&old.held.0, &handset.held.0);
            let level = held.level();
            let bound = handset.bound(now).min(self.charter.highest);
            let broken = if level > bound && held.released.is_none() {
                Some("never stricter than the newest accepted grant and charter allow")
            } else if handset.owed.is_some_and(|owed| level > owed) {
                Some("at or below the newest loosening once it is delivered")
            } else if old.released.is_some() && level != Level::Released {
                Some("released is final")
            } else if held.highest < old.highest || held.base < old.base {
                Some("seq never goes back")
            } else if handset.opened.iter().any(|times| *times > 1) {
                Some("a code counts once")
            } else {
                None
            };
            world.broken = world.broken.or(broken);
        }
    }
}

impl Model for Network {
    type State = World;
    type Action = Act;

    fn init_states(&self) -> Vec<World> {
        use Act::*;
        let at = |world: &World, acts: &[Act]| self.after(world, acts);
        let fresh = at(&self.enrolled(), &[CheckIn(0, 0), CheckIn(1, 0)]);
        let warned = at(
            &fresh,
            &[Issue(0, Decision::Ladder), Wait(6 * HOUR), Look(0)],
        );
        let half_day = [CheckIn(0, 0), Wait(12 * HOUR)];
        let reduced = at(&warned, &half_day.repeat(5));
        let locked = at(&reduced, &half_day.repeat(8));
        let passed = at(&locked, &[Pass(0)]);
        let opened = at(&locked, &[Type(0, 1)]);
        let silent = at(&locked, &[Wait(4 * DAY)]);
        let off = at(&locked, &[OffFor(0, 2 * DAY)]);
        let paid = World {
            network: Vec::new(),
            ..self
                .next_state(&locked, Issue(0, Decision::Plain(Level::Free)))
                .unwrap_or(locked.clone())
        };
        vec![
            fresh, warned, reduced, locked, passed, opened, silent, paid, off,
        ]
    }

    fn actions(&self, world: &World, acts: &mut Vec<Act>) {
        let room = world.network.len() < ON_THE_WAY;
        for phone in 0..2 {
            if room && world.phones[phone].issued < ISSUES {
                let plain = [Level::Free, Level::Remind, Level::Released].map(Decision::Plain);
                acts.extend(
                    [Decision::Ladder]
                        .into_iter()
                        .chain(plain)
                        .map(|decision| Act::Issue(phone, decision)),
                );
            }
            if room {
                acts.extend([0, DAY].map(|back| Act::CheckIn(phone, back)));
            }
            acts.extend((0..world.network.len()).map(|nr| Act::Deliver(nr, phone)));
            acts.extend((1..=CODES).map(|count| Act::Type(phone, count)));
            acts.extend([
                Act::Reboot(phone),
                Act::OffFor(phone, DAY),
                Act::Pass(phone),
                Act::Look(phone),
            ]);
        }
        if room && world.caps < 2 {
            acts.extend([Level::Free, Level::Lock].map(Act::IssueCap));
        }
        acts.extend((0..world.network.len()).map(Act::Lose));
        acts.extend([6 * HOUR, 2 * DAY].map(Act::Wait));
    }

    fn next_state(&self, before: &World, act: Act) -> Option<World> {
        let mut world = before.clone();
        match act {
            Act::Issue(phone, decision) => self.issue(&mut world, phone, decision),
            Act::CheckIn(phone, back) => self.check_in(&mut world, phone, back),
            Act::IssueCap(level) => {
                world.caps += 1;
                let iat = world.now;
                world.network.push(Message::Cap { level, iat });
            }
            Act::Deliver(nr, phone) => {
                let message = world.network.get(nr)?.clone();
                self.deliver(&mut world, &message, phone);
            }
            Act::Lose(nr) => {
                world.network.remove(nr);
            }
            Act::Wait(seconds) => self.wait(&mut world, seconds, None),
            Act::Reboot(phone) => {
                let handset = &mut world.phones[phone];
                handset.settled = false;
                handset.nonce = None;
            }
            Act::OffFor(phone, seconds) => {
                self.wait(&mut world, seconds, Some(phone));
                world.phones[phone].settled = false;
                world.phones[phone].nonce = None;
            }
            Act::Pass(phone) => {
                let handset = &mut world.phones[phone];
                handset.held.0.settle(&handset.moment(before.now));
                handset
                    .held
                    .0
                    .press_pass(&self.charter.pass, handset.running);
            }
            Act::Look(phone) => {
                let handset = &mut world.phones[phone];
                let lower = before.now - handset.lag;
                for id in [FIRST, LAST] {
                    handset.held.0.shown_once(id);
                    handset.held.0.shown_for(id, 5, lower);
                }
            }
            Act::Type(phone, count) => self.type_code(&mut world.phones[phone], phone, count),
        }
        for handset in &mut world.phones {
            let moment = handset.moment(world.now);
            handset.held.0.advance(&moment);
        }
        // Two of the same on their way are as good as one: it can be delivered twice.
        world.network.sort();
        world.network.dedup();
        self.check(before, &mut world);
        (world != *before).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Network>> {
        fn some(world: &World, is: impl Fn(&InForce) -> bool) -> bool {
            world.phones.iter().any(|phone| is(&phone.held.0))
        }
        vec![
            Property::always(PROMISES, |_, world: &World| world.broken.is_none()),
            Property::sometimes("a phone is locked", |_, world| {
                some(world, |held| held.level() == Level::Lock)
            }),
            Property::sometimes("a code holds a lock open", |_, world| {
                some(world, |held| {
                    held.code_until.is_some() && held.grant_level() == Level::Lock
                })
            }),
            Property::sometimes("a lapse has fired", |_, world| {
                some(world, |held| held.lapsed)
            }),
            Property::sometimes("a cap is live over a lock", |_, world| {
                some(world, |held| {
                    !held.caps.is_empty() && held.grant_level() == Level::Lock
                })
            }),
            Property::sometimes("a locked phone is released", |_, world| {
                some(world, |held| held.released.is_some() && held.highest > 2)
            }),
        ]
    }
}

fn states() -> usize {
    std::env::var("FAIRLOCK_MODEL_STATES").map_or(STATES, |text| {
        text.parse()
            .expect("FAIRLOCK_MODEL_STATES: a number of states")
    })
}

/// Panics with the way to it if a promise was broken; gives the names of what was reached.
fn judge(checked: &impl Checker<Network>) -> Vec<&'static str> {
    println!(
        "{} states, {} of them different, {} steps deep",
        checked.state_count(),
        checked.unique_state_count(),
        checked.max_depth(),
    );
    let found = checked.discoveries();
    if let Some(path) = found.get(PROMISES) {
        let broken = path.last_state().broken;
        panic!("{broken:?} by {:?}", path.clone().into_actions());
    }
    found.into_keys().collect()
}

/// Every way from each beginning, step by step.
#[test]
fn two_phones_and_a_bad_network_break_no_promise() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let checker = Network::new().checker().threads(threads);
    let checked = checker.target_state_count(states()).spawn_bfs().join();
    let reached = judge(&checked);
    for property in checked.model().properties().iter().skip(1) {
        let name = property.name;
        assert!(reached.contains(&name), "{name} is never reached");
    }
}

/// Long ways at random.
#[test]
fn nor_does_a_long_life_at_random() {
    let checker = Network::new().checker().target_max_depth(60);
    let checker = checker.target_state_count(states());
    judge(&checker.spawn_simulation(1, UniformChooser).join());
}
