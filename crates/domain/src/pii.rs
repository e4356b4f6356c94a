//! Personal data and secrets that can't be formatted into a log by accident.
//!
//! Neither type has Debug, Display or a serialiser: a struct that holds one can't derive them
//! either, which is the point. Opening one is a word a reviewer can search for: `expose`.
//! On purpose absent: a redacted rendering, because "[redacted]" in a log still says that the
//! value was there, and invites the next person to print "just this once".

/// A personal datum: a name, a phone number, an IMEI, an account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    pub const fn new(value: T) -> Pii<T> {
        Pii(value)
    }

    /// The datum itself, for a place that shows it to the person it belongs to or works for.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    pub fn into_exposed(self) -> T {
        self.0
    }
}

/// A key, token or password. It can't be compared with `==`: comparing secrets needs constant
/// time, which is the business of the crate that holds the cryptography.
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    pub const fn new(value: T) -> Secret<T> {
        Secret(value)
    }

    /// The secret itself, for the one call that uses it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}
