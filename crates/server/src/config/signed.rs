//! Providers that sign what they send, and what is needed to check it.
//!
//! Each takes several keys: while a key is rotated at the provider, the old and the new.

use fairlock_domain::pii::Secret;
use fairlock_intake::adyen::Capture;
use fairlock_intake::signature::Keys;

/// Stripe, one webhook endpoint.
#[derive(Clone)]
pub struct Stripe {
    /// The endpoint's signing secrets, `whsec_…`.
    pub keys: Keys,
    /// Whether its events are of real money.
    pub live: bool,
    /// How Stripe is asked for its fees; without it they aren't known from events.
    pub api: Option<StripeApi>,
}

/// Access to Stripe's interface, to read balance transactions.
#[derive(Clone)]
pub struct StripeApi {
    /// `https://api.stripe.com`; `http` on loopback alone.
    pub url: String,
    /// A restricted key that may read balance transactions and nothing else.
    pub key: Secret<String>,
}

/// Adyen, one merchant account.
#[derive(Clone)]
pub struct Adyen {
    /// The webhook's HMAC keys, in hexadecimal there.
    pub keys: Keys,
    pub merchant_account: String,
    /// Whether an authorisation is the money.
    pub capture: Capture,
    pub live: bool,
}

/// Any sender of Standard Webhooks with Fairlock's own payment events.
#[derive(Clone)]
pub struct Standard {
    /// Its secrets, `whsec_…` in Base64.
    pub keys: Keys,
    pub live: bool,
}
