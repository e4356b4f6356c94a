//! `fairlock proof`: the books of the whole database, looked at row by row.

use serde_json::json;

use crate::args::ProofArgs;
use crate::data_dir;
use crate::exit::Failure;
use crate::out::say;

/// Prints what was looked at and every break; exit 1 when there is one.
pub fn run(args: ProofArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let proof = store.proof(lender).map_err(Failure::outside)?;
    for broken in &proof.breaks {
        if args.json {
            let line = json!({
                "check": broken.check.name(), "subject": broken.subject,
                "found": broken.found, "expected": broken.expected,
            });
            say!("{line}");
        } else {
            say!(
                "BREAK {}: {}: found {}, expected {}",
                broken.check.name(),
                broken.subject,
                broken.found,
                broken.expected
            );
        }
    }
    for (check, subjects) in &proof.looked_at {
        if !args.json {
            say!("{:<46} {subjects:>8} looked at", check.name());
        }
    }
    if args.json {
        let looked_at: serde_json::Map<String, serde_json::Value> = proof
            .looked_at
            .iter()
            .map(|(check, subjects)| (check.name().to_string(), json!(subjects)))
            .collect();
        let line =
            json!({"holds": proof.holds(), "breaks": proof.breaks.len(), "looked_at": looked_at});
        say!("{line}");
    } else if proof.holds() {
        say!("the proof holds");
    }
    if proof.holds() {
        Ok(())
    } else {
        Err(Failure::No)
    }
}
