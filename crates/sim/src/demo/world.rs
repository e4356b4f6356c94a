//! Everything that a demo runs, put together once: store, server, gateway, phones, bank.

use std::collections::VecDeque;
use std::sync::Arc;

use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Secret;
use fairlock_protocol::enrol::hex;
use fairlock_rulebook::Rulebook;
use fairlock_server::config::{Contacts, Feed, Notices, SmsGateway, Source};
use fairlock_server::device::bundle;
use fairlock_server::{Clock as _, Config, Parts, Running, contracts};
use fairlock_signer::{KeyRing, Signer};
use fairlock_storage::{LenderId, Store};

use super::bank::Bank;
use super::child::Phones;
use super::gateway::Gateway;
use super::people::People;
use super::place::Place;
use super::script::{FeedKind, Message, Script};
use super::{DemoError, Options};
use crate::phones::wire::{Bundle, Order, Start};
use crate::world::{Chance, VirtualClock};

/// The lender of the demo, as borrowers know it.
const LENDER_NAME: &str = "Demo lender";

/// Bytes of the unguessable part of the callbacks' address.
const SECRET_BYTES: usize = 16;

/// A demo that is up.
pub struct World {
    pub clock: Arc<VirtualClock>,
    pub server: Running,
    pub store: Store,
    pub lender: LenderId,
    pub phones: Phones,
    pub bank: Bank,
    pub gateway: Gateway,
    pub people: People,
    /// What still arrives.
    pub messages: VecDeque<Message>,
    /// The calendar's first instant.
    pub start: Instant,
    /// Frames that the phones had sent and received when they were looked at last.
    pub traffic: u64,
    /// When a phone wants to be woken, Unix seconds.
    pub wake: Option<i64>,
    /// The next instant at which the server has something to do with no new fact.
    pub deadline: Option<Instant>,
}

impl World {
    /// Opens the store, imports the contracts, starts server and phones, enrols the phones.
    pub async fn start(options: &Options, script: Script) -> Result<World, DemoError> {
        let Some(start) = script.start() else {
            return Err(DemoError::DemoDir {
                path: options.demo_dir.clone(),
                what: "nothing arrives, ever".to_string(),
            });
        };
        let place = Place::prepare(&options.data_dir, options.reset)?;
        let chance = Chance::new(options.seed, "installation");
        let lender: [u8; 16] = chance.bytes();
        let seeds: [[u8; 32]; 5] = std::array::from_fn(|_| chance.bytes());
        place.write_identity(&lender, &seeds)?;
        let lender = LenderId(lender);
        let store = Store::open(&place.database()).map_err(|e| DemoError::Store(e.to_string()))?;
        let rulebook = fairlock_rulebook::load_builtin();
        let rulebook = Arc::new(rulebook.map_err(|e| DemoError::World(e.to_string()))?);
        let enrolling = import(&store, lender, &rulebook, &script, start, options.phones)?;

        let clock = Arc::new(VirtualClock::new(start, options.real.clone()));
        let gateway = Gateway::start().await;
        let gateway = gateway.map_err(|e| DemoError::World(format!("notice gateway: {e}")))?;
        let secret: String = chance
            .bytes::<SECRET_BYTES>()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let config = config(options, &place, &script, &gateway, &secret);
        let parts = Parts {
            store: store.clone(),
            lender,
            lender_name: LENDER_NAME.to_string(),
            rulebook,
            signer: Signer::new(KeyRing::from_seeds(seeds)),
            clock: clock.clone(),
            entropy: Arc::new(Chance::new(options.seed, "server")),
        };
        let server = fairlock_server::start(config, parts).await?;
        gateway.report_to(format!(
            "http://{}/v1/callbacks/{secret}/notices",
            server.addr()
        ));
        let callbacks = format!(
            "http://{}/v1/callbacks/{secret}/c2b/confirmation",
            server.addr()
        );
        let names: Vec<String> = enrolling.iter().map(|e| e.contract.clone()).collect();
        let mut world = World {
            people: People::draw(options.seed, &names, start, options.days),
            bank: Bank::new(place.bank(), callbacks),
            phones: Phones::start(&options.executable)?,
            messages: script.messages.into(),
            traffic: 0,
            wake: None,
            deadline: None,
            clock,
            server,
            store,
            lender,
            gateway,
            start,
        };
        world.settle().await?;
        world.enrol(options, &place, enrolling).await?;
        Ok(world)
    }

    /// Hands each phone its one-time bundle, as a shop does, and waits until all are enrolled.
    async fn enrol(
        &mut self,
        options: &Options,
        place: &Place,
        enrolling: Vec<Enrolling>,
    ) -> Result<(), DemoError> {
        let mut phones = Vec::new();
        for Enrolling { contract, imei } in enrolling {
            let bundle = self.bundle(&contract)?;
            phones.push(Bundle {
                contract,
                imei,
                bundle,
            });
        }
        let start = Order::Start(Start {
            server: format!("http://{}", self.server.addr()),
            state_dir: place.phones(),
            seed: options.seed,
            now: self.clock.now().unix_seconds(),
            phones,
        });
        if self.phones.seen(&start).await?.is_none() {
            let ended = "it ended before its phones were enrolled";
            return Err(DemoError::Phones(ended.to_string()));
        }
        self.settle().await?;
        Ok(())
    }
}

impl World {
    /// A one-time bundle for the phone of a contract, as `fairlock enrol` makes it.
    fn bundle(&self, contract: &str) -> Result<String, DemoError> {
        let shared = self.server.shared();
        let server = format!("http://{}", self.server.addr());
        let bundle = bundle::issue(
            &shared.store,
            shared.lender,
            &shared.signer,
            (contract, &server),
            shared.entropy.as_ref(),
            self.clock.now(),
        );
        let bundle = bundle.map_err(|error| DemoError::World(format!("{contract}: {error}")))?;
        Ok(hex(&bundle.encode()))
    }
}

/// A contract whose phone is simulated.
struct Enrolling {
    contract: String,
    imei: String,
}

/// Imports all contracts, and says for which of them a phone enrols.
fn import(
    store: &Store,
    lender: LenderId,
    rulebook: &Rulebook,
    script: &Script,
    at: Instant,
    phones: u16,
) -> Result<Vec<Enrolling>, DemoError> {
    let failed = |error: contracts::ContractFileError| {
        DemoError::Contracts(format!("contracts.csv: {error}"))
    };
    contracts::import(store, lender, rulebook, &script.contracts, at).map_err(failed)?;
    let read = contracts::read(&script.contracts, rulebook).map_err(failed)?;
    let marked = read.into_iter().filter(|read| read.phone);
    let enrolling = marked.take(usize::from(phones)).map(|read| Enrolling {
        contract: read.contract.contract.id,
        imei: read.contract.imei.into_exposed(),
    });
    Ok(enrolling.collect())
}

fn config(
    options: &Options,
    place: &Place,
    script: &Script,
    gateway: &Gateway,
    secret: &str,
) -> Config {
    let feeds = script.feeds.iter().map(|feed| Feed {
        name: feed.name.clone(),
        account: (feed.kind == FeedKind::Statements).then(|| feed.account.clone()),
        period_s: feed.period_hours.saturating_mul(3_600),
    });
    Config {
        listen: options.listen,
        watch_dir: Some(place.bank()),
        sources: script
            .till()
            .map(|till| Source::till(&till.name, &till.account, Secret::new(secret.to_string())))
            .into_iter()
            .collect(),
        proxy: None,
        mappings: Vec::new(),
        api: Vec::new(),
        notices: Notices {
            sms: Some(SmsGateway {
                url: gateway.url(),
                token: None,
            }),
            receipts: Some(Secret::new(secret.to_string())),
            ..Notices::default()
        },
        feeds: feeds.collect(),
        contacts: Contacts {
            lender: "+254 20 000 0000".to_string(),
            complaints_name: "Demo ombudsman".to_string(),
            complaints: "+254 20 000 0001".to_string(),
        },
    }
}
