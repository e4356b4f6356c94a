//! Results that Daraja posts some time after it was asked: of a reversal, and of the status of a
//! transaction; and that it didn't get to it in time.
//!
//! Values come as a list, as a list in an object, or as one object where there is one alone;
//! names of values differ between Daraja's documents and its answers, and both are read. On
//! purpose absent: which question a result belongs to (its conversation says so), and whether
//! anybody asked.

use fairlock_domain::calendar::Instant;

use super::eat;
use crate::decimal::Decimal;
use crate::error::ReadError;
use crate::members::Object;

/// Who asked: Daraja's names of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `AG_…`, as the answer to the question gave it.
    pub conversation: String,
    pub originator: Option<String>,
}

/// The result of a reversal.
pub struct Reversal {
    pub asked: Option<Asked>,
    pub outcome: ReversalOutcome,
}

pub enum ReversalOutcome {
    /// The money went back to the payer.
    Reversed(Reversed),
    /// Nothing was reversed: the code and Daraja's words.
    Refused(Refused),
}

pub struct Reversed {
    /// The payment's receipt.
    pub original: String,
    /// The reversal's own.
    pub receipt: String,
    pub amount: Decimal,
    pub completed: Option<Instant>,
}

/// A question that has no good answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub code: String,
    pub text: Option<String>,
}

impl Refused {
    /// One line for people.
    pub fn sentence(&self) -> String {
        match &self.text {
            Some(text) => format!("result {}: {text}", self.code),
            None => format!("result {}", self.code),
        }
    }
}

/// The status of a transaction.
pub struct Status {
    pub asked: Option<Asked>,
    pub outcome: StatusOutcome,
}

pub enum StatusOutcome {
    Found(Found),
    /// There is none, or Daraja doesn't tell: the code and its words.
    Refused(Refused),
}

pub struct Found {
    pub receipt: String,
    pub amount: Decimal,
    pub state: Told,
    pub acted: Option<Instant>,
}

/// How far a transaction is, as Daraja says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Completed,
    /// Taken back after it was completed.
    Reversed,
    /// It ended without a payment: Daraja's word.
    Ended(String),
    /// Anything else: Daraja's word. It isn't at an end.
    UnderWay(String),
}

/// A question that Daraja didn't get to.
pub struct TimedOut {
    pub asked: Option<Asked>,
    pub text: Option<String>,
}

/// Reads the result of a reversal.
///
/// Safaricom's own example has the code 21 on a reversal that happened: with the receipts of
/// both, 0 and 21 are a reversal.
pub fn read_reversal(body: &[u8]) -> Result<Reversal, ReadError> {
    let body = Object::body(body)?;
    let result = Posted::of(&body)?;
    let asked = result.asked()?;
    let original = result.parameter(&["OriginalTransactionID"]);
    let outcome = match (result.code.as_str(), original) {
        ("0" | "21", Some(original)) => ReversalOutcome::Reversed(Reversed {
            original: original.required_id("Value", "the receipt of a payment")?,
            receipt: result
                .result
                .required_id("TransactionID", "the receipt of the reversal")?,
            amount: result.amount(&["Amount"])?,
            completed: result.time(&["TransCompletedTime"]),
        }),
        ("0", None) => {
            let expected = "OriginalTransactionID among the values of a reversal";
            return Err(result.result.missing("ResultParameters", expected));
        }
        (code, Some(_)) => {
            let expected = "0 or 21 on a reversal that names its payment";
            return Err(result.result.wrong("ResultCode", code, expected));
        }
        (_, None) => ReversalOutcome::Refused(result.refused()),
    };
    Ok(Reversal { asked, outcome })
}

/// Reads the status of a transaction.
pub fn read_status(body: &[u8]) -> Result<Status, ReadError> {
    let body = Object::body(body)?;
    let result = Posted::of(&body)?;
    let asked = result.asked()?;
    if result.code != "0" {
        let outcome = StatusOutcome::Refused(result.refused());
        return Ok(Status { asked, outcome });
    }
    let names = ["ReceiptNo", "TransactionReceipt"];
    let expected = "the receipt of a transaction";
    let receipt = match result.parameter(&names) {
        Some(receipt) => receipt.required_id("Value", expected)?,
        None => return Err(result.result.missing("ResultParameters", expected)),
    };
    let state = result.word(&["TransactionStatus", "Status"]);
    let state = state.ok_or_else(|| {
        let expected = "TransactionStatus among the values";
        result.result.missing("ResultParameters", expected)
    })?;
    let state = match state.to_lowercase().as_str() {
        "completed" => Told::Completed,
        "reversed" => Told::Reversed,
        "cancelled" | "declined" | "expired" | "failed" => Told::Ended(state),
        _ => Told::UnderWay(state),
    };
    let outcome = StatusOutcome::Found(Found {
        receipt,
        amount: result.amount(&["Amount", "TransactionAmount"])?,
        state,
        acted: result.time(&["FinalisedTime", "InitiatedTime"]),
    });
    Ok(Status { asked, outcome })
}

/// Reads that a question wasn't got to.
pub fn read_timeout(body: &[u8]) -> Result<TimedOut, ReadError> {
    let body = Object::body(body)?;
    let result = Posted::of(&body)?;
    Ok(TimedOut {
        asked: result.asked()?,
        text: result.result.words("ResultDesc"),
    })
}

/// A result as it is posted.
struct Posted<'a> {
    result: Object<'a>,
    code: String,
    parameters: Vec<Object<'a>>,
}

impl<'a> Posted<'a> {
    fn of(body: &Object<'a>) -> Result<Posted<'a>, ReadError> {
        let result = body.required_object("Result", "the result of a question")?;
        let code = result.required("ResultCode", "a result code such as 0")?;
        let is_list = |object: &Object<'a>, name: &str| {
            object
                .raw(name)
                .is_some_and(|raw| raw.get().starts_with('['))
        };
        let parameters = match is_list(&result, "ResultParameters") {
            true => result.objects("ResultParameters")?,
            false => match result.object("ResultParameters")? {
                None => Vec::new(),
                Some(inner) if is_list(&inner, "ResultParameter") => {
                    inner.objects("ResultParameter")?
                }
                Some(inner) => inner.object("ResultParameter")?.into_iter().collect(),
            },
        };
        Ok(Posted {
            result,
            code,
            parameters,
        })
    }

    fn asked(&self) -> Result<Option<Asked>, ReadError> {
        let Some(conversation) = self.result.id("ConversationID")? else {
            return Ok(None);
        };
        Ok(Some(Asked {
            conversation,
            originator: self.result.id("OriginatorConversationID")?,
        }))
    }

    fn refused(&self) -> Refused {
        Refused {
            code: self.code.clone(),
            text: self.result.words("ResultDesc"),
        }
    }

    /// The first value under one of these names.
    fn parameter(&self, names: &[&str]) -> Option<&Object<'a>> {
        self.parameters.iter().find(|parameter| {
            let key = parameter.words("Key");
            let there = parameter.words("Value").is_some();
            there && key.is_some_and(|key| names.contains(&key.as_str()))
        })
    }

    fn word(&self, names: &[&str]) -> Option<String> {
        self.parameter(names)?.words("Value")
    }

    fn time(&self, names: &[&str]) -> Option<Instant> {
        self.word(names).as_deref().and_then(eat)
    }

    fn amount(&self, names: &[&str]) -> Result<Decimal, ReadError> {
        const EXPECTED: &str = "an amount above zero such as 1500.00";
        let Some(amount) = self.parameter(names) else {
            return Err(self.result.missing("ResultParameters", EXPECTED));
        };
        let text = amount.required("Value", EXPECTED)?;
        match Decimal::parse(&text) {
            Ok(value) if !value.is_zero() => Ok(value),
            _ => Err(amount.wrong("Value", &text, EXPECTED)),
        }
    }
}
