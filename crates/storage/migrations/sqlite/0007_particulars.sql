-- What packs ask of a contract besides its terms; null: not known. How often it is paid is what its
-- instalments say.
ALTER TABLE contracts ADD COLUMN goods         TEXT;
ALTER TABLE contracts ADD COLUMN creditor      TEXT; -- the registered name
ALTER TABLE contracts ADD COLUMN creditor_kind TEXT;
ALTER TABLE contracts ADD COLUMN borrower_kind TEXT;
ALTER TABLE contracts ADD COLUMN days_of_grace INTEGER NOT NULL DEFAULT 0;

-- Which packs a lender's contracts are under.
CREATE INDEX contracts_packs ON contracts (lender_id, packs, level);

-- Lenders whose contracts are real; one that isn't here tries things out. Never taken back.
CREATE TABLE lenders (
    lender_id   BLOB    NOT NULL,
    live_since  INTEGER NOT NULL,
    PRIMARY KEY (lender_id)
) STRICT, WITHOUT ROWID;

-- What lawyers and regulators gave a lender for a pack, with its history: a row stays for ever, and
-- a withdrawal says from which day on it counts no more and when that became known.
CREATE TABLE permits (
    permit_no       INTEGER PRIMARY KEY, -- the order in which they became known
    lender_id       BLOB    NOT NULL,
    kind            TEXT    NOT NULL,    -- clearance (a lawyer's), approval (a regulator's)
    pack            TEXT    NOT NULL,
    name            TEXT    NOT NULL,    -- the lawyer's, or the regulator's own number
    given_on        INTEGER NOT NULL,
    until_day       INTEGER,             -- included; null: until it is withdrawn
    opinion_sha256  BLOB,                -- of a clearance
    recorded_at     INTEGER NOT NULL,
    withdrawn_on    INTEGER,
    withdrawn_at    INTEGER
) STRICT;
CREATE INDEX permits_pack ON permits (lender_id, pack, permit_no);

INSERT INTO permits (lender_id, kind, pack, name, given_on, until_day, opinion_sha256, recorded_at)
SELECT lender_id, 'clearance', pack, given_by, given_on, until_day, opinion_sha256, 0
FROM clearances ORDER BY pack, no;
DROP TABLE clearances;

DELETE FROM sqlite_stat1 WHERE tbl = 'clearances';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('contracts', 'contracts_packs', '1000000 1000000 200000 50000 1'),
    ('lenders', 'lenders', '1 1'),
    ('permits', 'permits_pack', '10 10 5 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
