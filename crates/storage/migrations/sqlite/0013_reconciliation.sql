-- Reconciliation: what a provider's report and the bank tell of each channel and day beside what
-- its clearing account holds, and the breaks between them with what became of each.

-- One amount of one day on one side. Those of the clearing account are taken from the ledger.
CREATE TABLE reconciliation_lines (
    lender_id   BLOB    NOT NULL,
    channel     TEXT    NOT NULL,
    day         INTEGER NOT NULL,
    side        TEXT    NOT NULL, -- report, clearing, bank
    line        TEXT    NOT NULL, -- a place in a statement, or a posting
    mark        TEXT    NOT NULL, -- the payment it is of, else its own
    currency    TEXT    NOT NULL,
    amount      INTEGER NOT NULL, -- out is below zero
    dated       INTEGER NOT NULL, -- 1 where the source wrote the day
    message_no  INTEGER,
    PRIMARY KEY (lender_id, channel, day, side, line)
) STRICT, WITHOUT ROWID;

-- How far the ledger was read, the last day that was reconciled, and the last proof.
CREATE TABLE reconciliation_runs (
    lender_id     BLOB    NOT NULL,
    posting_no    INTEGER NOT NULL,
    through       INTEGER,
    proved_at     INTEGER,       -- when the books were last proved whole
    proof_breaks  INTEGER,       -- places that didn't hold then
    PRIMARY KEY (lender_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reconciliation_days (
    lender_id  BLOB    NOT NULL,
    day        INTEGER NOT NULL,
    channel    TEXT    NOT NULL,
    currency   TEXT    NOT NULL,
    report     INTEGER,          -- null: no report tells of that day
    clearing   INTEGER NOT NULL,
    bank       INTEGER,          -- null: no statement tells of that channel
    ran_at     INTEGER NOT NULL,
    PRIMARY KEY (lender_id, day, channel, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE reconciliation_breaks (
    break_no      INTEGER PRIMARY KEY,
    lender_id     BLOB    NOT NULL,
    day           INTEGER NOT NULL,
    channel       TEXT    NOT NULL,
    currency      TEXT    NOT NULL,
    side          TEXT    NOT NULL, -- report or bank, against the clearing account
    kind          TEXT    NOT NULL, -- missing_at_us, missing_there, amount, duplicate, timing
    mark          TEXT    NOT NULL,
    amount        INTEGER NOT NULL, -- theirs less ours
    owner         TEXT,
    state         TEXT    NOT NULL, -- open, proposed, closed
    opened_at     INTEGER NOT NULL,
    proposed_by   TEXT,             -- a write-off waits for a second person
    proposed_at   INTEGER,
    closed_at     INTEGER,
    closed_by     TEXT,
    reason        TEXT,             -- resolved, tolerance, explained, written_off
    why           TEXT
) STRICT;
CREATE UNIQUE INDEX reconciliation_breaks_once
    ON reconciliation_breaks (lender_id, day, channel, currency, side, kind, mark);
CREATE INDEX reconciliation_breaks_open ON reconciliation_breaks (lender_id, day)
    WHERE state <> 'closed';

-- Differences of amount up to this are let go by themselves.
CREATE TABLE reconciliation_tolerances (
    lender_id  BLOB    NOT NULL,
    currency   TEXT    NOT NULL,
    amount     INTEGER NOT NULL,
    PRIMARY KEY (lender_id, currency)
) STRICT, WITHOUT ROWID;

-- The account from which a provider pays out what came in over a feed.
ALTER TABLE feeds ADD COLUMN payout_account TEXT;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('reconciliation_lines', 'reconciliation_lines', '24000000 24000000 5000000 20000 10000 1'),
    ('reconciliation_runs', 'reconciliation_runs', '1 1'),
    ('reconciliation_days', 'reconciliation_days', '10000 10000 10 2 1'),
    ('reconciliation_tolerances', 'reconciliation_tolerances', '10 10 1'),
    ('reconciliation_breaks', 'reconciliation_breaks_once', '100000 100000 100 20 20 10 5 1'),
    ('reconciliation_breaks', 'reconciliation_breaks_open', '1000 1000 5');
ANALYZE sqlite_schema; -- lets this connection believe it too
