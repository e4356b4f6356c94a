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
    /// Payload of the newest grant that is signed for this phone; zeros when there is none.
    pub newest: PayloadHash,
    /// The earlier of the instants up to which every contract was planned and this contract's
    /// feed told everything. A later one than `now` counts as `now`.
    pub fresh: Instant,
}

impl Signer {
    /// A contact token for one phone, which has reported this key set.
    pub fn contact_token(
        &self,
        phone: &Binding,
        reported: Option<u64>,
        contact: &Contact,
    ) -> Result<Vec<u8>, Malformed> {
        let token = ContactToken {
            nonce: contact.nonce,
            now: seconds(contact.now),
            radius_s: RADIUS_S,
            newest: short(&contact.newest),
            fresh: seconds(contact.fresh.min(contact.now)),
        };
        let payload = token.payload()?;
        let ksv = self.generation_for(KeyRole::Contact, reported);
        Ok(self.sign1(KeyRole::Contact, ksv, &phone.aad(Domain::Contact), &payload))
    }
}
