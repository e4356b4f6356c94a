//! The words of `fairlock import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The columns of a contract file, for its help. A test holds it against the reader's own list.
const CONTRACT_COLUMNS: &str = "\
Columns, named in the first row, in any order; dates as 2026-02-10, an empty cell is not known:
  contract             the contract's id, 1 to 16 letters and digits
  borrower             a name
  imei                 of the phone, 15 digits
  product              purchase_loan, lease, cash_loan
  currency             of ISO 4217, as KES
  signed_on            a date
  time_zone            the borrower's, as Africa/Nairobi
  packs                rule packs with spaces between
  first_due            a date
  step                 weekly, fortnightly, monthly
  instalments          their number, 1 to 520
  amount               of each, with the currency's decimals
These may be left out:
  reference            as payers type it; must be the one made of the contract's id
  phone_number         with country code, for text messages
  email                for e-mail
  language             of the contract, as sw
  model                of the phone
  consent_on           a date, with the two next
  separate_signature   yes, no
  acknowledged_copy    yes, no
  feed                 the source of payment news that would show its money
  phone                yes: in the demo a simulated phone enrols for it
  goods                consumer_goods, motor_vehicle, equipment
  creditor             the registered name, with the next; court orders are compared with it
  creditor_kind        bank, finance_company, operator, manufacturer, importer, retailer,
                       digital_lender, third_party_collector
  borrower_kind        consumer, business
  days_of_grace        days after a due day until the contract calls it default
  virtual_account      the bank account number that is this contract's alone
Of what isn't known the borrower's side counts: an order binds, a permission is missing.";

const CLEARANCE_COLUMNS: &str = "\
Columns, named in the first row, in any order; dates as 2026-02-10:
  pack             a rule pack whose legal status is counsel
  by               the lawyer's name
  on, until        the first and the last day that it covers
  opinion_sha256   of the written opinion, as sha256sum prints it
  withdrawn_on     may be left out: the first day on which it counts no more";

const APPROVAL_COLUMNS: &str = "\
Columns, named in the first row, in any order; dates as 2026-02-10:
  pack             a rule pack that asks for a regulator's approval
  reference        the regulator's own number
  on               the first day that it covers
  until            may be left out: the last day that it covers
  withdrawn_on     may be left out: the first day on which it counts no more";

/// Takes contracts, permits or payments from files.
#[derive(Subcommand)]
pub enum Import {
    /// Takes contracts from CSV files; all or nothing per file.
    ///
    /// A live lender's contracts (--live) need packs that can stand over a real one: the law of a
    /// place, nothing made up, no statute about other goods, no packs that contradict each other.
    ///
    /// Example: fairlock import contracts demo/contracts.csv --dry-run
    #[command(after_long_help = CONTRACT_COLUMNS)]
    Contracts(ContractsArgs),
    /// Takes lawyers' clearances of rule packs from CSV files; all or nothing per file.
    ///
    /// A pack of status counsel limits nothing beyond a reminder until a named lawyer has cleared
    /// it, and no longer than that. The same file again adds nothing; a row that stood before with
    /// a date in withdrawn_on ends its clearance. Nothing is ever taken out: what was known at any
    /// instant stays told.
    ///
    /// Example: fairlock import clearances clearances.csv
    #[command(after_long_help = CLEARANCE_COLUMNS)]
    Clearances(ImportArgs),
    /// Takes regulators' approvals for rule packs from CSV files; all or nothing per file.
    ///
    /// The same file again adds nothing; a row that stood before with a date in withdrawn_on ends
    /// its approval.
    ///
    /// Example: fairlock import approvals approvals.csv
    #[command(after_long_help = APPROVAL_COLUMNS)]
    Approvals(ImportArgs),
    /// Takes payments from statement files in any format that is known, detected; all or nothing
    /// per file. Entries that match no contract wait in suspense with a reason. A second time
    /// adds nothing and says so.
    ///
    /// A table of a bank (CSV or XLSX) is read by a mapping: --format csv:MAPPING.
    ///
    /// Example: fairlock import payments statement-2026-03-02.xml
    Payments(PaymentsArgs),
}

#[derive(Args)]
pub struct PaymentsArgs {
    #[command(flatten)]
    pub import: ImportArgs,
    /// The files are tables, read by this mapping: csv:MAPPING, where MAPPING is a TOML file
    /// (docs/mappings.md) or the name of one that comes with the program. Else every file's format
    /// is detected, and a table's mapping by its columns.
    #[arg(long, value_name = "csv:MAPPING")]
    pub format: Option<String>,
    /// A folder of mappings (NAME.toml), beside those of the program, by which tables are
    /// recognised.
    #[arg(long, value_name = "DIR", env = "FAIRLOCK_MAPPINGS")]
    pub mappings: Option<PathBuf>,
}

#[derive(Args)]
pub struct ContractsArgs {
    #[command(flatten)]
    pub import: ImportArgs,
    /// These are real contracts: the installation's lender is live from now on, for good.
    #[arg(long, env = "FAIRLOCK_LIVE")]
    pub live: bool,
}

#[derive(Args)]
pub struct ImportArgs {
    /// The files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Where the database stands; made when absent.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Show what would happen, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print results as JSON, one object per line.
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use fairlock_intake::contracts::{COLUMNS, OPTIONAL_COLUMNS};

    #[test]
    fn the_help_names_the_columns_that_are_read() {
        let named = |help: &'static str| {
            let lines = help.lines().filter_map(|line| line.strip_prefix("  "));
            let words = lines.filter(|line| !line.starts_with(' '));
            words.filter_map(|line| line.split([' ', ',']).next())
        };
        let read = COLUMNS.iter().chain(&OPTIONAL_COLUMNS).copied();
        assert_eq!(
            named(CONTRACT_COLUMNS).collect::<Vec<_>>(),
            read.collect::<Vec<_>>()
        );
    }
}
