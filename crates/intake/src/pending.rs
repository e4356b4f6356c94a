//! Stand-ins for `fairlock_domain::{calendar, money, pii}` until these are published; same names and shapes.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i32);
impl Day {
    pub fn parse(text: &str) -> Result<Self, ()> {
        let _ = text;
        Err(())
    }
    pub fn days(self) -> i32 {
        self.0
    }
    pub fn from_ymd(_y: i32, _m: u8, _d: u8) -> Option<Self> {
        None
    }
}
impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i128);
impl Instant {
    pub fn from_unix_nanos(n: i128) -> Self {
        Self(n)
    }
}
pub struct Pii<T>(T);
impl<T> Pii<T> {
    pub fn new(t: T) -> Self {
        Self(t)
    }
    pub fn expose(&self) -> &T {
        &self.0
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency(u8);
impl Currency {
    pub fn exponent(self) -> u8 {
        self.0
    }
    pub fn from_code(_c: &str) -> Option<Self> {
        None
    }
    pub fn code(self) -> &'static str {
        ""
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(i128, Currency);
impl Money {
    pub fn new(m: i128, c: Currency) -> Result<Self, ()> {
        Ok(Self(m, c))
    }
    pub fn parse(_t: &str, _c: Currency) -> Result<Self, ()> {
        Err(())
    }
}
