//! Lines of messages, each behind one payment or none.
//!
//! A line is what its message says; when the message is read once more after a reader was put
//! right, the line is written over, and a payment that is found only now stands behind it. A line
//! never moves from one payment to another: that is for a person to decide.

use fairlock_domain::pii::Pii;

use crate::changes::{CommitError, NewLine};
use crate::error::StoreError;
use crate::ids::LenderId;
use crate::inbox::MessageNo;
use crate::payments::{self, PaymentRow};
use crate::sqlite::{Tx, amount_cell, day_cell, statements};
use crate::store::Store;

statements! { "lines":
    ADD = "
        INSERT INTO source_lines (lender_id, message_no, place, account, kind, state, amount,
                                  currency, booking_date, value_date, text, name)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING";
    KEPT = "
        SELECT l.line_no, (SELECT p.payment_id FROM payment_lines p
                           WHERE p.lender_id = l.lender_id AND p.line_no = l.line_no)
        FROM source_lines l WHERE l.lender_id = ?1 AND l.message_no = ?2 AND l.place = ?3";
    ADD_OR_WRITE_OVER = "
        INSERT INTO source_lines (lender_id, message_no, place, account, kind, state, amount,
                                  currency, booking_date, value_date, text, name)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT (lender_id, message_no, place) DO UPDATE SET
            account = excluded.account, kind = excluded.kind, state = excluded.state,
            amount = excluded.amount, currency = excluded.currency,
            booking_date = excluded.booking_date, value_date = excluded.value_date,
            text = excluded.text, name = excluded.name";
    PAYMENTS = "
        SELECT DISTINCT p.payment_id FROM source_lines l
        JOIN payment_lines p ON p.lender_id = l.lender_id AND p.line_no = l.line_no
        WHERE l.lender_id = ?1 AND l.message_no = ?2 ORDER BY p.payment_id LIMIT ?3";
    LINK = "
        INSERT INTO payment_lines (lender_id, payment_id, line_no) VALUES (?1, ?2, ?3)";
}

impl Store {
    /// The first payments, by id, that lines of a message stand behind.
    pub fn payments_of_message(
        &self,
        lender: LenderId,
        no: MessageNo,
        limit: u32,
    ) -> Result<Vec<PaymentRow>, StoreError> {
        self.read("payments_of_message", |db| {
            let ids: Vec<String> = db.all(PAYMENTS, (lender.0, no.0, limit), |c| c.get())?;
            let rows = ids.iter().map(|id| payments::one(db, lender, id));
            Ok(rows
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .collect())
        })
    }
}

/// Keeps a line. One that is there already is refused, or written over when its message is read
/// `again`.
pub(crate) fn put(
    tx: &Tx<'_>,
    lender: LenderId,
    line: &NewLine,
    again: bool,
) -> Result<(), CommitError> {
    let row = (
        lender.0,
        line.message.0,
        &line.place,
        &line.account,
        &line.kind,
        &line.state,
        amount_cell(line.amount.minor())?,
        line.amount.currency().code(),
        day_cell(line.booking_date),
        day_cell(line.value_date),
        line.text.as_ref().map(Pii::expose),
        line.name.as_ref().map(Pii::expose),
    );
    let (no, owner) = match again {
        true => {
            tx.run(ADD_OR_WRITE_OVER, row)?;
            kept(tx, lender, line)?
        }
        false => (tx.insert(ADD, row)?.ok_or_else(|| exists(line))?, None),
    };
    match (&line.payment_id, owner) {
        (Some(payment), None) => {
            tx.run(LINK, (lender.0, payment, no))?;
            Ok(())
        }
        (payment, Some(owner)) if payment.as_ref() != Some(&owner) => Err(CommitError::LineOwned {
            message: line.message,
            place: line.place.clone(),
            owner,
            payment_id: payment.clone().unwrap_or_else(|| "none".into()),
        }),
        _ => Ok(()),
    }
}

fn exists(line: &NewLine) -> CommitError {
    CommitError::LineExists {
        message: line.message,
        place: line.place.clone(),
    }
}

/// The line's number, and the payment that it stands behind.
fn kept(
    tx: &Tx<'_>,
    lender: LenderId,
    line: &NewLine,
) -> Result<(i64, Option<String>), StoreError> {
    let place = (lender.0, line.message.0, &line.place);
    tx.one(KEPT, place, |c| Ok((c.get()?, c.get()?)))
}
