-- How whole a feed is, told more exactly; what an operator gave the contracts of a feed; and both
-- kept, so that a page can show the last weeks.

-- A bank may number twice (camt: electronic and legal), and begin its ids anew, so that a
-- statement is known by its id and the day on which it ends.
CREATE TABLE bank_statements_by_day (
    lender_id         BLOB    NOT NULL,
    account           TEXT    NOT NULL,
    statement         TEXT    NOT NULL,
    ends_on           INTEGER NOT NULL, -- day of complete_to in UTC
    message_no        INTEGER NOT NULL REFERENCES messages (message_no),
    sequence          INTEGER,
    legal_sequence    INTEGER,
    opening           INTEGER,
    opening_currency  TEXT,
    closing           INTEGER,
    closing_currency  TEXT,
    chains            INTEGER, -- opening plus entries is closing; null when a balance is missing
    complete_to       INTEGER NOT NULL,
    PRIMARY KEY (lender_id, account, statement, ends_on)
) STRICT, WITHOUT ROWID;
INSERT INTO bank_statements_by_day
SELECT lender_id, account, statement, complete_to / 86400000000000, message_no, sequence, NULL,
       opening, opening_currency, closing, closing_currency, chains, complete_to
FROM bank_statements;
DROP TABLE bank_statements;
ALTER TABLE bank_statements_by_day RENAME TO bank_statements;
CREATE INDEX bank_statements_end ON bank_statements (lender_id, account, complete_to, sequence);

ALTER TABLE feeds ADD COLUMN legal_sequence INTEGER;
ALTER TABLE feeds ADD COLUMN statement TEXT;           -- the newest of the unbroken row
ALTER TABLE feeds ADD COLUMN whole_since INTEGER;      -- where the unbroken row begins
ALTER TABLE feeds ADD COLUMN reason TEXT;              -- why it isn't healthy, from a closed list
ALTER TABLE feeds ADD COLUMN unhealthy_since INTEGER;
-- The row is walked again from its beginning, by both numberings.
UPDATE feeds SET complete_up_to = NULL, sequence = NULL, closing = NULL, closing_currency = NULL
WHERE kind = 'statement';
UPDATE feeds SET unhealthy_since = state_since WHERE state <> 'healthy';

-- Each change of a feed's state, with the contracts that stand still from then on.
CREATE TABLE feed_history (
    lender_id  BLOB    NOT NULL,
    feed       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    reason     TEXT,
    contracts  INTEGER NOT NULL,
    PRIMARY KEY (lender_id, feed, at)
) STRICT, WITHOUT ROWID;
INSERT INTO feed_history (lender_id, feed, at, state, reason, contracts)
SELECT lender_id, feed, state_since, state, NULL, 0 FROM feeds;

-- Windows of time that a provider was asked for, and answered whole: from the first offset to the
-- page that had nothing more.
CREATE TABLE feed_pulls (
    lender_id  BLOB    NOT NULL,
    feed       TEXT    NOT NULL,
    from_at    INTEGER NOT NULL,
    to_at      INTEGER NOT NULL,
    PRIMARY KEY (lender_id, feed, to_at, from_at)
) STRICT, WITHOUT ROWID;

-- Time for every contract of a feed, and its taking back: one person proposes, another decides.
CREATE TABLE feed_actions (
    action_no    INTEGER PRIMARY KEY,
    lender_id    BLOB    NOT NULL,
    feed         TEXT    NOT NULL,
    kind         TEXT    NOT NULL, -- give_time, take_back
    of_action    INTEGER,          -- what is taken back
    reason       TEXT    NOT NULL,
    until_at     INTEGER NOT NULL, -- of the time that is given
    contracts    INTEGER NOT NULL, -- when it was proposed
    proposed_by  TEXT    NOT NULL,
    proposed_at  INTEGER NOT NULL,
    lapses_at    INTEGER NOT NULL,
    state        TEXT    NOT NULL, -- proposed, refused, lapsed, running, done
    decided_by   TEXT,
    decided_at   INTEGER,
    decided_why  TEXT,
    cursor       TEXT    NOT NULL, -- contracts up to this id are done
    done         INTEGER NOT NULL,
    finished_at  INTEGER
) STRICT;
CREATE INDEX feed_actions_open ON feed_actions (lender_id, action_no)
    WHERE state IN ('proposed', 'running');
CREATE INDEX feed_actions_of ON feed_actions (lender_id, action_no);

DELETE FROM sqlite_stat1 WHERE tbl = 'bank_statements';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('bank_statements', 'bank_statements', '10000 10000 2000 1 1'),
    ('bank_statements', 'bank_statements_end', '10000 10000 2000 1 1'),
    ('feed_history', 'feed_history', '10000 10000 1000 1'),
    ('feed_pulls', 'feed_pulls', '100000 100000 20000 1 1'),
    ('feed_actions', 'feed_actions_open', '10 10 1'),
    ('feed_actions', 'feed_actions_of', '1000 1000 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
