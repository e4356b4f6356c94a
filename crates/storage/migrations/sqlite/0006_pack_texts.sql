-- What decisions rested on besides the facts: the texts of rule packs, each kept once by its hash,
-- from when on each judged, and every list of holidays that a calendar ever had. Written once,
-- never changed: a decision can be made again years after its pack became another.
CREATE TABLE pack_texts (
    lender_id  BLOB    NOT NULL,
    sha256     BLOB    NOT NULL,
    pack       TEXT    NOT NULL,
    version    INTEGER NOT NULL, -- as the text says
    text       TEXT    NOT NULL,
    PRIMARY KEY (lender_id, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_texts_of ON pack_texts (lender_id, pack);

CREATE TABLE packs_in_force (
    force_no   INTEGER PRIMARY KEY,
    lender_id  BLOB    NOT NULL,
    pack       TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    sha256     BLOB    NOT NULL
) STRICT;
CREATE INDEX packs_in_force_of ON packs_in_force (lender_id, pack, since, force_no);

CREATE TABLE calendars (
    lender_id  BLOB    NOT NULL,
    calendar   TEXT    NOT NULL,
    version    INTEGER NOT NULL, -- from 1
    since      INTEGER NOT NULL, -- when it became known
    PRIMARY KEY (lender_id, calendar, version)
) STRICT, WITHOUT ROWID;

-- Days known before there were versions are the first one; when they became known, nobody wrote.
INSERT INTO calendars (lender_id, calendar, version, since)
SELECT DISTINCT lender_id, calendar, 1, 0 FROM holidays;
ALTER TABLE holidays RENAME TO holidays_before;
CREATE TABLE holidays (
    lender_id  BLOB    NOT NULL,
    calendar   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    PRIMARY KEY (lender_id, calendar, version, day)
) STRICT, WITHOUT ROWID;
INSERT INTO holidays (lender_id, calendar, version, day)
SELECT lender_id, calendar, 1, day FROM holidays_before;
DROP TABLE holidays_before;

ALTER TABLE decisions ADD COLUMN pack_hashes BLOB;    -- 32 bytes a pack, in the contract's order
ALTER TABLE decisions ADD COLUMN calendar_version INTEGER;

DELETE FROM sqlite_stat1 WHERE tbl = 'holidays';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('pack_texts', 'pack_texts', '300 300 1'),
    ('pack_texts', 'pack_texts_of', '300 300 10'),
    ('packs_in_force', 'packs_in_force_of', '300 300 10 1 1'),
    ('calendars', 'calendars', '100 100 10 1'),
    ('holidays', 'holidays', '30000 30000 3000 300 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
