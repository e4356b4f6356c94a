-- Questions to providers: durable before they are asked, open until an answer is in the inbox.
CREATE TABLE enquiries (
    enquiry_no  INTEGER PRIMARY KEY,
    lender_id   BLOB    NOT NULL,
    source      TEXT    NOT NULL,
    question    TEXT    NOT NULL,
    about       TEXT    NOT NULL, -- a receipt, a request, a span of time
    details     TEXT,             -- personal; what else must be said with it
    why         TEXT    NOT NULL,
    state       TEXT    NOT NULL, -- waiting, asked, answered, given_up
    tries       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    next_at     INTEGER,          -- null once it has ended
    reference   TEXT,             -- what the provider calls it
    note        TEXT,
    ended_at    INTEGER
) STRICT;
CREATE UNIQUE INDEX enquiries_open ON enquiries (lender_id, source, question, about)
    WHERE next_at IS NOT NULL;
CREATE INDEX enquiries_due ON enquiries (lender_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX enquiries_reference ON enquiries (lender_id, source, reference)
    WHERE reference IS NOT NULL;
CREATE INDEX enquiries_last ON enquiries (lender_id, source, question, enquiry_no);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('enquiries', 'enquiries_open', '1000 1000 200 100 1'),
    ('enquiries', 'enquiries_due', '1000 1000 2'),
    ('enquiries', 'enquiries_reference', '100000 100000 20000 1'),
    ('enquiries', 'enquiries_last', '100000 100000 20000 5000 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
