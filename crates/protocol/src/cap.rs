//! The cap: an upper bound for all phones of a lender, signed by SAFETY, for an emergency of any
//! kind. It can only lower, and none ends or replaces another.
//!
//! Failure is [`crate::cbor::Malformed`] here, [`crate::verify::Refusal`] when it is taken.

use crate::grant::TIME_MAX;
use crate::level::Level;

/// A cap ends at most so long after it was issued.
pub const CAP_MAX_S: u64 = 30 * 86_400;

crate::record! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Cap: "a cap" v1 {
        /// Names it for people; phones don't compare it.
        2 need n: u64,
        3 need iat: u64,
        4 need ksv: u64,
        /// Unix seconds, excluded.
        5 need until: u64,
        /// `lock` lowers nothing, but nothing new begins.
        6 need level: Level,
        |cap| {
            cap.until <= TIME_MAX => "an instant below 2^40",
            cap.iat < cap.until => "an end after its beginning",
            cap.until - cap.iat <= CAP_MAX_S => "an end within 30 days",
            cap.level != Level::Released => "a cap at free, remind, reduce or lock",
        }
    }
}

crate::signed_payload!(Cap);
