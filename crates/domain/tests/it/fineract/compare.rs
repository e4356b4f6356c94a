//! A stated table against what we have, cell by cell.
//!
//! Amounts are compared as exact decimals ("250.0" is 250.00), days as days, the rest as text;
//! "null" is an empty cell. A stated row must find a row of ours of its own with the same keys,
//! and no row of ours may be left over: stricter than where the tables come from, which looks
//! for each stated row and counts.

use super::read::{self, Table};

/// One row of ours: column names and cells.
#[derive(Debug, Clone, Default)]
pub struct Row(Vec<(&'static str, String)>);

impl Row {
    pub fn with(mut self, column: &'static str, cell: impl Into<String>) -> Row {
        self.0.push((column, cell.into()));
        self
    }

    pub fn amount(self, column: &'static str, minor: i128) -> Row {
        self.with(column, read::written_amount(minor))
    }

    pub fn get(&self, column: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| *name == column);
        found.map(|(_, cell)| cell.as_str())
    }
}

/// What was compared, and what was different.
#[derive(Debug, Default)]
pub struct Tally {
    pub cells: usize,
    pub differences: Vec<String>,
    /// Steps that state what isn't compared, and why the last of them.
    pub skipped: usize,
    why: String,
    /// Where we are: step number and text.
    pub place: String,
}

impl Tally {
    /// One stated figure.
    pub fn cell(&mut self, what: &str, expected: &str, got: &str) {
        self.cells += 1;
        if !same(expected, got) {
            self.differs(&format!("{what}: {expected} expected, {got} found"));
        }
    }

    pub fn amount(&mut self, what: &str, expected: i128, got: i128) {
        let (expected, got) = (read::written_amount(expected), read::written_amount(got));
        self.cell(what, &expected, &got);
    }

    /// Another try at the same place.
    pub fn attempt(&self) -> Tally {
        Tally {
            place: self.place.clone(),
            ..Tally::default()
        }
    }

    /// Takes over what a try compared.
    pub fn take(&mut self, attempt: Tally) {
        self.cells += attempt.cells;
        self.differences.extend(attempt.differences);
    }

    /// A step that states what isn't compared.
    pub fn skip(&mut self, why: &str) {
        self.skipped += 1;
        self.why = String::from(why);
    }

    /// Why nothing was compared.
    pub fn why_nothing(&self) -> String {
        match self.skipped {
            0 => String::from("states nothing"),
            _ => format!("states nothing else: {}", self.why),
        }
    }

    pub fn differs(&mut self, what: &str) {
        self.differences.push(format!("{}: {what}", self.place));
    }

    /// Every stated row against one of ours with the same keys, the one that is most like it.
    /// `whole`: ours has no other rows.
    pub fn table(&mut self, stated: &Table, ours: &[Row], keys: &[&str], whole: bool) {
        let mut free: Vec<&Row> = ours.iter().collect();
        for nr in 0..stated.rows.len() {
            let fits = |row: &&Row| {
                keys.iter().all(|key| {
                    let expected = stated.cell(nr, key).unwrap_or_default();
                    row.get(key).is_some_and(|got| same(expected, got))
                })
            };
            let candidates = free.iter().enumerate().filter(|(_, row)| fits(row));
            let best = candidates.max_by_key(|(at, row)| {
                let wrong = wrong_cells(stated, nr, row).len();
                (std::cmp::Reverse(wrong), std::cmp::Reverse(*at))
            });
            let Some((at, _)) = best else {
                self.cells += stated.header.len();
                let row = stated.rows[nr].join(" | ");
                self.differs(&format!("row {}: none of ours is [{row}]", nr + 1));
                continue;
            };
            let row = free.remove(at);
            self.cells += stated.header.len();
            let wrong = wrong_cells(stated, nr, row);
            if !wrong.is_empty() {
                self.differs(&format!("row {}: {}", nr + 1, wrong.join("; ")));
            }
        }
        if whole {
            for row in free {
                let cells: Vec<&str> = row.0.iter().map(|(_, cell)| cell.as_str()).collect();
                self.differs(&format!("ours has a row more: [{}]", cells.join(" | ")));
            }
        }
    }

    /// A table of one row against ours.
    pub fn row(&mut self, stated: &Table, ours: &Row) {
        self.table(stated, std::slice::from_ref(ours), &[], true);
    }
}

fn wrong_cells(stated: &Table, nr: usize, row: &Row) -> Vec<String> {
    let mut wrong = Vec::new();
    for column in &stated.header {
        let expected = stated.cell(nr, column).unwrap_or_default();
        match row.get(column) {
            None => wrong.push(format!("a column {column} isn't known")),
            Some(got) if same(expected, got) => {}
            Some(got) => wrong.push(format!("{column}: {expected} expected, {got} found")),
        }
    }
    wrong
}

fn same(expected: &str, got: &str) -> bool {
    let (expected, got) = (plain(expected), plain(got));
    if let (Some(a), Some(b)) = (read::amount(expected), read::amount(got)) {
        return a == b;
    }
    if let (Some(a), Some(b)) = (read::day(expected), read::day(got)) {
        return a == b;
    }
    expected == got
}

fn plain(cell: &str) -> &str {
    match cell.trim() {
        "null" => "",
        cell => cell,
    }
}

#[test]
fn a_row_more_or_less_or_another_cell_is_a_difference() {
    let table = |rows: &[[&str; 2]]| Table {
        header: vec![String::from("Date"), String::from("Due")],
        rows: rows
            .iter()
            .map(|row| row.map(String::from).to_vec())
            .collect(),
    };
    let ours = [
        Row::default()
            .with("Date", "01 May 2024")
            .amount("Due", 25_000),
        Row::default()
            .with("Date", "01 May 2024")
            .amount("Due", 100),
    ];
    let check = |rows: &[[&str; 2]], expected: usize| {
        let mut tally = Tally::default();
        tally.table(&table(rows), &ours, &["Date"], true);
        assert_eq!(tally.differences.len(), expected, "{:?}", tally.differences);
    };
    check(&[["1 May 2024", "1.0"], ["01 May 2024", "250.0"]], 0);
    check(&[["01 May 2024", "250"]], 1);
    check(&[["01 May 2024", "250"], ["01 May 2024", "1.01"]], 1);
    check(&[["01 May 2024", "250"], ["01 May 2024", "250"]], 1);
    check(&[["02 May 2024", "1"], ["01 May 2024", "250"]], 2);
}
