//! Writing a [`ChangeSet`].

use crate::changes::{ChangeSet, CommitError, Committed};
use crate::ids::LenderId;
use crate::store::Store;

impl Store {
    /// Writes the engine's result, all of it or none.
    pub fn commit(&self, lender: LenderId, set: ChangeSet) -> Result<Committed, CommitError> {
        let _ = (lender, set);
        todo!()
    }
}
