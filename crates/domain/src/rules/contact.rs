//! Collection contact: when, how often and with whom a lender may speak about a debt.
//!
//! It is another class than statutory notice, which has the pack's `contact` hours and none of
//! these limits: a law that asks for a notice by two channels and one that allows one channel a
//! week don't collide.

use alloc::vec::Vec;

use super::{Cited, Named, Window};
use crate::calendar::Span;
use crate::words::words;

words! {
    /// What a cap counts.
    pub enum ContactKind {
        Any = "any",
        Calls = "calls",
        Messages = "messages",
        Visits = "visits",
    }
}

/// Over what a cap counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapPeriod {
    /// A calendar day of the borrower.
    LocalDay,
    /// Any so long stretch of time, which ends now.
    Rolling(Span),
}

/// At most so many contacts of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactCap {
    pub most: u16,
    pub kind: ContactKind,
    pub period: CapPeriod,
}

/// After a conversation nobody calls for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoolOff {
    pub time: Span,
    pub kind: ContactKind,
}

words! {
    /// Days on which people are left alone.
    pub enum Occasion {
        Bereavement = "bereavement",
        Wedding = "wedding",
        Festival = "festival",
        Illness = "illness",
    }
}

words! {
    /// Channels from which a person can opt out.
    pub enum OptOut {
        Calls = "calls",
        Email = "email",
        Sms = "sms",
        Visits = "visits",
    }
}

/// A pack's rules for collection contact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collection {
    /// Allowed in any of these; none: whenever the pack's `contact` hours allow it.
    pub hours: Vec<Named<Window>>,
    pub caps: Vec<Named<ContactCap>>,
    pub cool_off: Option<Cited<CoolOff>>,
    /// In one week, Monday to Sunday, by one channel only.
    pub one_channel_a_week: Option<Cited<()>>,
    /// Only the borrower and who else is liable: no family, employer, reference.
    pub liable_persons_only: Option<Cited<()>>,
    /// Only by channels that the person allowed beforehand; what was never allowed is refused.
    pub authorised_channels_only: Option<Cited<()>>,
    pub opt_out: Option<Cited<Vec<OptOut>>>,
    pub not_during: Option<Cited<Vec<Occasion>>>,
}
