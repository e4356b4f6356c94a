//! The oracle's own reading of `contracts.csv`: columns by name, the schedule from first due
//! date, step, number and amount.

use std::collections::BTreeMap;

use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Reference;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::account::Account;

/// One contract, and the reference that payers type.
pub struct Read {
    pub account: Account,
    pub reference: String,
}

/// Reads the whole file.
pub fn read(text: &str) -> Result<Vec<Read>, String> {
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.is_empty());
    let (_, head) = lines.next().ok_or("contracts.csv: empty")?;
    let columns = fields(head);
    lines
        .map(|(i, line)| {
            let row: BTreeMap<&str, String> = columns
                .iter()
                .map(String::as_str)
                .zip(fields(line))
                .collect();
            contract(&row).map_err(|column| format!("contracts.csv line {}: {column}", i + 1))
        })
        .collect()
}

/// One row; the error is the name of the column that can't be read.
fn contract(row: &BTreeMap<&str, String>) -> Result<Read, &'static str> {
    let cell = |name| row.get(name).map(String::as_str).unwrap_or_default();
    let id = cell("contract").to_string();
    let currency = Currency::from_code(cell("currency")).ok_or("currency")?;
    let amount = Money::parse(cell("amount"), currency).map_err(|_| "amount")?;
    let first: Date = cell("first_due").parse().map_err(|_| "first_due")?;
    let number: i64 = cell("instalments").parse().map_err(|_| "instalments")?;
    let step = cell("step");
    let mut schedule = Vec::new();
    for n in 0..number {
        let later = match step {
            "weekly" => (n * 7).days(),
            "fortnightly" => (n * 14).days(),
            "monthly" => n.months(),
            _ => return Err("step"),
        };
        let due = first.checked_add(later).map_err(|_| "first_due")?;
        schedule.push((due, amount.minor()));
    }
    let reference = Reference::of_contract(&id).map_err(|_| "contract")?;
    let feed = Some(cell("feed")).filter(|feed| !feed.is_empty());
    Ok(Read {
        reference: reference.as_str().to_string(),
        account: Account {
            contract: id,
            zone: TimeZone::get(cell("time_zone")).map_err(|_| "time_zone")?,
            currency: currency.code().to_string(),
            feed: feed.map(str::to_string),
            schedule,
            moves: Vec::new(),
        },
    })
}

/// The fields of a line: separated by commas, in quotes where they hold one.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().into_iter().for_each(|f| f.push(c)),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_a_schedule() {
        let text = "contract,borrower,currency,time_zone,first_due,step,instalments,amount,feed\n\
                    C-1,\"Otieno, Mary\",KES,Africa/Nairobi,2026-01-31,monthly,3,1500.00,mpesa\n";
        let read = read(text).unwrap();
        let account = &read[0].account;
        let dues: Vec<String> = account.schedule.iter().map(|l| l.0.to_string()).collect();
        assert_eq!(dues, ["2026-01-31", "2026-02-28", "2026-03-31"]);
        assert!(account.schedule.iter().all(|l| l.1 == 150_000));
        assert_eq!(account.feed.as_deref(), Some("mpesa"));
    }

    #[test]
    fn a_bad_cell_is_named() {
        let text = "contract,currency,time_zone,first_due,step,instalments,amount\n\
                    C-1,KES,Africa/Nairobi,2026-02-30,weekly,3,1500.00\n";
        let error = read(text).map(|_| ()).unwrap_err();
        assert_eq!(error, "contracts.csv line 2: first_due");
    }
}
