//! By what money is matched besides references: virtual accounts, payers, standing instructions.
//!
//! Payers' numbers and accounts are compared as keyed hashes; who has the key makes them. On
//! purpose absent: which of these post (the domain's `matching`).

use fairlock_domain::calendar::Instant;
use fairlock_domain::payment::matching::VirtualContract;
use fairlock_domain::pii::Pii;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, instant_cell, statements};
use crate::store::Store;

/// Contracts found for one payer: more say nothing of any of them, and one above shows that there
/// are more.
const LEADS_MAX: u32 = 9;

statements! { "matching":
    BY_VIRTUAL = "
        SELECT contract_id, currency FROM contracts
        WHERE lender_id = ?1 AND virtual_account = ?2";
    BY_ENDS = "
        SELECT contract_id FROM phone_ends WHERE lender_id = ?1 AND ends = ?2
        ORDER BY contract_id LIMIT ?3";
    STANDING = "
        SELECT contract_id FROM standing_instructions
        WHERE lender_id = ?1 AND payer = ?2 AND revoked_at IS NULL
        ORDER BY contract_id LIMIT ?3";
    EARLIER = "
        SELECT DISTINCT contract_id FROM payments
        WHERE lender_id = ?1 AND payer = ?2 AND contract_id IS NOT NULL
        ORDER BY contract_id LIMIT ?3";
    UNHASHED = "
        SELECT contract_id, phone_number FROM contracts
        WHERE lender_id = ?1 AND phone_number IS NOT NULL AND phone_hash IS NULL
        ORDER BY contract_id LIMIT ?2";
    HASHED = "
        UPDATE contracts SET phone_hash = ?3 WHERE lender_id = ?1 AND contract_id = ?2";
    ADD_ENDS = "
        INSERT INTO phone_ends (lender_id, ends, contract_id) VALUES (?1, ?2, ?3)
        ON CONFLICT DO NOTHING";
    INSTRUCT = "
        INSERT INTO standing_instructions (lender_id, payer, contract_id, made_by, actor, made_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    REVOKE = "
        UPDATE standing_instructions SET revoked_at = ?3, revoked_by = ?4
        WHERE lender_id = ?1 AND instruction_no = ?2 AND revoked_at IS NULL";
    REVOKE_PAIR = "
        UPDATE standing_instructions SET revoked_at = ?4, revoked_by = ?5
        WHERE lender_id = ?1 AND payer = ?2 AND contract_id = ?3 AND revoked_at IS NULL";
    OF_CONTRACT = "
        SELECT instruction_no, contract_id, made_by, actor, made_at, revoked_at, revoked_by
        FROM standing_instructions WHERE lender_id = ?1 AND contract_id = ?2
        ORDER BY instruction_no";
}

/// A contract's number that isn't hashed yet.
pub struct UnhashedNumber {
    pub contract_id: String,
    pub phone_number: Pii<String>,
}

/// The marks of a contract's number.
pub struct PhoneMarks {
    pub contract_id: String,
    /// Keyed hash of the number and of its shown ends; `None` for a number that can't be read.
    pub marks: Option<([u8; 32], [u8; 32])>,
}

/// "What this payer sends is for this contract."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRow {
    pub no: i64,
    pub contract_id: String,
    /// `borrower` or `match`.
    pub made_by: String,
    pub actor: String,
    pub made_at: Instant,
    pub revoked_at: Option<Instant>,
    pub revoked_by: Option<String>,
}

/// A standing instruction that is made or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StandingChange {
    Made {
        payer: [u8; 32],
        contract_id: String,
        /// `borrower` or `match`.
        made_by: &'static str,
        actor: String,
    },
    Revoked {
        payer: [u8; 32],
        contract_id: String,
        actor: String,
    },
    RevokedByNo {
        no: i64,
        actor: String,
    },
}

impl Store {
    /// The contracts of those virtual account numbers; numbers that are nobody's are left out.
    pub fn contracts_by_virtual_account(
        &self,
        lender: LenderId,
        numbers: &[String],
    ) -> Result<Vec<VirtualContract>, StoreError> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        self.read("contracts_by_virtual_account", |db| {
            let mut found = Vec::new();
            for number in numbers {
                found.extend(db.first(BY_VIRTUAL, (lender.0, number), |c| {
                    Ok(VirtualContract {
                        number: number.clone(),
                        contract_id: c.get()?,
                        currency: c.currency()?,
                    })
                })?);
            }
            Ok(found)
        })
    }

    /// Contracts whose number has these shown ends; none when they are more than eight.
    pub fn contracts_by_phone_ends(
        &self,
        lender: LenderId,
        ends: &[u8; 32],
    ) -> Result<Vec<String>, StoreError> {
        self.read("contracts_by_phone_ends", |db| {
            leads(db.all(BY_ENDS, (lender.0, ends, LEADS_MAX), |c| c.get())?)
        })
    }

    /// Contracts that a payer's standing instructions name.
    pub fn standing_of_payer(
        &self,
        lender: LenderId,
        payer: &[u8; 32],
    ) -> Result<Vec<String>, StoreError> {
        self.read("standing_of_payer", |db| {
            db.all(STANDING, (lender.0, payer, LEADS_MAX), |c| c.get())
        })
    }

    /// Contracts that a payer paid for before; none when they are more than eight.
    pub fn contracts_paid_by(
        &self,
        lender: LenderId,
        payer: &[u8; 32],
    ) -> Result<Vec<String>, StoreError> {
        self.read("contracts_paid_by", |db| {
            leads(db.all(EARLIER, (lender.0, payer, LEADS_MAX), |c| c.get())?)
        })
    }

    /// A contract's standing instructions, oldest first, ended ones too.
    pub fn standing_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<StandingRow>, StoreError> {
        self.read("standing_of", |db| {
            db.all(OF_CONTRACT, (lender.0, contract_id), standing)
        })
    }

    /// Contracts whose number isn't hashed yet.
    pub fn unhashed_numbers(
        &self,
        lender: LenderId,
        limit: u32,
    ) -> Result<Vec<UnhashedNumber>, StoreError> {
        self.read("unhashed_numbers", |db| {
            db.all(UNHASHED, (lender.0, limit), |c| {
                Ok(UnhashedNumber {
                    contract_id: c.get()?,
                    phone_number: Pii::new(c.get()?),
                })
            })
        })
    }

    /// Keeps the marks of contracts' numbers.
    pub fn keep_phone_marks(
        &self,
        lender: LenderId,
        all: Vec<PhoneMarks>,
    ) -> Result<(), StoreError> {
        self.write("keep_phone_marks", move |tx| {
            for one in &all {
                let number: &[u8] = one.marks.as_ref().map_or(&[], |(number, _)| number);
                tx.run(HASHED, (lender.0, &one.contract_id, number))?;
                if let Some((_, ends)) = &one.marks {
                    tx.run(ADD_ENDS, (lender.0, ends, &one.contract_id))?;
                }
            }
            Ok(())
        })
    }
}

/// The contract of a virtual account.
pub(crate) fn by_virtual_account(
    db: &Db<'_>,
    lender: LenderId,
    number: &str,
) -> Result<Option<String>, StoreError> {
    db.first(BY_VIRTUAL, (lender.0, number), |c| c.get())
}

/// What fits so many fits nobody.
fn leads(found: Vec<String>) -> Result<Vec<String>, StoreError> {
    let too_many = found.len() >= LEADS_MAX as usize;
    Ok(if too_many { Vec::new() } else { found })
}

/// Makes or ends an instruction; made twice is once.
pub(crate) fn change(
    db: &Db<'_>,
    lender: LenderId,
    change: &StandingChange,
    at: Instant,
) -> Result<(), StoreError> {
    let at = instant_cell(at)?;
    match change {
        StandingChange::Made {
            payer,
            contract_id,
            made_by,
            actor,
        } => db.run(INSTRUCT, (lender.0, payer, contract_id, made_by, actor, at)),
        StandingChange::Revoked {
            payer,
            contract_id,
            actor,
        } => db.run(REVOKE_PAIR, (lender.0, payer, contract_id, at, actor)),
        StandingChange::RevokedByNo { no, actor } => db.run(REVOKE, (lender.0, no, at, actor)),
    }
    .map(|_| ())
}

fn standing(c: &mut Cells<'_>) -> Result<StandingRow, StoreError> {
    Ok(StandingRow {
        no: c.get()?,
        contract_id: c.get()?,
        made_by: c.get()?,
        actor: c.get()?,
        made_at: c.instant()?,
        revoked_at: c.instant_or_none()?,
        revoked_by: c.get()?,
    })
}
