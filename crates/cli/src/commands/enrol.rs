//! `fairlock enrol CONTRACT`: a one-time bundle for the phone of a contract.

use anyhow::anyhow;
use fairlock_protocol::enrol::hex;
use fairlock_server::device::bundle::{self, BundleError};
use fairlock_signer::Signer;
use fairlock_storage::EnrolError;
use serde_json::json;

use crate::args::EnrolArgs;
use crate::commands::explain;
use crate::data_dir;
use crate::exit::Failure;
use crate::os::{self, OsEntropy};
use crate::out::{say, tell};

/// Prints the bundle; it is shown this once, the database keeps only its token's hash.
pub fn run(args: EnrolArgs) -> Result<(), Failure> {
    let installation = data_dir::open(&args.data_dir)?;
    let facts = explain::find(&installation.store, installation.lender, &args.contract)?;
    if facts.device.is_some() {
        return Err(Failure::Input(anyhow!(
            "{}: has a phone already; expected a contract without one",
            args.contract
        )));
    }
    let made = bundle::issue(
        &installation.store,
        installation.lender,
        &Signer::new(installation.keys),
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
    if args.json {
        let line = json!({"contract": facts.contract.id, "server": args.server, "token": token});
        say!("{line}");
    } else {
        tell!(
            "for the phone of {}, once, within 24 hours: fairlock phone --server {} --token TOKEN --imei IMEI",
            facts.contract.id,
            args.server
        );
        say!("{token}");
    }
    Ok(())
}
