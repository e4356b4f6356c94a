//! Reads for the console alone: what stands behind a count, a few at a time.

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::statements;
use crate::store::Store;

statements! { "grants":
    // The same grants that `Exceptions::troubled_grants` counts, newest first.
    TROUBLED = "
        SELECT g.contract_id, g.seq FROM grants AS g
        WHERE g.lender_id = ?1 AND (g.state IN ('held', 'refused') OR g.phone_verdict IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM grants AS newer
              WHERE newer.lender_id = g.lender_id AND newer.device_id = g.device_id
                AND newer.seq > g.seq AND newer.state = 'signed')
        ORDER BY g.created_at DESC LIMIT ?2";
    FAILED_NOTICES = "
        SELECT contract_id FROM outbox
        WHERE lender_id = ?1 AND state = 'failed' ORDER BY settled_at DESC LIMIT ?2";
}

impl Store {
    /// Grants that the signer holds or refused, or that a phone refused or cut, with their
    /// contracts: the newest `limit` of those that no newer signed grant replaced.
    pub fn troubled_grants(
        &self,
        lender: LenderId,
        limit: u32,
    ) -> Result<Vec<(String, u64)>, StoreError> {
        self.read("troubled_grants", |db| {
            db.all(TROUBLED, (lender.0, limit), |c| {
                Ok((c.get()?, c.unsigned()?))
            })
        })
    }

    /// Contracts of the newest `limit` notices that couldn't be sent.
    pub fn failed_notices(&self, lender: LenderId, limit: u32) -> Result<Vec<String>, StoreError> {
        self.read("failed_notices", |db| {
            db.all(FAILED_NOTICES, (lender.0, limit), |c| c.get())
        })
    }
}
