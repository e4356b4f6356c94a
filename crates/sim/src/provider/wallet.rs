//! What Airtel Money and MTN MoMo share as a server meets them: payments that were requested, an
//! interface that needs a token, and answers that come late or not at all on bad days.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::listen::Reply;

/// Bearer tokens end after so many answers, in the middle of things.
const ANSWERS_A_TOKEN: u32 = 3;

/// A payment that was requested.
#[derive(Debug, Clone)]
pub struct Requested {
    pub amount: u64,
    pub currency: &'static str,
    /// How it ends: a status in the provider's own words.
    pub ends: &'static str,
    pub external: String,
    /// Bad answers before the good one, the next one last.
    pub before: Vec<Bad>,
}

/// A bad answer to an enquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Its gateway is down.
    BadGateway,
    /// It took too long.
    Timeout,
    /// It doesn't know yet.
    UnderWay,
    /// It says failed, and a code beside it says that it doesn't know.
    Ambiguous,
}

/// A wallet's books.
#[derive(Default)]
pub struct Wallet {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: BTreeMap<String, Requested>,
    /// Answers that each token that was given out is still good for.
    tokens: Vec<u32>,
}

/// What is answered to an enquiry.
pub enum Found {
    Answer(Requested, Option<Bad>),
    Reply(Reply),
}

impl Wallet {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn request(&self, id: &str, requested: Requested) {
        self.state().requests.insert(id.to_owned(), requested);
    }

    pub fn requested(&self, id: &str) -> Option<Requested> {
        self.state().requests.get(id).cloned()
    }

    /// A new token.
    pub fn token(&self) -> Reply {
        let mut state = self.state();
        state.tokens.push(ANSWERS_A_TOKEN);
        let no = state.tokens.len();
        Reply {
            status: 200,
            body: format!(
                r#"{{"access_token":"token-{no}","token_type":"bearer","expires_in":"3600"}}"#
            ),
        }
    }

    /// What an enquiry with this `Authorization` finds.
    pub fn find(&self, authorization: &str, id: &str) -> Found {
        let mut state = self.state();
        let no = authorization.strip_prefix("Bearer token-");
        let no = no.and_then(|no| no.parse::<usize>().ok()?.checked_sub(1));
        match no.and_then(|no| state.tokens.get_mut(no)) {
            Some(left) if *left > 0 => *left -= 1,
            _ => return Found::Reply(status(401)),
        }
        let Some(requested) = state.requests.get_mut(id) else {
            return Found::Reply(status(404));
        };
        let bad = requested.before.pop();
        match bad {
            Some(Bad::BadGateway) => Found::Reply(status(502)),
            Some(Bad::Timeout) => Found::Reply(status(504)),
            bad => Found::Answer(requested.clone(), bad),
        }
    }
}

pub fn status(status: u16) -> Reply {
    Reply {
        status,
        body: String::new(),
    }
}
