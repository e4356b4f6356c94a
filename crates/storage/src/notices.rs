//! The outbox: messages to borrowers, with their text, attempts, results and cost.
//!
//! A message is durable before its first attempt, text and all, and each attempt says the same by
//! the same number: that is what a carrier can tell a repetition by. How a message goes on is a
//! [`NoticeChange`] of a commit, together with the fact that it proves. A [`NoticeState`] that
//! isn't the expected one any more refuses the commit: somebody was faster.
//!
//! On purpose absent: an address. It is the contract's at the time of sending, so that a message
//! can go to nobody but the borrower.

use fairlock_domain::calendar::Instant;
use fairlock_domain::money::Money;
use fairlock_domain::pii::Pii;

use crate::changes::{NewNotice, NoticeChange};
use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{
    Cells, Db, amount_cell, instant_cell, instant_cell_or_none, statements, unsigned_cell,
};
use crate::store::Store;

statements! { "outbox":
    INSERT = "
        INSERT INTO outbox (lender_id, contract_id, class, notice, channel, due_at, round, state,
                            attempts, next_attempt_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', 0, ?8) ON CONFLICT DO NOTHING";
    ONE = "
        SELECT notice_no, contract_id, class, notice, channel, due_at, round, state, attempts,
               next_attempt_at, note, subject, text, template, template_version, template_sha256,
               language, parts, composed_at, accepted_at, provider_id, cost, cost_currency,
               settled_at, fact_at
        FROM outbox WHERE lender_id = ?1 AND notice_no = ?2";
    TO_SEND = "
        SELECT notice_no, contract_id, class, notice, channel, due_at, round, state, attempts,
               next_attempt_at, note, subject, text, template, template_version, template_sha256,
               language, parts, composed_at, accepted_at, provider_id, cost, cost_currency,
               settled_at, fact_at
        FROM outbox WHERE lender_id = ?1 AND state = 'waiting' AND next_attempt_at <= ?2
        ORDER BY next_attempt_at, notice_no LIMIT ?3";
    FACTS = "
        SELECT notice_no, contract_id, class, notice, channel, due_at, round, state, attempts,
               next_attempt_at, note, subject, text, template, template_version, template_sha256,
               language, parts, composed_at, accepted_at, provider_id, cost, cost_currency,
               settled_at, fact_at
        FROM outbox WHERE lender_id = ?1 AND fact_at IS NOT NULL AND fact_at <= ?2
        ORDER BY fact_at, notice_no LIMIT ?3";
    OF_CONTRACT = "
        SELECT notice_no, contract_id, class, notice, channel, due_at, round, state, attempts,
               next_attempt_at, note, subject, text, template, template_version, template_sha256,
               language, parts, composed_at, accepted_at, provider_id, cost, cost_currency,
               settled_at, fact_at
        FROM outbox WHERE lender_id = ?1 AND contract_id = ?2
        ORDER BY due_at DESC, notice_no DESC";
    WAITING_COUNT = "
        SELECT count(*) FROM outbox
        WHERE lender_id = ?1 AND state = 'waiting' AND next_attempt_at <= ?2";
    NEXT_ATTEMPT = "
        SELECT next_attempt_at FROM outbox WHERE lender_id = ?1 AND state = 'waiting'
        ORDER BY next_attempt_at LIMIT 1";
    NEXT_FACT = "
        SELECT fact_at FROM outbox WHERE lender_id = ?1 AND fact_at IS NOT NULL
        ORDER BY fact_at LIMIT 1";
    BEGIN = "
        UPDATE outbox SET attempts = attempts + 1, note = NULL,
                          subject = ?3, text = ?4, template = ?5, template_version = ?6,
                          template_sha256 = ?7, language = ?8, parts = ?9, composed_at = ?10
        WHERE lender_id = ?1 AND notice_no = ?2 AND state = 'waiting'";
    LATER = "
        UPDATE outbox SET note = ?3, next_attempt_at = ?4
        WHERE lender_id = ?1 AND notice_no = ?2 AND state = 'waiting'";
    CHANGE = "
        UPDATE outbox SET state = ?4, note = ?5,
                          next_attempt_at = CASE WHEN ?4 = 'waiting' THEN next_attempt_at END,
                          provider_id = coalesce(?6, provider_id),
                          cost = coalesce(?7, cost), cost_currency = coalesce(?8, cost_currency),
                          accepted_at = CASE WHEN ?4 IN ('accepted', 'sent', 'delivered')
                                             THEN coalesce(accepted_at, ?10)
                                             ELSE accepted_at END,
                          settled_at = CASE WHEN ?4 = ?3 THEN settled_at ELSE ?10 END,
                          fact_at = ?9
        WHERE lender_id = ?1 AND notice_no = ?2 AND state = ?3";
}

/// Why a message is sent: each class has its own limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeClass {
    /// The law asks for it before a step.
    Statutory,
    /// The lender wants to speak about the debt.
    Collection,
}

impl NoticeClass {
    pub fn name(self) -> &'static str {
        match self {
            NoticeClass::Statutory => "statutory",
            NoticeClass::Collection => "collection",
        }
    }

    pub fn from_name(name: &str) -> Option<NoticeClass> {
        let all = [Self::Statutory, Self::Collection];
        all.into_iter().find(|class| class.name() == name)
    }
}

/// How far a message came, in the order of its life; the last two are ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeState {
    Waiting,
    /// Its carrier took it, and proves nothing yet.
    Accepted,
    Sent,
    Delivered,
    /// For good; what was proved before is taken back.
    Failed,
    /// Not due any more, or said anew by another message.
    Withdrawn,
}

impl NoticeState {
    pub const ALL: [NoticeState; 6] = [
        Self::Waiting,
        Self::Accepted,
        Self::Sent,
        Self::Delivered,
        Self::Failed,
        Self::Withdrawn,
    ];

    pub fn name(self) -> &'static str {
        match self {
            NoticeState::Waiting => "waiting",
            NoticeState::Accepted => "accepted",
            NoticeState::Sent => "sent",
            NoticeState::Delivered => "delivered",
            NoticeState::Failed => "failed",
            NoticeState::Withdrawn => "withdrawn",
        }
    }

    pub fn from_name(name: &str) -> Option<NoticeState> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Nothing more can come of it.
    pub fn is_end(self) -> bool {
        self >= NoticeState::Failed
    }
}

/// Which reviewed text was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub id: String,
    pub version: u32,
    /// Of its words before anything was filled in.
    pub sha256: [u8; 32],
    /// As "sw".
    pub language: String,
}

/// What a message says, from its first attempt on.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// Of e-mail.
    pub subject: Option<Pii<String>>,
    pub text: Pii<String>,
    /// `None` for messages of before there were templates.
    pub template: Option<Template>,
    /// Text messages that it is charged as; `None` for e-mail.
    pub parts: Option<u32>,
    pub composed_at: Option<Instant>,
}

/// A message to a borrower by one channel.
#[derive(Clone)]
pub struct NoticeRow {
    pub no: i64,
    pub contract_id: String,
    pub class: NoticeClass,
    /// `PACK/ID`; of a collection message what it is.
    pub notice: String,
    pub channel: String,
    pub due_at: Instant,
    /// From 1.
    pub round: u32,
    pub state: NoticeState,
    /// Begun.
    pub attempts: u32,
    /// While waiting.
    pub next_attempt_at: Option<Instant>,
    /// Why it waits, failed or was withdrawn.
    pub note: Option<String>,
    pub said: Option<Said>,
    pub accepted_at: Option<Instant>,
    /// What the carrier calls it.
    pub provider_id: Option<String>,
    pub cost: Option<Money>,
    /// When it came to its state.
    pub settled_at: Option<Instant>,
    /// When its proof is to become a fact; `None` when it is one, or there is none.
    pub fact_at: Option<Instant>,
}

impl Store {
    /// Queues messages that no plan asked for; true for each that wasn't there before.
    pub fn queue_notices(
        &self,
        lender: LenderId,
        contract_id: &str,
        notices: Vec<NewNotice>,
    ) -> Result<Vec<bool>, StoreError> {
        let contract_id = contract_id.to_owned();
        self.write("queue_notices", move |tx| {
            let added = notices.iter().map(|n| insert(tx, lender, &contract_id, n));
            added.collect()
        })
    }

    /// One message.
    pub fn notice(&self, lender: LenderId, no: i64) -> Result<Option<NoticeRow>, StoreError> {
        self.read("notice", |db| db.first(ONE, (lender.0, no), notice))
    }

    /// Messages to try now, longest waiting first.
    pub fn notices_to_send(
        &self,
        lender: LenderId,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let now = instant_cell(now)?;
        self.read("notices_to_send", |db| {
            db.all(TO_SEND, (lender.0, now, limit), notice)
        })
    }

    /// Messages whose proof is to become a fact now.
    pub fn notice_facts(
        &self,
        lender: LenderId,
        now: Instant,
        limit: u32,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        let now = instant_cell(now)?;
        self.read("notice_facts", |db| {
            db.all(FACTS, (lender.0, now, limit), notice)
        })
    }

    /// How many there are to try now.
    pub fn notices_waiting(&self, lender: LenderId, now: Instant) -> Result<u64, StoreError> {
        let now = instant_cell(now)?;
        self.read("notices_waiting", |db| {
            db.one(WAITING_COUNT, (lender.0, now), |c| c.unsigned())
        })
    }

    /// When the next one is to be tried.
    pub fn next_notice(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        self.read("next_notice", |db| {
            db.first(NEXT_ATTEMPT, (lender.0,), |c| c.instant())
        })
    }

    /// When the next proof is to become a fact.
    pub fn next_notice_fact(&self, lender: LenderId) -> Result<Option<Instant>, StoreError> {
        self.read("next_notice_fact", |db| {
            db.first(NEXT_FACT, (lender.0,), |c| c.instant())
        })
    }

    /// An attempt begins: what it says is durable before anybody hears it. False when the message
    /// doesn't wait any more.
    pub fn begin_notice(&self, lender: LenderId, no: i64, said: Said) -> Result<bool, StoreError> {
        self.write("begin_notice", move |tx| {
            let template = said.template.as_ref();
            let row = rusqlite::params![
                lender.0,
                no,
                said.subject.as_ref().map(Pii::expose),
                said.text.expose(),
                template.map(|t| &t.id),
                template.map(|t| t.version),
                template.map(|t| t.sha256),
                template.map(|t| &t.language),
                said.parts,
                instant_cell_or_none(said.composed_at)?,
            ];
            Ok(tx.run(BEGIN, row)? == 1)
        })
    }

    /// It isn't tried before an instant, and why: an attempt failed, or it isn't an hour for it.
    pub fn notice_later(
        &self,
        lender: LenderId,
        no: i64,
        why: &str,
        next_attempt_at: Instant,
    ) -> Result<(), StoreError> {
        let why = why.to_owned();
        self.write("notice_later", move |tx| {
            let row = (lender.0, no, &why, instant_cell(next_attempt_at)?);
            tx.run(LATER, row).map(|_| ())
        })
    }

    /// A contract's messages, newest first.
    pub fn notices_of(
        &self,
        lender: LenderId,
        contract_id: &str,
    ) -> Result<Vec<NoticeRow>, StoreError> {
        self.read("notices_of", |db| {
            db.all(OF_CONTRACT, (lender.0, contract_id), notice)
        })
    }
}

/// Puts a message in the queue; false when it is there already.
pub(crate) fn insert(
    db: &Db<'_>,
    lender: LenderId,
    contract_id: &str,
    new: &NewNotice,
) -> Result<bool, StoreError> {
    let row = (
        lender.0,
        contract_id,
        new.class.name(),
        &new.notice,
        &new.channel,
        instant_cell(new.due_at)?,
        unsigned_cell(new.round.into())?,
        instant_cell(new.not_before)?,
    );
    Ok(db.run(INSERT, row)? == 1)
}

/// Takes a message on; false when it isn't in the state that was expected.
pub(crate) fn change(
    db: &Db<'_>,
    lender: LenderId,
    change: &NoticeChange,
    at: Instant,
) -> Result<bool, StoreError> {
    let cost = change.cost.map(|cost| amount_cell(cost.minor()));
    let row = rusqlite::params![
        lender.0,
        change.no,
        change.was.name(),
        change.state.name(),
        change.note,
        change.provider_id,
        cost.transpose()?,
        change.cost.map(|cost| cost.currency().code()),
        instant_cell_or_none(change.fact_at)?,
        instant_cell(at)?,
    ];
    Ok(db.run(CHANGE, row)? == 1)
}

fn notice(c: &mut Cells<'_>) -> Result<NoticeRow, StoreError> {
    Ok(NoticeRow {
        no: c.get()?,
        contract_id: c.get()?,
        class: c.word(NoticeClass::from_name, "a class of messages")?,
        notice: c.get()?,
        channel: c.get()?,
        due_at: c.instant()?,
        round: c.get()?,
        state: c.word(NoticeState::from_name, "a state of a message")?,
        attempts: c.get()?,
        next_attempt_at: c.instant_or_none()?,
        note: c.get()?,
        said: said(c)?,
        accepted_at: c.instant_or_none()?,
        provider_id: c.get()?,
        cost: c.money_or_none()?,
        settled_at: c.instant_or_none()?,
        fact_at: c.instant_or_none()?,
    })
}

fn said(c: &mut Cells<'_>) -> Result<Option<Said>, StoreError> {
    let subject: Option<String> = c.get()?;
    let text: Option<String> = c.get()?;
    let (id, version, sha256): (Option<String>, Option<u32>, Option<[u8; 32]>) =
        (c.get()?, c.get()?, c.get()?);
    let language: Option<String> = c.get()?;
    let named = id.zip(version).zip(sha256.zip(language));
    let parts = c.get()?;
    let composed_at = c.instant_or_none()?;
    Ok(text.map(|text| Said {
        subject: subject.map(Pii::new),
        text: Pii::new(text),
        template: named.map(|((id, version), (sha256, language))| Template {
            id,
            version,
            sha256,
            language,
        }),
        parts,
        composed_at,
    }))
}
