//! Lists of contracts by key: the statements behind the portfolio's pages.
//!
//! A list is driven by the index of its narrowest filter (hold, phone, level, feed, else the
//! contracts themselves); other filters are looked at row by row. There is no offset: a page
//! begins after the last row of the one before.

use fairlock_domain::calendar::Day;
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;

use crate::contracts::reference;
use crate::error::StoreError;
use crate::ids::LenderId;
use crate::portfolio::{Band, COUNT_MAX, Filter, PortfolioRow, Sort};
use crate::sqlite::{Cells, Db, Sql};

/// The columns of a row, in the order in which [`row`] reads them.
macro_rules! columns {
    () => {
        "c.contract_id, c.reference, c.borrower, c.level, d.reported_level, c.past_due_since, \
         c.currency, c.arrears, c.restore, d.last_contact_at, c.review_at, c.time_zone"
    };
}

/// Columns, then the contracts a driver lists, then filters and order. Parameters: 1 lender,
/// 2 level, 3 hold, 4 feed, 5 and 6 first and last due day of a band, 7 whether the band is of
/// current contracts, 8 whether only with a phone, 9 and 10 the cursor's due day and contract,
/// 11 rows.
macro_rules! listing {
    ($columns:expr, $driver:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM ",
            $driver,
            " WHERE c.lender_id = ?1
                AND (?2 IS NULL OR c.level = ?2)
                AND (?3 IS NULL OR EXISTS (SELECT 1 FROM contract_holds AS h
                    WHERE h.lender_id = c.lender_id AND h.contract_id = c.contract_id
                      AND h.kind = ?3))
                AND (?4 IS NULL OR c.feed = ?4)
                AND (?5 IS NULL OR c.past_due_since BETWEEN ?5 AND ?6)
                AND (?7 = 0 OR (c.level <> 'released'
                    AND (c.past_due_since IS NULL OR c.past_due_since > ?6)))
                AND (?8 = 0 OR EXISTS (SELECT 1 FROM devices AS own
                    WHERE own.lender_id = c.lender_id AND own.contract_id = c.contract_id)) ",
            $rest
        )
    };
}

/// The four statements of a driver. Strings stand on one line each: the formatter moves those
/// that don't.
macro_rules! driven {
    ($module:ident, $driver:literal) => {
        pub(crate) mod $module {
            use crate::sqlite::statements;

            statements! { "portfolio":
                PAST_DUE = listing!(
                    columns!(),
                    $driver,
                    "AND c.past_due_since IS NOT NULL AND (c.past_due_since, c.contract_id) > (?9, ?10) ORDER BY c.past_due_since, c.contract_id LIMIT ?11"
                );
                CURRENT = listing!(
                    columns!(),
                    $driver,
                    "AND c.past_due_since IS NULL AND c.contract_id > ?10 AND ?9 IS NOT NULL ORDER BY c.contract_id LIMIT ?11"
                );
                BY_CONTRACT = listing!(
                    columns!(),
                    $driver,
                    "AND c.contract_id > ?10 AND ?9 IS NOT NULL ORDER BY c.contract_id LIMIT ?11"
                );
                COUNT = listing!(
                    "count(*) FROM (SELECT 1 AS one",
                    $driver,
                    "AND ?9 IS NOT NULL AND ?10 IS NOT NULL LIMIT ?11)"
                );
            }

            pub(in crate::lists) const ALL: super::Driven = super::Driven {
                past_due: PAST_DUE,
                current: CURRENT,
                by_contract: BY_CONTRACT,
                count: COUNT,
            };
        }
    };
}

pub(super) struct Driven {
    past_due: Sql,
    current: Sql,
    by_contract: Sql,
    count: Sql,
}

driven!(
    all,
    "contracts AS c
     LEFT JOIN devices AS d ON d.lender_id = c.lender_id AND d.contract_id = c.contract_id"
);
driven!(
    by_level,
    "(SELECT * FROM contracts WHERE lender_id = ?1 AND level = ?2) AS c
     LEFT JOIN devices AS d ON d.lender_id = c.lender_id AND d.contract_id = c.contract_id"
);
driven!(
    by_feed,
    "(SELECT * FROM contracts WHERE lender_id = ?1 AND feed = ?4) AS c
     LEFT JOIN devices AS d ON d.lender_id = c.lender_id AND d.contract_id = c.contract_id"
);
driven!(
    by_hold,
    "(SELECT lender_id, contract_id FROM contract_holds WHERE lender_id = ?1 AND kind = ?3) AS k
     JOIN contracts AS c ON c.lender_id = k.lender_id AND c.contract_id = k.contract_id
     LEFT JOIN devices AS d ON d.lender_id = c.lender_id AND d.contract_id = c.contract_id"
);
driven!(
    by_device,
    "(SELECT * FROM devices WHERE lender_id = ?1) AS d
     JOIN contracts AS c ON c.lender_id = d.lender_id AND c.contract_id = d.contract_id"
);

/// A list's filters as parameters.
pub(crate) struct Listing<'a> {
    lender: LenderId,
    filter: &'a Filter,
    /// First and last due day of the band, unless it is the current contracts'.
    due_days: Option<(Day, Day)>,
    /// The business date, when only contracts that are current on it are listed.
    current_on: Option<Day>,
}

impl<'a> Listing<'a> {
    pub(crate) fn new(lender: LenderId, filter: &'a Filter, business_date: Day) -> Listing<'a> {
        let is_current = |band: &Band| band.to == Some(0);
        let band = filter.band;
        Listing {
            lender,
            filter,
            due_days: band
                .filter(|b| !is_current(b))
                .map(|b| b.due_days(business_date)),
            current_on: band.filter(is_current).map(|_| business_date.plus_days(-1)),
        }
    }

    /// At most `size` rows after the cursor, in order; their holds are read by the caller.
    pub(crate) fn rows(
        &self,
        db: &Db<'_>,
        sort: Sort,
        after: Option<Cursor>,
        size: u32,
    ) -> Result<Vec<PortfolioRow>, StoreError> {
        let driven = self.driven();
        let start = |contract: Option<String>| contract.unwrap_or_default();
        match (sort, after) {
            (Sort::Contract, after) => {
                let contract = start(after.map(|c| c.contract_id));
                self.query(db, driven.by_contract, i32::MIN, &contract, size)
            }
            (
                Sort::PastDue,
                Some(Cursor {
                    due: None,
                    contract_id,
                }),
            ) => self.query(db, driven.current, i32::MIN, &contract_id, size),
            (Sort::PastDue, after) => {
                let due = after
                    .as_ref()
                    .and_then(|c| c.due)
                    .map_or(i32::MIN, Day::unix_days);
                let contract = start(after.map(|c| c.contract_id));
                let mut rows = self.query(db, driven.past_due, due, &contract, size)?;
                let taken = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                let rest = size.saturating_sub(taken);
                if rest > 0 {
                    rows.extend(self.query(db, driven.current, i32::MIN, "", rest)?);
                }
                Ok(rows)
            }
        }
    }

    /// How many there are, up to [`COUNT_MAX`].
    pub(crate) fn count(&self, db: &Db<'_>) -> Result<u64, StoreError> {
        let params = self.params(i32::MIN, "", COUNT_MAX);
        db.one(self.driven().count, params, |c| c.unsigned())
    }

    fn driven(&self) -> Driven {
        if self.filter.hold.is_some() {
            by_hold::ALL
        } else if self.filter.with_device {
            by_device::ALL
        } else if self.filter.level.is_some() {
            by_level::ALL
        } else if self.filter.feed.is_some() {
            by_feed::ALL
        } else {
            all::ALL
        }
    }

    fn query(
        &self,
        db: &Db<'_>,
        sql: Sql,
        due: i32,
        contract: &str,
        size: u32,
    ) -> Result<Vec<PortfolioRow>, StoreError> {
        db.all(sql, self.params(due, contract, size), row)
    }

    fn params<'p>(&'p self, due: i32, contract: &'p str, size: u32) -> impl rusqlite::Params + 'p {
        let band = self.due_days;
        let last = band.map(|(_, last)| last).or(self.current_on);
        (
            self.lender.0,
            self.filter.level.map(Level::name),
            self.filter.hold.map(|kind| kind.name()),
            self.filter.feed.as_deref(),
            band.map(|(first, _)| first.unix_days()),
            last.map(Day::unix_days),
            self.current_on.is_some(),
            self.filter.with_device,
            due,
            contract,
            size,
        )
    }
}

/// Where a page ended: after this row of its order.
pub(crate) struct Cursor {
    /// Of [`Sort::PastDue`]: the row's due day; `None` among the current contracts.
    due: Option<Day>,
    contract_id: String,
}

impl Cursor {
    pub(crate) fn after(sort: Sort, row: &PortfolioRow) -> Cursor {
        let due = row.past_due_since.filter(|_| sort == Sort::PastDue);
        Cursor {
            due,
            contract_id: row.contract_id.clone(),
        }
    }

    /// As handed out: the due day or nothing, a colon, the contract.
    pub(crate) fn text(&self) -> String {
        let due = self.due.map(|day| day.to_string()).unwrap_or_default();
        format!("{due}:{}", self.contract_id)
    }

    pub(crate) fn read(text: &str) -> Result<Cursor, StoreError> {
        let parts = text.split_once(':');
        let read = parts.and_then(|(due, contract_id)| {
            let due = match due {
                "" => None,
                due => Some(Day::parse(due).ok()?),
            };
            Some(Cursor {
                due,
                contract_id: contract_id.into(),
            })
        });
        read.ok_or_else(|| StoreError::PageKey {
            found: text.into(),
            expected: "one that a former page gave",
        })
    }
}

fn row(c: &mut Cells<'_>) -> Result<PortfolioRow, StoreError> {
    let contract_id = c.get()?;
    let reference = reference(c)?;
    let borrower = Pii::new(c.get()?);
    let level = c.word(Level::from_name, "a level")?;
    let reported_level = c.word_or_none(Level::from_name, "a level")?;
    let past_due_since = c.day_or_none()?;
    let currency = c.currency()?;
    Ok(PortfolioRow {
        contract_id,
        reference,
        borrower,
        level,
        reported_level,
        past_due_since,
        arrears: c.money(currency)?,
        restore: c.money(currency)?,
        holds: Vec::new(),
        last_contact_at: c.instant_or_none()?,
        review_at: c.instant_or_none()?,
        time_zone: c.get()?,
    })
}
