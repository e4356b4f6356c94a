//! Sample files to scenarios: names, steps and tables as they stand there, amounts exact.
//!
//! A file that isn't of the format fails the test by name; nothing in it is skipped here.

use std::path::{Path, PathBuf};

use fairlock_domain::calendar::Day;
use serde_json::Value;

/// Minor units in one euro, the currency of every table.
const MINOR: i128 = 100;

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

#[derive(Debug, Clone, Default)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A cell by row and column name; empty when the row is shorter.
    pub fn cell(&self, row: usize, column: &str) -> Option<&str> {
        let at = self.header.iter().position(|name| name == column)?;
        let row = self.rows.get(row)?;
        Some(row.get(at).map_or("", String::as_str))
    }
}

#[derive(Debug, Clone)]
pub struct Written {
    pub text: String,
    pub table: Option<Table>,
}

#[derive(Debug, Clone)]
pub struct Scenario {
    /// Of the file, without its ending.
    pub file: String,
    pub name: String,
    pub steps: Vec<Written>,
}

/// Every scenario of every file but the products', by file name.
pub fn scenarios(folder: &Path) -> Vec<Scenario> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "products"))
        .collect();
    files.sort();
    files.iter().flat_map(|path| of_file(path)).collect()
}

/// A whole file as JSON.
pub fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn of_file(path: &Path) -> Vec<Scenario> {
    let file = path.file_stem().unwrap_or_default().to_string_lossy();
    let whole = json(path);
    let Some(scenarios) = whole["scenarios"].as_array() else {
        panic!("{}: a list of scenarios is expected", path.display());
    };
    let scenario = |value: &Value| Scenario {
        file: file.to_string(),
        name: text(&value["scenario"]),
        steps: list(&value["steps"]).map(written).collect(),
    };
    scenarios.iter().map(scenario).collect()
}

fn written(value: &Value) -> Written {
    let table = &value["table"];
    let cells = |row: &Value| list(row).map(text).collect();
    Written {
        text: text(&value["text"]),
        table: table.is_object().then(|| Table {
            header: cells(&table["header"]),
            rows: list(&table["rows"]).map(cells).collect(),
        }),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    String::from(value.as_str().unwrap_or_default().trim())
}

/// "1 January 2024", also "2024-01-01".
pub fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    let parts: Vec<&str> = text.split_whitespace().collect();
    let [day, month, year] = parts[..] else {
        return Day::parse(text).ok();
    };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Day::from_ymd(
        year.parse().ok()?,
        u8::try_from(month).ok()?,
        day.parse().ok()?,
    )
}

/// As the tables write days.
pub fn written_day(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{day:02} {} {year}", MONTHS[usize::from(month) - 1])
}

/// An amount in minor units; None when it isn't a number or has a part of a cent.
pub fn amount(text: &str) -> Option<i128> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let decimals = decimals.trim_end_matches('0');
    let cents: i128 = match decimals.len() {
        0 => 0,
        1 => 10 * decimals.parse::<i128>().ok()?,
        2 => decimals.parse().ok()?,
        _ => return None,
    };
    Some(sign * (whole.parse::<i128>().ok()? * MINOR + cents))
}

/// As the tables write amounts, with both decimals.
pub fn written_amount(minor: i128) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.abs();
    format!("{sign}{}.{:02}", minor / MINOR, minor % MINOR)
}
