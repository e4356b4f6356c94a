//! The daily proof: what must be true of the whole database, looked at row by row.

use crate::error::StoreError;
use crate::ids::LenderId;
use crate::sqlite::{Db, Sql, statements};
use crate::store::Store;

/// Breaks listed of each check: past that many a person looks at the first ones anyway.
const BREAKS_MAX: u32 = 1_000;

statements! { "proof":
    POSTINGS = "SELECT count(*) FROM postings WHERE lender_id = ?1";
    ACCOUNTS = "SELECT count(*) FROM accounts WHERE lender_id = ?1";
    PAYMENTS = "SELECT count(*) FROM payments WHERE lender_id = ?1";
    LINES = "SELECT count(*) FROM payment_lines WHERE lender_id = ?1";
    CONTRACTS = "SELECT count(*) FROM contracts WHERE lender_id = ?1";
    UNBALANCED = "
        SELECT p.subject || '/' || p.kind || ' ' || l.layer || ' ' || l.currency,
               'debits ' || sum(CASE l.side WHEN 'debit' THEN l.amount ELSE 0 END),
               'credits ' || sum(CASE l.side WHEN 'credit' THEN l.amount ELSE 0 END)
        FROM legs AS l JOIN postings AS p ON p.posting_no = l.posting_no
        WHERE l.lender_id = ?1
        GROUP BY l.posting_no, l.layer, l.currency
        HAVING sum(CASE l.side WHEN 'debit' THEN l.amount ELSE -l.amount END) <> 0
        LIMIT ?2";
    // Totals and legs as one list, so that one sort compares them at any size.
    TOTALS_OFF = "
        SELECT account || ' ' || currency,
               'totals ' || sum(td) || ' ' || sum(tc) || ' ' || sum(tdp) || ' ' || sum(tcp),
               'legs ' || sum(ld) || ' ' || sum(lc) || ' ' || sum(ldp) || ' ' || sum(lcp)
        FROM (
            SELECT account, currency, debits AS td, credits AS tc, debits_pending AS tdp,
                   credits_pending AS tcp, 0 AS ld, 0 AS lc, 0 AS ldp, 0 AS lcp
            FROM accounts WHERE lender_id = ?1
            UNION ALL
            SELECT account, currency, 0, 0, 0, 0,
                   CASE WHEN layer = 'posted' AND side = 'debit' THEN amount ELSE 0 END,
                   CASE WHEN layer = 'posted' AND side = 'credit' THEN amount ELSE 0 END,
                   CASE WHEN layer = 'pending' AND side = 'debit' THEN amount ELSE 0 END,
                   CASE WHEN layer = 'pending' AND side = 'credit' THEN amount ELSE 0 END
            FROM legs WHERE lender_id = ?1)
        GROUP BY account, currency
        HAVING sum(td) <> sum(ld) OR sum(tc) <> sum(lc)
            OR sum(tdp) <> sum(ldp) OR sum(tcp) <> sum(lcp)
        LIMIT ?2";
    SOURCELESS = "
        SELECT payment_id, '0 source lines', 'at least 1' FROM payments AS p
        WHERE lender_id = ?1 AND NOT EXISTS (
            SELECT 1 FROM payment_lines AS l
            WHERE l.lender_id = p.lender_id AND l.payment_id = p.payment_id)
        LIMIT ?2";
    SHARED_LINES = "
        SELECT 'line ' || l.line_no || ' (message ' || s.message_no || ', ' || s.place || ')',
               group_concat(l.payment_id, ' and '), '1 payment'
        FROM payment_lines AS l JOIN source_lines AS s ON s.line_no = l.line_no
        WHERE l.lender_id = ?1 GROUP BY l.line_no HAVING count(*) > 1
        LIMIT ?2";
    // What a contract owes less its credit is its instalments less the money that came.
    RECEIVABLES_OFF = "
        SELECT contract_id,
               'owed ' || owed || ', credit ' || credit,
               'owed less credit ' || (financed - money) || ', neither below 0, one of them 0'
        FROM (
            SELECT c.contract_id,
                   coalesce((SELECT debits - credits FROM accounts AS a
                             WHERE a.lender_id = c.lender_id AND a.currency = c.currency
                               AND a.account = 'receivable_principal:' || c.contract_id),
                            0) AS owed,
                   coalesce((SELECT credits - debits FROM accounts AS a
                             WHERE a.lender_id = c.lender_id AND a.currency = c.currency
                               AND a.account = 'customer_credit:' || c.contract_id),
                            0) AS credit,
                   (SELECT coalesce(sum(amount), 0) FROM instalments AS i
                    WHERE i.lender_id = c.lender_id AND i.contract_id = c.contract_id)
                   AS financed,
                   (SELECT coalesce(sum(amount), 0) FROM payments AS p
                    WHERE p.lender_id = c.lender_id AND p.contract_id = c.contract_id
                      AND p.state = 'booked')
                   + (SELECT coalesce(sum(CASE g.kind WHEN 'waived' THEN g.amount
                                          ELSE -g.amount END), 0)
                      FROM postings AS g
                      WHERE g.lender_id = c.lender_id AND g.contract_id = c.contract_id
                        AND g.kind IN ('waived', 'refund_owed'))
                   AS money
            FROM contracts AS c WHERE c.lender_id = ?1)
        WHERE owed - credit <> financed - money OR owed < 0 OR credit < 0
           OR (owed > 0 AND credit > 0)
        LIMIT ?2";
}

/// What the proof looks at, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofCheck {
    /// Debits equal credits, in each posting, layer and currency.
    DebitsEqualCredits,
    /// Each account's totals equal its legs.
    TotalsEqualLegs,
    /// Every payment has at least one source line.
    PaymentsHaveSources,
    /// No line stands behind two payments.
    LinesStandBehindOne,
    /// Each contract's receivable and credit agree with its instalments and its money.
    ReceivablesAgree,
}

impl ProofCheck {
    /// What is proved, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            ProofCheck::DebitsEqualCredits => "debits equal credits",
            ProofCheck::TotalsEqualLegs => "account totals equal their legs",
            ProofCheck::PaymentsHaveSources => "every payment has a source line",
            ProofCheck::LinesStandBehindOne => "no line stands behind two payments",
            ProofCheck::ReceivablesAgree => "receivables agree with instalments and money",
        }
    }
}

impl ProofCheck {
    /// What it looks at, as a person reads it.
    pub const fn name(self) -> &'static str {
        match self {
            ProofCheck::DebitsEqualCredits => "debits equal credits",
            ProofCheck::TotalsEqualLegs => "account totals equal their legs",
            ProofCheck::PaymentsHaveSources => "every payment has a source line",
            ProofCheck::LinesStandBehindOne => "no line stands behind two payments",
            ProofCheck::ReceivablesAgree => "receivables agree with instalments and money",
        }
    }
}

/// A place where it isn't true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    pub check: ProofCheck,
    /// What: a posting, account, payment, line or contract.
    pub subject: String,
    pub found: String,
    pub expected: String,
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What was looked at: the check, and how many subjects.
    pub looked_at: Vec<(ProofCheck, u64)>,
    /// At most 1,000 a check.
    pub breaks: Vec<Break>,
}

impl Proof {
    pub fn holds(&self) -> bool {
        self.breaks.is_empty()
    }
}

impl Store {
    /// Proves the books, on one snapshot of the database.
    pub fn proof(&self, lender: LenderId) -> Result<Proof, StoreError> {
        let checks = [
            (ProofCheck::DebitsEqualCredits, POSTINGS, UNBALANCED),
            (ProofCheck::TotalsEqualLegs, ACCOUNTS, TOTALS_OFF),
            (ProofCheck::PaymentsHaveSources, PAYMENTS, SOURCELESS),
            (ProofCheck::LinesStandBehindOne, LINES, SHARED_LINES),
            (ProofCheck::ReceivablesAgree, CONTRACTS, RECEIVABLES_OFF),
        ];
        self.read("proof", |db| {
            let mut proof = Proof {
                looked_at: Vec::new(),
                breaks: Vec::new(),
            };
            for (check, count, breaks) in checks {
                let subjects = db.one(count, (lender.0,), |c| c.unsigned())?;
                proof.looked_at.push((check, subjects));
                proof.breaks.extend(breaks_of(db, lender, check, breaks)?);
            }
            Ok(proof)
        })
    }
}

fn breaks_of(
    db: &Db<'_>,
    lender: LenderId,
    check: ProofCheck,
    sql: Sql,
) -> Result<Vec<Break>, StoreError> {
    db.all(sql, (lender.0, BREAKS_MAX), |c| {
        Ok(Break {
            check,
            subject: c.get()?,
            found: c.get()?,
            expected: c.get()?,
        })
    })
}
