//! What the tests share: keys, a contract, and a phone that takes grants by the protocol's rules.

use ed25519_dalek::{Signer as _, SigningKey};
use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::contract::{Consent, Contract, Instalment, Particulars, Product};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::rules::Rules;
use fairlock_domain::standing::{DeviceLink, Facts, NoticeMode};
use fairlock_protocol::channel::wrap;
use fairlock_protocol::charter::{Channel, ChannelKind, Charter, Help, HelpKind};
use fairlock_protocol::cose::{assemble, to_be_signed};
use fairlock_protocol::ids::{Domain, short};
use fairlock_protocol::in_force::InForce;
use fairlock_protocol::keyset::KeyEntry;
use fairlock_protocol::moment::Moment;
use fairlock_protocol::verify::{Accepted, Checks, Outcome, Refusal, accept};
use fairlock_protocol::{Alg, Binding, Grant, KeySet, Level, Role, kid, sha256};
use fairlock_rulebook::{load_builtin, time::parse_instant, zone};
use fairlock_signer::charter::{Terms, draft};
use fairlock_signer::convert::{GrantBody, Prior};

pub fn at(text: &str) -> Instant {
    parse_instant(text).unwrap()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn zone_of(name: &str) -> Zone {
    zone::load(name).unwrap()
}

pub fn rules(packs: &[&str]) -> Rules {
    load_builtin().unwrap().rules_for(packs).unwrap()
}

pub fn kes() -> Currency {
    Currency::from_code("KES").unwrap()
}

pub fn money(minor: i128) -> Money {
    Money::new(minor, kes())
}

/// Three monthly instalments of 1,500.00 KES, from 10 February 2026 on.
pub fn contract() -> Contract {
    let instalment = |due| Instalment {
        due: day(due),
        amount: money(150_000),
    };
    Contract {
        id: "C-1001".to_owned(),
        product: Product::PurchaseLoan,
        currency: kes(),
        signed_on: day("2026-01-10"),
        consent: Some(Consent {
            separate_signature: true,
            acknowledged_copy: true,
            on: day("2026-01-10"),
        }),
        instalments: ["2026-02-10", "2026-03-10", "2026-04-10"]
            .map(instalment)
            .to_vec(),
        feed: Some("bank".to_owned()),
    }
}

/// Nothing has happened yet; notices are served by hand.
pub fn facts(zone: Zone) -> Facts {
    Facts {
        contract: contract(),
        zone,
        holidays: Vec::new(),
        particulars: Particulars::default(),
        clearances: Vec::new(),
        notices: NoticeMode::Manual,
        device: Some(DeviceLink {
            charter_accepted: true,
            is_this_loans: true,
        }),
        events: Vec::new(),
    }
}

pub fn help() -> Vec<Help> {
    let line = |kind, name: &str, contact: &str| Help {
        kind,
        name: name.to_owned(),
        contact: contact.to_owned(),
    };
    vec![
        line(HelpKind::Lender, "Test lender", "0800 000 000"),
        line(HelpKind::Complaint, "Ombudsman", "0800 000 001"),
    ]
}

/// The charter of [`contract`] under these packs, as of 10 January 2026.
pub fn charter(rules: &Rules, zone: &Zone) -> Charter {
    charter_of(rules, &facts(zone.clone()), "2026-01-10T09:00:00Z")
}

/// The charter of what is known at an instant.
pub fn charter_of(rules: &Rules, facts: &Facts, now: &str) -> Charter {
    draft(Terms {
        n: 1,
        now: at(now),
        lender_name: "Test lender",
        facts,
        reference: "RF18C1001",
        zone_name: "Africa/Nairobi",
        rules,
        channels: vec![Channel {
            id: 1,
            kind: ChannelKind::Bank,
            payee: "Test lender".to_owned(),
            account: "KE-1".to_owned(),
        }],
        help: help(),
        languages: vec!["en".to_owned()],
    })
    .unwrap()
}

fn key(role: Role) -> SigningKey {
    SigningKey::from_bytes(&[role.code() as u8 + 1; 32])
}

/// A phone: what is in force on it, and what it holds objects against.
pub struct Phone {
    pub state: InForce,
    binding: Binding,
    keys: KeySet,
    pub charter: Charter,
    started: Instant,
}

impl Phone {
    pub fn enrolled(charter: Charter, now: Instant) -> Phone {
        let roles = [Role::Restrict, Role::Relax, Role::Release, Role::Contact];
        let entry = |role| KeyEntry {
            role,
            alg: Alg::Ed25519,
            key: key(role).verifying_key().to_bytes(),
            not_after: None,
        };
        let keys = KeySet {
            ksv: 1,
            floor_ksv: 1,
            iat: 0,
            keys: roles.map(entry).to_vec(),
            roots: (vec![[1; 32]], 1),
            mirrors: Vec::new(),
        };
        Phone {
            state: InForce::enrolled(&charter, 0),
            binding: Binding {
                lender: [1; 16],
                device: [2; 16],
                spki_hash: [3; 32],
            },
            keys: keys.sorted(),
            charter,
            started: now,
        }
    }

    /// An exact clock, running since enrolment.
    pub fn moment(&self, now: Instant) -> Moment {
        let running = now.since(self.started).as_seconds() as u64;
        fairlock_issuer::exact(running, now.unix_seconds() as u64)
    }

    /// Time goes by; steps begin.
    pub fn advance(&mut self, now: Instant) {
        let moment = self.moment(now);
        self.state.advance(&moment);
    }

    /// Takes a body as signed by the key of its role, and acts on it.
    pub fn take(&mut self, body: &GrantBody, now: Instant) -> Result<Option<Accepted>, Refusal> {
        let role = body.role.role();
        let key = key(role);
        let kid = kid(&key.verifying_key().to_bytes());
        let aad = self.binding.aad(Domain::Grant);
        let message = to_be_signed(kid, Alg::Ed25519, &aad, &body.payload);
        let signature = key.sign(&message).to_bytes();
        let cose = assemble(kid, Alg::Ed25519, &body.payload, &signature);
        let travelling = if body.tightening {
            wrap(&cose, None)
        } else {
            cose
        };
        let moment = self.moment(now);
        self.state.settle(&moment);
        let checks = Checks {
            binding: self.binding,
            keys: &self.keys,
            charter: &self.charter,
            moment: &moment,
        };
        let outcome = accept(&mut self.state, &travelling, &checks)?;
        Ok(match outcome {
            Outcome::Known => None,
            Outcome::Accepted(accepted) => Some(accepted),
        })
    }

    /// Fresh contact, which names the newest body.
    pub fn contact(&mut self, newest: &[u8], now: Instant) {
        let moment = self.moment(now);
        let fresh = now.unix_seconds() as u64;
        let newest = short(&sha256(newest));
        self.state.contact(fresh, 0, moment.running, newest);
    }

    /// The owner looks at every notice that stands.
    pub fn look_at_notices(&mut self, now: Instant) {
        self.advance(now);
        let lower = self.moment(now).lower;
        while let Some(id) = self.state.notice_to_show(lower).map(|notice| notice.id) {
            self.state.shown_once(id);
            self.state.shown_for(id, 5, lower);
        }
    }
}

/// What the server knows of a phone: what it made, and what was reported.
pub struct Known {
    pub prior: Prior,
    /// Every body made, oldest first.
    pub made: Vec<GrantBody>,
}

impl Known {
    pub fn of(charter: Charter) -> Known {
        Known {
            prior: Prior {
                seq: 0,
                ksv: 1,
                level: Level::Free,
                reported: false,
                grants: Vec::new(),
                disobeyed: false,
                charter,
                anew_since: 0,
            },
            made: Vec::new(),
        }
    }

    /// A new body is on its way.
    pub fn made(&mut self, body: GrantBody) {
        self.prior.seq = body.grant.seq;
        self.prior.disobeyed = false;
        self.prior.grants.push(body.grant.clone());
        self.made.push(body);
    }

    /// The phone says what it has.
    pub fn reported(&mut self, phone: &Phone) {
        let place = self
            .made
            .iter()
            .position(|b| sha256(&b.payload) == phone.state.hash);
        let Some(place) = place else { return };
        self.prior.level = phone.state.grant_level();
        self.prior.reported = true;
        let grants = self.made.iter().skip(place).map(|body| body.grant.clone());
        self.prior.grants = grants.collect::<Vec<Grant>>();
    }
}
