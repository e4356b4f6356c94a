//! pain.002: what became of payments that were ordered, by group, by payment and by transaction.
//!
//! Any of the three levels may be the only one with a status, and the nearest one that is there
//! counts for a transaction. Codes of the payee check (RVNM, RVMC, RVNA, RCVC) are information,
//! never rejections; so is a group that was accepted in part. Failure: values that aren't what
//! their element says. On purpose absent: the order itself, whose end-to-end id the reader of the
//! answer knows.

use std::fmt;

use crate::error::ReadError;
use crate::leaf::{amount, inner_amount};
use crate::statement::Amount;
use crate::xml::Xml;

/// Transactions of one file (design/payments.md, "Bad input").
pub const TRANSACTIONS_MAX: usize = 1_000_000;

/// What a status means for a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Pending,
    Booked,
    Failed,
    Information,
}

impl Effect {
    pub fn name(self) -> &'static str {
        match self {
            Effect::Pending => "pending",
            Effect::Booked => "booked",
            Effect::Failed => "failed",
            Effect::Information => "information",
        }
    }

    /// The effect of a status code (design/payments.md, "States outside, states inside"); what
    /// isn't in the table changes nothing.
    pub fn of(status: &str) -> Self {
        match status {
            "RCVD" | "ACTC" | "ACCP" | "ACSP" | "ACWC" | "PDNG" => Effect::Pending,
            "ACSC" | "ACCC" => Effect::Booked,
            "RJCT" | "CANC" => Effect::Failed,
            _ => Effect::Information,
        }
    }
}

/// A status with its reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    pub code: Option<String>,
    /// The first reason's code or the bank's own.
    pub reason: Option<String>,
    /// The additional information, its lines joined as they are.
    pub text: Option<String>,
}

/// One transaction's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionStatus {
    /// `OrgnlEndToEndId`; `None` for NOTPROVIDED.
    pub original_id: Option<String>,
    pub status: Status,
    pub amount: Option<Amount>,
    pub effect: Effect,
}

/// The group's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupStatus {
    pub format: String,
    pub message: Option<String>,
    pub original_message: Option<String>,
    /// The name of the original message, such as pain.001.001.03.
    pub original_message_name: Option<String>,
    pub status: Status,
}

/// One payment information block's answer, or the transactions that stand outside any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentStatus {
    /// `OrgnlPmtInfId`.
    pub payment: Option<String>,
    pub status: Status,
    pub transactions: Vec<TransactionStatus>,
}

/// A whole pain.002. Has at least one payment, which has no id when the message has no block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    pub group: GroupStatus,
    pub payments: Vec<PaymentStatus>,
}

/// For people: what was answered, and how much of it went wrong.
impl fmt::Display for StatusReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = "not known";
        let group = &self.group;
        let transactions = self
            .payments
            .iter()
            .flat_map(|payment| &payment.transactions);
        let failed = transactions
            .clone()
            .filter(|transaction| transaction.effect == Effect::Failed);
        write!(
            f,
            "{}, {}, answer to {}: group {}, {} transactions, {} failed",
            group.message.as_deref().unwrap_or(unknown),
            group.format,
            group.original_message.as_deref().unwrap_or(unknown),
            group.status.code.as_deref().unwrap_or(unknown),
            transactions.count(),
            failed.count(),
        )
    }
}

/// Reads the message whose root element is the current one.
pub(crate) fn read(xml: &mut Xml<'_>, format: &str) -> Result<StatusReport, ReadError> {
    let mut report = Draft::default();
    report.group.format = format.to_owned();
    while xml.child()? {
        match xml.name() {
            "GrpHdr" => report.group.message = header(xml)?,
            "OrgnlGrpInfAndSts" => group(xml, &mut report.group)?,
            "OrgnlPmtInfAndSts" => {
                let payment = payment(xml, &mut report.transactions)?;
                report.payments.push(payment);
            }
            // Before version 3 transactions stand beside the group.
            "TxInfAndSts" => {
                let transaction = transaction(xml, &mut report.transactions)?;
                report.outside.push(transaction);
            }
            _ => xml.skip()?,
        }
    }
    Ok(report.complete())
}

#[derive(Default)]
struct Draft {
    group: GroupStatus,
    payments: Vec<PaymentStatus>,
    outside: Vec<TransactionStatus>,
    /// How many transactions were read.
    transactions: usize,
}

impl Draft {
    /// Gives every transaction the effect of the nearest status that is there.
    fn complete(self) -> StatusReport {
        let mut payments = self.payments;
        if payments.is_empty() || !self.outside.is_empty() {
            payments.push(PaymentStatus {
                transactions: self.outside,
                ..PaymentStatus::default()
            });
        }
        for payment in &mut payments {
            let above = payment
                .status
                .code
                .as_deref()
                .or(self.group.status.code.as_deref());
            for transaction in &mut payment.transactions {
                let nearest = transaction.status.code.as_deref().or(above);
                transaction.effect = nearest.map_or(Effect::Information, Effect::of);
            }
        }
        StatusReport {
            group: self.group,
            payments,
        }
    }
}

fn header(xml: &mut Xml<'_>) -> Result<Option<String>, ReadError> {
    let mut id = None;
    while xml.child()? {
        match xml.name() {
            "MsgId" => id = xml.text()?,
            _ => xml.skip()?,
        }
    }
    Ok(id)
}

fn group(xml: &mut Xml<'_>, group: &mut GroupStatus) -> Result<(), ReadError> {
    while xml.child()? {
        match xml.name() {
            "OrgnlMsgId" => group.original_message = xml.text()?,
            "OrgnlMsgNmId" => group.original_message_name = xml.text()?,
            "GrpSts" => group.status.code = xml.text()?,
            "StsRsnInf" => reason(xml, &mut group.status)?,
            _ => xml.skip()?,
        }
    }
    Ok(())
}

fn payment(xml: &mut Xml<'_>, read: &mut usize) -> Result<PaymentStatus, ReadError> {
    let mut payment = PaymentStatus::default();
    while xml.child()? {
        match xml.name() {
            "OrgnlPmtInfId" => payment.payment = xml.text()?,
            "PmtInfSts" => payment.status.code = xml.text()?,
            "StsRsnInf" => reason(xml, &mut payment.status)?,
            "TxInfAndSts" => {
                let transaction = transaction(xml, read)?;
                payment.transactions.push(transaction);
            }
            _ => xml.skip()?,
        }
    }
    Ok(payment)
}

fn transaction(xml: &mut Xml<'_>, read: &mut usize) -> Result<TransactionStatus, ReadError> {
    if *read == TRANSACTIONS_MAX {
        return Err(xml.unexpected(
            "more than 1,000,000 transactions",
            "at most 1,000,000 in one file",
        ));
    }
    *read += 1;
    let (mut original_id, mut status, mut ordered) = (None, Status::default(), None);
    while xml.child()? {
        match xml.name() {
            "OrgnlEndToEndId" => {
                original_id = xml
                    .text()?
                    .filter(|id| !id.eq_ignore_ascii_case("NOTPROVIDED"))
            }
            "TxSts" => status.code = xml.text()?,
            "StsRsnInf" => reason(xml, &mut status)?,
            "OrgnlTxRef" => ordered = original_amount(xml)?.or(ordered),
            _ => xml.skip()?,
        }
    }
    Ok(TransactionStatus {
        original_id,
        status,
        amount: ordered,
        effect: Effect::Information,
    })
}

/// The first reason, and every line of additional information.
fn reason(xml: &mut Xml<'_>, status: &mut Status) -> Result<(), ReadError> {
    while xml.child()? {
        match xml.name() {
            "Rsn" => {
                let reason = xml.text_or_child(&["Cd", "Prtry"])?;
                status.reason = status.reason.take().or(reason);
            }
            "AddtlInf" => {
                let line = xml.text_as_is()?;
                status.text.get_or_insert_default().push_str(&line);
            }
            _ => xml.skip()?,
        }
    }
    status.text = status.text.take().filter(|text| !text.trim().is_empty());
    Ok(())
}

/// The amount of the original transaction: instructed, else equivalent, else settled between the
/// banks.
fn original_amount(xml: &mut Xml<'_>) -> Result<Option<Amount>, ReadError> {
    let (mut ordered, mut settled) = (None, None);
    while xml.child()? {
        match xml.name() {
            "Amt" => ordered = ordered_amount(xml)?.or(ordered),
            "IntrBkSttlmAmt" => settled = Some(amount(xml)?),
            _ => xml.skip()?,
        }
    }
    Ok(ordered.or(settled))
}

fn ordered_amount(xml: &mut Xml<'_>) -> Result<Option<Amount>, ReadError> {
    let (mut instructed, mut equivalent) = (None, None);
    while xml.child()? {
        match xml.name() {
            "InstdAmt" => instructed = Some(amount(xml)?),
            "EqvtAmt" => equivalent = inner_amount(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(instructed.or(equivalent))
}
