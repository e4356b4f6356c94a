//! One lender with its keys, one phone with its charter, and the moments between them.

use ed25519_dalek::{Signer, SigningKey};
use fairlock_issuer::LAPSE_DEFAULT;
use fairlock_protocol::cap::Cap;
use fairlock_protocol::channel::wrap;
use fairlock_protocol::charter::{
    AppClass, Channel, ChannelKind, Charter, Currency, FloorApp, FloorKind, Help, HelpKind, Limits,
    Pass, Zone,
};
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::cose::{Alg, assemble, assemble_multi, to_be_signed, to_be_signed_multi};
use fairlock_protocol::ids::{Domain, lender_aad, short};
use fairlock_protocol::keyset::{KeyEntry, KeySet, Role};
use fairlock_protocol::verify::{
    Accepted, Checks, CutReason, Outcome, Refusal, accept, accept_cap, open_token,
};
use fairlock_protocol::{
    Binding, Grant, Guards, InForce, Level, Moment, Notice, Step, Warrant, Window, kid, sha256,
};

pub const HOUR: u64 = 3600;
pub const DAY: u64 = 24 * HOUR;
/// Monday 2 March 2026, 09:00 in Nairobi (UTC+3).
pub const START: u64 = 20_514 * DAY + 6 * HOUR;
/// Notices of the sample ladder.
pub const FIRST: u16 = 11;
pub const LAST: u16 = 12;

pub const BINDING: Binding = Binding {
    lender: [1; 16],
    device: [2; 16],
    spki_hash: [3; 32],
};

/// The lender's key of a role, derived from the role alone.
pub fn key(role: Role) -> SigningKey {
    SigningKey::from_bytes(&[role.code() as u8 + 100; 32])
}

pub fn key_set() -> KeySet {
    let roles = [
        Role::Restrict,
        Role::Relax,
        Role::Release,
        Role::Safety,
        Role::Contact,
        Role::Charter,
    ];
    let entry = |role| KeyEntry {
        role,
        alg: Alg::Ed25519,
        key: key(role).verifying_key().to_bytes(),
        not_after: None,
    };
    let roots = [1, 2, 3].map(|n| root(n).verifying_key().to_bytes());
    KeySet {
        ksv: 3,
        floor_ksv: 2,
        iat: START,
        keys: roles.map(entry).to_vec(),
        roots: (roots.to_vec(), 2),
        mirrors: Vec::new(),
    }
    .sorted()
}

pub fn root(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

/// An object of several signers.
pub fn sign_by(keys: &[SigningKey], aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let sign = |key: &SigningKey| {
        let kid = kid(key.verifying_key().as_bytes());
        let message = to_be_signed_multi(kid, Alg::Ed25519, aad, payload);
        (kid, Alg::Ed25519, key.sign(&message).to_bytes())
    };
    let signatures: Vec<_> = keys.iter().map(sign).collect();
    assemble_multi(payload, &signatures)
}

/// A key set signed by these roots.
pub fn by_roots(set: &KeySet, roots: &[u8]) -> Vec<u8> {
    let keys: Vec<_> = roots.iter().map(|n| root(*n)).collect();
    let aad = lender_aad(Domain::KeySet, &BINDING.lender);
    sign_by(
        &keys,
        &aad,
        &set.payload().expect("a key set that phones can read"),
    )
}

/// The key set after that of [`Phone::new`], its roots partly new: 2, 3 and 4.
pub fn next_key_set() -> KeySet {
    let set = key_set();
    let roots = [2, 3, 4].map(|n| root(n).verifying_key().to_bytes());
    KeySet {
        ksv: set.ksv + 1,
        roots: (roots.to_vec(), 2),
        ..set
    }
    .sorted()
}

pub fn charter() -> Charter {
    let text = str::to_string;
    Charter {
        n: 1,
        iat: START,
        lender: text("Ukweli Finance"),
        contract: text("C-4471"),
        currency: Currency {
            code: *b"KES",
            exponent: 2,
        },
        reference: text("RF93447120"),
        channels: vec![Channel {
            id: 1,
            kind: ChannelKind::MobileMoney,
            payee: text("Ukweli Finance Ltd"),
            account: text("400200"),
        }],
        highest: Level::Lock,
        reduce: Some(Limits {
            lead_h: 24,
            dwell_h: 0,
            from_min: 480,
            to_min: 1200,
            days: 127,
        }),
        lock: Some(Limits {
            lead_h: 48,
            dwell_h: 24,
            from_min: 480,
            to_min: 1200,
            days: 127,
        }),
        floor: vec![FloorApp {
            kind: FloorKind::Banking,
            app: text("ke.co.bank"),
        }],
        classes: vec![AppClass::Games, AppClass::Video],
        offline_days: 14,
        silence_h: 72,
        lapse: LAPSE_DEFAULT,
        pass: Pass {
            hours: 24,
            times: 1,
            period_days: 30,
        },
        code_days: 7,
        reset_lead_h: 72,
        restrictions: Vec::new(),
        last_due: 20_900,
        last_day: 21_000,
        zone: Zone {
            name: text("Africa/Nairobi"),
            offset_min: 180,
            transitions: Vec::new(),
        },
        help: vec![
            Help {
                kind: HelpKind::Lender,
                name: text("Ukweli Finance"),
                contact: text("0800 1"),
            },
            Help {
                kind: HelpKind::Complaint,
                name: text("CAK"),
                contact: text("0800 2"),
            },
        ],
        languages: vec![text("en"), text("sw")],
    }
}

/// A signed object of any type, by any key.
pub fn sign_as(key: &SigningKey, aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let kid = kid(key.verifying_key().as_bytes());
    let message = to_be_signed(kid, Alg::Ed25519, aad, payload);
    assemble(kid, Alg::Ed25519, payload, &key.sign(&message).to_bytes())
}

/// A grant as it travels: wrapped by RESTRICT, bare by the others.
pub fn signed(role: Role, grant: &Grant) -> Vec<u8> {
    let payload = grant.payload().expect("a grant that phones can read");
    let object = sign_as(&key(role), &BINDING.aad(Domain::Grant), &payload);
    if role == Role::Restrict {
        wrap(&object, None)
    } else {
        object
    }
}

/// 08:00 to 20:00 in Nairobi, every day.
pub fn daytime() -> Window {
    Window {
        offset_min: 180,
        from_min: 480,
        to_min: 1200,
        days: 127,
    }
}

pub fn notice(id: u16, level: Level) -> Notice {
    Notice {
        id,
        level,
        reason: id,
        amount: 150_000,
        due_day: 20_510,
        show_from: START,
    }
}

/// A step with every guard it must have, resting on one notice.
pub fn step(level: Level, at: u64) -> Step {
    let lock = level == Level::Lock;
    let guards = Guards {
        notices: vec![if lock { LAST } else { FIRST }],
        lead_h: Some(if lock { 48 } else { 24 }),
        silence_h: Some(72),
        window: Some(daytime()),
        dwell_h: lock.then_some(24),
        before: Some(at + 7 * DAY),
    };
    Step { at, level, guards }
}

/// Reminder at once, `reduce` after two days, `lock` after five.
pub fn ladder(seq: u64) -> Grant {
    let remind = Step {
        at: START + 60,
        level: Level::Remind,
        guards: Guards::default(),
    };
    Grant {
        later: vec![
            remind,
            step(Level::Reduce, START + 2 * DAY),
            step(Level::Lock, START + 5 * DAY),
        ],
        notices: vec![notice(FIRST, Level::Reduce), notice(LAST, Level::Lock)],
        pay: Some(150_000),
        warrant: Some(warrant(3)),
        base: Some(seq - 1),
        ..Grant::plain(seq, START, 3, Level::Free)
    }
}

pub fn warrant(covered: u8) -> Warrant {
    Warrant {
        packs: vec![(1, 4)],
        rules: vec![3, 5],
        decision: [9; 16],
        covered,
    }
}

pub fn unlock(seq: u64) -> Grant {
    Grant::plain(seq, START, 3, Level::Free)
}

/// A phone without screen and socket: what is in force, and the time.
#[derive(Clone)]
pub struct Phone {
    pub state: InForce,
    pub charter: Charter,
    pub keys: KeySet,
    pub moment: Moment,
    /// The server names this grant as the newest, instead of the one in force.
    pub newest: Option<[u8; 8]>,
}

impl Phone {
    /// Enrolled, and in contact, at [`START`].
    pub fn new() -> Phone {
        Phone::under(charter())
    }

    pub fn under(charter: Charter) -> Phone {
        let moment = Moment {
            running: 1000,
            lower: START,
            upper: Some(START + 2),
        };
        let state = InForce::enrolled(&charter, moment.running);
        let mut phone = Phone {
            state,
            charter,
            keys: key_set(),
            moment,
            newest: None,
        };
        phone
            .give(Role::Relax, &unlock(1))
            .expect("the first grant");
        phone.contact();
        phone
    }

    /// A phone that has accepted [`ladder`] with seq 2.
    pub fn on_ladder() -> Phone {
        let mut phone = Phone::new();
        let accepted = phone.take(Role::Restrict, &ladder(2));
        assert_eq!((accepted.tightening, accepted.cuts), (true, Vec::new()));
        phone
    }

    /// As [`Phone::on_ladder`], with both notices shown, moved to a level.
    pub fn at(level: Level) -> Phone {
        let mut phone = Phone::on_ladder();
        phone.show(FIRST);
        phone.show(LAST);
        for _ in 0..40 {
            if phone.level() == level {
                return phone;
            }
            phone.wait(6 * HOUR);
            phone.contact();
            phone.wait(1);
        }
        panic!("never came to {level:?}: {:?}", phone.state);
    }

    pub fn checks(&self) -> Checks<'_> {
        Checks {
            binding: BINDING,
            keys: &self.keys,
            charter: &self.charter,
            moment: &self.moment,
        }
    }

    pub fn give_bytes(&mut self, bytes: &[u8]) -> Result<Outcome, Refusal> {
        let mut state = self.state.clone();
        state.settle(&self.moment);
        let outcome = accept(&mut state, bytes, &self.checks());
        match outcome {
            Ok(_) => self.state = state,
            Err(_) => {
                let mut settled = self.state.clone();
                settled.settle(&self.moment);
                assert_eq!(state, settled, "a refused object changes nothing");
            }
        }
        outcome
    }

    pub fn give(&mut self, role: Role, grant: &Grant) -> Result<Outcome, Refusal> {
        self.give_bytes(&signed(role, grant))
    }

    /// Gives a grant that must be accepted, in whatever part.
    pub fn take(&mut self, role: Role, grant: &Grant) -> Accepted {
        match self.give(role, grant) {
            Ok(Outcome::Accepted(accepted)) => accepted,
            other => panic!("not accepted: {other:?}"),
        }
    }

    /// Reasons and first steps of the cuts of a grant that is accepted.
    pub fn cuts(&mut self, role: Role, grant: &Grant) -> Vec<(CutReason, u8)> {
        self.take(role, grant)
            .cuts
            .iter()
            .map(|cut| (cut.reason, cut.step))
            .collect()
    }

    /// Time passes; then the phone looks at itself.
    pub fn wait(&mut self, seconds: u64) {
        self.moment.running += seconds;
        self.moment.lower += seconds;
        self.moment.upper = self.moment.upper.map(|upper| upper + seconds);
        self.state.advance(&self.moment);
    }

    /// Fresh contact: the server's clock is the lower bound.
    pub fn contact(&mut self) {
        self.contact_fresh(self.moment.lower);
    }

    pub fn contact_fresh(&mut self, fresh: u64) {
        let newest = self.newest.unwrap_or(short(&self.state.hash));
        let age = self.moment.lower - fresh;
        self.state.contact(fresh, age, self.moment.running, newest);
        self.moment.upper = Some(self.moment.lower + 2);
        self.state.advance(&self.moment);
    }

    /// A token through the verifier, with its nonce sent now.
    pub fn open_token(&self, token: &ContactToken, settled: bool) -> Result<ContactToken, Refusal> {
        let payload = token.payload().expect("a token that phones can read");
        let object = sign_as(&key(Role::Contact), &BINDING.aad(Domain::Contact), &payload);
        open_token(
            &object,
            &token.nonce,
            self.moment.running,
            settled,
            &self.checks(),
        )
    }

    /// The phone restarts: the upper bound is gone.
    pub fn reboot(&mut self) {
        self.moment.upper = None;
        self.state.advance(&self.moment);
    }

    /// The notice stands in front of the lit screen for 5 s.
    pub fn show(&mut self, id: u16) {
        self.wait(5);
        self.state.shown_once(id);
        assert!(
            self.state.shown_for(id, 5, self.moment.lower),
            "notice {id} isn't in force"
        );
    }

    /// Takes a cap signed by a role.
    pub fn cap(&mut self, role: Role, cap: &Cap) -> Result<(), Refusal> {
        let payload = cap.payload().expect("a cap that phones can read");
        let aad = lender_aad(Domain::Cap, &BINDING.lender);
        let object = sign_as(&key(role), &aad, &payload);
        let mut state = self.state.clone();
        state.settle(&self.moment);
        let taken = accept_cap(&mut state, &object, &self.checks());
        self.state = state;
        taken
    }

    /// Takes a key set as a phone does; the floor rises if the set says so.
    pub fn rekey(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let set = self.keys.next(bytes, &BINDING.lender)?;
        self.state.rekey(&set, set.floor_ksv > self.keys.floor_ksv);
        self.keys = set;
        Ok(())
    }

    pub fn press_pass(&mut self) -> bool {
        self.state.settle(&self.moment);
        let pass = self.charter.pass;
        self.state.press_pass(&pass, self.moment.running)
    }

    pub fn level(&self) -> Level {
        self.state.level()
    }

    /// Local day (0 is the day of [`START`]) and hour of the lower bound.
    pub fn local(&self) -> (u64, u64) {
        let local = self.moment.lower + 3 * HOUR;
        (local / DAY - 20_514, local % DAY / HOUR)
    }
}

pub fn hash_of(grant: &Grant) -> [u8; 32] {
    sha256(&grant.payload().expect("a grant that phones can read"))
}
