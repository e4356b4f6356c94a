//! Contact tokens: the answer to a check-in. A token brings time, the name of the newest grant,
//! and how far the server's knowledge of this contract's money is complete.
//!
//! Failure is a value that no phone would read. On purpose absent: deciding what is complete; the
//! caller says up to when its engine and this contract's feeds are.

use fairlock_domain::calendar::Instant;
use fairlock_protocol::Binding;
use fairlock_protocol::cbor::Malformed;
use fairlock_protocol::contact::ContactToken;
use fairlock_protocol::ids::{Domain, PayloadHash, short};

use crate::keys::KeyRole;
use crate::ladder::seconds;
use crate::sign::Signer;

/// How far the server's clock may be from the truth, in seconds: a synchronised clock is within
/// a fraction of one; the way of the token is counted by the phone itself.
const RADIUS_S: u64 = 2;

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// The phone's, from its check-in.
    pub nonce: [u8; 16],
    pub now: Instant,
    /// Payload of the newest grant that is signed for this phone.
    pub newest: PayloadHash,
    /// Up to when every contract was planned.
    pub engine_complete: Instant,
    /// Up to when the contract's feed told everything; `None` when it has no feed to wait for.
    pub feed_complete: Option<Instant>,
}

impl Contact {
    /// The instant up to which nothing is missing that could free this phone.
    pub fn fresh(&self) -> Instant {
        let engine = self.engine_complete.min(self.now);
        self.feed_complete.map_or(engine, |feed| feed.min(engine))
    }
}

impl Signer {
    /// A contact token for one phone.
    pub fn contact_token(&self, phone: &Binding, contact: &Contact) -> Result<Vec<u8>, Malformed> {
        let token = ContactToken {
            nonce: contact.nonce,
            now: seconds(contact.now),
            radius_s: RADIUS_S,
            newest: short(&contact.newest),
            fresh: seconds(contact.fresh()),
        };
        let payload = token.payload()?;
        Ok(self.sign1(KeyRole::Contact, &phone.aad(Domain::Contact), &payload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_unix_seconds(seconds)
    }

    /// Asked at 100.
    fn check(engine: i64, feed: Option<i64>, expected: i64) {
        let contact = Contact {
            nonce: [0; 16],
            now: at(100),
            newest: [0; 32],
            engine_complete: at(engine),
            feed_complete: feed.map(at),
        };
        assert_eq!(
            contact.fresh(),
            at(expected),
            "engine {engine}, feed {feed:?}"
        );
    }

    #[test]
    fn fresh_is_the_earliest_of_engine_feed_and_now() {
        check(100, None, 100);
        check(100, Some(100), 100);
        check(90, Some(95), 90);
        check(100, Some(40), 40);
        // A server that is alive but blind, or whose feed claims the future, is no fresher.
        check(0, Some(100), 0);
        check(200, Some(300), 100);
    }
}
