//! The texts of rule packs: each that ever judged is kept once, by its hash, with the instant from
//! which on it judged.
//!
//! A decision names the texts that it rests on; one that names a text which isn't kept is refused,
//! so that every decision can be made again for as long as its database lives. On purpose absent:
//! hashing and reading a text (both are the caller's), and any way to change or drop one.

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, instant_cell, statements};
use crate::store::Store;

statements! { "pack_texts":
    KEEP = "
        INSERT INTO pack_texts (lender_id, sha256, pack, version, text)
        VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    ONE = "
        SELECT pack, version, sha256, text FROM pack_texts WHERE lender_id = ?1 AND sha256 = ?2";
    OF_PACK = "
        SELECT sha256 FROM packs_in_force WHERE lender_id = ?1 AND pack = ?2
        ORDER BY since, force_no";
    NEWEST = "
        SELECT sha256 FROM packs_in_force WHERE lender_id = ?1 AND pack = ?2
        ORDER BY since DESC, force_no DESC LIMIT 1";
    AT = "
        SELECT sha256 FROM packs_in_force WHERE lender_id = ?1 AND pack = ?2 AND since <= ?3
        ORDER BY since DESC, force_no DESC LIMIT 1";
    OLDEST = "
        SELECT sha256 FROM packs_in_force WHERE lender_id = ?1 AND pack = ?2
        ORDER BY since, force_no LIMIT 1";
    IN_FORCE = "
        INSERT INTO packs_in_force (lender_id, pack, since, sha256)
        SELECT ?1, ?2, max(?3, coalesce(max(since), ?3)), ?4
        FROM packs_in_force WHERE lender_id = ?1 AND pack = ?2";
    REVIEW = "
        UPDATE contracts SET version = version + 1,
                             review_at = min(coalesce(review_at, ?3), ?3)
        WHERE lender_id = ?1 AND ',' || packs || ',' LIKE '%,' || ?2 || ',%'
          AND planned_at IS NOT NULL";
}

/// A pack's text, word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackText {
    pub pack: String,
    pub version: u16,
    pub sha256: [u8; 32],
    pub text: String,
}

impl Store {
    /// Keeps the texts that judge from `at` on. Contracts that were planned by another text of a
    /// pack are due for review. Returns the packs whose text is another one than before, or the
    /// first.
    pub fn keep_packs(
        &self,
        lender: LenderId,
        texts: Vec<PackText>,
        at: Instant,
    ) -> Result<Vec<String>, StoreError> {
        if self.judge_already(lender, &texts)? {
            return Ok(Vec::new());
        }
        self.write("keep_packs", move |tx| {
            let mut changed = Vec::new();
            for own in &texts {
                let row = (lender.0, own.sha256, &own.pack, own.version, &own.text);
                tx.run(KEEP, row)?;
                if newest(tx, lender, &own.pack)? == Some(own.sha256) {
                    continue;
                }
                let since = instant_cell(at)?;
                tx.run(IN_FORCE, (lender.0, &own.pack, since, own.sha256))?;
                tx.run(REVIEW, (lender.0, &own.pack, since))?;
                changed.push(own.pack.clone());
            }
            Ok(changed)
        })
    }

    /// Whether nothing is to be written: a command that only reads the rules asks each time.
    fn judge_already(&self, lender: LenderId, texts: &[PackText]) -> Result<bool, StoreError> {
        self.read("packs_in_force", |db| {
            for own in texts {
                if newest(db, lender, &own.pack)? != Some(own.sha256) {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// The text with that hash.
    pub fn pack_text(
        &self,
        lender: LenderId,
        sha256: &[u8; 32],
    ) -> Result<Option<PackText>, StoreError> {
        self.read("pack_text", |db| {
            db.first(ONE, (lender.0, sha256), pack_text)
        })
    }

    /// Hashes of the texts by which a pack ever judged, oldest first.
    pub fn pack_history(&self, lender: LenderId, pack: &str) -> Result<Vec<[u8; 32]>, StoreError> {
        self.read("pack_history", |db| {
            db.all(OF_PACK, (lender.0, pack), |c| c.get())
        })
    }

    /// The hash of the text by which a pack judged at an instant; before the first that is known,
    /// the first. `None` when none was ever kept.
    pub fn pack_at(
        &self,
        lender: LenderId,
        pack: &str,
        at: Instant,
    ) -> Result<Option<[u8; 32]>, StoreError> {
        let at = instant_cell(at)?;
        self.read("pack_at", |db| {
            let then = db.first(AT, (lender.0, pack, at), |c| c.get())?;
            match then {
                Some(hash) => Ok(Some(hash)),
                None => db.first(OLDEST, (lender.0, pack), |c| c.get()),
            }
        })
    }
}

fn newest(db: &Db<'_>, lender: LenderId, pack: &str) -> Result<Option<[u8; 32]>, StoreError> {
    db.first(NEWEST, (lender.0, pack), |c| c.get())
}

/// Whether a text is kept.
pub(crate) fn is_kept(
    db: &Db<'_>,
    lender: LenderId,
    sha256: &[u8; 32],
) -> Result<bool, StoreError> {
    let found = db.first(ONE, (lender.0, sha256), |_| Ok(()))?;
    Ok(found.is_some())
}

fn pack_text(c: &mut Cells<'_>) -> Result<PackText, StoreError> {
    Ok(PackText {
        pack: c.get()?,
        version: c.get()?,
        sha256: c.get()?,
        text: c.get()?,
    })
}
