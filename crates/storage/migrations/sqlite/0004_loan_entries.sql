-- Entries of loans: what each was split into, and every time that a replay moved it. A posting's
-- legs say what it did to accounts; these rows say which entry did it. Written once.
ALTER TABLE postings ADD COLUMN counts_on INTEGER; -- the day from which a loan's posting counts

CREATE TABLE loan_entries (
    lender_id      BLOB    NOT NULL,
    entry          TEXT    NOT NULL, -- the subject of the posting that made it
    posting_no     INTEGER NOT NULL REFERENCES postings (posting_no),
    entry_no       INTEGER NOT NULL, -- its place in the posting
    step           TEXT    NOT NULL, -- made, moved or reversed
    source         TEXT,             -- the account that its money came from, of one that was made
    was_principal  INTEGER,          -- before, of one that moved
    was_interest   INTEGER,
    was_fee        INTEGER,
    was_penalty    INTEGER,
    was_credit     INTEGER,
    principal      INTEGER,          -- since then; null for a reversal, which leaves it as it was
    interest       INTEGER,
    fee            INTEGER,
    penalty        INTEGER,
    credit         INTEGER,
    PRIMARY KEY (lender_id, entry, posting_no, entry_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX loan_entries_posting ON loan_entries (posting_no, entry_no);

-- An entry moves twice in its life, at a guess.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('loan_entries', 'loan_entries', '20000000 20000000 3 1 1'),
    ('loan_entries', 'loan_entries_posting', '20000000 2 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
