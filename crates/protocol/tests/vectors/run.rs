//! A phone's story as vectors: what it is given at which moment, what it answers, and which level
//! is in force afterwards. What the code gives is held against what the story says.

use fairlock_protocol::cap::Cap;
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::ids::{Domain, lender_aad, short};
use fairlock_protocol::keyset::{KeySet, Role};
use fairlock_protocol::verify::{Checks, Outcome, Refusal, accept, accept_cap, open_token};
use fairlock_protocol::wire::bytes;
use fairlock_protocol::{Charter, Grant, InForce, Level, Moment, channel};

use crate::json::{Json, map};
use crate::lender::{
    FIRST, HOUR, LAST, START, binding, charter, grant_by, key, key_set, ladder, sign_as, unlock,
};

/// What a grant came to, in short: a refusal's code, or the cuts and their first steps.
#[derive(Clone, Debug, PartialEq)]
pub enum Gives {
    Refused(u64),
    Known,
    Cuts(Vec<(u64, u8)>),
}

pub fn whole() -> Gives {
    Gives::Cuts(Vec::new())
}

#[derive(Clone)]
pub struct Story {
    pub state: InForce,
    pub charter: Charter,
    pub keys: KeySet,
    pub moment: Moment,
    settled: bool,
    after: Option<&'static str>,
    events: Vec<Json>,
}

impl Story {
    /// Enrolled at [`START`], with nothing granted yet.
    pub fn enrolled(charter: Charter, keys: KeySet) -> Story {
        let moment = Moment {
            running: 1000,
            lower: START,
            upper: Some(START + 2),
        };
        Story {
            state: InForce::enrolled(&charter, moment.running),
            charter,
            keys,
            moment,
            settled: true,
            after: None,
            events: Vec::new(),
        }
    }

    /// With the first grant, and in contact.
    pub fn begun(charter: Charter, keys: KeySet) -> Story {
        let mut story = Story::enrolled(charter, keys);
        story.gives(Role::Relax, &unlock(1), whole());
        story.contact();
        story
    }

    /// Goes on from here under this name.
    pub fn going_on(&self, name: &'static str) -> Story {
        Story {
            after: Some(name),
            events: Vec::new(),
            ..self.clone()
        }
    }

    /// As a vector.
    pub fn vector(&self, name: &str) -> Json {
        let mut vector = map! { "name": name };
        match self.after {
            Some(after) => vector = vector.with("after", after),
            None => {
                vector = vector
                    .with("charter", Json::bytes(&bytes(&self.charter)))
                    .with("keys", Json::bytes(&bytes(&self.keys)));
            }
        }
        vector.with("events", self.events.clone())
    }

    fn event(&mut self, what: &str) -> Json {
        let Moment {
            running,
            lower,
            upper,
        } = self.moment;
        map! { "do": what, "at": Json::List(vec![running.into(), lower.into(), upper.into()]) }
    }

    /// Notes an event, with what is in force afterwards.
    fn note(&mut self, event: Json) {
        let why = self.state.why(&self.moment);
        let waits: Vec<u64> = why.waits.iter().map(|wait| wait.code()).collect();
        let then = map! {
            "level": self.state.level().code(), "grant_level": self.state.grant_level().code(),
            "cause": why.cause.code(), "step": u64::from(why.step), "waits": waits,
        };
        self.events.push(event.with("then", then));
    }

    fn checks(&self) -> Checks<'_> {
        Checks {
            binding: binding(),
            keys: &self.keys,
            charter: &self.charter,
            moment: &self.moment,
        }
    }

    /// Time goes by exactly; nothing happens.
    pub fn pass_time(&mut self, seconds: u64) {
        self.moment.running += seconds;
        self.moment.lower += seconds;
        self.moment.upper = self.moment.upper.map(|upper| upper + seconds);
    }

    /// The phone looks at itself.
    pub fn tick(&mut self) {
        self.state.advance(&self.moment);
        let event = self.event("tick");
        self.note(event);
    }

    /// Time goes by, and the phone looks at itself.
    pub fn wait(&mut self, seconds: u64) {
        self.pass_time(seconds);
        self.tick();
    }

    /// A boot: the upper bound is gone.
    pub fn boot(&mut self) {
        self.moment.upper = None;
        self.settled = false;
        self.tick();
    }

    #[track_caller]
    pub fn is(&self, level: Level) {
        assert_eq!(
            self.state.level(),
            level,
            "{:?}",
            self.state.why(&self.moment)
        );
    }

    #[track_caller]
    pub fn waits(&mut self, seconds: u64, level: Level) {
        self.wait(seconds);
        self.is(level);
    }

    /// A grant as it travels.
    #[track_caller]
    pub fn gives_bytes(&mut self, object: &[u8], zeros: usize, expected: Gives) {
        self.state.settle(&self.moment);
        let mut state = self.state.clone();
        let whole = [object, &vec![0; zeros]].concat();
        let outcome = accept(&mut state, &whole, &self.checks());
        let got = match &outcome {
            Ok(Outcome::Known) => Gives::Known,
            Ok(Outcome::Accepted(accepted)) => {
                let cuts = accepted.cuts.iter();
                Gives::Cuts(cuts.map(|cut| (cut.reason.code(), cut.step)).collect())
            }
            Err(refusal) => Gives::Refused(refusal.code()),
        };
        assert_eq!(got, expected, "{outcome:?}");
        if outcome.is_err() {
            assert_eq!(state, self.state, "a refused object changes nothing");
        }
        self.state = state;
        let mut event = self.event("grant").with("object", Json::bytes(object));
        if zeros > 0 {
            event = event.with("zeros", zeros as u64);
        }
        let gives = match outcome {
            Err(refusal) => map! { "refused": refusal.code() },
            Ok(Outcome::Known) => map! { "known": true },
            Ok(Outcome::Accepted(accepted)) => {
                let cuts = accepted.cuts.iter();
                let cuts = cuts.map(|cut| vec![cut.reason.code(), u64::from(cut.step)]);
                map! {
                    "accepted": accepted.seq, "tightening": accepted.tightening,
                    "newer_keys": accepted.newer_keys, "cuts": cuts.collect::<Vec<_>>(),
                }
            }
        };
        self.note(event.with("gives", gives));
    }

    #[track_caller]
    pub fn gives(&mut self, role: Role, grant: &Grant, expected: Gives) {
        let object = grant_by(role, grant);
        let travelling = match role {
            Role::Restrict => channel::wrap(&object, None),
            _ => object,
        };
        self.gives_bytes(&travelling, 0, expected);
    }

    /// A contact token, its nonce sent `travelled` seconds ago. It doesn't move the bounds here:
    /// moments are stated.
    #[track_caller]
    pub fn token_bytes(
        &mut self,
        object: &[u8],
        nonce: [u8; 16],
        travelled: u64,
        expected: Option<u64>,
    ) {
        let sent = self.moment.running - travelled;
        self.state.settle(&self.moment);
        let token = open_token(object, &nonce, sent, self.settled, &self.checks());
        assert_eq!(token.map_err(Refusal::code).err(), expected);
        let event = self
            .event("token")
            .with("nonce", Json::bytes(&nonce))
            .with("sent", sent)
            .with("settled", self.settled)
            .with("object", Json::bytes(object));
        if let Ok(token) = token {
            let age = token.now - token.fresh;
            self.state.contact(token.fresh, age, sent, token.newest);
            self.settled = true;
        }
        let gives = match expected {
            Some(code) => map! { "refused": code },
            None => map! { "counts": true },
        };
        self.note(event.with("gives", gives));
    }

    pub fn token(&self, fresh: u64, newest: [u8; 8]) -> ContactToken {
        ContactToken {
            nonce: [self.events.len() as u8; 16],
            now: self.moment.lower + 1,
            radius_s: 1,
            newest,
            fresh,
        }
    }

    #[track_caller]
    pub fn gives_token(
        &mut self,
        role: Role,
        token: &ContactToken,
        travelled: u64,
        expected: Option<u64>,
    ) {
        let payload = token.payload().expect("a token that phones can read");
        let object = sign_as(&key(role), &binding().aad(Domain::Contact), &payload);
        self.token_bytes(&object, token.nonce, travelled, expected);
    }

    /// Contact that knows everything up to now; an upper bound after it.
    #[track_caller]
    pub fn contact(&mut self) {
        let token = self.token(self.moment.lower + 1, short(&self.state.hash));
        self.gives_token(Role::Contact, &token, 0, None);
        self.moment.upper = Some(self.moment.lower + 2);
    }

    /// The notice stands before an unlocked, lit screen.
    pub fn shows(&mut self, id: u16, seconds: u64) {
        self.pass_time(seconds);
        self.state.settle(&self.moment);
        self.state.shown_once(id);
        let shown = self.state.shown_for(id, seconds, self.moment.lower);
        let event = self
            .event("shown")
            .with("notice", u64::from(id))
            .with("seconds", seconds)
            .with("gives", map! { "first_shown": shown });
        self.note(event);
    }

    #[track_caller]
    pub fn presses_pass(&mut self, counts: bool) {
        self.state.settle(&self.moment);
        let pass = self.charter.pass;
        assert_eq!(self.state.press_pass(&pass, self.moment.running), counts);
        let event = self.event("pass").with("gives", map! { "counts": counts });
        self.note(event);
    }

    /// A right code for so many days.
    pub fn opens_by_code(&mut self, days: u16) {
        self.state.settle(&self.moment);
        self.state.open_by_code(days, self.charter.code_days);
        let event = self.event("code").with("days", u64::from(days));
        self.note(event);
    }

    #[track_caller]
    pub fn gives_cap(&mut self, role: Role, cap: &Cap, expected: Option<u64>) {
        let payload = bytes(cap);
        let aad = lender_aad(Domain::Cap, &binding().lender);
        let object = sign_as(&key(role), &aad, &payload);
        self.state.settle(&self.moment);
        let mut state = self.state.clone();
        let taken = accept_cap(&mut state, &object, &self.checks());
        self.state = state;
        assert_eq!(taken.map_err(Refusal::code).err(), expected);
        let gives = match expected {
            Some(code) => map! { "refused": code },
            None => map! { "counts": true },
        };
        let event = self.event("cap").with("object", Json::bytes(&object));
        self.note(event.with("gives", gives));
    }

    /// The key set after the one in force.
    #[track_caller]
    pub fn gives_keys(&mut self, object: &[u8], expected: Option<u64>) {
        let next = self.keys.next(object, &binding().lender);
        assert_eq!(next.as_ref().map_err(|error| error.code()).err(), expected);
        if let Ok(set) = next {
            self.state.rekey(&set, set.floor_ksv > self.keys.floor_ksv);
            self.keys = set;
        }
        let gives = match expected {
            Some(code) => map! { "refused": code },
            None => map! { "counts": true },
        };
        let event = self.event("keys").with("object", Json::bytes(object));
        self.note(event.with("gives", gives));
    }
}

/// Stories from which others go on.
pub struct States {
    pub ladder: Story,
    pub shown: Story,
    pub reduce: Story,
    pub lock: Story,
}

pub const ON_LADDER: &str = "on the ladder";
pub const BOTH_SHOWN: &str = "both notices shown";
pub const AT_REDUCE: &str = "at reduce";
pub const AT_LOCK: &str = "at lock";

impl States {
    pub fn new() -> States {
        let mut ladder = Story::begun(charter(), key_set());
        ladder.gives(Role::Restrict, &self::ladder(2), whole());
        ladder.contact();
        let mut shown = ladder.going_on(ON_LADDER);
        shown.shows(FIRST, 5);
        shown.shows(LAST, 5);
        shown.waits(60, Level::Remind);
        let mut reduce = shown.going_on(BOTH_SHOWN);
        reduce.waits(47 * HOUR, Level::Remind);
        reduce.contact();
        reduce.waits(HOUR, Level::Reduce);
        let mut lock = reduce.going_on(AT_REDUCE);
        lock.waits(70 * HOUR, Level::Reduce);
        lock.contact();
        lock.waits(3 * HOUR, Level::Lock);
        States {
            ladder,
            shown,
            reduce,
            lock,
        }
    }

    /// As vectors, in the order in which they build on each other.
    pub fn vectors(&self) -> Vec<Json> {
        vec![
            self.ladder.vector(ON_LADDER),
            self.shown.vector(BOTH_SHOWN),
            self.reduce.vector(AT_REDUCE),
            self.lock.vector(AT_LOCK),
        ]
    }

    pub fn on_ladder(&self) -> Story {
        self.ladder.going_on(ON_LADDER)
    }

    pub fn both_shown(&self) -> Story {
        self.shown.going_on(BOTH_SHOWN)
    }

    pub fn at_reduce(&self) -> Story {
        self.reduce.going_on(AT_REDUCE)
    }

    pub fn at_lock(&self) -> Story {
        self.lock.going_on(AT_LOCK)
    }
}
