-- The outbox: every message to a borrower, with the text it was said in, its result and its cost.
-- What stood in `notices` goes on here; what waits is composed anew when it is sent.
ALTER TABLE contracts ADD COLUMN email TEXT;    -- personal
ALTER TABLE contracts ADD COLUMN language TEXT; -- of the contract, as "sw"; null: the lender's

CREATE TABLE outbox (
    notice_no         INTEGER PRIMARY KEY,
    lender_id         BLOB    NOT NULL,
    contract_id       TEXT    NOT NULL,
    class             TEXT    NOT NULL, -- statutory, collection
    notice            TEXT    NOT NULL, -- PACK/ID, or what a collection message is
    channel           TEXT    NOT NULL, -- sms, email
    due_at            INTEGER NOT NULL,
    round             INTEGER NOT NULL, -- from 1; the next one when this one failed after it was sent
    state             TEXT    NOT NULL, -- waiting, accepted, sent, delivered, failed, withdrawn
    attempts          INTEGER NOT NULL,
    next_attempt_at   INTEGER,          -- while waiting
    note              TEXT,             -- why it waits, failed or was withdrawn
    subject           TEXT,             -- personal; of e-mail
    text              TEXT,             -- personal; null before the first attempt, as all of these
    template          TEXT,
    template_version  INTEGER,
    template_sha256   BLOB,
    language          TEXT,
    parts             INTEGER,          -- text messages that it is charged as
    composed_at       INTEGER,
    accepted_at       INTEGER,          -- when its carrier took it
    provider_id       TEXT,             -- what the carrier calls it
    cost              INTEGER,          -- minor units
    cost_currency     TEXT,
    settled_at        INTEGER,          -- when it came to its state, unless it waits
    fact_at           INTEGER           -- when its proof is to become a fact of the contract
) STRICT;
CREATE UNIQUE INDEX outbox_once
    ON outbox (lender_id, contract_id, notice, channel, due_at, round);
CREATE INDEX outbox_waiting ON outbox (lender_id, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX outbox_failed ON outbox (lender_id, settled_at) WHERE state = 'failed';
CREATE INDEX outbox_facts ON outbox (lender_id, fact_at) WHERE fact_at IS NOT NULL;

INSERT INTO outbox (notice_no, lender_id, contract_id, class, notice, channel, due_at, round,
                    state, attempts, next_attempt_at, note, text, accepted_at, settled_at)
SELECT notice_no, lender_id, contract_id, 'statutory', notice, channel, due_at, 1,
       CASE WHEN state = 'failed' AND last_error = 'not due any more' THEN 'withdrawn'
            ELSE state END,
       attempts, next_attempt_at, last_error, CASE WHEN state <> 'waiting' THEN text END,
       CASE WHEN state = 'sent' THEN settled_at END, settled_at
FROM notices;
DROP TABLE notices;

-- Contact with a borrower by the lender's people, as they tell it: what limits later messages.
CREATE TABLE contacts (
    contact_no    INTEGER PRIMARY KEY,
    lender_id     BLOB    NOT NULL,
    contract_id   TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    kind          TEXT    NOT NULL, -- call, visit
    conversation  INTEGER NOT NULL, -- 1: the borrower was spoken with
    told_by       TEXT    NOT NULL
) STRICT;
CREATE INDEX contacts_of ON contacts (lender_id, contract_id, at);

-- What a borrower asked to be spared.
CREATE TABLE contact_wishes (
    wish_no      INTEGER PRIMARY KEY,
    lender_id    BLOB    NOT NULL,
    contract_id  TEXT    NOT NULL,
    wish         TEXT    NOT NULL, -- a channel (calls, email, sms, visits) or an occasion
    since        INTEGER NOT NULL,
    until        INTEGER            -- null: until further notice
) STRICT;
CREATE INDEX contact_wishes_of ON contact_wishes (lender_id, contract_id, since);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('outbox', 'outbox_once', '3000000 3000000 3 2 2 1 1'),
    ('outbox', 'outbox_waiting', '1000 1000 10'),
    ('outbox', 'outbox_failed', '1000 1000 2'),
    ('outbox', 'outbox_facts', '1000 1000 10'),
    ('contacts', 'contacts_of', '1000000 1000000 5 1'),
    ('contact_wishes', 'contact_wishes_of', '10000 10000 2 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
