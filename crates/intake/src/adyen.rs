//! Adyen notifications: a batch of items, each one event of one payment, each signed by itself.
//!
//! A payment is known by the `pspReference` of its authorisation, which later items repeat as
//! `originalReference`. Whether an authorisation is the money depends on the account: with
//! immediate capture (Adyen's default) no capture is told. A won dispute and a refund that failed
//! have the id of what they undo; a second chargeback takes anew, and has an id of its own.
//!
//! On purpose absent: events that move no money (requests for information, notices of a
//! chargeback that may come, reports), which are told as information.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Change;
use fairlock_domain::payment::change::ChangeKind;
use fairlock_domain::pii::Pii;

use crate::error::{Place, ReadError};
use crate::members::Object;
use crate::notification::{Changed, Failure, Notification, Payment, State, Tells};
use crate::signature::adyen::Signed;
use crate::signature::{self, Keys, SignatureError};
use crate::stamp::parse_stamp;

/// What Adyen expects as the answer, besides any 2xx: the batch is ours now.
pub const ADYEN_ANSWER: &str = "[accepted]";

/// How the account takes authorised money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// Adyen captures by itself and tells no capture.
    Immediate,
    /// The lender captures, and the capture is told.
    Separate,
}

/// Checks every item's signature; one that is wrong is enough to refuse the batch.
pub fn verify_adyen(keys: &Keys, body: &[u8]) -> Result<(), SignatureError> {
    let items = items(body).map_err(|_| SignatureError::Malformed)?.1;
    if items.is_empty() {
        return Err(SignatureError::Missing);
    }
    for item in items {
        let texts = Texts::of(&item).map_err(|_| SignatureError::Malformed)?;
        let data = item.object("additionalData");
        let data = data.map_err(|_| SignatureError::Malformed)?;
        let claimed = data.and_then(|data| data.exact("hmacSignature"));
        signature::adyen::verify(keys, claimed.as_deref(), &texts.signed())?;
    }
    Ok(())
}

/// Reads a batch for one merchant account.
pub fn read_adyen(
    body: &[u8],
    merchant_account: &str,
    capture: Capture,
) -> Result<Vec<Notification>, ReadError> {
    let (live, items) = items(body)?;
    if items.is_empty() {
        let place = Place::Json {
            path: "$.notificationItems".to_owned(),
        };
        return Err(ReadError::new(place, "nothing", "at least one item"));
    }
    let each = items.iter();
    each.map(|item| notification(item, merchant_account, capture, live))
        .collect()
}

fn items(body: &[u8]) -> Result<(Option<bool>, Vec<Object<'_>>), ReadError> {
    let batch = Object::body(body)?;
    let live = batch.flag("live")?;
    let wrapped = batch.objects("notificationItems")?;
    let mut items = Vec::new();
    for wrapped in wrapped {
        items.push(wrapped.required_object("NotificationRequestItem", "the item itself")?);
    }
    Ok((live, items))
}

/// The signed fields, byte for byte.
struct Texts {
    fields: [String; 8],
}

impl Texts {
    fn of(item: &Object<'_>) -> Result<Texts, ReadError> {
        let amount = item.object("amount")?;
        let of = |name: &str| item.exact(name).unwrap_or_default();
        let of_amount = |name: &str| {
            let text = amount.as_ref().and_then(|amount| amount.exact(name));
            text.unwrap_or_default()
        };
        Ok(Texts {
            fields: [
                of("pspReference"),
                of("originalReference"),
                of("merchantAccountCode"),
                of("merchantReference"),
                of_amount("value"),
                of_amount("currency"),
                of("eventCode"),
                of("success"),
            ],
        })
    }

    fn signed(&self) -> Signed<'_> {
        let [
            psp,
            original,
            account,
            reference,
            value,
            currency,
            code,
            success,
        ] = &self.fields;
        Signed {
            psp_reference: psp,
            original_reference: original,
            merchant_account: account,
            merchant_reference: reference,
            value,
            currency,
            event_code: code,
            success,
        }
    }
}

fn notification(
    item: &Object<'_>,
    merchant_account: &str,
    capture: Capture,
    live: Option<bool>,
) -> Result<Notification, ReadError> {
    let account = item.required("merchantAccountCode", "the merchant account")?;
    if account != merchant_account {
        return Err(item.wrong("merchantAccountCode", &account, merchant_account));
    }
    let code = item.required("eventCode", "an event code such as AUTHORISATION")?;
    let success = item.flag("success")?;
    let success = success.ok_or_else(|| item.missing("success", "true or false"))?;
    let event = Event {
        item,
        psp: item.required_id("pspReference", "the reference of the event")?,
        original: item.id("originalReference")?,
        at: date(item)?,
    };
    Ok(Notification {
        event: None,
        at: event.at,
        live,
        tells: event.tells(&code, success, capture)?,
        kind: code,
    })
}

struct Event<'a> {
    item: &'a Object<'a>,
    psp: String,
    original: Option<String>,
    at: Option<Instant>,
}

impl Event<'_> {
    fn tells(&self, code: &str, success: bool, capture: Capture) -> Result<Vec<Tells>, ReadError> {
        let first = || self.psp.clone();
        let one = match (code, success) {
            ("AUTHORISATION", true) if capture == Capture::Immediate => {
                self.payment(first(), State::Booked)?
            }
            ("AUTHORISATION" | "PENDING", true) => self.payment(first(), State::Pending)?,
            ("AUTHORISATION" | "PENDING", false) | ("OFFER_CLOSED", _) => {
                self.payment(first(), self.failed(code))?
            }
            ("CAPTURE", true) => self.payment(self.original()?, State::Booked)?,
            ("CAPTURE", false) => self.payment(self.original()?, self.failed(code))?,
            ("CANCELLATION" | "TECHNICAL_CANCEL" | "EXPIRE", true) => {
                self.payment(self.original()?, self.failed(code))?
            }
            ("CANCEL_OR_REFUND", true) => match self.modification()?.as_deref() {
                Some("refund") => self.changed(ChangeKind::Refund, "")?,
                Some("cancel") => self.payment(self.original()?, self.failed(code))?,
                _ => return Err(self.item.missing("additionalData", "modification.action")),
            },
            ("CAPTURE_FAILED", true) => self.changed(ChangeKind::Reversal, "")?,
            ("REFUND", true) => self.changed(ChangeKind::Refund, "")?,
            ("REFUND_FAILED" | "REFUNDED_REVERSED", true) => {
                self.changed(ChangeKind::RefundFailed, "")?
            }
            ("CHARGEBACK", true) => self.changed(ChangeKind::Chargeback, "")?,
            ("CHARGEBACK_REVERSED", true) => self.changed(ChangeKind::ChargebackWon, "")?,
            // There is a second one only when the first was reversed, told or not yet told.
            ("SECOND_CHARGEBACK" | "PREARBITRATION_LOST", true) => {
                let won = self.changed(ChangeKind::ChargebackWon, "")?;
                return Ok(vec![won, self.changed(ChangeKind::Chargeback, "/2")?]);
            }
            _ => return Ok(Vec::new()),
        };
        Ok(vec![one])
    }

    fn payment(&self, id: String, state: State) -> Result<Tells, ReadError> {
        let holder = self.item.object("additionalData")?;
        Ok(Tells::Payment(Payment {
            ids: vec![id],
            amount: self.amount()?,
            acted: self.at,
            texts: self.texts(),
            payer: holder.and_then(|data| data.personal("cardHolderName")),
            phone: None,
            state,
        }))
    }

    fn changed(&self, kind: ChangeKind, suffix: &str) -> Result<Tells, ReadError> {
        Ok(Tells::Changed(Changed {
            of: vec![self.original()?],
            change: Change {
                kind,
                id: format!("{}{suffix}", self.psp),
                amount: self.amount()?,
                charges: None,
            },
            at: self.at,
            reason: self.item.words("reason"),
            texts: self.texts(),
        }))
    }

    fn original(&self) -> Result<String, ReadError> {
        let expected = "the reference of the payment that it is of";
        let original = self.original.clone();
        original.ok_or_else(|| self.item.missing("originalReference", expected))
    }

    fn amount(&self) -> Result<Money, ReadError> {
        let amount = self.item.required_object("amount", "an amount")?;
        let currency = amount.currency("currency")?;
        amount.minor("value", currency, decimals(currency))
    }

    fn texts(&self) -> Vec<Pii<String>> {
        self.item
            .personal("merchantReference")
            .into_iter()
            .collect()
    }

    fn failed(&self, code: &str) -> State {
        State::Failed(Failure {
            code: code.to_owned(),
            text: self.item.words("reason"),
        })
    }

    fn modification(&self) -> Result<Option<String>, ReadError> {
        let data = self.item.object("additionalData")?;
        Ok(data.and_then(|data| data.words("modification.action")))
    }
}

/// `eventDate`, with its offset.
fn date(item: &Object<'_>) -> Result<Option<Instant>, ReadError> {
    const EXPECTED: &str = "a time with an offset such as 2026-03-02T09:30:45+01:00";
    let Some(text) = item.text("eventDate")? else {
        return Ok(None);
    };
    let at = parse_stamp(&text).and_then(|stamp| stamp.at);
    at.map(Some)
        .ok_or_else(|| item.wrong("eventDate", &text, EXPECTED))
}

/// How many decimals Adyen's minor units have: as in ISO 4217, but for four currencies (Adyen,
/// "Currency codes and minor units", those that differ from the standard).
fn decimals(currency: Currency) -> u8 {
    match currency.code() {
        "CVE" | "IDR" => 0,
        "CLP" | "ISK" => 2,
        _ => currency.exponent(),
    }
}
