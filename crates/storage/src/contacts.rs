//! Contact with borrowers by the lender's people, and what borrowers asked to be spared: what
//! limits later messages about a debt. Messages themselves stand in the outbox.
//!
//! On purpose absent: what was said, and with whom: it is the borrower, or it isn't told here.

use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::contact::{Occasion, OptOut};

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, instant_cell, instant_cell_or_none, statements};
use crate::store::Store;

statements! { "contacts":
    INSERT = "
        INSERT INTO contacts (lender_id, contract_id, at, kind, conversation, told_by)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    OF_CONTRACT = "
        SELECT at, kind, conversation, told_by FROM contacts
        WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY at, contact_no";
    INSERT_WISH = "
        INSERT INTO contact_wishes (lender_id, contract_id, wish, since, until)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    WISHES_OF = "
        SELECT wish, since, until FROM contact_wishes
        WHERE lender_id = ?1 AND contract_id = ?2 ORDER BY since, wish_no";
}

/// How a person of the lender's reached for a borrower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactKind {
    Call,
    Visit,
}

impl ContactKind {
    pub fn name(self) -> &'static str {
        match self {
            ContactKind::Call => "call",
            ContactKind::Visit => "visit",
        }
    }

    pub fn from_name(name: &str) -> Option<ContactKind> {
        let all = [Self::Call, Self::Visit];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// A call or a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    pub at: Instant,
    pub kind: ContactKind,
    /// The borrower was spoken with; else nobody answered.
    pub conversation: bool,
    /// Who of the lender's people.
    pub told_by: String,
}

/// What a borrower can ask to be spared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A channel, until further notice.
    No(OptOut),
    /// Being left alone for an occasion.
    During(Occasion),
}

impl Wish {
    pub fn name(self) -> &'static str {
        match self {
            Wish::No(channel) => channel.name(),
            Wish::During(occasion) => occasion.name(),
        }
    }

    pub fn from_name(name: &str) -> Option<Wish> {
        let channel = OptOut::from_name(name).map(Wish::No);
        channel.or_else(|| Occasion::from_name(name).map(Wish::During))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WishRow {
    pub wish: Wish,
    pub since: Instant,
    /// `None` until further notice.
    pub until: Option<Instant>,
}

impl Store {
    /// Writes down a call or a visit.
    pub fn add_contact(
        &self,
        lender: LenderId,
        contract_id: &str,
        contact: ContactRow,
    ) -> Result<(), StoreError> {
        let contract_id = contract_id.to_owned();
        self.write("add_contact", move |tx| {
            let row = (
                lender.0,
                &contract_id,
                instant_cell(contact.at)?,
                contact.kind.name(),
                contact.conversation,
                &contact.told_by,
            );
            tx.run(INSERT, row).map(|_| ())
        })
    }

    /// Calls and visits of a contract, oldest first.
    pub fn contacts_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<ContactRow>, StoreError> {
        self.read("contacts_of", |db| {
            db.all(OF_CONTRACT, (lender.0, contract_id), contact)
        })
    }

    /// Writes down what a borrower asked to be spared.
    pub fn add_wish(
        &self,
        lender: LenderId,
        contract_id: &str,
        wish: WishRow,
    ) -> Result<(), StoreError> {
        let contract_id = contract_id.to_owned();
        self.write("add_wish", move |tx| {
            let (since, until) = (instant_cell(wish.since)?, instant_cell_or_none(wish.until)?);
            let row = (lender.0, &contract_id, wish.wish.name(), since, until);
            tx.run(INSERT_WISH, row).map(|_| ())
        })
    }

    /// What the borrower of a contract asked to be spared, oldest first.
    pub fn wishes_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<WishRow>, StoreError> {
        self.read("wishes_of", |db| {
            db.all(WISHES_OF, (lender.0, contract_id), wish)
        })
    }
}

fn contact(c: &mut Cells<'_>) -> Result<ContactRow, StoreError> {
    Ok(ContactRow {
        at: c.instant()?,
        kind: c.word(ContactKind::from_name, "call or visit")?,
        conversation: c.get()?,
        told_by: c.get()?,
    })
}

fn wish(c: &mut Cells<'_>) -> Result<WishRow, StoreError> {
    Ok(WishRow {
        wish: c.word(Wish::from_name, "a channel or an occasion")?,
        since: c.instant()?,
        until: c.instant_or_none()?,
    })
}
