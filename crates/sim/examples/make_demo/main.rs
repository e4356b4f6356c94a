//! Writes the data of `demo/`: contracts, bank statements and mobile-money callbacks of a lender
//! that doesn't exist.
//!
//! The same seed writes the same bytes. Everything is invented: IMEIs are of the range for test
//! equipment, phone numbers are of no operator, accounts of no bank.
//!
//!     cargo run --example make_demo -- demo
//!
//! On purpose absent: what phones or the lender do. Borrowers here follow habits drawn beforehand;
//! whether a phone was locked when they paid is for the demo to show.

mod bank;
mod calendar;
mod chance;
mod habits;
mod mobile;
mod people;
mod portfolio;
mod statement;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chance::Chance;

/// Chosen by looking at what the phones do; another number is another world.
const SEED: u64 = 20_260_302;

/// The sources of payment news, as a table for whoever sets up a server for this data.
const FEEDS: &str = "\
feed,kind,account,period_hours
bank-kes,statements,0112004430567800,36
bank-ugx,statements,9030005821744,36
bank-kwd,statements,KW27FLNB0000000000007745210046,36
mpesa-kes,callbacks,600638,30
";

fn main() -> io::Result<()> {
    let target = std::env::args().nth(1).unwrap_or_else(|| "demo".to_owned());
    write_all(&PathBuf::from(target))
}

fn write_all(target: &Path) -> io::Result<()> {
    let mut chance = Chance::new(SEED);
    let contracts = portfolio::draw(&mut chance);
    let mut payments = Vec::new();
    for contract in &contracts {
        payments.extend(habits::payments(contract, &mut chance));
    }
    payments.sort_by_key(|payment| (payment.acted, payment.contract));

    let statements = target.join("statements");
    let callbacks = target.join("callbacks");
    for folder in [&statements, &callbacks] {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
    }
    fs::write(target.join("feeds.csv"), FEEDS)?;
    fs::write(target.join("contracts.csv"), portfolio::csv(&contracts))?;
    for bank in bank::BANKS {
        for (name, text) in bank::statements(&bank, &contracts, &payments, &mut chance) {
            fs::write(statements.join(name), text)?;
        }
    }
    for (name, text) in mobile::callbacks(&contracts, &payments, &mut chance) {
        fs::write(callbacks.join(name), text)?;
    }
    Ok(())
}
