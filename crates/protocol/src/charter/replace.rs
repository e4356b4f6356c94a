//! A charter that takes another's place: a softer one at any time, a stricter one only with the
//! borrower's acceptance, and where money goes only with ROOT.
//!
//! Failure is [`Refusal`], in the order of the checks. Doubt is stricter: what can't be
//! compared must be the same.

use super::{Charter, Limits, Pass};
use crate::cose::MultiSigned;
use crate::enrol::check_charter_signature;
use crate::ids::{Binding, Domain};
use crate::keyset::KeySet;
use crate::refusal::Refusal;

/// A change of payees is shown as a change for so long.
pub const PAYEES_SHOWN_S: u64 = 7 * 86_400;

crate::record! {
    /// What a phone makes of a charter that shall take the place of its own.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Replacement: "a replacement" {
        1 need charter: Charter,
        /// It is the one in force already.
        2 need known: bool,
        /// At least as soft in every field; else the borrower must accept it.
        3 need softer: bool,
        /// Money goes elsewhere, or under another reference.
        4 need payees_change: bool,
    }
}

impl Replacement {
    /// Signature, schema, compiled limits, counter, and ROOT where money would go elsewhere.
    pub fn open(
        bytes: &[u8],
        binding: &Binding,
        keys: &KeySet,
        old: &Charter,
    ) -> Result<Replacement, Refusal> {
        let object = MultiSigned::parse(bytes)?;
        check_charter_signature(&object, binding, keys)?;
        let charter = Charter::read(object.payload).map_err(Refusal::Schema)?;
        charter.check().map_err(Refusal::Breach)?;
        let known = charter == *old;
        if charter.n <= old.n && !known {
            return Err(Refusal::CharterOld);
        }
        let payees_change = charter.channels != old.channels || charter.reference != old.reference;
        if payees_change && !keys.has_signed(&object, &binding.aad(Domain::Charter)) {
            return Err(Refusal::Root);
        }
        Ok(Replacement {
            softer: charter.at_least_as_soft(old),
            charter,
            known,
            payees_change,
        })
    }
}

impl Charter {
    /// Is every field at least as soft as the other's? Channels and reference aren't compared.
    pub fn at_least_as_soft(&self, old: &Charter) -> bool {
        // Taken apart whole, so that a new field must be thought about.
        let Charter {
            n: _,
            iat: _,
            lender,
            contract,
            currency,
            reference: _,
            channels: _,
            highest,
            reduce,
            lock,
            floor,
            classes,
            offline_days,
            silence_h,
            lapse,
            pass,
            code_days,
            reset_lead_h,
            restrictions,
            last_due: _,
            last_day,
            zone,
            help,
            languages,
        } = self;
        lender == &old.lender
            && contract == &old.contract
            && currency == &old.currency
            && highest <= &old.highest
            && softer_limits(reduce.as_ref(), old.reduce.as_ref())
            && softer_limits(lock.as_ref(), old.lock.as_ref())
            && holds_all(floor, &old.floor)
            && holds_all(&old.classes, classes)
            && offline_days >= &old.offline_days
            && silence_h <= &old.silence_h
            && lapse.lower(old.lapse) == *lapse
            && softer_pass(pass, &old.pass)
            && code_days >= &old.code_days
            && reset_lead_h >= &old.reset_lead_h
            && holds_all(&old.restrictions, restrictions)
            && last_day <= &old.last_day
            // Another reading of local time may move a window or the end either way.
            && zone == &old.zone
            && holds_all(help, &old.help)
            && holds_all(languages, &old.languages)
    }
}

fn holds_all<T: PartialEq>(these: &[T], those: &[T]) -> bool {
    those.iter().all(|one| these.contains(one))
}

/// No limits stand for no steps.
fn softer_limits(new: Option<&Limits>, old: Option<&Limits>) -> bool {
    match (new, old) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(new), Some(old)) => {
            new.lead_h >= old.lead_h
                && new.dwell_h >= old.dwell_h
                && new.from_min >= old.from_min
                && new.to_min <= old.to_min
                && new.days & !old.days == 0
        }
    }
}

fn softer_pass(new: &Pass, old: &Pass) -> bool {
    new.hours >= old.hours && new.times >= old.times && new.period_days <= old.period_days
}
