//! What a stored message of Daraja's says, and what must be asked about it.

use fairlock_domain::calendar::Span;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::PaymentState;
use fairlock_domain::pii::Pii;
use fairlock_intake::mpesa::pull::read_pull;
use fairlock_intake::mpesa::read_c2b;
use fairlock_intake::mpesa::reply::{Prompt, Reply, read_prompt, read_taken};
use fairlock_intake::mpesa::result::{
    Asked, Found, Refused, ReversalOutcome, Reversed, StatusOutcome, Told, read_reversal,
    read_status, read_timeout,
};
use fairlock_intake::mpesa::stk::{Failed, Outcome, Paid, read_stk};
use fairlock_storage::{EnquiryChange, EnquiryRow, Message, NewEnquiry, StoreError};

use super::ask::{REVERSAL_STATUS, STATUS, list_now};
use super::{Call, link, news};
use crate::config::{Credit, Mpesa, Source};
use crate::money::desk::Desk;
use crate::money::process::Reading;
use crate::money::sources::ask::{ABOUT, pause};

/// A status that isn't at an end is asked for again after this.
const AGAIN: Span = Span::minutes(5);

/// Times that a transaction may be unknown to Daraja before it is taken for none.
const UNKNOWN_MAX: u64 = 5;

/// What goes wrong with a message: the store's trouble, or something for people.
enum Stop {
    Store(StoreError),
    Wrong(String),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Store(error)
    }
}

impl From<fairlock_intake::ReadError> for Stop {
    fn from(error: fairlock_intake::ReadError) -> Stop {
        Stop::Wrong(error.to_string())
    }
}

impl From<news::CallbackError> for Stop {
    fn from(error: news::CallbackError) -> Stop {
        Stop::Wrong(error.to_string())
    }
}

/// Reads a stored message; the inner error is what is wrong with it, for people.
pub fn read(
    desk: &Desk,
    source: &Source,
    till: &Mpesa,
    call: Call,
    message: &Message,
) -> Result<Result<Reading, String>, StoreError> {
    let reader = Reader {
        desk,
        source,
        till,
        message,
    };
    match reader.read(call) {
        Ok(reading) => Ok(Ok(reading)),
        Err(Stop::Wrong(problem)) => Ok(Err(problem)),
        Err(Stop::Store(error)) => Err(error),
    }
}

struct Reader<'a> {
    desk: &'a Desk,
    source: &'a Source,
    till: &'a Mpesa,
    message: &'a Message,
}

impl Reader<'_> {
    fn read(&self, call: Call) -> Result<Reading, Stop> {
        let body = self.message.body.as_slice();
        match call {
            Call::Confirmation => self.confirmation(body),
            // Those that can be read are answered and not kept.
            Call::Validation => {
                read_c2b(body)?;
                Ok(Reading::default())
            }
            Call::Prompt => self.prompt(body),
            Call::Reversal => self.reversal(body),
            Call::ReversalTimeout => {
                read_timeout(body)?;
                Ok(remark("a reversal wasn't got to: nothing went back"))
            }
            Call::Status => self.status(body),
            Call::StatusTimeout => self.status_timeout(body),
            Call::PromptTaken => self.prompt_taken(body),
            Call::PromptStatus => self.prompt_status(body),
            Call::List => self.list(body),
        }
    }

    fn feed(&self) -> &str {
        &self.source.feed
    }

    /// What an unsigned call may do: book, or only announce.
    fn believed(&self) -> PaymentState {
        match self.source.credit {
            Credit::AtOnce => PaymentState::Booked,
            Credit::AfterEnquiry => PaymentState::Pending,
        }
    }

    fn confirmation(&self, body: &[u8]) -> Result<Reading, Stop> {
        let payment = read_c2b(body)?;
        let receipt = payment.trans_id.clone();
        let (feed, code, state) = (self.feed(), &self.till.short_code, self.believed());
        let mut told = news::confirmed(payment, feed, code, state)?;
        link::take_prompt(self.desk, &mut told)?;
        Ok(Reading {
            news: vec![told],
            alive: vec![self.feed().to_owned()],
            enquiries: self.verify(&receipt, STATUS, None),
            ..Reading::default()
        })
    }

    /// The question that must be answered before an unsigned call is believed.
    fn verify(&self, receipt: &str, question: &str, details: Option<String>) -> Vec<EnquiryChange> {
        let asked = self
            .till
            .api
            .as_ref()
            .is_some_and(|api| api.initiator.is_some());
        if self.source.credit == Credit::AtOnce || !asked {
            return Vec::new();
        }
        vec![EnquiryChange::Ask(NewEnquiry {
            source: self.source.name.clone(),
            question: question.to_owned(),
            about: receipt.to_uppercase(),
            details: details.map(Pii::new),
            why: "its call isn't signed".to_owned(),
            next_at: self.message.received.at,
        })]
    }

    fn prompt(&self, body: &[u8]) -> Result<Reading, Stop> {
        let result = read_stk(body)?;
        match result.outcome {
            Outcome::Paid(paid) => self.prompt_paid(&result.checkout, paid),
            Outcome::PaidUntold => Ok(self.paid_untold()),
            Outcome::Failed(failed) => self.prompt_failed(&result.checkout, &failed),
        }
    }

    fn prompt_paid(&self, checkout: &str, paid: Paid) -> Result<Reading, Stop> {
        let receipt = paid.receipt.clone();
        let key = news::receipt(self.feed(), &receipt, "MpesaReceiptNumber")?;
        let by_receipt = link::payment_of(self.desk, &key)?;
        let by_prompt = link::of_prompt(self.desk, self.feed(), checkout)?;
        let mut told = news::prompt_paid(paid, checkout, self.feed(), self.believed())?;
        let mut all = Vec::new();
        if let (Some(payment), Some(prompt)) = (&by_receipt, &by_prompt)
            && payment.id != prompt.id
        {
            // The confirmation came first and became a payment of its own.
            told.keys.strong = vec![key];
            if prompt.state == PaymentState::Pending {
                let over = news::prompt_over(checkout, None, prompt.amount, self.feed());
                all.push(over);
            }
        }
        all.insert(0, told);
        Ok(Reading {
            news: all,
            alive: vec![self.feed().to_owned()],
            enquiries: self.verify(&receipt, STATUS, None),
            ..Reading::default()
        })
    }

    /// Its receipt comes with the confirmation or with the list, and only then is it known which
    /// money it is; until then the prompt shields.
    fn paid_untold(&self) -> Reading {
        let pulls = self.till.api.as_ref().is_some_and(|api| api.pull);
        let ask = list_now(self.source, self.message.received.at);
        Reading {
            enquiries: match pulls {
                true => vec![EnquiryChange::Ask(ask)],
                false => Vec::new(),
            },
            ..remark("a prompt was paid, and its receipt isn't told yet")
        }
    }

    fn prompt_failed(&self, checkout: &str, failed: &Failed) -> Result<Reading, Stop> {
        let Some(row) = link::of_prompt(self.desk, self.feed(), checkout)? else {
            return Ok(remark(
                "a prompt brought nothing, and none of ours is known by its id",
            ));
        };
        let told = news::prompt_over(checkout, Some(failed), row.amount, self.feed());
        Ok(Reading {
            news: vec![told],
            alive: vec![self.feed().to_owned()],
            ..Reading::default()
        })
    }

    fn prompt_taken(&self, body: &[u8]) -> Result<Reading, Stop> {
        let checkout = match read_taken(body)? {
            Reply::Taken(checkout) => checkout,
            Reply::Later(text) | Reply::Refused(text) => {
                return Err(Stop::Wrong(format!(
                    "{text}: expected a prompt that was taken"
                )));
            }
        };
        let about = self.header(ABOUT);
        let wanted = about.and_then(|about| {
            let (reference, minor) = about.split_once(' ')?;
            let kes = Currency::from_code("KES")?;
            Some((reference, Money::new(minor.parse().ok()?, kes)))
        });
        let Some((reference, amount)) = wanted else {
            return Err(Stop::Wrong(format!(
                "{ABOUT}: found {about:?}, expected a reference and an amount"
            )));
        };
        Ok(Reading {
            news: vec![news::prompted(&checkout, reference, amount, self.feed())],
            ..Reading::default()
        })
    }

    fn prompt_status(&self, body: &[u8]) -> Result<Reading, Stop> {
        match read_prompt(body)? {
            Prompt::Paid => Ok(self.paid_untold()),
            Prompt::UnderWay(text) => Ok(remark(&format!("a prompt is under way: {text}"))),
            Prompt::Failed(failed) => match self.header(ABOUT) {
                Some(checkout) => self.prompt_failed(checkout, &failed),
                None => Err(Stop::Wrong(format!("{ABOUT}: expected the id of a prompt"))),
            },
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.message.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    fn list(&self, body: &[u8]) -> Result<Reading, Stop> {
        let mut reading = Reading {
            alive: vec![self.feed().to_owned()],
            ..Reading::default()
        };
        let mut other = 0;
        for (i, transaction) in (0u32..).zip(read_pull(body)?.transactions) {
            if !transaction.is_payment() {
                other += 1;
                continue;
            }
            let mut told = news::pulled(transaction, self.feed(), i)?;
            link::take_prompt(self.desk, &mut told)?;
            reading.news.push(told);
        }
        if other > 0 {
            reading.remark = Some(format!("{other} transactions that aren't payments in"));
        }
        Ok(reading)
    }

    fn reversal(&self, body: &[u8]) -> Result<Reading, Stop> {
        let reversed = match read_reversal(body)?.outcome {
            ReversalOutcome::Reversed(reversed) => reversed,
            ReversalOutcome::Refused(refused) => {
                let text = refused.sentence();
                return Ok(remark(&format!("nothing was reversed: {text}")));
            }
        };
        let told = news::reversed(&reversed, self.feed())?;
        if self.source.credit == Credit::AtOnce {
            return Ok(Reading {
                news: vec![told],
                alive: vec![self.feed().to_owned()],
                ..Reading::default()
            });
        }
        // A forged reversal would lock a phone: nothing moves before Daraja itself says so.
        let details = Some(reversed.original.to_uppercase());
        let enquiries = self.verify(&reversed.receipt, REVERSAL_STATUS, details);
        match enquiries.is_empty() {
            false => Ok(Reading {
                enquiries,
                ..remark("a reversal is told; Daraja is asked whether it happened")
            }),
            true => Err(Stop::Wrong(
                "a reversal that nobody can be asked about; expected an initiator among the \
                 source's settings, or a person who looks into the operator's portal"
                    .to_owned(),
            )),
        }
    }

    fn status_timeout(&self, body: &[u8]) -> Result<Reading, Stop> {
        let timeout = read_timeout(body)?;
        let row = self.question(timeout.asked.as_ref())?;
        let text = timeout.text.unwrap_or_else(|| "it timed out".to_owned());
        Ok(Reading {
            enquiries: vec![self.later(&row, &text)],
            ..remark("Daraja didn't get to a question in time; it is asked again")
        })
    }

    /// The question that a result answers. A result that answers none could be anybody's.
    fn question(&self, asked: Option<&Asked>) -> Result<EnquiryRow, Stop> {
        let (store, lender) = (&self.desk.store, self.desk.lender);
        let conversation = asked.map(|asked| asked.conversation.as_str());
        let row = match conversation {
            Some(text) => store.enquiry_called(lender, &self.source.name, text)?,
            None => None,
        };
        row.ok_or_else(|| {
            let found = conversation.unwrap_or("nothing");
            Stop::Wrong(format!(
                "$.Result.ConversationID: found {found}, expected that of a question of ours"
            ))
        })
    }

    fn later(&self, row: &EnquiryRow, note: &str) -> EnquiryChange {
        EnquiryChange::Later {
            no: row.no,
            note: note.to_owned(),
            next_at: self.message.received.at.plus(AGAIN.max(pause(row.tries))),
        }
    }

    fn status(&self, body: &[u8]) -> Result<Reading, Stop> {
        let status = read_status(body)?;
        let row = self.question(status.asked.as_ref())?;
        match status.outcome {
            StatusOutcome::Found(found) => self.found(&row, &found),
            StatusOutcome::Refused(refused) => Ok(self.not_found(&row, &refused)),
        }
    }

    fn found(&self, row: &EnquiryRow, found: &Found) -> Result<Reading, Stop> {
        if !found.receipt.eq_ignore_ascii_case(&row.about) {
            return Err(Stop::Wrong(format!(
                "ReceiptNo: found {:?}, expected {:?}, which was asked about",
                found.receipt, row.about
            )));
        }
        let told = match (&found.state, row.question.as_str()) {
            (Told::UnderWay(word), _) => {
                return Ok(Reading {
                    enquiries: vec![self.later(row, word)],
                    ..remark("a transaction isn't at its end yet; it is asked about again")
                });
            }
            (Told::Completed, REVERSAL_STATUS) => {
                let original = row.details.as_ref().map(|d| d.expose().clone());
                news::reversed(
                    &Reversed {
                        original: original.unwrap_or_default(),
                        receipt: found.receipt.clone(),
                        amount: found.amount.clone(),
                        completed: found.acted,
                    },
                    self.feed(),
                )?
            }
            (Told::Reversed | Told::Ended(_), REVERSAL_STATUS) => {
                return Ok(Reading {
                    enquiries: vec![answered(row, "the reversal didn't happen")],
                    ..remark("a reversal that was told didn't happen")
                });
            }
            (Told::Completed, _) => news::verified(found, self.feed(), PaymentState::Booked)?,
            (Told::Reversed | Told::Ended(_), _) => {
                news::verified(found, self.feed(), PaymentState::Failed)?
            }
        };
        Ok(Reading {
            news: vec![told],
            alive: vec![self.feed().to_owned()],
            enquiries: vec![answered(row, "answered")],
            ..Reading::default()
        })
    }

    /// Daraja may know of a transaction a little later than it tells of it. One that it never
    /// knows was told by somebody else: it credits nothing, and its shield ends by itself.
    fn not_found(&self, row: &EnquiryRow, refused: &Refused) -> Reading {
        let text = refused.sentence();
        let change = match row.tries < UNKNOWN_MAX {
            true => self.later(row, &text),
            false => answered(row, &text),
        };
        Reading {
            enquiries: vec![change],
            ..remark(&format!("Daraja knows no such transaction: {text}"))
        }
    }
}

fn answered(row: &EnquiryRow, note: &str) -> EnquiryChange {
    EnquiryChange::Answered {
        no: row.no,
        note: note.to_owned(),
    }
}

fn remark(text: &str) -> Reading {
    Reading {
        remark: Some(text.to_owned()),
        ..Reading::default()
    }
}
