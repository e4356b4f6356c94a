//! What happened to an earlier payment: a reversal, a refund, a dispute, a provider's fee.
//!
//! The one entry for every source's words for it ([`Change`]). What takes the whole of a payment
//! goes the way of a return; anything else is kept as a line and named for a person.

use fairlock_domain::payment::Change;
use fairlock_domain::payment::change::Effect;

use super::draft::{Draft, DraftError};
use super::news::News;

impl Draft<'_> {
    /// News that something happened to an earlier payment.
    pub(super) fn changed(&mut self, news: &News, change: &Change) -> Result<(), DraftError> {
        match change.kind.effect() {
            Effect::Takes => self.returned(news),
            Effect::Undoes(_) | Effect::Nothing => {
                self.unclear(news);
                Ok(())
            }
        }
    }
}
