//! A lender's server as far as a phone can tell: keys, grants on their way, tokens, answers.

use ed25519_dalek::{Signer, SigningKey};
use fairlock_codes::keys::{CodeKeys, Exchange};
use fairlock_codes::{Kind, long};
use fairlock_issuer::LAPSE_DEFAULT;
use fairlock_issuer::open_acceptance;
use fairlock_protocol::cap::Cap;
use fairlock_protocol::channel::{Frame, wrap};
use fairlock_protocol::charter::{
    AppClass, Channel, ChannelKind, Charter, Currency, FloorApp, FloorKind, Help, HelpKind, Limits,
    Pass, Zone,
};
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::cose::{Alg, assemble, assemble_multi, to_be_signed, to_be_signed_multi};
use fairlock_protocol::enrol::{Acceptance, Bundle, Offer, Request, Welcome};
use fairlock_protocol::ids::{Domain, lender_aad, short};
use fairlock_protocol::keyset::{KeyEntry, KeySet, Role};
use fairlock_protocol::p256::{DeviceKey, Point};
use fairlock_protocol::report::Report;
use fairlock_protocol::{
    Binding, Grant, Guards, Level, Notice, Step, Warrant, Window, kid, sha256,
};

pub const HOUR: u64 = 3600;
pub const DAY: u64 = 24 * HOUR;
/// Monday 2 March 2026, 09:00 in Nairobi (UTC+3).
pub const START: u64 = 20_514 * DAY + 6 * HOUR;
pub const FIRST: u16 = 11;
pub const LAST: u16 = 12;
const LENDER: [u8; 16] = [1; 16];
const DEVICE: [u8; 16] = [2; 16];
const TOKEN: [u8; 16] = [5; 16];

/// What the server knows of one phone.
pub struct Server {
    pub charter: Charter,
    pub key: Option<DeviceKey>,
    pub codes: Option<CodeKeys>,
    /// Newest grant, as it travels, with its payload's hash.
    newest: (Vec<u8>, [u8; 32]),
    pub seq: u64,
    /// Knowledge of money ends here; `None` is up to now.
    pub blind_since: Option<u64>,
    pub reports: Vec<Report>,
    /// It names the newest grant in its tokens but doesn't send it.
    pub withholds: bool,
    /// The key sets after the first, in order.
    pub key_sets: Vec<Vec<u8>>,
    /// Charters that came back countersigned.
    pub accepted: Vec<Charter>,
}

fn key(role: Role) -> SigningKey {
    SigningKey::from_bytes(&[role.code() as u8 + 100; 32])
}

fn key_set() -> KeySet {
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
    let roots = [1, 2, 3].map(|n| SigningKey::from_bytes(&[n; 32]).verifying_key().to_bytes());
    KeySet {
        ksv: 1,
        floor_ksv: 1,
        iat: START,
        keys: roles.map(entry).to_vec(),
        roots: (roots.to_vec(), 2),
        mirrors: Vec::new(),
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
            Help {
                kind: HelpKind::Advice,
                name: text("Free advice"),
                contact: text("0800 3"),
            },
        ],
        languages: vec![text("en"), text("sw")],
    }
}

fn multi(keys: &[SigningKey], aad: &[u8], payload: &[u8]) -> Vec<u8> {
    let sign = |key: &SigningKey| {
        let kid = kid(key.verifying_key().as_bytes());
        let message = to_be_signed_multi(kid, Alg::Ed25519, aad, payload);
        (kid, Alg::Ed25519, key.sign(&message).to_bytes())
    };
    assemble_multi(payload, &keys.iter().map(sign).collect::<Vec<_>>())
}

pub fn bundle() -> Bundle {
    Bundle {
        token: TOKEN,
        server: "http://127.0.0.1:8080".into(),
        pins: Vec::new(),
        key_set: sha256(&key_set().payload().unwrap()),
        lender: LENDER,
        contract: "C-4471".into(),
    }
}

impl Server {
    pub fn new(charter: Charter) -> Server {
        let newest = (Vec::new(), [0; 32]);
        let (key, reports) = (None, Vec::new());
        Server {
            charter,
            key,
            codes: None,
            newest,
            seq: 0,
            blind_since: None,
            reports,
            withholds: false,
            key_sets: Vec::new(),
            accepted: Vec::new(),
        }
    }

    pub fn binding(&self) -> Binding {
        let spki_hash = self.key.as_ref().map_or([0; 32], DeviceKey::spki_hash);
        Binding {
            lender: LENDER,
            device: DEVICE,
            spki_hash,
        }
    }

    fn sign(&self, role: Role, domain: Domain, payload: &[u8]) -> Vec<u8> {
        let key = key(role);
        let kid = kid(key.verifying_key().as_bytes());
        let message = to_be_signed(kid, Alg::Ed25519, &self.binding().aad(domain), payload);
        assemble(kid, Alg::Ed25519, payload, &key.sign(&message).to_bytes())
    }

    /// Message 2 in, message 3 out; message 4 in, message 5 out.
    pub fn post(&mut self, path: &str, body: &[u8]) -> Vec<u8> {
        if path == "/v1/enrolments" {
            let request = Request::decode(body).expect("message 2");
            assert!(request.token == TOKEN);
            self.key = DeviceKey::from_spki(&request.spki);
            let server = Exchange::from_random(&[6; 32]).unwrap();
            self.codes = server.agree(&request.exchange, &server.public(), &self.binding());
            return self.offer(request.nonce, server.public()).encode();
        }
        assert_eq!(path, format!("/v1/enrolments/{}/accept", "02".repeat(16)));
        let accepted = Acceptance::decode(body).expect("message 4");
        let key = self.key.clone().unwrap();
        let charter =
            open_acceptance(&accepted, &self.binding(), &key, &key_set()).expect("both signatures");
        assert_eq!(charter, self.charter);
        self.issue(Role::Relax, Grant::plain(0, START, 1, Level::Free));
        Welcome {
            grant: self.newest.0.clone(),
        }
        .encode()
    }

    /// The digits of Fairlock's own code with a count; 0 days for as many as the charter allows.
    pub fn long_code(&self, count: u64, days: u64) -> String {
        let keys = self.codes.as_ref().expect("an enrolled phone");
        let code = long::make(keys.long(), &DEVICE, count, days).expect("days that fit");
        format!("{code:017}")
    }

    /// An OpenPAYGO token that follows a count.
    pub fn openpaygo(&self, kind: Kind, days: u64, after: u64, restricted: bool) -> String {
        let chain = self.codes.as_ref().expect("an enrolled phone").openpaygo();
        let (_, token) = chain.make(kind, days, after).expect("a value that fits");
        chain.text(token, restricted)
    }

    fn offer(&self, nonce: [u8; 16], exchange: Point) -> Offer {
        let charter = self.charter.payload().unwrap();
        let roots = [
            SigningKey::from_bytes(&[1; 32]),
            SigningKey::from_bytes(&[2; 32]),
        ];
        Offer {
            nonce,
            exchange,
            device: DEVICE,
            charter: multi(
                &[key(Role::Charter)],
                &self.binding().aad(Domain::Charter),
                &charter,
            ),
            key_set: multi(
                &roots,
                &lender_aad(Domain::KeySet, &LENDER),
                &key_set().payload().unwrap(),
            ),
        }
    }

    /// Signs the newest grant: the next seq, knowing all before it.
    pub fn issue(&mut self, role: Role, mut grant: Grant) -> Frame {
        self.seq += 1;
        grant.seq = self.seq;
        if role == Role::Restrict {
            grant.base = Some(self.seq - 1);
        }
        let payload = grant.payload().expect("a grant that phones can read");
        let object = self.sign(role, Domain::Grant, &payload);
        let travelling = if role == Role::Restrict {
            wrap(&object, None)
        } else {
            object
        };
        self.newest = (travelling.clone(), sha256(&payload));
        Frame::Grant(travelling)
    }

    /// What comes back for a frame of the phone.
    pub fn hear(&mut self, bytes: &[u8], now: u64) -> Vec<Frame> {
        match Frame::decode(bytes).expect("a frame") {
            Frame::Report(object) => {
                let key = self.key.clone().unwrap();
                let report =
                    fairlock_issuer::open_report(&object, &self.binding(), &key).expect("a report");
                let last = self.reports.last().map_or(0, |last| last.counter);
                assert!(
                    report.counter > last,
                    "counters rise: {} after {last}",
                    report.counter
                );
                let counter = report.counter;
                let behind = report.in_force != self.newest.1 && !self.withholds;
                self.reports.push(report);
                let mut frames = vec![Frame::Ack { counter }];
                frames.extend(behind.then(|| Frame::Grant(self.newest.0.clone())));
                frames
            }
            Frame::CheckIn { nonce } => vec![self.token(nonce, now)],
            Frame::KeysWanted { ksv } => {
                let after = self.key_sets.iter().skip(ksv as usize - 1);
                after.cloned().map(Frame::KeySet).collect()
            }
            Frame::CharterAccepted(charter) => {
                let key = self.key.clone().unwrap();
                let accepted = Acceptance { charter };
                let opened = open_acceptance(&accepted, &self.binding(), &key, &key_set());
                self.accepted.push(opened.expect("both signatures"));
                Vec::new()
            }
            other => panic!("a phone doesn't send {other:?}"),
        }
    }

    /// Offers a charter, signed by CHARTER and these roots.
    pub fn offers(&self, charter: &Charter, roots: &[u8]) -> Frame {
        let mut keys = vec![key(Role::Charter)];
        keys.extend(roots.iter().map(|n| SigningKey::from_bytes(&[*n; 32])));
        let aad = self.binding().aad(Domain::Charter);
        Frame::Charter(multi(&keys, &aad, &charter.payload().unwrap()))
    }

    /// A cap of the lender.
    pub fn cap(&self, cap: &Cap) -> Frame {
        let key = key(Role::Safety);
        let kid = kid(key.verifying_key().as_bytes());
        let (aad, payload) = (lender_aad(Domain::Cap, &LENDER), cap.payload().unwrap());
        let message = to_be_signed(kid, Alg::Ed25519, &aad, &payload);
        let signature = key.sign(&message).to_bytes();
        Frame::Cap(assemble(kid, Alg::Ed25519, &payload, &signature))
    }

    /// One more key set, signed by two roots.
    pub fn rotate(&mut self, bend: impl Fn(&mut KeySet)) {
        let mut set = KeySet {
            ksv: 2 + self.key_sets.len() as u64,
            ..key_set()
        };
        bend(&mut set);
        let roots = [1, 2].map(|n| SigningKey::from_bytes(&[n; 32]));
        let aad = lender_aad(Domain::KeySet, &LENDER);
        let object = multi(&roots, &aad, &set.sorted().payload().unwrap());
        self.key_sets.push(object);
    }

    fn token(&self, nonce: [u8; 16], now: u64) -> Frame {
        let fresh = self.blind_since.unwrap_or(now);
        let token = ContactToken {
            nonce,
            now,
            radius_s: 0,
            newest: short(&self.newest.1),
            fresh,
        };
        Frame::Contact(self.sign(Role::Contact, Domain::Contact, &token.payload().unwrap()))
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

pub fn step(level: Level, at: u64) -> Step {
    let lock = level == Level::Lock;
    let guards = Guards {
        notices: vec![if lock { LAST } else { FIRST }],
        lead_h: Some(if lock { 48 } else { 24 }),
        silence_h: Some(72),
        window: Some(Window {
            offset_min: 180,
            from_min: 480,
            to_min: 1200,
            days: 127,
        }),
        dwell_h: lock.then_some(24),
        before: Some(at + 7 * DAY),
    };
    Step { at, level, guards }
}

/// Reminder at once, `reduce` after two days, `lock` after five.
pub fn ladder() -> Grant {
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
        ..unlock()
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

pub fn unlock() -> Grant {
    Grant::plain(0, START, 1, Level::Free)
}
