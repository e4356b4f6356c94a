//! What providers that sign have yet to tell: a queue, sent when a test says so, in an order and
//! with company that only bad days bring.
//!
//! A letter that isn't answered with 2xx stays and is sent again, as Stripe and Adyen do for days.
//! On a bad day a letter goes twice, or late, or behind what happened after it; and forgeries of
//! it go first: unsigned, changed, signed with a key of nobody's, or signed long ago. A server
//! that takes one of those has failed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use fairlock_domain::calendar::{Instant, Span};
use fairlock_intake::signature::stripe;
use fairlock_server::Clock;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::world::Chance;

/// How bad the days are: of 100 letters so many meet this.
#[derive(Debug, Clone, Copy, Default)]
pub struct HookDays {
    /// Sent twice.
    pub twice: u8,
    /// Left for the next round.
    pub late: u8,
    /// Sent before what came before it.
    pub hurried: u8,
    /// With its numbers as strings.
    pub odd: u8,
    /// Behind a forgery of itself.
    pub forged: u8,
}

/// How a letter shows whose it is.
#[derive(Debug, Clone)]
pub enum Seal {
    /// `Stripe-Signature`, made when it is sent, with these keys: two while one is rotated.
    Stripe(Vec<String>),
    /// It stands in the body.
    Inside,
    /// Nothing shows it.
    None,
}

/// One letter.
#[derive(Clone)]
pub struct Letter {
    /// Below the server's address.
    pub path: String,
    pub body: String,
    pub seal: Seal,
}

/// What a round of sending came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub taken: u32,
    /// Sent again later.
    pub refused: u32,
    /// Forgeries that were let in.
    pub fooled: u32,
}

/// A provider's letters to one server.
pub struct Outbox {
    http: Client<HttpConnector, Full<Bytes>>,
    server: String,
    clock: Arc<dyn Clock>,
    chance: Chance,
    days: HookDays,
    letters: Mutex<Vec<Letter>>,
}

impl Outbox {
    /// To the server at this address, `http://host:port`.
    pub fn new(server: &str, clock: Arc<dyn Clock>, days: HookDays, seed: u64) -> Outbox {
        Outbox {
            http: Client::builder(TokioExecutor::new()).build_http(),
            server: server.to_owned(),
            clock,
            chance: Chance::new(seed, "letters"),
            days,
            letters: Mutex::default(),
        }
    }

    fn letters(&self) -> MutexGuard<'_, Vec<Letter>> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn happens(&self, of_100: u8) -> bool {
        self.chance.below(100) < u64::from(of_100)
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Puts a letter into the queue, as the day is.
    pub fn tell(&self, mut letter: Letter) {
        if self.happens(self.days.odd) {
            letter.body = odd(&letter.body);
        }
        let mut letters = self.letters();
        let place = match self.happens(self.days.hurried) {
            true => self.chance.below(letters.len() as u64 + 1) as usize,
            false => letters.len(),
        };
        letters.insert(place, letter.clone());
        if self.happens(self.days.twice) {
            letters.push(letter);
        }
    }

    /// Letters that wait.
    pub fn waiting(&self) -> usize {
        self.letters().len()
    }

    /// Sends every letter that isn't late once.
    pub async fn deliver(&self) -> Sent {
        let round = std::mem::take(&mut *self.letters());
        let mut sent = Sent::default();
        for letter in round {
            if self.happens(self.days.late) {
                self.letters().push(letter);
                continue;
            }
            if self.happens(self.days.forged) {
                sent.fooled += self.forge(&letter).await;
            }
            let headers = headers(&letter.seal, &letter.body, self.now());
            match is_taken(self.send(&letter.path, &letter.body, headers).await) {
                true => sent.taken += 1,
                false => {
                    sent.refused += 1;
                    self.letters().push(letter);
                }
            }
        }
        sent
    }

    /// Sends what nobody but a forger would; how many were let in.
    async fn forge(&self, letter: &Letter) -> u32 {
        let (body, now) = (letter.body.as_str(), self.now());
        let changed = body.replacen("00", "99", 1);
        let forgeries: Vec<(String, Option<String>)> = match &letter.seal {
            Seal::None => return 0,
            Seal::Inside => vec![(changed, None)],
            Seal::Stripe(keys) => {
                let key = keys.first().map(String::as_str).unwrap_or_default();
                let early = Instant::from_unix_seconds(now.unix_seconds() - 600);
                let of = |key: &str, at| Some(stripe::header_for(key, body.as_bytes(), at));
                vec![
                    (body.to_owned(), None),
                    (changed, of(key, now)),
                    (body.to_owned(), of("whsec_of-nobody-at-all", now)),
                    (body.to_owned(), of(key, early)),
                    (body.to_owned(), of(key, now.plus(Span::minutes(10)))),
                ]
            }
        };
        let mut fooled = 0;
        for (forged, header) in forgeries {
            let differs = forged != letter.body;
            let seal = header.is_some() || matches!(letter.seal, Seal::Stripe(_));
            if !differs && !seal {
                continue;
            }
            fooled += u32::from(is_taken(self.send(&letter.path, &forged, header).await));
        }
        fooled
    }

    /// The status; `None` when nobody answers.
    async fn send(&self, path: &str, body: &str, signature: Option<String>) -> Option<u16> {
        let mut request = Request::post(format!("{}{path}", self.server))
            .header("content-type", "application/json");
        if let Some(signature) = signature {
            request = request.header("stripe-signature", signature);
        }
        let request = request.body(Full::new(Bytes::from(body.to_owned()))).ok()?;
        let response = self.http.request(request).await.ok()?;
        let status = response.status().as_u16();
        let _ = response.into_body().collect().await;
        Some(status)
    }
}

fn is_taken(status: Option<u16>) -> bool {
    status.is_some_and(|status| (200..300).contains(&status))
}

/// The signature of the keys that are valid, each with a part of its own.
fn headers(seal: &Seal, body: &str, now: Instant) -> Option<String> {
    let Seal::Stripe(keys) = seal else {
        return None;
    };
    let mut keys = keys.iter();
    let mut header = stripe::header_for(keys.next()?, body.as_bytes(), now);
    for key in keys {
        let other = stripe::header_for(key, body.as_bytes(), now);
        let (_, v1) = other.split_once(",v1=").unwrap_or_default();
        header += &format!(",v1={v1}");
    }
    Some(header)
}

/// Every amount as a string.
fn odd(body: &str) -> String {
    let mut odd = String::new();
    let mut rest = body;
    while let Some(at) = rest.find("\"amount\":") {
        let (before, after) = rest.split_at(at + "\"amount\":".len());
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        odd += before;
        if digits > 0 {
            odd += &format!("\"{}\"", &after[..digits]);
        }
        rest = &after[digits..];
    }
    odd + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_strings_and_nothing_else_changes() {
        assert_eq!(
            odd(r#"{"amount":15,"of":{"amount":"x"},"other":3}"#),
            r#"{"amount":"15","of":{"amount":"x"},"other":3}"#
        );
    }
}
