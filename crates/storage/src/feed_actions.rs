//! Time for all contracts of a feed, and its taking back: one person proposes, another decides.
//!
//! What was decided is carried out in pages of contracts; how far it got is written with each
//! page, so that it goes on where it stood. Rows are never deleted: they are the audit. On purpose
//! absent: who may propose or decide, beyond that the two are different people.

use fairlock_domain::calendar::Instant;

use crate::error::StoreError;
use crate::feeds;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, Tx, instant_cell, instant_cell_or_none, statements, unsigned_cell};
use crate::store::Store;

statements! { "feed_actions":
    FEED = "SELECT count(*) FROM feeds WHERE lender_id = ?1 AND feed = ?2";
    PROPOSE = "
        INSERT INTO feed_actions (lender_id, feed, kind, of_action, reason, until_at, contracts,
                                  proposed_by, proposed_at, lapses_at, state, cursor, done)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'proposed', '', 0)";
    ONE = "
        SELECT action_no, feed, kind, of_action, reason, until_at, contracts, proposed_by,
               proposed_at, lapses_at, state, decided_by, decided_at, decided_why, cursor, done,
               finished_at
        FROM feed_actions WHERE lender_id = ?1 AND action_no = ?2";
    OPEN = "
        SELECT action_no, feed, kind, of_action, reason, until_at, contracts, proposed_by,
               proposed_at, lapses_at, state, decided_by, decided_at, decided_why, cursor, done,
               finished_at
        FROM feed_actions WHERE lender_id = ?1 AND state IN ('proposed', 'running')
        ORDER BY action_no LIMIT ?2";
    NEWEST = "
        SELECT action_no, feed, kind, of_action, reason, until_at, contracts, proposed_by,
               proposed_at, lapses_at, state, decided_by, decided_at, decided_why, cursor, done,
               finished_at
        FROM feed_actions WHERE lender_id = ?1 AND action_no < ?2
        ORDER BY action_no DESC LIMIT ?3";
    DECIDE = "
        UPDATE feed_actions SET state = ?3, decided_by = ?4, decided_at = ?5, decided_why = ?6
        WHERE lender_id = ?1 AND action_no = ?2 AND state = 'proposed'";
    LAPSE = "
        UPDATE feed_actions SET state = 'lapsed'
        WHERE lender_id = ?1 AND state IN ('proposed', 'running') AND state = 'proposed'
          AND lapses_at <= ?2";
    GO_ON = "
        UPDATE feed_actions SET cursor = ?4, done = done + ?5, state = ?6, finished_at = ?7
        WHERE lender_id = ?1 AND action_no = ?2 AND state = 'running' AND cursor = ?3";
}

/// Open actions read at a time; a lender has a handful of feeds.
const OPEN_MAX: u32 = 100;

/// What an action does to every contract of its feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedActionKind {
    /// No level rises until its end.
    GiveTime,
    /// Ends what another one gave.
    TakeBack,
}

impl FeedActionKind {
    pub const fn name(self) -> &'static str {
        match self {
            FeedActionKind::GiveTime => "give_time",
            FeedActionKind::TakeBack => "take_back",
        }
    }

    pub fn from_name(name: &str) -> Option<FeedActionKind> {
        let all = [FeedActionKind::GiveTime, FeedActionKind::TakeBack];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// How far an action got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedActionState {
    /// Waits for a second person.
    Proposed,
    Refused,
    /// Nobody decided in time.
    Lapsed,
    /// Approved; not every contract has it yet.
    Running,
    Done,
}

impl FeedActionState {
    pub const fn name(self) -> &'static str {
        match self {
            FeedActionState::Proposed => "proposed",
            FeedActionState::Refused => "refused",
            FeedActionState::Lapsed => "lapsed",
            FeedActionState::Running => "running",
            FeedActionState::Done => "done",
        }
    }

    pub fn from_name(name: &str) -> Option<FeedActionState> {
        use FeedActionState::{Done, Lapsed, Proposed, Refused, Running};
        let all = [Proposed, Refused, Lapsed, Running, Done];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// An action to propose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeedAction {
    pub feed: String,
    pub work: FeedWork,
    pub reason: String,
    pub by: String,
    pub at: Instant,
    /// Without a decision until then it lapses.
    pub lapses_at: Instant,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedWork {
    GiveTime {
        until: Instant,
    },
    /// Of what that action gave.
    TakeBack {
        action: i64,
    },
}

/// What a second person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedDecision {
    pub no: i64,
    pub approve: bool,
    pub by: String,
    pub why: String,
    pub at: Instant,
}

/// An action as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedActionRow {
    pub no: i64,
    pub feed: String,
    pub kind: FeedActionKind,
    /// What it takes back.
    pub of: Option<i64>,
    pub reason: String,
    /// The end of the time that is given.
    pub until: Instant,
    /// Contracts on the feed when it was proposed, without released ones.
    pub contracts: u64,
    pub proposed_by: String,
    pub proposed_at: Instant,
    pub lapses_at: Instant,
    pub state: FeedActionState,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
    pub decided_why: Option<String>,
    /// Contracts up to this id are done.
    pub cursor: String,
    /// Contracts that it reached.
    pub done: u64,
    pub finished_at: Option<Instant>,
}

/// A page of contracts that an action reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedActionChange {
    pub no: i64,
    /// Where it stood when the page was read.
    pub from: String,
    /// The last contract of the page.
    pub to: String,
    pub contracts: u64,
    /// No contract is behind the page.
    pub finished: bool,
}

/// Why an action isn't taken, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedActionError {
    #[error("feed {0:?}: isn't there; expected one that is configured")]
    UnknownFeed(String),
    #[error("action {0}: isn't there; expected one that was proposed")]
    UnknownAction(i64),
    #[error("action {no}: is {}; expected time that was given and isn't over", .state.name())]
    NothingToTakeBack { no: i64, state: FeedActionState },
    #[error("action {no}: waits for a decision or runs on this feed already; expected none")]
    OpenAlready { no: i64 },
    #[error("action {no}: is {}; expected one that waits for a decision", .state.name())]
    NotOpen { no: i64, state: FeedActionState },
    #[error("action {0}: was proposed by the same person; expected a second one")]
    SamePerson(i64),
    #[error("action {0}: its time is over; expected a decision before")]
    TimeOver(i64),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Keeps a proposal; on one feed waits or runs one action at a time.
    pub fn propose_feed_action(
        &self,
        lender: LenderId,
        new: NewFeedAction,
    ) -> Result<FeedActionRow, FeedActionError> {
        self.write("propose_feed_action", move |tx| propose(tx, lender, &new))
    }

    /// Takes a decision: approved, it runs from now on.
    pub fn decide_feed_action(
        &self,
        lender: LenderId,
        decision: FeedDecision,
    ) -> Result<FeedActionRow, FeedActionError> {
        self.write("decide_feed_action", move |tx| {
            decide(tx, lender, &decision)
        })
    }

    /// Proposals without a decision in time lapse; how many.
    pub fn lapse_feed_actions(&self, lender: LenderId, now: Instant) -> Result<usize, StoreError> {
        let now = instant_cell(now)?;
        self.write("lapse_feed_actions", move |tx| {
            tx.run(LAPSE, (lender.0, now))
        })
    }

    /// Actions that wait for a decision or run, oldest first.
    pub fn open_feed_actions(&self, lender: LenderId) -> Result<Vec<FeedActionRow>, StoreError> {
        self.read("open_feed_actions", |db| {
            db.all(OPEN, (lender.0, OPEN_MAX), row_of)
        })
    }

    /// The newest actions before a number, newest first.
    pub fn feed_actions(
        &self,
        lender: LenderId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<FeedActionRow>, StoreError> {
        let before = before.unwrap_or(i64::MAX);
        self.read("feed_actions", |db| {
            db.all(NEWEST, (lender.0, before, limit), row_of)
        })
    }

    /// One action.
    pub fn feed_action(
        &self,
        lender: LenderId,
        no: i64,
    ) -> Result<Option<FeedActionRow>, StoreError> {
        self.read("feed_action", |db| db.first(ONE, (lender.0, no), row_of))
    }
}

fn propose(
    tx: &mut Tx<'_>,
    lender: LenderId,
    new: &NewFeedAction,
) -> Result<FeedActionRow, FeedActionError> {
    let known: i64 = tx.one(FEED, (lender.0, &new.feed), |c| c.get())?;
    if known == 0 {
        return Err(FeedActionError::UnknownFeed(new.feed.clone()));
    }
    let open = tx.all(OPEN, (lender.0, OPEN_MAX), row_of)?;
    let (kind, of, until) = match new.work {
        FeedWork::GiveTime { until } => (FeedActionKind::GiveTime, None, until),
        FeedWork::TakeBack { action } => {
            let given = tx.first(ONE, (lender.0, action), row_of)?;
            let given = given.filter(|row| row.feed == new.feed);
            let given = given.ok_or(FeedActionError::UnknownAction(action))?;
            let (no, state) = (given.no, given.state);
            let lasts = given.kind == FeedActionKind::GiveTime
                && state == FeedActionState::Done
                && given.until > new.at;
            if !lasts {
                return Err(FeedActionError::NothingToTakeBack { no, state });
            }
            (FeedActionKind::TakeBack, Some(action), given.until)
        }
    };
    let waits = |row: &&FeedActionRow| {
        row.feed == new.feed && (row.state == FeedActionState::Running || row.lapses_at > new.at)
    };
    if let Some(row) = open.iter().find(waits) {
        return Err(FeedActionError::OpenAlready { no: row.no });
    }
    let contracts = feeds::contracts(tx, lender, &new.feed)?;
    let inserted = tx.insert(
        PROPOSE,
        (
            lender.0,
            &new.feed,
            kind.name(),
            of,
            &new.reason,
            instant_cell(until)?,
            unsigned_cell(contracts)?,
            &new.by,
            instant_cell(new.at)?,
            instant_cell(new.lapses_at)?,
        ),
    )?;
    let no = inserted.unwrap_or_default();
    Ok(tx.one(ONE, (lender.0, no), row_of)?)
}

fn decide(
    tx: &mut Tx<'_>,
    lender: LenderId,
    decision: &FeedDecision,
) -> Result<FeedActionRow, FeedActionError> {
    let no = decision.no;
    let row = tx.first(ONE, (lender.0, no), row_of)?;
    let row = row.ok_or(FeedActionError::UnknownAction(no))?;
    let state = row.state;
    if state != FeedActionState::Proposed {
        return Err(FeedActionError::NotOpen { no, state });
    }
    if same_person(&row.proposed_by, &decision.by) && decision.approve {
        return Err(FeedActionError::SamePerson(no));
    }
    if row.lapses_at <= decision.at || row.until <= decision.at {
        return Err(FeedActionError::TimeOver(no));
    }
    let state = match decision.approve {
        true => FeedActionState::Running,
        false => FeedActionState::Refused,
    };
    let decided = (
        lender.0,
        no,
        state.name(),
        &decision.by,
        instant_cell(decision.at)?,
        &decision.why,
    );
    tx.run(DECIDE, decided)?;
    Ok(tx.one(ONE, (lender.0, no), row_of)?)
}

/// Until there is a sign-in a person is a name; case and spaces don't make a second one.
fn same_person(one: &str, other: &str) -> bool {
    let plain = |name: &str| {
        let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
        words.join(" ")
    };
    plain(one) == plain(other)
}

/// Writes how far an action got; false when it isn't where the page was read any more.
pub(crate) fn go_on(
    db: &Db<'_>,
    lender: LenderId,
    change: &FeedActionChange,
    at: Instant,
) -> Result<bool, StoreError> {
    let state = match change.finished {
        true => FeedActionState::Done,
        false => FeedActionState::Running,
    };
    let rows = db.run(
        GO_ON,
        (
            lender.0,
            change.no,
            &change.from,
            &change.to,
            unsigned_cell(change.contracts)?,
            state.name(),
            instant_cell_or_none(change.finished.then_some(at))?,
        ),
    )?;
    Ok(rows == 1)
}

fn row_of(c: &mut Cells<'_>) -> Result<FeedActionRow, StoreError> {
    Ok(FeedActionRow {
        no: c.get()?,
        feed: c.get()?,
        kind: c.word(FeedActionKind::from_name, "a kind of action on a feed")?,
        of: c.get()?,
        reason: c.get()?,
        until: c.instant()?,
        contracts: c.unsigned()?,
        proposed_by: c.get()?,
        proposed_at: c.instant()?,
        lapses_at: c.instant()?,
        state: c.word(FeedActionState::from_name, "a state of an action")?,
        decided_by: c.get()?,
        decided_at: c.instant_or_none()?,
        decided_why: c.get()?,
        cursor: c.get()?,
        done: c.unsigned()?,
        finished_at: c.instant_or_none()?,
    })
}
