//! Entries of loans in rows: how each posting made, moved or reversed them, and how they stand.

use fairlock_domain::ledger::{
    Account, LoanChange, LoanEntry, Moved, PostingKind, Record, Source, Work,
};
use fairlock_domain::loan::Portions;
use fairlock_domain::loan::order::Component;
use fairlock_domain::money::Money;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, Tx, amount_cell, statements};

statements! { "loan_entries":
    INSERT = "
        INSERT INTO loan_entries (lender_id, entry, posting_no, entry_no, step, source,
                                  was_principal, was_interest, was_fee, was_penalty, was_credit,
                                  principal, interest, fee, penalty, credit)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    OF_POSTING = "
        SELECT entry, step, source, was_principal, was_interest, was_fee, was_penalty, was_credit,
               principal, interest, fee, penalty, credit
        FROM loan_entries WHERE posting_no = ?1 ORDER BY entry_no";
    OF_ENTRY = "
        SELECT p.contract_id, p.kind, p.amount, p.currency, e.step, e.source,
               e.was_principal, e.was_interest, e.was_fee, e.was_penalty, e.was_credit,
               e.principal, e.interest, e.fee, e.penalty, e.credit
        FROM loan_entries AS e JOIN postings AS p ON p.posting_no = e.posting_no
        WHERE e.lender_id = ?1 AND e.entry = ?2 ORDER BY e.posting_no, e.entry_no";
}

/// What a posting did to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Made,
    Moved,
    Reversed,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Step::Made => "made",
            Step::Moved => "moved",
            Step::Reversed => "reversed",
        }
    }

    fn from_name(name: &str) -> Option<Step> {
        let all = [Step::Made, Step::Moved, Step::Reversed];
        all.into_iter().find(|step| step.name() == name)
    }
}

/// Stores what a posting did to entries; nothing for a posting that isn't a loan's.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    lender: LenderId,
    posting_no: i64,
    subject: &str,
    work: &Work,
) -> Result<(), StoreError> {
    let Work::Loan { change, moved, .. } = work else {
        return Ok(());
    };
    let mut rows = Vec::new();
    match change {
        LoanChange::Entry(e) => {
            let source = e.source.as_ref().map(|s| s.account().name());
            rows.push((subject, Step::Made, source, None, Some(e.portions)));
        }
        LoanChange::Reversal { of } => rows.push((of, Step::Reversed, None, None, None)),
        LoanChange::Reallocation => {}
    }
    for m in moved {
        let (was, is) = (Some(m.before), Some(m.after));
        rows.push((&m.entry, Step::Moved, None, was, is));
    }
    for (no, (entry, step, source, was, is)) in (0_u32..).zip(rows) {
        let [was_p, was_i, was_f, was_n, was_c] = portion_cells(was)?;
        let [p, i, f, n, c] = portion_cells(is)?;
        tx.run(
            INSERT,
            (
                lender.0,
                entry,
                posting_no,
                no,
                step.name(),
                source,
                was_p,
                was_i,
                was_f,
                was_n,
                was_c,
                p,
                i,
                f,
                n,
                c,
            ),
        )?;
    }
    Ok(())
}

/// What a loan's posting was asked to do, from its rows; None for any other posting.
pub(crate) fn change(
    db: &Db<'_>,
    posting_no: i64,
    kind: PostingKind,
    amount: Option<Money>,
) -> Result<Option<(LoanChange, Vec<Moved>)>, StoreError> {
    let of_loan = matches!(
        kind,
        PostingKind::Entry(_) | PostingKind::Undone | PostingKind::Reallocated
    );
    if !of_loan {
        return Ok(None);
    }
    let rows = db.all(OF_POSTING, (posting_no,), |c| {
        let entry: String = c.get()?;
        Ok((entry, Row::read(c)?))
    })?;
    let mut change = None;
    let mut moved = Vec::new();
    for (entry, row) in rows {
        match (row.step, kind) {
            (Step::Made, PostingKind::Entry(kind)) => {
                let made = amount.zip(row.is).map(|(amount, portions)| LoanEntry {
                    kind,
                    source: row.source,
                    amount,
                    portions,
                });
                change = made.map(LoanChange::Entry);
            }
            (Step::Reversed, PostingKind::Undone) => {
                change = Some(LoanChange::Reversal { of: entry });
            }
            (Step::Moved, _) => {
                let both = row.was.zip(row.is);
                moved.extend(both.map(|(before, after)| Moved {
                    entry,
                    before,
                    after,
                }));
            }
            _ => return Ok(None),
        }
    }
    if kind == PostingKind::Reallocated {
        change = Some(LoanChange::Reallocation);
    }
    Ok(change.map(|change| (change, moved)))
}

/// An entry as it stands; None when no loan has one of that id.
pub(crate) fn record(
    db: &Db<'_>,
    lender: LenderId,
    entry: &str,
) -> Result<Option<Record>, StoreError> {
    let rows = db.all(OF_ENTRY, (lender.0, entry), |c| {
        let contract: Option<String> = c.get()?;
        let kind = c.word(PostingKind::from_name, "a kind of posting")?;
        let amount = c.money_or_none()?;
        Ok((contract, kind, amount, Row::read(c)?))
    })?;
    let mut record: Option<Record> = None;
    for (contract, kind, amount, row) in rows {
        match (&mut record, kind, row.step) {
            (None, PostingKind::Entry(kind), Step::Made) => {
                let made = contract.zip(amount).zip(row.is);
                record = made.map(|((contract, amount), portions)| Record {
                    contract,
                    entry: LoanEntry {
                        kind,
                        source: row.source,
                        amount,
                        portions,
                    },
                    reversed: false,
                });
            }
            (Some(record), _, Step::Moved) => {
                let moved = row.is.and_then(|is| record.entry.with_portions(is));
                record.entry = moved.ok_or_else(|| broken(entry))?;
            }
            (Some(record), _, Step::Reversed) => record.reversed = true,
            _ => return Err(broken(entry)),
        }
    }
    Ok(record)
}

fn broken(entry: &str) -> StoreError {
    StoreError::Row {
        place: format!("loan_entries of {entry}"),
        found: "rows in another order, or columns missing".into(),
        expected: "one that was made, then those that moved it, then its reversal",
    }
}

/// The columns that every query ends with.
struct Row {
    step: Step,
    source: Option<Source>,
    was: Option<Portions>,
    is: Option<Portions>,
}

impl Row {
    fn read(c: &mut Cells<'_>) -> Result<Row, StoreError> {
        let step = c.word(Step::from_name, "a step of an entry")?;
        let source = |name: &str| Source::of_account(&Account::from_name(name)?);
        Ok(Row {
            step,
            source: c.word_or_none(source, "an account that money comes from")?,
            was: portions(c)?,
            is: portions(c)?,
        })
    }
}

/// Five columns, all null for none.
fn portions(c: &mut Cells<'_>) -> Result<Option<Portions>, StoreError> {
    let mut cell = || Ok::<_, StoreError>(c.get::<Option<i64>>()?.map(i128::from));
    let [principal, interest, fee, penalty, credit] = [cell()?, cell()?, cell()?, cell()?, cell()?];
    let Some(principal) = principal else {
        return Ok(None);
    };
    let mut portions = Portions::of(Component::Principal, principal);
    portions.add(Component::Interest, interest.unwrap_or(0));
    portions.add(Component::Fee, fee.unwrap_or(0));
    portions.add(Component::Penalty, penalty.unwrap_or(0));
    portions.credit = credit.unwrap_or(0);
    Ok(Some(portions))
}

fn portion_cells(portions: Option<Portions>) -> Result<[Option<i64>; 5], StoreError> {
    let Some(p) = portions else {
        return Ok([None; 5]);
    };
    let five = [p.principal(), p.interest(), p.fee(), p.penalty(), p.credit];
    let mut cells = [None; 5];
    for (cell, amount) in cells.iter_mut().zip(five) {
        *cell = Some(amount_cell(amount)?);
    }
    Ok(cells)
}
