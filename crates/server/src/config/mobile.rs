//! Mobile money whose calls say too little, so that the provider is always asked: Airtel Money
//! and MTN MoMo.

use fairlock_domain::money::Currency;
use fairlock_domain::pii::Secret;
use fairlock_intake::signature::Keys;

/// Airtel Money, one application of its collection API.
#[derive(Clone)]
pub struct Airtel {
    /// `https://openapi.airtel.africa`; `http` on loopback alone.
    pub url: String,
    pub client_id: Secret<String>,
    pub client_secret: Secret<String>,
    /// Such as `UG`.
    pub country: String,
    pub currency: Currency,
    /// The application's private keys, where callback authentication is switched on.
    pub keys: Option<Keys>,
}

/// MTN MoMo, one user of its collection API.
#[derive(Clone)]
pub struct Momo {
    /// `https://proxy.momoapi.mtn.com`; `http` on loopback alone.
    pub url: String,
    pub api_user: Secret<String>,
    pub api_key: Secret<String>,
    /// Of the subscription to the collection product.
    pub subscription_key: Secret<String>,
    /// `X-Target-Environment`, such as `mtnuganda`.
    pub environment: String,
}
