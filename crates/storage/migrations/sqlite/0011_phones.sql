-- What phones are sent besides grants, and what their owners say. Key sets stand in key_sets.
-- Caps of a whole lender: they add up, so none is ever changed.
CREATE TABLE caps (
    lender_id  BLOB    NOT NULL,
    n          INTEGER NOT NULL,
    level      TEXT    NOT NULL,
    until_at   INTEGER NOT NULL, -- excluded
    bytes      BLOB    NOT NULL, -- signed by SAFETY
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (lender_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX caps_until ON caps (lender_id, until_at, n);

-- Who did what to phones and keys by hand. Written once, never changed.
CREATE TABLE device_acts (
    act_no     INTEGER PRIMARY KEY,
    lender_id  BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    kind       TEXT    NOT NULL, -- key_set, cap, charter, case
    subject    TEXT    NOT NULL,
    done_by    TEXT    NOT NULL,
    note       TEXT    NOT NULL
) STRICT;
CREATE INDEX device_acts_of ON device_acts (lender_id, act_no);

-- What borrowers said on their phones. One open case a kind and contract.
CREATE TABLE cases (
    case_no      INTEGER PRIMARY KEY,
    lender_id    BLOB    NOT NULL,
    contract_id  TEXT    NOT NULL,
    kind         TEXT    NOT NULL, -- paid, wrong, bought_used
    state        TEXT    NOT NULL, -- open, upheld, refused
    hold         TEXT    NOT NULL, -- id of the hold that it opened
    opened_at    INTEGER NOT NULL,
    answer_by    INTEGER NOT NULL, -- the lender's deadline, a day
    closed_at    INTEGER
) STRICT;
CREATE INDEX cases_of ON cases (lender_id, contract_id, case_no);
CREATE INDEX cases_open ON cases (lender_id, opened_at, case_no) WHERE state = 'open';
CREATE UNIQUE INDEX cases_once ON cases (lender_id, contract_id, kind) WHERE state = 'open';

-- When the phone was last found to have forgotten what it had been granted; null: never.
ALTER TABLE devices ADD COLUMN reset_at INTEGER;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('caps', 'caps', '100 100 1'),
    ('caps', 'caps_until', '100 100 2 1'),
    ('device_acts', 'device_acts_of', '10000 10000 1'),
    ('cases', 'cases_of', '100000 100000 3 1'),
    ('cases', 'cases_open', '1000 1000 2 1'),
    ('cases', 'cases_once', '1000 1000 1 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
