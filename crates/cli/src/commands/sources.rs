//! `fairlock sources check / register / prompt`, and the file of sources for `serve`.

use std::path::Path;

use anyhow::anyhow;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;
use fairlock_server::config::file::{self, SecretAt, Sources};
use fairlock_server::config::{Credit, Mpesa, Provider, Source};
use fairlock_server::money::sources::{client::Client, mpesa};

use crate::args::sources::{CheckArgs, PromptArgs, RegisterArgs};
use crate::commands::{read_text, runtime};
use crate::data_dir;
use crate::exit::Failure;
use crate::os;
use crate::out::{say, tell};

/// Reads a file of sources; secrets come from the environment and from files.
pub fn read(path: &Path) -> Result<Sources, Failure> {
    let text = read_text(path)?;
    let look_up = |at: SecretAt<'_>| match at {
        SecretAt::Variable(name) => {
            std::env::var(name).map_err(|_| "it isn't set, or isn't UTF-8".to_string())
        }
        SecretAt::File(path) => std::fs::read_to_string(path).map_err(|error| error.to_string()),
    };
    let read = file::read(&text, &look_up);
    read.map_err(|error| Failure::Input(anyhow!("{}: {error}", path.display())))
}

pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    let read = read(&args.file.sources)?;
    for source in &read.sources {
        let from = match source.addresses.len() {
            0 => "anywhere".to_string(),
            1 => "1 address".to_string(),
            n => format!("{n} addresses"),
        };
        let credit = match source.credit {
            Credit::AtOnce => "credits at once",
            Credit::AfterEnquiry => "credits after an enquiry",
        };
        let (name, feed, kind) = (&source.name, &source.feed, source.provider.kind());
        say!("{name}  {kind}  feed {feed}  from {from}  {credit}");
        if source.addresses.is_empty() && matches!(source.provider, Provider::Mpesa(_)) {
            tell!("{name}: its calls aren't signed; expected addresses that they come from");
        }
    }
    if let Some(proxy) = &read.proxy {
        say!("proxy  header {}", proxy.header);
    }
    Ok(())
}

pub fn register(args: &RegisterArgs) -> Result<(), Failure> {
    let (source, till) = till(&args.file.sources, &args.source)?;
    let client = Client::new();
    let said = runtime()?.block_on(mpesa::register(&client, &source, &till, os::now()));
    for line in said.map_err(|what| Failure::Outside(anyhow!("{}: {what}", args.source)))? {
        say!("{line}");
    }
    Ok(())
}

pub fn prompt(args: &PromptArgs) -> Result<(), Failure> {
    let (source, _) = till(&args.file.sources, &args.source)?;
    let input = |what: String| Failure::Input(anyhow!(what));
    let digits = args.number.bytes().all(|b| b.is_ascii_digit());
    if !digits || !(9..=15).contains(&args.number.len()) || args.number.starts_with('0') {
        let expected = "expected digits with country code, such as 254700000001";
        return Err(input(format!("--number: {expected}")));
    }
    let kes = Currency::from_code("KES").filter(|_| args.amount > 0);
    let kes = kes.ok_or_else(|| input("amount 0: expected at least 1 shilling".to_string()))?;
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let contract = store.contract(lender, &args.contract);
    if contract.map_err(Failure::outside)?.is_none() {
        let what = format!(
            "contract {}: not there; expected one that was imported",
            args.contract
        );
        return Err(input(what));
    }
    let reference = Reference::of_contract(&args.contract)
        .map_err(|error| input(format!("contract {}: {error}", args.contract)))?;
    let amount = Money::new(i128::from(args.amount) * 100, kes);
    let number = Pii::new(args.number.clone());
    let now = os::now();
    let order = mpesa::prompt(&source, reference.as_str(), amount, number, now);
    match store.ask(lender, order, now).map_err(Failure::outside)? {
        true => say!("queued; the running server puts it"),
        false => say!("the same prompt waits already; nothing added"),
    }
    Ok(())
}

fn till(path: &Path, name: &str) -> Result<(Source, Mpesa), Failure> {
    let read = read(path)?;
    let source = read.sources.into_iter().find(|source| source.name == name);
    let wrong = |what: &str| Failure::Input(anyhow!("source {name}: {what}"));
    let source = source.ok_or_else(|| wrong("expected a name that stands in the file"))?;
    match &source.provider {
        Provider::Mpesa(till) if till.api.is_some() => {
            let till = till.clone();
            Ok((source, till))
        }
        _ => Err(wrong("expected one of kind mpesa with an api")),
    }
}
