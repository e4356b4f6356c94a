//! Who paid, as keyed hashes: two payments are compared without a number or an account being read.
//!
//! A bare SHA-256 of a phone number is found by trying every number there is, so that what a
//! provider hashed is hashed once more with a key that isn't in the database. On purpose absent:
//! names, which prove nothing.

use fairlock_domain::payment::PhoneMask;
use fairlock_domain::payment::payer::{ends_of, number_digits};
use sha2::{Digest as _, Sha256};

use super::super::news::{News, Payer};

/// The key of one installation. No Debug: nobody prints it.
#[derive(Clone)]
pub struct PayerKey([u8; 32]);

/// What is known of a payer, as hashes.
#[derive(Default)]
pub struct Marks {
    /// By which their payments are compared: the number, else the account.
    pub payer: Option<[u8; 32]>,
    /// The number.
    pub number: Option<[u8; 32]>,
    /// The shown ends of the number, and the mask itself.
    pub mask: Option<([u8; 32], PhoneMask)>,
}

impl PayerKey {
    pub fn new(key: [u8; 32]) -> PayerKey {
        PayerKey(key)
    }

    /// What a piece of news shows of its payer.
    pub fn marks(&self, news: &News) -> Marks {
        let mut marks = Marks::default();
        match &news.payer {
            Payer::Unknown => {}
            Payer::Number(sha256) => marks.number = Some(self.hashed(sha256)),
            Payer::Mask(mask) => {
                let mask = PhoneMask::parse(mask.expose());
                marks.mask = mask.and_then(|mask| Some((self.ends(&mask.ends()?), mask)));
            }
        }
        let account = news.payer_account.as_ref();
        let account = account.and_then(|account| self.account(account.expose()));
        marks.payer = marks.number.or(account);
        marks
    }

    /// A contract's number, and its ends; `None` when it can't be read as a number.
    pub fn number(&self, number: &str) -> Option<([u8; 32], [u8; 32])> {
        let digits = number_digits(number)?;
        let sha256: [u8; 32] = Sha256::digest(digits.as_bytes()).into();
        Some((self.hashed(&sha256), self.ends(&ends_of(&digits)?)))
    }

    /// Of a number that the provider hashed.
    fn hashed(&self, sha256: &[u8; 32]) -> [u8; 32] {
        self.keyed("number", sha256)
    }

    fn ends(&self, ends: &str) -> [u8; 32] {
        self.keyed("ends", ends.as_bytes())
    }

    /// Spaces and case don't count; an account that isn't there is nobody's.
    fn account(&self, account: &str) -> Option<[u8; 32]> {
        let account: String = account.split_whitespace().collect();
        let account = account.to_uppercase();
        (!account.is_empty()).then(|| self.keyed("account", account.as_bytes()))
    }

    /// Key and word are of fixed meaning and stand in front, so that no two inputs meet.
    fn keyed(&self, what: &str, data: &[u8]) -> [u8; 32] {
        let hash = Sha256::new().chain_update(b"fairlock/payer/v1/");
        let hash = hash.chain_update(self.0).chain_update(what.as_bytes());
        hash.chain_update(b"/").chain_update(data).finalize().into()
    }
}
