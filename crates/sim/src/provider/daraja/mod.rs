//! Safaricom's Daraja: people pay a till, are prompted, and get their money back; the till's
//! owner is told, may ask, and is sometimes told badly.
//!
//! Shapes and codes are those of Daraja's documentation (C2B v1, M-Pesa Express, Transaction
//! Status, Reversal, Pull Transactions). Failure is a server that only gets on with a kinder
//! provider than there is. On purpose absent: paying out, and balances that anybody checks.

mod api;
mod books;
mod calls;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fairlock_server::Clock;

use super::listen::Listening;
use crate::world::{Chance, Http};
use books::{Books, Call};
pub use books::{Ends, Payment};

/// What a till and its access to Daraja are.
#[derive(Clone)]
pub struct Till {
    pub short_code: String,
    pub consumer_key: String,
    pub consumer_secret: String,
    pub pass_key: String,
    pub initiator: String,
    pub credential: String,
}

impl Default for Till {
    fn default() -> Till {
        Till {
            short_code: "600638".to_owned(),
            consumer_key: "key".to_owned(),
            consumer_secret: "secret".to_owned(),
            pass_key: "pass".to_owned(),
            initiator: "checker".to_owned(),
            credential: "encrypted".to_owned(),
        }
    }
}

/// How bad its days are: of 100 calls so many are told in this way.
#[derive(Debug, Clone, Copy, Default)]
pub struct BadDays {
    /// Never.
    pub lost: u8,
    /// Twice.
    pub twice: u8,
    /// After everything that came later.
    pub late: u8,
    /// With numbers as strings and strings as numbers, `null` and Java's own text.
    pub odd: u8,
}

/// A Daraja that listens until it is dropped.
pub struct Daraja {
    listening: Listening,
    outside: Arc<Outside>,
}

struct Outside {
    till: Till,
    days: BadDays,
    clock: Arc<dyn Clock>,
    chance: Chance,
    http: Http,
    books: Mutex<Books>,
}

impl Outside {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn happens(&self, of_100: u8) -> bool {
        self.chance.below(100) < u64::from(of_100)
    }

    /// Puts a call into the queue, or not, as the day is.
    fn tell(&self, url: &str, mut call: Call) {
        if self.happens(self.days.odd) {
            call.body = calls::odd(&call.body, self.chance.below(4));
        }
        call.url = url.to_owned();
        let (lost, twice, late) = (
            self.happens(self.days.lost),
            self.happens(self.days.twice),
            self.happens(self.days.late),
        );
        let mut books = self.books();
        if lost {
            return;
        }
        if twice {
            books.calls.push_back(call.clone());
        }
        match late {
            true => books.late.push(call),
            false => books.calls.push_back(call),
        }
    }
}

/// How a payment went, as its payer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paid {
    /// The receipt.
    Receipt(String),
    /// The till's owner refused it at validation, with this code.
    Refused(String),
}

impl Daraja {
    /// One for this till, with its good and bad days.
    pub async fn start(
        till: Till,
        days: BadDays,
        clock: Arc<dyn Clock>,
        seed: u64,
    ) -> std::io::Result<Daraja> {
        let outside = Arc::new(Outside {
            till,
            days,
            clock,
            chance: Chance::new(seed, "daraja"),
            http: Http::default(),
            books: Mutex::default(),
        });
        let listening = Listening::start({
            let outside = outside.clone();
            move |question| {
                let outside = outside.clone();
                async move { api::answer(&outside, &question) }
            }
        })
        .await?;
        Ok(Daraja { listening, outside })
    }

    pub fn url(&self) -> String {
        self.listening.url()
    }

    /// A customer pays the till by hand. Who registered a validation is asked first.
    pub async fn pay(&self, cents: i64, bill_ref: &str, number: &str) -> Paid {
        let payment = self.outside.books().payment(cents, bill_ref, number);
        let payment = Payment {
            at: self.outside.clock.now(),
            ..payment
        };
        let body = calls::c2b(&self.outside.till, &payment, true);
        let validation = self.outside.books().validation.clone();
        if let Some(url) = validation {
            // Who doesn't answer in time has accepted ("Completed").
            if let Ok(answer) = self.post(&url, &body).await
                && let Some(code) = calls::result_code(&answer)
                && code != "0"
            {
                return Paid::Refused(code);
            }
        }
        self.complete(payment.clone());
        Paid::Receipt(payment.receipt)
    }

    /// Books a payment and tells of it.
    fn complete(&self, payment: Payment) {
        let body = calls::c2b(&self.outside.till, &payment, false);
        let confirmation = {
            let mut books = self.outside.books();
            books.payments.push(payment);
            books.confirmation.clone()
        };
        if let Some(url) = confirmation {
            self.outside.tell(&url, Call::of(body));
        }
    }

    /// The prompts that stand on phones now.
    pub fn prompts(&self) -> Vec<String> {
        self.outside.books().open_prompts()
    }

    /// A payer ends a prompt.
    pub fn end_prompt(&self, checkout: &str, ends: Ends) -> Option<String> {
        let (prompt, payment) = {
            let mut books = self.outside.books();
            let prompt = books.end_prompt(checkout, ends)?;
            let payment = (ends == Ends::Paid).then(|| {
                let made = books.payment(prompt.cents, &prompt.reference, &prompt.number);
                Payment {
                    at: self.outside.clock.now(),
                    ..made
                }
            });
            (prompt, payment)
        };
        let receipt = payment.as_ref().map(|payment| payment.receipt.clone());
        let body = calls::stk(checkout, ends, payment.as_ref());
        // The confirmation comes first, as a rule.
        if let Some(payment) = payment {
            self.complete(payment);
        }
        self.outside.tell(&prompt.callback, Call::of(body));
        receipt
    }

    /// Somebody at the till's owner reverses a payment in the portal; `url` is told.
    pub fn reverse(&self, receipt: &str, url: &str) -> Option<String> {
        let (payment, own) = self.outside.books().reverse(receipt)?;
        let now = self.outside.clock.now();
        let body = calls::reversal(&payment, &own, now);
        self.outside.tell(url, Call::of(body));
        Some(own)
    }

    /// Tells what there is to tell, oldest first; what isn't acknowledged stays. How many calls
    /// were taken.
    pub async fn deliver(&self) -> usize {
        let calls = std::mem::take(&mut self.outside.books().calls);
        self.send(calls).await
    }

    /// The same, newest first.
    pub async fn deliver_backwards(&self) -> usize {
        let calls = std::mem::take(&mut self.outside.books().calls);
        self.send(calls.into_iter().rev().collect()).await
    }

    /// Tells what it was late with.
    pub async fn deliver_late(&self) -> usize {
        let late = std::mem::take(&mut self.outside.books().late);
        self.send(late.into()).await
    }

    async fn send(&self, calls: VecDeque<Call>) -> usize {
        let mut taken = 0;
        for call in calls {
            match self.post(&call.url, &call.body).await {
                Ok(answer) if calls::result_code(&answer).as_deref() == Some("0") => taken += 1,
                // It tries again until it is acknowledged.
                _ => self.outside.books().calls.push_back(call),
            }
        }
        taken
    }

    async fn post(&self, url: &str, body: &str) -> Result<String, String> {
        let sent = self.outside.http.post(url, "application/json", body.into());
        let answer = sent.await.map_err(|error| error.to_string())?;
        match answer.status {
            200 => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
            status => Err(status.to_string()),
        }
    }

    /// Calls that wait to be told.
    pub fn waiting(&self) -> usize {
        self.outside.books().calls.len()
    }

    /// From now on so many questions are answered 503.
    pub fn is_busy_for(&self, questions: u32) {
        self.outside.books().busy = questions;
    }

    /// Tokens that were given are none any more.
    pub fn end_tokens(&self) {
        self.outside.books().tokens.clear();
    }

    /// Questions of a path that it was asked so far, answered or not.
    pub fn asked(&self, path: &str) -> usize {
        self.outside.books().asked.get(path).copied().unwrap_or(0)
    }

    /// Every payment that is in its books and wasn't taken back: receipt and cents.
    pub fn kept(&self) -> Vec<(String, i64)> {
        let books = self.outside.books();
        let kept = books.payments.iter().filter(|p| p.reversed_by.is_none());
        kept.map(|p| (p.receipt.clone(), p.cents)).collect()
    }
}
