//! What lawyers and regulators gave a lender: clearances and approvals, each for one pack.
//!
//! A permit is recorded once and stays for ever; withdrawing it is a second fact with its own
//! instant, so that what was known at any instant can be told again. Failure is a permit that
//! says something else than the one on file. On purpose absent: the opinion itself (its hash
//! names it), and any judgement of what a permit allows.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::contract::RegulatorApproval;
use fairlock_domain::standing::Clearance;

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Cells, Db, Tx, day_cell, instant_cell, statements};
use crate::store::Store;

statements! { "permits":
    ALL = "
        SELECT permit_no, kind, pack, name, given_on, until_day, opinion_sha256, recorded_at,
               withdrawn_on, withdrawn_at
        FROM permits WHERE lender_id = ?1 ORDER BY permit_no";
    ADD = "
        INSERT INTO permits (lender_id, kind, pack, name, given_on, until_day, opinion_sha256,
                             recorded_at, withdrawn_on, withdrawn_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    WITHDRAW = "
        UPDATE permits SET withdrawn_on = ?3, withdrawn_at = ?4
        WHERE lender_id = ?1 AND permit_no = ?2";
    PLANNED = "
        SELECT max(planned_at) FROM contracts
        WHERE lender_id = ?1 AND ',' || packs || ',' LIKE '%,' || ?2 || ',%'";
    REVIEW = "
        UPDATE contracts SET version = version + 1,
                             review_at = min(coalesce(review_at, ?3), ?3)
        WHERE lender_id = ?1 AND ',' || packs || ',' LIKE '%,' || ?2 || ',%'";
}

/// A permission for one pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permit {
    /// A lawyer's, for a pack whose status is `counsel`.
    Clearance(Clearance),
    /// A regulator's, for a pack that asks for one.
    Approval(RegulatorApproval),
}

impl Permit {
    pub fn pack(&self) -> &str {
        match self {
            Permit::Clearance(clearance) => &clearance.pack,
            Permit::Approval(approval) => &approval.pack,
        }
    }

    /// The first day that it covers.
    pub fn on(&self) -> Day {
        match self {
            Permit::Clearance(clearance) => clearance.on,
            Permit::Approval(approval) => approval.on,
        }
    }

    /// The last day that it covers; `None` until it is withdrawn.
    pub fn until(&self) -> Option<Day> {
        match self {
            Permit::Clearance(clearance) => Some(clearance.until),
            Permit::Approval(approval) => approval.until,
        }
    }

    /// The lawyer's name, or the regulator's own number.
    pub fn name(&self) -> &str {
        match self {
            Permit::Clearance(clearance) => &clearance.by,
            Permit::Approval(approval) => &approval.reference,
        }
    }

    /// As files and columns name the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Permit::Clearance(_) => "clearance",
            Permit::Approval(_) => "approval",
        }
    }

    /// Whether both are of the same paper: an opinion of a day, an approval's number.
    pub fn is_of_same_paper(&self, other: &Permit) -> bool {
        self.pack() == other.pack()
            && match (self, other) {
                (Permit::Clearance(a), Permit::Clearance(b)) => {
                    a.opinion_sha256 == b.opinion_sha256 && a.on == b.on
                }
                (Permit::Approval(a), Permit::Approval(b)) => a.reference == b.reference,
                _ => false,
            }
    }

    /// The same, but covering nothing from this day on.
    fn ended(mut self, withdrawn_on: Day) -> Permit {
        let last = withdrawn_on.plus_days(-1);
        match &mut self {
            Permit::Clearance(clearance) => clearance.until = clearance.until.min(last),
            Permit::Approval(approval) => {
                approval.until = Some(approval.until.map_or(last, |until| until.min(last)));
            }
        }
        self
    }
}

/// A permit to record, and from which day on it counts no more, when it was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPermit {
    pub permit: Permit,
    pub withdrawn_on: Option<Day>,
}

/// A permit that was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// It counts no more from this day on.
    pub on: Day,
    pub recorded_at: Instant,
}

/// A permit on file, as it was given, and when each part of it became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitRow {
    pub permit: Permit,
    pub recorded_at: Instant,
    pub withdrawn: Option<Withdrawal>,
}

impl PermitRow {
    /// As it stands now, its withdrawal counted.
    pub fn now(&self) -> Permit {
        match self.withdrawn {
            Some(withdrawn) => self.permit.clone().ended(withdrawn.on),
            None => self.permit.clone(),
        }
    }

    /// What was known of it at an instant; that instant's own news is known.
    pub fn known_at(&self, at: Instant) -> Option<PermitRow> {
        (self.recorded_at <= at).then(|| PermitRow {
            withdrawn: self.withdrawn.filter(|w| w.recorded_at <= at),
            ..self.clone()
        })
    }
}

/// How recording ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PermitsRecorded {
    pub added: u64,
    pub withdrawn: u64,
    /// On file already, with the same content.
    pub unchanged: u64,
}

/// Why no permit of a file was recorded, in the order of the checks. `index` counts from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermitError {
    #[error(
        "{kind} of {name} for {pack}: is on file already with another name or other days; expected the same"
    )]
    OtherContent {
        index: usize,
        kind: &'static str,
        name: String,
        pack: String,
    },
    #[error(
        "{kind} of {name} for {pack}: was withdrawn on {withdrawn_on}; expected that day in withdrawn_on"
    )]
    Withdrawn {
        index: usize,
        kind: &'static str,
        name: String,
        pack: String,
        withdrawn_on: Day,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a trial ended: always as an error, so that nothing of it stays.
enum Trial {
    WouldRecord(PermitsRecorded),
    Refused(PermitError),
}

impl From<StoreError> for Trial {
    fn from(error: StoreError) -> Trial {
        Trial::Refused(error.into())
    }
}

impl Store {
    /// Records permits, all or none; contracts under a pack with news are due for review at `at`.
    /// Recording the same again changes nothing.
    pub fn record_permits(
        &self,
        lender: LenderId,
        permits: Vec<NewPermit>,
        at: Instant,
    ) -> Result<PermitsRecorded, PermitError> {
        self.write("record_permits", move |tx| record(tx, lender, &permits, at))
    }

    /// What recording would do, or why it would refuse; changes nothing.
    pub fn check_permits(
        &self,
        lender: LenderId,
        permits: Vec<NewPermit>,
    ) -> Result<PermitsRecorded, PermitError> {
        let at = Instant::from_unix_seconds(0);
        let tried = self.write("check_permits", move |tx| {
            let done = record(tx, lender, &permits, at).map_err(Trial::Refused)?;
            Err::<(), Trial>(Trial::WouldRecord(done))
        });
        match tried {
            Err(Trial::WouldRecord(done)) => Ok(done),
            Err(Trial::Refused(error)) => Err(error),
            Ok(()) => Ok(PermitsRecorded::default()),
        }
    }

    /// Every permit of a lender, in the order in which they became known.
    pub fn permits(&self, lender: LenderId) -> Result<Vec<PermitRow>, StoreError> {
        self.read("permits", |db| read(db, lender))
    }
}

pub(crate) fn read(db: &Db<'_>, lender: LenderId) -> Result<Vec<PermitRow>, StoreError> {
    let rows = numbered(db, lender)?;
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn numbered(db: &Db<'_>, lender: LenderId) -> Result<Vec<(i64, PermitRow)>, StoreError> {
    db.all(ALL, (lender.0,), |c| Ok((c.get()?, row(c)?)))
}

fn record(
    tx: &mut Tx<'_>,
    lender: LenderId,
    permits: &[NewPermit],
    at: Instant,
) -> Result<PermitsRecorded, PermitError> {
    let mut done = PermitsRecorded::default();
    for (index, new) in permits.iter().enumerate() {
        let known = numbered(tx, lender)?;
        let known = known
            .iter()
            .find(|(_, row)| row.permit.is_of_same_paper(&new.permit));
        match known {
            None => {
                let at = after_plans(tx, lender, new.permit.pack(), at)?;
                add(tx, lender, new, at)?;
                done.added += 1;
            }
            Some((no, row)) if needs_withdrawal(index, row, new)? => {
                let at = after_plans(tx, lender, new.permit.pack(), at)?;
                let withdrawn_on = day_cell(new.withdrawn_on);
                tx.run(WITHDRAW, (lender.0, no, withdrawn_on, at))?;
                done.withdrawn += 1;
            }
            Some(_) => {
                done.unchanged += 1;
                continue;
            }
        }
        let review = (lender.0, new.permit.pack(), instant_cell(at)?);
        tx.run(REVIEW, review)?;
    }
    Ok(done)
}

/// When news of a pack become known: after every plan that was made without them, whatever clock
/// the news came by. So what a plan knew can always be told again.
fn after_plans(db: &Db<'_>, lender: LenderId, pack: &str, at: Instant) -> Result<i64, StoreError> {
    let at = instant_cell(at)?;
    let planned: Option<i64> = db.one(PLANNED, (lender.0, pack), |c| c.get())?;
    Ok(planned.map_or(at, |planned| at.max(planned + 1)))
}

/// Whether the only news of a permit on file is its withdrawal; other news are refused.
fn needs_withdrawal(index: usize, known: &PermitRow, new: &NewPermit) -> Result<bool, PermitError> {
    let (kind, name) = (new.permit.kind(), new.permit.name().to_owned());
    let pack = new.permit.pack().to_owned();
    if known.permit != new.permit {
        return Err(PermitError::OtherContent {
            index,
            kind,
            name,
            pack,
        });
    }
    match known.withdrawn {
        None => Ok(new.withdrawn_on.is_some()),
        Some(withdrawn) if Some(withdrawn.on) == new.withdrawn_on => Ok(false),
        Some(withdrawn) => Err(PermitError::Withdrawn {
            index,
            kind,
            name,
            pack,
            withdrawn_on: withdrawn.on,
        }),
    }
}

fn add(db: &Db<'_>, lender: LenderId, new: &NewPermit, at: i64) -> Result<(), StoreError> {
    let permit = &new.permit;
    let opinion = match permit {
        Permit::Clearance(clearance) => Some(clearance.opinion_sha256),
        Permit::Approval(_) => None,
    };
    let row = rusqlite::params![
        lender.0,
        permit.kind(),
        permit.pack(),
        permit.name(),
        permit.on().unix_days(),
        day_cell(permit.until()),
        opinion,
        at,
        day_cell(new.withdrawn_on),
        new.withdrawn_on.map(|_| at),
    ];
    db.run(ADD, row).map(|_| ())
}

fn row(c: &mut Cells<'_>) -> Result<PermitRow, StoreError> {
    let is_clearance = |word: &str| match word {
        "clearance" => Some(true),
        "approval" => Some(false),
        _ => None,
    };
    let is_clearance = c.word(is_clearance, "clearance or approval")?;
    let (pack, name, on): (_, _, Day) = (c.get()?, c.get()?, c.day()?);
    let until = c.day_or_none()?;
    let opinion: Option<[u8; 32]> = c.get()?;
    let permit = match (is_clearance, until, opinion) {
        (true, Some(until), Some(opinion_sha256)) => Permit::Clearance(Clearance {
            pack,
            by: name,
            on,
            until,
            opinion_sha256,
        }),
        (true, _, _) => {
            return Err(StoreError::Row {
                place: "permits.kind".into(),
                found: "a clearance without its last day or its opinion's hash".into(),
                expected: "both",
            });
        }
        (false, until, _) => Permit::Approval(RegulatorApproval {
            pack,
            reference: name,
            on,
            until,
        }),
    };
    let recorded_at = c.instant()?;
    let withdrawn = c.day_or_none()?.zip(c.instant_or_none()?);
    Ok(PermitRow {
        permit,
        recorded_at,
        withdrawn: withdrawn.map(|(on, recorded_at)| Withdrawal { on, recorded_at }),
    })
}
