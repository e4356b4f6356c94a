//! Making an installation's lender live, and saying why it can't be.

use anyhow::anyhow;
use fairlock_rulebook::Rulebook;
use fairlock_server::live::{self, LiveError};

use crate::data_dir::Installation;
use crate::exit::Failure;
use crate::os;
use crate::out::tell;

/// Makes the lender live for good; a trial only says whether it could be.
pub fn make(of: &Installation, rulebook: &Rulebook, dry_run: bool) -> Result<(), Failure> {
    let (store, lender) = (&of.store, of.lender);
    let made = match dry_run {
        true => live::check_all(store, lender, rulebook),
        false => live::make_live(store, lender, rulebook, os::now()),
    };
    made.map_err(failure)
}

/// Every list of packs that can't be on a line of its own, then the one line that ends the command.
pub fn failure(error: LiveError) -> Failure {
    match error {
        LiveError::Refused(all) => {
            for one in &all {
                tell!("{one}");
            }
            Failure::Input(anyhow!(
                "packs can't stand over real contracts ({} told above); expected the law of a place over each",
                all.len()
            ))
        }
        LiveError::Store(error) => Failure::outside(error),
    }
}
