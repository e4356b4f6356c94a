//! An explanation in words, for those who check: one line for each amount, in plain English.

use core::fmt;

use super::{Explanation, Placed, Posting, Reason, Rule};
use crate::loan::charge::Amount;
use crate::loan::order::{Bucket, Future, Walk, When};
use crate::money::{Money, Rounding};

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let currency = self.total.currency();
        write!(f, "{} {}", self.total, currency.code())?;
        for reason in &self.reasons {
            let amount = Money::new(reason.amount, currency);
            write!(f, "\n{:>14}  {reason}", alloc::format!("{amount}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {}: ", line + 1)?;
        }
        if let Some(component) = self.component {
            write!(f, "{}, ", component.name())?;
        }
        if let Some(posting) = &self.posting {
            write!(f, "{posting}, ")?;
        }
        write!(f, "{}", self.rule)
    }
}

impl fmt::Display for Posting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.id, self.on)?;
        match self.amount {
            Some(amount) => write!(f, " ({amount})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Agreed {
                rounding,
                multiple,
                takes_rest,
            } => {
                f.write_str("by the terms")?;
                rounded(f, *rounding, *multiple)?;
                match takes_rest {
                    true => f.write_str("; the last line takes the rest"),
                    false => Ok(()),
                }
            }
            Rule::AgreedAnew { rounding } => {
                f.write_str("by the terms after it")?;
                rounded(f, *rounding, 1)
            }
            Rule::DaysWentBy { rounding } => {
                f.write_str("interest of the days since the last fact")?;
                rounded(f, *rounding, 1)
            }
            Rule::GivenOut => f.write_str("given out"),
            Rule::Charged {
                worth,
                rounding,
                placed,
            } => {
                charged(f, *worth, *rounding)?;
                write!(f, ", in {placed}")
            }
            Rule::Allocated {
                bucket,
                walk,
                future,
            } => allocated(f, *bucket, *walk, *future),
            Rule::CameBack { placed } => write!(f, "owed again, in {placed}"),
            Rule::GivenBack => f.write_str("given back, the latest line first"),
            Rule::PaidByCredit => f.write_str("paid by the borrower's credit"),
            Rule::Moved { rounding, multiple } => {
                f.write_str("moved between lines in equal parts")?;
                rounded(f, *rounding, *multiple)?;
                f.write_str("; the last takes the rest")
            }
            Rule::Waived => f.write_str("waived"),
            Rule::WrittenOff => f.write_str("written off"),
            Rule::ToCredit => f.write_str("beyond all that was owed: the borrower's credit"),
            Rule::FromCredit => f.write_str("out of the borrower's credit"),
            Rule::NotEarned => f.write_str("not earned on that day"),
            Rule::Open { due_on } => write!(f, "open, due {due_on}"),
            Rule::Effect => f.write_str("all that it changed"),
            Rule::Reversed => f.write_str("reversed since"),
        }
    }
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Placed::OfItsPeriod => "the line of its period",
            Placed::EachInstalment => "each instalment",
            Placed::NextToCome => "the next line that isn't due",
            Placed::LastOnItsDay => "the last line, due that day",
            Placed::AfterTheLast => "a line of its own after the last",
            Placed::AtDisbursement => "no line: taken when money was given out",
        })
    }
}

fn rounded(f: &mut fmt::Formatter<'_>, rounding: Rounding, multiple: i128) -> fmt::Result {
    write!(f, ", rounded {rounding}")?;
    match multiple {
        0 | 1 => Ok(()),
        _ => write!(f, " to whole {multiple} minor units"),
    }
}

fn charged(f: &mut fmt::Formatter<'_>, worth: Amount, rounding: Rounding) -> fmt::Result {
    let (rate, of) = match worth {
        Amount::Flat(_) => return f.write_str("charged"),
        Amount::OfPrincipal(rate) => (rate, "principal"),
        Amount::OfInterest(rate) => (rate, "interest"),
        Amount::OfPrincipalAndInterest(rate) => (rate, "principal and interest"),
    };
    write!(f, "charged as {rate} of {of}")?;
    rounded(f, rounding, 1)
}

fn allocated(
    f: &mut fmt::Formatter<'_>,
    bucket: Bucket,
    walk: Walk,
    future: Future,
) -> fmt::Result {
    write!(f, "{}, ", bucket.when.name())?;
    f.write_str(match walk {
        Walk::ByInstalment => "an instalment after the other",
        Walk::ByBucket => "a kind of debt after the other",
    })?;
    if bucket.when != When::InAdvance {
        return Ok(());
    }
    f.write_str(match future {
        Future::Next => ", the next one first",
        Future::Last => ", the last one first",
        Future::Spread => ", in equal parts, the last takes the rest",
    })
}
