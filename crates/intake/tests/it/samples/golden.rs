//! Expectations of bankstatementparser's golden files: a list of transactions a file.

use super::comparison::{Comparison, Kind};
use super::{Ours, member};

pub fn compare(comparison: &mut Comparison<'_>, ours: &Ours) -> &'static [&'static str] {
    let statement = &ours.printed[0];
    let entries = statement["entries"].as_array().unwrap();
    for (index, entry) in entries.iter().enumerate() {
        let base = format!("/{}/entries/{index}", ours.file);
        comparison.leaf(
            &format!("{base}/amount"),
            Kind::Amount,
            member(entry, "amount"),
        );
        comparison.leaf(
            &format!("{base}/currency"),
            Kind::Currency,
            member(entry, "currency"),
        );
        comparison.leaf(
            &format!("{base}/debtor"),
            Kind::Party,
            member(entry, "counterparty"),
        );
        comparison.leaf(
            &format!("{base}/remittance"),
            Kind::Remittance,
            member(entry, "remittance"),
        );
        comparison.leaf(
            &format!("{base}/account"),
            Kind::Other,
            member(statement, "account"),
        );
    }
    &[]
}
