//! `fairlock enrol CONTRACT`: a one-time bundle for the phone of a contract.

use anyhow::anyhow;
use fairlock_domain::plan;
use fairlock_domain::rules::{Level, Pack};
use fairlock_protocol::enrol::hex;
use fairlock_rulebook::zone;
use fairlock_server::device::bundle::{self, BundleError};
use fairlock_storage::{ContractFacts, EnrolError};
use serde_json::json;

use crate::args::EnrolArgs;
use crate::commands::{explain, rulebook};
use crate::data_dir;
use crate::exit::Failure;
use crate::os::{self, OsEntropy};
use crate::out::{say, tell};

/// Prints the bundle; it is shown this once, the database keeps only its token's hash.
pub fn run(args: EnrolArgs) -> Result<(), Failure> {
    let (store, lender, signer) = data_dir::open(&args.data_dir)?.parts();
    let facts = explain::find(&store, lender, &args.contract)?;
    if facts.device.is_some() {
        return Err(Failure::Input(anyhow!(
            "{}: has a phone already; expected a contract without one",
            args.contract
        )));
    }
    let made = bundle::issue(
        &store,
        lender,
        &signer,
        (&facts.contract.id, &args.server),
        &OsEntropy,
        os::now(),
    );
    let bundle = made.map_err(|error| match error {
        BundleError::Enrol(EnrolError::Store(_)) | BundleError::KeySet(_) => {
            Failure::outside(error)
        }
        BundleError::Enrol(_) => Failure::input(error),
    })?;
    let token = hex(&bundle.encode());
    let (reaches, why) = reaches(&facts)?;
    if args.json {
        let line = json!({"contract": facts.contract.id, "server": args.server, "token": token,
            "reaches": reaches.name()});
        say!("{line}");
    } else {
        tell!(
            "for the phone of {}, once, within 24 hours: fairlock phone --server {} --token TOKEN --imei IMEI",
            facts.contract.id,
            args.server
        );
        if let Some(why) = why {
            tell!(
                "enrolled today this phone never goes beyond {}, whatever is permitted later: {why}",
                reaches.name()
            );
        }
        say!("{token}");
    }
    Ok(())
}

/// How far the charter of a phone that is enrolled now reaches by the law of its packs, and which
/// of them say so where it isn't `lock`.
fn reaches(known: &ContractFacts) -> Result<(Level, Option<String>), Failure> {
    let gone = |what: &str| Failure::Outside(anyhow!("{what}: not known to this program any more"));
    let zone = zone::load(&known.time_zone).ok_or_else(|| gone(&known.time_zone))?;
    let packs: Vec<&str> = known.packs.iter().map(String::as_str).collect();
    let rules = rulebook()?.rules_for(&packs);
    let rules = rules.ok_or_else(|| gone(&packs.join(", ")))?;
    let day = zone.day_of(os::now());
    let facts = known.facts(zone);
    let highest = plan::highest_permitted(&facts, &rules, day);
    if highest == Level::Lock {
        return Ok((highest, None));
    }
    let lowest = |pack: &&Pack| plan::permitted(&facts, pack, day) == Some(highest);
    let said = |pack: &Pack| format!("{} ({})", pack.id, pack.legal_status.value.name());
    let why: Vec<String> = rules.packs.iter().filter(lowest).map(said).collect();
    Ok((highest, Some(why.join(", "))))
}
