//! The server's half of typed codes.
//!
//! This side's one-time key is derived from the installation's seeds, the phone it is for and the
//! phone's own one-time point, so that the database holds nothing with which codes can be made, and
//! a code can be made again. Failure is a phone that enrolled without a point, or a value that no
//! code can carry. On purpose absent: counting, which is the store's; a code is made after its count
//! is on disk.

use fairlock_codes::keys::{CodeKeys, Exchange};
use fairlock_codes::openpaygo;
use fairlock_codes::{FIRST_COUNT, Kind, long};
use fairlock_protocol::Binding;
use fairlock_protocol::p256::Point;

use crate::sign::Signer;

/// How a code is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Fairlock's own 17 digits.
    Long,
    /// OpenPAYGO Token, 9 digits.
    Digits,
    /// OpenPAYGO Token, 15 digits of 1 to 4.
    Restricted,
}

/// What a code is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeOrder {
    pub form: Form,
    /// The long form knows ADD and DISABLE alone.
    pub kind: Kind,
    /// Of ADD and SET.
    pub days: u64,
}

impl CodeOrder {
    /// Can a code say this?
    pub fn fits(&self) -> bool {
        match (self.form, self.kind) {
            (Form::Long, Kind::Add) => (1..=long::DAYS_MAX).contains(&self.days),
            (Form::Long, Kind::Disable) => self.days == 0,
            (Form::Long, Kind::Set | Kind::Sync) => false,
            (_, Kind::Add | Kind::Set) => self.days <= openpaygo::VALUE_MAX,
            (_, Kind::Disable | Kind::Sync) => self.days == 0,
        }
    }

    /// The count of the next such code after the newest one.
    pub fn next_count(&self, newest: Option<u64>) -> u64 {
        let newest = newest.unwrap_or(FIRST_COUNT);
        match self.form {
            Form::Long => newest + 1,
            Form::Digits | Form::Restricted => openpaygo::next_count(self.kind, newest),
        }
    }
}

impl Signer {
    /// This side's point for a phone, as message 3 carries it.
    pub fn code_point(&self, phone: &Binding, theirs: &Point) -> Option<Point> {
        Some(self.exchange(phone, theirs)?.public())
    }

    /// The digits of the code with a count, which is taken already. `None`: the phone's point is
    /// none, or no code can say this.
    pub fn code(
        &self,
        phone: &Binding,
        theirs: &Point,
        order: CodeOrder,
        count: u64,
    ) -> Option<String> {
        let keys = self.code_keys(phone, theirs)?;
        if !order.fits() {
            return None;
        }
        if order.form == Form::Long {
            let code = long::make(keys.long(), &phone.device, count, order.days)?;
            return Some(format!("{code:017}"));
        }
        let chain = keys.openpaygo();
        let (_, token) = chain.make(order.kind, order.days, count.checked_sub(1)?)?;
        Some(chain.text(token, order.form == Form::Restricted))
    }

    fn code_keys(&self, phone: &Binding, theirs: &Point) -> Option<CodeKeys> {
        let ours = self.exchange(phone, theirs)?;
        ours.agree(theirs, &ours.public(), phone)
    }

    fn exchange(&self, phone: &Binding, theirs: &Point) -> Option<Exchange> {
        // One in 2^32 hashes is no key: the next one is.
        (0..=u8::MAX).find_map(|attempt| {
            let parts: [&[u8]; 4] = [&phone.lender, &phone.device, theirs, &[attempt]];
            Exchange::from_random(&self.ring(|keys| keys.code_secret(parts)))
        })
    }
}
