//! Apache Fineract's tables of a schedule, as (due, principal, interest) of each line.

use std::path::PathBuf;

use fairlock_domain::calendar::Day;
use fairlock_domain::loan::schedule::Line;
use serde_json::Value;

use crate::samples;

/// The nth table that a scenario states; None, said loudly, where it isn't there. A scenario is
/// named whole, or by its code where it has one ("RS02").
pub fn table(feature: &str, scenario: &str, nth: usize) -> Option<Vec<String>> {
    let tables = tables(feature, scenario)?;
    let found = tables.into_iter().nth(nth);
    if found.is_none() {
        eprintln!("SKIPPED: {feature}.json {scenario} has no table {nth}");
    }
    found
}

/// The last one.
pub fn last_table(feature: &str, scenario: &str) -> Option<Vec<String>> {
    tables(feature, scenario)?.pop()
}

fn tables(feature: &str, scenario: &str) -> Option<Vec<Vec<String>>> {
    let folder: PathBuf = samples::folder("FAIRLOCK_FINERACT_DIR", "fineract")?;
    let text = samples::text(&folder, &format!("{feature}.json"))?;
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let scenarios = file["scenarios"].as_array().expect("scenarios");
    let code = format!("{scenario} - ");
    let named = |s: &&Value| {
        let name = s["scenario"].as_str();
        name.is_some_and(|name| name == scenario || name.starts_with(&code))
    };
    let Some(found) = scenarios.iter().find(named) else {
        eprintln!("SKIPPED: {feature}.json has no scenario {scenario}");
        return None;
    };
    let steps = found["steps"].as_array().expect("steps").iter();
    let schedules = steps.filter(|step| {
        let text = step["text"].as_str().unwrap_or_default();
        text.contains("Repayment schedule has") && text.contains("periods")
    });
    Some(schedules.map(|step| rows(&step["table"])).collect())
}

/// Rows that have a number: those of disbursements have none.
fn rows(table: &Value) -> Vec<String> {
    let header = cells(&table["header"]);
    let column = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let (nr, date) = (column("Nr"), column("Date"));
    let (principal, interest) = (column("Principal due"), column("Interest"));
    let rows = table["rows"].as_array().expect("rows").iter().map(cells);
    rows.filter(|row| !row[nr].is_empty())
        .map(|row| {
            let amount = |cell: &str| format!("{:.2}", cell.parse::<f64>().expect("an amount"));
            let (principal, interest) = (amount(&row[principal]), amount(&row[interest]));
            format!("{} {principal} + {interest}", date_of(&row[date]))
        })
        .collect()
}

fn cells(row: &Value) -> Vec<String> {
    let row = row.as_array().expect("a row").iter();
    row.map(|cell| String::from(cell.as_str().unwrap_or_default()))
        .collect()
}

/// "01 November 2022".
fn date_of(text: &str) -> Day {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let parts: Vec<&str> = text.split(' ').collect();
    let month = MONTHS.iter().position(|m| *m == parts[1]).expect("a month");
    let month = u8::try_from(month + 1).expect("of twelve");
    let (year, number) = (
        parts[2].parse().expect("a year"),
        parts[0].parse().expect("a day"),
    );
    Day::from_ymd(year, month, number).expect("a date")
}

/// A line as the tables say it.
pub fn row(line: &Line) -> String {
    let amount = |minor: i128| format!("{}.{:02}", minor / 100, minor % 100);
    let (principal, interest) = (amount(line.principal), amount(line.interest));
    format!("{} {principal} + {interest}", line.due)
}
