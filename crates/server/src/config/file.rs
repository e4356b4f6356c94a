//! The file of sources: which providers call, in TOML, one `[[source]]` each.
//!
//! Secrets don't stand in it: where one is wanted stands `env:NAME` or `file:PATH`, and whoever
//! reads the file looks it up. A key that isn't known is an error, for it is a mistyped one. On
//! purpose absent: reading the file or the environment (that is `cli`).

use fairlock_domain::money::Currency;
use fairlock_domain::pii::Secret;
use fairlock_intake::adyen::Capture;
use fairlock_intake::signature::Keys;
use serde::Deserialize;

use super::mobile::{Airtel, Momo};
use super::net::Net;
use super::signed::{Adyen, Standard, Stripe, StripeApi};
use super::sources::{Credit, Daraja, Initiator, Mpesa, Provider, Proxy, Source};

/// What a file says.
pub struct Sources {
    pub sources: Vec<Source>,
    pub proxy: Option<Proxy>,
}

/// Where a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretAt<'a> {
    /// A variable of the environment.
    Variable(&'a str),
    /// A file; line breaks at its end don't count.
    File(&'a str),
}

/// What is wrong with a file of sources. Secrets never stand in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("{0}")]
    Toml(String),
    #[error("source {name}: {what}; expected {expected}")]
    Source {
        name: String,
        what: String,
        expected: String,
    },
    #[error("proxy: {what}; expected {expected}")]
    Proxy { what: String, expected: String },
}

/// Looks a secret up; the error says what is wrong, and not what was found.
pub type LookUp<'a> = &'a dyn Fn(SecretAt<'_>) -> Result<String, String>;

/// Reads a file.
pub fn read(text: &str, look_up: LookUp<'_>) -> Result<Sources, FileError> {
    let file: File = toml::from_str(text).map_err(|e| FileError::Toml(e.to_string()))?;
    let sources = file.source.iter().map(|entry| {
        let of = Of {
            name: &entry.name,
            look_up,
        };
        of.source(entry)
    });
    Ok(Sources {
        sources: sources.collect::<Result<_, _>>()?,
        proxy: file.proxy.as_ref().map(proxy).transpose()?,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<Entry>,
    proxy: Option<ProxyEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProxyEntry {
    header: String,
    addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    /// Its name, unless it says otherwise.
    feed: Option<String>,
    secret_path: String,
    #[serde(default)]
    addresses: Vec<String>,
    /// `at once` or `after enquiry`.
    credit: Option<String>,
    mpesa: Option<MpesaEntry>,
    airtel: Option<AirtelEntry>,
    momo: Option<MomoEntry>,
    stripe: Option<StripeEntry>,
    adyen: Option<AdyenEntry>,
    standard_webhooks: Option<StandardEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MpesaEntry {
    short_code: String,
    api: Option<DarajaEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DarajaEntry {
    url: String,
    consumer_key: String,
    consumer_secret: String,
    initiator: Option<String>,
    credential: Option<String>,
    pass_key: Option<String>,
    public_url: String,
    #[serde(default)]
    pull: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AirtelEntry {
    url: String,
    client_id: String,
    client_secret: String,
    country: String,
    currency: String,
    #[serde(default)]
    keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MomoEntry {
    url: String,
    api_user: String,
    api_key: String,
    subscription_key: String,
    environment: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StripeEntry {
    keys: Vec<String>,
    live: bool,
    api: Option<StripeApiEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StripeApiEntry {
    url: String,
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdyenEntry {
    keys: Vec<String>,
    merchant_account: String,
    /// `immediate` or `separate`.
    capture: String,
    live: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StandardEntry {
    keys: Vec<String>,
    live: bool,
}

/// How a provider writes its keys.
enum Form {
    Plain,
    Hexadecimal,
    Whsec,
}

/// One source of the file, for its errors, and how its secrets are found.
struct Of<'a> {
    name: &'a str,
    look_up: LookUp<'a>,
}

impl Of<'_> {
    fn source(&self, entry: &Entry) -> Result<Source, FileError> {
        let provider = self.provider(entry)?;
        Ok(Source {
            name: entry.name.clone(),
            feed: entry.feed.clone().unwrap_or_else(|| entry.name.clone()),
            secret_path: self.secret("secret_path", &entry.secret_path)?,
            addresses: self.addresses(&entry.addresses)?,
            credit: self.credit(entry.credit.as_deref(), &provider)?,
            provider,
        })
    }

    fn wrong(&self, what: impl Into<String>, expected: impl Into<String>) -> FileError {
        FileError::Source {
            name: self.name.to_owned(),
            what: what.into(),
            expected: expected.into(),
        }
    }

    fn provider(&self, entry: &Entry) -> Result<Provider, FileError> {
        let kinds = [
            entry.mpesa.as_ref().map(|e| self.mpesa(e)),
            entry.airtel.as_ref().map(|e| self.airtel(e)),
            entry.momo.as_ref().map(|e| self.momo(e)),
            entry.stripe.as_ref().map(|e| self.stripe(e)),
            entry.adyen.as_ref().map(|e| self.adyen(e)),
            entry.standard_webhooks.as_ref().map(|e| self.standard(e)),
        ];
        let mut told = kinds.into_iter().flatten();
        match (told.next(), told.next()) {
            (Some(provider), None) => provider,
            (first, _) => {
                let what = if first.is_some() {
                    "two kinds"
                } else {
                    "no kind"
                };
                let expected = "one of mpesa, airtel, momo, stripe, adyen, standard_webhooks";
                Err(self.wrong(what, expected))
            }
        }
    }

    fn mpesa(&self, entry: &MpesaEntry) -> Result<Provider, FileError> {
        let api = entry.api.as_ref().map(|api| self.daraja(api));
        Ok(Provider::Mpesa(Mpesa {
            short_code: entry.short_code.clone(),
            api: api.transpose()?,
        }))
    }

    fn daraja(&self, entry: &DarajaEntry) -> Result<Daraja, FileError> {
        let initiator = match (&entry.initiator, &entry.credential) {
            (Some(name), Some(credential)) => Some(Initiator {
                name: name.clone(),
                credential: self.secret("credential", credential)?,
            }),
            (None, None) => None,
            _ => {
                return Err(self.wrong("half an initiator", "initiator and credential, or neither"));
            }
        };
        let pass_key = entry.pass_key.as_ref();
        Ok(Daraja {
            url: entry.url.clone(),
            consumer_key: self.secret("consumer_key", &entry.consumer_key)?,
            consumer_secret: self.secret("consumer_secret", &entry.consumer_secret)?,
            initiator,
            pass_key: pass_key
                .map(|key| self.secret("pass_key", key))
                .transpose()?,
            public_url: entry.public_url.clone(),
            pull: entry.pull,
        })
    }

    fn airtel(&self, entry: &AirtelEntry) -> Result<Provider, FileError> {
        let currency = Currency::from_code(&entry.currency);
        let keys = match entry.keys.is_empty() {
            true => None,
            false => Some(self.keys(&entry.keys, Form::Plain)?),
        };
        Ok(Provider::Airtel(Airtel {
            url: entry.url.clone(),
            client_id: self.secret("client_id", &entry.client_id)?,
            client_secret: self.secret("client_secret", &entry.client_secret)?,
            country: entry.country.clone(),
            currency: currency.ok_or_else(|| {
                self.wrong(format!("currency {:?}", entry.currency), "one of ISO 4217")
            })?,
            keys,
        }))
    }

    fn momo(&self, entry: &MomoEntry) -> Result<Provider, FileError> {
        Ok(Provider::Momo(Momo {
            url: entry.url.clone(),
            api_user: self.secret("api_user", &entry.api_user)?,
            api_key: self.secret("api_key", &entry.api_key)?,
            subscription_key: self.secret("subscription_key", &entry.subscription_key)?,
            environment: entry.environment.clone(),
        }))
    }

    fn stripe(&self, entry: &StripeEntry) -> Result<Provider, FileError> {
        let api = match &entry.api {
            Some(api) => Some(StripeApi {
                url: api.url.clone(),
                key: self.secret("key", &api.key)?,
            }),
            None => None,
        };
        Ok(Provider::Stripe(Stripe {
            keys: self.keys(&entry.keys, Form::Plain)?,
            live: entry.live,
            api,
        }))
    }

    fn adyen(&self, entry: &AdyenEntry) -> Result<Provider, FileError> {
        let capture = match entry.capture.as_str() {
            "immediate" => Capture::Immediate,
            "separate" => Capture::Separate,
            other => {
                return Err(self.wrong(format!("capture {other:?}"), "immediate or separate"));
            }
        };
        Ok(Provider::Adyen(Adyen {
            keys: self.keys(&entry.keys, Form::Hexadecimal)?,
            merchant_account: entry.merchant_account.clone(),
            capture,
            live: entry.live,
        }))
    }

    fn standard(&self, entry: &StandardEntry) -> Result<Provider, FileError> {
        Ok(Provider::Standard(Standard {
            keys: self.keys(&entry.keys, Form::Whsec)?,
            live: entry.live,
        }))
    }

    /// Without a word, as carefully as the provider allows: who can be asked is asked.
    fn credit(&self, word: Option<&str>, provider: &Provider) -> Result<Credit, FileError> {
        let asked = match provider {
            Provider::Mpesa(mpesa) => mpesa.api.is_some(),
            Provider::Airtel(_) | Provider::Momo(_) => true,
            Provider::Stripe(_) | Provider::Adyen(_) | Provider::Standard(_) => false,
        };
        match word {
            None if asked => Ok(Credit::AfterEnquiry),
            None | Some("at once") => Ok(Credit::AtOnce),
            Some("after enquiry") => Ok(Credit::AfterEnquiry),
            Some(other) => Err(self.wrong(
                format!("credit {other:?}"),
                "\"at once\" or \"after enquiry\"",
            )),
        }
    }

    fn addresses(&self, texts: &[String]) -> Result<Vec<Net>, FileError> {
        let each = texts.iter().map(|text| {
            let net = Net::parse(text);
            net.ok_or_else(|| self.wrong(format!("address {text:?}"), ADDRESS))
        });
        each.collect()
    }

    fn keys(&self, texts: &[String], form: Form) -> Result<Keys, FileError> {
        let keys = texts.iter().map(|text| self.secret("keys", text));
        let keys = keys.collect::<Result<Vec<Secret<String>>, FileError>>()?;
        let plain = keys.iter().map(|key| key.expose().as_str());
        let read = match form {
            Form::Plain => Keys::plain(plain),
            Form::Hexadecimal => Keys::hexadecimal(plain),
            Form::Whsec => Keys::whsec(plain),
        };
        read.map_err(|error| self.wrong("keys", error.to_string()))
    }

    fn secret(&self, key: &str, text: &str) -> Result<Secret<String>, FileError> {
        let at = match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => SecretAt::Variable(name),
            Some(("file", path)) if !path.is_empty() => SecretAt::File(path),
            _ => {
                let expected = "env:NAME or file:PATH; secrets don't stand in this file";
                return Err(self.wrong(key, expected));
            }
        };
        let found = (self.look_up)(at).map_err(|what| {
            let what = format!("{key}, {text}: {what}");
            self.wrong(what, "a secret there")
        })?;
        match found.trim_end_matches(['\r', '\n']) {
            "" => Err(self.wrong(format!("{key}, {text}: nothing"), "a secret there")),
            secret => Ok(Secret::new(secret.to_owned())),
        }
    }
}

const ADDRESS: &str = "an address such as 196.201.214.200, or a range such as 196.201.212.0/24";

fn proxy(entry: &ProxyEntry) -> Result<Proxy, FileError> {
    let wrong = |what: String, expected: &str| FileError::Proxy {
        what,
        expected: expected.to_owned(),
    };
    if axum::http::HeaderName::from_bytes(entry.header.as_bytes()).is_err() {
        let what = format!("header {:?}", entry.header);
        return Err(wrong(what, "a name such as x-forwarded-for"));
    }
    if entry.addresses.is_empty() {
        return Err(wrong(
            "no addresses".to_owned(),
            "where the proxy calls from",
        ));
    }
    let each = entry.addresses.iter().map(|text| {
        let net = Net::parse(text);
        net.ok_or_else(|| wrong(format!("address {text:?}"), ADDRESS))
    });
    Ok(Proxy {
        header: entry.header.to_lowercase(),
        addresses: each.collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TILL: &str = r#"
        [[source]]
        name = "mpesa"
        secret_path = "env:PATH_OF_TILL"
        addresses = ["196.201.214.200", "196.201.212.0/24"]
        [source.mpesa]
        short_code = "600638"
    "#;

    fn look_up(at: SecretAt<'_>) -> Result<String, String> {
        match at {
            SecretAt::Variable("MISSING") => Err("it isn't set".to_owned()),
            SecretAt::Variable(name) => Ok(format!("secret of {name}")),
            SecretAt::File(_) => Ok("secret of a file\n".to_owned()),
        }
    }

    fn refusal(text: &str) -> String {
        match read(text, &look_up) {
            Ok(_) => panic!("it is read"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_till_that_is_only_listened_to_credits_at_once() {
        let read = read(TILL, &look_up).ok().unwrap();
        let source = &read.sources[0];
        assert_eq!(
            (source.feed.as_str(), source.credit),
            ("mpesa", Credit::AtOnce)
        );
        assert_eq!(source.secret_path.expose(), "secret of PATH_OF_TILL");
        assert_eq!(source.addresses.len(), 2);
    }

    #[test]
    fn who_can_be_asked_is_asked() {
        let api = r#"
            [source.mpesa.api]
            url = "https://api.safaricom.co.ke"
            consumer_key = "env:KEY"
            consumer_secret = "file:/run/secrets/daraja"
            public_url = "https://pay.example.org"
            pull = true
        "#;
        let read = read(&format!("{TILL}{api}"), &look_up).ok().unwrap();
        assert_eq!(read.sources[0].credit, Credit::AfterEnquiry);
        let Provider::Mpesa(Mpesa { api: Some(api), .. }) = &read.sources[0].provider else {
            panic!("a till with an interface");
        };
        assert_eq!(api.consumer_secret.expose(), "secret of a file");
    }

    #[test]
    fn what_is_wrong_is_said_by_source_and_without_secrets() {
        let check = |from: &str, to: &str, expected: &str| {
            let refusal = refusal(&TILL.replace(from, to));
            assert!(refusal.contains(expected), "{refusal}");
            assert!(!refusal.contains("secret of"), "{refusal}");
        };
        check(
            "env:PATH_OF_TILL",
            "0f9a3b7c5d1e2f46",
            "expected env:NAME or file:PATH",
        );
        check(
            "env:PATH_OF_TILL",
            "env:MISSING",
            "env:MISSING: it isn't set",
        );
        check(
            "196.201.214.200",
            "safaricom",
            "address \"safaricom\"; expected an address",
        );
        check("[source.mpesa]", "[source.pesa]", "unknown field");
        check("short_code", "shortcode", "unknown field");
        check(
            "addresses",
            "credit = \"soon\"\naddresses",
            "credit \"soon\"",
        );
        let two = format!("{TILL}\n[source.stripe]\nkeys = [\"env:A_LONG_KEY\"]\nlive = true");
        assert!(refusal(&two).contains("two kinds"), "{}", refusal(&two));
    }

    #[test]
    fn a_proxy_names_its_header_and_where_it_calls_from() {
        let proxy = "[proxy]\nheader = \"X-Forwarded-For\"\naddresses = [\"10.0.0.2\"]\n";
        let read = read(proxy, &look_up).ok().unwrap();
        assert_eq!(read.proxy.unwrap().header, "x-forwarded-for");
        assert!(
            refusal("[proxy]\nheader = \"a b\"\naddresses = [\"10.0.0.2\"]").contains("header")
        );
        assert!(refusal("[proxy]\nheader = \"a\"\naddresses = []").contains("no addresses"));
    }
}
