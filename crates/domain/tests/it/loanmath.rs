//! Loan arithmetic, row by row, against tables that other libraries computed.
//!
//! The folder is `FAIRLOCK_LOANMATH_DIR`, else `../shared/samples/loanmath` beside the workspace.

mod annuity;
mod daycount;

use crate::samples;

/// How many rows were compared, and what is different in those that don't agree.
#[derive(Default)]
struct Tally {
    rows: usize,
    differ: Vec<String>,
}

impl Tally {
    /// Counts one row; `differences` is empty when it agrees.
    fn row(&mut self, name: &str, differences: &[String]) {
        self.rows += 1;
        if !differences.is_empty() {
            self.differ
                .push(format!("{name}: {}", differences.join("; ")));
        }
    }
}

#[test]
fn the_tables_of_others_agree() {
    let Some(folder) = samples::folder("FAIRLOCK_LOANMATH_DIR", "loanmath") else {
        return;
    };
    let mut tally = Tally::default();
    daycount::compare(&folder, &mut tally);
    annuity::compare(&folder, &mut tally);
    let agree = tally.rows - tally.differ.len();
    println!("loanmath: {agree} of {}", tally.rows);
    assert!(tally.differ.is_empty(), "\n{}", tally.differ.join("\n"));
}
