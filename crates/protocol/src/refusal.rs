//! Why an object is refused whole, whatever it is: one list, whose numbers stand in reports.

use crate::cbor::Malformed;
use crate::charter::CharterBreach;

/// Numbers and names, each written once.
macro_rules! refusals {
    ($($(#[$doc:meta])* $code:literal $name:ident $(($detail:ty))?,)*) => {
        /// In the order of the checks, as far as an object goes through them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Refusal {
            $($(#[$doc])* $name $(($detail))?,)*
        }

        impl Refusal {
            /// The number in reports.
            pub fn code(self) -> u64 {
                match self {
                    $(Refusal::$name { .. } => $code,)*
                }
            }
        }
    };
}

refusals! {
    /// This phone is released: nothing changes it any more.
    1 Released,
    2 Wrapper(Malformed),
    3 Size,
    4 Canonical(Malformed),
    5 Header(Malformed),
    /// No key of this id is listed, or none that may sign this.
    6 UnknownKid,
    /// The key's `not_after` has passed.
    7 KeyExpired,
    8 Alg,
    9 Signature,
    /// At or below the base of the newest accepted tightening.
    10 SeqOld,
    11 SeqJump,
    12 Schema(Malformed),
    13 Role,
    /// Of another nonce than the one sent.
    14 Nonce,
    /// A contact token more than 60 s after its nonce was sent.
    15 Late,
    /// A contact token outside the bounds of time, or a cap issued in the phone's future.
    16 Outside,
    /// Not the key set that the enrolment bundle names.
    17 Hash,
    /// Not the key set after the one in force.
    18 Version,
    /// A key set with a floor below the one in force.
    19 Floor,
    /// A key set with a key that had another role before.
    20 KeyRole,
    /// Fewer valid signatures of the roots, of this key set or the one before, than asked.
    21 Threshold,
    /// A charter beyond the compiled limits.
    22 Breach(CharterBreach),
    /// A charter whose counter isn't higher than that of the one in force.
    23 CharterOld,
    /// A charter by which money would go elsewhere, and ROOT hasn't signed that.
    24 Root,
}
