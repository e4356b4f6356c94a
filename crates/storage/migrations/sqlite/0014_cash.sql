-- Agents who take cash for the lender, and the bags in which they bring it to the bank.
CREATE TABLE cash_agents (
    lender_id   BLOB    NOT NULL,
    agent       TEXT    NOT NULL,
    name        TEXT    NOT NULL, -- personal
    spki        BLOB    NOT NULL, -- of the key of the agent's phone, P-256, DER
    added_at    INTEGER NOT NULL,
    closed_at   INTEGER,          -- from then on nothing of this agent's is taken
    PRIMARY KEY (lender_id, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE cash_bags (
    lender_id    BLOB    NOT NULL,
    bag          TEXT    NOT NULL,
    agent        TEXT    NOT NULL,
    reference    TEXT    NOT NULL, -- what stands on the deposit slip
    currency     TEXT    NOT NULL,
    amount       INTEGER NOT NULL,
    receipts     TEXT    NOT NULL, -- their numbers, one a line
    message_no   INTEGER NOT NULL REFERENCES messages (message_no),
    told_at      INTEGER NOT NULL,
    banked_at    INTEGER,
    banked_by    TEXT,             -- the statement's line, or who said so
    PRIMARY KEY (lender_id, bag)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX cash_bags_reference ON cash_bags (lender_id, reference);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('cash_agents', 'cash_agents', '100 100 1'),
    ('cash_bags', 'cash_bags', '10000 10000 1'),
    ('cash_bags', 'cash_bags_reference', '10000 10000 1'),
    ('requests', 'requests', '1000000 1000000 250000 250000 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
