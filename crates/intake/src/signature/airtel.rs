//! Airtel Money: with callback authentication switched on, the callback carries a `hash`:
//! HMAC-SHA256 in Base64 under the application's private key.
//!
//! What exactly is hashed is told in two ways (the payload without the hash, or the transaction
//! alone), so that both are taken: each holds every byte of the transaction, which is all that is
//! read. There is no time in it: a callback credits nothing, the enquiry it causes does.

use super::{Keys, SignatureError, base64, base64_signature, header, sign};

/// Checks the callback's hash. `transaction` is the JSON of that member, byte for byte.
pub fn verify(keys: &Keys, hash: Option<&str>, transaction: &str) -> Result<(), SignatureError> {
    let claimed = [base64_signature(header(hash)?)?];
    let payload: [&[u8]; 3] = [b"{\"transaction\":", transaction.as_bytes(), b"}"];
    let whole = keys.give(&payload, &claimed);
    let alone = keys.give(&[transaction.as_bytes()], &claimed);
    whole.or(alone)
}

/// The hash of a transaction, for those who sign: test servers.
pub fn hash_for(key: &str, transaction: &str) -> String {
    let payload: [&[u8]; 3] = [b"{\"transaction\":", transaction.as_bytes(), b"}"];
    base64(&sign(key.as_bytes(), &payload))
}
