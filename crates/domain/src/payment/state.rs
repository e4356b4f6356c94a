//! The states of one payment, and how news of it changes them.
//!
//! Messages come late, twice and out of order; a state only rises. News that would lower it is
//! old news and changes nothing; news that contradicts it is for a person.

/// What is known of a payment's money. The order is the order in which news outranks news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentState {
    /// Announced: shields, doesn't credit.
    Pending,
    /// It won't come, as things are known; it may still be booked.
    Failed,
    /// The money is there: credits.
    Booked,
    /// The money was taken back, all of it. Final.
    Reversed,
}

impl PaymentState {
    /// Every state, in order.
    pub const ALL: [PaymentState; 4] = [
        PaymentState::Pending,
        PaymentState::Failed,
        PaymentState::Booked,
        PaymentState::Reversed,
    ];

    /// The name that stands in scenarios, rows and pages.
    pub fn name(self) -> &'static str {
        match self {
            PaymentState::Pending => "pending",
            PaymentState::Failed => "failed",
            PaymentState::Booked => "booked",
            PaymentState::Reversed => "reversed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<PaymentState> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What news of a payment does to it, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The payment is new, or its state rises to the one seen.
    Rise,
    /// Nothing new: the state is that already.
    Same,
    /// Old news: the state was that, or could have been, and is further.
    Late,
    /// A reversal of money that was never booked here: wait for the booking, with an alarm.
    NothingToReverse,
}

/// Judges the state `seen` in a message against the one known; `None` is a payment not seen yet.
///
/// Pending may fail or be booked, what failed may still be booked, what is booked may be
/// reversed. A failure after a booking is late news: money that is there isn't refuted by an
/// older message. Only a booked payment can be reversed.
pub fn judge(known: Option<PaymentState>, seen: PaymentState) -> Move {
    use PaymentState::{Booked, Reversed};
    match (known, seen) {
        (Some(known), seen) if known == seen => Move::Same,
        (Some(Booked), Reversed) => Move::Rise,
        (_, Reversed) => Move::NothingToReverse,
        (None, _) => Move::Rise,
        (Some(known), seen) if seen > known => Move::Rise,
        (Some(_), _) => Move::Late,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_only_rises() {
        use Move::{Late, NothingToReverse, Rise, Same};
        use PaymentState::{Booked, Failed, Pending, Reversed};
        let table = [
            // known, then seen: pending, failed, booked, reversed
            (None, [Rise, Rise, Rise, NothingToReverse]),
            (Some(Pending), [Same, Rise, Rise, NothingToReverse]),
            (Some(Failed), [Late, Same, Rise, NothingToReverse]),
            (Some(Booked), [Late, Late, Same, Rise]),
            (Some(Reversed), [Late, Late, Late, Same]),
        ];
        for (known, moves) in table {
            for (seen, expected) in [Pending, Failed, Booked, Reversed].into_iter().zip(moves) {
                assert_eq!(judge(known, seen), expected, "{known:?} then {seen:?}");
            }
        }
    }

    #[test]
    fn names_come_back() {
        for state in PaymentState::ALL {
            assert_eq!(PaymentState::from_name(state.name()), Some(state));
        }
        assert_eq!(PaymentState::from_name("settled"), None);
    }
}
