//! `fairlock cash add / close / list / bank`: agents who take cash, and their bags.

use std::sync::Arc;

use anyhow::anyhow;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fairlock_domain::pii::Pii;
use fairlock_protocol::p256::DeviceKey;
use fairlock_server::Clock as _;
use fairlock_server::money::{Desk, cash, inbox, process};
use fairlock_storage::{Bag, CashAgent, Stamp, Taken};
use serde_json::json;

use crate::args::cash::{AddArgs, BankArgs, CashListArgs, CloseArgs};
use crate::commands::{read_text, rulebook};
use crate::data_dir;
use crate::exit::Failure;
use crate::os::{self, OsClock};
use crate::out::say;

/// An id stands in every number that a clerk types.
const AGENT_MAX: usize = 8;

/// Bags read at once.
const PAGE: u32 = 500;

pub fn add(args: AddArgs) -> Result<(), Failure> {
    let wrong = |what: String| Failure::Input(anyhow!("{what}"));
    let id = &args.agent;
    let plain = id
        .bytes()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if id.is_empty() || id.len() > AGENT_MAX || !plain {
        let expected = format!("1 to {AGENT_MAX} capital letters and digits");
        return Err(wrong(format!("agent {id:?}: expected {expected}")));
    }
    let Some(key) = pem(&read_text(&args.key)?) else {
        let file = args.key.display();
        let expected = "expected a public key of P-256 as PEM (BEGIN PUBLIC KEY)";
        return Err(wrong(format!("{file}: {expected}")));
    };
    let (store, lender) = data_dir::open_existing(&args.data.data_dir)?;
    let agent = CashAgent {
        agent: id.clone(),
        name: Pii::new(args.name),
        spki: key.spki().to_vec(),
        added_at: os::now(),
        closed_at: None,
    };
    match store
        .add_cash_agent(lender, agent)
        .map_err(Failure::outside)?
    {
        true => {
            say!("agent {id} may take cash: receipts {id}-…, signed by this key");
            Ok(())
        }
        false => Err(wrong(format!(
            "agent {id}: is there already; expected a new id"
        ))),
    }
}

/// The key of a PEM file.
fn pem(text: &str) -> Option<DeviceKey> {
    let body = text.split_once("-----BEGIN PUBLIC KEY-----")?.1;
    let body = body.split_once("-----END PUBLIC KEY-----")?.0;
    let base64: String = body.split_whitespace().collect();
    DeviceKey::from_spki(&BASE64_STANDARD.decode(base64).ok()?)
}

pub fn close(args: CloseArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data.data_dir)?;
    let closed = store.close_cash_agent(lender, &args.agent, os::now());
    match closed.map_err(Failure::outside)? {
        true => {
            say!(
                "agent {}: closed, nothing signed by it is taken any more",
                args.agent
            );
            Ok(())
        }
        false => Err(Failure::Input(anyhow!(
            "agent {}: expected one that is open",
            args.agent
        ))),
    }
}

pub fn list(args: CashListArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data.data_dir)?;
    for agent in store.cash_agents(lender).map_err(Failure::outside)? {
        let closed = agent.closed_at.map(|at| at.to_string());
        match args.json {
            true => say!(
                "{}",
                json!({"agent": agent.agent, "name": agent.name.expose(),
                    "added": agent.added_at.to_string(), "closed": closed})
            ),
            false => say!(
                "agent {}: {}, {}",
                agent.agent,
                agent.name.expose(),
                closed.map_or("open".to_owned(), |at| format!("closed since {at}"))
            ),
        }
    }
    let mut after = String::new();
    loop {
        let bags = store
            .cash_bags(lender, &after, PAGE)
            .map_err(Failure::outside)?;
        let Some(last) = bags.last() else {
            return Ok(());
        };
        after = last.bag.clone();
        for bag in bags.iter().filter(|bag| args.all || bag.banked.is_none()) {
            say_bag(bag, args.json);
        }
    }
}

fn say_bag(bag: &Bag, as_json: bool) {
    let banked = bag.banked.as_ref();
    if as_json {
        let line = json!({"bag": bag.bag, "agent": bag.agent, "reference": bag.reference,
            "amount": bag.amount.to_string(), "currency": bag.amount.currency().code(),
            "receipts": bag.receipts, "told": bag.told_at.to_string(),
            "banked": banked.map(|(at, _)| at.to_string()), "by": banked.map(|(_, by)| by)});
        say!("{line}");
        return;
    }
    say!(
        "bag {}: {} {} in {} receipts, told {}, slip {}, {}",
        bag.bag,
        bag.amount.currency().code(),
        bag.amount,
        bag.receipts.len(),
        bag.told_at,
        bag.reference,
        banked.map_or("not in the bank yet".to_owned(), |(at, by)| format!(
            "in the bank since {at} ({by})"
        ))
    );
}

pub fn bank(args: BankArgs) -> Result<(), Failure> {
    let rulebook = Arc::new(rulebook()?);
    let (store, lender) = data_dir::open_existing(&args.data.data_dir)?;
    let clock = OsClock::start();
    let desk = Desk::new(store, lender, rulebook, clock.now()).map_err(Failure::outside)?;
    let now = Stamp {
        at: clock.now(),
        monotonic_ns: clock.monotonic_ns(),
    };
    let body = json!({"bag": args.bag, "by": args.by})
        .to_string()
        .into_bytes();
    let kind = cash::Kind::Banked.name();
    let taken = inbox::take_call(&desk, cash::SOURCE, kind, Vec::new(), body, now);
    let no = match taken.map_err(Failure::outside)? {
        Taken::New(no) | Taken::Seen { no, .. } => no,
    };
    let message = desk.store.message(lender, no).map_err(Failure::outside)?;
    let Some(message) = message else {
        return Err(Failure::Outside(anyhow!("message {} is gone", no.0)));
    };
    match process::process(&desk, &message, now).map_err(Failure::outside)? {
        process::Ended::Processed(summary) => {
            let contracts = summary.contracts.len();
            say!(
                "bag {}: {} receipts booked on {contracts} contracts",
                args.bag,
                summary.risen
            );
            Ok(())
        }
        process::Ended::Parked(why) => Err(Failure::Input(anyhow!("{}: {why}", args.bag))),
        process::Ended::Elsewhere => {
            say!("bag {}: was in the bank before, nothing added", args.bag);
            Ok(())
        }
    }
}
