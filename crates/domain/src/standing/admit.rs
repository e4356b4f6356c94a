//! Which facts may follow which: the one place that refuses events that contradict each other.
//!
//! An event is admitted in its order and comes out resolved: ids became places, the day on which
//! the borrower acted is settled, and what changes nothing is [`Fact::Nothing`]. Failure is a
//! [`Problem`], the first one in the order of the checks.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use core::fmt;

use super::{Decision, Event, EventKind, Facts, FeedState, NoticeMode, Outcome, SuspenseState};
use crate::calendar::{Day, Instant};
use crate::contract::Contract;
use crate::holds::{HoldIndex, HoldKind, PaymentIndex};
use crate::money::{AMOUNT_MAX_MINOR, Money};
use crate::payment::PaymentState;
use crate::rules::{Proof, Rules};

/// Why facts can't be, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    NoInstalments,
    /// Not more than zero.
    AmountNotPositive,
    /// Above [`AMOUNT_MAX_MINOR`], one amount or the sum of the instalments.
    AmountTooLarge,
    AnotherCurrency,
    /// Earlier than the event before it.
    OutOfOrder,
    /// Later than the local day on which it was told.
    PaidInTheFuture,
    /// A move that payments don't make; what the payment was before.
    PaymentMove {
        from: Option<PaymentState>,
    },
    /// A reversal is always of the whole booked amount.
    ReversalAmount {
        booked: Money,
    },
    /// In `auto` notices are served by themselves.
    NoticeInAuto,
    UnknownNotice,
    /// Payment in doubt and feed follow from money and feeds; nobody opens them.
    HoldNotDeclared,
    HoldNeedsUntil,
    HoldOpenedTwice,
    HoldNotOpen,
    HoldEndedTwice,
    SuspenseOpenedTwice,
    SuspenseNotOpen,
    SuspenseClearedTwice,
}

/// What was expected instead, for the end of a sentence.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Problem::NoInstalments => "at least one instalment",
            Problem::AmountNotPositive => "an amount of more than zero",
            Problem::AmountTooLarge => {
                return write!(f, "at most {AMOUNT_MAX_MINOR} minor units, one and in sum");
            }
            Problem::AnotherCurrency => "the contract's currency",
            Problem::OutOfOrder => "an instant not before the one of the event before it",
            Problem::PaidInTheFuture => "a day not after the local day of the event",
            Problem::PaymentMove { from } => {
                return f.write_str(match from {
                    None => "pending or booked for a payment not seen before",
                    Some(PaymentState::Pending) => {
                        "pending, booked or failed for a pending payment"
                    }
                    Some(PaymentState::Failed) => "booked for a failed payment",
                    Some(PaymentState::Booked) => "reversed for a booked payment",
                    Some(PaymentState::Reversed) => "no more of a reversed payment",
                });
            }
            Problem::ReversalAmount { booked } => return write!(f, "the booked amount {booked}"),
            Problem::NoticeInAuto => "no notice event where notices are auto",
            Problem::UnknownNotice => "PACK/ID of a notice of a pack that applies",
            Problem::HoldNotDeclared => "a kind of hold that somebody opens",
            Problem::HoldNeedsUntil => "an until for this kind of hold",
            Problem::HoldOpenedTwice => "a hold id not opened before",
            Problem::HoldNotOpen => "the id of a hold opened before",
            Problem::HoldEndedTwice => "a hold not ended before",
            Problem::SuspenseOpenedTwice => "a suspense id not opened before",
            Problem::SuspenseNotOpen => "the id of a suspense opened before",
            Problem::SuspenseClearedTwice => "a suspense not cleared before",
        };
        f.write_str(text)
    }
}

/// Facts that contradict each other: the first that does, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactsError {
    pub place: Place,
    pub problem: Problem,
}

/// Where a wrong fact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Instalments,
    /// By document order.
    Instalment(usize),
    Event(usize),
}

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Instalments => write!(f, "instalments: expected {}", self.problem),
            Place::Instalment(i) => write!(f, "instalment {i}: expected {}", self.problem),
            Place::Event(i) => write!(f, "event {i}: expected {}", self.problem),
        }
    }
}

impl core::error::Error for FactsError {}

/// A channel's place among the channels that notices of this contract went out by.
pub type ChannelIndex = u32;

/// An event as it acts; amounts in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    Nothing,
    /// The first sight of a payment, as pending.
    Pending {
        payment: PaymentIndex,
        amount: i128,
    },
    /// `acted` is the day that the money counts from.
    Booked {
        payment: PaymentIndex,
        amount: i128,
        acted: Day,
    },
    Failed {
        payment: PaymentIndex,
    },
    Reversed {
        amount: i128,
    },
    Waived {
        amount: i128,
    },
    Feed {
        healthy: bool,
    },
    /// `pack` and `notice` are places in the rules.
    Notice {
        pack: usize,
        notice: usize,
        channel: ChannelIndex,
        proof: Proof,
    },
    HoldOpened {
        hold: HoldIndex,
        kind: HoldKind,
        until: Option<Instant>,
    },
    HoldEnded {
        hold: HoldIndex,
        kind: HoldKind,
        outcome: Option<Outcome>,
    },
    SuspenseOpened {
        amount: i128,
    },
    SuspenseCleared {
        amount: i128,
    },
    Reviewed(Decision),
    EmergencyPass,
}

/// What has been told so far, by id.
#[derive(Debug, Clone, Default)]
pub struct Known<'f> {
    payments: BTreeMap<&'f str, Payment>,
    holds: BTreeMap<&'f str, Hold>,
    suspense: BTreeMap<&'f str, Suspense>,
    channels: BTreeMap<&'f str, ChannelIndex>,
}

#[derive(Debug, Clone, Copy)]
struct Payment {
    place: PaymentIndex,
    state: PaymentState,
    /// The booked amount once booked.
    amount: Money,
    first_seen: Day,
    paid_on: Option<Day>,
}

#[derive(Debug, Clone, Copy)]
struct Hold {
    place: HoldIndex,
    kind: HoldKind,
    ended: bool,
}

#[derive(Debug, Clone, Copy)]
struct Suspense {
    amount: Money,
    cleared: bool,
}

/// Checks the contract itself.
pub fn check_contract(contract: &Contract) -> Result<(), FactsError> {
    let wrong = |place, problem| Err(FactsError { place, problem });
    if contract.instalments.is_empty() {
        return wrong(Place::Instalments, Problem::NoInstalments);
    }
    let mut sum = 0_i128;
    for (i, instalment) in contract.instalments.iter().enumerate() {
        if let Err(problem) = check_amount(instalment.amount, contract) {
            return wrong(Place::Instalment(i), problem);
        }
        sum += instalment.amount.minor();
        if sum > AMOUNT_MAX_MINOR {
            return wrong(Place::Instalment(i), Problem::AmountTooLarge);
        }
    }
    Ok(())
}

fn check_amount(amount: Money, contract: &Contract) -> Result<(), Problem> {
    if !amount.is_positive() {
        return Err(Problem::AmountNotPositive);
    }
    if amount.minor() > AMOUNT_MAX_MINOR {
        return Err(Problem::AmountTooLarge);
    }
    if amount.currency() != contract.currency {
        return Err(Problem::AnotherCurrency);
    }
    Ok(())
}

/// Places are counted in 32 bits: more facts of one kind than that fit no memory.
fn place(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl<'f> Known<'f> {
    /// Resolves one event; `day` is its local day.
    pub fn admit(
        &mut self,
        event: &'f Event,
        facts: &Facts,
        rules: &Rules,
        day: Day,
    ) -> Result<Fact, Problem> {
        let contract = &facts.contract;
        match &event.kind {
            EventKind::Payment {
                id,
                state,
                amount,
                paid_on,
            } => {
                check_amount(*amount, contract)?;
                if paid_on.is_some_and(|paid| paid > day) {
                    return Err(Problem::PaidInTheFuture);
                }
                self.payment(id, *state, *amount, *paid_on, day)
            }
            EventKind::Feed { feed, state } => Ok(match contract.feed.as_ref() {
                Some(own) if own == feed => Fact::Feed {
                    healthy: *state == FeedState::Healthy,
                },
                _ => Fact::Nothing,
            }),
            EventKind::Notice {
                notice,
                channel,
                proof,
            } => {
                if facts.notices == NoticeMode::Auto {
                    return Err(Problem::NoticeInAuto);
                }
                let pack = rules.packs.iter().position(|p| p.id == notice.pack);
                let pack = pack.ok_or(Problem::UnknownNotice)?;
                let index = rules.packs[pack].notice_index(&notice.notice);
                let next = place(self.channels.len());
                Ok(Fact::Notice {
                    pack,
                    notice: index.ok_or(Problem::UnknownNotice)?,
                    channel: *self.channels.entry(channel).or_insert(next),
                    proof: *proof,
                })
            }
            EventKind::Hold { id, kind, until } => self.open_hold(id, *kind, *until),
            EventKind::HoldEnd { id, outcome } => self.end_hold(id, *outcome),
            EventKind::Suspense { id, amount, state } => {
                check_amount(*amount, contract)?;
                self.suspense(id, *amount, *state)
            }
            EventKind::Review { decision, .. } => Ok(Fact::Reviewed(*decision)),
            EventKind::EmergencyPass => Ok(Fact::EmergencyPass),
            EventKind::Contact => Ok(Fact::Nothing),
            EventKind::PayoffWaived { amount } => {
                check_amount(*amount, contract)?;
                Ok(Fact::Waived {
                    amount: amount.minor(),
                })
            }
        }
    }

    fn payment(
        &mut self,
        id: &'f str,
        seen: PaymentState,
        amount: Money,
        paid_on: Option<Day>,
        day: Day,
    ) -> Result<Fact, Problem> {
        use PaymentState::{Booked, Failed, Pending, Reversed};
        let next = place(self.payments.len());
        let (before, payment) = match self.payments.entry(id) {
            Entry::Vacant(unseen) if matches!(seen, Pending | Booked) => {
                let payment = unseen.insert(Payment {
                    place: next,
                    state: seen,
                    amount,
                    first_seen: day,
                    paid_on: None,
                });
                (None, payment)
            }
            Entry::Vacant(_) => return Err(Problem::PaymentMove { from: None }),
            Entry::Occupied(known) => {
                let payment = known.into_mut();
                let from = payment.state;
                match (from, seen) {
                    (Pending, Pending | Booked | Failed)
                    | (Failed, Booked)
                    | (Booked, Reversed) => (Some(from), payment),
                    _ => return Err(Problem::PaymentMove { from: Some(from) }),
                }
            }
        };
        payment.paid_on = paid_on.or(payment.paid_on);
        let place = payment.place;
        let minor = amount.minor();
        payment.state = seen;
        Ok(match seen {
            Pending if before.is_some() => Fact::Nothing,
            Pending => Fact::Pending {
                payment: place,
                amount: minor,
            },
            Failed => Fact::Failed { payment: place },
            Booked => {
                payment.amount = amount;
                Fact::Booked {
                    payment: place,
                    amount: minor,
                    acted: payment.paid_on.unwrap_or(payment.first_seen),
                }
            }
            Reversed if payment.amount != amount => {
                return Err(Problem::ReversalAmount {
                    booked: payment.amount,
                });
            }
            Reversed => Fact::Reversed { amount: minor },
        })
    }

    fn open_hold(
        &mut self,
        id: &'f str,
        kind: HoldKind,
        until: Option<Instant>,
    ) -> Result<Fact, Problem> {
        if !kind.is_declared() {
            return Err(Problem::HoldNotDeclared);
        }
        if kind.needs_until() && until.is_none() {
            return Err(Problem::HoldNeedsUntil);
        }
        let hold = Hold {
            place: place(self.holds.len()),
            kind,
            ended: false,
        };
        if self.holds.contains_key(id) {
            return Err(Problem::HoldOpenedTwice);
        }
        self.holds.insert(id, hold);
        Ok(Fact::HoldOpened {
            hold: hold.place,
            kind,
            until,
        })
    }

    fn end_hold(&mut self, id: &str, outcome: Option<Outcome>) -> Result<Fact, Problem> {
        let hold = self.holds.get_mut(id).ok_or(Problem::HoldNotOpen)?;
        if hold.ended {
            return Err(Problem::HoldEndedTwice);
        }
        hold.ended = true;
        Ok(Fact::HoldEnded {
            hold: hold.place,
            kind: hold.kind,
            outcome,
        })
    }

    fn suspense(
        &mut self,
        id: &'f str,
        amount: Money,
        state: SuspenseState,
    ) -> Result<Fact, Problem> {
        match (state, self.suspense.get_mut(id)) {
            (SuspenseState::Candidate, Some(_)) => Err(Problem::SuspenseOpenedTwice),
            (SuspenseState::Candidate, None) => {
                let cleared = false;
                self.suspense.insert(id, Suspense { amount, cleared });
                Ok(Fact::SuspenseOpened {
                    amount: amount.minor(),
                })
            }
            (SuspenseState::Cleared, None) => Err(Problem::SuspenseNotOpen),
            (SuspenseState::Cleared, Some(known)) if known.cleared => {
                Err(Problem::SuspenseClearedTwice)
            }
            (SuspenseState::Cleared, Some(known)) => {
                known.cleared = true;
                Ok(Fact::SuspenseCleared {
                    amount: known.amount.minor(),
                })
            }
        }
    }
}
