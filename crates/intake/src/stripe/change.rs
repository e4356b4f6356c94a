//! Refunds and disputes.
//!
//! A refund counts when it succeeded; one that fails later gives the money back. A dispute takes
//! the money when Stripe says that it did: an inquiry (`warning_…`) takes none.

use fairlock_domain::payment::Change;
use fairlock_domain::payment::change::ChangeKind;

use super::{balance, decimals, payment_ids};
use crate::error::ReadError;
use crate::members::Object;
use crate::notification::{Changed, Tells};

pub(super) fn of_refund(refund: &Object<'_>) -> Result<Option<Tells>, ReadError> {
    const STATUS: &str = "pending, requires_action, succeeded, failed or canceled";
    // The first refunds had no status: they were done when they were told.
    let status = refund.text("status")?;
    let kind = match status.as_deref() {
        Some("succeeded") | None => ChangeKind::Refund,
        Some("failed" | "canceled") => ChangeKind::RefundFailed,
        // The payer has nothing yet, so that the payment counts.
        Some("pending" | "requires_action") => return Ok(None),
        Some(other) => return Err(refund.wrong("status", other, STATUS)),
    };
    let reason = match kind {
        ChangeKind::Refund => refund.words("reason"),
        _ => refund.words("failure_reason"),
    };
    changed(refund, kind, reason).map(Some)
}

pub(super) fn of_dispute(dispute: &Object<'_>, event: &str) -> Result<Vec<Tells>, ReadError> {
    const STATUS: &str = "needs_response, under_review, won, lost or a warning";
    let status = dispute.required("status", STATUS)?;
    let kind = match (event, status.as_str()) {
        ("charge.dispute.funds_reinstated", _) | (_, "won") => Some(ChangeKind::ChargebackWon),
        ("charge.dispute.funds_withdrawn", _) => Some(ChangeKind::Chargeback),
        (_, "needs_response" | "under_review" | "lost") => Some(ChangeKind::Chargeback),
        (_, "prevented" | "charge_refunded") => None,
        (_, warning) if warning.starts_with("warning_") => None,
        _ => return Err(dispute.wrong("status", &status, STATUS)),
    };
    let mut tells = Vec::new();
    if let Some(kind) = kind {
        tells.push(changed(dispute, kind, dispute.words("reason"))?);
    }
    for transaction in dispute.objects("balance_transactions")? {
        tells.extend(balance::fee_of(&transaction, payment_ids(dispute)?)?);
    }
    Ok(tells)
}

fn changed(
    object: &Object<'_>,
    kind: ChangeKind,
    reason: Option<String>,
) -> Result<Tells, ReadError> {
    let currency = object.currency("currency")?;
    Ok(Tells::Changed(Changed {
        of: payment_ids(object)?,
        change: Change {
            kind,
            id: object.required_id("id", "the id of the refund or dispute")?,
            amount: object.minor("amount", currency, decimals(currency))?,
            charges: None,
        },
        at: object.seconds("created")?,
        reason,
        texts: Vec::new(),
    }))
}
