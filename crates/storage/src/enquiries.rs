//! Questions to providers: what is to be asked, how often it was, and whether it was answered.
//!
//! A question is durable before it is asked, and stays open until an answer is: the answer's
//! message and the end of its question are one write. The same question about the same thing is
//! open once. On purpose absent: how a provider is asked, and what an answer means.

use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Pii;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::inbox::{self, NewMessage, Taken};
use crate::sqlite::{Cells, Db, instant_cell, statements};
use crate::store::Store;

statements! { "enquiries":
    INSERT = "
        INSERT INTO enquiries (lender_id, source, question, about, details, why, state, tries,
                               created_at, next_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, ?7, ?8) ON CONFLICT DO NOTHING";
    ONE = "
        SELECT enquiry_no, source, question, about, details, why, state, tries, created_at,
               next_at, reference, note
        FROM enquiries WHERE lender_id = ?1 AND enquiry_no = ?2";
    DUE = "
        SELECT enquiry_no, source, question, about, details, why, state, tries, created_at,
               next_at, reference, note
        FROM enquiries WHERE lender_id = ?1 AND next_at IS NOT NULL AND next_at <= ?2
        ORDER BY next_at, enquiry_no LIMIT ?3";
    DUE_COUNT = "
        SELECT count(*) FROM enquiries
        WHERE lender_id = ?1 AND next_at IS NOT NULL AND next_at <= ?2";
    NEXT = "
        SELECT next_at FROM enquiries WHERE lender_id = ?1 AND next_at IS NOT NULL
        ORDER BY next_at LIMIT 1";
    OF_SOURCE = "
        SELECT enquiry_no, source, question, about, details, why, state, tries, created_at,
               next_at, reference, note
        FROM enquiries WHERE lender_id = ?1 AND source = ?2 AND next_at IS NOT NULL
        ORDER BY question, about LIMIT ?3";
    BY_REFERENCE = "
        SELECT enquiry_no, source, question, about, details, why, state, tries, created_at,
               next_at, reference, note
        FROM enquiries WHERE lender_id = ?1 AND source = ?2 AND reference = ?3
        ORDER BY enquiry_no DESC LIMIT 1";
    LAST = "
        SELECT enquiry_no, source, question, about, details, why, state, tries, created_at,
               next_at, reference, note
        FROM enquiries WHERE lender_id = ?1 AND source = ?2 AND question = ?3
        ORDER BY enquiry_no DESC LIMIT 1";
    BEGIN = "
        UPDATE enquiries SET tries = tries + 1, next_at = ?3
        WHERE lender_id = ?1 AND enquiry_no = ?2 AND next_at IS NOT NULL";
    TAKEN = "
        UPDATE enquiries SET state = 'asked', reference = ?3, next_at = ?4, note = NULL
        WHERE lender_id = ?1 AND enquiry_no = ?2 AND next_at IS NOT NULL";
    LATER = "
        UPDATE enquiries SET state = 'waiting', note = ?3, next_at = ?4
        WHERE lender_id = ?1 AND enquiry_no = ?2 AND next_at IS NOT NULL";
    END = "
        UPDATE enquiries SET state = ?3, note = ?4, next_at = NULL, ended_at = ?5
        WHERE lender_id = ?1 AND enquiry_no = ?2 AND next_at IS NOT NULL";
}

/// A question's place in the order in which they arose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnquiryNo(pub i64);

/// A question to ask.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEnquiry {
    /// The source that is asked.
    pub source: String,
    /// What kind of question it is.
    pub question: String,
    /// The receipt, request or span of time it is about.
    pub about: String,
    /// What else must be said with it; personal.
    pub details: Option<Pii<String>>,
    /// Why, for people.
    pub why: String,
    /// When it is to be asked.
    pub next_at: Instant,
}

/// How far a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnquiryState {
    /// To be asked, or asked again.
    Waiting,
    /// The provider took it and answers later; asked again unless it does.
    Asked,
    Answered,
    /// Nobody answers, or it can't be asked: a person looks.
    GivenUp,
}

impl EnquiryState {
    pub const ALL: [EnquiryState; 4] = [Self::Waiting, Self::Asked, Self::Answered, Self::GivenUp];

    pub fn name(self) -> &'static str {
        match self {
            EnquiryState::Waiting => "waiting",
            EnquiryState::Asked => "asked",
            EnquiryState::Answered => "answered",
            EnquiryState::GivenUp => "given_up",
        }
    }

    pub fn from_name(name: &str) -> Option<EnquiryState> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A question.
#[derive(Clone, PartialEq, Eq)]
pub struct EnquiryRow {
    pub no: EnquiryNo,
    pub source: String,
    pub question: String,
    pub about: String,
    pub details: Option<Pii<String>>,
    pub why: String,
    pub state: EnquiryState,
    /// How often it was asked.
    pub tries: u64,
    pub created_at: Instant,
    /// When it is asked next; `None` once it has ended.
    pub next_at: Option<Instant>,
    /// What the provider calls it.
    pub reference: Option<String>,
    /// How the last try went, or how it ended, for people.
    pub note: Option<String>,
}

/// What a message does to questions, in the same commit.
#[derive(Clone, PartialEq, Eq)]
pub enum EnquiryChange {
    /// There is something to ask; the same question that is open already stays as it is.
    Ask(NewEnquiry),
    Answered {
        no: EnquiryNo,
        note: String,
    },
    /// The answer says that it isn't known yet.
    Later {
        no: EnquiryNo,
        note: String,
        next_at: Instant,
    },
}

impl Store {
    /// Queues a question; false when the same one is open already.
    pub fn ask(&self, lender: LenderId, new: NewEnquiry, now: Instant) -> Result<bool, StoreError> {
        self.write("ask", move |tx| insert(tx, lender, &new, now))
    }

    /// One question.
    pub fn enquiry(
        &self,
        lender: LenderId,
        no: EnquiryNo,
    ) -> Result<Option<EnquiryRow>, StoreError> {
        self.read("enquiry", |db| db.first(ONE, (lender.0, no.0), enquiry))
    }

    /// Questions to ask now, longest waiting first.
    pub fn enquiries_due(
        &self,
        lender: LenderId,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<EnquiryRow>, StoreError> {
        let now = instant_cell(now)?;
        self.read("enquiries_due", |db| {
            db.all(DUE, (lender.0, now, limit), enquiry)
        })
    }

    /// How many there are to ask now.
    pub fn enquiries_due_count(&self, lender: LenderId, now: Instant) -> Result<u64, StoreError> {
        let now = instant_cell(now)?;
        self.read("enquiries_due_count", |db| {
            db.one(DUE_COUNT, (lender.0, now), |c| c.unsigned())
        })
    }

    /// When the next one is to be asked.
    pub fn next_enquiry(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        self.read("next_enquiry", |db| {
            db.first(NEXT, (lender.0,), |c| c.instant())
        })
    }

    /// The open questions to a source.
    pub fn enquiries_of(
        &self,
        lender: LenderId,
        source: &str,
        limit: u32,
    ) -> Result<Vec<EnquiryRow>, StoreError> {
        self.read("enquiries_of", |db| {
            db.all(OF_SOURCE, (lender.0, source, limit), enquiry)
        })
    }

    /// The question that the provider calls this; open or ended.
    pub fn enquiry_called(
        &self,
        lender: LenderId,
        source: &str,
        reference: &str,
    ) -> Result<Option<EnquiryRow>, StoreError> {
        self.read("enquiry_called", |db| {
            db.first(BY_REFERENCE, (lender.0, source, reference), enquiry)
        })
    }

    /// The newest question of a kind to a source; open or ended.
    pub fn last_enquiry(
        &self,
        lender: LenderId,
        source: &str,
        question: &str,
    ) -> Result<Option<EnquiryRow>, StoreError> {
        self.read("last_enquiry", |db| {
            db.first(LAST, (lender.0, source, question), enquiry)
        })
    }

    /// A try begins: if it is never heard of again, the next one is at `retry_at`. False when
    /// the question has ended.
    pub fn enquiry_begins(
        &self,
        lender: LenderId,
        no: EnquiryNo,
        retry_at: Instant,
    ) -> Result<bool, StoreError> {
        self.write("enquiry_begins", move |tx| {
            Ok(tx.run(BEGIN, (lender.0, no.0, instant_cell(retry_at)?))? == 1)
        })
    }

    /// The provider took it under this name, and answers later; asked again at `next_at`.
    pub fn enquiry_taken(
        &self,
        lender: LenderId,
        no: EnquiryNo,
        reference: &str,
        next_at: Instant,
    ) -> Result<(), StoreError> {
        let reference = reference.to_owned();
        self.write("enquiry_taken", move |tx| {
            let row = (lender.0, no.0, &reference, instant_cell(next_at)?);
            tx.run(TAKEN, row).map(|_| ())
        })
    }

    /// It didn't come to an answer; asked again at `next_at`.
    pub fn enquiry_later(
        &self,
        lender: LenderId,
        no: EnquiryNo,
        note: &str,
        next_at: Instant,
    ) -> Result<(), StoreError> {
        let note = note.to_owned();
        self.write("enquiry_later", move |tx| {
            later(tx, lender, no, &note, next_at)
        })
    }

    /// It isn't asked any more.
    pub fn enquiry_given_up(
        &self,
        lender: LenderId,
        no: EnquiryNo,
        note: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        let note = note.to_owned();
        self.write("enquiry_given_up", move |tx| {
            end(tx, lender, no, EnquiryState::GivenUp, &note, now)
        })
    }

    /// It is answered: the answer's messages, its end, and what is to be asked next are one
    /// write. A message that was there before isn't added.
    pub fn enquiry_answered(
        &self,
        lender: LenderId,
        no: EnquiryNo,
        messages: Vec<NewMessage>,
        next: Option<NewEnquiry>,
        now: Instant,
    ) -> Result<Vec<Taken>, StoreError> {
        self.write("enquiry_answered", move |tx| {
            let taken = messages.iter().map(|m| inbox::take(tx, lender, m));
            let taken = taken.collect::<Result<Vec<Taken>, StoreError>>()?;
            end(tx, lender, no, EnquiryState::Answered, "answered", now)?;
            if let Some(next) = &next {
                insert(tx, lender, next, now)?;
            }
            Ok(taken)
        })
    }
}

/// Carries out what a message does to questions.
pub(crate) fn change(
    db: &Db<'_>,
    lender: LenderId,
    change: &EnquiryChange,
    at: Instant,
) -> Result<(), StoreError> {
    match change {
        EnquiryChange::Ask(new) => insert(db, lender, new, at).map(|_| ()),
        EnquiryChange::Answered { no, note } => {
            end(db, lender, *no, EnquiryState::Answered, note, at)
        }
        EnquiryChange::Later { no, note, next_at } => later(db, lender, *no, note, *next_at),
    }
}

fn insert(
    db: &Db<'_>,
    lender: LenderId,
    new: &NewEnquiry,
    now: Instant,
) -> Result<bool, StoreError> {
    let row = (
        lender.0,
        &new.source,
        &new.question,
        &new.about,
        new.details.as_ref().map(Pii::expose),
        &new.why,
        instant_cell(now)?,
        instant_cell(new.next_at)?,
    );
    Ok(db.run(INSERT, row)? == 1)
}

fn later(
    db: &Db<'_>,
    lender: LenderId,
    no: EnquiryNo,
    note: &str,
    next_at: Instant,
) -> Result<(), StoreError> {
    let row = (lender.0, no.0, note, instant_cell(next_at)?);
    db.run(LATER, row).map(|_| ())
}

fn end(
    db: &Db<'_>,
    lender: LenderId,
    no: EnquiryNo,
    state: EnquiryState,
    note: &str,
    at: Instant,
) -> Result<(), StoreError> {
    let row = (lender.0, no.0, state.name(), note, instant_cell(at)?);
    db.run(END, row).map(|_| ())
}

fn enquiry(c: &mut Cells<'_>) -> Result<EnquiryRow, StoreError> {
    Ok(EnquiryRow {
        no: EnquiryNo(c.get()?),
        source: c.get()?,
        question: c.get()?,
        about: c.get()?,
        details: c.get::<Option<String>>()?.map(Pii::new),
        why: c.get()?,
        state: c.word(EnquiryState::from_name, "a state of an enquiry")?,
        tries: c.unsigned()?,
        created_at: c.instant()?,
        next_at: c.instant_or_none()?,
        reference: c.get()?,
        note: c.get()?,
    })
}
