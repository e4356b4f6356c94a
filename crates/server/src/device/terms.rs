//! The charter that is offered to a phone: from its contract, the packs and this server's
//! configuration.

use fairlock_domain::calendar::Instant;
use fairlock_protocol::Charter;
use fairlock_protocol::charter::{Channel, ChannelKind, Help, HelpKind};
use fairlock_signer::charter::{self, CharterError};
use fairlock_storage::ContractFacts;

use crate::Shared;
use crate::money::desk::UnknownName;

/// A phone's first charter; later ones count up.
pub const FIRST_CHARTER: u64 = 1;

/// Ids of the ways to pay, frozen: phones name them.
const BANK_CHANNEL: u16 = 1;
const MOBILE_CHANNEL: u16 = 2;
const CASH_CHANNEL: u16 = 3;

/// Why no charter can be offered, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// A phone can't be limited for money that there is no way to pay.
    #[error(
        "feed {0:?} of the contract has neither an account nor a till here; expected --feed NAME=ACCOUNT or --mpesa-feed NAME"
    )]
    NoWayToPay(String),
    #[error(transparent)]
    Charter(#[from] CharterError),
}

/// The charter of a contract's phone by today's terms, with this number.
pub fn charter(
    shared: &Shared,
    known: &ContractFacts,
    n: u64,
    now: Instant,
) -> Result<Charter, TermsError> {
    let desk = &shared.money.desk;
    let zone = desk.zone(&known.time_zone)?;
    let rules = desk.rules(&known.packs)?;
    let feed = known.contract.feed.as_deref();
    let channels = channels(shared, feed);
    if channels.is_empty() {
        return Err(TermsError::NoWayToPay(feed.unwrap_or_default().to_owned()));
    }
    Ok(charter::draft(charter::Terms {
        n,
        now,
        lender_name: &shared.lender_name,
        facts: &known.facts(zone),
        reference: known.reference.as_str(),
        zone_name: &known.time_zone,
        rules: &rules,
        channels,
        help: help(shared),
        languages: vec!["en".to_owned()],
    })?)
}

/// Where this contract's money may go: the account or till whose feed would show it; any of this
/// lender's when that isn't known, for the reference finds the contract; the lender itself when
/// there is none.
fn channels(shared: &Shared, feed: Option<&str>) -> Vec<Channel> {
    let config = &shared.config;
    let channel = |id, kind, account: &str| Channel {
        id,
        kind,
        payee: shared.lender_name.clone(),
        account: account.to_owned(),
    };
    let find = |wanted: &dyn Fn(&str) -> bool| {
        let bank = config.feeds.iter().filter(|f| wanted(&f.name));
        let bank = bank.filter_map(|f| f.account.as_deref()).next();
        let tills = config.sources.iter().filter(|s| wanted(&s.feed));
        let till = tills.filter_map(|s| s.provider.payee()).next();
        let bank = bank.map(|account| channel(BANK_CHANNEL, ChannelKind::Bank, account));
        let till = till.map(|code| channel(MOBILE_CHANNEL, ChannelKind::MobileMoney, code));
        bank.into_iter().chain(till).collect::<Vec<_>>()
    };
    let own = find(&|name| Some(name) == feed);
    let any = if own.is_empty() { find(&|_| true) } else { own };
    match any.is_empty() {
        true => vec![channel(
            CASH_CHANNEL,
            ChannelKind::Cash,
            &config.contacts.lender,
        )],
        false => any,
    }
}

fn help(shared: &Shared) -> Vec<Help> {
    let contacts = &shared.config.contacts;
    vec![
        Help {
            kind: HelpKind::Lender,
            name: shared.lender_name.clone(),
            contact: contacts.lender.clone(),
        },
        Help {
            kind: HelpKind::Complaint,
            name: contacts.complaints_name.clone(),
            contact: contacts.complaints.clone(),
        },
    ]
}
