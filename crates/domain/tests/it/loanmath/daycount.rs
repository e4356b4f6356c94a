//! `daycount_quantlib.csv`: days and years of seven conventions, computed with QuantLib; years
//! have 12 decimals.

use std::collections::BTreeMap;
use std::path::Path;

use fairlock_domain::calendar::{Day, DayCount};
use fairlock_domain::money::Rounding;

use super::Tally;
use crate::samples;

/// The table's name of a convention.
fn column(convention: DayCount) -> &'static str {
    match convention {
        DayCount::Thirty360European => "30E/360",
        DayCount::Thirty360Us => "30/360 US",
        DayCount::Thirty360BondBasis => "30/360 BondBasis",
        DayCount::Actual360 => "Act/360",
        DayCount::Actual365Fixed => "Act/365F",
        DayCount::ActualActualIsda => "Act/Act ISDA",
        DayCount::ActualActualAfb => "Act/Act AFB",
    }
}

pub fn compare(folder: &Path, tally: &mut Tally) {
    let Some(table) = samples::text(folder, "daycount_quantlib.csv") else {
        return;
    };
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    for line in lines.filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), header.len(), "cells of {line}");
        let row: BTreeMap<&str, &str> = header.iter().copied().zip(cells).collect();
        let day = |name: &str| Day::parse(row[name]).expect("a date");
        let (start, end) = (day("start"), day("end"));
        let differences: Vec<String> = DayCount::ALL
            .into_iter()
            .flat_map(|convention| differences(convention, start, end, &row))
            .collect();
        tally.row(&format!("{start} to {end}"), &differences);
    }
}

fn differences(
    convention: DayCount,
    start: Day,
    end: Day,
    row: &BTreeMap<&str, &str>,
) -> Vec<String> {
    let ours = [
        ("days", convention.days(start, end).to_string()),
        ("yearfrac", twelve_decimals(convention.fraction(start, end))),
    ];
    let mut differences = Vec::new();
    for (what, ours) in ours {
        let theirs = row[format!("{} {what}", column(convention)).as_str()];
        if ours != theirs {
            differences.push(format!("{convention} {what} {ours}, theirs {theirs}"));
        }
    }
    differences
}

fn twelve_decimals((numerator, denominator): (i128, i128)) -> String {
    const SCALE: i128 = 1_000_000_000_000;
    let scaled = Rounding::HalfEven.multiply_divide(numerator, SCALE, denominator);
    let scaled = scaled.expect("a fraction of years");
    let sign = if scaled < 0 { "-" } else { "" };
    let scaled = scaled.abs();
    format!("{sign}{}.{:012}", scaled / SCALE, scaled % SCALE)
}
